//! A flow on the screen: what its present step asks for, and what each key does about it. The rules stand in `domain`; what is not
//! allowed is refused there, and told here.

pub mod begin;
mod take;

use crate::app::effect::{Effect, Given};
use crate::app::form::{Field, FieldId, Form};
use crate::app::input::TextInput;
use crate::app::model::{
    Deed as Asked, Dialog, DialogTone, Finding, FlowPage, FlowsPage, Inside, List, Model, Page, Purpose, StepAt, Then,
    Tone, Typed,
};
use crate::app::msg::PairText;
use crate::app::status::problem;
use crate::catalog::Catalog;
use crate::domain::journal::{Happened, Journal, Slot, Step};
use crate::domain::provider::Act;
use crate::domain::{Account, Change, Deed, Document, Environment, Id, Proof, SecretKey, Version};
use crate::error::Problem;
use crate::keys;

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
    /// Whether it can be done now.
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
    Some(About { journal, account, at, step: &journal.steps[at], is_present: now == Some(at) })
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
        contradiction: None,
        overruled: false,
        busy: None,
        top: 0,
        made_for: (String::new(), 0),
    };
    model.go(Page::Flow(Box::new(page)));
    let catalog = model.catalog.clone();
    if let Some(inside) = model.inside_mut() {
        renew(inside, &catalog);
    }
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
    let made_for = (about.step.id.clone(), about.step.marks.len());
    if page.made_for == made_for && page.looked.is_none() {
        return;
    }
    let form = if about.is_present { take::form(&about, catalog) } else { Form::default() };
    let Page::Flow(page) = &mut inside.page else { return };
    page.form = form;
    page.made_for = made_for;
    page.editing = false;
    page.notes.clear();
    page.contradiction = None;
    page.overruled = false;
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
    let step = about.step;
    if lacks_answer(model) {
        ask_for_answer(model, "«Nothing» is an answer too.");
        return;
    }
    if step.asks_consent() {
        ask_consent(model);
        return;
    }
    match step.act {
        Act::Generate => generate(model),
        Act::Take | Act::TakeOnce if step.last(Happened::Kept).is_some() && !take::is_filled(model) => {
            model.tell(Tone::Plain, "It is kept. I says that you know.");
        }
        Act::Take | Act::TakeOnce => take::keep(model),
        Act::Approval => {
            let deed = Deed::Decided { approved: true, note: note(model) };
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
        way_out: "not yet",
        tone,
        deed: Asked::Step(at, deed),
    });
}

/// What the flow is about, as a reference without its version.
fn subject(model: &Model) -> Option<(String, Environment)> {
    let about = model.flow()?;
    let name = about.journal.slots.first()?.reference.clone();
    let account = about.account;
    Some((format!("{}/{}/{}/{name}", account.provider, account.environment, account.slug), account.environment))
}

/// The places that keep a key from being stopped: those that have it, where there was time to move.
pub fn in_the_way(journal: &Journal, step: &Step, document: &Document) -> Vec<(Id, String)> {
    let Some((credential, version)) = journal.killed(step) else { return Vec::new() };
    let slot = step.kills.as_ref().and_then(|killed| journal.slot(killed.slot.as_str()));
    let others = document
        .credential(credential)
        .is_some_and(|record| record.versions.iter().any(|v| v.id != version && v.life <= crate::domain::Life::Active));
    if !others || journal.stops_damage() || !slot.is_some_and(|slot| slot.overlaps) {
        return Vec::new();
    }
    let holders = document.holders_of(credential, version);
    let places = document.used_by(credential).filter(|consumer| holders.contains(&consumer.label));
    places.map(|consumer| (consumer.id, consumer.label.clone())).collect()
}

/// `w` before a key is stopped: the chosen place no longer uses it.
fn no_longer_used(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let Some(inside) = model.inside() else { return };
    let Page::Flow(page) = &inside.page else { return };
    let left = in_the_way(about.journal, about.step, &inside.unlocked.document);
    let Some((consumer, label)) = left.get(page.place.min(left.len().saturating_sub(1))).cloned() else { return };
    let Some((credential, _)) = about.journal.killed(about.step) else { return };
    let done = format!("Noted: {label} no longer uses it.");
    model.commit(Change::Unuse { consumer, credential }, done, Then::Stay);
}

/// A key stops working: what breaks, what goes on, and the account's name to be typed.
fn ask_consent(model: &mut Model) {
    let left = model
        .flow()
        .zip(model.inside())
        .map(|(about, inside)| in_the_way(about.journal, about.step, &inside.unlocked.document));
    if let Some((_, label)) = left.and_then(|left| left.into_iter().next()) {
        model.tell(
            Tone::Warning,
            format!("{label} still has it: move it first, or say with w that it no longer uses it."),
        );
        return;
    }
    let Some((subject, environment)) = subject(model) else { return };
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let step = about.step;
    let target = step.kills.as_ref().and_then(|killed| about.journal.version(killed));
    let version = target.and_then(|(credential, version)| document.version(credential, version));
    let name = version.map_or_else(|| "the old key".to_owned(), |version| format!("v{}", version.n));
    let provider = model.provider_name(about.account.provider.as_str());
    let mut text = vec![Finding {
        tone: Tone::Plain,
        text: if step.act == Act::Revoke {
            format!("{provider} stops accepting {name} at once. This cannot be undone.")
        } else {
            format!("From this step on {name} no longer works at {provider}. This cannot be undone.")
        },
    }];
    if let Some(warning) = &step.warning {
        text.push(Finding { tone: Tone::Warning, text: format!("{}. {}", warning.title, joined(&warning.text)) });
    }
    let holders = target.map(|(credential, version)| document.holders_of(credential, version)).unwrap_or_default();
    text.push(match holders.as_slice() {
        [] => Finding { tone: Tone::Done, text: format!("No place that paykeep knows of has {name}.") },
        [one] => Finding { tone: Tone::Warning, text: format!("{one} still has {name}: it fails from this moment.") },
        many => Finding {
            tone: Tone::Warning,
            text: format!("{} still have {name}: they fail from this moment.", many.join(", ")),
        },
    });
    let expected = about.account.slug.to_string();
    let verb = if step.act == Act::Revoke { "revoke" } else { "stop it" };
    let dialog = Dialog {
        title: if step.act == Act::Revoke { "Revoke a key".into() } else { "The old key stops working".into() },
        subject: Some(subject),
        environment: Some(environment),
        text,
        typed: Some(Typed {
            asks: format!("Type the account's name, {expected}, to go on"),
            expected,
            input: TextInput::new(),
        }),
        verb,
        way_out: "keep it",
        tone: DialogTone::Dangerous,
        deed: Asked::TypedStep(about.name(), note(model)),
    };
    model.open_dialog(dialog);
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
        model.emit(Effect::StopPair { ticket: busy.ticket });
        model.tell(Tone::Plain, "Stopped. Nothing was stored.");
    }
}

fn verify(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let (or_said, act, call) = (about.step.or_said, about.step.act, about.step.call.is_some());
    let typed = model.form().map_or("", |form| form.text(&FieldId::Status)).trim().to_owned();
    if !typed.is_empty() {
        match typed.parse::<u16>() {
            Ok(status @ 100..=599) => commit(model, Deed::Status(status)),
            _ => model.tell(Tone::Warning, "A status is a number from 100 to 599, as 200 or 401."),
        }
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

fn substitute(model: &mut Model) {
    let typed = model.form().map_or("", |form| form.text(&FieldId::UsedBy)).trim().to_owned();
    if !typed.is_empty() {
        commit(model, Deed::Placed { label: typed, proof: Proof::Asked });
        return;
    }
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let left = document.still_to_move(about.journal, about.step);
    let none = places(about.journal, about.step, document).is_empty();
    if let Some(first) = left.first() {
        let text = format!("{first} does not have it yet: w ticks it off.");
        model.tell(Tone::Warning, text);
    } else if none {
        let text = "No place is noted that uses it. W adds one; the step can also be kept without.";
        let deed = Deed::Said { note: String::new() };
        ask(model, "No place uses it", text, "nothing uses it", deed, DialogTone::Plain);
    } else {
        said(model);
    }
}

/// The places that a step ticks off: their IDs and labels, and whether each has it.
pub fn places(journal: &Journal, step: &Step, document: &Document) -> Vec<(Id, String, bool)> {
    let slot = step.slots.first().and_then(|name| journal.slot(name));
    let Some(credential) = slot.and_then(|slot| slot.credential).filter(|_| step.act == Act::Substitute) else {
        return Vec::new();
    };
    let left = document.still_to_move(journal, step);
    document.used_by(credential).map(|c| (c.id, c.label.clone(), !left.contains(&c.label))).collect()
}

/// Whether the present step has places to tick off.
pub(in crate::app) fn has_places(model: &Model) -> bool {
    let Some((about, inside)) = model.flow().zip(model.inside()) else { return false };
    let document = &inside.unlocked.document;
    about.is_present
        && (!places(about.journal, about.step, document).is_empty()
            || !in_the_way(about.journal, about.step, document).is_empty())
}

/// `w`: the chosen place has it.
pub(in crate::app) fn tick(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    if about.step.act != Act::Substitute {
        no_longer_used(model);
        return;
    }
    let Some(inside) = model.inside() else { return };
    let Page::Flow(page) = &inside.page else { return };
    let places = places(about.journal, about.step, &inside.unlocked.document);
    match places.get(page.place) {
        Some((_, _, true)) => model.tell(Tone::Plain, "It has it already."),
        Some((_, label, false)) => {
            let label = label.clone();
            commit(model, Deed::Placed { label, proof: Proof::Asked });
        }
        None => edit(model),
    }
}

/// Moves the choice among the places, or the page.
pub(in crate::app) fn step(model: &mut Model, by: isize) {
    let count = match model.flow().zip(model.inside()) {
        Some((about, inside)) if about.is_present => {
            let document = &inside.unlocked.document;
            places(about.journal, about.step, document).len() + in_the_way(about.journal, about.step, document).len()
        }
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
        page.made_for = (String::new(), 0);
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
    if !keep_note(model) {
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

/// `c`: what the step hands over.
pub(in crate::app) fn copy(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let (journal, step) = (about.journal, about.step);
    let public = match step.act {
        Act::Give => given(journal, step, document).map(|text| ("The public key".to_owned(), text)),
        Act::Tell => step.letter.as_ref().map(|(subject, body)| ("The letter".into(), format!("{subject}\n\n{body}"))),
        Act::Seal | Act::Substitute | Act::TakeOnce => None,
        _ => step.call.as_ref().map(|call| ("The command".into(), call.command(journal, document))),
    };
    if let Some((what, text)) = public {
        model.copy_public(what, text);
        return;
    }
    let Some((slot, version)) = handed(&about, document) else {
        model.tell(Tone::Warning, "There is nothing to copy in this step.");
        return;
    };
    if let Some(why) = crate::app::clip::why_over(version, false, model.now.wall) {
        model.tell(Tone::Warning, why);
        return;
    }
    let secret = version.secret_fields().next().and_then(|(_, field)| field.secret.clone());
    match (secret, slot.credential, subject(model)) {
        (Some(key), Some(credential), Some(subject)) => {
            model.hand_out(subject, None, credential, Given::alone(key), false);
        }
        _ => model.tell(Tone::Warning, "There is nothing to copy in this step."),
    }
}

/// `r`: the secret that the step hands over, for ten seconds; where there is no clipboard it can be read off.
pub(in crate::app) fn reveal(model: &mut Model) {
    if model.inside_mut().is_some_and(|inside| inside.revealed.take().is_some()) {
        model.emit(Effect::ClearScreen);
        return;
    }
    match secret_of(model).zip(subject(model)) {
        Some(((credential, given), subject)) => model.hand_out(subject, None, credential, given, true),
        None => model.tell(Tone::Warning, "There is no secret in this step."),
    }
}

/// The secret of the present step's slot, as it was made or taken.
fn secret_of(model: &Model) -> Option<(Id, Given)> {
    let about = model.flow().filter(|about| about.is_present)?;
    let document = &model.inside()?.unlocked.document;
    let (journal, step) = (about.journal, about.step);
    if !matches!(step.act, Act::Seal | Act::Substitute) {
        return None;
    }
    let slot = step.slots.first().and_then(|name| journal.slot(name))?;
    let (credential, version) = slot.credential.zip(slot.new)?;
    let version = document.version(credential, version)?;
    if crate::app::clip::why_over(version, false, model.now.wall).is_some() {
        return None;
    }
    let (_, field) = version.secret_fields().next()?;
    Some((credential, Given::alone(field.secret.clone()?)))
}

/// Whether the present step hands a secret over.
pub(in crate::app) fn has_secret(model: &Model) -> bool {
    secret_of(model).is_some()
}

/// A secret was shown: at a step that hands it over, it was handed over by that.
pub(in crate::app) fn was_shown(model: &mut Model, key: &SecretKey) {
    if let Some(at) = hands_over(model, key) {
        handed_over(model, at);
    }
}

/// The public value that a step hands over, in the encoding that the page takes.
pub fn given(journal: &Journal, step: &Step, document: &Document) -> Option<String> {
    let named = step.field()?;
    let slot = journal.slot(named.slot.as_str())?;
    let version = document.version(slot.credential?, slot.new.or(slot.old)?)?;
    let value = version.fields.get(named.field.as_str())?.value.clone()?;
    match step.form {
        Some(form) => keys::identify(value.as_bytes()).and_then(|key| key.public()?.write(form)).ok(),
        None => Some(value),
    }
}

/// The present step, if it hands this secret over. Any other that is copied meanwhile says nothing about it.
pub(in crate::app) fn hands_over(model: &Model, key: &SecretKey) -> Option<StepAt> {
    let about = model.flow().filter(|about| about.is_present && about.step.act == Act::Seal)?;
    let version = handed(&about, &model.inside()?.unlocked.document)?.1;
    let is_its = version.secret_fields().any(|(_, field)| field.secret.as_ref() == Some(key));
    is_its.then(|| about.name())
}

/// The secret of a step was pasted, or reached a clipboard where pastes can't be seen: that is noted, unless the step was done meanwhile.
pub(in crate::app) fn handed_over(model: &mut Model, at: StepAt) {
    let journal = model.inside().and_then(|inside| inside.unlocked.document.journal(at.journal));
    if journal.and_then(|journal| journal.step(&at.step)).is_some_and(|step| step.done.is_none()) {
        commit_at(model, at, Deed::Copied);
    }
}

/// The slot and the version whose secret a step is about.
fn handed<'a>(about: &About<'a>, document: &'a Document) -> Option<(&'a Slot, &'a Version)> {
    let (journal, step) = (about.journal, about.step);
    let named = step.slots.first().map(String::as_str).or_else(|| step.field().map(|field| field.slot.as_str()));
    let slot = named.and_then(|name| journal.slot(name))?;
    Some((slot, document.version(slot.credential?, slot.new?)?))
}

/// `o`
pub(in crate::app) fn open_page(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    // A step without a page of its own means the page that was opened before it.
    let mut before = about.journal.steps[..=about.at].iter().rev();
    match before.find_map(|step| step.url.clone()) {
        Some(url) => {
            model.tell(Tone::Plain, format!("Opening {url}"));
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
    if lacks_answer(model) {
        ask_for_answer(model, "Then esc, and D.");
        return;
    }
    let text = "The flow ends here. What was made for it is kept as denied and is never offered.";
    let deed = Deed::Decided { approved: false, note: note(model) };
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
    page.made_for = (String::new(), 0);
    renew(inside, &catalog);
}

/// `X`: gives the flow up.
pub(in crate::app) fn abandon(model: &mut Model) {
    let Some((subject, environment)) = subject(model) else { return };
    let Some(about) = model.flow() else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let left = about.journal.leftovers(document);
    let harmless = left.is_empty();
    let mut text = vec![Finding {
        tone: Tone::Plain,
        text: "It can't be taken up again; what was done stays readable. What it made and nothing uses is marked abandoned."
            .into(),
    }];
    text.extend(left.into_iter().map(|text| Finding { tone: Tone::Warning, text }));
    let expected = about.account.slug.to_string();
    let name = (!harmless).then(|| expected.clone());
    let typed = (!harmless).then(|| Typed {
        asks: format!("Type the account's name, {expected}, to abandon"),
        expected,
        input: TextInput::new(),
    });
    let dialog = Dialog {
        title: "Abandon this flow".into(),
        subject: Some(subject),
        environment: Some(environment),
        text,
        typed,
        verb: "abandon",
        way_out: "keep it",
        tone: if harmless { DialogTone::Plain } else { DialogTone::Dangerous },
        // The dialog goes no further before the name is typed.
        deed: Asked::Commit {
            change: Change::Abandon { journal: about.journal.id, typed: name },
            done: "The flow is abandoned.".into(),
        },
    };
    model.open_dialog(dialog);
}

/// `esc`: back to the present step, or to the list; the flow waits in the vault.
pub(in crate::app) fn leave(model: &mut Model) {
    let Some(Page::Flow(page)) = model.inside().map(|inside| &inside.page) else { return };
    if page.looked.is_some() {
        look_back_to(model, None);
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
pub(in crate::app) fn spec_of<'a>(
    catalog: &'a Catalog,
    account: &Account,
    slot: Option<&Slot>,
) -> Option<&'a crate::domain::provider::CredentialSpec> {
    catalog.get(account.provider.as_str())?.credential(&slot?.spec)
}

/// A key pair's length where the provider states none.
const BITS: u32 = 2048;
