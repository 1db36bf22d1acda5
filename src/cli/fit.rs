//! Whether what is to be stored fits what the catalogue knows of the provider.

use std::collections::BTreeMap;

use super::io::Outcome;
use crate::catalog::Catalog;
use crate::catalog::detect::{Candidate, detect};
use crate::domain::provider::{CredentialSpec, Provider, Strength};
use crate::domain::{Environment, Kind, Slug, clean};
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;

/// The provider with this ID.
pub(super) fn provider<'a>(known: &'a Catalog, id: &Slug) -> Outcome<&'a Provider> {
    known.get(id.as_str()).ok_or_else(|| {
        let all: Vec<&str> = known.providers().map(|provider| provider.id.as_str()).collect();
        Problem::new(Exit::Usage, format!("there is no provider {id}"))
            .hint(format!("it is one of {}", all.join(", ")))
            .into()
    })
}

/// Refuses an environment that the provider doesn't have.
pub(super) fn environment(provider: &Provider, environment: Environment) -> Outcome {
    if provider.environments.is_empty() || provider.environment(environment).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = provider.environments.iter().map(|spec| spec.environment.as_str()).collect();
    Err(Problem::new(Exit::Refused, format!("{} has no {environment} environment", provider.name))
        .hint(format!("it has {}", known.join(", ")))
        .into())
}

/// What the provider's file says of a kind: of the credential that usually has this name, where there are several.
pub(super) fn spec<'a>(provider: &'a Provider, kind: Kind, name: &Slug) -> Outcome<&'a CredentialSpec> {
    let named = provider.of_kind(kind).find(|spec| &*spec.name == name.as_str());
    named.or_else(|| provider.of_kind(kind).next()).ok_or_else(|| {
        let mut kinds: Vec<&str> = provider.credentials.iter().map(|spec| spec.kind.as_str()).collect();
        kinds.dedup();
        Problem::new(Exit::Refused, format!("{} has no {kind}", provider.name))
            .hint(format!("it has {}; what no provider's rules fit goes to provider `other`", kinds.join(", ")))
            .into()
    })
}

/// Refuses a field that the credential doesn't have.
pub(super) fn field(spec: &CredentialSpec, name: &str) -> Outcome {
    if spec.field(name).is_some() {
        return Ok(());
    }
    let known: Vec<&str> = spec.fields.iter().map(|field| field.name.as_str()).collect();
    Err(Problem::new(Exit::Usage, format!("the {} has no field {}", spec.title, clean(name)))
        .hint(format!("it has {}", known.join(", ")))
        .into())
}

/// Refuses fields that the provider's accounts don't have, and values that they can't have.
pub(super) fn account_fields(
    catalog: &Catalog,
    provider_id: &Slug,
    environment_: Environment,
    fields: &BTreeMap<String, String>,
    overrule: bool,
) -> Outcome {
    let provider = provider(catalog, provider_id)?;
    environment(provider, environment_)?;
    for (name, value) in fields {
        crate::domain::field_name(name)?;
        let Some(spec) = provider.account_field(name) else {
            // A provider without rules takes what people call it.
            if provider.account.is_empty() && provider.shapes.is_empty() {
                continue;
            }
            let known: Vec<&str> = provider.account.iter().map(|field| field.name.as_str()).collect();
            let hint = if known.is_empty() {
                "its accounts have no fields".into()
            } else {
                format!("it has {}", known.join(", "))
            };
            return Err(Problem::new(
                Exit::Usage,
                format!("an account at {} has no field {}", provider.name, clean(name)),
            )
            .hint(hint)
            .into());
        };
        if !overrule {
            refuse_foreign(catalog, provider, environment_, name, value)?;
        }
        let fits =
            spec.choices.is_empty() || value.is_empty() || spec.choices.iter().any(|choice| choice.value == *value);
        if !fits && !overrule {
            let known: Vec<&str> = spec.choices.iter().map(|choice| choice.value.as_str()).collect();
            return Err(Problem::new(Exit::Refused, format!("{name} can't be {}", clean(value)))
                .hint(format!("it is one of {}; --overrule sets it all the same", known.join(", ")))
                .into());
        }
    }
    Ok(())
}

/// A sandbox account's ID says so at some providers: it does not go to a live account. Nor does what nothing but another field,
/// or another provider's, looks like.
fn refuse_foreign(catalog: &Catalog, provider: &Provider, chosen: Environment, name: &str, value: &str) -> Outcome {
    let detection = detect(catalog, SecretBytes::copied(value.as_bytes()));
    let candidates = detection.items.iter().flat_map(|item| &item.candidates);
    let (own, others): (Vec<&Candidate>, Vec<&Candidate>) =
        candidates.filter(|candidate| candidate.strength > Strength::Possible).partition(|candidate| {
            candidate.provider.as_ref() == Some(&provider.id)
                && candidate.account_fields.iter().any(|(field, _)| **field == *name)
        });
    let fits = |candidate: &&Candidate| candidate.environment.is_none_or(|environment| environment == chosen);
    let reason = |candidate: &Candidate| candidate.reasons.first().map_or_else(String::new, |why| format!(": {why}"));
    let why = match (own.first(), others.iter().find(|candidate| candidate.strength == Strength::Certain)) {
        (Some(_), _) if own.iter().any(fits) => return Ok(()),
        (Some(candidate), _) => {
            let says = candidate.environment.map_or("", Environment::as_str);
            format!("this {name} says {says}, which contradicts {chosen}{}", reason(candidate))
        }
        (None, Some(candidate)) => {
            let whose = candidate.provider.as_ref().and_then(|id| catalog.get(id)).map_or("", |known| &known.name);
            let what = match (candidate.kind, candidate.account_fields.first()) {
                (Some(kind), _) => kind.as_str().to_owned(),
                (None, field) => field.map_or_else(String::new, |(field, _)| field.to_string()),
            };
            format!("this looks like {whose}'s {what}, and no {name} of {}{}", provider.name, reason(candidate))
        }
        (None, None) => return Ok(()),
    };
    Err(Problem::new(Exit::Refused, why)
        .hint("correct the account; or, if you are sure, set it with --overrule")
        .into())
}
