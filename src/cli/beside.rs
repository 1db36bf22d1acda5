//! What stands beside a key in the text that it is taken from: it is judged as the key is, and told when it is left out.

use super::io::Outcome;
use super::values::{Into, look};
use crate::catalog::detect::{Candidate, Detection};
use crate::domain::Environment;
use crate::domain::provider::Strength;
use crate::error::{Exit, Problem};

/// Refuses a text in which something says that its key is of the other environment, or another provider's.
pub(super) fn refuse_foreign(into: &Into<'_>, found: &Detection) -> Outcome {
    let is_ours = |candidate: &&Candidate| candidate.provider.as_ref() == Some(&into.provider.id);
    for item in &found.items {
        let sure: Vec<&Candidate> = item.candidates.iter().filter(|c| c.strength > Strength::Possible).collect();
        let (ours, others): (Vec<&Candidate>, Vec<&Candidate>) = sure.into_iter().partition(is_ours);
        let fits = |candidate: &&Candidate| candidate.environment.is_none_or(|own| own == into.reference.environment);
        let other = others.into_iter().find(|c| c.strength == Strength::Certain);
        let (says, against) = match (ours.first(), other) {
            (Some(_), _) if ours.iter().any(fits) => continue,
            (Some(own), _) => {
                let says = own.environment.map_or("", Environment::as_str);
                ((says, *own), into.reference.environment.as_str())
            }
            (None, Some(other)) if !item.candidates.iter().any(|candidate| is_ours(&candidate)) => {
                let provider = other.provider.as_ref().and_then(|id| into.catalog.get(id));
                ((provider.map_or("", |provider| &provider.name), other), &*into.provider.name)
            }
            (None, _) => continue,
        };
        let (says, candidate) = says;
        let why = reason(into, found, candidate).unwrap_or_else(|| candidate.reasons.join("; "));
        return Err(Problem::new(
            Exit::Refused,
            format!("what stands beside the key says {says}, which contradicts {against}: {why}"),
        )
        .hint(if into.in_flow {
            "copy what the step asks for; or, if you are sure, take it with --overrule"
        } else {
            "correct the reference; or, if you are sure, store the key with --overrule"
        })
        .into());
    }
    Ok(())
}

/// What a value beside the key says by itself.
fn reason(into: &Into<'_>, found: &Detection, said: &Candidate) -> Option<String> {
    let others = found.values.iter().filter(|value| value.about.is_none());
    let mut alone = others.flat_map(|value| look(into.catalog, &value.text).items).flat_map(|item| item.candidates);
    let it = alone.find(|own| own.provider == said.provider && own.environment == said.environment)?;
    it.reasons.into_iter().next()
}

/// What of the text is no part of the key and is left out, each with the way to keep it.
pub(super) fn left_out(into: &Into<'_>, found: &Detection) -> Vec<String> {
    let ours = || {
        let candidates = found.items.iter().flat_map(|item| &item.candidates);
        candidates.filter(|candidate| candidate.provider.as_ref() == Some(&into.provider.id))
    };
    let reference = into.reference.of_credential();
    let account = format!("{}/{}/{}", reference.provider, reference.environment, reference.account);
    let (mut told, mut others) = (Vec::new(), 0);
    for at in (0..found.values.len()).filter(|at| found.values.get(*at).is_some_and(|value| value.about.is_none())) {
        let own = ours()
            .filter(|candidate| candidate.credential.as_ref() == Some(&into.spec.id))
            .find_map(|candidate| candidate.fields.iter().find(|(_, value)| *value == at));
        let of_account = ours().find_map(|candidate| candidate.account_fields.iter().find(|(_, value)| *value == at));
        let (field, way) = match (own, of_account) {
            (Some((field, _)), _) => (field, format!("`paykeep add {reference} --field {field}` stores it")),
            (None, Some((field, _))) => (field, format!("`paykeep account set {account} {field}=…` stores it")),
            (None, None) => {
                others += 1;
                continue;
            }
        };
        let way = if into.in_flow { String::new() } else { format!("; {way}") };
        told.push(format!("{field} stands beside the key and was left out{way}"));
    }
    match others {
        0 => {}
        1 => told.push("another value stands beside the key and was left out".to_owned()),
        n => told.push(format!("{n} other values stand beside the key and were left out")),
    }
    told
}
