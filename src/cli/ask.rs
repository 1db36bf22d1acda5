//! Asking on the terminal.

use super::io::Outcome;
use crate::error::{Exit, Problem};
use crate::secret::SecretText;

/// Asks for a text that is not shown.
pub(super) fn secret(_label: &str) -> Outcome<SecretText> {
    Err(Problem::new(Exit::Locked, "there is no terminal to ask for the passphrase")
        .hint("give it with --passphrase-file or --passphrase-fd")
        .into())
}
