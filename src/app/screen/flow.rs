//! A flow on the screen: what its present step asks for, and what each key does about it. The rules stand in `domain`; what is not
//! allowed is refused there, and told here.

pub mod begin;
mod hand_over;
mod places;
mod stop;
mod take;

use std::collections::BTreeMap;

use crate::app::effect::Effect;
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::model::{
    Deed as Asked, Dialog, DialogTone, Finding, FlowPage, FlowsPage, Inside, List, Model, Page, Purpose, StepAt, Then,
    Tone,
};
use crate::app::msg::PairText;
use crate::app::status::problem;
use crate::app::value;
use crate::catalog::Catalog;
use crate::domain::journal::{Happened, Journal, Slot, Step};
use crate::domain::provider::{Act, RecipeUse};
use crate::domain::{Account, Change, Deed, Document, Environment, Id};
use crate::error::Problem;
use crate::secret::SecretText;

pub use hand_over::given;
pub(in crate::app) use hand_over::{copy, goes_out, handed_over, hands_over, has_secret, reveal, was_shown};
pub use places::places;
use places::substitute;
pub(in crate::app) use places::{has_places, take_off, tick, ticks};
pub(in crate::app) use stop::abandon;
pub use stop::in_the_way;
use stop::{ask_consent, no_longer_used};
pub use take::has_another;
pub(in crate::app) use take::{changed, overrule, overruled, paste};

/// What the page is about.
pub struct About<'a> {
    /// The flow.
    pub journal: &'a Journal,
    /// The account in which it acts.
    pub account: &'a Account,
    /// The step that is looked at: the present one, or one that is looked back at; the last one when the flow has ended.
    pub at: usize,
    /// The same.
    pub step: &'a Step,
    /// Whether it can be done now, or another value was pasted for it.
    pub is_present: bool,
}

impl About<'_> {
    fn name(&self) -> StepAt {
        StepAt { journal: self.journal.id, step: self.step.id.clone() }
    }
}

impl Model {
    /// The flow on the page.
    pub fn flow(&self) -> Option<About<'_>> {
        let inside = self.inside()?;
        let Page::Flow(page) = &inside.page else { return None };
        about(inside, page)
    }
}

fn about<'a>(inside: &'a Inside, page: &FlowPage) -> Option<About<'a>> {
    let document = &inside.unlocked.document;
    let journal = document.journal(page.journal)?;
    let now = journal.now();
    let last = journal.steps.len().checked_sub(1)?;
    // One that was given up is shown where it stopped.
    let stopped = journal.steps.iter().position(|step| step.done.is_none());
    let at = page.looked.or(now).or(stopped).unwrap_or(last).min(last);
    let account = document.account(journal.account)?;
    let step = &journal.steps[at];
    let again = journal.can_retake(step) && page.form.fields.iter().any(|field| matches!(field.id, FieldId::Value(_)));
    Some(About { journal, account, at, step, is_present: now == Some(at) || again })
}

/// Shows a flow.
pub(in crate::app) fn show(model: &mut Model, journal: Id) {
    let page = FlowPage {
        journal,
        looked: None,
        form: Form::default(),
        editing: false,
        place: 0,
        notes: Vec::new(),
        until: None,
        contradiction: None,
        is_final: false,
        overruled: false,
        doubt: None,
        doubted: false,
        busy: None,
        top: 0,
        handed: 0,
        made_for: (String::new(), 0, false),
    };
    model.go(Page::Flow(Box::new(page)));
    let catalog = model.catalog.clone();
    if let Some(inside) = model.inside_mut() {
        renew(inside, &catalog);
    }
    model.look_for_other_writers();
}

/// A step was saved, or a flow began.
pub(in crate::app) fn went_on(model: &mut Model, journal: Id) {
    match model.inside_mut().map(|inside| &mut inside.page) {
        Some(Page::Flow(page)) if page.journal == journal => page.busy = None,
        Some(Page::Begin(_)) => show(model, journal),
        _ => {}
    }
}

/// The vault changed: the form belongs to the step that is present now.
pub(in crate::app) fn renew(inside: &mut Inside, catalog: &Catalog) {
    if let Page::Flows(flows) = &mut inside.page {
        flows.rows = rows(&inside.unlocked.document.journals);
    }
    let Page::Flow(page) = &inside.page else { return };
    let Some(about) = about(inside, page) else {
        inside.page = Page::Credentials;
        return;
    };
    let is_held = !in_the_way(about.journal, about.step, &inside.unlocked.document).is_empty();
    let made_for = (about.step.id.clone(), about.step.marks.len(), is_held);
    if page.made_for == made_for && page.looked.is_none() && about.is_present {
        // The last place may just have been taken off.
        let last = chooses(about.journal, about.step, &inside.unlocked.document).saturating_sub(1);
        if let Page::Flow(page) = &mut inside.page {
            page.place = page.place.min(last);
        }
        return;
    }
    // Where an answer is all that is wanted, letters are its own.
    let asks = about.is_present && about.step.asks.is_some() && about.step.act != Act::Approval;
    let form = if about.journal.now() == Some(about.at) {
        take::form(&about, &inside.unlocked.document, catalog)
    } else {
        Form::default()
    };
    let Page::Flow(page) = &mut inside.page else { return };
    if page.made_for.0 != made_for.0 {
        page.handed = 0;
    }
    // The next answer goes where the last one went, which said the contrary.
    let anew = page.editing && page.made_for.0 == made_for.0 && form.fields.iter().any(|own| own.id == FieldId::Status);
    page.editing = asks && form.fields.len() == 1 || anew;
    page.form = form;
    page.made_for = made_for;
    page.notes.clear();
    page.until = None;
    page.contradiction = None;
    page.is_final = false;
    page.overruled = false;
    page.doubt = None;
    page.doubted = false;
    page.place = 0;
    page.top = 0;
}

/// Saves what was done at the step on the page.
pub(in crate::app) fn commit(model: &mut Model, deed: Deed) {
    if let Some(at) = model.flow().map(|about| about.name()) {
        commit_at(model, at, deed);
    }
}

/// Saves what was done at a step that was named before: when it was asked about, or when something for it began.
pub(in crate::app) fn commit_at(model: &mut Model, at: StepAt, deed: Deed) {
    let StepAt { journal, step } = at;
    model.commit(Change::Step { journal, step, deed }, String::new(), Then::Flow);
}

fn said(model: &mut Model) {
    let note = note(model);
    commit(model, Deed::Said { note });
}

/// Whether a secret stands where anyone sees it: that is told, and goes no further.
fn holds_secret(model: &mut Model) -> bool {
    let (catalog, Some(inside)) = (&model.catalog, model.inside()) else { return false };
    let typed = model.form().into_iter().flat_map(|form| &form.fields).filter_map(|field| match &field.input {
        Input::Text(text) => Some(SecretText::copied(text.text())),
        _ => None,
    });
    let found = typed.into_iter().find_map(|text| value::secret_in(catalog, &inside.unlocked, &text));
    if let Some(what) = &found {
        super::refuse_secret(model, what);
    }
    found.is_some()
}

/// What was typed for what the step asks.
fn note(model: &Model) -> String {
    model.form().map_or_else(String::new, |form| form.text(&FieldId::Note).to_owned())
}

/// Whether the present step asks something, and its field is still empty.
fn lacks_answer(model: &Model) -> bool {
    let asks = model.flow().is_some_and(|about| about.is_present && about.step.asks.is_some());
    asks && note(model).trim().is_empty()
}

/// To the field in which the answer goes.
fn ask_for_answer(model: &mut Model, then: &str) {
    edit(model);
    if let Some(form) = model.form_mut() {
        form.go_to(&FieldId::Note);
    }
    model.tell(Tone::Plain, format!("The step asks something: answer it first. {then}"));
}

/// `⏎`: does the step, or says what is still to be given.
pub(in crate::app) fn done(model: &mut Model) {
    if model.inside().is_some_and(|inside| inside.saving.is_some() || inside.page.is_busy()) {
        return;
    }
    let Some(about) = model.flow() else { return };
    if !about.is_present {
        look_back_to(model, None);
        return;
    }
    if holds_secret(model) {
        return;
    }
    let Some(about) = model.flow() else { return };
    let step = about.step;
    if lacks_answer(model) {
        ask_for_answer(model, "«Nothing» is an answer too.");
        return;
    }
    if step.asks_consent() {
        ask_consent(model);
        return;
    }
    let end = about.journal.waits_until(step).filter(|end| model.now.wall < *end && note(model).trim().is_empty());
    if let Some(end) = end {
        let end = end.to_zoned(model.now.zone.clone()).strftime("%-d %b %H:%M");
        edit(model);
        model.tell(Tone::Warning, format!("The old one may be in use until {end}: wait, or say here why not."));
        return;
    }
    match step.act {
        Act::Generate => generate(model),
        Act::Take | Act::TakeOnce if step.last(Happened::Kept).is_some() && !take::is_filled(model) => {
            model.tell(Tone::Plain, "It is kept. I says that you know.");
        }
        Act::Take | Act::TakeOnce => take::keep(model),
        Act::Approval => {
            let deed = Deed::Decided { approved: true, note: note(model), typed: None };
            ask(
                model,
                "The provider has approved it",
                "From now on it may be used. It becomes current only by its own step.",
                "it is approved",
                deed,
                DialogTone::Plain,
            );
        }
        Act::Verify | Act::ProveDead => verify(model),
        Act::Substitute => substitute(model),
        Act::Seal if step.last(Happened::Copied).is_none() => {
            model.tell(Tone::Plain, "c copies it, to be pasted where it belongs; then I.");
        }
        Act::Seal => model.tell(Tone::Plain, "I says that it is where it belongs, and seals it."),
        _ => said(model),
    }
}

/// Asks before a step is done that can't be taken back, or that paykeep can't see.
fn ask(model: &mut Model, title: &str, text: &str, verb: &'static str, deed: Deed, tone: DialogTone) {
    let Some((subject, environment)) = subject(model) else { return };
    let Some(at) = model.flow().map(|about| about.name()) else { return };
    model.open_dialog(Dialog {
        title: title.into(),
        subject: Some(subject),
        environment: Some(environment),
        text: vec![Finding { tone: Tone::Plain, text: text.into() }],
        typed: None,
        verb,
        top: 0,
        way_out: "not yet",
        tone,
        deed: Asked::Step(at, deed),
    });
}

/// What the step is about, as a reference without its version.
fn subject(model: &Model) -> Option<(String, Environment)> {
    let about = model.flow()?;
    let slot = about.journal.about(about.step).into_iter().next()?;
    Some((about.account.path(&slot.reference), about.account.environment))
}

/// Lines that were broken for the eye, as one paragraph.
pub fn joined(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

fn generate(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let Some(slot) = about.step.slots.first().cloned() else { return };
    let (at, bits) = (about.name(), about.step.bits.unwrap_or(BITS));
    let ticket = model.ask(Purpose::Pair { at, slot });
    let busy = model.busy(ticket, "generating the pair");
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.busy = Some(busy);
    }
    model.emit(Effect::GeneratePair { ticket, bits });
}

/// The pair was made: it is stored before anything else.
pub(in crate::app) fn generated(model: &mut Model, at: StepAt, slot: &str, pair: Result<PairText, Problem>) {
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.busy = None;
    }
    let pair = match pair {
        Ok(pair) => pair,
        Err(why) => {
            model.notice = Some(problem(&why));
            return;
        }
    };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let Some(journal) = document.journal(at.journal) else { return };
    let Some(account) = document.account(journal.account) else { return };
    let spec = spec_of(&model.catalog, account, journal.slot(slot));
    let fields = take::pair(pair, spec).into_iter().map(|field| (slot.to_owned(), field)).collect();
    commit_at(model, at, Deed::Values(fields));
}

/// `esc` while a pair is generated: what comes of it is not wanted any more.
pub(in crate::app) fn stop(model: &mut Model) {
    let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    if let Some(busy) = page.busy.take() {
        model.forget(busy.ticket);
        model.emit(Effect::Stop { ticket: busy.ticket });
        model.tell(Tone::Plain, "Stopped. Nothing was stored.");
    }
}

fn verify(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let (or_said, act, call) = (about.step.or_said, about.step.act, about.step.call.is_some());
    let typed = model.form().map_or("", |form| form.text(&FieldId::Status)).trim().to_owned();
    if !typed.is_empty() {
        match typed.parse::<u16>() {
            Ok(status @ 100..=599) => answered(model, status),
            _ => model.tell(Tone::Warning, "A status is a number from 100 to 599, as 200 or 401."),
        }
        return;
    }
    if or_said && lacks_reason(model) {
        return;
    }
    if or_said {
        let (title, verb) = if act == Act::ProveDead {
            ("Say that the old key is refused", "it is refused")
        } else {
            ("Say that the new key works", "it works")
        };
        let text = "paykeep has not seen it. The step is kept, and drawn, as said and not verified.";
        let note = note(model);
        ask(model, title, text, verb, Deed::Said { note }, DialogTone::Plain);
    } else if call {
        edit(model);
        model.tell(Tone::Warning, "Run the call, and type the status that it prints.");
    } else {
        model.tell(Tone::Warning, "A proof is needed.");
    }
}

/// The status that a call gave. One that says the contrary of what the step is to show is kept too.
fn answered(model: &mut Model, status: u16) {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return };
    match about.journal.contradicts(about.step, status, &inside.unlocked.document) {
        Some(no) => {
            commit(model, Deed::Contradicted(status));
            model.notice = Some(problem(&no.into()));
        }
        None => commit(model, Deed::Status(status)),
    }
}

/// Whether an answer has said the contrary, and nobody says why it does not count: that is asked for.
fn lacks_reason(model: &mut Model) -> bool {
    let Some(about) = model.flow() else { return false };
    let Some(no) = about.journal.contradicted(about.step) else { return false };
    if !note(model).trim().is_empty() {
        return false;
    }
    let at = no.at.to_zoned(model.now.zone.clone()).strftime("%H:%M");
    let text =
        format!("The answer {} of {at} says the contrary: call again, or say here why it does not count.", no.text);
    edit(model);
    if let Some(form) = model.form_mut() {
        form.go_to(&FieldId::Note);
    }
    model.tell(Tone::Warning, text);
    true
}

/// `b`, `v`: the bench, to sign the call (`signs`) or to check its answer, with the version that the flow has made.
pub(in crate::app) fn to_bench(model: &mut Model, signs: bool) {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return };
    let document = &inside.unlocked.document;
    let named = |used: &RecipeUse| {
        let (credential, version) = about.journal.version(&used.with)?;
        let reference = document.reference(document.credential(credential)?)?;
        let version = document.version(credential, version)?;
        let is_meant = document.credential(credential)?.version(None).map(|v| v.id) == Some(version.id);
        Some(if is_meant { reference.to_string() } else { format!("{reference}@{}", version.n) })
    };
    let (sign, verify) = (about.step.sign.as_ref(), about.step.verify.as_ref());
    let versions: Vec<String> = [sign, verify].into_iter().flatten().filter_map(named).collect();
    let Some(used) = (if signs { sign } else { verify }) else { return };
    let Some(chosen) = named(used) else { return };
    let (at, recipe) = (about.name(), used.recipe.to_string());
    super::bench::show_for(model, at, versions, &chosen, &recipe);
}

/// The bench has verified what the step asks for.
pub(in crate::app) fn keep_proof(model: &mut Model, at: StepAt, evidence: BTreeMap<String, String>) {
    commit_at(model, at, Deed::Seen(evidence));
}

/// Among how many places a step lets choose.
fn chooses(journal: &Journal, step: &Step, document: &Document) -> usize {
    places(journal, step, document).len() + in_the_way(journal, step, document).len()
}

/// Moves the choice among the places, or the page.
pub(in crate::app) fn step(model: &mut Model, by: isize) {
    let count = match model.flow().zip(model.inside()) {
        Some((about, inside)) if about.is_present => chooses(about.journal, about.step, &inside.unlocked.document),
        _ => 0,
    };
    let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    if count > 0 {
        page.place = page.place.saturating_add_signed(by).min(count - 1);
    } else {
        page.top = page.top.saturating_add_signed(by).min(200);
    }
}

/// `tab`, `W`: letters go into the step's fields.
pub(in crate::app) fn edit(model: &mut Model) {
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page)
        && !page.form.fields.is_empty()
    {
        page.editing = true;
    }
}

/// `n`: something to keep beside the step.
pub(in crate::app) fn add_note(model: &mut Model) {
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.form = Form::new(vec![
            Field::text(FieldId::Label, "Note", "").with_help("⏎ keeps it beside the step. No secret goes here."),
        ]);
        page.editing = true;
        // The step's own form comes back when the note is saved or left.
        page.made_for = (String::new(), 0, false);
    }
}

/// `⏎` in that field.
fn keep_note(model: &mut Model) -> bool {
    let is_note = model.form().is_some_and(|form| form.field(&FieldId::Label).is_some());
    let text = model.form().map_or("", |form| form.text(&FieldId::Label)).to_owned();
    if is_note {
        leave_field(model);
        if !text.is_empty() {
            commit(model, Deed::Note(text));
        }
    }
    is_note
}

/// `⏎` while letters go into the fields.
pub(in crate::app) fn enter(model: &mut Model) {
    if !holds_secret(model) && !keep_note(model) {
        done(model);
    }
}

/// `esc`: out of the fields; the step's own form comes back.
pub(in crate::app) fn leave_field(model: &mut Model) {
    let catalog = model.catalog.clone();
    if let Some(inside) = model.inside_mut() {
        if let Page::Flow(page) = &mut inside.page {
            page.editing = false;
        }
        renew(inside, &catalog);
    }
}

/// `o`
pub(in crate::app) fn open_page(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    // A step without a page of its own means the page that was opened before it.
    let mut before = about.journal.steps[..=about.at].iter().rev();
    match before.find_map(|step| step.url.clone()) {
        Some(url) => {
            // All of it: where no browser can be started it is read off, and one line may be too short for it.
            if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
                page.notes = vec![format!("The page: {url}")];
            }
            model.tell(Tone::Plain, "Opening the page. Should nothing open: its address stands beside the step.");
            model.emit(Effect::OpenPage { url });
        }
        None => model.tell(Tone::Plain, "No address is known: the way there stands in the step."),
    }
}

/// `I`
pub(in crate::app) fn known(model: &mut Model) {
    commit(model, Deed::Known);
}

/// `D`: the provider refused it.
pub(in crate::app) fn denied(model: &mut Model) {
    if holds_secret(model) {
        return;
    }
    if lacks_answer(model) {
        ask_for_answer(model, "Then esc, and D.");
        return;
    }
    if stop::ask_denial(model) {
        return;
    }
    let text = DENIED;
    let deed = Deed::Decided { approved: false, note: note(model), typed: None };
    ask(model, "The provider has denied it", text, "it is denied", deed, DialogTone::Dangerous);
}

/// `p`: the step before, without going back.
pub(in crate::app) fn look_back(model: &mut Model) {
    let Some(at) = model.flow().map(|about| about.at) else { return };
    look_back_to(model, Some(at.saturating_sub(1)));
}

fn look_back_to(model: &mut Model, looked: Option<usize>) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let Page::Flow(page) = &mut inside.page else { return };
    page.looked = looked;
    page.top = 0;
    page.made_for = (String::new(), 0, false);
    renew(inside, &catalog);
}

/// `esc`: back to the present step, or to the list; the flow waits in the vault.
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(Page::Flow(page)) = model.inside().map(|inside| &inside.page) else { return };
    if page.looked.is_some() {
        look_back_to(model, None);
        return;
    }
    if has_another(model) {
        look_back_to(model, None);
        model.tell(Tone::Plain, "Left out. The one that is kept stays.");
        return;
    }
    back(model);
    model.emit(Effect::ClearScreen);
}

/// To where the flow was opened from.
fn back(model: &mut Model) {
    if model.inside().is_some_and(|inside| inside.rotations.opened) {
        super::rotations::show(model);
        return;
    }
    let chosen = model.chosen();
    super::credentials::show(model, chosen);
}

/// `f`: the one flow in progress, or the list of all.
pub(in crate::app) fn resume(model: &mut Model) {
    let Some(inside) = model.inside_mut() else { return };
    inside.rotations.opened = false;
    let journals = &inside.unlocked.document.journals;
    let open: Vec<Id> = journals.iter().filter(|journal| journal.is_open()).map(|journal| journal.id).collect();
    match open.as_slice() {
        [one] => show(model, *one),
        _ => {
            let rows = rows(journals);
            model.go(Page::Flows(FlowsPage { rows, list: List::default() }));
        }
    }
}

fn rows(journals: &[Journal]) -> Vec<Id> {
    let mut all: Vec<&Journal> = journals.iter().collect();
    all.sort_by_key(|journal| (!journal.is_open(), std::cmp::Reverse(journal.started_at), journal.id));
    all.into_iter().map(|journal| journal.id).collect()
}

/// `⏎` in that list.
pub(in crate::app) fn open_chosen(model: &mut Model) {
    let Some(Page::Flows(flows)) = model.inside().map(|inside| &inside.page) else { return };
    if let Some(id) = flows.rows.get(flows.list.row) {
        let id = *id;
        show(model, id);
    }
}

/// The provider's description of what a slot holds.
pub fn spec_of<'a>(
    catalog: &'a Catalog,
    account: &Account,
    slot: Option<&Slot>,
) -> Option<&'a crate::domain::provider::CredentialSpec> {
    catalog.get(account.provider.as_str())?.credential(&slot?.spec)
}

/// What a denial does.
const DENIED: &str =
    "The flow ends here. What was made for it is kept as denied and is never offered. To ask again, begin another.";
/// A key pair's length where the provider states none.
const BITS: u32 = 2048;
