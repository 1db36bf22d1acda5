//! Editing, the bin, accounts, settings.

use super::*;
use crate::app::form::FieldId;
use crate::app::model::{Section, SidebarLine, Theme};
use crate::domain::Life;

const ONE: &[(&str, &str)] = &[("ansa/live/acme/secret-key", LIVE_KEY)];

#[test]
fn labels_and_notes_are_edited_and_nothing_else_is_saved() {
    let mut s = Session::with(ONE);
    s.type_text("e");
    s.type_text("shared wallet");
    s.press(Code::Tab);
    s.type_text("by mail");
    s.ctrl('j');
    s.type_text("allow a day");
    s.press(Code::Enter);
    let credential = s.credential("secret-key");
    assert_eq!((credential.label.as_str(), credential.note.as_str()), ("shared wallet", "by mail\nallow a day"));
    assert!(matches!(s.page(), Page::Credentials));
    s.type_text("e");
    s.press(Code::Enter);
    assert_eq!((s.said().as_str(), s.saves), ("Nothing was changed.", 1));
}

#[test]
fn a_rule_that_is_no_number_of_days_is_not_saved() {
    let mut s = Session::with(ONE);
    s.press(Code::Enter);
    s.type_text("e");
    s.press(Code::Up);
    s.model.form_mut().unwrap().go_to(&FieldId::Rotate);
    s.type_text("often");
    s.press(Code::Enter);
    assert_eq!(s.saves, 0);
    s.ctrl('u');
    s.type_text("90");
    s.press(Code::Enter);
    assert_eq!(s.credential("secret-key").rotate_every_days, Some(90));
    assert!(matches!(s.page(), Page::Detail(_)), "back to where it was opened");
}

#[test]
fn what_is_in_the_bin_is_put_back_by_u() {
    let mut s = Session::with(ONE);
    s.type_text("d");
    assert!(s.model.inside().unwrap().credentials.shown.is_empty());
    assert_eq!(s.said(), "ansa/live/acme/secret-key is in the bin for 30 days. u puts it back.");
    s.type_text("u");
    assert_eq!(s.model.inside().unwrap().credentials.shown.len(), 1);
}

#[test]
fn a_save_that_fails_leaves_what_u_puts_back_and_what_is_marked() {
    let mut s = Session::with(&[ONE[0], ("other/live/acme/key", "v-2")]);
    let shown = |s: &Session| s.model.inside().unwrap().credentials.shown.len();
    let full = Some(Problem::new(Exit::Failed, "the disk is full"));
    s.type_text("d");
    s.fails.clone_from(&full);
    s.type_text(" d");
    assert_eq!((s.said().as_str(), shown(&s)), ("The disk is full.", 1));
    assert_eq!(s.model.inside().unwrap().credentials.marked.len(), 1);
    s.type_text("u");
    assert_eq!((s.said().as_str(), shown(&s)), ("The disk is full.", 1));
    s.fails = None;
    s.type_text("u");
    assert_eq!((s.saves, shown(&s)), (2, 2), "{}", s.said());
}

fn to_the_bin(s: &mut Session) {
    let lines = &s.model.inside().unwrap().credentials.sidebar;
    let at = lines.iter().position(|l| matches!(l, SidebarLine::Entry { section: Section::Bin, .. })).unwrap();
    s.click(Target::Sidebar(at));
}

#[test]
fn deleting_for_good_takes_typing_the_accounts_name() {
    let mut s = Session::with(ONE);
    s.type_text("d");
    to_the_bin(&mut s);
    s.type_text("c");
    assert_eq!(s.said(), "It is in the bin. u puts it back.");
    s.type_text("D");
    s.press(Code::Enter);
    assert!(s.said().starts_with("Type the account's name, acme"), "{}", s.said());
    s.click(Target::DialogDeed);
    s.type_text("acme");
    s.press(Code::Enter);
    assert!(s.document().credentials.is_empty());
    assert!(s.model.inside().unwrap().credentials.is_empty());
}

#[test]
fn marked_ones_go_to_the_bin_together() {
    let mut s = Session::with(&[
        ("other/live/a/access-token", "1"),
        ("other/live/b/access-token", "2"),
        ("other/live/c/access-token", "3"),
    ]);
    s.type_text("  d");
    assert_eq!(s.said(), "2 credentials are in the bin for 30 days. u puts them back.");
    to_the_bin(&mut s);
    s.model.run_id(action::ActionId::EmptyBin);
    assert_eq!(s.dialog().typed.as_ref().unwrap().expected, "delete");
    s.press(Code::Esc);
    assert_eq!(s.document().credentials.len(), 3);
}

#[test]
fn an_account_is_made_with_its_providers_fields_and_edited() {
    let mut s = Session::empty();
    s.type_text("3a");
    s.type_text("antom");
    s.press(Code::Enter);
    assert!(s.model.form().unwrap().field(&FieldId::AccountField("client_id".into())).is_some());
    s.press(Code::Tab);
    s.press(Code::Right);
    s.press(Code::Tab);
    s.type_text("ACME Store");
    s.press(Code::Tab);
    s.type_text("The store");
    s.press(Code::Tab);
    s.type_text("SANDBOX_5X00000000000000");
    s.press(Code::Enter);
    let account = &s.document().accounts[0];
    assert_eq!((account.slug.as_str(), account.label.as_str()), ("acme-store", "The store"));
    assert_eq!(account.fields["client_id"], "SANDBOX_5X00000000000000");
    assert!(matches!(s.page(), Page::Accounts));
    s.press(Code::Enter);
    s.type_text(" EU");
    s.press(Code::Enter);
    assert_eq!(s.document().accounts[0].label, "The store EU");
    s.type_text("d");
    s.press(Code::Enter);
    assert!(s.document().accounts.is_empty());
}

#[test]
fn an_account_with_credentials_says_why_it_stays() {
    let mut s = Session::with(ONE);
    s.type_text("3d");
    assert_eq!(s.said(), "It has a credential. Delete that first; one in the bin counts.");
}

#[test]
fn a_version_that_waits_comes_into_use_from_its_line_after_the_account_s_name() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.paste(&LIVE_KEY.replace('4', "5"));
    s.press(Code::Enter);
    let lives = |s: &Session| {
        let credential = s.credential("ansa/live/acme/secret-key");
        (credential.versions.iter().map(|v| v.life).collect::<Vec<_>>(), credential.current().map(|v| v.n))
    };
    assert_eq!(lives(&s), (vec![Life::Active, Life::Pending], Some(1)), "{}", s.said());
    s.press(Code::Enter);
    // The reference stands between the value and the newest version.
    s.press(Code::Down);
    s.press(Code::Down);
    s.type_text(":bring this version");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_eq!(lives(&s).1, Some(1), "the name is not typed yet");
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(lives(&s), (vec![Life::Active, Life::Active], Some(2)), "{}", s.said());
}

#[test]
fn the_clear_reminder_is_switched_in_the_settings_which_say_what_it_writes() {
    let mut s = Session::with(&[]);
    s.type_text("6");
    s.model.form_mut().unwrap().go_to(&FieldId::Reminder);
    let help = s.model.form().unwrap().focused().unwrap().help.clone().unwrap();
    assert!(help.contains("earliest date") && help.contains("in clear") && help.contains("next-due"), "{help}");
    assert!(!s.document().settings.reminder(), "it is off unless asked for");
    s.press(Code::Right);
    assert!(s.document().settings.reminder());
    assert!(s.said().contains("in clear"), "{}", s.said());
    s.press(Code::Right);
    assert!(!s.document().settings.reminder() && s.said().contains("deleted"), "{}", s.said());
}

#[test]
fn settings_are_in_force_at_once() {
    let mut s = Session::empty();
    s.type_text("6");
    s.press(Code::Right);
    assert_eq!(s.model.preferences.theme, Theme::Dark);
    assert!(s.did("SavePreferences"));
    s.press(Code::Down);
    s.press(Code::Right);
    assert!(s.did("MouseCapture(false)"));
    s.model.form_mut().unwrap().go_to(&FieldId::IdleLock);
    s.press(Code::Left);
    s.press(Code::Left);
    assert_eq!(s.document().settings.idle_lock_s(), 60);
    s.wait(60);
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
}

#[test]
fn a_setting_that_could_not_be_saved_shows_what_is_in_force() {
    let mut s = Session::empty();
    s.type_text("6");
    s.model.form_mut().unwrap().go_to(&FieldId::IdleLock);
    s.fails = Some(Problem::new(Exit::Failed, "the disk is full"));
    s.press(Code::Right);
    assert_eq!(s.model.form().unwrap().text(&FieldId::IdleLock), "300");
    assert_eq!(s.said(), "The disk is full.");
}

#[test]
fn the_passphrase_is_changed_by_who_knows_it() {
    let mut s = Session::empty();
    s.type_text("6");
    s.model.form_mut().unwrap().go_to(&FieldId::Door);
    s.press(Code::Enter);
    s.type_text("wrong");
    s.press(Code::Tab);
    s.type_text("tundra viola 47 mackerel");
    s.press(Code::Tab);
    s.type_text("tundra viola 47 mackere");
    s.press(Code::Enter);
    assert!(!s.did("SetPassphrase"), "not the same twice");
    s.type_text("l");
    s.press(Code::Enter);
    assert_eq!(s.said(), "The passphrase is wrong.");
    for text in [PASSPHRASE, "tundra viola 47 mackerel", "tundra viola 47 mackerel"] {
        s.type_text(text);
        s.press(Code::Tab);
    }
    s.press(Code::Enter);
    assert_eq!(s.passphrase, "tundra viola 47 mackerel");
    assert!(matches!(s.page(), Page::Settings));
}
