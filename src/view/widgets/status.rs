//! The third line from below: the counts of the screen, or for a while what just happened. Also the crumbs at the top of a
//! page, the thumb of what is longer than its pane, and the spinner.

use crate::view::canvas::{Canvas, Part};
use crate::view::text;
use crate::view::theme::Ink;

/// How a message ended up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Done.
    Done,
    /// Done, but look.
    Look,
    /// Not done.
    Wrong,
}

impl Mark {
    /// The sign with its space, and its ink.
    pub fn sign(self) -> Part<'static> {
        match self {
            Self::Done => ("✓ ", Ink::SUCCESS).into(),
            Self::Look => ("▲ ", Ink::WARNING).into(),
            Self::Wrong => ("✗ ", Ink::ERROR).into(),
        }
    }
}

/// Draws the status line, `tail` at the right margin.
pub fn status(canvas: &mut Canvas<'_>, parts: &[Part<'_>], tail: &[Part<'_>]) {
    let (width, y) = (canvas.width(), canvas.height() - 3);
    let end = if tail.is_empty() { width - 2 } else { canvas.right(width - 2, y, tail) - 2 };
    canvas.row_in(2, y, end - 2, parts);
}

/// Draws where a page stands; the last name is the page's own. Returns the column after it.
pub fn crumbs(canvas: &mut Canvas<'_>, y: i32, room: i32, names: &[&str]) -> i32 {
    let last = names.len().saturating_sub(1);
    let mut parts = Vec::new();
    for (n, name) in names.iter().enumerate() {
        if n > 0 {
            parts.push(Part::from(("  ›  ", Ink::FAINT)));
        }
        parts.push((*name, if n == last { Ink::STRONG } else { Ink::DIM }).into());
    }
    canvas.row_in(2, y, room, &parts)
}

/// Draws `text` wrapped into `room` columns; returns the line after the last.
pub fn prose(canvas: &mut Canvas<'_>, x: i32, y: i32, room: i32, text: &str, ink: Ink) -> i32 {
    let mut at = y;
    for line in text::wrap(text, room) {
        canvas.put(x, at, line, ink);
        at += 1;
    }
    at
}

/// Draws the thumb at column `x` that shows which of `total` lines the `visible` from `first` are; nothing when all are seen.
pub fn thumb(canvas: &mut Canvas<'_>, x: i32, y: i32, visible: usize, first: usize, total: usize) {
    if total <= visible || visible == 0 {
        return;
    }
    let size = (visible * visible / total).max(1);
    let room = visible - size;
    let at = (first * room).div_ceil(total - visible).min(room);
    for line in at..at + size {
        canvas.put(x, y + i32::try_from(line).unwrap_or(i32::MAX), "▐", Ink::FAINT);
    }
}

/// The spinner's sign in its `frame`: four a second.
pub fn spinner(frame: usize) -> &'static str {
    ["◐", "◓", "◑", "◒"][frame % 4]
}
