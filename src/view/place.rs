//! Adding a place that uses a credential.

use super::chrome;
use super::facts;
use super::form;
use super::sheet::Sheet;
use super::widgets::sign;
use super::widgets::status::crumbs;
use crate::app::model::{Inside, PlaceForm};

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, page: &PlaceForm) {
    chrome::header(sheet);
    let document = &inside.unlocked.document;
    let credential = document.credential(page.credential);
    if let Some((credential, account)) = credential.and_then(|c| Some((c, document.account(c.account)?))) {
        let width = sheet.canvas.width();
        let badge = sheet.canvas.right(width - 2, 3, [sign::filled(account.environment)]);
        let provider = facts::provider(sheet.model, inside, credential);
        let provider = provider.map_or_else(|| account.provider.to_string(), |provider| provider.name.clone());
        let names = ["Credentials", &provider, account.slug.as_str(), credential.name.as_str(), "Add a place"];
        crumbs(&mut sheet.canvas, 3, badge - 4, &names);
    }
    form::page(sheet, &page.form);
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, page.busy.as_ref());
    chrome::footer(sheet);
}
