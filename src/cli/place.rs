//! `paykeep place`: the places that use credentials, each with the version that it has and how that is known.

use super::args::{PlaceEdit, Places as Args};
use super::io::{Io, Outcome};
use super::json::{ListedPlace, ShownUse};
use super::records::reference;
use super::values::{no_secret, no_secret_name};
use crate::domain::provider::ClientSide;
use crate::domain::{Change, Consumer, Document, Id, Proof, Side, clean};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;

/// Does what is asked.
pub(super) fn run(args: Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let document = &before.document;
    if let Args::Add(args) | Args::Edit(args) = &args {
        no_secret_name(&args.label, &before, io.catalog)?;
        if let Some(text) = &args.whereabouts {
            no_secret(text, &before, io.catalog)?;
        }
    }
    match args {
        Args::Ls { json } => list(json, document, io),
        Args::Add(args) => {
            if by_label(document, &args.label).is_some() {
                return Err(Problem::new(Exit::Refused, format!("there is a place {} already", clean(&args.label)))
                    .hint("`paykeep place edit` changes it")
                    .into());
            }
            edit(&args, document, vault)?;
            io.note(format!("added {}", args.label.trim()));
            warn(&args.label, vault, io);
            Ok(())
        }
        Args::Edit(args) => {
            find(document, &args.label)?;
            edit(&args, document, vault)?;
            io.note(format!("edited {}", args.label.trim()));
            warn(&args.label, vault, io);
            Ok(())
        }
        Args::Rm { label } => {
            vault.commit(Change::RemoveConsumer(find(document, &label)?.id))?;
            io.note(format!("removed {}", label.trim()));
            Ok(())
        }
    }
}

/// Everything that is named is looked up before the first of it is saved.
fn edit(args: &PlaceEdit, document: &Document, vault: &mut OpenVault) -> Outcome {
    let side = if args.client { Some(Side::Client) } else { args.server.then_some(Side::Server) };
    let mut uses: Vec<(Id, Option<Id>)> = Vec::new();
    for text in &args.uses {
        let target = document.resolve(text)?;
        uses.push((target.credential.id, target.version.map(|version| version.id)));
    }
    let mut unused = Vec::new();
    for text in &args.unused {
        unused.push(document.resolve(text)?.credential.id);
    }
    let label = args.label.clone();
    if side.is_some() || args.whereabouts.is_some() || uses.is_empty() && unused.is_empty() {
        vault.commit(Change::Consumer { label: label.clone(), side, place: args.whereabouts.clone(), uses: None })?;
    }
    for (credential, version) in uses {
        let uses = Some((credential, version, Proof::Asked));
        vault.commit(Change::Consumer { label: label.clone(), side: None, place: None, uses })?;
    }
    if let Some(place) = by_label(document, &label).filter(|_| !unused.is_empty()) {
        vault.commit(Change::Unuse { consumer: place.id, credentials: unused })?;
    }
    Ok(())
}

/// Tells when a browser or an app has what only the merchant's own machines may have.
pub(super) fn warn(label: &str, vault: &OpenVault, io: &mut Io<'_>) {
    let after = vault.snapshot();
    let document = &after.document;
    let Some(place) = by_label(document, label).filter(|place| place.side == Side::Client) else { return };
    for credential in place.uses.iter().filter_map(|used| document.credential(used.credential)) {
        let provider = document.account(credential.account).and_then(|own| io.catalog.get(own.provider.as_str()));
        let mut specs = provider.into_iter().flat_map(|provider| provider.of_kind(credential.kind));
        if specs.any(|spec| spec.client_side == ClientSide::Never && spec.fields.iter().any(|field| field.secret)) {
            let reference = reference(document, credential);
            io.note(format!(
                "{} runs in a browser or an app, and {reference} must never be there: replace it",
                place.label
            ));
        }
    }
}

fn list(json: bool, document: &Document, io: &mut Io<'_>) -> Outcome {
    let mut rows: Vec<ListedPlace> = document.consumers.iter().map(|place| listed(document, place)).collect();
    rows.sort_by(|a, b| a.label.cmp(&b.label));
    if json {
        return io.print_json(&rows);
    }
    if rows.is_empty() {
        io.note("there are no places yet: `paykeep place add`, `paykeep add --used-by` and flows make them");
        return Ok(());
    }
    let mut cells = Vec::new();
    for row in &rows {
        let head = [row.label.clone(), row.side.to_owned(), row.whereabouts.clone()];
        let mut uses: Vec<[String; 2]> = row
            .uses
            .iter()
            .map(|used| {
                let version = used.version.map_or_else(String::new, |n| format!("@{n}"));
                [format!("{}{version}", used.reference), known(used.proof).to_owned()]
            })
            .collect();
        if uses.is_empty() {
            uses.push(Default::default());
        }
        for (n, used) in uses.into_iter().enumerate() {
            let head = if n == 0 { head.clone() } else { Default::default() };
            cells.push(head.into_iter().chain(used).collect());
        }
    }
    io.print_table(&["Place", "Side", "Where", "Has", "Known"], &cells)
}

fn listed(document: &Document, place: &Consumer) -> ListedPlace {
    let uses = place.uses.iter().filter_map(|used| {
        let credential = document.credential(used.credential)?;
        let version = credential.versions.iter().find(|version| Some(version.id) == used.version);
        Some(ShownUse {
            reference: reference(document, credential),
            version: version.map(|version| version.n),
            life: version.map(|version| version.life),
            at: used.at,
            proof: used.proof,
        })
    });
    ListedPlace {
        label: place.label.clone(),
        side: if place.side == Side::Client { "client" } else { "server" },
        whereabouts: place.place.clone(),
        uses: uses.collect(),
    }
}

/// How it is known that a place has a version, in words.
pub(super) fn known(proof: Proof) -> &'static str {
    match proof {
        Proof::Asked => "said, not verified",
        Proof::Matched => "recognised there",
        Proof::Injected => "put there by paykeep",
    }
}

/// The place of this label.
pub(super) fn by_label<'a>(document: &'a Document, label: &str) -> Option<&'a Consumer> {
    let label = clean(label);
    document.consumers.iter().find(|place| place.label == label.trim())
}

fn find<'a>(document: &'a Document, label: &str) -> Outcome<&'a Consumer> {
    by_label(document, label).ok_or_else(|| {
        Problem::new(Exit::NotFound, format!("there is no place {}", clean(label)))
            .hint("`paykeep place ls` lists them")
            .into()
    })
}
