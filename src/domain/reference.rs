//! References: how a person and a script name a credential, a version of it and one of its fields.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Environment, clean};

/// A part of a reference: `[a-z0-9][a-z0-9._-]{0,63}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slug(String);

/// `provider/environment/account/name[@version][#field]`, with or without `paykeep://` before it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The provider's ID in the catalogue.
    pub provider: Slug,
    /// Sandbox or live.
    pub environment: Environment,
    /// The account at the provider.
    pub account: Slug,
    /// The credential's name within the account.
    pub name: Slug,
    /// Which version; without it the current one is meant.
    pub version: Option<Which>,
    /// Which field; without it the one that the kind is about.
    pub field: Option<String>,
}

/// What stands behind `@`: one version of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Which {
    /// The version that the pointer names.
    Current,
    /// The active version that was current before.
    Previous,
    /// The newest version that is not active yet.
    Pending,
    /// By its number, as people see it: `@2`.
    Number(u32),
}

/// What is wrong with a reference or a part of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MalformedReference {
    /// Not a slug.
    Slug(String),
    /// Neither `sandbox` nor `live`.
    Environment(String),
    /// Not `current`, `previous`, `pending` or a number.
    Version(String),
    /// Not a field's name.
    Field(String),
    /// Not four parts between slashes.
    Parts(String),
}

impl Slug {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The nearest slug to a text that people wrote: lower case, everything else a hyphen. `None` when nothing is left of it.
    pub fn nearest(text: &str) -> Option<Self> {
        let mut slug = String::with_capacity(MAX_SLUG);
        for c in text.chars().map(|c| c.to_ascii_lowercase()) {
            if slug.len() == MAX_SLUG {
                break;
            }
            match c {
                'a'..='z' | '0'..='9' => slug.push(c),
                '.' | '_' | '-' if !slug.is_empty() => slug.push(c),
                _ if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
                _ => {}
            }
        }
        slug.trim_end_matches(['-', '.', '_']).parse().ok()
    }
}

impl Reference {
    /// The same credential, without version and field.
    #[must_use]
    pub fn of_credential(&self) -> Self {
        Self { version: None, field: None, ..self.clone() }
    }
}

impl FromStr for Slug {
    type Err = MalformedReference;

    fn from_str(text: &str) -> Result<Self, MalformedReference> {
        let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit();
        let fits = !text.is_empty()
            && text.len() <= MAX_SLUG
            && plain(text.as_bytes()[0])
            && text.bytes().all(|c| plain(c) || matches!(c, b'.' | b'_' | b'-'));
        if fits { Ok(Self(text.to_owned())) } else { Err(MalformedReference::Slug(clean(text).into_owned())) }
    }
}

impl FromStr for Which {
    type Err = MalformedReference;

    fn from_str(text: &str) -> Result<Self, MalformedReference> {
        match text {
            "current" => Ok(Self::Current),
            "previous" => Ok(Self::Previous),
            "pending" => Ok(Self::Pending),
            _ => {
                let number = text.strip_prefix('v').unwrap_or(text);
                number.parse().map(Self::Number).map_err(|_| MalformedReference::Version(clean(text).into_owned()))
            }
        }
    }
}

impl FromStr for Reference {
    type Err = MalformedReference;

    fn from_str(text: &str) -> Result<Self, MalformedReference> {
        let (path, version, field) = split(text)?;
        let parts: Vec<&str> = path.split('/').collect();
        let [provider, environment, account, name] = parts[..] else {
            return Err(MalformedReference::Parts(clean(text).into_owned()));
        };
        Ok(Self {
            provider: provider.parse()?,
            environment: environment
                .parse()
                .map_err(|()| MalformedReference::Environment(clean(environment).into_owned()))?,
            account: account.parse()?,
            name: name.parse()?,
            version,
            field,
        })
    }
}

/// Splits `path[@version][#field]`; the path is not looked at.
pub(super) fn split(text: &str) -> Result<(&str, Option<Which>, Option<String>), MalformedReference> {
    let text = text.strip_prefix("paykeep://").unwrap_or(text);
    let (text, field) = match text.split_once('#') {
        Some((rest, field)) => (rest, Some(field_name(field)?)),
        None => (text, None),
    };
    let (path, version) = match text.split_once('@') {
        Some((rest, version)) => (rest, Some(version.parse()?)),
        None => (text, None),
    };
    Ok((path, version, field))
}

/// Checks the name of a field: a lower-case letter, then letters, digits and `_`, at most 64.
pub fn field_name(text: &str) -> Result<String, MalformedReference> {
    let fits = (1..=MAX_SLUG).contains(&text.len())
        && text.as_bytes()[0].is_ascii_lowercase()
        && text.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
    if fits { Ok(text.to_owned()) } else { Err(MalformedReference::Field(clean(text).into_owned())) }
}

impl TryFrom<String> for Slug {
    type Error = MalformedReference;

    fn try_from(text: String) -> Result<Self, MalformedReference> {
        text.parse()
    }
}

impl From<Slug> for String {
    fn from(slug: Slug) -> Self {
        slug.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Display for Which {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Current => f.write_str("current"),
            Self::Previous => f.write_str("previous"),
            Self::Pending => f.write_str("pending"),
            Self::Number(n) => write!(f, "{n}"),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}/{}", self.provider, self.environment, self.account, self.name)?;
        if let Some(version) = self.version {
            write!(f, "@{version}")?;
        }
        if let Some(field) = &self.field {
            write!(f, "#{field}")?;
        }
        Ok(())
    }
}

impl fmt::Display for MalformedReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slug(text) => {
                write!(f, "`{text}` is not a name: lower-case letters, digits, `.`, `_` and `-`, at most 64")
            }
            Self::Environment(text) => write!(f, "`{text}` is no environment: it is `sandbox` or `live`"),
            Self::Version(text) => {
                write!(f, "`@{text}` is no version: it is @current, @previous, @pending or a number")
            }
            Self::Field(text) => write!(f, "`#{text}` is no field's name: lower-case letters, digits and `_`"),
            Self::Parts(text) => write!(f, "`{text}` is not a whole reference: provider/environment/account/name"),
        }
    }
}

impl std::error::Error for MalformedReference {}

const MAX_SLUG: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_reads_back_as_it_was_written() {
        for text in ["antom/sandbox/acme/key-pair", "antom/live/acme/key-pair@previous#private_key", "x/live/a.b_c/n@2"]
        {
            assert_eq!(text.parse::<Reference>().unwrap().to_string(), text);
        }
        assert_eq!("paykeep://x/live/a/n".parse::<Reference>().unwrap().to_string(), "x/live/a/n");
    }

    #[test]
    fn what_is_wrong_with_a_reference_is_named() {
        let error = |text: &str| text.parse::<Reference>().unwrap_err();
        assert!(matches!(error("a/live/b"), MalformedReference::Parts(_)));
        assert!(matches!(error("a/prod/b/c"), MalformedReference::Environment(_)));
        assert!(matches!(error("a/live/B/c"), MalformedReference::Slug(_)));
        assert!(matches!(error("a/live/b/c@old"), MalformedReference::Version(_)));
        assert!(matches!(error("a/live/b/c#Key"), MalformedReference::Field(_)));
        assert!(matches!(error("a/live/../c"), MalformedReference::Slug(_)));
    }

    #[test]
    fn a_label_becomes_the_nearest_slug() {
        assert_eq!(Slug::nearest("ACME Sdn. Bhd").unwrap().as_str(), "acme-sdn.-bhd");
        assert_eq!(Slug::nearest("  Store (EU)! ").unwrap().as_str(), "store-eu");
        assert_eq!(Slug::nearest("東京"), None);
        assert_eq!(Slug::nearest(&"x".repeat(90)).unwrap().as_str().len(), 64);
    }
}
