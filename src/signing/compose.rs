//! The text that a recipe's templates make of a message.

use std::borrow::Cow;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};

use super::coding::{encoded_pairs, hex, json_string, minified, percent_decode, sorted_pairs, unescaped, uuid};
use super::{Context, Key, Message, SignError};
use crate::domain::provider::{Filter, Piece, Recipe, Template, What};

/// Fills in templates.
pub(super) struct Composer<'a> {
    pub(super) recipe: &'a Recipe,
    pub(super) message: &'a Message,
    pub(super) context: &'a Context<'a>,
    /// The signature, once there is one: for the headers.
    pub(super) signature: Option<&'a str>,
    /// The list of signed headers that the message itself gives.
    pub(super) listed: Option<Vec<String>>,
    /// The string to sign, once there is one: for the headers.
    pub(super) text: Option<&'a [u8]>,
    /// The key, for what is hashed or sent with it. `None`: the placeholder stands in its place.
    pub(super) key: Option<&'a [u8]>,
}

impl<'a> Composer<'a> {
    /// One that has no signature yet and shows no key.
    pub(super) fn new(recipe: &'a Recipe, message: &'a Message, context: &'a Context<'a>) -> Self {
        Self { recipe, message, context, signature: None, listed: None, text: None, key: None }
    }

    /// The same with the key.
    pub(super) fn with_key(&self, key: &'a Key) -> Self {
        let key = match key {
            Key::Shared(key) => Some(key.expose()),
            Key::Private(_) | Key::Public(_) => None,
        };
        Self { key, listed: self.listed.clone(), ..*self }
    }

    /// These templates one after the other.
    pub(super) fn all(&self, templates: &[Template]) -> Result<Vec<u8>, SignError> {
        let mut text = Vec::new();
        for template in templates {
            text.extend(self.one(template)?);
        }
        Ok(text)
    }

    /// This template.
    pub(super) fn one(&self, template: &Template) -> Result<Vec<u8>, SignError> {
        let mut text = Vec::new();
        for piece in template.pieces() {
            match piece {
                Piece::Literal(literal) => text.extend(literal.as_bytes()),
                Piece::Slot(what, filters) => {
                    let mut value = self.fill(what)?;
                    for filter in filters {
                        value = self.filtered(filter, value)?;
                    }
                    text.extend(value.iter());
                }
            }
        }
        Ok(text)
    }

    fn fill(&self, what: &What) -> Result<Cow<'_, [u8]>, SignError> {
        let message = self.message;
        let lent = |text: &'_ str| Cow::Owned(text.as_bytes().to_vec());
        Ok(match what {
            What::Method => lent(message.method.as_deref().ok_or(SignError::NoRequest { part: "method" })?),
            What::Path => lent(self.path()?),
            What::Query => lent(message.query.as_deref().unwrap_or_default()),
            What::Body => Cow::Borrowed(&message.body),
            What::Host => lent(self.host()?),
            What::Url => {
                let scheme = message.scheme.as_deref().unwrap_or("https");
                let query = message.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
                lent(&format!("{scheme}://{}{}{query}", self.host()?, self.path()?))
            }
            What::Time => lent(&self.time()?),
            What::Nonce => lent(self.context.nonce.as_deref().ok_or(SignError::NoNonce)?),
            What::Header(name) => lent(&self.header(name)?.ok_or(SignError::NoHeader { name: name.clone() })?),
            What::Account(name) => {
                let value = self.context.account.get(name.as_str()).filter(|value| !value.is_empty());
                lent(value.ok_or_else(|| SignError::NoAccountField { name: name.to_string() })?)
            }
            What::Field(name) => {
                let value = self.context.fields.get(name.as_str()).filter(|value| !value.is_empty());
                lent(value.ok_or_else(|| SignError::NoField { name: name.to_string() })?)
            }
            What::Headers => Cow::Owned(self.headers()?),
            What::HeaderNames => lent(&self.names()?.join(";")),
            What::Json(pointer) => Cow::Owned(self.json(pointer)?),
            What::Canonical => Cow::Owned(self.all(&self.recipe.canonical)?),
            What::Signature => lent(self.signature.unwrap_or_default()),
            What::Text => Cow::Borrowed(self.text.unwrap_or_default()),
            What::Key => Cow::Borrowed(self.key.unwrap_or(KEY_PLACE)),
        })
    }

    fn path(&self) -> Result<&str, SignError> {
        self.message.path.as_deref().ok_or(SignError::NoRequest { part: "path" })
    }

    fn host(&self) -> Result<&str, SignError> {
        match &self.message.host {
            Some(host) => Ok(host),
            None => self.message.header("host")?.ok_or(SignError::NoHost),
        }
    }

    /// The time: what was given, else what the message's header says.
    pub(super) fn time(&self) -> Result<String, SignError> {
        let header = self.recipe.time.as_ref().and_then(|time| time.header.as_deref());
        if let Some(time) = &self.context.time {
            return Ok(time.clone());
        }
        let carried = header.map(|name| self.message.header(name)).transpose()?.flatten();
        carried.map(str::to_owned).ok_or_else(|| SignError::NoTime { header: header.map(str::to_owned) })
    }

    /// A header's value: the time's is the time, another one's what the message has, else what the recipe would send.
    fn header(&self, name: &str) -> Result<Option<String>, SignError> {
        let of_time = self.recipe.time.as_ref().and_then(|time| time.header.as_deref());
        if of_time.is_some_and(|header| header.eq_ignore_ascii_case(name)) && self.context.time.is_some() {
            return self.time().map(Some);
        }
        if let Some(value) = self.message.header(name)? {
            return Ok(Some(value.to_owned()));
        }
        let own = self.recipe.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        match own {
            Some((_, template)) if template.fills().all(|what| !depends_on_headers(what)) => {
                Ok(Some(String::from_utf8_lossy(&self.one(template)?).into_owned()))
            }
            _ => Ok(None),
        }
    }

    /// The names of the headers that are signed, sorted.
    fn names(&self) -> Result<Vec<String>, SignError> {
        if let Some(listed) = &self.listed {
            return Ok(listed.clone());
        }
        let Some(signed) = &self.recipe.signed_headers else { return Ok(Vec::new()) };
        let mut names = signed.names.clone();
        for name in &signed.optional {
            if self.message.header(name)?.is_some() {
                names.push(name.clone());
            }
        }
        names.sort();
        Ok(names)
    }

    fn headers(&self) -> Result<Vec<u8>, SignError> {
        let mut text = Vec::new();
        for name in self.names()? {
            let value = self.header(&name)?.ok_or_else(|| SignError::NoHeader { name: name.clone() })?;
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            text.extend(format!("{name}:{value}\n").into_bytes());
        }
        Ok(text)
    }

    fn json(&self, pointer: &str) -> Result<Vec<u8>, SignError> {
        let json: serde_json::Value = serde_json::from_slice(&self.message.body)
            .map_err(|error| SignError::NoJson { line: error.line(), column: error.column() })?;
        Ok(match json.pointer(pointer) {
            None | Some(serde_json::Value::Null) => Vec::new(),
            Some(serde_json::Value::String(text)) => text.clone().into_bytes(),
            Some(other) => other.to_string().into_bytes(),
        })
    }

    fn filtered<'v>(&self, filter: &Filter, value: Cow<'v, [u8]>) -> Result<Cow<'v, [u8]>, SignError> {
        Ok(match filter {
            Filter::Minified => minified(&value)?.into(),
            Filter::NoSpace => value.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect(),
            Filter::Sha256Hex => hex(&Sha256::digest(&value)).into_bytes().into(),
            Filter::Decoded => percent_decode(&value, false).into(),
            Filter::FormDecoded => percent_decode(&value, true).into(),
            Filter::EncodedPairs => encoded_pairs(&value).into_bytes().into(),
            Filter::SortedPairs => sorted_pairs(&value).into(),
            Filter::QuestionMark if value.is_empty() => value,
            Filter::QuestionMark => [b"?", &*value].concat().into(),
            Filter::OrSlash if value.is_empty() => b"/".to_vec().into(),
            Filter::OrSlash => value,
            Filter::Lower => value.to_ascii_lowercase().into(),
            Filter::Unescaped => unescaped(&value).into(),
            Filter::Base64url => Base64UrlUnpadded::encode_string(&value).into_bytes().into(),
            Filter::JsonString => json_string(&value).into_bytes().into(),
            Filter::Plus(seconds) => later(&value, *seconds).into_bytes().into(),
            Filter::Uuid => uuid(&value).into_bytes().into(),
            Filter::Rewrite { environment, from, to } => {
                if environment.is_some_and(|only| only != self.context.environment) {
                    return Ok(value);
                }
                match value.windows(from.len()).position(|window| window == from.as_bytes()) {
                    Some(at) => [&value[..at], to.as_bytes(), &value[at + from.len()..]].concat().into(),
                    None => value,
                }
            }
        })
    }
}

/// What can't be filled in while the signed headers are being put together.
fn depends_on_headers(what: &What) -> bool {
    matches!(what, What::Signature | What::Text | What::Headers | What::HeaderNames | What::Canonical | What::Header(_))
}

/// The number of seconds, so many later.
fn later(number: &[u8], seconds: u32) -> String {
    let number = std::str::from_utf8(number).ok().and_then(|text| text.parse::<u64>().ok());
    number.map_or_else(String::new, |number| number.saturating_add(seconds.into()).to_string())
}

/// What stands where the key would.
const KEY_PLACE: &[u8] = b"{key}";
