//! The accounts: what belongs to the merchant and not to one key; and the form of one.

use super::canvas::{Area, Part};
use super::chrome;
use super::form;
use super::sheet::Sheet;
use super::theme::Ink;
use super::widgets::sign;
use super::widgets::status::{crumbs, prose};
use super::widgets::table::{Column, Table, table};
use crate::app::action::{self, ActionId};
use crate::app::model::{AccountForm, AccountRow, Inside};
use crate::app::msg::Target;

/// Draws the list.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    chrome::header(sheet);
    let rows = &inside.accounts.rows;
    let width = sheet.canvas.width();
    if rows.is_empty() {
        empty(sheet);
    } else {
        let area = Area { x: 2, w: width - 4, ..chrome::content(sheet) };
        let columns = columns(area.w);
        let list = &inside.accounts.list;
        let list = Table { area, columns: &columns, total: rows.len(), first: list.top, chosen: list.row, focus: true };
        let places = table(&mut sheet.canvas, &list, |n, column| {
            let title = columns.get(column).map_or("", |column| column.title);
            rows.get(n).map_or_else(Vec::new, |row| cell(row, title, n == list.chosen))
        });
        for (n, y) in (places.first..places.first + places.count).zip(places.area.y..) {
            sheet.hit(Area::new(places.area.x, y, places.area.w, 1), Target::Row(n));
        }
    }
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, inside.saving.as_ref());
    chrome::footer(sheet);
}

fn empty(sheet: &mut Sheet<'_, '_>) {
    let width = sheet.canvas.width();
    let y = if sheet.canvas.height() >= 30 { 9 } else { 5 };
    let w = 60.min(width - 4);
    let x = (width - w) / 2;
    sheet.canvas.put(x, y, "No accounts yet", Ink::STRONG);
    let y = prose(&mut sheet.canvas, x, y + 1, w, INTRO, Ink::DIM) + 1;
    let key = action::action(ActionId::AddAccount).and_then(action::Action::key).unwrap_or_default();
    let end = sheet.canvas.row(x, y, [(key.as_str(), Ink::KEY), ("        add one", Ink::TEXT)]);
    sheet.hit(Area::new(x, y, end - x, 1), Target::Action(ActionId::AddAccount));
}

fn columns(room: i32) -> Vec<Column> {
    let column = |title, width, right| Column { title, width, right };
    let mut columns = vec![column("Env", 9, false), column("Provider", 12, false), column("Account", 16, false)];
    let keys = column("Keys", 5, true);
    let left = room - (9 + 12 + 16 + 6) - 7;
    if left >= 12 {
        let label = if left >= 40 { (left / 3).min(30) } else { 0 };
        if label > 0 {
            columns.push(column("Label", label, false));
        }
        columns.push(column("Belongs to it", left - 2 - if label > 0 { label + 2 } else { 0 }, false));
    }
    columns.push(keys);
    columns
}

fn cell<'a>(row: &'a AccountRow, title: &str, on: bool) -> Vec<Part<'a>> {
    let strong = if on { Ink::STRONG } else { Ink::TEXT };
    match title {
        "Env" => vec![sign::badge(row.environment)],
        "Provider" => vec![(row.provider.as_str(), strong).into()],
        "Account" => vec![(row.slug.as_str(), strong).into()],
        "Label" => vec![(row.label.as_str(), if on { Ink::TEXT } else { Ink::DIM }).into()],
        "Keys" => vec![(row.credentials.to_string(), Ink::DIM).into()],
        _ => belongs(row),
    }
}

/// What is missing first: that is what needs a deed.
fn belongs(row: &AccountRow) -> Vec<Part<'_>> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    if !row.missing.is_empty() {
        parts.push(("▲ ", Ink::WARNING).into());
        parts.push((format!("{} missing", row.missing.join(", ")), Ink::WARNING).into());
    }
    for (label, value) in &row.fields {
        if !parts.is_empty() {
            parts.push(("  ", Ink::TEXT).into());
        }
        parts.push((label.as_str(), Ink::DIM).into());
        parts.push((" ", Ink::DIM).into());
        parts.push((value.as_str(), Ink::TEXT).into());
    }
    parts
}

/// Draws the form of one.
pub(super) fn account(sheet: &mut Sheet<'_, '_>, inside: &Inside, of: &AccountForm) {
    chrome::header(sheet);
    let row = inside.accounts.rows.iter().find(|row| Some(row.id) == of.account);
    let name = row.map_or_else(|| "New".to_owned(), |row| format!("{} {}", row.provider, row.slug));
    let mut end = sheet.canvas.width() - 2;
    if let Some(row) = row {
        end = sheet.canvas.right(end, 3, [sign::filled(row.environment)]) - 2;
    }
    crumbs(&mut sheet.canvas, 3, end - 2, &["Accounts", &name]);
    form::page(sheet, &of.form);
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, of.busy.as_ref());
    chrome::footer(sheet);
}

const INTRO: &str = "An account holds what belongs to the merchant and not to one key: client ID, merchant ID, region. \
    It is made with its first key, or here.";
