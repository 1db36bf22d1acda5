//! `paykeep flow`: a gateway's procedure, step by step, from a script or by hand.

mod hint;
mod next;
mod page;
mod shape;

use std::collections::HashMap;

use super::account::{self, Place};
use super::args::{Flow as Args, FlowStart};
use super::fit;
use super::io::{Io, Outcome};
use super::json::{Flows, ListedFlow, ListedJournal};
use super::records::badge;
use super::values;
use crate::domain::journal::{self, FlowError, Journal, Step};
use crate::domain::provider::{Flow, Provider, Reason};
use crate::domain::{Change, Deed, Document, Environment, Id, Kind, clean};
use crate::error::{Exit, Problem};
use crate::shell::store::OpenVault;

/// Does what is asked.
pub(super) fn run(args: Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let document = &before.document;
    match args {
        Args::List { about, json } => list(about.as_deref(), json, document, io),
        Args::Start(args) => start(&args, vault, io),
        Args::Status { id: None, json } => {
            let rows = newest(document, |_| true);
            if json { io.print_json(&rows) } else { table(&rows, "no flow has begun yet", io) }
        }
        Args::Status { id: Some(id), json } => {
            let journal = find(document, &id)?;
            if json {
                io.print_json(&shape::shown(document, journal))
            } else {
                io.print(page::whole(document, journal).as_bytes())
            }
        }
        Args::Next(args) => next::run(&args, vault, io),
        Args::Abandon { id, account: typed } => {
            let journal = find(document, &id)?.id;
            let (after, _) = vault.commit(Change::Abandon { journal, typed })?;
            if let Some(journal) = after.document.journal(journal) {
                io.note(format!("«{}» is given up", journal.title));
                for left in journal.leftovers(&after.document) {
                    io.note(left.trim_end_matches('.'));
                }
            }
            Ok(())
        }
        Args::Note { id, text, step } => {
            let journal = find(document, &id)?;
            values::no_secret(&text, &before, io.catalog)?;
            let present = journal.now().or(journal.steps.len().checked_sub(1)).and_then(|at| journal.steps.get(at));
            let step = step.or(present.map(|step| step.id.clone())).ok_or(FlowError::NoJournal)?;
            vault.commit(Change::Step { journal: journal.id, step: step.clone(), deed: Deed::Note(text) })?;
            io.note(format!("noted beside {step}"));
            Ok(())
        }
    }
}

/// What `flow list` is asked about.
#[derive(Default)]
struct About {
    provider: Option<String>,
    environment: Option<Environment>,
    account: Option<Id>,
    credential: Option<(Id, Kind)>,
}

fn about(text: Option<&str>, document: &Document, io: &Io<'_>) -> Outcome<About> {
    let Some(text) = text else { return Ok(About::default()) };
    if io.catalog.get(text).is_some() {
        return Ok(About { provider: Some(text.to_owned()), ..About::default() });
    }
    if text.split('/').count() == 3
        && let Ok(Place { provider, environment, slug }) = account::place(text)
    {
        fit::provider(io.catalog, &provider)?;
        let account = document.account_at(provider.as_str(), environment, slug.as_str()).map(|account| account.id);
        let (provider, environment) = (Some(provider.to_string()), Some(environment));
        return Ok(About { provider, environment, account, credential: None });
    }
    let target = document.resolve(text)?;
    Ok(About {
        provider: Some(target.account.provider.to_string()),
        environment: Some(target.account.environment),
        account: Some(target.account.id),
        credential: Some((target.credential.id, target.credential.kind)),
    })
}

fn list(text: Option<&str>, json: bool, document: &Document, io: &mut Io<'_>) -> Outcome {
    let about = about(text, document, io)?;
    let mut flows: Vec<ListedFlow> = Vec::new();
    for provider in io.catalog.providers().filter(|own| about.provider.as_ref().is_none_or(|id| own.id == **id)) {
        let here = |flow: &&Flow| about.environment.is_none_or(|own| flow.environments.contains(&own));
        let rows = provider.flows.iter().filter(here).map(|flow| offered(provider, flow));
        flows.extend(rows.filter(|row| about.credential.is_none_or(|(_, kind)| row.kind == Some(kind.as_str()))));
    }
    let in_progress = newest(document, |journal| {
        let provider = about.provider.as_ref().is_none_or(|id| journal.provider.as_str() == id);
        let account = about.account.is_none_or(|id| journal.account == id);
        let credential = about.credential.is_none_or(|(id, _)| journal.credentials().any(|own| own == id));
        journal.is_open() && provider && account && credential
    });
    if json {
        return io.print_json(&Flows { flows, in_progress });
    }
    let cells = |row: &ListedFlow| {
        let words = [&row.provider, &row.flow, &row.title].map(String::clone);
        words.into_iter().chain([row.reasons.join(", "), row.environments.join(", ")]).collect()
    };
    let rows: Vec<Vec<String>> = flows.iter().map(cells).collect();
    io.print_table(&["Provider", "Flow", "Title", "Reasons", "Environments"], &rows)?;
    if in_progress.is_empty() {
        return Ok(());
    }
    io.print(b"\n")?;
    table(&in_progress, "", io)
}

fn offered(provider: &Provider, flow: &Flow) -> ListedFlow {
    let spec = flow.slots.first().and_then(|slot| provider.credential(&slot.credential));
    ListedFlow {
        provider: provider.id.to_string(),
        flow: flow.id.to_string(),
        title: flow.title.clone(),
        does: flow.does,
        reasons: flow.reasons.iter().map(|reason| reason.as_str()).collect(),
        environments: flow.environments.iter().map(|environment| environment.as_str()).collect(),
        kind: spec.map(|spec| spec.kind.as_str()),
        name: spec.map(|spec| spec.name.to_string()),
    }
}

fn newest(document: &Document, wanted: impl Fn(&Journal) -> bool) -> Vec<ListedJournal> {
    let journals = document.journals.iter().rev().filter(|journal| wanted(journal));
    let shorts = Shorts::new(document);
    journals.map(|journal| shape::listed(document, journal, &shorts)).collect()
}

fn table(rows: &[ListedJournal], nothing: &str, io: &mut Io<'_>) -> Outcome {
    if rows.is_empty() {
        io.note(nothing);
        return Ok(());
    }
    let cells = |row: &ListedJournal| {
        vec![
            row.environment.map(badge).unwrap_or_default(),
            row.short.clone(),
            row.title.clone(),
            row.account.clone().unwrap_or_default(),
            row.reason.unwrap_or_default().to_owned(),
            row.state.to_owned(),
            format!("{} of {}", row.done, row.of),
            row.next.clone().unwrap_or_default(),
        ]
    };
    let titles = ["Env", "ID", "Flow", "Account", "Reason", "State", "Done", "Next"];
    io.print_table(&titles, &rows.iter().map(cells).collect::<Vec<_>>())
}

fn start(args: &FlowStart, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let Place { provider, environment, slug } = account::place(&args.account)?;
    let provider = fit::provider(io.catalog, &provider)?;
    fit::environment(provider, environment)?;
    let id = args.flow.strip_prefix(&format!("{}/", provider.id)).unwrap_or(&args.flow);
    let flow = provider.flow(id).ok_or_else(|| {
        let known: Vec<&str> = provider.flows.iter().map(|flow| flow.id.as_str()).collect();
        let hint = if known.is_empty() { "it has none".into() } else { format!("it has {}", known.join(", ")) };
        Problem::new(Exit::Usage, format!("{} has no flow {}", provider.name, clean(id))).hint(hint)
    })?;
    let before = vault.snapshot();
    let document = &before.document;
    if let Some(text) = &args.name {
        values::no_secret_name(text, &before, io.catalog)?;
    }
    values::no_secret_name(slug.as_str(), &before, io.catalog)?;
    let account = document.account_at(&provider.id, environment, slug.as_str());
    let reason = args.reason.map(Reason::from);
    let mut begun = journal::begin(provider, flow, reason, (environment, &slug, account))
        .map_err(|error| hint::with_reasons(error, args))?;
    begun.name = args.name.as_deref().map(str::parse).transpose()?;
    if let Some(text) = &args.credential {
        let target = document.resolve(text)?;
        if Some(target.account.id) != account.map(|account| account.id) {
            return Err(Problem::new(Exit::Usage, format!("{} is in another account", clean(text)))
                .hint(format!(
                    "it is in {}/{}/{}",
                    target.account.provider, target.account.environment, target.account.slug
                ))
                .into());
        }
        begun.credential = Some(target.credential.id);
        begun.version = target.version.filter(|_| text.contains('@')).map(|version| version.id);
    }
    let (after, applied) = vault.commit(Change::Begin(Box::new(begun)))?;
    let Some(journal) = applied.journal.and_then(|id| after.document.journal(id)) else { return Ok(()) };
    io.print(format!("{}\n\n{}", short(&after.document, journal.id), page::now(&after.document, journal)).as_bytes())
}

/// The end of an ID that no other flow has: it is random, where the beginning is the time.
fn short(document: &Document, id: Id) -> String {
    Shorts::new(document).of(id)
}

/// How many characters at its end tell each flow from all others.
struct Shorts(HashMap<Id, usize>);

impl Shorts {
    /// Sorted by their ends: only neighbours have to be compared.
    fn new(document: &Document) -> Self {
        let backwards = |id: Id| id.to_string().bytes().rev().collect::<Vec<u8>>();
        let mut all: Vec<(Vec<u8>, Id)> =
            document.journals.iter().map(|journal| (backwards(journal.id), journal.id)).collect();
        all.sort();
        let alike = |one: &[u8], two: &[u8]| one.iter().zip(two).take_while(|(a, b)| a == b).count();
        let mut lengths: HashMap<Id, usize> = all.iter().map(|(_, id)| (*id, SHORTEST)).collect();
        for two in all.windows(2) {
            let wanted = alike(&two[0].0, &two[1].0) + 1;
            for (_, id) in two {
                lengths.entry(*id).and_modify(|length| *length = wanted.max(*length));
            }
        }
        Self(lengths)
    }

    fn of(&self, id: Id) -> String {
        let whole = id.to_string();
        let length = self.0.get(&id).copied().unwrap_or(whole.len());
        whole.get(whole.len().saturating_sub(length)..).unwrap_or(&whole).to_owned()
    }
}

/// The flow whose ID ends or begins so.
fn find<'a>(document: &'a Document, text: &str) -> Outcome<&'a Journal> {
    let wanted = text.to_uppercase();
    let fits = |journal: &&Journal| {
        let id = journal.id.to_string();
        !wanted.is_empty() && (id.ends_with(&wanted) || id.starts_with(&wanted))
    };
    let mut found = document.journals.iter().filter(fits);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(Problem::new(Exit::NotFound, format!("there is no flow {}", clean(text)))
            .hint("`paykeep flow status` lists them")
            .into()),
        _ => Err(Problem::new(Exit::Ambiguous, format!("{} fits several flows", clean(text)))
            .hint("`paykeep flow status` lists them; name more of the ID")
            .into()),
    }
}

/// A flow whose present step is proven by a signature that fits.
pub(super) fn asks_for_signature<'a>(document: &'a Document, id: &str) -> Outcome<(&'a Journal, &'a Step)> {
    let journal = find(document, id)?;
    let step = journal.now().and_then(|at| journal.steps.get(at)).ok_or(FlowError::Ended)?;
    if step.verify.is_none() {
        return Err(Problem::new(Exit::Usage, format!("«{}» asks for no signature", step.title))
            .hint(page::how(step, id).join("; "))
            .into());
    }
    Ok((journal, step))
}

/// So many characters of an ID are shown at least.
const SHORTEST: usize = 6;
