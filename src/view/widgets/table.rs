//! Lists in columns. Only the rows that are seen are built, so that ten thousand cost what forty do.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::Ink;

use super::status::thumb;

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// Its title.
    pub title: &'static str,
    /// Its width in cells.
    pub width: i32,
    /// Whether it is right-aligned: numbers, times and ages.
    pub right: bool,
}

/// A list.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// Where its text stands; the chosen row's ground reaches two columns beyond on both sides.
    pub area: Area,
    /// Its columns, left to right.
    pub columns: &'a [Column],
    /// How many rows there are.
    pub total: usize,
    /// The first that is seen.
    pub first: usize,
    /// The chosen one.
    pub chosen: usize,
    /// Whether the list has the focus.
    pub focus: bool,
}

/// Where the rows of a list stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rows {
    /// The seen rows, one a line, over the whole width of a chosen one.
    pub area: Area,
    /// The number of the first.
    pub first: usize,
    /// How many are seen.
    pub count: usize,
}

/// How many lines the titles take: a blank one follows them from 30 lines on.
pub fn title_lines(height: i32) -> i32 {
    if height >= 30 { 2 } else { 1 }
}

/// Draws titles and rows; `cell` gives the text of a row in a column.
pub fn table<'c>(
    canvas: &mut Canvas<'_>,
    list: &Table<'_>,
    mut cell: impl FnMut(usize, usize) -> Vec<Part<'c>>,
) -> Rows {
    let Area { x, y, w, h } = list.area;
    let titles = title_lines(canvas.height());
    place(canvas, list.columns, x, |canvas, _, column, at| {
        canvas.put(
            if column.right { at + column.width - canvas.measure(column.title) } else { at },
            y,
            column.title,
            Ink::DIM,
        );
    });
    let room = usize::try_from(h - titles).unwrap_or(0);
    let first = list.first.min(list.total.saturating_sub(room));
    let count = room.min(list.total - first);
    let top = y + titles;
    for (line, row) in (top..).zip(first..first + count) {
        place(canvas, list.columns, x, |canvas, n, column, at| {
            let parts = cell(row, n);
            let size = canvas.measure_all(&parts);
            let start = if column.right { (at + column.width - size).max(at) } else { at };
            canvas.row_in(start, line, column.width, &parts);
        });
        if row == list.chosen {
            canvas.select(x - 2, line, w + 4, list.focus);
        }
    }
    thumb(canvas, x + w + 1, top, room, first, list.total);
    Rows { area: Area::new(x - 2, top, w + 4, i32::try_from(count).unwrap_or(0)), first, count }
}

fn place(
    canvas: &mut Canvas<'_>,
    columns: &[Column],
    x: i32,
    mut draw: impl FnMut(&mut Canvas<'_>, usize, &Column, i32),
) {
    let mut at = x;
    for (n, column) in columns.iter().enumerate() {
        draw(canvas, n, column, at);
        at += column.width + 2;
    }
}
