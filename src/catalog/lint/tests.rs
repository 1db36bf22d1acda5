//! One test for each check: a file that is right but for one thing.

mod calls;
mod flows;
mod recipes;

use super::*;

/// Right in every respect.
const GOOD: &str = r#"
schema = 1
id = "good"
name = "Good"
[sources]
docs = { title = "Good's docs", url = "https://good.example/docs", read = "2026-11-22" }
[environments]
sandbox = { words = ["test"], source = "docs" }
live = { words = ["prod"], source = "docs" }
[[hosts]]
serves = "api"
region = "eu"
url = "https://api.good.example"
[[links]]
id = "keys"
place = "Dashboard"
url = "https://good.example/keys"
[account.client_id]
label = "Client ID"
needed_by = ["request"]
env = "CLIENT_ID"
[account.region]
label = "Region"
choices = ["eu", { value = "us", label = "United States" }]
[[shapes]]
field = "secret-key#value"
pattern = '^good_[0-9a-f]{32}$'
strength = "certain"
environment = "live"
because = ["it starts with good_"]
source = "docs"
[credentials.secret-key]
coexistence = { keys = 2, source = "docs", sure = "provider" }
needs_approval = ["live"]
client_side = "never"
[credentials.key-pair]
fields.private_key = { env = "GOOD_KEY" }
fields.public_key = {}
forms = { dashboard = "spki-base64", files = "pkcs8-pem" }
rsa = { bits = 2048, source = "docs" }
[credentials.provider-public-key]
[[flows]]
id = "replace"
title = "Replace"
does = "rotate"
reasons = ["scheduled"]
environments = ["sandbox", "live"]
slots = { own = "key-pair" }
cutover = "at-gateway"
steps = [
  { id = "pair", act = "generate", slot = "own", title = "Generate" },
  { id = "stage", act = "substitute", mode = "staged", slot = "own", title = "Stage", needs = ["pair"] },
  { id = "open", act = "open", link = "keys", title = "Open" },
  { id = "give", act = "give", field = "own#public_key", form = "dashboard", title = "Give", needs = ["pair", "open"] },
  { id = "switch", act = "confirm", kills = "own@current", title = "Confirm", text = "switch", needs = ["give", "stage"] },
  { id = "check", act = "verify", proof = "call", title = "Check", needs = ["switch"] },
  { id = "live", act = "promote", slot = "own", title = "Promote", needs = ["check"] },
]
text.switch = "The old key dies."
proofs.call.sign = { recipe = "request", with = "own@pending" }
[[flows]]
id = "rotate"
title = "Rotate"
does = "rotate"
reasons = ["scheduled", "compromised"]
environments = ["live"]
slots = { key = "secret-key" }
cutover = "overlap"
steps = [
  { id = "take", act = "take-once", field = "key#value", title = "Take" },
  { id = "stop", act = "revoke", slot = "key", kills = "key@current", text = "off", when = { reason = "compromised" }, title = "Stop the damage" },
  { id = "move", act = "substitute", slot = "key", title = "Move", needs = ["take", "stop"] },
  { id = "kill", act = "revoke", slot = "key", kills = "key@previous", text = "off", when = { reason = "scheduled" }, title = "Revoke", needs = ["move"] },
  { id = "dead", act = "prove-dead", proof = "refused", title = "See that it is dead", needs = ["kill", "stop", "move"] },
]
text.off = "What still has it fails."
proofs.refused.probe = { call = "ping", with = "key@previous" }
[calls.ping]
title = "Ask for nothing"
credential = "secret-key"
method = "GET"
host = "api"
path = "/ping/{account.client_id}"
headers = { Authorization = "{field.value}" }
dead = { status = [401], source = "docs" }
[recipes.request]
title = "Request"
does = "sign"
key = "key-pair#private_key"
time = { header = "Date", format = "unix-ms" }
text = ["{method}", "{time}", "{account.client_id}"]
sign = { algorithm = "rsa-pkcs1v15-sha256", encode = ["base64"] }
headers = { Signature = "{signature}" }
tolerance = { seconds = 60, source = "docs" }
vectors = [{ environment = "live", message = { method = "GET", path = "/", time = "1", account = { client_id = "x" } }, text = "GET1x" }]
[recipes.answer]
title = "Answer"
does = "verify"
key = "provider-public-key#public_key"
time = { format = "as-received" }
text = ["{time}", "{body}"]
sign = { algorithm = "rsa-pkcs1v15-sha256", encode = ["base64"] }
signature = { header = "Signature", decode = ["base64"] }
"#;

/// Puts `wrong` in the place of `right`, and holds that exactly this is said, in the line that contains `at`.
#[track_caller]
fn says(right: &str, wrong: &str, at: &str, level: Level, message: &str) {
    assert_eq!(GOOD.matches(right).count(), 1, "`{right}` stands once in the good file");
    let text = GOOD.replace(right, wrong);
    let findings = lint("good.toml", &text);
    let said: Vec<_> = findings.iter().map(|finding| (finding.level, finding.message.as_str())).collect();
    assert_eq!(said, [(level, message)]);
    let line = text.lines().nth(findings[0].line.wrapping_sub(1)).unwrap_or_default();
    assert!(line.contains(at), "line {}: {line}", findings[0].line);
}

#[track_caller]
fn refuses(right: &str, wrong: &str, at: &str, message: &str) {
    says(right, wrong, at, Level::Error, message);
}

#[test]
fn a_good_file_has_no_findings() {
    assert_eq!(lint("good.toml", GOOD), []);
}

#[test]
fn the_file_is_called_after_its_id() {
    let findings = lint("folder/better.toml", GOOD);
    let [Finding { line: 3, level: Level::Warning, message, .. }] = &findings[..] else { panic!("{findings:?}") };
    assert_eq!(message, "the file is not called after its `id`, `good`");
}

#[test]
fn a_file_is_not_larger_than_any_provider() {
    assert_eq!(lint("good.toml", &"#".repeat(MAX_FILE_BYTES + 1))[0].message, "larger than 256 KiB");
}

#[test]
fn keys_and_words_that_are_not_known_are_named() {
    refuses("strength = ", "strenght = ", "strenght", "unknown key `strenght`");
    refuses("act = \"generate\"", "act = \"make\"", "make", "`make` is not known here");
    refuses("place = \"Dashboard\"\n", "", "[[links]]", "the key `place` is missing");
    refuses("id = \"good\"", "id = \"Good\"", "Good", "a provider's id has lower-case letters, digits and dashes");
    refuses("keys = 2", "keys = \"two\"", "two", "`keys` is \"one\", \"many\" or a number");
    refuses("schema = 1", "schema = 9", "schema", "`schema` is 9, this paykeep reads 1");
}

#[test]
fn a_source_is_listed_dated_and_used() {
    refuses(
        "bits = 2048, source = \"docs\"",
        "bits = 2048, source = \"dosc\"",
        "dosc",
        "`source` is `dosc`, which [sources] lacks",
    );
    refuses(
        "words = [\"test\"], source = \"docs\"",
        "words = [\"test\"], sure = \"provider\"",
        "words = [\"test\"]",
        "`sure` is `provider`, but no `source` says so",
    );
    refuses("2026-11-22", "2026-13-22", "2026-13-22", "`read` is a day, as 2026-11-22");
    refuses("https://good.example/docs", "http://good.example/docs", "docs", "`url` begins with https://");
    says(
        "[environments]",
        "more = { title = \"More\", read = \"2026-11-22\" }\n[environments]",
        "more",
        Level::Warning,
        "no fact has the source `more`",
    );
}

#[test]
fn an_address_is_https_and_of_a_known_region() {
    let message = "`url` begins with https://, then a host, without a name or a space in it";
    refuses("https://api.good.example", "http://api.good.example", "url", message);
    refuses("https://api.good.example", "https://api.good.example@evil.example", "url", message);
    refuses("https://good.example/keys", "https://", "url", message);
    refuses("region = \"eu\"", "region = \"ue\"", "ue", "`region` is `ue`, which the account's region can't be");
    refuses(
        "[account.client_id]",
        "[[links]]\nid = \"keys\"\nplace = \"Elsewhere\"\n[account.client_id]",
        "id = \"keys\"",
        "the link `keys` stands twice for the same environment and region",
    );
}

#[test]
fn a_variable_can_be_one_in_every_shell() {
    refuses(
        "env = \"CLIENT_ID\"",
        "env = \"client-id\"",
        "client-id",
        "`env` is `client-id`, which is no variable's name",
    );
    refuses("env = \"GOOD_KEY\"", "env = \"2KEY\"", "2KEY", "`env` is `2KEY`, which is no variable's name");
}

#[test]
fn an_account_s_field_is_asked_for_where_it_is_needed() {
    refuses(
        "needed_by = [\"request\"]",
        "needed_by = [\"request\", \"x\"]",
        "x",
        "`needed_by` has `x`, which is no recipe of the file",
    );
    refuses(
        "needed_by = [\"request\"]\n",
        "",
        "[recipes.request]",
        "`account.client_id` is filled in, but its `needed_by` lacks `request`",
    );
    refuses("choices = [\"eu\", {", "choices = [\"eu\", \"eu\", {", "eu", "`choices` has `eu` twice");
}

#[test]
fn a_credential_says_what_can_be() {
    refuses(
        "[credentials.provider-public-key]",
        "[credentials.provider-public-key]\n[credentials.mine]",
        "mine",
        "`mine` is no kind: the table needs `kind`",
    );
    refuses(
        "[credentials.provider-public-key]",
        "[credentials.provider-public-key]\n[credentials.mine]\nkind = \"signing-key\"\nname = \"key-pair\"",
        "mine",
        "two credentials have the `name` `key-pair`: their references would be the same",
    );
    refuses("bits = 2048", "bits = 20", "bits", "`bits` is the size of an RSA key, 2048 as a rule");
    says(
        "client_side = \"never\"",
        "client_side = \"allowed\"",
        "client_side",
        Level::Warning,
        "`client_side` allows a secret-key on a client",
    );
}

#[test]
fn an_environment_that_the_provider_lacks_is_nowhere_spoken_of() {
    let text = GOOD.replace("live = { words = [\"prod\"], source = \"docs\" }\n", "");
    let said: Vec<_> = lint("good.toml", &text).into_iter().map(|finding| finding.message).collect();
    assert_eq!(
        said,
        [
            "`environment` is live, which the provider lacks",
            "`needs_approval` has live, which the provider lacks",
            "`environments` has the provider's environments in which the flow applies",
            "`environments` has the provider's environments in which the flow applies",
        ]
    );
    let none = "schema = 1\nid = \"good\"\nname = \"Good\"\n[environments]\n";
    assert_eq!(lint("good.toml", none)[0].message, "a provider has at least one environment");
}

#[test]
fn a_pattern_can_be_used_and_describes_the_whole_value() {
    let pattern = "'^good_[0-9a-f]{32}$'";
    refuses(pattern, "'^good_([0-9a-f]{32}$'", "good_", "`pattern` does not compile: unclosed group");
    refuses(pattern, "'^(good_.{999}){999}$'", "good_", "`pattern` does not compile: it is too big");
    let message = "`pattern` describes the whole value: it begins with ^ and ends with $";
    refuses(pattern, "'good_[0-9a-f]{32}$'", "good_", message);
    refuses(pattern, "'^good_[0-9a-f]{32}'", "good_", message);
    refuses(pattern, r"'^good_[0-9a-f]{32}\$'", "good_", message);
    refuses(pattern, "\"^good_\\u200b[0-9a-f]{32}$\"", "good_", "`pattern` has characters that can't be seen");
    refuses(pattern, "'^(good_[0-9a-f]{32})?$'", "good_", "`pattern` fits an empty value");
}

#[test]
fn a_bare_token_is_never_more_than_possible() {
    let pattern = "'^good_[0-9a-f]{32}$'";
    for bare in ["'^[0-9a-f]{32}$'", "'^[A-Z0-9]{24}$'", "'^[A-Za-z0-9]{20,40}$'", "'^[a-z]+$'"] {
        refuses(pattern, bare, bare, "`strength` is certain, but a bare token fits");
    }
    let text = GOOD.replace(pattern, "'^[0-9a-f]{32}$'").replace("\"certain\"", "\"possible\"");
    assert_eq!(lint("good.toml", &text), []);
}

#[test]
fn a_prefix_fits_its_pattern() {
    let strength = "strength = \"certain\"";
    let with = |prefix: &str| format!("{strength}\nprefix = \"{prefix}\"");
    let message = "no value that fits `pattern` begins with zzz_";
    says(strength, &with("zzz_"), "prefix", Level::Warning, message);
    for (pattern, prefix) in
        [("'^good_[0-9a-f]{32}$'", "good_"), ("'^(?i:GOOD-[0-9]{32})$'", "good-"), ("'^(?:a|b)c{30}$'", "bc")]
    {
        let text = GOOD.replace("'^good_[0-9a-f]{32}$'", pattern).replace(strength, &with(prefix));
        assert_eq!(lint("good.toml", &text), [], "{pattern}");
    }
}

#[test]
fn a_shape_has_one_matcher_and_speaks_of_what_exists() {
    let message = "the shape of `secret-key#value` needs either `pattern` or `der`";
    refuses("pattern = '^good_[0-9a-f]{32}$'\n", "", "[[shapes]]", message);
    let both = "pattern = '^x$'\nder = { form = [\"spki\"], algorithm = \"rsa\" }\n";
    refuses("pattern = '^good_[0-9a-f]{32}$'\n", both, "[[shapes]]", message);
    for target in ["secret-key#text", "account#value", "webhook-secret#value"] {
        let message = format!("`field` is `{target}`, which the file does not have");
        refuses("field = \"secret-key#value\"", &format!("field = \"{target}\""), target, &message);
    }
    says(
        "because = [\"it starts with good_\"]\n",
        "",
        "[[shapes]]",
        Level::Warning,
        "a shape says why: the key `because` is missing",
    );
}
