//! What asks before a deed: a box that floats, with its subject, what happens next, perhaps fields, and two named ways on.

use crate::view::canvas::{Area, Canvas, Part};
use crate::view::text;
use crate::view::theme::{Ink, Role};

use super::field::{Field, field};
use super::status::thumb;

/// How much a deed touches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// An ordinary question.
    Normal,
    /// It touches live.
    Live,
    /// It does harm, in sandbox.
    Harm,
}

/// A line of a dialog.
#[derive(Clone, Debug)]
pub enum Line<'a> {
    /// Nothing.
    Blank,
    /// A rule.
    Rule,
    /// Pieces at the left, and pieces at the right margin.
    Row(Vec<Part<'a>>, Vec<Part<'a>>),
    /// A sentence, wrapped.
    Prose(Part<'a>),
    /// A sentence behind a sign, wrapped.
    Marked(Part<'a>, Part<'a>),
    /// An input line of at most 40 columns.
    Field(Field<'a>),
}

/// A way out of a dialog.
#[derive(Clone, Debug)]
pub struct Way<'a> {
    /// Its key.
    pub key: &'a str,
    /// Its verb.
    pub verb: &'a str,
    /// Whether it works now; else it is dim.
    pub open: bool,
}

/// A question.
#[derive(Clone, Debug)]
pub struct Dialog<'a> {
    /// What it is about, on the border.
    pub title: &'a str,
    /// Which border it has.
    pub weight: Weight,
    /// What it says. Where that is more than fits, what stands under its last rule stays in sight, and the rest scrolls.
    pub lines: Vec<Line<'a>>,
    /// How many lines the rest is scrolled by, as far as it goes.
    pub top: usize,
    /// How it ends: the harmless one first where the other does harm.
    pub ways: Vec<Way<'a>>,
}

/// Where the parts of a dialog stand that can be clicked.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The whole box.
    pub area: Area,
    /// Its fields.
    pub fields: Vec<Area>,
    /// Its ways out.
    pub ways: Vec<Area>,
}

/// The place of something of that size that floats: in the middle, a third from the top.
pub fn floating(canvas: &Canvas<'_>, w: i32, h: i32) -> Area {
    let (width, height) = (canvas.width(), canvas.height());
    let (w, h) = (w.min(width - 4).max(4), h.min(height - 1).max(3));
    Area::new((width - w) / 2, ((height - h) / 2).min(height / 6).max(0), w, h)
}

/// Draws the dialog over a page that recedes.
pub fn dialog(canvas: &mut Canvas<'_>, content: &Dialog<'_>) -> Places {
    canvas.recede();
    let w = if canvas.width() < 100 { 76 } else { 70 };
    let w = w.min(canvas.width() - 4).max(4);
    let room = w - 6;
    let roomy = canvas.height() >= 30;
    let lines: i32 = content.lines.iter().map(|line| height(line, room)).sum();
    let area = floating(canvas, w, lines + if roomy { 6 } else { 5 });
    let (border, title) = match content.weight {
        Weight::Normal => (Ink::EDGE, Ink::STRONG),
        Weight::Live => (Ink::of(Role::Live), Ink::LIVE),
        Weight::Harm => (Ink::ERROR, Ink::ERROR.bold()),
    };
    canvas.boxed(area, content.title, border, title);
    let mut places = Places { area, ..Places::default() };
    let x = area.x + 3;
    let inner = Area::new(area.x + 1, area.y + 1, area.w - 2, area.h - 3);
    let seen = area.h - 4;
    let tail = content.lines.iter().rposition(|line| matches!(line, Line::Rule)).filter(|_| lines > seen);
    let (body, tail) = content.lines.split_at(tail.unwrap_or(content.lines.len()));
    let below: i32 = tail.iter().map(|line| height(line, room)).sum();
    let place = Area::new(inner.x, area.y + 2, inner.w, if tail.is_empty() { inner.h } else { (seen - below).max(0) });
    let hidden = if tail.is_empty() { 0 } else { lines - below - place.h };
    let top = i32::try_from(content.top).unwrap_or(hidden).min(hidden);
    canvas.within(inner, |canvas| {
        canvas.within(place, |canvas| lines_at(canvas, body, x, place.y - top, room, &mut places));
        lines_at(canvas, tail, x, place.bottom(), room, &mut places);
        if hidden > top {
            let left = hidden - top;
            let words = format!("↓ {left} more line{}", if left == 1 { "" } else { "s" });
            canvas.put(x, place.bottom() + 1, &words, Ink::WARNING);
        }
    });
    let count = |lines: i32| usize::try_from(lines).unwrap_or(0);
    if hidden > 0 {
        thumb(canvas, area.right() - 2, place.y, count(place.h), count(top), count(place.h + hidden));
    }
    let y = area.bottom() - 2;
    let mut at = x;
    for way in &content.ways {
        let start = at;
        at = canvas.put(at, y, way.key, if way.open { Ink::KEY } else { Ink::DIM });
        at = canvas.put(at + 1, y, way.verb, if way.open { Ink::TEXT } else { Ink::DIM });
        places.ways.push(Area::new(start, y, at - start, 1));
        at += 5;
    }
    places
}

fn lines_at(canvas: &mut Canvas<'_>, lines: &[Line<'_>], x: i32, y: i32, room: i32, places: &mut Places) {
    let mut y = y;
    for line in lines {
        draw(canvas, line, x, y, room, places);
        y += height(line, room);
    }
}

fn height(line: &Line<'_>, room: i32) -> i32 {
    match line {
        Line::Prose(part) => i32::try_from(text::wrap(&part.text, room).len()).unwrap_or(1),
        Line::Marked(_, part) => i32::try_from(text::wrap(&part.text, room - 2).len()).unwrap_or(1),
        _ => 1,
    }
}

fn draw(canvas: &mut Canvas<'_>, line: &Line<'_>, x: i32, y: i32, room: i32, places: &mut Places) {
    match line {
        Line::Blank => {}
        Line::Rule => canvas.rule(x, y, room),
        Line::Row(left, right) => {
            let end = if right.is_empty() { x + room } else { canvas.right(x + room, y, right) - 2 };
            canvas.row_in(x, y, end - x, left);
        }
        Line::Prose(part) => {
            for (at, line) in (y..).zip(text::wrap(&part.text, room)) {
                canvas.put(x, at, line, part.ink);
            }
        }
        Line::Marked(sign, part) => {
            canvas.put(x, y, &sign.text, sign.ink);
            for (at, line) in (y..).zip(text::wrap(&part.text, room - 2)) {
                canvas.put(x + 2, at, line, part.ink);
            }
        }
        Line::Field(content) => {
            let w = room.min(40);
            field(canvas, x, y, w, content);
            places.fields.push(Area::new(x, y, w, 1));
        }
    }
}
