//! What lint says of the order of steps.

use crate::catalog::finding::Level;
use crate::catalog::lint;
use crate::catalog::lint::tests::{GOOD, refuses, says};

#[test]
fn nothing_is_promoted_before_it_is_verified() {
    let message = "the step `live` promotes what no earlier step has verified";
    refuses("needs = [\"check\"]", "needs = [\"switch\"]", "promote", message);
    // A verification that can be left out is none.
    let left_out = GOOD.replace("act = \"verify\"", "act = \"verify\", when = { environment = \"live\" }");
    let left_out = left_out.replace("needs = [\"check\"]", "needs = [\"switch\", \"check\"]");
    assert_eq!(lint("good.toml", &left_out)[0].message, message);
}

#[test]
fn nothing_is_promoted_before_it_is_there() {
    let late =
        "title = \"Generate\" },\n  { id = \"more\", act = \"take\", field = \"own#public_key\", title = \"Take\"";
    refuses("title = \"Generate\"", late, "promote", "the step `live` promotes `own` without waiting for `more`");
    let none = GOOD.replace("act = \"generate\"", "act = \"overlap\"").replace("act = \"give\"", "act = \"overlap\"");
    let none = none.replace("field = \"own#public_key\", form = \"dashboard\"", "slot = \"own\"");
    let said = lint("good.toml", &none);
    let message = "the step `live` promotes `own`, to which no step gives a value";
    assert!(said.iter().any(|it| it.message == message), "{said:?}");
}

#[test]
fn nothing_is_promoted_before_it_is_approved() {
    let asks = GOOD.replace("rsa = { bits = 2048, source = \"docs\" }", "needs_approval = [\"live\"]");
    let message = "the step `live` promotes `own` before it is approved";
    assert!(lint("good.toml", &asks).iter().any(|it| it.message == message));
    let waits = "{ id = \"check\", act = \"verify\"";
    let approval = "{ id = \"ok\", act = \"approval\", slot = \"own\", title = \"Wait\", needs = [\"switch\"] },\n";
    let asks = asks
        .replace(waits, &format!("{approval}{waits}"))
        .replace("needs = [\"switch\"] },\n  { id = \"live", "needs = [\"ok\"] },\n  { id = \"live");
    assert_eq!(lint("good.toml", &asks), []);
    // The sandbox asks for none, so a step for live alone is enough.
    let live = asks.replace("title = \"Wait\", needs", "title = \"Wait\", when = { environment = \"live\" }, needs");
    let live = live.replace("title = \"Check\", needs = [\"ok\"]", "title = \"Check\", needs = [\"ok\", \"switch\"]");
    assert_eq!(lint("good.toml", &live), []);
}

#[test]
fn nothing_is_revoked_while_a_consumer_may_have_it() {
    let message = "the step `kill` revokes `key` before its consumers have the new one";
    refuses("needs = [\"move\"]", "needs = [\"take\"]", "kill", message);
    let moves = "act = \"substitute\", slot = \"key\"";
    refuses(moves, "act = \"substitute\", mode = \"staged\", slot = \"key\"", "kill", message);
    // After a leak the damage is stopped first: the good file's step `stop` waits for nothing.
    refuses(
        "when = { reason = \"compromised\" }, ",
        "",
        "stop",
        "the step `stop` revokes `key` before its consumers have the new one",
    );
    // Where one key works at a time, it is enough that the new one lies ready beside the old one.
    let one = GOOD.replace("keys = 2", "keys = \"one\"");
    assert_eq!(lint("good.toml", &one.replace(moves, "act = \"substitute\", mode = \"staged\", slot = \"key\"")), []);
    let said = lint("good.toml", &one.replace("needs = [\"move\"]", "needs = [\"take\"]"));
    assert_eq!(said[0].message, message);
}

#[test]
fn a_key_that_dies_as_the_new_one_comes_is_staged_or_warned_of() {
    let message = "the step `switch` kills `own` before its consumers have the new one";
    refuses("needs = [\"give\", \"stage\"]", "needs = [\"give\"]", "switch", message);
    let first = GOOD.replace("needs = [\"give\", \"stage\"]", "needs = []");
    let said = lint("good.toml", &first);
    assert_eq!(said[0].message, "the step `switch` kills `own` before the new one is there: warn of it");
    let warned = first.replace("text = \"switch\", ", "text = \"switch\", warning = \"old\", ");
    let warned =
        warned.replace("text.switch =", "warnings.old = { title = \"It dies\", text = \"At once.\" }\ntext.switch =");
    assert!(lint("good.toml", &warned).iter().all(|it| !it.message.contains("switch")));
}

#[test]
fn the_overlap_comes_before_the_end_of_the_old_key() {
    let overlap = "{ id = \"wait\", act = \"overlap\", slot = \"key\", title = \"Wait\", needs = [\"move\"] },\n  { id = \"kill\"";
    let text = GOOD.replace("{ id = \"kill\"", overlap);
    assert_eq!(lint("good.toml", &text)[0].message, "the step `kill` revokes `key` before the overlap is over");
}

#[test]
fn what_is_sealed_or_dead_has_been_placed_or_stopped_before() {
    let dead = "needs = [\"kill\", \"stop\", \"move\"]";
    refuses(dead, "needs = [\"move\"]", "dead", "the step `dead` looks for a dead key, but none has died yet");
    let seal = "{ id = \"seal\", act = \"seal\", slot = \"own\", title = \"Seal\", needs = [\"pair\"] },\n  { id = \"open\", act";
    refuses("{ id = \"open\", act", seal, "seal", "the step `seal` seals `own` before its consumers have it");
}

#[test]
fn what_a_step_waits_for_stands_above_it() {
    let message = "the step `open` waits for `stage`, which stands below it";
    let text = GOOD.replace("  { id = \"stage\"", "  { id = \"open\", act = \"open\", link = \"keys\", title = \"Open\", needs = [\"stage\"] },\n  { id = \"stage\"");
    let text = text.replace("  { id = \"open\", act = \"open\", link = \"keys\", title = \"Open\" },\n", "");
    assert_eq!(lint("good.toml", &text)[0].message, message);
}

#[test]
fn no_step_can_be_forgotten() {
    let message = "the flow can end without the step `give`: `live` does not wait for it";
    says("needs = [\"give\", \"stage\"]", "needs = [\"open\", \"stage\"]", "give", Level::Warning, message);
}
