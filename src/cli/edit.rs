//! `paykeep edit`, `mv`: what describes a credential, and where it stands.

use super::args::{Edit, Mv, Rotation};
use super::io::{Io, Outcome};
use super::records::reference;
use crate::domain::{Change, MalformedReference, Reference};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;

/// Edits what is named.
pub(super) fn edit(args: Edit, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let credential = before.document.resolve(&args.reference)?.credential;
    let change = Change::Edit {
        credential: credential.id,
        label: args.label,
        note: args.note,
        tags: (!args.tags.is_empty()).then_some(args.tags),
        rotate_every_days: args.rotate_every.map(|rotation| match rotation {
            Rotation::Default => None,
            Rotation::Days(days) => Some(days),
        }),
    };
    vault.commit(change)?;
    io.note(format!("edited {}", reference(&before.document, credential)));
    Ok(())
}

/// Gives a credential another account or name.
pub(super) fn mv(args: &Mv, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let credential = before.document.resolve(&args.from)?.credential;
    let Some(from) = before.document.reference(credential) else {
        return Err(Problem::new(Exit::NotFound, format!("{} has no account", credential.name)).into());
    };
    let to = destination(&from, &args.to).map_err(|error| {
        Problem::new(Exit::Usage, error.to_string()).hint("name a whole reference, account/name, or only the new name")
    })?;
    vault.commit(Change::Move { credential: credential.id, to: to.clone() })?;
    io.note(format!("{from} is now {to}"));
    Ok(())
}

/// A whole reference, `account/name`, or a name in the same account.
fn destination(from: &Reference, to: &str) -> Result<Reference, MalformedReference> {
    let parts: Vec<&str> = to.split('/').collect();
    match parts[..] {
        [name] => Ok(Reference { name: name.parse()?, ..from.clone() }),
        [account, name] => Ok(Reference { account: account.parse()?, name: name.parse()?, ..from.clone() }),
        _ => to.parse().map(|to: Reference| to.of_credential()),
    }
}
