//! `paykeep get`: a value, exactly as it is stored.

use std::path::Path;

use super::args::Get;
use super::io::{Io, Outcome};
use crate::domain::Field;
use crate::error::{Exit, Problem};
use crate::keys;
use crate::secret::SecretBytes;
use crate::shell::files;
use crate::vault::Unlocked;

/// Prints one value.
pub(super) fn run(args: &Get, vault: &Unlocked, io: &mut Io<'_>) -> Outcome {
    let target = vault.document.resolve(&args.reference)?;
    let named = args.reference.split_once('#').map(|(_, name)| name);
    let Some((name, field)) = vault.document.field(&target, named) else {
        return Err(Problem::new(Exit::NotFound, format!("{} has no value yet", args.reference)).into());
    };
    let named_version = args.reference.contains('@');
    if let Some(version) = target.version.filter(|v| field.is_secret() && !named_version && v.is_expired(io.now)) {
        return Err(Problem::new(Exit::Refused, format!("v{} of it no longer works: its time is over", version.n))
            .hint("get a new one; to see the old one all the same, name its version")
            .into());
    }
    if let Some(file) = &args.out {
        return to_file(args, vault, field, file, io);
    }
    if field.is_secret() && io.output_is_terminal && !args.print {
        return Err(Problem::new(
            Exit::Refused,
            format!("{name} is a secret and would stay in the terminal's scrollback"),
        )
        .hint("pipe it to where it is needed, or say --print")
        .into());
    }
    io.print(value(args, vault, name, field)?.expose())?;
    // For the eye alone: what comes next starts on a line of its own. A pipe gets the value and nothing else.
    if io.output_is_terminal { io.print(b"\n") } else { Ok(()) }
}

/// The value, in the form that was asked for.
fn value(args: &Get, vault: &Unlocked, name: &str, field: &Field) -> Outcome<SecretBytes> {
    let stored = match (&field.value, &field.secret) {
        (Some(value), _) => SecretBytes::copied(value.as_bytes()),
        (None, Some(key)) => {
            let lost = || Problem::new(Exit::Damaged, format!("the vault has no value for {name}"));
            vault.secret(key).ok_or_else(lost)?
        }
        (None, None) => SecretBytes::copied(b""),
    };
    match args.form {
        Some(form) => Ok(keys::convert(stored.expose(), form)?.into_bytes()),
        None => Ok(stored),
    }
}

/// Into a new file that nobody else can read. One that is there already is never written over.
fn to_file(args: &Get, vault: &Unlocked, field: &Field, file: &Path, io: &mut Io<'_>) -> Outcome {
    let value = value(args, vault, &args.reference, field)?;
    files::write_new(file, &value)?;
    io.note(format!(
        "{} is in {}, readable by you alone; delete it when it is where it belongs",
        args.reference,
        file.display()
    ));
    Ok(())
}
