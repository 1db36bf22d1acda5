//! The table of actions.

use std::collections::BTreeSet;

use super::*;
use crate::app::action::{self, ActionId, Group, Place, TABLE};

#[test]
fn each_action_has_one_row() {
    let mut seen = BTreeSet::new();
    for row in TABLE {
        assert!(seen.insert(format!("{:?}", row.id)), "{:?} twice", row.id);
        assert!(!row.places.is_empty(), "{:?} works nowhere", row.id);
        assert!(!row.keys.is_empty() || !row.name.is_empty(), "{:?} can't be reached", row.id);
    }
}

#[test]
fn words_follow_the_rules() {
    for row in TABLE {
        for text in [row.name, row.word, row.help] {
            assert!(!text.contains('!') && !text.to_lowercase().contains("please"), "{text}");
        }
        assert!(row.name.is_empty() || row.name.starts_with(char::is_uppercase), "{}", row.name);
        // «I know» are the gateways' own words.
        assert!(row.word == "I know" || !row.word.starts_with(char::is_uppercase), "{}", row.word);
        assert!(row.word.split_whitespace().count() <= 4, "{}", row.word);
    }
}

#[test]
fn a_key_does_one_deed_in_each_place() {
    for place in [Place::Accounts, Place::Settings, Place::Add, Place::AddTable, Place::Edit] {
        let mut keys = BTreeSet::new();
        for row in TABLE.iter().filter(|row| row.places.contains(&place)) {
            for key in row.keys {
                // What is bound twice depends on the row's own condition.
                let conditional = matches!(key.code, Code::Esc | Code::Enter | Code::Tab) || place == Place::Settings;
                assert!(keys.insert(action::key_name(key)) || conditional, "{} in {place:?}", action::key_name(key));
            }
        }
    }
}

fn words(s: &Session) -> Vec<String> {
    let footer = action::footer(&s.model);
    let text = |a: &&action::Action| format!("{} {}", a.key().unwrap(), a.word);
    footer.left.iter().map(text).chain(footer.right.iter().map(text)).collect()
}

#[test]
fn the_footer_shows_what_works_here() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    assert_eq!(
        words(&s),
        ["a add", "⏎ open", "c copy once", "r reveal", "R rotate", "/ filter", ": actions", "? help", "q lock"]
    );
    s.type_text("/");
    assert_eq!(words(&s), ["⏎ to the list", "esc clear the filter"]);
    s.press(Code::Esc);
    s.type_text("q");
    assert_eq!(words(&s), ["⏎ unlock", "ctrl-r show what I type", "ctrl-q quit"]);
}

#[test]
fn while_a_field_takes_letters_no_letter_is_a_key() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text("/qdDxac:?123");
    assert_eq!(s.model.inside().unwrap().credentials.filter.text(), "qdDxac:?123");
    assert!(s.model.overlay.is_none());
    s.press(Code::F(1));
    assert!(matches!(s.model.overlay, Some(Overlay::Help(_))), "F keys work still");
}

#[test]
fn the_palette_finds_actions_by_letters_and_runs_them() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text(":set");
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Settings));
    s.type_text("1:");
    let Some(Overlay::Palette(palette)) = &s.model.overlay else { panic!("closed") };
    assert!(palette.rows[0].about_chosen, "what is about the chosen one stands first");
    assert_eq!(palette.rows.len(), palette.total);
    let first_elsewhere = palette.rows.iter().find(|r| !r.about_chosen).unwrap();
    assert_eq!(first_elsewhere.action, ActionId::Settings, "last used first");
    s.press(Code::Esc);
    assert!(s.model.overlay.is_none());
}

#[test]
fn the_help_lists_the_keys_of_the_place_below_it() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text("?");
    let Some(Overlay::Help(help)) = &s.model.overlay else { panic!("closed") };
    let groups = help.groups(&s.model);
    assert_eq!(groups[0].group, Group::Credential);
    assert!(groups[0].lines.contains(&("c".into(), "copy once")));
    s.type_text("/lock");
    let Some(Overlay::Help(help)) = &s.model.overlay else { panic!("closed") };
    assert!(help.groups(&s.model).iter().all(|g| g.lines.iter().all(|(_, words)| words.contains("lock"))));
    s.press(Code::Esc);
    assert!(s.model.overlay.is_none());
}

#[test]
fn the_table_for_the_readme_has_each_key_once() {
    let text = action::markdown();
    assert!(text.contains("| This credential | `⏎` | open |"), "{text}");
    assert!(text.contains("`ctrl-q`"), "{text}");
    assert!(text.contains("| Flows | `⏎` |") && text.contains("`R` | rotate it"), "{text}");
}
