//! Revealing and copying.

use super::*;
use crate::app::model::ClipState;

fn session() -> Session {
    Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY), ("ansa/live/acme/secret-key", LIVE_KEY)])
}

fn choose(s: &mut Session, environment: &str) {
    s.type_text("g");
    while s.model.chosen_reference().unwrap().environment.as_str() != environment {
        s.type_text("j");
    }
}

fn revealed(s: &Session) -> Option<String> {
    s.model.inside()?.revealed.as_ref().map(|r| r.text.expose().to_owned())
}

#[test]
fn a_sandbox_secret_is_shown_for_ten_seconds() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.type_text("r");
    assert_eq!(revealed(&s).as_deref(), Some(SANDBOX_KEY));
    s.wait(9);
    assert!(revealed(&s).is_some());
    s.wait(1);
    assert_eq!(revealed(&s), None);
    assert!(s.did("ClearScreen"));
}

#[test]
fn it_is_hidden_by_another_row_the_key_again_the_focus_and_another_page() {
    for hide in [
        |s: &mut Session| choose(s, "live"),
        |s: &mut Session| s.type_text("r"),
        |s: &mut Session| s.send(Msg::FocusLost),
        |s: &mut Session| s.type_text("3"),
        |s: &mut Session| s.type_text("q"),
    ] {
        let mut s = session();
        choose(&mut s, "sandbox");
        s.type_text("r");
        hide(&mut s);
        assert_eq!(revealed(&s), None);
    }
}

#[test]
fn a_live_secret_takes_a_confirmation_to_be_shown_or_copied() {
    let mut s = session();
    choose(&mut s, "live");
    s.type_text("r");
    assert_eq!(revealed(&s), None);
    assert_eq!(s.dialog().verb, "show it");
    s.press(Code::Esc);
    assert_eq!(revealed(&s), None);
    s.type_text("c");
    assert_eq!(s.clipboard, None);
    s.press(Code::Enter);
    assert_eq!(s.clipboard.as_deref(), Some(LIVE_KEY));
}

#[test]
fn a_copy_is_taken_back_when_its_time_is_over_and_what_was_reached_is_said() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.type_text("c");
    assert_eq!(s.model.clip.as_ref().unwrap().state, ClipState::Held { marked: true });
    s.wait(29);
    assert!(s.clipboard.is_some());
    s.wait(1);
    assert_eq!((s.clipboard.as_deref(), s.said().as_str()), (None, "Cleared after 30 s."));
    assert_eq!(s.model.clip, None);
}

#[test]
fn esc_takes_a_copy_back_before_it_does_anything_else() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.press(Code::Enter);
    s.type_text("c");
    s.press(Code::Esc);
    assert_eq!((s.clipboard.as_deref(), s.said().as_str()), (None, "Taken back: the clipboard is empty."));
    assert!(matches!(s.page(), Page::Detail(_)));
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Credentials));
}

#[test]
fn what_somebody_else_copied_is_left_alone() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.type_text("c");
    s.clipboard = Some("a recipe".into());
    s.wait(30);
    assert_eq!(s.clipboard.as_deref(), Some("a recipe"));
    assert_eq!(s.said(), "The clipboard no longer held it, and was left alone.");
}

#[test]
fn of_two_copies_the_second_one_counts() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.type_text("c");
    s.wait(20);
    s.type_text("c");
    s.wait(15);
    assert!(s.clipboard.is_some(), "the first copy's time is over, not the second's");
    s.wait(15);
    assert_eq!(s.clipboard, None);
}

#[test]
fn without_a_clipboard_the_reason_is_said() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.fails = Some(Problem::new(Exit::Failed, "no clipboard here: there is no display"));
    s.type_text("c");
    assert_eq!(s.said(), "No clipboard here: there is no display.");
    assert_eq!(s.model.clip, None);
}

#[test]
fn locking_takes_the_copy_back() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.type_text("cq");
    assert_eq!(s.clipboard, None);
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
    assert!(!s.said().contains("ansa"), "{}", s.said());
}

#[test]
fn the_reference_is_no_secret_and_stays() {
    let mut s = session();
    choose(&mut s, "live");
    s.type_text("y");
    assert_eq!(s.clipboard.as_deref(), Some("ansa/live/acme/secret-key"));
    s.wait(60);
    assert!(s.clipboard.is_some());
}

#[test]
fn on_the_detail_page_the_chosen_field_is_what_is_copied() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.press(Code::Enter);
    s.press(Code::Down);
    s.type_text("c");
    assert_eq!(s.clipboard.as_deref(), Some("ansa/sandbox/acme/secret-key"), "the line of the reference");
    s.press(Code::Up);
    s.type_text("c");
    assert_eq!(s.clipboard.as_deref(), Some(SANDBOX_KEY));
}
