//! Rotations: what is listed, what ⏎ and z do, and what the mouse means.

use super::*;
use crate::app::action::Place as Where;
use crate::app::model::Next;
use crate::domain::Environment;

/// A live key that is due in a week, and one that has no date.
fn due_in_a_week() -> Session {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", "live one"), ("ansa/sandbox/acme/secret-key", "two")]);
    let id = s.credential("ansa/live/acme/secret-key").id;
    let change = Change::Edit { credential: id, label: None, note: None, tags: None, rotate_every_days: Some(Some(7)) };
    let Saved { unlocked, .. } = s.apply(change).unwrap();
    answer::renew(&mut s.model, unlocked);
    s.type_text("2");
    s
}

fn shown(s: &Session) -> Vec<String> {
    let page = &s.model.inside().unwrap().rotations;
    page.shown.iter().map(|at| page.agenda.get(*at).unwrap().reference.clone()).collect()
}

#[test]
fn what_is_due_soon_is_listed_and_counted() {
    let s = due_in_a_week();
    assert_eq!(shown(&s), ["ansa/live/acme/secret-key"]);
    let page = &s.model.inside().unwrap().rotations;
    assert_eq!((page.to_do, page.due), (1, 1));
    assert_eq!(s.model.status().text, "1 to do  ·  1 due within 14 days");
    assert_eq!(s.model.chosen_reference().unwrap().to_string(), "ansa/live/acme/secret-key");
}

#[test]
fn enter_opens_the_credential_and_esc_leads_back() {
    let mut s = due_in_a_week();
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Detail(_)));
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Rotations));
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Credentials));
    s.press(Code::Enter);
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Credentials), "what was opened from the list leads back to the list");
}

#[test]
fn each_credential_that_a_flow_changes_says_its_step_in_the_list() {
    let mut s = Session::with(&[("antom/live/acme/key-pair", "ours"), ("antom/live/acme/provider-key", "theirs")]);
    let provider = Catalog::builtin().get("antom").unwrap();
    let flow = provider.flow("replace-own-pair").unwrap();
    let acme = "acme".parse().unwrap();
    let (reason, place) = (Some(crate::domain::provider::Reason::Scheduled), (Environment::Live, &acme, None));
    let run = crate::domain::journal::begin(provider, flow, reason, place).unwrap();
    let Saved { unlocked, .. } = s.apply(Change::Begin(Box::new(run))).unwrap();
    answer::renew(&mut s.model, unlocked);
    let list = &s.model.inside().unwrap().credentials;
    let steps: Vec<_> = list.rows.iter().map(|row| row.next).collect();
    assert!(matches!(steps[..], [Next::Step(1, all), Next::Step(1, _)] if all > 1), "{steps:?}");
    assert_eq!(s.model.inside().unwrap().rotations.agenda.iter().count(), 1, "it is one thing to do");
}

#[test]
fn later_asks_until_when_and_can_be_taken_back() {
    let mut s = due_in_a_week();
    s.type_text("z");
    assert_eq!(s.model.place(), Where::Later);
    s.press(Code::Esc);
    assert!(s.document().credentials.iter().all(|c| c.snoozed_until.is_none()));
    s.type_text("z");
    s.press(Code::Down);
    s.press(Code::Enter);
    assert_eq!(s.said(), "Put off for 3 days.");
    let credential = s.credential("ansa/live/acme/secret-key");
    let until = credential.snoozed_until.unwrap();
    assert_eq!(until.duration_since(s.model.now.wall).as_hours(), 72);
    let page = &s.model.inside().unwrap().rotations;
    assert_eq!((page.to_do, page.due, page.shown.len()), (0, 0, 1), "it stays in the list, after what is to do");
    s.type_text("z");
    s.press(Code::Enter);
    assert_eq!(s.said(), "It is to do again.");
    assert_eq!(s.model.inside().unwrap().rotations.to_do, 1);
}

#[test]
fn a_click_chooses_and_one_on_the_chosen_goes_on() {
    let mut s = due_in_a_week();
    s.click(Target::Row(7));
    assert!(matches!(s.page(), Page::Rotations), "a stale click does nothing");
    s.type_text("z");
    s.click(Target::Option(3));
    s.click(Target::Outside);
    assert_eq!(s.model.place(), Where::Rotations);
    s.type_text("z");
    s.click(Target::Option(1));
    s.click(Target::Option(1));
    assert_eq!(s.said(), "Put off for 3 days.");
    s.click(Target::Row(0));
    assert!(matches!(s.page(), Page::Detail(_)));
}

#[test]
fn what_ends_by_itself_today_does_not_wait() {
    let mut s = Session::with(&[("ansa/sandbox/acme/client-secret", "short")]);
    let reference = "ansa/sandbox/acme/other".parse().unwrap();
    let add = Add {
        origin: Origin::Fetched,
        expires_at: Some(s.model.now.wall + SignedDuration::from_hours(3)),
        ..Add::of(
            reference,
            Kind::ClientSecret,
            Place::New,
            vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(b"v")))],
        )
    };
    let Saved { unlocked, .. } = s.apply(Change::Add(Box::new(add))).unwrap();
    answer::renew(&mut s.model, unlocked);
    s.type_text("2z");
    assert_eq!(s.said(), "It ends by itself within a day: that does not wait.");
    assert_eq!(s.model.place(), Where::Rotations);
}
