//! `paykeep whose`: which credential a value belongs to.

use super::args::Whose;
use super::io::{Io, Outcome};
use super::json::Owned;
use super::place::{by_label, warn};
use super::records::{badge, owned, reference};
use super::values::no_secret_name;
use crate::domain::{Change, Document, Id, Life, Proof, Reference};
use crate::error::{Exit, Problem};
use crate::secret::{SecretBytes, SecretText};
use crate::shell::store::OpenVault;
use crate::vault::Match;

/// Looks for the value as it is and without the blanks around it; ends with [`Exit::No`] when it is nobody's.
pub(super) fn run(args: &Whose, value: &SecretBytes, open: &mut OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    let vault = open.snapshot();
    if let Some(label) = &args.place {
        no_secret_name(label, &vault, io.catalog)?;
    }
    let bytes = value.expose();
    let mut found = vault.whose(bytes);
    let from_utf16 = value.utf16().map(SecretText::into_bytes);
    let text = from_utf16.as_ref().map_or(bytes, SecretBytes::expose);
    let trimmed = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text).trim_ascii();
    if trimmed.len() < bytes.len() {
        for another in vault.whose(trimmed) {
            if !found.contains(&another) {
                found.push(another);
            }
        }
    }
    let rows: Vec<Owned> = found.iter().map(|found| owned(&vault, found, io.now)).collect();
    if let Some(label) = args.place.as_deref().filter(|_| !found.is_empty()) {
        note(label, &found, open, io)?;
    }
    if args.json {
        io.print_json(&rows)?;
    } else if rows.is_empty() {
        io.note("no credential of this vault has this value");
    } else {
        let cells =
            |row: &Owned| vec![badge(row.environment), row.reference.clone(), row.state.unwrap_or_default().to_owned()];
        io.print_table(&["Env", "Reference", "State"], &rows.iter().map(cells).collect::<Vec<_>>())?;
    }
    Ok(if rows.is_empty() { Exit::No } else { Exit::Done })
}

/// Notes that a place has what was recognised there.
fn note(label: &str, found: &[Match], vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    for (credential, version) in shown(found, &vault.snapshot().document)? {
        let uses = Some((credential, Some(version), Proof::Matched));
        let change = Change::Consumer { label: label.to_owned(), side: None, place: None, uses };
        let (after, _) = vault.commit(change)?;
        let document = &after.document;
        let named = document.credential(credential).zip(document.version(credential, version));
        if let Some((credential, version)) = named {
            let there =
                by_label(document, label).and_then(|place| place.uses.iter().find(|u| u.credential == credential.id));
            let old = there
                .and_then(|used| document.version(credential.id, used.version?))
                .filter(|old| old.id != version.id);
            let beside =
                old.map_or_else(String::new, |old| format!(", ready beside @{}, which is in use there still", old.n));
            io.note(format!("{} has {}@{}{beside}", label.trim(), reference(document, credential), version.n));
        }
    }
    warn(label, vault, io);
    Ok(())
}

/// The versions that are proven to be where the value was found: one of each credential, by its secret alone. With the wrong one
/// noted, a key would be stopped that something still uses.
fn shown(found: &[Match], document: &Document) -> Outcome<Vec<(Id, Id)>> {
    let mut proven: Vec<&Match> = Vec::new();
    // What was never in use is at no place: the same secret was taken again beside another ID, or asked for anew.
    let used = |one: &&Match| {
        let version = document.version(one.credential, one.version);
        !version.is_some_and(|own| matches!(own.life, Life::Denied | Life::Abandoned))
    };
    let is_meant = |one: &&Match| {
        used(one) || !found.iter().any(|other| other.is_secret && other.credential == one.credential && used(&other))
    };
    for one in found.iter().filter(|one| one.is_secret).filter(is_meant) {
        match proven.iter().find(|other| other.credential == one.credential) {
            Some(other) if other.version != one.version => {
                let names = [&other.reference, &one.reference].map(|named| Reference { field: None, ..named.clone() });
                return Err(Problem::new(
                    Exit::Ambiguous,
                    format!("{} and {} have the same secret: it doesn't show which is there", names[0], names[1]),
                )
                .hint("`paykeep place edit` notes what you know")
                .into());
            }
            Some(_) => {}
            None => proven.push(one),
        }
    }
    if proven.is_empty() {
        return Err(Problem::new(Exit::No, "that is public: it doesn't show which version is there")
            .hint("give the secret that stands there")
            .into());
    }
    Ok(proven.iter().map(|one| (one.credential, one.version)).collect())
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
