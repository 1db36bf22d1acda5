//! A vault that is put by while something long goes on: its key is kept, and nothing of what it holds.

use std::sync::Arc;

use super::files::Folder;
use super::seen::Memory;
use super::{MAX_VAULT, OpenVault, StoreError, VAULT};
use crate::catalog::Catalog;
use crate::domain::{Change, DeviceId};
use crate::vault::{Unlocked, VaultKey};

/// A vault of which only the key is in memory. It saves without the passphrase, and its secrets are there for that moment alone.
pub struct Resting {
    folder: Folder,
    memory: Memory,
    device: DeviceId,
    key: VaultKey,
    catalog: Catalog,
}

impl OpenVault {
    /// Lets go of all that the vault holds.
    pub fn rest(self) -> Resting {
        let Self { folder, memory, device, key, catalog, .. } = self;
        Resting { folder, memory, device, key, catalog }
    }
}

impl Resting {
    /// Does a deed on the vault as it is by now, and puts it by again. Also when that failed.
    pub fn commit(self, change: Change) -> (Self, Result<(), StoreError>) {
        let Self { folder, memory, device, key, catalog } = self;
        let read = || -> Result<_, StoreError> {
            let missing = || StoreError::Missing(folder.path().to_owned());
            let (held, file) = folder.read(VAULT, MAX_VAULT)?.ok_or_else(missing)?;
            let unlocked = Unlocked::open(&key, &file)?;
            memory.check(unlocked.header())?;
            Ok((held, Arc::new(unlocked)))
        };
        match read() {
            Err(error) => (Self { folder, memory, device, key, catalog }, Err(error)),
            Ok((held, unlocked)) => {
                let mut vault = OpenVault { folder, memory, device, key, unlocked, catalog, held, notices: Vec::new() };
                let done = vault.commit(change).map(|_| ());
                (vault.rest(), done)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{IDENTITY, VaultFolder};
    use super::*;
    use crate::secret::SecretText;

    #[test]
    fn a_vault_that_is_put_by_saves_on_what_another_program_left() {
        let root = tempfile::tempdir().unwrap();
        let folder = VaultFolder::new(root.path().join("vault"), root.path().join("state"));
        let passphrase = SecretText::copied("walnut orbit sleepy cargo violin");
        let resting = folder.create_with_work_factor(&passphrase, 2).unwrap().rest();
        let settings = |seconds| Change::Settings { idle_lock_s: None, clipboard_s: Some(seconds), osc52: None };
        let mut other = folder.unlock(&passphrase, super::super::Consent::None).unwrap();
        other.commit(settings(20)).unwrap();
        let (resting, done) =
            resting.commit(Change::Settings { idle_lock_s: Some(60), clipboard_s: None, osc52: None });
        done.unwrap();
        other.refresh().unwrap();
        let kept = &other.snapshot().document.settings;
        assert_eq!((kept.clipboard_s(), kept.idle_lock_s()), (20, 60));
        std::fs::remove_file(folder.path().join(IDENTITY)).unwrap();
        std::fs::remove_file(folder.path().join(VAULT)).unwrap();
        let (_, done) = resting.commit(settings(30));
        assert!(matches!(done, Err(StoreError::Missing(_))), "{done:?}");
    }
}
