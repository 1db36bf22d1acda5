//! What a step takes: its fields, a paste that fills them, and what speaks against a value.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{About, spec_of};
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::TextInput;
use crate::app::model::{Deed as Asked, Dialog, DialogTone, Finding, Model, Page, Then, Tone, Typed};
use crate::app::msg::PairText;
use crate::app::status::sentence;
use crate::app::value;
use crate::catalog::Catalog;
use crate::catalog::detect::{self, Chosen, Detection, Note};
use crate::domain::journal::{Happened, Journal};
use crate::domain::provider::{Act, CredentialSpec, FieldSpec, KeyForm, SlotField, Strength};
use crate::domain::{Change, Deed, Document, Environment, Hold, Kind, NewField};
use crate::secret::{SecretBytes, SecretText};

/// The fields of the present step.
pub(super) fn form(about: &About<'_>, document: &Document, catalog: &Catalog) -> Form {
    let step = about.step;
    let mut fields = Vec::new();
    match step.act {
        Act::Take | Act::TakeOnce if step.last(Happened::Kept).is_none() => fields = values(about, document, catalog),
        Act::Verify | Act::ProveDead => {
            if step.call.is_some() {
                let help = "The status that the command prints.";
                fields.push(Field::text(FieldId::Status, "Answer", "").with_help(help));
            }
            if step.or_said && about.journal.contradicted(step).is_some() {
                let help = "Leave it empty, and give the answer of a new call. No secret goes here.";
                fields.push(Field::text(FieldId::Note, "Said all the same? Why", "").with_help(help));
            }
        }
        Act::Substitute => {
            fields
                .push(Field::text(FieldId::UsedBy, "Add a place", "").with_help("Its name, once it has the new key."));
        }
        Act::Overlap if step.wait_s.is_some() => {
            let help = "Leave it empty, and wait until it is over. No secret goes here.";
            fields.push(Field::text(FieldId::Note, "Not waiting? Why", "").with_help(help));
        }
        _ => {}
    }
    let is_held = || !document.holding_up(about.journal, step).is_empty();
    if step.asks.is_none() && document.hold(about.journal, step) == Hold::UnlessSaid && is_held() {
        let help = "Leave it empty, and move the place first. No secret goes here.";
        fields.push(Field::text(FieldId::Note, "Stop it all the same? Why", "").with_help(help));
    }
    if let Some(asks) = &step.asks {
        fields.push(Field::text(FieldId::Note, asks.clone(), "").with_help("Kept as evidence. No secret goes here."));
    }
    Form::new(fields)
}

/// A field for each value that the step takes.
fn values(about: &About<'_>, document: &Document, catalog: &Catalog) -> Vec<Field> {
    let field = |(own, goes_on): (&SlotField, bool)| {
        let spec = spec_of(catalog, about.account, about.journal.slot(own.slot.as_str()));
        let known = spec.and_then(|spec| spec.field(own.field.as_str()));
        let label = known.map_or_else(|| own.field.replace('_', " "), |field| field.label.clone());
        let mut field = Field::secret(id(own), label, ROOM);
        if let Input::Secret(held) = &mut field.input {
            held.secret = known.is_none_or(|field| field.secret);
            held.input.visible = !held.secret;
        }
        if known.is_some_and(|field| !field.required) {
            let help = if goes_on { "Leave it empty where it stays as it was." } else { "May stay empty." };
            field.help = Some(help.into());
        }
        field
    };
    let old = |own: &SlotField| {
        let slot = about.journal.slot(own.slot.as_str())?;
        document.version(slot.credential?, slot.old?)
    };
    let goes_on = |own: &SlotField| old(own).is_some_and(|old| old.fields.contains_key(own.field.as_str()));
    about.step.fields.iter().map(|own| field((own, goes_on(own)))).collect()
}

/// Whether a value stands in the form.
pub(super) fn is_filled(model: &Model) -> bool {
    model.form().is_some_and(|form| form.fields.iter().filter_map(Field::value).any(|value| !value.is_empty()))
}

/// Whether a value waits to take the place of the one that was kept.
pub fn has_another(model: &Model) -> bool {
    is_filled(model) && model.flow().is_some_and(|about| about.is_present && about.step.last(Happened::Kept).is_some())
}

/// A paste on the page: into the fields of the step, each value where it belongs.
pub(in crate::app) fn paste(model: &mut Model, text: SecretText) {
    // What is taken is held against all that the vault has: another program may have added to it.
    model.look_for_other_writers();
    let Some(about) = model.flow() else { return };
    let wanted: Vec<SlotField> = about.step.fields.clone();
    let retakes = about.journal.can_retake(about.step);
    let takes = retakes || about.is_present && matches!(about.step.act, Act::Take | Act::TakeOnce);
    // Before «I know» another value can take the place of the one that was kept; before it is current, of the one that was taken.
    let again = takes && about.step.last(Happened::Kept).is_some() || retakes && !about.is_present;
    let document = model.inside().map(|inside| &inside.unlocked.document);
    let again = document.filter(|_| again).map(|document| values(&about, document, &model.catalog));
    let (provider, specs) = (about.account.provider.to_string(), specs(about.journal, &wanted));
    let known = known(&about, &model.catalog);
    let call = about.step.call.as_ref().filter(|_| takes && wanted.len() == 1);
    let answered = call.and_then(|call| value::answered(call, &text));
    let focused = model.form().and_then(Form::focused).map(|field| field.id.clone());
    let is_plain = matches!(focused, Some(FieldId::Note | FieldId::Status | FieldId::UsedBy | FieldId::Label));
    let editing = matches!(model.inside().map(|inside| &inside.page), Some(Page::Flow(page)) if page.editing);
    if is_plain && (editing || !takes) {
        plain(model, &text);
        return;
    }
    if !takes {
        model.tell(Tone::Warning, "This step takes no value. On the list a paste is recognised and stored.");
        return;
    }
    if let (Some(fields), Some(form)) = (again, model.form_mut()) {
        *form = Form::new(fields);
    }
    let catalog = model.catalog.clone();
    let (text, until) = match answered.map(|answered| (answered.value.into_text(), answered.until)) {
        Some((Ok(value), until)) => (value, until),
        _ => (text, None),
    };
    let detection = detect::detect(&catalog, value::bytes(&text));
    // An example of the gateway's page stands for a value, and is none.
    if detection.values.is_empty() && detection.notes.iter().any(|note| matches!(note, Note::Placeholders(_))) {
        model.tell(Tone::Error, "This stands for a value in an example: copy the value itself. Nothing was taken.");
        return;
    }
    let mut notes = told(&detection.notes, until, &model.now.zone);
    let mut places = belonging(&detection, &wanted, &known, (&provider, &specs));
    let is_named = detection.values.iter().any(|value| value.name.is_some());
    let mut values: Vec<Option<SecretBytes>> = detection.values.into_iter().map(|value| Some(value.text)).collect();
    let mut unsure: Vec<FieldId> = Vec::new();
    if values.len() > 1 && places.is_empty() && wanted.len() == values.len() {
        places = (0..values.len()).map(|n| (n, n)).collect();
        unsure = wanted.iter().map(id).collect();
    }
    if places.is_empty()
        && !is_named
        && let Some((cells, order, note)) = row(&text, &wanted, &known)
    {
        notes.push(note);
        unsure = order.iter().map(|n| id(&wanted[*n])).collect();
        values = cells.into_iter().map(Some).collect();
        places = order.into_iter().zip(0..).collect();
    }
    let by_place = !places.is_empty() && (values.len() > 1 || wanted.len() > 1);
    let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    page.notes = notes;
    page.until = until;
    page.contradiction = None;
    page.overruled = false;
    (page.doubt, page.doubted) = (None, false);
    let mut fitted = true;
    let is_secret =
        |field: &FieldId| wanted.iter().zip(&known).any(|(own, known)| id(own) == *field && is_secret(known.as_ref()));
    if by_place {
        for (place, at) in places {
            if let Some(value) = values.get_mut(at).and_then(Option::take) {
                let field = id(&wanted[place]);
                fitted &= put(&mut page.form, &field, value, is_secret(&field));
            }
        }
    } else {
        let value = match values.as_mut_slice() {
            [one] => one.take(),
            _ => None,
        };
        let value = value.unwrap_or_else(|| detect::normalise(&catalog, text.into_bytes()).0);
        // Where the focus is, else into the first empty field.
        let is_value = |field: &Field| matches!(field.id, FieldId::Value(_));
        let empty = |field: &&Field| is_value(field) && field.value().is_none_or(SecretText::is_empty);
        let focused = page.form.focused().filter(|field| page.editing && is_value(field));
        let place = focused.or_else(|| page.form.fields.iter().find(empty)).or_else(|| page.form.fields.first());
        if let Some(id) = place.map(|field| field.id.clone()) {
            fitted = put(&mut page.form, &id, value, is_secret(&id));
            unsure.push(id);
        }
    }
    if known.iter().all(|known| !self::is_secret(known.as_ref())) {
        unsure.clear();
    }
    let hidden = hide(model, &unsure);
    if fitted {
        look(model);
        if let Some(label) = hidden.filter(|_| !is_stopped(model)) {
            let text = format!("Taken as {label}, hidden: it may be the secret. tab, ctrl-r shows it.");
            model.tell(Tone::Plain, text);
        }
    } else {
        model.tell(Tone::Error, "That paste is too long or no text; nothing was taken.");
    }
}

/// What is told of a paste: how it was read, and until when it works.
fn told(notes: &[Note], until: Option<Timestamp>, zone: &TimeZone) -> Vec<String> {
    let notes = notes.iter().map(|note| sentence(&note.to_string()));
    let end = until.map(|until| until.to_zoned(zone.clone()).strftime("%-d %b %Y %H:%M").to_string());
    notes.chain(end.map(|end| format!("By the answer it works until {end}."))).collect()
}

/// What the provider's file says of each field that the step takes.
fn known(about: &About<'_>, catalog: &Catalog) -> Vec<Option<FieldSpec>> {
    let spec = |own: &SlotField| spec_of(catalog, about.account, about.journal.slot(own.slot.as_str()));
    about.step.fields.iter().map(|own| spec(own)?.field(&own.field).cloned()).collect()
}

/// The cells of a row of the page's table, which fields they are for, and that in words: all of them or the required ones, in their order.
fn row(
    text: &SecretText,
    wanted: &[SlotField],
    known: &[Option<FieldSpec>],
) -> Option<(Vec<SecretBytes>, Vec<usize>, String)> {
    let all: Vec<usize> = (0..wanted.len()).collect();
    let required = all.iter().copied().filter(|n| known[*n].as_ref().is_none_or(|field| field.required)).collect();
    let mut orders = [all, required].into_iter();
    let (cells, order) = orders.find_map(|order: Vec<usize>| Some((value::cells(text, order.len())?, order)))?;
    let label =
        |n: &usize| known[*n].as_ref().map_or_else(|| wanted[*n].field.to_string(), |field| field.label.clone());
    let labels: Vec<String> = order.iter().map(label).collect();
    let note = format!("One row, taken in the order of its columns: {}.", labels.join(", "));
    Some((cells, order, note))
}

/// Which of the pasted values belongs to which field, as far as names and shapes tell; not where one merely may look so.
fn belonging(
    detection: &Detection,
    wanted: &[SlotField],
    known: &[Option<FieldSpec>],
    (provider, specs): (&str, &[String]),
) -> Vec<(usize, usize)> {
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (at, name) in detection.values.iter().enumerate().filter_map(|(at, value)| Some((at, value.name.as_ref()?))) {
        let called = |field: &Option<FieldSpec>| field.as_ref().is_some_and(|field| detect::is_called(name, field));
        if let Some(place) = known.iter().position(called).filter(|place| places.iter().all(|(p, _)| p != place)) {
            places.push((place, at));
        }
    }
    let told = |strength: Strength, at: usize| {
        let is_told = |value: &detect::Value| value.name.is_some() || value.about.is_some();
        strength > Strength::Possible || detection.values.get(at).is_some_and(is_told)
    };
    for item in &detection.items {
        let fits = item.candidates.iter().filter(|c| c.provider.as_ref().is_some_and(|own| **own == *provider));
        for candidate in fits {
            for (name, at) in candidate.fields.iter().filter(|(_, at)| told(candidate.strength, *at)) {
                let place = wanted.iter().zip(specs).position(|(own, spec)| {
                    own.field == *name && candidate.credential.as_ref().is_some_and(|id| **id == **spec)
                });
                if let Some(place) = place
                    && places.iter().all(|(p, v)| *p != place && v != at)
                {
                    places.push((place, *at));
                }
            }
        }
    }
    places
}

/// Hides what stands in a public field and may be the secret after all (`unsure`), or is one: until it holds another value the field is
/// a secret one. The first such field's label.
fn hide(model: &mut Model, unsure: &[FieldId]) -> Option<String> {
    let catalog = model.catalog.clone();
    let inside = model.inside_mut()?;
    let Page::Flow(page) = &mut inside.page else { return None };
    let mut first = None;
    for field in &mut page.form.fields {
        let Input::Secret(held) = &mut field.input else { continue };
        let text = held.input.text();
        if held.secret || text.is_empty() {
            continue;
        }
        if unsure.contains(&field.id) || value::secret_in(&catalog, &inside.unlocked, text).is_some() {
            held.secret = true;
            held.input.visible = false;
            first.get_or_insert_with(|| field.label.clone());
        }
    }
    first
}

/// Whether something speaks against what stands in the form.
fn is_stopped(model: &Model) -> bool {
    matches!(model.inside().map(|inside| &inside.page), Some(Page::Flow(page)) if page.contradiction.is_some())
}

/// Whether a field's value must not be seen: of one that nobody knows too.
fn is_secret(known: Option<&FieldSpec>) -> bool {
    known.is_none_or(|field| field.secret)
}

/// Into a plain field: a secret does not go where anyone sees it.
fn plain(model: &mut Model, text: &SecretText) {
    let what = model.inside().and_then(|inside| value::secret_in(&model.catalog, &inside.unlocked, text));
    if let Some(what) = what {
        crate::app::screen::refuse_secret(model, &what);
        return;
    }
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page)
        && let Some(Field { input: Input::Text(line), .. }) = page.form.focused_mut()
    {
        value::paste_plain(line, text);
        page.editing = true;
    }
}

fn put(form: &mut Form, id: &FieldId, value: SecretBytes, secret: bool) -> bool {
    let Ok(text) = value.into_text() else { return false };
    match form.field_mut(id).map(|field| &mut field.input) {
        Some(Input::Secret(held)) => {
            held.secret = secret;
            held.input.visible = !held.secret;
            held.input.put(&text)
        }
        _ => false,
    }
}

/// Looks whether a value speaks against where it stands, or leaves a doubt.
fn look(model: &mut Model) {
    let Some(about) = model.flow() else { return };
    let (account, journal) = (about.account, about.journal);
    let (mut why, mut doubt): (Option<(String, bool)>, _) = (None, None);
    for own in &about.step.fields {
        let Some(text) = model.form().and_then(|form| form.field(&id(own))).and_then(Field::value) else { continue };
        let Some(slot) = journal.slot(own.slot.as_str()).filter(|_| !text.is_empty()) else { continue };
        let chosen = Chosen {
            provider: account.provider.as_str(),
            credential: Some(&slot.spec),
            kind: slot.kind,
            environment: account.environment,
            field: own.field.as_str(),
        };
        let bytes = value::bytes(text);
        why = why
            .or_else(|| detect::contradiction(&model.catalog, &bytes, &chosen).map(|found| (found.to_string(), false)));
        let unlocked = model.inside().map(|inside| &inside.unlocked);
        let elsewhere = || value::elsewhere(unlocked?, (journal, about.step, own), &bytes);
        why = why.or_else(|| elsewhere().map(|found| (found.words, found.is_final)));
        doubt = doubt
            .or_else(|| detect::doubt(&model.catalog, &bytes, &chosen).map(|found| sentence(&found)))
            .or_else(|| value::of_other_environment(unlocked?, journal, own, &bytes));
    }
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        let (why, is_final) = why.map_or((None, false), |(why, is_final)| (Some(why), is_final));
        page.is_final = is_final;
        // What was agreed to was what spoke against that value.
        page.overruled &= page.contradiction == why;
        page.contradiction = why;
        page.doubted &= page.doubt == doubt;
        page.doubt = doubt;
    }
}

/// A field changed: what was said about its value, and agreed to, was about another one.
pub(in crate::app) fn changed(model: &mut Model, id: &FieldId) {
    let secret = model.flow().is_some_and(|about| {
        let own = about.step.fields.iter().find(|own| self::id(own) == *id);
        let spec = own.and_then(|own| spec_of(&model.catalog, about.account, about.journal.slot(own.slot.as_str())));
        own.is_some_and(|own| is_secret(spec.and_then(|spec| spec.field(&own.field))))
    });
    if let (FieldId::Value(_), Some(Page::Flow(page))) = (id, model.inside_mut().map(|inside| &mut inside.page)) {
        page.contradiction = None;
        page.overruled = false;
        page.doubt = None;
        page.doubted = false;
        page.until = None;
        // What was hidden for its value is gone with it.
        if let Some(Input::Secret(held)) = page.form.field_mut(id).map(|field| &mut field.input)
            && held.input.is_empty()
        {
            held.secret = secret;
            held.input.visible = !secret;
        }
    }
}

/// `⏎`: stores what the step takes, if nothing speaks against it.
pub(super) fn keep(model: &mut Model) {
    look(model);
    let Some(Page::Flow(page)) = model.inside().map(|inside| &inside.page) else { return };
    if let Some(why) = page.contradiction.as_ref().filter(|_| !page.overruled) {
        let why = why.clone();
        model.tell(Tone::Error, why);
        return;
    }
    if let Some(doubt) = page.doubt.clone().filter(|_| !page.doubted) {
        if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
            page.doubted = true;
        }
        model.tell(Tone::Warning, format!("{doubt} ⏎ once more takes it as it is."));
        return;
    }
    let Some(about) = model.flow() else { return };
    let mut taken = Vec::new();
    for own in &about.step.fields {
        let Some(field) = page.form.field(&id(own)) else { continue };
        let Some(text) = field.value().filter(|text| !text.is_empty()) else { continue };
        let spec = spec_of(&model.catalog, about.account, about.journal.slot(own.slot.as_str()));
        taken.push((own.clone(), new_fields(own.field.as_str(), value::bytes(text), spec)));
    }
    let kinds: Vec<Option<Kind>> =
        taken.iter().map(|(own, _)| about.journal.slot(own.slot.as_str()).map(|slot| slot.kind)).collect();
    let mut values: Vec<(String, NewField)> = Vec::new();
    for ((own, fields), kind) in taken.into_iter().zip(kinds) {
        for field in fields {
            let derived = *own.field != *field.name;
            if !derived || kind == Some(Kind::KeyPair) {
                values.push((own.slot.to_string(), field));
            }
        }
    }
    if values.is_empty() {
        super::edit(model);
        model.tell(Tone::Plain, "Paste the value that the page shows.");
        return;
    }
    let deed = match page.until {
        Some(until) => Deed::ValuesUntil(values, until),
        None => Deed::Values(values),
    };
    let again =
        if about.step.done.is_some() { "Taken again. What was done with the value before is to do anew." } else { "" };
    let done = match &page.doubt {
        Some(doubt) if about.step.act == Act::TakeOnce => format!("Kept, with a doubt: {doubt}"),
        _ => again.to_owned(),
    };
    let (journal, step) = (about.journal.id, about.step.id.clone());
    model.commit(Change::Step { journal, step, deed }, done, Then::Flow);
}

/// A value as its field keeps it; with a private key comes its public half, computed.
fn new_fields(name: &str, value: SecretBytes, spec: Option<&CredentialSpec>) -> Vec<NewField> {
    let known = spec.and_then(|spec| spec.field(name));
    let secret = known.is_none_or(|field| field.secret);
    let public_form = spec.map_or(KeyForm::SpkiPem, |spec| spec.key_form("public_key"));
    let public = (name == "private_key").then(|| value::public_half(&value, public_form)).flatten();
    let (value, form) = detect::stored(value, known.and_then(|field| field.form));
    let (value, prefix) = value::new_value(value, secret, None);
    let form = form.map(|form| form.as_str().to_owned());
    let mut fields = vec![NewField { name: name.to_owned(), value, form, prefix }];
    fields.extend(public);
    fields
}

/// A generated pair as the fields of a version.
pub(super) fn pair(pair: PairText, spec: Option<&CredentialSpec>) -> Vec<NewField> {
    let mut fields = new_fields("private_key", pair.private.into_bytes(), spec);
    if fields.len() < 2 {
        let form = Some("spki-pem".to_owned());
        let value = crate::domain::NewValue::Public(pair.public);
        fields.push(NewField { name: "public_key".into(), value, form, prefix: None });
    }
    fields
}

/// `ctrl-o`: takes the value against what it says, after the account's name was typed.
pub(in crate::app) fn overrule(model: &mut Model) {
    let Some(Page::Flow(page)) = model.inside().map(|inside| &inside.page) else { return };
    let Some(why) = page.contradiction.clone() else { return };
    let Some((subject, environment)) = super::subject(model) else { return };
    let Some(expected) = model.flow().map(|about| about.account.slug.to_string()) else { return };
    model.open_dialog(Dialog {
        title: "Take it against what it says".into(),
        subject: Some(subject),
        environment: Some(environment),
        text: vec![Finding { tone: Tone::Error, text: why }],
        typed: Some(Typed {
            asks: format!("Type the account's name, {expected}, to overrule"),
            expected,
            input: TextInput::new(),
        }),
        verb: "overrule",
        top: 0,
        way_out: "look again",
        tone: if environment == Environment::Live { DialogTone::Live } else { DialogTone::Dangerous },
        deed: Asked::OverruleStep,
    });
}

/// The account's name was typed.
pub(in crate::app) fn overruled(model: &mut Model) {
    if let Some(Page::Flow(page)) = model.inside_mut().map(|inside| &mut inside.page) {
        page.overruled = true;
    }
    model.tell(Tone::Warning, "Overruled. ⏎ takes it.");
}

fn id(field: &SlotField) -> FieldId {
    FieldId::Value(field.to_string())
}

fn specs(journal: &Journal, fields: &[SlotField]) -> Vec<String> {
    let spec = |own: &SlotField| journal.slot(own.slot.as_str()).map_or_else(String::new, |slot| slot.spec.clone());
    fields.iter().map(spec).collect()
}

/// The longest value: an RSA key of 8192 bits in PEM takes 6.5 KB.
const ROOM: usize = 16 * 1024;
