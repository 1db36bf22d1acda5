//! Which vault is meant, and its passphrase: from the terminal, a file descriptor or a file, never from an argument or a variable.

use std::ffi::OsString;
use std::path::PathBuf;

use super::args::Global;
use super::io::Outcome;
use crate::error::{Exit, Explain as _, Problem};
use crate::secret::SecretText;
use crate::shell::folders::Folders;
use crate::shell::prompt::{self, PromptError};
use crate::shell::store::{Consent, FolderState, OpenVault, StoreError, VaultFolder};

/// Where a passphrase comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// A file descriptor, by number.
    Descriptor(u32),
    /// A file.
    File(PathBuf),
    /// Asked on the terminal.
    Terminal,
}

impl Source {
    /// What the options say.
    pub(super) fn of(descriptor: Option<u32>, file: Option<&PathBuf>) -> Self {
        match (descriptor, file) {
            (Some(descriptor), _) => Self::Descriptor(descriptor),
            (None, Some(file)) => Self::File(file.clone()),
            (None, None) => Self::Terminal,
        }
    }

    /// Reads or asks for a passphrase. One that is empty is wrong or too weak, which others say.
    pub(super) fn passphrase(&self, question: &str) -> Outcome<SecretText> {
        let read = match self {
            Self::Terminal => prompt::ask(question),
            Self::Descriptor(number) => prompt::from_descriptor(*number),
            Self::File(path) => prompt::from_file(path),
        };
        match read {
            Err(PromptError::Empty(_)) => Ok(SecretText::with_capacity(0)),
            read => Ok(read?),
        }
    }
}

/// The folder that the options, the environment or the platform name.
pub(super) fn folder(global: &Global) -> Outcome<VaultFolder> {
    let named = |value: Option<OsString>| value.filter(|text| !text.is_empty()).map(PathBuf::from);
    let folders = Folders::of_platform()?;
    let given = global.vault.clone().or_else(|| named(std::env::var_os("PAYKEEP_VAULT")));
    Ok(VaultFolder::new(given.unwrap_or_else(|| folders.default_vault()), folders.state))
}

/// Opens the vault. `reads_input` says that standard input is taken for something else.
pub(super) fn open(global: &Global, reads_input: bool) -> Outcome<OpenVault> {
    opened(global, reads_input).map(|(vault, _)| vault)
}

/// The same, with the passphrase that opened it.
pub(super) fn opened(global: &Global, reads_input: bool) -> Outcome<(OpenVault, SecretText)> {
    let folder = folder(global)?;
    if folder.state()? == FolderState::Missing {
        return Err(StoreError::Missing(folder.path().to_owned()).into());
    }
    let source = Source::of(global.passphrase_fd, global.passphrase_file.as_ref());
    if reads_input && source == Source::Descriptor(0) {
        return Err(Problem::new(Exit::Usage, "standard input can't give both the passphrase and the value")
            .hint("use another descriptor: --passphrase-fd 3 3< FILE")
            .into());
    }
    let consent = if global.accept_older { Consent::Older } else { Consent::None };
    let mut tries = if source == Source::Terminal { TRIES } else { 1 };
    loop {
        let passphrase =
            source.passphrase(if tries < TRIES { "That is not it. Passphrase: " } else { "Passphrase: " })?;
        tries -= 1;
        match folder.unlock(&passphrase, consent) {
            Ok(vault) => return Ok((vault, passphrase)),
            Err(error) if tries > 0 && error.exit() == Exit::Locked => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// How often a passphrase is asked for on the terminal.
const TRIES: u8 = 3;
