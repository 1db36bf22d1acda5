//! Times as people give them on the command line.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::error::{Exit, Problem};

/// A time (`2027-01-31T12:00:00Z`, with any offset), a day (its start in UTC), or how long from `now` (`45m`, `30d`).
pub(super) fn when(text: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    // Before the day, since jiff also reads a day out of a time without an offset, and would drop the time.
    let day = |text: &str| text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp());
    let from_now = |text: &str| {
        let span = text.parse::<Span>().ok().filter(|span| span.is_positive())?;
        now.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|at| at.timestamp())
    };
    let is_day = text.len() == "2027-01-31".len() && text.contains('-');
    let at = if is_day { day(text) } else { from_now(text) };
    at.ok_or_else(|| {
        Problem::new(Exit::Usage, format!("`{text}` is no time"))
            .hint("give a time, 2027-01-31T12:00:00Z, a day, 2027-01-31, or how long from now: 45m, 12h, 30d")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_days_and_spans_are_read() {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        for (text, at) in [
            ("2027-01-31T12:00:00Z", "2027-01-31T12:00:00Z"),
            ("2027-01-31T12:00:00+02:00", "2027-01-31T10:00:00Z"),
            ("2027-01-31", "2027-01-31T00:00:00Z"),
            ("45m", "2026-11-22T09:45:00Z"),
            ("30d", "2026-12-22T09:00:00Z"),
            ("1 year", "2027-11-22T09:00:00Z"),
            ("1h 30m", "2026-11-22T10:30:00Z"),
        ] {
            assert_eq!(when(text, now).unwrap(), at.parse().unwrap(), "{text}");
        }
        for text in ["", "soon", "-3d", "2027-13-01", "2027-01-31T12:00", "30"] {
            assert_eq!(when(text, now).unwrap_err().exit, Exit::Usage, "{text}");
        }
    }
}
