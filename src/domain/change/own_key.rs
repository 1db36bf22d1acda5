//! The mistake that a page with two public keys invites: one's own where the gateway's belongs. Signatures would then seem to verify.

use super::{ChangeError, Document};
use crate::domain::{Field, Kind};

impl Document {
    /// Refuses the public half of a pair as a provider's key: of one in the vault, or of one that comes along in the same deed, which
    /// `also` names with its fingerprint.
    pub(super) fn refuse_own_key(
        &self,
        kind: Kind,
        prints: &[(String, String)],
        also: &[(String, String)],
    ) -> Result<(), ChangeError> {
        if kind != Kind::ProviderPublicKey {
            return Ok(());
        }
        let is_taken = |print: &str| prints.iter().any(|(name, own)| name.ends_with("_key") && own == print);
        if let Some((pair, _)) = also.iter().find(|(_, print)| is_taken(print)) {
            return Err(ChangeError::OwnKey(pair.clone()));
        }
        for (_, credential) in self.listed().filter(|(_, credential)| credential.kind == Kind::KeyPair) {
            let is_half = |field: &Field| field.fingerprint.as_deref().is_some_and(is_taken);
            let mut versions = credential.versions.iter();
            if let Some(version) = versions.find(|version| version.fields.values().any(|field| is_half(field))) {
                let reference = self.reference(credential).map_or_else(String::new, |r| r.to_string());
                return Err(ChangeError::OwnKey(format!("{reference}@{}", version.n)));
            }
        }
        Ok(())
    }
}
