//! The list: order, sections, filter, marks, panes.

use super::*;
use crate::app::model::{Next, Pane, Section, SidebarLine, Sort};

const SOME: &[(&str, &str)] = &[
    ("paynet/sandbox/acme/client-credentials", "a"),
    ("ansa/live/acme/secret-key", "b"),
    ("antom/live/store-eu/key-pair", "c"),
    ("ansa/sandbox/acme/secret-key", "d"),
    ("anexpay/live/acme/sign-key", "e"),
];

fn shown(s: &Session) -> Vec<String> {
    let list = &s.model.inside().unwrap().credentials;
    list.visible(100).map(|row| format!("{}/{}/{}", row.provider_id, row.environment, row.account)).collect()
}

#[test]
fn live_stands_before_sandbox_then_provider_account_and_name() {
    let s = Session::with(SOME);
    let order =
        ["anexpay/live/acme", "ansa/live/acme", "antom/live/store-eu", "ansa/sandbox/acme", "paynet/sandbox/acme"];
    assert_eq!(shown(&s), order);
}

#[test]
fn what_needs_a_deed_stands_first() {
    let mut s = Session::with(SOME);
    let id = s.credential("ansa/sandbox/acme/secret-key").id;
    s.type_text("G");
    let change = Change::Edit { credential: id, label: None, note: None, tags: None, rotate_every_days: Some(Some(7)) };
    let Saved { unlocked, .. } = s.apply(change).unwrap();
    let before = s.model.chosen();
    answer::renew(&mut s.model, unlocked);
    assert_eq!(shown(&s)[0], "ansa/sandbox/acme");
    assert_eq!(s.model.chosen(), before, "the chosen one stays chosen");
    let list = &s.model.inside().unwrap().credentials;
    assert!(matches!(list.rows[0].next, Next::Due(_)));
    assert_eq!(list.count(&Section::Due), 1);
}

#[test]
fn the_filter_finds_letters_while_typing_and_esc_shows_all_again() {
    let mut s = Session::with(SOME);
    s.type_text("/eu");
    assert_eq!(shown(&s), ["antom/live/store-eu"]);
    s.ctrl('u');
    s.type_text("ansa sand");
    assert_eq!(shown(&s), ["ansa/sandbox/acme"]);
    assert_eq!(s.said(), "filter ansa sand  ·  1 of 5  ·  esc clears");
    s.press(Code::Enter);
    s.type_text("j");
    assert_eq!(shown(&s).len(), 1, "letters are keys again");
    s.press(Code::Esc);
    assert_eq!(shown(&s).len(), 5);
    assert_eq!(
        s.model.chosen_reference().unwrap().to_string(),
        "ansa/sandbox/acme/secret-key",
        "what was found stays chosen"
    );
    s.type_text("/zzzz");
    assert!(shown(&s).is_empty() && s.model.chosen().is_none());
    s.press(Code::Enter);
    s.type_text("cryed ");
    assert!(s.model.overlay.is_none());
}

#[test]
fn the_sidebar_filters_by_provider_and_environment() {
    let mut s = Session::with(SOME);
    s.press(Code::Tab);
    s.press(Code::Down);
    assert_eq!(s.model.inside().unwrap().credentials.section, Section::Provider("anexpay".parse().unwrap()));
    assert_eq!(shown(&s), ["anexpay/live/acme"]);
    let live = s.model.inside().unwrap().credentials.sidebar.iter().position(
        |l| matches!(l, SidebarLine::Entry { section: Section::Environment(e), count: 3, .. } if e.as_str() == "live"),
    );
    s.click(Target::Sidebar(live.unwrap()));
    assert_eq!(shown(&s).len(), 3);
    s.press(Code::Tab);
    assert_eq!(s.model.inside().unwrap().credentials.pane, Pane::List);
}

#[test]
fn below_110_columns_the_sidebar_lies_over_the_list() {
    let mut s = Session::with(SOME);
    s.send(Msg::Resize { width: 80, height: 24 });
    s.press(Code::Tab);
    assert!(s.model.inside().unwrap().credentials.sidebar_open);
    s.press(Code::Esc);
    assert!(!s.model.inside().unwrap().credentials.sidebar_open);
    s.press(Code::Tab);
    s.send(Msg::Resize { width: 120, height: 36 });
    assert!(!s.model.inside().unwrap().credentials.sidebar_open);
}

#[test]
fn s_sorts_by_the_next_column() {
    let mut s = Session::with(SOME);
    s.type_text("s");
    assert_eq!(s.model.inside().unwrap().credentials.sort, Sort::Provider);
    assert_eq!(shown(&s)[1..3], ["ansa/live/acme", "ansa/sandbox/acme"]);
    s.type_text("ssss");
    assert_eq!(s.model.inside().unwrap().credentials.sort, Sort::Deed);
}

#[test]
fn the_chosen_row_stays_on_the_screen() {
    let many: Vec<(String, String)> = (0..100).map(|n| (format!("other/live/a/k{n:03}"), format!("v{n}"))).collect();
    let many: Vec<(&str, &str)> = many.iter().map(|(r, v)| (r.as_str(), v.as_str())).collect();
    let mut s = Session::with(&many);
    s.type_text("G");
    let list = s.model.inside().unwrap().credentials.list;
    assert_eq!((list.row, list.top), (99, 100 - s.model.list_rows()));
    s.send(Msg::Resize { width: 80, height: 16 });
    let list = s.model.inside().unwrap().credentials.list;
    assert!(list.top + s.model.list_rows() > 99);
    s.press(Code::PageUp);
    s.type_text("g");
    assert_eq!(s.model.inside().unwrap().credentials.list.top, 0);
}

#[test]
fn a_click_chooses_and_one_on_the_chosen_opens() {
    let mut s = Session::with(SOME);
    s.click(Target::Row(2));
    assert_eq!(s.model.chosen_reference().unwrap().to_string(), "antom/live/store-eu/key-pair");
    s.click(Target::Row(2));
    assert!(matches!(s.page(), Page::Detail(_)));
    s.click(Target::Tab(5));
    assert!(matches!(s.page(), Page::Settings));
    s.click(Target::Row(2000));
    s.click(Target::Item(7));
    s.click(Target::Option(99));
}
