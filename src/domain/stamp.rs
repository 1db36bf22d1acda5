//! Who wrote what after whom: the clock by which copies of a vault are joined.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A computer that writes to the vault: a short random name, kept in its state folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(String);

/// A moment in the vault's own time (a Lamport clock): it rises with each save and never looks at a wall clock, so that a wrong
/// date on one computer can't make its edits win.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(from = "(u64, DeviceId)", into = "(u64, DeviceId)")]
pub struct Stamp {
    /// The count of saves that the writer had seen.
    pub clock: u64,
    /// Breaks ties, the same way everywhere.
    pub device: DeviceId,
}

/// When each editable property of a record was last set; one that was never edited since the record was made is absent.
pub type Stamps = BTreeMap<String, Stamp>;

impl DeviceId {
    /// Takes 40 random bits as 8 characters. The upper bits of `entropy` are dropped.
    pub fn new(entropy: u64) -> Self {
        const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
        let digit = |n: u32| char::from(DIGITS[usize::try_from((entropy >> (5 * n)) & 31).unwrap_or(0)]);
        Self((0..8).map(digit).collect())
    }

    /// Reads what [`new`](Self::new) made; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let fits = text.len() == 8 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        fits.then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<(u64, DeviceId)> for Stamp {
    fn from((clock, device): (u64, DeviceId)) -> Self {
        Self { clock, device }
    }
}

impl From<Stamp> for (u64, DeviceId) {
    fn from(stamp: Stamp) -> Self {
        (stamp.clock, stamp.device)
    }
}
