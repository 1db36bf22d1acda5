//! The time in which two versions work, and who still has the old one.

use super::{About, Row};
use crate::view::facts;
use crate::view::sheet::Sheet;
use crate::view::text;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::overlap::{Overlap, overlap};

/// The rows about it; none where one version works.
pub(super) fn rows<'a>(sheet: &Sheet<'_, '_>, about: &About<'a>, indent: i32, end: i32) -> Vec<Row<'a>> {
    let now = &sheet.model.now;
    let credential = about.credential;
    let old = credential.previous().filter(|old| !old.is_expired(now.wall));
    let (Some(new), Some(old)) = (credential.current(), old) else { return Vec::new() };
    let of = Overlap { since: new.current_at.unwrap_or(new.created_at), until: old.expires_at, now: now.wall };
    let lines = overlap(of, end - indent, &now.zone);
    let date = |at: jiff::Timestamp| at.to_zoned(now.zone.clone()).date();
    let in_a_day = date(of.since) == date(now.wall) && of.until.is_none_or(|until| date(until) == date(now.wall));
    let words = match (in_a_day, of.until) {
        (true, Some(_)) => "today, both work between the marks",
        (false, Some(_)) => "both work between the marks",
        (_, None) => "both work; the old one does not end by itself",
    };
    let label = |words: String| (2, vec![(words, Ink::TEXT).into()]);
    let row = |cells| Row::of(cells, end, Vec::new());
    let mut rows = vec![
        Row::default(),
        row(vec![(2, vec![("Overlap", Ink::HEADING).into()]), (indent, vec![(words, Ink::DIM).into()])]),
        row(vec![(indent, lines.times)]),
        row(vec![label(format!("v{} current", new.n)), (indent, lines.current)]),
        row(vec![label(format!("v{} previous", old.n)), (indent, lines.previous)]),
        row(vec![(indent, lines.now)]),
        Row::default(),
    ];
    let until = old.expires_at.map(|at| {
        let at = time::moment(at, now.wall, &now.zone);
        at.strip_prefix("today ").map_or_else(|| at.clone(), ToOwned::to_owned)
    });
    let (sign, words) = sentence(about, old.n, new.n, until);
    // As a sentence behind a sign: further lines stand under its first letter.
    let room = (end - 4).min(72);
    for (n, line) in text::wrap(&words, room).into_iter().enumerate() {
        let mut cells = vec![(4, vec![(line.to_owned(), Ink::TEXT).into()])];
        if n == 0 {
            cells.insert(0, (2, vec![sign.clone()]));
        }
        rows.push(row(cells));
    }
    rows
}

/// Who has not moved, and what to do about it.
fn sentence(
    about: &About<'_>,
    old: u32,
    new: u32,
    until: Option<String>,
) -> (crate::view::canvas::Part<'static>, String) {
    let places = facts::places(about.inside, about.credential);
    let left: Vec<_> = places.iter().filter(|place| !place.has_moved()).collect();
    let unsure = left.iter().any(|place| !place.is_known());
    let names: Vec<&str> = left.iter().map(|place| place.label).collect();
    let by = until.map_or_else(|| format!(", then revoke v{old}"), |until| format!(" by {until}"));
    let look = ("▲", Ink::WARNING).into();
    match names[..] {
        [] if places.is_empty() => (look, format!("No place is noted: something may still use v{old}.")),
        [] => {
            (("✓", Ink::SUCCESS).into(), format!("Every place has v{new}. Nothing is known to use v{old}: revoke it."))
        }
        [one] => (look, format!("{one} {} v{old}. Move it{by}.", if unsure { "may still have" } else { "still has" })),
        [ref first @ .., last] => {
            let have = if unsure { "may still have" } else { "still have" };
            (look, format!("{} and {last} {have} v{old}. Move them{by}.", first.join(", ")))
        }
    }
}
