//! A vault of invented keys at a fixed time, and a program that shows it: driven by keys, as a person would.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use paykeep::app::model::Preferences;
use paykeep::app::msg::{Code, Folder, Held, Key, Now, Opened, Released, Saved, Way};
use paykeep::app::{Answer, Effect, Model, Msg, Ticket, Unlocked, update};
use paykeep::catalog::Catalog;
use paykeep::domain::audit::{About, Report};
use paykeep::domain::journal::begin;
use paykeep::domain::provider::{Act, Does};
use paykeep::domain::{
    Add, Applied, Change, Deed, DeviceId, Environment, Id, Kind, NewField, NewValue, Origin, Place, Proof,
};
use paykeep::error::Problem;
use paykeep::secret::{SecretBytes, SecretText};
use paykeep::vault::{Draft, VaultKey};
use paykeep::view::theme::Theme;
use paykeep::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// The time on every page: 14 April 2026, 14:02.
pub(crate) fn wall() -> Timestamp {
    "2026-04-14T14:02:00Z".parse().expect("a time")
}

/// A program in a terminal, and what it asked of the world.
pub(crate) struct Program {
    pub(crate) model: Model,
    effects: Vec<Effect>,
    boot: Duration,
}

impl Program {
    /// One that has just begun, where there is no vault yet.
    pub(crate) fn first(width: u16, height: u16) -> Self {
        Self::begin(width, height, None)
    }

    /// One that stands before a locked vault.
    pub(crate) fn locked(width: u16, height: u16) -> Self {
        Self::begin(width, height, Some(wall() - SignedDuration::from_mins(307)))
    }

    /// One with an open vault.
    pub(crate) fn open(width: u16, height: u16, unlocked: Arc<Unlocked>) -> Self {
        let mut program = Self::locked(width, height);
        program.keys("a passphrase⏎");
        let ticket = program.asked(|effect| match effect {
            Effect::Unlock { ticket, .. } => Some(*ticket),
            _ => None,
        });
        program.answer(ticket, Answer::Opened(Ok(Opened { unlocked, notices: Vec::new() })));
        program
    }

    fn begin(width: u16, height: u16, saved_at: Option<Timestamp>) -> Self {
        let boot = Duration::from_secs(1_000);
        let now = Now { wall: wall(), boot, zone: TimeZone::UTC };
        let mut model = Model::new(Catalog::builtin().clone(), Preferences::default(), (width, height), now);
        let effects = model.start();
        let mut program = Self { model, effects, boot };
        let ticket = program.asked(|effect| match effect {
            Effect::CheckFolder { ticket } => Some(*ticket),
            _ => None,
        });
        program.answer(ticket, Answer::Folder(Ok(Folder { name: "acme".into(), saved_at })));
        program
    }

    /// Something happens.
    pub(crate) fn send(&mut self, msg: Msg) {
        let now = Now { wall: wall(), boot: self.boot, zone: TimeZone::UTC };
        self.effects.extend(update(&mut self.model, msg, now));
    }

    /// Keys, one a character; `⏎` `⎋` `⇥` and arrows as themselves, `^` before a character for control, `①` to `④` for F1 to F4.
    pub(crate) fn keys(&mut self, keys: &str) {
        let mut ctrl = false;
        for c in keys.chars() {
            let code = match c {
                '^' if !ctrl => {
                    ctrl = true;
                    continue;
                }
                '⏎' => Code::Enter,
                '⎋' => Code::Esc,
                '⇥' => Code::Tab,
                '↓' => Code::Down,
                '↑' => Code::Up,
                '①'..='④' => Code::F(u8::try_from(u32::from(c) - u32::from('①') + 1).expect("a small number")),
                c => Code::Char(c),
            };
            self.send(Msg::Key(Key { ctrl, ..Key::plain(code) }));
            ctrl = false;
        }
    }

    /// A paste, all at once.
    pub(crate) fn paste(&mut self, text: &str) {
        self.send(Msg::Paste(SecretText::copied(text)));
    }

    /// The world answers.
    pub(crate) fn answer(&mut self, ticket: Ticket, answer: Answer) {
        self.send(Msg::Answer(ticket, answer));
    }

    /// What was asked of the world, the newest that `of` knows.
    pub(crate) fn asked<T>(&self, of: impl Fn(&Effect) -> Option<T>) -> T {
        self.effects.iter().rev().find_map(of).expect("the world was asked")
    }

    /// The world tries what the bench asked for.
    pub(crate) fn tried(&mut self) {
        let (ticket, unlocked, task) = self
            .effects
            .iter()
            .rev()
            .find_map(|effect| match effect {
                Effect::TryOut { ticket, unlocked, task } => Some((*ticket, Arc::clone(unlocked), task.clone())),
                _ => None,
            })
            .expect("a trial");
        let mut random = getrandom::rand_core::UnwrapErr(getrandom::SysRng);
        let report =
            paykeep::app::bench::attempt(&task, &unlocked, Catalog::builtin(), "5eed", wall(), &mut random, &|| false);
        self.answer(ticket, Answer::Tried(Box::new(report)));
    }

    /// What was to be saved is saved, as far as the screen can tell.
    pub(crate) fn saved(&mut self) {
        let ticket = self.asked(|effect| match effect {
            Effect::Commit { ticket, .. } => Some(*ticket),
            _ => None,
        });
        let unlocked = Arc::clone(&self.model.inside().expect("an open vault").unlocked);
        self.answer(ticket, Answer::Saved(Ok(Saved { unlocked, applied: Applied::default() })));
    }

    /// The gateway gives no token.
    pub(crate) fn refused(&mut self, problem: impl Into<Problem>) {
        let ticket = self.asked(|effect| match effect {
            Effect::FetchToken { ticket, .. } => Some(*ticket),
            _ => None,
        });
        self.answer(ticket, Answer::Fetched(Err(problem.into())));
    }

    /// Some time passes.
    pub(crate) fn pass(&mut self, time: Duration) {
        self.boot += time;
        self.send(Msg::Wake);
    }

    /// The copy that was asked for is on the clipboard.
    pub(crate) fn copied(&mut self, way: Way) {
        let ticket = self.copy();
        self.answer(ticket, Answer::Copied(Ok(Held { way })));
    }

    /// The copy has ended.
    pub(crate) fn released(&mut self, how: Released) {
        let ticket = self.copy();
        self.answer(ticket, Answer::Released(how));
    }

    fn copy(&self) -> Ticket {
        self.asked(|effect| match effect {
            Effect::Copy { ticket, .. } => Some(*ticket),
            _ => None,
        })
    }

    /// The terminal has another size.
    pub(crate) fn resize(&mut self, width: u16, height: u16) {
        self.send(Msg::Resize { width, height });
    }

    /// The page in a theme.
    pub(crate) fn drawn(&self, theme: Theme) -> Buffer {
        let (width, height) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        terminal.draw(|frame| view(&self.model, theme, frame)).expect("memory takes every frame");
        terminal.backend().buffer().clone()
    }

    /// The page as text.
    pub(crate) fn text(&self) -> String {
        text(&self.drawn(Theme::default()))
    }
}

/// A page as text, without what is blank at the ends of its lines.
pub(crate) fn text(page: &Buffer) -> String {
    let area = page.area;
    let lines: Vec<String> = (area.top()..area.bottom())
        .map(|y| {
            let mut line = String::new();
            let mut skip = 0;
            for x in area.left()..area.right() {
                let symbol = page[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                    skip = usize::try_from(paykeep::view::text::width(symbol)).expect("a width").max(1);
                }
                skip -= 1;
            }
            line.trim_end().to_owned()
        })
        .collect();
    lines.join("\n")
}

/// A vault that grows by changes.
pub(crate) struct Maker {
    draft: Draft,
    ids: u128,
    /// What the last change stored.
    version: Option<Id>,
    /// The flow that the last change was about.
    journal: Option<Id>,
}

impl Maker {
    /// An empty vault.
    pub(crate) fn new() -> Self {
        let at = wall() - SignedDuration::from_mins(307);
        Self {
            draft: Draft::new(Id::new(at, 0), at, SecretBytes::new(vec![7; 32])),
            ids: 1,
            version: None,
            journal: None,
        }
    }

    /// What it holds in the end.
    pub(crate) fn unlocked(self) -> Arc<Unlocked> {
        self.draft.seal(&VaultKey::generate()).expect("a vault can be sealed").unlocked
    }

    /// A deed, so many days ago.
    pub(crate) fn change(&mut self, days_ago: i64, change: Change) -> Option<Id> {
        let at = wall() - SignedDuration::from_hours(24 * days_ago);
        let mut new_id = || {
            self.ids += 1;
            Id::new(at, self.ids)
        };
        let applied = self.draft.apply(change, at, &DeviceId::new(1), &mut new_id).expect("the change fits");
        self.version = applied.version;
        self.journal = applied.journal;
        applied.credential
    }

    /// Stores a credential.
    pub(crate) fn add(
        &mut self,
        days_ago: i64,
        reference: &str,
        kind: Kind,
        rotate: Option<u32>,
        fields: &[(&str, &str)],
    ) -> Id {
        self.add_as(days_ago, reference, kind, Place::New, rotate, fields)
    }

    /// Stores a version.
    pub(crate) fn add_as(
        &mut self,
        days_ago: i64,
        reference: &str,
        kind: Kind,
        place: Place,
        rotate: Option<u32>,
        fields: &[(&str, &str)],
    ) -> Id {
        let secret: Vec<&str> =
            kind.usual_fields().iter().filter(|(_, secret)| *secret).map(|(name, _)| *name).collect();
        let fields = fields
            .iter()
            .map(|(name, value)| NewField {
                name: (*name).to_owned(),
                value: if secret.contains(name) {
                    NewValue::Secret(SecretBytes::copied(value.as_bytes()))
                } else {
                    NewValue::Public((*value).to_owned())
                },
                form: None,
                prefix: value.split_once("_live_").map(|(head, _)| format!("{head}_live_")),
            })
            .collect();
        let wallet = reference == "ansa/live/acme/secret-key" && place == Place::New;
        let add = Add {
            label: if wallet { "shared wallet, EU".into() } else { String::new() },
            note: if wallet { "Ansa renews by mail: ask support, allow a day.".into() } else { String::new() },
            rotate_every_days: rotate,
            used_by: if wallet { vec!["checkout-api".into(), "billing-job".into()] } else { Vec::new() },
            ..Add::of(reference.parse().expect("a reference"), kind, place, fields)
        };
        self.change(days_ago, Change::Add(Box::new(add))).expect("a credential")
    }
}

/// A vault with credentials of PayNet's and of a provider file of the user's own, and a token of the former that works for another
/// while or no longer.
pub(crate) fn tokens(minutes_left: i64) -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let pair = [("client_id", "acme-test"), ("client_secret", "made up")];
    maker.add(14, "paynet/sandbox/acme/client-credentials", Kind::ClientCredentials, Some(90), &pair);
    maker.add(2, "acme-pay/sandbox/shop/client-credentials", Kind::ClientCredentials, None, &pair);
    for value in ["tok.3n-1", "tok.3n-2", "tok.3n-3"] {
        let value = NewValue::Secret(SecretBytes::copied(value.as_bytes()));
        let token = Add {
            origin: Origin::Fetched,
            expires_at: Some(wall() + SignedDuration::from_mins(minutes_left)),
            ..Add::of(
                "paynet/sandbox/acme/access-token".parse().expect("a reference"),
                Kind::AccessToken,
                Place::Renewed,
                vec![NewField::of("value", value)],
            )
        };
        maker.change(0, Change::Add(Box::new(token)));
    }
    maker.unlocked()
}

/// A provider file of the user's own, whose client credentials get tokens.
pub(crate) const OWN_FILE: &str = include_str!("../providers/acme-pay.toml");

/// The vault of the pictures, as far as this program goes.
pub(crate) fn twelve() -> Arc<Unlocked> {
    static MADE: OnceLock<Arc<Unlocked>> = OnceLock::new();
    Arc::clone(MADE.get_or_init(make_twelve))
}

fn make_twelve() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let rotate = Some(90);
    let value = |text: &'static str| [("value", text)];
    let id = |client: &'static str, secret: &'static str| [("client_id", client), ("client_secret", secret)];
    let uuid = "ansa_sk_live_0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0";
    maker.add(
        88,
        "amazon-pay/live/store-eu/key-pair",
        Kind::KeyPair,
        rotate,
        &[("key_id", "LIVE-AFKSXQ6ZTLGPR2IAGOD")],
    );
    maker.add(81, "antom/live/acme/key-pair", Kind::KeyPair, rotate, &[("key_id", "1")]);
    maker.add(82, "ansa/live/acme/secret-key", Kind::SecretKey, rotate, &value(uuid));
    maker.add(47, "anexpay/live/acme/sign-key", Kind::SigningKey, rotate, &value("an-invented-sign-key-0001"));
    maker.add(60, "paynet/live/acme/client-credentials", Kind::ClientCredentials, None, &id("acme", "older"));
    maker.add_as(
        12,
        "paynet/live/acme/client-credentials",
        Kind::ClientCredentials,
        Place::Pending,
        None,
        &id("acme", "invented"),
    );
    maker.add(3, "antom/sandbox/acme/key-pair", Kind::KeyPair, None, &[("key_id", "2")]);
    maker.add(
        14,
        "paynet/sandbox/acme/client-credentials",
        Kind::ClientCredentials,
        rotate,
        &id("acme-test", "made up"),
    );
    maker.add(9, "ansa/sandbox/acme/secret-key", Kind::SecretKey, None, &value("ansa_sk_sandbox_invented"));
    maker.add(9, "ansa/sandbox/acme/webhook-secret", Kind::WebhookSecret, None, &value("whsec_invented"));
    maker.add(
        9,
        "antom/sandbox/acme/provider-key",
        Kind::ProviderPublicKey,
        None,
        &[("public_key", "MIIBIjANBgkqhkiG9w0BAQEF")],
    );
    maker.add(9, "anexpay/sandbox/acme/sign-key", Kind::SigningKey, None, &value("another-invented-sign-key"));
    maker.add_as(0, "ansa/live/acme/secret-key", Kind::SecretKey, Place::Pending, None, &value("ansa_sk_live_newer"));
    let old = maker.add(40, "other/sandbox/acme/old-token", Kind::AccessToken, None, &value("an old token"));
    maker.change(4, Change::Bin(vec![old]));
    maker.unlocked()
}

/// A key of which two versions work, and one place has not moved yet.
pub(crate) fn moving() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let reference = "ansa/live/acme/secret-key";
    let value = |text: &'static str| [("value", text)];
    let add = |maker: &mut Maker, days, place, text| {
        maker.add_as(days, reference, Kind::SecretKey, place, Some(90), &value(text))
    };
    let credential = add(&mut maker, 40, Place::New, "ansa_sk_live_older");
    add(&mut maker, 5, Place::Previous, "ansa_sk_live_newer");
    let version = maker.version.expect("it was stored");
    maker.change(5, Change::PointTo { credential, version });
    let uses = Some((credential, Some(version), Proof::Asked));
    maker.change(4, Change::Consumer { label: "checkout-api".into(), side: None, place: None, uses });
    maker.unlocked()
}

/// A key of which the version in use leaked.
pub(crate) fn leaked() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let reference = "ansa/live/acme/secret-key";
    let credential = maker.add(40, reference, Kind::SecretKey, Some(90), &[("value", "ansa_sk_live_older")]);
    let version = maker.version.expect("it was stored");
    maker.change(1, Change::Leaked { credential, version });
    maker.unlocked()
}

/// Every flow that makes a first credential, begun in an account of its own.
pub(crate) fn begun() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    for provider in Catalog::builtin().providers() {
        for flow in provider.flows.iter().filter(|flow| flow.does == Does::Create) {
            let account = flow.id.as_str().parse().expect("a slug");
            let environment = *flow.environments.first().expect("it applies somewhere");
            let begin = begin(provider, flow, None, (environment, &account, None)).expect("it applies");
            maker.change(1, Change::Begin(Box::new(begin)));
        }
    }
    maker.unlocked()
}

/// A flow before the step that takes two values.
pub(crate) fn taking() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let provider = Catalog::builtin().get("paynet").expect("built in");
    let flow = provider.flow("create").expect("a flow of the file");
    let account = "acme".parse().expect("a slug");
    let begin = begin(provider, flow, None, (Environment::Live, &account, None)).expect("it applies");
    maker.change(1, Change::Begin(Box::new(begin)));
    let journal = maker.journal.expect("it began");
    let before = flow.steps.iter().take_while(|step| step.act != Act::Take);
    for step in before.map(|step| step.id.to_string()) {
        maker.change(1, Change::Step { journal, step, deed: Deed::Said { note: "as it says".into() } });
    }
    maker.unlocked()
}

/// A flow that has stopped a key and taken the one that works instead, which is not current yet.
pub(crate) fn between() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let reference = "ansa/live/acme/secret-key";
    let credential = maker.add(40, reference, Kind::SecretKey, None, &[("value", "ansa_sk_live_older")]);
    let uses = Some((credential, maker.version, Proof::Asked));
    maker.change(40, Change::Consumer { label: "checkout-api".into(), side: None, place: None, uses });
    let provider = Catalog::builtin().get("ansa").expect("built in");
    let flow = provider.flow("lost-or-compromised").expect("a flow of the file");
    let account = "acme".parse().expect("a slug");
    let begin = begin(provider, flow, None, (Environment::Live, &account, None)).expect("it applies");
    maker.change(1, Change::Begin(Box::new(begin)));
    let journal = maker.journal.expect("it began");
    for step in &flow.steps {
        let takes = matches!(step.act, Act::Take | Act::TakeOnce);
        let deed = if takes {
            let value = NewValue::Secret(SecretBytes::copied(b"ansa_sk_live_newer"));
            let field = step.field().expect("it takes one");
            Deed::Values(vec![(field.slot.to_string(), NewField::of(field.field.as_str(), value))])
        } else if step.kills.is_some() {
            let despite = vec!["checkout-api".into(), "billing-job".into()];
            Deed::Typed { name: "acme".into(), note: String::new(), despite }
        } else {
            Deed::Said { note: String::new() }
        };
        maker.change(1, Change::Step { journal, step: step.id.to_string(), deed });
        if takes {
            break;
        }
    }
    maker.unlocked()
}

/// A key that is due in 43 days, and nothing else.
pub(crate) fn calm() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let value = [("value", "an-invented-sign-key-0001")];
    maker.add(47, "anexpay/live/acme/sign-key", Kind::SigningKey, None, &value);
    maker.unlocked()
}

/// A key that was handed over once, and what the log says of it.
pub(crate) fn handed_over() -> Arc<Unlocked> {
    let mut maker = Maker::new();
    let reference = "ansa/live/acme/secret-key";
    let value = |text: &'static str| [("value", text)];
    let sandbox = "ansa/sandbox/acme/secret-key";
    maker.add(245, sandbox, Kind::SecretKey, None, &value("ansa_sk_sandbox_older"));
    let credential = maker.add(82, reference, Kind::SecretKey, Some(90), &value("ansa_sk_live_older"));
    let old = maker.version.expect("it was stored");
    let about = |version| About { credential, version, field: "value".into() };
    maker.change(82, Change::Audit(Report::copied(about(old), "on the clipboard for 30 s")));
    maker.change(82, Change::Audit(Report::copy_ended(about(old), "cleared after 30 s")));
    maker.change(54, Change::Audit(Report::unsealed(about(old), "pod lost its mount", "asked for, to be copied")));
    maker.change(54, Change::Audit(Report::copied(about(old), "on the clipboard for 30 s")));
    maker.change(54, Change::Audit(Report::copy_ended(about(old), "it may still be on the clipboard")));
    maker.change(43, Change::Audit(Report::revealed(about(old))));
    maker.add_as(0, reference, Kind::SecretKey, Place::Previous, Some(90), &value("ansa_sk_live_newer"));
    let version = maker.version.expect("it was stored");
    maker.change(0, Change::PointTo { credential, version });
    let uses = Some((credential, Some(version), Proof::Asked));
    maker.change(0, Change::Consumer { label: "checkout-api".into(), side: None, place: None, uses });
    maker.change(0, Change::Settings { idle_lock_s: Some(300), clipboard_s: None, osc52: None });
    let mut unlocked = Arc::into_inner(maker.unlocked()).expect("nobody else has it");
    let credentials = Arc::make_mut(&mut unlocked.document.credentials).iter_mut().map(Arc::make_mut);
    for version in credentials.flat_map(|c| &mut c.versions) {
        version.sealed_at = Some(wall());
    }
    Arc::new(unlocked)
}

/// Nothing stored yet.
pub(crate) fn nothing() -> Arc<Unlocked> {
    Maker::new().unlocked()
}
