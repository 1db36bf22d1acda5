//! What happens on each screen, one file each; here what they share: going from one to another, moving, typing, pasting.

pub(super) mod accounts;
pub(super) mod add;
pub mod audit;
pub mod bench;
pub(super) mod bin;
pub(super) mod credentials;
pub(super) mod detail;
pub(super) mod edit;
pub(super) mod first_run;
pub mod flow;
pub(super) mod place;
pub(super) mod rotations;
pub(super) mod settings;
pub mod token;
pub(super) mod unlock;

use std::sync::Arc;

use super::Unlocked;
use super::effect::Effect;
use super::form::{Field, FieldId, FormKey, Input};
use super::model::{AddStage, Inside, Model, Notice, Page, Pane, Preferences, Tone};
use super::msg::{Key, Now};
use super::status::sentence;
use super::value;
use crate::catalog::Catalog;
use crate::domain::Document;
use crate::secret::SecretText;

/// The inside of a vault, at its list of credentials.
pub(super) fn inside(catalog: &Catalog, unlocked: Arc<Unlocked>, preferences: &Preferences, now: &Now) -> Inside {
    let settings = settings::form(&unlocked.document.settings, preferences);
    let mut inside = Inside {
        credentials: credentials::empty(now),
        rotations: super::model::Rotations::default(),
        accounts: super::model::Accounts::default(),
        log: super::model::Log::default(),
        bench: super::model::Bench::default(),
        settings,
        page: Page::Credentials,
        revealed: None,
        saving: None,
        last_binned: Vec::new(),
        unlocked,
    };
    list_anew(&mut inside, catalog, now);
    inside
}

/// Makes the lists of the records anew: there was nothing before.
pub(super) fn list_anew(inside: &mut Inside, catalog: &Catalog, now: &Now) {
    let vault = &inside.unlocked.document.vault;
    let nothing = Document::new(vault.id, vault.created_at);
    renew_lists(inside, &nothing, catalog, now);
}

/// Brings the lists of the records up to date: they show the records as they were `before`, with the same providers.
pub(super) fn renew_lists(inside: &mut Inside, before: &Document, catalog: &Catalog, now: &Now) {
    // The agenda first: the list shows what it says.
    let changed = rotations::renew(inside, before, catalog, now);
    credentials::renew(inside, &changed, catalog, now);
    accounts::renew(inside, before, catalog);
}

impl Model {
    /// Shows another page. What was revealed belongs to the one that is left.
    pub(super) fn go(&mut self, page: Page) {
        self.hide_secrets();
        if let Some(inside) = self.inside_mut() {
            inside.page = page;
        }
    }

    /// How many rows of the list there is room for: the terminal's lines without header (3), column titles (1, from 30 lines on 2),
    /// and status and footer (4).
    pub fn list_rows(&self) -> usize {
        if matches!(self.inside().map(|inside| &inside.page), Some(Page::Rotations)) {
            return self.rotations_split().rows;
        }
        if matches!(self.inside().map(|inside| &inside.page), Some(Page::Audit)) {
            return self.log_rows();
        }
        let height = usize::from(self.size.1);
        height.saturating_sub(if height >= 30 { 9 } else { 8 }).max(1)
    }

    /// Whether the sidebar stands beside the list.
    pub fn has_sidebar(&self) -> bool {
        self.size.0 >= 110
    }

    /// Keeps the chosen rows on the screen, whatever its size is now.
    pub(super) fn keep_in_view(&mut self) {
        let (height, wide) = (self.list_rows(), self.has_sidebar());
        let rotations = self.rotations_split().rows;
        let log = self.log_rows();
        let Some(inside) = self.inside_mut() else { return };
        let list = &mut inside.credentials;
        list.list.go(list.list.row, list.shown.len(), height);
        if wide {
            list.sidebar_open = false;
        } else if list.pane == Pane::Sidebar && !list.sidebar_open {
            list.pane = Pane::List;
        }
        let due = &mut inside.rotations;
        due.list.go(due.list.row, due.shown.len(), rotations);
        inside.log.list.go(inside.log.list.row, inside.log.shown.len(), log);
        let count = inside.accounts.rows.len();
        inside.accounts.list.go(inside.accounts.list.row, count, height);
    }
}

/// Moves the choice on the present page.
pub(super) fn step(model: &mut Model, by: isize) {
    let height = model.list_rows();
    let Some(inside) = model.inside_mut() else { return };
    match &mut inside.page {
        Page::Credentials => credentials::step(model, by),
        Page::Rotations => inside.rotations.list.step(by, inside.rotations.shown.len(), height),
        Page::Audit => inside.log.list.step(by, inside.log.shown.len(), height),
        Page::Accounts => inside.accounts.list.step(by, inside.accounts.rows.len(), height),
        Page::Detail(detail) => {
            let last = detail.items.len().saturating_sub(1);
            detail.chosen = detail.chosen.saturating_add_signed(by).min(last);
        }
        Page::Add(add) => match &mut add.stage {
            AddStage::Table(row) => {
                *row = row.saturating_add_signed(by).min(add.found.len().saturating_sub(1));
            }
            AddStage::Form => step_field(model, by),
            AddStage::Looking(_) => {}
        },
        Page::Edit(_) | Page::Account(_) | Page::Settings | Page::Passphrase(_) | Page::Begin(_) | Page::Place(_) => {
            step_field(model, by);
        }
        Page::Bench => bench::step(model, by),
        Page::Flow(_) => flow::step(model, by),
        Page::Token(page) => token::step(page, by),
        Page::Flows(flows) => flows.list.step(by, flows.rows.len(), height),
    }
}

/// Moves the focus among the fields of the page, round and round.
pub(super) fn step_field(model: &mut Model, by: isize) {
    if model.inside().is_some_and(|inside| inside.page.is_busy()) {
        return;
    }
    if let Some(form) = model.form() {
        let count = isize::try_from(form.fields.len()).unwrap_or(1).max(1);
        let at = isize::try_from(form.focus).unwrap_or(0);
        go_to_field(model, usize::try_from((at + by).rem_euclid(count)).unwrap_or(0));
    }
}

/// Gives a field of the page the focus; what is left is kept and checked.
pub(super) fn go_to_field(model: &mut Model, at: usize) {
    if let Some(id) = model.form_mut().and_then(|form| form.go(at)) {
        changed(model, &id);
    }
    left_field(model);
}

/// Hands a key to the form of the page.
pub(super) fn edit_form(model: &mut Model, key: Key) -> bool {
    let Some(inside) = model.inside() else { return false };
    if inside.page.is_busy() {
        return true;
    }
    let Some(form) = model.form_mut() else { return false };
    let was = form.focused().map(|f| f.id.clone());
    match form.key(key) {
        FormKey::NotMine => false,
        FormKey::Taken => true,
        FormKey::Changed => {
            if let Some(id) = was {
                changed(model, &id);
            }
            true
        }
    }
}

/// A field's value changed.
pub(super) fn changed(model: &mut Model, id: &FieldId) {
    match model.inside().map(|inside| &inside.page) {
        Some(Page::Add(_)) => add::changed(model, id),
        Some(Page::Account(_)) => accounts::changed(model, id),
        Some(Page::Settings) => settings::changed(model, id),
        Some(Page::Bench) => bench::changed(model, id),
        Some(Page::Passphrase(_)) => settings::passphrase_changed(model),
        Some(Page::Begin(_)) => flow::begin::changed(model, id),
        Some(Page::Flow(_)) => flow::changed(model, id),
        _ => {}
    }
}

/// The focus left a field: what it holds is tidied and checked.
pub(super) fn left_field(model: &mut Model) {
    if let Some(Page::Add(_)) = model.inside().map(|inside| &inside.page) {
        add::left(model);
    }
}

/// Opens the list of the focused choice, or does what its line opens.
pub(super) fn open_choice(model: &mut Model) {
    if let Some(Field { input: Input::Choice(choice), .. }) = model.form_mut().and_then(|form| form.focused_mut()) {
        choice.open = true;
    }
}

/// Takes an option of the open list.
pub(super) fn take_option(model: &mut Model, at: usize) {
    let Some(field) = model.form_mut().and_then(|form| form.focused_mut()) else { return };
    let id = field.id.clone();
    if let Input::Choice(choice) = &mut field.input
        && choice.take_row(at)
    {
        field.detected = false;
        changed(model, &id);
    }
}

/// `ctrl-r`: shows what is typed into the focused field, or hides it again.
pub(super) fn show_typed(model: &mut Model) {
    if let Some(super::model::Overlay::Unseal(unseal)) = &mut model.overlay {
        unseal.passphrase.visible = !unseal.passphrase.visible;
        model.emit(Effect::ClearScreen);
        return;
    }
    match &mut model.screen {
        super::model::Screen::FirstRun(first) => {
            let visible = !first.passphrase.visible;
            first.passphrase.visible = visible;
            first.again.visible = visible;
        }
        super::model::Screen::Unlock(unlock) => unlock.passphrase.visible = !unlock.passphrase.visible,
        _ => {
            let form = model.form_mut();
            if let Some(Field { input: Input::Secret(value), .. }) = form.and_then(|form| form.focused_mut()) {
                value.input.visible = !value.secret || !value.input.visible;
            }
        }
    }
    model.emit(Effect::ClearScreen);
}

/// `ctrl-u`: empties the focused field.
pub(super) fn clear_field(model: &mut Model) {
    let clear = Key::ctrl('u');
    if let Some(super::model::Overlay::Dialog(dialog)) = &mut model.overlay {
        if let Some(typed) = &mut dialog.typed {
            typed.input.set("");
        }
        return;
    }
    match &mut model.screen {
        super::model::Screen::FirstRun(_) => {
            first_run::edit(model, clear);
        }
        super::model::Screen::Unlock(unlock) if unlock.busy.is_none() => unlock.passphrase.clear(),
        super::model::Screen::Inside(inside) if matches!(inside.page, Page::Credentials) => {
            credentials::edit_filter(model, clear);
        }
        super::model::Screen::Inside(inside) if matches!(inside.page, Page::Audit) => {
            audit::edit_filter(model, clear);
        }
        _ => {
            edit_form(model, clear);
        }
    }
}

/// A paste while the vault is open: into the focused field of a form where it fits there, else recognised and added.
pub(super) fn paste(model: &mut Model, text: SecretText) {
    let Some(inside) = model.inside_mut() else { return };
    let busy = inside.page.is_busy();
    match &mut inside.page {
        Page::Add(add) if add.stage == AddStage::Form && !busy => add::paste_into(model, text),
        Page::Add(_) => add::queue(model, text),
        _ if busy => {}
        Page::Edit(_) | Page::Account(_) | Page::Place(_) | Page::Begin(_) => {
            let what = model.inside().and_then(|i| value::secret_in(&model.catalog, &i.unlocked, &text));
            if let Some(what) = what {
                refuse_secret(model, &what);
                return;
            }
            let catalog = model.catalog.clone();
            let Some(field) = model.form_mut().and_then(|form| form.focused_mut()) else { return };
            let id = field.id.clone();
            if id.is_name() && value::is_no_name(&catalog, &text) {
                refuse_secret(model, "what looks like a value");
                return;
            }
            let fits = match &mut field.input {
                Input::Text(line) => value::paste_plain(line, &text),
                _ => return,
            };
            if fits {
                changed(model, &id);
            } else {
                model.tell(Tone::Error, "That paste is too long for this field; nothing was added.");
            }
        }
        Page::Passphrase(passphrase) => {
            if let Some(Field { input: Input::Secret(value), .. }) = passphrase.form.focused_mut() {
                if value.input.paste(&text) {
                    settings::passphrase_changed(model);
                } else {
                    model.tell(Tone::Error, unlock::TOO_LONG);
                }
            }
        }
        Page::Credentials
            if inside.credentials.filtering && text.count() <= MAX_FILTER && value::is_one_line(&text) =>
        {
            value::paste_plain(&mut inside.credentials.filter, &text);
            credentials::filter(inside);
        }
        Page::Audit if inside.log.filtering && text.count() <= MAX_FILTER && value::is_one_line(&text) => {
            audit::paste_filter(inside, &text);
        }
        Page::Bench => bench::paste(model, text),
        Page::Flow(_) => flow::paste(model, text),
        Page::Credentials
        | Page::Detail(_)
        | Page::Accounts
        | Page::Settings
        | Page::Audit
        | Page::Flows(_)
        | Page::Rotations
        | Page::Token(_) => {
            add::paste(model, text);
        }
    }
}

/// A secret does not go where anyone sees it.
pub(super) fn refuse_secret(model: &mut Model, what: &str) {
    model.notice = Some(Notice {
        tone: Tone::Error,
        text: sentence(&format!("{what} does not go where anyone sees it")),
        hint: Some("Paste it on the list to store it.".into()),
    });
}

/// What is longer is no filter: it is a key that was pasted.
const MAX_FILTER: usize = 15;
