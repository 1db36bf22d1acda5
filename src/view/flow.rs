//! A flow: its steps at the left, the present one at the right; on narrow terminals one under the other.

pub(super) mod begin;
pub(super) mod list;
mod present;

use super::canvas::{Area, Part};
use super::chrome;
use super::facts;
use super::sheet::Sheet;
use super::text;
use super::theme::{Ground, Ink};
use super::time;
use super::widgets::bar::share;
use super::widgets::sign;
use super::widgets::status::{prose, thumb};
use crate::app::form::Field;
use crate::app::model::{FlowPage, Inside};
use crate::app::msg::Target;
use crate::app::screen::flow::{About, places};
use crate::domain::Document;
use crate::domain::journal::{Grade, Step};
use crate::domain::provider::Act;

/// A line of what is said about a step.
enum Line<'a> {
    Blank,
    /// Words, and what stands at the right end.
    Words(Vec<Part<'a>>, Vec<Part<'a>>),
    /// The same, chosen: it has the bar.
    Chosen(Vec<Part<'a>>, Vec<Part<'a>>),
    /// Words that the page is scrolled to.
    Seen(Vec<Part<'a>>),
    /// A rule.
    Rule,
    /// A value, on its ground.
    Value(Vec<Part<'a>>),
    /// A field of the form.
    Field(usize),
}

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, page: &FlowPage) {
    let Some(about) = sheet.model.flow() else { return };
    header(sheet, &about);
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let content = chrome::content(sheet);
    if width >= 110 {
        steps(sheet, &about, &inside.unlocked.document, content);
        sheet.canvas.vrule(LIST + 2, content.y, content.h);
        let x = LIST + 6;
        let w = (width - 2 - x).min(72);
        let lines = present::lines(sheet, inside, page, &about, w);
        pane(sheet, page, &lines, Area::new(x, content.y, w, content.h));
    } else {
        narrow(sheet, inside, page, &about, Area { h: height - 3 - content.y, ..content });
    }
    let counts = counts(&about, &inside.unlocked.document, sheet);
    chrome::status(sheet, &counts, page.busy.as_ref().or(inside.saving.as_ref()));
    chrome::footer(sheet);
}

/// The name of the flow, where it runs and how far it is; the rule below is the bar of its progress.
fn header(sheet: &mut Sheet<'_, '_>, about: &About<'_>) {
    let (width, journal) = (sheet.canvas.width(), about.journal);
    let count = journal.steps.len();
    let wide = width >= 100;
    let how_far = match &journal.ended {
        Some(_) => "ended".to_owned(),
        None if wide => format!("step {} of {count}", about.at + 1),
        None => format!("{} of {count}", about.at + 1),
    };
    let provider = sheet.model.provider_name(journal.provider.as_str());
    let right: Vec<Part<'_>> = vec![
        (format!("{provider}  "), Ink::TEXT).into(),
        sign::filled(about.account.environment),
        (format!("  {}", about.account.slug), Ink::TEXT).into(),
        (format!("{}{how_far}", if wide { "   " } else { "  " }), Ink::DIM).into(),
    ];
    let start = sheet.canvas.right(width - 2, 0, &right);
    // The name of the flow says more than that of the program, where there is no room for both.
    let gap = if wide { 4 } else { 2 };
    let named = 2 + text::width(NAME) + gap + text::width(&journal.title) <= start - 2;
    let x = if named { sheet.canvas.put(2, 0, NAME, Ink::HEADING) + gap } else { 2 };
    sheet.canvas.put_in(x, 0, start - 2 - x, &journal.title, Ink::STRONG);
    sheet.canvas.rule(0, 1, width);
    let done = i32::try_from(journal.count_done()).unwrap_or(0);
    let cells = share(f64::from(done) / f64::from(i32::try_from(count).unwrap_or(1).max(1)), width);
    sheet.canvas.line(0, 1, cells, "━", Ink::ACCENT);
}

/// All steps, two lines each where there is room for that.
fn steps(sheet: &mut Sheet<'_, '_>, about: &About<'_>, document: &Document, area: Area) {
    let journal = about.journal;
    let count = i32::try_from(journal.steps.len()).unwrap_or(i32::MAX);
    let each = if count * 2 - 1 <= area.h { 2 } else { 1 };
    let room = usize::try_from(area.h / each).unwrap_or(1).max(1);
    let top = (about.at + 1).saturating_sub(room.max(2) - 1).min(journal.steps.len().saturating_sub(room));
    for (n, step) in journal.steps.iter().enumerate().skip(top).take(room) {
        let y = area.y + each * i32::try_from(n - top).unwrap_or(0);
        let here = n == about.at;
        let facts = evidence(step, about, document, sheet);
        let start = sheet.canvas.right(LIST - 2, y, &facts);
        let (mark, name) = match (step.done.is_some(), here) {
            (true, false) => (("✓ ", Ink::SUCCESS), Ink::DIM),
            (true, true) => (("✓ ", Ink::SUCCESS), Ink::STRONG),
            (false, true) => (("▸ ", Ink::KEY), Ink::STRONG),
            (false, false) => (("  ", Ink::TEXT), Ink::TEXT),
        };
        let number = (format!("{:<3}", n + 1), if here { Ink::KEY } else { Ink::DIM });
        let parts: Vec<Part<'_>> = vec![mark.into(), number.into(), (step.title.as_str(), name).into()];
        sheet.canvas.row_in(2, y, start - 4, &parts);
        if here {
            sheet.canvas.select(0, y, LIST, true);
        }
    }
    thumb(&mut sheet.canvas, LIST, area.y, room, top, journal.steps.len());
}

/// What shows that a step was done, and when; for a step to come, how many places it is about.
fn evidence(step: &Step, about: &About<'_>, document: &Document, sheet: &Sheet<'_, '_>) -> Vec<Part<'static>> {
    let now = &sheet.model.now;
    let count = match step.act {
        Act::Substitute => places(about.journal, step, document).len(),
        _ => 0,
    };
    let words = if count == 1 { "1 place".into() } else { format!("{count} places") };
    let Some(done) = &step.done else {
        return if count > 0 { vec![(words, Ink::DIM).into()] } else { Vec::new() };
    };
    let mut parts = Vec::new();
    if done.grade == Grade::Asserted && matches!(step.act, Act::Verify | Act::ProveDead) {
        parts.push(("said, not verified  ", Ink::WARNING).into());
    } else if count > 0 {
        parts.push((format!("{words}  "), Ink::DIM).into());
    } else if let Some(shown) = shown(step) {
        parts.push((format!("{shown}  "), Ink::DIM).into());
    }
    parts.push((time::short_moment(done.at, now.wall, &now.zone), Ink::DIM).into());
    parts
}

/// The fingerprint or the ID that a step's evidence has, as short as it is told apart.
fn shown(step: &Step) -> Option<String> {
    let done = step.done.as_ref()?;
    let value = ["key_id", "private_key", "public_key", "fingerprint"].iter().find_map(|name| done.evidence.get(*name));
    let value = value.or_else(|| done.evidence.iter().find(|(name, _)| *name != "note").map(|(_, value)| value))?;
    let is_print = value.starts_with("spki-sha256:") || value.starts_with("k1:");
    let text = if is_print { facts::short(value) } else { text::cut_middle(value, 20).into_owned() };
    Some(text).filter(|text| !text.is_empty())
}

/// Draws what is said about the step, from the line on to which it is scrolled.
fn pane(sheet: &mut Sheet<'_, '_>, page: &FlowPage, lines: &[Line<'_>], area: Area) {
    let room = usize::try_from(area.h).unwrap_or(0);
    let focus = lines.iter().position(|line| match line {
        Line::Chosen(..) => true,
        Line::Field(n) => page.editing && *n == page.form.focus,
        _ => false,
    });
    // What was pasted is seen, also where the field lies below what is to be read.
    let is_filled = |n: usize| page.form.fields.get(n).and_then(Field::value).is_some_and(|value| !value.is_empty());
    let focus = focus.or_else(|| lines.iter().rposition(|line| matches!(line, Line::Field(n) if is_filled(*n))));
    let focus = lines.iter().rposition(|line| matches!(line, Line::Seen(_))).or(focus);
    let most = lines.len().saturating_sub(room);
    let top = page.top.min(most);
    // What has the bar is always seen.
    let top = focus.map_or(top, |at| top.max((at + 1).saturating_sub(room)).min(at).min(most));
    for (y, line) in (area.y..area.bottom()).zip(lines.iter().skip(top)) {
        match line {
            Line::Blank => {}
            Line::Words(left, right) | Line::Chosen(left, right) => {
                let start =
                    if right.is_empty() { area.right() } else { sheet.canvas.right(area.right(), y, right) - 2 };
                sheet.canvas.row_in(area.x, y, start - area.x, left);
                if matches!(line, Line::Chosen(..)) {
                    sheet.canvas.select(area.x - 2, y, area.w + 2, true);
                }
            }
            Line::Seen(parts) => _ = sheet.canvas.row_in(area.x, y, area.w, parts),
            Line::Rule => sheet.canvas.rule(area.x, y, area.w),
            Line::Value(parts) => {
                sheet.canvas.ground(Area::new(area.x, y, area.w, 1), Ground::Surface);
                sheet.canvas.row_in(area.x + 2, y, area.w - 4, parts);
            }
            Line::Field(n) => {
                let place = Area::new(area.x, y, area.w.min(62), 1);
                present::field(sheet, page, *n, place);
                sheet.hit(place, Target::Field(*n));
            }
        }
    }
    thumb(&mut sheet.canvas, area.right() + 1, area.y, room, top, lines.len());
}

/// Everything in one column: what is done in a line, the present step in full, the next three.
fn narrow(sheet: &mut Sheet<'_, '_>, inside: &Inside, page: &FlowPage, about: &About<'_>, area: Area) {
    let (width, steps) = (area.w, &about.journal.steps);
    let done: Vec<String> = steps
        .iter()
        .enumerate()
        .filter(|(n, step)| step.done.is_some() && *n != about.at)
        .map(|(n, step)| format!("{} {}", n + 1, first_word(&step.title)))
        .collect();
    let mut y = area.y;
    if !done.is_empty() {
        let start = sheet.canvas.right(width - 2, y, [(format!("{} done", done.len()), Ink::DIM)]);
        sheet.canvas.row_in(2, y, start - 4, [("✓ ", Ink::SUCCESS), (done.join("   ").as_str(), Ink::DIM)]);
        y += 2;
    }
    let mark = if about.step.done.is_some() { ("✓ ", Ink::SUCCESS) } else { ("▸ ", Ink::KEY) };
    let number = format!("{:<3}", about.at + 1);
    sheet.canvas.row_in(2, y, width - 4, [mark, (number.as_str(), Ink::KEY), (about.step.title.as_str(), Ink::STRONG)]);
    sheet.canvas.select(0, y, width, true);
    y += 2;
    let next: Vec<(usize, &Step)> = steps.iter().enumerate().skip(about.at + 1).collect();
    let w = width - 9;
    let mut lines = present::lines(sheet, inside, page, about, w);
    // The step's name stands above already.
    lines.drain(..lines.len().min(2));
    tighten(&mut lines);
    // What the present step has to say goes before the names of those to come: one of these is always seen.
    let wanted = i32::try_from(lines.len()).unwrap_or(i32::MAX);
    let most = i32::try_from(next.len().min(3)).unwrap_or(0);
    let below = (area.bottom() - 1 - y).saturating_sub(wanted).clamp(most.min(1), most);
    let room = (area.bottom() - 1 - y - below).max(3);
    pane(sheet, page, &lines, Area::new(7, y, w, room));
    let mut y = y + room;
    let mut named = 0;
    for (n, step) in next.iter().take(usize::try_from(below).unwrap_or(0)) {
        if y >= area.bottom() - 1 {
            break;
        }
        named += 1;
        sheet.canvas.row_in(4, y, width - 20, [(format!("{:<3}", n + 1), Ink::DIM), (step.title.clone(), Ink::DIM)]);
        y += 1;
    }
    if named > 0 && next.len() > named {
        sheet.canvas.right(width - 2, y - 1, [(format!("and {} more", next.len() - named), Ink::DIM)]);
    }
}

fn first_word(title: &str) -> &str {
    title.split(' ').next().unwrap_or_default().trim_end_matches([',', '.', ':'])
}

/// Where lines are few: one blank line at a time, and no more ground around a value than its own lines.
fn tighten(lines: &mut Vec<Line<'_>>) {
    lines.retain(|line| !matches!(line, Line::Value(parts) if parts.is_empty()));
    lines.dedup_by(|line, before| {
        let rule = |line: &Line<'_>| matches!(line, Line::Rule);
        matches!(line, Line::Blank) && (matches!(before, Line::Blank) || rule(before))
    });
    if matches!(lines.first(), Some(Line::Blank)) {
        lines.remove(0);
    }
}

/// What the flow's versions are by now.
fn counts(about: &About<'_>, document: &Document, sheet: &Sheet<'_, '_>) -> Vec<Part<'static>> {
    let wall = sheet.model.now.wall;
    let mut parts: Vec<Vec<Part<'static>>> = Vec::new();
    if let Some(slot) = about.journal.about(about.step).first()
        && let Some(credential) = slot.credential.and_then(|id| document.credential(id))
    {
        let both = [("new", slot.new.filter(|_| slot.new != slot.old)), ("old", slot.old)];
        for (word, id) in both {
            let Some(version) = credential.versions.iter().find(|version| Some(version.id) == id) else { continue };
            let print = version.fingerprint(credential.kind).map(facts::short).unwrap_or_default();
            let state = credential.state(version, wall);
            let name = format!("{word} v{} ", version.n);
            let blank = || (" ", Ink::DIM).into();
            let mut part = vec![(name, Ink::DIM).into(), (print, Ink::TEXT).into(), blank(), facts::state(state)];
            if let Some(leak) = facts::leak(version, state) {
                part.extend([blank(), leak]);
            }
            parts.push(part);
        }
    }
    let mut all = about.journal.steps.iter().filter(|step| step.act == Act::Substitute && !step.staged);
    if let Some(step) = all.next_back() {
        let places = places(about.journal, step, document);
        if !places.is_empty() {
            let moved = places.iter().filter(|(_, _, has)| *has).count();
            let word = if places.len() == 1 { "place" } else { "places" };
            parts.push(vec![(format!("{moved} of {} {word} moved", places.len()), Ink::DIM).into()]);
        }
    }
    let mut line: Vec<Part<'static>> = Vec::new();
    let room = sheet.canvas.width() - 4;
    for part in parts {
        let separator = (!line.is_empty()).then(sign::separator);
        let used: i32 = line.iter().chain(&separator).chain(&part).map(|part| text::width(&part.text)).sum();
        // What has no room is left out whole: each step says it too.
        if used > room {
            break;
        }
        line.extend(separator);
        line.extend(part);
    }
    line
}

/// The line under a title: prose in the pane of a page.
fn paragraph(sheet: &mut Sheet<'_, '_>, x: i32, y: i32, w: i32, words: &str) -> i32 {
    prose(&mut sheet.canvas, x, y, w, words, Ink::DIM)
}

const NAME: &str = "paykeep";
/// The width of the list of steps.
const LIST: i32 = 60;
