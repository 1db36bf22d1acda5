//! Storing a credential: by a paste that is recognised, or by hand.

mod layout;
mod lead;
mod plan;
mod queue;

use crate::app::effect::Effect;
use crate::app::form::{Field, FieldId, Form, Input};
use crate::app::input::TextInput;
use crate::app::model::{
    Add, AddStage, Busy, Deed, Dialog, DialogTone, Finding, Found, Model, Notice, Page, Plan, Purpose, Tone, Typed,
};
use crate::app::{Candidate, Detection, value};
use crate::catalog::detect::{self, MAX_PASTE};
use crate::domain::{Environment, Id, Slug};
use crate::secret::SecretText;

pub(in crate::app) use plan::{keep, why_not};
pub(in crate::app) use queue::queue;

/// `a`: an empty form.
pub(in crate::app) fn by_hand(model: &mut Model) {
    let mut add = blank(AddStage::Form);
    let Some(inside) = model.inside() else { return };
    layout::build(&mut add, &model.catalog, &inside.unlocked.document, None);
    if let Some(at) = add.form.fields.iter().position(|f| f.id == FieldId::Provider) {
        add.form.go(at);
    }
    model.go(Page::Add(Box::new(add)));
    review(model);
}

/// A paste on a screen without a field for it: what is it?
pub(in crate::app) fn paste(model: &mut Model, text: SecretText) {
    if text.len() > MAX_PASTE {
        too_long(model, &text);
    } else if text.len() <= AT_ONCE {
        let detection = detect::detect(&model.catalog, text.into_bytes());
        take(model, detection);
    } else {
        let ticket = model.ask(Purpose::Detect);
        let busy = model.busy(ticket, "looking at what you pasted");
        model.go(Page::Add(Box::new(blank(AddStage::Looking(busy)))));
        model.emit(Effect::Detect { ticket, pasted: text.into_bytes() });
    }
}

fn too_long(model: &mut Model, text: &SecretText) {
    let size = text.len() / (1024 * 1024);
    model.tell(Tone::Error, format!("That paste has {size} MB, too long for a credential; nothing was kept."));
}

/// The answer to a large paste.
pub(in crate::app) fn found(model: &mut Model, detection: Detection) {
    if matches!(model.inside().map(|i| &i.page), Some(Page::Add(add)) if matches!(add.stage, AddStage::Looking(_))) {
        model.go(Page::Credentials);
        take(model, detection);
    }
}

fn take(model: &mut Model, detection: Detection) {
    let (found, values) = match read(detection) {
        Ok(read) => read,
        Err(why) => return model.tell(Tone::Error, why),
    };
    let mut add = blank(AddStage::Form);
    add.was_pasted = true;
    (add.found, add.values) = (found, values);
    if add.found.len() > 1 {
        add.stage = AddStage::Table(0);
        model.go(Page::Add(Box::new(add)));
    } else {
        model.go(Page::Add(Box::new(add)));
        start(model, 0);
    }
}

/// What a paste consists of, with its values; or why nothing can be made of it, in a sentence.
fn read(detection: Detection) -> Result<(Vec<Found>, Vec<SecretText>), String> {
    if let Some(why) = detection.refused {
        return Err(crate::app::status::sentence(&why.to_string()));
    }
    let notes: Vec<String> =
        detection.notes.iter().map(|note| crate::app::status::sentence(&note.to_string())).collect();
    let texts: Vec<(Option<String>, SecretText)> = detection
        .values
        .into_iter()
        .map(|value| (value.name, value.text.into_text().unwrap_or_else(|_| SecretText::with_capacity(0))))
        .collect();
    let found: Vec<Found> =
        detection.items.into_iter().map(|item| found_one(item.candidates, item.values, &texts, &notes)).collect();
    if found.is_empty() {
        return Err("There is no value in that paste; nothing was kept.".into());
    }
    Ok((found, texts.into_iter().map(|(_, text)| text).collect()))
}

fn found_one(
    candidates: Vec<Candidate>,
    values: Vec<usize>,
    texts: &[(Option<String>, SecretText)],
    notes: &[String],
) -> Found {
    let first = values.first().and_then(|at| texts.get(*at));
    let prefix = candidates.first().and_then(|c| c.prefix.clone()).unwrap_or_default();
    Found {
        title: first
            .and_then(|(name, _)| name.as_deref())
            .map(|n| crate::domain::clean(n).into_owned())
            .unwrap_or_default(),
        count: first.map_or(0, |(_, text)| text.count()),
        prefix: first.and_then(|(_, text)| value::prefix(text, &prefix)).unwrap_or_default().to_owned(),
        candidates,
        values,
        notes: notes.to_vec(),
        left_out: false,
        done: false,
    }
}

fn blank(stage: AddStage) -> Add {
    Add {
        stage,
        notes: Vec::new(),
        found: Vec::new(),
        at: 0,
        form: Form::default(),
        candidates: Vec::new(),
        candidate: None,
        contradiction: None,
        overruled: false,
        plan: Plan::Incomplete("a value".into()),
        was_pasted: false,
        busy: None,
        values: Vec::new(),
        usual: (String::new(), String::new()),
        in_values: None,
        in_account: None,
        about_values: Vec::new(),
    }
}

/// Shows the form of one thing of a paste.
fn start(model: &mut Model, at: usize) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let document = &inside.unlocked.document;
    let Page::Add(add) = &mut inside.page else { return };
    let Some(found) = add.found.get(at) else { return };
    add.notes.clone_from(&found.notes);
    add.candidates.clone_from(&found.candidates);
    add.candidate = found.leading(&catalog);
    add.at = at;
    add.stage = AddStage::Form;
    add.overruled = false;
    add.form = Form::default();
    layout::build(add, &catalog, document, add.candidate);
    let missing = |f: &Field| is_empty(f) && !may_stay_empty(f);
    let first = add.form.fields.iter().position(missing);
    let account = add.form.fields.iter().position(|f| f.id == FieldId::Account).unwrap_or(0);
    add.form.focus = first.unwrap_or(account);
    review(model);
}

/// Whether nobody has to think about it now: a public value beside the one that was pasted can be added later.
fn may_stay_empty(field: &Field) -> bool {
    let public = matches!(&field.input, Input::Secret(value) if !value.secret);
    public || matches!(field.id, FieldId::Rotate | FieldId::UsedBy)
}

fn is_empty(field: &Field) -> bool {
    match &field.input {
        Input::Text(text) => text.is_empty(),
        Input::Secret(value) => value.input.is_empty(),
        Input::Choice(choice) => choice.chosen.is_none(),
        Input::Fixed(_) => false,
    }
}

/// `ctrl-d`: the next candidate.
pub(in crate::app) fn next_candidate(model: &mut Model) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let Page::Add(add) = &mut inside.page else { return };
    let count = add.candidates.len();
    if count == 0 || add.busy.is_some() {
        return;
    }
    let next = add.candidate.map_or(0, |at| (at + 1) % count);
    add.candidate = Some(next);
    add.overruled = false;
    layout::build(add, &catalog, &inside.unlocked.document, Some(next));
    review(model);
}

/// A paste into the form: into a plain field where it looks like a word for it; as the focused value while that is empty, where the user
/// chose what it is, or gave other values already; else it is recognised by itself, and comes after what the form holds. What looks like a
/// value is one, also where the focus is on a name: into the form that waits for it, or after it.
pub(in crate::app) fn paste_into(model: &mut Model, text: SecretText) {
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let one_line = value::is_one_line(&text);
    let chose = add.candidate.is_none()
        && [FieldId::Provider, FieldId::Environment].iter().any(|id| !add.form.text(id).is_empty());
    let focus = add.form.focus;
    let others =
        add.form.fields.iter().enumerate().any(|(at, f)| at != focus && f.value().is_some_and(|v| !v.is_empty()));
    // A secret is recognised anew, wherever the focus is: it never goes into a field that anyone sees.
    let secret = model.inside().and_then(|i| value::secret_in(&model.catalog, &i.unlocked, &text)).is_some();
    let catalog = model.catalog.clone();
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let holds = queue::is_filled(&add.form) || add.has_more();
    let waits = add
        .form
        .fields
        .iter()
        .find(|f| matches!(&f.input, Input::Secret(held) if held.secret && held.input.is_empty()));
    let waits = waits.map(|field| field.id.clone()).filter(|_| chose && !holds);
    let Some(field) = add.form.focused_mut() else { return };
    let id = field.id.clone();
    let word = one_line && !secret && text.len() <= MAX_WORD;
    match &mut field.input {
        Input::Text(_) if word && id.is_name() && value::is_no_name(&catalog, &text) => {
            match waits {
                Some(value) => paste_value(model, &value, text, false),
                None if holds => queue(model, text),
                // What was chosen already stays.
                None if chose => {}
                None => paste_again(model, text),
            }
            no_name(model);
        }
        Input::Text(line) if word => {
            value::paste_plain(line, &text);
            changed(model, &id);
        }
        Input::Secret(held)
            if (chose || others) && (held.input.is_empty() || !held.secret) && text.len() <= MAX_PASTE =>
        {
            paste_value(model, &id, text, others);
        }
        _ if holds => queue(model, text),
        _ => paste_again(model, text),
    }
}

/// Says why a paste did not go into the name that had the focus, and how a name that looks like a value is given.
fn no_name(model: &mut Model) {
    let told = |tone, text: &str, hint: &str| Some(Notice { tone, text: text.into(), hint: Some(hint.into()) });
    match &model.notice {
        None => {
            let text = "That looks like a value, so it did not become a name.";
            model.notice = told(Tone::Plain, text, "A name is typed.");
        }
        Some(said) if said.tone == Tone::Done => {
            let text = "That looks like a value: it comes next.";
            model.notice = told(Tone::Done, text, "A name is typed; esc leaves both.");
        }
        Some(_) => {}
    }
}

/// A paste as the value of a field: without what came along, and with what else it may be.
fn paste_value(model: &mut Model, id: &FieldId, text: SecretText, others: bool) {
    let mut detection = detect::detect(&model.catalog, value::bytes(&text));
    if others && detection.values.len() > 1 {
        return queue(model, text);
    }
    let notes = detection.notes.iter().map(|note| crate::app::status::sentence(&note.to_string())).collect();
    let text = match detection.values.len() {
        1 => detection.values.remove(0).text,
        _ => detect::normalise(&model.catalog, text.into_bytes()).0,
    };
    let Ok(text) = text.into_text() else { return };
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let Some(Field { input: Input::Secret(held), detected, .. }) = add.form.field_mut(id) else { return };
    if !held.input.paste(&text) {
        model.tell(Tone::Error, "That paste is too long for this field; nothing was added.");
        return;
    }
    *detected = false;
    add.notes = notes;
    add.was_pasted = true;
    if !others {
        add.candidates = detection.items.into_iter().next().map(|item| item.candidates).unwrap_or_default();
        // The values that these speak of are in the form; their places in the paste mean nothing here.
        for candidate in &mut add.candidates {
            candidate.account_fields.clear();
        }
        // The form is no longer that of a paste; what else there is to store stays.
        if let Some(found) = add.found.get_mut(add.at) {
            found.values.clear();
            found.candidates.clear();
        }
    }
    changed(model, id);
    review(model);
}

/// A paste into a form without a value. What was typed by hand about account and places stays.
fn paste_again(model: &mut Model, text: SecretText) {
    let kept =
        model.form().map(|form| (form.text(&FieldId::Account).to_owned(), form.text(&FieldId::UsedBy).to_owned()));
    paste(model, text);
    let Some((account, used_by)) = kept else { return };
    if let Some(form) = model.form_mut() {
        for (id, text) in [(FieldId::Account, account), (FieldId::UsedBy, used_by)] {
            if let Some(Field { input: Input::Text(line), .. }) = form.field_mut(&id)
                && !text.is_empty()
            {
                line.set(&text);
            }
        }
    }
    replan(model);
}

/// A field of the form changed.
pub(in crate::app) fn changed(model: &mut Model, id: &FieldId) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let Page::Add(add) = &mut inside.page else { return };
    match id {
        FieldId::Provider | FieldId::Kind => {
            add.overruled = false;
            let undecided = add.candidate.is_none() && layout::is_as_pasted(add);
            layout::build(add, &catalog, &inside.unlocked.document, None);
            add.candidate = layout::follows(add);
            if undecided && add.candidate.is_some() {
                // Now it is known what the values are: each goes where it belongs.
                layout::build(add, &catalog, &inside.unlocked.document, add.candidate);
            }
            review(model);
        }
        FieldId::Environment => {
            add.overruled = false;
            layout::suggest_account(add, &inside.unlocked.document);
            add.candidate = layout::follows(add);
            review(model);
        }
        FieldId::Value(_) => {
            add.overruled = false;
            add.in_values = None;
            add.about_values.retain(|(about, _)| about != id);
            replan(model);
        }
        FieldId::Account | FieldId::AccountField(_) => {
            add.overruled = false;
            replan(model);
        }
        _ => replan(model),
    }
}

/// The focus left a field: names become slugs, values are looked at.
pub(in crate::app) fn left(model: &mut Model) {
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    for id in [FieldId::Account, FieldId::Name] {
        let slug = Slug::nearest(add.form.text(&id));
        if let (Some(slug), Some(Field { input: Input::Text(line), .. })) = (slug, add.form.field_mut(&id))
            && slug.as_str() != line.text()
        {
            line.set(slug.as_str());
        }
    }
    review(model);
}

/// Looks at the values anew: contradictions, doubles, shapes. Then at the rest.
pub(in crate::app) fn review(model: &mut Model) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let Page::Add(add) = &mut inside.page else { return };
    if add.stage == AddStage::Form {
        plan::look_at_values(add, &catalog, &inside.unlocked);
    }
    replan(model);
}

/// What `⏎` would do now.
fn replan(model: &mut Model) {
    let catalog = model.catalog.clone();
    let Some(inside) = model.inside_mut() else { return };
    let Page::Add(add) = &mut inside.page else { return };
    if add.stage == AddStage::Form {
        plan::plan(add, &catalog, &inside.unlocked.document);
    }
}

/// `ctrl-o`: overrules a contradiction, after the account's name was typed.
pub(in crate::app) fn overrule(model: &mut Model) {
    let Some(Page::Add(add)) = model.inside().map(|inside| &inside.page) else { return };
    let Some(why) = add.contradiction.clone() else { return };
    let account = add.form.text(&FieldId::Account).to_owned();
    let belongs = "Stored like this, paykeep offers it where it may not belong. It can be put into the bin later.";
    let replaced = "What the account has is replaced: its requests are signed with the new one from then on.";
    let follows = [add.in_values.as_ref().map(|_| belongs), add.in_account.as_ref().map(|_| replaced)];
    if account.is_empty() {
        model.tell(Tone::Warning, "Name the account first.");
        if let Some(form) = model.form_mut() {
            form.go_to(&FieldId::Account);
        }
        return;
    }
    let environment = add.form.text(&FieldId::Environment).parse().ok();
    let reference = add.reference_text();
    let tone = if environment == Some(Environment::Live) { DialogTone::Live } else { DialogTone::Dangerous };
    model.open_dialog(Dialog {
        title: "Keep it against what it says".into(),
        subject: Some(reference),
        environment,
        text: std::iter::once(Finding { tone: Tone::Error, text: why })
            .chain(follows.into_iter().flatten().map(|text| Finding { tone: Tone::Plain, text: text.into() }))
            .collect(),
        typed: Some(Typed {
            asks: format!("Type the account's name, {account}, to overrule"),
            expected: account,
            input: TextInput::new(),
        }),
        verb: "overrule",
        top: 0,
        way_out: "look again",
        tone,
        deed: Deed::Overrule,
    });
}

/// The account's name was typed.
pub(in crate::app) fn overruled(model: &mut Model) {
    if let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) {
        add.overruled = true;
    }
    replan(model);
    model.tell(Tone::Warning, "Overruled. ⏎ keeps it as you chose.");
}

/// `⏎` in the table: the form of the first one that is to be kept.
pub(in crate::app) fn go_on(model: &mut Model) {
    let Some(Page::Add(add)) = model.inside().map(|inside| &inside.page) else { return };
    match add.found.iter().position(Found::is_open) {
        Some(at) => start(model, at),
        None => leave(model),
    }
}

/// Space in the table.
pub(in crate::app) fn leave_out(model: &mut Model) {
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    if let AddStage::Table(row) = add.stage
        && let Some(found) = add.found.get_mut(row)
    {
        found.left_out = !found.left_out;
    }
}

/// One is stored: the next of the paste, or the list.
pub(in crate::app) fn next(model: &mut Model, credential: Option<Id>) {
    let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) else {
        return;
    };
    add.busy = None;
    if let Some(found) = add.found.get_mut(add.at) {
        found.done = true;
    }
    match add.found.iter().position(Found::is_open) {
        Some(at) => start(model, at),
        None => super::credentials::show(model, credential),
    }
}

/// `esc`: leaves, and keeps nothing of what is not stored yet.
pub(in crate::app) fn leave(model: &mut Model) {
    let looking = match model.inside().map(|inside| &inside.page) {
        Some(Page::Add(add)) => match &add.stage {
            AddStage::Looking(Busy { ticket, .. }) => Some(*ticket),
            _ => None,
        },
        _ => None,
    };
    if let Some(ticket) = looking {
        model.forget(ticket);
    }
    model.go(Page::Credentials);
    model.emit(Effect::ClearScreen);
}

/// The clipboard holds nothing any more.
pub(in crate::app) fn clipboard_cleared(model: &mut Model) {
    if let Some(Page::Add(add)) = model.inside_mut().map(|inside| &mut inside.page) {
        add.was_pasted = false;
    }
}

impl Add {
    /// The reference that is being filled in; `…` for what is missing.
    pub fn reference_text(&self) -> String {
        // As it will be stored: what was typed becomes a slug.
        let part = |id| Slug::nearest(self.form.text(&id)).map_or_else(|| "…".to_owned(), |slug| slug.to_string());
        format!(
            "{}/{}/{}/{}",
            part(FieldId::Provider),
            part(FieldId::Environment),
            part(FieldId::Account),
            part(FieldId::Name)
        )
    }

    /// What `⏎` will do, in words.
    pub(in crate::app) fn reference_words(&self) -> String {
        let reference = self.reference_text();
        let left = self.found.iter().filter(|f| f.is_open()).count();
        let more = if left > 1 { format!("  ·  {} more after it", left - 1) } else { String::new() };
        match self.plan {
            Plan::Create => format!("⏎ keeps it as {reference}{more}"),
            Plan::Fill => format!("⏎ adds it to {reference}{more}"),
            Plan::NextVersion => format!("⏎ keeps it as the next version of {reference}, pending{more}"),
            Plan::SetAccount => {
                let account = reference.rsplit_once('/').map_or("", |(account, _)| account);
                format!("⏎ keeps it with the account {account}{more}")
            }
            Plan::Incomplete(_) | Plan::Refused(_) => String::new(),
        }
    }

    /// The candidate that the form follows.
    pub fn best(&self) -> Option<&Candidate> {
        self.candidates.get(self.candidate?)
    }
}

/// Up to so many bytes a paste is looked at before the next frame.
const AT_ONCE: usize = 16 * 1024;
/// What is longer is no name, account or list of places.
const MAX_WORD: usize = 128;
