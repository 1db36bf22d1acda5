//! The bench: whose key, which recipe, what request; and what the other side has.
//!
//! Nothing secret comes here: each change asks the world for a trial, whose report holds what may be seen. One trial runs at a time; a
//! change meanwhile stops it, and is tried next.

mod paste;
mod request;
mod take;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::bench::{Report, Task, fitting, proof};
use crate::app::effect::Effect;
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::{Choice, Opt, TextInput};
use crate::app::model::{Bench, Inside, Model, Page, Purpose, StepAt};
use crate::app::msg::{Key, Ticket};
use crate::catalog::Catalog;
use crate::domain::journal::{FlowError, Happened, Mark};
use crate::domain::provider::Handles;
use crate::domain::{Credential, Deed, Environment, Id};

pub(in crate::app) use paste::paste;
pub(in crate::app) use take::{
    ask_for_file, copy_call, copy_text, example_written, follow, no_call, no_file, no_text, proposes, write_example,
};

/// Shows the bench for a step of a flow: with the version that the flow has made, and with this recipe.
pub(in crate::app) fn show_for(model: &mut Model, step: StepAt, versions: Vec<String>, chosen: &str, recipe: &str) {
    show(model, None);
    if let Some(inside) = model.inside_mut() {
        inside.bench.step = Some((step, versions));
    }
    rebuild(model);
    choose(model, chosen);
    if let Some(inside) = model.inside_mut()
        && let Some(Field { input: Input::Choice(choice), .. }) = inside.bench.form.field_mut(&FieldId::Recipe)
    {
        choice.choose(recipe);
    }
    try_out(model);
}

/// What a flow keeps: the answer was verified by what its step asks for.
pub fn proven(model: &Model) -> Option<Proven> {
    proves(model)?.ok()
}

/// Why what was verified is not what the flow's step asks for.
pub fn unproven(model: &Model) -> Option<FlowError> {
    proves(model)?.err().filter(|why| !matches!(why, FlowError::OtherSignature(_)))
}

/// A step, and what it keeps.
pub type Proven = (StepAt, BTreeMap<String, String>);

fn proves(model: &Model) -> Option<Result<Proven, FlowError>> {
    let inside = model.inside()?;
    let bench = &inside.bench;
    let (at, _) = bench.step.as_ref()?;
    let found = fresh(model)?.judgement.as_ref()?.as_ref().ok()?;
    let (credential, recipe) = (chosen_key(inside)?, bench.form.text(&FieldId::Recipe));
    let journal = inside.unlocked.document.journal(at.journal)?;
    let step = journal.step(&at.step).filter(|step| step.done.is_none())?;
    let reference = inside.unlocked.document.reference(credential)?.to_string();
    (found.verified && !bench.takes_text).then(|| {
        let proof = proof((journal, step), (&reference, credential), found, recipe)?;
        Ok((at.clone(), proof))
    })
}

/// `4`, `b`: shows the bench, with this credential's key.
pub(in crate::app) fn show(model: &mut Model, credential: Option<Id>) {
    if let Some(inside) = model.inside_mut() {
        inside.bench.step = None;
    }
    let first = model.inside().is_some_and(|inside| !inside.bench.has_keys());
    model.go(Page::Bench);
    rebuild(model);
    let reference = model.inside().zip(credential).and_then(|(inside, id)| reference(inside, id));
    if let Some(reference) = reference {
        choose(model, &reference);
    }
    if let Some(inside) = model.inside_mut() {
        inside.bench.form.go_to(&FieldId::Result);
    }
    if first && model.demo {
        first_example(model);
        example(model);
    } else {
        try_out(model);
    }
}

/// Chooses the first key whose provider has an example.
fn first_example(model: &mut Model) {
    let options = match model.inside().and_then(|inside| inside.bench.form.field(&FieldId::Credential)) {
        Some(Field { input: Input::Choice(choice), .. }) => choice.options.clone(),
        _ => return,
    };
    for option in options {
        choose(model, &option.value);
        if no_example(model).is_none() {
            return;
        }
    }
}

/// The vault has another content.
pub(in crate::app) fn renew(model: &mut Model) {
    if model.inside().is_some_and(|inside| inside.bench.has_keys()) {
        rebuild(model);
        try_out(model);
    }
}

/// Lists the keys that sign anew; what was chosen stays chosen.
fn rebuild(model: &mut Model) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let options = keys(inside, &catalog);
    let bench = &mut inside.bench;
    if options.is_empty() {
        *bench = Bench::default();
        return;
    }
    if !bench.has_keys() {
        bench.form = Form::new(vec![
            Field::choice(FieldId::Credential, "Key", Choice::new(Vec::new(), None)),
            Field::choice(FieldId::Recipe, "Recipe", Choice::new(Vec::new(), None)),
            Field::text(FieldId::Their, "Signature", ""),
            Field::new(FieldId::Request, "Request", Input::Text(TextInput::lines(""))),
            Field::new(FieldId::Result, "Result", Input::Fixed(String::new())),
        ]);
    }
    let chosen = bench.form.text(&FieldId::Credential).to_owned();
    let chosen =
        options.iter().find(|known| known.value == chosen).or(options.first()).map(|known| known.value.clone());
    put_choice(bench, &FieldId::Credential, Choice::new(options, chosen.as_deref()));
    list_recipes(inside, &catalog);
}

/// The credentials that a recipe takes: reference, and `Provider ○ sandbox account name v3`.
fn keys(inside: &Inside, catalog: &Catalog) -> Vec<Opt> {
    let document = &inside.unlocked.document;
    let mut found: Vec<(Opt, bool)> = Vec::new();
    for (account, credential) in document.listed() {
        let Some(provider) = catalog.get(account.provider.as_str()) else { continue };
        let Some(reference) = document.reference(credential) else { continue };
        if fitting(provider, credential).next().is_none() {
            continue;
        }
        let badge = if account.environment == Environment::Live { "● LIVE" } else { "○ sandbox" };
        let version = credential.current().map_or_else(String::new, |version| format!(" v{}", version.n));
        let label = format!("{} {badge} {} {}{version}", provider.name, account.slug, credential.name);
        let opt = Opt { value: reference.to_string(), label, environment: None };
        found.push((opt, account.environment == Environment::Live));
        for named in inside.bench.step.iter().flat_map(|(_, versions)| versions) {
            let Some((whose, number)) = named.split_once('@').filter(|(whose, _)| *whose == reference.to_string())
            else {
                continue;
            };
            let label = format!("{} {badge} {} {} v{number}", provider.name, account.slug, credential.name);
            let is_current = credential.version(None).is_some_and(|version| version.n.to_string() == number);
            if !is_current {
                let opt = Opt { value: format!("{whose}@{number}"), label, environment: None };
                found.push((opt, account.environment == Environment::Live));
            }
        }
    }
    // Sandbox first: what is tried is tried there.
    found.sort_by(|(one, live), (two, other)| (live, &one.value).cmp(&(other, &two.value)));
    found.into_iter().map(|(opt, _)| opt).collect()
}

fn put_choice(bench: &mut Bench, id: &FieldId, choice: Choice) {
    if let Some(field) = bench.form.field_mut(id) {
        field.input = Input::Choice(choice);
    }
}

fn chosen_key(inside: &Inside) -> Option<&Credential> {
    let document = &inside.unlocked.document;
    let reference = inside.bench.form.text(&FieldId::Credential);
    document.resolve(reference).ok().map(|target| target.credential)
}

fn reference(inside: &Inside, credential: Id) -> Option<String> {
    let document = &inside.unlocked.document;
    Some(document.reference(document.credential(credential)?)?.to_string())
}

fn choose(model: &mut Model, reference: &str) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    if let Some(Field { input: Input::Choice(choice), .. }) = inside.bench.form.field_mut(&FieldId::Credential) {
        choice.choose(reference);
    }
    list_recipes(inside, &catalog);
}

/// The recipes that take the chosen key; the one that was chosen stays, else the first that signs.
fn list_recipes(inside: &mut Inside, catalog: &Catalog) {
    let provider = inside.bench.form.text(&FieldId::Credential).split('/').next().and_then(|id| catalog.get(id));
    let Some((provider, credential)) = provider.zip(chosen_key(inside)) else { return };
    let recipes: Vec<_> = fitting(provider, credential).collect();
    let was = inside.bench.form.text(&FieldId::Recipe);
    let kept = recipes.iter().find(|recipe| recipe.id == *was);
    let usual = recipes.iter().find(|recipe| recipe.does == Handles::Sign).or(recipes.first());
    let chosen = kept.or(usual).map(|recipe| recipe.id.to_string());
    let options: Vec<Opt> = recipes
        .iter()
        .map(|recipe| Opt { value: recipe.id.to_string(), label: recipe.title.clone(), environment: None })
        .collect();
    put_choice(&mut inside.bench, &FieldId::Recipe, Choice::new(options, chosen.as_deref()));
}

/// A field changed.
pub(in crate::app) fn changed(model: &mut Model, id: &FieldId) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    match id {
        FieldId::Credential => list_recipes(inside, &catalog),
        FieldId::Their => inside.bench.their_text = None,
        FieldId::Request => {
            let bench = &mut inside.bench;
            let text = bench.form.text(&FieldId::Request);
            if text.is_empty() {
                bench.body = None;
            }
            bench.notes.clear();
        }
        _ => {}
    }
    try_out(model);
}

/// Asks for a trial of what stands there now.
fn try_out(model: &mut Model) {
    let Some(inside) = model.inside_mut() else { return };
    let bench = &mut inside.bench;
    // The text as it is: a blank at its end is the body's.
    let text = match bench.form.field(&FieldId::Request).map(|field| &field.input) {
        Some(Input::Text(text)) => text.text(),
        _ => return,
    };
    bench.message = request::message(text, bench.body.as_ref().map(|body| body.as_slice()));
    let Some(Ok(_)) = &bench.message else {
        bench.report = None;
        outdate(model);
        return;
    };
    if bench.asked.is_some() {
        outdate(model);
        return;
    }
    let Some(task) = task(bench) else { return };
    let unlocked = Arc::clone(&inside.unlocked);
    let ticket = model.ask(Purpose::Bench);
    if let Some(inside) = model.inside_mut() {
        inside.bench.asked = Some(ticket);
        inside.bench.stale = false;
    }
    model.emit(Effect::TryOut { ticket, unlocked, task });
}

/// What stands there, as something to be tried.
fn task(bench: &Bench) -> Option<Box<Task>> {
    let Some(Ok(message)) = &bench.message else { return None };
    let their = bench.form.text(&FieldId::Their);
    let text = match &bench.their_text {
        Some(text) => Some(text.to_vec()),
        None => (bench.takes_text && !their.is_empty()).then(|| their.as_bytes().to_vec()),
    };
    let signature = (!bench.takes_text && !their.trim().is_empty()).then(|| their.trim().to_owned());
    Some(Box::new(Task {
        reference: bench.form.text(&FieldId::Credential).to_owned(),
        recipe: bench.form.text(&FieldId::Recipe).to_owned(),
        message: Arc::clone(message),
        signature,
        text,
    }))
}

/// The trial that runs is of what no longer stands there.
fn outdate(model: &mut Model) {
    let Some(bench) = model.inside_mut().map(|inside| &mut inside.bench) else { return };
    if let Some(ticket) = bench.asked
        && !std::mem::replace(&mut bench.stale, true)
    {
        model.emit(Effect::Stop { ticket });
    }
}

/// What came of a trial.
pub(in crate::app) fn tried(model: &mut Model, ticket: Ticket, report: Box<Report>) {
    let Some(inside) = model.inside_mut() else { return };
    let bench = &mut inside.bench;
    if bench.asked != Some(ticket) {
        return;
    }
    bench.asked = None;
    if bench.stale {
        bench.stale = false;
        try_out(model);
        return;
    }
    bench.report = Some(report);
    bench.top = 0;
    keep_refusal(model);
}

/// The gateway's answer says that the new key is refused: that is kept in the flow, once, and no tick passes over it.
fn keep_refusal(model: &mut Model) {
    let Some(FlowError::Refused(status)) = unproven(model) else { return };
    // Elsewhere it was kept already, or is of no more use.
    let on_bench = |inside: &&Inside| matches!(inside.page, Page::Bench) && inside.saving.is_none();
    let Some(inside) = model.inside().filter(on_bench) else { return };
    let Some((at, _)) = inside.bench.step.clone() else { return };
    let step = inside.unlocked.document.journal(at.journal).and_then(|journal| journal.step(&at.step));
    // Whatever the clocks say: the save that keeps it leads here again.
    let is_it = |mark: &Mark| mark.what == Happened::Contradicted && mark.text == status.to_string();
    if step.is_some_and(|step| !step.marks.iter().any(is_it)) {
        super::flow::commit_at(model, at, Deed::Contradicted(status));
    }
}

/// Shows a request in place of the one that stands there.
fn put(model: &mut Model, written: request::Written) {
    let Some(inside) = model.inside_mut() else { return };
    let bench = &mut inside.bench;
    bench.body = written.body;
    bench.notes = written.notes;
    if let Some(Field { input: Input::Text(text), .. }) = bench.form.field_mut(&FieldId::Request) {
        *text = TextInput::lines(&written.text);
    }
    bench.form.go_to(&FieldId::Result);
    try_out(model);
}

/// `⏎`: opens a list, begins a line in the request, goes on from a line.
pub(in crate::app) fn enter(model: &mut Model) {
    let Some(field) = model.form().and_then(Form::focused) else { return };
    match (&field.id, &field.input) {
        (_, Input::Choice(_)) => super::open_choice(model),
        (FieldId::Request, _) => {
            super::edit_form(model, Key::ctrl('j'));
        }
        (FieldId::Result, _) => {}
        _ => super::step_field(model, 1),
    }
}

/// `↑↓`: a line in the request, the lines of the result, else the field before or after.
pub(in crate::app) fn step(model: &mut Model, by: isize) {
    let Some(inside) = model.inside_mut() else { return };
    let bench = &mut inside.bench;
    match bench.form.focused().map(|field| field.id.clone()) {
        Some(FieldId::Result) => {
            let most = bench.report.as_ref().map_or(0, |_| MOST_LINES);
            bench.top = bench.top.saturating_add_signed(by).min(most);
        }
        Some(FieldId::Request) => {
            if let Some(Field { input: Input::Text(text), .. }) = bench.form.focused_mut()
                && text.step_line(by)
            {
                return;
            }
            super::step_field(model, by.signum());
        }
        Some(_) => super::step_field(model, by.signum()),
        None => {}
    }
}

fn set_kind(bench: &mut Bench, takes_text: bool) {
    bench.takes_text = takes_text;
    bench.their_text = None;
    if let Some(field) = bench.form.field_mut(&FieldId::Their) {
        field.label = if takes_text { "String" } else { "Signature" }.into();
    }
}

/// `ctrl-t`
pub(in crate::app) fn other_kind(model: &mut Model) {
    let Some(inside) = model.inside_mut() else { return };
    let takes_text = !inside.bench.takes_text;
    set_kind(&mut inside.bench, takes_text);
    inside.bench.form.go_to(&FieldId::Their);
    try_out(model);
}

/// The report, if it is of what stands there now.
fn fresh(model: &Model) -> Option<&Report> {
    let bench = &model.inside()?.bench;
    bench.report.as_deref().filter(|_| bench.is_fresh())
}

/// Why nothing of the chosen credential can be tried.
pub(in crate::app) fn signs_nothing(model: &Model) -> Option<String> {
    let inside = model.inside()?;
    let document = &inside.unlocked.document;
    let credential = document.credential(model.chosen()?)?;
    let provider = model.catalog.get(document.account(credential.account)?.provider.as_str());
    let fits = provider.is_some_and(|provider| fitting(provider, credential).next().is_some());
    (!fits).then(|| "Nothing is signed or checked with this credential.".into())
}

/// `ctrl-e`: the provider's own example.
pub(in crate::app) fn example(model: &mut Model) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside() else { return };
    let written = with_vector(inside, &catalog);
    if let Some(written) = written {
        put(model, written);
    }
}

fn with_vector(inside: &Inside, catalog: &Catalog) -> Option<request::Written> {
    let form = &inside.bench.form;
    let provider = catalog.get(form.text(&FieldId::Credential).split('/').next()?)?;
    let recipe = provider.recipes.iter().find(|recipe| recipe.id == *form.text(&FieldId::Recipe))?;
    let header = recipe.time.as_ref().and_then(|time| time.header.as_deref());
    Some(request::example(recipe.vectors.first()?, header))
}

/// Why there is no example.
pub(in crate::app) fn no_example(model: &Model) -> Option<String> {
    let inside = model.inside()?;
    let none = with_vector(inside, &model.catalog).is_none();
    none.then(|| "The provider's page has no example of this.".into())
}

/// More than a result has lines.
const MOST_LINES: usize = 200;
