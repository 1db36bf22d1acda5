//! The columns of the list: which of them fit, and what stands in each.

use jiff::{SignedDuration, Timestamp};

use crate::app::fuzzy::found_letters;
use crate::app::model::{Next, Row};
use crate::app::msg::Now;
use crate::domain::BIN_DAYS;
use crate::view::canvas::Part;
use crate::view::theme::Ink;
use crate::view::time;
use crate::view::widgets::bar::life;
use crate::view::widgets::sign;
use crate::view::widgets::table::Column;

/// The columns that are shown, left to right.
pub(super) struct Columns {
    which: Vec<Which>,
    /// Their titles and widths.
    pub(super) shown: Vec<Column>,
    in_bin: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Which {
    Env,
    Provider,
    Account,
    Name,
    Age,
    Version,
    Label,
    Changed,
    Next,
}

/// The columns that fit into `room`. Those at the end of the order go first; a cell that holds a number, a date or the
/// environment is never cut, its column goes instead. What room is left goes to the words.
pub(super) fn fitting(room: i32, screen: i32, in_bin: bool) -> Columns {
    let order = [
        Which::Env,
        Which::Name,
        Which::Next,
        Which::Provider,
        Which::Account,
        Which::Age,
        Which::Version,
        Which::Label,
        Which::Changed,
    ];
    let mut which = Vec::new();
    let mut used = -2;
    for column in order {
        let needed = column.width() + 2;
        if used + needed > room || (used > 0 && !column.is_wanted(screen)) {
            continue;
        }
        used += needed;
        which.push(column);
    }
    let mut left = (room - used).max(0);
    which.sort_by_key(|column| column.place());
    let mut shown: Vec<Column> = which
        .iter()
        .map(|column| Column { title: column.title(in_bin), width: column.width(), right: column.is_right() })
        .collect();
    for (wide, most) in
        [(Which::Name, 12), (Which::Account, 10), (Which::Provider, 6), (Which::Label, 24), (Which::Name, left)]
    {
        if let Some(at) = which.iter().position(|column| *column == wide) {
            let more = left.min(most);
            shown[at].width += more;
            left -= more;
        }
    }
    Columns { which, shown, in_bin }
}

impl Which {
    fn width(self) -> i32 {
        match self {
            Self::Env => 9,
            Self::Provider | Self::Age | Self::Changed => 10,
            Self::Account => 8,
            Self::Name => 18,
            Self::Version => 4,
            Self::Label => 20,
            Self::Next => 11,
        }
    }

    fn title(self, in_bin: bool) -> &'static str {
        match self {
            Self::Env => "Env",
            Self::Provider => "Provider",
            Self::Account => "Account",
            Self::Name => "Name",
            Self::Age => "Age",
            Self::Version => "Ver",
            Self::Label => "Label",
            Self::Changed => "Changed",
            Self::Next if in_bin => "Gone in",
            Self::Next => "Next",
        }
    }

    /// Its place from left to right.
    fn place(self) -> u8 {
        match self {
            Self::Env => 0,
            Self::Provider => 1,
            Self::Account => 2,
            Self::Name => 3,
            Self::Label => 4,
            Self::Version => 5,
            Self::Age => 6,
            Self::Changed => 7,
            Self::Next => 8,
        }
    }

    fn is_right(self) -> bool {
        matches!(self, Self::Next | Self::Changed)
    }

    /// Whether a screen of that width shows it: beside sidebar and preview, some wait for more room.
    fn is_wanted(self, screen: i32) -> bool {
        match self {
            Self::Age | Self::Version => !(110..140).contains(&screen),
            Self::Label | Self::Changed => !(110..170).contains(&screen),
            _ => true,
        }
    }
}

impl Columns {
    /// What stands in a column of a row.
    pub(super) fn cell<'a>(&self, column: usize, row: &'a Row, chosen: bool, filter: &str, now: &Now) -> Vec<Part<'a>> {
        let Some(which) = self.which.get(column) else { return Vec::new() };
        let name = if chosen { Ink::STRONG } else { Ink::TEXT };
        let dim = if chosen { Ink::TEXT } else { Ink::DIM };
        match which {
            Which::Env => vec![sign::badge(row.environment)],
            Which::Provider => marked(&row.provider, name, filter),
            Which::Account => marked(&row.account, dim, filter),
            Which::Name => marked(&row.name, name, filter),
            Which::Label => marked(&row.label, dim, filter),
            Which::Version => row.version.map(|n| (format!("v{n}"), dim).into()).into_iter().collect(),
            Which::Age => age(row, now.wall),
            Which::Changed => vec![(time::short_moment(row.changed_at, now.wall, &now.zone), Ink::DIM).into()],
            Which::Next if self.in_bin => vec![gone(row, now.wall)],
            Which::Next => vec![next(row.next, now.wall)],
        }
    }
}

/// A text with the letters underlined that the filter found in it.
fn marked<'a>(text: &'a str, ink: Ink, filter: &str) -> Vec<Part<'a>> {
    let found = if filter.is_empty() { Vec::new() } else { found_letters(filter, text) };
    if found.is_empty() {
        return vec![(text, ink).into()];
    }
    text.char_indices()
        .enumerate()
        .map(|(n, (at, c))| {
            let letter = text.get(at..at + c.len_utf8()).unwrap_or_default();
            (letter, if found.contains(&n) { Ink::KEY.underlined() } else { ink }).into()
        })
        .collect()
}

fn age(row: &Row, now: Timestamp) -> Vec<Part<'static>> {
    let Some((since, due)) = row.age else { return Vec::new() };
    let whole = due.duration_since(since).as_secs_f64().max(1.0);
    let over = now.duration_since(since).as_secs_f64();
    life(over / whole, AGE_CELLS, urgency(due.duration_since(now)))
}

/// The ink of an age bar: as the end comes near.
pub(in crate::view) fn urgency(left: SignedDuration) -> Ink {
    if left.is_negative() {
        Ink::ERROR
    } else if left <= SOON {
        Ink::WARNING
    } else {
        Ink::DIM
    }
}

/// What comes next, in at most eleven cells.
pub(super) fn next(next: Next, now: Timestamp) -> Part<'static> {
    match next {
        Next::Nothing => ("–", Ink::DIM).into(),
        Next::Waiting => ("waiting", Ink::ACCENT).into(),
        Next::Expired(_) => ("✗ expired", Ink::ERROR.bold()).into(),
        Next::NoKey(_) => ("✗ no key", Ink::ERROR.bold()).into(),
        Next::Expires(at) => {
            let left = at.duration_since(now);
            let ink = if left <= SOON && left >= DAY * 2 { Ink::WARNING.bold() } else { Ink::TEXT };
            (format!("{} left", time::duration(left)), ink).into()
        }
        Next::Due(at) => due(at.duration_since(now)),
        Next::Overlap(Some(end)) => {
            (format!("overlap {}", time::duration(end.duration_since(now))), Ink::WARNING).into()
        }
        Next::Overlap(None) => ("overlap", Ink::WARNING).into(),
        Next::Step(step, of) => (format!("step {step} of {of}"), Ink::ACCENT).into(),
    }
}

fn due(left: SignedDuration) -> Part<'static> {
    // Today and tomorrow by the hour, then the day that is nearest: 90 days less a minute are 90.
    let days = if left >= DAY * 2 { (left + DAY / 2).as_hours() / 24 } else { left.as_hours().div_euclid(24) };
    match days {
        ..-299 => (format!("◆ {} y late", (-days / 365).max(1)), Ink::ERROR.bold()).into(),
        -299..-99 => (format!("◆ {} mo late", -days / 30), Ink::ERROR.bold()).into(),
        -99..0 => (format!("◆ {} d late", -days), Ink::ERROR.bold()).into(),
        0 => ("due today", Ink::WARNING.bold()).into(),
        1..=14 => (format!("due in {days} d"), Ink::WARNING.bold()).into(),
        15..=60 => (format!("due in {days} d"), Ink::TEXT).into(),
        61..=99 => (format!("due in {days} d"), Ink::DIM).into(),
        _ => (format!("in {} d", days.min(99_999)), Ink::DIM).into(),
    }
}

fn gone(row: &Row, now: Timestamp) -> Part<'static> {
    let Some(since) = row.binned_at else { return ("–", Ink::DIM).into() };
    let left = SignedDuration::from_hours(24 * BIN_DAYS) - now.duration_since(since);
    (time::duration(left), Ink::TEXT).into()
}

const AGE_CELLS: i32 = 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// What ends within this time is coloured.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(room: i32, screen: i32) -> Vec<&'static str> {
        fitting(room, screen, false).shown.iter().map(|column| column.title).collect()
    }

    #[test]
    fn columns_go_in_their_order_and_come_back_with_the_room() {
        assert_eq!(titles(76, 80), ["Env", "Provider", "Account", "Name", "Age", "Next"]);
        assert_eq!(titles(56, 60), ["Env", "Provider", "Name", "Next"]);
        assert_eq!(titles(64, 120), ["Env", "Provider", "Account", "Name", "Next"]);
        assert_eq!(titles(84, 140), ["Env", "Provider", "Account", "Name", "Ver", "Age", "Next"]);
        assert_eq!(titles(128, 200), ["Env", "Provider", "Account", "Name", "Label", "Ver", "Age", "Changed", "Next"]);
    }

    #[test]
    fn a_list_fills_its_room_to_the_last_column() {
        for room in 60..200 {
            let columns = fitting(room, 90, false).shown;
            let used: i32 = columns.iter().map(|column| column.width + 2).sum::<i32>() - 2;
            assert_eq!(used, room);
        }
    }

    #[test]
    fn what_comes_next_fits_its_column() {
        let now = "2026-04-14T14:02:00Z".parse().unwrap();
        for days in -9999..9999 {
            let at = now + SignedDuration::from_hours(24 * days);
            for what in [Next::Due(at), Next::Expires(at), Next::Expired(at), Next::NoKey(at)] {
                assert!(crate::view::text::width(&next(what, now).text) <= 11, "{what:?}");
            }
        }
    }

    #[test]
    fn what_is_due_soon_is_coloured_and_what_is_late_says_so() {
        let at = |hours| due(SignedDuration::from_hours(hours));
        assert_eq!(at(50), ("due in 2 d", Ink::WARNING.bold()).into());
        assert_eq!(at(90 * 24 - 1), ("due in 90 d", Ink::DIM).into());
        assert_eq!(at(43 * 24 + 1), ("due in 43 d", Ink::TEXT).into());
        assert_eq!(at(5), ("due today", Ink::WARNING.bold()).into());
        assert_eq!(at(-60), ("◆ 3 d late", Ink::ERROR.bold()).into());
    }
}
