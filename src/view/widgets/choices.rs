//! The list under a field that is chosen from: it filters as one types, eight at a time.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::{Ground, Ink};

use super::status::thumb;

/// Most rows that are seen at once.
pub const SEEN: usize = 8;

/// Draws the choices from line `y` on; returns where each of the seen ones stands, with its number.
pub fn choices(
    canvas: &mut Canvas<'_>,
    x: i32,
    y: i32,
    w: i32,
    rows: &[Part<'_>],
    chosen: usize,
) -> Vec<(usize, Area)> {
    let seen = rows.len().min(SEEN);
    let first = chosen.saturating_sub(SEEN / 2).min(rows.len() - seen);
    let mut places = Vec::with_capacity(seen);
    for (line, (n, row)) in (y..).zip(rows.iter().enumerate().skip(first).take(seen)) {
        let area = Area::new(x, line, w, 1);
        canvas.fill(area, if n == chosen { Ground::Chosen } else { Ground::Surface });
        let ink = if n == chosen && row.ink == Ink::TEXT { Ink::STRONG } else { row.ink };
        canvas.put_in(x + 2, line, w - 4, &row.text, ink);
        places.push((n, area));
    }
    thumb(canvas, x + w - 1, y, seen, first, rows.len());
    places
}
