//! What floats: dialogs and their deeds, the palette, the help.

use super::action::{self, ActionId, Place, TABLE};
use super::effect::{Consent, Effect};
use super::fuzzy::{Finder, Query, found_letters};
use super::input::TextInput;
use super::model::{Deed, Dialog, Help, List, Model, Overlay, Palette, PaletteRow, Purpose, Screen, Then, Tone};
use super::msg::Key;
use super::screen;
use super::value;
use crate::secret::SecretText;

/// Hands a key to the field of what floats.
pub(super) fn edit(model: &mut Model, key: Key) -> bool {
    if matches!(model.overlay, Some(Overlay::Unseal(_))) {
        return model.edit_unseal(key);
    }
    match &mut model.overlay {
        Some(Overlay::Dialog(dialog)) => dialog.typed.as_mut().is_some_and(|typed| typed.input.key(key)),
        Some(Overlay::Palette(palette)) => {
            let used = palette.input.key(key);
            fill(model);
            used
        }
        Some(Overlay::Help(help)) if help.filtering => {
            help.top = 0;
            help.filter.key(key)
        }
        _ => false,
    }
}

/// A paste into a dialog: a file's name. A name that has to be typed is typed: a paste would make the question pointless.
pub(super) fn paste(model: &mut Model, text: &SecretText) {
    let secret = model.inside().and_then(|inside| value::secret_in(&model.catalog, &inside.unlocked, text));
    let Some(Overlay::Dialog(dialog)) = &mut model.overlay else { return };
    let Some(typed) = dialog.typed.as_mut().filter(|typed| typed.expected.is_empty()) else { return };
    match secret {
        Some(what) => screen::refuse_secret(model, &what),
        None => {
            value::paste_plain(&mut typed.input, text);
        }
    }
}

impl Dialog {
    /// Whether `⏎` does the deed: what has to be typed is typed.
    pub fn is_ready(&self) -> bool {
        self.typed.as_ref().is_none_or(|typed| {
            let text = typed.input.text();
            if typed.expected.is_empty() { !text.trim().is_empty() } else { text == typed.expected }
        })
    }
}

impl super::model::Typed {
    /// What stands under the field: how much is missing, or where it stops matching.
    pub fn progress(&self) -> String {
        let (typed, wanted): (Vec<char>, Vec<char>) =
            (self.input.text().chars().collect(), self.expected.chars().collect());
        let same = typed.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
        match (same < typed.len(), wanted.len() - same.min(wanted.len())) {
            (true, _) => format!("no match from the {} character", ordinal(same + 1)),
            (false, 0) => "it matches".into(),
            (false, 1) => "1 more character".into(),
            (false, n) => format!("{n} more characters"),
        }
    }
}

fn ordinal(n: usize) -> String {
    let ending = match (n % 10, n % 100) {
        (1, r) if r != 11 => "st",
        (2, r) if r != 12 => "nd",
        (3, r) if r != 13 => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}

impl Model {
    /// `⏎` of a dialog.
    pub(super) fn dialog_deed(&mut self) {
        let Some(Overlay::Dialog(dialog)) = self.overlay.take_if(|o| matches!(o, Overlay::Dialog(d) if d.is_ready()))
        else {
            return;
        };
        match dialog.deed {
            Deed::Reveal { credential, given } => self.show(credential, given),
            Deed::Copy { credential, given } => self.copy_confirmed(credential, given),
            Deed::Commit { change, done } => self.commit(change, done, Then::Stay),
            Deed::Overrule => screen::add::overruled(self),
            Deed::WriteExample => {
                let path = dialog.typed.map(|typed| typed.input.text().trim().to_owned()).unwrap_or_default();
                screen::bench::write_example(self, path);
            }
            Deed::Nothing => {}
            Deed::Step(at, deed) => screen::flow::commit_at(self, at, deed),
            Deed::TypedStep(at, note, despite) => {
                let name = dialog.typed.map(|typed| typed.input.text().to_owned()).unwrap_or_default();
                screen::flow::commit_at(self, at, crate::domain::Deed::Typed { name, note, despite });
            }
            Deed::TypedDenial(at, note) => {
                let typed = dialog.typed.map(|typed| typed.input.text().to_owned());
                let deed = crate::domain::Deed::Decided { approved: false, note, typed };
                screen::flow::commit_at(self, at, deed);
            }
            Deed::AllowHost(consent) => screen::token::allow(self, consent),
            Deed::OverruleStep => screen::flow::overruled(self),
            Deed::OpenOlder(passphrase) => {
                let ticket = self.ask(Purpose::Open);
                let busy = self.busy(ticket, "opening");
                if let Screen::Unlock(unlock) = &mut self.screen {
                    unlock.busy = Some(busy);
                }
                self.emit(Effect::Unlock { ticket, passphrase, consent: Consent::Older });
            }
        }
    }

    /// Asks for a change to be saved.
    pub(super) fn commit(&mut self, change: crate::domain::Change, done: String, then: Then) {
        let ticket = self.ask(Purpose::Save { done, then });
        let busy = self.busy(ticket, "saving");
        if let Some(inside) = self.inside_mut() {
            inside.saving = Some(busy);
        }
        self.emit(Effect::Commit { ticket, change });
    }

    pub(super) fn open_palette(&mut self) {
        let subject = self.chosen_reference().map(|r| (r.to_string(), r.environment));
        self.overlay = Some(Overlay::Palette(Box::new(Palette {
            input: TextInput::new(),
            rows: Vec::new(),
            list: List::default(),
            total: 0,
            subject,
        })));
        fill(self);
    }

    pub(super) fn open_help(&mut self) {
        self.overlay = Some(Overlay::Help(Help::default()));
    }

    /// `⏎` of the palette.
    pub(super) fn palette_run(&mut self) {
        let Some(Overlay::Palette(palette)) = &self.overlay else { return };
        let Some(row) = palette.rows.get(palette.list.row) else { return };
        if let Some(why) = row.disabled.clone() {
            self.tell(Tone::Warning, why);
            return;
        }
        let id = row.action;
        self.close_overlay();
        self.recent.retain(|r| *r != id);
        self.recent.push_front(id);
        self.recent.truncate(5);
        self.run_id(id);
    }

    /// Moves in what floats; `None` as far as it goes.
    pub(super) fn overlay_step(&mut self, by: isize) {
        match &mut self.overlay {
            Some(Overlay::Palette(palette)) => palette.list.step(by, palette.rows.len(), PALETTE_ROWS),
            Some(Overlay::Dialog(dialog)) => dialog.top = dialog.top.saturating_add_signed(by).min(200),
            Some(Overlay::Help(help)) => help.top = help.top.saturating_add_signed(by).min(200),
            Some(Overlay::Later(later)) => {
                later.chosen = later.chosen.saturating_add_signed(by).min(later.until.len().saturating_sub(1));
            }
            _ => {}
        }
    }
}

/// Finds the actions that fit what was typed into the palette: about the chosen credential first, then everywhere, last used first.
fn fill(model: &mut Model) {
    let place = model.place_below();
    let here: Vec<_> = TABLE
        .iter()
        .filter(|a| !a.name.is_empty() && a.places.contains(&place) && (a.when)(model))
        .map(|a| (a, (a.disabled)(model)))
        .collect();
    let recent = model.recent.clone();
    let Some(Overlay::Palette(palette)) = &mut model.overlay else { return };
    palette.total = here.len();
    let typed = palette.input.text().trim().to_owned();
    let (query, mut finder) = (Query::new(&typed), Finder::new());
    let age = |id: ActionId| recent.iter().position(|r| *r == id).unwrap_or(usize::MAX);
    // A name in which the letters stand together is meant before one in which they are strewn.
    let wanted = typed.to_lowercase();
    let mut rows: Vec<(bool, u32, PaletteRow)> = here
        .into_iter()
        .filter_map(|(a, disabled)| {
            let (score, letters) = finder.letters(&query, a.name)?;
            let letters = letters.into_iter().filter_map(|l| usize::try_from(l).ok()).collect();
            let about_chosen = a.about_chosen && palette.subject.is_some();
            let strewn = !a.name.to_lowercase().contains(&wanted);
            Some((strewn, score, PaletteRow { action: a.id, letters, disabled, about_chosen }))
        })
        .collect();
    rows.sort_by_key(|(strewn, score, row)| (*strewn, !row.about_chosen, std::cmp::Reverse(*score), age(row.action)));
    palette.rows = rows.into_iter().map(|(_, _, row)| row).collect();
    palette.list = List::default();
}

/// The lines of the help that are in force, for the view: what was typed is found in keys and words.
pub(super) fn help_letters(model: &Model, text: &str) -> Vec<usize> {
    match &model.overlay {
        Some(Overlay::Help(help)) => found_letters(help.filter.text(), text),
        _ => Vec::new(),
    }
}

impl Help {
    /// The groups to draw.
    pub fn groups(&self, model: &Model) -> Vec<action::HelpGroup> {
        action::help(model, self.filter.text())
    }

    /// The characters of a line to show as found.
    pub fn letters(&self, model: &Model, text: &str) -> Vec<usize> {
        help_letters(model, text)
    }
}

/// Whether a place is one in which the vault is open.
pub(super) const INSIDE: &[Place] = &[
    Place::List,
    Place::Detail,
    Place::AddLooking,
    Place::AddTable,
    Place::Add,
    Place::Edit,
    Place::Rotations,
    Place::Accounts,
    Place::Account,
    Place::Bench,
    Place::Settings,
    Place::Audit,
    Place::Passphrase,
    Place::Flow,
    Place::Begin,
    Place::NewPlace,
    Place::Flows,
    Place::Token,
];

/// How many rows of the palette are seen at once.
pub(super) const PALETTE_ROWS: usize = 14;
