//! `paykeep show`: all about a credential but its secret values.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::args::Show;
use super::io::{Io, Outcome};
use super::json::{Shown, ShownField};
use super::records::{badge, shown};
use crate::domain::{Document, clean};

/// Shows one credential.
pub(super) fn run(args: &Show, document: &Document, io: &mut Io<'_>) -> Outcome {
    let target = document.resolve(&args.reference)?;
    let shown = shown(io.catalog, document, target.account, target.credential, io.now);
    if args.json { io.print_json(&shown) } else { io.print(page(&shown).as_bytes()) }
}

fn page(shown: &Shown) -> String {
    let listed = &shown.listed;
    let mut page = format!("{}\n{}\n\n", listed.reference, badge(listed.environment));
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            let mut lines = value.lines();
            let _ = writeln!(page, "{label:<12}{}", clean(lines.next().unwrap_or_default()));
            for more in lines {
                let _ = writeln!(page, "{:<12}{}", "", clean(more));
            }
        }
    };
    line("Kind", listed.kind);
    line("Label", &listed.label);
    line("Note", &shown.note);
    line("Tags", &listed.tags.join(", "));
    line("Used by", &listed.consumers.join(", "));
    line("Rotate by", &time(listed.rotate_by));
    line("In the bin", &time(listed.binned_at));
    for (name, value) in &shown.account_fields {
        line(name, value);
    }
    for version in &shown.versions {
        let _ = write!(
            page,
            "\nv{} {}, {} {}",
            version.version,
            version.state,
            version.origin,
            time(Some(version.created_at))
        );
        if let Some(at) = version.expires_at {
            let _ = write!(page, ", expires {}", time(Some(at)));
        }
        if version.compromised_at.is_some() {
            page.push_str(", leaked");
        }
        page.push('\n');
        let width = version.fields.keys().map(String::len).max().unwrap_or(0);
        for (name, field) in &version.fields {
            let _ = writeln!(page, "  {name:width$}  {}", value(field));
        }
    }
    page
}

/// The beginning of a public value; of a secret the public beginning and a mask that says nothing about its length.
fn value(field: &ShownField) -> String {
    let mut text = match &field.value {
        Some(value) => {
            let line = clean(value.lines().next().unwrap_or_default()).into_owned();
            let start: String = line.chars().take(LONGEST).collect();
            if start.len() < value.trim_end().len() { format!("{start}…") } else { start }
        }
        None => format!("{}••••••••", clean(field.prefix.as_deref().unwrap_or_default())),
    };
    for more in [&field.form, &field.fingerprint].into_iter().flatten() {
        let _ = write!(text, "  {}", clean(more));
    }
    text
}

/// Of a public value so many characters are shown; `paykeep get` prints all of it.
const LONGEST: usize = 64;

fn time(at: Option<Timestamp>) -> String {
    at.map_or_else(String::new, |at| at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}
