//! A flow and its present step, as text.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::{Shorts, shape, short};
use crate::cli::place::known;
use crate::cli::records::badge;
use crate::domain::journal::{Happened, Journal, Progress, Step};
use crate::domain::provider::{Act, RecipeUse};
use crate::domain::{Document, Hold, Id, clean, shell_word};

/// All steps, then the present one.
pub(super) fn whole(document: &Document, journal: &Journal) -> String {
    let listed = shape::listed(document, journal, &Shorts::new(document));
    let mut page = format!("{}  {}\n", listed.short, journal.title);
    if let Some((environment, account)) = listed.environment.zip(listed.account) {
        let reason = listed.reason.map_or_else(String::new, |reason| format!(", {reason}"));
        let _ = writeln!(page, "{}  {account}{reason}", badge(environment));
    }
    let ended = listed.ended_at.map_or_else(String::new, |at| format!(" {}", time(at)));
    let _ = writeln!(
        page,
        "begun {}, {}{ended}, {} of {} steps done",
        time(journal.started_at),
        listed.state,
        listed.done,
        listed.of
    );
    for reference in &listed.credentials {
        let _ = writeln!(page, "{reference}");
    }
    page.push('\n');
    let width = journal.steps.iter().map(|step| step.id.len()).max().unwrap_or(0);
    let present = journal.now();
    for (n, step) in journal.steps.iter().enumerate() {
        let (sign, word) = match journal.progress(step) {
            Progress::Done => ("✓", "done"),
            _ if !journal.is_open() => ("–", "undone"),
            Progress::Open if present == Some(n) => ("▸", "now"),
            Progress::Open => ("·", "open"),
            Progress::Waits(_) => ("·", "waits"),
        };
        let _ = write!(page, "{sign} {word:6}  {:width$}  {}", step.id, step.title);
        if let Some((done, known)) = step.done.as_ref().zip(step.known()) {
            let _ = write!(page, "  {}, {known}", time(done.at));
        }
        page.push('\n');
        for line in evidence(document, step) {
            let _ = writeln!(page, "          {:width$}  {line}", "");
        }
    }
    let _ = write!(page, "\n{}", now(document, journal));
    page.lines().fold(String::new(), |text, line| text + &clean(line) + "\n")
}

/// What shows that a step was done, and what happened on the way.
fn evidence(document: &Document, step: &Step) -> Vec<String> {
    let done = step.done.iter().flat_map(|done| done.evidence.iter().map(|(name, value)| format!("{name} {value}")));
    let marks = step.marks.iter().filter_map(|mark| {
        let place = mark.consumer.and_then(|id| document.consumers.iter().find(|place| place.id == id));
        match mark.what {
            Happened::Placed => {
                let label = place.map_or("a place that is forgotten", |place| place.label.as_str());
                Some(format!("{label} has {}, {}", mark.text, known(mark.proof.unwrap_or_default())))
            }
            Happened::Contradicted => Some(format!("answered {} {}: the contrary", mark.text, time(mark.at))),
            Happened::Noted => Some(format!("noted {}: {}", time(mark.at), mark.text)),
            Happened::Kept | Happened::Copied => None,
        }
    });
    done.chain(marks).collect()
}

/// The present step with all that it needs, and how it is done from here; of a flow that has ended, what it leaves behind.
pub(super) fn now(document: &Document, journal: &Journal) -> String {
    let Some((at, step)) = journal.now().and_then(|at| Some((at, journal.steps.get(at)?))) else {
        return ended(document, journal);
    };
    let mut page = format!("Step {} of {}, {}: {}\n", at + 1, journal.steps.len(), step.id, step.title);
    let mut part = |text: &str| {
        if !text.is_empty() {
            let _ = writeln!(page, "\n{}", text.trim_end());
        }
    };
    let page_at = [step.place.as_deref(), step.url.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("\n");
    part(&page_at);
    part(step.text.as_deref().unwrap_or_else(|| step.usual()));
    if let Some(warning) = &step.warning {
        part(&format!("! {}\n{}", warning.title, warning.text));
    }
    let apart = journal.told_apart(step, document);
    part(&apart.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n"));
    part(&holders(document, journal, step).join("\n"));
    if let Some((subject, body)) = &step.letter {
        part(&format!("Subject: {subject}\n\n{body}"));
    }
    if let Some(call) = &step.call {
        part(&call.command(journal, document));
        if let Some(reference) = journal.version(&call.with).and_then(|at| numbered(document, at)) {
            part(&format!("Its variables are the values of {reference}."));
            let lacks = journal.lacks(step, document).join(" and no ");
            if !lacks.is_empty() {
                part(&format!(
                    "! {reference} has no {lacks}, which the call takes: refused without, it says nothing of the key."
                ));
            }
        }
    }
    if let Some(end) = journal.waits_until(step) {
        part(&format!("It is over on {}.", time(end)));
    }
    if let Some(no) = journal.contradicted(step) {
        part(&format!("! The answer {} of {} says the contrary.", no.text, time(no.at)));
    }
    if matches!(step.act, Act::Substitute | Act::Overlap) {
        let left = document.still_to_move(journal, step);
        part(&if left.is_empty() { String::new() } else { format!("Still to move: {}", left.join(", ")) });
        let new = journal.handed(step, document).into_iter().filter_map(|handed| {
            let reference = numbered(document, (handed.slot.credential?, handed.version.id))?;
            let is_main = handed.version.main_field(handed.slot.kind).is_some_and(|(name, _)| name == handed.name);
            let field = if is_main { String::new() } else { format!("#{}", handed.name) };
            Some(format!("paykeep get {reference}{field}"))
        });
        part(&new.collect::<Vec<_>>().join("\n"));
    }
    part(&signed(document, journal, step).join("\n"));
    part(step.asks.as_deref().unwrap_or_default());
    part(&how(step, &short(document, journal.id)).join("\n"));
    page.lines().fold(String::new(), |text, line| text + &clean(line) + "\n")
}

/// Which places have what a step stops, and what becomes of them.
pub(super) fn holders(document: &Document, journal: &Journal, step: &Step) -> Vec<String> {
    let Some((credential, version)) = journal.killed(step) else { return Vec::new() };
    let held = document.holding_up(journal, step);
    let n = document.version(credential, version).map_or(0, |version| version.n);
    let place = |label: String| {
        if !held.contains(&label) {
            return format!("{} still has v{n}: it fails from this moment", clean(&label));
        }
        let unused = unused(document, journal, step, &label).unwrap_or_default();
        format!("{} still has v{n}: move it first, or `{unused}`", clean(&label))
    };
    let mut lines: Vec<String> = document.holders_of(credential, version).into_iter().map(place).collect();
    if document.hold(journal, step) == Hold::UnlessSaid && !lines.is_empty() {
        let id = short(document, journal.id);
        lines.push(format!("to stop it all the same: `paykeep flow next {id} --account NAME --overrule --note WHY`"));
    }
    lines
}

/// The command that says that a place no longer uses what a step is about: it must not have it, or is no more.
pub(super) fn unused(document: &Document, journal: &Journal, step: &Step, label: &str) -> Option<String> {
    let place = document.consumers.iter().find(|place| place.label == label)?;
    let killed = journal.killed(step).map(|(credential, _)| credential);
    let own = step.slots.iter().filter_map(|name| journal.slot(name)?.credential).chain(killed);
    let used = own.into_iter().find(|id| place.uses.iter().any(|used| used.credential == *id));
    let reference = document.reference(document.credential(used?)?)?;
    Some(format!("paykeep place edit {} --unused {reference}", shell_word(label)))
}

/// The commands that sign the call of a step that verifies, and check its answer.
pub(super) fn signed(document: &Document, journal: &Journal, step: &Step) -> Vec<String> {
    let id = short(document, journal.id);
    let with = |used: &RecipeUse| {
        let reference = numbered(document, journal.version(&used.with)?)?;
        Some(format!("{reference} --recipe {}", used.recipe))
    };
    let sign = step.sign.as_ref().and_then(with).map(|used| format!("paykeep sign {used} < REQUEST"));
    let verify = step.verify.as_ref().and_then(with);
    let verify = verify.map(|used| match step.sign {
        Some(_) => format!("paykeep verify {used} --method METHOD --url URL --flow {id} < RESPONSE"),
        None => format!("paykeep verify {used} --flow {id} < MESSAGE"),
    });
    sign.into_iter().chain(verify).collect()
}

/// A version by its reference and number.
fn numbered(document: &Document, (credential, version): (Id, Id)) -> Option<String> {
    let reference = document.reference(document.credential(credential)?)?;
    Some(format!("{reference}@{}", document.version(credential, version)?.n))
}

/// How a flow ended, what it leaves behind, and the command that begins it anew.
fn ended(document: &Document, journal: &Journal) -> String {
    let state = shape::state(journal);
    let mut page = format!("«{}» is {state}\n", journal.title);
    for left in shape::leftovers(document, journal) {
        let _ = writeln!(page, "{left}");
    }
    if let Some(account) = document.account(journal.account).filter(|_| state == "denied") {
        let place = format!("{}/{}/{}", account.provider, account.environment, account.slug);
        let reason = journal.reason.map_or_else(String::new, |reason| format!(" --reason {}", reason.as_str()));
        let first =
            journal.slots.first().map_or_else(String::new, |slot| format!(" --credential {place}/{}", slot.reference));
        let _ = writeln!(page, "paykeep flow start {place} {}{reason}{first}", journal.flow);
    }
    page.lines().fold(String::new(), |text, line| text + &clean(line) + "\n")
}

/// The command that takes a step's value once more.
pub(super) fn again(step: &Step, id: &str) -> Option<String> {
    let next = format!("paykeep flow next {id}");
    Some(how(step, id).first()?.replacen(&next, &format!("{next} --step {}", step.id), 1))
}

/// The commands that do a step.
pub(super) fn how(step: &Step, id: &str) -> Vec<String> {
    let next = format!("paykeep flow next {id}");
    let note = if step.asks.is_some() { " --note TEXT" } else { "" };
    let names: Vec<&str> = step.fields.iter().map(|field| field.field.as_str()).collect();
    match step.act {
        _ if step.asks_consent() => vec![format!("{next} --account NAME{note}")],
        Act::Take | Act::TakeOnce => {
            let json: Vec<String> = names.iter().map(|name| format!("\"{name}\": \"…\"")).collect();
            let take = if names.len() > 1 {
                format!("{next} --json < FILE, which holds {{{}}}", json.join(", "))
            } else {
                format!("{next} < FILE")
            };
            let known = (step.act == Act::TakeOnce).then(|| format!("{next} --known"));
            std::iter::once(take).chain(known).collect()
        }
        Act::Give => vec![format!("{next} --copied"), next],
        Act::Seal => vec![format!("{next} --copied | …"), format!("{next} --known")],
        Act::Approval => vec![format!("{next} --answer approved|denied{note}")],
        Act::Verify | Act::ProveDead => {
            let status = step.call.is_some().then(|| format!("{next} --status CODE"));
            let said = step.or_said.then(|| format!("{next} --said{note}"));
            status.into_iter().chain(said).collect()
        }
        Act::Overlap if step.wait_s.is_some() => vec![next.clone(), format!("{next} --note WHY, before it is over")],
        Act::Substitute => vec![format!("{next} --place LABEL"), next],
        _ => vec![format!("{next}{note}")],
    }
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
