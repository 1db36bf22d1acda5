//! Letters to a provider's people: text with a few placeholders, none of which can hold a secret.

use serde::Deserialize;

/// A text to send. `{reference}`, `{fingerprint}`, `{account}` and `{environment}` in it are filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its first line.
    pub subject: LetterText,
    /// The rest, in several lines.
    pub body: LetterText,
}

/// What a letter speaks of. Nothing in it is a secret.
#[derive(Clone, Copy, Debug)]
pub struct Spoken<'a> {
    /// The credential's reference, so that the answer can be filed.
    pub reference: &'a str,
    /// The fingerprint of the version in question.
    pub fingerprint: &'a str,
    /// The merchant account, as the provider knows it.
    pub account: &'a str,
    /// The environment, in the provider's own word.
    pub environment: &'a str,
}

/// Text with placeholders, parsed once.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct LetterText(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Reference,
    Fingerprint,
    Account,
    Environment,
}

impl LetterText {
    /// Parses the text. The error names the placeholder that is not known.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let Some((word, after)) = after.split_once('}') else {
                return Err("a brace in the letter has no partner".into());
            };
            pieces.push(Piece::Literal(before.into()));
            pieces.push(match word {
                "reference" => Piece::Reference,
                "fingerprint" => Piece::Fingerprint,
                "account" => Piece::Account,
                "environment" => Piece::Environment,
                _ => return Err(format!("a letter has no placeholder `{{{word}}}`: {KNOWN}")),
            });
            rest = after;
        }
        pieces.push(Piece::Literal(rest.into()));
        Ok(Self(pieces))
    }

    /// The text with its placeholders filled in.
    pub fn fill(&self, spoken: Spoken<'_>) -> String {
        let text = |piece: &Piece| match piece {
            Piece::Literal(text) => text.clone(),
            Piece::Reference => spoken.reference.into(),
            Piece::Fingerprint => spoken.fingerprint.into(),
            Piece::Account => spoken.account.into(),
            Piece::Environment => spoken.environment.into(),
        };
        self.0.iter().map(text).collect()
    }
}

impl TryFrom<String> for LetterText {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&crate::domain::clean_lines(text.trim()))
    }
}

const KNOWN: &str = "it has {reference}, {fingerprint}, {account} and {environment}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_filled_in() {
        let spoken = Spoken { reference: "a/live/b/c", fingerprint: "k1:9d40", account: "b", environment: "live" };
        let text = LetterText::parse("{account}: {reference} ({fingerprint}), {environment}.").unwrap();
        assert_eq!(text.fill(spoken), "b: a/live/b/c (k1:9d40), live.");
        assert_eq!(LetterText::parse("plain").unwrap().fill(spoken), "plain");
    }

    #[test]
    fn what_could_hold_a_secret_is_no_placeholder() {
        assert!(LetterText::parse("{value}").unwrap_err().starts_with("a letter has no placeholder `{value}`"));
        assert!(LetterText::parse("{account").is_err());
    }
}
