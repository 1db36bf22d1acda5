//! The time as the agenda asks for it, and how long an answer stays the same.

use std::cell::Cell;

use jiff::Timestamp;

use super::SOON;

/// The present, for all that an entry of the agenda asks about it. It remembers between which moments every answer so far would be
/// the same: an entry need not be made anew before.
pub(super) struct Time {
    now: Timestamp,
    asked: Cell<Span>,
}

/// From a moment on, until another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    from: Timestamp,
    until: Timestamp,
}

impl Time {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, asked: Cell::new(Span::EVER) }
    }

    /// Whether a moment has come.
    pub(super) fn has_come(&self, at: Timestamp) -> bool {
        let (has, span) = (at <= self.now, self.asked.get());
        let (from, until) = if has { (span.from.max(at), span.until) } else { (span.from, span.until.min(at)) };
        self.asked.set(Span { from, until });
        has
    }

    /// Whether a moment comes soon, or has come.
    pub(super) fn is_soon(&self, at: Timestamp) -> bool {
        self.has_come(at.checked_sub(SOON).unwrap_or(Timestamp::MIN))
    }

    /// For how long all answers stay the same that were given since this was asked last.
    pub(super) fn same(&self) -> Span {
        self.asked.replace(Span::EVER)
    }
}

impl Span {
    /// All moments: nothing was asked.
    const EVER: Self = Self { from: Timestamp::MIN, until: Timestamp::MAX };
    /// No moment.
    pub(super) const NEVER: Self = Self { from: Timestamp::MAX, until: Timestamp::MIN };

    pub(super) fn has(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    #[test]
    fn answers_hold_between_the_moments_that_were_asked_about() {
        let now: Timestamp = "2026-11-22T09:12:00Z".parse().unwrap();
        let hours = |n: i64| now + SignedDuration::from_hours(n);
        let time = Time::new(now);
        assert_eq!(time.same(), Span::EVER);
        assert_eq!([now, hours(-2), hours(1), hours(3)].map(|at| time.has_come(at)), [true, true, false, false]);
        let span = time.same();
        assert_eq!([hours(-1), now, hours(0), hours(1)].map(|at| span.has(at)), [false, true, true, false]);

        assert_eq!([hours(14 * 24), hours(14 * 24 + 5)].map(|at| time.is_soon(at)), [true, false]);
        let span = time.same();
        assert_eq!([hours(-1), now, hours(4), hours(5)].map(|at| span.has(at)), [false, true, true, false]);
        assert!(time.is_soon(Timestamp::MIN) && !time.is_soon(Timestamp::MAX));
        assert!(!Span::NEVER.has(now) && !Span::NEVER.has(Timestamp::MIN));
    }
}
