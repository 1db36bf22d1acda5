//! All flows: those in progress first, then what has ended.

use crate::app::model::{FlowsPage, Inside};
use crate::app::msg::Target;
use crate::domain::journal::{End, Journal};
use crate::view::canvas::{Area, Part};
use crate::view::chrome;
use crate::view::sheet::Sheet;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::sign;
use crate::view::widgets::status::prose;
use crate::view::widgets::table::{Column, Table, table};

/// Draws it.
pub(in crate::view) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside, page: &FlowsPage) {
    chrome::header(sheet);
    let document = &inside.unlocked.document;
    let width = sheet.canvas.width();
    let area = Area { x: 2, w: width - 4, ..chrome::content(sheet) };
    if page.rows.is_empty() {
        prose(
            &mut sheet.canvas,
            2,
            area.y,
            60.min(area.w),
            "No flow yet. R on a credential rotates it step by step.",
            Ink::DIM,
        );
    } else {
        // Where there is little room the titles have most of it: the flow itself says since when.
        let dated = width >= 100;
        let what = area.w - (9 + 2 + 10 + 2 + 12 + 2 + 2 + 12) - if dated { 14 } else { 0 };
        let column = |title, width, right| Column { title, width, right };
        let mut columns = vec![
            column("Env", 9, false),
            column("Provider", 10, false),
            column("Account", 12, false),
            column("Flow", what.max(10), false),
            column("Now", 12, false),
        ];
        if dated {
            columns.push(column("Since", 12, true));
        }
        let rows: Vec<&Journal> = page.rows.iter().filter_map(|id| document.journal(*id)).collect();
        let list = Table {
            area,
            columns: &columns,
            total: rows.len(),
            first: page.list.top,
            chosen: page.list.row,
            focus: true,
        };
        let model = sheet.model;
        let places = table(&mut sheet.canvas, &list, |n, column| {
            let Some(journal) = rows.get(n) else { return Vec::new() };
            let account = document.account(journal.account);
            let strong = if n == list.chosen { Ink::STRONG } else { Ink::TEXT };
            match column {
                0 => account.map(|account| sign::badge(account.environment)).into_iter().collect(),
                1 => vec![(model.provider_name(journal.provider.as_str()), strong).into()],
                2 => vec![(account.map(|account| account.slug.to_string()).unwrap_or_default(), strong).into()],
                3 => vec![(journal.title.clone(), strong).into()],
                4 => now(journal),
                _ => vec![(time::short_moment(journal.started_at, model.now.wall, &model.now.zone), Ink::DIM).into()],
            }
        });
        for (n, y) in (places.first..places.first + places.count).zip(places.area.y..) {
            sheet.hit(Area::new(places.area.x, y, places.area.w, 1), Target::Row(n));
        }
    }
    let mut counts = chrome::stated(sheet);
    // A title that its column cuts stands whole below.
    if let Some(journal) = page.rows.get(page.list.row).and_then(|id| document.journal(*id)) {
        counts.extend([sign::separator(), (journal.title.clone(), Ink::TEXT).into()]);
    }
    chrome::status(sheet, &counts, inside.saving.as_ref());
    chrome::footer(sheet);
}

fn now(journal: &Journal) -> Vec<Part<'static>> {
    let (sign, ink, word) = match (&journal.ended, journal.now()) {
        (None, Some(at)) => ("◐ ", Ink::ACCENT, format!("{} of {}", at + 1, journal.steps.len())),
        (None, None) => ("◌ ", Ink::ACCENT, "waits".into()),
        (Some(ended), _) => match ended.how {
            End::Finished => ("✓ ", Ink::SUCCESS, "finished".into()),
            End::Denied => ("✗ ", Ink::ERROR, "denied".into()),
            End::Abandoned => ("▲ ", Ink::WARNING, "abandoned".into()),
        },
    };
    vec![(sign, ink).into(), (word, Ink::DIM).into()]
}
