//! What sort of thing a value is, where nobody says it: the shape decides only when it leaves no doubt.

use super::given::Given;
use super::io::Outcome;
use super::values::{look, refuse_wrapped};
use crate::catalog::Catalog;
use crate::catalog::detect::{Candidate, Detection};
use crate::domain::provider::{Provider, Strength};
use crate::domain::{Kind, Reference, clean};
use crate::error::{Exit, Explain as _, Problem};
use crate::keys::KeyError;
use crate::secret::SecretBytes;

/// What is known before the value is looked at.
pub(super) struct Asked<'a> {
    /// The providers that are known.
    pub(super) catalog: &'a Catalog,
    /// What `--kind` says.
    pub(super) kind: Option<Kind>,
    /// Whose it is to be.
    pub(super) provider: &'a Provider,
    /// Where it is to stand.
    pub(super) reference: &'a Reference,
    /// Whether the value is to be stored whatever it is.
    pub(super) overrule: bool,
}

/// The kind that is said, that is there already, or that the value's shape leaves no doubt about.
pub(super) fn decide(asked: &Asked<'_>, there: Option<Kind>, given: &Given) -> Outcome<Kind> {
    if let Some(kind) = asked.kind.or(there) {
        return Ok(kind);
    }
    match given {
        Given::One(value) => by_shape(asked, value),
        Given::Fields(fields) => {
            let has_all = |kind: &Kind| {
                let mut specs = asked.provider.of_kind(*kind);
                specs.any(|spec| fields.own.iter().all(|(name, _)| spec.field(name).is_some()))
            };
            let fitting: Vec<Kind> = kinds(asked.provider).into_iter().filter(has_all).collect();
            match (&fitting[..], &fields.own[..]) {
                ([kind], _) => Ok(*kind),
                ([], own) => match own.iter().find(|(name, _)| !is_field(asked.provider, name)) {
                    Some((name, _)) => Err(no_field(asked.provider, name).into()),
                    None => Err(unsure(asked, &[]).into()),
                },
                (_, [(_, value)]) => by_shape(asked, value),
                _ => Err(unsure(asked, &fitting).into()),
            }
        }
    }
}

fn by_shape(asked: &Asked<'_>, value: &SecretBytes) -> Outcome<Kind> {
    let detection = look(asked.catalog, value);
    let all: Vec<&Candidate> = detection.items.iter().flat_map(|item| &item.candidates).collect();
    let is_ours = |candidate: &&Candidate| candidate.provider.as_ref().is_none_or(|id| *id == asked.provider.id);
    let ours: Vec<&Candidate> =
        all.iter().copied().filter(is_ours).filter(|candidate| candidate.kind.is_some()).collect();
    let best = ours.iter().map(|candidate| candidate.strength).max();
    let mut likely: Vec<Kind> = ours
        .iter()
        .filter(|candidate| Some(candidate.strength) == best)
        .filter_map(|candidate| candidate.kind)
        .collect();
    likely.sort();
    likely.dedup();
    let sure =
        matches!((&likely[..], best), ([_], Some(strength)) if strength > Strength::Possible || is_key(&detection));
    if !sure && !asked.overrule {
        // What no --kind would mend comes before what one does.
        refuse_flawed(&detection)?;
        refuse_wrapped(asked.catalog, value, &detection)?;
    }
    match (&likely[..], best) {
        ([kind], _) if sure => Ok(*kind),
        ([], _) => Err(all
            .iter()
            .find(|c| c.strength == Strength::Certain)
            .map_or_else(|| unsure(asked, &[]), |c| foreign(asked, c))
            .into()),
        _ => Err(unsure(asked, &likely).into()),
    }
}

/// A key is what it is, whoever's it is: with the provider said, its kind can be clear although its owner isn't.
fn is_key(detection: &Detection) -> bool {
    detection.values.iter().all(|value| value.about.is_some())
}

/// Refuses what is evidently a key, and can't be used as one.
fn refuse_flawed(detection: &Detection) -> Outcome {
    // Other PEM may be what a field that is for no key takes.
    let is_key = |wrong: &&KeyError| !matches!(wrong, KeyError::UnknownPem { .. });
    let Some(wrong) = detection.values.iter().filter_map(|value| value.wrong.as_ref()).find(is_key) else {
        return Ok(());
    };
    let problem = Problem::new(Exit::Refused, wrong.to_string());
    Err(match wrong.hint() {
        Some(hint) => problem.hint(hint),
        None => problem,
    }
    .into())
}

/// Whether any of a provider's credentials has a field of this name.
fn is_field(provider: &Provider, name: &str) -> bool {
    provider.credentials.iter().any(|spec| spec.field(name).is_some())
}

fn no_field(provider: &Provider, name: &str) -> Problem {
    let mut known: Vec<&str> =
        provider.credentials.iter().flat_map(|spec| &spec.fields).map(|field| field.name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    Problem::new(Exit::Usage, format!("no credential of {} has a field {}", provider.name, clean(name)))
        .hint(format!("they have {}; what belongs to the account is named account.…", known.join(", ")))
}

/// It evidently belongs elsewhere.
fn foreign(asked: &Asked<'_>, candidate: &Candidate) -> Problem {
    let provider = candidate.provider.as_ref().and_then(|id| asked.catalog.get(id));
    let whose = provider.map_or_else(|| "another provider's".to_owned(), |provider| format!("{}'s", provider.name));
    let reason = candidate.reasons.first().map_or_else(String::new, |reason| format!(": {reason}"));
    let what = candidate.kind.map_or("account field", Kind::as_str);
    Problem::new(Exit::Refused, format!("this looks like {whose} {what}, not {}'s{reason}", asked.provider.name))
        .hint("store it there; or, if you are sure, say --kind and --overrule")
}

fn unsure(asked: &Asked<'_>, likely: &[Kind]) -> Problem {
    let kinds = if likely.is_empty() { kinds(asked.provider) } else { likely.to_vec() };
    let words: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
    let what = format!("what {} is can't be told from its shape alone", asked.reference.of_credential());
    Problem::new(Exit::Usage, what).hint(format!("say it with --kind: {}", words.join(", ")))
}

fn kinds(provider: &Provider) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = provider.credentials.iter().map(|spec| spec.kind).collect();
    kinds.sort();
    kinds.dedup();
    kinds
}
