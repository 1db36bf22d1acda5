//! Handed over once: a sealed secret is shown or copied again only with the passphrase and a reason, and what leaves the vault is
//! remembered in its log.

use super::effect::{Effect, Given};
use super::input::{MAX_PASSPHRASE, SecretInput, TextInput};
use super::model::{Clip, Model, Overlay, Purpose, Then, Tone, Unseal};
use super::msg::{Code, Key};
use super::value;
use crate::domain::audit::{self, About, Report};
use crate::domain::{Change, Id, Reference, SecretKey, Which};
use crate::error::Problem;
use crate::secret::SecretText;

impl Model {
    /// Whose value it is, and whether it was handed over for the one time.
    pub(super) fn about(&self, credential: Id, key: &SecretKey) -> Option<(About, bool)> {
        self.inside()?.unlocked.document.about(credential, key)
    }

    /// Whether it takes the passphrase and a reason.
    pub(super) fn is_sealed(&self, credential: Id, key: &SecretKey) -> bool {
        self.about(credential, key).is_some_and(|(_, is_sealed)| is_sealed)
    }

    /// Asks for both.
    pub(super) fn ask_unseal(&mut self, credential: Id, given: Given, reveals: bool) {
        let Some((about, _)) = self.about(credential, &given.key) else { return };
        let Some(document) = self.inside().map(|inside| &inside.unlocked.document) else { return };
        let Some(reference) = document.credential(credential).and_then(|c| document.reference(c)) else { return };
        let version = document.version(credential, about.version).map(|version| Which::Number(version.n));
        let environment = reference.environment;
        let subject = Reference { version, field: Some(about.field), ..reference }.to_string();
        self.overlay = Some(Overlay::Unseal(Box::new(Unseal {
            subject,
            environment,
            reveals,
            passphrase: SecretInput::new(MAX_PASSPHRASE),
            reason: TextInput::new(),
            on_reason: false,
            error: None,
            busy: None,
            credential,
            given,
        })));
    }

    fn asked(&mut self) -> Option<&mut Unseal> {
        match &mut self.overlay {
            Some(Overlay::Unseal(unseal)) => Some(unseal),
            _ => None,
        }
    }

    /// `⏎`: looks at what was given, and has the passphrase checked.
    pub(super) fn unseal(&mut self) {
        let Some(Overlay::Unseal(unseal)) = &self.overlay else { return };
        if unseal.busy.is_some() {
            return;
        }
        let wrong = if unseal.passphrase.is_empty() {
            Some((false, "It takes the vault's passphrase.".to_owned()))
        } else if audit::reason(unseal.reason.text()).is_none() {
            Some((true, "Say why in 3 to 200 characters.".to_owned()))
        } else {
            let text = SecretText::copied(unseal.reason.text());
            let inside = self.inside();
            inside
                .and_then(|inside| value::secret_in(&self.catalog, &inside.unlocked, &text))
                .map(|what| (true, format!("This is {what}, and no reason.")))
        };
        let Some(unseal) = self.asked() else { return };
        if let Some((on_reason, error)) = wrong {
            unseal.on_reason = on_reason;
            unseal.error = Some(error);
            return;
        }
        unseal.error = None;
        let passphrase = unseal.passphrase.take();
        let ticket = self.ask(Purpose::Unseal);
        let busy = self.busy(ticket, "checking");
        if let Some(unseal) = self.asked() {
            unseal.busy = Some(busy);
        }
        self.emit(Effect::CheckPassphrase { ticket, passphrase });
    }

    /// Whether it was the passphrase. If so the entry is saved, before anything is shown.
    pub(super) fn passphrase_checked(&mut self, checked: Result<bool, Problem>) {
        let Some(unseal) = self.asked() else { return };
        unseal.busy = None;
        let (credential, key) = (unseal.credential, unseal.given.key.clone());
        let (reason, reveals) = (unseal.reason.text().to_owned(), unseal.reveals);
        match checked {
            Ok(true) => {}
            Ok(false) => {
                unseal.on_reason = false;
                unseal.error = Some("That passphrase does not open this vault.".into());
                return;
            }
            Err(why) => {
                unseal.error = Some(super::status::sentence(&why.message));
                return;
            }
        }
        let Some((about, _)) = self.about(credential, &key) else {
            self.close_overlay();
            return;
        };
        let report =
            Report::unsealed(about, reason, if reveals { "asked for, to be shown" } else { "asked for, to be copied" });
        let ticket = self.ask(Purpose::Save { done: String::new(), then: Then::Unsealed });
        let busy = self.busy(ticket, "saving");
        if let Some(unseal) = self.asked() {
            unseal.busy = Some(busy);
        }
        self.emit(Effect::Commit { ticket, change: Change::Audit(report) });
    }

    /// The entry is saved: now it is given out, unless the question was left meanwhile.
    pub(super) fn unsealed(&mut self) {
        let Some(Overlay::Unseal(unseal)) = self.overlay.take_if(|overlay| matches!(overlay, Overlay::Unseal(_)))
        else {
            return;
        };
        if unseal.reveals {
            self.show_now(unseal.credential, unseal.given);
        } else {
            self.copy_now(unseal.credential, unseal.given);
        }
    }

    /// The entry could not be saved: then nothing is given out.
    pub(super) fn not_unsealed(&mut self, why: &Problem) {
        if let Some(unseal) = self.asked() {
            unseal.busy = None;
            unseal.error = Some(super::status::sentence(&why.message));
        }
    }

    /// `esc`
    pub(super) fn leave_unseal(&mut self) {
        let Some(Overlay::Unseal(unseal)) = self.overlay.take_if(|overlay| matches!(overlay, Overlay::Unseal(_)))
        else {
            return;
        };
        if let Some(busy) = unseal.busy.filter(|busy| busy.what == "checking") {
            self.forget(busy.ticket);
        }
    }

    /// `tab`: the other field.
    pub(super) fn other_unseal_field(&mut self) {
        if let Some(unseal) = self.asked().filter(|unseal| unseal.busy.is_none()) {
            unseal.on_reason = !unseal.on_reason;
        }
    }

    /// Hands a key to the field that has the focus.
    pub(super) fn edit_unseal(&mut self, key: Key) -> bool {
        let Some(unseal) = self.asked() else { return false };
        if unseal.busy.is_some() {
            return !matches!(key.code, Code::Esc);
        }
        unseal.error = None;
        if unseal.on_reason { unseal.reason.key(key) } else { unseal.passphrase.key(key) }
    }

    /// A paste goes into the field that has the focus; a secret never into the one that is kept and shown.
    pub(super) fn paste_unseal(&mut self, text: &SecretText) {
        let Some(Overlay::Unseal(unseal)) = &self.overlay else { return };
        if unseal.busy.is_some() {
            return;
        }
        let found = unseal.on_reason.then(|| {
            let inside = self.inside()?;
            value::secret_in(&self.catalog, &inside.unlocked, text)
        });
        let Some(unseal) = self.asked() else { return };
        unseal.error = match found {
            Some(Some(what)) => Some(format!("This is {what}: it was not put into a field that is kept.")),
            Some(None) if value::is_one_line(text) && value::paste_plain(&mut unseal.reason, text) => None,
            None if unseal.passphrase.paste(text) => None,
            _ => Some("That paste is too long for this field.".into()),
        };
    }

    /// Saves an entry in the background: the status line stays as it is, unless it fails.
    pub(super) fn remember(&mut self, report: Report) {
        let ticket = self.ask(Purpose::Remember);
        self.emit(Effect::Commit { ticket, change: Change::Audit(report) });
    }

    /// The log does not know of a deed: that is told.
    pub(super) fn not_remembered(&mut self, why: &Problem) {
        let why = super::status::sentence(&why.message);
        self.tell(Tone::Warning, format!("The audit log does not know of it. {why}"));
    }

    /// How a copy ended, for the log.
    pub(super) fn remember_end(&mut self, about: Option<About>, reached: String) {
        if let Some(about) = about {
            self.remember(Report::copy_ended(about, reached));
        }
    }

    /// That a copy was given up, for the log, unless it never got to the clipboard.
    pub(super) fn remember_given_up(&mut self, clip: Clip, words: &str) {
        if clip.way().is_some() {
            self.remember_end(clip.about, words.into());
        }
    }
}
