//! Handed over once: what a sealed secret asks for, and what is remembered of every secret that leaves.

use super::*;
use crate::app::msg::Ending;

fn session() -> Session {
    Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)])
}

/// A session whose one secret, of this environment, is sealed.
fn sealed(reference: &str, value: &str) -> Session {
    let mut s = Session::with(&[(reference, value)]);
    let mut draft = s.vault.clone().unwrap().draft();
    draft.seal_all(s.wall);
    let unlocked = draft.seal(&s.key).unwrap().unlocked;
    s.vault = Some(unlocked.clone());
    s.model.enter(unlocked);
    s
}

fn revealed(s: &Session) -> Option<String> {
    s.model.inside()?.revealed.as_ref().map(|r| r.text.expose().to_owned())
}

fn acts(s: &Session) -> Vec<String> {
    let entries = s.document().audit.iter();
    entries.map(|e| [e.act.words(), e.reached.as_deref().unwrap_or("")].join(": ")).collect()
}

fn asked(s: &Session) -> &model::Unseal {
    match &s.model.overlay {
        Some(Overlay::Unseal(unseal)) => unseal,
        other => panic!("not asked: {other:?}"),
    }
}

fn give(s: &mut Session, passphrase: &str, reason: &str) {
    s.type_text(passphrase);
    s.press(Code::Tab);
    s.type_text(reason);
    s.press(Code::Enter);
}

#[test]
fn what_is_shown_and_copied_is_remembered_without_disturbing() {
    let mut s = session();
    s.type_text("r");
    assert_eq!(revealed(&s).as_deref(), Some(SANDBOX_KEY));
    assert_eq!(s.model.notice, None);
    assert!(s.model.inside().unwrap().saving.is_none());
    s.type_text("c");
    s.wait(30);
    s.type_text("c");
    s.press(Code::Esc);
    s.type_text("cc");
    s.type_text("q");
    assert_eq!(
        acts(&s)[1..],
        [
            "revealed: shown on the screen",
            "copied: offered for one paste, for 30 s",
            "copy ended: cleared after 30 s",
            "copied: offered for one paste, for 30 s",
            "copy ended: taken back",
            "copied: offered for one paste, for 30 s",
            "copy ended: given up for the next copy",
            "copied: offered for one paste, for 30 s",
            "copy ended: given up when the vault was locked"
        ]
    );
    assert_eq!(s.saves, 0, "no record has changed");
}

#[test]
fn the_log_says_how_a_copy_got_there_and_claims_nothing_of_what_a_lock_left_open() {
    for (way, begun, locked) in [
        (Way::Once { turn: Turn::Only }, "offered for one paste, for 30 s", "given up when the vault was locked"),
        (Way::Timed { marked: true }, "on the clipboard for 30 s", "to be cleared, since the vault was locked"),
        (
            Way::Osc52 { in_tmux: false },
            "sent by OSC 52",
            "the vault was locked; whether the terminal cleared it is not known",
        ),
    ] {
        let mut s = session();
        s.way = way;
        s.type_text("cq");
        assert_eq!(acts(&s)[1..], [format!("copied: {begun}"), format!("copy ended: {locked}")]);
    }
}

#[test]
fn what_never_got_to_the_clipboard_was_not_copied() {
    let mut s = session();
    s.holds = true;
    s.type_text("c");
    let ticket = s.model.clip.as_ref().unwrap().ticket;
    s.holds = false;
    s.send(Msg::Answer(ticket, Answer::Copied(Err(Problem::new(Exit::Failed, "no display")))));
    assert_eq!(s.remembered, 0);
    let mut s = session();
    s.holds = true;
    s.type_text("c");
    s.holds = false;
    s.type_text("q");
    assert_eq!(acts(&s)[1..], ["copy ended: asked for; the vault was locked before the display answered"]);
}

#[test]
fn that_the_id_went_stands_in_the_log_whatever_comes_of_the_secret() {
    let mut s = session();
    s.way = Way::Once { turn: Turn::Id };
    s.type_text("c");
    let ticket = s.model.clip.as_ref().unwrap().ticket;
    s.send(Msg::Answer(ticket, Answer::Copied(Ok(Held { way: Way::Once { turn: Turn::Secret } }))));
    s.press(Code::Esc);
    assert_eq!(
        acts(&s)[1..],
        [
            "copied: offered for one paste: the ID, then the secret",
            "copied: the ID was pasted; the secret is offered for one paste",
            "copy ended: taken back"
        ]
    );
}

#[test]
fn what_watches_the_clipboard_is_told_and_remembered() {
    let mut s = session();
    s.type_text("c");
    let ticket = s.model.clip.as_ref().unwrap().ticket;
    s.send(Msg::Answer(ticket, Answer::Watched(Some("peeker".into()))));
    assert!(s.said().contains("peeker asked at once and got nothing. It can still be pasted."), "{}", s.said());
    assert_eq!(s.pasted(), SANDBOX_KEY);
    let hint = s.model.notice.as_ref().unwrap().hint.as_deref();
    assert_eq!(hint, Some("Before that, peeker asked at once and got nothing."));
    assert_eq!(acts(&s).last().unwrap(), "copy ended: pasted once, to kitty; peeker had asked at once and got nothing");
}

#[test]
fn a_log_that_cannot_be_written_is_told() {
    let mut s = session();
    s.fails = Some(Problem::new(Exit::Failed, "the disk is full"));
    s.type_text("r");
    assert_eq!(s.said(), "The audit log does not know of it. The disk is full.");
}

#[test]
fn a_sealed_secret_asks_for_the_passphrase_and_a_reason() {
    for (key, environment, value) in [('r', "sandbox", SANDBOX_KEY), ('r', "live", LIVE_KEY), ('c', "live", LIVE_KEY)] {
        let mut s = sealed(&format!("ansa/{environment}/acme/secret-key"), value);
        s.type_text(&key.to_string());
        assert_eq!((revealed(&s), &s.clipboard), (None, &None));
        assert_eq!(asked(&s).subject, format!("ansa/{environment}/acme/secret-key@1#value"));
        give(&mut s, PASSPHRASE, "the pod lost its mount");
        let got = if key == 'r' { revealed(&s) } else { s.clipboard.clone() };
        assert_eq!(got.as_deref(), Some(value));
        assert!(s.model.overlay.is_none());
        let entry = s.document().audit.iter().find(|e| e.act.as_str() == "unsealed").unwrap();
        assert_eq!(entry.reason.as_deref(), Some("the pod lost its mount"));
        let debug = format!("{:?}{:?}", s.model, s.document().audit);
        assert!(!debug.contains(PASSPHRASE) && !s.log.concat().contains(PASSPHRASE));
    }
}

#[test]
fn every_time_it_asks_again() {
    let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
    s.type_text("r");
    give(&mut s, PASSPHRASE, "first time");
    s.type_text("r");
    assert_eq!(revealed(&s), None);
    s.type_text("r");
    asked(&s);
}

#[test]
fn a_wrong_passphrase_shows_nothing_and_leaves_no_entry() {
    let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
    s.type_text("r");
    give(&mut s, "something else", "the pod lost its mount");
    assert_eq!(revealed(&s), None);
    assert_eq!(asked(&s).error.as_deref(), Some("That passphrase does not open this vault."));
    assert!(asked(&s).passphrase.is_empty() && !asked(&s).on_reason);
    assert_eq!(asked(&s).reason.text(), "the pod lost its mount", "it need not be typed again");
    assert_eq!(s.remembered, 0);
    s.type_text(PASSPHRASE);
    s.press(Code::Enter);
    assert!(revealed(&s).is_some());
}

#[test]
fn a_reason_that_says_nothing_or_is_a_secret_is_refused_before_scrypt_runs() {
    for (reason, words) in [("", "3 to 200"), ("ab ", "3 to 200"), (SANDBOX_KEY, "and no reason")] {
        let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
        s.type_text("r");
        give(&mut s, PASSPHRASE, reason);
        assert!(asked(&s).error.as_ref().unwrap().contains(words), "{reason}: {:?}", asked(&s).error);
        assert!(asked(&s).on_reason && !s.did("CheckPassphrase"));
    }
    let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
    s.type_text("r");
    s.press(Code::Enter);
    assert_eq!(asked(&s).error.as_deref(), Some("It takes the vault's passphrase."));
    s.press(Code::Tab);
    s.paste(SANDBOX_KEY);
    assert!(asked(&s).reason.is_empty());
}

#[test]
fn the_entry_is_saved_before_the_value_is_shown() {
    let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
    s.type_text("r");
    s.holds = true;
    give(&mut s, PASSPHRASE, "the pod lost its mount");
    assert!(asked(&s).busy.is_some());
    let check = s.held.pop_front().unwrap();
    s.act(check);
    assert_eq!(revealed(&s), None, "the passphrase is right, the entry not yet saved");
    s.answer();
    assert!(revealed(&s).is_some());
}

#[test]
fn without_its_entry_nothing_is_shown() {
    let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
    s.type_text("r");
    s.fails = Some(Problem::new(Exit::Failed, "the disk is full"));
    give(&mut s, PASSPHRASE, "the pod lost its mount");
    assert_eq!(revealed(&s), None);
    assert_eq!(asked(&s).error.as_deref(), Some("The disk is full."));
}

#[test]
fn the_keys_that_work_everywhere_work_in_the_question_too() {
    let asking = || {
        let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
        s.type_text("r");
        s.type_text("walnut");
        s
    };
    let mut s = asking();
    s.send(Msg::Key(Key::ctrl('r')));
    assert!(asked(&s).passphrase.visible);
    s.send(Msg::FocusLost);
    assert!(!asked(&s).passphrase.visible);
    s.send(Msg::Key(Key::ctrl('k')));
    assert!(s.did("ClearClipboard"));
    asked(&s);
    s.send(Msg::Key(Key::ctrl('q')));
    assert!(s.has_quit && s.model.overlay.is_none());
}

#[test]
fn leaving_the_question_while_it_is_checked_shows_nothing() {
    for leave in [|s: &mut Session| s.press(Code::Esc), |s: &mut Session| s.send(Msg::Ended(Ending::Terminate))] {
        let mut s = sealed("ansa/sandbox/acme/secret-key", SANDBOX_KEY);
        s.type_text("r");
        s.holds = true;
        give(&mut s, PASSPHRASE, "the pod lost its mount");
        leave(&mut s);
        s.answer();
        assert_eq!((revealed(&s), s.remembered), (None, 0));
        assert!(s.model.overlay.is_none());
    }
}
