//! `paykeep detect`: what the text on standard input is.

use super::args::Detect;
use super::io::{Io, Outcome};
use super::json::Detected;
use super::records::badge;
use crate::catalog::detect::{Candidate, Detection, Refused, detect};
use crate::domain::Kind;
use crate::error::{Exit, Explain as _, Problem, clause};

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
        io.note(clause(&note.to_string()));
    }
    let explained = explain(&detection, io);
    let rows = rows(&detection);
    if !rows.is_empty() {
        tell_unclaimed(&detection, io);
    }
    if args.json {
        return io.print_json(&rows);
    }
    if rows.is_empty() {
        if !explained {
            let why = detection.refused.map(|refused| refused.to_string());
            io.note(why.unwrap_or_else(|| "no provider claims this shape".to_owned()));
        }
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

/// Says of every key that can't be used why that is, and what to try.
fn explain(detection: &Detection, io: &mut Io<'_>) -> bool {
    let several = detection.values.len() > 1;
    let mut explained = false;
    for value in &detection.values {
        let Some(wrong) = &value.wrong else { continue };
        let name = value.name.as_ref().filter(|_| several).map_or_else(String::new, |name| format!("{name}: "));
        let hint = wrong.hint().map_or_else(String::new, |hint| format!("; {hint}"));
        io.note(format!("{name}{wrong}{hint}"));
        explained = true;
    }
    explained
}

/// Says which of several things nobody claims: in the list they are missing.
fn tell_unclaimed(detection: &Detection, io: &mut Io<'_>) {
    // Any other name could be a piece of a secret.
    let is_variable = |name: &&str| name.contains('_') && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    for (n, item) in detection.items.iter().enumerate().filter(|(_, item)| item.candidates.is_empty()) {
        for value in item.values.iter().filter_map(|&at| detection.values.get(at)).filter(|value| value.wrong.is_none())
        {
            let name = value.name.as_deref().filter(is_variable).map_or_else(String::new, |name| format!("{name}, "));
            io.note(format!("{}: {name}{} characters: no provider claims this shape", n + 1, value.count()));
        }
    }
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
    let own = candidate.fields.iter().map(|(name, value)| (name.to_string(), *value));
    let of_account = candidate.account_fields.iter().map(|(name, value)| (format!("account.{name}"), *value));
    let element = |field: Option<String>, reason: String| Detected {
        provider: candidate.provider.as_ref().map(ToString::to_string),
        kind: candidate.kind.map(Kind::as_str),
        environment: candidate.environment.map(crate::domain::Environment::as_str),
        field,
        strength: candidate.strength.as_str(),
        reason,
        item,
    };
    let all = own.chain(of_account).map(|(field, value)| element(Some(field), candidate.reasons_of(value).join("; ")));
    let all: Vec<Detected> = all.collect();
    if all.is_empty() { vec![element(None, candidate.reasons.join("; "))] } else { all }
}
