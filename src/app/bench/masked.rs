//! What stands on the bench in place of a secret, and how it is checked all the same: what is compared are the marks.

use std::fmt::Display;

use super::{Bench, Judgement, Place};
use crate::secret::SecretBytes;
use crate::signing::{Candidate, Message, signature_texts};

/// In place of a secret that the vault does not have.
pub const LEFT_OUT: &str = "{left out}";

/// In place of one that it has: `{provider/environment/account/name@1#field}`.
pub fn mark(reference: &impl Display) -> String {
    format!("{{{reference}}}")
}

impl Bench<'_> {
    /// Whether a mark stands where the recipe sends its key.
    pub(super) fn is_masked(&self, message: &Message) -> bool {
        signature_texts(&self.recipe, message).iter().any(|text| text.contains('{') && text.ends_with('}'))
    }

    /// The keys as their marks.
    pub(super) fn marks(&self, keys: Vec<Candidate>) -> Vec<Candidate> {
        let Place::Credential { field, .. } = &self.recipe.key else { return keys };
        let marked = |key: Candidate| {
            let value = mark(&format!("{}@{}#{field}", key.reference, key.version));
            Candidate { value: SecretBytes::new(value.into_bytes()), ..key }
        };
        keys.into_iter().map(marked).collect()
    }

    /// What was found, where nothing else explains it: a mark is compared as a whole, so that it is another key.
    pub(super) fn of_masked(&self, found: Judgement) -> Judgement {
        if found.verified || found.cause.is_some() {
            return found;
        }
        let cause = format!("what is sent is no key of {}", self.reference);
        let words = format!("not verified: {cause}");
        Judgement { cause: Some(cause), fixes: vec![format!("Send the key of {}.", self.reference)], words, ..found }
    }
}
