//! Stands in for the vault's snapshot and for detection until they are here.
#![expect(missing_docs, reason = "goes away")]

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::domain::provider::Strength;
use crate::domain::{Document, Environment, Kind, SecretKey};
use crate::secret::SecretBytes;

#[derive(Debug)]
pub struct Unlocked {
    pub document: Document,
    pub secrets: Vec<(SecretKey, SecretBytes)>,
}

impl Unlocked {
    pub fn new(document: Document, secrets: Vec<(SecretKey, SecretBytes)>) -> Arc<Self> {
        Arc::new(Self { document, secrets })
    }

    pub fn secret(&self, key: &SecretKey) -> Option<SecretBytes> {
        self.secrets.iter().find(|(k, _)| k == key).map(|(_, bytes)| SecretBytes::copied(bytes.expose()))
    }
}

#[derive(Debug, Default)]
pub struct Detection {
    pub notes: Vec<String>,
    pub values: Vec<Value>,
    pub items: Vec<Item>,
}

#[derive(Debug)]
pub struct Value {
    pub name: Option<String>,
    pub text: SecretBytes,
}

#[derive(Clone, Debug)]
pub struct Item {
    pub candidates: Vec<Candidate>,
}

#[derive(Clone, Debug)]
pub struct Candidate {
    pub provider: Option<String>,
    pub credential: Option<String>,
    pub kind: Kind,
    pub environment: Option<Environment>,
    pub strength: Strength,
    pub reasons: Vec<String>,
    pub fields: Vec<(String, usize)>,
    pub account_fields: Vec<(String, usize)>,
    pub prefix: Option<String>,
}

pub fn detect(_: &Catalog, pasted: SecretBytes) -> Detection {
    Detection { values: vec![Value { name: None, text: pasted }], ..Detection::default() }
}
