//! What is remembered outside the vault, so that an older copy in its place is noticed: the newest generation that was seen.

use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use super::{StoreError, random};
use crate::domain::DeviceId;
use crate::vault::Header;

/// The platform's state folder of paykeep. What can't be written there is not an error: the vault's own safety does not hang on
/// it, and a home that is read-only must not keep anyone from their keys.
pub(super) struct Memory {
    folder: PathBuf,
}

impl Memory {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.into() }
    }

    /// Refuses a vault that is older than the newest that was seen, or another copy of that generation.
    pub(super) fn check(&self, header: &Header) -> Result<(), StoreError> {
        let Some((seen, mac)) = self.seen(header) else { return Ok(()) };
        let older = header.generation < seen || (header.generation == seen && !header.mac.starts_with(&mac));
        if older { Err(StoreError::Older { seen, found: header.generation }) } else { Ok(()) }
    }

    /// Remembers this generation, unless a newer one has been seen: by another program, since this one read the file.
    pub(super) fn remember(&self, header: &Header) {
        self.write(|| self.seen(header).is_none_or(|(seen, _)| seen <= header.generation).then(|| line(header)));
    }

    /// Remembers this generation as the newest one, whatever was seen: the user agreed to an older vault.
    pub(super) fn accept(&self, header: &Header) {
        self.write(|| Some(line(header)));
    }

    /// This computer's short name in vaults; made at the first call. Where it can't be kept, each run is a computer of its own.
    pub(super) fn device(&self) -> Result<DeviceId, StoreError> {
        let kept = || DeviceId::parse(fs::read_to_string(self.folder.join("device")).ok()?.trim());
        if let Some(device) = kept() {
            return Ok(device);
        }
        let made = DeviceId::new(u64::from_le_bytes(random()?));
        self.write(|| kept().is_none().then(|| ("device".into(), format!("{made}\n"))));
        // Another program may have been first: one computer has one name.
        Ok(kept().unwrap_or(made))
    }

    fn seen(&self, header: &Header) -> Option<(u64, String)> {
        let text = fs::read_to_string(self.folder.join(format!("seen/{}", header.vault))).ok()?;
        let (generation, mac) = text.trim_end().split_once(' ')?;
        Some((generation.parse().ok()?, mac.to_owned()))
    }

    /// Writes what `decide` says, a file's name and text, unless it says that there is nothing to do. One program at a time decides
    /// and writes. Beside and renamed, so that the file is old or new; under one name, so that what a crash left is written over.
    /// Without fsync: after a power loss an older memory is only less watchful.
    fn write(&self, decide: impl FnOnce() -> Option<(String, String)>) {
        let new = self.folder.join("writing.new");
        let _unwritten = (|| {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(self.folder.join("seen"))?;
            let _lock = self.lock()?;
            let Some((name, text)) = decide() else { return Ok(()) };
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
            let written = file.write_all(text.as_bytes()).and_then(|()| fs::rename(&new, self.folder.join(name)));
            if written.is_err() {
                let _ = fs::remove_file(&new);
            }
            written
        })();
    }

    /// Waits for the other programs that write here; not for long: one of them may have been stopped.
    fn lock(&self) -> io::Result<File> {
        let file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(self.folder.join("lock"))?;
        for _ in 0..LOCK_TRIES {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(file),
                Err(_) => std::thread::sleep(LOCK_PAUSE),
            }
        }
        Err(io::ErrorKind::WouldBlock.into())
    }
}

fn line(header: &Header) -> (String, String) {
    let mac: String = header.mac.chars().take(16).collect();
    (format!("seen/{}", header.vault), format!("{} {mac}\n", header.generation))
}

const LOCK_TRIES: u32 = 100;
const LOCK_PAUSE: Duration = Duration::from_millis(10);
