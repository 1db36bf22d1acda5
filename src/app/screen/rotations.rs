//! Rotations: what is due, what is under way, and the coming 90 days.

use jiff::SignedDuration;

use crate::app::model::{Inside, Lane, Later, Model, Overlay, Page, Split, Then, Tone};
use crate::app::msg::Now;
use crate::app::screen::{detail, flow};
use crate::catalog::Catalog;
use crate::domain::due::{Changed, Due, SOON, What};
use crate::domain::{Change, Document, Environment, Id};

/// Brings the agenda up to date, which was made of the records as they were `before`, and the lists that follow from it; what was chosen
/// stays chosen. Gives what changed.
pub(in crate::app) fn renew(inside: &mut Inside, before: &Document, catalog: &Catalog, now: &Now) -> Vec<Changed> {
    let page = &mut inside.rotations;
    let key = |due: &Due| (due.credential, due.journal);
    let chosen = page.chosen().map(key);
    let changed = page.agenda.renew(before, &inside.unlocked.document, &|id| catalog.get(id.as_str()), now.wall);
    let (mut shown, mut later, mut due) = (Vec::new(), Vec::new(), 0);
    let (mut live, mut sandbox) = (Vec::new(), Vec::new());
    for (at, item) in page.agenda.iter().enumerate().filter(|(_, item)| item.is_listed(now.wall, AHEAD)) {
        if item.environment == Environment::Live { &mut live } else { &mut sandbox }.push(at);
        // What is due soon is also listed ahead, and what counts as due is also listed.
        if item.is_listed(now.wall, SOON) {
            if item.snoozed_until.is_none() { &mut shown } else { &mut later }.push(at);
            due += usize::from(item.is_due(now.wall, SOON));
        }
    }
    page.to_do = shown.len();
    page.due = due;
    shown.extend(later);
    page.lanes = lanes(live, sandbox);
    let is_chosen = |at: &usize| page.agenda.get(*at).map(key) == chosen;
    page.list.row = chosen.and_then(|_| shown.iter().position(is_chosen)).unwrap_or(page.list.row);
    page.shown = shown;
    changed
}

/// The timeline's lines: in each environment the order of the agenda.
fn lanes(live: Vec<usize>, sandbox: Vec<usize>) -> Vec<Lane> {
    let mut lanes = Vec::new();
    for (environment, here) in [(Environment::Live, live), (Environment::Sandbox, sandbox)] {
        if here.is_empty() {
            continue;
        }
        if !lanes.is_empty() {
            lanes.push(Lane::Gap);
        }
        lanes.push(Lane::Badge(environment));
        lanes.extend(here.into_iter().map(Lane::Item));
    }
    lanes
}

/// `2`
pub(in crate::app) fn show(model: &mut Model) {
    model.go(Page::Rotations);
    if let Some(inside) = model.inside_mut() {
        inside.rotations.opened = false;
    }
}

/// `⏎`: goes on with what is chosen: with its flow, if one is in progress; else the credential is shown.
pub(in crate::app) fn go_on(model: &mut Model) {
    let Some(item) = model.inside().and_then(|inside| inside.rotations.chosen()) else { return };
    let (credential, journal) = (item.credential, item.journal);
    match (journal, credential) {
        (Some(journal), _) => {
            flow::show(model, journal);
            if let Some(inside) = model.inside_mut() {
                inside.rotations.opened = true;
            }
        }
        (None, Some(id)) => {
            detail::show(model, id);
            if let Some(inside) = model.inside_mut() {
                inside.rotations.opened = true;
            }
        }
        (None, None) => model.tell(Tone::Plain, "Its first key is not there yet."),
    }
}

/// Why the chosen one can't be put off.
pub(in crate::app) fn why_not_later(model: &Model) -> Option<String> {
    let item = model.inside().and_then(|inside| inside.rotations.chosen())?;
    if item.credential.is_none() {
        return Some("Its first key is not there yet.".into());
    }
    let saving = model.inside().is_some_and(|inside| inside.saving.is_some());
    if saving {
        return Some("The last change is still being saved.".into());
    }
    let why = if item.no_key {
        "It has no working key: replace it, or put it in the bin."
    } else {
        "It ends by itself within a day: that does not wait."
    };
    options(item, &model.now).is_empty().then(|| why.into())
}

/// `z`: asks until when.
pub(in crate::app) fn later(model: &mut Model) {
    let Some(item) = model.inside().and_then(|inside| inside.rotations.chosen()) else { return };
    let Some(credential) = item.credential else { return };
    let later = Later {
        credential,
        reference: item.reference.clone(),
        environment: item.environment,
        words: item.words(),
        until: options(item, &model.now),
        chosen: 0,
    };
    model.overlay = Some(Overlay::Later(Box::new(later)));
}

/// `⏎` of that question.
pub(in crate::app) fn put_off(model: &mut Model) {
    let Some(Overlay::Later(later)) = model.overlay.take_if(|overlay| matches!(overlay, Overlay::Later(_))) else {
        return;
    };
    let Some((words, until)) = later.until.get(later.chosen).copied() else { return };
    let done = if until.is_some() { format!("Put off for {words}.") } else { "It is to do again.".to_owned() };
    model.commit(Change::Later { credential: later.credential, until }, done, Then::Stay);
}

/// Until when something can be put off: not beyond the moment at which it ends by itself.
fn options(item: &Due, now: &Now) -> Vec<(&'static str, Option<jiff::Timestamp>)> {
    let ends = !matches!(item.what, What::Rotate { .. } | What::GoOn { .. } | What::Wait);
    let end = item.deadline.filter(|_| ends);
    let back = item.snoozed_until.map(|_| ("not at all", None));
    let choices = CHOICES.iter().filter_map(|(words, days)| {
        let until = now.wall.checked_add(SignedDuration::from_hours(24 * days)).ok()?;
        end.is_none_or(|end| until < end).then_some((*words, Some(until)))
    });
    back.into_iter().chain(choices).collect()
}

impl crate::app::model::Rotations {
    /// The chosen entry.
    pub fn chosen(&self) -> Option<&Due> {
        self.agenda.get(*self.shown.get(self.list.row)?)
    }

    /// The credential of the chosen entry.
    pub fn chosen_credential(&self) -> Option<Id> {
        self.chosen()?.credential
    }

    /// The entry whose date comes first, of those that are not to be done yet.
    pub fn next(&self) -> Option<&Due> {
        self.agenda.iter().filter(|due| due.remind_at().is_some()).min_by_key(|due| due.remind_at())
    }
}

impl Model {
    /// How the lines of the page are divided: the list keeps half of them where both want more than there is.
    pub fn rotations_split(&self) -> Split {
        let Some(inside) = self.inside() else { return Split::default() };
        let height = usize::from(self.size.1);
        let content = height.saturating_sub(7);
        let tall = height >= 30;
        let titles = if tall { 2 } else { 1 };
        let lanes = self.rotations_lanes().count();
        let all = content.saturating_sub(titles).max(1);
        if lanes == 0 || height < WITH_TIMELINE {
            return Split { lanes: 0, rows: all };
        }
        // Axis, and blank lines; where there is room also the legend.
        let room = content.saturating_sub(if tall { 8 } else { 4 });
        let wanted = inside.rotations.shown.len().max(1);
        let rows = wanted.min(room.saturating_sub(lanes).max(room / 2)).max(1);
        Split { lanes: lanes.min(room.saturating_sub(rows)), rows: rows.max(room.saturating_sub(lanes)) }
    }

    /// The lines of the timeline: without gaps where lines are few.
    pub fn rotations_lanes(&self) -> impl Iterator<Item = Lane> {
        let tall = self.size.1 >= 30;
        let lanes = self.inside().map(|inside| inside.rotations.lanes.as_slice()).unwrap_or_default();
        lanes.iter().copied().filter(move |lane| tall || *lane != Lane::Gap)
    }
}

/// How long something can be put off, in days.
const CHOICES: [(&str, i64); 4] = [("1 day", 1), ("3 days", 3), ("1 week", 7), ("2 weeks", 14)];
/// How far the timeline looks ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Fewer lines than this are the list's.
const WITH_TIMELINE: usize = 20;
