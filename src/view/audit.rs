//! The audit log: filter, list, and the chosen entry below.

use super::canvas::{Area, Part};
use super::chrome;
use super::form::typed;
use super::sheet::Sheet;
use super::theme::Ink;
use super::time;
use super::widgets::field::{Field, field};
use super::widgets::sign::{self, joined};
use super::widgets::table::{Column, Table, table, title_lines};
use crate::app::model::{Inside, Log};
use crate::app::msg::{Now, Target};
use crate::catalog::Catalog;
use crate::domain::audit::{Act, Entry};

/// Draws the page.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    chrome::header(sheet);
    let content = chrome::content(sheet);
    let log = &inside.log;
    top(sheet, log, content.y);
    let rows = i32::try_from(sheet.model.log_rows()).unwrap_or(1);
    let titles = title_lines(sheet.canvas.height());
    let area = Area { x: 2, y: content.y + 2, w: content.w - 4, h: rows + titles };
    if log.shown.is_empty() {
        let words = match (log.rows.is_empty(), log.older > 0) {
            (true, _) => "Nothing was done yet.",
            (false, false) => "Nothing matches.  esc clears",
            (false, true) => "Nothing matches here; `paykeep audit WORDS` looks through all months.  esc clears",
        };
        sheet.canvas.put_in(area.x, area.y + 1, area.w, words, Ink::TEXT);
    } else {
        list(sheet, log, area);
        if sheet.canvas.height() >= 30 {
            chosen(sheet, log, area.bottom() + 1);
        }
    }
    let counts = counts(sheet, log);
    chrome::status(sheet, &counts, log.busy.as_ref().or(inside.saving.as_ref()));
    chrome::footer(sheet);
}

/// The filter, and at its right whether the log is whole.
fn top(sheet: &mut Sheet<'_, '_>, log: &Log, y: i32) {
    let now = &sheet.model.now;
    let wide = sheet.canvas.width() >= 100;
    let since = log.rows.iter().map(|entry| entry.at).min().map(|at| time::date(at, now.wall, &now.zone));
    let count = log.rows.len();
    let state: Vec<Part<'static>> = match (log.flaws.first(), since) {
        (Some(flaw), _) => vec![("✗ ", Ink::ERROR).into(), (flaw.to_string(), Ink::ERROR).into()],
        (None, Some(_)) if log.checked => {
            vec![("✓ ", Ink::SUCCESS).into(), ("all months, none missing".to_owned(), Ink::DIM).into()]
        }
        (None, Some(_)) if log.older > 0 => {
            let words = if wide {
                format!("{count} entries, {} older: paykeep audit", log.older)
            } else {
                format!("{} older: paykeep audit", log.older)
            };
            vec![("✓ ", Ink::SUCCESS).into(), (words, Ink::DIM).into()]
        }
        (None, Some(since)) if wide => {
            let words = format!("{count} entries since {since}, none missing");
            vec![("✓ ", Ink::SUCCESS).into(), (words, Ink::DIM).into()]
        }
        (None, Some(_)) => vec![("✓ ", Ink::SUCCESS).into(), ("none missing", Ink::DIM).into()],
        (None, None) => Vec::new(),
    };
    let width = sheet.canvas.width();
    let x = sheet.canvas.put(2, y, "Show", Ink::DIM) + 2;
    let most = if wide { 44 } else { 28 };
    let line = typed(&log.filter, log.filtering);
    field(&mut sheet.canvas, x, y, most, &Field { focus: log.filtering, hint: "/ filters", ..line });
    let room = width - 2 - x - most - 2;
    let size = sheet.canvas.measure_all(&state).min(room);
    sheet.canvas.row_in(width - 2 - size, y, room, &state);
}

fn list(sheet: &mut Sheet<'_, '_>, log: &Log, area: Area) {
    let columns = columns(area.w);
    let (now, catalog) = (&sheet.model.now, &sheet.model.catalog);
    let (total, first, chosen) = (log.shown.len(), log.list.top, log.list.row);
    let list = Table { area, columns: &columns, total, first, chosen, focus: !log.filtering };
    let rows = table(&mut sheet.canvas, &list, |n, column| {
        let entry = log.shown.get(n).and_then(|at| log.rows.get(*at));
        let title = columns.get(column).map_or("", |column| column.title);
        entry.map_or_else(Vec::new, |entry| cell(entry, title, n == chosen, now, catalog))
    });
    for (n, y) in (rows.first..rows.first + rows.count).zip(rows.area.y..) {
        sheet.hit(Area::new(rows.area.x, y, rows.area.w, 1), Target::Row(n));
    }
}

/// The columns that fit: why goes first, then the version; below, the status line says why.
fn columns(room: i32) -> Vec<Column> {
    let column = |title, width| Column { title, width, right: false };
    let mut all = vec![column("When", 15), column("Env", 9), column("What", 17)];
    let left = room - (15 + 9 + 17 + 6);
    if left >= 60 {
        let credential = (left / 3).clamp(22, 40);
        all.push(column("Credential", credential));
        all.push(column("Ver", 3));
        all.push(column(WHY, left - credential - 3 - 4));
    } else {
        all.push(column("Credential", (left - 5).max(1)));
        all.push(column("Ver", 3));
    }
    all
}

fn cell(entry: &Entry, title: &str, on: bool, now: &Now, catalog: &Catalog) -> Vec<Part<'static>> {
    match title {
        "When" => vec![(when(entry, now), Ink::DIM).into()],
        "Env" => entry.environment.map(sign::badge).into_iter().collect(),
        "What" => {
            let words = (entry.act.words(), if on { Ink::STRONG } else { Ink::TEXT });
            vec![mark(entry), (" ", Ink::TEXT).into(), words.into()]
        }
        "Credential" => vec![(subject(entry, catalog), if on { Ink::TEXT } else { Ink::DIM }).into()],
        "Ver" => entry.version().map(|n| (format!("v{n}"), Ink::DIM).into()).into_iter().collect(),
        _ => vec![(why(entry), if on { Ink::TEXT } else { Ink::DIM }).into()],
    }
}

/// To the second: `today  14:03:07`, `22 Jan 16:40:12`.
fn when(entry: &Entry, now: &Now) -> String {
    let (at, today) = (entry.at.to_zoned(now.zone.clone()), now.wall.to_zoned(now.zone.clone()));
    if at.date() == today.date() {
        at.strftime("today  %H:%M:%S").to_string()
    } else if at.year() == today.year() {
        format!("{:<6} {}", at.strftime("%-d %b").to_string(), at.strftime("%H:%M:%S"))
    } else {
        at.strftime("%-d %b %Y").to_string()
    }
}

/// The sign of a deed: what leaves the vault and what ends are told apart from what comes.
fn mark(entry: &Entry) -> Part<'static> {
    // A copy says itself what it reached; one that may still lie about is to be looked at.
    let lies_about =
        entry.reached.as_deref().is_some_and(|words| words.contains("may ") || words.contains("not known"));
    match entry.act {
        Act::Copied | Act::CopyEnded if lies_about => ("▲", Ink::WARNING),
        Act::Stored | Act::Restored => ("+", Ink::ACCENT),
        Act::Copied | Act::FlowBegun | Act::StepDone => ("▸", Ink::ACCENT),
        Act::Revealed => ("◉", Ink::WARNING),
        Act::Unsealed | Act::Printed | Act::Leaked | Act::LogExported => ("▲", Ink::WARNING),
        Act::Revoked | Act::Purged | Act::Denied | Act::Abandoned | Act::FlowAbandoned | Act::AccountRemoved => {
            ("✗", Ink::ERROR)
        }
        Act::CopyEnded | Act::HandedOver | Act::MadeCurrent | Act::PlaceMoved | Act::Sealed => ("✓", Ink::SUCCESS),
        _ => ("·", Ink::FAINT),
    }
    .into()
}

/// «Ansa acme secret-key», from the reference: the credential may have another name by now.
fn subject(entry: &Entry, catalog: &Catalog) -> String {
    let parts: Vec<&str> = entry.reference().split('/').collect();
    match parts[..] {
        [provider, _, ref rest @ ..] if !rest.is_empty() => {
            let provider = catalog.get(provider).map_or(provider, |known| known.name.as_str());
            format!("{provider} {}", rest.join(" "))
        }
        _ => entry.reference().to_owned(),
    }
}

/// Why, and what was reached.
fn why(entry: &Entry) -> String {
    let reason = entry.reason.as_ref().map(|reason| format!("«{reason}»"));
    reason.into_iter().chain(entry.reached.clone()).collect::<Vec<_>>().join(", ")
}

/// The chosen entry, in full.
fn chosen(sheet: &mut Sheet<'_, '_>, log: &Log, y: i32) {
    let Some(entry) = log.chosen() else { return };
    let now = &sheet.model.now;
    let room = sheet.canvas.width() - 4;
    sheet.canvas.rule(2, y, room);
    let mut words = entry.act.words().chars();
    let title = words.next().map_or_else(String::new, |first| first.to_uppercase().chain(words).collect());
    let x = sheet.canvas.put(2, y + 2, &title, Ink::STRONG);
    let at = entry.at.to_zoned(now.zone.clone()).strftime("%-d %b %Y, %H:%M:%S").to_string();
    sheet.canvas.put(x + 3, y + 2, &at, Ink::DIM);
    let number = format!("number {} of device {}", entry.seq, entry.device);
    let lines = [
        ("reference", Some(entry.subject.clone()).filter(|text| !text.is_empty())),
        ("reason", entry.reason.as_ref().map(|reason| format!("«{reason}»"))),
        ("reached", entry.reached.clone()),
        ("entry", Some(number)),
    ];
    for (y, (label, text)) in (y + 4..).zip(lines.into_iter().filter_map(|(label, text)| Some((label, text?)))) {
        sheet.canvas.put(2, y, label, Ink::DIM);
        sheet.canvas.put_in(13, y, room - 11, &text, Ink::TEXT);
    }
}

/// How many are shown; where there is no room for it elsewhere, why.
fn counts(sheet: &Sheet<'_, '_>, log: &Log) -> Vec<Part<'static>> {
    let count = format!("{} of {} shown", log.shown.len(), log.rows.len());
    let narrow = sheet.canvas.width() < 112 || sheet.canvas.height() < 30;
    let why = log.chosen().map(why).filter(|why| narrow && !why.is_empty());
    let more = why.map_or_else(|| ("values are never written here".to_owned(), Ink::DIM), |why| (why, Ink::TEXT));
    joined([Part::from((count, Ink::DIM)), more.into()])
}

const WHY: &str = "Why, and what was reached";
