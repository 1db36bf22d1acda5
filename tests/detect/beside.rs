//! What stands beside a pair of keys: other people's secrets, and the environments of other things.

use paykeep::domain::Environment;

use super::{ID, SECRET, filled, pasted, rendered};

const STRANGER: &str = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";

/// The values of the only pair in a paste.
fn pair(paste: &str) -> Vec<String> {
    let detection = pasted(&filled(paste).replace("@STRANGER", STRANGER));
    let mut pairs = detection.items.iter().filter(|item| item.values.len() > 1);
    let (pair, other) = (pairs.next().expect("a pair"), pairs.next());
    assert!(other.is_none(), "one pair in {paste}");
    let best = pair.candidates.first().expect("a candidate");
    let mut fields: Vec<_> = best.fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.sort_unstable();
    let text = |value: usize| String::from_utf8_lossy(detection.values[value].text.expose()).into_owned();
    fields.into_iter().map(|(name, value)| format!("{name} {}", text(value))).collect()
}

fn environment(beside: &str) -> Option<Environment> {
    let lines = "\nPAYNET_CLIENT_ID=@ID\nPAYNET_CLIENT_SECRET=@SECRET\n";
    let detection = pasted(&filled(&format!("{beside}{lines}")));
    detection.items.first().and_then(|item| item.candidates.first()).expect("a candidate").environment
}

#[test]
fn no_other_secret_takes_the_place_of_the_one_that_is_named_so() {
    let ours = "PAYNET_CLIENT_SECRET=@SECRET\n";
    for paste in [
        format!("APP_SECRET=@STRANGER\nPAYNET_CLIENT_ID=@ID\n{ours}"),
        format!("PAYNET_CLIENT_ID=@ID\nDB_PASSWORD=@STRANGER\n{ours}"),
        format!("SESSION_SECRET=@STRANGER\n{ours}PAYNET_CLIENT_ID=@ID\n"),
        format!("PAYNET_CLIENT_ID=@ID\nPAYNET_WEBHOOK_SECRET=@STRANGER\n{ours}"),
        format!("CLIENT_SECRET=@STRANGER\nPAYNET_CLIENT_ID=@ID\n{ours}"),
        format!("PAYNET_CLIENT_ID=@ID\nPASSWORD=@STRANGER\n{ours}"),
        "SHOP_CLIENT_SECRET=@STRANGER\nCLIENT_ID=@ID\nCLIENT_SECRET=@SECRET\n".to_owned(),
        r#"{"client_id": "@ID", "webhook_secret": "@STRANGER", "client_secret": "@SECRET"}"#.to_owned(),
        r#"{"secret": "@STRANGER", "client_id": "@ID", "client_secret": "@SECRET"}"#.to_owned(),
    ] {
        assert_eq!(pair(&paste), [format!("client_id {ID}"), format!("client_secret {SECRET}")], "{paste}");
    }
}

#[test]
fn anybodys_secret_makes_no_pair_with_an_id_beside_it() {
    for name in ["APP_SECRET", "DB_PASSWORD", "webhook_secret"] {
        let found = rendered(&pasted(&filled(&format!("PAYNET_CLIENT_ID=@ID\n{name}=@SECRET\n"))));
        let (id, secret) =
            ("possible paynet/client-credentials - client_id", "possible paynet/client-credentials - client_secret");
        assert_eq!(found, format!("{id} ; {secret}"), "{name}");
    }
    let own = pair("PAYNET_CLIENT_ID=@ID\nPAYNET_SECRET=@SECRET\n");
    assert_eq!(own, [format!("client_id {ID}"), format!("client_secret {SECRET}")]);
}

#[test]
fn a_fields_own_name_is_heard_behind_the_word_secret() {
    for paste in [
        "secrets.paynet.client_id=@ID\nsecrets.paynet.client_secret=@SECRET\n",
        "SECRET_PAYNET_CLIENT_ID=@ID\nSECRET_PAYNET_CLIENT_SECRET=@SECRET\n",
        "PRIVATE_PAYNET_CLIENT_ID_LIVE=@ID\nPRIVATE_PAYNET_CLIENT_SECRET_LIVE=@SECRET\n",
    ] {
        assert_eq!(pair(paste), [format!("client_id {ID}"), format!("client_secret {SECRET}")], "{paste}");
    }
    let of_key = r#"{"private_key_id": "AGJ7XQ4WBDNV5KSM2TPLRCE3", "private_key": "@escaped"}"#;
    let found = rendered(&pasted(&filled(of_key)));
    assert!(found.contains("amazon-pay/key-pair - key_id+private_key"), "{found}");
}

#[test]
fn an_environment_is_heard_from_its_own_word_or_behind_the_providers_name() {
    for beside in [
        "PAYNET_ENV=sandbox",
        "PAYNET_ENVIRONMENT=development",
        "PAYNET_MODE=sandbox",
        "paynet.environment: sandbox",
        "PayNet environment: Sandbox",
        "ENV=sandbox",
        "ENVIRONMENT=sandbox",
    ] {
        assert_eq!(environment(beside), Some(Environment::Sandbox), "{beside}");
    }
    // A mode has words of its own, so that of ours none counts.
    assert_eq!(environment("PAYNET_MODE=live"), None);
    let within = r#"{"paynet": {"mode": "production", "client_id": "@ID", "client_secret": "@SECRET"}}"#;
    assert_eq!(rendered(&pasted(&filled(within))), "possible paynet/client-credentials live client_id+client_secret");
}

#[test]
fn the_environment_of_another_product_or_of_the_program_is_not_that_of_the_keys() {
    for name in [
        "PAYPAL_MODE",
        "STRIPE_ENV",
        "SENTRY_ENVIRONMENT",
        "VERCEL_ENV",
        "ACME_ENV",
        "ANTOM_ENV",
        "APP_ENV",
        "NODE_ENV",
        "MIX_ENV",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "DJANGO_ENV",
        "DD_ENV",
        "CI_ENVIRONMENT",
        "MODE",
        "STAGE",
        "Sentry environment",
    ] {
        for word in ["sandbox", "production", "live"] {
            assert_eq!(environment(&format!("{name}={word}")), None, "{name}={word}");
        }
    }
    for members in [r#""mode": "sandbox""#, r#""app_env": "production""#] {
        let json = format!(r#"{{{members}, "client_id": "@ID", "client_secret": "@SECRET"}}"#);
        assert_eq!(
            rendered(&pasted(&filled(&json))),
            "possible paynet/client-credentials - client_id+client_secret",
            "{json}"
        );
    }
    let table = "client_id,client_secret,mode\n@ID,@SECRET,sandbox\n";
    assert_eq!(rendered(&pasted(&filled(table))), "possible paynet/client-credentials - client_id+client_secret");
}

#[test]
fn the_two_ends_of_a_switch_say_no_environment() {
    for page in
        ["Test mode\nLive mode", "Live mode\nTest mode", "Environment\nTest mode\nLive mode", "Environment\nLive\nTest"]
    {
        let found = rendered(&pasted(&filled(&format!("{page}\nPrivate key\n@private"))));
        assert!(found.contains("antom/key-pair - private_key"), "{page}: {found}");
    }
    let found = rendered(&pasted(&filled("Environment\nLive mode\nPrivate key\n@private")));
    assert!(found.contains("antom/key-pair live private_key"), "{found}");
}
