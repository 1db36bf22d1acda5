//! Flows by keys: what a step refuses, what waits, what is asked first.

use super::*;
use crate::app::action::Place;
use crate::app::form::{FieldId, Input};
use crate::app::screen::{bench, flow};
use crate::domain::journal::{End, FlowError, Happened, Journal};
use crate::domain::{Environment, Life, Proof};

const SECRET: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

/// A session before the first step of a flow that `want` begins, about the credential.
fn begun(reference: &str, value: &str, keys: &str) -> Session {
    let mut s = Session::with(&[(reference, value)]);
    s.type_text(keys);
    assert_eq!(s.model.place(), Place::Begin, "{}", s.said());
    s.press(Code::Enter);
    assert_eq!(s.model.place(), Place::Flow, "{}", s.said());
    s
}

fn journal(s: &Session) -> &Journal {
    s.document().journals.last().unwrap()
}

fn now(s: &Session) -> &str {
    let journal = journal(s);
    &journal.steps[journal.now().expect("the flow goes on")].id
}

/// Does steps that only have to be said.
fn say(s: &mut Session, steps: usize) {
    for _ in 0..steps {
        s.press(Code::Enter);
    }
}

fn own_pair() -> Session {
    let mut s = Session::with(&[("antom/sandbox/acme/key-pair", PAIR)]);
    s.type_text("R");
    s.type_text("own");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_eq!(now(&s), "pair");
    s
}

#[test]
fn a_flow_in_progress_is_shown_instead_of_begun_twice() {
    let mut s = begun("paynet/sandbox/acme/client-credentials", SECRET, "R");
    s.press(Code::Esc);
    s.type_text("R");
    assert_eq!(s.model.place(), Place::Flow);
    assert_eq!(s.document().journals.len(), 1);
    assert!(s.said().starts_with("A flow is in progress"));
}

#[test]
fn a_pair_that_is_no_longer_wanted_is_not_stored() {
    let mut s = own_pair();
    s.holds = true;
    s.press(Code::Enter);
    s.press(Code::Esc);
    assert!(s.did("Stop "), "nobody waits for it");
    s.answer();
    assert_eq!(now(&s), "pair");
    assert_eq!(s.said(), "Stopped. Nothing was stored.");
    s.press(Code::Enter);
    assert_eq!(now(&s), "stage", "it can be made again");
    let version = s.credential("antom/sandbox/acme/key-pair").pending().unwrap();
    assert_eq!(version.life, Life::Pending);
    assert_eq!(version.fields["private_key"].fingerprint, version.fields["public_key"].fingerprint, "one pair");
}

#[test]
fn a_value_that_is_something_else_is_stopped_until_it_is_overruled() {
    let mut s = begun("ansa/live/acme/secret-key", LIVE_KEY, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    let step = now(&s).to_owned();
    s.paste(SANDBOX_KEY);
    s.press(Code::Enter);
    assert!(s.said().contains("says sandbox"), "{}", s.said());
    assert!(journal(&s).step(&step).unwrap().marks.is_empty(), "nothing was stored");
    s.paste(LIVE_KEY);
    s.press(Code::Enter);
    assert!(s.said().contains("current already"), "{}", s.said());
    s.paste(SANDBOX_KEY);
    s.ctrl('o');
    s.type_text("acme");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_eq!(s.value("ansa/live/acme/secret-key@pending"), SANDBOX_KEY, "it was the user's own decision");
}

#[test]
fn what_was_agreed_to_about_one_value_is_not_agreed_to_about_another() {
    let mut s = begun("ansa/live/acme/secret-key", LIVE_KEY, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    let step = now(&s).to_owned();
    s.paste(SANDBOX_KEY);
    s.ctrl('o');
    s.type_text("acme");
    s.press(Code::Enter);
    s.press(Code::Tab);
    s.press(Code::End);
    s.press(Code::Backspace);
    s.type_text("7");
    s.press(Code::Enter);
    assert!(s.said().contains("says sandbox"), "{}", s.said());
    assert!(journal(&s).step(&step).unwrap().marks.is_empty(), "nothing was stored");
}

#[test]
fn what_is_shown_once_is_kept_before_the_flow_goes_on() {
    let mut s = begun("ansa/live/acme/secret-key", LIVE_KEY, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    let step = now(&s).to_owned();
    s.type_text("I");
    assert_eq!(now(&s), step, "there is nothing to know yet");
    s.paste("ansa_sk_live_123e4567-e89b-12d3-a456-426614174999");
    s.press(Code::Enter);
    assert_eq!(now(&s), step);
    assert!(journal(&s).step(&step).unwrap().last(Happened::Kept).is_some());
    s.press(Code::Enter);
    assert_eq!(now(&s), step, "⏎ is not «I know»");
    s.type_text("I");
    assert_ne!(now(&s), step);
}

#[test]
fn i_know_passes_no_value_over_that_was_pasted_after_the_one_that_is_kept() {
    let mut s = begun("ansa/live/acme/secret-key", LIVE_KEY, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    let step = now(&s).to_owned();
    let right = "ansa_sk_live_123e4567-e89b-12d3-a456-426614174998";
    s.paste("ansa_sk_live_123e4567-e89b-12d3-a456-426614174999");
    s.press(Code::Enter);
    s.paste(right);
    s.type_text("I");
    assert_eq!(now(&s), step, "the right one would be lost");
    assert!(s.said().contains("⏎ takes it in place of"), "{}", s.said());
    // Left out, and pasted again.
    s.press(Code::Esc);
    assert_eq!((s.model.place(), flow::has_another(&s.model)), (Place::Flow, false));
    s.paste(right);
    s.press(Code::Enter);
    s.type_text("I");
    assert_ne!(now(&s), step);
    assert_eq!(s.value("ansa/live/acme/secret-key@pending"), right);
}

#[test]
fn a_key_is_stopped_only_with_the_accounts_name() {
    let mut s = begun("paynet/live/acme/client-credentials", SECRET, "x");
    while !journal(&s).step(now(&s)).unwrap().asks_consent() {
        say(&mut s, 1);
    }
    let life = |s: &Session| s.credential("paynet/live/acme/client-credentials").versions[0].life;
    s.press(Code::Enter);
    let told = s.dialog().text.iter().any(|line| line.text.starts_with("v1: fingerprint k1:"));
    assert!(told, "which one it is: {:?}", s.dialog().text);
    s.press(Code::Enter);
    assert_eq!(life(&s), Life::Active);
    s.type_text("acm");
    s.press(Code::Enter);
    s.paste("acme");
    s.press(Code::Enter);
    assert_eq!(life(&s), Life::Active, "a name that is pasted is not typed");
    s.type_text("e");
    s.press(Code::Enter);
    assert_eq!(life(&s), Life::Revoked);
}

#[test]
fn a_revoked_secret_is_given_out_only_from_its_own_line() {
    let mut s = begun("paynet/sandbox/acme/client-credentials", SECRET, "x");
    while s.credential("paynet/sandbox/acme/client-credentials").versions[0].life != Life::Revoked {
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            s.type_text("acme");
            s.press(Code::Enter);
        }
    }
    s.press(Code::Esc);
    s.type_text("c");
    assert!(s.said().starts_with("v1 is revoked."), "{}", s.said());
    s.type_text("r");
    assert!(s.model.inside().unwrap().revealed.is_none());
    assert_eq!(s.clipboard, None);
    s.press(Code::Enter);
    while !matches!(s.page(), Page::Detail(d) if matches!(d.items[d.chosen], model::Item::Version(_))) {
        s.press(Code::Down);
    }
    s.type_text("c");
    assert_eq!(s.clipboard.as_deref(), Some(SECRET));
}

#[test]
fn places_are_ticked_off_one_by_one_and_none_is_passed_over() {
    let mut s = own_pair();
    s.press(Code::Enter);
    assert_eq!(now(&s), "stage");
    s.type_text("W");
    s.type_text("checkout-api");
    s.press(Code::Enter);
    let credential = s.credential("antom/sandbox/acme/key-pair").id;
    let uses = Some((credential, None, Proof::Asked));
    s.apply(Change::Consumer { label: "billing-job".into(), side: None, place: None, uses }).unwrap();
    let vault = s.vault.clone().unwrap();
    answer::renew(&mut s.model, vault);
    s.press(Code::Enter);
    assert_eq!(now(&s), "stage", "billing-job does not have it");
    assert!(s.said().starts_with("Not yet: billing-job"), "{}", s.said());
    s.press(Code::Down);
    s.type_text("w");
    s.press(Code::Enter);
    assert_eq!(now(&s), "open");
}

#[test]
fn what_was_asked_about_one_step_is_not_done_to_the_next() {
    let mut s = own_pair();
    s.press(Code::Enter);
    assert_eq!(now(&s), "stage");
    s.press(Code::Enter);
    assert_eq!(s.dialog().title, "No place uses it");
    // Another program does the step while the question stands.
    let (journal_id, deed) = (journal(&s).id, crate::domain::Deed::Said { note: String::new() });
    s.apply(Change::Step { journal: journal_id, step: "stage".into(), deed }).unwrap();
    let vault = s.vault.clone().unwrap();
    answer::renew(&mut s.model, vault);
    assert_eq!(now(&s), "open");
    s.press(Code::Enter);
    assert_eq!(now(&s), "open", "the answer was about another step");
}

#[test]
fn a_pair_goes_to_the_step_that_asked_for_it() {
    let mut s = own_pair();
    s.holds = true;
    s.press(Code::Enter);
    // Another page of the same flow is looked at when it comes.
    s.type_text("p");
    s.answer();
    assert_eq!(now(&s), "stage", "{}", s.said());
    assert!(s.credential("antom/sandbox/acme/key-pair").pending().is_some());
}

#[test]
fn a_note_stands_beside_its_step_and_a_look_back_changes_nothing() {
    let mut s = own_pair();
    s.press(Code::Enter);
    s.type_text("n");
    s.type_text("asked Mei, she restarts it");
    s.press(Code::Enter);
    let noted = journal(&s).step("stage").unwrap().last(Happened::Noted).unwrap();
    assert_eq!(noted.text, "asked Mei, she restarts it");
    s.type_text("p");
    assert_eq!(s.model.flow().unwrap().step.id, "pair");
    let saves = s.saves;
    s.press(Code::Enter);
    assert_eq!(s.saves, saves, "⏎ only leads back to the present step");
    assert_eq!(s.model.flow().unwrap().step.id, "stage");
}

#[test]
fn an_abandoned_flow_says_what_it_leaves() {
    let mut s = own_pair();
    s.press(Code::Enter);
    s.type_text("X");
    assert!(s.dialog().text.iter().any(|line| line.text.contains("v2")), "{:?}", s.dialog().text);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(journal(&s).ended.as_ref().map(|ended| ended.how), Some(End::Abandoned));
    assert_eq!(s.credential("antom/sandbox/acme/key-pair").versions[1].life, Life::Abandoned);
    s.type_text("R");
    assert_eq!(s.model.place(), Place::Flow, "its page stays: what was done can be read");
    s.press(Code::Esc);
    s.type_text("R");
    assert_eq!(s.model.place(), Place::Begin, "another can begin");
}

/// A place that has the current version of the first credential, and how that is known.
fn uses(s: &mut Session, label: &str, proof: Proof) {
    let credential = &s.vault.as_ref().unwrap().document.credentials[0];
    let uses = Some((credential.id, Some(credential.versions[0].id), proof));
    s.apply(Change::Consumer { label: label.into(), side: None, place: None, uses }).unwrap();
}

#[test]
fn a_place_that_is_no_more_is_taken_off_after_what_is_known_of_it_was_told() {
    let mut s = own_pair();
    uses(&mut s, "api", Proof::Asked);
    uses(&mut s, "batch-2", Proof::Matched);
    while now(&s) != "stage" {
        s.press(Code::Enter);
    }
    let left = |s: &Session| {
        let journal = journal(s);
        s.document().still_to_move(journal, journal.step("stage").unwrap())
    };
    for (n, words) in ["api has v1, as was said on", "batch-2 has v1: paykeep saw it there on"].into_iter().enumerate()
    {
        s.type_text("x");
        assert!(s.dialog().text[0].text.starts_with(words), "{:?}", s.dialog().text);
        s.press(Code::Esc);
        assert_eq!(left(&s).len(), 2 - n, "a slip takes nothing away");
        s.type_text("x");
        s.press(Code::Enter);
        assert!(s.said().contains("no longer uses it"), "{}", s.said());
    }
    assert_eq!(left(&s), Vec::<String>::new());
}

#[test]
fn a_key_dies_only_by_what_was_told_of_it() {
    let mut s = begun("anexpay/live/acme/sign-key", "an-older-sign-key-of-24c", "R");
    while now(&s) != "off" {
        match now(&s) {
            "take" => s.paste("aR2822Y6XbehWMclnB0Y2NJK"),
            "check" | "consumers" => s.press(Code::Enter),
            _ => {}
        }
        s.press(Code::Enter);
    }
    // It is recognised there by another program, of which nothing is known here.
    uses(&mut s, "batch-2", Proof::Matched);
    s.press(Code::Enter);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(now(&s), "off", "the dialog did not say it");
    assert!(s.said().contains("Not moved yet: batch-2"), "{}", s.said());
    s.press(Code::Enter);
    assert!(s.said().contains("Still has it: batch-2"), "{}", s.said());
    // Deliberately, and for a reason that is kept.
    s.press(Code::Tab);
    s.type_text("they stopped it already");
    s.press(Code::Enter);
    assert!(s.dialog().text.iter().any(|own| own.text.contains("batch-2 still has v1")), "{:?}", s.dialog().text);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(now(&s), "dead", "{}", s.said());
    let done = journal(&s).step("off").unwrap().done.clone().unwrap();
    assert_eq!((&*done.evidence["still_at"], &*done.evidence["note"]), ("batch-2", "they stopped it already"));
}

#[test]
fn after_a_leak_too_a_key_dies_only_by_what_was_told_of_it() {
    let mut s = begun("anexpay/live/acme/sign-key", "an-older-sign-key-of-24c", "L");
    s.press(Code::Enter);
    uses(&mut s, "batch-2", Proof::Matched);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(now(&s), "report");
    assert!(s.said().contains("without a word of batch-2"), "{}", s.said());
    s.press(Code::Enter);
    assert!(s.dialog().text.iter().any(|own| own.text.contains("batch-2 still has v1")), "{:?}", s.dialog().text);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(now(&s), "take");
}

#[test]
fn what_is_asked_at_a_step_is_asked_about_what_the_step_is_about() {
    let mut s = Session::with(&[]);
    s.type_text("F");
    for (text, keys) in [("anexpay", 1), ("sandbox", 1), ("acme", 1)] {
        s.type_text(text);
        (0..keys).for_each(|_| s.press(Code::Tab));
    }
    s.press(Code::Enter);
    let mut asked = Vec::new();
    while now(&s) != "live" {
        match now(&s) {
            "login" => s.paste(r#"{"apiKey": "key-1", "apiSecret": "secret-1-of-the-login"}"#),
            "key" => s.paste("aR2822Y6XbehWMclnB0Y2NJK"),
            "rules" => s.type_text("nothing"),
            _ => {}
        }
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            asked.push(s.dialog().subject.clone().unwrap());
            s.press(Code::Enter);
        }
    }
    assert_eq!(asked, ["anexpay/sandbox/acme/client-credentials", "anexpay/sandbox/acme/sign-key"]);
}

#[test]
fn what_another_program_did_is_seen_when_a_step_is_refused_or_a_value_pasted() {
    let mut s = own_pair();
    s.holds = true;
    s.paste("anything");
    let Some(Effect::Refresh { ticket }) = s.held.pop_front() else { panic!("not looked at a paste") };
    s.send(Msg::Answer(ticket, Answer::Refreshed(Ok(None))));
    s.held.clear();
    s.type_text("n");
    s.type_text("x");
    s.press(Code::Enter);
    let Some(Effect::Commit { ticket, .. }) = s.held.pop_back() else { panic!("not saved") };
    let no = Problem::new(Exit::Refused, "it is done already");
    s.send(Msg::Answer(ticket, Answer::Saved(Err(no))));
    let Some(Effect::Refresh { ticket }) = s.held.pop_back() else { panic!("not looked after a refusal") };
    s.store("ansa/live/acme/secret-key", LIVE_KEY);
    let newer = s.vault.clone();
    s.send(Msg::Answer(ticket, Answer::Refreshed(Ok(newer))));
    assert_eq!(s.model.inside().unwrap().unlocked.document.credentials.len(), 2);
    assert!(s.said().contains("done already"), "why it was refused is said still: {}", s.said());
}

#[test]
fn what_paykeep_has_not_seen_is_asked_for_and_kept_as_said() {
    let mut s = begun("ansa/sandbox/acme/secret-key", SANDBOX_KEY, "R");
    while journal(&s).step(now(&s)).unwrap().act != crate::domain::provider::Act::Verify {
        let step = journal(&s).step(now(&s)).unwrap().clone();
        if step.fields.is_empty() {
            say(&mut s, 1);
        } else {
            s.paste("ansa_sk_sandbox_123e4567-e89b-12d3-a456-426614174777");
            s.press(Code::Enter);
            s.type_text("I");
        }
    }
    let verify = now(&s).to_owned();
    let call = journal(&s).step(&verify).unwrap().call.clone();
    if let Some(call) = call {
        s.type_text("c");
        let command = s.clipboard.clone().unwrap();
        assert!(command.contains("curl -sS") && !command.contains("426614174777"), "{command}");
        s.press(Code::Tab);
        s.type_text(&call.dead[0].to_string());
        s.press(Code::Enter);
        assert_eq!(now(&s), verify, "a refused key is not promoted");
        assert!(s.said().contains("refused"), "{}", s.said());
        // It is not forgotten: a tick alone passes no more, until the value is another or somebody says why.
        s.press(Code::Esc);
        s.press(Code::Enter);
        assert!(s.model.overlay.is_none() && s.said().contains("says the contrary"), "{}", s.said());
        s.type_text("a proxy");
        s.press(Code::Enter);
        s.press(Code::Enter);
        let done = journal(&s).step(&verify).unwrap().done.clone().unwrap();
        assert_eq!(done.evidence["answered_before"], call.dead[0].to_string());
    }
}

#[test]
fn a_sealed_live_secret_is_asked_for_once_in_a_flow() {
    for key in ["r", "c"] {
        let mut s = begun("ansa/live/acme/secret-key", LIVE_KEY, "R");
        say(&mut s, 1);
        s.paste(&LIVE_KEY.replace('4', "5"));
        s.press(Code::Enter);
        s.type_text("I");
        // The check is said, and asked about.
        say(&mut s, 2);
        assert_eq!(now(&s), "stage", "{}", s.said());
        let mut draft = s.vault.clone().unwrap().draft();
        draft.seal_all(s.wall);
        let unlocked = draft.seal(&s.key).unwrap().unlocked;
        s.vault = Some(unlocked.clone());
        s.model.enter(unlocked);
        s.type_text("f");
        s.type_text(key);
        assert!(matches!(s.model.overlay, Some(Overlay::Unseal(_))), "{:?}", s.model.overlay);
    }
}

#[test]
fn all_that_goes_together_is_copied_one_after_the_other() {
    let mut s = begun("paynet/sandbox/acme/client-credentials", SECRET, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    s.paste(r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-sandbox-2"}"#);
    s.press(Code::Enter);
    while now(&s) != "consumers" {
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            s.press(Code::Enter);
        }
    }
    for value in ["0123456789abcdef0123456789abcdee", "s-sandbox-2", "0123456789abcdef0123456789abcdee"] {
        s.type_text("c");
        assert_eq!(s.clipboard.as_deref(), Some(value), "{}", s.said());
    }
    s.type_text("r");
    let revealed = s.model.inside().unwrap().revealed.as_ref().unwrap();
    assert_eq!(revealed.text.expose(), "s-sandbox-2", "the ID is to be seen anyway");
}

#[test]
fn what_a_flow_works_on_does_not_go_to_the_bin_and_says_which_version_works() {
    let mut s = own_pair();
    while now(&s) != "switch" {
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            s.press(Code::Enter);
        }
    }
    s.press(Code::Enter);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(now(&s), "theirs");
    s.press(Code::Esc);
    s.type_text("d");
    assert!(s.said().contains("is in progress"), "{}", s.said());
    assert_eq!(s.credential("antom/sandbox/acme/key-pair").binned_at, None);
    s.type_text("c");
    assert!(s.said().starts_with("v2 is the one that works"), "{}", s.said());
}

#[test]
fn an_answer_that_the_bench_verifies_is_the_proof_of_its_step() {
    let mut s = begun("anexpay/sandbox/acme/sign-key", "an-older-sign-key-of-24c", "R");
    while now(&s) != "check" {
        if !journal(&s).step(now(&s)).unwrap().fields.is_empty() {
            s.paste("aR2822Y6XbehWMclnB0Y2NJK");
        }
        s.press(Code::Enter);
    }
    s.type_text("b");
    assert_eq!(s.model.place(), Place::Bench);
    let request = "POST https://openapi.dev.anexpay.com/openapi/test HTTP/1.1";
    s.paste(&format!("{request}\n\n{{}}"));
    let bench = &s.model.inside().unwrap().bench;
    let headers = bench.report.as_ref().unwrap().headers.clone();
    assert_eq!(bench.report.as_ref().unwrap().signed_with.as_ref().map(|about| about.field.as_str()), Some("value"));
    let lines: Vec<String> =
        headers.iter().map(|(name, value)| format!("{name}: {}", value.as_ref().unwrap())).collect();
    s.type_text("f");
    s.type_text("v");
    s.paste(&format!("{request}\n{}\n\n{{\"a\": 1}}", lines.join("\n")));
    s.press(Code::Enter);
    assert_eq!(now(&s), "check", "the answer was changed on the way");
    s.paste(&format!("{request}\n{}\n\n{{}}", lines.join("\n")));
    assert!(bench::proven(&s.model).is_none(), "that is what was sent");
    let why = bench::unproven(&s.model).unwrap();
    assert_eq!(why, FlowError::NoAnswer);
    s.paste(&format!("{request}\nHTTP/1.1 401 Unauthorized\n{}\n\n{{}}", lines.join("\n")));
    assert_eq!(bench::unproven(&s.model), Some(FlowError::Refused(401)));
    let refused = |s: &Session| journal(s).step("check").unwrap().marks.iter().filter(|m| m.text == "401").count();
    assert_eq!(refused(&s), 1, "it is kept, once");
    s.type_text("f");
    s.press(Code::Enter);
    assert!(s.said().contains("The answer 401"), "no tick passes over it: {}", s.said());
    assert!(s.model.overlay.is_none());
    s.press(Code::Esc);
    s.type_text("v");
    s.paste(&format!("{request}\nHTTP/1.1 200 OK\n{}\n\n{{}}", lines.join("\n")));
    s.press(Code::Enter);
    assert_eq!(s.model.place(), Place::Flow, "{:?}", bench::unproven(&s.model));
    let done = journal(&s).step("check").unwrap().done.clone().unwrap();
    assert_eq!(done.grade, crate::domain::journal::Grade::Verified);
    assert_eq!(done.evidence["signature"], "fits anexpay/sandbox/acme/sign-key@2 by response");
}

#[test]
fn a_secret_is_no_answer_and_an_example_no_value() {
    let mut s = begun("amazon-pay/sandbox/acme/key-pair", PAIR, "R");
    while now(&s) != "name" {
        s.press(Code::Enter);
    }
    // Letters are the answer's: nothing has to be done first.
    s.type_text(LIVE_KEY);
    s.press(Code::Enter);
    assert_eq!(now(&s), "name");
    assert!(s.said().contains("does not go where anyone sees it"), "{}", s.said());
    s.ctrl('u');
    s.type_text("checkout-api");
    s.press(Code::Enter);
    assert_eq!(journal(&s).step("name").unwrap().done.as_ref().unwrap().evidence["note"], "checkout-api");
    s.paste("SANDBOX-AGXXXXXXXXXXXXXXXXXXXXXX");
    assert!(s.said().contains("copy the value itself"), "{}", s.said());
    s.press(Code::Enter);
    assert_eq!(now(&s), "id", "nothing was taken");
    // A note neither.
    s.press(Code::Esc);
    s.type_text("f");
    s.type_text("n");
    s.type_text(LIVE_KEY);
    s.press(Code::Enter);
    assert!(journal(&s).step("id").unwrap().marks.is_empty(), "{}", s.said());
}

#[test]
fn where_there_is_no_clipboard_what_is_public_is_read_off_the_screen() {
    let mut s = own_pair();
    while now(&s) != "give" {
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            s.press(Code::Enter);
        }
    }
    s.fails = Some(Problem::new(Exit::Failed, "no clipboard: there is no display"));
    s.type_text("c");
    let hint = s.model.notice.as_ref().and_then(|notice| notice.hint.clone());
    assert_eq!(hint.as_deref(), Some("Read it off the screen."));
}

#[test]
fn what_may_be_the_secret_stands_in_no_field_that_is_shown() {
    let secret = "5f1e2d3c4b5a69788796a5b4c3d2e1f5";
    let shown = |s: &Session, field: &str| {
        let field = s.model.form().unwrap().field(&FieldId::Value(format!("pair#{field}"))).unwrap();
        let Input::Secret(held) = &field.input else { panic!("no value") };
        (held.input.shown().is_some() && !held.input.is_empty(), held.input.text().expose().to_owned())
    };
    let at_take = || {
        let mut s = begun("paynet/sandbox/acme/client-credentials", SECRET, "R");
        while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
            say(&mut s, 1);
        }
        s
    };
    // Nothing tells which of the two it is.
    let mut s = at_take();
    s.paste(secret);
    assert_eq!(shown(&s, "client_id"), (false, secret.into()));
    assert!(s.said().contains("Taken as Client ID, hidden"), "{}", s.said());
    // A name does, also of one value alone.
    let mut s = at_take();
    s.paste(&format!("client_secret={secret}"));
    assert_eq!(shown(&s, "client_secret"), (false, secret.into()));
    assert_eq!(shown(&s, "client_id"), (false, String::new()));
    s.paste("client_id: 0f1e2d3c4b5a69788796a5b4c3d2e1ff");
    assert_eq!(shown(&s, "client_id"), (true, "0f1e2d3c4b5a69788796a5b4c3d2e1ff".into()));
}

#[test]
fn a_new_id_with_the_old_secret_is_no_new_pair() {
    let mut s = begun("paynet/live/acme/client-credentials", SECRET, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    s.paste(&format!(r#"{{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "{SECRET}"}}"#));
    let told = |s: &Session| matches!(s.page(), Page::Flow(page) if page.contradiction.is_some());
    assert!(told(&s), "before anything is stored");
    s.press(Code::Enter);
    assert_eq!(now(&s), "take");
    assert!(s.said().contains("client_secret, which is current already"), "{}", s.said());
    s.ctrl('o');
    s.type_text("acme");
    s.press(Code::Enter);
    s.press(Code::Enter);
    assert_ne!(now(&s), "take", "it was the user's own decision");
}

#[test]
fn the_end_that_an_answer_tells_is_the_end_that_is_counted_to() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    let provider = Catalog::builtin().get("ansa").unwrap();
    let (flow, slug) = (provider.flow("client-secret").unwrap(), "acme".parse().unwrap());
    let begin = crate::domain::journal::begin(provider, flow, None, (Environment::Live, &slug, None)).unwrap();
    s.apply(Change::Begin(Box::new(begin))).unwrap();
    let vault = s.vault.clone().unwrap();
    answer::renew(&mut s.model, vault);
    s.type_text("f");
    say(&mut s, 1);
    s.type_text("none of ours");
    say(&mut s, 1);
    s.paste(r#"{"clientSecret":"ansa_cs_live_abcdefgh12345678","validUntil":"2026-11-22T10:00:00Z"}"#);
    let Page::Flow(page) = s.page() else { panic!("no flow") };
    assert_eq!(page.notes, ["By the answer it works until 22 Nov 2026 10:00."]);
    s.press(Code::Enter);
    let version = &s.credential("ansa/live/acme/client-secret").versions[0];
    assert_eq!(version.expires_at, Some("2026-11-22T10:00:00Z".parse().unwrap()));
}

#[test]
fn a_value_that_was_taken_wrongly_is_taken_again_before_it_is_current() {
    let mut s = begun("paynet/sandbox/acme/client-credentials", SECRET, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    let pair =
        |secret: &str| format!(r#"{{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "{secret}"}}"#);
    s.paste(&pair("s-wrong-1"));
    s.press(Code::Enter);
    assert_eq!(now(&s), "check");
    s.press(Code::Tab);
    s.type_text("401");
    s.press(Code::Enter);
    assert!(s.said().contains("Take it once more by its step"), "{}", s.said());
    s.press(Code::Esc);
    s.type_text("p");
    assert_eq!(s.model.flow().unwrap().step.id, "take");
    s.paste(&pair("s-right-2"));
    s.press(Code::Enter);
    assert!(s.said().contains("Taken again"), "{}", s.said());
    s.press(Code::Enter);
    assert_eq!((now(&s), s.model.flow().unwrap().step.id.as_str()), ("check", "check"));
    assert_eq!(s.value("paynet/sandbox/acme/client-credentials@pending#client_secret"), "s-right-2");
    assert_eq!(s.credential("paynet/sandbox/acme/client-credentials").versions[1].life, Life::Abandoned);
}

#[test]
fn a_denial_keeps_what_the_provider_wrote() {
    let mut s = begun("paynet/live/acme/client-credentials", SECRET, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    let pair = r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-live-1"}"#;
    s.paste(pair);
    s.press(Code::Enter);
    let step = now(&s).to_owned();
    s.type_text("D");
    assert!(s.said().contains("answer it first"), "{}", s.said());
    s.type_text("not in your country");
    s.press(Code::Esc);
    s.type_text("D");
    s.press(Code::Enter);
    let journal = journal(&s);
    assert_eq!(journal.ended.as_ref().unwrap().how, End::Denied);
    assert_eq!(journal.step(&step).unwrap().done.as_ref().unwrap().evidence["note"], "not in your country");
}

#[test]
fn a_flow_whose_last_step_was_typed_has_no_field_any_more() {
    let mut s = begun("paynet/sandbox/acme/client-credentials", SECRET, "x");
    let id = NewField::of("client_id", NewValue::Public("0123456789abcdef0123456789abcdee".into()));
    s.store_fields("paynet/sandbox/acme/client-credentials", Kind::ClientCredentials, vec![id]);
    say(&mut s, 2);
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(now(&s), "dead");
    s.press(Code::Tab);
    s.type_text("401");
    s.press(Code::Enter);
    assert!(journal(&s).ended.is_some(), "{}", s.said());
    assert!(!s.model.takes_letters() && s.model.form().is_none_or(|form| form.fields.is_empty()));
}

/// The field of a value: whether what stands in it is shown, and what that is.
fn held(s: &Session, field: &str) -> (bool, String) {
    let field = s.model.form().unwrap().field(&FieldId::Value(field.to_owned())).unwrap();
    let Input::Secret(held) = &field.input else { panic!("no value") };
    (held.input.shown().is_some() && !held.input.is_empty(), held.input.text().expose().to_owned())
}

fn at_take(reference: &str, value: &str) -> Session {
    let mut s = begun(reference, value, "R");
    while journal(&s).step(now(&s)).unwrap().fields.is_empty() {
        say(&mut s, 1);
    }
    s
}

#[test]
fn a_row_of_the_page_goes_into_its_fields_in_the_order_of_the_columns() {
    let (id, secret) = ("9e0e99f396e74838aeb583d1f06bc03d", "5f1e2d3c4b5a69788796a5b4c3d2e1f5");
    let mut s = at_take("paynet/live/acme/client-credentials", SECRET);
    s.paste(&format!("{id}\t{secret}\n"));
    assert_eq!(held(&s, "pair#client_id"), (false, id.into()), "which is which is only likely: none is shown");
    assert_eq!(held(&s, "pair#client_secret"), (false, secret.into()));
    let Page::Flow(page) = s.page() else { panic!("no flow") };
    assert!(page.notes.iter().any(|note| note.contains("Client ID, Client Secret")), "{:?}", page.notes);
    s.press(Code::Enter);
    assert_eq!(s.value("paynet/live/acme/client-credentials@pending#client_id"), id);
    assert_eq!(s.value("paynet/live/acme/client-credentials@pending#client_secret"), secret);
    // A row with another column in it is neither.
    let mut s = at_take("paynet/live/acme/client-credentials", SECRET);
    s.paste(&format!("{id}\t{secret}\tActive"));
    assert!(matches!(s.page(), Page::Flow(page) if page.contradiction.is_some()), "{}", s.said());
    assert!(!held(&s, "pair#client_id").0);
    s.press(Code::Enter);
    assert_eq!(now(&s), "take", "nothing was taken");
}

/// To the step that takes the gateway's key, by a pair of one's own.
fn to_theirs(s: &mut Session) {
    while now(s) != "theirs" {
        let step = journal(s).step(now(s)).unwrap().clone();
        if step.act == crate::domain::provider::Act::Give {
            s.type_text("c");
        }
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            if step.asks_consent() {
                s.type_text("acme");
            }
            s.press(Code::Enter);
        }
    }
}

#[test]
fn a_private_key_in_a_field_that_is_public_is_not_shown() {
    let mut s = Session::with(&[("antom/sandbox/acme/key-pair", PAIR)]);
    s.type_text("Rown");
    s.press(Code::Enter);
    s.press(Code::Enter);
    to_theirs(&mut s);
    let field = "theirs#public_key";
    s.paste(PAIR);
    assert!(!held(&s, field).0 && !held(&s, field).1.is_empty(), "{}", s.said());
    assert!(matches!(s.page(), Page::Flow(page) if page.contradiction.is_some()));
    s.press(Code::Tab);
    s.press(Code::Backspace);
    assert!(!held(&s, field).0, "nor its rest");
    s.send(Msg::FocusLost);
    assert!(!held(&s, field).0);
    // Cleared, the field is a public one again.
    s.ctrl('u');
    s.type_text("MII");
    assert_eq!(held(&s, field), (true, "MII".into()));
}

#[test]
fn a_value_that_may_be_cut_off_is_told_before_it_is_kept() {
    let short = "ansa_sk_live_123e4567-e89b-12d3-a456-4266141741";
    let mut s = at_take("ansa/live/acme/secret-key", LIVE_KEY);
    let step = now(&s).to_owned();
    s.paste(short);
    let doubt = |s: &Session| matches!(s.page(), Page::Flow(page) if page.doubt.is_some());
    assert!(doubt(&s), "{}", s.said());
    s.press(Code::Enter);
    assert!(journal(&s).step(&step).unwrap().marks.is_empty(), "nothing was kept");
    assert!(s.said().contains("is it whole? ⏎ once more takes it"), "{}", s.said());
    // Another value is another question.
    s.paste("ansa_sk_live_123e4567-e89b-12d3-a456-42661417");
    s.press(Code::Enter);
    assert!(journal(&s).step(&step).unwrap().marks.is_empty(), "nothing was kept");
    s.press(Code::Enter);
    assert!(journal(&s).step(&step).unwrap().last(Happened::Kept).is_some(), "{}", s.said());
    assert!(s.said().contains("is it whole?"), "{}", s.said());
    s.paste("ansa_sk_live_123e4567-e89b-12d3-a456-426614174111");
    assert!(!doubt(&s));
}

#[test]
fn a_denial_that_leaves_nothing_that_works_is_typed() {
    let mut s = Session::with(&[("paynet/live/acme/client-credentials", SECRET)]);
    s.type_text("Rrenew");
    s.press(Code::Enter);
    s.press(Code::Enter);
    while now(&s) != "access" {
        let step = journal(&s).step(now(&s)).unwrap().clone();
        if step.id == "take" {
            s.paste(r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-live-12"}"#);
        }
        s.press(Code::Enter);
        if s.model.overlay.is_some() {
            if step.asks_consent() {
                s.type_text("acme");
            }
            s.press(Code::Enter);
        }
    }
    s.type_text("D");
    let told: Vec<&str> = s.dialog().text.iter().map(|line| line.text.as_str()).collect();
    assert!(told.iter().any(|text| text.contains("nothing is left that works")), "{told:?}");
    s.press(Code::Enter);
    assert!(journal(&s).is_open(), "not without the account's name");
    s.type_text("acme");
    s.press(Code::Enter);
    assert_eq!(journal(&s).ended.as_ref().unwrap().how, End::Denied, "{}", s.said());
}

#[test]
fn a_gateways_key_of_the_other_environment_is_told_before_it_is_taken() {
    let theirs = include_str!("../../../tests/walks/theirs.txt").lines().next().unwrap();
    let mut s = Session::with(&[("antom/live/acme/key-pair", PAIR), ("antom/sandbox/acme/provider-key", theirs)]);
    while s.model.chosen_reference().map(|it| it.to_string()).as_deref() != Some("antom/live/acme/key-pair") {
        s.press(Code::Down);
    }
    s.type_text("Rown");
    s.press(Code::Enter);
    s.press(Code::Enter);
    to_theirs(&mut s);
    s.paste(theirs);
    let Page::Flow(page) = s.page() else { panic!("no flow") };
    let doubt = page.doubt.clone().unwrap_or_default();
    assert!(doubt.contains("antom/sandbox/acme/provider-key") && doubt.contains("here is live"), "{doubt}");
    assert_eq!(page.contradiction, None, "nobody says that it can't be the same");
    s.press(Code::Enter);
    assert_eq!(now(&s), "theirs", "{}", s.said());
    s.press(Code::Enter);
    assert_ne!(now(&s), "theirs", "{}", s.said());
}

#[test]
fn what_a_step_refuses_for_good_offers_no_way_around() {
    let mut s = begun("anexpay/live/acme/sign-key", "an-older-sign-key-of-24c", "R");
    s.press(Code::Enter);
    s.paste("an-older-sign-key-of-24c");
    let Page::Flow(page) = s.page() else { panic!("another page") };
    assert!(page.contradiction.as_ref().is_some_and(|why| why.contains("current already")), "{:?}", page.contradiction);
    s.ctrl('o');
    assert!(s.model.overlay.is_none(), "nobody can overrule it");
    s.press(Code::Enter);
    assert_eq!(now(&s), "take");
    s.paste("aR2822Y6XbehWMclnB0Y2NJK");
    s.press(Code::Enter);
    assert_eq!(now(&s), "check", "{}", s.said());
}

#[test]
fn the_bench_that_a_step_opened_goes_back_to_it() {
    let mut s = begun("anexpay/live/acme/sign-key", "an-older-sign-key-of-24c", "R");
    s.press(Code::Enter);
    s.paste("aR2822Y6XbehWMclnB0Y2NJK");
    s.press(Code::Enter);
    s.type_text("v");
    assert_eq!(s.model.place(), Place::Bench);
    s.press(Code::Esc);
    assert_eq!(s.model.place(), Place::Flow);
}

#[test]
fn a_flow_begins_from_the_rotations_and_for_the_chosen_account() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", LIVE_KEY)]);
    s.type_text("2F");
    assert_eq!(s.model.place(), Place::Begin);
    s.press(Code::Esc);
    assert_eq!(s.model.place(), Place::Rotations);
    s.type_text("3F");
    let Page::Begin(page) = s.page() else { panic!("another page") };
    assert_eq!((page.form.text(&FieldId::Provider), page.form.text(&FieldId::Account)), ("ansa", "acme"));
}
