//! The main screen: what the vault holds, narrowed by the sidebar and the filter, with a preview beside it.

mod columns;
mod empty;
mod preview;

pub(super) use columns::urgency;

use super::canvas::{Area, Part};
use super::chrome;
use super::reveal;
use super::sheet::Sheet;
use super::text;
use super::theme::{Ground, Ink};
use super::widgets::sign::{self, joined};
use super::widgets::table::{Table, table};
use super::widgets::tree::{Line, tree};
use crate::app::model::{Credentials, Inside, Pane, Row, Section, SidebarLine};
use crate::app::msg::Target;

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    chrome::header(sheet);
    let all = &inside.credentials;
    if all.rows.is_empty() {
        empty::draw(sheet, inside);
    } else {
        let layout = Layout::of(chrome::content(sheet), all.sidebar_open);
        if let Some(preview) = layout.preview {
            sheet.canvas.vrule(preview.x - 3, 3, preview.h);
            sheet.hit(Area::new(preview.x - 2, preview.y, preview.w + 4, preview.h), Target::Preview);
            preview::draw(sheet, inside, preview);
        }
        list(sheet, inside, layout.list);
        if layout.preview.is_none() {
            revealed(sheet, inside);
        }
        if let Some(width) = layout.pane {
            sidebar(sheet, all, width);
            sheet.canvas.vrule(width, 3, layout.list.h);
        }
        let counts = counts(sheet, all);
        chrome::status(sheet, &counts, inside.saving.as_ref());
        if all.filtering && sheet.model.notice.is_none() {
            let typed = all.filter.text().get(..all.filter.cursor()).unwrap_or_default();
            let (x, y) = (2 + text::width("filter ") + text::width(typed), sheet.canvas.height() - 3);
            sheet.canvas.cursor(x, y);
        }
    }
    chrome::footer(sheet);
}

/// Where the panes stand.
struct Layout {
    /// The sidebar's width, where it is shown.
    pane: Option<i32>,
    list: Area,
    preview: Option<Area>,
}

impl Layout {
    fn of(content: Area, sidebar_open: bool) -> Self {
        let Area { y, w, h, .. } = content;
        if w < WITH_SIDEBAR {
            // The list makes room with its columns: which row is LIVE stays on the screen.
            let x = if sidebar_open { SIDEBAR + 3 } else { 2 };
            let pane = sidebar_open.then_some(SIDEBAR);
            return Self { pane, list: Area::new(x, y, w - 2 - x, h), preview: None };
        }
        // Up to 170 columns the list takes what there is; from there the preview grows too, to 44 at 200.
        let preview = 28 + ((w - 170).clamp(0, 30) * 16) / 30;
        let x = w - 2 - preview;
        let list = SIDEBAR + 3;
        let list = Area::new(list, y, x - 5 - list, h);
        Self { pane: Some(SIDEBAR), list, preview: Some(Area::new(x, y, preview, h)) }
    }
}

fn sidebar(sheet: &mut Sheet<'_, '_>, all: &Credentials, w: i32) {
    let area = Area { w, ..chrome::content(sheet) };
    let mut lines = Vec::new();
    let mut entries = Vec::new();
    let mut chosen = 0;
    for (at, line) in all.sidebar.iter().enumerate() {
        match line {
            SidebarLine::Heading(words) => lines.extend([Line::Blank, Line::Heading(words)]),
            SidebarLine::Gap => lines.push(Line::Blank),
            SidebarLine::Entry { section, label, count } => {
                if *section == all.section {
                    chosen = entries.len();
                }
                entries.push(at);
                let label = match section {
                    Section::Environment(environment) => sign::badge(*environment),
                    Section::Bin => (label.as_str(), Ink::DIM).into(),
                    _ => (label.as_str(), Ink::TEXT).into(),
                };
                lines.push(Line::Item { label, count: *count });
            }
        }
    }
    let focus = all.pane == Pane::Sidebar;
    for (item, place) in tree(&mut sheet.canvas, area, &lines, chosen, focus) {
        if let Some(at) = entries.get(item) {
            sheet.hit(place, Target::Sidebar(*at));
        }
    }
}

fn list(sheet: &mut Sheet<'_, '_>, inside: &Inside, area: Area) {
    let all = &inside.credentials;
    if all.shown.is_empty() {
        nothing(sheet, all, area);
        return;
    }
    let in_bin = all.section == Section::Bin;
    let columns = columns::fitting(area.w, sheet.canvas.width(), in_bin);
    let now = &sheet.model.now;
    let row = |n: usize| all.shown.get(n).and_then(|at| all.rows.get(*at));
    let list = Table {
        area,
        columns: &columns.shown,
        total: all.shown.len(),
        first: all.list.top,
        chosen: all.list.row,
        focus: all.pane == Pane::List,
    };
    let rows = table(&mut sheet.canvas, &list, |n, column| {
        row(n).map_or_else(Vec::new, |row| columns.cell(column, row, n == all.list.row, all.filter.text(), now))
    });
    for (n, y) in (rows.first..rows.first + rows.count).zip(rows.area.y..) {
        sheet.hit(Area::new(rows.area.x, y, rows.area.w, 1), Target::Row(n));
        if row(n).is_some_and(|row| all.marked.contains(&row.id)) {
            sheet.canvas.put(rows.area.x + 1, y, "✓", Ink::ACCENT);
        }
    }
}

/// The list when nothing is in it: why, and the way out.
fn nothing(sheet: &mut Sheet<'_, '_>, all: &Credentials, area: Area) {
    let canvas = &mut sheet.canvas;
    let y = area.y + 2;
    let filter = all.filter.text();
    if !filter.is_empty() {
        let parts = [
            ("Nothing matches ", Ink::TEXT),
            (filter, Ink::STRONG),
            (".  ", Ink::TEXT),
            ("esc", Ink::KEY),
            (" clears", Ink::DIM),
        ];
        canvas.row_in(area.x, y, area.w, parts);
        return;
    }
    let words = match all.section {
        Section::Bin => "Empty. Removed credentials wait here 30 days.",
        Section::Due => "Nothing is due.",
        Section::Waiting => "Nothing waits.",
        _ => "Nothing here.",
    };
    canvas.put_in(area.x, y, area.w, words, Ink::DIM);
}

/// The counts of the screen, or the filter in force.
fn counts<'a>(sheet: &Sheet<'_, '_>, all: &'a Credentials) -> Vec<Part<'a>> {
    let wide = sheet.canvas.width() >= WITH_SIDEBAR;
    let count = |wanted: &Section| {
        let of = |line: &SidebarLine| match line {
            SidebarLine::Entry { section, count, .. } if section == wanted => Some(*count),
            _ => None,
        };
        all.sidebar.iter().find_map(of).unwrap_or(0)
    };
    // What is in the bin is in no other section.
    let total = count(if all.section == Section::Bin { &Section::Bin } else { &Section::All });
    let filter = all.filter.text();
    if all.filtering || !filter.is_empty() {
        // Room for the cursor behind what is typed.
        let typed = Part::from((if all.filtering { format!("{filter} ") } else { filter.to_owned() }, Ink::ACCENT));
        let found = Part::from((format!("{} of {total}", all.shown.len()), Ink::ACCENT));
        let mut parts = vec![("filter ", Ink::ACCENT).into(), typed];
        parts.extend([sign::separator(), found, sign::separator(), ("esc clears", Ink::ACCENT).into()]);
        return parts;
    }
    let mut parts: Vec<Part<'_>> = Vec::new();
    let plural = if total == 1 { "" } else { "s" };
    parts.push(match &all.section {
        Section::All if wide => (format!("{total} credential{plural}"), Ink::DIM).into(),
        Section::All => (format!("all {total}"), Ink::TEXT).into(),
        section => (format!("{} · {} of {total}", name(all, section), all.shown.len()), Ink::TEXT).into(),
    });
    if !all.marked.is_empty() {
        parts.push((format!("{} marked", all.marked.len()), Ink::ACCENT).into());
    }
    let due = count(&Section::Due);
    if due > 0 {
        parts.push((format!("{due} due soon"), Ink::WARNING).into());
    }
    let waiting = count(&Section::Waiting);
    if waiting > 0 {
        parts.push((format!("{waiting} waiting"), Ink::DIM).into());
    }
    joined(parts)
}

fn name(all: &Credentials, wanted: &Section) -> String {
    let of = |line: &SidebarLine| match line {
        SidebarLine::Entry { section, label, .. } if section == wanted => Some(label.clone()),
        _ => None,
    };
    let label = all.sidebar.iter().find_map(of).unwrap_or_default();
    match wanted {
        Section::Environment(environment) => sign::badge(*environment).text.into_owned(),
        _ => label,
    }
}

/// A revealed secret where there is no preview to show it in: above the status line.
fn revealed(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    let Some(shown) = &inside.revealed else { return };
    let Some(row) = inside.credentials.rows.iter().find(|row| row.id == shown.credential) else { return };
    let (width, height) = (sheet.canvas.width(), sheet.canvas.height());
    let most = usize::try_from(height - 12).unwrap_or(1).clamp(1, 12);
    let lines = i32::try_from(reveal::lines(&shown.text, width - 6).len().min(most)).unwrap_or(1);
    let y = height - 4 - lines - 1;
    sheet.canvas.fill(Area::new(0, y - 1, width, lines + 3), Ground::Page);
    let parts = [sign::filled(row.environment), (format!("  {}", title(row)), Ink::STRONG).into()];
    let until = sheet.canvas.right(width - 2, y, [reveal::hides(shown.until, sheet.model.now.boot)]);
    sheet.canvas.row_in(2, y, until - 4, &parts);
    reveal::block(&mut sheet.canvas, Area::new(2, y + 1, width - 4, lines), &shown.text, most);
    sheet.hit(Area::new(0, y, width, lines + 1), Target::Preview);
}

fn title(row: &Row) -> String {
    format!("{} of {} {}", row.name, row.provider, row.account)
}

/// From so many columns on there is room for sidebar and preview.
const WITH_SIDEBAR: i32 = 110;
/// Width of the sidebar's pane.
const SIDEBAR: i32 = 18;
