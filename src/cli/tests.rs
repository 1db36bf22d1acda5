//! Every command below the binary: words and standard input in, what is printed and the exit code out, over a vault with a small
//! work factor.

mod bad_messages;
mod beside;
mod detect;
mod examples;
mod flows;
mod merging;
mod naming;
mod places;
mod providers;
mod shapes;
mod signing;
mod token;

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::Parser as _;
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use serde_json::Value;

use super::args::Cli;
use super::io::Io;
use super::{ended, execute, not_understood};
use crate::catalog::Catalog;
use crate::error::Exit;
use crate::keys::{self, Form};
use crate::secret::SecretText;
use crate::shell::store::{Consent, VaultFolder};

const PASSPHRASE: &str = "walnut orbit sleepy cargo violin";
const LIVE_KEY: &str = "ansa_sk_live_4f0c2c9e-8f0b-4f5e-9d6b-2c1a7e3b5d80";
const SANDBOX_KEY: &str = "ansa_sk_sandbox_4f0c2c9e-8f0b-4f5e-9d6b-2c1a7e3b5d80";

struct World {
    root: tempfile::TempDir,
    folder: VaultFolder,
    terminal: bool,
}

struct Said {
    exit: Exit,
    out: String,
    err: String,
}

fn world() -> World {
    let root = tempfile::tempdir().unwrap();
    let folder = VaultFolder::new(root.path().join("vault"), root.path().join("state"));
    folder.create_with_work_factor(&SecretText::copied(PASSPHRASE), 2).unwrap();
    World { root, folder, terminal: false }
}

impl World {
    fn at(&self, now: Timestamp, words: &[&str], input: &[u8]) -> Said {
        self.knowing(Catalog::builtin(), now, words, input)
    }

    /// The same with other providers.
    fn knowing(&self, catalog: &Catalog, now: Timestamp, words: &[&str], input: &[u8]) -> Said {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let waits = !input.is_empty();
        let mut input = input;
        let mut io = Io {
            input: &mut input,
            input_is_terminal: false,
            input_waits: &|| waits,
            output: &mut out,
            output_is_terminal: self.terminal,
            notes: &mut err,
            now,
            catalog,
            known: None,
        };
        let open =
            |_: &_, _| self.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::None).map_err(super::Stop::from);
        let done = match Cli::try_parse_from(["paykeep"].iter().chain(words)) {
            Ok(cli) => execute(cli, &mut io, open),
            Err(error) => not_understood(&error, &mut io),
        };
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let exit = done.unwrap_or_else(|stop| ended(stop, &words, &mut io));
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { exit, out: text(out), err: text(err) }
    }

    /// Words between blanks; `input` is standard input.
    fn run(&self, words: &str, input: &str) -> Said {
        self.at(Timestamp::now(), &words.split_whitespace().collect::<Vec<_>>(), input.as_bytes())
    }

    fn json(&self, words: &str) -> Value {
        serde_json::from_str(&self.run(words, "").ok().out).unwrap()
    }

    fn references(&self, words: &str) -> Vec<String> {
        let list = self.json(&format!("ls --json {words}"));
        list.as_array().unwrap().iter().map(|row| row["reference"].as_str().unwrap().to_owned()).collect()
    }

    fn get(&self, reference: &str) -> String {
        self.run(&format!("get {reference}"), "").ok().out
    }
}

impl Said {
    fn ok(self) -> Self {
        assert_eq!(self.exit, Exit::Done, "{}{}", self.out, self.err);
        self
    }

    /// Ended with this code, one line that says why with these words, and nothing on standard output.
    fn fails(self, exit: Exit, words: &str) -> Self {
        assert_eq!(self.exit, exit, "{}{}", self.out, self.err);
        let errors: Vec<&str> = self.err.lines().filter(|line| line.starts_with("paykeep: error: ")).collect();
        assert_eq!(errors.len(), 1, "{}", self.err);
        assert!(self.err.contains(words), "«{words}» is missing in: {}", self.err);
        assert_eq!(self.out, "");
        self
    }

    fn says(self, words: &str) -> Self {
        assert!(self.err.contains(words), "«{words}» is missing in: {}", self.err);
        self
    }
}

/// Two key pairs in PEM, private and public.
fn pair(n: usize) -> (String, String) {
    static MADE: LazyLock<[(String, String); 2]> = LazyLock::new(|| {
        [0, 1].map(|_| {
            let key = keys::generate(2048, &mut UnwrapErr(SysRng)).unwrap();
            (key.write(Form::Pkcs8Pem).unwrap().expose().to_owned(), key.public().write(Form::SpkiPem).unwrap())
        })
    });
    MADE[n].clone()
}

#[test]
fn one_s_own_public_key_is_not_kept_as_the_gateway_s() {
    let world = world();
    let (private, public) = pair(0);
    world.run("add antom/live/acme/key-pair", &private).ok();
    world
        .run("add antom/live/acme/provider-key --kind provider-public-key --overrule", &public)
        .fails(Exit::Refused, "your own public key, the half of antom/live/acme/key-pair@1")
        .says("the gateway's public key");
    world.run("add antom/live/acme/provider-key --kind provider-public-key", &pair(1).1).ok();
}

#[test]
fn a_value_comes_back_as_it_went_in_and_nobody_prints_it_unasked() {
    let world = world();
    let value = r#"a token with "quotes", \backslashes\ and ünïcödé"#;
    world.run("add other/sandbox/acme/token --kind secret-key", value).ok();
    assert_eq!(world.get("other/sandbox/acme/token"), value);
    assert_eq!(world.get("token#value"), value);
    for words in ["ls", "ls --json", "show token", "show token --json"] {
        let said = world.run(words, "").ok();
        assert!(!said.out.contains("backslashes") && !said.err.contains("backslashes"), "{words}");
    }
}

#[test]
fn a_secret_given_as_an_argument_stands_in_no_error() {
    let world = world();
    world.run("add other/sandbox/acme/token --kind secret-key", "v-1").ok();
    let pem = pair(0).0;
    let line = pem.lines().nth(1).unwrap();
    let hex = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    let both = format!("--{LIVE_KEY}={hex}");
    for words in [["detect"].as_slice(), &["flow", "next", "x", "--note"], &["get"], &["flow", "start", "ansa/live/a"]]
    {
        for (value, secret) in
            [(pem.as_str(), line), (LIVE_KEY, LIVE_KEY), (hex, hex), (both.as_str(), hex), (both.as_str(), LIVE_KEY)]
        {
            let words: Vec<&str> = words.iter().copied().chain([value]).collect();
            let said = world.at(Timestamp::now(), &words, b"");
            assert_ne!(said.exit, Exit::Done, "{words:?}");
            assert!(!said.err.contains(secret), "{}", said.err);
        }
    }
    for words in
        [["due", "--days"].as_slice(), &["flow", "start", "ansa/live/a", "replace", "--reason"], &["ls", "--env"]]
    {
        let value = format!("{pem}\n");
        let words: Vec<&str> = words.iter().copied().chain([LIVE_KEY]).collect();
        let said = world.at(Timestamp::now(), &words, b"");
        assert!(said.exit != Exit::Done && !said.err.contains(LIVE_KEY), "{}", said.err);
        let joined = format!("{}={value}", words[words.len() - 2]);
        let words: Vec<&str> = words.iter().take(words.len() - 2).copied().chain([joined.as_str()]).collect();
        let said = world.at(Timestamp::now(), &words, b"");
        assert!(said.exit != Exit::Done && !said.err.contains(line), "{}", said.err);
    }
    // What is no secret is told: it helps to see the slip.
    world.run("get ansa/live/acme/secret-key-of-2026", "").fails(Exit::NotFound, "secret-key-of-2026");
    world.run("detect --jsno", "").fails(Exit::Usage, "'--jsno'");
}

#[test]
fn what_a_clipboard_adds_is_left_out_and_told() {
    let world = world();
    for (n, (input, note)) in [
        ("tok-12345678\n", "one line break at its end was left out"),
        ("\u{feff}tok-12345678", "a byte-order mark was left out"),
        ("\"tok-12345678\"\r\n", "quotes around it were left out"),
        ("  tok-12345678", "spaces around it were left out"),
    ]
    .into_iter()
    .enumerate()
    {
        world.run(&format!("add other/sandbox/acme/t{n} --kind secret-key"), input).ok().says(note);
        assert_eq!(world.get(&format!("t{n}")), "tok-12345678");
    }
}

#[test]
fn what_is_no_value_is_refused() {
    let world = world();
    for input in ["", "\n", "   "] {
        for words in ["add other/sandbox/acme/x --kind secret-key", "add other/sandbox/acme/x", "whose"] {
            world.run(words, input).fails(Exit::Usage, "there is no value on standard input");
        }
    }
    world.run("add other/sandbox/acme/x --json", r#"{"value": ""}"#).fails(Exit::Usage, "there is no value");
    let big = "x".repeat(2_000_000);
    world.run("add other/sandbox/acme/x --kind secret-key", &big).fails(Exit::Usage, "larger than");
    world.run("add other/sandbox/acme/x --kind secret-key", "A=1\nB=2\n").fails(Exit::Usage, "several lines");
    world.run("add other/sandbox/acme/x --kind secret-key --overrule", "A=1\nB=2\n").ok();
    assert_eq!(world.get("x"), "A=1\nB=2");
}

#[test]
fn a_line_of_a_file_around_a_value_is_not_taken_for_the_value() {
    let world = world();
    for (n, (wrapped, name)) in [
        (r#"{"client_id": "abcDEF-123", "client_secret": "some-odd-Secret_42"}"#, "client_secret"),
        ("export ANSA_SECRET=ansa_sk_sandbox_abcdefghijklmnopqrstuvwx12345", "ANSA_SECRET"),
        ("CLIENT_SECRET='some-odd-Secret_42'\n", "CLIENT_SECRET"),
        ("Your key is ansa_sk_live_12345678-1234-1234-1234-123456789abd. Keep it", "has a value in it"),
        ("curl -H 'Authorization: Bearer some-odd-Secret_42' https://h.example/", "has a value in it"),
    ]
    .into_iter()
    .enumerate()
    {
        let words = format!("add other/sandbox/acme/w{n} --kind secret-key");
        let said = world.run(&words, wrapped).fails(Exit::Usage, name);
        assert!(!said.err.contains("Secret_42"), "{}", said.err);
        world.run(&format!("{words} --overrule"), wrapped).ok();
        assert_eq!(world.get(&format!("w{n}")), wrapped.trim_end());
    }
    for (n, plain) in [
        "walnut orbit sleepy",
        "a=b",
        "QUJDREVGR0hJSktMTU5PUA==",
        "user:pass@x",
        "sk=live",
        "https://h.example/?key=abc",
        "abc.def.ghi",
        "x",
        "p4ss{word}",
        "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
    ]
    .into_iter()
    .enumerate()
    {
        world.run(&format!("add other/sandbox/acme/p{n} --kind secret-key"), plain).ok();
        assert_eq!(world.get(&format!("p{n}")), plain);
    }
    // A key is a value of several lines.
    let pem = pair(0).0;
    world.run("add other/sandbox/acme/pem --kind secret-key", &pem).ok();
    assert_eq!(world.get("pem").trim(), pem.trim());
}

#[test]
fn what_a_provider_is_sure_of_is_not_let_in_unseen() {
    let world = world();
    let sealed = include_str!("../../tests/keys/encrypted.txt").replace("TESTING KEY", "ENCRYPTED PRIVATE KEY");
    world.run("add antom/sandbox/acme/pair --kind key-pair", &sealed).fails(Exit::Refused, "is an encrypted key");
    world.run("add ansa/sandbox/acme/key --kind secret-key", "hello").fails(Exit::Refused, "those begin with ansa_sk_");
    world.run("add ansa/sandbox/acme/key --kind secret-key --overrule", "hello").ok();
    let key_id = "live-afkj2345678901234567abcd";
    world.run("add amazon-pay/sandbox/acme/pair#key_id --kind key-pair", key_id).fails(Exit::Refused, "says live");
    let twice = r#"{"client_id": "one-and-the-same-1", "client_secret": "one-and-the-same-1"}"#;
    world.run("add paynet/sandbox/acme/cc --kind client-credentials --json", twice).fails(Exit::Refused, "is the same");
    world.run("ls", "").ok();
}

#[test]
fn bytes_that_are_no_text_are_kept_as_they_are() {
    let world = world();
    let value: Vec<u8> = (0..=255).collect();
    let words = ["add", "other/sandbox/acme/bytes", "--kind", "secret-key"];
    let said = world.at(Timestamp::now(), &words, &value).ok();
    assert!(!said.err.contains('\u{1b}'));
    let vault = world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::None).unwrap().snapshot();
    let target = vault.document.resolve("bytes").unwrap();
    let key = vault.document.field(&target, None).unwrap().1.secret.clone().unwrap();
    assert_eq!(vault.secret(&key).unwrap().expose(), value);
}

#[test]
fn a_secret_stays_off_the_terminal_unless_it_is_asked_for() {
    let mut world = world();
    world.run("add other/sandbox/acme/cc --json", r#"{"client_id": "id-1", "client_secret": "s3cr3t"}"#).ok();
    world.terminal = true;
    world.run("get cc", "").fails(Exit::Refused, "scrollback");
    assert_eq!(world.get("cc#client_id"), "id-1\n");
    assert_eq!(world.get("cc --print"), "s3cr3t\n");
}

#[test]
fn the_shape_decides_the_kind_only_when_it_leaves_no_doubt() {
    let world = world();
    world.run("add ansa/sandbox/acme/key", SANDBOX_KEY).ok();
    assert_eq!(world.json("show key --json")["kind"], "secret-key");
    let (private, _) = pair(0);
    world.run("add antom/sandbox/acme/pair", &private).ok();
    world
        .run("add other/sandbox/acme/x", "9e0e99f396e74838aeb583d1f06bc03d")
        .fails(Exit::Usage, "can't be told from its shape alone")
        .says("--kind: secret-key");
    world.run("add other/sandbox/acme/cc --json", r#"{"client_id": "a", "client_secret": "b"}"#).ok();
    assert_eq!(world.json("show cc --json")["kind"], "client-credentials");
}

#[test]
fn what_contradicts_the_reference_is_stopped_and_let_in_only_deliberately() {
    let world = world();
    world.run("add ansa/sandbox/acme/key", LIVE_KEY).fails(Exit::Refused, "says live").says("--overrule");
    world.run("add antom/live/acme/key", LIVE_KEY).fails(Exit::Refused, "looks like Ansa's");
    world.run("add antom/live/acme/pair --kind key-pair", LIVE_KEY).fails(Exit::Refused, "");
    let (_, public) = pair(0);
    world
        .run("add antom/live/acme/pair --kind key-pair --field private_key", &public)
        .fails(Exit::Refused, "public key");
    assert_eq!(world.references(""), Vec::<String>::new());
    world.run("add ansa/sandbox/acme/key --overrule", LIVE_KEY).ok();
    assert_eq!(world.get("key"), LIVE_KEY);
}

#[test]
fn a_private_key_brings_its_public_half_and_no_other() {
    let world = world();
    let (private, public) = pair(0);
    let pkcs1 = keys::identify(private.as_bytes()).unwrap().write(Form::Pkcs1Pem).unwrap();
    world.run("add antom/sandbox/acme/pair --kind key-pair", pkcs1.expose()).ok().says("the public key was derived");
    assert_eq!(world.get("pair"), private);
    let shown = &world.json("show pair --json")["versions"][0]["fields"];
    assert_eq!(shown["private_key"]["form"], "pkcs8-pem");
    assert_eq!(shown["private_key"]["value"], Value::Null);
    assert_eq!(shown["public_key"]["form"], "spki-base64");
    assert_eq!(shown["public_key"]["fingerprint"], shown["private_key"]["fingerprint"]);
    let given = keys::identify(public.as_bytes()).unwrap().write(Form::SpkiBase64).unwrap();
    assert_eq!(world.get("pair#public_key"), given.expose());

    let (_, strange) = pair(1);
    let both = serde_json::json!({"private_key": private, "public_key": strange}).to_string();
    world.run("add antom/sandbox/acme/other --json", &both).fails(Exit::Refused, "not the half");
    world.run("add antom/sandbox/acme/late --kind key-pair --field public_key", &strange).ok();
    world.run("add antom/sandbox/acme/late --field private_key", &private).fails(Exit::Refused, "not the half");
    let (fitting, _) = pair(1);
    world.run("add antom/sandbox/acme/late --field private_key", &fitting).ok().says("added to v1");
}

#[test]
fn a_key_is_kept_in_pem_where_its_provider_says_no_form() {
    let world = world();
    let (private, public) = pair(0);
    world.run("add other/sandbox/acme/pair --kind key-pair", &private).ok();
    assert_eq!((world.get("pair"), world.get("pair#public_key")), (private, public));
    world.run("generate other/sandbox/acme/made --current", "").ok();
    let shown = &world.json("show made --json")["versions"][0]["fields"];
    assert_eq!(shown["public_key"]["form"], "spki-pem");
    let theirs = keys::identify(pair(1).1.as_bytes()).unwrap().write(Form::SpkiBase64).unwrap();
    world.run("add other/sandbox/acme/theirs --kind provider-public-key", theirs.expose()).ok();
    assert_eq!(world.get("theirs"), pair(1).1);
}

#[test]
fn a_value_that_is_there_is_never_replaced() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "first-1").ok();
    world.run("add other/live/acme/key", "second-2").fails(Exit::Refused, "there already").says("--as pending");
    assert_eq!(world.get("key"), "first-1");
    world.run("add other/live/acme/key --as pending", "second-2").ok().says("stored as v2, pending");
    world.run("add other/live/acme/key --as previous", "zeroth-0").ok().says("stored as v3, previous");
    assert_eq!((world.get("key"), world.get("key@pending")), ("first-1".into(), "second-2".into()));
    assert_eq!((world.get("key@previous"), world.get("key@3")), ("zeroth-0".into(), "zeroth-0".into()));
    let row = &world.json("ls --json")[0];
    assert_eq!((&row["version"], &row["pending"], &row["previous"]), (&1.into(), &2.into(), &3.into()));
    world
        .run("add other/live/acme/none --kind secret-key --as pending", "x-1")
        .fails(Exit::NotFound, "no other/live/acme/none");
}

#[test]
fn a_field_that_is_lacking_may_be_added() {
    let world = world();
    world.run("add other/live/acme/cc --kind client-credentials --field client_id", "id-1").ok();
    world.run("add other/live/acme/cc#client_secret", "s3cr3t").ok().says("added to v1");
    world.run("add other/live/acme/cc --json", r#"{"client_id": "id-2"}"#).fails(Exit::Refused, "client_id");
    world
        .run("add other/live/acme/cc --field nothing", "x")
        .fails(Exit::Usage, "no field nothing")
        .says("client_secret");
    assert_eq!(world.get("cc"), "s3cr3t");
}

#[test]
fn the_same_value_elsewhere_is_told() {
    let world = world();
    world.run("add other/live/acme/a --kind secret-key", "same-1").ok();
    world.run("add other/live/acme/b --kind secret-key", "same-1").ok().says("other/live/acme/a@1 has the same value");
}

#[test]
fn what_describes_a_credential_is_stored_with_it() {
    let world = world();
    let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
    let words = [
        "add",
        "other/live/acme/k",
        "--kind",
        "access-token",
        "--label",
        "Main",
        "--note",
        "two\nlines",
        "--used-by",
        "api",
        "--used-by",
        "cron",
        "--rotate-every",
        "30",
        "--expires",
        "2026-12-24",
    ];
    world.at(now, &words, b"tok-1").ok();
    let row = &world.json("ls --json")[0];
    assert_eq!(row["label"], "Main");
    assert_eq!(row["expires_at"], "2026-12-24T00:00:00Z");
    assert_eq!(row["consumers"], serde_json::json!(["api", "cron"]));
    assert_eq!(world.json("show k --json")["note"], "two\nlines");
    let later: Timestamp = "2027-01-01T00:00:00Z".parse().unwrap();
    let said = world.at(later, &["ls", "--json"], b"").ok();
    assert_eq!(serde_json::from_str::<Value>(&said.out).unwrap()[0]["state"], "expired");
}

#[test]
fn live_secrets_are_due_after_ninety_days_unless_somebody_says_otherwise() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "v-1").ok();
    world.run("add other/sandbox/acme/key --kind secret-key", "v-2").ok();
    world.run("add other/live/acme/public --kind publishable-key", "v-3").ok();
    let due: Vec<bool> =
        world.json("ls --json").as_array().unwrap().iter().map(|row| !row["rotate_by"].is_null()).collect();
    assert_eq!(due, [true, false, false]);
    world.run("edit other/sandbox/acme/key --rotate-every 10", "").ok();
    assert!(!world.json("ls --json")[2]["rotate_by"].is_null());
    world.run("edit other/sandbox/acme/key --rotate-every default", "").ok();
    assert!(world.json("ls --json")[2]["rotate_by"].is_null());
}

#[test]
fn lists_are_filtered_by_words_and_by_what_things_are() {
    let world = world();
    for reference in ["other/live/acme/key", "other/sandbox/acme/key", "ansa/sandbox/shop/key"] {
        world.run(&format!("add {reference} --kind secret-key --overrule"), "v-1").ok();
    }
    world.run("edit ansa/sandbox/shop/key --label Checkout --tag eu", "").ok();
    assert_eq!(world.references("").len(), 3);
    assert_eq!(world.references("CHECK"), ["ansa/sandbox/shop/key"]);
    assert_eq!(world.references("eu secret"), ["ansa/sandbox/shop/key"]);
    assert_eq!(world.references("--env live"), ["other/live/acme/key"]);
    assert_eq!(world.references("--provider other --env sandbox"), ["other/sandbox/acme/key"]);
    assert_eq!(world.references("--kind key-pair"), Vec::<String>::new());
    for words in ["nothing", "--kind key-pair", "--provider antom", "--bin"] {
        assert_eq!(world.run(&format!("ls {words}"), "").ok().says("nothing fits").out, "");
    }
    world.run("ls --provider nope", "").fails(Exit::Usage, "there is no provider nope");
    assert_eq!(super::tests::world().run("ls --env live", "").ok().says("nothing is stored yet").out, "");
}

#[test]
fn a_version_or_a_field_does_not_move_alone() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "v-1").ok();
    for part in ["@1", "#value"] {
        world.run(&format!("mv other/live/acme/key{part} other"), "").fails(Exit::Usage, "moved as a whole");
    }
    assert_eq!(world.references(""), ["other/live/acme/key"]);
}

#[test]
fn live_is_told_from_sandbox_by_a_sign_and_a_word() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "v-1").ok();
    world.run("add other/sandbox/acme/key --kind secret-key", "v-2").ok();
    let said = world.run("ls", "").ok();
    let lines: Vec<&str> = said.out.lines().collect();
    assert!(lines[1].starts_with("● LIVE     other/live/"), "{}", said.out);
    assert!(lines[2].starts_with("○ sandbox  other/sandbox/"), "{}", said.out);
}

#[test]
fn references_that_lead_nowhere_or_to_several_say_so() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "v-1").ok();
    world.run("add other/sandbox/acme/key --kind secret-key", "v-2").ok();
    world.run("get key", "").fails(Exit::Ambiguous, "fits 2 credentials");
    world.run("get nothing", "").fails(Exit::NotFound, "nothing");
    world.run("get other/live/acme/key@2", "").fails(Exit::NotFound, "@2");
    world.run("get other/live/acme/key#x", "").fails(Exit::NotFound, "no field x");
    for reference in
        ["other", "other/moon/acme/key", "other/live/ACME/key", "a/b/c/d/e", "nobody/live/a/b", "other/live/a/b@2"]
    {
        world.run(&format!("add {reference} --kind secret-key"), "v").fails(Exit::Usage, "");
    }
}

#[test]
fn a_secret_in_the_place_of_the_reference_is_not_repeated() {
    let said = world().run("add ckCanary7f3Qx --kind secret-key", "v").fails(Exit::Usage, "not a whole reference");
    assert!(!said.err.contains("Canary"));
}

#[test]
fn what_describes_a_credential_can_be_edited_and_cleaned_of_tricks() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "v-1").ok();
    let words = ["edit", "key", "--label", "a\u{1b}[31mb", "--note", "x\u{202e}y", "--tag", "b", "--tag", "a"];
    world.at(Timestamp::now(), &words, b"").ok();
    let shown = world.json("show key --json");
    assert_eq!(shown["label"], "a\u{fffd}[31mb");
    assert_eq!(shown["tags"], serde_json::json!(["a", "b"]));
    world.at(Timestamp::now(), &["edit", "key", "--label", "", "--tag", ""], b"").ok();
    let shown = world.json("show key --json");
    assert_eq!((&shown["label"], &shown["tags"]), (&"".into(), &serde_json::json!([])));
    assert_eq!(shown["note"], "x\u{fffd}y");
}

#[test]
fn a_credential_moves_within_its_provider_and_environment() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "v-1").ok();
    world.run("add other/live/acme/taken --kind secret-key", "v-2").ok();
    world.run("mv key other/sandbox/acme/key", "").fails(Exit::Refused, "another provider or environment");
    world.run("mv key taken", "").fails(Exit::Refused, "there already");
    world.run("mv key moved", "").ok();
    world.run("mv moved shop/moved", "").ok();
    assert_eq!(world.references("moved"), ["other/live/shop/moved"]);
    assert_eq!(world.get("moved"), "v-1");
}

#[test]
fn what_is_removed_last_comes_back_first() {
    let world = world();
    for name in ["a", "b", "c"] {
        world.run(&format!("add other/live/acme/{name} --kind secret-key"), &format!("value-{name}")).ok();
    }
    world.run("rm a nothing", "").fails(Exit::NotFound, "nothing");
    assert_eq!(world.references("").len(), 3);
    world.run("rm other/live/acme/a b", "").ok();
    world.run("rm c", "").ok();
    assert_eq!(world.references(""), Vec::<String>::new());
    assert_eq!(world.references("--bin").len(), 3);
    world.run("undo", "").ok().says("put back other/live/acme/c");
    world.run("undo", "").ok();
    assert_eq!(world.references("").len(), 3);
    world.run("undo", "").fails(Exit::NotFound, "the bin is empty");
    assert_eq!(world.get("a"), "value-a");
    world.run("rm a", "").ok();
    world.run("rm b", "").ok();
    world.run("undo other/live/acme/a", "").ok();
    assert_eq!(world.references("--bin"), ["other/live/acme/b"]);
}

#[test]
fn a_value_is_found_wherever_it_stands() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "tok-12345678").ok();
    let (private, public) = pair(0);
    world.run("add antom/live/acme/pair --kind key-pair", &private).ok();
    assert!(world.run("whose", "tok-12345678\n").ok().out.contains("other/live/acme/key@1#value"));
    assert!(world.run("whose", &public).ok().out.contains("antom/live/acme/pair@1#public_key"));
    let said = world.run("whose --json", "tok-1234567");
    assert_eq!((said.exit, said.out.as_str()), (Exit::No, "[]\n"));
}

#[test]
fn accounts_hold_what_belongs_to_the_merchant() {
    let world = world();
    world.run("account set antom/sandbox/acme client_id=SANDBOX_5X00000000000000 --label ACME", "").ok();
    let account = &world.json("account ls --json")[0];
    assert_eq!(account["fields"]["client_id"], "SANDBOX_5X00000000000000");
    assert_eq!(account["label"], "ACME");
    assert!(world.run("account show acme", "").ok().out.contains("SANDBOX_5X00000000000000"));
    world.run("account set antom/sandbox/acme nonsense=1", "").fails(Exit::Usage, "no field nonsense");
    world.run("account set antom/live/acme client_id=SANDBOX_5X00000000000000", "").fails(Exit::Refused, "sandbox");
    world.run("account set antom/sandbox/acme client_id=", "").ok();
    assert_eq!(world.json("account show acme --json")["fields"], serde_json::json!({}));
    let (private, _) = pair(0);
    world.run("add antom/sandbox/acme/pair", &private).ok();
    world.run("account rm acme", "").fails(Exit::Refused, "still has 1");
    world.run("account rm nobody", "").fails(Exit::NotFound, "nobody");
    world.run("account set other/live/empty", "").ok();
    world.run("account rm other/live/empty", "").ok();
    assert_eq!(world.json("account ls --json").as_array().unwrap().len(), 1);
}

#[test]
fn account_fields_come_along_with_a_credential() {
    let world = world();
    let (private, _) = pair(0);
    let json = serde_json::json!({"private_key": private, "account.client_id": "SANDBOX_5X00000000000000"}).to_string();
    world.run("add antom/live/acme/pair --json", &json).fails(Exit::Refused, "sandbox");
    world.run("add antom/sandbox/acme/pair --json", &json).ok();
    assert_eq!(world.json("show pair --json")["account_fields"]["client_id"], "SANDBOX_5X00000000000000");
}

#[test]
fn detection_answers_in_order_and_with_nothing_when_it_does_not_know() {
    let world = world();
    let detected =
        |input: &str| -> Value { serde_json::from_str(&world.run("detect --json", input).ok().out).unwrap() };
    let best = &detected(&format!("{LIVE_KEY}\n"))[0];
    assert_eq!((&best["provider"], &best["kind"]), (&"ansa".into(), &"secret-key".into()));
    assert_eq!((&best["environment"], &best["field"]), (&"live".into(), &"value".into()));
    assert_ne!(best["strength"], "possible");
    assert!(best["reason"].as_str().unwrap().contains("ansa_sk_live_"));
    let account = &detected("SANDBOX_5X00000000000000")[0];
    assert_eq!((&account["kind"], &account["field"]), (&Value::Null, &"account.client_id".into()));
    assert_eq!(detected("hello there, no key in here"), serde_json::json!([]));
    world.run("detect", "").fails(Exit::Usage, "nothing in it");
    world.run("detect", "hello").ok().says("no provider claims this shape");
}

#[test]
fn a_vault_that_others_could_open_is_closed_to_them_and_that_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let world = world();
    let set = |path: &std::path::Path, mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    set(world.folder.path(), 0o755);
    set(&world.folder.path().join("vault.age"), 0o644);
    world.run("ls", "").ok().says("was open to others, closed now: the folder (755) and vault.age (644)");
    assert!(!world.run("ls", "").ok().err.contains("open to others"), "it is closed by then");
}

#[test]
fn nobody_reading_standard_output_is_no_error() {
    struct Gone;
    impl std::io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut err = Vec::new();
    let mut io = Io {
        input: &mut std::io::empty(),
        input_is_terminal: false,
        input_waits: &|| false,
        output: &mut Gone,
        output_is_terminal: false,
        notes: &mut err,
        now: Timestamp::now(),
        catalog: Catalog::builtin(),
        known: None,
    };
    let cli = Cli::try_parse_from(["paykeep", "man"]).unwrap();
    let exit = execute(cli, &mut io, |_, _| unreachable!()).unwrap_or_else(|stop| ended(stop, &[], &mut io));
    assert_eq!((exit, err), (Exit::Done, Vec::new()));
}

#[test]
fn a_value_is_not_typed_where_it_can_be_seen() {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut io = Io {
        input: &mut std::io::empty(),
        input_is_terminal: true,
        input_waits: &|| false,
        output: &mut out,
        output_is_terminal: true,
        notes: &mut err,
        now: Timestamp::now(),
        catalog: Catalog::builtin(),
        known: None,
    };
    let cli = Cli::try_parse_from(["paykeep", "detect"]).unwrap();
    let exit = execute(cli, &mut io, |_, _| unreachable!()).unwrap_or_else(|stop| ended(stop, &[], &mut io));
    assert_eq!(exit, Exit::Usage);
    assert!(String::from_utf8(err).unwrap().contains("is a terminal"));
}

#[test]
fn json_is_safe_to_look_at_and_the_same_to_a_parser() {
    let world = world();
    world.run("add other/live/acme/p --kind publishable-key --overrule", "pk_\u{202e}x").ok();
    let said = world.run("show p --json", "").ok();
    assert!(said.out.contains("pk_\\u202ex") && !said.out.contains('\u{202e}'));
    let shown: Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(shown["versions"][0]["fields"]["value"]["value"], "pk_\u{202e}x");
}

#[test]
fn an_unused_path_is_named_by_an_option_or_a_variable() {
    let global = super::args::Global { vault: Some(PathBuf::from("/nowhere/v")), ..Default::default() };
    assert_eq!(super::open::folder(&global).unwrap().path(), PathBuf::from("/nowhere/v"));
}

#[test]
fn a_key_is_written_in_the_form_that_a_field_wants() {
    let world = world();
    let (private, public) = pair(0);
    let key = keys::identify(private.as_bytes()).unwrap();
    for form in Form::ALL {
        let expected = key.write(form).unwrap();
        let said = world.run(&format!("convert --to {}", form.as_str()), &private).ok();
        assert_eq!(said.out, expected.expose());
        assert_eq!(said.out.ends_with('\n'), form.as_str().ends_with("-pem"));
        assert_eq!(said.err, "paykeep: note: this is an RSA private key of 2048 bits, PKCS#8\n");
    }
    let odd = format!("\"{}\"", private.replace("PRIVATE", "RSA PRIVATE").replace('\n', "\\n"));
    let said = world.run("convert --to pkcs8-pem", &odd).ok();
    assert_eq!(said.out, private);
    said.says("PKCS#8; its label says «RSA PRIVATE KEY», its line breaks are written as \\n, it stands in quotes\n");
    world.run("convert --to pkcs8-pem", &public).fails(Exit::Usage, "the private key is needed");
    world.run("convert --to spki-pem", &format!("{private}{public}")).fails(Exit::Usage, "2 keys");
    world.run("convert --to spki-pem", &private[..900]).fails(Exit::Usage, "cut off");
    world.run("convert --to spki-pem", "hello").fails(Exit::Usage, "no key");
}

#[test]
fn a_converted_private_key_stays_off_the_terminal_unless_it_is_asked_for() {
    let mut world = world();
    world.terminal = true;
    let (private, public) = pair(0);
    world.run("convert --to pkcs8-base64", &private).fails(Exit::Refused, "scrollback");
    assert!(world.run("convert --to pkcs8-base64 --print", &private).ok().out.ends_with('\n'));
    assert_eq!(world.run("convert --to spki-pem", &private).ok().out, public);
    assert_eq!(world.run("convert --to spki-base64", &private).ok().out.matches('\n').count(), 1);
}

#[test]
fn keys_are_told_to_belong_together_or_not() {
    let world = world();
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (private, public) = pair(0);
    let (_, strange) = pair(1);
    let (mine, other) = (file("mine", &public), file("other", &strange));
    let answer = |said: Said| said.out.replace(folder.path().to_str().unwrap(), "");
    let said = world.run(&format!("convert --matches {mine}"), &private).ok();
    assert_eq!(answer(said), "yes: this private key belongs to the public key in /mine\n");
    let said = world.run(&format!("convert --matches {other}"), &private);
    assert_eq!(said.exit, Exit::No);
    assert_eq!(answer(said), "no: this private key does not belong to the public key in /other\n");
    let said = world.run(&format!("convert --matches {}", file("pem", &private)), &public).ok();
    assert_eq!(answer(said), "yes: this public key belongs to the private key in /pem\n");
    world.run(&format!("convert --matches {mine}"), "hello").fails(Exit::Usage, "no key");
    world.run(&format!("convert --matches {}", file("half", &public[..100])), &private).fails(Exit::Usage, "cut off");
    world.run(&format!("convert --matches {mine}x"), &private).fails(Exit::Failed, "can't be read");
}

#[test]
fn a_key_s_own_password_is_read_where_it_is_needed() {
    use std::os::unix::fs::PermissionsExt;
    let world = world();
    let folder = tempfile::tempdir().unwrap();
    let password = folder.path().join("password");
    std::fs::write(&password, "hunter2\n").unwrap();
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600)).unwrap();
    let password = password.to_str().unwrap();
    let (private, _) = pair(0);
    let said = world.run(&format!("convert --to pkcs8-pem --password-file {password}"), &private).ok();
    said.says("it is not encrypted");
    world.run("convert --to pkcs8-pem --password-fd 0", &private).fails(Exit::Usage, "both the key and its password");
    // Made by `openssl pkcs8 -topk8 -iter 1000` of a key of 1024 bits that exists only for this.
    let sealed = include_str!("../../tests/keys/encrypted.txt").replace("TESTING KEY", "ENCRYPTED PRIVATE KEY");
    let convert = format!("convert --to spki-base64 --password-file {password}");
    let said = world.run(&convert, &sealed).ok();
    assert!(said.out.starts_with("MIGfMA0"), "{}", said.out);
    said.says("inside is an RSA private key of 1024 bits, PKCS#8");
    std::fs::write(password, "hunter3\n").unwrap();
    world.run(&convert, &sealed).fails(Exit::Locked, "does not open the private key");
}

mod audit;
mod due;
