//! The sidebar: what the list can be narrowed to, with counts.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::Ink;

use super::status::thumb;

/// A line of the sidebar.
#[derive(Clone, Debug)]
pub enum Line<'a> {
    /// Between groups.
    Blank,
    /// The heading of a group.
    Heading(&'a str),
    /// Something to choose, with how many it holds.
    Item {
        /// Its name.
        label: Part<'a>,
        /// How many; nothing is shown for 0.
        count: usize,
    },
}

/// Draws the sidebar into `area`, of which the text leaves two columns free on both sides. `chosen` counts items only.
/// Returns where each seen item stands, with its number.
pub fn tree(canvas: &mut Canvas<'_>, area: Area, lines: &[Line<'_>], chosen: usize, focus: bool) -> Vec<(usize, Area)> {
    let room = usize::try_from(area.h).unwrap_or(0);
    let chosen_line = lines
        .iter()
        .enumerate()
        .filter(|(_, line)| matches!(line, Line::Item { .. }))
        .nth(chosen)
        .map_or(0, |(at, _)| at);
    let first = if lines.len() > room { chosen_line.saturating_sub(room / 2).min(lines.len() - room) } else { 0 };
    let mut item = lines.iter().take(first).filter(|line| matches!(line, Line::Item { .. })).count();
    let mut places = Vec::new();
    for (y, line) in (area.y..).zip(lines.iter().skip(first).take(room)) {
        match line {
            Line::Blank => {}
            Line::Heading(text) => _ = canvas.put_in(area.x + 2, y, area.w - 4, text, Ink::DIM),
            Line::Item { label, count } => {
                let end = area.right() - 2;
                let start = if *count > 0 { canvas.right(end, y, [(count.to_string(), Ink::DIM)]) - 1 } else { end };
                let ink = if item == chosen { strong(label.ink) } else { label.ink };
                canvas.put_in(area.x + 2, y, start - area.x - 2, &label.text, ink);
                let place = Area::new(area.x, y, area.w, 1);
                if item == chosen {
                    canvas.select(area.x, y, area.w, focus);
                }
                places.push((item, place));
                item += 1;
            }
        }
    }
    thumb(canvas, area.right() - 1, area.y, room, first, lines.len());
    places
}

/// A chosen name is strong; a badge keeps its own ink.
fn strong(ink: Ink) -> Ink {
    if ink == Ink::TEXT || ink == Ink::DIM { Ink::STRONG } else { ink.bold() }
}
