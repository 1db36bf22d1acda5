//! Shapes: facts about the text of a value, from which detection tells what was pasted.

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Serialize};

use super::{BadName, Fact, FieldName, Id};
use crate::domain::Environment;

/// One way in which a value of one field looks.
#[derive(Clone, Debug)]
pub struct Shape {
    /// The field whose values look so.
    pub target: Target,
    /// How they look.
    pub matcher: Matcher,
    /// The environment that the look gives away, if it does.
    pub environment: Option<Environment>,
    /// How much a match is worth.
    pub strength: Strength,
    /// The public head of the value, safe to show in front of the mask, as `sk_live_`.
    pub prefix: Option<String>,
    /// Why a match says what it says, each a clause in words: «it starts with `sk_live_`».
    pub because: Vec<String>,
    /// Names of variables and JSON keys that hint at this field, compared without case and without `_` and `-`; the
    /// names that the field itself has and its variable's name are among them.
    pub names: Vec<String>,
    /// Where it was read.
    pub fact: Fact,
}

/// Which field a shape or a recipe speaks of: `account#client_id` or `key-pair#private_key`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Target {
    /// A field of the merchant's account.
    Account(FieldName),
    /// A field of a credential.
    Credential {
        /// The credential's id in the provider's file.
        id: Id,
        /// The field's name.
        field: FieldName,
    },
}

impl FromStr for Target {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let (of, field) = text.split_once('#').unwrap_or((text, ""));
        let field = FieldName::new(field)?;
        Ok(if of == "account" { Self::Account(field) } else { Self::Credential { id: Id::new(of)?, field } })
    }
}

super::id::as_text!(Target);

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(field) => write!(f, "account#{field}"),
            Self::Credential { id, field } => write!(f, "{id}#{field}"),
        }
    }
}

/// How a value looks.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// Its text, from first to last character.
    Pattern(Pattern),
    /// What its DER is, whatever label or encoding is around it.
    Der(DerShape),
}

/// A regular expression over the whole value. It is compiled when it is first used: a start of paykeep needs none.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Takes the text as it stands in the file. Whether it compiles shows later: see [`Pattern::compile`].
    pub fn new(text: String) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    /// The expression as it stands in the file.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the whole of `value` looks so. An expression that does not compile matches nothing.
    pub fn is_match(&self, value: &str) -> bool {
        self.compiled.get_or_init(|| self.compile().ok()).as_ref().is_some_and(|regex| regex.is_match(value))
    }

    /// Compiles the expression, which lint does to tell what is wrong with it. The size is limited, since a user's file
    /// may ask for anything.
    pub fn compile(&self) -> Result<Regex, String> {
        // `^a|b$` is anchored on one side each; inside the group it is anchored on both.
        let whole = format!(r"\A(?:{})\z", self.text);
        let regex = RegexBuilder::new(&whole).size_limit(MAX_COMPILED_BYTES).dfa_size_limit(MAX_COMPILED_BYTES).build();
        regex.map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "it is too big".into(),
            other => other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
        })
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pattern({:?})", self.text)
    }
}

/// What a key's DER is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DerShape {
    /// The structures that occur.
    pub form: Vec<DerForm>,
    /// The algorithm in it.
    pub algorithm: KeyAlgorithm,
    /// The sizes that occur, in bits of the modulus. Empty: any.
    #[serde(default)]
    pub bits: Vec<u32>,
}

/// The structure of a key's DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DerForm {
    /// A private key in the envelope that names its algorithm (RFC 5958).
    Pkcs8,
    /// A bare RSA private key (RFC 8017).
    Pkcs1,
    /// A public key in the envelope that names its algorithm (RFC 5280).
    Spki,
}

/// The algorithm of a key pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa,
}

/// How much a match is worth. Ordered: `Possible < Likely < Certain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// Many other things look so.
    Possible,
    /// Some other things look so.
    Likely,
    /// Nothing else is known to look so.
    Certain,
}

impl Strength {
    /// The word on the screen and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::Certain => "certain",
        }
    }
}

/// What one compiled expression may take, in bytes. The built-in ones take some tens of kilobytes.
const MAX_COMPILED_BYTES: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_matches_the_whole_value_or_nothing() {
        let pattern = Pattern::new("^ab|cd$".into());
        assert!(pattern.is_match("ab") && pattern.is_match("cd"));
        assert!(!pattern.is_match("abx") && !pattern.is_match("xcd") && !pattern.is_match("ab\n"));
    }

    #[test]
    fn a_pattern_that_does_not_compile_matches_nothing_and_says_why() {
        let pattern = Pattern::new("^a($".into());
        assert!(!pattern.is_match("a("));
        assert_eq!(pattern.compile().unwrap_err(), "unclosed group");
    }

    #[test]
    fn a_pattern_that_would_take_too_much_memory_is_refused() {
        assert_eq!(Pattern::new("^(.{999}){999}$".into()).compile().unwrap_err(), "it is too big");
    }

    #[test]
    fn a_target_reads_as_it_is_written() {
        for text in ["account#client_id", "key-pair#private_key"] {
            assert_eq!(text.parse::<Target>().unwrap().to_string(), text);
        }
        for bad in ["account", "#value", "key-pair#", "Key#value", "a#b#c"] {
            assert!(bad.parse::<Target>().is_err(), "{bad}");
        }
    }
}
