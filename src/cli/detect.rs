//! `paykeep detect`: what the text on standard input is.

use super::args::Detect;
use super::io::{Io, Outcome};
use super::json::Detected;
use super::records::badge;
use super::values::lower_first;
use crate::catalog::detect::{Candidate, Detection, Refused, detect};
use crate::domain::Kind;
use crate::error::{Exit, Problem};

/// Prints the candidates, best first; nothing when it is unknown.
pub(super) fn run(args: &Detect, io: &mut Io<'_>) -> Outcome {
    let input = io.read_secret("the value")?;
    let detection = detect(io.catalog, input);
    if let Some(refused @ (Refused::TooLarge | Refused::Empty)) = detection.refused {
        return Err(Problem::new(Exit::Usage, refused.to_string())
            .hint("give the value or the text around it on standard input")
            .into());
    }
    for note in &detection.notes {
        io.note(lower_first(&note.to_string()));
    }
    let rows = rows(&detection);
    if args.json {
        return io.print_json(&rows);
    }
    if rows.is_empty() {
        io.note(
            detection.refused.map_or_else(|| "no provider claims this shape".to_owned(), |refused| refused.to_string()),
        );
        return Ok(());
    }
    let several = detection.items.len() > 1;
    let cells = |row: &Detected| {
        vec![
            if several { row.item.to_string() } else { String::new() },
            row.strength.to_owned(),
            row.provider.clone().unwrap_or_default(),
            row.environment.map_or_else(String::new, badge),
            row.kind.unwrap_or_default().to_owned(),
            row.field.clone().unwrap_or_default(),
            row.reason.clone(),
        ]
    };
    let titles = ["No", "Strength", "Provider", "Env", "Kind", "Field", "Because"];
    io.print_table(&titles, &rows.iter().map(cells).collect::<Vec<_>>())
}

/// The items in the order of their best candidates, each item's candidates best first.
fn rows(detection: &Detection) -> Vec<Detected> {
    let mut rows: Vec<(crate::domain::provider::Strength, Vec<Detected>)> = Vec::new();
    for (n, item) in detection.items.iter().enumerate() {
        for candidate in &item.candidates {
            rows.push((candidate.strength, elements(candidate, n + 1)));
        }
    }
    rows.sort_by_key(|(strength, _)| std::cmp::Reverse(*strength));
    rows.into_iter().flat_map(|(_, elements)| elements).collect()
}

fn elements(candidate: &Candidate, item: usize) -> Vec<Detected> {
    let own = candidate.fields.iter().map(|(name, _)| name.to_string());
    let of_account = candidate.account_fields.iter().map(|(name, _)| format!("account.{name}"));
    let element = |field: Option<String>| Detected {
        provider: candidate.provider.as_ref().map(ToString::to_string),
        kind: candidate.kind.map(Kind::as_str),
        environment: candidate.environment.map(crate::domain::Environment::as_str),
        field,
        strength: candidate.strength.as_str(),
        reason: candidate.reasons.join("; "),
        item,
    };
    let all: Vec<Detected> = own.chain(of_account).map(|field| element(Some(field))).collect();
    if all.is_empty() { vec![element(None)] } else { all }
}
