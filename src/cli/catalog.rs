//! `paykeep catalog`: the providers that are known, and lint for a provider's file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use super::args::Catalog as Args;
use super::example;
use super::io::{Io, Outcome};
use super::json::{ListedProvider, ListedSpec};
use crate::catalog::{Finding, Level, lint_with};
use crate::domain::clean;
use crate::domain::provider::Origin;
use crate::error::{Exit, Problem};
use crate::shell::folders::Folders;
use crate::shell::providers;
use crate::signing::run_vector;

/// Lists or checks.
pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Outcome<Exit> {
    match args {
        Args::List { json } => list(*json, io).map(|()| Exit::Done),
        Args::Lint { file } => check(file, io),
        Args::Example { file } => example::check(file, io),
    }
}

fn list(json: bool, io: &mut Io<'_>) -> Outcome {
    let providers: Vec<ListedProvider> = io.catalog.providers().map(listed).collect();
    if json {
        return io.print_json(&providers);
    }
    let mut rows = Vec::new();
    for provider in &providers {
        if provider.credentials.is_empty() {
            rows.push(vec![provider.provider.clone(), named(provider)]);
        }
        for (n, spec) in provider.credentials.iter().enumerate() {
            let (id, name) = if n == 0 { (&*provider.provider, named(provider)) } else { ("", String::new()) };
            rows.push(vec![id.into(), name, spec.kind.into(), spec.title.clone(), spec.fields.join(", ")]);
        }
    }
    io.print_table(&["Provider", "Name", "Kind", "Title", "Fields"], &rows)?;
    if let Ok(folders) = Folders::of_platform() {
        let folder = providers::folder(&folders.config);
        io.note(format!(
            "files of your own go to {}; `paykeep catalog lint --help` says how one is written",
            clean(&folder.to_string_lossy())
        ));
    }
    Ok(())
}

/// Its name, and the file that it comes from when it is none of the built-in ones.
fn named(provider: &ListedProvider) -> String {
    provider.file.as_ref().map_or_else(|| provider.name.clone(), |file| format!("{} ({file})", provider.name))
}

/// Prints what is found, one line for each with file and line number before it, as compilers do.
fn check(file: &Path, io: &mut Io<'_>) -> Outcome<Exit> {
    let name = file.display().to_string();
    let bytes = read(file).map_err(|error| {
        Problem::new(Exit::Failed, format!("{name} can't be read: {error}")).hint("name a provider's file in TOML")
    })?;
    let findings = match std::str::from_utf8(&bytes) {
        Ok(text) => lint_with(&name, text, &origin(file), run_vector),
        Err(error) => vec![not_text(&bytes, error.valid_up_to())],
    };
    let mut lines = String::new();
    for finding in &findings {
        let place = if finding.line == 0 { name.clone() } else { format!("{name}:{}", finding.line) };
        let hint = finding.hint.as_ref().map_or_else(String::new, |hint| format!(" ({hint})"));
        let _ = writeln!(lines, "{}", clean(&format!("{place}: {}: {}{hint}", finding.level, finding.message)));
    }
    io.print(lines.as_bytes())?;
    if findings.is_empty() {
        io.note(format!("{name}: nothing found"));
    }
    Ok(if findings.is_empty() { Exit::Done } else { Exit::No })
}

/// Whose a file is: those of the project lie in `assets/providers`.
fn origin(file: &Path) -> Origin {
    let folder = file.canonicalize().ok().and_then(|path| path.parent().map(Path::to_path_buf));
    let is_built_in = folder.is_some_and(|folder| folder.ends_with("assets/providers"));
    if is_built_in { Origin::BuiltIn } else { Origin::User(file.display().to_string()) }
}

/// The file's bytes; cut off where lint refuses its size.
fn read(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_READ).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first byte that is no UTF-8, as text in Latin-1 has it for every letter with an accent.
fn not_text(bytes: &[u8], at: usize) -> Finding {
    let line = 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    let hint = Some("save it as UTF-8".to_owned());
    Finding { line, level: Level::Error, message: "the file is not UTF-8 text".to_owned(), hint }
}

fn listed(provider: &crate::domain::provider::Provider) -> ListedProvider {
    ListedProvider {
        provider: provider.id.to_string(),
        name: provider.name.clone(),
        file: match &provider.origin {
            Origin::BuiltIn => None,
            Origin::User(file) => Some(file.clone()),
        },
        environments: provider.environments.iter().map(|e| e.environment.as_str()).collect(),
        credentials: provider
            .credentials
            .iter()
            .map(|spec| ListedSpec {
                kind: spec.kind.as_str(),
                title: spec.title.clone(),
                name: spec.name.to_string(),
                fields: spec.fields.iter().map(|field| field.name.to_string()).collect(),
            })
            .collect(),
        account_fields: provider.account.iter().map(|field| field.name.to_string()).collect(),
    }
}

/// More than lint takes, in bytes.
const MAX_READ: u64 = 1024 * 1024;
