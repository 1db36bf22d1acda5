//! What lint says of flows.

use super::{GOOD, refuses, says};
use crate::catalog::finding::Level;
use crate::catalog::lint;

#[test]
fn ids_stand_once() {
    refuses("id = \"rotate\"", "id = \"replace\"", "replace", "two flows have the id `replace`");
    refuses(
        "{ id = \"open\", act",
        "{ id = \"pair\", act = \"generate\", slot = \"own\", title = \"Again\" },\n  { id = \"open\", act",
        "Again",
        "two steps have the id `pair`",
    );
}

#[test]
fn every_name_in_a_flow_leads_somewhere() {
    refuses(
        "slots = { own = \"key-pair\" }",
        "slots = { own = \"key-pair\", x = \"y\" }",
        "y",
        "the slot `x` is `y`, which the file does not have",
    );
    refuses(
        "act = \"generate\", slot = \"own\"",
        "act = \"generate\", slot = \"mine\"",
        "mine",
        "`mine` is no slot of the flow",
    );
    refuses("link = \"keys\"", "link = \"kesy\"", "kesy", "`link` is `kesy`, which the file does not have");
    refuses(
        "needs = [\"pair\", \"open\"]",
        "needs = [\"pair\", \"opne\"]",
        "opne",
        "`needs` has `opne`, which is no step of the flow",
    );
    refuses("field = \"own#public_key\"", "field = \"own#pubic_key\"", "pubic", "`key-pair` has no field `pubic_key`");
    refuses("field = \"own#public_key\"", "field = \"other#public_key\"", "other", "`other` is no slot of the flow");
    refuses("form = \"dashboard\"", "form = \"dash\"", "dash", "`key-pair` has no form `dash`");
    refuses("text = \"switch\"", "text = \"swich\"", "swich", "`text` is `swich`, which the flow does not have");
    refuses("kills = \"own@current\"", "kills = \"x@current\"", "x@current", "`x` is no slot of the flow");
    refuses(
        "sign = { recipe = \"request\"",
        "sign = { recipe = \"requst\"",
        "requst",
        "`recipe` is `requst`, which the file does not have",
    );
    refuses("with = \"own@pending\"", "with = \"x@pending\"", "x@pending", "`x` is no slot of the flow");
    refuses(
        "slots = { key = \"secret-key\" }",
        "slots = { key = \"secret-key\", x = \"nothing\" }",
        "nothing",
        "the slot `x` is `nothing`, which the file does not have",
    );
    says("proof = \"call\"", "or = \"asserted\"", "proofs.call", Level::Warning, "no step asks for the proof `call`");
    refuses("proof = \"call\"", "proof = \"call\", needs = []", "needs", "duplicate key");
    refuses(
        "proofs.call.sign = { recipe = \"request\", with = \"own@pending\" }",
        "proofs.call = {}",
        "proofs.call",
        "the proof `call` neither signs nor verifies",
    );
}

#[test]
fn a_flow_without_slots_is_about_nothing() {
    let text = GOOD.replace("slots = { key = \"secret-key\" }", "slots = {}");
    let findings = lint("good.toml", &text);
    assert_eq!(findings[0].message, "a flow has at least one slot: the credential that it is about");
}

#[test]
fn a_proof_that_is_not_there_is_named() {
    let text = GOOD.replace("proof = \"call\"", "proof = \"cal\"");
    assert!(lint("good.toml", &text).iter().any(|it| it.message == "`proof` is `cal`, which the flow does not have"));
}

#[test]
fn a_step_has_what_it_acts_on() {
    for (right, wrong, key, step) in [
        ("field = \"own#public_key\", form = \"dashboard\", ", "", "field", "give"),
        ("field = \"key#value\", ", "", "field", "take"),
        ("link = \"keys\", ", "", "text", "open"),
        ("act = \"generate\", slot = \"own\"", "act = \"generate\"", "slot", "pair"),
        ("act = \"promote\", slot = \"own\"", "act = \"promote\"", "slot", "live"),
    ] {
        refuses(right, wrong, step, &format!("the key `{key}` of the step `{step}` is missing"));
    }
    let text = GOOD.replace("proof = \"call\", ", "");
    assert!(lint("good.toml", &text).iter().any(|it| it.message == "the key `proof` of the step `check` is missing"));
    let text = GOOD.replace("kills = \"own@current\", ", "").replace("text = \"switch\", ", "");
    assert!(lint("good.toml", &text).iter().any(|it| it.message == "the key `text` of the step `switch` is missing"));
}

#[test]
fn a_page_is_given_public_values_in_a_form_that_fits() {
    refuses(
        "form = \"dashboard\"",
        "form = \"files\"",
        "files",
        "the form `files` is pkcs8-pem, which `public_key` can't have",
    );
    let text = GOOD.replace("own#public_key", "own#private_key").replace("form = \"dashboard\"", "form = \"files\"");
    assert_eq!(lint("good.toml", &text)[0].message, "`private_key` is secret: a page is given public values only");
}

#[test]
fn a_step_that_waits_for_itself_is_refused() {
    refuses(
        "act = \"generate\", slot = \"own\", title = \"Generate\"",
        "act = \"generate\", slot = \"own\", title = \"Generate\", needs = [\"live\"]",
        "needs = [\"live\"]",
        "the step `pair` waits for itself, by way of its `needs`",
    );
}

#[test]
fn nothing_is_promoted_before_it_is_verified() {
    let message = "the step `live` promotes what no earlier step has verified";
    refuses("needs = [\"check\"]", "needs = [\"switch\"]", "promote", message);
    // A verification that can be left out is none.
    refuses("act = \"verify\"", "act = \"verify\", when = { environment = \"live\" }", "promote", message);
}

#[test]
fn nothing_is_revoked_while_a_consumer_may_have_it() {
    let message = "the step `kill` revokes `key` before its consumers have the new one";
    refuses("needs = [\"move\"]", "needs = [\"take\"]", "kill", message);
    refuses("act = \"substitute\"", "act = \"substitute\", mode = \"staged\"", "kill", message);
    // After a leak the damage is stopped first: the good file's step `stop` waits for nothing.
    refuses(
        "when = { reason = \"compromised\" }, ",
        "",
        "stop",
        "the step `stop` revokes `key` before its consumers have the new one",
    );
    // Where the new one kills the old one, there is no overlap to wait out.
    let one = GOOD.replace("keys = 2", "keys = \"one\"").replace("needs = [\"move\"]", "needs = [\"take\"]");
    assert_eq!(lint("good.toml", &one), []);
}

#[test]
fn a_step_that_kills_says_what_breaks() {
    let text = GOOD.replace("text = \"switch\", ", "");
    let said = lint("good.toml", &text);
    assert!(said.iter().any(|it| it.message == "the step `switch` kills a key: its `text` says what breaks"));
    refuses(
        "kills = \"own@current\", ",
        "",
        "cutover",
        "`cutover` is at-gateway, but no step has `kills`: where does the old key die?",
    );
}
