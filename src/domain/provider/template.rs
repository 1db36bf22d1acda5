//! Templates of recipes: text with `{placeholders}`, parsed once.
//!
//! ```text
//! {method} {host} {path} {query} {body} {time} {nonce}  parts of the message
//! {url}                                              the whole address
//! {header.NAME} {account.FIELD} {field.FIELD}        a header, a field of the account, a public field of the credential
//! {json./a/0/b}                                      what a JSON pointer finds in the body; nothing where it finds nothing
//! {headers} {header-names}                           the recipe's `signed_headers`: `name:value` lines, `a;b;c`
//! {canonical}                                        the recipe's `canonical`, put together
//! {signature} {text}                                 in `headers` only: the signature, the string to sign itself
//! {key}                                              the secret itself, where it stands in what is hashed or sent
//! {path|sandbox:/api=>/sandbox/api}                  the first `/api` becomes `/sandbox/api`, in sandbox only
//! {body|minified} {body|no-space} {body|sha256-hex} {query|decoded} {query|form-decoded} {query|question-mark}
//! {query|sorted-pairs} {path|or-slash} {method|lower} {body|unescaped}
//! {canonical|base64url} {body|json-string} {time|plus:300} {nonce|uuid}   what JSON web tokens are made of
//! ```
//! A brace itself is written twice.

use serde::Deserialize;

use super::FieldName;
use crate::domain::Environment;

/// Text with placeholders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Template(Vec<Piece>);

/// A piece of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Text that stands as it is.
    Literal(String),
    /// What is filled in, and what is done to it first, in order.
    Slot(What, Vec<Filter>),
}

/// What is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The method.
    Method,
    /// The host, from the address or the header.
    Host,
    /// The address as a whole.
    Url,
    /// The path.
    Path,
    /// What stands after `?`, as it is sent.
    Query,
    /// The body, byte for byte.
    Body,
    /// The time, as the recipe writes it.
    Time,
    /// A value that is new each time.
    Nonce,
    /// A header of the message.
    Header(String),
    /// The headers that are signed, `name:value` and a line break each, by name.
    Headers,
    /// Their names, `a;b;c`.
    HeaderNames,
    /// What a JSON pointer finds in the body.
    Json(String),
    /// The recipe's canonical request.
    Canonical,
    /// A field of the account.
    Account(FieldName),
    /// Another field of the credential that holds the key.
    Field(FieldName),
    /// The signature, encoded.
    Signature,
    /// The string to sign itself: JSON web tokens carry it.
    Text,
    /// The key itself. What is shown has the placeholder in its place.
    Key,
}

/// What is done to a value before it is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// JSON without white space outside of its strings.
    Minified,
    /// No white space at all, not even in JSON's strings.
    NoSpace,
    /// SHA-256 in lower-case hexadecimal.
    Sha256Hex,
    /// Percent-encoding undone; a plus stays one.
    Decoded,
    /// Percent-encoding undone, and a plus is a space.
    FormDecoded,
    /// `k=v` pairs encoded anew as RFC 3986 says; a key alone gets its `=`. `sorted-pairs` is this and the order behind it.
    EncodedPairs,
    /// `k=v` pairs, as they are written, in the order of their bytes.
    SortedPairs,
    /// `/` where there is nothing.
    OrSlash,
    /// ASCII in lower case.
    Lower,
    /// A `?` in front, unless there is nothing.
    QuestionMark,
    /// Backslash escapes taken out, each `\x` as `x`: PHP's `stripcslashes`, where it meets JSON.
    Unescaped,
    /// Base64 for addresses, without padding.
    Base64url,
    /// As a string of JSON, in its quotes.
    JsonString,
    /// A number of seconds later; of what is no number nothing.
    Plus(u32),
    /// 32 hexadecimal digits as a UUID of version 4.
    Uuid,
    /// The first `from` becomes `to`, in this environment or in both.
    Rewrite {
        /// Where; `None`: in both.
        environment: Option<Environment>,
        /// What is looked for.
        from: String,
        /// What takes its place.
        to: String,
    },
}

impl Template {
    /// Parses the text. The error says what is wrong, naming the placeholder.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (head, tail) = rest.split_at(at);
            literal.push_str(head);
            if let Some(after) = tail.strip_prefix("{{").or_else(|| tail.strip_prefix("}}")) {
                literal.push_str(&tail[..1]);
                rest = after;
                continue;
            }
            let inside = tail.strip_prefix('{').and_then(|tail| tail.split_once('}'));
            let Some((inside, after)) = inside else {
                return Err(format!("a brace in `{text}` has no partner; a brace itself is written twice"));
            };
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            pieces.push(slot(inside)?);
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            pieces.push(Piece::Literal(literal));
        }
        Ok(Self(pieces))
    }

    /// Its pieces, in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// A template of these pieces: what diagnosis makes when it alters one.
    pub fn of(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }

    /// What it fills in, in order.
    pub fn fills(&self) -> impl Iterator<Item = &What> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Slot(what, _) => Some(what),
            Piece::Literal(_) => None,
        })
    }
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

fn slot(inside: &str) -> Result<Piece, String> {
    let mut parts = inside.split('|');
    let word = parts.next().unwrap_or_default();
    let what = what(word).ok_or_else(|| format!("unknown placeholder `{{{word}}}`"))?;
    let mut filters = Vec::new();
    for word in parts {
        if word == "sorted-pairs" {
            filters.push(Filter::EncodedPairs);
        }
        filters.push(filter(word).ok_or_else(|| format!("unknown filter `{word}` in `{{{inside}}}`"))?);
    }
    Ok(Piece::Slot(what, filters))
}

fn what(word: &str) -> Option<What> {
    Some(match word.split_once('.') {
        Some(("header", name)) if !name.is_empty() => What::Header(name.into()),
        Some(("json", pointer)) if pointer.starts_with('/') => What::Json(pointer.into()),
        Some(("account", name)) => What::Account(FieldName::new(name).ok()?),
        Some(("field", name)) => What::Field(FieldName::new(name).ok()?),
        Some(_) => return None,
        None => match word {
            "method" => What::Method,
            "host" => What::Host,
            "url" => What::Url,
            "path" => What::Path,
            "headers" => What::Headers,
            "header-names" => What::HeaderNames,
            "canonical" => What::Canonical,
            "query" => What::Query,
            "body" => What::Body,
            "time" => What::Time,
            "nonce" => What::Nonce,
            "signature" => What::Signature,
            "text" => What::Text,
            "key" => What::Key,
            _ => return None,
        },
    })
}

fn filter(word: &str) -> Option<Filter> {
    Some(match word {
        "minified" => Filter::Minified,
        "no-space" => Filter::NoSpace,
        "sha256-hex" => Filter::Sha256Hex,
        "decoded" => Filter::Decoded,
        "form-decoded" => Filter::FormDecoded,
        "sorted-pairs" => Filter::SortedPairs,
        "or-slash" => Filter::OrSlash,
        "lower" => Filter::Lower,
        "question-mark" => Filter::QuestionMark,
        "unescaped" => Filter::Unescaped,
        "base64url" => Filter::Base64url,
        "json-string" => Filter::JsonString,
        "uuid" => Filter::Uuid,
        _ if word.starts_with("plus:") => Filter::Plus(word.strip_prefix("plus:")?.parse().ok()?),
        _ => {
            let (from, to) = word.split_once("=>")?;
            let (environment, from) = match from.split_once(':') {
                Some((environment, from)) => (Some(environment.parse().ok()?), from),
                None => (None, from),
            };
            if from.is_empty() {
                return None;
            }
            Filter::Rewrite { environment, from: from.into(), to: to.into() }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_literals_and_slots() {
        let template = Template::parse("v={account.client_id}.{{x}}").unwrap();
        assert_eq!(
            template.pieces(),
            [
                Piece::Literal("v=".into()),
                Piece::Slot(What::Account(FieldName::new("client_id").unwrap()), vec![]),
                Piece::Literal(".{x}".into()),
            ]
        );
    }

    #[test]
    fn a_path_can_be_rewritten_in_one_environment() {
        let template = Template::parse("{path|sandbox:/a=>/b}").unwrap();
        let rewrite = Filter::Rewrite { environment: Some(Environment::Sandbox), from: "/a".into(), to: "/b".into() };
        assert_eq!(template.pieces(), [Piece::Slot(What::Path, vec![rewrite])]);
    }

    #[test]
    fn what_is_not_known_is_refused_and_named() {
        assert_eq!(Template::parse("{bdy}").unwrap_err(), "unknown placeholder `{bdy}`");
        assert_eq!(Template::parse("{body|mini}").unwrap_err(), "unknown filter `mini` in `{body|mini}`");
        assert!(Template::parse("{path|stage:/a=>/b}").is_err());
        for broken in ["{", "}", "a{b", "{body}}", "{{body}"] {
            assert!(Template::parse(broken).is_err(), "{broken}");
        }
    }
}
