//! A provider that is one file: its flows run without a line of code.

use paykeep::catalog::Catalog;
use paykeep::domain::journal::{FlowError, Happened};
use paykeep::domain::provider::Act;
use paykeep::domain::provider::Reason::{Compromised, Scheduled};
use paykeep::domain::{ChangeError, Deed, Environment, Life, Place};

use super::vault::{ACCOUNT, Vault, placed, said, secret, typed};

/// An invented sixth provider: a file, and no line of code.
pub(crate) const SIXTH: &str = r#"
schema = 1
id = "northpay"
name = "North Pay"
[sources]
docs = { title = "North Pay docs", read = "2026-11-22" }
[environments]
sandbox = { words = ["test"], source = "docs" }
live = { words = ["live"], source = "docs" }
[[links]]
id = "keys"
place = "Console › Keys"
source = "docs"
[[shapes]]
field = "secret-key#value"
pattern = '^np_live_[0-9a-z]+$'
environment = "live"
strength = "certain"
prefix = "np_live_"
because = ["it starts with np_live_"]
source = "docs"
[credentials.secret-key]
title = "secret key"
fields.value = { label = "secret key", secret = true, source = "docs" }
client_side = "never"
coexistence = { keys = "many", source = "docs" }
source = "docs"
[[flows]]
id = "create"
title = "Take the first key"
does = "create"
environments = ["sandbox", "live"]
slots = { key = "secret-key" }
cutover = "overlap"
source = "docs"
steps = [
  { id = "open", act = "open", link = "keys", title = "Open the console" },
  { id = "take", act = "take-once", field = "key#value", title = "Take the key", needs = ["open"] },
  { id = "check", act = "verify", or = "asserted", title = "Check it", needs = ["take"] },
  { id = "live", act = "promote", slot = "key", title = "Make it current", needs = ["check"] },
  { id = "places", act = "substitute", slot = "key", title = "Put it in place", needs = ["live"] },
  { id = "seal", act = "seal", slot = "key", title = "Seal it", needs = ["places"] },
]
[[flows]]
id = "rotate"
title = "Replace the key"
does = "rotate"
reasons = ["scheduled", "compromised"]
environments = ["sandbox", "live"]
slots = { key = "secret-key" }
cutover = "overlap"
source = "docs"
steps = [
  { id = "stop", act = "revoke", slot = "key", kills = "key@current", when = { reason = "compromised" }, title = "Revoke the leaked key", text = "stop", warning = "stop" },
  { id = "take", act = "take-once", field = "key#value", title = "Take the new key", needs = ["stop"] },
  { id = "check", act = "verify", or = "asserted", title = "Check it", needs = ["take"] },
  { id = "live", act = "promote", slot = "key", title = "Make it current", needs = ["check"] },
  { id = "places", act = "substitute", slot = "key", title = "Put it in place", needs = ["live"] },
  { id = "old", act = "revoke", slot = "key", kills = "key@previous", when = { reason = "scheduled" }, title = "Revoke the old key", text = "stop", warning = "stop", needs = ["places"] },
  { id = "dead", act = "prove-dead", slot = "key", or = "asserted", title = "See that it is refused", needs = ["stop", "places", "old"] },
]
[flows.text]
stop = "Click Revoke."
[flows.warnings]
stop = { title = "What still has it fails", text = "There is no way back." }
"#;

#[test]
fn a_sixth_provider_runs_its_flows_without_a_line_of_code() {
    let (catalog, errors) = Catalog::builtin().with_user_files([("northpay.toml", SIXTH)]);
    assert_eq!(errors, Vec::new());
    for reason in [Scheduled, Compromised] {
        let mut vault = Vault::new();
        for (flow, reason) in [("create", None), ("rotate", Some(reason))] {
            let id = vault.begins_of(&catalog, "northpay", flow, reason, Environment::Live).unwrap();
            for n in 0..40 {
                let Some(step) = vault.now(id) else { break };
                let left = vault.document().still_to_move(vault.journal(id), &step);
                let deed = match step.act {
                    _ if step.asks_consent() => typed(ACCOUNT),
                    Act::TakeOnce if step.marks.is_empty() => {
                        Deed::Values(vec![("key".into(), secret("value", &format!("np_live_{flow}{n}")))])
                    }
                    Act::Seal if step.marks.is_empty() => Deed::Copied,
                    Act::TakeOnce | Act::Seal => Deed::Known,
                    Act::Substitute if step.marks.is_empty() && left.is_empty() => placed("api"),
                    Act::Substitute if !left.is_empty() => placed(&left[0]),
                    _ => said(),
                };
                vault.does(id, &step.id, deed).unwrap();
            }
            assert!(!vault.journal(id).is_open());
        }
        let lives: Vec<Life> = vault.credential("secret-key").versions.iter().map(|v| v.life).collect();
        assert_eq!(lives, [Life::Revoked, Life::Active]);
        assert_eq!(vault.credential("secret-key").current().unwrap().n, 2);
    }
}

#[test]
fn what_was_seen_of_one_copy_s_version_says_nothing_of_the_other_s() {
    let text = SIXTH.replacen(
        r#"title = "Take the key", needs = ["open"] },"#,
        r#"title = "Take the key" },
  { id = "look", act = "open", link = "keys", title = "Look at it once more", needs = ["open"] },"#,
        1,
    );
    let text = text.replacen(r#"needs = ["check"]"#, r#"needs = ["check", "look"]"#, 1);
    let (catalog, errors) = Catalog::builtin().with_user_files([("northpay.toml", &*text)]);
    assert_eq!(errors, Vec::new());
    let mut vault = Vault::new();
    let id = vault.begins_of(&catalog, "northpay", "create", None, Environment::Live).unwrap();
    let (mut a, mut b) = (vault.on(2), vault.on(3));
    for (copy, value) in [(&mut a, "np_live_a"), (&mut b, "np_live_b")] {
        copy.does(id, "take", Deed::Values(vec![("key".into(), secret("value", value))])).unwrap();
        copy.does(id, "take", Deed::Known).unwrap();
    }
    a.does(id, "check", said()).unwrap();
    b.does(id, "open", said()).unwrap();
    b.does(id, "look", said()).unwrap();
    let (checked, farther) = (a.on(2), b.on(3));
    a.join(&farther);
    b.join(&checked);
    assert_eq!(a.document(), b.document(), "the order matters");

    let slot = a.journal(id).slot("key").unwrap();
    assert_eq!(slot.new, farther.journal(id).slot("key").unwrap().new, "the copy that came farther goes on");
    assert!(a.step(id, "check").done.is_none(), "its version was checked by nobody");
    assert_eq!(a.step(id, "take").done, farther.step(id, "take").done);
    let notes = |step: &str| a.step(id, step).marks.iter().filter(|mark| mark.what == Happened::Noted).count();
    assert_eq!((notes("take"), notes("check")), (2, 1), "what the other did can be read");
    let refused = a.does(id, "live", said()).unwrap_err();
    assert!(matches!(refused, ChangeError::Flow(FlowError::Waits(..))), "{refused}");
    a.does(id, "check", said()).unwrap();
    a.does(id, "live", said()).unwrap();
}

#[test]
fn a_flow_that_two_copies_finish_together_retires_what_it_replaced() {
    let text = SIXTH.replacen(r#"coexistence = { keys = "many", source = "docs" }"#, "", 1);
    let (text, _) = text.split_at(text.find("[[flows]]\nid = \"rotate\"").unwrap());
    let text = format!(
        r#"{text}
[[flows]]
id = "renew"
title = "Renew the key"
does = "renew"
environments = ["live"]
slots = {{ key = "secret-key" }}
cutover = "overlap"
source = "docs"
steps = [
  {{ id = "take", act = "take-once", field = "key#value", title = "Take the new key" }},
  {{ id = "check", act = "verify", or = "asserted", title = "Check it", needs = ["take"] }},
  {{ id = "live", act = "promote", slot = "key", title = "Make it current", needs = ["check"] }},
  {{ id = "look", act = "open", link = "keys", title = "Look", needs = ["live"] }},
  {{ id = "tell", act = "open", link = "keys", title = "Look again", needs = ["live"] }},
]
"#
    );
    let (catalog, errors) = Catalog::builtin().with_user_files([("northpay.toml", &*text)]);
    assert_eq!(errors, Vec::new());
    let provider = catalog.get("northpay").unwrap();
    let mut vault = Vault::new();
    vault.stores(provider, Environment::Live, provider.credential("secret-key").unwrap(), Place::New);
    let id = vault.begins_of(&catalog, "northpay", "renew", None, Environment::Live).unwrap();
    vault.does(id, "take", Deed::Values(vec![("key".into(), secret("value", "np_live_2"))])).unwrap();
    vault.does(id, "take", Deed::Known).unwrap();
    vault.does(id, "check", said()).unwrap();
    vault.does(id, "live", said()).unwrap();
    let (mut a, mut b) = (vault.on(2), vault.on(3));
    a.does(id, "look", said()).unwrap();
    b.does(id, "tell", said()).unwrap();
    let alone = a.on(2);
    a.join(&b);
    b.join(&alone);
    assert_eq!(a.document(), b.document(), "the order matters");
    assert!(!a.journal(id).is_open());
    assert_eq!(a.version("secret-key", 1).life, Life::Retired);
}
