//! The painter: text, rules, grounds and boxes put on cells by role, clipped at every edge.
//!
//! Each cell keeps its ink and ground until [`Canvas::finish`] turns them into the terminal's styles: so what is drawn later
//! can change a ground without knowing the ink, and a dialog can make everything below it recede.

use std::borrow::Cow;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_segmentation::UnicodeSegmentation as _;

use super::text;
use super::theme::{Ground, Ink, Role, Theme};
use crate::domain::clean;

/// A page of cells under the brush. Columns and lines count from its top left corner; what lies outside is not drawn.
pub struct Canvas<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
    clip: Area,
    paint: Vec<(Ink, Ground)>,
    theme: Theme,
}

/// A piece of text with its ink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// The text.
    pub text: Cow<'a, str>,
    /// Its ink.
    pub ink: Ink,
}

impl<'a, S: Into<Cow<'a, str>>> From<(S, Ink)> for Part<'a> {
    fn from((text, ink): (S, Ink)) -> Self {
        Self { text: text.into(), ink }
    }
}

impl<'a> From<&'a Part<'_>> for Part<'a> {
    fn from(part: &'a Part<'_>) -> Self {
        Self { text: Cow::Borrowed(&part.text), ink: part.ink }
    }
}

/// A place on the canvas, in cells; may lie partly or wholly outside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: i32,
    /// First line.
    pub y: i32,
    /// Columns.
    pub w: i32,
    /// Lines.
    pub h: i32,
}

impl Area {
    /// A place by its corner and size.
    pub const fn new(x: i32, y: i32, w: i32, h: i32) -> Self {
        Self { x, y, w, h }
    }

    /// The column after the last.
    pub const fn right(self) -> i32 {
        self.x + self.w
    }

    /// The line after the last.
    pub const fn bottom(self) -> i32 {
        self.y + self.h
    }

    /// What both have in common; empty when nothing.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        Self {
            x,
            y,
            w: (self.right().min(other.right()) - x).max(0),
            h: (self.bottom().min(other.bottom()) - y).max(0),
        }
    }
}

impl<'a> Canvas<'a> {
    /// A canvas over `area` of `buffer`, all of it blank page.
    pub fn new(buffer: &'a mut Buffer, area: Rect, theme: Theme) -> Self {
        let area = area.intersection(buffer.area);
        let cells = usize::from(area.width) * usize::from(area.height);
        let clip = Area::new(0, 0, i32::from(area.width), i32::from(area.height));
        let mut canvas = Self { buffer, area, clip, paint: vec![(Ink::TEXT, Ground::Page); cells], theme };
        canvas.fill(clip, Ground::Page);
        canvas
    }

    /// Columns of the whole canvas.
    pub fn width(&self) -> i32 {
        i32::from(self.area.width)
    }

    /// Lines of the whole canvas.
    pub fn height(&self) -> i32 {
        i32::from(self.area.height)
    }

    /// The theme that it will be painted in.
    pub fn theme(&self) -> Theme {
        self.theme
    }

    /// Turns roles into styles. Nothing may be drawn afterwards.
    pub fn finish(self) {
        let mut paint = self.paint.into_iter();
        // Neighbours mostly look alike: the style of the last cell is kept.
        let mut last = (Ink::TEXT, Ground::Page);
        let mut style = self.theme.style(last.0, last.1);
        for y in self.area.top()..self.area.bottom() {
            for x in self.area.left()..self.area.right() {
                let (Some(now), Some(cell)) = (paint.next(), self.buffer.cell_mut((x, y))) else { return };
                if now != last {
                    last = now;
                    style = self.theme.style(now.0, now.1);
                }
                cell.fg = style.fg.unwrap_or_default();
                cell.bg = style.bg.unwrap_or_default();
                cell.modifier = style.add_modifier;
            }
        }
    }

    /// Draws with everything outside of `area` protected.
    pub fn within<T>(&mut self, area: Area, draw: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.clip;
        self.clip = outer.and(area);
        let result = draw(self);
        self.clip = outer;
        result
    }

    /// The width of `text` as it will be drawn here, plain signs included.
    pub fn measure(&self, text: &str) -> i32 {
        if self.theme.plain_signs { text::width(&text::plain(text)) } else { text::width(text) }
    }

    /// The width of several pieces.
    pub fn measure_all(&self, parts: &[Part<'_>]) -> i32 {
        parts.iter().map(|part| self.measure(&part.text)).sum()
    }

    /// Puts `text` on the cells from column `x`; returns the column after it, also where the edge cut it.
    pub fn put(&mut self, x: i32, y: i32, text: &str, ink: Ink) -> i32 {
        let plain;
        let text = if self.theme.plain_signs {
            plain = text::plain(text);
            &*plain
        } else {
            text
        };
        let mut at = x;
        for grapheme in text.graphemes(true) {
            let grapheme = clean(grapheme);
            let wide = text::width(&grapheme);
            if wide > 0 {
                self.set(at, y, &grapheme, wide, ink);
                at += wide;
            }
        }
        at
    }

    /// Puts several pieces one after the other; returns the column after the last.
    pub fn row<'p, P: Into<Part<'p>>>(&mut self, x: i32, y: i32, parts: impl IntoIterator<Item = P>) -> i32 {
        parts.into_iter().fold(x, |at, part| {
            let part = part.into();
            self.put(at, y, &part.text, part.ink)
        })
    }

    /// Puts several pieces into at most `room` cells; the piece that doesn't fit ends with `…`.
    pub fn row_in<'p, P: Into<Part<'p>>>(
        &mut self,
        x: i32,
        y: i32,
        room: i32,
        parts: impl IntoIterator<Item = P>,
    ) -> i32 {
        let mut at = x;
        for part in parts {
            let Part { text, ink } = part.into();
            let left = x + room - at;
            if self.measure(&text) > left {
                return if left > 0 { self.put(at, y, &text::cut_end(&text, left), ink) } else { at };
            }
            at = self.put(at, y, &text, ink);
        }
        at
    }

    /// Puts `text` into at most `room` cells, its end cut with `…`.
    pub fn put_in(&mut self, x: i32, y: i32, room: i32, text: &str, ink: Ink) -> i32 {
        self.row_in(x, y, room, [(text, ink)])
    }

    /// Puts pieces so that they end before column `x`; returns the column of the first.
    pub fn right<'p, P: Into<Part<'p>>>(&mut self, x: i32, y: i32, parts: impl IntoIterator<Item = P>) -> i32 {
        let parts: Vec<Part<'p>> = parts.into_iter().map(Into::into).collect();
        let start = x - self.measure_all(&parts);
        self.row(start, y, &parts);
        start
    }

    /// A horizontal rule.
    pub fn rule(&mut self, x: i32, y: i32, w: i32) {
        self.line(x, y, w, "─", Ink::LINE);
    }

    /// A horizontal line of one sign.
    pub fn line(&mut self, x: i32, y: i32, w: i32, sign: &str, ink: Ink) {
        for at in x.max(self.clip.x)..(x + w).min(self.clip.right()) {
            self.put(at, y, sign, ink);
        }
    }

    /// A vertical rule.
    pub fn vrule(&mut self, x: i32, y: i32, h: i32) {
        for at in y.max(self.clip.y)..(y + h).min(self.clip.bottom()) {
            self.put(x, at, "│", Ink::LINE);
        }
    }

    /// A bar of `w` cells, `done` of them heavy.
    pub fn bar(&mut self, x: i32, y: i32, w: i32, done: i32, ink: Ink) {
        let done = done.clamp(0, w.max(0));
        self.line(x, y, done, "━", ink);
        self.line(x + done, y, w - done, "─", Ink::LINE);
    }

    /// Changes the ground of cells and leaves their text.
    pub fn ground(&mut self, area: Area, ground: Ground) {
        self.each(area, |_, paint| paint.1 = ground);
    }

    /// Blanks cells and gives them a ground.
    pub fn fill(&mut self, area: Area, ground: Ground) {
        self.each(area, |cell, paint| {
            cell.set_symbol(" ");
            *paint = (Ink::TEXT, ground);
        });
        for y in area.y..area.bottom() {
            self.mend(area.x - 1, y);
        }
    }

    /// Marks a row as chosen: its ground, and the bar that says where the focus is.
    pub fn select(&mut self, x: i32, y: i32, w: i32, focus: bool) {
        self.ground(Area::new(x, y, w, 1), if focus { Ground::Chosen } else { Ground::Rest });
        self.put(x, y, "▎", if focus { Ink::ACCENT } else { Ink::FAINT });
    }

    /// Everything drawn so far steps back: text to shade, rules stay, grounds and fills go.
    pub fn recede(&mut self) {
        for (ink, ground) in &mut self.paint {
            *ink = if ink.role == Role::Line { Ink::LINE } else { Ink::SHADE };
            *ground = Ground::Page;
        }
    }

    /// An empty box with round corners and two free columns on both sides; `title` stands on its border.
    pub fn boxed(&mut self, area: Area, title: &str, border: Ink, title_ink: Ink) {
        let Area { x, y, w, h } = area;
        self.fill(Area::new(x - 2, y, w + 4, h), Ground::Page);
        for (line, left, right) in [(y, "╭", "╮"), (y + h - 1, "╰", "╯")] {
            self.put(x, line, left, border);
            self.line(x + 1, line, w - 2, "─", border);
            self.put(x + w - 1, line, right, border);
        }
        for line in (y + 1).max(0)..(y + h - 1).min(self.height()) {
            self.put(x, line, "│", border);
            self.put(x + w - 1, line, "│", border);
        }
        if !title.is_empty() {
            let at = self.put(x + 2, y, " ", title_ink);
            let at = self.put_in(at, y, w - 6, title, title_ink);
            self.put(at, y, " ", title_ink);
        }
    }

    /// The block cursor.
    pub fn cursor(&mut self, x: i32, y: i32) {
        self.each(Area::new(x, y, 1, 1), |_, paint| paint.0 = Ink::CURSOR);
    }

    fn set(&mut self, x: i32, y: i32, symbol: &str, wide: i32, ink: Ink) {
        if !self.inside(x, y) {
            return;
        }
        self.mend(x - 1, y);
        if x + wide > self.clip.right() {
            // A wide character is never split at the edge: its first half would pull the neighbour's column over.
            self.each(Area::new(x, y, 1, 1), |cell, paint| {
                cell.set_symbol(" ");
                paint.0 = ink;
            });
            return;
        }
        self.each(Area::new(x + 1, y, wide - 1, 1), |cell, paint| {
            cell.set_symbol(" ");
            paint.0 = ink;
        });
        self.each(Area::new(x, y, 1, 1), |cell, paint| {
            cell.set_symbol(symbol);
            paint.0 = ink;
        });
    }

    /// Blanks a wide character of which the second half is about to be overwritten.
    fn mend(&mut self, x: i32, y: i32) {
        self.each(Area::new(x, y, 1, 1), |cell, _| {
            if !cell.symbol().is_ascii() && text::width(cell.symbol()) > 1 {
                cell.set_symbol(" ");
            }
        });
    }

    fn inside(&self, x: i32, y: i32) -> bool {
        let clip = self.clip;
        x >= clip.x && x < clip.right() && y >= clip.y && y < clip.bottom()
    }

    fn each(&mut self, area: Area, mut change: impl FnMut(&mut ratatui::buffer::Cell, &mut (Ink, Ground))) {
        let area = area.and(self.clip);
        for y in area.y..area.bottom() {
            for x in area.x..area.right() {
                let (Ok(column), Ok(line)) = (u16::try_from(x), u16::try_from(y)) else { continue };
                let at = usize::from(line) * usize::from(self.area.width) + usize::from(column);
                let cell = self.buffer.cell_mut((self.area.x + column, self.area.y + line));
                if let (Some(cell), Some(paint)) = (cell, self.paint.get_mut(at)) {
                    change(cell, paint);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn drawn(w: u16, h: u16, draw: impl FnOnce(&mut Canvas<'_>)) -> Vec<String> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, w, h));
        let mut canvas = Canvas::new(&mut buffer, Rect::new(0, 0, w, h), Theme::default());
        draw(&mut canvas);
        canvas.finish();
        (0..h).map(|y| (0..w).map(|x| buffer[(x, y)].symbol()).collect::<String>()).collect()
    }

    #[test]
    fn a_wide_character_is_never_split_at_the_edge_or_by_what_is_drawn_over_it() {
        assert_eq!(drawn(3, 1, |c| _ = c.put(0, 0, "東京", Ink::TEXT)), ["東  "]);
        assert_eq!(drawn(4, 1, |c| _ = c.put_in(0, 0, 3, "東京", Ink::TEXT)), ["東 … "]);
        let over = |c: &mut Canvas<'_>| {
            c.put(0, 0, "東京", Ink::TEXT);
            c.put(1, 0, "x", Ink::TEXT);
        };
        assert_eq!(drawn(4, 1, over), [" x京 "]);
    }

    #[test]
    fn control_characters_never_reach_a_cell() {
        assert_eq!(drawn(8, 1, |c| _ = c.put(0, 0, "a\u{1b}[2J\u{202e}b", Ink::TEXT)), ["a�[2J�b "]);
    }

    #[test]
    fn text_that_is_right_aligned_ends_before_its_column() {
        assert_eq!(drawn(6, 1, |c| _ = c.right(5, 0, [("a", Ink::TEXT), ("bc", Ink::DIM)])), ["  abc "]);
    }

    #[test]
    fn a_box_keeps_two_columns_free_around_it() {
        let page = drawn(11, 3, |c| {
            for y in 0..3 {
                c.put(0, y, "...........", Ink::TEXT);
            }
            c.boxed(Area::new(3, 0, 5, 3), "", Ink::EDGE, Ink::STRONG);
        });
        assert_eq!(page, [".  ╭───╮  .", ".  │   │  .", ".  ╰───╯  ."]);
    }

    #[test]
    fn what_is_outside_of_the_clip_stays() {
        let page = drawn(5, 2, |c| {
            c.within(Area::new(1, 0, 3, 1), |c| {
                c.put(0, 0, "abcde", Ink::TEXT);
                c.put(0, 1, "abcde", Ink::TEXT);
            });
        });
        assert_eq!(page, [" bcd ", "     "]);
    }

    proptest! {
        #[test]
        fn nothing_panics_at_any_size_or_place(w in 1u16..40, h in 1u16..12, x in -50i32..60, y in -20i32..30, n in -5i32..60, text in ".{0,20}") {
            drawn(w, h, |c| {
                c.put(x, y, &text, Ink::TEXT);
                c.row_in(x, y, n, [(text.as_str(), Ink::TEXT), ("…", Ink::DIM)]);
                c.right(x, y, [(text.as_str(), Ink::TEXT)]);
                c.bar(x, y, n, n / 2, Ink::ACCENT);
                c.boxed(Area::new(x, y, n, n / 2), &text, Ink::EDGE, Ink::STRONG);
                c.select(x, y, n, true);
                c.recede();
                c.cursor(x, y);
            });
        }
    }
}
