//! The life of a session: start, lock, quit; tickets and effects; where the user's attention is.

use std::collections::VecDeque;
use std::sync::Arc;

use super::Unlocked;
use super::action::{Action, ActionId};
use super::effect::Effect;
use super::form::Form;
use super::input::{MAX_PASSPHRASE, SecretInput};
use super::model::{Busy, Model, Notice, Overlay, Page, Preferences, Purpose, Screen, Tone, Unlock};
use super::msg::{Now, Ticket};
use super::screen;
use crate::catalog::Catalog;

impl Model {
    /// A program that has just begun.
    pub fn new(catalog: Catalog, preferences: Preferences, size: (u16, u16), now: Now) -> Self {
        Self {
            last_key: now.boot,
            now,
            size,
            focused: true,
            demo: false,
            in_screen: false,
            vault_name: String::new(),
            saved_at: None,
            catalog,
            preferences,
            screen: Screen::Starting,
            overlay: None,
            notice: None,
            about_files: None,
            clip: None,
            passing: None,
            recent: VecDeque::new(),
            waiting: Vec::new(),
            next_ticket: 1,
            outbox: Vec::new(),
        }
    }

    /// Takes the providers in, and tells what of the user's own files could not be used: a sentence for each.
    pub fn know(&mut self, catalog: Catalog, unused: &[String]) {
        self.catalog = catalog;
        if let Screen::Inside(inside) = &mut self.screen {
            screen::list_anew(inside, &self.catalog, &self.now);
        }
        match unused {
            [] | [_] => self.tell_of_files(unused, None),
            several => {
                let words = format!("{} provider files are not used.", several.len());
                self.tell_of_files(&[words], Some("`paykeep doctor` says which and why."));
            }
        }
    }

    /// Tells what is wrong with the user's own files, in sentences: while the vault is locked, and once more when it is open.
    pub fn tell_of_files(&mut self, wrong: &[String], hint: Option<&str>) {
        if wrong.is_empty() {
            return;
        }
        let before = self.about_files.take();
        let told = before.iter().map(|notice| &notice.text).chain(wrong);
        let text = told.map(String::as_str).collect::<Vec<_>>().join(" ");
        self.about_files = Some(Notice { tone: Tone::Warning, text, hint: hint.map(str::to_owned) });
        if self.notice.is_none() || self.notice == before {
            self.notice.clone_from(&self.about_files);
        }
    }

    /// Whether the terminal is too small for any screen: then it shows only that, and how to leave.
    pub fn is_too_small(&self) -> bool {
        self.size.0 < super::SMALLEST.0 || self.size.1 < super::SMALLEST.1
    }

    /// Begins: looks whether there is a vault.
    pub fn start(&mut self) -> Vec<Effect> {
        self.begin();
        self.take_mouse();
        std::mem::take(&mut self.outbox)
    }

    /// Begins with a vault that is open already: the demo's.
    pub fn start_demo(&mut self, unlocked: Arc<Unlocked>) -> Vec<Effect> {
        self.demo = true;
        "demo".clone_into(&mut self.vault_name);
        self.enter(unlocked);
        self.take_mouse();
        std::mem::take(&mut self.outbox)
    }

    pub(super) fn begin(&mut self) {
        let ticket = self.ask(Purpose::Folder);
        self.emit(Effect::CheckFolder { ticket });
    }

    fn take_mouse(&mut self) {
        if !self.preferences.mouse_off && !self.in_screen {
            self.emit(Effect::MouseCapture(true));
        }
    }

    /// Shows the inside of a vault that was opened.
    pub(super) fn enter(&mut self, unlocked: Arc<Unlocked>) {
        self.last_key = self.now.boot;
        self.overlay = None;
        self.screen = Screen::Inside(Box::new(screen::inside(&self.catalog, unlocked, &self.preferences, &self.now)));
    }

    /// Shows the locked screen. Nothing of the vault stays in the model; what is being saved is saved.
    pub(super) fn lock(&mut self, why: Option<String>) {
        let wiped = self.inside().is_some_and(|inside| inside.page.holds_values()).then(|| Notice {
            tone: Tone::Warning,
            text: "What was entered and not stored yet was wiped by the lock.".into(),
            hint: Some("Enter it again.".into()),
        });
        self.take_back();
        // What becomes of it is known only when the vault is closed: so much is known now.
        if let Some(clip) = self.clip.take() {
            let words = crate::app::clip::reached::at_lock(clip.way());
            self.remember_end(clip.about, words.into());
        }
        for (_, purpose) in &mut self.waiting {
            if matches!(purpose, Purpose::Save { .. } | Purpose::Remember) {
                *purpose = Purpose::SaveUnseen;
            }
        }
        self.waiting.retain(|(_, purpose)| {
            matches!(purpose, Purpose::SaveUnseen | Purpose::Clip | Purpose::ClearClipboard | Purpose::Preferences)
        });
        self.overlay = None;
        self.notice = wiped.clone().or_else(|| self.about_files.clone());
        self.recent.clear();
        self.screen = Screen::Unlock(Box::new(Unlock {
            passphrase: SecretInput::new(MAX_PASSPHRASE),
            busy: None,
            error: None,
            why,
            wiped,
        }));
        self.emit(Effect::Lock);
        self.emit(Effect::ClearScreen);
    }

    pub(super) fn lock_and_quit(&mut self) {
        if matches!(self.screen, Screen::Inside(_) | Screen::FirstRun(_)) {
            self.lock(None);
        }
        self.emit(Effect::Quit);
    }

    /// Hides what is shown of secrets, and what was typed.
    pub(super) fn hide_secrets(&mut self) {
        let mut shown = false;
        if let Some(Overlay::Unseal(unseal)) = &mut self.overlay {
            shown = std::mem::take(&mut unseal.passphrase.visible);
        }
        match &mut self.screen {
            Screen::Starting => {}
            Screen::FirstRun(first) => {
                shown |= first.passphrase.visible || first.again.visible;
                first.passphrase.visible = false;
                first.again.visible = false;
            }
            Screen::Unlock(unlock) => shown |= std::mem::take(&mut unlock.passphrase.visible),
            Screen::Inside(inside) => {
                shown |= inside.revealed.take().is_some();
                shown |= inside.page.form_mut().is_some_and(Form::hide);
            }
        }
        if shown {
            self.emit(Effect::ClearScreen);
        }
    }

    /// Another program may have written while the user was elsewhere.
    pub(in crate::app) fn look_for_other_writers(&mut self) {
        let asked = self.waiting.iter().any(|(_, p)| matches!(p, Purpose::Refresh | Purpose::Save { .. }));
        if matches!(self.screen, Screen::Inside(_)) && !asked {
            let ticket = self.ask(Purpose::Refresh);
            self.emit(Effect::Refresh { ticket });
        }
    }

    /// A key, a paste or the mouse: the user is there.
    pub(super) fn touch(&mut self) {
        self.last_key = self.now.boot;
    }

    pub(super) fn emit(&mut self, effect: Effect) {
        self.outbox.push(effect);
    }

    /// A ticket for an answer that will be waited for.
    pub(super) fn ask(&mut self, purpose: Purpose) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.waiting.push((ticket, purpose));
        ticket
    }

    /// No longer waits for an answer.
    pub(super) fn forget(&mut self, ticket: Ticket) {
        self.waiting.retain(|(t, _)| *t != ticket);
    }

    pub(super) fn busy(&self, ticket: Ticket, what: &'static str) -> Busy {
        Busy { ticket, since: self.now.boot, what }
    }

    pub(super) fn tell(&mut self, tone: Tone, text: impl Into<String>) {
        self.notice = Some(Notice { tone, text: text.into(), hint: None });
    }

    /// Does an action, or says why it can't be done now.
    pub(super) fn run(&mut self, action: &'static Action) {
        match (action.disabled)(self) {
            Some(why) => self.tell(Tone::Warning, why),
            None => (action.run)(self),
        }
    }

    /// Does an action if it means anything here and now.
    pub(super) fn run_id(&mut self, id: ActionId) {
        if let Some(action) = super::action::action(id).filter(|a| a.applies(self)) {
            self.run(action);
        }
    }

    pub(super) fn inside_mut(&mut self) -> Option<&mut super::model::Inside> {
        match &mut self.screen {
            Screen::Inside(inside) => Some(inside),
            _ => None,
        }
    }

    /// The form of the present page, if it has one.
    pub fn form(&self) -> Option<&Form> {
        let inside = self.inside()?;
        match &inside.page {
            Page::Settings => Some(&inside.settings),
            Page::Bench => Some(&inside.bench.form),
            page => page.form(),
        }
    }

    pub(super) fn form_mut(&mut self) -> Option<&mut Form> {
        let inside = self.inside_mut()?;
        match &mut inside.page {
            Page::Settings => Some(&mut inside.settings),
            Page::Bench => Some(&mut inside.bench.form),
            page => page.form_mut(),
        }
    }

    pub(super) fn close_overlay(&mut self) {
        self.overlay = None;
    }

    pub(super) fn open_dialog(&mut self, dialog: super::model::Dialog) {
        self.overlay = Some(Overlay::Dialog(Box::new(dialog)));
    }
}

impl Page {
    pub(super) fn form(&self) -> Option<&Form> {
        match self {
            Self::Add(add) => Some(&add.form),
            Self::Edit(edit) => Some(&edit.form),
            Self::Account(account) => Some(&account.form),
            Self::Passphrase(passphrase) => Some(&passphrase.form),
            Self::Flow(flow) => Some(&flow.form),
            Self::Begin(begin) => Some(&begin.form),
            Self::Place(place) => Some(&place.form),
            Self::Credentials
            | Self::Detail(_)
            | Self::Accounts
            | Self::Settings
            | Self::Bench
            | Self::Audit
            | Self::Flows(_)
            | Self::Rotations
            | Self::Token(_) => None,
        }
    }

    pub(super) fn form_mut(&mut self) -> Option<&mut Form> {
        match self {
            Self::Add(add) => Some(&mut add.form),
            Self::Edit(edit) => Some(&mut edit.form),
            Self::Account(account) => Some(&mut account.form),
            Self::Passphrase(passphrase) => Some(&mut passphrase.form),
            Self::Flow(flow) => Some(&mut flow.form),
            Self::Begin(begin) => Some(&mut begin.form),
            Self::Place(place) => Some(&mut place.form),
            Self::Credentials
            | Self::Detail(_)
            | Self::Accounts
            | Self::Settings
            | Self::Bench
            | Self::Audit
            | Self::Flows(_)
            | Self::Rotations
            | Self::Token(_) => None,
        }
    }

    /// Whether values are in it that no vault has: locking wipes them.
    fn holds_values(&self) -> bool {
        match self {
            Self::Add(add) => add.holds_values(),
            Self::Flow(flow) if flow.busy.is_none() => {
                flow.form.fields.iter().filter_map(super::form::Field::value).any(|value| !value.is_empty())
            }
            _ => false,
        }
    }

    /// While a page's change is being saved its fields stand still.
    pub(super) fn is_busy(&self) -> bool {
        match self {
            Self::Add(add) => add.busy.is_some(),
            Self::Edit(edit) => edit.busy.is_some(),
            Self::Account(account) => account.busy.is_some(),
            Self::Passphrase(passphrase) => passphrase.busy.is_some(),
            Self::Flow(flow) => flow.busy.is_some(),
            Self::Begin(begin) => begin.busy.is_some(),
            Self::Place(place) => place.busy.is_some(),
            Self::Token(token) => token.busy.is_some(),
            Self::Credentials
            | Self::Detail(_)
            | Self::Accounts
            | Self::Settings
            | Self::Bench
            | Self::Audit
            | Self::Flows(_)
            | Self::Rotations => false,
        }
    }
}
