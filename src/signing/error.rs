//! Why no signature could be made or checked.

use std::fmt;

use crate::error::{Exit, Explain};
use crate::keys::KeyError;

/// Why no signature could be made or checked. It never quotes a secret or a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignError {
    /// The recipe fills in a field of the account that has no value.
    NoAccountField {
        /// Its name.
        name: String,
    },
    /// The recipe fills in a public field of the credential that has no value.
    NoField {
        /// Its name.
        name: String,
    },
    /// The message lacks a header that is signed.
    NoHeader {
        /// Its name.
        name: String,
    },
    /// A header that is signed stands there twice.
    TwiceHeader {
        /// Its name.
        name: String,
    },
    /// A header of the message is not the account's or the credential's own value, which is signed.
    OtherValue {
        /// The header.
        name: String,
    },
    /// The message is a response, and nobody told its request.
    NoRequest {
        /// What is missing: `method` or `path`.
        part: &'static str,
    },
    /// The host is filled in, and nobody told it.
    NoHost,
    /// A new value is filled in, and there is none.
    NoNonce,
    /// The message has no time, and none was given.
    NoTime {
        /// The header where it is looked for.
        header: Option<String>,
    },
    /// A time that the recipe does not write so.
    BadTime {
        /// The header where it stands; `None`: it was given alone.
        header: Option<String>,
        /// How it is written; `None`: in no way that is known.
        is: Option<&'static str>,
        /// What it may look like.
        formats: String,
    },
    /// The body is minified, but is no JSON.
    NoJson {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// A line break or control character in what goes into a header.
    BadHeaderValue {
        /// The header.
        name: String,
    },
    /// The key's text is not what the recipe reads.
    BadKey {
        /// What it has to be: `hexadecimal`, `base64`, `base64 after whsec_`.
        wanted: String,
    },
    /// The key has no bytes.
    EmptyKey,
    /// The key can't be read as an RSA key.
    Rsa(KeyError),
    /// A secret key where an RSA key is needed, or the other way about.
    KeyKind,
    /// The RSA key is too short for the algorithm, or refused to work.
    Failed,
    /// The signature's header is missing.
    NoSignature {
        /// Its name.
        header: String,
    },
    /// The signature can't be read.
    BadSignature {
        /// The header's name; `None`: it was given alone.
        header: Option<String>,
        /// What is wrong with it.
        why: String,
    },
    /// The recipe puts its signature into no header.
    Nowhere,
    /// The recipe signs nothing, it sends the key: there is nothing to make an example of.
    SendsTheKey,
    /// What is signed is no text, so that no example can have it.
    NoText,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAccountField { name } => {
                write!(f, "the recipe needs the account's field `{name}`, which has no value")
            }
            Self::NoField { name } => write!(f, "the recipe needs the credential's field `{name}`, which has no value"),
            Self::NoHeader { name } => write!(f, "the recipe signs the header {name}, which the message lacks"),
            Self::TwiceHeader { name } => write!(f, "the header {name} stands in the message twice"),
            Self::OtherValue { name } => {
                write!(f, "the header {name} has another value than the account's or credential's own, which is signed")
            }
            Self::NoRequest { part } => {
                write!(f, "the recipe needs the {part} of the request, which the message does not tell")
            }
            Self::NoHost => f.write_str("the recipe needs the host, which neither the address nor a header tells"),
            Self::NoNonce => f.write_str("the recipe needs a nonce"),
            Self::NoTime { header: Some(header) } => {
                write!(f, "the message has no time: the header {header} is missing")
            }
            Self::NoTime { header: None } => f.write_str("the message has no time"),
            Self::BadTime { header, is, formats } => {
                let place = header.as_ref().map_or_else(|| "that was given".to_owned(), |name| format!("in {name}"));
                match is {
                    Some(is) => write!(f, "the time {place} is written {is}; the recipe has it {formats}"),
                    None => write!(f, "the time {place} is no time that is known; the recipe has it {formats}"),
                }
            }
            Self::NoJson { line, column } => {
                write!(
                    f,
                    "the body is no JSON, from line {line}, column {column} on; the recipe signs JSON without white space"
                )
            }
            Self::BadHeaderValue { name } => {
                write!(f, "what goes into the header {name} has a line break or control character")
            }
            Self::BadKey { wanted } => write!(f, "the key does not fit the recipe: it is not {wanted}"),
            Self::EmptyKey => f.write_str("the key is empty: what it signs, anybody can sign"),
            Self::Rsa(error) => write!(f, "the key does not fit the recipe: {error}"),
            Self::KeyKind => f.write_str("the key does not fit the recipe's algorithm"),
            Self::Failed => f.write_str("the RSA key could not sign: it is too short or damaged"),
            Self::NoSignature { header } => write!(f, "the message has no signature: the header {header} is missing"),
            Self::BadSignature { header: None, why } => write!(f, "the given signature can't be read: {why}"),
            Self::BadSignature { header: Some(header), why } => {
                write!(f, "the signature in the header {header} can't be read: {why}")
            }
            Self::SendsTheKey => {
                f.write_str("the recipe sends the key itself: there is no signature to make an example of")
            }
            Self::NoText => f.write_str("what is signed is no text, so no example can show it"),
            Self::Nowhere => {
                f.write_str("the recipe puts its signature into no header, so none can be found in a message")
            }
        }
    }
}

impl std::error::Error for SignError {}

impl Explain for SignError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoAccountField { name } => format!("fill it in: paykeep account set ACCOUNT {name}=…"),
            Self::NoField { name } => format!("store it with the version: paykeep add REF --field {name}"),
            Self::NoHeader { .. } => "give the message with all of its headers, or --header 'Name: value'".into(),
            Self::TwiceHeader { .. } => "give it once: the other side would choose one of them".into(),
            Self::OtherValue { .. } => "take it out of the message, or correct what is stored".into(),
            Self::NoRequest { .. } => "a response says nothing of its request: give --method and --url".into(),
            Self::NoHost => "give --url https://…, or the header Host".into(),
            Self::NoNonce => "give one with --nonce".into(),
            Self::NoTime { .. } => "give it with --timestamp, written as the message has it".into(),
            Self::BadTime { .. } => "seconds have 10 digits, milliseconds 13".into(),
            Self::NoJson { .. } => "is it cut off, or a file upload? those are not signed this way".into(),
            Self::BadKey { .. } | Self::KeyKind => {
                "another recipe may be meant (--recipe), or another field's value is stored here".into()
            }
            Self::EmptyKey => "it was cut off when it was copied: put the whole value in its place".into(),
            Self::Rsa(error) => return error.hint(),
            Self::NoSignature { .. } => "give the message with its headers, or --expect-signature".into(),
            Self::BadSignature { .. } => "copy it as a whole, as the other side wrote it".into(),
            Self::Nowhere => "give the signature with --expect-signature".into(),
            Self::BadHeaderValue { .. } | Self::Failed | Self::SendsTheKey | Self::NoText => return None,
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Failed => Exit::Failed,
            Self::BadSignature { .. } => Exit::No,
            _ => Exit::Usage,
        }
    }
}

impl From<KeyError> for SignError {
    fn from(error: KeyError) -> Self {
        Self::Rsa(error)
    }
}
