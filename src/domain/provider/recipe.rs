//! Recipes as a provider's file describes them: how a message is signed, or a signature checked.

use serde::{Deserialize, Serialize};

use super::{Fact, Id, Stated, Target, Template, What};
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

impl Recipe {
    /// Whether the key itself stands in what is hashed or sent.
    pub fn has_key_in_text(&self) -> bool {
        self.text.iter().chain(&self.canonical).flat_map(Template::fills).any(|what| *what == What::Key)
    }
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum KeyDecode {
    /// Its bytes as they are.
    Utf8,
    /// Hexadecimal.
    Hex,
    /// Base64.
    Base64,
    /// Base64 after this prefix: `base64-after:whsec_`.
    Base64After(String),
    /// The SHA-1 of its bytes: a key that is derived.
    Sha1,
    /// An RSA key in whatever encoding.
    RsaKey,
}

impl From<KeyDecode> for String {
    fn from(how: KeyDecode) -> Self {
        match how {
            KeyDecode::Utf8 => "utf8".into(),
            KeyDecode::Hex => "hex".into(),
            KeyDecode::Base64 => "base64".into(),
            KeyDecode::Base64After(prefix) => format!("base64-after:{prefix}"),
            KeyDecode::Sha1 => "sha1".into(),
            KeyDecode::RsaKey => "rsa-key".into(),
        }
    }
}

impl TryFrom<String> for KeyDecode {
    type Error = &'static str;

    fn try_from(word: String) -> Result<Self, &'static str> {
        Ok(match word.as_str() {
            "utf8" => Self::Utf8,
            "hex" => Self::Hex,
            "base64" => Self::Base64,
            "sha1" => Self::Sha1,
            "rsa-key" => Self::RsaKey,
            other => match other.strip_prefix("base64-after:") {
                Some(prefix) if !prefix.is_empty() => Self::Base64After(prefix.into()),
                _ => return Err("`key_decode` is utf8, hex, base64, base64-after:PREFIX, sha1 or rsa-key"),
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signing {
    /// The primitive.
    pub algorithm: Algorithm,
    /// What is done to its bytes, in order.
    pub encode: Vec<Coding>,
    /// How the signature's header names the algorithm, `name=value`: one that names another is not taken, whatever it fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<String>,
}

/// The primitives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// HMAC with SHA-1: still sound as a MAC, and what some webhooks carry.
    #[serde(rename = "hmac-sha1")]
    HmacSha1,
    /// HMAC with SHA-256.
    #[serde(rename = "hmac-sha256")]
    HmacSha256,
    /// HMAC with SHA-512.
    #[serde(rename = "hmac-sha512")]
    HmacSha512,
    /// SHA-256 of a text that has the key in it.
    #[serde(rename = "sha256")]
    Sha256,
    /// SHA-512 of a text that has the key in it.
    #[serde(rename = "sha512")]
    Sha512,
    /// MD5 of a text that has the key in it: broken for everything else, and still asked for.
    #[serde(rename = "md5")]
    Md5,
    /// No signature: the key itself is sent, as in `Authorization: Bearer …`, or the text with the key in it, as in `Basic …`.
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
    /// RSASSA-PKCS1-v1_5 with SHA-1. This and what follows no recipe has: it is what signatures are made with by mistake.
    #[serde(skip)]
    RsaPkcs1v15Sha1,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    #[serde(skip)]
    RsaPkcs1v15Sha512,
    /// PKCS #1 v1.5 padding around the bare SHA-256, without the name of the hash before it.
    #[serde(skip)]
    RsaPkcs1v15Bare,
    /// RSASSA-PSS with SHA-256 and any length of salt.
    #[serde(skip)]
    RsaPssSha256AnySalt,
}

impl Algorithm {
    /// Whether its key is an RSA key.
    pub fn is_rsa(self) -> bool {
        matches!(
            self,
            Self::RsaPkcs1v15Sha256
                | Self::RsaPssSha256Salt20
                | Self::RsaPssSha256Salt32
                | Self::RsaPkcs1v15Sha1
                | Self::RsaPkcs1v15Sha512
                | Self::RsaPkcs1v15Bare
                | Self::RsaPssSha256AnySalt
        )
    }

    /// Whether it is a plain hash, which has its key in the text.
    pub fn is_hash(self) -> bool {
        matches!(self, Self::Sha256 | Self::Sha512 | Self::Md5)
    }
}

/// An encoding of bytes or text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// What is there is a JSON web token: what stands before its last dot was signed, and what stands behind it is the signature.
    #[serde(default)]
    pub jws: bool,
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
