//! `paykeep audit`: what was done, when and why; and whether an entry is missing.

use jiff::tz::TimeZone;

use super::args::Audit;
use super::io::{Io, Outcome};
use super::records::badge;
use crate::domain::audit::{Entry, Listed};
use crate::domain::clean;
use crate::error::Exit;
use crate::shell::clock;
use crate::shell::store::OpenVault;

/// Lists the log, newest first; or checks it, and ends with 8 when something is wrong with it.
pub(super) fn run(args: &Audit, vault: &OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    let document = &vault.snapshot().document;
    if args.check {
        return check(vault, io);
    }
    let (mut entries, unusable) = vault.older_entries()?;
    for flaw in unusable {
        io.note(format!("left out {flaw}"));
    }
    entries.extend(document.audit.iter().cloned());
    entries.sort_by(|a, b| (b.at, b.seq, &b.device).cmp(&(a.at, a.seq, &a.device)));
    entries.dedup();
    let zone = clock::zone();
    let words: Vec<String> =
        args.filter.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    entries.retain(|entry| entry.has(&words, &zone));
    if args.json {
        let listed: Vec<Listed<'_>> = entries.iter().map(Entry::listed).collect();
        io.print_json(&listed)?;
    } else if entries.is_empty() {
        io.note(if words.is_empty() { "nothing was done yet" } else { "nothing fits" });
    } else {
        let titles = ["When", "Env", "What", "Reference", "Reached", "Reason"];
        io.print_table(&titles, &entries.iter().map(|entry| cells(entry, &zone)).collect::<Vec<_>>())?;
    }
    Ok(Exit::Done)
}

/// Times are those of the user's zone, with what that is ahead of UTC.
fn cells(entry: &Entry, zone: &TimeZone) -> Vec<String> {
    let text = |text: &Option<String>| clean(text.as_deref().unwrap_or_default()).into_owned();
    vec![
        entry.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
        entry.environment.map_or_else(String::new, |environment| badge(environment.as_str())),
        entry.act.words().to_owned(),
        clean(&entry.subject).into_owned(),
        text(&entry.reached),
        text(&entry.reason),
    ]
}

fn check(vault: &OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    let flaws = vault.check_log()?;
    for flaw in &flaws {
        io.print(format!("{flaw}\n").as_bytes())?;
    }
    if !flaws.is_empty() {
        return Ok(Exit::No);
    }
    let snapshot = vault.snapshot();
    let document = &snapshot.document;
    let count = document.audit.len() + vault.older_entries()?.0.len();
    let some = |count: usize, one: &str, more: &str| format!("{count} {}", if count == 1 { one } else { more });
    let devices = some(document.devices.len(), "device", "devices");
    io.note(format!("{} of {devices}, none missing", some(count, "entry", "entries")));
    Ok(Exit::Done)
}
