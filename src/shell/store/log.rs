//! The audit log's older entries: a file for each month and computer that moved them there, `audit/2026-11-DEVICE.age`, written before
//! they leave the vault's own file. No two computers write one file, so that a folder that is synchronised loses none.
//!
//! After a crash in between they stand in both, which does no harm: entries are told apart by what they say. A file that can't be
//! used is never written over; the entries for it stay with the records until it is gone.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::{MAX_VAULT, OpenVault, StoreError, files};
use crate::domain::audit::{self, Entry, Flaw, Report};
use crate::domain::{Change, Id};
use crate::shell::clock;
use crate::vault::{Draft, open_log, seal_log};

impl OpenVault {
    /// Moves what is too much out of a draft.
    pub(super) fn archive(&self, draft: &mut Draft) {
        for (month, entries) in by_month(draft.overfull()) {
            if self.archive_month(draft.vault(), &month, &entries).is_ok() {
                draft.archived(&entries);
            }
        }
    }

    fn archive_month(&self, vault: Id, month: &str, entries: &[Entry]) -> Result<(), StoreError> {
        let stem = format!("{month}-{}", self.device);
        let name = format!("{stem}{SUFFIX}");
        let mut all = entries.to_vec();
        if let Some((_, file)) = self.folder.read(&format!("{FOLDER}/{name}"), MAX_VAULT)? {
            all.extend(open_log(&self.key, vault, &stem, &file)?);
        }
        all.sort();
        all.dedup();
        self.folder.put_in(FOLDER, &name, &seal_log(&self.key, vault, &stem, all)?)
    }

    /// The older entries that stand beside another copy of the vault and are not here, and the files there that can't be used.
    pub(super) fn older_beside(&self, copy: &Path) -> Result<(Vec<Entry>, Vec<Flaw>), StoreError> {
        let folder = copy.parent().unwrap_or(Path::new("")).join(FOLDER);
        let listed = fs::read_dir(&folder).into_iter().flatten().flatten();
        let names = listed.filter_map(|entry| entry.file_name().to_str().map(str::to_owned)).collect();
        let (mut found, flaws) =
            self.read_months(names, |name| files::read_copy(&folder.join(name), MAX_VAULT).map(Some));
        let ours: BTreeSet<Entry> = self.older_entries()?.0.into_iter().collect();
        found.retain(|entry| !ours.contains(entry));
        Ok((found, flaws))
    }

    /// Keeps older entries that came from another copy.
    pub(super) fn keep_older(&self, entries: Vec<Entry>) -> Result<(), StoreError> {
        let vault = self.unlocked.document.vault.id;
        by_month(entries).iter().try_for_each(|(month, entries)| self.archive_month(vault, month, entries))
    }

    /// All entries that stand in files of their own, and the files that can't be used.
    pub fn older_entries(&self) -> Result<(Vec<Entry>, Vec<Flaw>), StoreError> {
        let names = self.folder.names_in(FOLDER)?;
        let read = |name: &str| {
            let found = self.folder.read(&format!("{FOLDER}/{name}"), MAX_VAULT)?;
            Ok(found.map(|(_, file)| file))
        };
        Ok(self.read_months(names, read))
    }

    fn read_months(
        &self,
        mut names: Vec<String>,
        read: impl Fn(&str) -> Result<Option<Vec<u8>>, StoreError>,
    ) -> (Vec<Entry>, Vec<Flaw>) {
        let (mut entries, mut flaws) = (Vec::new(), Vec::new());
        names.sort();
        for name in names {
            let Some(stem) = name.strip_suffix(SUFFIX).filter(|stem| !stem.starts_with('.')) else { continue };
            let opened = read(&name).and_then(|found| match found {
                Some(file) => Ok(open_log(&self.key, self.unlocked.document.vault.id, stem, &file)?),
                None => Ok(Vec::new()),
            });
            match opened {
                Ok(found) => entries.extend(found),
                Err(error) => {
                    let why = match error {
                        StoreError::Vault(_) => "it is damaged, or was not written by this vault's key".to_owned(),
                        error => error.to_string(),
                    };
                    let path = format!("{FOLDER}/{name}");
                    flaws.push(Flaw::File(crate::domain::clean(&path).into_owned(), why));
                }
            }
        }
        entries.sort();
        entries.dedup();
        (entries, flaws)
    }

    /// What is wrong with the audit log, older entries included.
    pub fn check_log(&self) -> Result<Vec<Flaw>, StoreError> {
        let (older, mut flaws) = self.older_entries()?;
        flaws.extend(audit::check(&self.unlocked.document, &older));
        Ok(flaws)
    }

    /// Writes the whole log into the vault's folder, in clear and without values, one JSON object a line; and says where, and which
    /// files of older entries could not be used and are not in it. Remembered first.
    pub fn export_log(&mut self) -> Result<(PathBuf, Vec<Flaw>), StoreError> {
        self.commit(Change::Audit(Report::log_exported()))?;
        let (mut entries, left_out) = self.older_entries()?;
        entries.extend(self.unlocked.document.audit.iter().cloned());
        entries.sort_by(|a, b| (a.at, a.seq, &a.device).cmp(&(b.at, b.seq, &b.device)));
        entries.dedup();
        let mut text = String::new();
        for entry in &entries {
            text.push_str(&serde_json::to_string(&entry.listed()).unwrap_or_default());
            text.push('\n');
        }
        let name = clock::wall().strftime("audit-%Y%m%dT%H%M%SZ.jsonl").to_string();
        self.folder.put(&name, text.as_bytes(), &self.folder.lock()?)?;
        Ok((self.folder.path().join(name), left_out))
    }
}

fn by_month(entries: Vec<Entry>) -> BTreeMap<String, Vec<Entry>> {
    let mut months: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        months.entry(entry.at.strftime("%Y-%m").to_string()).or_default().push(entry);
    }
    for entries in months.values_mut() {
        entries.sort();
    }
    months
}

pub(super) const FOLDER: &str = "audit";
const SUFFIX: &str = ".age";
