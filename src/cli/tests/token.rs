//! `paykeep token` as far as nothing is sent; `tests/e2e/tokens.py` sends it.

use super::*;

const PAIR: &str =
    r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "abcdef0123456789abcdef0123456789"}"#;

fn with_pair(environment: &str) -> World {
    let world = world();
    let reference = format!("paynet/{environment}/acme/client-credentials");
    world.run(&format!("add {reference} --kind client-credentials --json"), PAIR).ok();
    world
}

#[test]
fn the_printed_request_has_no_secret_and_says_where_it_comes_from() {
    let world = with_pair("sandbox");
    let said =
        world.run("token client-credentials --print", "").ok().says("client-credentials#client_secret` gives it");
    assert!(said.out.contains("https://sandbox.api.paynet.my/auth/token"), "{}", said.out);
    assert!(!said.out.contains("abcdef0123456789abcdef0123456789\""), "{}", said.out);
    assert!(said.out.contains("CLIENT_SECRET"), "{}", said.out);
}

#[test]
fn where_the_file_names_no_host_nothing_is_sent() {
    let world = with_pair("live");
    world.run("token client-credentials", "").fails(Exit::Refused, "knows no host for this call in live");
    assert!(world.json("audit --json sent").as_array().unwrap().is_empty());
}

#[test]
fn a_credential_that_gets_no_token_is_told_which_does() {
    let world = world();
    world.run("add paynet/sandbox/acme/access-token --kind access-token", "tok3n-of-some-length").ok();
    world.run("token access-token", "").fails(Exit::Refused, "gives one for its client-credentials");
}

#[test]
fn what_a_key_gets_for_one_session_is_no_token() {
    let world = world();
    world.run("add ansa/sandbox/acme/secret-key --kind secret-key", SANDBOX_KEY).ok();
    world.run("token secret-key", "").fails(Exit::Refused, "no token is got with this credential");
}

#[test]
fn a_version_or_a_field_is_not_named() {
    let world = with_pair("sandbox");
    for reference in ["client-credentials@1", "client-credentials#client_secret"] {
        world.run(&format!("token {reference}"), "").fails(Exit::Usage, "the version that is in use");
    }
}

#[test]
fn all_that_a_call_lacks_is_named_at_once_with_the_commands_that_store_it() {
    let world = world();
    let reference = "anexpay/sandbox/bare/client-credentials";
    let pair = r#"{"api_key": "0123456789abcdef0123456789abcdef", "api_secret": "abcdef0123456789abcdef0123456789"}"#;
    world.run(&format!("add {reference} --kind client-credentials --json"), pair).ok();
    for words in ["", " --print"] {
        let said = world.run(&format!("token {reference}{words}"), "");
        assert_eq!(said.exit, Exit::NotFound, "{words}: {}{}", said.out, said.err);
        assert!(said.out.is_empty() && said.err.contains("not stored yet: email, password"), "{}", said.err);
        for name in ["email", "password"] {
            assert!(said.err.contains(&format!("`paykeep add {reference} --field {name}`")), "{}", said.err);
        }
    }
    assert!(world.json("audit --json sent").as_array().unwrap().is_empty());
    world.run(&format!("add {reference} --field email"), "me@example.com").ok();
    world.run(&format!("add {reference} --field password"), "correct-horse-1").ok();
    let said = world.run(&format!("token {reference} --print"), "").ok();
    assert!(said.out.contains("me@example.com") && !said.out.contains("correct-horse-1"), "{}", said.out);
}
