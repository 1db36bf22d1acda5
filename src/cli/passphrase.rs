//! `paykeep passphrase`: another passphrase for the same vault.

use super::args::{Global, Passphrase};
use super::io::{Io, Outcome};
use super::new_passphrase;
use super::open::{Source, opened};
use crate::error::{Exit, Problem};

/// Wraps the vault's identity anew.
pub(super) fn run(args: &Passphrase, global: &Global, io: &mut Io<'_>) -> Outcome {
    let source = Source::of(args.new_passphrase_fd, args.new_passphrase_file.as_ref());
    if source == Source::Descriptor(0) && global.passphrase_fd == Some(0) && io.input_is_terminal {
        return Err(Problem::new(Exit::Usage, "standard input is a terminal: leave both options away").into());
    }
    let (mut vault, current) = opened(global, false)?;
    vault.notices().iter().for_each(|notice| io.note(notice));
    let new = if args.generate { new_passphrase::generate(io)? } else { new_passphrase::choose(&source)? };
    vault.set_passphrase(&current, &new)?;
    io.note("the passphrase is changed");
    io.note("copies and backups made before still open with the old one");
    Ok(())
}
