//! How long a key takes on the bench's page to its finished frame, with a request of 1 MB there: `cargo bench --bench press`.
//!
//! «Press» is what the user waits for: the key is taken in, the request read anew, the page drawn. The trial, which signs it, runs on a
//! thread of its own meanwhile; «result» is the key to the frame that shows what it gave. Target: 8 ms.

#![expect(clippy::print_stdout, reason = "a bench prints its numbers")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use paykeep::app::bench::attempt;
use paykeep::app::model::Preferences;
use paykeep::app::msg::{Code, Key, Now};
use paykeep::app::{Answer, Effect, Model, Msg, Unlocked, update};
use paykeep::catalog::Catalog;
use paykeep::domain::{Add, Change, DeviceId, Id, Kind, NewField, NewValue, Place};
use paykeep::keys::{self, Form};
use paykeep::secret::{SecretBytes, SecretText};
use paykeep::vault::{Draft, VaultKey};
use paykeep::view::theme::Theme;
use paykeep::view::view;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

// The program's own allocator, since every time depends on it.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

const PRESSES: usize = 300;
const SIZES: [(u16, u16); 2] = [(80, 24), (120, 36)];
const BODY: usize = 1 << 20;

fn main() {
    let pair = keys::generate(2048, &mut UnwrapErr(SysRng)).expect("a key");
    let pem = pair.write(Form::Pkcs8Pem).expect("its PEM").expose().to_owned();
    for (reference, kind, field, value, head) in [
        (
            "anexpay/sandbox/acme/sign-key",
            Kind::SigningKey,
            "value",
            "aR2822Y6XbehWMclnB0Y2NJK",
            "POST https://h.example/openapi/test\nTIMESTAMP: 1795338720000",
        ),
        (
            "antom/sandbox/acme/key-pair",
            Kind::KeyPair,
            "private_key",
            &pem,
            "POST https://h.example/ams/api/v1/payments/pay\nRequest-Time: 1795338720000",
        ),
    ] {
        let unlocked = vault(reference, kind, field, value);
        for (width, height) in SIZES {
            let mut page = Page::open(width, height, Arc::clone(&unlocked), head);
            let (mut press, mut result) = (Vec::new(), Vec::new());
            for n in 0..PRESSES {
                let start = Instant::now();
                page.key(if n % 2 == 0 { Code::Char('1') } else { Code::Backspace });
                page.draw();
                press.push(start.elapsed());
                page.answer();
                page.draw();
                result.push(start.elapsed());
            }
            println!(
                "{reference} {width}×{height}: press {:.1} ms, 99 of 100 {:.1}; result {:.1} ms, 99 of 100 {:.1}; target 8",
                ms(&mut press, 50),
                ms(&mut press, 99),
                ms(&mut result, 50),
                ms(&mut result, 99),
            );
        }
    }
}

/// The program on the bench's page, with a large request there and the cursor in its headers.
struct Page {
    model: Model,
    terminal: Terminal<TestBackend>,
    asked: Vec<Effect>,
}

impl Page {
    fn open(width: u16, height: u16, unlocked: Arc<Unlocked>, head: &str) -> Self {
        let mut model = Model::new(Catalog::builtin().clone(), Preferences::default(), (width, height), now());
        model.start_demo(unlocked);
        let terminal = Terminal::new(TestBackend::new(width, height)).expect("a terminal in memory");
        let mut page = Self { model, terminal, asked: Vec::new() };
        page.key(Code::Char('4'));
        page.answer();
        let body = format!("{{\"order\": \"A 1\",\t\"more\": \"{}\"}}", "x".repeat(BODY));
        page.send(Msg::Paste(SecretText::new(format!("{head}\nX-Order: 1\n\n{body}"))));
        page.answer();
        (0..4).for_each(|_| page.key(Code::Tab));
        page.key(Code::End);
        page
    }

    fn send(&mut self, msg: Msg) {
        self.asked.extend(update(&mut self.model, msg, now()));
    }

    fn key(&mut self, code: Code) {
        self.send(Msg::Key(Key::plain(code)));
    }

    /// Does the trials that were asked for.
    fn answer(&mut self) {
        while let Some(effect) = self.asked.pop() {
            if let Effect::TryOut { ticket, unlocked, task } = effect {
                let (time, random) = (now().wall, &mut UnwrapErr(SysRng));
                let report = attempt(&task, &unlocked, Catalog::builtin(), "5eed", time, random, &|| false);
                assert!(report.stopped.is_none(), "{:?}", report.stopped);
                self.send(Msg::Answer(ticket, Answer::Tried(Box::new(report))));
            }
        }
    }

    fn draw(&mut self) {
        self.terminal.draw(|frame| view(&self.model, Theme::default(), frame)).expect("memory takes every frame");
        black_box(self.terminal.backend().buffer());
    }
}

fn vault(reference: &str, kind: Kind, field: &str, value: &str) -> Arc<Unlocked> {
    let mut ids = 1;
    let mut new_id = || {
        ids += 1;
        Id::new(now().wall, ids)
    };
    let mut draft = Draft::new(Id::new(now().wall, 1), now().wall, SecretBytes::new(vec![9; 32]));
    let add = Change::Add(Box::new(Add {
        account_fields: [("client_id".to_owned(), "SANDBOX_5X00000000000000".to_owned())].into(),
        ..Add::of(
            reference.parse().expect("it has four parts"),
            kind,
            Place::New,
            vec![NewField::of(field, NewValue::Secret(SecretBytes::copied(value.as_bytes())))],
        )
    }));
    draft.apply(add, now().wall, &DeviceId::new(7), &mut new_id).expect("the reference is new");
    draft.seal(&VaultKey::generate()).expect("it can be encrypted").unlocked
}

fn now() -> Now {
    let wall: Timestamp = "2026-11-22T09:12:00Z".parse().expect("a time");
    Now { wall, boot: Duration::from_secs(1000), zone: TimeZone::UTC }
}

/// So many of a hundred take no longer.
fn ms(times: &mut [Duration], of_100: usize) -> f64 {
    times.sort();
    times[(times.len() * of_100 / 100).min(times.len() - 1)].as_secs_f64() * 1e3
}
