//! Secrets on their way out: shown for ten seconds, or on the clipboard for a while.

use std::time::Duration;

use super::effect::Effect;
use super::model::{
    Clip, ClipState, Deed, Dialog, DialogTone, Finding, Item, Model, Notice, Page, Purpose, REVEAL, Revealed, Section,
    Tone,
};
use super::msg::{Held, Released, Ticket};
use super::status::{problem, sentence};
use crate::domain::audit::Report;
use crate::domain::{Credential, Environment, Field, Id, Reference, SecretKey, Version};
use crate::error::Problem;

/// The value that the keys for copying and revealing are about.
pub(super) struct Subject {
    pub(super) credential: Id,
    pub(super) environment: Environment,
    /// «secret-key of Ansa acme».
    words: String,
    reference: Reference,
    what: What,
}

enum What {
    Secret(SecretKey),
    Public { name: String, text: String },
    Nothing,
}

impl Model {
    /// The credential that actions are about: the chosen one of the list, or the one of the page.
    pub fn chosen(&self) -> Option<Id> {
        let inside = self.inside()?;
        match &inside.page {
            Page::Credentials => inside.credentials.chosen().map(|row| row.id),
            Page::Detail(detail) => Some(detail.credential),
            Page::Edit(edit) => Some(edit.credential),
            Page::Rotations => inside.rotations.chosen_credential(),
            Page::Audit => inside.log.chosen_credential(),
            Page::Flow(flow) => inside.unlocked.document.journal(flow.journal)?.credentials().next(),
            Page::Begin(begin) => begin.about.map(|about| about.credential),
            Page::Add(_)
            | Page::Accounts
            | Page::Account(_)
            | Page::Settings
            | Page::Passphrase(_)
            | Page::Flows(_) => None,
        }
    }

    /// The reference of the chosen credential, and its environment.
    pub fn chosen_reference(&self) -> Option<Reference> {
        let document = &self.inside()?.unlocked.document;
        document.reference(document.credential(self.chosen()?)?)
    }

    pub(super) fn subject(&self) -> Option<Subject> {
        let inside = self.inside()?;
        let document = &inside.unlocked.document;
        let credential = document.credential(self.chosen()?)?;
        let reference = document.reference(credential)?;
        let (version, name) = match &inside.page {
            Page::Detail(detail) => match detail.items.get(detail.chosen) {
                Some(Item::Version(id)) => (credential.versions.iter().find(|v| v.id == *id), None),
                Some(Item::Field(name)) => (detail.version(credential), Some(name.as_str())),
                _ => (detail.version(credential), None),
            },
            _ => (credential.version(None), None),
        };
        let what = version.and_then(|v| field_of(credential, v, name)).map_or(What::Nothing, |(name, field)| {
            match (&field.secret, &field.value) {
                (Some(key), _) => What::Secret(key.clone()),
                (None, Some(text)) => What::Public { name: name.to_owned(), text: text.clone() },
                (None, None) => What::Nothing,
            }
        });
        let provider = self.provider_name(reference.provider.as_str());
        let words = format!("{} of {provider} {}", reference.name, reference.account);
        Some(Subject { credential: credential.id, environment: reference.environment, words, reference, what })
    }

    /// A provider's name on the screen; its ID where the catalogue doesn't have it.
    pub fn provider_name(&self, id: &str) -> String {
        self.catalog.get(id).map_or_else(|| id.to_owned(), |p| p.name.clone())
    }

    /// `r`
    pub(super) fn reveal(&mut self) {
        if self.inside_mut().is_some_and(|inside| inside.revealed.take().is_some()) {
            self.emit(Effect::ClearScreen);
            return;
        }
        let Some(subject) = self.subject() else { return };
        match &subject.what {
            What::Secret(key) if self.is_sealed(subject.credential, key) => {
                self.ask_unseal(subject.credential, key.clone(), true);
            }
            What::Secret(key) if subject.environment == Environment::Live => {
                let deed = Deed::Reveal { credential: subject.credential, key: key.clone() };
                let text = "It moves real money. It is shown for 10 s, and hidden when this window loses the focus.";
                self.confirm_live("Show a live secret", &subject, text, "show it", deed);
            }
            What::Secret(key) => {
                let key = key.clone();
                self.show(subject.credential, key);
            }
            What::Public { .. } => self.tell(Tone::Plain, "This is not a secret: it is shown as it is."),
            What::Nothing => self.tell(Tone::Warning, "It has no value yet."),
        }
    }

    /// `c`
    pub(super) fn copy(&mut self) {
        if matches!(self.inside().map(|i| &i.page), Some(Page::Detail(d)) if d.items.get(d.chosen) == Some(&Item::Reference))
        {
            self.copy_reference();
            return;
        }
        let Some(subject) = self.subject() else { return };
        match &subject.what {
            What::Secret(key) if self.is_sealed(subject.credential, key) => {
                self.ask_unseal(subject.credential, key.clone(), false);
            }
            What::Secret(key) if subject.environment == Environment::Live => {
                let deed = Deed::Copy { credential: subject.credential, key: key.clone() };
                let seconds = self.clipboard_s();
                let text = format!(
                    "It moves real money. It is on the clipboard for {seconds} s, where every program can read it."
                );
                self.confirm_live("Copy a live secret", &subject, &text, "copy it", deed);
            }
            What::Secret(key) => {
                let key = key.clone();
                self.put_on_clipboard(subject.credential, key, subject.words, subject.environment);
            }
            What::Public { name, text } => {
                let (name, text) = (name.clone(), text.clone());
                self.copy_public(name, text);
            }
            What::Nothing => self.tell(Tone::Warning, "It has no value yet."),
        }
    }

    /// `y`
    pub(super) fn copy_reference(&mut self) {
        if let Some(reference) = self.chosen_reference() {
            self.copy_public("the reference".into(), reference.to_string());
        }
    }

    pub(super) fn copy_public(&mut self, what: String, text: String) {
        self.take_back();
        let ticket = self.ask(Purpose::PublicCopy { what });
        self.emit(Effect::CopyPublic { ticket, text });
    }

    fn confirm_live(&mut self, title: &str, subject: &Subject, text: &str, verb: &'static str, deed: Deed) {
        self.open_dialog(Dialog {
            title: title.to_owned(),
            subject: Some(subject.reference.to_string()),
            environment: Some(subject.environment),
            text: vec![Finding { tone: Tone::Plain, text: text.to_owned() }],
            typed: None,
            verb,
            way_out: "no",
            tone: DialogTone::Live,
            deed,
        });
    }

    /// Shows a secret for ten seconds, after the question that a sealed one takes.
    pub(super) fn show(&mut self, credential: Id, key: SecretKey) {
        if self.is_sealed(credential, &key) {
            self.ask_unseal(credential, key, true);
        } else {
            self.show_now(credential, key);
        }
    }

    /// Shows it, and remembers that.
    pub(super) fn show_now(&mut self, credential: Id, key: SecretKey) {
        let until = self.now.boot + REVEAL;
        let about = self.about(credential, &key);
        let Some(inside) = self.inside_mut() else { return };
        match inside.unlocked.secret(&key).map(crate::secret::SecretBytes::into_text) {
            Some(Ok(text)) => {
                inside.revealed = Some(Revealed { credential, key, text, until });
                if let Some((about, _)) = about {
                    self.remember(Report::revealed(about));
                }
            }
            Some(Err(_)) => self.tell(Tone::Warning, "It is not text and can't be shown. c copies it."),
            None => self.tell(Tone::Error, "The vault has no value for it."),
        }
    }

    /// Copies a secret whose confirmation was given, after the question that a sealed one takes.
    pub(super) fn copy_confirmed(&mut self, credential: Id, key: SecretKey) {
        if self.is_sealed(credential, &key) {
            self.ask_unseal(credential, key, false);
        } else {
            self.copy_now(credential, key);
        }
    }

    /// Copies it.
    pub(super) fn copy_now(&mut self, credential: Id, key: SecretKey) {
        let Some(document) = self.inside().map(|i| &i.unlocked.document) else { return };
        let Some(reference) = document.credential(credential).and_then(|c| document.reference(c)) else { return };
        let provider = self.provider_name(reference.provider.as_str());
        let words = format!("{} of {provider} {}", reference.name, reference.account);
        self.put_on_clipboard(credential, key, words, reference.environment);
    }

    fn put_on_clipboard(&mut self, credential: Id, key: SecretKey, subject: String, environment: Environment) {
        // The shell replaces an earlier copy of ours: its answers no longer matter.
        if let Some(earlier) = self.clip.take() {
            self.forget(earlier.ticket);
            self.remember_copy(earlier.about, "replaced by the next copy".into());
        }
        let about = self.about(credential, &key).map(|(about, _)| about);
        let Some(unlocked) = self.inside().map(|i| i.unlocked.clone()) else { return };
        let ticket = self.ask(Purpose::Clip);
        let seconds = self.clipboard_s();
        let since = self.now.boot;
        let until = since + Duration::from_secs(u64::from(seconds));
        self.clip = Some(Clip { ticket, subject, environment, about, state: ClipState::Asked, since, until, seconds });
        self.emit(Effect::Copy { ticket, unlocked, key });
    }

    /// How long a copy stays, in seconds.
    pub(super) fn clipboard_s(&self) -> u32 {
        self.inside().map_or(crate::domain::CLIPBOARD_S, |i| i.unlocked.document.settings.clipboard_s())
    }

    /// Gives the clipboard up, if there is a copy on it.
    pub(super) fn take_back(&mut self) {
        if let Some(clip) = &mut self.clip
            && clip.state != ClipState::Leaving
        {
            clip.state = ClipState::Leaving;
            let ticket = clip.ticket;
            self.emit(Effect::TakeBack { ticket });
        }
    }

    /// The shell's answer to a copy.
    pub(super) fn copied(&mut self, ticket: Ticket, answer: Result<Held, Problem>) {
        let now = self.now.boot;
        match (answer, self.clip.as_mut().filter(|clip| clip.ticket == ticket)) {
            (Ok(held), Some(clip)) if clip.state == ClipState::Asked => {
                clip.state = ClipState::Held { marked: held.marked };
                clip.since = now;
                clip.until = now + Duration::from_secs(u64::from(clip.seconds));
                super::screen::flow::handed_over(self);
            }
            (Ok(_), _) => {}
            (Err(why), _) => {
                self.clip = None;
                self.forget(ticket);
                self.notice = Some(problem(&why));
            }
        }
    }

    /// How a copy ended.
    pub(super) fn released(&mut self, ticket: Ticket, how: Released) {
        self.forget(ticket);
        let clip = self.clip.take_if(|clip| clip.ticket == ticket);
        let in_time = clip.as_ref().is_some_and(|clip| clip.until > self.now.boot);
        if let Some(clip) = &clip {
            let reached = match &how {
                Released::Cleared if in_time => "taken back".to_owned(),
                Released::Cleared => format!("cleared after {} s", clip.seconds),
                Released::Replaced => "the clipboard held something else by then".to_owned(),
                Released::Failed(_) => "it may still be on the clipboard".to_owned(),
            };
            self.remember_copy(clip.about.clone(), reached);
        }
        self.notice = Some(match how {
            Released::Cleared => {
                let text = match clip {
                    Some(clip) if !in_time => format!("Cleared after {} s.", clip.seconds),
                    Some(_) => "Taken back: the clipboard is empty.".into(),
                    None => "The clipboard was cleared.".into(),
                };
                Notice { tone: Tone::Done, text, hint: None }
            }
            Released::Replaced => {
                let text = "The clipboard no longer held it, and was left alone.".into();
                Notice { tone: Tone::Done, text, hint: None }
            }
            Released::Failed(why) => {
                let hint = Some("Copy something else over it, and look at your clipboard manager.".into());
                Notice {
                    tone: Tone::Warning,
                    text: format!("It may still be on the clipboard: {}", sentence_end(&why)),
                    hint,
                }
            }
        });
    }

    /// `ctrl-k`
    pub(super) fn clear_clipboard(&mut self) {
        if let Some(clip) = self.clip.take() {
            self.forget(clip.ticket);
            self.remember_copy(clip.about, "the clipboard was cleared".into());
        }
        let ticket = self.ask(Purpose::ClearClipboard);
        self.emit(Effect::ClearClipboard { ticket });
    }

    /// Why the chosen credential's value can't be given out now.
    pub(super) fn why_no_value(&self) -> Option<String> {
        let inside = self.inside()?;
        let Some(id) = self.chosen() else { return Some("Nothing is chosen.".into()) };
        let credential = inside.unlocked.document.credential(id)?;
        let in_bin = credential.binned_at.is_some() || inside.credentials.section == Section::Bin;
        in_bin.then(|| "It is in the bin. u puts it back.".into())
    }
}

/// A field by name, else the one that the kind is about.
fn field_of<'a>(credential: &Credential, version: &'a Version, name: Option<&str>) -> Option<(&'a str, &'a Field)> {
    match name {
        Some(name) => version.fields.get_key_value(name).map(|(k, f)| (k.as_str(), f)),
        None => version.main_field(credential.kind),
    }
}

fn sentence_end(why: &Problem) -> String {
    let whole = sentence(&why.message);
    let mut chars = whole.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}
