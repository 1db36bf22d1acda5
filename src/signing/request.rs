//! A call of a provider's file as the request that it is: what the OAuth 2.0 token calls send. Nothing here sends it.

use std::collections::BTreeMap;

use super::SignError;
use super::coding::{form_encode, json_string};
use crate::domain::provider::{Address, Call, Piece, Template, What};
use crate::secret::{SecretBytes, SecretText};

/// A request with its secrets in it.
#[derive(Debug)]
pub struct Request {
    /// `GET`, `POST`.
    pub method: &'static str,
    /// The address as a whole; no secret stands in it.
    pub url: String,
    /// Headers, in order; what the body is stands among them.
    pub headers: Vec<(String, SecretText)>,
    /// The body, byte for byte.
    pub body: SecretBytes,
}

impl Request {
    /// Where it goes: host and port, as the address has them.
    pub fn host(&self) -> &str {
        Address::of(&self.url).map_or("the host", |address| address.host)
    }
}

/// The request that a call makes of a credential's fields. `host` is the address of a host that the file names, without a path
/// of the call's; `field` gives a field's value.
pub fn request(
    call: &Call,
    host: &str,
    account: &BTreeMap<String, String>,
    field: &dyn Fn(&str) -> Option<SecretBytes>,
) -> Result<Request, SignError> {
    let fill = |template: &Template| filled(template, account, field);
    let path = fill(&call.path)?;
    let url = format!("{}{}", host.trim_end_matches('/'), String::from_utf8_lossy(path.expose()));
    let mut headers = Vec::new();
    for (name, template) in &call.headers {
        let value = fill(template)?;
        let bad = || SignError::BadHeaderValue { name: name.clone() };
        let text = std::str::from_utf8(value.expose()).map_err(|_| bad())?;
        if text.chars().any(char::is_control) {
            return Err(bad());
        }
        headers.push((name.clone(), SecretText::copied(text)));
    }
    let mut body = Vec::new();
    if !call.form.is_empty() {
        headers.push(("Content-Type".into(), SecretText::copied("application/x-www-form-urlencoded")));
        for (n, (name, template)) in call.form.iter().enumerate() {
            let joint = if n == 0 { "" } else { "&" };
            let value = form_encode(fill(template)?.expose());
            body.extend(format!("{joint}{}={value}", form_encode(name.as_bytes())).into_bytes());
        }
    } else if !call.json.is_empty() {
        headers.push(("Content-Type".into(), SecretText::copied("application/json")));
        for (n, (name, template)) in call.json.iter().enumerate() {
            let joint = if n == 0 { '{' } else { ',' };
            let value = json_string(fill(template)?.expose());
            body.extend(format!("{joint}{}:{value}", json_string(name.as_bytes())).into_bytes());
        }
        body.push(b'}');
    }
    Ok(Request { method: call.method.as_str(), url, headers, body: SecretBytes::new(body) })
}

fn filled(
    template: &Template,
    account: &BTreeMap<String, String>,
    field: &dyn Fn(&str) -> Option<SecretBytes>,
) -> Result<SecretBytes, SignError> {
    let mut out = Vec::new();
    for piece in template.pieces() {
        match piece {
            Piece::Literal(text) => out.extend(text.as_bytes()),
            Piece::Slot(What::Account(name), _) => {
                let value = account.get(name.as_str()).filter(|value| !value.is_empty());
                out.extend(value.ok_or_else(|| SignError::NoAccountField { name: name.to_string() })?.as_bytes());
            }
            Piece::Slot(What::Field(name), _) => {
                let value = field(name).filter(|value| !value.expose().is_empty());
                out.extend(value.ok_or_else(|| SignError::NoField { name: name.to_string() })?.expose());
            }
            // Lint lets nothing else into a call.
            Piece::Slot(..) => {}
        }
    }
    Ok(SecretBytes::new(out))
}
