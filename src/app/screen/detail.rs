//! One credential: its values, versions and places; which of its lines is chosen.

use crate::app::input::TextInput;
use crate::app::model::{Deed, Detail, Dialog, DialogTone, Finding, Inside, Item, Model, Page, Then, Tone, Typed};
use crate::app::screen::credentials::spec_of;
use crate::catalog::Catalog;
use crate::domain::provider::KeyForm;
use crate::domain::{Change, Consumer, Credential, Environment, Id, IntoUse, Life, Proof, Version};

/// `⏎` in the list.
pub(in crate::app) fn open(model: &mut Model) {
    if let Some(id) = model.chosen() {
        show(model, id);
    }
    if let Some(inside) = model.inside_mut() {
        inside.rotations.opened = false;
        inside.log.opened = false;
        inside.bench.opened = false;
    }
}

/// Shows a credential.
pub(in crate::app) fn show(model: &mut Model, id: Id) {
    let Some(inside) = model.inside() else { return };
    let Some(credential) = inside.unlocked.document.credential(id) else { return };
    let version = credential.version(None).map(|v| v.id);
    let mut detail = Detail { credential: id, version, items: Vec::new(), chosen: 0, top: 0, form: None };
    detail.items = items(inside, &model.catalog, &detail);
    let main = credential.version(None).and_then(|v| v.main_field(credential.kind)).map(|(name, _)| name.to_owned());
    detail.chosen = main.and_then(|m| detail.items.iter().position(|i| *i == Item::Field(m.clone()))).unwrap_or(0);
    model.go(Page::Detail(Box::new(detail)));
}

/// `⏎` on a version: shows its values.
pub(in crate::app) fn enter(model: &mut Model) {
    let Some(inside) = model.inside() else { return };
    let Page::Detail(detail) = &inside.page else { return };
    let Some(Item::Version(id)) = detail.items.get(detail.chosen) else { return };
    let mut next = Detail { version: Some(*id), items: Vec::new(), chosen: 0, top: 0, ..**detail };
    next.items = items(inside, &model.catalog, &next);
    next.chosen = next.items.iter().position(|i| *i == Item::Version(*id)).unwrap_or(0);
    model.go(Page::Detail(Box::new(next)));
}

/// The version on the chosen line, with its credential, if it has this life and is not what the reference means.
fn on_line(model: &Model, is: impl Fn(Life) -> bool) -> Option<(&Credential, &Version)> {
    let inside = model.inside()?;
    let Page::Detail(detail) = &inside.page else { return None };
    let Some(Item::Version(id)) = detail.items.get(detail.chosen) else { return None };
    let credential = inside.unlocked.document.credential(detail.credential)?;
    let version = credential.versions.iter().find(|v| v.id == *id && is(v.life))?;
    let current = credential.current.as_ref().is_some_and(|current| current.version == *id);
    (!current).then_some((credential, version))
}

/// Whether a reference could mean the version on the chosen line instead of the current one.
pub(in crate::app) fn on_other_active(model: &Model) -> bool {
    on_line(model, |life| life == Life::Active).is_some()
}

/// Points the reference at it again.
pub(in crate::app) fn go_back_to(model: &mut Model) {
    let Some((credential, version)) = on_line(model, |life| life == Life::Active) else { return };
    let change = Change::PointTo { credential: credential.id, version: version.id };
    model.commit(change, "The reference means this version again.".into(), Then::Stay);
}

/// Whether the version on the chosen line waits.
pub(in crate::app) fn on_waiting(model: &Model) -> bool {
    on_line(model, Life::is_waiting).is_some()
}

/// Asks before a version that waits comes into use without a flow: whether it works, only the user can know.
pub(in crate::app) fn use_it(model: &mut Model) {
    let Some((credential, version)) = on_line(model, Life::is_waiting) else { return };
    let Some(document) = model.inside().map(|inside| &inside.unlocked.document) else { return };
    let Some(account) = document.account(credential.account) else { return };
    let Some(reference) = document.reference(credential) else { return };
    let spec = spec_of(&model.catalog, account, credential);
    let live = account.environment == Environment::Live;
    let expected = account.slug.to_string();
    let into_use = IntoUse::of(credential.id, version.id, spec);
    let dialog = Dialog {
        title: "Bring a version into use".into(),
        subject: Some(format!("{reference}@{}", version.n)),
        environment: Some(account.environment),
        text: vec![
            Finding { tone: Tone::Plain, text: format!("From now on {reference} means v{}.", version.n) },
            Finding {
                tone: Tone::Warning,
                text: "paykeep has not seen that it works. A flow checks it step by step; this takes your word.".into(),
            },
        ],
        typed: live.then(|| Typed {
            asks: format!("Type the account's name, {expected}, to use it"),
            expected: expected.clone(),
            input: TextInput::new(),
        }),
        verb: "it works, use it",
        top: 0,
        way_out: "not yet",
        tone: if live { DialogTone::Live } else { DialogTone::Plain },
        // The dialog goes no further before the name is typed.
        deed: Deed::Commit {
            change: Change::Use(Box::new(IntoUse { said: true, typed: Some(expected), ..into_use })),
            done: "The reference means this version now.".into(),
        },
    };
    model.open_dialog(dialog);
}

/// The vault changed: the lines are made anew; a credential that is gone is left.
pub(in crate::app) fn renew(inside: &mut Inside, catalog: &Catalog) {
    let Page::Detail(detail) = &inside.page else { return };
    let Some(credential) = inside.unlocked.document.credential(detail.credential) else {
        inside.page = Page::Credentials;
        inside.revealed = None;
        return;
    };
    let there = detail.version.is_some_and(|id| credential.versions.iter().any(|v| v.id == id));
    let version = if there { detail.version } else { credential.version(None).map(|v| v.id) };
    let chosen = detail.items.get(detail.chosen).cloned();
    let mut next = Detail {
        version,
        items: Vec::new(),
        chosen: 0,
        top: detail.top,
        credential: detail.credential,
        form: detail.form,
    };
    next.items = items(inside, catalog, &next);
    next.chosen = chosen.and_then(|c| next.items.iter().position(|i| *i == c)).unwrap_or(0);
    inside.page = Page::Detail(Box::new(next));
}

/// The lines that can be chosen: the fields in the provider's order, the reference, the versions from the newest on.
fn items(inside: &Inside, catalog: &Catalog, detail: &Detail) -> Vec<Item> {
    let document = &inside.unlocked.document;
    let Some(credential) = document.credential(detail.credential) else { return Vec::new() };
    let mut items = Vec::new();
    if let Some(version) = detail.version(credential) {
        let spec = document.account(credential.account).and_then(|a| spec_of(catalog, a, credential));
        let order: Vec<&str> = match spec {
            Some(spec) => spec.fields.iter().map(|f| f.name.as_str()).collect(),
            None => credential.kind.usual_fields().iter().map(|(name, _)| *name).collect(),
        };
        let mut names: Vec<&String> = version.fields.keys().collect();
        names.sort_by_key(|name| order.iter().position(|o| o == name).unwrap_or(usize::MAX));
        items.extend(names.into_iter().map(|name| Item::Field(name.clone())));
    }
    items.push(Item::Reference);
    let mut versions: Vec<&Version> = credential.versions.iter().collect();
    versions.sort_by_key(|v| std::cmp::Reverse(v.n));
    items.extend(versions.into_iter().map(|v| Item::Version(v.id)));
    items.extend(document.used_by(credential.id).map(|consumer| Item::Place(consumer.id)));
    items
}

/// The key on the chosen line, as the page has it: its private half, or its public one.
fn key_on_line(model: &Model) -> Option<bool> {
    let inside = model.inside()?;
    let Page::Detail(detail) = &inside.page else { return None };
    let Some(Item::Field(name)) = detail.items.get(detail.chosen) else { return None };
    let credential = inside.unlocked.document.credential(detail.credential)?;
    let field = detail.version(credential)?.fields.get(name)?;
    let form: KeyForm = field.form.as_deref()?.parse().ok()?;
    Some(form.is_private())
}

/// Whether the chosen line is a key that can be had in another form.
pub(in crate::app) fn on_key(model: &Model) -> bool {
    key_on_line(model).is_some()
}

/// `v`: the next form, as another gateway's field wants it; after the last one as it is kept.
pub(in crate::app) fn next_form(model: &mut Model) {
    let Some(private) = key_on_line(model) else { return };
    let forms: Vec<KeyForm> = KeyForm::ALL.into_iter().filter(|form| form.is_private() == private).collect();
    model.hide_secrets();
    let Some(Page::Detail(detail)) = model.inside_mut().map(|inside| &mut inside.page) else { return };
    let at = detail.form.and_then(|form| forms.iter().position(|own| *own == form));
    detail.form = forms.get(at.map_or(0, |at| at + 1)).copied();
    let words = match detail.form {
        Some(form) => format!("Shown and copied as {}.", form.as_str()),
        None => "Shown and copied as it is kept.".into(),
    };
    model.tell(Tone::Plain, words);
}

/// `w`: the place on the chosen line has the current version, or the only one that has not.
pub(in crate::app) fn tick(model: &mut Model) {
    let Some((label, credential, version)) = to_tick(model) else {
        model.tell(Tone::Plain, "Every place has the current version.");
        return;
    };
    let done = format!("{label} has it.");
    let uses = Some((credential, Some(version), Proof::Asked));
    model.commit(Change::Consumer { label, side: None, place: None, uses }, done, Then::Stay);
}

fn to_tick(model: &Model) -> Option<(String, Id, Id)> {
    let inside = model.inside()?;
    let document = &inside.unlocked.document;
    let credential = document.credential(model.chosen()?)?;
    let current = credential.current()?.id;
    let on_line = match &inside.page {
        Page::Detail(detail) => match detail.items.get(detail.chosen) {
            Some(Item::Place(id)) => Some(*id),
            _ => None,
        },
        _ => None,
    };
    let has = |consumer: &&Consumer| {
        consumer.uses.iter().any(|u| u.credential == credential.id && u.version == Some(current))
    };
    let mut left = document.used_by(credential.id).filter(|consumer| !has(consumer));
    let consumer = left.find(|consumer| on_line.is_none_or(|id| id == consumer.id))?;
    Some((consumer.label.clone(), credential.id, current))
}

/// Whether it has places at all.
pub(in crate::app) fn has_places(model: &Model) -> bool {
    let document = model.inside().map(|inside| &inside.unlocked.document);
    document.zip(model.chosen()).is_some_and(|(document, id)| document.used_by(id).next().is_some())
}

impl Detail {
    /// The version whose values are shown.
    pub fn version<'a>(&self, credential: &'a Credential) -> Option<&'a Version> {
        credential.versions.iter().find(|v| Some(v.id) == self.version)
    }
}
