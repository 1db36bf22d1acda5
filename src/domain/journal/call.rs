//! A call as the user runs it: a `curl` that holds no secret, neither as it is printed nor in its arguments while it runs.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Call, Journal};
use crate::domain::provider::{self, CallUse, CredentialSpec, Piece, Provider, Stated, Template, What};
use crate::domain::{Account, Document, Environment, Version};

impl Call {
    /// The command, for a host. `None` where no host fits, or where it would have to be signed: then nothing can be printed that
    /// works as it is.
    pub(super) fn of(provider: &Provider, used: &CallUse, place: Place<'_>) -> Option<Self> {
        let call = provider.call(&used.call)?;
        let curl = curl(provider, call, call.gives.is_none(), "", place)?;
        let statuses =
            |list: &Option<Stated<Vec<u16>>>| list.as_ref().map(|list| list.value.clone()).unwrap_or_default();
        let (alive, dead) = (statuses(&call.alive), statuses(&call.dead));
        let fields: BTreeSet<String> = call
            .templates()
            .flat_map(|(_, template)| template.fills())
            .filter_map(|what| match what {
                What::Field(name) => Some(name.to_string()),
                _ => None,
            })
            .collect();
        let (with, fields) = (used.with.clone(), fields.into_iter().collect());
        Some(Self { curl, with, fields, alive, dead, gives: call.gives.clone(), until: call.until.clone() })
    }

    /// The same to see whether a key works, or that one is `dead`: it prints the status alone, also where the answer holds a value. The
    /// dead one's variables have names of their own: with the new one's value in them it would look refused.
    pub(super) fn probing(provider: &Provider, used: &CallUse, dead: bool, place: Place<'_>) -> Option<Self> {
        let curl = curl(provider, provider.call(&used.call)?, true, if dead { OLD } else { "" }, place)?;
        Some(Self { curl, gives: None, until: None, ..Self::of(provider, used, place)? })
    }

    /// The command with the public fields of its version and of the account filled in. What is not known stands in angle brackets.
    pub fn command(&self, journal: &Journal, document: &Document) -> String {
        let version =
            journal.version(&self.with).and_then(|(credential, version)| document.version(credential, version));
        let account = document.account(journal.account);
        with_values(&self.curl, version, account)
    }
}

/// Environment, stage and region of an account, which choose a host.
type Place<'a> = (Environment, Option<&'a str>, Option<&'a str>);

/// A provider's call as the command that makes it, outside of any flow. `None` where no host fits, or where it would have to be signed.
pub fn command(provider: &Provider, call: &provider::Call, account: &Account, version: &Version) -> Option<String> {
    let field = |name: &str| account.fields.get(name).map(String::as_str);
    let curl = curl(provider, call, call.gives.is_none(), "", (account.environment, field("stage"), field("region")))?;
    Some(with_values(&curl, Some(version), Some(account)))
}

/// The command with its public values left to be filled in; it prints the answer, or the status alone.
fn curl(provider: &Provider, call: &provider::Call, status: bool, suffix: &str, place: Place<'_>) -> Option<String> {
    if call.recipe.is_some() {
        return None;
    }
    let spec = provider.credential(&call.credential)?;
    let (environment, stage, region) = place;
    let host = provider.host(&call.host, environment, stage, region)?;
    let mut secrets = BTreeSet::new();
    let mut fill = |template: &Template, how| written(template, how, (provider, spec, suffix), &mut secrets);
    let status = if status { " -o /dev/null -w '%{http_code}\\n'" } else { "" };
    let mut curl = format!(
        "curl -sS{status} -X {} \"{}{}\"",
        call.method.as_str(),
        in_double_quotes(&host.url),
        fill(&call.path, Quoted::Argument)?
    );
    let (mut open, mut hidden) = (Vec::new(), Vec::new());
    for (option, between, named) in [("header", ": ", &call.headers), ("data-urlencode", "=", &call.form)] {
        for (name, value) in named {
            // What holds a secret goes to curl by a here-document: an argument could be read by every program on the computer.
            let (list, how) =
                if has_secret(value, spec) { (&mut hidden, Quoted::Config) } else { (&mut open, Quoted::Argument) };
            list.push((option, format!("{}{between}{}", how.quote(name), fill(value, how)?)));
        }
    }
    if !call.json.is_empty() {
        let secret = call.json.iter().any(|(_, value)| has_secret(value, spec));
        let (list, how) = if secret { (&mut hidden, Quoted::ConfigJson) } else { (&mut open, Quoted::ArgumentJson) };
        let quote = how.outer().quote("\"");
        let mut members = Vec::new();
        for (name, value) in &call.json {
            members.push(format!("{quote}{}{quote}:{quote}{}{quote}", how.quote(name), fill(value, how)?));
        }
        list.push(("header", "Content-Type: application/json".into()));
        list.push(("data", format!("{{{}}}", members.join(","))));
    }
    for (option, text) in open {
        let _ = write!(curl, " \\\n  --{option} \"{text}\"");
    }
    if !hidden.is_empty() {
        // An empty secret would be refused, and that would look like a dead key: without it nothing is sent.
        let set: Vec<String> = secrets.iter().map(|name| format!("\"${{{name}:?}}\"")).collect();
        curl = format!(": {} && {curl}{HERE}", set.join(" "));
        for (option, text) in hidden {
            let _ = writeln!(curl, "{option} = \"{text}\"");
        }
        curl.push_str("END");
    }
    Some(curl)
}

fn with_values(curl: &str, version: Option<&Version>, account: Option<&Account>) -> String {
    // What stands in the here-document is read by curl's own rules.
    match curl.split_once(HERE) {
        Some((arguments, config)) => {
            let arguments = filled(arguments, Quoted::Argument, version, account);
            arguments + HERE + &filled(config, Quoted::Config, version, account)
        }
        None => filled(curl, Quoted::Argument, version, account),
    }
}

/// What the names of a dead key's variables end with.
const OLD: &str = "_OLD";
/// Begins the here-document that curl reads options from. No line break of a text gets before it: they are left out.
const HERE: &str = " --config - <<END\n";

/// Puts the public values in.
fn filled(curl: &str, how: Quoted, version: Option<&Version>, account: Option<&Account>) -> String {
    let value = |inside: &str| {
        let (how, inside) = match inside.strip_prefix("json.") {
            Some(inside) => (how.json(), inside),
            None => (how, inside),
        };
        let (owner, name) = inside.split_once('.')?;
        let value = match owner {
            "field" => version.and_then(|v| v.fields.get(name)?.value.clone()),
            "account" => account.and_then(|a| a.fields.get(name).cloned()),
            _ => return None,
        };
        Some(how.quote(&value.unwrap_or_else(|| format!("<{name}>"))))
    };
    let mut text = String::new();
    let mut rest = curl;
    while let Some((head, tail)) = rest.split_once('{') {
        text.push_str(head);
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

fn has_secret(template: &Template, spec: &CredentialSpec) -> bool {
    template.fills().any(|what| matches!(what, What::Field(name) if spec.field(name).is_some_and(|field| field.secret)))
}

/// Secrets as variables of the environment, the rest left to be filled in when it is shown.
fn written(
    template: &Template,
    how: Quoted,
    (provider, spec, suffix): (&Provider, &CredentialSpec, &str),
    secrets: &mut BTreeSet<String>,
) -> Option<String> {
    let json = if how.is_json() { "json." } else { "" };
    let mut text = String::new();
    for piece in template.pieces() {
        match piece {
            Piece::Literal(literal) => text.push_str(&how.quote(literal)),
            Piece::Slot(What::Account(name), _) => {
                let _ = write!(text, "{{{json}account.{name}}}");
            }
            Piece::Slot(What::Field(name), _) => {
                let field = spec.field(name)?;
                if field.secret {
                    let name = provider.env_name(spec, field) + suffix;
                    text.push_str(&how.variable(&name)?);
                    secrets.insert(name);
                } else {
                    let _ = write!(text, "{{{json}field.{name}}}");
                }
            }
            Piece::Slot(..) => return None,
        }
    }
    Some(text)
}

/// Between whose quotes a text stands.
#[derive(Clone, Copy)]
enum Quoted {
    /// The shell's, in an argument.
    Argument,
    /// JSON's, in such an argument.
    ArgumentJson,
    /// curl's, in a here-document of the shell.
    Config,
    /// JSON's, between those.
    ConfigJson,
}

impl Quoted {
    fn is_json(self) -> bool {
        matches!(self, Self::ArgumentJson | Self::ConfigJson)
    }

    fn json(self) -> Self {
        match self {
            Self::Argument | Self::ArgumentJson => Self::ArgumentJson,
            Self::Config | Self::ConfigJson => Self::ConfigJson,
        }
    }

    /// The quotes around JSON's.
    fn outer(self) -> Self {
        match self {
            Self::Argument | Self::ArgumentJson => Self::Argument,
            Self::Config | Self::ConfigJson => Self::Config,
        }
    }

    fn quote(self, text: &str) -> String {
        match self {
            Self::Argument => in_double_quotes(text),
            Self::Config => in_here_document(&escaped(text, &['"', '\\'])),
            Self::ArgumentJson | Self::ConfigJson => self.outer().quote(&escaped(text, &['"', '\\'])),
        }
    }

    /// A variable's value, with what means something between those quotes escaped while the command runs. `None` in an argument,
    /// where no secret may stand. `printf` is the shell's own: the value is in no program's arguments.
    fn variable(self, name: &str) -> Option<String> {
        const ESCAPE: &str = r#"s/[\\"]/\\&/g"#;
        let escape = match self {
            Self::Argument | Self::ArgumentJson => return None,
            Self::Config => ESCAPE.to_owned(),
            // JSON takes no tab as it is; not every sed knows one by its letter.
            Self::ConfigJson => format!(r#"{ESCAPE};s/'"$(printf '\t')"'/\\t/g;{ESCAPE}"#),
        };
        Some(format!("$(printf %s \"${name}\" | sed '{escape}')"))
    }
}

/// Text between double quotes of a shell: what would mean something is escaped, and what can't be seen is left out, line breaks too.
fn in_double_quotes(text: &str) -> String {
    escaped(text, &['"', '\\', '$', '`'])
}

/// Text in a here-document of a shell, where quotes mean nothing.
fn in_here_document(text: &str) -> String {
    escaped(text, &['\\', '$', '`'])
}

fn escaped(text: &str, special: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        if special.contains(&c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
