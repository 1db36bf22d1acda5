//! `paykeep ls`: the credentials that fit a filter.

use super::args::Ls;
use super::io::{Io, Outcome};
use super::json::Listed;
use super::records::{badge, listed};
use crate::domain::{Account, Credential, Document, clean};
use crate::error::{Exit, Problem};

/// Lists credentials by reference.
pub(super) fn run(args: &Ls, document: &Document, io: &mut Io<'_>) -> Outcome {
    if let Some(id) = &args.provider {
        // What a file of one's own described stays in the vault when the file goes.
        let is_used = document.accounts.iter().any(|account| account.provider.as_str() == id);
        if !is_used && io.catalog.get(id).is_none() {
            let known: Vec<&str> = io.catalog.providers().map(|provider| provider.id.as_str()).collect();
            return Err(Problem::new(Exit::Usage, format!("there is no provider {}", clean(id)))
                .hint(format!("it is one of {}", known.join(", ")))
                .into());
        }
    }
    let words: Vec<String> =
        args.filter.iter().flat_map(|text| text.split_whitespace()).map(str::to_lowercase).collect();
    let all = document.credentials.iter().filter(|credential| credential.binned_at.is_some() == args.bin);
    let mut rows: Vec<Listed> = all
        .filter_map(|credential| Some((document.account(credential.account)?, credential)))
        .filter(|(account, credential)| is_asked_for(args, account, credential))
        .map(|(account, credential)| listed(io.catalog, document, account, credential, io.now))
        .filter(|row| words.iter().all(|word| occurs(word, row)))
        .collect();
    rows.sort_by(|a, b| a.reference.cmp(&b.reference));
    if args.json {
        return io.print_json(&rows);
    }
    if rows.is_empty() {
        io.note(if document.credentials.is_empty() { "nothing is stored yet" } else { "nothing fits" });
        return Ok(());
    }
    let day = |at: Option<jiff::Timestamp>| at.map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string());
    let cells = |row: &Listed| {
        vec![
            badge(row.environment),
            row.reference.clone(),
            row.kind.to_owned(),
            row.version.map_or_else(String::new, |n| format!("v{n}")),
            row.state.unwrap_or_default().to_owned(),
            day(row.expires_at),
            day(row.rotate_by),
            row.label.clone(),
            row.tags.join(", "),
        ]
    };
    let titles = ["Env", "Reference", "Kind", "Version", "State", "Expires", "Rotate by", "Label", "Tags"];
    io.print_table(&titles, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn is_asked_for(args: &Ls, account: &Account, credential: &Credential) -> bool {
    args.env.is_none_or(|environment| account.environment == environment)
        && args.provider.as_ref().is_none_or(|provider| account.provider.as_str() == provider)
        && args.kind.is_none_or(|kind| credential.kind == kind)
}

fn occurs(word: &str, row: &Listed) -> bool {
    let fields = [row.reference.as_str(), row.kind, row.state.unwrap_or_default(), row.label.as_str()];
    fields.into_iter().chain(row.tags.iter().map(String::as_str)).any(|text| text.to_lowercase().contains(word))
}
