//! A provider that is one file: its flows run without a line of code.

use paykeep::catalog::Catalog;
use paykeep::domain::provider::Act;
use paykeep::domain::provider::Reason::{Compromised, Scheduled};
use paykeep::domain::{Deed, Environment, Life};

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
