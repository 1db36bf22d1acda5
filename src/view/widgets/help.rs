//! The keys that work here, in two columns, with the signs and the mouse.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::text::width;
use crate::view::theme::Ink;

use super::dialog::floating;
use super::status::thumb;

/// A group of lines under a heading.
#[derive(Clone, Debug)]
pub struct Group<'a> {
    /// Its heading.
    pub title: &'a str,
    /// Its lines.
    pub lines: Vec<Line<'a>>,
}

/// A line of help.
#[derive(Clone, Debug)]
pub enum Line<'a> {
    /// A key and what it does.
    Key(&'a str, &'a str),
    /// Anything else.
    Text(Vec<Part<'a>>),
}

/// Draws the help over a page that recedes, from line `first` on. Each group goes to the column that is shorter so far; there is one
/// column only where two would cut a line.
/// Returns the box, and how many lines `first` can be moved at most.
pub fn help(
    canvas: &mut Canvas<'_>,
    title: &str,
    groups: &[Group<'_>],
    keys: &[Part<'_>],
    first: usize,
) -> (Area, usize) {
    canvas.recede();
    let w = 96.min(canvas.width() - 4);
    let room = (w - 8) / 2;
    let two = groups.iter().flat_map(|group| &group.lines).all(|line| line.width() <= room);
    let mut columns: [Vec<Row<'_>>; 2] = [Vec::new(), Vec::new()];
    for group in groups {
        let shorter = usize::from(two && columns[1].len() < columns[0].len());
        let column = &mut columns[shorter];
        if !column.is_empty() {
            column.push(Row::Blank);
        }
        column.push(Row::Title(group.title));
        column.extend(group.lines.iter().map(Row::Line));
    }
    let lines = columns[0].len().max(columns[1].len());
    let air = if canvas.height() >= 30 { 7 } else { 6 };
    let area = floating(canvas, w, i32::try_from(lines).unwrap_or(100) + air);
    canvas.boxed(area, title, Ink::EDGE, Ink::STRONG);
    let seen = usize::try_from(area.h - 6).unwrap_or(0);
    let most = lines.saturating_sub(seen);
    let first = first.min(most);
    let room = if two { room } else { w - 8 };
    for (column, x) in columns.iter().zip([area.x + 4, area.x + 6 + room]) {
        for (y, row) in (area.y + 2..).zip(column.iter().skip(first).take(seen)) {
            match row {
                Row::Blank => {}
                Row::Title(title) => _ = canvas.put_in(x, y, room, title, Ink::HEADING),
                Row::Line(Line::Key(key, what)) => {
                    let after = canvas.put(x, y, key, Ink::KEY);
                    let at = (x + KEYS).max(after + 2);
                    canvas.put_in(at, y, x + room - at, what, Ink::TEXT);
                }
                Row::Line(Line::Text(parts)) => _ = canvas.row_in(x, y, room, parts),
            }
        }
    }
    canvas.row_in(area.x + 4, area.bottom() - 3, w - 8, keys);
    thumb(canvas, area.right() - 2, area.y + 2, seen, first, lines);
    (area, most)
}

impl Line<'_> {
    /// The columns that it takes.
    fn width(&self) -> i32 {
        match self {
            Self::Key(key, what) => KEYS.max(width(key) + 2) + width(what),
            Self::Text(parts) => parts.iter().map(|part| width(&part.text)).sum(),
        }
    }
}

/// Where what a key does begins, unless the key is longer.
const KEYS: i32 = 11;

enum Row<'a> {
    Blank,
    Title(&'a str),
    Line(&'a Line<'a>),
}
