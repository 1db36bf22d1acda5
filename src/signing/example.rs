//! A failing message as an example for the gateway's support: the same message, signed with a key that was made for it alone.
//!
//! Nothing of the real key is in it, nor any signature made with it: of the headers only those are kept that the recipe itself
//! reads, and of the account and the credential only the fields that it fills in. Path, query and body are the message's own.

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64, Encoding};
use jiff::Timestamp;
use rsa::rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::check::{Spoiled, composer, given_signatures};
use super::coding::hex;
use super::make::with_time;
use super::{Context, Key, Message, Mistaken, SignError, reveals_the_key, sign};
use crate::domain::Environment;
use crate::domain::provider::{KeyDecode, Recipe, Signing, Template, What};
use crate::keys::{self, Form};
use crate::secret::SecretBytes;

/// An example, as its file has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The provider's id.
    pub provider: String,
    /// The recipe's id.
    pub recipe: String,
    /// The environment: paths can be rewritten in one of them.
    pub environment: Environment,
    /// Why the message's own signature does not fit, where a known mistake explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The throw-away key, as a field of the credential would hold it.
    pub key: String,
    /// How that text becomes the key.
    pub key_decode: KeyDecode,
    /// The string to sign; where the key itself belongs in it, its place is marked `{key}`.
    pub text: String,
    /// What was signed instead, where a known mistake explains it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistaken: Option<Mistaken>,
    /// The other side's string to sign, where it was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub their_text: Option<String>,
    /// The signature that the throw-away key makes.
    pub signature: String,
    /// The time in the message, as the recipe writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What is new in each message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
    /// The names of the signed headers, where the message listed its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signed_headers: Option<Vec<String>>,
    /// How the signature is made.
    pub sign: Signing,
    /// The message.
    pub message: ExampleMessage,
    /// The account's fields that are filled in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub account: BTreeMap<String, String>,
    /// The credential's public fields that are filled in.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, String>,
}

/// The message of an example.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "they are the parts of `Message`")]
pub struct ExampleMessage {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The body, where it is text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// The body in base64, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_base64: Option<String>,
    /// Names and values, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
}

impl Example {
    /// Signs the message with a key that is made for it, and a second time with the mistakes that were found, in a reading.
    pub fn of(
        provider: &str,
        found: (&[&'static str], Option<&str>),
        recipe: &Recipe,
        message: &Message,
        context: &Context<'_>,
        now: Timestamp,
        random: &mut impl CryptoRng,
    ) -> Result<Self, SignError> {
        if reveals_the_key(recipe) {
            return Err(SignError::SendsTheKey);
        }
        let mut context = with_time(recipe, message, context, now)?;
        let fills: BTreeSet<String> = used(recipe).map(|what| format!("{what:?}")).collect();
        if fills.contains(&format!("{:?}", What::Nonce)) {
            let mut bytes = [0; 16];
            random.fill_bytes(&mut bytes);
            context.nonce = Some(hex(&bytes));
        } else {
            context.nonce = None;
        }
        let value = throw_away(&recipe.key_decode, random)?;
        let signed_headers = composer(recipe, message, &context).listed;
        let recipe = &with_headers(recipe, signed_headers.as_deref());
        let message = stripped(recipe, message);
        let key = Key::decode(&SecretBytes::copied(value.as_bytes()), &recipe.key_decode)?;
        let (account, fields) = (filled(recipe, context.account, true), filled(recipe, context.fields, false));
        let context = Context { account: &account, fields: &fields, ..context };
        let value_bytes = SecretBytes::copied(value.as_bytes());
        let mistaken = Mistaken::of(found, recipe, &message, &context, &value_bytes, random);
        // What only the headers fill in may be missing: the signature is what the example is about.
        let bare = Recipe { headers: Vec::new(), ..recipe.clone() };
        let recipe = if used_in_text(recipe).any(|what| matches!(what, What::Header(_) | What::Headers)) {
            recipe
        } else {
            &bare
        };
        let signed = sign(recipe, &key, &message, &context, now, random)?;
        let binary = String::from_utf8(message.body.clone()).is_err();
        Ok(Self {
            provider: provider.to_owned(),
            recipe: recipe.id.to_string(),
            environment: context.environment,
            cause: None,
            mistaken,
            key: value,
            key_decode: recipe.key_decode.clone(),
            text: String::from_utf8(signed.text).map_err(|_| SignError::NoText)?,
            their_text: None,
            signature: signed.signature.expose().to_owned(),
            time: context.time,
            nonce: context.nonce,
            signed_headers,
            sign: recipe.sign.clone(),
            message: ExampleMessage {
                method: message.method,
                scheme: message.scheme,
                host: message.host,
                path: message.path,
                query: message.query,
                body_base64: binary.then(|| Base64::encode_string(&message.body)),
                body: if binary { String::new() } else { String::from_utf8_lossy(&message.body).into_owned() },
                headers: message.headers,
            },
            account,
            fields,
        })
    }

    /// Whether the recipe makes of it what it says: the same text, and a signature that verifies. The error says what it makes.
    pub fn check(&self, recipe: &Recipe) -> Result<(), String> {
        let body = match &self.message.body_base64 {
            Some(text) => Base64::decode_vec(text).map_err(|_| "`body_base64` is not base64".to_owned())?,
            None => self.message.body.clone().into_bytes(),
        };
        let given = &self.message;
        let message = Message {
            method: given.method.clone(),
            status: None,
            scheme: given.scheme.clone(),
            host: given.host.clone(),
            path: given.path.clone(),
            query: given.query.clone(),
            headers: given.headers.clone(),
            body,
        };
        let context = Context {
            environment: self.environment,
            account: &self.account,
            fields: &self.fields,
            time: self.time.clone(),
            nonce: self.nonce.clone(),
        };
        if (&self.sign, &self.key_decode) != (&recipe.sign, &recipe.key_decode) {
            return Err("its recipe signs in another way than this paykeep's".into());
        }
        let recipe = &with_headers(recipe, self.signed_headers.as_deref());
        let composer = composer(recipe, &message, &context);
        let words = |error: SignError| error.to_string();
        let text = composer.all(&recipe.text).map_err(words)?;
        if text != self.text.as_bytes() {
            return Err(format!("the string to sign is {:?}, not {:?}", String::from_utf8_lossy(&text), self.text));
        }
        let key = Key::decode(&SecretBytes::copied(self.key.as_bytes()), &recipe.key_decode).map_err(words)?;
        let text = composer.with_key(&key).all(&recipe.text).map_err(words)?;
        let signatures = given_signatures(recipe, &message, Some(&self.signature), Spoiled::Not).map_err(words)?;
        let fits = signatures.iter().any(|given| key.verifies(recipe.sign.algorithm, &text, &given.signature));
        if !fits {
            return Err("the signature is not the one that its key makes".into());
        }
        let value = SecretBytes::copied(self.key.as_bytes());
        self.mistaken.iter().try_for_each(|mistaken| mistaken.check(recipe, &message, &context, &value))
    }

    /// Reads a file's text.
    pub fn read(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    /// The file's text.
    pub fn written(&self) -> Result<String, String> {
        let body = toml::to_string_pretty(self).map_err(|error| error.to_string())?;
        let which = match (&self.mistaken, &self.cause) {
            (Some(_), _) => MISTAKEN,
            (None, Some(_)) => ELSEWHERE,
            (None, None) => UNEXPLAINED,
        };
        Ok(format!("{ABOUT}\n{which}\n{CHECKED}\n{body}"))
    }
}

const ABOUT: &str = "\
# An example of a message and its signature, written by paykeep. Its key was made for this file and is of no use elsewhere; no
# real key is in it, and no signature made with one. Path, query and body are the message's own.
#   text       what is to be signed by the recipe, byte for byte
#   signature  what the key below makes of it, by the algorithm and the encodings under `sign`";
const MISTAKEN: &str = "\
# The message was signed otherwise; `cause` says how. That stands under `mistaken`:
#   text       what was signed instead; text_base64 where it is no UTF-8
#   signature  what the same key makes of that, written as it was";
const ELSEWHERE: &str = "\
# The real signature was refused for what `cause` says. That is not made again in this file: `text` and `signature` are right.";
const UNEXPLAINED: &str = "\
# No known mistake is shown here: `text` and `signature` are what this paykeep takes for right.";
const CHECKED: &str = "# `paykeep catalog example FILE` computes it again; that needs no vault.";

/// The recipe with the message's own list of signed headers.
fn with_headers(recipe: &Recipe, names: Option<&[String]>) -> Recipe {
    let mut recipe = recipe.clone();
    if let (Some(signed), Some(names)) = (&mut recipe.signed_headers, names) {
        signed.names = names.to_vec();
        signed.optional = Vec::new();
    }
    recipe
}

/// All that the recipe fills in, in what is signed and in the headers.
fn used(recipe: &Recipe) -> impl Iterator<Item = &What> {
    used_in_text(recipe).chain(recipe.headers.iter().flat_map(|(_, template)| template.fills()))
}

fn used_in_text(recipe: &Recipe) -> impl Iterator<Item = &What> {
    recipe.text.iter().chain(&recipe.canonical).flat_map(Template::fills)
}

/// The message with those headers alone that are signed or say the time.
fn stripped(recipe: &Recipe, message: &Message) -> Message {
    let mut kept = BTreeSet::new();
    for what in used_in_text(recipe) {
        if let What::Header(name) = what {
            kept.insert(name.to_ascii_lowercase());
        }
    }
    let signed = recipe.signed_headers.iter().flat_map(|signed| signed.names.iter().chain(&signed.optional));
    let time = recipe.time.iter().filter_map(|time| time.header.as_ref());
    kept.extend(signed.chain(time).map(|name| name.to_ascii_lowercase()));
    let mut message = message.clone();
    if message.host.is_none() {
        message.host = message.header("host").ok().flatten().map(str::to_owned);
    }
    message.headers.retain(|(name, _)| kept.contains(&name.to_ascii_lowercase()));
    message
}

/// The account's or the credential's fields that are filled in.
fn filled(recipe: &Recipe, values: &BTreeMap<String, String>, account: bool) -> BTreeMap<String, String> {
    let names = used_in_text(recipe).chain(recipe.headers.iter().flat_map(|(_, template)| template.fills()));
    let names = names.filter_map(|what| match what {
        What::Account(name) if account => Some(name.as_str()),
        What::Field(name) if !account => Some(name.as_str()),
        _ => None,
    });
    names.filter_map(|name| Some((name.to_owned(), values.get(name)?.clone()))).collect()
}

/// A new key in the form that the field would hold.
fn throw_away(how: &KeyDecode, random: &mut impl CryptoRng) -> Result<String, SignError> {
    let mut bytes = [0; 24];
    random.fill_bytes(&mut bytes);
    Ok(match how {
        // Text that is hexadecimal and base64 too: decoding it is one of the mistakes.
        KeyDecode::Utf8 | KeyDecode::Sha1 | KeyDecode::Hex => hex(&bytes),
        KeyDecode::Base64 => Base64::encode_string(&bytes),
        KeyDecode::Base64After(prefix) => format!("{prefix}{}", Base64::encode_string(&bytes)),
        KeyDecode::RsaKey => keys::generate(2048, random)?.write(Form::Pkcs8Pem)?.expose().to_owned(),
    })
}
