//! The status line: what the counts are, or what is still to do; and errors as sentences.

use super::model::{AddStage, FirstField, Model, Notice, Page, Plan, Screen, Section, Tone};
use crate::error::Problem;

impl Model {
    /// What the status line says: the notice if there is one, else what is to be said of the present place.
    pub fn status(&self) -> Notice {
        if let Some(notice) = &self.notice {
            return notice.clone();
        }
        let plain = |text: String| Notice { tone: Tone::Plain, text, hint: None };
        match &self.screen {
            Screen::Starting | Screen::Unlock(_) => plain(String::new()),
            Screen::FirstRun(first) => {
                let mut missing = Vec::new();
                if !first.strength.is_enough() {
                    missing.push("a stronger passphrase");
                }
                if !first.again.is_same(&first.passphrase) || first.again.is_empty() {
                    missing.push(if missing.is_empty() { "the passphrase the same twice" } else { "the same twice" });
                }
                if !first.ticked {
                    missing.push("the box ticked");
                }
                plain(match (missing.is_empty(), first.busy.is_some()) {
                    (_, true) => String::new(),
                    (true, _) => "⏎ makes the vault".into(),
                    (false, _) => format!("still to do: {}", missing.join(", ")),
                })
            }
            Screen::Inside(inside) => plain(match &inside.page {
                Page::Credentials => self.list_status(),
                Page::Add(add) => match (&add.stage, &add.plan) {
                    (AddStage::Looking(_), _) => "looking at what you pasted".into(),
                    (AddStage::Table(_), _) => {
                        let n = add.found.iter().filter(|f| f.is_open()).count();
                        format!("{n} of {} to store, one after the other", add.found.len())
                    }
                    (AddStage::Form, Plan::Incomplete(what)) => format!("still to do: {what}"),
                    (AddStage::Form, Plan::Refused(why)) => why.clone(),
                    (AddStage::Form, _) if add.contradiction.is_some() && !add.overruled => {
                        let why = if add.in_values.is_some() {
                            "what you chose and what the value says differ"
                        } else {
                            "the account has another one"
                        };
                        format!("⏎ is off: {why}")
                    }
                    (AddStage::Form, _) => add.reference_words(),
                },
                Page::Rotations => {
                    let page = &inside.rotations;
                    format!("{} to do  ·  {} due within 14 days", page.to_do, page.due)
                }
                Page::Audit => format!("{} of {} shown", inside.log.shown.len(), inside.log.rows.len()),
                Page::Accounts => counted(inside.accounts.rows.len(), "account"),
                Page::Flows(flows) => counted(flows.rows.len(), "flow"),
                Page::Begin(_) => "⏎ begins it; nothing happens at the gateway by that".into(),
                Page::Detail(_)
                | Page::Edit(_)
                | Page::Account(_)
                | Page::Bench
                | Page::Settings
                | Page::Passphrase(_)
                | Page::Flow(_)
                | Page::Place(_)
                | Page::Token(_) => String::new(),
            }),
        }
    }

    fn list_status(&self) -> String {
        let Some(inside) = self.inside() else { return String::new() };
        let list = &inside.credentials;
        let in_section = list.in_section();
        let mut parts = Vec::new();
        if !list.filter.is_empty() {
            parts.push(format!("filter {}", list.filter.text()));
            parts.push(format!("{} of {in_section}", list.shown.len()));
            parts.push("esc clears".into());
        } else if list.section == Section::Bin {
            parts.push(format!("{in_section} in the bin"));
            parts.push("what is older than 30 days goes by itself".into());
        } else {
            parts.push(counted(in_section, "credential"));
            for (section, words) in [(Section::Due, "due soon"), (Section::Waiting, "waiting")] {
                let n = list.count(&section);
                if n > 0 && list.section != section {
                    parts.push(format!("{n} {words}"));
                }
            }
        }
        if !list.marked.is_empty() {
            parts.push(format!("{} marked", list.marked.len()));
        }
        parts.join("  ·  ")
    }
}

/// «1 account», «2 accounts».
fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// An error as the status line shows it.
pub(super) fn problem(why: &Problem) -> Notice {
    Notice { tone: Tone::Error, text: sentence(&why.message), hint: why.hint.as_deref().map(sentence) }
}

/// A clause as a sentence: a capital, unless it begins with a reference or a name in backticks, and a full stop.
pub(super) fn sentence(clause: &str) -> String {
    let first = clause.split_whitespace().next().unwrap_or("");
    let mut chars = clause.chars();
    let mut text: String = match chars.next() {
        Some(c) if !first.contains(['/', '@', '_', '#']) => c.to_uppercase().chain(chars).collect(),
        _ => clause.to_owned(),
    };
    if !text.ends_with(['.', '!', '?', '…']) && !text.is_empty() {
        text.push('.');
    }
    text
}

/// What first run still wants, as the field to go to.
pub(super) fn missing(model: &Model) -> Option<FirstField> {
    let Screen::FirstRun(first) = &model.screen else { return None };
    if !first.strength.is_enough() {
        Some(FirstField::Passphrase)
    } else if !first.again.is_same(&first.passphrase) {
        Some(FirstField::Again)
    } else {
        (!first.ticked).then_some(FirstField::Tick)
    }
}
