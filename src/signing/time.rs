//! The time that stands in a message, in each way of writing it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::SignError;
use crate::domain::provider::{TimeFormat, TimeSpec};

/// The time as this format writes it. What is taken as received has no writing of its own: milliseconds, as most have.
pub(super) fn write(format: TimeFormat, now: Timestamp) -> String {
    match format {
        TimeFormat::UnixS => now.as_second().to_string(),
        TimeFormat::UnixMs | TimeFormat::AsReceived => now.as_millisecond().to_string(),
        TimeFormat::Rfc3339 => now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        TimeFormat::Basic => now.strftime("%Y%m%dT%H%M%SZ").to_string(),
    }
}

/// The moment that a text means, read as this format or, where it is taken as received, as any.
pub(super) fn read(format: TimeFormat, text: &str) -> Option<Timestamp> {
    let number = || text.parse::<i64>().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    match format {
        // The two are told apart by their size: 100 thousand million seconds are the year 5138.
        TimeFormat::UnixS => number().filter(|n| *n < SPLIT).and_then(|n| Timestamp::from_second(n).ok()),
        TimeFormat::UnixMs => number().filter(|n| *n >= SPLIT).and_then(|n| Timestamp::from_millisecond(n).ok()),
        TimeFormat::Rfc3339 => text.parse().ok(),
        TimeFormat::Basic => {
            let text = text.strip_suffix('Z')?;
            let civil = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%S", text).ok()?;
            Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
        }
        TimeFormat::AsReceived => ALL.iter().find_map(|format| read(*format, text)),
    }
}

/// The moment, read in any of the ways that the recipe reads.
pub(super) fn read_by(spec: &TimeSpec, text: &str) -> Option<Timestamp> {
    std::iter::once(&spec.format).chain(&spec.reads).find_map(|format| read(*format, text))
}

/// Why this text is no time of the recipe's.
pub(super) fn bad(spec: &TimeSpec, text: &str, header: Option<&str>) -> SignError {
    let is = ALL.iter().find(|format| read(**format, text).is_some()).map(|format| words(*format));
    SignError::BadTime { header: header.map(str::to_owned), is, formats: formats(spec) }
}

/// How a recipe's times are written, in words.
fn formats(spec: &TimeSpec) -> String {
    let mut found: Vec<&str> = Vec::new();
    for format in std::iter::once(&spec.format).chain(&spec.reads) {
        if !found.contains(&words(*format)) {
            found.push(words(*format));
        }
    }
    found.join(" or ")
}

fn words(format: TimeFormat) -> &'static str {
    match format {
        TimeFormat::UnixS => "in seconds since 1970",
        TimeFormat::UnixMs => "in milliseconds since 1970",
        TimeFormat::Rfc3339 => "as 2026-11-22T09:12:00+08:00",
        TimeFormat::Basic => "as 20261122T091200Z",
        TimeFormat::AsReceived => "in any usual way",
    }
}

const ALL: [TimeFormat; 4] = [TimeFormat::UnixS, TimeFormat::UnixMs, TimeFormat::Rfc3339, TimeFormat::Basic];
const SPLIT: i64 = 100_000_000_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_back_as_it_was_written() {
        let now = Timestamp::from_second(1_700_000_000).unwrap();
        for format in ALL {
            assert_eq!(read(format, &write(format, now)), Some(now), "{format:?}");
            assert_eq!(read(TimeFormat::AsReceived, &write(format, now)), Some(now), "{format:?}");
        }
        assert_eq!(read(TimeFormat::UnixMs, "1700000000"), None);
        assert_eq!(read(TimeFormat::UnixS, "1700000000000"), None);
        assert_eq!(read(TimeFormat::UnixS, "-5"), None);
    }
}
