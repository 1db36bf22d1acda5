//! Recipes as a provider's file describes them: how a message is signed, or a signature checked.

use serde::{Deserialize, Serialize};

use super::{Fact, Id, Stated, Target, Template};
use crate::domain::Environment;

/// How a message is signed, or a signature checked.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Its name in the provider's file.
    pub id: Id,
    /// Its name on the screen.
    pub title: String,
    /// Signs or verifies.
    pub does: Handles,
    /// The field that holds the key.
    pub key: Target,
    /// How the field's text becomes the key.
    pub key_decode: KeyDecode,
    /// The time that stands in the message.
    pub time: Option<TimeSpec>,
    /// What `{canonical}` fills in, its parts in order: a text that is hashed before it is signed.
    pub canonical: Vec<Template>,
    /// The headers that `{headers}` and `{header-names}` fill in.
    pub signed_headers: Option<SignedHeaders>,
    /// The string to sign, its parts in order.
    pub text: Vec<Template>,
    /// Other readings of the same page that gateways accept, tried when verifying.
    pub readings: Vec<Reading>,
    /// How the signature is made.
    pub sign: Signing,
    /// The headers to send, in order.
    pub headers: Vec<(String, Template)>,
    /// Where the signature is found when verifying.
    pub signature: Option<SignatureAt>,
    /// How far off the message's time may be, in seconds.
    pub tolerance_s: Option<Stated<u32>>,
    /// Published examples.
    pub vectors: Vec<Vector>,
    /// Where it was read.
    pub fact: Fact,
}

/// Which way a recipe goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Handles {
    /// What the merchant sends.
    Sign,
    /// What the provider sends.
    Verify,
}

/// The headers that stand in the text, in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedHeaders {
    /// In lower case.
    pub names: Vec<String>,
    /// Those that are signed only where the message has them.
    #[serde(default)]
    pub optional: Vec<String>,
    /// The text in the signature's header after which a message lists its own, `a;b;c`: what is checked goes by that list.
    pub listed_after: Option<String>,
}

/// How a field's text becomes a key.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum KeyDecode {
    /// Its bytes as they are.
    Utf8,
    /// Hexadecimal.
    Hex,
    /// Base64.
    Base64,
    /// Base64 after this prefix: `base64-after:whsec_`.
    Base64After(String),
    /// An RSA key in whatever encoding.
    RsaKey,
}

impl TryFrom<String> for KeyDecode {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, &'static str> {
        Ok(match word.as_str() {
            "utf8" => Self::Utf8,
            "hex" => Self::Hex,
            "base64" => Self::Base64,
            "rsa-key" => Self::RsaKey,
            other => match other.strip_prefix("base64-after:") {
                Some(prefix) if !prefix.is_empty() => Self::Base64After(prefix.into()),
                _ => return Err("`key_decode` is utf8, hex, base64, base64-after:PREFIX or rsa-key"),
            },
        })
    }
}

/// The time that stands in a message.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeSpec {
    /// The header that carries it.
    pub header: Option<String>,
    /// How it is written.
    pub format: TimeFormat,
    /// How it may be written where it is read.
    #[serde(default)]
    pub reads: Vec<TimeFormat>,
}

/// How a time is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeFormat {
    /// Seconds since 1970.
    UnixS,
    /// Milliseconds since 1970.
    UnixMs,
    /// `2026-11-22T09:12:00+08:00`.
    Rfc3339,
    /// `20261122T091200Z`.
    Basic,
    /// Byte for byte as the message has it.
    AsReceived,
}

/// Another reading of a page that is not clear.
#[derive(Clone, Debug)]
pub struct Reading {
    /// What differs, in words: «the query as it was sent».
    pub title: String,
    /// The string to sign by this reading.
    pub text: Vec<Template>,
    /// Where it was read.
    pub fact: Fact,
}

/// How a signature is made from the text.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The primitive.
    pub algorithm: Algorithm,
    /// What is done to its bytes, in order.
    pub encode: Vec<Coding>,
}

/// The primitives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum Algorithm {
    /// HMAC with SHA-256.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// HMAC with SHA-512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
    /// No signature: the key itself is sent, as in `Authorization: Bearer …`.
    #[serde(rename = "token")]
    Token,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[serde(rename = "rsa-pkcs1v15-sha256")]
    RsaPkcs1v15Sha256,
    /// RSASSA-PSS with SHA-256 and 20 bytes of salt.
    #[serde(rename = "rsa-pss-sha256-salt20")]
    RsaPssSha256Salt20,
    /// RSASSA-PSS with SHA-256 and 32 bytes of salt.
    #[serde(rename = "rsa-pss-sha256-salt32")]
    RsaPssSha256Salt32,
}

impl Algorithm {
    /// Whether its key is an RSA key.
    pub fn is_rsa(self) -> bool {
        !matches!(self, Self::HmacSha256 | Self::HmacSha512 | Self::Token)
    }
}

/// An encoding of bytes or text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Coding {
    /// Base64 with padding.
    Base64,
    /// Base64 for addresses, without padding.
    Base64url,
    /// Lower-case hexadecimal.
    Hex,
    /// As in an HTML form: `+` → `%2B`, a space → `+`.
    FormUrl,
}

/// Where a signature is found in what the provider sends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureAt {
    /// The header.
    pub header: String,
    /// Other names of it that pages give.
    #[serde(default)]
    pub also: Vec<String>,
    /// What stands between several signatures, each of which may be the one that fits.
    pub split: Option<String>,
    /// The text in it after which the signature begins; it ends before a comma.
    pub after: Option<String>,
    /// What is undone, in order.
    pub decode: Vec<Coding>,
}

/// A published example. Nothing in it is a secret.
#[derive(Clone, Debug)]
pub struct Vector {
    /// The environment that it is computed for.
    pub environment: Environment,
    /// What is signed.
    pub message: Message,
    /// The published example key.
    pub key: Option<String>,
    /// The string to sign.
    pub text: Option<String>,
    /// The signature, encoded.
    pub signature: Option<String>,
    /// Where it was read.
    pub fact: Fact,
}

/// The message of a vector.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `GET`, `POST`.
    pub method: String,
    /// The path, with its leading slash.
    pub path: String,
    /// What stands after `?`, as it is sent.
    pub query: String,
    /// The body.
    pub body: String,
    /// The time, in the recipe's own writing.
    pub time: Option<String>,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The account's fields.
    pub account: Vec<(String, String)>,
}
