//! One input line on its own ground, with the bar that shows the focus and the block cursor; and what stands under it.

use super::status::{Mark, prose};
use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::{Ground, Ink};

/// What stands in a field.
#[derive(Clone, Debug, Default)]
pub struct Field<'a> {
    /// Its text.
    pub parts: Vec<Part<'a>>,
    /// Whether it has the focus.
    pub focus: bool,
    /// The cursor's cell, counted from the text's start; at the end when not given.
    pub cursor: Option<i32>,
    /// A word at its right end, such as «detected».
    pub note: Option<Part<'a>>,
    /// What it is for, shown dim while it is empty.
    pub hint: &'a str,
}

/// Draws a field of `w` columns. What is longer shows the stretch around the cursor, or is cut while the focus is elsewhere.
pub fn field(canvas: &mut Canvas<'_>, x: i32, y: i32, w: i32, content: &Field<'_>) {
    canvas.ground(Area::new(x, y, w, 1), Ground::Field);
    canvas.put(x, y, "▎", if content.focus { Ink::ACCENT } else { Ink::FAINT });
    let mut room = w - 3;
    if let Some(note) = &content.note {
        let start = canvas.right(x + w - 1, y, [note]);
        room = start - 2 - (x + 2);
    }
    let text = x + 2;
    let size = canvas.measure_all(&content.parts);
    if size == 0 && !content.hint.is_empty() {
        canvas.put_in(text, y, room, content.hint, Ink::DIM);
    }
    if !content.focus {
        canvas.row_in(text, y, room, &content.parts);
        return;
    }
    let at = content.cursor.unwrap_or(size);
    let offset = (at + 1 - room).max(0);
    canvas.within(Area::new(text, y, room, 1), |canvas| {
        canvas.row(text - offset, y, &content.parts);
        canvas.cursor(text + at - offset, y);
    });
}

/// Draws what was found about a field, under it: the sign, a first line in the sign's ink, then what ⏎ will do or what to
/// change. Returns the line after.
pub fn finding(canvas: &mut Canvas<'_>, x: i32, y: i32, room: i32, mark: Mark, lines: &[Part<'_>]) -> i32 {
    let sign = mark.sign();
    canvas.put(x, y, &sign.text, sign.ink);
    let mut at = y;
    for line in lines {
        at = prose(canvas, x + 2, at, room - 2, &line.text, line.ink);
    }
    at
}
