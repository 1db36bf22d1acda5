//! The page on which a flow begins: what is typed there stays, and no secret stands there in clear.

use super::*;
use crate::app::action::Place;
use crate::app::form::FieldId;

const JSON: &str = r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-live-1"}"#;

fn text(s: &Session, id: &FieldId) -> String {
    s.model.form().unwrap().text(id).to_owned()
}

/// The page about the chosen key pair, with one of several flows to choose.
fn about_antom() -> Session {
    let mut s = Session::with(&[("antom/sandbox/acme/key-pair", PAIR)]);
    s.type_text("R");
    assert_eq!(s.model.place(), Place::Begin);
    s
}

#[test]
fn what_was_looked_for_is_chosen_by_going_on_to_the_next_field() {
    let mut s = about_antom();
    let first = text(&s, &FieldId::Flow);
    s.type_text("own");
    s.press(Code::Tab);
    assert_eq!(text(&s, &FieldId::Flow), "replace-own-pair", "it was {first}");
    assert_eq!(s.model.form().unwrap().focused().unwrap().id, FieldId::Reason);
    s.type_text("leaked");
    s.press(Code::Tab);
    assert_eq!(text(&s, &FieldId::Reason), "compromised");
    s.type_text("nothing of the kind");
    s.press(Code::Tab);
    assert_eq!(text(&s, &FieldId::Flow), "replace-own-pair", "what fits nothing changes nothing");
}

#[test]
fn what_was_looked_for_is_chosen_in_every_form() {
    let mut s = Session::with(&[]);
    s.type_text("F");
    s.type_text("payn");
    s.press(Code::Tab);
    assert_eq!(text(&s, &FieldId::Provider), "paynet");
    assert!(s.model.form().unwrap().field(&FieldId::Flow).is_some());
    s.type_text("sand");
    s.press(Code::Tab);
    assert_eq!(text(&s, &FieldId::Environment), "sandbox");
    assert_eq!(text(&s, &FieldId::Flow), "create", "the flows are those of that place");
    s.press(Code::Esc);
    s.type_text("a");
    s.type_text("anex");
    s.press(Code::Tab);
    assert_eq!(text(&s, &FieldId::Provider), "anexpay");
}

#[test]
fn a_secret_is_put_into_no_field_that_anyone_sees() {
    let mut s = Session::with(&[("paynet/sandbox/acme/client-credentials", "0f1e2d3c4b5a69788796a5b4c3d2e1f0")]);
    s.type_text("F");
    for id in [FieldId::Account, FieldId::Name] {
        s.model.form_mut().unwrap().go_to(&id);
        let before = text(&s, &id);
        for secret in [JSON, LIVE_KEY, "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "ANEXPAY_API_SECRET=s-live-12345"] {
            s.paste(secret);
            assert!(s.said().contains("does not go where anyone sees it"), "{}", s.said());
            assert_eq!(text(&s, &id), before, "{secret}");
        }
    }
    s.model.form_mut().unwrap().go_to(&FieldId::Name);
    s.paste("second");
    assert_eq!(text(&s, &FieldId::Name), "second");
}

#[test]
fn a_note_beside_a_step_that_takes_a_value_takes_words_and_no_secret() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text("R");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert!(!s.model.flow().unwrap().step.fields.is_empty(), "a value is to be taken");
    s.type_text("n");
    s.paste(JSON);
    assert!(s.said().contains("does not go where anyone sees it"), "{}", s.said());
    s.paste("asked Ada");
    s.press(Code::Enter);
    let marks = &s.model.flow().unwrap().step.marks;
    assert_eq!(marks.last().unwrap().text, "asked Ada");
}

#[test]
fn what_is_too_long_to_be_looked_through_goes_into_no_field_and_keeps_nobody_waiting() {
    let mut s = Session::with(&[]);
    s.type_text("F");
    s.model.form_mut().unwrap().go_to(&FieldId::Account);
    let before = text(&s, &FieldId::Account);
    s.paste(&"a ".repeat(33 * 1024));
    assert!(
        s.said().starts_with("More than the 64 KiB that are looked through for secrets does not go"),
        "{}",
        s.said()
    );
    assert_eq!(text(&s, &FieldId::Account), before);
}
