//! `paykeep get`: a value, exactly as it is stored.

use super::args::Get;
use super::io::{Io, Outcome};
use crate::error::{Exit, Problem};
use crate::vault::Unlocked;

/// Prints one value.
pub(super) fn run(args: &Get, vault: &Unlocked, io: &mut Io<'_>) -> Outcome {
    let target = vault.document.resolve(&args.reference)?;
    let named = args.reference.split_once('#').map(|(_, name)| name);
    let Some((name, field)) = vault.document.field(&target, named) else {
        return Err(Problem::new(Exit::NotFound, format!("{} has no value yet", args.reference)).into());
    };
    if field.is_secret() && io.output_is_terminal && !args.print {
        return Err(Problem::new(
            Exit::Refused,
            format!("{name} is a secret and would stay in the terminal's scrollback"),
        )
        .hint("pipe it to where it is needed, or say --print")
        .into());
    }
    match (&field.value, &field.secret) {
        (Some(value), _) => io.print(value.as_bytes())?,
        (None, Some(key)) => {
            let lost = || Problem::new(Exit::Damaged, format!("the vault has no value for {name}"));
            io.print(vault.secret(key).ok_or_else(lost)?.expose())?;
        }
        (None, None) => {}
    }
    // For the eye alone: what comes next starts on a line of its own. A pipe gets the value and nothing else.
    if io.output_is_terminal { io.print(b"\n") } else { Ok(()) }
}
