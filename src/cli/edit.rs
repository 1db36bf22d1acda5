//! `paykeep edit`, `mv`: what describes a credential, and where it stands.

use super::args::{Edit, Mv, Rotation};
use super::io::{Io, Outcome};
use super::records::reference;
use super::values::{no_secret, no_secret_name};
use crate::domain::{Change, IntoUse, MalformedReference, Reference, Which};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;

/// Edits what is named.
pub(super) fn edit(args: Edit, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let target = before.document.resolve(&args.reference)?;
    let credential = target.credential;
    let name = reference(&before.document, credential);
    let gone = || Problem::new(Exit::NotFound, format!("{name} has no such version")).hint("`paykeep show` lists them");
    if let Some(note) = &args.note {
        no_secret(note, &before, io.catalog)?;
    }
    for name in args.label.iter().chain(&args.tags) {
        no_secret_name(name, &before, io.catalog)?;
    }
    // Looked up before anything is saved.
    let meant = match args.current.as_deref().map(|text| text.trim_start_matches(['@', 'v']).parse::<Which>()) {
        Some(which) => Some(credential.version(Some(which?)).ok_or_else(gone)?),
        None => None,
    };
    let leaked = if args.leaked { Some(target.version.ok_or_else(gone)?) } else { None };
    let describes = args.label.is_some() || args.note.is_some() || !args.tags.is_empty() || args.rotate_every.is_some();
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
    if describes {
        vault.commit(change)?;
        io.note(format!("edited {name}"));
    }
    if let Some(version) = meant {
        if version.life.is_waiting() {
            let spec = io.catalog.get(target.account.provider.as_str()).and_then(|own| own.spec_of(credential));
            let into_use = IntoUse::of(credential.id, version.id, spec);
            vault.commit(Change::Use(Box::new(IntoUse { said: args.said, typed: args.account, ..into_use })))?;
        } else {
            vault.commit(Change::PointTo { credential: credential.id, version: version.id })?;
        }
        io.note(format!("{name} means v{} now", version.n));
    }
    if let Some(version) = leaked {
        vault.commit(Change::Leaked { credential: credential.id, version: version.id })?;
        io.note(format!(
            "{name}@{} is marked as leaked; `paykeep flow list {name}` names the flow that replaces it",
            version.n
        ));
    }
    Ok(())
}

/// Gives a credential another account or name.
pub(super) fn mv(args: &Mv, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let target = before.document.resolve(&args.from)?;
    if args.from.contains(['@', '#']) {
        return Err(Problem::new(Exit::Usage, "a credential is moved as a whole")
            .hint("leave away what stands behind @ or #")
            .into());
    }
    let credential = target.credential;
    let Some(from) = before.document.reference(credential) else {
        return Err(Problem::new(Exit::NotFound, format!("{} has no account", credential.name)).into());
    };
    let to = destination(&from, &args.to).map_err(|error| {
        Problem::new(Exit::Usage, error.to_string()).hint("name a whole reference, account/name, or only the new name")
    })?;
    for name in [&to.account, &to.name] {
        no_secret_name(name.as_str(), &before, io.catalog)?;
    }
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
