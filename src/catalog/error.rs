//! What can be wrong with a provider's file.

use std::fmt;

use super::finding::Finding;
use crate::domain::clean;
use crate::error::{Exit, Explain};

/// Why a provider's file is not used. It says file and line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogError {
    /// Larger than any description of a provider.
    TooBig {
        /// The file's name.
        file: String,
    },
    /// It is no TOML, has an unknown key, or says something that can't be.
    Wrong {
        /// The file's name.
        file: String,
        /// The line, counted from 1; 0 where it is the file as a whole.
        line: usize,
        /// What is wrong, naming the key.
        message: String,
        /// What to try.
        hint: Option<String>,
    },
    /// Its id or name is a built-in provider's, or that of another file of the user's.
    Taken {
        /// The file's name.
        file: String,
        /// Which of the two: the key in the file.
        key: &'static str,
        /// What it says.
        taken: String,
        /// The other file; `None`: it is built in.
        by: Option<String>,
    },
}

impl CatalogError {
    /// A finding as an error of this file.
    pub(super) fn wrong(file: &str, finding: Finding) -> Self {
        let Finding { line, message, hint, .. } = finding;
        Self::Wrong { file: clean(file).into_owned(), line, message, hint }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooBig { file } => write!(f, "{file}: larger than {} KiB", super::MAX_FILE_BYTES / 1024),
            Self::Wrong { file, line: 0, message, .. } => write!(f, "{file}: {message}"),
            Self::Wrong { file, line, message, .. } => write!(f, "{file}:{line}: {message}"),
            Self::Taken { file, taken, by: None, .. } => write!(f, "{file}: `{taken}` is a built-in provider"),
            Self::Taken { file, taken, by: Some(by), .. } => {
                write!(f, "{file}: `{taken}` is described by {by} already")
            }
        }
    }
}

impl std::error::Error for CatalogError {}

impl Explain for CatalogError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::TooBig { .. } => Some("a provider's file is a few kilobytes; is this the right one?".into()),
            Self::Wrong { hint, .. } => hint.clone(),
            Self::Taken { key, .. } => Some(format!("give it another `{key}`")),
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Taken { .. } => Exit::Refused,
            Self::TooBig { .. } | Self::Wrong { .. } => Exit::Usage,
        }
    }
}
