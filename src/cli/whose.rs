//! `paykeep whose`: which credential a value belongs to.

use super::args::Whose;
use super::io::{Io, Outcome};
use super::json::Owned;
use super::records::{badge, owned};
use crate::error::Exit;
use crate::secret::SecretBytes;
use crate::vault::Unlocked;

/// Looks for the value as it is and without the blanks around it; ends with [`Exit::No`] when it is nobody's.
pub(super) fn run(args: &Whose, value: &SecretBytes, vault: &Unlocked, io: &mut Io<'_>) -> Outcome<Exit> {
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
    let rows: Vec<Owned> = found.iter().map(|found| owned(vault, found, io.now)).collect();
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

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
