//! A value that was found in a text.

use super::Value;
use super::names::Name;
use crate::keys::{self, KeyError, KeyText};
use crate::secret::SecretText;

/// A value on its way.
pub(super) struct Found {
    pub(super) name: Option<String>,
    /// The names of what it stands in.
    pub(super) within: String,
    pub(super) text: SecretText,
    /// For what looks like a key: which, or what is wrong with it.
    pub(super) key: Option<Result<KeyText, KeyError>>,
    /// Where it stood, to keep the order.
    pub(super) at: usize,
}

impl Found {
    /// What is no key that is read here, and can be told for what it is.
    pub(super) fn strange(text: SecretText, error: KeyError) -> Self {
        Self { name: None, within: String::new(), text, key: Some(Err(error)), at: 0 }
    }

    /// A key's text.
    pub(super) fn key(name: Option<String>, text: &str) -> Self {
        let key = keys::identify(text.as_bytes());
        let label = key.as_ref().ok().map(|key| if key.is_private() { "PRIVATE KEY" } else { "PUBLIC KEY" });
        let is_pem = !keys::blocks(text).is_empty();
        let text = keys::tidy(text, label.filter(|_| is_pem));
        Self { name, within: String::new(), text, key: Some(key), at: 0 }
    }

    pub(super) fn token(name: Option<String>, text: &str, at: usize) -> Self {
        if keys::looks_like_key(text)
            && !matches!(keys::identify(text.as_bytes()), Err(KeyError::NotAKey | KeyError::BadBase64))
        {
            let key = keys::identify(text.as_bytes());
            let is_line = text.starts_with("ssh-") || text.starts_with("ecdsa-");
            let text = if is_line { SecretText::copied(text) } else { keys::tidy(text, None) };
            return Self { name, within: String::new(), text, key: Some(key), at };
        }
        Self { name, within: String::new(), text: SecretText::copied(text), key: None, at }
    }

    /// What stands before it.
    pub(super) fn named(&self) -> Option<Name<'_>> {
        self.name.as_deref().map(|own| Name { own, within: &self.within })
    }

    /// Whether it is worth showing although nobody claims it.
    pub(super) fn stands_alone(&self) -> bool {
        self.name.is_none() || self.key.is_some() || is_secretish(self.text.expose())
    }

    pub(super) fn into_value(self) -> Value {
        let about = self.key.as_ref().map(|key| match key {
            Ok(key) => key.to_string(),
            Err(error) => error.to_string(),
        });
        let wrong = self.key.and_then(|key| match key {
            Ok(key) if key.is_encrypted() => Some(KeyError::Encrypted),
            Ok(_) => None,
            Err(error) => Some(error),
        });
        Value { name: self.name, text: self.text.into_bytes(), about, wrong }
    }
}

/// Whether a named value that no provider claims is worth showing.
pub(super) fn is_secretish(value: &str) -> bool {
    let mixed = value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_alphabetic());
    let is_date = value.len() > 10
        && value.starts_with(|c: char| c.is_ascii_digit())
        && value.get(4..5) == Some("-")
        && value.contains(':');
    value.len() >= 16 && mixed && !value.contains(char::is_whitespace) && !is_address(value) && !is_date
}

fn is_address(value: &str) -> bool {
    value.contains("://") || value.contains('@') && value.contains('.') || value.starts_with(['/', '.', '~'])
}
