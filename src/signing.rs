//! Signatures by recipe: a message and a key in, the string to sign, the signature and the headers out; and back.
//!
//! A recipe is data ([`Recipe`]); this is its interpreter and knows no provider. The clock, the random generator and the key are
//! arguments. Vectors that a provider's file carries are run by [`run_vector`], mistakes are looked for by [`explain`].

mod answer;
mod check;
mod coding;
mod compose;
mod error;
mod example;
mod explain;
mod headers;
mod jws;
mod key;
mod make;
mod mistaken;
mod mistakes;
mod request;
mod time;
mod vectors;
pub mod written;

use std::collections::BTreeMap;

pub use answer::{Answer, AnswerError, Token, token};
pub use check::{Candidate, Fit, Verdict, signature_texts, verify};
pub use error::SignError;
pub use example::{Example, ExampleMessage};
pub use explain::{Cause, Difference, Expected, MAX_BODY_OF_PAIRS, difference, explain};
pub use key::Key;
pub use make::{Signed, sign, string_to_sign};
pub use mistaken::Mistaken;
pub use mistakes::known_mistakes;
pub use request::{Request, request};
pub use vectors::run_vector;

use crate::domain::Environment;
use crate::domain::provider::{Algorithm, Recipe};

/// What is signed, or what came with a signature.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// `GET`, `POST`. `None`: a response, whose request nobody told.
    pub method: Option<String>,
    /// The status of a response, where its first line stands there. `None`: it may as well be what was sent.
    pub status: Option<u16>,
    /// `https://`, where an address said so.
    pub scheme: Option<String>,
    /// The host, from the address or the header `Host`.
    pub host: Option<String>,
    /// The path as it stands in the request line, with its leading slash.
    pub path: Option<String>,
    /// What stands after `?`, as it is sent. `Some("")`: the question mark alone.
    pub query: Option<String>,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Message {
    /// The header of this name, without regard to case. One that stands there twice is refused: which of the two counts?
    pub fn header(&self, name: &str) -> Result<Option<&str>, SignError> {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(SignError::TwiceHeader { name: name.to_owned() }),
            (first, _) => Ok(first.map(|(_, value)| value.as_str())),
        }
    }

    /// Sets its address: `https://host/path?query`, the same without `https://`, as browsers and curl take it, or a path alone.
    pub fn set_url(&mut self, url: &str) {
        let url = url.split('#').next().unwrap_or_default();
        let (scheme, rest) = match split_scheme(url) {
            Some((scheme, rest)) => (Some(scheme.to_ascii_lowercase()), Some(rest)),
            None => (None, (!url.is_empty() && !url.starts_with(['/', '?'])).then_some(url)),
        };
        let rest = match rest {
            Some(rest) => {
                self.scheme = scheme;
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                let (host, rest) = rest.split_at(end);
                // What stands before `@` is a name and password: never part of what is signed.
                self.host = Some(host.rsplit('@').next().unwrap_or_default().to_ascii_lowercase());
                rest
            }
            None => url,
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query.to_owned())),
            None => (rest, None),
        };
        self.path = Some(if path.is_empty() { "/".into() } else { path.to_owned() });
        self.query = query;
    }
}

/// `https` and what stands behind its `://`; `None`: the address has no scheme, though one may stand in its query.
fn split_scheme(url: &str) -> Option<(&str, &str)> {
    url.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?']))
}

/// What else a recipe fills in.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The environment of the credential: paths can be rewritten in one of them.
    pub environment: Environment,
    /// The account's fields.
    pub account: &'a BTreeMap<String, String>,
    /// The public fields of the version that holds the key.
    pub fields: &'a BTreeMap<String, String>,
    /// The time as the message writes it. `None`: what the message's own header says.
    pub time: Option<String>,
    /// A value that is new each time.
    pub nonce: Option<String>,
}

/// Whether what the recipe gives is the secret itself, and not a signature that may be seen.
pub fn reveals_the_key(recipe: &Recipe) -> bool {
    recipe.sign.algorithm == Algorithm::Token
}
