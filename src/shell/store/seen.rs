//! What is remembered outside the vault, so that an older copy in its place is noticed: the newest generation that was seen.

use std::fs;
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

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
        if self.seen(header).is_none_or(|(seen, _)| seen <= header.generation) {
            self.accept(header);
        }
    }

    /// Remembers this generation as the newest one, whatever was seen: the user agreed to an older vault.
    pub(super) fn accept(&self, header: &Header) {
        let mac: String = header.mac.chars().take(16).collect();
        self.write(&format!("seen/{}", header.vault), &format!("{} {mac}\n", header.generation));
    }

    /// This computer's short name in vaults; made at the first call. Where it can't be kept, each run is a computer of its own.
    pub(super) fn device(&self) -> Result<DeviceId, StoreError> {
        let kept = fs::read_to_string(self.folder.join("device")).ok();
        if let Some(device) = kept.and_then(|text| DeviceId::parse(text.trim())) {
            return Ok(device);
        }
        let device = DeviceId::new(u64::from_le_bytes(random()?));
        self.write("device", &format!("{device}\n"));
        Ok(device)
    }

    fn seen(&self, header: &Header) -> Option<(u64, String)> {
        let text = fs::read_to_string(self.folder.join(format!("seen/{}", header.vault))).ok()?;
        let (generation, mac) = text.trim_end().split_once(' ')?;
        Some((generation.parse().ok()?, mac.to_owned()))
    }

    /// Written beside and renamed, so that it is old or new; without fsync: after a power loss an older memory is only less watchful.
    fn write(&self, name: &str, text: &str) {
        let path = self.folder.join(name);
        let new = path.with_extension(format!("new-{}", std::process::id()));
        let folder = path.parent().unwrap_or(&self.folder);
        let written = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).and_then(|()| {
            let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
            file.write_all(text.as_bytes())?;
            fs::rename(&new, &path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&new);
        }
    }
}
