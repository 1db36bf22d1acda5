//! `paykeep rm` and `undo`: into the bin, and out of it again.

use super::args::{Rm, Undo};
use super::io::{Io, Outcome};
use super::records::reference;
use crate::domain::{BIN_DAYS, Change, Credential, Document, Id, Stamp};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;

/// Moves credentials to the bin: all of them, or, when one is not there, none.
pub(super) fn rm(args: &Rm, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let mut ids: Vec<Id> = Vec::new();
    for text in &args.references {
        if text.contains(['@', '#']) {
            return Err(Problem::new(Exit::Usage, "a credential is removed as a whole")
                .hint("leave away what stands behind @ and #")
                .into());
        }
        let id = before.document.resolve(text)?.credential.id;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let names = names(&before.document, &ids);
    vault.commit(Change::Bin(ids))?;
    io.note(format!("in the bin for {BIN_DAYS} days: {names}; `paykeep undo` puts back what was removed last"));
    Ok(())
}

/// Takes out of the bin what one `rm` put there last, or the credential that is named.
pub(super) fn undo(args: &Undo, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let binned =
        || before.document.credentials.iter().map(AsRef::as_ref).filter(|credential| credential.binned_at.is_some());
    let ids: Vec<Id> = if let Some(text) = &args.reference {
        let named = binned().filter(|credential| reference(&before.document, credential) == *text);
        // Several of one name can wait there: the one that was removed last is meant.
        named.max_by_key(|credential| (removed(credential), credential.binned_at)).map(|c| c.id).into_iter().collect()
    } else {
        let last = binned().map(removed).max();
        binned().filter(|credential| Some(removed(credential)) == last).map(|credential| credential.id).collect()
    };
    if ids.is_empty() {
        let problem = match &args.reference {
            Some(text) => Problem::new(Exit::NotFound, format!("there is no {text} in the bin")),
            None => Problem::new(Exit::NotFound, "the bin is empty: there is nothing to put back"),
        };
        return Err(problem.hint("`paykeep ls --bin` lists what is in it").into());
    }
    let names = names(&before.document, &ids);
    vault.commit(Change::Restore(ids))?;
    io.note(format!("put back {names}"));
    Ok(())
}

/// When it was removed, in the vault's own time, which a wrong clock can't turn round.
fn removed(credential: &Credential) -> Option<&Stamp> {
    credential.set.get("binned_at")
}

fn names(document: &Document, ids: &[Id]) -> String {
    let all: Vec<String> = ids
        .iter()
        .filter_map(|id| document.credential(*id))
        .map(|credential| reference(document, credential))
        .collect();
    all.join(", ")
}
