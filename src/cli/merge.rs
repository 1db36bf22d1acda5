//! `paykeep merge`: a conflict copy of the vault, brought in record by record.

use std::collections::BTreeSet;

use super::args::Merge as Args;
use super::io::{Io, Outcome};
use super::records::reference;
use crate::domain::audit::Entry;
use crate::domain::{Document, Id};
use crate::shell::store::{Merged, OpenVault};

/// Brings it in, or says what would come of it. What the copies held different things for is data; the rest are notes.
pub(super) fn run(args: &Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    vault.refresh()?;
    let before = vault.snapshot();
    let Some(Merged { document: after, conflicts, older, unusable }) = vault.merge(&args.file, args.dry_run)? else {
        io.note("it holds nothing that is not in the vault");
        return Ok(());
    };
    for conflict in conflicts {
        io.print(format!("{}\n", crate::domain::clean(&conflict.0)).as_bytes())?;
    }
    for flaw in unusable {
        io.note(format!("beside it, left out {flaw}"));
    }
    let (what, is_one) = counted(&before.document, &after, older);
    let would = match (args.dry_run, is_one) {
        (true, _) => "would be",
        (false, true) => "was",
        (false, false) => "were",
    };
    io.note(format!("{what} {would} brought in"));
    for (name, was, is) in moved(&before.document, &after) {
        let means = if args.dry_run { "would mean" } else { "means" };
        io.note(format!("{name} {means} v{is} now, it meant v{was} here"));
    }
    Ok(())
}

/// The credentials whose reference means another version than before, with the numbers of both.
fn moved(before: &Document, after: &Document) -> Vec<(String, u32, u32)> {
    let moved = after.credentials.iter().filter_map(|credential| {
        let was = before.credential(credential.id)?.current.as_ref()?.version;
        let is = credential.current.as_ref()?.version;
        // By the numbers that they have now: a join may give another one.
        let n = |id: Id| credential.versions.iter().find(|version| version.id == id).map(|version| version.n);
        (was != is).then_some((reference(after, credential), n(was)?, n(is)?))
    });
    moved.collect()
}

/// What is new or other in `after`, in words, and whether that is one thing.
fn counted(before: &Document, after: &Document, older: usize) -> (String, bool) {
    let mut count = 0;
    let mut other = |now: usize, what: &str| {
        count += now;
        (now > 0).then(|| format!("{now} {what}{}", if now == 1 { "" } else { "s" }))
    };
    let known: BTreeSet<&Entry> = before.audit.iter().collect();
    let entries = after.audit.iter().filter(|entry| !known.contains(entry)).count() + older;
    let parts = [
        other(after.credentials.iter().filter(|r| before.credential(r.id) != Some(r)).count(), "credential"),
        other(after.accounts.iter().filter(|r| before.account(r.id) != Some(r)).count(), "account"),
        other(after.consumers.iter().filter(|r| !before.consumers.contains(r)).count(), "place"),
        other(after.journals.iter().filter(|r| before.journal(r.id) != Some(r)).count(), "flow"),
        other(after.tombstones.iter().filter(|r| !before.tombstones.contains(r)).count(), "deletion"),
        other(usize::from(before.settings != after.settings), "setting"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        let what = if entries == 1 { "1 entry of the log".to_owned() } else { format!("{entries} entries of the log") };
        return (what, entries == 1);
    }
    (parts.join(", "), count == 1)
}
