//! The form of a credential: which fields it has, and what is filled in before the user types.

use crate::app::form::{Field, FieldId, Form, Input, SecretField};
use crate::app::input::{Choice, Opt, SecretInput};
use crate::app::model::Add;
use crate::app::screen::accounts::{ACCOUNT_HELP, account_field, environment_options, provider_options};
use crate::app::{Candidate, value};
use crate::catalog::Catalog;
use crate::domain::provider::{CredentialSpec, Provider};
use crate::domain::{Document, Slug};
use crate::secret::SecretText;

/// Lays the form out anew: as a candidate says, or as the user chose. Values and what was typed by hand stay.
pub(super) fn build(add: &mut Add, catalog: &Catalog, document: &Document, candidate: Option<usize>) {
    let (tells_provider, tells_kind) = candidate.map_or((false, false), |at| add.tells(catalog, at));
    let candidate = candidate.and_then(|at| add.candidates.get(at)).cloned();
    let mut old = std::mem::take(&mut add.form);
    let values = kept_values(&mut old);
    let text = |id: &FieldId| old.text(id).to_owned();
    let focus = old.focused().map(|f| f.id.clone());

    let provider_id = match &candidate {
        Some(c) => c.provider.as_ref().map_or_else(|| text(&FieldId::Provider), ToString::to_string),
        None => text(&FieldId::Provider),
    };
    let provider = catalog.get(&provider_id);
    let spec = spec(provider, candidate.as_ref(), &text(&FieldId::Kind), &add.candidates);
    let account_only = candidate.as_ref().is_some_and(|c| c.kind.is_none());
    let environment = match candidate.as_ref().and_then(|c| c.environment) {
        Some(environment) => environment.to_string(),
        None => text(&FieldId::Environment),
    };

    let mut fields = Vec::new();
    if !account_only {
        fields.extend(value_fields(add, values, provider, spec, candidate.as_ref()));
    }
    let mut field =
        Field::choice(FieldId::Provider, "Provider", Choice::new(provider_options(catalog), Some(&provider_id)));
    field.detected = tells_provider;
    fields.push(field);
    if !account_only {
        let options = provider.map(kind_options).unwrap_or_default();
        let mut field = Field::choice(FieldId::Kind, "Kind", Choice::new(options, spec.map(|s| s.id.as_str())));
        field.detected = tells_kind && spec.is_some();
        fields.push(field);
    }
    let mut field =
        Field::choice(FieldId::Environment, "Environment", Choice::new(environment_options(), Some(&environment)));
    field.detected = candidate.as_ref().is_some_and(|c| c.environment.is_some());
    fields.push(field);
    fields.push(Field::text(FieldId::Account, "Account", &text(&FieldId::Account)).with_help(ACCOUNT_HELP));
    fields.extend(account_fields(add, &old, provider, candidate.as_ref()));

    if !account_only {
        let usual_name = spec.map_or(String::new(), |s| s.name.to_string());
        let usual_days =
            spec.and_then(|s| s.rotate_every_days.as_ref()).map(|d| d.value.to_string()).unwrap_or_default();
        let keep = |typed: String, was: &str, usual: &str| {
            if typed.is_empty() || typed == was { usual.to_owned() } else { typed }
        };
        let name = keep(text(&FieldId::Name), &add.usual.0, &usual_name);
        let days = keep(text(&FieldId::Rotate), &add.usual.1, &usual_days);
        fields.push(Field::text(FieldId::Name, "Name", &name).with_help("The last part of its reference."));
        fields.push(Field::text(FieldId::Rotate, "Rotate after", &days).with_help("Days. Empty: no rule of your own."));
        fields.push(
            Field::text(FieldId::UsedBy, "Used by", &text(&FieldId::UsedBy))
                .with_help("Places that have it, with commas between."),
        );
        add.usual = (usual_name, usual_days);
    }
    add.form = Form::new(fields);
    suggest_account(add, document);
    if let Some(id) = focus {
        add.form.go_to(&id);
    }
}

/// The credential of the provider's file that is meant: the candidate's, else the chosen one while the provider has it, else its only one,
/// else what the first of all candidates that are of this provider says.
fn spec<'a>(
    provider: Option<&'a Provider>,
    candidate: Option<&Candidate>,
    chosen: &str,
    candidates: &[Candidate],
) -> Option<&'a CredentialSpec> {
    let provider = provider?;
    let says = |c: &Candidate| match (&c.credential, c.kind) {
        (Some(id), _) => provider.credential(id),
        (None, Some(kind)) => provider.of_kind(kind).next(),
        (None, None) => None,
    };
    let only = || match provider.credentials.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let first = || candidates.iter().find(|c| c.provider.as_ref() == Some(&provider.id)).and_then(says);
    candidate.and_then(says).or_else(|| provider.credential(chosen)).or_else(only).or_else(first)
}

fn kind_options(provider: &Provider) -> Vec<Opt> {
    let option =
        |spec: &CredentialSpec| Opt { value: spec.id.to_string(), label: spec.title.clone(), environment: None };
    provider.credentials.iter().map(option).collect()
}

/// The values that are in the form, by the names of their fields.
fn kept_values(old: &mut Form) -> Vec<(String, SecretInput)> {
    let mut kept = Vec::new();
    for field in &mut old.fields {
        if let (FieldId::Value(name), Input::Secret(value)) = (&field.id, &mut field.input)
            && !value.input.is_empty()
        {
            kept.push((name.clone(), std::mem::replace(&mut value.input, SecretInput::new(0))));
        }
    }
    kept
}

/// A field for each value of the kind. Values that are in the form already keep their place by name; others go to the first field that is
/// empty, so that nothing that was pasted or typed gets lost by choosing another kind.
fn value_fields(
    add: &Add,
    mut kept: Vec<(String, SecretInput)>,
    provider: Option<&Provider>,
    spec: Option<&CredentialSpec>,
    candidate: Option<&Candidate>,
) -> Vec<Field> {
    // A candidate says where each pasted value belongs; without one they come in their order.
    let assigned: Vec<(String, usize)> = match candidate {
        Some(c) => c.fields.iter().map(|(name, at)| (name.to_string(), *at)).collect(),
        None => Vec::new(),
    };
    let pasted = add.found.get(add.at).map(|found| found.values.clone()).unwrap_or_default();
    if !pasted.is_empty() && (candidate.is_some() || kept.is_empty()) {
        kept.clear();
        for at in pasted {
            let name = assigned.iter().find(|(_, value)| *value == at).map(|(name, _)| name.clone());
            let is_account = candidate.is_some_and(|c| c.account_fields.iter().any(|(_, value)| *value == at));
            if let Some(text) = add.values.get(at).filter(|_| !is_account) {
                kept.push((name.unwrap_or_default(), SecretInput::with(text)));
            }
        }
    }
    let mut fields: Vec<Field> = match spec {
        Some(spec) => spec
            .fields
            .iter()
            .map(|f| {
                let label = if spec.fields.len() == 1 { "Value".to_owned() } else { capital(&f.label) };
                value_field(f.name.as_str(), label, f.secret, f.form.map(|form| form.as_str().to_owned()))
            })
            .collect(),
        None => vec![value_field("value", "Value".into(), true, None)],
    };
    let prefix = candidate.or(add.candidates.first()).and_then(|c| c.prefix.clone());
    let mut left = Vec::new();
    for (name, input) in kept {
        match fields.iter_mut().find(|f| f.id == FieldId::Value(name.clone())) {
            Some(field) => put(field, input, prefix.as_deref(), candidate.is_some()),
            None => left.push(input),
        }
    }
    for input in left {
        let empty = |f: &Field| f.value().is_some_and(SecretText::is_empty);
        let secret = |f: &Field| matches!(&f.input, Input::Secret(value) if value.secret);
        let at = fields.iter().position(|f| empty(f) && secret(f)).or_else(|| fields.iter().position(empty));
        if let Some(field) = at.and_then(|at| fields.get_mut(at)) {
            put(field, input, prefix.as_deref(), false);
        }
    }
    if spec.is_some_and(|spec| may_be_secret(add, provider, spec)) {
        for field in &mut fields {
            if let Input::Secret(held) = &mut field.input {
                held.input.visible &= held.input.is_empty();
            }
        }
    }
    fields
}

/// Whether the one value that was pasted may be this credential's secret, whatever field it stands in: then nobody sees it until the
/// user says what it is.
fn may_be_secret(add: &Add, provider: Option<&Provider>, spec: &CredentialSpec) -> bool {
    let pasted = add.found.get(add.at).map(|found| found.values.as_slice()).unwrap_or_default();
    let [value] = pasted else { return false };
    let is_it =
        |c: &&Candidate| c.credential.as_ref() == Some(&spec.id) && c.provider.as_ref() == provider.map(|p| &p.id);
    let of_it = add.candidates.iter().filter(is_it);
    let mut fields = of_it.flat_map(|c| &c.fields).filter(|(_, at)| at == value);
    fields.any(|(name, _)| spec.field(name.as_str()).is_some_and(|field| field.secret))
}

fn value_field(name: &str, label: String, secret: bool, form: Option<String>) -> Field {
    let mut input = SecretInput::new(crate::app::input::MAX_VALUE);
    input.visible = !secret;
    Field::new(FieldId::Value(name.to_owned()), label, Input::Secret(SecretField { input, secret, prefix: None, form }))
}

fn put(field: &mut Field, input: SecretInput, prefix: Option<&str>, detected: bool) {
    if let Input::Secret(held) = &mut field.input {
        held.prefix = prefix.and_then(|p| value::prefix(input.text(), p)).map(str::to_owned);
        held.input = input;
        held.input.visible = !held.secret;
        field.detected = detected;
    }
}

/// The account's fields that came along.
fn account_fields(add: &Add, old: &Form, provider: Option<&Provider>, candidate: Option<&Candidate>) -> Vec<Field> {
    let detected = candidate.map(|c| c.account_fields.as_slice()).unwrap_or_default();
    let specs = provider.map(|p| p.account.as_slice()).unwrap_or_default();
    specs
        .iter()
        .filter_map(|spec| {
            let found = detected.iter().find(|(name, _)| *name == *spec.name).and_then(|(_, at)| add.values.get(*at));
            let typed = old.text(&FieldId::AccountField(spec.name.to_string())).to_owned();
            let text = found.map(value::public).or((!typed.is_empty()).then_some(typed))?;
            let mut field = account_field(spec, &text);
            field.detected = found.is_some();
            Some(field)
        })
        .collect()
}

/// The account that is most likely meant, while none is typed: the only one of the provider and environment, else the one that was made last.
pub(super) fn suggest_account(add: &mut Add, document: &Document) {
    if !add.form.text(&FieldId::Account).is_empty() {
        return;
    }
    let (provider, environment) = (add.form.text(&FieldId::Provider), add.form.text(&FieldId::Environment));
    let here: Vec<&Slug> = document
        .accounts
        .iter()
        .filter(|a| a.provider.as_str() == provider && a.environment.as_str() == environment)
        .map(|a| &a.slug)
        .collect();
    let suggestion = match here.as_slice() {
        [only] => Some((*only).clone()),
        [] => document.accounts.last().map(|a| a.slug.clone()),
        _ => None,
    };
    if let (Some(slug), Some(Field { input: Input::Text(line), .. })) =
        (suggestion, add.form.field_mut(&FieldId::Account))
    {
        line.set(slug.as_str());
    }
}

/// Whether the form's values are those of the paste, none typed or changed by hand.
pub(super) fn is_as_pasted(add: &Add) -> bool {
    let pasted = |text: &SecretText| add.values.iter().any(|value| value::same(value, text));
    let mut values = add.form.fields.iter().filter_map(Field::value).filter(|text| !text.is_empty());
    add.found.get(add.at).is_some_and(|found| !found.values.is_empty()) && values.all(pasted)
}

/// The candidate that says what the user chose, if one does.
pub(super) fn follows(add: &Add) -> Option<usize> {
    let (provider, kind) = (add.form.text(&FieldId::Provider), add.form.text(&FieldId::Kind));
    let environment = add.form.text(&FieldId::Environment);
    add.candidates.iter().position(|c| {
        c.provider.as_ref().is_some_and(|p| p.as_str() == provider)
            && c.credential.as_ref().is_some_and(|id| id.as_str() == kind)
            && c.environment.is_none_or(|e| environment.is_empty() || e.as_str() == environment)
    })
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}
