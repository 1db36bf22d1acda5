//! Forms: labels at the left, fields on their ground, what was found out under them. Where a form is longer than its place, it
//! follows the focus.

use unicode_segmentation::UnicodeSegmentation as _;

use super::canvas::{Area, Canvas, Part};
use super::chrome::mark;
use super::sheet::Sheet;
use super::text;
use super::theme::{Ground, Ink};
use super::unlock::passphrase;
use super::widgets::choices::choices;
use super::widgets::field::{Field as Line, field};
use super::widgets::sign;
use super::widgets::status::{Mark, prose, thumb};
use crate::app::form::{Field, FieldId, Finding, Form, Input};
use crate::app::input::{Choice, TextInput};
use crate::app::model::Tone;
use crate::app::msg::Target;

/// Where the fields of a form begin: after its longest label.
pub(super) fn indent(form: &Form) -> i32 {
    let longest = form.fields.iter().map(|field| text::width(&field.label)).max().unwrap_or(0);
    2 + (longest.min(24) + 2)
}

/// Draws a form that has the whole page below its title; returns where its fields stand.
pub(super) fn page(sheet: &mut Sheet<'_, '_>, form: &Form) -> Area {
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let (indent, top) = (indent(form).max(16), if height >= 30 { 6 } else { 5 });
    let w = (width - 2 - indent).min(62);
    let area = Area::new(0, top, width, height - 4 - top);
    let used = draw(sheet, form, area, indent, w, &[]);
    Area::new(indent, top, w, used.min(area.h))
}

/// Draws a form into `area`; its fields begin at `indent` and are `w` wide. `extra` stands under the first field.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, form: &Form, area: Area, indent: i32, w: i32, extra: &[Finding]) -> i32 {
    let heights: Vec<i32> = (0..form.fields.len()).map(|n| height(form, n, w, extra)).collect();
    let blocks =
        |airy: bool| -> Vec<i32> { heights.iter().map(|height| height + i32::from(airy || *height > 1)).collect() };
    let total = |blocks: &[i32]| blocks.iter().sum::<i32>() - 1;
    let mut each = blocks(sheet.canvas.height() >= 30);
    if total(&each) > area.h {
        each = blocks(false);
    }
    let top = scroll(&each, form.focus, area.h);
    let mut y = area.y - top;
    let mut open = None;
    for (n, field) in form.fields.iter().enumerate() {
        let place = Area::new(indent, y, w, lines(field));
        sheet.canvas.within(area, |canvas| one(canvas, field, n == form.focus, place, extra_of(n, extra)));
        let whole = Area::new(area.x, y, indent + w - area.x, lines(field)).and(area);
        sheet.hit(whole, Target::Field(n));
        if let (true, Input::Choice(choice)) = (n == form.focus, &field.input) {
            open = choice.open.then_some((choice, place));
        }
        y += each.get(n).copied().unwrap_or(1);
    }
    let used = total(&each);
    let total = usize::try_from(used).unwrap_or(0);
    let (seen, first) = (usize::try_from(area.h).unwrap_or(0), usize::try_from(top).unwrap_or(0));
    thumb(&mut sheet.canvas, indent + w, area.y, seen, first, total);
    if let Some((choice, place)) = open {
        options(sheet, choice, place, area);
    }
    used
}

/// How far a form is scrolled so that the focused field, with what stands under it, is seen.
fn scroll(blocks: &[i32], focus: usize, room: i32) -> i32 {
    let total: i32 = blocks.iter().sum::<i32>() - 1;
    if total <= room {
        return 0;
    }
    let before: i32 = blocks.iter().take(focus).sum();
    let end = before + blocks.get(focus).copied().unwrap_or(1);
    (end - room).clamp(0, total - room).max((before - room / 2).clamp(0, total - room)).min(before)
}

fn extra_of(n: usize, extra: &[Finding]) -> &[Finding] {
    if n == 0 { extra } else { &[] }
}

fn height(form: &Form, n: usize, w: i32, extra: &[Finding]) -> i32 {
    let Some(field) = form.fields.get(n) else { return 1 };
    let below = extra_of(n, extra).iter().chain(&field.findings).map(|finding| &*finding.text);
    let help = field.help.as_deref().filter(|_| n == form.focus && field.findings.is_empty());
    lines(field) + below.chain(help).map(|words| count(words, w - 2)).sum::<i32>()
}

fn count(words: &str, room: i32) -> i32 {
    i32::try_from(text::wrap(words, room).len()).unwrap_or(1)
}

/// Lines of the field itself: text of several lines shows up to four.
fn lines(field: &Field) -> i32 {
    match &field.input {
        Input::Text(input) if input.is_multiline() => {
            i32::try_from(input.text().split('\n').count()).unwrap_or(1).clamp(2, 4)
        }
        _ => 1,
    }
}

/// Draws the field alone, on a line of its own.
pub(super) fn line(canvas: &mut Canvas<'_>, from: &Field, focus: bool, place: Area) {
    field(canvas, place.x, place.y, place.w, &Line { focus, ..content(from, focus, place.w - 3) });
}

fn one(canvas: &mut Canvas<'_>, from: &Field, focus: bool, place: Area, extra: &[Finding]) {
    let Area { x, y, w, .. } = place;
    canvas.put_in(2, y, x - 4, &from.label, if focus { Ink::STRONG } else { Ink::TEXT });
    match &from.input {
        Input::Text(input) if input.is_multiline() => note(canvas, input, focus, place),
        Input::Fixed(words) => fixed(canvas, words, focus, place, from.id == FieldId::Door),
        _ => {
            let note = from.detected.then(|| ("detected", Ink::DIM).into());
            let room = w - 3 - if from.detected { DETECTED } else { 0 };
            field(canvas, x, y, w, &Line { focus, note, ..content(from, focus, room) });
        }
    }
    let mut at = place.bottom();
    for finding in extra.iter().chain(&from.findings) {
        at = found(canvas, x, at, w, finding);
    }
    if let (true, true, Some(help)) = (focus, from.findings.is_empty(), &from.help) {
        prose(canvas, x + 2, at, w - 2, help, Ink::DIM);
    }
}

/// What stands in a field of one line of `room` columns.
fn content(from: &Field, focus: bool, room: i32) -> Line<'_> {
    match &from.input {
        Input::Text(input) => typed(input, focus),
        Input::Secret(value) if matches!(from.id, FieldId::Current | FieldId::New | FieldId::Again) => {
            passphrase(&value.input, false)
        }
        Input::Secret(value) => {
            let count = value.input.count();
            if count == 0 {
                return Line::default();
            }
            if value.input.shown().is_some() {
                return passphrase(&value.input, false);
            }
            let mut parts = Vec::with_capacity(3);
            parts.extend(value.prefix.as_deref().map(|prefix| Part::from((prefix, Ink::TEXT))));
            parts.push(sign::mask());
            let cursor: i32 = parts.iter().map(|part| text::width(&part.text)).sum();
            let mut rest = room - cursor;
            let plural = if count == 1 { "" } else { "s" };
            let form = value.form.as_deref().map(str::to_owned);
            // What doesn't fit whole is left out: half a word tells nothing.
            for fact in [Some(format!("{count} character{plural}")), form].into_iter().flatten() {
                let fact = format!("  {fact}");
                rest -= text::width(&fact);
                if rest < 0 {
                    break;
                }
                parts.push((fact, Ink::DIM).into());
            }
            Line { parts, cursor: Some(cursor), ..Line::default() }
        }
        Input::Choice(choice) if choice.open && !choice.typed.is_empty() => typed(&choice.typed, focus),
        Input::Choice(choice) => {
            let parts = choice.option().map(|option| match option.environment {
                Some(environment) => sign::filled(environment),
                None => (option.label.as_str(), if focus { Ink::TYPED } else { Ink::TEXT }).into(),
            });
            let hint = if focus { "→ chooses, space shows all" } else { "choose" };
            Line { parts: parts.into_iter().collect(), hint, ..Line::default() }
        }
        Input::Fixed(words) => Line { parts: vec![(words.as_str(), Ink::TEXT).into()], ..Line::default() },
    }
}

/// A line of plain text with its cursor.
pub(super) fn typed(input: &TextInput, focus: bool) -> Line<'_> {
    let before = input.text().get(..input.cursor()).unwrap_or_default();
    let ink = if focus { Ink::TYPED } else { Ink::TEXT };
    Line { parts: vec![(input.text(), ink).into()], cursor: Some(text::width(before)), ..Line::default() }
}

/// A text of several lines: the stretch around the cursor.
fn note(canvas: &mut Canvas<'_>, input: &TextInput, focus: bool, place: Area) {
    let before = input.text().get(..input.cursor()).unwrap_or_default();
    let line = before.matches('\n').count();
    let seen = usize::try_from(place.h).unwrap_or(1);
    let first = (line + 1).saturating_sub(seen);
    let mut rows = input.text().split('\n').skip(first);
    for (n, y) in (first..).zip(place.y..place.bottom()) {
        let row = rows.next().unwrap_or_default();
        let here = focus && n == line;
        let column = before.rsplit('\n').next().unwrap_or_default();
        let ink = if focus { Ink::TYPED } else { Ink::TEXT };
        let content =
            Line { parts: vec![(row, ink).into()], focus: here, cursor: Some(text::width(column)), ..Line::default() };
        field(canvas, place.x, y, place.w, &content);
    }
}

fn fixed(canvas: &mut Canvas<'_>, words: &str, focus: bool, place: Area, door: bool) {
    let ink = if focus { Ink::STRONG } else { Ink::DIM };
    canvas.put_in(place.x + 2, place.y, place.w - 3, words, if door && !focus { Ink::TEXT } else { ink });
    if focus {
        canvas.ground(Area::new(place.x, place.y, place.w, 1), Ground::Chosen);
        canvas.put(place.x, place.y, "▎", Ink::ACCENT);
    }
}

/// A line under a field: its sign, and its words in the sign's ink; `✓` stays dim, what only explains too.
pub(super) fn found(canvas: &mut Canvas<'_>, x: i32, y: i32, w: i32, finding: &Finding) -> i32 {
    if let Some(sign) = mark(finding.tone).map(Mark::sign) {
        canvas.put(x, y, &sign.text, sign.ink);
    }
    let ink = match finding.tone {
        Tone::Warning => Ink::WARNING,
        Tone::Error => Ink::ERROR,
        Tone::Plain if finding.text.starts_with('⏎') => Ink::TEXT,
        Tone::Plain | Tone::Done => Ink::DIM,
    };
    prose(canvas, x + 2, y, w - 2, &finding.text, ink)
}

pub(super) fn options(sheet: &mut Sheet<'_, '_>, choice: &Choice, place: Area, area: Area) {
    let rows: Vec<Part<'_>> = choice
        .shown
        .iter()
        .filter_map(|at| choice.options.get(*at))
        .map(|option| match option.environment {
            Some(environment) => sign::badge(environment),
            None => (option.label.as_str(), Ink::TEXT).into(),
        })
        .collect();
    if rows.is_empty() {
        let line = Area::new(place.x, place.bottom(), place.w, 1);
        sheet.canvas.fill(line, Ground::Surface);
        sheet.canvas.put(place.x + 2, line.y, "Nothing matches.", Ink::DIM);
        return;
    }
    let seen = i32::try_from(rows.len().min(super::widgets::choices::SEEN)).unwrap_or(8);
    let below = area.bottom() + 2 - place.bottom() >= seen;
    let y = if below { place.bottom() } else { (place.y - seen).max(area.y) };
    for (n, at) in choices(&mut sheet.canvas, place.x, y, place.w, &rows, choice.row) {
        sheet.hit(at, Target::Option(n));
    }
}

/// What «detected» takes, with the blanks before it.
const DETECTED: i32 = 10;

/// How many characters a person counts in a text.
pub(super) fn characters(text: &str) -> usize {
    text.graphemes(true).count()
}
