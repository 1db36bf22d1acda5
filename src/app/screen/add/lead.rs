//! Which candidate the form follows by itself: the best one, unless others are as good and of other providers.

use crate::app::Candidate;
use crate::app::model::{Add, Found};
use crate::catalog::Catalog;

impl Found {
    /// The candidate that the form follows by itself, if one stands out.
    pub fn leading(&self, catalog: &Catalog) -> Option<usize> {
        let best = self.candidates.first()?;
        let others = || as_good(&self.candidates).iter().filter(|other| other.provider != best.provider);
        // Of equals the one comes first that the value's own name is for.
        let named = |one: &Candidate| is_named(&self.title, one, catalog);
        (others().next().is_none() || (named(best) && !others().any(named))).then_some(0)
    }
}

/// Whether the name before a value has this candidate's provider in it, or is the variable that the provider's
/// programs expect it in.
fn is_named(name: &str, candidate: &Candidate, catalog: &Catalog) -> bool {
    let Some(provider) = candidate.provider.as_ref().and_then(|id| catalog.get(id.as_str())) else { return false };
    let name = letters(name);
    let spec = candidate.credential.as_ref().and_then(|id| provider.credential(id));
    let fields = candidate.fields.iter().filter_map(|(field, _)| spec?.field(field.as_str()));
    let mut variables = fields.filter_map(|field| field.env.as_deref());
    [provider.id.as_str(), provider.name.as_str()].iter().any(|own| name.contains(&letters(own)))
        || variables.any(|own| letters(own) == name)
}

impl Add {
    /// The candidates among which nothing decides, while neither the form nor the user has: none where one is followed.
    pub fn undecided(&self) -> &[Candidate] {
        let chosen = !self.form.text(&crate::app::form::FieldId::Provider).is_empty();
        if self.candidate.is_some() || chosen { &[] } else { as_good(&self.candidates) }
    }

    /// Whether this candidate's provider, and whether its kind too, was told by the values and not by the order of the list.
    pub(super) fn tells(&self, catalog: &Catalog, candidate: usize) -> (bool, bool) {
        let leads = self.found.get(self.at).and_then(|found| found.leading(catalog)) == Some(candidate);
        let Some(best) = self.candidates.get(candidate) else { return (false, false) };
        let mut rivals = as_good(&self.candidates).iter().filter(|other| other.provider == best.provider);
        (leads && best.provider.is_some(), leads && rivals.all(|other| other.credential == best.credential))
    }
}

/// Those that say as much as the first, with it.
fn as_good(candidates: &[Candidate]) -> &[Candidate] {
    let says = |c: &Candidate| (c.strength, c.fields.len());
    let best = candidates.first().map(says);
    let end = candidates.iter().position(|c| Some(says(c)) != best).unwrap_or(candidates.len());
    candidates.get(..end).unwrap_or_default()
}

fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
