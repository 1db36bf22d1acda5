//! Files that the user asks for by name.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use directories::BaseDirs;

use crate::domain::clean;
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;

/// A file as the user names it on the screen, where no shell reads it first: `~/` is the home folder, and what is relative is so to where
/// paykeep was started.
pub fn named(text: &str) -> PathBuf {
    let in_home = text.strip_prefix("~/").and_then(|rest| Some(BaseDirs::new()?.home_dir().join(rest)));
    let path = in_home.unwrap_or_else(|| PathBuf::from(text));
    std::path::absolute(&path).unwrap_or(path)
}

/// Whether nothing is there under that name: told before anything is done for it.
pub fn is_free(path: &Path) -> Result<(), Problem> {
    match path.symlink_metadata() {
        Ok(_) => Err(is_there(path)),
        Err(_) => Ok(()),
    }
}

fn is_there(path: &Path) -> Problem {
    Problem::new(Exit::Refused, format!("{} is there already", clean(&path.to_string_lossy())))
        .hint("name a file that does not exist yet")
}

/// Writes a value to a file that is made for it: mode 0600 whatever the umask, synced, and never over one that is there.
pub fn write_new(path: &Path, value: &SecretBytes) -> Result<(), Problem> {
    let name = || clean(&path.to_string_lossy()).into_owned();
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| {
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            is_there(path)
        } else {
            Problem::new(Exit::Failed, format!("{} can't be made: {error}", name()))
        }
    })?;
    let written = file.write_all(value.expose()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // Half a key is of no use to anyone.
        let _gone = std::fs::remove_file(path);
        Problem::new(Exit::Failed, format!("{} can't be written: {error}", name()))
    })
}
