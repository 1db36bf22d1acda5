//! A problem and what to try: every module's errors become a [`Problem`] on their way to the user.

use std::fmt;

/// Why the program ends, as a number that a script can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// All done.
    Done = 0,
    /// It failed: a full disk, a lost terminal.
    Failed = 1,
    /// The command line or its input is not usable.
    Usage = 2,
    /// Wrong passphrase, or nobody there to give one.
    Locked = 3,
    /// No such reference.
    NotFound = 4,
    /// More than one thing fits.
    Ambiguous = 5,
    /// A rule refuses it: environment, policy, reference taken, vault exists, weak passphrase, older vault.
    Refused = 6,
    /// The vault is damaged, of a newer format, or was not written by its key.
    Damaged = 7,
    /// The answer is no: something was found, is due, is not verified, has lint findings.
    No = 8,
}

/// An error that can say what to try, and with which number the program ends.
pub trait Explain: std::error::Error {
    /// What the user can try, in one line. Lower case, no full stop.
    fn hint(&self) -> Option<String> {
        None
    }

    /// The exit code.
    fn exit(&self) -> Exit {
        Exit::Failed
    }
}

/// An error as a user meets it, on the command line and in the status line alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong, in one line. Lower case, no full stop, never a secret.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
    /// The exit code.
    pub exit: Exit,
}

impl Problem {
    /// A problem without a hint.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, exit }
    }

    /// The same, with what to try.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

/// A sentence as a clause, as behind a colon or where a note begins: its first letter small, unless it begins an abbreviation.
pub fn clause(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), second) if second.is_none_or(|c| !c.is_uppercase()) => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => sentence.to_owned(),
    }
}

impl<E: Explain> From<E> for Problem {
    fn from(error: E) -> Self {
        Self { message: error.to_string(), hint: error.hint(), exit: error.exit() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_becomes_a_clause_and_an_abbreviation_stays() {
        assert_eq!(
            ["It is UTF-16", "É", "OSC 52 is off", "A", ""].map(clause),
            ["it is UTF-16", "é", "OSC 52 is off", "a", ""]
        );
    }
}
