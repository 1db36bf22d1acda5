//! Puts together the values that belong to one credential, and ranks what each group could be.

use std::cmp::Reverse;

use super::extract::Beside;
use super::found::Found;
use super::matching::{self, Match};
use super::names::{Fit, Name, environment_named};
use super::{Candidate, Item};
use crate::catalog::Catalog;
use crate::domain::provider::{FieldName, Provider, Strength, Target};
use crate::domain::{Environment, Kind};
use crate::keys::{Algorithm, KeyText, belongs_together};

/// Items in the order of their first values.
pub(super) fn group(catalog: &Catalog, found: &[Found], matches: &[Vec<Match>], beside: &Beside) -> Vec<Item> {
    let work = Work { catalog, found, matches, beside, providers: catalog.providers().collect() };
    let account: Vec<usize> = (0..found.len()).filter(|&n| work.is_account(n)).collect();
    let mut groups: Vec<Vec<usize>> = work.groups(&account);
    groups.sort_by_key(|group| group.first().copied());
    let mut items: Vec<Item> =
        groups.into_iter().map(|values| Item { candidates: work.candidates(&values, &account), values }).collect();
    let taken = |n: usize, items: &[Item]| {
        items.iter().flat_map(|item| &item.candidates).any(|c| c.account_fields.iter().any(|(_, value)| *value == n))
    };
    let left: Vec<usize> = account.iter().copied().filter(|&n| !taken(n, &items)).collect();
    items.extend(left.into_iter().map(|n| Item { values: vec![n], candidates: work.account_alone(n) }));
    items.sort_by_key(|item| item.values.first().copied());
    items
}

struct Work<'a> {
    catalog: &'a Catalog,
    found: &'a [Found],
    matches: &'a [Vec<Match>],
    beside: &'a Beside,
    providers: Vec<&'a Provider>,
}

impl Work<'_> {
    fn of(&self, value: usize) -> &[Match] {
        self.matches.get(value).map_or(&[], Vec::as_slice)
    }

    fn key(&self, value: usize) -> Option<&KeyText> {
        self.found.get(value)?.key.as_ref()?.as_ref().ok()
    }

    /// Whether a value belongs to an account and not to a credential.
    fn is_account(&self, value: usize) -> bool {
        let matches = self.of(value);
        let best = |account: bool| {
            let own = matches.iter().filter(|m| matches!(m.target, Target::Account(_)) == account);
            own.map(|m| (m.strength, m.named)).max()
        };
        match (best(true), best(false)) {
            (Some(account), Some(credential)) => account > credential,
            (Some(_), None) => true,
            (None, _) => false,
        }
    }

    /// Values that fill different fields of one credential; all others stand alone.
    fn groups(&self, account: &[usize]) -> Vec<Vec<usize>> {
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut free: Vec<usize> = (0..self.found.len()).filter(|n| !account.contains(n)).collect();
        for set in self.sets() {
            let set: Vec<usize> = set.into_iter().filter(|n| free.contains(n)).collect();
            if set.len() > 1 {
                free.retain(|n| !set.contains(n));
                groups.push(set);
            }
        }
        groups.extend(free.into_iter().map(|n| vec![n]));
        groups
    }

    /// For each credential of each provider the sets of values that fill its fields; larger and better named ones first.
    fn sets(&self) -> Vec<Vec<usize>> {
        let mut sets: Vec<(usize, usize, Vec<usize>)> = Vec::new();
        for (p, provider) in self.providers.iter().enumerate() {
            for spec in provider.credentials.iter().filter(|spec| spec.fields.len() > 1) {
                let mut open: Vec<Vec<(usize, &FieldName)>> = Vec::new();
                for (value, field) in self.best_named_first(p, provider, &spec.id) {
                    let fitting = open
                        .iter_mut()
                        .filter(|set| set.iter().all(|(_, taken)| *taken != field) && self.fit(set, value, provider));
                    // Of several the one with the most similar names; of equals the first.
                    let set = fitting.rev().max_by_key(|set| self.shared(set, value));
                    match set {
                        Some(set) => set.push((value, field)),
                        None => open.push(vec![(value, field)]),
                    }
                }
                for set in open.into_iter().filter(|set| set.len() > 1) {
                    let mut values: Vec<usize> = set.iter().map(|(value, _)| *value).collect();
                    values.sort_unstable();
                    let said = values
                        .iter()
                        .filter_map(|v| self.found.get(*v)?.named())
                        .filter(|n| matching::says(*n, provider))
                        .count();
                    let hosted = usize::from(matching::hosted(self.catalog, p, &self.beside.hosts).is_some());
                    sets.push((values.len(), said + hosted, values));
                }
            }
        }
        // Stable, so that among equals the catalogue's order decides.
        sets.sort_by_key(|(size, said, _)| Reverse((*size, *said)));
        sets.into_iter().map(|(_, _, values)| values).collect()
    }

    /// What can be put together to a credential, each with its field. What has the field's own name comes first, and of such what has
    /// the provider's, so that nothing else takes its place. Anybody's secret, as `APP_SECRET`, belongs to nothing beside it.
    fn best_named_first(&self, p: usize, provider: &Provider, credential: &str) -> Vec<(usize, &FieldName)> {
        let says = |value: usize| {
            self.found.get(value).and_then(Found::named).is_some_and(|name| matching::says(name, provider))
        };
        let mut fitting: Vec<_> = (0..self.found.len())
            .filter_map(|value| {
                let (field, named) = self.field(value, p, credential)?;
                Some((value, field, (named > Fit::Part, says(value), named)))
            })
            .filter(|(.., (_, says, named))| *named != Fit::Secret || *says)
            .collect();
        fitting.sort_by_key(|(.., well)| Reverse(*well));
        fitting.into_iter().map(|(value, field, _)| (value, field)).collect()
    }

    /// The one field of a credential that a value fills, and how well its name fits: the only one that it looks like, or the one that
    /// it is named.
    fn field(&self, value: usize, provider: usize, credential: &str) -> Option<(&FieldName, Fit)> {
        let fields: Vec<_> = self
            .of(value)
            .iter()
            .filter(|m| m.provider == provider)
            .filter_map(|m| match &m.target {
                Target::Credential { id, field } if *id == credential => Some((field, m.named)),
                _ => None,
            })
            .collect();
        let best = fields.iter().map(|(_, named)| *named).max().unwrap_or_default();
        let named: Vec<_> = fields.iter().filter(|(_, named)| *named == best && best > Fit::No).collect();
        match (named.as_slice(), fields.as_slice()) {
            ([(field, _)], _) | ([], [(field, _)]) => Some((field, best)),
            _ => None,
        }
    }

    /// How many characters a value's name and the names of these begin with in common.
    fn shared(&self, set: &[(usize, &FieldName)], value: usize) -> usize {
        let name = |n: usize| self.found.get(n).and_then(Found::named).map(Name::whole).unwrap_or_default();
        let own = name(value);
        let common = |other: String| own.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        set.iter().map(|(other, _)| common(name(*other))).max().unwrap_or_default()
    }

    /// Whether a value can join these: neither the halves of different pairs nor what is named for different environments stand
    /// together.
    fn fit(&self, set: &[(usize, &FieldName)], value: usize, provider: &Provider) -> bool {
        let said = |n: usize| matching::environment_in(self.found.get(n)?.named()?, provider);
        if said(value).is_some_and(|own| set.iter().any(|(other, _)| said(*other).is_some_and(|said| said != own))) {
            return false;
        }
        let Some(key) = self.key(value) else { return true };
        set.iter().filter_map(|(other, _)| self.key(*other)).all(|other| {
            let (private, public) = if key.is_private() { (key, other) } else { (other, key) };
            match (private.private(), public.public()) {
                (Ok(private), Ok(public)) => belongs_together(&private, &public),
                _ => false,
            }
        })
    }

    /// What a group could be, best first.
    fn candidates(&self, values: &[usize], account: &[usize]) -> Vec<Candidate> {
        let mut ranked: Vec<(Rank, Candidate)> = Vec::new();
        for (p, provider) in self.providers.iter().enumerate() {
            for spec in &provider.credentials {
                for matches in self.fillings(values, p, &spec.id) {
                    let mut candidate = Candidate {
                        provider: Some(provider.id.clone()),
                        credential: Some(spec.id.clone()),
                        kind: Some(spec.kind),
                        environment: None,
                        strength: Strength::Possible,
                        reasons: Vec::new(),
                        own_reasons: Vec::new(),
                        fields: Vec::new(),
                        account_fields: Vec::new(),
                        prefix: None,
                    };
                    self.fill(&mut candidate, &matches);
                    self.surroundings(&mut candidate, p, values, &matches, account);
                    let named = matches.iter().map(|(_, m)| m.named as usize).sum::<usize>()
                        + 2 * usize::from(self.said(values, provider));
                    let rank = Reverse((candidate.strength, candidate.fields.len(), named));
                    let other = self.other_half(values, &matches, &candidate);
                    ranked.extend([Some(candidate), other].into_iter().flatten().map(|candidate| (rank, candidate)));
                }
            }
        }
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut candidates: Vec<Candidate> = ranked.into_iter().map(|(_, candidate)| candidate).collect();
        if candidates.is_empty() {
            candidates = values.iter().flat_map(|&value| self.of_nobody(value)).collect();
        }
        candidates
    }

    /// What a value could be as well that no name tells and that looks no more than possibly like a public field: the secret beside it.
    fn other_half(&self, values: &[usize], matches: &[(usize, &Match)], candidate: &Candidate) -> Option<Candidate> {
        let ([value], [(_, m)]) = (values, matches) else { return None };
        if m.named > Fit::No || m.strength > Strength::Possible || self.key(*value).is_some() {
            return None;
        }
        let Target::Credential { field, .. } = matching::secret_beside(self.providers.get(m.provider)?, &m.target)?
        else {
            return None;
        };
        let around = candidate.reasons.iter().filter(|reason| !m.reasons.contains(reason)).cloned();
        let reasons = std::iter::once("the secret of such an ID may look like it".to_owned()).chain(around).collect();
        let of_others = candidate.own_reasons.iter().filter(|(of, _)| of != value).cloned().collect();
        let fields = vec![(field, *value)];
        Some(Candidate { fields, reasons, own_reasons: of_others, prefix: None, ..candidate.clone() })
    }

    /// The ways in which a group fills a credential's fields: one for several values; for a single value one for each
    /// field that it could be.
    fn fillings(&self, values: &[usize], provider: usize, credential: &str) -> Vec<Vec<(usize, &Match)>> {
        let fits = |m: &&Match| {
            m.provider == provider && matches!(&m.target, Target::Credential { id, .. } if *id == credential)
        };
        if let [value] = values {
            let own: Vec<&Match> = self.of(*value).iter().filter(fits).collect();
            // The name decides between fields that look the same.
            let named = own.iter().map(|m| m.named).max().unwrap_or_default();
            return own
                .into_iter()
                .filter(|m| m.named == named || m.strength > Strength::Possible)
                .map(|m| vec![(*value, m)])
                .collect();
        }
        let mut filled: Vec<(usize, &Match)> = Vec::new();
        for &value in values {
            let Some((field, _)) = self.field(value, provider, credential) else { continue };
            let is_it = |m: &&Match| fits(m) && matches!(&m.target, Target::Credential { field: f, .. } if f == field);
            let taken =
                filled.iter().any(|(_, m)| matches!(&m.target, Target::Credential { field: f, .. } if f == field));
            if let Some(m) = self.of(value).iter().find(is_it).filter(|_| !taken) {
                filled.push((value, m));
            }
        }
        if filled.is_empty() { Vec::new() } else { vec![filled] }
    }

    /// Takes over what the matches say.
    fn fill(&self, candidate: &mut Candidate, matches: &[(usize, &Match)]) {
        for (value, m) in matches {
            if let Target::Credential { field, .. } = &m.target {
                candidate.fields.push((field.clone(), *value));
            }
            candidate.strength = candidate.strength.max(m.strength);
            for reason in self.own_reasons(*value, m) {
                if !candidate.reasons.contains(&reason) {
                    candidate.reasons.push(reason.clone());
                }
                candidate.own_reasons.push((*value, reason));
            }
            if candidate.prefix.is_none() {
                candidate.prefix.clone_from(&m.prefix);
            }
            let reason = m.reasons.first().cloned().unwrap_or_default();
            tell(candidate, m.environment, &reason);
        }
        for (value, m) in matches {
            let provider = self.providers.get(m.provider);
            let name = self.found.get(*value).and_then(Found::named);
            let told = name.zip(provider).and_then(|(name, provider)| matching::environment_in(name, provider));
            if let Some(told) = told {
                tell(candidate, Some(told), &format!("its name says {told}"));
            }
        }
        let pair = matches.iter().filter(|(value, _)| self.key(*value).is_some()).count() > 1;
        if pair {
            candidate.reasons.push("the private and the public key belong together".to_owned());
        }
    }

    /// What speaks for a match: the value's look, and its name.
    fn own_reasons(&self, value: usize, m: &Match) -> Vec<String> {
        let name = self.found.get(value).and_then(|found| found.name.as_deref()).filter(|_| m.named > Fit::No);
        let named = name.map(|name| format!("it is named {}", crate::domain::clean(name)));
        m.reasons.iter().cloned().chain(named).collect()
    }

    /// Adds what stands around the values: the account's fields, and hosts.
    fn surroundings(
        &self,
        candidate: &mut Candidate,
        p: usize,
        values: &[usize],
        matches: &[(usize, &Match)],
        account: &[usize],
    ) {
        for &value in account {
            let own = self.of(value).iter().find(|m| m.provider == p && matches!(m.target, Target::Account(_)));
            let Some(m @ Match { target: Target::Account(field), strength, environment, name_only, .. }) = own else {
                continue;
            };
            if candidate.account_fields.iter().any(|(known, _)| known == field) {
                continue;
            }
            candidate.account_fields.push((field.clone(), value));
            candidate.own_reasons.extend(self.own_reasons(value, m).into_iter().map(|reason| (value, reason)));
            if !name_only && *strength > Strength::Possible {
                candidate.strength = candidate.strength.max(Strength::Likely);
                let label = self.providers.get(p).and_then(|p| p.account_field(field)).map_or("ID", |spec| &spec.label);
                candidate.reasons.push(format!("a {label} of this provider stands beside it"));
                tell(candidate, *environment, &format!("the {label} beside it says so"));
            }
        }
        if let Some((host, environment)) = matching::hosted(self.catalog, p, &self.beside.hosts) {
            candidate.reasons.push(format!("it stands beside the address of {host}"));
            let telling =
                matches.iter().any(|(_, m)| m.named > Fit::No) || values.iter().any(|&value| self.key(value).is_some());
            if telling {
                candidate.strength = candidate.strength.max(Strength::Likely);
            }
            tell(candidate, environment, &format!("{host} is a server of that environment"));
        }
        if let (Some(provider), Some(&first)) = (self.providers.get(p), values.first())
            && let Some((name, environment)) = self.said_beside(provider, first)
        {
            let name = crate::domain::clean(name);
            tell(candidate, Some(environment), &format!("{name} beside it says {environment}"));
        }
    }

    /// The environment that a word around a value names, and what stands before that word; none where several say different ones.
    fn said_beside(&self, provider: &Provider, value: usize) -> Option<(&str, Environment)> {
        let within = &self.found.get(value)?.within;
        let around = |own: &str| within.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        let words = self.beside.environments.iter().filter(|said| said.within.is_empty() || around(&said.within));
        let mut told = words.filter_map(|said| {
            let name = Name { own: &said.name, within: &said.within };
            Some((said.name.as_str(), environment_named(name, &said.word, provider)?))
        });
        let first = told.next()?;
        told.all(|(_, other)| other == first.1).then_some(first)
    }

    /// Whether one of the names has the provider's own in it.
    fn said(&self, values: &[usize], provider: &Provider) -> bool {
        let mut names = values.iter().filter_map(|&value| self.found.get(value)?.named());
        names.any(|name| matching::says(name, provider))
    }

    /// A value that is an account's and has no credential beside it.
    fn account_alone(&self, value: usize) -> Vec<Candidate> {
        let mut own: Vec<&Match> = self.of(value).iter().filter(|m| matches!(m.target, Target::Account(_))).collect();
        own.sort_by_key(|m| Reverse((m.strength, m.named)));
        own.into_iter()
            .map(|m| {
                let mut candidate = Candidate {
                    provider: self.providers.get(m.provider).map(|provider| provider.id.clone()),
                    credential: None,
                    kind: None,
                    environment: None,
                    strength: Strength::Possible,
                    reasons: Vec::new(),
                    own_reasons: Vec::new(),
                    fields: Vec::new(),
                    account_fields: Vec::new(),
                    prefix: None,
                };
                self.fill(&mut candidate, &[(value, m)]);
                if let Target::Account(field) = &m.target {
                    candidate.account_fields.push((field.clone(), value));
                }
                candidate
            })
            .collect()
    }

    /// A key that no provider's file describes is a key all the same.
    fn of_nobody(&self, value: usize) -> Vec<Candidate> {
        let is_one = |key: &&KeyText| key.algorithm != Algorithm::Unknown || key.is_encrypted();
        let Some(key) = self.key(value).filter(is_one) else { return Vec::new() };
        let kinds: &[(Kind, &str)] = if key.is_private() {
            &[(Kind::KeyPair, "private_key")]
        } else {
            &[(Kind::ProviderPublicKey, matching::PUBLIC_KEY), (Kind::KeyPair, matching::PUBLIC_KEY)]
        };
        let candidate = |(kind, field): &(Kind, &str)| Candidate {
            provider: None,
            credential: None,
            kind: Some(*kind),
            environment: None,
            strength: Strength::Possible,
            reasons: vec![format!("it is {}", matching::words(key))],
            own_reasons: Vec::new(),
            fields: FieldName::new(field).into_iter().map(|field| (field, value)).collect(),
            account_fields: Vec::new(),
            prefix: None,
        };
        kinds.iter().map(candidate).collect()
    }
}

/// Strength, covered fields and names, the most first.
type Rank = Reverse<(Strength, usize, usize)>;

/// Takes an environment up, and keeps it visible when two things say different ones. The value's own word came first.
fn tell(candidate: &mut Candidate, environment: Option<Environment>, why: &str) {
    match (candidate.environment, environment) {
        (None, Some(told)) => {
            candidate.environment = Some(told);
            if !candidate.reasons.iter().any(|reason| reason == why) {
                candidate.reasons.push(why.to_owned());
            }
        }
        (Some(known), Some(told)) if known != told => {
            candidate.reasons.push(format!("but this says {told}, not {known}: {why}"));
        }
        _ => {}
    }
}
