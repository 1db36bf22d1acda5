//! Why a vault does not open.

use std::fmt;

use crate::error::{Exit, Explain};

/// Why a vault does not open. No variant carries a byte of its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum VaultError {
    /// `identity.age` does not open with this passphrase.
    WrongPassphrase,
    /// A file is no age file, or was cut off or changed. Which one.
    Damaged(&'static str),
    /// A file is larger than any that paykeep writes. Which one.
    TooLarge(&'static str),
    /// Its scrypt work factor would take more memory than is sane: log2 of it.
    WorkFactor(u8),
    /// `vault.age` is encrypted to another identity.
    OtherIdentity,
    /// It opens, but was not written with the identity's own key.
    NotGenuine,
    /// Its format is newer than this program knows.
    Newer(String),
    /// The records can't be read, at this line of the payload.
    Records(usize),
    /// The random generator of the system failed.
    Entropy,
    /// The vault would become larger than the limit.
    Full,
}

impl fmt::Display for VaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongPassphrase => f.write_str("that passphrase does not open this vault"),
            Self::Damaged(file) => write!(f, "{file} is damaged: it was cut off or changed"),
            Self::TooLarge(file) => write!(f, "{file} is larger than any file of a vault"),
            Self::WorkFactor(n) => {
                write!(f, "identity.age asks for a work factor of 2^{n}, far more than paykeep uses")
            }
            Self::OtherIdentity => f.write_str("vault.age belongs to another identity than identity.age"),
            Self::NotGenuine => f.write_str("vault.age was not written by this vault's key"),
            Self::Newer(format) => write!(f, "the vault has format {format}, newer than this paykeep knows"),
            Self::Records(line) => {
                write!(f, "vault.age holds records that this paykeep can't read, at line {line} of its text")
            }
            Self::Entropy => f.write_str("the system's random generator failed"),
            Self::Full => f.write_str("the vault would become larger than 64 MiB"),
        }
    }
}

impl std::error::Error for VaultError {}

impl Explain for VaultError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::WrongPassphrase => "nothing was changed; caps lock may be on".into(),
            Self::Damaged(_) | Self::TooLarge(_) | Self::OtherIdentity => {
                "nothing was changed; earlier generations stand in the folder's backups".into()
            }
            Self::WorkFactor(_) => {
                "somebody else made this file; a backup of yours stands in the folder's backups".into()
            }
            Self::NotGenuine => {
                "somebody put it there: don't use what it holds; earlier generations stand in the folder's backups"
                    .into()
            }
            Self::Newer(_) | Self::Records(_) => {
                "a newer paykeep wrote it: update this one; nothing was changed".into()
            }
            Self::Full => "purge the bin, or split it: several vaults can stand side by side".into(),
            Self::Entropy => return None,
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::WrongPassphrase => Exit::Locked,
            Self::Entropy | Self::Full => Exit::Failed,
            _ => Exit::Damaged,
        }
    }
}
