//! Messages in, model and effects out: sessions driven by keys, with a world that answers from memory.

mod adding;
mod anything;
mod audit;
mod begin;
mod bench;
mod clipboard;
mod fields;
mod finding;
mod flows;
mod keys;
mod locking;
mod managing;
mod misplaced;
mod renewing;
mod rotations;
mod sealed;
mod tokens;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::effect::Given;
use super::model::{Overlay, Page, Preferences, Screen};
use super::msg::{
    Code, Exported, Folder, Held, Key, Mouse, MouseKind, Opened, PairText, Refusal, Released, Saved, Target, Turn, Way,
};
use super::*;
use crate::catalog::{Catalog, detect};
use crate::domain::audit::{self as chain, Report};
use crate::domain::passphrase;
use crate::domain::{
    Add, Change, Credential, DeviceId, Document, Id, Kind, NewField, NewValue, Origin, Place, SecretKey,
};
use crate::error::{Exit, Problem};
use crate::keys as rsa_keys;
use crate::secret::SecretBytes;
use crate::vault::{Draft, VaultKey};

/// A program, its world and its time.
pub(super) struct Session {
    pub(super) model: Model,
    /// The vault on the disk.
    pub(super) vault: Option<Arc<Unlocked>>,
    passphrase: String,
    key: VaultKey,
    /// What a disk or clipboard answers instead of doing it.
    pub(super) fails: Option<Problem>,
    /// Whether effects wait for [`Session::answer`].
    pub(super) holds: bool,
    /// What is told of every opening.
    pub(super) notices: Vec<String>,
    held: VecDeque<Effect>,
    /// All effects so far, as their `Debug` tells them.
    pub(super) log: Vec<String>,
    /// What is on the clipboard.
    pub(super) clipboard: Option<String>,
    /// The file that was written last.
    pub(super) written: Option<String>,
    copied: Option<(Ticket, String)>,
    /// How copies reach the clipboard here.
    pub(super) way: Way,
    /// What follows an ID.
    second: Option<String>,
    wall: Timestamp,
    boot: Duration,
    ids: u128,
    /// How often records were saved.
    pub(super) saves: usize,
    /// How often something was saved that only adds to the audit log.
    pub(super) remembered: usize,
    pub(super) has_quit: bool,
    /// What the gateway answers: a status and a body.
    pub(super) gateway: (u16, &'static str),
    /// The hosts that were asked, in their order.
    pub(super) asked: Vec<String>,
}

impl Session {
    /// At the first screen: there is no vault yet.
    pub(super) fn first_run() -> Self {
        let mut session = Self::blank();
        let effects = session.model.start();
        session.work(effects);
        session
    }

    /// Inside an empty vault.
    pub(super) fn empty() -> Self {
        let mut session = Self::blank();
        session.vault = Some(session.new_vault());
        let effects = session.model.start();
        session.work(effects);
        session.type_text(PASSPHRASE);
        session.press(Code::Enter);
        assert!(matches!(session.model.screen, Screen::Inside(_)), "{:?}", session.model.screen);
        session
    }

    /// Inside a vault with these secrets: reference and value.
    pub(super) fn with(secrets: &[(&str, &str)]) -> Self {
        let mut session = Self::blank();
        session.vault = Some(session.new_vault());
        for (reference, value) in secrets {
            session.store(reference, value);
        }
        session.saves = 0;
        let effects = session.model.start();
        session.work(effects);
        session.type_text(PASSPHRASE);
        session.press(Code::Enter);
        session
    }

    fn blank() -> Self {
        let wall: Timestamp = "2026-11-22T09:12:00Z".parse().unwrap();
        let now = Now { wall, boot: Duration::from_secs(1000), zone: TimeZone::UTC };
        let model = Model::new(Catalog::builtin().clone(), Preferences::default(), (120, 36), now);
        Self {
            model,
            vault: None,
            passphrase: PASSPHRASE.into(),
            key: VaultKey::generate(),
            fails: None,
            holds: false,
            notices: Vec::new(),
            held: VecDeque::new(),
            log: Vec::new(),
            clipboard: None,
            written: None,
            copied: None,
            way: Way::Once { turn: Turn::Only },
            second: None,
            wall,
            boot: Duration::from_secs(1000),
            ids: 0,
            saves: 0,
            remembered: 0,
            has_quit: false,
            gateway: (200, r#"{"access_token":"tok.3n-1","expires_in":1800}"#),
            asked: Vec::new(),
        }
    }

    fn new_vault(&mut self) -> Arc<Unlocked> {
        Draft::new(Id::new(self.wall, 1), self.wall, SecretBytes::new(vec![7; 32])).seal(&self.key).unwrap().unlocked
    }

    pub(super) fn store(&mut self, reference: &str, value: &str) {
        let reference: crate::domain::Reference = reference.parse().unwrap();
        let spec = Catalog::builtin().get(reference.provider.as_str()).unwrap();
        let spec =
            spec.credentials.iter().find(|s| *s.name == *reference.name.as_str()).or(spec.credentials.first()).unwrap();
        let field = spec.fields.iter().find(|f| f.secret).or(spec.fields.first()).unwrap();
        let value = if field.secret {
            NewValue::Secret(SecretBytes::copied(value.as_bytes()))
        } else {
            NewValue::Public(value.into())
        };
        let field = NewField::of(field.name.to_string(), value);
        self.store_fields(&reference.to_string(), spec.kind, vec![field]);
    }

    /// Stores these fields, or adds them to what is there.
    pub(super) fn store_fields(&mut self, reference: &str, kind: Kind, fields: Vec<NewField>) {
        let change = Change::Add(Box::new(Add::of(reference.parse().unwrap(), kind, Place::New, fields)));
        self.apply(change).unwrap();
    }

    pub(super) fn apply(&mut self, change: Change) -> Result<Saved, Problem> {
        if let Some(problem) = self.fails.clone() {
            return Err(problem);
        }
        let vault = self.vault.clone().unwrap();
        let (wall, ids) = (self.wall, &mut self.ids);
        let mut new_id = || {
            *ids += 1;
            Id::new(wall, *ids)
        };
        let mut draft = vault.draft();
        let applied = draft.apply(change, wall, &DeviceId::new(1), &mut new_id)?;
        let unlocked = draft.seal(&self.key).unwrap().unlocked;
        self.vault = Some(unlocked.clone());
        if applied.needs_no_backup {
            self.remembered += 1;
        } else {
            self.saves += 1;
        }
        Ok(Saved { unlocked, applied })
    }

    pub(super) fn now(&self) -> Now {
        Now { wall: self.wall, boot: self.boot, zone: TimeZone::UTC }
    }

    pub(super) fn send(&mut self, msg: Msg) {
        let now = self.now();
        let effects = update(&mut self.model, msg, now);
        self.work(effects);
    }

    fn work(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.log.push(format!("{effect:?}"));
            if let Effect::TakeBack { ticket } = effect {
                // The clipboard does things in their order: what was taken back before it began never stands there.
                self.held.retain(|held| !matches!(held, Effect::Copy { ticket: own, .. } if *own == ticket));
            }
            if self.holds && !matches!(effect, Effect::TakeBack { .. } | Effect::Quit | Effect::Lock) {
                self.held.push_back(effect);
            } else {
                self.act(effect);
            }
        }
    }

    /// Lets the effects that were held happen.
    pub(super) fn answer(&mut self) {
        self.holds = false;
        while let Some(effect) = self.held.pop_front() {
            self.act(effect);
        }
    }

    /// The vault, where it is another than the one on the screen.
    fn unseen(&self) -> Option<Arc<Unlocked>> {
        let known = self.model.inside().map(|inside| &inside.unlocked);
        self.vault.clone().filter(|vault| known.is_none_or(|known| !Arc::ptr_eq(known, vault)))
    }

    fn opened(&self, right: bool) -> Answer {
        let unlocked = self.vault.clone().filter(|_| right);
        let opened = unlocked.map(|unlocked| Opened { unlocked, notices: self.notices.clone() });
        Answer::Opened(opened.ok_or(Refusal::WrongPassphrase))
    }

    fn act(&mut self, effect: Effect) {
        let reply = match effect {
            Effect::CheckFolder { ticket } => {
                let saved_at = self.vault.is_some().then_some(self.wall);
                (ticket, Answer::Folder(Ok(Folder { name: "acme".into(), saved_at })))
            }
            Effect::MakePassphrases { ticket } => {
                let offers = ["walnut orbit sleepy cargo violin", "marble tunnel eagle soda patrol"];
                (ticket, Answer::Passphrases(offers.map(SecretText::copied).into()))
            }
            Effect::CreateVault { ticket, passphrase } => {
                passphrase.expose().clone_into(&mut self.passphrase);
                self.vault = Some(self.new_vault());
                (ticket, self.opened(true))
            }
            Effect::Unlock { ticket, passphrase, consent: _ } => {
                (ticket, self.opened(passphrase.expose() == self.passphrase))
            }
            Effect::SetPassphrase { ticket, current, new } => {
                let right = current.expose() == self.passphrase;
                if right {
                    new.expose().clone_into(&mut self.passphrase);
                }
                let wrong = Problem::new(Exit::Locked, "the passphrase is wrong");
                let set = if right { self.apply(Change::Audit(Report::passphrase())) } else { Err(wrong) };
                (ticket, Answer::PassphraseSet(set.map(|saved| saved.unlocked)))
            }
            Effect::CheckPassphrase { ticket, passphrase } => {
                (ticket, Answer::PassphraseChecked(Ok(passphrase.expose() == self.passphrase)))
            }
            Effect::CheckLog { ticket } => (ticket, Answer::LogChecked(Ok(chain::check(self.document(), &[])))),
            Effect::ExportLog { ticket } => {
                let saved = self.apply(Change::Audit(Report::log_exported()));
                (ticket, Answer::LogExported(saved.map(exported)))
            }
            Effect::Commit { ticket, change } => {
                let saved = self.apply(change);
                (ticket, Answer::Saved(saved))
            }
            Effect::TryOut { ticket, unlocked, task } => (ticket, self.tried(&task, &unlocked)),
            Effect::WriteExample { ticket, unlocked, task, found, path } => {
                (ticket, self.example(&task, found.as_deref(), &unlocked, path))
            }
            Effect::Refresh { ticket } => (ticket, Answer::Refreshed(Ok(self.unseen()))),
            Effect::Detect { ticket, pasted } => (ticket, Answer::Detected(detect::detect(Catalog::builtin(), pasted))),
            Effect::Copy { ticket, unlocked, given: Given { key, first, .. } } => {
                let result = match &self.fails {
                    Some(problem) => Err(problem.clone()),
                    None => {
                        let text = unlocked.secret(&key).unwrap().into_text().unwrap().expose().to_owned();
                        let (now, way) = match (self.way, first) {
                            (Way::Once { .. }, Some(id)) => {
                                self.second = Some(text);
                                (id, Way::Once { turn: Turn::Id })
                            }
                            (way, _) => (text, way),
                        };
                        self.clipboard = Some(now.clone());
                        self.copied = Some((ticket, now));
                        Ok(Held { way })
                    }
                };
                (ticket, Answer::Copied(result))
            }
            Effect::CopyPublic { ticket, text } => {
                let failed = self.fails.clone().map(Err);
                self.clipboard = if failed.is_some() { self.clipboard.take() } else { Some(text) };
                (ticket, Answer::Copied(failed.unwrap_or(Ok(Held { way: Way::Timed { marked: false } }))))
            }
            Effect::TakeBack { ticket } => {
                let ours = self.copied.take().filter(|(t, _)| *t == ticket).map(|(_, text)| text);
                let how = if ours.is_some() && self.clipboard == ours {
                    self.clipboard = None;
                    Released::Cleared
                } else {
                    Released::Replaced
                };
                (ticket, Answer::Released(how))
            }
            Effect::ClearClipboard { ticket } => {
                self.clipboard = None;
                (ticket, Answer::ClipboardCleared(Ok(())))
            }
            Effect::GeneratePair { ticket, bits } => {
                assert_eq!(bits, 2048);
                (ticket, Answer::Generated(Ok(pair())))
            }
            Effect::FetchToken { ticket, unlocked, credential } => (ticket, self.fetched(&unlocked, credential)),
            Effect::SavePreferences { ticket, .. } => (ticket, Answer::PreferencesSaved(Ok(()))),
            Effect::Quit => {
                self.has_quit = true;
                return;
            }
            Effect::OpenPage { .. }
            | Effect::Stop { .. }
            | Effect::Lock
            | Effect::ClearScreen
            | Effect::MouseCapture(_)
            | Effect::Suspend => return,
        };
        self.send(Msg::Answer(reply.0, reply.1));
    }

    fn fetched(&mut self, unlocked: &Unlocked, credential: Id) -> Answer {
        let plan = token::Plan::about(credential, unlocked, &self.model.catalog);
        Answer::Fetched(plan.and_then(|plan| plan.ready()).and_then(|call| {
            self.asked.push(call.request.host().to_owned());
            let (status, body) = self.gateway;
            let body = SecretBytes::copied(body.as_bytes());
            call.read(&crate::signing::Answer { status, retry_after_s: None, body })
        }))
    }

    fn example(
        &mut self,
        task: &super::bench::Task,
        found: Option<&super::bench::Judgement>,
        unlocked: &Unlocked,
        path: String,
    ) -> Answer {
        let random = &mut getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        let example = super::bench::example_of(task, found, unlocked, Catalog::builtin(), self.wall, random);
        Answer::ExampleWritten(example.map(|text| {
            self.written = Some(String::from_utf8_lossy(text.expose()).into_owned());
            path
        }))
    }

    fn tried(&self, task: &super::bench::Task, unlocked: &Unlocked) -> Answer {
        let mut random = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        Answer::Tried(Box::new(super::bench::attempt(
            task,
            unlocked,
            Catalog::builtin(),
            "5eed",
            self.wall,
            &mut random,
            &|| false,
        )))
    }

    /// Another program pastes.
    pub(super) fn pasted(&mut self) -> String {
        let (ticket, text) = self.copied.take().expect("something was copied");
        assert_eq!(self.clipboard.take(), Some(text.clone()));
        let answer = match self.second.take() {
            Some(secret) => {
                self.clipboard = Some(secret.clone());
                self.copied = Some((ticket, secret));
                Answer::Copied(Ok(Held { way: Way::Once { turn: Turn::Secret } }))
            }
            None => Answer::Released(Released::Served { to: Some("kitty".into()), by_manager: false, is_empty: true }),
        };
        self.send(Msg::Answer(ticket, answer));
        text
    }

    /// Something happened to the copy.
    pub(super) fn released(&mut self, how: Released) {
        let (ticket, _) = self.copied.take().expect("something was copied");
        self.clipboard = None;
        self.send(Msg::Answer(ticket, Answer::Released(how)));
    }

    pub(super) fn press(&mut self, code: Code) {
        self.send(Msg::Key(Key::plain(code)));
    }

    pub(super) fn ctrl(&mut self, c: char) {
        self.send(Msg::Key(Key::ctrl(c)));
    }

    /// Presses the keys of these characters.
    pub(super) fn type_text(&mut self, text: &str) {
        for c in text.chars() {
            self.press(Code::Char(c));
        }
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.send(Msg::Paste(SecretText::copied(text)));
    }

    pub(super) fn click(&mut self, target: Target) {
        self.send(Msg::Mouse(Mouse { kind: MouseKind::Press, target: Some(target) }));
    }

    /// Lets time go by; the model is woken when it asked for it.
    pub(super) fn wait(&mut self, seconds: u64) {
        let end = self.boot + Duration::from_secs(seconds);
        let mut wakes = 0;
        while let Some(at) = self.model.wake().filter(|at| *at <= end) {
            assert!(at >= self.boot, "woken in the past");
            self.pass(at.saturating_sub(self.boot));
            self.send(Msg::Wake);
            wakes += 1;
            assert!(wakes < 20_000, "it never sleeps");
        }
        self.pass(end.saturating_sub(self.boot));
    }

    /// Lets time go by without a wake, as a suspended computer does.
    pub(super) fn suspend(&mut self, seconds: u64) {
        self.pass(Duration::from_secs(seconds));
    }

    fn pass(&mut self, time: Duration) {
        self.boot += time;
        self.wall = self.wall.checked_add(SignedDuration::try_from(time).unwrap()).unwrap();
    }

    pub(super) fn document(&self) -> &Document {
        &self.vault.as_ref().unwrap().document
    }

    pub(super) fn credential(&self, reference: &str) -> &Credential {
        self.document().resolve(reference).unwrap_or_else(|e| panic!("{reference}: {e}")).credential
    }

    pub(super) fn value(&self, reference: &str) -> String {
        let target = self.document().resolve(reference).unwrap();
        let named = reference.split_once('#').map(|(_, field)| field);
        let (_, field) = self.document().field(&target, named).unwrap();
        match &field.secret {
            Some(key) => self.secret(key),
            None => field.value.clone().unwrap(),
        }
    }

    fn secret(&self, key: &SecretKey) -> String {
        self.vault.as_ref().unwrap().secret(key).unwrap().into_text().unwrap().expose().to_owned()
    }

    pub(super) fn page(&self) -> &Page {
        &self.model.inside().expect("the vault is open").page
    }

    pub(super) fn add(&self) -> &model::Add {
        match self.page() {
            Page::Add(add) => add,
            page => panic!("not adding: {page:?}; {:?}", self.model.notice),
        }
    }

    pub(super) fn dialog(&self) -> &model::Dialog {
        match &self.model.overlay {
            Some(Overlay::Dialog(dialog)) => dialog,
            other => panic!("no dialog: {other:?}"),
        }
    }

    pub(super) fn said(&self) -> String {
        let notice = self.model.status();
        [Some(notice.text), notice.hint].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The last effects, by their names.
    pub(super) fn did(&self, name: &str) -> bool {
        self.log.iter().any(|effect| effect.starts_with(name))
    }
}

fn pair() -> PairText {
    let key = rsa_keys::identify(PAIR.as_bytes()).unwrap().private().unwrap();
    let private = key.write(rsa_keys::Form::Pkcs8Pem).unwrap();
    PairText { private, public: key.public().write(rsa_keys::Form::SpkiPem).unwrap() }
}

/// A key that was made for tests; its label keeps scanners of secrets quiet.
const PAIR: &str = include_str!("../../tests/keys/rsa2048.txt");
pub(super) const PASSPHRASE: &str = "correct horse battery staple";
pub(super) const LIVE_KEY: &str = "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000";
pub(super) const SANDBOX_KEY: &str = "ansa_sk_sandbox_123e4567-e89b-12d3-a456-426614174001";

#[test]
fn the_strength_of_the_tests_own_passphrase_is_enough() {
    assert!(passphrase::strength(&SecretText::copied(PASSPHRASE)).is_enough());
    assert_eq!(Kind::SecretKey.as_str(), "secret-key");
}

fn exported(saved: Saved) -> Exported {
    Exported { path: "/vault/audit.jsonl".to_owned(), left_out: 0, unlocked: saved.unlocked }
}
