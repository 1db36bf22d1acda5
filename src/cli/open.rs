//! Which vault is meant, and its passphrase: from the terminal, a file descriptor or a file, never from an argument or a variable.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use super::args::Global;
use super::ask;
use super::io::Outcome;
use crate::error::{Exit, Explain as _, Problem};
use crate::secret::{SecretBytes, SecretText};
use crate::shell::folders::Folders;
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

    /// Reads or asks for a passphrase; `label` stands before the cursor.
    pub(super) fn passphrase(&self, label: &str) -> Outcome<SecretText> {
        let read = match self {
            Self::Terminal => return ask::secret(label),
            Self::Descriptor(0) => first_line(&mut Descriptor0),
            Self::Descriptor(n) => File::open(format!("/dev/fd/{n}")).and_then(|mut file| first_line(&mut file)),
            Self::File(path) => File::open(path).and_then(|mut file| first_line(&mut file)),
        };
        let what = match self {
            Self::Descriptor(n) => format!("file descriptor {n}"),
            Self::File(path) => path.display().to_string(),
            Self::Terminal => "the terminal".into(),
        };
        let line = read.map_err(|error| {
            Problem::new(Exit::Failed, format!("the passphrase could not be read from {what}: {error}"))
                .hint("--passphrase-fd takes the number of an open descriptor, --passphrase-file a file")
        })?;
        let line = line.ok_or_else(|| {
            Problem::new(Exit::Usage, format!("the first line of {what} is too long for a passphrase"))
        })?;
        let text = line
            .into_text()
            .map_err(|_| Problem::new(Exit::Usage, format!("the passphrase in {what} is not UTF-8")))?;
        Ok(text)
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
        let passphrase = source.passphrase("Passphrase")?;
        tries -= 1;
        match folder.unlock(&passphrase, consent) {
            Ok(vault) => return Ok((vault, passphrase)),
            Err(error) if tries > 0 && error.exit() == Exit::Locked => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// The first line, without its line break; `None` when it is too long. Byte by byte, so that what follows it in a pipe stays there.
fn first_line(from: &mut dyn Read) -> io::Result<Option<SecretBytes>> {
    let mut line = Vec::with_capacity(MAX_LINE);
    let mut byte = [0];
    loop {
        match from.read(&mut byte) {
            Ok(0) => break,
            Ok(_) if byte[0] == b'\n' => break,
            Ok(_) if line.len() == MAX_LINE => {
                drop(SecretBytes::new(line));
                return Ok(None);
            }
            Ok(_) => line.push(byte[0]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                drop(SecretBytes::new(line));
                return Err(error);
            }
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(SecretBytes::new(line)))
}

/// Standard input without the buffer that reads ahead.
struct Descriptor0;

impl Read for Descriptor0 {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        Ok(rustix::io::read(rustix::stdio::stdin(), buffer)?)
    }
}

/// The longest passphrase in bytes.
const MAX_LINE: usize = 1024;
/// How often a passphrase is asked for on the terminal.
const TRIES: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &[u8]) -> Option<Vec<u8>> {
        first_line(&mut &text[..]).unwrap().map(|line| line.expose().to_vec())
    }

    #[test]
    fn the_passphrase_is_the_first_line_without_its_end() {
        assert_eq!(line(b"one two\nthree"), Some(b"one two".to_vec()));
        assert_eq!(line(b"one two\r\n"), Some(b"one two".to_vec()));
        assert_eq!(line(b" one "), Some(b" one ".to_vec()));
        assert_eq!(line(b""), Some(Vec::new()));
        assert_eq!(line(&[b'x'; MAX_LINE + 1]), None);
    }

    #[test]
    fn what_follows_the_first_line_is_left_for_others() {
        let mut pipe: &[u8] = b"first\nsecond\n";
        first_line(&mut pipe).unwrap();
        assert_eq!(pipe, b"second\n");
    }
}
