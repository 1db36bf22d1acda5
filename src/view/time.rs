//! Times and durations in words, as short as they can be told apart.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::domain::due::days_until;

/// When something was: `today 11:02`, `22 Jan 16:40`, and `12 Aug 2025` when it was not this year.
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    if at.date() == now.date() {
        at.strftime("today %H:%M").to_string()
    } else if at.year() == now.year() {
        at.strftime("%-d %b %H:%M").to_string()
    } else {
        at.strftime("%-d %b %Y").to_string()
    }
}

/// The time of the same day, the date of another: for narrow columns.
pub fn short_moment(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (local, today) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    if local.date() == today.date() { local.strftime("%H:%M").to_string() } else { date(at, now, zone) }
}

/// The date alone: `13 Jul`, and `13 Jul 2025` when it is not this year.
pub fn date(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (at.to_zoned(zone.clone()), now.to_zoned(zone.clone()));
    let form = if at.year() == now.year() { "%-d %b" } else { "%-d %b %Y" };
    at.strftime(form).to_string()
}

/// How long: `40 s`, `5 min`, `3 h`, `9 d`. Rounded down, so that never more is promised than there is.
pub fn duration(length: SignedDuration) -> String {
    let seconds = length.as_secs().max(0);
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// How long it is until a day, and not until a moment in it: «90 d» a minute after 90 days began.
pub fn until_day(length: SignedDuration) -> String {
    if length < SignedDuration::from_hours(48) { duration(length) } else { format!("{} d", days_until(length)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_moment_says_as_much_as_is_needed() {
        let now = at("2026-04-14T14:02:00Z");
        let words = |text| moment(at(text), now, &TimeZone::UTC);
        assert_eq!(words("2026-04-14T11:02:59Z"), "today 11:02");
        assert_eq!(words("2026-01-22T16:40:00Z"), "22 Jan 16:40");
        assert_eq!(words("2025-08-12T10:12:00Z"), "12 Aug 2025");
        assert_eq!(short_moment(at("2026-04-14T11:02:59Z"), now, &TimeZone::UTC), "11:02");
        assert_eq!(date(at("2026-07-13T00:00:00Z"), now, &TimeZone::UTC), "13 Jul");
    }

    #[test]
    fn a_duration_never_promises_more_than_there_is() {
        let words = |seconds| duration(SignedDuration::from_secs(seconds));
        assert_eq!(words(-3), "0 s");
        assert_eq!(words(59), "59 s");
        assert_eq!(words(3 * 3_600 + 3_599), "3 h");
        assert_eq!(words(86_400 + 40), "24 h");
        assert_eq!(words(9 * 86_400 + 86_399), "9 d");
    }
}
