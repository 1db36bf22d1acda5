//! What a gateway would show: values of the right shape for each field, made from a number so that two are never the same by chance.

use paykeep::domain::Environment;
use paykeep::keys::{self, Form, PrivateKey};

/// A pair that was made for tests, and another.
pub(crate) fn pair(which: usize) -> PrivateKey {
    let text = match which % 2 {
        0 => include_str!("../keys/rsa2048.txt"),
        _ => include_str!("../detect/other2048.txt"),
    };
    keys::identify(text.as_bytes()).unwrap().private().unwrap()
}

/// A value for a field of a credential in a provider's file.
pub(crate) fn value(provider: &str, spec: &str, field: &str, environment: Environment, which: usize) -> String {
    let env = environment.as_str();
    match (provider, spec, field) {
        (_, "key-pair", "private_key") => pair(which).write(Form::Pkcs8Base64).unwrap().expose().to_owned(),
        (_, "key-pair", "public_key") => pair(which).public().write(Form::SpkiPem).unwrap(),
        (_, "provider-public-key", _) => THEIRS.lines().nth(which % 2).unwrap().to_owned(),
        (_, _, "key_id") => format!("{}-AFKSXQ6ZTLGPR2IAGODM4V{which:02}", env.to_uppercase()),
        ("ansa", "secret-key", _) => format!("ansa_sk_{env}_123e4567-e89b-12d3-a456-4266141740{which:02}"),
        ("ansa", "client-secret", _) => format!("ansa_cs_{env}_123e4567-e89b-12d3-a456-4266141741{which:02}"),
        (_, "webhook-secret", _) => format!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa{which:02}"),
        (_, _, "client_id") => format!("9e0e99f396e74838aeb583d1f06bc0{which:02}"),
        (_, _, "api_key") => format!("aK2822Y6XbehWMclnB0Y2N{which:02}"),
        (_, _, "value") => format!("aS2822Y6XbehWMclnB0Y2N{which:02}"),
        (_, _, "email") => "shop@example.com".to_owned(),
        _ => format!("aR2822Y6XbehWMclnB0Y2N{which:02}"),
    }
}

/// Public keys of gateways, as bare base64: the private halves are nobody's.
const THEIRS: &str = include_str!("theirs.txt");
