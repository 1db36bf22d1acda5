//! The way out of a vault that does not open: which of its backups takes the place of the damaged file, and how.

use std::path::Path;

use super::error::StoreError;
use super::files::Folder;
use super::{IDENTITY, VAULT, backups};
use crate::domain::{clean, shell_word};
use crate::vault::VaultError;

/// The error with what can be done about it in this folder.
pub(super) fn explain(path: &Path, error: VaultError) -> StoreError {
    let file = match &error {
        VaultError::Damaged(file) | VaultError::TooLarge(file) => *file,
        VaultError::WorkFactor(_) => IDENTITY,
        VaultError::OtherIdentity | VaultError::NotGenuine => VAULT,
        VaultError::WrongPassphrase
        | VaultError::Newer(_)
        | VaultError::Records(_)
        | VaultError::Entropy
        | VaultError::Full => return StoreError::Vault(error),
    };
    let folder = Folder::open(path).ok().flatten();
    let newest = folder.as_ref().and_then(|folder| newest(folder, file));
    let warning = match &error {
        VaultError::NotGenuine => "somebody put it there, don't use what it holds; ",
        VaultError::WorkFactor(_) => "somebody else made this file; ",
        _ => "nothing was changed; ",
    };
    let way_out = match newest {
        Some(backup) => {
            let then = match file {
                VAULT => "`--accept-older` opens it",
                _ => "it opens with the passphrase of its time",
            };
            let path = shell_word(&clean(&path.to_string_lossy()));
            let folder = backups::FOLDER;
            format!(
                "the newest backup comes back with `cd {path} && mv {file} {file}.damaged && cp {folder}/{backup} {file}`; {then}"
            )
        }
        None => format!("this vault has no backup of {file}: bring it back from a copy of your own"),
    };
    StoreError::Damaged(error, format!("{warning}{way_out}"))
}

/// The name of the backup of a file that was made last.
fn newest(folder: &Folder, file: &str) -> Option<String> {
    let names = folder.names_in(backups::FOLDER).ok()?;
    if file == VAULT {
        return backups::newest(&names).map(str::to_owned);
    }
    let copies = names.into_iter().filter(|name| backups::is_identity(name));
    copies.max_by_key(|name| folder.saved_at(&format!("{}/{name}", backups::FOLDER)).ok().flatten())
}
