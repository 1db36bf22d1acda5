//! What stands beside a pair of keys: other people's secrets.

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
