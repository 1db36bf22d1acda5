//! `paykeep catalog`: the providers that are known, and lint for a provider's file.

use super::args::Catalog as Args;
use super::io::{Io, Outcome};
use super::json::{ListedProvider, ListedSpec};
use crate::catalog::Catalog;
use crate::error::Exit;

/// Lists or checks.
pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Outcome<Exit> {
    match args {
        Args::List { json } => list(*json, io).map(|()| Exit::Done),
        Args::Lint { file: _ } => todo!(),
    }
}

fn list(json: bool, io: &mut Io<'_>) -> Outcome {
    let providers: Vec<ListedProvider> = Catalog::builtin().providers().map(listed).collect();
    if json {
        return io.print_json(&providers);
    }
    let mut rows = Vec::new();
    for provider in &providers {
        if provider.credentials.is_empty() {
            rows.push(vec![provider.provider.clone(), provider.name.clone()]);
        }
        for (n, spec) in provider.credentials.iter().enumerate() {
            let (id, name) = if n == 0 { (&*provider.provider, &*provider.name) } else { ("", "") };
            rows.push(vec![id.into(), name.into(), spec.kind.into(), spec.title.clone(), spec.fields.join(", ")]);
        }
    }
    io.print_table(&["Provider", "Name", "Kind", "Title", "Fields"], &rows)
}

fn listed(provider: &crate::domain::provider::Provider) -> ListedProvider {
    ListedProvider {
        provider: provider.id.to_string(),
        name: provider.name.clone(),
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
