//! The vault's folder on disk: opened, saved and guarded so that a file is old or new, never neither.
//!
//! Every save: lock, compare with what was loaded (another writer's changes are joined, not overwritten), write a new file beside the
//! old one, fsync it, keep the old one as a backup, rename, fsync the folder. The change is applied to the newest copy
//! under the lock, so two programs can edit side by side.

mod backups;
mod error;
mod files;
mod log;
mod modes;
mod resting;
mod restore;
mod seen;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::Timestamp;

pub use error::StoreError;
pub use resting::Resting;

use self::files::{Folder, Held, all};
use self::modes::Modes;
use self::seen::Memory;
use super::clock;
use crate::catalog::Catalog;
use crate::domain::audit::{Flaw, Report};
use crate::domain::{Applied, Change, Conflict, Deed, DeviceId, Document, Id, due, passphrase};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::{Draft, Sealed, Unlocked, VaultError, VaultKey, WORK_FACTOR};

/// Where a vault is, or could be.
#[derive(Clone, Debug)]
pub struct VaultFolder {
    path: PathBuf,
    state: PathBuf,
}

/// Whether there is a vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FolderState {
    /// Nothing is there yet.
    Missing,
    /// A vault.
    Present {
        /// When it was saved last.
        saved_at: Timestamp,
    },
}

/// What the user has agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing out of the ordinary.
    None,
    /// To open a vault that is older than the one that was seen last.
    Older,
}

/// An open vault: the one value that can save.
pub struct OpenVault {
    folder: Folder,
    memory: Memory,
    device: DeviceId,
    key: VaultKey,
    unlocked: Arc<Unlocked>,
    /// The providers, by whose rules dates are computed; the built-in ones until others are told.
    catalog: Catalog,
    /// The file that was loaded, held open so that its inode can't be used again: that is what «unchanged» is compared with.
    held: Held,
    /// What was told at opening, each a clause.
    notices: Vec<String>,
}

/// What came of bringing a copy in.
#[derive(Debug)]
pub struct Merged {
    /// The records as they are by now, or would be.
    pub document: Document,
    /// What the copies held different things for.
    pub conflicts: Vec<Conflict>,
    /// How many older entries of the log came from the files beside the copy.
    pub older: usize,
    /// The files beside it that can't be used.
    pub unusable: Vec<Flaw>,
}

/// Whether a save keeps the file before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Backup {
    Yes,
    No,
}

/// What a save looks at before the old file is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// That what was written can be read.
    ReadBack,
    /// And that it opens again with all that was meant.
    OpensAgain,
}

impl VaultFolder {
    /// A vault in `path`. What is remembered about it (the highest generation seen, this computer's name) stands in `state`.
    pub fn new(path: PathBuf, state: PathBuf) -> Self {
        Self { path, state }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What people call it: the folder's name.
    pub fn name(&self) -> String {
        self.path
            .file_name()
            .map_or_else(String::new, |name| crate::domain::clean(&name.to_string_lossy()).into_owned())
    }

    /// Looks whether there is a vault, without opening it.
    pub fn state(&self) -> Result<FolderState, StoreError> {
        let Some(folder) = Folder::open(&self.path)? else {
            return Ok(FolderState::Missing);
        };
        match (folder.saved_at(VAULT)?, folder.saved_at(IDENTITY)?) {
            (Some(saved_at), Some(_)) => Ok(FolderState::Present { saved_at }),
            (None, None) => Ok(FolderState::Missing),
            (None, Some(_)) => Err(StoreError::Incomplete(self.path.clone(), VAULT)),
            (Some(_), None) => Err(StoreError::Incomplete(self.path.clone(), IDENTITY)),
        }
    }

    /// Makes a vault. The folder may be missing or empty; the passphrase has to reach the floor.
    pub fn create(&self, passphrase: &SecretText) -> Result<OpenVault, StoreError> {
        self.create_with_work_factor(passphrase, WORK_FACTOR)
    }

    /// The same with another scrypt work factor (log2), for tests below the binary.
    pub fn create_with_work_factor(&self, passphrase: &SecretText, work_factor: u8) -> Result<OpenVault, StoreError> {
        self.make(passphrase, work_factor).map_err(|error| match error {
            StoreError::System(what, path, errno) => StoreError::NotMade(what, path, errno),
            error => error,
        })
    }

    fn make(&self, passphrase: &SecretText, work_factor: u8) -> Result<OpenVault, StoreError> {
        passphrase::check(passphrase).map_err(StoreError::Weak)?;
        if self.state()? != FolderState::Missing {
            return Err(StoreError::Exists(self.path.clone()));
        }
        let memory = Memory::new(&self.state);
        let device = memory.device()?;
        let key = VaultKey::generate();
        let now = clock::wall();
        let salt = SecretBytes::new(random::<32>()?.to_vec());
        let sealed = Draft::new(fresh_id()?, now, salt).seal(&key)?;
        let identity = key.seal(passphrase, work_factor)?;
        let folder = Folder::create(&self.path, &[(IDENTITY, &identity), (VAULT, &sealed.file(&key)?)])?;
        let held = folder.read(VAULT, MAX_VAULT)?.ok_or(StoreError::Incomplete(self.path.clone(), VAULT))?.0;
        memory.remember(sealed.unlocked.header());
        let catalog = Catalog::builtin().clone();
        Ok(OpenVault { folder, memory, device, key, unlocked: sealed.unlocked, catalog, held, notices: Vec::new() })
    }

    /// Opens the vault. Takes as long as scrypt does: about a second.
    pub fn unlock(&self, passphrase: &SecretText, consent: Consent) -> Result<OpenVault, StoreError> {
        self.open(passphrase, consent).map_err(|error| match error {
            StoreError::Vault(error) => restore::explain(&self.path, error),
            error => error,
        })
    }

    fn open(&self, passphrase: &SecretText, consent: Consent) -> Result<OpenVault, StoreError> {
        let missing = || StoreError::Missing(self.path.clone());
        let folder = Folder::open(&self.path)?.ok_or_else(missing)?;
        if self.state()? == FolderState::Missing {
            return Err(missing());
        }
        let incomplete = |file| StoreError::Incomplete(self.path.clone(), file);
        let (_, identity) = folder.read(IDENTITY, MAX_IDENTITY)?.ok_or_else(|| incomplete(IDENTITY))?;
        let key = VaultKey::open(&identity, passphrase)?;
        // A copy or an archive may have opened them to others. Only now, when it is known to be ours, and before the vault is read,
        // since the file is told from others by when it was changed too.
        let notices = Modes::close(&folder).notices();
        // Read after scrypt: what another program saved meanwhile is seen.
        let read = || folder.read(VAULT, MAX_VAULT)?.ok_or_else(|| incomplete(VAULT));
        let memory = Memory::new(&self.state);
        let (mut held, mut file) = read()?;
        let unlocked = loop {
            let unlocked = Unlocked::open(&key, &file)?;
            if consent == Consent::Older {
                memory.accept(unlocked.header());
                break unlocked;
            }
            match memory.check(unlocked.header()) {
                // Another program saved between our reading the file and our looking at what was seen: the newer file is there.
                Err(StoreError::Older { .. }) if !folder.is_unchanged(VAULT, &held)? => (held, file) = read()?,
                Err(error) => return Err(error),
                Ok(()) => break unlocked,
            }
        };
        memory.remember(unlocked.header());
        let device = memory.device()?;
        let catalog = Catalog::builtin().clone();
        Ok(OpenVault { folder, memory, device, key, unlocked: Arc::new(unlocked), catalog, held, notices })
    }

    /// Whether this passphrase opens the vault. Takes as long as scrypt does.
    pub fn is_passphrase(&self, passphrase: &SecretText) -> Result<bool, StoreError> {
        let folder = Folder::open(&self.path)?.ok_or_else(|| StoreError::Missing(self.path.clone()))?;
        let incomplete = |file| StoreError::Incomplete(self.path.clone(), file);
        let (_, identity) = folder.read(IDENTITY, MAX_IDENTITY)?.ok_or_else(|| incomplete(IDENTITY))?;
        match VaultKey::open(&identity, passphrase) {
            // Not only some identity: the one that this vault is encrypted to.
            Ok(key) => {
                let (_, file) = folder.read(VAULT, MAX_VAULT)?.ok_or_else(|| incomplete(VAULT))?;
                Unlocked::open(&key, &file)?;
                Ok(true)
            }
            Err(VaultError::WrongPassphrase) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// What stands in clear beside the vault about what is due, where the user wanted that: as `2026-04-16 2`.
    pub fn reminder(&self) -> Result<Option<String>, StoreError> {
        let folder = Folder::open(&self.path)?.ok_or_else(|| StoreError::Missing(self.path.clone()))?;
        let read = folder.read(REMINDER, MAX_REMINDER)?;
        Ok(read.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()))
    }
}

impl OpenVault {
    /// What the vault holds now.
    pub fn snapshot(&self) -> Arc<Unlocked> {
        Arc::clone(&self.unlocked)
    }

    /// What the user is to be told of the opening: clauses about files that others could open.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Takes the providers over by whose rules dates are computed.
    pub fn know(&mut self, catalog: Catalog) {
        self.catalog = catalog;
    }

    /// Writes what is due in clear beside the vault where the user wants that: the earliest date and the count, nothing else. Else it
    /// deletes that file. Nothing is touched when that is how it is already: a vault may stand on a disk that can only be read.
    pub fn remind(&self) -> Result<(), StoreError> {
        let wanted = self.wanted_reminder();
        let is_so = match &wanted {
            None => !self.folder.has(REMINDER),
            Some(text) => self
                .folder
                .read(REMINDER, MAX_REMINDER)
                .is_ok_and(|there| there.is_some_and(|(_, bytes)| bytes == text.as_bytes())),
        };
        if is_so {
            return Ok(());
        }
        let lock = self.folder.lock()?;
        self.write_reminder(wanted, &lock)
    }

    fn wanted_reminder(&self) -> Option<String> {
        let document = &self.unlocked.document;
        let agenda = || due::agenda(document, &|id| self.catalog.get(id.as_str()), clock::wall());
        document.settings.reminder().then(|| due::reminder(&agenda()))
    }

    fn write_reminder(&self, wanted: Option<String>, lock: &File) -> Result<(), StoreError> {
        match wanted {
            Some(text) => self.folder.put(REMINDER, text.as_bytes(), lock),
            None => self.folder.remove(REMINDER),
        }
    }

    /// Does a deed on the newest copy and saves it. On an error nothing has changed, on disk or in memory.
    pub fn commit(&mut self, change: Change) -> Result<(Arc<Unlocked>, Applied), StoreError> {
        let lock = self.folder.lock()?;
        self.commit_under(&lock, change)
    }

    fn commit_under(&mut self, lock: &File, change: Change) -> Result<(Arc<Unlocked>, Applied), StoreError> {
        self.reload(lock)?;
        let mut entropy_failed = false;
        let mut new_id = || {
            fresh_id().unwrap_or_else(|_| {
                entropy_failed = true;
                Id::new(clock::wall(), 0)
            })
        };
        let stores = matches!(&change, Change::Step { deed: Deed::Values(_) | Deed::ValuesUntil(..), .. });
        let mut draft = self.unlocked.draft();
        let applied = draft.apply(change, clock::wall(), &self.device, &mut new_id)?;
        if entropy_failed {
            return Err(VaultError::Entropy.into());
        }
        // What is of so little weight makes no backup: it would push the records' earlier generations out.
        let backup = if applied.needs_no_backup { Backup::No } else { Backup::Yes };
        self.archive(&mut draft);
        // Some of these are shown once: they count as kept only when what the disk has opens again with all of them in it.
        let proof = if stores { Proof::OpensAgain } else { Proof::ReadBack };
        self.put(draft.seal(&self.key)?, backup, proof, lock)?;
        Ok((self.snapshot(), applied))
    }

    /// Takes over what another program has saved since, if anything.
    pub fn refresh(&mut self) -> Result<Option<Arc<Unlocked>>, StoreError> {
        self.folder.check_place()?;
        if self.folder.is_unchanged(VAULT, &self.held)? {
            return Ok(None);
        }
        let lock = self.folder.lock()?;
        self.reload(&lock)?;
        Ok(Some(self.snapshot()))
    }

    /// Brings another copy of this vault in, from wherever it stands. `None` when it holds nothing that is new. With `try_only`
    /// nothing is saved. The older entries of the log that stand beside the copy come with it.
    pub fn merge(&mut self, path: &Path, try_only: bool) -> Result<Option<Merged>, StoreError> {
        let file = files::read_copy(path, MAX_VAULT)?;
        let theirs = Unlocked::open(&self.key, &file).map_err(|error| StoreError::Copy(path.to_owned(), error))?;
        let lock = self.folder.lock()?;
        self.reload(&lock)?;
        if theirs.document.vault.id != self.unlocked.document.vault.id {
            return Err(StoreError::Copy(path.to_owned(), VaultError::OtherIdentity));
        }
        // Joining is the same in either order; this one says whether anything would change here.
        let joined = theirs.join(&self.unlocked);
        let (older, unusable) = self.older_beside(path)?;
        if joined.is_none() && older.is_empty() {
            return Ok(None);
        }
        let count = older.len();
        if !try_only {
            // First these: once the records are joined, the log counts on them.
            self.keep_older(older)?;
        }
        let (document, conflicts) = match joined {
            None => (self.unlocked.document.clone(), Vec::new()),
            Some((draft, conflicts)) => {
                let document = draft.document().clone();
                if !try_only {
                    self.save(draft, Backup::Yes, &lock)?;
                }
                (document, conflicts)
            }
        };
        Ok(Some(Merged { document, conflicts, older: count, unusable }))
    }

    /// Wraps the identity in a new passphrase. Older copies of the identity file, in backups and elsewhere, still open with the old one.
    pub fn set_passphrase(&mut self, current: &SecretText, new: &SecretText) -> Result<(), StoreError> {
        self.set_passphrase_with_work_factor(current, new, WORK_FACTOR)
    }

    /// The same with another scrypt work factor (log2), for tests below the binary.
    pub fn set_passphrase_with_work_factor(
        &mut self,
        current: &SecretText,
        new: &SecretText,
        work_factor: u8,
    ) -> Result<(), StoreError> {
        passphrase::check(new).map_err(StoreError::Weak)?;
        let lock = self.folder.lock()?;
        let (_, identity) =
            self.folder.read(IDENTITY, MAX_IDENTITY)?.ok_or(StoreError::Incomplete(PathBuf::new(), IDENTITY))?;
        VaultKey::open(&identity, current)?;
        let identity = self.key.seal(new, work_factor)?;
        // First the entry: a change of the passphrase without one could pass unseen.
        self.commit_under(&lock, Change::Audit(Report::passphrase()))?;
        self.folder.keep_identity(IDENTITY, MAX_IDENTITY)?;
        self.folder.prepare(IDENTITY, all(&identity), &lock)?.put(None)?;
        Ok(())
    }

    /// Seals every version, as if a flow had handed each of them over.
    #[cfg(test)]
    pub(crate) fn seal_all(&mut self) {
        let lock = self.folder.lock().unwrap();
        let mut draft = self.unlocked.draft();
        draft.seal_all(clock::wall());
        self.save(draft, Backup::No, &lock).unwrap();
    }

    /// Under the lock: if the file is another than the one that was loaded, both are joined in memory.
    fn reload(&mut self, lock: &File) -> Result<(), StoreError> {
        if self.folder.is_unchanged(VAULT, &self.held)? {
            return Ok(());
        }
        let (held, file) = self.folder.read(VAULT, MAX_VAULT)?.ok_or(StoreError::Incomplete(PathBuf::new(), VAULT))?;
        let theirs = Unlocked::open(&self.key, &file)?;
        if theirs.header() == self.unlocked.header() {
            self.held = held;
            return Ok(());
        }
        match self.unlocked.join(&theirs) {
            None => {
                self.held = held;
                self.unlocked = Arc::new(theirs);
                self.memory.remember(self.unlocked.header());
                Ok(())
            }
            // Until the join is saved their file counts as another: a save that fails would else be followed by one over it.
            Some((draft, _)) => self.save(draft, Backup::Yes, lock),
        }
    }

    /// Seals and writes a draft, mostly with the file before it as a backup.
    fn save(&mut self, mut draft: Draft, backup: Backup, lock: &File) -> Result<(), StoreError> {
        self.archive(&mut draft);
        self.put(draft.seal(&self.key)?, backup, Proof::ReadBack, lock)
    }

    fn put(&mut self, sealed: Sealed, backup: Backup, proof: Proof, lock: &File) -> Result<(), StoreError> {
        let name = backups::name(self.unlocked.generation(), clock::wall());
        self.folder.keep_identity(IDENTITY, MAX_IDENTITY)?;
        let name = (backup == Backup::Yes).then_some(name.as_str());
        let new = self.folder.prepare(VAULT, |out| sealed.write(&self.key, out), lock)?;
        if proof == Proof::OpensAgain {
            sealed.opens_again(&self.key, &new.bytes(MAX_VAULT)?)?;
        }
        self.held = new.put(name)?;
        self.unlocked = sealed.unlocked;
        self.memory.remember(self.unlocked.header());
        if backup == Backup::Yes {
            self.folder.thin_backups(clock::wall());
        }
        // The vault is saved: a clear file that can't be written is told by `paykeep due`, which writes it too.
        let _told_there = self.write_reminder(self.wanted_reminder(), lock);
        Ok(())
    }
}

fn fresh_id() -> Result<Id, StoreError> {
    Ok(Id::new(clock::wall(), u128::from_le_bytes(random()?)))
}

fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| VaultError::Entropy)?;
    Ok(bytes)
}

const VAULT: &str = "vault.age";
const IDENTITY: &str = "identity.age";
const REMINDER: &str = "next-due";
/// A date and a number.
const MAX_REMINDER: usize = 64;
/// A wrapped identity has 300 bytes; age's own header limit is the larger bound.
const MAX_IDENTITY: usize = 16 * 1024;
const MAX_VAULT: usize = crate::vault::MAX_FILE;
