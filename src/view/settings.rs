//! The settings, and changing the passphrase.

use super::canvas::Area;
use super::chrome;
use super::form;
use super::sheet::Sheet;
use super::theme::Ink;
use super::widgets::bar::strength;
use super::widgets::status::crumbs;
use crate::app::model::{Inside, PassphraseForm};

/// Draws the settings.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    chrome::header(sheet);
    sheet.canvas.put(2, 3, "Settings", Ink::STRONG);
    form::page(sheet, &inside.settings);
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, inside.saving.as_ref());
    chrome::footer(sheet);
}

/// Draws the form for a new passphrase.
pub(super) fn passphrase(sheet: &mut Sheet<'_, '_>, of: &PassphraseForm) {
    chrome::header(sheet);
    let width = sheet.canvas.width();
    crumbs(&mut sheet.canvas, 3, width - 4, &["Settings", "Change the passphrase"]);
    let bottom = form::page(sheet, &of.form);
    if of.strength.parts > 0 {
        let ink = match of.strength.parts {
            1 => Ink::ERROR,
            2 => Ink::WARNING,
            _ => Ink::SUCCESS,
        };
        let Area { x, w, .. } = bottom;
        let y = bottom.bottom() + 1;
        strength(&mut sheet.canvas, x, y, 48.min(w), of.strength.parts, ink);
        let at = sheet.canvas.put(x, y + 1, of.strength.word(), ink.bold());
        let why = match &of.strength.why {
            Some(why) => format!("  {why}."),
            None => format!("  Guessing it would take {}.", of.strength.time),
        };
        sheet.canvas.put_in(at, y + 1, width - 2 - at, &why, Ink::TEXT);
    }
    let counts = chrome::stated(sheet);
    chrome::status(sheet, &counts, of.busy.as_ref());
    chrome::footer(sheet);
}
