//! The audit log's older entries: a file for each month, `audit/2026-11.age`, written before they leave the vault's own file.
//!
//! After a crash in between they stand in both, which does no harm: entries are told apart by what they say. A file that can't be
//! used is never written over; the entries for it stay with the records until it is gone.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{MAX_VAULT, OpenVault, StoreError};
use crate::domain::Change;
use crate::domain::audit::{self, Entry, Flaw, Report};
use crate::shell::clock;
use crate::vault::{Draft, open_log, seal_log};

impl OpenVault {
    /// Moves what is too much out of a draft.
    pub(super) fn archive(&self, draft: &mut Draft) {
        let mut months: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
        for entry in draft.overfull() {
            months.entry(entry.at.strftime("%Y-%m").to_string()).or_default().push(entry);
        }
        for (month, mut entries) in months {
            entries.sort();
            if self.archive_month(draft, &month, &entries).is_ok() {
                draft.archived(&entries);
            }
        }
    }

    fn archive_month(&self, draft: &Draft, month: &str, entries: &[Entry]) -> Result<(), StoreError> {
        let name = format!("{month}{SUFFIX}");
        let mut all = entries.to_vec();
        if let Some((_, file)) = self.folder.read(&format!("{FOLDER}/{name}"), MAX_VAULT)? {
            all.extend(open_log(&self.key, draft.vault(), month, &file)?);
        }
        all.sort();
        all.dedup();
        self.folder.put_in(FOLDER, &name, &seal_log(&self.key, draft.vault(), month, all)?)
    }

    /// All entries that stand in files of their own, and the files that can't be used.
    pub fn older_entries(&self) -> Result<(Vec<Entry>, Vec<Flaw>), StoreError> {
        let (mut entries, mut flaws) = (Vec::new(), Vec::new());
        let mut names = self.folder.names_in(FOLDER)?;
        names.sort();
        for name in names {
            let Some(month) = name.strip_suffix(SUFFIX).filter(|month| !month.starts_with('.')) else { continue };
            let path = format!("{FOLDER}/{name}");
            let read = self.folder.read(&path, MAX_VAULT).and_then(|found| match found {
                Some((_, file)) => Ok(open_log(&self.key, self.unlocked.document.vault.id, month, &file)?),
                None => Ok(Vec::new()),
            });
            match read {
                Ok(found) => entries.extend(found),
                Err(error) => {
                    let why = match error {
                        StoreError::Vault(_) => "it is damaged, or was not written by this vault's key".to_owned(),
                        error => error.to_string(),
                    };
                    flaws.push(Flaw::File(crate::domain::clean(&path).into_owned(), why));
                }
            }
        }
        entries.sort();
        entries.dedup();
        Ok((entries, flaws))
    }

    /// What is wrong with the audit log, older entries included.
    pub fn check_log(&self) -> Result<Vec<Flaw>, StoreError> {
        let (older, mut flaws) = self.older_entries()?;
        flaws.extend(audit::check(&self.unlocked.document, &older));
        Ok(flaws)
    }

    /// Writes the whole log into the vault's folder, without values, one JSON object a line; and says where. Remembered first.
    pub fn export_log(&mut self) -> Result<PathBuf, StoreError> {
        self.commit(Change::Audit(Report::log_exported()))?;
        let (mut entries, _) = self.older_entries()?;
        entries.extend(self.unlocked.document.audit.iter().cloned());
        entries.sort_by(|a, b| (a.at, a.seq, &a.device).cmp(&(b.at, b.seq, &b.device)));
        entries.dedup();
        let mut text = String::new();
        for entry in &entries {
            text.push_str(&serde_json::to_string(&entry.listed()).unwrap_or_default());
            text.push('\n');
        }
        let name = clock::wall().strftime("audit-%Y%m%dT%H%M%SZ.jsonl").to_string();
        let lock = self.folder.lock()?;
        self.folder.put(&name, text.as_bytes(), &lock)?;
        Ok(self.folder.path().join(name))
    }
}

const FOLDER: &str = "audit";
const SUFFIX: &str = ".age";
