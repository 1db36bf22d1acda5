//! `paykeep init`: a new vault.

use super::args::{Global, Init};
use super::io::{Io, Outcome};
use super::new_passphrase;
use super::open::{Source, folder};
use crate::shell::store::{FolderState, StoreError};

/// Makes a vault where none is.
pub(super) fn run(args: &Init, global: &Global, io: &mut Io<'_>) -> Outcome {
    let folder = folder(global)?;
    // Before anything is asked, and again by `create`.
    if folder.state()? != FolderState::Missing {
        return Err(StoreError::Exists(folder.path().to_owned()).into());
    }
    let source = Source::of(global.passphrase_fd, global.passphrase_file.as_ref());
    let passphrase = if args.generate { new_passphrase::generate(io)? } else { new_passphrase::choose(&source)? };
    folder.create(&passphrase)?;
    io.note(format!("made a vault in {}", folder.path().display()));
    io.note("nobody can open it without its passphrase: keep that in a second place");
    Ok(())
}
