//! What `⏎` will do with the form, what stands in its way, and the change that comes of it.

use std::collections::BTreeMap;

use jiff::SignedDuration;

use crate::app::form::{Field, FieldId, Input};
use crate::app::model::{Add, Finding, Model, Notice, Page, Plan, Then, Tone};
use crate::app::screen::edit::{days_of, words};
use crate::app::status::sentence;
use crate::app::{Candidate, Unlocked, value};
use crate::catalog::Catalog;
use crate::catalog::detect::{self, Chosen};
use crate::domain::provider::{CredentialSpec, KeyForm};
use crate::domain::{self, Change, Document, Environment, NewField, Reference, Slug};
use crate::error::Explain as _;

/// What the values themselves say: contradictions, doubles, shapes that nobody claims.
pub(super) fn look_at_values(add: &mut Add, catalog: &Catalog, unlocked: &Unlocked) {
    let mut about: Vec<(FieldId, Finding)> = Vec::new();
    let mut say = |id: &FieldId, tone, text: String| about.push((id.clone(), Finding { tone, text }));
    let first = add.form.fields.first().map(|f| f.id.clone());
    let environment = add.form.text(&FieldId::Environment).parse::<Environment>();
    let spec = spec(add, catalog);
    let mut contradiction = None;
    let mut has_value = false;
    for field in &add.form.fields {
        let (FieldId::Value(name), Some(value)) = (&field.id, field.value()) else { continue };
        if value.is_empty() {
            continue;
        }
        has_value = true;
        let held = value::bytes(value);
        if let (Some(spec), Ok(environment)) = (spec, environment) {
            let provider = add.form.text(&FieldId::Provider);
            let credential = Some(spec.id.as_str());
            let chosen = Chosen { provider, credential, kind: spec.kind, environment, field: name };
            if let Some(found) = detect::contradiction(catalog, &held, &chosen) {
                let text = format!("{found} Change what is chosen, or ctrl-o overrules.");
                say(&field.id, Tone::Error, text);
                contradiction.get_or_insert(found.to_string());
            }
        }
        if matches!(&field.input, Input::Secret(v) if !v.secret && !v.input.visible) {
            let words = "Hidden while it may be a secret: ctrl-d takes it for one, ctrl-r here shows it.";
            say(&field.id, Tone::Plain, words.into());
        }
        let secret = matches!(&field.input, Input::Secret(v) if v.secret);
        if let Some(known) = value::whose(unlocked, &held).filter(|_| secret) {
            let is_half = name != "private_key" && known.field.as_deref() == Some("private_key");
            let what = if is_half { "is the other half of this" } else { "has this value already" };
            say(&field.id, Tone::Warning, format!("{known} {what}."));
        }
    }
    if let (None, Some(spec), Ok(chosen)) = (&contradiction, spec, environment)
        && let Some(told) = told_beside(add, spec).filter(|told| *told != chosen)
    {
        let words = format!("What it was pasted with says {told}.");
        say(&FieldId::Environment, Tone::Error, format!("{words} Change what is chosen, or ctrl-o overrules."));
        contradiction = Some(words);
    }
    let unknown = add.candidates.is_empty() && has_value && add.form.text(&FieldId::Provider).is_empty();
    if let Some(first) = first.filter(|_| unknown) {
        let values = add.form.fields.iter().filter_map(Field::value).map(value::bytes);
        let wrong = values.flat_map(|held| detect::detect(catalog, held).values).find_map(|value| value.wrong);
        match wrong {
            Some(wrong) => {
                say(&first, Tone::Warning, sentence(&wrong.to_string()));
                wrong.hint().into_iter().for_each(|hint| say(&first, Tone::Plain, sentence(&hint)));
            }
            None => {
                let words = "No provider claims this shape. Choose one, or keep it as it is under Other.";
                say(&first, Tone::Plain, words.into());
            }
        }
    }
    add.in_values = contradiction;
    add.about_values = about;
}

/// The environment that the paste says for the values in the form: by a name, a host or a word beside them.
fn told_beside(add: &Add, spec: &CredentialSpec) -> Option<Environment> {
    let provider = add.form.text(&FieldId::Provider);
    let is_it = |c: &&Candidate| {
        c.provider.as_ref().is_some_and(|id| *id == *provider) && c.credential.as_ref().is_some_and(|id| *id == spec.id)
    };
    add.candidates.iter().find(is_it)?.environment.filter(|_| super::layout::is_as_pasted(add))
}

/// What `⏎` will do, and what stands under the fields.
pub(super) fn plan(add: &mut Add, catalog: &Catalog, document: &Document) {
    add.form.clear_findings();
    for (id, finding) in &add.about_values {
        if let Some(field) = add.form.field_mut(id) {
            field.findings.push(finding.clone());
        }
    }
    add.in_account = another_id(add, catalog, document);
    add.contradiction = add.in_values.clone().or_else(|| add.in_account.clone());
    let account_only = add.form.field(&FieldId::Kind).is_none();
    add.plan = match reference(add) {
        Err(what) => Plan::Incomplete(what.into()),
        Ok(_) if account_only => Plan::SetAccount,
        Ok(reference) => of_reference(add, catalog, document, &reference),
    };
    if days_of(add.form.text(&FieldId::Rotate)).is_err() {
        add.form.find(&FieldId::Rotate, Tone::Error, "1 to 3650 days, or nothing.");
        add.plan = Plan::Refused("Rotate after takes 1 to 3650 days, or nothing.".into());
    }
}

/// Says under each of the account's fields where the account has another value: it is another account, or the stored one is out of date.
/// The first of them in words.
fn another_id(add: &mut Add, catalog: &Catalog, document: &Document) -> Option<String> {
    let provider = add.form.text(&FieldId::Provider);
    let environment = add.form.text(&FieldId::Environment).parse().ok()?;
    let slug = Slug::nearest(add.form.text(&FieldId::Account))?;
    let account = document.account_at(provider, environment, slug.as_str())?;
    let place = format!("{provider}/{environment}/{slug}");
    let label = |name: &str| {
        let spec = catalog.get(provider).and_then(|provider| provider.account_field(name));
        spec.map_or_else(|| name.to_owned(), |spec| spec.label.clone())
    };
    let others: Vec<(FieldId, String)> = add
        .form
        .fields
        .iter()
        .filter_map(|field| {
            let FieldId::AccountField(name) = &field.id else { return None };
            let (new, held) = (add.form.text(&field.id), account.fields.get(name)?);
            let words = || format!("{place} has another {}: {held}.", label(name));
            (!new.is_empty() && new != held).then(|| (field.id.clone(), words()))
        })
        .collect();
    for (id, words) in &others {
        if add.overruled {
            add.form.find(id, Tone::Warning, words.as_str());
            add.form.find(id, Tone::Plain, "⏎ puts this one in its place.");
        } else {
            add.form.find(id, Tone::Error, words.as_str());
            add.form.find(id, Tone::Plain, "Name another account, or ctrl-o puts this one in its place.");
        }
    }
    others.into_iter().next().map(|(_, words)| words)
}

fn of_reference(add: &mut Add, catalog: &Catalog, document: &Document, reference: &Reference) -> Plan {
    let filled: Vec<String> = filled(add).map(|(name, _)| name.to_owned()).collect();
    if filled.is_empty() {
        return Plan::Incomplete("a value".into());
    }
    let account = document.account_at(reference.provider.as_str(), reference.environment, reference.account.as_str());
    let Some(there) = account.and_then(|a| document.credential_in(a.id, reference.name.as_str())) else {
        return Plan::Create;
    };
    if spec(add, catalog).is_some_and(|s| s.kind != there.kind) {
        add.form.find(
            &FieldId::Name,
            Tone::Error,
            format!("{reference} is there already, as a {}. Choose another name.", there.kind),
        );
        return Plan::Refused(format!("{reference} is there already, as a {}", there.kind));
    }
    let version = there.version(None);
    let lacks_all = version.is_some_and(|v| filled.iter().all(|name| !v.fields.contains_key(name)));
    add.form.find(&FieldId::Name, Tone::Warning, format!("{reference} is there already."));
    let is_off = add.contradiction.is_some() && !add.overruled;
    if lacks_all {
        let n = version.map_or(1, |v| v.n);
        if !is_off {
            let words = format!("⏎ adds {} to its v{n}, which lacks it.", filled.join(" and "));
            add.form.find(&FieldId::Name, Tone::Plain, words);
        }
        Plan::Fill
    } else {
        if !is_off {
            add.form.find(&FieldId::Name, Tone::Plain, "⏎ keeps this as its next version, pending.");
        }
        add.form.find(&FieldId::Name, Tone::Plain, "Another name makes a second credential.");
        Plan::NextVersion
    }
}

fn filled(add: &Add) -> impl Iterator<Item = (&str, &Field)> {
    add.form.fields.iter().filter_map(|field| match &field.id {
        FieldId::Value(name) if field.value().is_some_and(|v| !v.is_empty()) => Some((name.as_str(), field)),
        _ => None,
    })
}

/// Where it goes, or what is missing for that.
fn reference(add: &Add) -> Result<Reference, &'static str> {
    let text = |id| add.form.text(&id);
    let account_only = add.form.field(&FieldId::Kind).is_none();
    let provider: Slug = text(FieldId::Provider).parse().map_err(|_| "the provider")?;
    if !account_only && text(FieldId::Kind).is_empty() {
        return Err("the kind");
    }
    let environment = text(FieldId::Environment).parse().map_err(|()| "the environment")?;
    let account = Slug::nearest(text(FieldId::Account)).ok_or("the account")?;
    let name = if account_only { "account" } else { text(FieldId::Name) };
    let name = Slug::nearest(name).ok_or("the name")?;
    Ok(Reference { provider, environment, account, name, version: None, field: None })
}

fn spec<'a>(add: &Add, catalog: &'a Catalog) -> Option<&'a CredentialSpec> {
    catalog.get(add.form.text(&FieldId::Provider))?.credential(add.form.text(&FieldId::Kind))
}

/// `⏎`: keeps it, or goes to what is missing. The form keeps its values until they are saved.
pub(in crate::app) fn keep(model: &mut Model) {
    super::review(model);
    let catalog = model.catalog.clone();
    let now = model.now.wall;
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    if add.busy.is_some() {
        return;
    }
    if let Plan::Incomplete(what) = &add.plan {
        let words = format!("Still to do: {what}.");
        if let Some(at) = missing(add) {
            add.form.go(at);
        }
        let choice = matches!(add.form.focused().map(|field| &field.input), Some(Input::Choice(_)));
        let hint = choice.then(|| "→ chooses, space shows all.".into());
        model.notice = Some(Notice { tone: Tone::Warning, text: words, hint });
        return;
    }
    if let Plan::Refused(why) = &add.plan {
        let words = sentence(why);
        model.tell(Tone::Error, words);
        return;
    }
    if let Some(why) = why_not(model) {
        model.tell(Tone::Warning, why);
        return;
    }
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let Ok(reference) = reference(add) else { return };
    let account_fields: BTreeMap<String, String> = add
        .form
        .fields
        .iter()
        .filter_map(|field| match &field.id {
            FieldId::AccountField(name) => Some((name.clone(), add.form.text(&field.id).to_owned())),
            _ => None,
        })
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let (change, done) = if add.plan == Plan::SetAccount {
        let Reference { provider, environment, account: slug, .. } = reference;
        let done = format!("Kept with the account {provider}/{environment}/{slug}.");
        (Change::Account { provider, environment, slug, label: None, fields: account_fields }, done)
    } else {
        let Some(spec) = spec(add, &catalog) else { return };
        let place = if add.plan == Plan::NextVersion { domain::Place::Pending } else { domain::Place::New };
        let done = match add.plan {
            Plan::NextVersion => format!("Next version kept; it waits until you use it: {reference}."),
            _ => format!("{reference} is kept."),
        };
        let days = add.form.text(&FieldId::Rotate);
        let own_rule = if days == add.usual.1 { None } else { days_of(days).ok().flatten() };
        let lifetime = spec.lifetime_s.as_ref().and_then(|s| i64::try_from(s.value).ok());
        let fields = filled(add).map(|(name, field)| new_field(name, field, spec)).collect();
        let change = domain::Add {
            expires_at: lifetime.and_then(|s| now.checked_add(SignedDuration::from_secs(s)).ok()),
            rotate_every_days: own_rule,
            used_by: words(add.form.text(&FieldId::UsedBy)),
            account_fields,
            replaces_account_fields: add.overruled && add.in_account.is_some(),
            ..domain::Add::of(reference, spec.kind, place, fields)
        };
        (Change::Add(Box::new(change)), done)
    };
    model.commit(change, done, Then::NextFound);
    if let Some(inside) = model.inside_mut() {
        let busy = inside.saving.clone();
        if let Page::Add(add) = &mut inside.page {
            add.busy = busy;
        }
    }
}

/// Why `⏎` keeps nothing: something contradicts, and nobody overruled that.
pub(in crate::app) fn why_not(model: &Model) -> Option<String> {
    let Some(Page::Add(add)) = model.inside().map(|inside| &inside.page) else { return None };
    let why = add.contradiction.as_ref().filter(|_| !add.overruled)?;
    Some(format!("{why} ctrl-o overrules."))
}

fn new_field(name: &str, field: &Field, spec: &CredentialSpec) -> NewField {
    let field_spec = spec.field(name);
    let wanted: Option<KeyForm> = field_spec.and_then(|f| f.form);
    let (value, form) = match field.value() {
        Some(text) => detect::stored(value::bytes(text), wanted),
        None => (crate::secret::SecretBytes::new(Vec::new()), None),
    };
    let (secret, prefix) = match &field.input {
        Input::Secret(held) => (held.secret, held.prefix.clone()),
        _ => (true, None),
    };
    let (value, prefix) = value::new_value(value, secret, prefix);
    NewField { name: name.to_owned(), value, form: form.map(|f| f.as_str().to_owned()), prefix }
}

/// The first field that has to be filled before it can be kept.
fn missing(add: &Add) -> Option<usize> {
    let text = |id: &FieldId| add.form.text(id).is_empty();
    let no_value = filled(add).next().is_none();
    add.form.fields.iter().position(|field| match &field.id {
        FieldId::Value(_) => no_value,
        FieldId::Provider | FieldId::Kind | FieldId::Environment | FieldId::Account | FieldId::Name => text(&field.id),
        _ => false,
    })
}
