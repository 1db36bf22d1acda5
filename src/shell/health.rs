//! How a vault's folder lies on the disk: who else may open it, and what is kept beside it.

use std::fs::{self, DirEntry};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use jiff::Timestamp;

use crate::domain::clean;

/// What was found.
#[derive(Debug, Default)]
pub struct Health {
    /// Whether the folder is there.
    pub exists: bool,
    /// What others may read or write, with its mode.
    pub too_open: Vec<String>,
    /// How many earlier generations are kept.
    pub backups: usize,
    /// When the newest of them was saved.
    pub newest: Option<Timestamp>,
}

/// Looks at a vault's folder, without opening anything in it.
pub fn of(folder: &Path) -> io::Result<Health> {
    let mut health = Health::default();
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(health),
        Err(error) => return Err(error),
        Ok(there) => note(&mut health, ".", there.permissions().mode()),
    }
    health.exists = true;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        look(&mut health, &entry, "")?;
        let inner = ["backups", "audit"].into_iter().find(|inner| entry.file_name() == *inner);
        if let (Some(inner), true) = (inner, entry.file_type()?.is_dir()) {
            for entry in fs::read_dir(entry.path())? {
                let entry = entry?;
                look(&mut health, &entry, &format!("{inner}/"))?;
                if entry.file_name().to_string_lossy().ends_with(".vault.age") {
                    health.backups += 1;
                    let saved = Timestamp::try_from(entry.metadata()?.modified()?).ok();
                    health.newest = health.newest.max(saved);
                }
            }
        }
    }
    health.too_open.sort_unstable();
    Ok(health)
}

fn look(health: &mut Health, entry: &DirEntry, under: &str) -> io::Result<()> {
    if !entry.file_type()?.is_symlink() {
        let name = format!("{under}{}", clean(&entry.file_name().to_string_lossy()));
        note(health, &name, entry.metadata()?.permissions().mode());
    }
    Ok(())
}

fn note(health: &mut Health, name: &str, mode: u32) {
    // The reminder's date is kept in clear on purpose, and as closed as the rest.
    if mode & 0o077 != 0 {
        health.too_open.push(format!("{name} ({:o})", mode & 0o777));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_may_read_is_named_and_backups_are_counted() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("vault");
        assert!(!of(&folder).unwrap().exists);
        let set = |name: &str, mode| fs::set_permissions(folder.join(name), fs::Permissions::from_mode(mode)).unwrap();
        for name in ["backups", "audit", ""] {
            fs::create_dir_all(folder.join(name)).unwrap();
            set(name, 0o700);
        }
        let backup = "backups/00000001-20261122T091200Z.vault.age";
        let month = "audit/2026-10-d1.age";
        for name in ["vault.age", backup, "backups/9c1f0e7a.identity.age", month] {
            fs::write(folder.join(name), "").unwrap();
            set(name, 0o600);
        }
        let found = of(&folder).unwrap();
        assert!(found.exists && found.too_open.is_empty() && found.backups == 1 && found.newest.is_some());
        for name in ["vault.age", backup, month] {
            set(name, 0o644);
        }
        let named = [month, backup, "vault.age"].map(|name| format!("{name} (644)"));
        assert_eq!(of(&folder).unwrap().too_open, named);
    }
}
