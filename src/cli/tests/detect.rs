//! `paykeep detect`, and what `add` makes of the same texts.

use clap::CommandFactory as _;

use super::*;

#[test]
fn json_has_the_documented_keys_and_no_others() {
    let world = world();
    let found: Value = serde_json::from_str(&world.run("detect --json", LIVE_KEY).ok().out).unwrap();
    let mut keys: Vec<&str> = found[0].as_object().unwrap().keys().map(String::as_str).collect();
    let root = Cli::command();
    let help = root.find_subcommand("detect").unwrap().get_after_long_help().unwrap().to_string();
    let mut documented: Vec<&str> =
        help.lines().filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next()).collect();
    keys.sort_unstable();
    documented.sort_unstable();
    assert_eq!(keys, documented);
    assert_eq!(keys, ["environment", "field", "item", "kind", "provider", "reason", "strength"]);
}

#[test]
fn things_of_one_text_have_a_number_each() {
    let world = world();
    let text = format!("{LIVE_KEY}\nPAYNET_CLIENT_ID={}\nPAYNET_CLIENT_SECRET={}\n", "0a".repeat(16), "b1".repeat(16));
    let found: Value = serde_json::from_str(&world.run("detect --json", &text).ok().out).unwrap();
    let rows: Vec<_> =
        found.as_array().unwrap().iter().map(|row| (row["item"].clone(), row["field"].clone())).collect();
    assert_eq!(rows, [(1.into(), "value".into()), (2.into(), "client_id".into()), (2.into(), "client_secret".into())]);
}

#[test]
fn what_nobody_claims_beside_what_somebody_does_is_told() {
    let world = world();
    let unknown = "sk_live_z89HoZ9zDnki7XeZZOmEPJUo";
    for command in ["detect", "detect --json"] {
        let said = world.run(command, &format!("STRIPE_SECRET_KEY={unknown}\nANSA_SECRET_KEY={LIVE_KEY}\n")).ok();
        let said = said.says("1: STRIPE_SECRET_KEY, 32 characters: no provider claims this shape");
        assert!(!said.err.contains(unknown) && !said.out.contains(unknown));
    }
}

#[test]
fn each_field_has_its_own_reasons_and_those_of_all() {
    let world = world();
    let text =
        format!(r#"{{"client_id": "{}", "client_secret": "{}", "env": "live"}}"#, "0a".repeat(16), "Qx".repeat(20));
    let found: Value = serde_json::from_str(&world.run("detect --json", &text).ok().out).unwrap();
    let reasons: Vec<&str> = found.as_array().unwrap().iter().map(|row| row["reason"].as_str().unwrap()).collect();
    let [id, secret] = reasons[..] else { panic!("{reasons:?}") };
    assert!(id.starts_with("it has 32 hexadecimal digits") && id.contains("named client_id"), "{id}");
    assert_eq!(secret, "it is named client_secret; env beside it says live");
    assert!(id.ends_with("env beside it says live") && !id.contains("client_secret"), "{id}");

    let (private, _) = pair(0);
    let text =
        serde_json::json!({"publicKeyId": "LIVE-AGJ7XQ4WBDNV5KSM2TPLRCE3", "privateKey": private, "region": "us"});
    let found: Value = serde_json::from_str(&world.run("detect --json", &text.to_string()).ok().out).unwrap();
    let rows = found.as_array().unwrap();
    let region = rows.iter().find(|row| row["field"] == "account.region").unwrap()["reason"].as_str().unwrap();
    assert!(region.starts_with("it is named region") && !region.contains("RSA"), "{region}");
}

#[test]
fn a_key_that_cannot_be_used_is_explained_as_convert_explains_it() {
    let world = world();
    let (private, public) = pair(0);
    let encrypted = include_str!("../../../tests/keys/encrypted.txt").replace("TESTING KEY", "ENCRYPTED PRIVATE KEY");
    for (text, words) in [
        (private.replacen("MII", "M!I", 1), "a character that is not base64"),
        (private[..600].to_owned(), "the key is cut off"),
        (encrypted, "encrypted with a password of its own"),
        ("PuTTY-User-Key-File-3: ssh-rsa\n".to_owned(), "a PuTTY key file"),
        ("{\"kty\": \"RSA\", \"n\": \"AQAB\"}".to_owned(), "a JSON Web Key"),
        (
            "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nxjMEaQ+/aB\n=njUN\n-----END PGP PUBLIC KEY BLOCK-----\n"
                .to_owned(),
            "a key of OpenPGP",
        ),
        ("-----BEGIN PGP MESSAGE-----\n\nhQEM\n-----END PGP MESSAGE-----\n".to_owned(), "labelled «PGP MESSAGE»"),
    ] {
        let said = world.run("detect", &text).ok().says(words);
        assert!(!said.err.contains("no provider claims"), "{}", said.err);
        let json = world.run("detect --json", &text).ok().says(words).out;
        // An encrypted key is a key all the same; of the others nothing is known.
        assert_eq!(json.contains("it is an encrypted private key"), words.starts_with("encrypted"), "{json}");
        assert_eq!(json.trim() == "[]", !words.starts_with("encrypted"), "{json}");
    }
    let cut = format!("PRIVATE_KEY=\"{}\"\nPUBLIC_KEY=\"{public}\"\n", &private[..600]);
    world.run("detect", &cut).ok().says("PRIVATE_KEY: the key is cut off");
}

#[test]
fn a_value_is_stored_without_what_stands_around_it_and_that_is_told() {
    for (text, words) in [
        (format!("({LIVE_KEY}).\n"), "brackets around it were left out"),
        (format!("**{LIVE_KEY}**"), "signs of Markdown around it were left out"),
        (format!("{LIVE_KEY}:"), "the punctuation after it was left out"),
        (LIVE_KEY.replacen('-', "\u{200b}-", 1), "invisible characters were left out"),
    ] {
        let world = world();
        world.run("add ansa/live/acme/secret-key", &text).ok().says(words);
        assert_eq!(world.get("ansa/live/acme/secret-key"), LIVE_KEY);
    }
}

#[test]
fn utf_16_is_read_by_every_command_that_takes_a_value() {
    let world = world();
    let utf16 =
        |text: &str| -> Vec<u8> { format!("\u{feff}{text}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let at = |words: &str, input: &[u8]| world.at(Timestamp::now(), &words.split(' ').collect::<Vec<_>>(), input);
    at("detect", &utf16(LIVE_KEY)).ok().says("it was UTF-16");
    at("add ansa/live/acme/secret-key", &utf16(LIVE_KEY)).ok().says("it was UTF-16");
    assert_eq!(world.get("ansa/live/acme/secret-key"), LIVE_KEY);
    at("whose", &utf16(LIVE_KEY)).ok();
    let (private, _) = pair(0);
    at("convert --to spki-pem", &utf16(&private)).ok().says("it is UTF-16");
}

#[test]
fn what_others_look_like_too_is_no_reason_to_refuse_it_a_home() {
    let world = world();
    let webhook = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    world.run("add other/live/acme/hook", webhook).fails(Exit::Usage, "say it with --kind");
    world.run("add other/live/acme/hook --kind webhook-secret", webhook).ok();
    let found = world.run("detect", &format!("STRIPE_WEBHOOK_SECRET={webhook}")).ok();
    assert!(found.out.contains("possible") && found.out.contains("but its name says Stripe"), "{}", found.out);
    world.run("add other/live/acme/key", LIVE_KEY).fails(Exit::Refused, "looks like Ansa's secret-key");
}

#[test]
fn a_masked_or_cut_off_value_is_not_stored_unseen() {
    let world = world();
    for (n, masked) in [
        "ansa_sk_live_••••••••••••••••••••••••••••355e",
        "ansa_sk_live_6fa459ea…",
        "ansa_sk_live_xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "ansa_sk_live_6fa4****",
    ]
    .into_iter()
    .enumerate()
    {
        for reference in [format!("ansa/live/acme/m{n}"), format!("other/live/acme/m{n}")] {
            let words = format!("add {reference} --kind secret-key");
            world.run(&words, masked).fails(Exit::Refused, "is no whole value").says("copy the value itself");
        }
        let found = world.run("detect", masked).ok();
        assert!(!found.out.contains("certain"), "{}", found.out);
        world.run(&format!("add other/live/acme/m{n} --kind secret-key --overrule"), masked).ok();
        assert_eq!(world.get(&format!("m{n}")), masked);
    }
    world.run("add ansa/live/acme/cut", "ansa_sk_live_6fa459ea-ee8a").ok().says("is it whole?");
    assert!(!world.run("add ansa/live/acme/whole", LIVE_KEY).ok().err.contains("whole?"));
}

#[test]
fn a_secret_or_another_field_s_value_goes_into_no_text_that_is_shown() {
    let world = world();
    let secret = format!("client_id={LIVE_KEY}");
    for words in [
        format!("account set antom/sandbox/acme {secret}"),
        format!("account set antom/sandbox/acme {secret} --overrule"),
        format!("account set antom/sandbox/acme --label {LIVE_KEY}"),
        format!("place add {LIVE_KEY}"),
        format!("place add shop --where {LIVE_KEY}"),
        format!("flow start ansa/live/acme lost-or-compromised --name {LIVE_KEY}"),
    ] {
        let said = world.run(&words, "").fails(Exit::Refused, "");
        assert!(!said.err.contains(LIVE_KEY), "{}", said.err);
    }
    let key_id = "SANDBOX-AGJ7XQ4WBDNV5KSM2TPLRCE3";
    world.run(&format!("account set antom/sandbox/acme client_id={key_id}"), "").fails(
        Exit::Refused,
        "this looks like Amazon Pay's key-pair, and no client_id of Antom: it starts with SANDBOX-",
    );
    world.run(&format!("account set antom/sandbox/acme client_id={key_id} --overrule"), "").ok();
    world
        .run("account set antom/live/acme client_id=SANDBOX_5Y036S2Y1W4D03493", "")
        .fails(Exit::Refused, "says sandbox");
    world.run("account set antom/sandbox/acme client_id=SANDBOX_5Y036S2Y1W4D03493", "").ok();
    world.run("place add shop --where server", "").ok();
}

#[test]
fn where_detect_sees_a_value_in_a_text_add_says_that_one_is_in_it() {
    let world = world();
    for text in [
        format!("withEnv([\"ANSA={LIVE_KEY}\"])"),
        format!("helm upgrade x --set ansa.key={LIVE_KEY},foo=bar"),
        format!("ansa,live,{LIVE_KEY}"),
    ] {
        assert!(world.run("detect", &text).ok().out.contains("certain"), "{text}");
        world.run("add ansa/live/acme/key", &text).fails(Exit::Usage, "has a value in it");
    }
}
