//! `paykeep get`: a value, exactly as it is stored.

use super::args::Get;
use super::io::{Io, Outcome};
use crate::domain::audit::{self, Report};
use crate::domain::{Change, ChangeError, Id, SecretKey};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;
use crate::vault::Unlocked;

/// Prints one value. That a secret leaves is remembered first.
pub(super) fn run(args: &Get, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let snapshot = vault.snapshot();
    let target = snapshot.document.resolve(&args.reference)?;
    let named = args.reference.split_once('#').map(|(_, name)| name);
    let Some((name, field)) = snapshot.document.field(&target, named) else {
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
            let value = snapshot.secret(key).ok_or_else(lost)?;
            remember(args, vault, &snapshot, target.credential.id, key, io)?;
            io.print(value.expose())?;
        }
        (None, None) => {}
    }
    // For the eye alone: what comes next starts on a line of its own. A pipe gets the value and nothing else.
    if io.output_is_terminal { io.print(b"\n") } else { Ok(()) }
}

/// A sealed secret needs a reason and its entry; any other is printed also where the vault can't be written to.
fn remember(
    args: &Get,
    vault: &mut OpenVault,
    snapshot: &Unlocked,
    credential: Id,
    key: &SecretKey,
    io: &mut Io<'_>,
) -> Outcome {
    let Some((about, is_sealed)) = snapshot.document.about(credential, key) else { return Ok(()) };
    let reached = if io.output_is_terminal { "printed on the terminal" } else { "printed into a pipe or file" };
    if is_sealed {
        let report = Report::unsealed(about, reason(args, snapshot)?, reached);
        vault.commit(Change::Audit(report))?;
        return Ok(());
    }
    if let Err(error) = vault.commit(Change::Audit(Report::printed(about, reached))) {
        io.note(format!("the audit log does not know of this: {error}"));
    }
    Ok(())
}

fn reason(args: &Get, snapshot: &Unlocked) -> Outcome<String> {
    let Some(text) = &args.reason else {
        return Err(Problem::new(Exit::Refused, format!("{} is sealed: it was handed over once", args.reference))
            .hint("say what it is needed for: --reason TEXT; the audit log keeps it")
            .into());
    };
    let reason = audit::reason(text).ok_or(ChangeError::NoReason)?;
    if !snapshot.whose(reason.as_bytes()).is_empty() {
        return Err(Problem::new(Exit::Usage, "the reason is a value of this vault")
            .hint("say in words what it is needed for")
            .into());
    }
    Ok(reason)
}
