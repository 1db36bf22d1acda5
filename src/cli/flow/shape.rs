//! Flows in the shapes that are printed.

use super::{Shorts, page};
use crate::cli::json::{ListedJournal, ShownJournal, ShownLetter, ShownMark, ShownStep};
use crate::domain::Document;
use crate::domain::journal::{End, Journal, Progress, Step};
use crate::domain::provider::{Act, Reason};

/// A line of `flow status`.
pub(super) fn listed(document: &Document, journal: &Journal, shorts: &Shorts) -> ListedJournal {
    let account = document.account(journal.account);
    let about = journal.slots.iter().filter_map(|slot| {
        let credential = slot.credential.and_then(|id| document.credential(id))?;
        let reference = document.reference(credential)?;
        let version = credential.versions.iter().find(|version| Some(version.id) == slot.new);
        Some(version.map_or_else(|| reference.to_string(), |version| format!("{reference}@{}", version.n)))
    });
    ListedJournal {
        id: journal.id.to_string(),
        short: shorts.of(journal.id),
        provider: journal.provider.to_string(),
        environment: account.map(|account| account.environment.as_str()),
        account: account.map(|own| format!("{}/{}/{}", own.provider, own.environment, own.slug)),
        flow: journal.flow.clone(),
        title: journal.title.clone(),
        does: journal.does,
        reason: journal.reason.map(Reason::as_str),
        state: state(journal),
        started_at: journal.started_at,
        ended_at: journal.ended.as_ref().map(|ended| ended.at),
        done: journal.count_done(),
        of: journal.steps.len(),
        next: journal.now().and_then(|at| journal.steps.get(at)).map(|step| step.id.clone()),
        credentials: about.collect(),
    }
}

/// The word for how a flow stands.
pub(super) fn state(journal: &Journal) -> &'static str {
    match journal.ended.as_ref().map(|ended| ended.how) {
        None => "in-progress",
        Some(End::Finished) => "finished",
        Some(End::Denied) => "denied",
        Some(End::Abandoned) => "abandoned",
    }
}

/// All about a flow.
pub(super) fn shown(document: &Document, journal: &Journal) -> ShownJournal {
    ShownJournal {
        listed: listed(document, journal, &Shorts::new(document)),
        steps: journal.steps.iter().map(|own| step(document, journal, own)).collect(),
        leftovers: leftovers(document, journal),
    }
}

/// What is left behind where a flow ended before its last step.
pub(super) fn leftovers(document: &Document, journal: &Journal) -> Vec<String> {
    if matches!(state(journal), "abandoned" | "denied") { journal.leftovers(document) } else { Vec::new() }
}

fn step(document: &Document, journal: &Journal, step: &Step) -> ShownStep {
    let (state, waits_for) = match journal.progress(step) {
        Progress::Done => ("done", Vec::new()),
        _ if !journal.is_open() => ("undone", Vec::new()),
        Progress::Open => ("open", Vec::new()),
        Progress::Waits(titles) => ("waits", titles),
    };
    let label = |id| document.consumers.iter().find(|place| place.id == id).map(|place| place.label.clone());
    let marks = step.marks.iter().map(|mark| ShownMark {
        at: mark.at,
        what: mark.what,
        place: mark.consumer.and_then(label),
        text: mark.text.clone(),
    });
    let moves = matches!(step.act, Act::Substitute | Act::Overlap) && step.done.is_none();
    ShownStep {
        step: step.id.clone(),
        act: step.act,
        title: step.title.clone(),
        state,
        waits_for,
        done_at: step.done.as_ref().map(|done| done.at),
        grade: step.done.as_ref().map(|done| done.grade),
        known: step.known(),
        evidence: step.done.as_ref().map(|done| done.evidence.clone()).unwrap_or_default(),
        marks: marks.collect(),
        text: step.text.clone(),
        warning: step.warning.clone(),
        asks: step.asks.clone(),
        place: step.place.clone(),
        url: step.url.clone(),
        fields: step.fields.iter().map(ToString::to_string).collect(),
        form: step.form,
        letter: step.letter.clone().map(|(subject, body)| ShownLetter { subject, body }),
        call: step.call.as_ref().map(|call| call.command(journal, document)),
        signed: page::signed(document, journal, step),
        stops: journal.told_apart(step, document).into_iter().collect(),
        asks_account: step.asks_consent(),
        or_said: step.or_said,
        places_left: match journal.killed(step).filter(|_| step.done.is_none()) {
            _ if moves => document.still_to_move(journal, step),
            Some((credential, version)) => document.holders_of(credential, version),
            None => Vec::new(),
        },
    }
}
