//! The locked screen. It shows nothing from inside the vault.

use unicode_segmentation::UnicodeSegmentation as _;

use super::canvas::{Area, Part};
use super::chrome::{self, words};
use super::sheet::Sheet;
use super::theme::Ink;
use super::widgets::field::{Field, field};
use super::widgets::status::{Mark, prose, status};
use super::{text, time};
use crate::app::input::SecretInput;
use crate::app::model::Unlock;
use crate::app::msg::Target;

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, unlock: &Unlock) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let facts = height >= 22;
    let x = (width - WIDTH) / 2 + 2;
    let top = (height - if facts { 14 } else { 9 }) / 2;
    let canvas = &mut sheet.canvas;
    canvas.put(x, top, "paykeep", Ink::STRONG);
    canvas.put(x, top + 1, "Keys of payment gateways, kept in one vault.", Ink::DIM);
    canvas.put(x, top + 4, "Passphrase", Ink::TEXT);
    // The facts give way to a longer reason.
    let mut below = top + 12;
    let opening = unlock.busy.is_some();
    let hint = if sheet.model.demo { "  the demo has none: ⏎ opens it" } else { "" };
    let typed = Field { focus: !opening, hint, ..passphrase(&unlock.passphrase, opening) };
    field(canvas, x, top + 5, WIDTH, &typed);
    sheet.hit(Area::new(x, top + 5, WIDTH, 1), Target::Field(0));
    if let Some(busy) = &unlock.busy {
        let life = chrome::life(sheet, busy);
        sheet.canvas.row(x, top + 7, &life);
    } else if let Some(error) = &unlock.error {
        let room = (width - 2 - x).min(60);
        let shown = chrome::mark(error.tone).map(Mark::sign);
        let at = sheet.canvas.row(x, top + 7, &shown);
        let ink = if at > x { shown.map_or(Ink::TEXT, |sign| sign.ink) } else { Ink::TEXT };
        let y = prose(&mut sheet.canvas, at, top + 7, room, &error.text, ink);
        if let Some(hint) = &error.hint {
            below = below.max(prose(&mut sheet.canvas, x, y, room, hint, Ink::DIM) + 1);
        }
    }
    if facts {
        let now = &sheet.model.now;
        let saved = sheet.model.saved_at.map(|at| time::moment(at, now.wall, &now.zone));
        let lines = [("vault", Some(sheet.model.vault_name.clone())), ("saved", saved), ("locked", unlock.why.clone())];
        for (y, (label, value)) in (below..height - 3).zip(lines.into_iter().filter_map(|(l, v)| Some((l, v?)))) {
            sheet.canvas.put(x, y, label, Ink::DIM);
            sheet.canvas.put_in(x + 10, y, width - 2 - x - 10, &value, Ink::TEXT);
        }
    }
    if let Some(notice) = &sheet.model.notice {
        let notice = words(notice);
        status(&mut sheet.canvas, &notice, &[]);
    }
    chrome::footer(sheet);
}

/// A passphrase field: a bullet for each character, or the characters where they are to be shown.
pub(super) fn passphrase(input: &SecretInput, dim: bool) -> Field<'_> {
    let ink = if dim { Ink::DIM } else { Ink::MASK };
    let (part, cursor) = match input.shown() {
        Some(shown) => {
            let before = shown.graphemes(true).take(input.cursor()).map(text::width).sum();
            (Part::from((shown, Ink::TYPED)), before)
        }
        None => (Part::from(("•".repeat(input.count()), ink)), i32::try_from(input.cursor()).unwrap_or(0)),
    };
    Field { parts: vec![part], focus: false, cursor: Some(cursor), note: None, hint: "" }
}

/// Of the block, in cells.
const WIDTH: i32 = 44;
