//! Calls as they are printed: a shell runs the call and nothing else, whatever stands in a file or in the vault.

use std::process::{Command, Stdio};

use paykeep::catalog::Catalog;
use paykeep::domain::journal::begin;
use paykeep::domain::provider::{Act, Method, Provider, Reason, Template};
use paykeep::domain::{Change, Deed, Environment, Place};

use super::vault::{ACCOUNT, Vault, said, secret, text};

/// What a shell would do something with, were it not quoted.
const HOSTILE: &str = "a\"; touch canary; \"$(touch canary)`touch canary`\\\ntouch canary\nEND\ntouch canary\r'b'";
/// The same without line breaks, which are left out.
const SEEN: &str = "a\"; touch canary; \"$(touch canary)`touch canary`\\touch canaryENDtouch canary'b'";
/// The same as an account keeps it, with spaces for line breaks.
const STORED: &str = "a\"; touch canary; \"$(touch canary)`touch canary`\\ touch canary END touch canary 'b'";
/// A secret with all that curl and JSON read as more than a character.
const SECRET: &str = "s\"e\\c\\\\r\"$(touch canary)`e`' t\\n";

/// The arguments that curl gets, and what it reads.
struct Ran {
    arguments: Vec<String>,
    input: String,
    is_ok: bool,
}

/// Runs the command with a curl that says what it was given.
fn runs(command: &str, variables: &[(&str, &str)]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let check = Command::new("bash").arg("-n").arg("-c").arg(command).output().unwrap();
    assert!(check.status.success(), "{command}\n{}", String::from_utf8_lossy(&check.stderr));
    let script = format!("curl() {{ printf '%s\\0' \"$@\" >arguments; cat >input; }}\n{command}\n");
    let ran = Command::new("bash")
        .arg("-c")
        .arg(&script)
        .current_dir(folder.path())
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(!folder.path().join("canary").exists(), "it ran what it should have sent:\n{command}");
    let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap_or_default();
    let arguments = read("arguments").split_terminator('\0').map(str::to_owned).collect();
    Ran { arguments, input: read("input"), is_ok: ran.success() }
}

/// What curl takes from lines of `option = "value"`.
fn read_config(text: &str) -> Vec<(String, String)> {
    let line = |line: &str| {
        let (option, quoted) = line.split_once(" = \"").unwrap();
        let mut value = String::new();
        let mut rest = quoted.strip_suffix('"').unwrap().chars();
        while let Some(c) = rest.next() {
            assert_ne!(c, '"', "the value ends early: {line}");
            value.push(match c {
                '\\' => match rest.next().unwrap() {
                    c @ ('"' | '\\') => c,
                    other => unreachable!("curl reads \\{other} as something else: {line}"),
                },
                other => other,
            });
        }
        (option.to_owned(), value)
    };
    text.lines().map(line).collect()
}

/// PayNet's file, with what a hostile one could have.
fn hostile() -> Provider {
    let mut provider = Catalog::builtin().get("paynet").unwrap().clone();
    for host in &mut provider.hosts {
        host.url.push_str(HOSTILE);
    }
    provider
}

/// The call by which a new pair is seen to work.
fn printed(provider: &Provider, client_id: &str, client_secret: &str) -> String {
    let mut vault = Vault::new();
    let slug = ACCOUNT.parse().unwrap();
    vault
        .commit(Change::Account {
            provider: "paynet".parse().unwrap(),
            environment: Environment::Sandbox,
            slug: ACCOUNT.parse().unwrap(),
            label: None,
            fields: [("merchant_id".to_owned(), HOSTILE.to_owned())].into(),
        })
        .unwrap();
    let flow = provider.flow("create").unwrap();
    let begun = begin(provider, flow, None, (Environment::Sandbox, &slug, None)).unwrap();
    let id = vault.commit(Change::Begin(Box::new(begun))).unwrap().journal.unwrap();
    while vault.now(id).unwrap().call.is_none() {
        let step = vault.now(id).unwrap();
        let deed = if step.fields.is_empty() {
            said()
        } else {
            let own = |field| ("pair".to_owned(), field);
            Deed::Values(vec![own(text("client_id", client_id)), own(secret("client_secret", client_secret))])
        };
        vault.does(id, &step.id, deed).unwrap();
    }
    let command = vault.now(id).unwrap().call.unwrap().command(vault.journal(id), vault.document());
    assert!(!command.contains(client_secret));
    command
}

const VARIABLE: &str = "PAYNET_CLIENT_SECRET";

#[test]
fn a_shell_runs_the_call_and_nothing_that_stands_in_it() {
    let mut provider = hostile();
    let call = &mut provider.calls[0];
    call.form.push((HOSTILE.into(), Template::parse("{account.merchant_id}").unwrap()));
    call.form.push((HOSTILE.into(), Template::parse("{account.merchant_id}{field.client_secret}").unwrap()));
    let command = printed(&provider, HOSTILE, SECRET);
    let ran = runs(&command, &[(VARIABLE, SECRET)]);
    assert!(ran.is_ok);
    let has = |wanted: &str| ran.arguments.iter().any(|own| own == wanted);
    assert!(
        ran.arguments.iter().any(|own| own.starts_with("https://") && own.ends_with(&format!("{SEEN}/auth/token")))
    );
    assert!(has(&format!("client_id={SEEN}")) && has(&format!("{SEEN}={STORED}")), "{:?}", ran.arguments);
    assert!(!ran.arguments.concat().contains(SECRET), "a secret is in the arguments");
    let wanted = [format!("client_secret={SECRET}"), format!("{SEEN}={STORED}{SECRET}")];
    let wanted: Vec<_> = wanted.into_iter().map(|value| ("data-urlencode".to_owned(), value)).collect();
    assert_eq!(read_config(&ran.input), wanted);
}

#[test]
fn json_of_a_call_is_json_whatever_its_values_are() {
    for has_secret in [false, true] {
        let mut provider = hostile();
        let call = &mut provider.calls[0];
        call.method = Method::Post;
        call.form.clear();
        call.json = vec![(HOSTILE.into(), Template::parse("{account.merchant_id}").unwrap())];
        if has_secret {
            call.json.push(("secret".into(), Template::parse("{field.client_secret}").unwrap()));
        }
        let ran = runs(&printed(&provider, "id", SECRET), &[(VARIABLE, SECRET)]);
        let data = if has_secret {
            read_config(&ran.input).into_iter().find(|(option, _)| option == "data").unwrap().1
        } else {
            ran.arguments.last().unwrap().clone()
        };
        let data: serde_json::Value = serde_json::from_str(&data).unwrap();
        assert_eq!(data[SEEN], STORED);
        assert!(!has_secret || data["secret"] == SECRET);
    }
}

#[test]
fn nothing_is_sent_without_the_secret() {
    let command = printed(&Catalog::builtin().get("paynet").unwrap().clone(), "id", SECRET);
    for variables in [&[][..], &[(VARIABLE, "")]] {
        let ran = runs(&command, variables);
        assert!(!ran.is_ok && ran.arguments.is_empty(), "an empty secret looks like a dead one");
    }
}

#[test]
fn a_call_that_shows_whether_a_key_works_prints_the_status_and_not_what_the_answer_gives() {
    let mut probes = 0;
    for run in super::walk::runs() {
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        for step in &vault.journal(id).steps {
            let Some(call) = &step.call else { continue };
            let prints_status = call.curl.contains("-o /dev/null -w '%{http_code}");
            assert_eq!(prints_status, call.gives.is_none(), "{}: {}", step.id, call.curl);
            if matches!(step.act, Act::Verify | Act::ProveDead) {
                assert!(prints_status, "{}: the step asks for the status: {}", step.id, call.curl);
                probes += 1;
            }
        }
    }
    assert!(probes > 10, "{probes}");
}

#[test]
fn the_call_with_the_dead_key_reads_variables_of_its_own() {
    let provider = Catalog::builtin().get("paynet").unwrap();
    let mut vault = Vault::new();
    let spec = provider.credential("client-credentials").unwrap();
    vault.stores(provider, Environment::Sandbox, spec, Place::New);
    let id = vault.begins("paynet", "rotate", Some(Reason::Scheduled), Environment::Sandbox).unwrap();
    let curl = |step: &str| vault.step(id, step).call.clone().unwrap().curl;
    assert!(curl("check").contains("$PAYNET_CLIENT_SECRET\"") && !curl("check").contains("_OLD"), "{}", curl("check"));
    // What is still set for the new one would look refused with the old ID.
    assert_eq!(
        curl("dead").matches("PAYNET_CLIENT_SECRET").count(),
        curl("dead").matches("PAYNET_CLIENT_SECRET_OLD").count()
    );
}
