//! Forms about one credential: editing what describes it, and adding a place that uses it.

use super::chrome;
use super::facts;
use super::form;
use super::sheet::Sheet;
use super::widgets::sign;
use super::widgets::status::crumbs;
use crate::app::form::Form;
use crate::app::model::{Busy, Inside};
use crate::domain::Id;

/// Draws a form about a credential; `title` is the page's own name.
pub(super) fn draw(
    sheet: &mut Sheet<'_, '_>,
    inside: &Inside,
    title: &str,
    credential: Id,
    fields: &Form,
    busy: Option<&Busy>,
) {
    chrome::header(sheet);
    let document = &inside.unlocked.document;
    let credential = document.credential(credential);
    if let Some((credential, account)) = credential.and_then(|c| Some((c, document.account(c.account)?))) {
        let width = sheet.canvas.width();
        let badge = sheet.canvas.right(width - 2, 3, [sign::filled(account.environment)]);
        let provider = facts::provider(sheet.model, inside, credential);
        let provider = provider.map_or_else(|| account.provider.to_string(), |provider| provider.name.clone());
        let names = ["Credentials", &provider, account.slug.as_str(), credential.name.as_str(), title];
        crumbs(&mut sheet.canvas, 3, badge - 4, &names);
    }
    form::page(sheet, fields);
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, busy);
    chrome::footer(sheet);
}
