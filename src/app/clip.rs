//! Secrets on their way out: shown for ten seconds, or on the clipboard for one paste.

pub mod reached;

use std::iter;
use std::time::Duration;

use jiff::Timestamp;

use super::action::{self, ActionId, Place};
use super::effect::{Effect, Given};
use super::model::{
    Clip, ClipState, Deed, Dialog, DialogTone, Finding, Item, Model, Page, Purpose, REVEAL, Revealed, Section, Tone,
};
use super::msg::{Held, Released, Ticket, Turn, Way};
use super::screen;
use super::status::problem;
use super::value;
use crate::domain::audit::Report;
use crate::domain::provider::KeyForm;
use crate::domain::{Credential, Environment, Field, Id, Kind, Life, Reference, Version};
use crate::error::Problem;
use crate::keys;

/// The value that the keys for copying and revealing are about.
pub(super) struct Subject {
    pub(super) credential: Id,
    pub(super) environment: Environment,
    reference: Reference,
    /// That it does not work yet, where nothing else does.
    waits: Option<String>,
    what: What,
}

enum What {
    Secret(Given),
    Public {
        name: String,
        text: String,
    },
    /// It no longer works, and is not offered any more: why.
    Over(String),
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
            Page::Place(place) => Some(place.credential),
            Page::Token(_) => Some(screen::token::plan(self)?.ok()?.there()?.id),
            Page::Add(_)
            | Page::Accounts
            | Page::Account(_)
            | Page::Bench
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
        let chosen = name;
        let waits = version
            .filter(|v| v.life.is_waiting() && credential.current().is_none())
            .map(|v| format!("This is v{}, {}: there is no current version yet.", v.n, v.life.as_str()));
        // Another version than the one that the reference means was chosen by hand.
        let by_hand = version.map(|v| v.id) != credential.version(None).map(|v| v.id)
            || matches!(&inside.page, Page::Detail(d) if matches!(d.items.get(d.chosen), Some(Item::Version(_))));
        let what = version.and_then(|v| field_of(credential, v, name)).map_or(What::Nothing, |(name, field)| {
            match (&field.secret, &field.value) {
                (Some(key), _) => {
                    if let Some(why) = version.and_then(|v| why_over(v, by_hand, self.now.wall)) {
                        let instead = document.works_instead(credential.id).filter(|_| !by_hand);
                        return What::Over(instead.map_or(why, |(flow, new)| {
                            format!(
                                "v{} is the one that works: its line gives it out, «{}» makes it current.",
                                new.n, flow.title
                            )
                        }));
                    }
                    // A field that was chosen is copied alone.
                    let first = version.filter(|_| chosen.is_none()).and_then(|v| v.id_before_secret(credential.kind));
                    let (key, form) = (key.clone(), form_of(&inside.page, field));
                    What::Secret(Given { key, form, first: first.map(str::to_owned) })
                }
                (None, Some(text)) => {
                    let form = form_of(&inside.page, field);
                    let text = form.and_then(|form| value::in_form(text, form)).unwrap_or_else(|| text.clone());
                    What::Public { name: name.to_owned(), text }
                }
                (None, None) => What::Nothing,
            }
        });
        Some(Subject { credential: credential.id, environment: reference.environment, reference, waits, what })
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
            What::Secret(given) => self.give_out(&subject, given.clone(), true),
            What::Public { .. } => self.tell(Tone::Plain, "This is not a secret: it is shown as it is."),
            What::Over(why) => self.tell(Tone::Warning, why.clone()),
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
            What::Secret(given) => self.give_out(&subject, given.clone(), false),
            What::Public { name, text } => {
                let (name, text) = (name.clone(), text.clone());
                self.copy_public(name, text);
            }
            What::Over(why) => self.tell(Tone::Warning, why.clone()),
            What::Nothing => self.tell(Tone::Warning, "It has no value yet."),
        }
    }

    fn give_out(&mut self, subject: &Subject, given: Given, reveals: bool) {
        let waits = subject.waits.clone();
        self.hand_out((subject.reference.to_string(), subject.environment), waits, subject.credential, given, reveals);
    }

    /// A secret on its way out, to the screen (`reveals`) or to the clipboard: a sealed one takes a question of its own, a live one a
    /// confirmation. Nothing is asked twice.
    pub(super) fn hand_out(
        &mut self,
        (subject, environment): (String, Environment),
        waits: Option<String>,
        credential: Id,
        given: Given,
        reveals: bool,
    ) {
        if self.is_sealed(credential, &given.key) {
            self.ask_unseal(credential, given, reveals);
        } else if environment == Environment::Live {
            self.confirm_live(subject, waits, credential, given, reveals);
        } else {
            if reveals {
                self.show_now(credential, given);
            } else {
                self.copy_now(credential, given);
            }
            if let Some(waits) = waits {
                self.tell(Tone::Warning, waits);
            }
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

    /// Asks before a live secret is shown (`reveals`) or copied; `waits` says that its version is not in use yet.
    fn confirm_live(&mut self, subject: String, waits: Option<String>, credential: Id, given: Given, reveals: bool) {
        let (title, text, verb) = if reveals {
            let text = "It moves real money. It is shown for 10 s, and hidden when this window loses the focus.";
            ("Show a live secret", text.to_owned(), "show it")
        } else {
            let seconds = self.clipboard_s();
            let text = format!(
                "It moves real money. It can be pasted once, within {seconds} s; where the display can't do that, it stands on the \
                 clipboard for {seconds} s."
            );
            ("Copy a live secret", text, COPY_ONCE)
        };
        let waits = waits.map(|text| Finding { tone: Tone::Warning, text });
        self.open_dialog(Dialog {
            title: title.to_owned(),
            subject: Some(subject),
            environment: Some(Environment::Live),
            text: iter::once(Finding { tone: Tone::Plain, text }).chain(waits).collect(),
            typed: None,
            verb,
            top: 0,
            way_out: "no",
            tone: DialogTone::Live,
            deed: if reveals { Deed::Reveal { credential, given } } else { Deed::Copy { credential, given } },
        });
    }

    /// Shows a secret for ten seconds, after the question that a sealed one takes.
    pub(super) fn show(&mut self, credential: Id, given: Given) {
        if self.is_sealed(credential, &given.key) {
            self.ask_unseal(credential, given, true);
        } else {
            self.show_now(credential, given);
        }
    }

    /// Shows it, and remembers that.
    pub(super) fn show_now(&mut self, credential: Id, given: Given) {
        let Given { key, form, .. } = given;
        let until = self.now.boot + REVEAL;
        let about = self.about(credential, &key);
        let Some(inside) = self.inside_mut() else { return };
        let value = inside.unlocked.secret(&key).map(|value| keys::in_form(value, form));
        match value.map(crate::secret::SecretBytes::into_text) {
            Some(Ok(text)) => {
                inside.revealed = Some(Revealed { credential, key: key.clone(), text, until });
                if let Some((about, _)) = about {
                    self.remember(Report::revealed(about));
                }
                screen::flow::was_shown(self, &key);
            }
            Some(Err(_)) => self.tell(Tone::Warning, "It is not text and can't be shown. c copies it."),
            None => self.tell(Tone::Error, "The vault has no value for it."),
        }
    }

    /// Copies a secret whose confirmation was given, after the question that a sealed one takes.
    pub(super) fn copy_confirmed(&mut self, credential: Id, given: Given) {
        if self.is_sealed(credential, &given.key) {
            self.ask_unseal(credential, given, false);
        } else {
            self.copy_now(credential, given);
        }
    }

    /// Copies it.
    pub(super) fn copy_now(&mut self, credential: Id, given: Given) {
        let Some(document) = self.inside().map(|i| &i.unlocked.document) else { return };
        let Some(reference) = document.credential(credential).and_then(|c| document.reference(c)) else { return };
        let provider = self.provider_name(reference.provider.as_str());
        // «secret-key of Ansa acme».
        let words = format!("{} of {provider} {}", reference.name, reference.account);
        let environment = reference.environment;
        // The shell replaces an earlier copy of ours: its answers no longer matter.
        if let Some(earlier) = self.clip.take() {
            self.forget(earlier.ticket);
            self.remember_given_up(earlier, "given up for the next copy");
        }
        let about = self.about(credential, &given.key).map(|(about, _)| about);
        let Some(unlocked) = self.inside().map(|i| i.unlocked.clone()) else { return };
        let ticket = self.ask(Purpose::Clip);
        let seconds = self.clipboard_s();
        let since = self.now.boot;
        let until = since + Duration::from_secs(u64::from(seconds));
        let hands_over = screen::flow::hands_over(self, &given.key);
        let state = ClipState::Asked;
        screen::flow::goes_out(self, &given.key);
        let form = given.form;
        self.clip = Some(Clip {
            ticket,
            subject: words,
            environment,
            about,
            form,
            state,
            since,
            until,
            seconds,
            hands_over,
            watched: None,
        });
        self.emit(Effect::Copy { ticket, unlocked, given });
    }

    /// How long a copy stays, in seconds.
    pub(super) fn clipboard_s(&self) -> u32 {
        self.inside().map_or(crate::domain::CLIPBOARD_S, |i| i.unlocked.document.settings.clipboard_s())
    }

    /// Gives the clipboard up, if there is a copy on it.
    pub(super) fn take_back(&mut self) {
        let now = self.now.boot;
        if let Some(clip) = &mut self.clip
            && !clip.is_leaving()
        {
            clip.state = ClipState::Leaving { way: clip.way() };
            clip.since = now;
            let ticket = clip.ticket;
            self.emit(Effect::TakeBack { ticket });
        }
    }

    /// The shell's answer to a copy, and to the second half of one.
    pub(super) fn copied(&mut self, ticket: Ticket, answer: Result<Held, Problem>) {
        let now = self.now.boot;
        match (answer, self.clip.as_mut().filter(|clip| clip.ticket == ticket)) {
            (Ok(held), Some(clip)) => {
                let (about, begun) = (clip.about.clone(), reached::begun(held.way, clip.form, clip.seconds));
                let is_leaving = clip.is_leaving();
                let hands_over = clip.hands_over.clone();
                if is_leaving {
                    clip.state = ClipState::Leaving { way: Some(held.way) };
                } else {
                    clip.state = ClipState::Held { way: held.way };
                    clip.since = now;
                    clip.until = now + Duration::from_secs(u64::from(clip.seconds));
                }
                // Not before it is known: where there is no display, nothing was copied.
                if let Some(about) = about {
                    self.remember(Report::copied(about, begun));
                }
                // One that can be pasted once is handed over when it is pasted.
                if !is_leaving
                    && !matches!(held.way, Way::Once { .. })
                    && let Some(at) = hands_over
                {
                    screen::flow::handed_over(self, at);
                }
            }
            (Ok(_), None) => {}
            (Err(why), _) => {
                if let Some(clip) = self.clip.take_if(|clip| clip.ticket == ticket)
                    && clip.way() == Some(Way::Once { turn: Turn::Id })
                {
                    self.remember_end(clip.about, "the ID was pasted; the secret could not be offered".into());
                }
                self.forget(ticket);
                self.notice = Some(problem(&why));
            }
        }
    }

    /// Something watches the clipboard, and got nothing.
    pub(super) fn watched(&mut self, ticket: Ticket, who: Option<String>) {
        let Some(clip) = self.clip.as_mut().filter(|clip| clip.ticket == ticket) else { return };
        let notice = reached::watched(who.as_deref());
        clip.watched = Some(who.unwrap_or_else(|| reached::SOMETHING.into()));
        self.notice = Some(notice);
    }

    /// How a copy ended.
    pub(super) fn released(&mut self, ticket: Ticket, how: &Released) {
        self.forget(ticket);
        let clip = self.clip.take_if(|clip| clip.ticket == ticket);
        let pasted = matches!(how, Released::Served { by_manager: false, .. });
        let is_id = |clip: &Clip| clip.way() == Some(Way::Once { turn: Turn::Id });
        let handed = clip.as_ref().filter(|clip| pasted && !is_id(clip)).and_then(|clip| clip.hands_over.clone());
        if let Some(at) = handed {
            screen::flow::handed_over(self, at);
        }
        // What never got there has no entry, and no end.
        if let Some(clip) = clip.as_ref().filter(|clip| clip.way().is_some()) {
            let is_over = clip.until <= self.now.boot;
            let reached = reached::ended(how, is_over, clip.seconds, clip.watched.as_deref());
            self.remember_end(clip.about.clone(), reached);
        }
        let known = clip.as_ref().map(|clip| (clip.way(), clip.until <= self.now.boot, clip.seconds));
        let mut notice = reached::notice(how, known, &self.now);
        if let Some(who) = clip.as_ref().and_then(|clip| clip.watched.as_ref()) {
            notice.hint.get_or_insert_with(|| format!("Before that, {who} asked at once and got nothing."));
        }
        if notice.tone != Tone::Error {
            self.passing = Some((self.now.boot + RESULT, notice.text.clone()));
        }
        self.notice = Some(notice);
    }

    /// Takes the line of what was reached away when it has stood long enough, and nothing has taken its place.
    pub(super) fn pass_result(&mut self) {
        if let Some((_, text)) = self.passing.take_if(|(until, _)| *until <= self.now.boot)
            && self.notice.as_ref().is_some_and(|notice| notice.text == text)
        {
            self.notice = None;
        }
    }

    /// `ctrl-k`
    pub(super) fn clear_clipboard(&mut self) {
        if let Some(clip) = self.clip.take() {
            self.forget(clip.ticket);
            self.remember_given_up(clip, "given up: the clipboard is cleared");
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
        if in_bin {
            return Some("It is in the bin. u puts it back.".into());
        }
        let is_token = credential.kind == Kind::AccessToken;
        match self.subject()?.what {
            What::Over(_) if is_token && screen::token::is_about_one(self) => {
                Some(format!("It no longer works and is not given out. {}", self.anew()))
            }
            What::Over(why) => Some(why),
            _ => None,
        }
    }

    /// How another token is had, from here.
    fn anew(&self) -> String {
        let id = if self.place_below() == Place::Token { ActionId::FetchToken } else { ActionId::OpenToken };
        let key = action::action(id).and_then(action::Action::key).unwrap_or_default();
        format!("{key} fetches a new one.")
    }
}

/// Why a secret of this version is not given out: it no longer works. One that the user has chosen by its line is meant all the same,
/// unless its time is over by itself.
pub(super) fn why_over(version: &Version, by_hand: bool, now: Timestamp) -> Option<String> {
    if version.is_expired(now) {
        return Some("Its time is over: it no longer works, and is not given out.".into());
    }
    let dead = version.life > Life::Active && !by_hand;
    dead.then(|| {
        format!(
            "v{} is {}. Choose its line on the page of the credential to have it.",
            version.n,
            version.life.as_str()
        )
    })
}

/// A field by name, else the one that the kind is about.
fn field_of<'a>(credential: &Credential, version: &'a Version, name: Option<&str>) -> Option<(&'a str, &'a Field)> {
    match name {
        Some(name) => version.fields.get_key_value(name).map(|(k, f)| (k.as_str(), &**f)),
        None => version.main_field(credential.kind),
    }
}

/// In which form the page wants a key: one of its own half.
fn form_of(page: &Page, field: &Field) -> Option<KeyForm> {
    let Page::Detail(detail) = page else { return None };
    let kept: KeyForm = field.form.as_deref()?.parse().ok()?;
    detail.form.filter(|form| form.is_private() == kept.is_private())
}

/// What the key for copying does, in a dialog.
const COPY_ONCE: &str = "copy once";
/// How long the line stands that says what was reached.
const RESULT: Duration = Duration::from_secs(6);
