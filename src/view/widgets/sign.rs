//! Badges and masks: what says live or sandbox, and what stands for a secret.

use crate::domain::Environment;
use crate::view::canvas::Part;
use crate::view::theme::Ink;

/// The environment in lists and text. Live is never told by colour alone: a symbol, capitals and weight say it too.
pub fn badge(environment: Environment) -> Part<'static> {
    match environment {
        Environment::Live => ("● LIVE", Ink::LIVE).into(),
        Environment::Sandbox => ("○ sandbox", Ink::SANDBOX).into(),
    }
}

/// The environment in titles, dialogs, the copy strip and forms: live is filled, sandbox never.
pub fn filled(environment: Environment) -> Part<'static> {
    match environment {
        Environment::Live => (" ● LIVE ", Ink::LIVE_FILL).into(),
        Environment::Sandbox => badge(environment),
    }
}

/// What stands for a secret: always as many bullets, whatever its length.
pub fn mask() -> Part<'static> {
    ("••••••••", Ink::MASK).into()
}

/// The separator between the parts of a line.
pub fn separator() -> Part<'static> {
    ("  ·  ", Ink::FAINT).into()
}

/// `parts` with a separator between each two.
pub fn joined<'a>(parts: impl IntoIterator<Item = Part<'a>>) -> Vec<Part<'a>> {
    let mut line = Vec::new();
    for part in parts {
        if !line.is_empty() {
            line.push(separator());
        }
        line.push(part);
    }
    line
}
