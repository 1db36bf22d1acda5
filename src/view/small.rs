//! The page of a terminal that is too small for any other: it says so, and how to lock. Nothing secret is on it.

use super::canvas::Canvas;
use super::text;
use super::theme::Ink;
use crate::app::SMALLEST;

/// Whether the canvas is too small for a screen.
pub fn is_too_small(canvas: &Canvas<'_>) -> bool {
    canvas.width() < SMALLEST.0.into() || canvas.height() < SMALLEST.1.into()
}

/// Draws the page; `key` and `word` name the way out.
pub fn draw(canvas: &mut Canvas<'_>, key: &str, word: &str) {
    let (width, height) = (canvas.width(), canvas.height());
    let first = format!("Too small: {width}×{height}.");
    let needs = format!("paykeep needs {}×{}.", SMALLEST.0, SMALLEST.1);
    let lines = [
        vec![(first.as_str(), Ink::STRONG)],
        vec![(needs.as_str(), Ink::TEXT)],
        vec![(key, Ink::KEY), (" ", Ink::DIM), (word, Ink::DIM)],
    ];
    let top = ((height - 3) / 2).max(0);
    for (y, line) in (top..).zip(lines) {
        let size: i32 = line.iter().map(|(part, _)| text::width(part)).sum();
        canvas.row_in(((width - size) / 2).max(0), y, width, line);
    }
}
