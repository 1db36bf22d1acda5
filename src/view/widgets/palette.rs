//! Every action, found by a few of its letters.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::theme::{Ground, Ink};

use super::dialog::floating;
use super::status::thumb;

/// A line of the palette's list.
#[derive(Clone, Debug)]
pub enum Line<'a> {
    /// Between groups.
    Blank,
    /// The title of a group.
    Title(Vec<Part<'a>>),
    /// An action.
    Action {
        /// What it does.
        label: &'a str,
        /// Which characters of it were matched, counted from 0, ascending.
        matched: Vec<usize>,
        /// Its key.
        key: &'a str,
        /// Why it does nothing now, in the place of its key.
        why: Option<&'a str>,
    },
}

/// The palette.
#[derive(Clone, Debug)]
pub struct Palette<'a> {
    /// What was typed.
    pub query: &'a str,
    /// Where the cursor stands in it, in cells.
    pub cursor: i32,
    /// How many of how many actions match.
    pub count: String,
    /// The list.
    pub lines: Vec<Line<'a>>,
    /// Which action is chosen, counted among actions only.
    pub chosen: usize,
}

/// Draws the palette over a page that recedes; returns the box, and where each seen action stands, with its number.
pub fn palette(canvas: &mut Canvas<'_>, content: &Palette<'_>) -> (Area, Vec<(usize, Area)>) {
    canvas.recede();
    let area = floating(canvas, 64, (canvas.height() - 16).clamp(20, 30));
    canvas.boxed(area, "", Ink::EDGE, Ink::STRONG);
    let Area { x, y, w, h } = area;
    let start = canvas.right(x + w - 3, y + 2, [(content.count.as_str(), Ink::DIM)]);
    let at = canvas.put(x + 3, y + 2, "▸ ", Ink::KEY);
    canvas.put_in(at, y + 2, start - at - 2, content.query, Ink::TYPED);
    canvas.cursor((at + content.cursor).min(start - 2), y + 2);
    canvas.rule(x + 3, y + 3, w - 6);
    let keys = [("↑↓", " choose   "), ("⏎", " do it   "), ("esc", " close")];
    canvas.row(x + 3, y + h - 2, keys.iter().flat_map(|(key, word)| [(*key, Ink::KEY), (*word, Ink::DIM)]));
    let seen = usize::try_from(h - 8).unwrap_or(0);
    let places = list(canvas, Area::new(x, y + 5, w, h - 8), content, seen);
    (area, places)
}

fn list(canvas: &mut Canvas<'_>, area: Area, content: &Palette<'_>, seen: usize) -> Vec<(usize, Area)> {
    let Area { x, w, .. } = area;
    let lines = &content.lines;
    let is_action = |line: &&Line<'_>| matches!(line, Line::Action { .. });
    let chosen =
        lines.iter().enumerate().filter(|(_, line)| is_action(line)).nth(content.chosen).map_or(0, |(at, _)| at);
    let first = (chosen + 2).saturating_sub(seen).min(lines.len().saturating_sub(seen));
    let mut number = lines.iter().take(first).filter(is_action).count();
    let mut places = Vec::new();
    for (y, line) in (area.y..).zip(lines.iter().skip(first).take(seen)) {
        match line {
            Line::Blank => {}
            Line::Title(parts) => _ = canvas.row_in(x + 3, y, w - 6, parts),
            Line::Action { label, matched, key, why } => {
                let on = number == content.chosen;
                let right = why.map_or((*key, Ink::KEY), |why| (why, Ink::DIM));
                let end = canvas.right(x + w - 3, y, [right]) - 2;
                let parts: Vec<Part<'_>> = label
                    .char_indices()
                    .enumerate()
                    .map(|(n, (at, c))| {
                        let ink = match (matched.contains(&n), why.is_some()) {
                            (true, true) => Ink::DIM.underlined(),
                            (true, false) => Ink::KEY.underlined(),
                            (false, true) => Ink::DIM,
                            (false, false) if on => Ink::STRONG,
                            (false, false) => Ink::TEXT,
                        };
                        (label.get(at..at + c.len_utf8()).unwrap_or_default(), ink).into()
                    })
                    .collect();
                canvas.row_in(x + 3, y, end - x - 3, &parts);
                let place = Area::new(x + 1, y, w - 2, 1);
                if on {
                    canvas.ground(place, Ground::Chosen);
                    canvas.put(x + 1, y, "▎", Ink::ACCENT);
                }
                places.push((number, place));
                number += 1;
            }
        }
    }
    thumb(canvas, x + w - 2, area.y, seen, first, lines.len());
    places
}
