//! The copy strip above the footer: what can be pasted, how long, how it ends; then what was reached.

use crate::domain::Environment;
use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::{Ground, Ink, Role};

use super::bar::share;
use super::sign;

/// What was copied and how long it stays.
#[derive(Clone, Debug)]
pub struct Strip<'a> {
    /// Where the secret works.
    pub environment: Environment,
    /// What it is and what can be done with it.
    pub what: Vec<Part<'a>>,
    /// Seconds left and seconds altogether; the bar stands for them.
    pub left: Option<(u32, u32)>,
    /// How it ends.
    pub ends: Part<'a>,
    /// The key that takes it back, if that can still be done.
    pub back: Option<(&'a str, &'a str)>,
}

/// Lines that the strip takes, its heavy rule included.
pub const LINES: i32 = 5;

/// Draws the strip; returns where the way back stands.
pub fn strip(canvas: &mut Canvas<'_>, content: &Strip<'_>) -> Option<Area> {
    let (width, top) = (canvas.width(), canvas.height() - 2 - LINES);
    canvas.fill(Area::new(0, top, width, LINES), Ground::Surface);
    let ink = match content.environment {
        Environment::Live => Ink::of(Role::Live),
        Environment::Sandbox => Ink::SANDBOX,
    };
    canvas.line(0, top, width, "━", ink);
    let y = top + 1;
    let back = content.back.map(|(key, word)| {
        let start = canvas.right(width - 2, y, [(key, Ink::KEY), (" ", Ink::TEXT), (word, Ink::TEXT)]);
        Area::new(start, y, width - 2 - start, 1)
    });
    let room = back.map_or(width - 2, |area| area.x - 2) - 2;
    let badge = [sign::filled(content.environment), ("  ", Ink::TEXT).into()];
    canvas.row_in(2, y, room, badge.iter().chain(&content.what));
    if let Some((left, of)) = content.left {
        canvas.right(width - 2, y + 1, [(format!("{left} s left"), Ink::STRONG)]);
        let cells = width - 16;
        let done = share(f64::from(left) / f64::from(of.max(1)), cells);
        canvas.bar(2, y + 1, cells, done, Ink::ACCENT);
    }
    canvas.put_in(2, y + 2, width - 4, &content.ends.text, content.ends.ink);
    back
}
