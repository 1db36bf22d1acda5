//! From a provider's file to a checked provider.

mod call;
mod credential;
mod flow;
mod recipe;

use sha2::{Digest, Sha256};

use super::error::CatalogError;
use super::finding::{Finding, Wrong, syntax};
use super::{MAX_FILE_BYTES, raw};
use crate::domain::provider::{
    AccountField, Choice, EnvironmentSpec, Fact, FieldName, Host, Id, Link, Matcher, Origin, Provider, Shape, Source,
    Stated, Sure, Target,
};
use crate::domain::{Environment, clean, hex};

/// Reads one file. What is refused here could not be used; what merely looks wrong is lint's to say.
pub(super) fn read(file: &str, text: &str, origin: Origin) -> Result<Provider, CatalogError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(CatalogError::TooBig { file: clean(file).into_owned() });
    }
    parse(text, origin).map_err(|finding| CatalogError::wrong(file, finding))
}

/// The same without the file's name.
pub(super) fn parse(text: &str, origin: Origin) -> Result<Provider, Finding> {
    let raw: raw::Provider = toml::from_str(text).map_err(|error| syntax(text, &error))?;
    provider(raw, origin, hex(&Sha256::digest(text.as_bytes()))).map_err(|wrong| wrong.locate(text))
}

fn provider(raw: raw::Provider, origin: Origin, digest: String) -> Result<Provider, Wrong> {
    if raw.schema != SCHEMA {
        let message = format!("`schema` is {}, this paykeep reads {SCHEMA}", raw.schema);
        return Err(Wrong::error("schema", message));
    }
    let mut provider = Provider {
        id: raw.id,
        name: raw.name.0,
        origin,
        digest,
        foreign: lines(raw.foreign),
        sources: raw.sources.0.into_iter().map(source).collect(),
        environments: raw.environments.0.into_iter().map(environment).collect(),
        hosts: raw.hosts.into_iter().map(host).collect(),
        links: raw.links.into_iter().map(link).collect(),
        account: raw.account.0.into_iter().map(account_field).collect(),
        credentials: Vec::new(),
        shapes: Vec::new(),
        flows: Vec::new(),
        recipes: recipe::recipes(raw.recipes.0)?,
        calls: raw.calls.0.into_iter().map(call::call).collect(),
    };
    for (id, spec) in raw.credentials.0 {
        provider.credentials.push(credential::credential(id, spec)?);
    }
    for (n, spec) in raw.shapes.into_iter().enumerate() {
        let shape = shape(&format!("shapes/{n}"), spec, &provider)?;
        provider.shapes.push(shape);
    }
    for (n, spec) in raw.flows.into_iter().enumerate() {
        provider.flows.push(flow::flow(&format!("flows/{n}"), spec)?);
    }
    Ok(provider)
}

fn source((id, raw): (Id, raw::Source)) -> Source {
    Source { id, title: raw.title.0, url: line(raw.url), commit: line(raw.commit), read: raw.read.0 }
}

fn environment((environment, raw): (Environment, raw::EnvironmentSpec)) -> EnvironmentSpec {
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

fn shape(path: &str, raw: raw::Shape, provider: &Provider) -> Result<Shape, Wrong> {
    let matcher = match (raw.pattern(), raw.der) {
        (Some(pattern), None) => Matcher::Pattern(pattern),
        (None, Some(der)) => Matcher::Der(der),
        _ => return Err(Wrong::error(path, format!("the shape of `{}` needs either `pattern` or `der`", raw.field))),
    };
    let known = match &raw.field {
        Target::Account(name) => provider.account_field(name).map(|field| (field.names.clone(), field.env.clone())),
        Target::Credential { id, field } => provider.credential(id).and_then(|spec| {
            let field = spec.field(field)?;
            Some((field.names.clone(), Some(provider.env_name(spec, field))))
        }),
    };
    let Some((field_names, env)) = known else {
        let message = format!("`field` is `{}`, which the file does not have", raw.field);
        return Err(Wrong::error(format!("{path}/field"), message));
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
        fact: Fact::new(raw.source, raw.sure),
    })
}

fn stated<T>(value: T, source: Option<Id>, sure: Option<Sure>) -> Stated<T> {
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
