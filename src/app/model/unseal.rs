//! What the model knows of a sealed secret that is asked for again.

use crate::app::effect::Given;
use crate::app::input::{SecretInput, TextInput};
use crate::domain::{Environment, Id};

use super::Busy;

/// The question before a sealed secret is given out: the passphrase, and why.
#[derive(Debug)]
pub struct Unseal {
    /// Its reference, with version and field.
    pub subject: String,
    /// Sandbox or live.
    pub environment: Environment,
    /// Whether it is to be shown; else it is to be copied.
    pub reveals: bool,
    /// The vault's passphrase.
    pub passphrase: SecretInput,
    /// Why it is needed.
    pub reason: TextInput,
    /// Whether the reason has the focus; else the passphrase has it.
    pub on_reason: bool,
    /// What is wrong with what was given.
    pub error: Option<String>,
    /// While the passphrase is checked, or the entry saved.
    pub busy: Option<Busy>,
    pub(in crate::app) credential: Id,
    pub(in crate::app) given: Given,
}
