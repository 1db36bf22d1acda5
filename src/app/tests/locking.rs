//! First run, unlock, lock, end.

use super::*;
use crate::app::model::{FirstField, Tone};
use crate::app::msg::Ending;

#[test]
fn a_vault_is_made_with_the_same_passphrase_twice_and_a_tick() {
    let mut s = Session::first_run();
    s.type_text("summer2024");
    s.press(Code::Enter);
    assert!(s.said().contains("passphrase"), "{}", s.said());
    assert!(!s.did("CreateVault"), "below the floor");
    s.ctrl('u');
    s.type_text("tundra viola 47 mackerel");
    s.press(Code::Tab);
    s.type_text("tundra viola 47 mackere");
    s.press(Code::Enter);
    assert!(!s.did("CreateVault"), "not the same");
    s.type_text("l");
    s.press(Code::Enter);
    assert!(!s.did("CreateVault"), "not ticked");
    s.press(Code::Char(' '));
    s.press(Code::Enter);
    assert!(matches!(s.model.screen, Screen::Inside(_)));
    assert_eq!(s.passphrase, "tundra viola 47 mackerel");
}

#[test]
fn what_was_told_before_the_vault_was_found_is_told_on_the_locked_screen() {
    let mut s = Session::blank();
    s.vault = Some(s.new_vault());
    s.model.tell(Tone::Warning, "config.toml: `mouse` has a value that isn't known here.");
    let effects = s.model.start();
    s.work(effects);
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    assert_eq!(s.said(), "config.toml: `mouse` has a value that isn't known here.");
    s.press(Code::Char('w'));
    assert_eq!(s.said(), "", "until a key is pressed");
}

#[test]
fn an_offered_passphrase_is_shown_until_it_was_typed_again() {
    let mut s = Session::first_run();
    s.press(Code::F(2));
    let first = |s: &Session| match &s.model.screen {
        Screen::FirstRun(f) => (f.passphrase.visible, f.focus),
        _ => panic!("made already"),
    };
    assert_eq!(first(&s), (true, FirstField::Again));
    s.type_text("walnut orbit sleepy cargo violin");
    assert_eq!(first(&s), (false, FirstField::Tick));
    s.type_text(" ");
    s.press(Code::Enter);
    assert!(matches!(s.model.screen, Screen::Inside(_)));
}

#[test]
fn a_wrong_passphrase_empties_the_field_and_counts_nothing() {
    let mut s = Session::empty();
    s.type_text("q");
    for _ in 0..5 {
        s.paste("not it\n");
        s.press(Code::Enter);
    }
    let Screen::Unlock(unlock) = &s.model.screen else { panic!("opened") };
    assert!(unlock.passphrase.is_empty());
    assert_eq!(unlock.error.as_ref().unwrap().text, "That passphrase does not open this vault.");
    s.paste(&format!("{PASSPHRASE}\r\n"));
    s.press(Code::Enter);
    assert!(matches!(s.model.screen, Screen::Inside(_)), "a pasted one loses its line break");
}

#[test]
fn opening_can_be_stopped_and_what_comes_through_is_closed() {
    let mut s = Session::empty();
    s.type_text("q");
    s.holds = true;
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    assert!(s.model.working().is_some());
    s.wait(1);
    assert!(s.model.spinner().is_some(), "a sign of life");
    s.press(Code::Esc);
    s.log.clear();
    s.answer();
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    assert_eq!(s.log, ["Lock"]);
}

#[test]
fn an_older_vault_opens_only_with_consent() {
    let mut s = Session::empty();
    s.type_text("q");
    s.holds = true;
    s.type_text("pass");
    s.press(Code::Enter);
    let Some(Effect::Unlock { ticket, passphrase, .. }) = s.held.pop_back() else { panic!("not asked") };
    s.send(Msg::Answer(ticket, Answer::Opened(Err(Refusal::Older { seen: 42, found: 40, passphrase }))));
    assert_eq!(s.dialog().text[0].text, "This is save 40 of the vault; this computer has seen save 42.");
    s.press(Code::Enter);
    assert!(s.log.last().unwrap().contains("consent: Older"), "{:?}", s.log.last());
}

#[test]
fn what_is_to_be_told_of_the_opening_is_told_inside() {
    let mut s = Session::empty();
    s.type_text("q");
    s.notices = vec!["was open to others, closed now: vault.age (644)".into()];
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    assert!(matches!(s.model.screen, Screen::Inside(_)));
    assert_eq!(s.said(), "Was open to others, closed now: vault.age (644).");
}

#[test]
fn what_the_lock_wiped_is_told_and_told_again_when_the_vault_is_open() {
    let wiped = "What was entered and not stored yet was wiped by the lock. Enter it again.";
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.wait(300);
    assert_eq!(s.said(), wiped);
    s.type_text("wrong");
    s.press(Code::Enter);
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    assert_eq!(s.said(), wiped);
    assert_eq!(s.saves, 0);
}

#[test]
fn what_was_stored_or_left_empty_is_not_called_wiped() {
    let mut s = Session::empty();
    s.type_text("a");
    s.wait(300);
    assert_eq!(s.said(), "", "nothing was in the form");
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.holds = true;
    s.press(Code::Enter);
    s.wait(300);
    assert_eq!(s.said(), "", "it is on its way into the vault");
}

#[test]
fn what_somebody_else_wrote_is_not_shown() {
    let mut s = Session::empty();
    s.type_text("q");
    s.holds = true;
    s.type_text("pass");
    s.press(Code::Enter);
    let Some(Effect::Unlock { ticket, .. }) = s.held.pop_back() else { panic!("not asked") };
    let why = Problem::new(Exit::Damaged, "vault.age was not written by its key");
    s.send(Msg::Answer(ticket, Answer::Opened(Err(Refusal::NotIntact(why)))));
    s.press(Code::Enter);
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    assert!(s.model.overlay.is_none() && s.model.working().is_none());
}

#[test]
fn it_locks_without_a_key_and_through_suspend() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.wait(290);
    s.type_text("j");
    s.wait(299);
    assert!(matches!(s.model.screen, Screen::Inside(_)));
    s.wait(1);
    let Screen::Unlock(unlock) = &s.model.screen else { panic!("still open") };
    assert_eq!(unlock.why.as_deref(), Some("after 5 minutes without a key"));

    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.suspend(3600);
    s.type_text("c");
    let Screen::Unlock(unlock) = &s.model.screen else { panic!("the key was taken for a living session's") };
    assert!(unlock.passphrase.is_empty(), "the late key goes nowhere");
    assert_eq!(s.clipboard, None);
}

#[test]
fn an_idle_locked_program_sleeps() {
    let mut s = Session::empty();
    s.type_text("q");
    assert_eq!(s.model.wake(), None);
    let mut s = Session::empty();
    let mut wakes = 0;
    while let Some(at) = s.model.wake() {
        s.pass(at.saturating_sub(s.boot));
        s.send(Msg::Wake);
        wakes += 1;
    }
    assert!((60..70).contains(&wakes), "once a minute, in the last minute once a second: {wakes}");
}

#[test]
fn nothing_of_the_vault_stays_in_the_model_when_it_locks() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.paste(&SANDBOX_KEY.replace("4001", "4002"));
    s.type_text("store-eu");
    s.send(Msg::Key(Key::plain(Code::F(1))));
    s.wait(300);
    assert_eq!(Arc::strong_count(s.vault.as_ref().unwrap()), 1, "someone still holds the vault");
    let left = format!("{:?}", s.model);
    assert!(!left.contains("ansa/") && !left.contains("store-eu") && !left.contains("acme/"), "{left}");
}

#[test]
fn a_save_goes_on_while_the_vault_locks_and_a_failure_is_told_without_its_reason() {
    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.holds = true;
    s.press(Code::Enter);
    s.model.lock(None);
    let effects = std::mem::take(&mut s.model.outbox);
    s.work(effects);
    s.answer();
    assert_eq!(s.saves, 1);
    assert!(matches!(s.model.screen, Screen::Unlock(_)));

    let mut s = Session::empty();
    s.paste(LIVE_KEY);
    s.type_text("acme");
    s.holds = true;
    s.press(Code::Enter);
    s.send(Msg::Ended(Ending::Hangup));
    assert!(s.has_quit);
    s.fails = Some(Problem::new(Exit::Failed, "ansa/live/acme/secret-key: disk full"));
    s.answer();
    assert_eq!(s.model.notice.as_ref().unwrap().text, "The last change was not saved.");
}

#[test]
fn every_end_locks_first_and_gives_the_clipboard_back() {
    for ending in [Ending::Terminate, Ending::Hangup, Ending::Interrupt, Ending::TerminalGone] {
        let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
        s.type_text("c");
        s.log.clear();
        s.send(Msg::Ended(ending));
        assert_eq!(s.clipboard, None);
        let order: Vec<&str> = s.log.iter().map(|e| e.split([' ', '{']).next().unwrap()).collect();
        // The entry about the copy is saved before the vault is let go of.
        assert_eq!(order, ["TakeBack", "Commit", "Lock", "ClearScreen", "Quit"]);
    }
}

#[test]
fn another_program_s_save_is_shown_when_the_window_gets_the_focus() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.holds = true;
    s.send(Msg::FocusLost);
    s.send(Msg::FocusGained);
    let Some(Effect::Refresh { ticket }) = s.held.pop_back() else { panic!("not looked") };
    s.store("ansa/live/acme/secret-key", LIVE_KEY);
    let newer = s.vault.clone();
    s.send(Msg::Answer(ticket, Answer::Refreshed(Ok(newer))));
    assert_eq!(s.model.inside().unwrap().credentials.shown.len(), 2);
}

#[test]
fn every_provider_file_that_is_not_used_is_told_locked_and_open() {
    let mut s = Session::with(&[]);
    let broken = ["a.toml:1: `id` is no text.".to_owned(), "b.toml: `other` is a built-in provider.".to_owned()];
    s.model.know(Catalog::builtin().clone(), &broken);
    s.press(Code::Char('q'));
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    let told = "2 provider files are not used. `paykeep doctor` says which and why.";
    assert_eq!(s.said(), told);
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    assert_eq!(s.said(), told);
    s.press(Code::Down);
    assert_ne!(s.said(), told, "it takes the line of nothing else");
}

#[test]
fn one_file_that_is_not_used_is_told_with_its_reason_before_the_folder_was_looked_at_too() {
    let mut s = Session::blank();
    s.vault = Some(s.new_vault());
    let wrong = "b.toml: `other` is a built-in provider.";
    s.model.know(Catalog::builtin().clone(), &[wrong.to_owned()]);
    let effects = s.model.start();
    s.work(effects);
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    assert_eq!(s.said(), wrong);
}

#[test]
fn on_a_terminal_that_is_too_small_only_the_ways_out_do_anything() {
    let key = ("ansa/sandbox/acme/k1", "ansa_sk_sandbox_6513270e-269e-4d37-b2a7-4de452e6b438");
    let mut s = Session::with(&[key]);
    s.send(Msg::Resize { width: 59, height: 24 });
    for code in [Code::Char('d'), Code::Char('e'), Code::Char('x'), Code::Enter] {
        s.press(code);
    }
    s.paste("ansa_sk_live_7513270e-269e-4d37-b2a7-4de452e6b438");
    s.press(Code::Enter);
    s.send(Msg::Resize { width: 80, height: 24 });
    assert!(matches!(s.page(), Page::Credentials));
    assert!(s.credential(key.0).binned_at.is_none());
    assert_eq!(s.document().credentials.len(), 1);
    assert!(s.said().contains("A paste was not taken"), "{}", s.said());

    s.paste("ansa_sk_live_7513270e-269e-4d37-b2a7-4de452e6b438");
    assert!(matches!(s.page(), Page::Add(_)));
    s.send(Msg::Resize { width: 80, height: 15 });
    s.press(Code::Char('q'));
    assert!(matches!(s.model.screen, Screen::Unlock(_)), "q locks, also with a form open");
    s.type_text("q");
    s.send(Msg::Resize { width: 80, height: 24 });
    let Screen::Unlock(unlock) = &s.model.screen else { panic!("not locked") };
    assert!(unlock.passphrase.is_empty());
    s.send(Msg::Resize { width: 20, height: 5 });
    s.ctrl('c');
    assert!(s.did("Quit"));
}
