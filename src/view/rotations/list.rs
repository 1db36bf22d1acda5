//! What to do, row by row.

use jiff::SignedDuration;

use super::day;
use crate::app::model::Rotations;
use crate::app::msg::{Now, Target};
use crate::domain::due::{Due, What};
use crate::view::canvas::{Area, Part};
use crate::view::facts;
use crate::view::sheet::Sheet;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::sign;
use crate::view::widgets::table::{Column, Table, table};

/// Draws it.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, page: &Rotations, area: Area) {
    let columns = columns(area.w);
    let now = &sheet.model.now;
    let (total, first, chosen) = (page.shown.len(), page.list.top, page.list.row);
    let list = Table { area, columns: &columns, total, first, chosen, focus: true };
    let rows = table(&mut sheet.canvas, &list, |n, column| {
        let due = page.shown.get(n).and_then(|at| page.agenda.get(*at));
        let title = columns.get(column).map_or("", |column| column.title);
        due.map_or_else(Vec::new, |due| cell(due, title, n == chosen, now))
    });
    for (n, y) in (rows.first..rows.first + rows.count).zip(rows.area.y..) {
        sheet.hit(Area::new(rows.area.x, y, rows.area.w, 1), Target::Row(n));
    }
}

/// The columns that fit: places go first, then the credential; what to do and when stay.
fn columns(room: i32) -> Vec<Column> {
    let column = |title, width, right| Column { title, width, right };
    let env = column("Env", 9, false);
    if room >= 110 {
        let more = room - (9 + 36 + 30 + 18 + 15 + 8);
        let what = (more / 2).clamp(room.min(116) - 116, 24);
        let credential = (more - what).clamp(0, 24);
        return vec![
            env,
            column("What to do", 36 + what, false),
            column("Credential", 30 + credential, false),
            column("When", 18, false),
            column("Places", room - (9 + 36 + what + 30 + credential + 18 + 8), true),
        ];
    }
    if room >= 76 {
        let what = 26 + (room - 76) / 2;
        return vec![
            env,
            column("What to do", what, false),
            column("Credential", room - 9 - what - WHEN - 6, false),
            column("When", WHEN, false),
        ];
    }
    vec![env, column("What to do", room - 9 - WHEN - 4, false), column("When", WHEN, false)]
}

fn cell(due: &Due, title: &str, on: bool, now: &Now) -> Vec<Part<'static>> {
    let later = due.snoozed_until.is_some();
    let ink = match (on, later) {
        (true, _) => Ink::STRONG,
        (false, true) => Ink::DIM,
        (false, false) => Ink::TEXT,
    };
    match title {
        "Env" => vec![sign::badge(due.environment)],
        "What to do" => vec![(due.words(), ink).into()],
        "Credential" => vec![(due.subject(), if on { Ink::TEXT } else { Ink::DIM }).into()],
        "When" => vec![when(due, now)],
        _ => places(due).into_iter().collect(),
    }
}

/// When something has to be done, or since when it is under way.
fn when(due: &Due, now: &Now) -> Part<'static> {
    if let Some(until) = due.snoozed_until {
        return (format!("later, {}", time::date(until, now.wall, &now.zone)), Ink::DIM).into();
    }
    let since = due.since.map(|at| time::short_moment(at, now.wall, &now.zone)).unwrap_or_default();
    if let Some(until) = due.waits_until {
        let ink = if until > now.wall { Ink::ACCENT } else { Ink::WARNING };
        return (format!("until {}", time::short_moment(until, now.wall, &now.zone)), ink).into();
    }
    match (&due.what, due.deadline) {
        (What::Move { .. } | What::Retire { .. }, Some(end)) if day(end, now) == 0 => {
            (format!("today by {}", time::short_moment(end, now.wall, &now.zone)), Ink::WARNING.bold()).into()
        }
        (What::Move { .. } | What::Retire { .. }, Some(end)) => {
            (format!("by {}", time::date(end, now.wall, &now.zone)), facts::due_ink(end.duration_since(now.wall)))
                .into()
        }
        (What::Move { .. } | What::Retire { .. }, None) => (format!("since {since}"), Ink::WARNING).into(),
        (What::GoOn { .. }, None) => (format!("since {since}"), Ink::ACCENT).into(),
        (_, None) => (format!("since {since}"), Ink::DIM).into(),
        (_, Some(at)) if due.no_key => {
            (format!("for {}", time::duration(at.duration_since(now.wall).abs())), Ink::ERROR.bold()).into()
        }
        (_, Some(at)) => {
            let left = at.duration_since(now.wall);
            let ink = if due.short_lived && !left.is_negative() { Ink::TEXT } else { facts::due_ink(left) };
            (in_time(left), ink).into()
        }
    }
}

/// How many places have the newer version.
fn places(due: &Due) -> Option<Part<'static>> {
    if due.places == 0 {
        return None;
    }
    let counted = format!("{} of {}", due.moved(), due.places);
    Some(match due.what {
        What::Move { .. } | What::Retire { .. } => (format!("{counted} moved"), Ink::WARNING).into(),
        _ => (counted, Ink::DIM).into(),
    })
}

/// «in 2 d», «3 d late».
fn in_time(left: SignedDuration) -> String {
    if left.is_negative() {
        format!("{} late", time::duration(left.abs()))
    } else {
        format!("in {}", time::duration(left))
    }
}

/// «due in 2 d», «3 d late».
pub(super) fn due_in(left: SignedDuration) -> String {
    if left.is_negative() { in_time(left) } else { format!("due in {}", time::until_day(left)) }
}

/// The width of a moment: «today by 17:02».
const WHEN: i32 = 14;
