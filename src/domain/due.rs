//! What is due: which credential has to be rotated, renewed, moved or waited for, and until when. Nothing of it is stored but
//! «later»; all follows from the records, the provider's file and the time.

mod agenda;
mod item;
mod rule;
mod time;
mod words;

use jiff::{SignedDuration, Timestamp};

pub use agenda::{Agenda, Changed};
pub use rule::{LIVE_DAYS, Rule, Whose, is_short_lived, rule};

use super::provider::Provider;
use super::{Document, Environment, Id, Life, Slug};

/// Finds a provider by the ID that accounts have: the domain knows no catalogue.
pub type Providers<'a> = dyn Fn(&Slug) -> Option<&'a Provider> + 'a;

/// One thing to do, or one date that comes.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The credential; none yet in a flow that makes its first one.
    pub credential: Option<Id>,
    /// Whose it is.
    pub account: Id,
    /// The flow in progress, if it is about one.
    pub journal: Option<Id>,
    /// Sandbox or live.
    pub environment: Environment,
    /// The provider's name on the screen; its ID where the file is unknown.
    pub provider: String,
    /// `provider/environment/account/name`.
    pub reference: String,
    /// The account's slug.
    pub account_name: String,
    /// The last part of the reference.
    pub name: String,
    /// What it is.
    pub what: What,
    /// When it has to be done, or has to have been done; none where nothing ends by itself.
    pub deadline: Option<Timestamp>,
    /// Since when it is under way, for what is.
    pub since: Option<Timestamp>,
    /// Whether old and new both work, while a flow is in progress.
    pub overlaps: bool,
    /// Until when that flow waits for the old one to be out of use.
    pub waits_until: Option<Timestamp>,
    /// The rule by which it is rotated.
    pub rule: Option<Rule>,
    /// How many places use the credential.
    pub places: usize,
    /// The labels of those that do not have the newer version, as far as is known. All of them where there is none yet.
    pub left: Vec<String>,
    /// Whether it is not known of some of them which version they have.
    pub unsure: bool,
    /// Whether nothing works that a reference to it gives: it is live, and its current version has died.
    pub no_key: bool,
    /// Whether it lives for a short time by its nature: its end is no deed that was forgotten.
    pub short_lived: bool,
    /// «Later»: it is not to be shown as something to do before then.
    pub snoozed_until: Option<Timestamp>,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A new version is wanted.
    Rotate {
        /// How many steps the provider's flow for it has.
        steps: Option<usize>,
        /// Because the present one leaked.
        leaked: bool,
    },
    /// Two versions work, and places still have the old one.
    Move {
        /// The old one's number.
        from: u32,
        /// The new one's number.
        to: u32,
    },
    /// Two versions work, and no place is known to have the old one.
    Retire {
        /// The old one's number.
        version: u32,
    },
    /// A flow is in progress.
    GoOn {
        /// The title of its present step.
        title: String,
        /// That step's number, from 1.
        step: usize,
        /// How many steps it has.
        of: usize,
    },
    /// The provider's approval is waited for.
    Wait,
    /// A version waits to be put to use.
    Use {
        /// Its number.
        version: u32,
    },
    /// It stops working by itself at the deadline.
    Renew,
    /// It stopped working by itself at the deadline.
    Expired,
    /// It stopped working at the deadline by what was done: its current version is dead, and none waits to take its place.
    Dead {
        /// The version's number.
        version: u32,
        /// Its life.
        life: Life,
    },
}

/// The [`Agenda`] of these records, for who looks at it once.
pub fn agenda(document: &Document, providers: &Providers<'_>, now: Timestamp) -> Vec<Due> {
    let mut agenda = Agenda::default();
    let nothing = Document::new(document.vault.id, document.vault.created_at);
    // What changed is let go of at once: it shares the entries.
    drop(agenda.renew(&nothing, document, providers, now));
    agenda.into_entries().collect()
}

impl Due {
    /// Whether nothing can be done but wait.
    pub fn waits(&self) -> bool {
        matches!(self.what, What::Wait | What::Use { .. })
    }

    /// How many places have the newer version.
    pub fn moved(&self) -> usize {
        self.places - self.left.len().min(self.places)
    }

    /// Whether it is under way, or to be done within so long; also when it was put off.
    pub fn is_listed(&self, now: Timestamp, within: SignedDuration) -> bool {
        let over = self.short_lived && matches!(self.what, What::Expired);
        !over && (self.since.is_some() || self.ends_within(now, within))
    }

    /// Whether it is to be done: under way, or within so long, and not put off.
    pub fn is_to_do(&self, now: Timestamp, within: SignedDuration) -> bool {
        self.snoozed_until.is_none() && self.is_listed(now, within)
    }

    /// Whether it counts as due: a new version is wanted within so long. The end of an overlap does not count, since the new
    /// version is there; nor what is short-lived by its nature.
    pub fn is_due(&self, now: Timestamp, within: SignedDuration) -> bool {
        let wanted = !matches!(self.what, What::Move { .. } | What::Retire { .. }) && !self.is_in_a_wait(now);
        wanted && !self.short_lived && self.snoozed_until.is_none() && self.ends_within(now, within)
    }

    /// Whether its date is the end of a wait that lasts: it is to be gone on with then, and not before.
    pub fn is_in_a_wait(&self, now: Timestamp) -> bool {
        self.deadline == self.waits_until && self.waits_until.is_some_and(|end| end > now)
    }

    /// Whether its deadline comes within so long, or is past.
    pub fn ends_within(&self, now: Timestamp, within: SignedDuration) -> bool {
        self.deadline.is_some_and(|at| at <= now.checked_add(within).unwrap_or(Timestamp::MAX))
    }

    /// The day to be reminded of it: its deadline, or until when it was put off. None for what is short-lived by its nature.
    pub fn remind_at(&self) -> Option<Timestamp> {
        if self.short_lived {
            None
        } else {
            self.deadline.map(|at| self.snoozed_until.map_or(at, |later| later.max(at)))
        }
    }
}

/// What the clear file says of an agenda: the earliest date (in UTC) and how many dates there are within 14 days from it, as
/// `2026-04-16 2`; `- 0` where there is none.
pub fn reminder(agenda: &[Due]) -> String {
    let dates = || agenda.iter().filter_map(Due::remind_at);
    let Some(first) = dates().min() else { return "- 0\n".to_owned() };
    let last = first.checked_add(SOON).unwrap_or(Timestamp::MAX);
    format!("{} {}\n", first.strftime("%Y-%m-%d"), dates().filter(|at| *at <= last).count())
}

/// In how many days a day is, however long it is until a moment in it: 90 a minute after 90 days began.
pub fn days_until(length: SignedDuration) -> i64 {
    let half = if length < SignedDuration::from_hours(48) { 0 } else { 12 };
    (length + SignedDuration::from_hours(half)).as_hours().div_euclid(24).max(0)
}

/// What is due within so long is due soon: 14 days.
pub const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
