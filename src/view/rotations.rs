//! Rotations: the coming 90 days as a picture, and below it what to do.

mod list;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};

use super::canvas::{Area, Part};
use super::chrome;
use super::facts;
use super::sheet::Sheet;
use super::theme::Ink;
use super::time;
use super::widgets::dialog::{Dialog, Line, Way, Weight, dialog};
use super::widgets::sign::{self, joined};
use super::widgets::table::title_lines;
use super::widgets::timeline::{Axis, DAYS, Mark, axis, lane};
use crate::app::model::{Inside, Lane, Later, Rotations};
use crate::app::msg::{Now, Target};
use crate::domain::Environment;
use crate::domain::due::{Due, SOON, What, days_until};

/// Draws the page.
pub(super) fn draw(sheet: &mut Sheet<'_, '_>, inside: &Inside) {
    chrome::header(sheet);
    let content = chrome::content(sheet);
    let split = sheet.model.rotations_split();
    let page = &inside.rotations;
    let tall = sheet.canvas.height() >= 30;
    let mut y = content.y;
    if split.lanes > 0 {
        let lanes: Vec<Lane> = sheet.model.rotations_lanes().collect();
        timeline(sheet, page, &lanes, split.lanes, y);
        let drawn = i32::try_from(split.lanes.min(lanes.len())).unwrap_or(0);
        y += 2 + i32::from(tall) + drawn + 1;
        if tall {
            legend(sheet, y);
            y += 2;
        }
    }
    let rows = i32::try_from(split.rows).unwrap_or(0) + title_lines(sheet.canvas.height());
    let area = Area { x: 2, y, w: content.w - 4, h: rows.min(content.bottom() - y) };
    if page.shown.is_empty() {
        nothing(sheet, page, area);
    } else {
        list::draw(sheet, page, area);
    }
    let counts = counts(page);
    chrome::status(sheet, &counts, inside.saving.as_ref());
    chrome::footer(sheet);
}

/// The picture: as many lines of it as there is room for, the chosen one among them.
fn timeline(sheet: &mut Sheet<'_, '_>, page: &Rotations, lanes: &[Lane], room: usize, y: i32) {
    let place = Axis::fitting(sheet.canvas.width());
    let now = &sheet.model.now;
    sheet.canvas.put(2, y, "The next 90 days", Ink::STRONG);
    let today = now.wall.to_zoned(now.zone.clone()).date();
    axis(&mut sheet.canvas, y, place, &today.strftime("%-d %b").to_string(), &months(today));
    let chosen = page.shown.get(page.list.row).copied();
    let at = lanes.iter().position(|lane| matches!(lane, Lane::Item(item) if Some(*item) == chosen)).unwrap_or(0);
    let top = at.saturating_sub(room / 2).min(lanes.len().saturating_sub(room));
    let first = y + 2 + i32::from(sheet.canvas.height() >= 30);
    for (y, line) in (first..).zip(lanes.iter().skip(top).take(room)) {
        match line {
            Lane::Gap => {}
            Lane::Badge(environment) => _ = sheet.canvas.row(2, y, [sign::badge(*environment)]),
            Lane::Item(item) => {
                let Some(due) = page.agenda.get(*item) else { continue };
                let (mark, words) = told(due, now);
                let alike = |other: &&Due| {
                    (other.environment, &other.provider, &other.name) == (due.environment, &due.provider, &due.name)
                };
                // Where the list is the only one to tell them apart, the account comes before what is cut off.
                let several = page.agenda.iter().filter(alike).count() > 1;
                let label = if several { due.subject() } else { format!("{} {}", due.provider, due.name) };
                lane(&mut sheet.canvas, y, place, &label, mark, &words);
                if let Some(row) = page.shown.iter().position(|shown| shown == item) {
                    sheet.hit(Area::new(0, y, sheet.canvas.width(), 1), Target::Row(row));
                }
            }
        }
    }
    let width = sheet.canvas.width();
    super::widgets::status::thumb(&mut sheet.canvas, width - 1, first, room, top, lanes.len());
}

/// The days on which a month begins, with its name.
fn months(today: Date) -> Vec<(i32, String)> {
    let mut months = Vec::new();
    let mut first = today.first_of_month();
    while let Ok(next) = first.checked_add(1.month()) {
        let day = days_between(today, next);
        if day > DAYS {
            break;
        }
        months.push((day, next.strftime("%B").to_string()));
        first = next;
    }
    months
}

fn days_between(from: Date, to: Date) -> i32 {
    to.since(from).map_or(i32::MAX, |span| span.get_days())
}

/// The day of a moment, counted from today; at most the last one of the picture, so that arithmetic stays small.
fn day(at: Timestamp, now: &Now) -> i32 {
    let date = |at: Timestamp| at.to_zoned(now.zone.clone()).date();
    days_between(date(now.wall), date(at)).clamp(-1, DAYS)
}

/// What a line of the picture says.
fn told(due: &Due, now: &Now) -> (Mark, Vec<Part<'static>>) {
    let short = |at: Timestamp| time::short_moment(at, now.wall, &now.zone);
    let since = due.since.map(short).unwrap_or_default();
    let left = due.deadline.map(|at| at.duration_since(now.wall));
    let is_soon = left.is_some_and(|left| left <= SOON);
    let (mark, mut words): (Mark, Vec<Part<'static>>) = match (&due.what, due.deadline.zip(left)) {
        (What::Dead { .. } | What::Use { .. } | What::Wait, Some((_, left))) if due.no_key => {
            let words = format!("no working key for {}", time::duration(left.abs()));
            (Mark::Ends(0, Ink::ERROR), vec![(words, Ink::ERROR.bold()).into()])
        }
        (What::Move { .. } | What::Retire { .. }, end) => {
            let until = end.map_or_else(String::new, |(at, _)| format!(" until {}", by(at, now)));
            let words = format!("both work{until}; {}", who(due));
            (Mark::Overlap(due.deadline.map_or(0, |at| day(at, now))), vec![(words, Ink::WARNING).into()])
        }
        (What::GoOn { step, of, .. }, _) if due.overlaps => {
            let until = due.waits_until.map_or_else(String::new, |at| format!(" until {}", by(at, now)));
            let words = format!("both work{until}; in a flow since {since}, step {step} of {of}");
            (Mark::Overlap(due.waits_until.map_or(0, |at| day(at, now))), vec![(words, Ink::WARNING).into()])
        }
        (What::GoOn { step, of, .. }, end) => {
            let mut words: Vec<Part<'static>> =
                vec![(format!("in a flow since {since}, step {step} of {of}"), Ink::DIM).into()];
            if let Some((_, left)) = end {
                words.push((format!("; {}", list::due_in(left)), facts::due_ink(left)).into());
            }
            (Mark::Sign("◐", Ink::ACCENT), words)
        }
        (What::Wait, _) => {
            (Mark::Sign("◌", Ink::ACCENT), vec![(format!("waiting for approval since {since}"), Ink::DIM).into()])
        }
        (What::Use { version }, _) => (
            Mark::Sign("◌", Ink::ACCENT),
            vec![(format!("v{version} waits to be used since {since}"), Ink::DIM).into()],
        ),
        (What::Rotate { leaked: true, .. }, Some((at, _))) => {
            let words = format!("it leaked, noted {}", time::moment(at, now.wall, &now.zone));
            (Mark::Due(0, Ink::ERROR, Ink::ERROR.bold()), vec![(words, Ink::ERROR.bold()).into()])
        }
        (What::Renew | What::Expired, Some((_, left))) if left.is_negative() => {
            let words = format!("expired {} ago", time::duration(left.abs()));
            (Mark::Ends(0, Ink::ERROR), vec![(words, Ink::ERROR).into()])
        }
        (What::Renew | What::Expired, Some((at, left))) => {
            let when = if is_soon {
                format!("in {}", time::duration(left))
            } else {
                format!("on {}", time::date(at, now.wall, &now.zone))
            };
            let after = if due.short_lived { "not offered after that" } else { "works until then" };
            let ink = if is_soon { Ink::ERROR } else { Ink::DIM };
            (Mark::Ends(day(at, now), ink), vec![(format!("expires {when}, {after}"), Ink::DIM).into()])
        }
        (_, Some((_, left))) if left.is_negative() => {
            let words = format!("{} late", time::duration(left.abs()));
            (Mark::Due(0, Ink::ERROR, Ink::ERROR.bold()), vec![(words, Ink::ERROR.bold()).into()])
        }
        (_, Some((at, left))) => {
            let date = time::date(at, now.wall, &now.zone);
            let day = day(at, now);
            if is_soon {
                let words = format!("{date}, in {}", time::until_day(left));
                (Mark::Due(day, Ink::WARNING, Ink::WARNING.bold()), vec![(words, Ink::WARNING.bold()).into()])
            } else {
                (Mark::Due(day, Ink::DIM, Ink::TYPED), vec![(date, Ink::DIM).into()])
            }
        }
        (_, None) => (Mark::Sign("·", Ink::FAINT), Vec::new()),
    };
    if let Some(until) = due.snoozed_until {
        for part in &mut words {
            part.ink = Ink::DIM;
        }
        words.push((format!("  later, on {}", time::date(until, now.wall, &now.zone)), Ink::TEXT).into());
    }
    (mark, words)
}

/// «17:02 today», «04:18 on 15 Apr», «16 Apr»: the hour where it is near.
fn by(at: Timestamp, now: &Now) -> String {
    let date = time::date(at, now.wall, &now.zone);
    let clock = at.to_zoned(now.zone.clone()).strftime("%H:%M");
    match day(at, now) {
        0 => format!("{clock} today"),
        1 => format!("{clock} on {date}"),
        _ => date,
    }
}

/// Who still has the old version.
fn who(due: &Due) -> String {
    match (&due.what, &due.left[..]) {
        (What::Move { from, .. }, [one]) if due.unsure => format!("{one} may still have v{from}"),
        (What::Move { from, .. }, [one]) => format!("{one} still has v{from}"),
        (What::Move { from, .. }, all) if due.unsure => format!("{} places may still have v{from}", all.len()),
        (What::Move { from, .. }, all) => format!("{} places still have v{from}", all.len()),
        (What::Retire { version }, _) if due.places > 0 => format!("no place has v{version} any more"),
        (What::Retire { version }, _) => format!("no place is noted for v{version}"),
        _ => String::new(),
    }
}

fn legend(sheet: &mut Sheet<'_, '_>, y: i32) {
    let x = Axis::fitting(sheet.canvas.width()).x;
    let room = sheet.canvas.width() - 2 - x;
    let parts: [(&str, Ink); 8] = [
        ("━", Ink::TEXT),
        (" the last 14 days    ", Ink::DIM),
        ("◆", Ink::TYPED),
        (" due    ", Ink::DIM),
        ("▒", Ink::WARNING),
        (" old and new both work    ", Ink::DIM),
        ("✗", Ink::ERROR.bold()),
        (" expires", Ink::DIM),
    ];
    sheet.canvas.row_in(x, y, room, parts);
}

/// The place of the list when there is nothing to do: what comes next, and in how many days.
fn nothing(sheet: &mut Sheet<'_, '_>, page: &Rotations, area: Area) {
    let now = sheet.model.now.wall;
    let next = page.next().and_then(|due| Some((due.remind_at()?, due)));
    let words = match next {
        Some((at, due)) => {
            let days = days_until(at.duration_since(now));
            let days = if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            format!("Nothing is due. The next is in {days}: {} {}.", due.provider, due.name)
        }
        None => "Nothing is due, and nothing has a date.".to_owned(),
    };
    sheet.canvas.put_in(area.x, area.y + 1, area.w, &words, Ink::TEXT);
}

fn counts(page: &Rotations) -> Vec<Part<'static>> {
    let mut parts: Vec<Part<'static>> = vec![(format!("{} to do", page.to_do), Ink::TEXT).into()];
    if page.due > 0 {
        parts.push((format!("{} due within 14 days", page.due), Ink::WARNING).into());
    }
    let later = page.shown.len() - page.to_do.min(page.shown.len());
    if later > 0 {
        parts.push((format!("{later} later"), Ink::DIM).into());
    }
    parts.push(("paykeep due --ics", Ink::TEXT).into());
    let mut parts = joined(parts);
    parts.push((" puts these dates in a calendar", Ink::DIM).into());
    parts
}

/// Draws the question until when something is put off.
pub(super) fn later(sheet: &mut Sheet<'_, '_>, of: &Later) {
    let now = &sheet.model.now;
    let subject = vec![(of.reference.as_str(), Ink::STRONG).into()];
    let mut lines = vec![
        Line::Row(subject, vec![sign::filled(of.environment)]),
        Line::Blank,
        Line::Prose((format!("{}. It comes back on the day; nothing else changes.", of.words), Ink::TEXT).into()),
        Line::Blank,
    ];
    let before = lines.len();
    for (n, (words, until)) in of.until.iter().enumerate() {
        let on = n == of.chosen;
        let sign = if on { ("▸ ", Ink::KEY) } else { ("  ", Ink::DIM) };
        let date = until.map(|at| (time::date(at, now.wall, &now.zone), Ink::DIM).into());
        let words = (*words, if on { Ink::STRONG } else { Ink::TEXT });
        lines.push(Line::Row(vec![sign.into(), words.into()], date.into_iter().collect()));
    }
    let ways = vec![Way { key: "⏎", verb: "put it off", open: true }, Way { key: "esc", verb: "keep it", open: true }];
    let weight = if of.environment == Environment::Live { Weight::Live } else { Weight::Normal };
    let places = dialog(&mut sheet.canvas, &Dialog { title: "Later", weight, lines, top: 0, ways });
    sheet.cover();
    let Area { x, y, w, h } = places.area;
    sheet.hit(Area::new(x, y, w, h), Target::Field(0));
    for (n, line) in (0..of.until.len()).zip(y + 2 + i32::try_from(before).unwrap_or(0)..) {
        sheet.hit(Area::new(x + 1, line, w - 2, 1), Target::Option(n));
    }
    for (place, target) in places.ways.into_iter().zip([Target::DialogDeed, Target::DialogOut]) {
        sheet.hit(place, target);
    }
}
