//! What `add` makes of texts that have more in them than one value, and of values that look as if they had.

use super::*;

const SANDBOX_ID: &str = "SANDBOX-AEHJTZ3VLXQKMJ5QGW4XYZAB";
const CLIENT_ID: &str = "SANDBOX_5Y036S2Y1W4D03493";

#[test]
fn an_id_beside_a_key_that_says_the_other_environment_stops_it() {
    let world = world();
    let (private, _) = pair(0);
    for (place, text) in [
        ("amazon-pay/live/acme/k", format!("PUBLIC_KEY_ID={SANDBOX_ID}\n{private}")),
        ("amazon-pay/live/acme/k", serde_json::json!({"publicKeyId": SANDBOX_ID, "privateKey": private}).to_string()),
        ("antom/live/acme/k", serde_json::json!({"client_id": CLIENT_ID, "private_key": private}).to_string()),
        ("antom/live/acme/k", format!("CLIENT_ID={CLIENT_ID}\nPRIVATE_KEY=\"{private}\"\n")),
    ] {
        let said = world.run(&format!("add {place}"), &text);
        said.fails(
            Exit::Refused,
            "what stands beside the key says sandbox, which contradicts live: it starts with SANDBOX",
        );
        assert!(world.references("").is_empty());
    }
    let text = format!("PUBLIC_KEY_ID={SANDBOX_ID}\n{private}");
    world.run("add other/live/acme/k --kind key-pair", &text).fails(Exit::Refused, "Amazon Pay");
    world.run("add amazon-pay/live/acme/k --overrule", &text).ok();
}

#[test]
fn what_stands_beside_a_key_and_is_left_out_is_told_with_the_way_to_keep_it() {
    let world = world();
    let (private, _) = pair(0);
    world
        .run("add amazon-pay/sandbox/acme/k", &format!("PUBLIC_KEY_ID={SANDBOX_ID}\n{private}"))
        .ok()
        .says("key_id stands beside the key and was left out; `paykeep add amazon-pay/sandbox/acme/k --field key_id`");
    world.run("add amazon-pay/sandbox/acme/k --field key_id", SANDBOX_ID).ok();
    world
        .run(
            "add antom/sandbox/acme/k",
            &serde_json::json!({"client_id": CLIENT_ID, "private_key": private}).to_string(),
        )
        .ok()
        .says("`paykeep account set antom/sandbox/acme client_id=…` stores it");
    let said = world.run("add antom/sandbox/other/k", &private).ok();
    assert!(!said.err.contains("left out"), "{}", said.err);
}

#[test]
fn a_token_with_base64_and_equals_signs_in_it_is_one_value() {
    let world = world();
    let key = "AQEyhmfxK4vKaRVLw0m/n3Q5qf3VaY9UCJ1+XWZe9W27jmlZiv4PD4jhfNMofnLr2K5i8/0QwV1bDb7kfNy1WIxIIkxgBw==\
               -lUKXT9IQ5GZ6d6RH4nnuOG4Bu6XAFh4Kg+/1W2bWPEI=-6Y[KPcrJ%rE*3s8k";
    for (n, text) in [
        key.to_owned(),
        key.replace("Kg+/1W2bWPEI", "KgabcW2bWPEI"),
        key.replace("6Y[KPcrJ", "6Y,ab=rJ"),
        key.replace("6Y[KPcrJ", "6Y\"{ab=rJ"),
    ]
    .into_iter()
    .enumerate()
    {
        world.run(&format!("add other/live/acme/k{n} --kind secret-key"), &text).ok();
        assert_eq!(world.get(&format!("k{n}")), text);
    }
}

#[test]
fn a_name_that_may_be_a_piece_of_a_secret_is_not_repeated() {
    let world = world();
    let said = world.run("add other/live/acme/k --kind secret-key", "Hk3Wq9:mR7_pLx2zTq8w-Vb");
    let said = said.fails(Exit::Usage, "has a value in it");
    assert!(!said.err.contains("Hk3Wq9"), "{}", said.err);
}

#[test]
fn the_field_that_a_bare_value_went_into_is_told() {
    let world = world();
    let bare = "77fdaeeb975729fae923d5a4fd12aa77";
    let command = "add paynet/sandbox/acme/k --kind client-credentials";
    world.run(command, bare).ok().says("it went into client_secret; --field names another");
    assert!(
        !world.run("add paynet/sandbox/acme/k --field client_id", &"0a".repeat(16)).ok().err.contains("it went into")
    );
}

#[test]
fn the_real_reason_comes_before_the_kind_that_is_missing() {
    let world = world();
    let (private, _) = pair(0);
    let encrypted = include_str!("../../../tests/keys/encrypted.txt").replace("TESTING KEY", "ENCRYPTED PRIVATE KEY");
    world.run("add antom/sandbox/acme/t", &private[..1000]).fails(Exit::Refused, "the key is cut off");
    world.run("add antom/sandbox/acme/t", &encrypted).fails(Exit::Refused, "--password-file PASSWORD");
    let unknown = serde_json::json!({"private_key": private, "bogus": "x"}).to_string();
    world.run("add antom/sandbox/acme/t --json", &unknown).fails(Exit::Usage, "has a field bogus");
    let both = serde_json::json!({"client_id": "0a".repeat(16), "client_secret": "b1".repeat(16)}).to_string();
    world.run("add paynet/sandbox/acme/t", &both).fails(Exit::Usage, "named client_id, client_secret").says("--json");
    world.run("add paynet/sandbox/acme/t --json", &both).ok();
}

#[test]
fn a_second_id_for_an_account_is_refused_and_not_dropped() {
    let world = world();
    let with = |n: usize, id: &str| serde_json::json!({"private_key": pair(n).0, "account.client_id": id}).to_string();
    world.run("add antom/sandbox/acme/a --json", &with(0, CLIENT_ID)).ok();
    let other = CLIENT_ID.replace("03493", "03411");
    world
        .run("add antom/sandbox/acme/b --json", &with(1, &other))
        .fails(Exit::Refused, "antom/sandbox/acme has another client_id")
        .says("paykeep account set antom/sandbox/acme client_id=…");
    world.run("add antom/sandbox/acme/b --json", &with(1, CLIENT_ID)).ok();
}

#[test]
fn a_key_that_went_through_a_form_is_stored_whole_and_that_is_told() {
    let world = world();
    let (private, _) = pair(0);
    assert!(private.contains('+'));
    let body: String = private.lines().filter(|line| !line.starts_with("-----")).collect();
    for (n, text) in [
        private.replace('+', " "),
        body.replace('+', " "),
        body.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D"),
        format!("MERCHANT_PRIVATE_KEY={}", body.replace('+', " ")),
    ]
    .into_iter()
    .enumerate()
    {
        world.run(&format!("add antom/sandbox/acme/k{n}"), &text).ok().says("a form had made blanks or codes");
        assert_eq!(world.get(&format!("antom/sandbox/acme/k{n}")), private);
    }
    let found = world.run("detect", &format!("private_key={}&client_id={CLIENT_ID}", body.replace('+', " "))).ok();
    assert!(found.out.contains("private_key") && found.out.contains("account.client_id"), "{}", found.out);
}

#[test]
fn of_a_certificate_it_is_told_what_is_kept() {
    let world = world();
    let certificate = include_str!("../../../tests/detect/certificate.pem");
    world
        .run("add paynet/sandbox/acme/cert --kind provider-public-key", certificate)
        .ok()
        .says("only the public key of the certificate is kept: not its subject, serial number or end");
    world.run("detect", certificate).ok().says("only the public key of the certificate is kept");
}

#[test]
fn a_number_of_days_below_one_is_named_for_what_it_is() {
    let world = world();
    world.run("add ansa/live/acme/secret-key", LIVE_KEY).ok();
    world.run("edit secret-key --rotate-every -5", "").fails(Exit::Usage, "1 to 3650 days, or default");
    world.run("add ansa/live/acme/other --rotate-every -5", LIVE_KEY).fails(Exit::Usage, "1..=3650");
}

#[test]
fn lint_says_where_a_file_is_no_utf_8() {
    let world = world();
    let file = world.root.path().join("acme.toml");
    std::fs::write(&file, b"schema = 1\nid = \"acme\"\nname = \"Caf\xe9\"\n").unwrap();
    let said = world.run(&format!("catalog lint {}", file.display()), "");
    assert_eq!(said.exit, Exit::No, "{}", said.err);
    assert!(said.out.contains("acme.toml:3: error: the file is not UTF-8 text"), "{}", said.out);
}
