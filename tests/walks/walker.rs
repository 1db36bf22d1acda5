//! A program with a flow before it, and a world that saves for it: each step is done as a person would do it.

use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use paykeep::app::model::{Overlay, Preferences};
use paykeep::app::msg::{Code, Folder, Held, Key, Now, Opened, PairText, Released, Saved, Turn, Way};
use paykeep::app::{Answer, Effect, Model, Msg, Unlocked, update};
use paykeep::catalog::Catalog;
use paykeep::domain::journal::{self, Step};
use paykeep::domain::provider::Act;
use paykeep::domain::{Add, Change, DeviceId, Document, Id, NewField, NewValue, Place, Reference, Slug};
use paykeep::keys::Form;
use paykeep::secret::{SecretBytes, SecretText};
use paykeep::vault::{Draft, Unlocked as Open, VaultKey};
use paykeep::view::theme::Theme;
use paykeep::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::Run;
use crate::values::{pair, value};

/// A program, its vault, and the world around it.
pub(crate) struct Walker {
    model: Model,
    vault: Arc<Unlocked>,
    file: Vec<u8>,
    key: VaultKey,
    size: (u16, u16),
    wall: Timestamp,
    boot: Duration,
    ids: u128,
    account: Slug,
}

impl Walker {
    /// A program before the first step of a run, with what the flow acts on stored already.
    pub(crate) fn before(run: &Run, size: (u16, u16)) -> Self {
        let wall: Timestamp = "2026-04-14T09:12:00Z".parse().unwrap();
        let key = VaultKey::generate();
        let made = wall - SignedDuration::from_hours(24 * 90);
        let sealed = Draft::new(Id::new(made, 1), made, SecretBytes::new(vec![7; 32])).seal(&key).unwrap();
        let boot = Duration::from_secs(1000);
        let now = Now { wall, boot, zone: TimeZone::UTC };
        let model = Model::new(Catalog::builtin().clone(), Preferences::default(), size, now);
        let account: Slug = "acme".parse().unwrap();
        let file = sealed.file(&key).unwrap();
        let vault = sealed.unlocked;
        let mut walker = Self { model, vault, file, key, size, wall, boot, ids: 1, account };
        walker.store_what_it_acts_on(run);
        let record = walker.vault.document.account_at(run.provider.id.as_str(), run.environment, "acme").cloned();
        let place = (run.environment, &walker.account, record.as_ref());
        let begin = journal::begin(run.provider, run.flow, run.reason, place).unwrap();
        walker.save(Change::Begin(Box::new(begin)));
        walker.open();
        walker
    }

    /// A first version of whatever is there before such a flow, and two places that use it.
    fn store_what_it_acts_on(&mut self, run: &Run) {
        use paykeep::domain::provider::Does;
        if run.flow.does == Does::Create {
            return;
        }
        for slot in &run.flow.slots {
            let spec = run.provider.credential(&slot.credential).unwrap();
            let fields = spec.fields.iter().map(|field| {
                let text = value(run.provider.id.as_str(), spec.id.as_str(), field.name.as_str(), run.environment, 1);
                let value = if field.secret {
                    NewValue::Secret(SecretBytes::copied(text.as_bytes()))
                } else {
                    NewValue::Public(text)
                };
                NewField::of(field.name.to_string(), value)
            });
            let reference: Reference =
                format!("{}/{}/acme/{}", run.provider.id, run.environment, spec.name).parse().unwrap();
            let add = Add {
                used_by: vec!["checkout-api".into(), "billing-job".into()],
                ..Add::of(reference, spec.kind, Place::New, fields.collect())
            };
            self.save(Change::Add(Box::new(add)));
        }
    }

    fn save(&mut self, change: Change) -> Saved {
        let (wall, ids) = (self.wall, &mut self.ids);
        let mut new_id = || {
            *ids += 1;
            Id::new(wall, *ids)
        };
        let mut draft = self.vault.draft();
        let what = format!("{change:?}");
        let applied = draft
            .apply(change, wall, &DeviceId::new(1), &mut new_id)
            .unwrap_or_else(|why| panic!("{what}: {why}\n{}", self.page()));
        let sealed = draft.seal(&self.key).unwrap();
        self.vault = Arc::clone(&sealed.unlocked);
        self.file = sealed.file(&self.key).unwrap();
        Saved { unlocked: sealed.unlocked, applied }
    }

    /// From the start to the flow: unlocked by a passphrase, and taken up by `f`.
    fn open(&mut self) {
        let effects = self.model.start();
        self.work(effects);
        self.keys("a passphrase⏎f");
        assert!(self.model.flow().is_some(), "f goes on with the one flow\n{}", self.page());
    }

    /// Killed, and begun again over the file.
    pub(crate) fn restart(&mut self) {
        self.vault = Arc::new(Open::open(&self.key, &self.file).unwrap());
        let now = self.now();
        self.model = Model::new(Catalog::builtin().clone(), Preferences::default(), self.size, now);
        self.open();
    }

    /// What was told is gone with the next key, as it is after a kill.
    pub(crate) fn has_read(&mut self) {
        self.send(Msg::Key(Key::plain(Code::F(12))));
    }

    /// The present step's ID; `None` when the flow has ended.
    pub(crate) fn present(&self) -> Option<String> {
        let journal = self.vault.document.journals.last().unwrap();
        journal.now().map(|at| journal.steps[at].id.clone())
    }

    /// The fingerprints of all values in the vault, in order.
    pub(crate) fn prints(&self) -> Vec<String> {
        let versions = self.vault.document.credentials.iter().flat_map(|c| &c.versions);
        versions.flat_map(|v| v.fields.values().filter_map(|f| f.fingerprint.clone())).collect()
    }

    pub(crate) fn document(&self) -> &Document {
        &self.vault.document
    }

    /// Does the present step as a person would.
    pub(crate) fn step(&mut self) {
        let journal = self.vault.document.journals.last().unwrap();
        let step = journal.steps[journal.now().unwrap()].clone();
        let before = journal.count_done();
        if step.asks.is_some() {
            // A tick is not enough: it leads to the question.
            self.keys("⏎");
            assert!(self.page().contains("answer it first"), "{}", self.page());
            self.keys("as they wrote");
        }
        if step.asks_consent() {
            // Where there was time to move, whoever still has it is told first.
            let held = self.vault.document.holding_up(self.vault.document.journals.last().unwrap(), &step).len();
            for _ in 0..held {
                self.keys("⏎");
                assert!(self.page().contains("Still has it:"), "{}", self.page());
                self.keys("w⏎");
            }
            self.keys("⏎");
            assert!(matches!(&self.model.overlay, Some(Overlay::Dialog(d)) if d.typed.is_some()), "{}", self.page());
            self.keys("⏎acme⏎");
        } else {
            self.usual(&step);
        }
        let after = self.vault.document.journals.last().unwrap().count_done();
        assert_eq!(after, before + 1, "{} is done\n{}", step.id, self.page());
        self.wall += SignedDuration::from_mins(1);
        self.boot += Duration::from_mins(1);
        self.send(Msg::Wake);
    }

    fn usual(&mut self, step: &Step) {
        match step.act {
            Act::Take | Act::TakeOnce => {
                for text in self.values(step) {
                    self.send(Msg::Paste(SecretText::copied(&text)));
                }
                self.keys("⏎");
                if step.act == Act::TakeOnce {
                    assert!(self.vault.document.journals.last().unwrap().step(&step.id).unwrap().done.is_none());
                    self.keys("I");
                }
            }
            Act::Substitute => {
                let journal = self.vault.document.journals.last().unwrap();
                let count = self.vault.document.still_to_move(journal, step).len();
                for _ in 0..count {
                    self.keys("w↓");
                }
                if count == 0 {
                    self.keys("Wnew-place⏎");
                }
                self.keys("⏎");
            }
            Act::Verify | Act::ProveDead => {
                if let Some(call) = &step.call {
                    let status = if step.act == Act::Verify { &call.alive } else { &call.dead };
                    self.keys(&format!("⇥{}⏎", status.first().unwrap_or(&200)));
                } else {
                    self.keys("⏎⏎");
                }
            }
            Act::Overlap if step.wait_s.is_some() => {
                // It is too early, and a tick is no reason to go on.
                self.keys("⏎");
                assert!(self.page().contains("may be in use until"), "{}", self.page());
                self.keys("nobody has one any more⏎");
            }
            Act::Approval => self.keys("⏎⏎"),
            Act::Seal => {
                // In live a copy asks first.
                self.keys("c");
                if self.model.overlay.is_some() {
                    self.keys("⏎");
                }
                self.keys("I");
            }
            _ => self.keys("⏎"),
        }
    }

    fn values(&self, step: &Step) -> Vec<String> {
        let journal = self.vault.document.journals.last().unwrap();
        let account = self.vault.document.account(journal.account).unwrap();
        let of = |field: &paykeep::domain::provider::SlotField| {
            let spec = &journal.slot(field.slot.as_str()).unwrap().spec;
            value(account.provider.as_str(), spec, field.field.as_str(), account.environment, 2)
        };
        step.fields.iter().map(of).collect()
    }

    fn now(&self) -> Now {
        Now { wall: self.wall, boot: self.boot, zone: TimeZone::UTC }
    }

    fn send(&mut self, msg: Msg) {
        let now = self.now();
        let effects = update(&mut self.model, msg, now);
        self.work(effects);
    }

    fn work(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            let (ticket, answer) = match effect {
                Effect::CheckFolder { ticket } => {
                    (ticket, Answer::Folder(Ok(Folder { name: "acme".into(), saved_at: Some(self.wall) })))
                }
                Effect::Unlock { ticket, .. } => {
                    (ticket, Answer::Opened(Ok(Opened { unlocked: Arc::clone(&self.vault), notices: Vec::new() })))
                }
                Effect::Commit { ticket, change } => (ticket, Answer::Saved(Ok(self.save(change)))),
                Effect::GeneratePair { ticket, bits } => {
                    assert_eq!(bits, 2048);
                    let key = pair(2);
                    let private = key.write(Form::Pkcs8Pem).unwrap();
                    let public = key.public().write(Form::SpkiPem).unwrap();
                    (ticket, Answer::Generated(Ok(PairText { private, public })))
                }
                Effect::Copy { ticket, .. } => {
                    let way = Way::Once { turn: Turn::Only };
                    self.send(Msg::Answer(ticket, Answer::Copied(Ok(Held { way }))));
                    let served = Released::Served { to: Some("a browser".into()), by_manager: false, is_empty: true };
                    (ticket, Answer::Released(served))
                }
                Effect::TakeBack { ticket } => (ticket, Answer::Released(Released::Cleared)),
                _ => continue,
            };
            self.send(Msg::Answer(ticket, answer));
        }
    }

    /// Keys, one a character; `⏎` `⇥` `␛` and arrows as themselves.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(Msg::Paste(SecretText::copied(text)));
    }

    pub(crate) fn keys(&mut self, keys: &str) {
        for c in keys.chars() {
            let code = match c {
                '⏎' => Code::Enter,
                '⇥' => Code::Tab,
                '␛' => Code::Esc,
                '↓' => Code::Down,
                c => Code::Char(c),
            };
            self.send(Msg::Key(Key::plain(code)));
        }
    }

    /// The page as text.
    pub(crate) fn page(&self) -> String {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        terminal.draw(|frame| view(&self.model, Theme::default(), frame)).unwrap();
        let page = terminal.backend().buffer();
        let line = |y| (0..self.size.0).map(|x| page[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..self.size.1).map(line).collect::<Vec<_>>().join("\n")
    }
}
