//! The audit log: what was done, when and why.

use jiff::tz::TimeZone;

use crate::app::answer::renew;
use crate::app::effect::Effect;
use crate::app::model::{Inside, Log, Model, Notice, Page, Purpose, Tone};
use crate::app::msg::{Exported, Key};
use crate::app::screen::detail;
use crate::app::status::problem;
use crate::app::value;
use crate::domain::Id;
use crate::domain::audit::{self, Entry, Flaw};
use crate::error::Problem;
use crate::secret::SecretText;

/// `5`
pub(in crate::app) fn show(model: &mut Model) {
    model.go(Page::Audit);
    let zone = model.now.zone.clone();
    if let Some(inside) = model.inside_mut() {
        inside.log.zone = Some(zone);
        inside.log.opened = false;
        rebuild(inside);
    }
}

/// Makes the list anew while the page is shown; what was chosen stays chosen.
pub(in crate::app) fn rebuild(inside: &mut Inside) {
    if !matches!(inside.page, Page::Audit) {
        return;
    }
    let chosen = inside.log.chosen().map(|entry| (entry.device.clone(), entry.seq));
    let document = &inside.unlocked.document;
    inside.log.rows = document.log().into_iter().cloned().collect();
    inside.log.flaws = audit::check_recent(document);
    let archived = document.devices.iter().filter_map(|device| device.archived.as_ref());
    inside.log.older = archived.map(|head| head.seq).sum();
    inside.log.checked = false;
    filter(&mut inside.log);
    if let Some(chosen) = chosen {
        let is_it = |at: &usize| (&inside.log.rows[*at].device, inside.log.rows[*at].seq) == (&chosen.0, chosen.1);
        let row = inside.log.shown.iter().position(is_it);
        inside.log.list.row = row.unwrap_or(inside.log.list.row);
    }
}

fn filter(log: &mut Log) {
    let text = log.filter.text().to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    let zone = log.zone.clone().unwrap_or(TimeZone::UTC);
    log.shown = (0..log.rows.len()).filter(|at| log.rows[*at].has(&words, &zone)).collect();
    log.list.row = log.list.row.min(log.shown.len().saturating_sub(1));
}

/// `/`
pub(in crate::app) fn start_filter(model: &mut Model) {
    if let Some(inside) = model.inside_mut() {
        inside.log.filtering = true;
    }
}

/// `⏎` in the filter: the list has the keys again.
pub(in crate::app) fn keep_filter(model: &mut Model) {
    if let Some(inside) = model.inside_mut() {
        inside.log.filtering = false;
    }
}

/// `esc`: shows everything again.
pub(in crate::app) fn clear_filter(model: &mut Model) {
    if let Some(inside) = model.inside_mut() {
        inside.log.filtering = false;
        inside.log.filter.set("");
        filter(&mut inside.log);
    }
}

/// Hands a key to the filter.
pub(in crate::app) fn edit_filter(model: &mut Model, key: Key) -> bool {
    let Some(inside) = model.inside_mut() else { return false };
    let used = inside.log.filter.key(key);
    filter(&mut inside.log);
    used
}

/// A short paste goes into the filter.
pub(in crate::app) fn paste_filter(inside: &mut Inside, text: &SecretText) {
    value::paste_plain(&mut inside.log.filter, text);
    filter(&mut inside.log);
}

/// Whether the filter narrows the list, or is about to.
pub(in crate::app) fn is_filtered(model: &Model) -> bool {
    model.inside().is_some_and(|inside| inside.log.filtering || !inside.log.filter.is_empty())
}

/// `⏎`: the credential that the entry is about.
pub(in crate::app) fn open(model: &mut Model) {
    let Some(entry) = model.inside().and_then(|inside| inside.log.chosen()) else { return };
    match entry.credential {
        None => model.tell(Tone::Plain, "It is not about a credential."),
        Some(id) if model.inside().is_some_and(|inside| inside.unlocked.document.credential(id).is_none()) => {
            model.tell(Tone::Plain, "It was deleted; the log is what is left of it.");
        }
        Some(id) => {
            detail::show(model, id);
            if let Some(inside) = model.inside_mut() {
                inside.rotations.opened = false;
                inside.bench.opened = false;
                inside.log.opened = true;
            }
        }
    }
}

/// `v`: follows the chains through all months.
pub(in crate::app) fn check(model: &mut Model) {
    let ticket = model.ask(Purpose::CheckLog);
    let busy = model.busy(ticket, "checking");
    if let Some(inside) = model.inside_mut() {
        inside.log.busy = Some(busy);
    }
    model.emit(Effect::CheckLog { ticket });
}

/// What came of it.
pub(in crate::app) fn checked(model: &mut Model, found: Result<Vec<Flaw>, Problem>) {
    let Some(inside) = model.inside_mut() else { return };
    inside.log.busy = None;
    match found {
        Ok(flaws) => {
            let notice = match flaws.as_slice() {
                [] => Notice { tone: Tone::Done, text: "Nothing is missing, in all months.".into(), hint: None },
                [first, more @ ..] => {
                    let hint =
                        (!more.is_empty()).then(|| format!("{} more: `paykeep audit --check` tells all.", more.len()));
                    Notice { tone: Tone::Error, text: crate::app::status::sentence(&first.to_string()), hint }
                }
            };
            inside.log.flaws = flaws;
            inside.log.checked = true;
            model.notice = Some(notice);
        }
        Err(why) => model.notice = Some(problem(&why)),
    }
}

/// `E`: writes all of it to a file, without values.
pub(in crate::app) fn export(model: &mut Model) {
    let ticket = model.ask(Purpose::ExportLog);
    let busy = model.busy(ticket, "exporting");
    if let Some(inside) = model.inside_mut() {
        inside.log.busy = Some(busy);
    }
    model.emit(Effect::ExportLog { ticket });
}

/// Where it is.
pub(in crate::app) fn exported(model: &mut Model, written: Result<Exported, Problem>) {
    if let Some(inside) = model.inside_mut() {
        inside.log.busy = None;
    }
    match written {
        Ok(Exported { path, left_out, unlocked }) => {
            renew(model, unlocked);
            if left_out == 0 {
                model.tell(Tone::Done, format!("Written in clear, without values, to {path}"));
            } else {
                let (what, are) =
                    if left_out == 1 { ("1 file".to_owned(), "is") } else { (format!("{left_out} files"), "are") };
                let text = format!("{what} of older entries could not be read and {are} not in {path}");
                model.tell(Tone::Warning, text);
            }
        }
        Err(why) => model.notice = Some(problem(&why)),
    }
}

/// Why it can't be checked or exported now.
pub(in crate::app) fn why_not_now(model: &Model) -> Option<String> {
    let busy = model.inside().is_some_and(|inside| inside.log.busy.is_some());
    busy.then(|| "The log is still being read.".into())
}

impl Log {
    /// The chosen entry.
    pub fn chosen(&self) -> Option<&Entry> {
        self.rows.get(*self.shown.get(self.list.row)?)
    }

    /// The credential of the chosen entry.
    pub fn chosen_credential(&self) -> Option<Id> {
        self.chosen()?.credential
    }
}

impl Model {
    /// How many entries the page has room for: below them stands the chosen one, from 30 lines on.
    pub fn log_rows(&self) -> usize {
        let height = usize::from(self.size.1);
        // Header 3, filter 2, titles 1 or 2, status and footer 4.
        height.saturating_sub(if height >= 30 { 11 + DETAILS } else { 10 }).max(1)
    }
}

/// The lines of the chosen entry, with a blank one above and one below.
pub const DETAILS: usize = 9;
