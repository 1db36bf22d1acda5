//! Two versions that work side by side, on an axis that holds both marks: when the new one became current, when the old one ends.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::view::canvas::Part;
use crate::view::theme::Ink;

/// From when until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// When the new version became current.
    pub since: Timestamp,
    /// When the old one ends, if it does by itself.
    pub until: Option<Timestamp>,
    /// Now.
    pub now: Timestamp,
}

/// The four lines, without their labels: the times, the new version, the old one, and where now is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Times along the axis.
    pub times: Vec<Part<'static>>,
    /// The new version, from where it became current.
    pub current: Vec<Part<'static>>,
    /// The old version: solid up to now, dotted up to its end.
    pub previous: Vec<Part<'static>>,
    /// The mark of now.
    pub now: Vec<Part<'static>>,
}

/// Lays the axis out over `w` cells, in the time zone of the user.
pub fn overlap(of: Overlap, w: i32, zone: &TimeZone) -> Lines {
    let w = w.max(20);
    let first = of.since.min(of.now);
    let last = of.until.unwrap_or(of.now).max(of.now);
    let scale = scale(last.duration_since(first));
    let start = scale.start(first, last, zone);
    let at = |moment: Timestamp| cell(moment.duration_since(start), scale.length(), w).min(w - 1);
    let (begins, now) = (at(of.since), at(of.now));
    let ends = of.until.map(at);
    let mut previous = vec![(repeat("━", now), Ink::WARNING).into()];
    match ends {
        Some(ends) => {
            previous.push((format!("{}┤", repeat("┄", ends - now)), Ink::WARNING).into());
            previous.push((" ends", Ink::DIM).into());
        }
        None => previous.push((repeat("┄", w - now), Ink::WARNING).into()),
    }
    let clock = of.now.to_zoned(zone.clone()).strftime("now %H:%M").to_string();
    Lines {
        times: vec![(times(scale, start, w, zone), Ink::DIM).into()],
        current: vec![
            (repeat(" ", begins), Ink::TEXT).into(),
            (format!("├{}", repeat("━", w - begins - 1)), Ink::SUCCESS).into(),
        ],
        previous,
        now: mark(now, clock, w),
    }
}

/// The mark of now, with the time beside it: at its left where the axis ends.
fn mark(now: i32, clock: String, w: i32) -> Vec<Part<'static>> {
    let size = i32::try_from(clock.len()).unwrap_or(0) + 1;
    let (sign, clock) = (Part::from(("▲", Ink::STRONG)), Part::from((clock, Ink::TYPED)));
    let blank = |n: i32| Part::from((repeat(" ", n), Ink::TEXT));
    if now + 1 + size <= w || now < size {
        vec![blank(now), sign, blank(1), clock]
    } else {
        vec![blank(now - size), clock, blank(1), sign]
    }
}

/// How much time an axis has, and how it is divided.
#[derive(Clone, Copy)]
struct Scale {
    hours: i64,
    /// Hours between two times that are written.
    step: i64,
    form: &'static str,
}

/// The shortest axis that leaves some room around what it holds: half a day, a day, a week, a month, a season, a year, ten years.
fn scale(span: SignedDuration) -> Scale {
    let fits = |scale: &&Scale| span.as_hours() * 5 < scale.hours * 4;
    SCALES.iter().find(fits).copied().unwrap_or(Scale { hours: 24 * 3_650, step: 24 * 730, form: "%Y" })
}

impl Scale {
    fn length(self) -> SignedDuration {
        SignedDuration::from_hours(self.hours)
    }

    /// Where it begins: what it holds stands in its middle, on a whole hour or day.
    fn start(self, first: Timestamp, last: Timestamp, zone: &TimeZone) -> Timestamp {
        let middle = first.checked_add(last.duration_since(first) / 2).unwrap_or(first);
        let start = middle.checked_sub(self.length() / 2).unwrap_or(first);
        let local = start.to_zoned(zone.clone());
        let unit = if self.hours <= 24 { jiff::Unit::Hour } else { jiff::Unit::Day };
        let whole = jiff::ZonedRound::new().smallest(unit).mode(jiff::RoundMode::Trunc);
        local.round(whole).map_or(start, |whole| whole.timestamp())
    }
}

/// The times under which the axis stands; the last one ends where the axis does.
fn times(scale: Scale, start: Timestamp, w: i32, zone: &TimeZone) -> String {
    let mut line = String::new();
    for step in 0..=scale.hours / scale.step {
        let after = SignedDuration::from_hours(step * scale.step);
        let Ok(at) = start.checked_add(after) else { break };
        let words = at.to_zoned(zone.clone()).strftime(scale.form).to_string();
        let size = i32::try_from(words.len()).unwrap_or(0);
        let used = i32::try_from(line.len()).unwrap_or(0);
        let place = cell(after, scale.length(), w).min(w - size);
        if place > used || used == 0 {
            line.push_str(&repeat(" ", place - used));
            line.push_str(&words);
        }
    }
    line
}

/// The cell of a moment, so long after the start; within the axis.
#[expect(clippy::cast_possible_truncation, reason = "clamped to the axis' few hundred cells")]
fn cell(after: SignedDuration, length: SignedDuration, w: i32) -> i32 {
    let part = after.as_secs_f64() / length.as_secs_f64().max(1.0);
    (part.clamp(0.0, 1.0) * f64::from(w)).round_ties_even() as i32
}

fn repeat(sign: &str, n: i32) -> String {
    sign.repeat(usize::try_from(n).unwrap_or(0))
}

const SCALES: [Scale; 6] = [
    Scale { hours: 12, step: 3, form: "%H:%M" },
    Scale { hours: 24, step: 6, form: "%H:%M" },
    Scale { hours: 24 * 7, step: 24 * 2, form: "%-d %b" },
    Scale { hours: 24 * 30, step: 24 * 7, form: "%-d %b" },
    Scale { hours: 24 * 91, step: 24 * 28, form: "%-d %b" },
    Scale { hours: 24 * 365, step: 24 * 91, form: "%-d %b" },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn text(parts: &[Part<'_>]) -> String {
        parts.iter().map(|part| part.text.as_ref()).collect()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_holds_both_marks_and_now() {
        let of = Overlap {
            since: at("2026-04-14T11:02:00Z"),
            until: Some(at("2026-04-14T17:02:00Z")),
            now: at("2026-04-14T14:02:00Z"),
        };
        let lines = overlap(of, 54, &TimeZone::UTC);
        assert_eq!(text(&lines.times), "08:00         11:00        14:00        17:00    20:00");
        assert_eq!(text(&lines.current), format!("{}├{}", " ".repeat(14), "━".repeat(39)));
        assert_eq!(text(&lines.previous), "━━━━━━━━━━━━━━━━━━━━━━━━━━━┄┄┄┄┄┄┄┄┄┄┄┄┄┄┤ ends");
        assert_eq!(text(&lines.now), "                           ▲ now 14:02");
    }

    #[test]
    fn whatever_the_span_every_mark_is_on_the_axis() {
        let now = at("2026-04-14T14:02:00Z");
        for hours in [0, 1, 5, 9, 20, 50, 160, 500, 3_000, 20_000, 200_000] {
            for w in [10, 30, 54, 90] {
                let ago = now - SignedDuration::from_hours(hours);
                for until in [None, Some(now + SignedDuration::from_hours(hours))] {
                    let lines = overlap(Overlap { since: ago, until, now }, w, &TimeZone::UTC);
                    let width = |parts: &[Part<'_>]| text(parts).chars().count();
                    let w = usize::try_from(w.max(20)).unwrap();
                    assert_eq!(width(&lines.current), w, "{hours} {until:?}");
                    assert!(width(&lines.times) <= w && width(&lines.previous) <= w + 5, "{hours} {until:?}");
                }
            }
        }
    }
}
