//! `paykeep whose`: which credential a value belongs to.

use super::args::Whose;
use super::io::{Io, Outcome};
use super::json::Owned;
use super::place::warn;
use super::records::{badge, owned, reference};
use crate::domain::{Change, Proof};
use crate::error::Exit;
use crate::secret::SecretBytes;
use crate::shell::store::OpenVault;
use crate::vault::Match;

/// Looks for the value as it is and without the blanks around it; ends with [`Exit::No`] when it is nobody's.
pub(super) fn run(args: &Whose, value: &SecretBytes, open: &mut OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    let vault = open.snapshot();
    let bytes = value.expose();
    let mut found = vault.whose(bytes);
    let trimmed = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes).trim_ascii();
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
    let mut noted = Vec::new();
    for Match { credential, version, .. } in found {
        if noted.contains(&(*credential, *version)) {
            continue;
        }
        noted.push((*credential, *version));
        let uses = Some((*credential, Some(*version), Proof::Matched));
        let change = Change::Consumer { label: label.to_owned(), side: None, place: None, uses };
        let (after, _) = vault.commit(change)?;
        let document = &after.document;
        let named = document.credential(*credential).zip(document.version(*credential, *version));
        if let Some((credential, version)) = named {
            io.note(format!("{} has {}@{}", label.trim(), reference(document, credential), version.n));
        }
    }
    warn(label, vault, io);
    Ok(())
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
