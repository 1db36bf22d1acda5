//! The coming days as a line for each thing: an axis with months and weeks, and on each line what comes when.

use crate::view::canvas::{Canvas, Part};
use crate::view::theme::Ink;

/// Where the days stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The column of today.
    pub x: i32,
    /// How many columns the days have.
    pub cells: i32,
}

/// What comes on a line. Days count from today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A sign at the left edge.
    Sign(&'static str, Ink),
    /// Due on that day: the last 14 days before it are heavy, in the first ink; the sign is in the second.
    Due(i32, Ink, Ink),
    /// It ends on that day by itself.
    Ends(i32, Ink),
    /// Two work until that day.
    Overlap(i32),
}

impl Axis {
    /// The axis of a page of that width: two columns a day where there is room, else one, or one for two or three days.
    pub fn fitting(width: i32) -> Self {
        let room = width - LABEL - 5;
        let cells = match room {
            180.. => 180,
            170..180 => room,
            90..170 => 90,
            45..90 => 45,
            30..45 => 30,
            _ => room.max(1),
        };
        Self { x: LABEL + 3, cells }
    }

    /// The column of a day; the last one for those beyond the end.
    pub fn at(self, day: i32) -> i32 {
        self.x + (day.clamp(0, DAYS) * self.cells / DAYS).min(self.cells - 1)
    }
}

/// Draws months and weeks on two lines. `months` are the days on which one begins, with its name; `today` is written at the left.
pub fn axis(canvas: &mut Canvas<'_>, y: i32, axis: Axis, today: &str, months: &[(i32, String)]) {
    canvas.line(axis.x, y + 1, axis.cells, "─", Ink::LINE);
    for week in 1..=DAYS / 7 {
        canvas.put(axis.at(week * 7 - 1), y + 1, "┴", Ink::LINE);
    }
    let mut free = canvas.put(axis.x, y, today, Ink::STRONG) + 1;
    for (day, name) in months {
        let at = axis.at(*day);
        canvas.put(at, y + 1, "┬", Ink::LINE);
        if at >= free && at + canvas.measure(name) <= canvas.width() - 2 {
            free = canvas.put(at, y, name, Ink::DIM) + 1;
        }
    }
}

/// Draws a line: its label at the left, its mark on the axis, and words behind the mark, or before it where the page ends.
pub fn lane(canvas: &mut Canvas<'_>, y: i32, axis: Axis, label: &str, mark: Mark, words: &[Part<'_>]) {
    canvas.put_in(4, y, LABEL - 3, label, Ink::TEXT);
    let (x, edge) = (axis.x, canvas.width() - 2);
    let end = match mark {
        Mark::Sign(sign, ink) => canvas.put(x, y, sign, ink),
        Mark::Due(day, line, sign) => {
            let (calm, at) = (axis.at(day - NEAR), axis.at(day));
            canvas.line(x, y, calm - x, "─", Ink::FAINT);
            canvas.line(calm, y, at - calm, "━", line);
            canvas.put(at, y, "◆", sign)
        }
        Mark::Ends(day, ink) => {
            let (calm, at) = (axis.at(day - NEAR), axis.at(day));
            canvas.line(x, y, calm - x, "─", Ink::FAINT);
            canvas.line(calm, y, at - calm, "━", ink);
            canvas.put(at, y, "✗", ink.bold())
        }
        Mark::Overlap(day) => {
            let cells = (axis.at(day) - x).max(1);
            canvas.line(x, y, cells, "▒", Ink::WARNING);
            x + cells
        }
    };
    let size = canvas.measure_all(words);
    if end + 1 + size > edge && end - 3 - size > x {
        canvas.put(end - 3 - size, y, " ", Ink::TEXT);
        canvas.row(end - 2 - size, y, words);
        canvas.put(end - 2, y, " ", Ink::TEXT);
    } else {
        canvas.row_in(end + 1, y, edge - end - 1, words);
    }
}

/// How many days the axis has.
pub const DAYS: i32 = 90;
/// The days before a date that are heavy.
const NEAR: i32 = 14;
/// Columns of the labels, the indent counted.
const LABEL: i32 = 24;
