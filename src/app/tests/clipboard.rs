//! Revealing and copying.

use super::*;
use crate::app::model::ClipState;

const TIMED: Way = Way::Timed { marked: true };

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
    for (way, said) in
        [(Way::Once { turn: Turn::Only }, "Cleared after 30 s, nobody pasted it."), (TIMED, "Cleared after 30 s.")]
    {
        let mut s = session();
        s.way = way;
        choose(&mut s, "sandbox");
        s.type_text("c");
        assert_eq!(s.model.clip.as_ref().unwrap().state, ClipState::Held { way });
        s.wait(29);
        assert!(s.clipboard.is_some());
        s.wait(1);
        assert_eq!((s.clipboard.as_deref(), s.said().as_str()), (None, said));
        assert_eq!(s.model.clip, None);
    }
}

#[test]
fn a_paste_ends_it_and_who_pasted_when_stands_there_for_six_seconds() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.type_text("c");
    s.wait(7);
    assert_eq!(s.pasted(), SANDBOX_KEY);
    assert_eq!(s.model.clip, None);
    assert_eq!(s.said(), "Served once at 09:12:07, to kitty. The clipboard is empty again.");
    s.wait(5);
    assert!(s.said().starts_with("Served once"));
    s.wait(1);
    assert_eq!(s.model.notice, None);
}

#[test]
fn what_was_reached_is_said_and_never_more() {
    let to = || Some("klipper".to_owned());
    for (how, said) in [
        (
            Released::Served { to: None, by_manager: false, is_empty: true },
            "Served once at 09:12:00. The clipboard is empty",
        ),
        (
            Released::Served { to: to(), by_manager: false, is_empty: false },
            "to klipper. Something else is on it by now.",
        ),
        (
            Released::Served { to: to(), by_manager: true, is_empty: true },
            "A clipboard manager read it first: klipper.",
        ),
        (Released::Served { to: None, by_manager: true, is_empty: true }, "A clipboard manager may have read it first"),
        (Released::Unfinished { to: to() }, "A program began to paste it and did not finish: klipper."),
        (Released::OnlyId, "The ID was pasted, then something else was copied, and was left alone."),
        (Released::Replaced, "○ Something else was copied before it was pasted"),
        (Released::Lost, "The display went away"),
    ] {
        let mut s = session();
        choose(&mut s, "sandbox");
        s.type_text("c");
        s.released(how);
        assert!(s.said().contains(said), "{}", s.said());
        assert_eq!(s.model.clip, None);
    }
}

#[test]
fn what_went_through_the_terminal_is_never_said_to_be_gone() {
    let mut s = session();
    s.way = Way::Osc52 { in_tmux: false };
    choose(&mut s, "sandbox");
    s.type_text("c");
    s.released(Released::CannotTell);
    assert_eq!(s.said(), "Sent by OSC 52: cannot be verified or cleared.");
}

#[test]
fn of_client_credentials_the_id_is_pasted_first() {
    let mut s = Session::with(&[("paynet/sandbox/acme/client-credentials", "a-secret")]);
    let id = NewField::of("client_id", NewValue::Public("acme-test".into()));
    s.store_fields("paynet/sandbox/acme/client-credentials", Kind::ClientCredentials, vec![id]);
    s.type_text("q");
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    s.type_text("gc");
    let turn = |s: &Session| s.model.clip.as_ref().and_then(model::Clip::way);
    assert_eq!(turn(&s), Some(Way::Once { turn: Turn::Id }));
    s.wait(20);
    assert_eq!(s.pasted(), "acme-test");
    assert_eq!(turn(&s), Some(Way::Once { turn: Turn::Secret }));
    s.wait(20);
    assert_eq!(s.pasted(), "a-secret", "its time began with its turn");
    assert!(s.said().starts_with("Served once"));
}

#[test]
fn esc_takes_a_copy_back_before_it_does_anything_else() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.press(Code::Enter);
    s.type_text("c");
    s.press(Code::Esc);
    assert_eq!((s.clipboard.as_deref(), s.said().as_str()), (None, "○ Taken back."));
    assert!(matches!(s.page(), Page::Detail(_)));
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Credentials));
}

#[test]
fn what_somebody_else_copied_is_left_alone() {
    let mut s = session();
    s.way = TIMED;
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
fn a_display_that_does_not_answer_is_told_after_five_seconds() {
    let mut s = session();
    choose(&mut s, "sandbox");
    s.holds = true;
    s.type_text("c");
    s.wait(4);
    let unanswered = |s: &Session| s.model.clip.as_ref().unwrap().is_unanswered(s.now().boot);
    assert!(!unanswered(&s));
    s.wait(1);
    assert!(unanswered(&s));
    let woken = s.model.wake().unwrap();
    assert!(woken > s.now().boot && woken <= s.now().boot + Duration::from_secs(1));
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
