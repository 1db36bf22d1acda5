//! One credential: its values, versions and places; which of its lines is chosen.

use crate::app::model::{Detail, Inside, Item, Model, Page, Then};
use crate::app::screen::credentials::spec_of;
use crate::catalog::Catalog;
use crate::domain::{Change, Credential, Id, Life, Version};

/// `⏎` in the list.
pub(in crate::app) fn open(model: &mut Model) {
    if let Some(id) = model.chosen() {
        show(model, id);
    }
    if let Some(inside) = model.inside_mut() {
        inside.rotations.opened = false;
        inside.log.opened = false;
    }
}

/// Shows a credential.
pub(in crate::app) fn show(model: &mut Model, id: Id) {
    let Some(inside) = model.inside() else { return };
    let Some(credential) = inside.unlocked.document.credential(id) else { return };
    let version = credential.version(None).map(|v| v.id);
    let mut detail = Detail { credential: id, version, items: Vec::new(), chosen: 0, top: 0 };
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

/// The version on the chosen line, if a reference could mean it instead of the current one.
pub(in crate::app) fn other_active(model: &Model) -> Option<(Id, Id)> {
    let inside = model.inside()?;
    let Page::Detail(detail) = &inside.page else { return None };
    let Some(Item::Version(id)) = detail.items.get(detail.chosen) else { return None };
    let credential = inside.unlocked.document.credential(detail.credential)?;
    let version = credential.versions.iter().find(|v| v.id == *id && v.life == Life::Active)?;
    let current = credential.current.as_ref().is_some_and(|current| current.version == *id);
    (!current).then_some((credential.id, version.id))
}

/// Points the reference at it again.
pub(in crate::app) fn go_back_to(model: &mut Model) {
    let Some((credential, version)) = other_active(model) else { return };
    let change = Change::PointTo { credential, version };
    model.commit(change, "The reference means this version again.".into(), Then::Stay);
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
    let mut next = Detail { version, items: Vec::new(), chosen: 0, top: detail.top, credential: detail.credential };
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
    items
}

impl Detail {
    /// The version whose values are shown.
    pub fn version<'a>(&self, credential: &'a Credential) -> Option<&'a Version> {
        credential.versions.iter().find(|v| Some(v.id) == self.version)
    }
}
