//! What `sign` and `verify` print.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

/// What `paykeep sign --json` prints.
#[derive(Debug, Serialize)]
pub struct Signature {
    /// The recipe's ID.
    pub recipe: String,
    /// `provider/environment/account/name`.
    pub reference: String,
    /// The version whose key was used.
    pub version: u32,
    /// What was signed; bytes that are no UTF-8 are replaced.
    pub string_to_sign: String,
    /// The signature as it is written; of a recipe that sends the key itself the key.
    pub signature: String,
    /// The headers to send, by name, in their order.
    pub headers: Pairs,
}

/// Names and values in their order.
#[derive(Debug)]
pub struct Pairs(pub Vec<(String, String)>);

impl Serialize for Pairs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// What `paykeep verify --json` prints.
#[derive(Debug, Serialize)]
pub struct Verification {
    /// Whether the signature fits and the time is within the tolerance, also with --expect-string.
    pub verified: bool,
    /// Whether the two strings to sign are the same; only with --expect-string.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same: Option<bool>,
    /// The recipe's ID.
    pub recipe: String,
    /// `provider/environment/account/name`.
    pub reference: String,
    /// The version whose key fits.
    pub version: Option<u32>,
    /// The reading of an unclear page that fitted, where it is not the recipe's own.
    pub reading: Option<String>,
    /// Why it is not verified; `null` when no known mistake explains it.
    pub cause: Option<String>,
    /// What to do instead, as sentences; lines of a program may follow one.
    pub fixes: Vec<String>,
    /// What should have been signed; bytes that are no UTF-8 are replaced.
    pub string_to_sign: String,
    /// Where the two strings to sign part; only with --expect-string, and `null` where they are the same.
    pub parts: Option<Parts>,
}

/// Where two strings to sign part.
#[derive(Debug, Serialize)]
pub struct Parts {
    /// How many bytes are the same.
    pub offset: usize,
    /// How ours goes on, its first bytes; empty where it ends. Bytes that are no UTF-8 are replaced.
    pub ours: String,
    /// How theirs goes on.
    pub theirs: String,
}
