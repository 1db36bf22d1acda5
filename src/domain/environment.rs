//! Sandbox or live: the one distinction that paykeep never lets blur.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where a credential works. Providers' own words (test, development, production) are aliases in their files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Environment {
    /// For trying; no real money.
    Sandbox,
    /// Moves real money.
    Live,
}

impl Environment {
    /// Both, sandbox first.
    pub const ALL: [Self; 2] = [Self::Sandbox, Self::Live];

    /// The word in references, files and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Live => "live",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Sandbox => Self::Live,
            Self::Live => Self::Sandbox,
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|e| e.as_str() == word).ok_or(())
    }
}
