//! The words by which a provider's file names its parts, checked once, where they enter.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Serialize};

/// A word that is not fit to name a part of a provider's file: empty, too long, or with characters it may not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadName(&'static str);

impl BadName {
    pub(super) fn new(what: &'static str) -> Self {
        Self(what)
    }
}

impl fmt::Display for BadName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for BadName {}

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $what:literal, $first:expr, $rest:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the word and takes it over.
            pub fn new(word: &str) -> Result<Self, BadName> {
                let (first, rest): (fn(char) -> bool, fn(char) -> bool) = ($first, $rest);
                let fits = word.len() <= MAX_BYTES && word.starts_with(first) && word.chars().all(rest);
                if fits { Ok(Self(word.into())) } else { Err(BadName($what)) }
            }

            /// The word itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                &*self.0 == other
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, other: &&str) -> bool {
                &*self.0 == *other
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadName;

            fn try_from(word: String) -> Result<Self, BadName> {
                Self::new(&word)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.into()
            }
        }
    };
}

name! {
    /// A provider's name in references, as `amazon-pay`: `[a-z0-9][a-z0-9-]*`, 64 bytes at most.
    ProviderId, "a provider's id has lower-case letters, digits and dashes",
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(), |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

name! {
    /// The name of a part of a provider's file (a credential, source, link, flow, step, slot, recipe):
    /// `[a-z0-9][a-z0-9-]*`, 64 bytes at most.
    Id, "an id has lower-case letters, digits and dashes",
    |c| c.is_ascii_lowercase() || c.is_ascii_digit(), |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

name! {
    /// The name of a field, as `client_id`: `[a-z][a-z0-9_]*`, 64 bytes at most.
    FieldName, "a field's name has lower-case letters, digits and underscores",
    |c| c.is_ascii_lowercase(), |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

/// Lets serde read and write types by their `FromStr` and `Display`.
macro_rules! as_text {
    ($($type:ty),+) => {
        $(
            impl TryFrom<String> for $type {
                type Error = BadName;

                fn try_from(text: String) -> Result<Self, BadName> {
                    text.parse()
                }
            }

            impl From<$type> for String {
                fn from(value: $type) -> Self {
                    value.to_string()
                }
            }
        )+
    };
}
pub(super) use as_text;

/// As long as a slug in a reference may be.
const MAX_BYTES: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_refused_when_it_could_not_stand_in_a_reference() {
        assert!(Id::new("key-pair").is_ok());
        for bad in ["", "-a", "Key", "a b", "a_b", "é", &"a".repeat(65)] {
            assert!(Id::new(bad).is_err(), "{bad:?}");
        }
        assert!(FieldName::new("client_id").is_ok());
        assert!(FieldName::new("2nd").is_err());
        assert!(FieldName::new("client-id").is_err());
        assert!(ProviderId::new("2c2p").is_ok());
    }
}
