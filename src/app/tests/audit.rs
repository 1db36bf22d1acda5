//! The page of the audit log.

use super::*;
use crate::domain::audit::Act;

fn session() -> Session {
    let mut s =
        Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY), ("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text("2");
    s
}

fn log(s: &Session) -> &model::Log {
    &s.model.inside().unwrap().log
}

fn shown(s: &Session) -> Vec<Act> {
    log(s).shown.iter().map(|at| log(s).rows[*at].act).collect()
}

#[test]
fn the_log_is_shown_newest_first_and_filtered_as_one_types() {
    let mut s = session();
    let id = s.credential("ansa/sandbox/acme/secret-key").id;
    s.suspend(60);
    let saved = s.apply(Change::Bin(vec![id])).unwrap();
    s.model.enter(saved.unlocked);
    s.type_text("5");
    assert!(matches!(s.page(), Page::Audit));
    assert_eq!(shown(&s), [Act::Binned, Act::Stored, Act::Stored]);
    assert_eq!(log(&s).flaws, []);
    s.type_text("/LIVE st");
    assert_eq!(shown(&s), [Act::Stored]);
    assert_eq!(s.said(), "1 of 3 shown");
    s.press(Code::Enter);
    s.type_text("j");
    assert!(!log(&s).filtering);
    s.press(Code::Esc);
    assert_eq!(shown(&s).len(), 3);
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Credentials));
}

#[test]
fn enter_opens_the_credential_and_esc_leads_back() {
    let mut s = session();
    s.type_text("5");
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Detail(_)));
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Audit));
}

#[test]
fn an_entry_about_the_vault_or_something_deleted_opens_nothing() {
    let mut s = session();
    let id = s.credential("ansa/sandbox/acme/secret-key").id;
    s.apply(Change::Bin(vec![id])).unwrap();
    s.suspend(1);
    s.apply(Change::Purge(vec![id])).unwrap();
    s.suspend(1);
    let saved = s.apply(Change::Settings { idle_lock_s: Some(600), clipboard_s: None, osc52: None }).unwrap();
    s.model.enter(saved.unlocked);
    s.type_text("5");
    s.press(Code::Enter);
    assert_eq!(s.said(), "It is not about a credential.");
    s.type_text("j");
    s.press(Code::Enter);
    assert_eq!(s.said(), "It was deleted; the log is what is left of it.");
    assert!(matches!(s.page(), Page::Audit));
}

#[test]
fn the_chain_is_checked_and_the_log_exported() {
    let mut s = session();
    s.type_text("5v");
    assert_eq!(s.said(), "Nothing is missing, in all months.");
    assert!(log(&s).checked);
    s.type_text("E");
    assert_eq!(s.said(), "Written in clear, without values, to /vault/audit.jsonl");
    assert_eq!(shown(&s)[0], Act::LogExported);
    s.holds = true;
    s.type_text("v");
    s.type_text("E");
    assert_eq!(s.said(), "The log is still being read.");
}

#[test]
fn a_reveal_appears_on_the_page_by_itself() {
    let mut s = session();
    s.type_text("1");
    s.type_text("g");
    while s.model.chosen_reference().unwrap().environment.as_str() != "sandbox" {
        s.type_text("j");
    }
    s.type_text("r5");
    assert_eq!(shown(&s)[0], Act::Revealed);
}

#[test]
fn that_there_are_older_entries_is_known() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.type_text("rr5");
    assert_eq!(s.model.inside().unwrap().log.older, 0);
    let mut draft = s.vault.clone().unwrap().draft();
    draft.archived(&s.document().audit[..1]);
    let unlocked = draft.seal(&s.key).unwrap().unlocked;
    s.vault = Some(unlocked.clone());
    s.model.enter(unlocked);
    s.type_text("5");
    let log = &s.model.inside().unwrap().log;
    assert_eq!((log.older, log.rows.len(), log.flaws.len()), (1, 1, 0));
}
