//! `paykeep audit`, and what sealed secrets ask for.

use super::*;

fn kept() -> World {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "c0ffee00-value").ok();
    world
}

fn sealed() -> World {
    let world = kept();
    world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::None).unwrap().seal_all();
    world
}

fn acts(world: &World, words: &str) -> Vec<String> {
    let log = world.json(&format!("audit --json {words}"));
    log.as_array().unwrap().iter().map(|entry| entry["act"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_get_prints_is_in_the_log_and_its_value_is_not() {
    let world = kept();
    assert_eq!(world.get("key"), "c0ffee00-value");
    world.run("edit key --label shared", "").ok();
    assert_eq!(acts(&world, ""), ["edited", "printed", "stored"]);
    assert_eq!(acts(&world, "pipe"), ["printed"]);
    assert_eq!(acts(&world, "nobody"), [""; 0]);
    let log = world.json("audit --json printed");
    let entry = &log[0];
    for (key, value) in [
        ("reference", "other/live/acme/key".into()),
        ("version", 1.into()),
        ("field", "value".into()),
        ("environment", "live".into()),
        ("reached", "printed into a pipe or file".into()),
        ("reason", Value::Null),
        ("entry", 2.into()),
    ] {
        assert_eq!(entry[key], value, "{key}");
    }
    assert_eq!(entry["previous"], world.json("audit --json stored")[0]["print"]);
    let table = world.run("audit", "").ok().out;
    assert!(table.contains("● LIVE") && table.contains("other/live/acme/key@1#value"), "{table}");
    assert!(!format!("{table}{log}").contains("c0ffee00"));
}

#[test]
fn a_public_value_is_no_secret_and_leaves_no_entry() {
    let world = world();
    let (private, _) = pair(0);
    world.run("add antom/sandbox/acme/key-pair", &private).ok();
    world.get("key-pair#public_key");
    assert_eq!(acts(&world, ""), ["stored"]);
}

#[test]
fn a_sealed_secret_is_printed_for_a_reason_alone_and_the_log_keeps_it() {
    let world = sealed();
    world.run("get key", "").fails(Exit::Refused, "key is sealed").says("--reason TEXT");
    let get = |reason: &str| world.at(Timestamp::now(), &["get", "key", "--reason", reason], b"");
    get("a").fails(Exit::Usage, "3 to 200 characters");
    get(&"x".repeat(201)).fails(Exit::Usage, "3 to 200 characters");
    get("c0ffee00-value").fails(Exit::Usage, "the reason is a value of this vault");
    assert_eq!(acts(&world, ""), ["stored"], "what was refused reached nothing");
    assert_eq!(get("the pod lost its mount").ok().out, "c0ffee00-value");
    let entry = &world.json("audit --json unsealed")[0];
    assert_eq!((&entry["reason"], &entry["act"]), (&"the pod lost its mount".into(), &"unsealed".into()));
    world.run("get key", "").fails(Exit::Refused, "key is sealed");
}

#[test]
fn a_reason_is_kept_also_where_none_is_needed_and_has_to_be_one() {
    let world = kept();
    let get = |reason: &str| world.at(Timestamp::now(), &["get", "key", "--reason", reason], b"");
    get("x").fails(Exit::Usage, "3 to 200 characters");
    get("for the new pod").ok();
    assert_eq!(world.json("audit --json printed")[0]["reason"], "for the new pod");
}

#[test]
fn the_public_half_of_a_sealed_key_is_no_secret_and_the_form_of_a_private_one_is_kept() {
    let world = world();
    let (private, _) = pair(0);
    world.run("add antom/sandbox/acme/key-pair", &private).ok();
    world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::None).unwrap().seal_all();
    assert!(world.run("get key-pair --as spki-pem", "").ok().out.contains("BEGIN PUBLIC KEY"));
    assert_eq!(acts(&world, ""), ["stored"]);
    world.run("get key-pair --as pkcs1-pem", "").fails(Exit::Refused, "key-pair is sealed");
    world.at(Timestamp::now(), &["get", "key-pair", "--as", "pkcs1-pem", "--reason", "a new mount"], b"").ok();
    let entry = &world.json("audit --json unsealed")[0];
    assert_eq!(entry["reached"], "as pkcs1-pem, printed into a pipe or file");
}

#[test]
fn that_a_secret_signed_something_is_in_the_log() {
    let world = world();
    world.run("add anexpay/sandbox/acme/sign-key --kind signing-key", "aR2822Y6XbehWMclnB0Y2NJK").ok();
    world.run("sign sign-key", "POST /openapi/test HTTP/1.1\nHost: openapi.dev.anexpay.com\n\n{}").ok();
    let entry = &world.json("audit --json signed")[0];
    assert_eq!((&entry["reference"], &entry["version"]), (&"anexpay/sandbox/acme/sign-key".into(), &1.into()));
    assert_eq!(entry["reached"], "by the recipe request");
}

#[test]
fn a_vault_that_cannot_be_written_to_gives_what_is_not_sealed() {
    use std::os::unix::fs::PermissionsExt as _;
    let lock_up = |world: &World| {
        for file in std::fs::read_dir(world.folder.path()).unwrap() {
            let path = file.unwrap().path();
            if path.ends_with("vault.lock") {
                std::fs::remove_file(&path).unwrap();
                std::fs::create_dir(&path).unwrap();
            }
        }
        let _ = std::fs::set_permissions(world.folder.path(), std::fs::Permissions::from_mode(0o700));
    };
    let world = kept();
    lock_up(&world);
    assert_eq!(world.run("get key", "").ok().says("the audit log does not know of this").out, "c0ffee00-value");
    let world = sealed();
    lock_up(&world);
    let said = world.at(Timestamp::now(), &["get", "key", "--reason", "needed again"], b"");
    assert_eq!((said.exit, said.out.as_str()), (Exit::Failed, ""));
}

#[test]
fn check_says_that_nothing_is_missing() {
    let world = kept();
    let said = world.run("audit --check", "").ok().says("1 entry of 1 device, none missing");
    assert_eq!(said.out, "");
    world.run("audit", "").ok();
    let empty = super::world();
    empty.run("audit", "").ok().says("nothing was done yet");
}

#[test]
fn a_step_about_two_credentials_is_in_the_log_of_each_and_one_about_the_second_in_its_own() {
    let world = world();
    let login = r#"{"api_key": "key-1", "api_secret": "secret-1-of-the-login"}"#;
    let id = flows::begun(&world, "anexpay/sandbox/acme register");
    flows::goes_to(&world, &id, "login");
    world.run(&format!("flow next {id} --json"), login).ok();
    world.run(&format!("flow next {id}"), "aR2822Y6XbehWMclnB0Y2NJK").ok();
    world.run(&format!("flow next {id} --note nothing"), "").ok();
    for _ in 0..2 {
        world.run(&format!("flow next {id} --said"), "").ok();
    }
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id} --place api"), "").ok();
    let said = |words: &str| {
        let log = world.json(&format!("audit --json {words}"));
        let words = |entry: &Value| format!("{} {}", entry["reference"], entry["reached"]);
        log.as_array().unwrap().iter().map(words).collect::<Vec<_>>().join("\n")
    };
    let key = said("sign-key");
    for step in ["Check that signed calls are taken", "api, step 8 of 8"] {
        assert!(key.contains(step), "{step} is missing in\n{key}");
    }
    assert!(!key.contains("Check that a token comes back"), "{key}");
    let login = said("client-credentials");
    for step in ["Check that a token comes back", "api, step 8 of 8"] {
        assert!(login.contains(step), "{step} is missing in\n{login}");
    }
    assert!(!login.contains("signed calls"), "{login}");
}
