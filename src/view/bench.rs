//! The bench: at the left what is tried, at the right what it gives, below what is to be said of it. Where there is no room for that
//! side by side, the result stands below the request and scrolls.

mod result;

use super::canvas::{Area, Part};
use super::chrome;
use super::form::{self, typed};
use super::sheet::Sheet;
use super::theme::{Ground, Ink};
use super::widgets::field::{Field as Line, field};
use super::widgets::sign;
use super::widgets::status::{Mark, prose, thumb};
use crate::app::form::{Field, FieldId, Input};
use crate::app::input::TextInput;
use crate::app::model::{Bench, Inside};
use crate::app::msg::Target;
use crate::domain::Environment;
use result::{Page, Proof, Row};

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    chrome::header(sheet);
    let bench = &inside.bench;
    if bench.has_keys() {
        let wide = sheet.canvas.width() >= 110 && sheet.canvas.height() >= 30;
        if wide {
            side_by_side(sheet, bench);
        } else {
            stacked(sheet, bench);
        }
        open_list(sheet, bench, wide);
    } else {
        sheet.canvas.put(2, 4, "Add a key that signs.", Ink::STRONG);
        let width = sheet.canvas.width() - 4;
        prose(&mut sheet.canvas, 2, 6, width.min(72), NOTHING, Ink::TEXT);
    }
    let said = status(bench);
    chrome::status(sheet, &said, None);
    chrome::footer(sheet);
}

fn side_by_side(sheet: &mut Sheet<'_, '_>, bench: &Bench) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let middle = width / 2;
    fields(sheet, bench, 46 + middle - 60);
    request(sheet, bench, Area::new(2, 7, middle - 4, 7));
    sheet.canvas.vrule(middle, 3, 11);
    let page = Page::of(bench, width - 4, false, Proof::of(sheet.model));
    let x = middle + 4;
    let area = Area::new(x, 3, width - 2 - x, 11);
    let room = usize::try_from(area.h).unwrap_or(0);
    // What finds no room at the right stands below.
    let (mut beside, mut rest) = (Vec::new(), Vec::new());
    for group in page.top(area.w) {
        let fits = rest.is_empty() && (beside.is_empty() || beside.len() + 1 + group.len() <= room);
        let place = if fits { &mut beside } else { &mut rest };
        *place = after(std::mem::take(place), group);
    }
    lines(sheet, &beside, area);
    sheet.canvas.rule(2, 15, width - 4);
    verdict(sheet, bench, &page, 17);
    let area = Area::new(2, 19, width - 4, height - 23);
    scrolled(sheet, bench, &after(after(page.below(), rest), page.more()), area);
}

fn stacked(sheet: &mut Sheet<'_, '_>, bench: &Bench) {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    fields(sheet, bench, width - 14);
    let tall = (height - 18).clamp(4, 8);
    request(sheet, bench, Area::new(2, 6, width - 4, tall));
    let y = 6 + tall;
    let page = Page::of(bench, width - 4, true, Proof::of(sheet.model));
    verdict(sheet, bench, &page, y);
    let area = Area::new(2, y + 1, width - 4, height - 4 - y - 1);
    let rows = page.top(area.w).into_iter().fold(page.below(), after);
    scrolled(sheet, bench, &after(rows, page.more()), area);
}

fn scrolled(sheet: &mut Sheet<'_, '_>, bench: &Bench, rows: &[Row<'_>], area: Area) {
    let first = bench.top.min(rows.len().saturating_sub(usize::try_from(area.h).unwrap_or(0)));
    lines(sheet, rows.get(first..).unwrap_or_default(), area);
    more(sheet, area, first, rows.len());
}

/// The one below the other, with a line between them.
fn after<'a>(mut first: Vec<Row<'a>>, second: Vec<Row<'a>>) -> Vec<Row<'a>> {
    if !first.is_empty() && !second.is_empty() {
        first.push(Row::default());
    }
    first.extend(second);
    first
}

/// Key, recipe, and what the other side has.
fn fields(sheet: &mut Sheet<'_, '_>, bench: &Bench, w: i32) {
    for (n, y) in (0..3).zip(3..) {
        let Some(of) = bench.form.fields.get(n) else { return };
        let focus = bench.form.focus == n;
        sheet.canvas.put(2, y, &of.label, if focus { Ink::STRONG } else { Ink::DIM });
        let content = content(of, bench, focus);
        field(&mut sheet.canvas, 12, y, w, &Line { focus, ..content });
        sheet.hit(Area::new(2, y, 10 + w, 1), Target::Field(n));
    }
}

fn content<'a>(of: &'a Field, bench: &'a Bench, focus: bool) -> Line<'a> {
    match &of.input {
        Input::Choice(choice) if choice.open && !choice.typed.is_empty() => typed(&choice.typed, focus),
        Input::Choice(choice) => {
            let label = choice.option().map_or("", |option| option.label.as_str());
            let parts = [("○ sandbox", Environment::Sandbox), ("● LIVE", Environment::Live)];
            let badge = parts.into_iter().find_map(|(word, environment)| Some((label.split_once(word)?, environment)));
            match badge {
                Some(((before, after), environment)) => Line {
                    parts: vec![(before, Ink::TEXT).into(), sign::badge(environment), (after, Ink::TEXT).into()],
                    ..Line::default()
                },
                None => Line { parts: vec![(label, Ink::TEXT).into()], hint: "choose", ..Line::default() },
            }
        }
        Input::Text(text) => {
            let hint =
                if bench.takes_text { "the other side's string to sign" } else { "the other side's, if it differs" };
            Line { hint, ..typed(text, focus) }
        }
        Input::Secret(_) | Input::Fixed(_) => Line::default(),
    }
}

fn open_list(sheet: &mut Sheet<'_, '_>, bench: &Bench, wide: bool) {
    let (focus, width, height) = (bench.form.focus, sheet.canvas.width(), sheet.canvas.height());
    if let Some(Input::Choice(choice)) = bench.form.focused().map(|field| &field.input)
        && choice.open
        && let Ok(n) = i32::try_from(focus)
    {
        let w = if wide { 46 + width / 2 - 60 } else { width - 14 };
        form::options(sheet, choice, Area::new(12, 3 + n, w, 1), Area::new(2, 3, width - 4, height - 7));
    }
}

/// The request, as it is written: its first line, headers, a blank line, the body.
fn request(sheet: &mut Sheet<'_, '_>, bench: &Bench, area: Area) {
    let Area { x, y, w, h } = area;
    let focus = bench.form.focused().is_some_and(|field| field.id == FieldId::Request);
    sheet.canvas.put(x, y, "Request", if focus { Ink::STRONG } else { Ink::HEADING });
    sheet.canvas.right(x + w, y, [("paste curl, raw HTTP, a webhook", Ink::DIM)]);
    let Some(Input::Text(text)) = bench.form.field(&FieldId::Request).map(|field| &field.input) else { return };
    let place = Area::new(x, y + 1, w, h - 1);
    let before = text.text().get(..text.cursor()).unwrap_or_default();
    let line = before.matches('\n').count();
    let seen = usize::try_from(place.h).unwrap_or(1);
    let all = text.text().split('\n').count();
    let first = if focus { (line + 1).saturating_sub(seen) } else { 0 };
    let written = all.min(seen + first);
    for (n, at) in (first..).zip(place.y..place.bottom()) {
        let row = text.text().split('\n').nth(n);
        let bar = if focus && n == line { Ink::ACCENT } else { Ink::LINE };
        if row.is_some() || n == 0 {
            sheet.canvas.put(x, at, if focus && n == line { "▎" } else { "▏" }, bar);
        }
        if let Some(row) = row {
            request_line(sheet, text, row, (n, n == line && focus), Area::new(x + 2, at, w - 2, 1), before);
        }
    }
    if text.is_empty() && !focus {
        sheet.canvas.put_in(x + 2, place.y, w - 2, "POST https://host/path", Ink::DIM);
    }
    if let Some(body) = &bench.body {
        let at = place.y + i32::try_from(written - first).unwrap_or(0);
        let at = at.min(place.bottom() - 1);
        let start = String::from_utf8_lossy(body.get(..64.min(body.len())).unwrap_or_default()).into_owned();
        let size = format!("{} bytes, as pasted  ", body.len());
        sheet.canvas.put(x, at, "▏", Ink::LINE);
        sheet.canvas.ground(Area::new(x + 1, at, w - 1, 1), Ground::Page);
        sheet.canvas.row_in(x + 2, at, w - 2, [(size.as_str(), Ink::DIM), (start.as_str(), Ink::TEXT)]);
    }
    let at = bench.form.fields.iter().position(|field| field.id == FieldId::Request).unwrap_or(0);
    sheet.hit(area, Target::Field(at));
}

fn request_line(
    sheet: &mut Sheet<'_, '_>,
    text: &TextInput,
    row: &str,
    (n, here): (usize, bool),
    place: Area,
    before: &str,
) {
    let blank = text.text().split('\n').position(str::is_empty).unwrap_or(usize::MAX);
    let parts: Vec<Part<'_>> = match row.split_once(' ') {
        Some((method, rest)) if n == 0 => {
            vec![(method, Ink::STRONG).into(), (" ", Ink::TEXT).into(), (rest, Ink::TEXT).into()]
        }
        _ => match row.split_once(": ").filter(|_| n < blank) {
            Some((name, value)) => {
                vec![(name, Ink::DIM).into(), (": ", Ink::DIM).into(), (value, Ink::TEXT).into()]
            }
            None => vec![(row, Ink::TEXT).into()],
        },
    };
    if !here {
        sheet.canvas.row_in(place.x, place.y, place.w, &parts);
        return;
    }
    let column = super::text::width(before.rsplit('\n').next().unwrap_or_default());
    let offset = (column + 1 - place.w).max(0);
    sheet.canvas.within(place, |canvas| {
        canvas.row(place.x - offset, place.y, &parts);
        canvas.cursor(place.x + column - offset, place.y);
    });
}

/// The line that says whether it matches.
fn verdict(sheet: &mut Sheet<'_, '_>, bench: &Bench, page: &Page<'_>, y: i32) {
    let width = sheet.canvas.width();
    let focus = bench.form.focused().is_some_and(|field| field.id == FieldId::Result);
    sheet.canvas.row_in(2, y, width - 4, page.verdict());
    sheet.canvas.select(0, y, width, focus);
    let at = bench.form.fields.iter().position(|field| field.id == FieldId::Result).unwrap_or(0);
    sheet.hit(Area::new(0, y, width, sheet.canvas.height() - 4 - y), Target::Field(at));
}

fn lines(sheet: &mut Sheet<'_, '_>, rows: &[Row<'_>], area: Area) {
    sheet.canvas.within(area, |canvas| {
        for (row, y) in rows.iter().zip(area.y..area.bottom()) {
            if row.is_code {
                canvas.ground(Area::new(area.x + row.indent, y, CODE.min(area.w - row.indent), 1), Ground::Surface);
            }
            canvas.row_in(area.x + row.indent, y, area.w - row.indent, &row.parts);
            if !row.right.is_empty() {
                canvas.right(area.right(), y, &row.right);
            }
        }
    });
}

fn more(sheet: &mut Sheet<'_, '_>, area: Area, first: usize, total: usize) {
    let seen = usize::try_from(area.h).unwrap_or(0);
    thumb(&mut sheet.canvas, area.right() + 1, area.y, seen, first, total);
}

fn status(bench: &Bench) -> Vec<Part<'static>> {
    if let Some(note) = bench.notes.first() {
        return vec![Mark::Look.sign(), (note.clone(), Ink::WARNING).into()];
    }
    let words = match &bench.report {
        Some(_) if !bench.is_fresh() => "trying it",
        Some(report) if report.curl.is_some() => {
            "no secret of the vault is shown here: y copies a curl line without one"
        }
        Some(_) => "no secret of the vault is shown here",
        None => "paste a request, or type it; ctrl-e takes the provider's example",
    };
    vec![(words, Ink::DIM).into()]
}

/// How wide lines of a program stand on their ground.
const CODE: i32 = 76;
const NOTHING: &str = "The bench signs requests and checks what a gateway sent, with the keys of this vault: a signing key, a key pair, \
                       a webhook's secret. Paste one to keep it.";
