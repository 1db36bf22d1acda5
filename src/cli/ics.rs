//! A calendar file (RFC 5545) of what is due. It goes to other programs and other people's servers: references and dates, no value.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::due::{Due, What};
use crate::domain::{Environment, Id, clean};

/// The calendar: one entry for each of the items that have a date. The same thing keeps its UID, so that a calendar that reads the
/// file again moves the entry instead of doubling it.
pub(super) fn calendar(vault: Id, items: &[&Due], now: Timestamp) -> String {
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".into(), "PRODID:-//paykeep//due//EN".into()];
    lines.extend(["CALSCALE:GREGORIAN".into(), "METHOD:PUBLISH".into(), "X-WR-CALNAME:paykeep".into()]);
    for item in items {
        lines.extend(event(vault, item, now).unwrap_or_default());
    }
    lines.push("END:VCALENDAR".into());
    lines.iter().map(|line| fold(line)).collect()
}

fn event(vault: Id, item: &Due, now: Timestamp) -> Option<Vec<String>> {
    // What happened already is no date to be reminded of.
    let due = item
        .deadline
        .filter(|_| !item.no_key || matches!(item.what, What::GoOn { .. } | What::Wait | What::Expired))?;
    let record = item.credential.or(item.journal)?;
    // One entry for a rotation, whether or not its flow has begun.
    let word = if matches!(item.what, What::GoOn { .. } | What::Wait) { "rotate" } else { item.word() };
    let live = if item.environment == Environment::Live { " (LIVE)" } else { "" };
    let mut lines = vec![
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{word}-{record}@{vault}.paykeep"),
        format!("DTSTAMP:{}", stamp(now)),
    ];
    if matches!(item.what, What::Renew | What::Expired | What::Move { .. } | What::Retire { .. }) {
        // It ends at that moment.
        lines.push(format!("DTSTART:{}", stamp(due)));
    } else {
        let at = item.remind_at().unwrap_or(due);
        lines.push(format!("DTSTART;VALUE=DATE:{}", day(at)));
        lines.push(format!("DTEND;VALUE=DATE:{}", day(at.checked_add(SignedDuration::from_hours(24)).unwrap_or(at))));
    }
    lines.push(format!("SUMMARY:{}", text(&format!("{}{live}: {}", summary(item), item.reference))));
    lines.extend(["TRANSP:TRANSPARENT".into(), "END:VEVENT".into()]);
    Some(lines)
}

/// What to do, without the names of places: they are nobody else's business.
fn summary(item: &Due) -> String {
    match &item.what {
        What::Rotate { .. } | What::GoOn { .. } | What::Wait => "Rotate".into(),
        What::Move { to, .. } => format!("Move every place to v{to}"),
        What::Expired => "Renew, it has expired".into(),
        _ => item.words(),
    }
}

fn stamp(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y%m%d").to_string()
}

/// A text value with what has a meaning in it escaped.
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in clean(value).chars() {
        if matches!(c, '\\' | ';' | ',') {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// A content line: ended by CRLF, and folded so that none is longer than 75 bytes. A character is never torn apart.
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut used = 0;
    for c in line.chars() {
        if used + c.len_utf8() > LONGEST {
            folded.push_str("\r\n ");
            used = 1;
        }
        folded.push(c);
        used += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

/// The longest line in bytes, its end not counted.
const LONGEST: usize = 75;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters() {
        let line = format!("SUMMARY:{}", "ü東".repeat(40));
        let folded = fold(&line);
        assert!(folded.split("\r\n").all(|part| part.len() <= LONGEST));
        assert!(folded.ends_with("\r\n"));
        assert_eq!(folded.replace("\r\n ", "").trim_end(), line, "unfolding gives the line back");
        assert_eq!(fold(&"a".repeat(75)), format!("{}\r\n", "a".repeat(75)));
    }

    #[test]
    fn what_has_a_meaning_in_a_calendar_is_escaped() {
        assert_eq!(text("a, b; c\\d\u{1b}"), "a\\, b\\; c\\\\d\u{fffd}");
    }
}
