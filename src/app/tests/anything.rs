//! Whatever happens in whatever order: nothing panics, nothing secret is in the model's `Debug`, nothing is stored without a deed.

use proptest::prelude::*;

use super::*;
use crate::app::action::TABLE;
use crate::app::msg::Ending;
use crate::domain::audit::Act;

const CANARY: &str = "ansa_sk_live_c0ffee00-e89b-12d3-a456-426614174999";

#[derive(Clone, Debug)]
enum Deed {
    Key(Key),
    Text(String),
    Paste(String),
    Click(Target),
    Scroll(Target),
    Resize(u16, u16),
    Focus(bool),
    Wait(u64),
    Unlock,
    Fail(bool),
    Hold(bool),
}

fn keys() -> impl Strategy<Value = Key> {
    let codes = prop_oneof![
        prop::char::range(' ', '~').prop_map(Code::Char),
        Just(Code::Enter),
        Just(Code::Enter),
        Just(Code::Esc),
        Just(Code::Tab),
        Just(Code::Backspace),
        Just(Code::Delete),
        Just(Code::Left),
        Just(Code::Right),
        Just(Code::Up),
        Just(Code::Down),
        Just(Code::Home),
        Just(Code::End),
        Just(Code::PageUp),
        Just(Code::PageDown),
        (1..5u8).prop_map(Code::F),
    ];
    let listed: Vec<Key> = TABLE.iter().flat_map(|a| a.keys.iter().copied()).collect();
    prop_oneof![
        2 => prop::sample::select(listed),
        1 => (codes, any::<bool>(), any::<bool>(), any::<bool>())
            .prop_map(|(code, ctrl, alt, shift)| Key { code, ctrl: ctrl && alt, alt: alt && shift, shift }),
    ]
}

fn targets() -> impl Strategy<Value = Target> {
    let actions: Vec<_> = TABLE.iter().map(|a| a.id).collect();
    prop_oneof![
        (0..5usize).prop_map(Target::Tab),
        (0..6usize).prop_map(Target::Row),
        (0..15usize).prop_map(Target::Sidebar),
        Just(Target::Preview),
        (0..8usize).prop_map(Target::Item),
        (0..9usize).prop_map(Target::Field),
        (0..9usize).prop_map(Target::Option),
        prop::sample::select(actions).prop_map(Target::Action),
        (0..9usize).prop_map(Target::PaletteRow),
        (0..3usize).prop_map(Target::Offer),
        Just(Target::DialogDeed),
        Just(Target::DialogOut),
        Just(Target::Outside),
    ]
}

fn deeds() -> impl Strategy<Value = Deed> {
    let texts = prop_oneof![Just("acme"), Just("ansa"), Just("other"), Just("live"), Just("é\u{301}東"), Just("90")];
    let pastes = prop_oneof![
        Just(CANARY.to_owned()),
        Just(format!("KEY={CANARY}\nOTHER={SANDBOX_KEY}\r\n")),
        Just(format!("{{\"client_id\": \"x\", \"client_secret\": \"{CANARY}\"}}")),
        Just("\u{1b}[31m\u{0}\u{7}q\n".to_owned()),
        Just("SANDBOX_5X00000000000000".to_owned()),
        Just(format!("{}{CANARY}", "# words\n".repeat(3000))),
    ];
    prop_oneof![
        12 => keys().prop_map(Deed::Key),
        3 => texts.prop_map(|t| Deed::Text(t.into())),
        3 => pastes.prop_map(Deed::Paste),
        4 => targets().prop_map(Deed::Click),
        1 => targets().prop_map(Deed::Scroll),
        1 => (0..200u16, 0..60u16).prop_map(|(w, h)| Deed::Resize(w, h)),
        1 => any::<bool>().prop_map(Deed::Focus),
        1 => prop_oneof![Just(1u64), Just(11), Just(31), Just(400)].prop_map(Deed::Wait),
        1 => Just(Deed::Unlock),
        1 => any::<bool>().prop_map(Deed::Fail),
        1 => any::<bool>().prop_map(Deed::Hold),
    ]
}

fn play(s: &mut Session, deed: Deed) {
    match deed {
        Deed::Key(key) => s.send(Msg::Key(key)),
        Deed::Text(text) => s.type_text(&text),
        Deed::Paste(text) => s.paste(&text),
        Deed::Click(target) => s.click(target),
        Deed::Scroll(target) => {
            s.send(Msg::Mouse(Mouse { kind: MouseKind::ScrollDown, target: Some(target) }));
        }
        Deed::Resize(width, height) => s.send(Msg::Resize { width, height }),
        Deed::Focus(on) => s.send(if on { Msg::FocusGained } else { Msg::FocusLost }),
        Deed::Wait(seconds) => s.wait(seconds),
        Deed::Unlock => {
            if matches!(&s.model.screen, Screen::Unlock(u) if u.busy.is_none()) {
                s.press(Code::Esc);
                s.ctrl('u');
                s.type_text(PASSPHRASE);
                s.press(Code::Enter);
            }
        }
        Deed::Fail(on) => s.fails = on.then(|| Problem::new(Exit::Failed, "the disk is full")),
        Deed::Hold(true) => s.holds = true,
        Deed::Hold(false) => s.answer(),
    }
}

/// Whatever the view reads is asked for, as after every message.
fn look(s: &Session) {
    let _ = (s.model.status(), s.model.wake(), s.model.spinner(), s.model.locks_in(), s.model.tab());
    let _ = (action::footer(&s.model), action::help(&s.model, "x"));
    if let Some(inside) = s.model.inside() {
        assert!(inside.credentials.visible(50).count() <= 50);
        if let Page::Add(add) = &inside.page {
            let _ = (add.best(), add.reference_text());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_series_of_messages_panics_or_shows_a_secret_or_stores_unasked(deeds in prop::collection::vec(deeds(), 1..120)) {
        let mut s = Session::with(&[
            ("ansa/sandbox/acme/secret-key", SANDBOX_KEY),
            ("ansa/live/acme/secret-key", &CANARY.replace("4999", "4998")),
            ("other/live/shop/access-token", "c0ffee00-token"),
        ]);
        for deed in deeds {
            let (saves, entries) = (s.saves, s.document().audit.len());
            let asks = matches!(&deed, Deed::Key(_) | Deed::Click(_) | Deed::Text(_) | Deed::Hold(false) | Deed::Unlock);
            play(&mut s, deed);
            look(&s);
            let debug = format!("{:?}", s.model);
            prop_assert!(!debug.contains("c0ffee00"), "{debug}");
            prop_assert!(!debug.contains(PASSPHRASE), "{debug}");
            prop_assert!(asks || s.saves == saves, "stored without a key or a click");
            // How a copy ended shows when its time is over: that is remembered by itself, and nothing else is.
            let log = &s.document().audit;
            prop_assert!(asks || log[entries..].iter().all(|entry| entry.act == Act::CopyEnded), "{log:?}");
            prop_assert!(!format!("{log:?}").contains("c0ffee00"), "{log:?}");
        }
        for line in &s.log {
            prop_assert!(!line.contains("c0ffee00") || line.starts_with("CopyPublic") || line.starts_with("Commit"), "{line}");
        }
        s.answer();
        s.send(Msg::Ended(Ending::Terminate));
        prop_assert!(s.has_quit);
        prop_assert_eq!(s.clipboard.filter(|c| c.contains("c0ffee00")), None);
    }

    #[test]
    fn first_run_takes_anything(deeds in prop::collection::vec(deeds(), 1..60)) {
        let mut s = Session::first_run();
        for deed in deeds {
            play(&mut s, deed);
            look(&s);
            let debug = format!("{:?}", s.model);
            prop_assert!(!debug.contains("c0ffee00"), "{debug}");
        }
    }
}
