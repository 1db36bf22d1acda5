//! A value that is pasted where a name is wanted.

use super::*;
use crate::app::form::FieldId;

/// As gateways issue them that no file describes.
const UNKNOWN: [&str; 7] = [
    "sk_live_51H8x2eKZvKYlo2C4aQxYgT3Zb9RkLm",
    "9e0e99f396e74838aeb583d1f06bc03d",
    "aR2822Y6XbehWMclnB0Y2NJK",
    "CLIENT_ID=SANDBOX_5Y036S2Y1W4D03493",
    "PASSWORD=hunter2",
    "SANDBOX-AEHJTZ3VLXQKMJ5QGW4XYZAB",
    "amzn1.application-oa2-client.0123456789abcdef0123456789abcdef",
];

#[test]
fn a_value_that_nobody_knows_never_becomes_a_name() {
    for value in UNKNOWN {
        for id in [FieldId::Account, FieldId::Name, FieldId::UsedBy] {
            let mut s = Session::empty();
            s.paste(SANDBOX_KEY);
            let before = s.add().form.text(&id).to_owned();
            s.model.form_mut().unwrap().go_to(&id);
            s.paste(value);
            assert_eq!(s.add().form.text(&id), before, "{value} in {id:?}");
            assert_eq!(s.add().found.len(), 2, "{value} comes next: {}", s.said());
            assert_eq!(s.said(), "That looks like a value: it comes next. A name is typed; esc leaves both.");
        }
    }
}

#[test]
fn a_name_is_pasted_as_ever() {
    for name in
        ["ACME", "Store EU 2", "acme-store-eu-west-1", "merchant.12345678", "My-Shop-2026-Berlin", "Müller & Söhne"]
    {
        let mut s = Session::empty();
        s.paste(SANDBOX_KEY);
        s.paste(name);
        assert_eq!(s.add().form.text(&FieldId::Account), name);
        assert_eq!(s.add().found.len(), 1);
    }
}

#[test]
fn what_looks_like_a_value_can_be_typed_as_a_name() {
    let mut s = Session::empty();
    s.paste(SANDBOX_KEY);
    s.type_text("store20261127eu01");
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/sandbox/store20261127eu01/secret-key"), SANDBOX_KEY);
}

#[test]
fn a_form_that_waits_for_its_value_takes_it_wherever_the_focus_is() {
    let mut s = Session::empty();
    s.type_text("a");
    s.type_text("other");
    s.press(Code::Enter);
    s.press(Code::Tab);
    s.type_text("secret");
    s.press(Code::Enter);
    s.model.form_mut().unwrap().go_to(&FieldId::Environment);
    s.press(Code::Right);
    s.model.form_mut().unwrap().go_to(&FieldId::Account);
    s.paste(UNKNOWN[0]);
    assert_eq!(s.add().form.text(&FieldId::Account), "");
    assert_eq!(s.said(), "That looks like a value, so it did not become a name. A name is typed.");
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(s.value("other/sandbox/acme/secret-key"), UNKNOWN[0]);
}

#[test]
fn other_forms_refuse_it_too() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text("e");
    s.model.form_mut().unwrap().go_to(&FieldId::Label);
    s.paste(UNKNOWN[0]);
    assert_eq!(s.said(), "What looks like a value does not go where anyone sees it. Paste it on the list to store it.");
    assert_eq!(s.model.form().unwrap().text(&FieldId::Label), "");
}
