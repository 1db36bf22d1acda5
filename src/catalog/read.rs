//! From a provider's file to a checked provider.

use sha2::{Digest, Sha256};

use super::error::CatalogError;
use super::{MAX_FILE_BYTES, raw};
use crate::domain::Kind;
use crate::domain::provider::{
    AccountField, Advice, Choice, ClientSide, CredentialSpec, EnvironmentSpec, Fact, FieldName, FieldSpec, Host, Id,
    Keys, Link, Matcher, Origin, Provider, Revoke, Shape, Source, Stated, Target,
};

/// Reads one file. What is refused here could not be used; what merely looks wrong is lint's to say.
pub(super) fn read(file: &str, text: &str, origin: Origin) -> Result<Provider, CatalogError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(CatalogError::TooBig { file: file.into() });
    }
    let raw: raw::Provider = toml::from_str(text).map_err(|error| syntax(file, text, &error))?;
    provider(raw, origin, digest(text)).map_err(|message| CatalogError::Wrong {
        file: file.into(),
        line: 0,
        message,
        hint: None,
    })
}

fn syntax(file: &str, text: &str, error: &toml::de::Error) -> CatalogError {
    let line = error.span().map_or(0, |span| line_at(text, span.start));
    CatalogError::Wrong { file: file.into(), line, message: error.message().to_owned(), hint: None }
}

/// The line of a byte, counted from 1.
pub(super) fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

fn digest(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn provider(raw: raw::Provider, origin: Origin, digest: String) -> Result<Provider, String> {
    if raw.schema != SCHEMA {
        return Err(format!("`schema` is {}, this paykeep reads {SCHEMA}", raw.schema));
    }
    let mut provider = Provider {
        id: raw.id,
        name: raw.name.0,
        status: raw.status,
        origin,
        digest,
        sources: raw.sources.0.into_iter().map(source).collect(),
        environments: raw.environments.0.into_iter().map(environment).collect(),
        hosts: raw.hosts.into_iter().map(host).collect(),
        links: raw.links.into_iter().map(link).collect(),
        account: raw.account.0.into_iter().map(account_field).collect(),
        credentials: Vec::new(),
        shapes: Vec::new(),
    };
    for (id, spec) in raw.credentials.0 {
        provider.credentials.push(credential(id, spec)?);
    }
    for spec in raw.shapes {
        let shape = shape(spec, &provider)?;
        provider.shapes.push(shape);
    }
    Ok(provider)
}

fn source((id, raw): (Id, raw::Source)) -> Source {
    Source { id, title: raw.title.0, url: line(raw.url), commit: line(raw.commit), read: raw.read.0 }
}

fn environment((environment, raw): (crate::domain::Environment, raw::EnvironmentSpec)) -> EnvironmentSpec {
    let fact = Fact::new(raw.source, raw.sure);
    EnvironmentSpec { environment, words: lines(raw.words), stages: lines(raw.stages), fact }
}

fn host(raw: raw::Host) -> Host {
    Host {
        serves: raw.serves,
        environment: raw.environment,
        stage: line(raw.stage),
        region: line(raw.region),
        url: raw.url.0,
        fact: Fact::new(raw.source, raw.sure),
    }
}

fn link(raw: raw::Link) -> Link {
    Link {
        id: raw.id,
        place: raw.place.0,
        url: line(raw.url),
        environment: raw.environment,
        region: line(raw.region),
        fact: Fact::new(raw.source, raw.sure),
    }
}

fn account_field((name, raw): (FieldName, raw::AccountField)) -> AccountField {
    let choice = |choice| match choice {
        raw::Choice::Word(raw::Text(word)) => Choice { label: word.clone(), value: word },
        raw::Choice::Labelled(choice) => Choice { value: choice.value.0, label: choice.label.0 },
    };
    AccountField {
        name,
        label: raw.label.0,
        help: line(raw.help),
        choices: raw.choices.into_iter().map(choice).collect(),
        needed_by: raw.needed_by,
        required: raw.required,
        env: line(raw.env),
        names: lines(raw.names),
        fact: Fact::new(raw.source, raw.sure),
    }
}

fn credential(id: Id, raw: raw::Credential) -> Result<CredentialSpec, String> {
    let kind = match raw.kind {
        Some(kind) => kind,
        None => id.parse::<Kind>().map_err(|()| format!("`credentials.{id}` is no kind's word: it needs `kind`"))?,
    };
    Ok(CredentialSpec {
        kind,
        title: line(raw.title).unwrap_or_else(|| kind.as_str().replace('-', " ")),
        name: raw.name.unwrap_or_else(|| id.clone()),
        fields: fields(kind, raw.fields.0),
        forms: raw.forms.0,
        rsa_bits: raw.rsa.map(|raw| stated(raw.bits, raw.source, raw.sure)),
        client_side: raw.client_side.unwrap_or(if kind == Kind::PublishableKey || kind == Kind::ClientSecret {
            ClientSide::Allowed
        } else {
            ClientSide::Never
        }),
        advice: raw.advice.into_iter().map(advice).collect(),
        sent_as: raw.sent_as.map(|raw| stated(raw.words.0, raw.source, raw.sure)),
        shown_once: raw.shown_once.map(|raw| stated(raw.value, raw.source, raw.sure)),
        coexistence: raw.coexistence.map(|raw| stated(keys(raw.keys), raw.source, raw.sure)),
        rotate_every_days: raw.rotate_every.map(|raw| stated(raw.days, raw.source, raw.sure)),
        lifetime_s: raw.lifetime.map(|raw| stated(raw.seconds, raw.source, raw.sure)),
        revoke: raw.revoke.map(|raw| {
            stated(Revoke { immediate: raw.immediate, irreversible: raw.irreversible }, raw.source, raw.sure)
        }),
        needs_approval: raw.needs_approval,
        renewed_by: raw.renewed_by.map(|raw| stated(raw.by, raw.source, raw.sure)),
        fact: Fact::new(raw.source, raw.sure),
        id,
    })
}

/// The fields that the file names, else those that the kind usually has.
fn fields(kind: Kind, named: Vec<(FieldName, raw::Field)>) -> Vec<FieldSpec> {
    let usual = kind.usual_fields();
    let named = if named.is_empty() {
        let usual = usual.iter().filter_map(|(name, _)| FieldName::new(name).ok());
        usual.map(|name| (name, raw::Field::default())).collect()
    } else {
        named
    };
    let field = |(name, raw): (FieldName, raw::Field)| FieldSpec {
        label: line(raw.label).unwrap_or_else(|| name.replace('_', " ")),
        // What nobody calls public is kept secret.
        secret: raw.secret.unwrap_or_else(|| usual.iter().find(|(usual, _)| name == *usual).is_none_or(|(_, s)| *s)),
        required: raw.required.unwrap_or(true),
        env: line(raw.env),
        form: raw.form,
        names: lines(raw.names),
        fact: Fact::new(raw.source, raw.sure),
        name,
    };
    named.into_iter().map(field).collect()
}

fn keys(raw: raw::KeyCount) -> Keys {
    match raw {
        raw::KeyCount::Word(raw::KeyWord::One) | raw::KeyCount::Number(0 | 1) => Keys::One,
        raw::KeyCount::Word(raw::KeyWord::Many) => Keys::Many,
        raw::KeyCount::Number(n) => Keys::Number(n),
    }
}

fn advice(raw: raw::Advice) -> Advice {
    Advice { title: raw.title.0, text: raw.text.0, fact: Fact::new(raw.source, raw.sure) }
}

fn shape(raw: raw::Shape, provider: &Provider) -> Result<Shape, String> {
    let matcher = match (raw.pattern(), raw.der) {
        (Some(pattern), None) => Matcher::Pattern(pattern),
        (None, Some(der)) => Matcher::Der(der),
        _ => return Err(format!("the shape of `{}` needs either `pattern` or `der`", raw.field)),
    };
    let known = match &raw.field {
        Target::Account(name) => provider.account_field(name).map(|field| (field.names.clone(), field.env.clone())),
        Target::Credential { id, field } => provider.credential(id).and_then(|spec| {
            let field = spec.field(field)?;
            Some((field.names.clone(), Some(provider.env_name(spec, field))))
        }),
    };
    let Some((field_names, env)) = known else {
        return Err(format!("a shape speaks of `{}`, which the file does not have", raw.field));
    };
    let names = lines(raw.names).into_iter().chain(field_names).chain(env).collect();
    Ok(Shape {
        target: raw.field,
        matcher,
        environment: raw.environment,
        strength: raw.strength,
        prefix: line(raw.prefix),
        because: lines(raw.because),
        names,
        hosts: lines(raw.hosts),
        fact: Fact::new(raw.source, raw.sure),
    })
}

fn stated<T>(value: T, source: Option<Id>, sure: Option<crate::domain::provider::Sure>) -> Stated<T> {
    Stated { value, fact: Fact::new(source, sure) }
}

fn line(text: Option<raw::Text>) -> Option<String> {
    text.map(|text| text.0)
}

fn lines(texts: Vec<raw::Text>) -> Vec<String> {
    texts.into_iter().map(|text| text.0).collect()
}

/// The version of the file format that this program reads.
const SCHEMA: u32 = 1;
