//! `paykeep get`: a value, exactly as it is stored.

use std::path::Path;

use super::args::Get;
use super::io::{Io, Outcome};
use crate::domain::audit::{self, About, Report};
use crate::domain::provider::KeyForm;
use crate::domain::{Change, ChangeError, Document, Field, Life, Target};
use crate::error::{Exit, Problem};
use crate::keys;
use crate::secret::SecretBytes;
use crate::shell::files;
use crate::shell::store::{OpenVault, StoreError};
use crate::vault::Unlocked;

/// Prints one value, or writes it to a file. That a secret leaves is remembered first.
pub(super) fn run(args: &Get, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let snapshot = vault.snapshot();
    let target = snapshot.document.resolve(&args.reference)?;
    let named = args.reference.split_once('#').map(|(_, name)| name);
    let Some((name, field)) = snapshot.document.field(&target, named) else {
        return Err(Problem::new(Exit::NotFound, format!("{} has no value yet", args.reference)).into());
    };
    is_in_use(&args.reference, &snapshot.document, &target, field, io)?;
    let reached = match &args.out {
        Some(_) => "written to a file",
        None if io.output_is_terminal => "printed on the terminal",
        None => "printed into a pipe or file",
    };
    if args.out.is_none() && is_secret(args, field) {
        off_the_terminal(name, field, args.print, io)?;
    }
    let value = value(args, &snapshot, name, field)?;
    if let Some(file) = &args.out {
        files::is_free(file)?;
    }
    if let Some(leaving) = leaving(args, &snapshot, &target, field, io)? {
        let reached = args.form.map_or_else(|| reached.to_owned(), |form| format!("as {}, {reached}", form.as_str()));
        printed(leaving, vault, reached, io)?;
    }
    if let Some(file) = &args.out {
        return to_file(args, &value, file, io);
    }
    io.print(value.expose())?;
    // For the eye alone: what comes next starts on a line of its own. A pipe gets the value and nothing else.
    if io.output_is_terminal { io.print(b"\n") } else { Ok(()) }
}

/// Whether what a reference means without a version may be given out: what no longer works is meant by nobody who names no version,
/// and what does not work yet is told.
pub(super) fn is_in_use(
    reference: &str,
    document: &Document,
    target: &Target<'_>,
    field: &Field,
    io: &mut Io<'_>,
) -> Outcome {
    let Some(version) = target.version.filter(|_| !reference.contains('@')) else { return Ok(()) };
    let n = version.n;
    if let Some((flow, new)) = document.works_instead(target.credential.id) {
        let why = format!("v{n} of it is {}; v{} works at the gateway, and is not current yet", version.life, new.n);
        let hint = format!("@{} gives it out; «{}» makes it current", new.n, flow.title);
        return Err(Problem::new(Exit::Refused, why).hint(hint).into());
    }
    if version.life > Life::Active {
        let why = format!("v{n} of it is {}, and there is no other", version.life.as_str());
        let hint = format!("get a new one; to see the old one all the same, name its version: @{n}");
        return Err(Problem::new(Exit::Refused, why).hint(hint).into());
    }
    if field.is_secret() && version.is_expired(io.now) {
        return Err(Problem::new(Exit::Refused, format!("v{n} of it no longer works: its time is over"))
            .hint("get a new one; to see the old one all the same, name its version")
            .into());
    }
    if version.life.is_waiting() {
        io.note(format!("this is v{n}, {}: there is no current version yet", version.life.as_str()));
    }
    Ok(())
}

/// Refuses to print a secret where it would stay.
pub(super) fn off_the_terminal(name: &str, field: &Field, asked_for: bool, io: &Io<'_>) -> Outcome {
    if field.is_secret() && io.output_is_terminal && !asked_for {
        let why = format!("{name} is a secret and would stay in the terminal's scrollback");
        return Err(Problem::new(Exit::Refused, why).hint("pipe it to where it is needed, or say --print").into());
    }
    Ok(())
}

/// The value, in the form that was asked for.
pub(super) fn value(args: &Get, vault: &Unlocked, name: &str, field: &Field) -> Outcome<SecretBytes> {
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
fn to_file(args: &Get, value: &SecretBytes, file: &Path, io: &mut Io<'_>) -> Outcome {
    files::write_new(file, value)?;
    io.note(format!(
        "{} is in {}, readable by you alone; delete it when it is where it belongs",
        args.reference,
        file.display()
    ));
    Ok(())
}

/// A secret on its way out.
pub(super) struct Leaving {
    pub(super) about: About,
    pub(super) is_sealed: bool,
    /// Why, where that was said.
    pub(super) reason: Option<String>,
}

/// Whether what is given out is a secret: the public half of a key is none.
pub(super) fn is_secret(args: &Get, field: &Field) -> bool {
    field.is_secret() && args.form.is_none_or(KeyForm::is_private)
}

/// What the log is to know of what is given out, and why; `None` where it is no secret. A sealed one takes a reason.
pub(super) fn leaving(
    args: &Get,
    snapshot: &Unlocked,
    target: &Target<'_>,
    field: &Field,
    io: &mut Io<'_>,
) -> Outcome<Option<Leaving>> {
    let reason = args.reason.as_deref().map(|text| reason(text, snapshot)).transpose()?;
    let key = field.secret.as_ref().filter(|_| is_secret(args, field));
    let Some((about, is_sealed)) = key.and_then(|key| snapshot.document.about(target.credential.id, key)) else {
        if reason.is_some() {
            io.note("it is no secret: the log keeps neither this nor the reason");
        }
        return Ok(None);
    };
    if is_sealed && reason.is_none() {
        return Err(Problem::new(Exit::Refused, format!("{} is sealed: it was handed over once", args.reference))
            .hint("say what it is needed for: --reason TEXT; the audit log keeps it")
            .into());
    }
    Ok(Some(Leaving { about, is_sealed, reason }))
}

/// A sealed secret needs its entry; any other is given out also where the vault can't be written to.
fn printed(leaving: Leaving, vault: &mut OpenVault, reached: String, io: &mut Io<'_>) -> Outcome {
    let Leaving { about, is_sealed, reason } = leaving;
    if is_sealed {
        vault.commit(Change::Audit(Report::unsealed(about, reason.unwrap_or_default(), reached)))?;
        return Ok(());
    }
    if let Err(error) = vault.commit(Change::Audit(Report::printed(about, reached).because(reason))) {
        not_remembered(&error, io);
    }
    Ok(())
}

/// The log does not know of a deed: that is told.
pub(super) fn not_remembered(error: &StoreError, io: &mut Io<'_>) {
    io.note(format!("the audit log does not know of this: {error}"));
}

fn reason(text: &str, snapshot: &Unlocked) -> Outcome<String> {
    let reason = audit::reason(text).ok_or(ChangeError::NoReason)?;
    if !snapshot.whose(reason.as_bytes()).is_empty() {
        return Err(Problem::new(Exit::Usage, "the reason is a value of this vault")
            .hint("say in words what it is needed for")
            .into());
    }
    Ok(reason)
}
