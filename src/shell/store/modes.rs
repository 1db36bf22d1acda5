//! Who else may open a vault's files: nobody, whatever a copy, an archive or another program made of their modes.

use std::path::Path;

use rustix::fs::{self, AtFlags, FileType, Mode, OFlags, RawMode};
use rustix::process;

use super::files::Folder;
use super::{backups, log};

/// What was open to others.
#[derive(Debug, Default)]
pub(super) struct Modes {
    /// With the mode that it had: closed now.
    closed: Vec<String>,
    /// With its mode: could not be closed.
    left: Vec<String>,
}

impl Modes {
    /// Takes the rights of others from the folder and from the files in it that are paykeep's. What is another user's is left alone.
    /// What can't be closed is told; what can't be looked at is looked at again at the next opening. Neither stops anything.
    pub(super) fn close(folder: &Folder) -> Self {
        let mut modes = Self::default();
        modes.close_one(folder, ".", "the folder");
        for name in folder.names_in(".").unwrap_or_default() {
            if is_own(&name) || matches!(name.as_str(), super::files::LOCK | super::REMINDER) {
                modes.close_one(folder, &name, &name);
            }
        }
        for inner in [backups::FOLDER, log::FOLDER] {
            modes.close_one(folder, inner, inner);
            for name in folder.names_in(inner).unwrap_or_default().iter().filter(|name| is_own(name)) {
                let name = format!("{inner}/{name}");
                modes.close_one(folder, &name, &name);
            }
        }
        modes
    }

    fn close_one(&mut self, folder: &Folder, name: &str, words: &str) {
        let stat = match fs::statat(folder.file(), name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) if stat.st_uid == process::geteuid().as_raw() && stat.st_mode & OTHERS != 0 => stat,
            _ => return,
        };
        let is_folder = match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => true,
            FileType::RegularFile => false,
            _ => return,
        };
        // What stands there now is opened and changed: nothing that is put in its place meanwhile.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let mode = if is_folder { Mode::RWXU } else { Mode::RUSR | Mode::WUSR };
        let closed = fs::openat(folder.file(), name, flags, Mode::empty())
            .and_then(|file| fs::fchmod(&file, mode).and_then(|()| fs::fstat(&file)));
        let told = format!("{words} ({:o})", stat.st_mode & 0o777);
        // Some file systems take the change and keep the mode.
        if closed.is_ok_and(|stat| stat.st_mode & OTHERS == 0) {
            self.closed.push(told);
        } else {
            self.left.push(told);
        }
    }

    /// What the user is told, each a clause that fits a line of a small screen.
    pub(super) fn notices(&self) -> Vec<String> {
        let mut notices = Vec::new();
        if !self.closed.is_empty() {
            notices.push(format!("was open to others, closed now: {}", listed(&self.closed)));
        }
        if !self.left.is_empty() {
            notices.push(format!("open to others, and chmod go= did not close it: {}", listed(&self.left)));
        }
        notices
    }
}

/// Whether a file is one of age's, as all are that hold anything of the vault.
fn is_own(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "age")
}

/// The first of them, and what stands for them all.
fn listed(names: &[String]) -> String {
    match names {
        [first, second] => format!("{first} and {second}"),
        [first, others @ ..] if !others.is_empty() => format!("{first} and {} files more", others.len()),
        names => names.concat(),
    }
}

/// Every right of everyone else.
const OTHERS: RawMode = 0o077;
