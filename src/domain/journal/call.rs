//! A call as the user runs it: a `curl` that holds no secret, neither as it is printed nor in its arguments while it runs.

use std::fmt::Write as _;

use super::{Call, Journal};
use crate::domain::provider::{CallUse, CredentialSpec, Piece, Provider, Stated, Template, What};
use crate::domain::{Document, Environment};

impl Call {
    /// The command, for a host. `None` where no host fits, or where it would have to be signed: then nothing can be printed that
    /// works as it is.
    pub(super) fn of(
        provider: &Provider,
        used: &CallUse,
        (environment, stage, region): (Environment, Option<&str>, Option<&str>),
    ) -> Option<Self> {
        let call = provider.call(&used.call)?;
        if call.recipe.is_some() {
            return None;
        }
        let spec = provider.credential(&call.credential)?;
        let host = provider.host(&call.host, environment, stage, region)?;
        let fill = |template: &Template| written(template, provider, spec);
        let status = if call.gives.is_none() { " -o /dev/null -w '%{http_code}\\n'" } else { "" };
        let mut curl = format!("curl -sS{status} -X {} \"{}{}\"", call.method.as_str(), host.url, fill(&call.path)?);
        let mut options = Vec::new();
        for (name, value) in &call.headers {
            options.push(("header", format!("{name}: {}", fill(value)?)));
        }
        for (name, value) in &call.form {
            options.push(("data-urlencode", format!("{name}={}", fill(value)?)));
        }
        if !call.json.is_empty() {
            let mut members = Vec::new();
            for (name, value) in &call.json {
                members.push(format!("\\\"{name}\\\":\\\"{}\\\"", fill(value)?));
            }
            options.push(("header", "Content-Type: application/json".into()));
            options.push(("data", format!("{{{}}}", members.join(","))));
        }
        // What holds a secret goes to curl by a here-document: an argument could be read by every program on the computer.
        let (hidden, open): (Vec<_>, Vec<_>) = options.into_iter().partition(|(_, text)| text.contains("${"));
        for (option, text) in open {
            let _ = write!(curl, " \\\n  --{option} \"{text}\"");
        }
        if !hidden.is_empty() {
            curl.push_str(" --config - <<END\n");
            for (option, text) in hidden {
                let _ = writeln!(curl, "{option} = \"{text}\"");
            }
            curl.push_str("END");
        }
        let statuses =
            |list: &Option<Stated<Vec<u16>>>| list.as_ref().map(|list| list.value.clone()).unwrap_or_default();
        let (alive, dead) = (statuses(&call.alive), statuses(&call.dead));
        Some(Self { curl, with: used.with.clone(), alive, dead, gives: call.gives.clone() })
    }

    /// The command with the public fields of its version and of the account filled in. What is not known stands in angle brackets.
    pub fn command(&self, journal: &Journal, document: &Document) -> String {
        let version =
            journal.version(&self.with).and_then(|(credential, version)| document.version(credential, version));
        let account = document.account(journal.account);
        let mut text = String::new();
        let mut rest = self.curl.as_str();
        while let Some((head, tail)) = rest.split_once('{') {
            text.push_str(head);
            let value = |inside: &str| {
                let (owner, name) = inside.split_once('.')?;
                let value = match owner {
                    "field" => version.and_then(|v| v.fields.get(name)?.value.clone()),
                    "account" => account.and_then(|a| a.fields.get(name).cloned()),
                    _ => return None,
                };
                Some(value.map_or_else(|| format!("<{name}>"), |value| in_double_quotes(&value)))
            };
            match tail.split_once('}').and_then(|(inside, after)| Some((value(inside)?, after))) {
                Some((value, after)) => {
                    text.push_str(&value);
                    rest = after;
                }
                None => {
                    text.push('{');
                    rest = tail;
                }
            }
        }
        text.push_str(rest);
        text
    }
}

/// Secrets as variables of the environment, the rest left to be filled in when it is shown.
fn written(template: &Template, provider: &Provider, spec: &CredentialSpec) -> Option<String> {
    let mut text = String::new();
    for piece in template.pieces() {
        match piece {
            Piece::Literal(literal) => text.push_str(&in_double_quotes(literal)),
            Piece::Slot(What::Account(name), _) => {
                let _ = write!(text, "{{account.{name}}}");
            }
            Piece::Slot(What::Field(name), _) => {
                let field = spec.field(name)?;
                let _ = if field.secret {
                    write!(text, "${{{}}}", provider.env_name(spec, field))
                } else {
                    write!(text, "{{field.{name}}}")
                };
            }
            Piece::Slot(..) => return None,
        }
    }
    Some(text)
}

/// Text between double quotes of a shell, or in a here-document between those of curl: what would mean something is escaped.
fn in_double_quotes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '$' | '`') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
