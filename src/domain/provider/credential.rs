//! What a provider's file says of one credential: its fields, who may hold it, how long it lives, how it is replaced.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Fact, FieldName, Id, Stated};
use crate::domain::{Environment, Kind};

/// One credential that a provider issues or holds.
#[derive(Clone, Debug)]
pub struct CredentialSpec {
    /// The key of its table; usually the kind's word.
    pub id: Id,
    /// What sort of thing it is.
    pub kind: Kind,
    /// What the provider calls it, in words: «merchant secret key».
    pub title: String,
    /// The last part of a reference where the user gives none, as `sign-key`.
    pub name: Id,
    /// Its fields, in the order of the screen.
    pub fields: Vec<FieldSpec>,
    /// Named encodings that a place takes: `dashboard` → SPKI in bare base64.
    pub forms: Vec<(Id, KeyForm)>,
    /// The size of an RSA key, in bits of the modulus.
    pub rsa_bits: Option<Stated<u32>>,
    /// Whether an app or a web page may hold it.
    pub client_side: ClientSide,
    /// What to mind with it.
    pub advice: Vec<Advice>,
    /// How a request carries it: «Authorization, without Bearer».
    pub sent_as: Option<Stated<String>>,
    /// Whether the provider shows it only once.
    pub shown_once: Option<Stated<bool>>,
    /// How many of its versions work at the same time.
    pub coexistence: Option<Stated<Keys>>,
    /// After how many days the provider wants it replaced.
    pub rotate_every_days: Option<Stated<u32>>,
    /// How long a short-lived one lives, in seconds.
    pub lifetime_s: Option<Stated<u64>>,
    /// What revoking does.
    pub revoke: Option<Stated<Revoke>>,
    /// The environments in which it works only after the provider's approval.
    pub needs_approval: Vec<Environment>,
    /// Who makes a new one.
    pub renewed_by: Option<Stated<RenewedBy>>,
    /// Where the rest was read.
    pub fact: Fact,
}

impl CredentialSpec {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The encoding that the place of this name takes.
    pub fn form(&self, place: &str) -> Option<KeyForm> {
        self.forms.iter().find(|(id, _)| *id == place).map(|(_, form)| *form)
    }

    /// The encoding in which a half of a pair is kept: the field's own, else PEM, which every tool reads.
    pub fn key_form(&self, field: &str) -> KeyForm {
        let usual = if field == "private_key" { KeyForm::Pkcs8Pem } else { KeyForm::SpkiPem };
        self.field(field).and_then(|field| field.form).unwrap_or(usual)
    }

    /// How many versions may be counted on to work at the same time: what is unknown is one.
    pub fn keys(&self) -> Keys {
        match &self.coexistence {
            Some(stated) if stated.fact.sure != super::Sure::Unknown => stated.value,
            _ => Keys::One,
        }
    }
}

/// One value of a credential.
#[derive(Clone, Debug)]
pub struct FieldSpec {
    /// Its name in references, as `private_key`.
    pub name: FieldName,
    /// Its name on the screen.
    pub label: String,
    /// Whether it must not be seen.
    pub secret: bool,
    /// Whether a version is incomplete without it.
    pub required: bool,
    /// The variable in which the provider's own programs expect it.
    pub env: Option<String>,
    /// The encoding in which it is kept where nothing else is said.
    pub form: Option<KeyForm>,
    /// Other names by which it goes in JSON, `.env` files and code.
    pub names: Vec<String>,
    /// Where this was read.
    pub fact: Fact,
}

/// A field of the merchant's account: what belongs to the merchant and not to one key.
#[derive(Clone, Debug)]
pub struct AccountField {
    /// Its name, as `client_id`.
    pub name: FieldName,
    /// Its name on the screen.
    pub label: String,
    /// What it is and where it is found.
    pub help: Option<String>,
    /// The values that it can have. Empty: any.
    pub choices: Vec<Choice>,
    /// The recipes that need it.
    pub needed_by: Vec<Id>,
    /// Whether an account is incomplete without it.
    pub required: bool,
    /// The variable in which the provider's own programs expect it.
    pub env: Option<String>,
    /// Other names by which it goes in JSON, `.env` files and code.
    pub names: Vec<String>,
    /// Where this was read.
    pub fact: Fact,
}

/// A value that an account field can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is stored.
    pub value: String,
    /// What the screen says.
    pub label: String,
}

/// The encodings of an RSA key that places ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyForm {
    /// Private key: `BEGIN PRIVATE KEY`.
    Pkcs8Pem,
    /// Private key: PKCS#8 DER in base64 on one line, without a header.
    Pkcs8Base64,
    /// Private key: `BEGIN RSA PRIVATE KEY`.
    Pkcs1Pem,
    /// Public key: `BEGIN PUBLIC KEY`.
    SpkiPem,
    /// Public key: SPKI DER in base64 on one line, without a header.
    SpkiBase64,
}

impl KeyForm {
    /// All of them, private ones first.
    pub const ALL: [Self; 5] = [Self::Pkcs8Pem, Self::Pkcs8Base64, Self::Pkcs1Pem, Self::SpkiPem, Self::SpkiBase64];

    /// The word in files and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pkcs8Pem => "pkcs8-pem",
            Self::Pkcs8Base64 => "pkcs8-base64",
            Self::Pkcs1Pem => "pkcs1-pem",
            Self::SpkiPem => "spki-pem",
            Self::SpkiBase64 => "spki-base64",
        }
    }

    /// Whether it holds a private key.
    pub fn is_private(self) -> bool {
        !matches!(self, Self::SpkiPem | Self::SpkiBase64)
    }
}

impl FromStr for KeyForm {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|form| form.as_str() == word).ok_or(())
    }
}

/// Whether an app or a web page may hold a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClientSide {
    /// It stays on servers.
    Never,
    /// It is made for clients.
    Allowed,
}

/// How many versions of a credential work at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The new one kills the old one.
    One,
    /// This many.
    Number(u32),
    /// As many as one likes.
    Many,
}

/// What to mind with a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// In a few words: «Keep it on servers».
    pub title: String,
    /// Why, and what to do. The view wraps it.
    pub text: String,
    /// Where this was read.
    pub fact: Fact,
}

/// What revoking a credential does. `None`: nobody states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoke {
    /// It stops working at once.
    pub immediate: Option<bool>,
    /// It cannot be brought back.
    pub irreversible: Option<bool>,
}

/// Who makes a new version of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RenewedBy {
    /// The merchant, on the provider's pages or by a call.
    #[serde(rename = "self")]
    Merchant,
    /// The provider's people, when asked.
    Support,
}
