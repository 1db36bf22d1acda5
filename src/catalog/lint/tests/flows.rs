//! What lint says of flows.

mod order;

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
        "the proof `call` neither signs nor verifies nor calls",
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
    refuses("kills = \"key@previous\", ", "", "kill", "the key `kills` of the step `kill` is missing");
    let tell = "{ id = \"tell\", act = \"tell\", title = \"Tell\" },\n  { id = \"open\", act";
    refuses("{ id = \"open\", act", tell, "tell", "the key `letter` of the step `tell` is missing");
}

#[test]
fn a_step_has_nothing_of_which_its_act_makes_no_use() {
    for (right, key) in [
        ("act = \"generate\", ", "letter = \"a\""),
        ("act = \"generate\", ", "call = { call = \"ping\", with = \"own@current\" }"),
        ("act = \"promote\", ", "mode = \"staged\""),
        ("act = \"promote\", ", "asks = \"Why?\""),
        ("act = \"promote\", ", "field = \"own#public_key\""),
        ("act = \"promote\", ", "proof = \"call\""),
        ("act = \"promote\", ", "or = \"asserted\""),
        ("form = \"dashboard\", ", "fields = [\"own#public_key\"]"),
        // A key is stopped where the user does something and types the account's name.
        ("form = \"dashboard\", ", "kills = \"own@current\", text = \"switch\""),
    ] {
        let text = GOOD.replacen(right, &format!("{right}{key}, "), 1);
        let text = text.replace("text.switch =", "letters.a = { subject = \"a\", body = \"b\" }\ntext.switch =");
        let key = key.split_once(' ').unwrap().0;
        let said = lint("good.toml", &text);
        let wanted = format!("has no use for the key `{key}`");
        assert!(said.iter().any(|it| it.message.ends_with(&wanted)), "{key}: {said:?}");
    }
}

#[test]
fn several_fields_are_taken_together() {
    let text = GOOD.replace("field = \"key#value\"", "fields = [\"key#value\", \"key#vlaue\"]");
    assert_eq!(lint("good.toml", &text)[0].message, "`secret-key` has no field `vlaue`");
    let text = GOOD.replace("field = \"key#value\"", "fields = [\"key#value\"]");
    assert_eq!(lint("good.toml", &text), []);
}

#[test]
fn warnings_and_letters_are_named_and_hold_no_secret() {
    for (key, table) in [("warning", "warnings"), ("letter", "letters")] {
        let text = GOOD.replace("text = \"switch\", ", &format!("text = \"switch\", {key} = \"no\", "));
        let said = lint("good.toml", &text);
        assert_eq!(said[0].message, format!("`{key}` is `no`, which the flow does not have"));
        assert_eq!(said[0].hint.as_deref(), Some(&*format!("such texts stand under [flows.{table}]")));
    }
    let letter = "letters.a = { subject = \"a\", body = \"{value}\" }\ntext.switch =";
    let said = lint("good.toml", &GOOD.replace("text.switch =", letter));
    assert!(said[0].message.contains("a letter has no placeholder `{value}`"), "{said:?}");
}

#[test]
fn words_fit_the_screen() {
    let (wide, line) = ("x".repeat(47), "x".repeat(73));
    let warned = Level::Warning;
    let title = "the title of the step `pair` is wider than 46 columns";
    says("title = \"Generate\"", &format!("title = \"{wide}\""), "pair", warned, title);
    let text = "a line of the text of the step `switch` is wider than 72 columns";
    says("\"The old key dies.\"", &format!("\"{line}\""), "switch", warned, text);
    let lines = "the text of the step `switch` has more than 4 lines";
    says("\"The old key dies.\"", "\"a\\nb\\nc\\nd\\ne\"", "switch", warned, lines);
}

#[test]
fn a_proof_can_show_what_its_step_is_for() {
    let probe = "proofs.call.probe = { call = \"ping\", with = \"own@pending\" }";
    let text = GOOD.replace("proofs.call.sign = { recipe = \"request\", with = \"own@pending\" }", probe);
    let said: Vec<_> = lint("good.toml", &text).into_iter().map(|it| it.message).collect();
    let wanted = [
        "the call of the proof `call` has no `alive`: when does the key work?",
        "`ping` takes a `secret-key`, which `own` is not",
    ];
    assert!(wanted.iter().all(|it| said.iter().any(|own| own == it)), "{said:?}");
    let text = GOOD.replace("dead = { status = [401], source", "alive = { status = [200], source");
    let wanted = "the call of the proof `refused` has no `dead`: when is the key refused?";
    assert_eq!(lint("good.toml", &text)[0].message, wanted);
    let sign = "proofs.refused.sign = { recipe = \"request\", with = \"key@previous\" }";
    let text = GOOD.replace("proofs.refused.probe = { call = \"ping\", with = \"key@previous\" }", sign);
    let said = lint("good.toml", &text);
    assert!(said.iter().any(|it| it.message == "the proof `refused` has no `probe`, which alone shows a dead key"));
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
