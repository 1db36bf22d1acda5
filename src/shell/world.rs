//! The seam between the core and the world: effects go in, events come out.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use zeroize::Zeroizing;

use super::clipboard::{Clipboard, Places, Wanted};
use super::events::Heard;
use super::http::Line;
use super::signals::Caught;
use super::store::{self, OpenVault, StoreError, VaultFolder};
use super::thread::Cancel;
use super::worker::{Job, Session, Worker};
use super::{browser, clock, demo, files, keygen, thread};
use crate::app::bench::{Judgement, PATIENCE, Report, Task, attempt, example_of};
use crate::app::effect::Given;
use crate::app::msg::{Answer, PairText, Refusal, Ticket};
use crate::app::token::Plan;
use crate::app::{Consent, Effect, Unlocked};
use crate::catalog::Catalog;
use crate::catalog::detect::detect;
use crate::domain::passphrase::generate;
use crate::domain::{Id, clean, hex};
use crate::error::{Exit, Problem};
use crate::keys::{self, Form, KeyError};
use crate::secret::SecretText;
use crate::vault::VaultError;

/// What does effects. Tests put another in its place.
pub trait World {
    /// Begins what an effect asks for; it comes back as a message. What is about the screen itself is the loop's.
    fn start(&mut self, effect: Effect);

    /// Waits for the saves, and gives the clipboard back.
    fn finish(&mut self);
}

/// Something that happened outside.
pub enum Event {
    /// The terminal told something.
    Heard(Heard),
    /// A signal came.
    Caught(Caught),
    /// The alarm rang.
    Rang,
    /// The terminal is to be sent this, between two frames.
    Send(Zeroizing<Vec<u8>>),
    /// An effect's answer.
    Answer(Ticket, Answer),
    /// The providers are there, and what could not be used of them.
    Catalog(Catalog, Vec<String>),
    /// The demo's vault is there.
    Demo(Result<Box<OpenVault>, Problem>),
}

/// Tells events to the loop.
#[derive(Clone)]
pub struct Teller(Sender<Event>);

/// The world as it is.
pub struct Outside {
    folder: VaultFolder,
    catalog: Option<Catalog>,
    teller: Teller,
    worker: Worker,
    clipboard: Option<Clipboard>,
    /// The pair that is being made, or was last.
    pair: Option<(Ticket, Cancel)>,
    /// The line to the gateway that is asked for a token.
    line: Option<(Ticket, Line)>,
    /// The trial of the bench, likewise.
    trial: Option<(Ticket, Cancel)>,
    /// The example that is being made, likewise.
    example: Option<(Ticket, Cancel)>,
    /// The demo opens with whatever is typed: nobody was asked for a passphrase.
    opens_with_any: bool,
}

impl Teller {
    /// Tells over this line.
    pub fn new(line: Sender<Event>) -> Self {
        Self(line)
    }

    /// Tells; `false` when nobody listens any more.
    pub fn tell(&self, event: Event) -> bool {
        self.0.send(event).is_ok()
    }

    /// Tells what came of an effect.
    pub fn answer(&self, ticket: Ticket, answer: Answer) {
        self.tell(Event::Answer(ticket, answer));
    }
}

impl Outside {
    /// The world around a vault's folder. `settings` is the folder of the preferences.
    pub fn new(folder: VaultFolder, settings: PathBuf, teller: Teller) -> Result<Self, Problem> {
        let worker = Worker::start(folder.clone(), settings, teller.clone()).map_err(|error| no_thread(&error))?;
        let answers = teller.clone();
        let line = teller.clone();
        let clipboard = Some(Clipboard::new(
            Places::here(),
            move |sequence| line.tell(Event::Send(sequence)),
            move |ticket, answer| answers.answer(ticket, answer),
        ));
        Ok(Self {
            folder,
            catalog: None,
            teller,
            worker,
            clipboard,
            pair: None,
            line: None,
            trial: None,
            example: None,
            opens_with_any: false,
        })
    }

    /// Takes the providers over, for recognising what is pasted.
    pub fn know(&mut self, catalog: Catalog) {
        self.catalog = Some(catalog);
    }

    /// Takes over a vault that is open already: the demo's.
    pub fn adopt(&mut self, vault: Box<OpenVault>) {
        self.opens_with_any = true;
        self.worker.ask(Job::Adopt(None, self.worker.session(), vault));
    }

    /// Opens a vault on a thread of its own: abandoned by a lock, it runs to its end unseen.
    fn open(&self, ticket: Ticket, open: impl FnOnce(&VaultFolder) -> Result<OpenVault, Refusal> + Send + 'static) {
        let session: Session = self.worker.session();
        let (folder, teller, line) = (self.folder.clone(), self.teller.clone(), self.worker.line());
        let catalog = self.catalog.clone();
        self.compute(
            ticket,
            |problem| Answer::Opened(Err(Refusal::Failed(problem))),
            move || {
                match (open(&folder), line) {
                    (Ok(mut vault), Some(line)) => {
                        if let Some(catalog) = catalog {
                            vault.know(catalog);
                        }
                        // The worker tells that it is open: nobody may ask for a save before it holds the vault.
                        let _ended = line.send(Job::Adopt(Some(ticket), session, Box::new(vault)));
                    }
                    (Ok(_), None) => {}
                    (Err(refusal), _) => teller.answer(ticket, Answer::Opened(Err(refusal))),
                }
            },
        );
    }

    fn make_pair(&mut self, ticket: Ticket, bits: u32) {
        stop(&mut self.pair);
        let (teller, cancel) = (self.teller.clone(), Cancel::default());
        self.pair = Some((ticket, cancel.clone()));
        let failed = |problem| Answer::Generated(Err(problem));
        self.compute(ticket, failed, move || {
            let made = keygen::generate_unless(bits, &cancel).and_then(|key| {
                Ok(PairText { private: key.write(Form::Pkcs8Pem)?, public: key.public().write(Form::SpkiPem)? })
            });
            teller.answer(ticket, Answer::Generated(made.map_err(Problem::from)));
        });
    }

    /// Tries something on the bench, away from the screen: an RSA key takes its time, and so does an explanation.
    fn try_out(&mut self, ticket: Ticket, unlocked: Arc<Unlocked>, task: Box<Task>) {
        stop(&mut self.trial);
        let (teller, catalog, cancel) = (self.teller.clone(), self.catalog.clone(), Cancel::default());
        self.trial = Some((ticket, cancel.clone()));
        let failed = |problem| Answer::Tried(Box::new(Report::failed(problem)));
        self.compute(ticket, failed, move || {
            let catalog = catalog.as_ref().unwrap_or_else(|| Catalog::builtin());
            let (now, random) = (clock::wall(), &mut UnwrapErr(SysRng));
            let begun = Instant::now();
            let give_up = || cancel.is_cancelled() || begun.elapsed() > PATIENCE;
            let report = match nonce() {
                Ok(nonce) => attempt(&task, &unlocked, catalog, &nonce, now, random, &give_up),
                Err(problem) => Report::failed(problem),
            };
            // A lock waits for nobody: the vault is let go before the answer is told.
            drop(unlocked);
            teller.answer(ticket, Answer::Tried(Box::new(report)));
        });
    }

    /// Asks a gateway for a token. The vault is let go of before anything is sent: a lock waits for nobody, and cuts the line.
    fn fetch_token(&mut self, ticket: Ticket, unlocked: Arc<Unlocked>, credential: Id) {
        self.cut_line();
        let line = Line::open();
        self.line = Some((ticket, line.clone()));
        let (teller, catalog) = (self.teller.clone(), self.catalog.clone());
        self.compute(
            ticket,
            |problem| Answer::Fetched(Err(problem)),
            move || {
                let catalog = catalog.as_ref().unwrap_or_else(|| Catalog::builtin());
                let call = Plan::about(credential, &unlocked, catalog).and_then(|plan| plan.ready());
                drop(unlocked);
                let token = call.and_then(|call| call.read(&line.send(&call.request)?));
                teller.answer(ticket, Answer::Fetched(token));
            },
        );
    }

    /// Stops what goes on under this ticket, if it still does.
    fn stop(&mut self, ticket: Ticket) {
        for work in [&mut self.pair, &mut self.trial, &mut self.example] {
            if work.as_ref().is_some_and(|(of, _)| *of == ticket) {
                stop(work);
            }
        }
        if self.line.as_ref().is_some_and(|(of, _)| *of == ticket) {
            self.cut_line();
        }
    }

    fn cut_line(&mut self) {
        if let Some((_, line)) = self.line.take() {
            line.cut();
        }
    }

    /// Writes an example for the gateway's support; the key that is made for it may take its time. After a lock nothing is written.
    fn write_example(
        &mut self,
        ticket: Ticket,
        unlocked: Arc<Unlocked>,
        task: Box<Task>,
        found: Option<Box<Judgement>>,
        path: String,
    ) {
        stop(&mut self.example);
        let (teller, catalog, cancel) = (self.teller.clone(), self.catalog.clone(), Cancel::default());
        self.example = Some((ticket, cancel.clone()));
        let failed = |problem| Answer::ExampleWritten(Err(problem));
        self.compute(ticket, failed, move || {
            let catalog = catalog.as_ref().unwrap_or_else(|| Catalog::builtin());
            let path = files::named(&path);
            let (now, random) = (clock::wall(), &mut UnwrapErr(SysRng));
            let example = files::is_free(&path)
                .and_then(|()| example_of(&task, found.as_deref(), &unlocked, catalog, now, random));
            drop(unlocked);
            let written = example.and_then(|text| {
                if cancel.is_cancelled() { Err(KeyError::Cancelled.into()) } else { files::write_new(&path, &text) }
            });
            let place = clean(&path.to_string_lossy()).into_owned();
            teller.answer(ticket, Answer::ExampleWritten(written.map(|()| place)));
        });
    }

    /// Does something long on a thread of its own, which answers by itself unless it can't.
    fn compute(&self, ticket: Ticket, failed: fn(Problem) -> Answer, work: impl FnOnce() + Send + 'static) {
        let teller = self.teller.clone();
        let started = thread::spawn("compute", move || {
            if let Err(defect) = thread::guarded(work) {
                teller.answer(ticket, failed(defect));
            }
        });
        if let Err(error) = started {
            self.teller.answer(ticket, failed(no_thread(&error)));
        }
    }
}

impl World for Outside {
    fn start(&mut self, effect: Effect) {
        match effect {
            Effect::CheckFolder { ticket } => self.worker.ask(Job::Check(ticket)),
            Effect::MakePassphrases { ticket } => {
                let teller = self.teller.clone();
                self.compute(
                    ticket,
                    |_| Answer::Passphrases(Vec::new()),
                    move || {
                        let made = [passphrase(), passphrase()].into_iter().flatten().collect();
                        teller.answer(ticket, Answer::Passphrases(made));
                    },
                );
            }
            Effect::CreateVault { ticket, passphrase } => {
                self.open(ticket, move |folder| {
                    folder.create(&passphrase).map_err(|error| Refusal::Failed(error.into()))
                });
            }
            Effect::Unlock { ticket, passphrase, consent } => {
                let passphrase = if self.opens_with_any { demo::passphrase() } else { passphrase };
                let consent = match consent {
                    Consent::None => store::Consent::None,
                    Consent::Older => store::Consent::Older,
                };
                self.open(ticket, move |folder| {
                    folder.unlock(&passphrase, consent).map_err(|error| refusal(error, passphrase))
                });
            }
            Effect::SetPassphrase { ticket, current, new } => {
                self.worker.ask(Job::SetPassphrase(ticket, current, new));
            }
            Effect::CheckPassphrase { ticket, passphrase } => {
                let (folder, teller, any) = (self.folder.clone(), self.teller.clone(), self.opens_with_any);
                self.compute(
                    ticket,
                    |problem| Answer::PassphraseChecked(Err(problem)),
                    move || {
                        let checked = if any { Ok(true) } else { folder.is_passphrase(&passphrase) };
                        teller.answer(ticket, Answer::PassphraseChecked(checked.map_err(Problem::from)));
                    },
                );
            }
            Effect::CheckLog { ticket } => self.worker.ask(Job::CheckLog(ticket)),
            Effect::ExportLog { ticket } => self.worker.ask(Job::ExportLog(ticket)),
            Effect::TryOut { ticket, unlocked, task } => self.try_out(ticket, unlocked, task),
            Effect::WriteExample { ticket, unlocked, task, found, path } => {
                self.write_example(ticket, unlocked, task, found, path);
            }
            Effect::Commit { ticket, change } => self.worker.ask(Job::Commit(ticket, change)),
            Effect::Refresh { ticket } => self.worker.ask(Job::Refresh(ticket)),
            Effect::Detect { ticket, pasted } => {
                let teller = self.teller.clone();
                let catalog = self.catalog.clone();
                let failed = |_| Answer::Detected(crate::app::Detection::default());
                self.compute(ticket, failed, move || {
                    let catalog = catalog.as_ref().unwrap_or_else(|| Catalog::builtin());
                    teller.answer(ticket, Answer::Detected(detect(catalog, pasted)));
                });
            }
            Effect::Copy { ticket, unlocked, given: Given { key, form, first } } => {
                if let Some(clipboard) = &mut self.clipboard {
                    let osc52 = unlocked.document.settings.osc52();
                    let time = Duration::from_secs(unlocked.document.settings.clipboard_s().into());
                    let secret = Box::new(move || unlocked.secret(&key).map(|value| keys::in_form(value, form)));
                    clipboard.copy(ticket, Wanted { first, secret, osc52, time });
                }
            }
            Effect::GeneratePair { ticket, bits } => self.make_pair(ticket, bits),
            Effect::Stop { ticket } => self.stop(ticket),
            Effect::FetchToken { ticket, unlocked, credential } => self.fetch_token(ticket, unlocked, credential),
            Effect::OpenPage { url } => browser::open(&url),
            Effect::CopyPublic { ticket, text } => {
                if let Some(clipboard) = &mut self.clipboard {
                    clipboard.copy_public(ticket, text);
                }
            }
            Effect::TakeBack { ticket } => {
                if let Some(clipboard) = &mut self.clipboard {
                    clipboard.take_back(ticket);
                }
            }
            Effect::ClearClipboard { ticket } => {
                if let Some(clipboard) = &mut self.clipboard {
                    clipboard.clear(ticket);
                }
            }
            Effect::SavePreferences { ticket, preferences } => self.worker.ask(Job::Preferences(ticket, preferences)),
            Effect::Lock => {
                stop(&mut self.pair);
                stop(&mut self.trial);
                stop(&mut self.example);
                self.cut_line();
                self.worker.lock();
            }
            // The loop's own.
            Effect::ClearScreen | Effect::MouseCapture(_) | Effect::Suspend | Effect::Quit => {}
        }
    }

    fn finish(&mut self) {
        self.worker.finish();
        self.clipboard = None;
    }
}

fn stop(work: &mut Option<(Ticket, Cancel)>) {
    if let Some((_, cancel)) = work.take() {
        cancel.cancel();
    }
}

/// What an error at opening means to the locked screen.
fn refusal(error: StoreError, passphrase: SecretText) -> Refusal {
    match error {
        StoreError::Vault(VaultError::WrongPassphrase) => Refusal::WrongPassphrase,
        StoreError::Older { seen, found } => Refusal::Older { seen, found, passphrase },
        StoreError::Vault(error @ (VaultError::Newer(_) | VaultError::Entropy | VaultError::Full)) => {
            Refusal::Failed(error.into())
        }
        error @ (StoreError::Vault(_) | StoreError::Damaged(..) | StoreError::TooLarge(_)) => {
            Refusal::NotIntact(error.into())
        }
        error => Refusal::Failed(error.into()),
    }
}

/// A new value of 32 hexadecimal digits, for messages that carry one.
pub fn nonce() -> Result<String, Problem> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|error| Problem::new(Exit::Failed, format!("the system gives no random bytes: {error}")))?;
    Ok(hex(&bytes))
}

/// A new passphrase; `None` where the system gives no random numbers.
pub fn passphrase() -> Option<SecretText> {
    let mut failed = false;
    let made = generate(|below| {
        uniform(below).unwrap_or_else(|| {
            failed = true;
            0
        })
    });
    (!failed).then_some(made)
}

/// A number below `below`, each as likely as the next: numbers beyond the last whole multiple are drawn again.
fn uniform(below: usize) -> Option<usize> {
    let below = u32::try_from(below).ok().filter(|below| *below > 0)?;
    let fair = u32::MAX - u32::MAX % below;
    loop {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).ok()?;
        let number = u32::from_ne_bytes(bytes);
        if number < fair {
            return usize::try_from(number % below).ok();
        }
    }
}

fn no_thread(error: &std::io::Error) -> Problem {
    Problem::new(Exit::Failed, format!("the system gives no thread: {error}")).hint("end other programs, and try again")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Change;
    use crate::signing::Message;
    use std::sync::mpsc::{Receiver, channel};

    #[test]
    fn a_random_number_is_below_its_bound_and_reaches_every_one() {
        let mut seen = [false; 6];
        for _ in 0..1000 {
            seen[uniform(6).unwrap()] = true;
        }
        assert_eq!(seen, [true; 6]);
        assert_eq!(uniform(0), None);
    }

    #[test]
    fn two_passphrases_are_two() {
        assert_ne!(passphrase().unwrap().expose(), passphrase().unwrap().expose());
    }

    /// The demo's vault in a world, and what that world tells.
    fn open_world() -> (demo::Hideout, Outside, Receiver<Event>) {
        let hideout = demo::Hideout::make(None).unwrap();
        let (line, told) = channel();
        let settings = hideout.folder().path().with_file_name("config");
        let mut world = Outside::new(hideout.folder(), settings, Teller::new(line)).unwrap();
        world.adopt(Box::new(demo::open(&hideout.folder(), jiff::Timestamp::now()).unwrap()));
        (hideout, world, told)
    }

    fn save(world: &mut Outside, ticket: u64) {
        let change = Change::Settings { idle_lock_s: Some(60), clipboard_s: None, osc52: None };
        world.start(Effect::Commit { ticket: Ticket(ticket), change });
    }

    fn answer(told: &Receiver<Event>) -> (u64, Answer) {
        match told.recv_timeout(Duration::from_secs(20)).expect("an answer") {
            Event::Answer(Ticket(n), answer) => (n, answer),
            _ => panic!("something else happened"),
        }
    }

    #[test]
    fn what_was_asked_for_before_a_lock_is_saved_and_nothing_after_it() {
        let (_hideout, mut world, told) = open_world();
        save(&mut world, 1);
        world.start(Effect::Lock);
        save(&mut world, 2);
        assert!(matches!(answer(&told), (1, Answer::Saved(Ok(_)))));
        match answer(&told) {
            (2, Answer::Saved(Err(problem))) => assert_eq!(problem.exit, Exit::Locked),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_end_waits_for_the_last_save_and_for_nothing_else() {
        let (_hideout, mut world, told) = open_world();
        for ticket in 1..=5 {
            save(&mut world, ticket);
        }
        let passphrase = SecretText::copied("typed");
        world.start(Effect::Unlock { ticket: Ticket(6), passphrase, consent: Consent::None });
        world.finish();
        let saved: Vec<u64> = (0..5).map(|_| answer(&told).0).collect();
        assert_eq!(saved, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn a_lock_lets_go_of_every_snapshot_and_abandons_what_is_being_opened() {
        let (_hideout, mut world, told) = open_world();
        save(&mut world, 1);
        let (_, Answer::Saved(Ok(saved))) = answer(&told) else { panic!("not saved") };
        let snapshot = Arc::downgrade(&saved.unlocked);
        drop(saved);
        assert!(snapshot.upgrade().is_some(), "the worker holds it");
        let passphrase = SecretText::copied("typed");
        world.start(Effect::Unlock { ticket: Ticket(2), passphrase, consent: Consent::None });
        world.start(Effect::Lock);
        world.start(Effect::CheckFolder { ticket: Ticket(3) });
        assert!(matches!(answer(&told), (3, Answer::Folder(Ok(_)))));
        assert!(snapshot.upgrade().is_none(), "nobody holds it");
        assert!(told.recv_timeout(Duration::from_millis(200)).is_err(), "what was abandoned tells nothing");
    }

    #[test]
    fn a_pair_that_is_not_wanted_any_more_stops_being_made() {
        let (_hideout, mut world, told) = open_world();
        for stop in [Effect::Stop { ticket: Ticket(1) }, Effect::Lock] {
            world.start(Effect::GeneratePair { ticket: Ticket(1), bits: 4096 });
            world.start(Effect::Stop { ticket: Ticket(7) });
            world.start(stop);
            match answer(&told) {
                (1, Answer::Generated(Err(problem))) => assert_eq!(problem, KeyError::Cancelled.into()),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_lock_lets_go_of_a_vault_that_a_long_trial_looks_at() {
        let (_hideout, mut world, told) = open_world();
        save(&mut world, 1);
        let (_, Answer::Saved(Ok(saved))) = answer(&told) else { panic!("not saved") };
        let unlocked = Arc::clone(&saved.unlocked);
        let snapshot = Arc::downgrade(&unlocked);
        drop(saved);
        // No known mistake made this signature: hundreds of texts of that size would be looked at.
        let message = Message {
            method: Some("POST".into()),
            path: Some("/openapi/pay".into()),
            headers: vec![("TIMESTAMP".into(), "1700000000000".into())],
            body: format!("{{\"a\": \"{}\"}}", "x".repeat(4 << 20)).into_bytes(),
            ..Message::default()
        };
        let task = Box::new(Task {
            reference: "anexpay/sandbox/acme/sign-key".into(),
            recipe: "request".into(),
            message: Arc::new(message),
            signature: Some("AAAA".repeat(22)),
            text: None,
        });
        world.start(Effect::TryOut { ticket: Ticket(2), unlocked, task });
        assert!(told.recv_timeout(Duration::from_millis(500)).is_err(), "it is still looking");
        let begun = Instant::now();
        world.start(Effect::Lock);
        match answer(&told) {
            (2, Answer::Tried(_)) => {}
            other => panic!("{other:?}"),
        }
        assert!(snapshot.upgrade().is_none(), "nobody holds it");
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }

    #[test]
    fn an_example_is_not_written_after_a_lock() {
        let (_hideout, mut world, told) = open_world();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("example.toml");
        let message = Message {
            method: Some("POST".into()),
            path: Some("/ams/api/v1/payments/pay".into()),
            body: b"{}".to_vec(),
            ..Message::default()
        };
        let message = Arc::new(message);
        let mut example = |ticket, lock: bool| {
            save(&mut world, ticket);
            let (_, Answer::Saved(Ok(saved))) = answer(&told) else { panic!("not saved") };
            let unlocked = Arc::clone(&saved.unlocked);
            let snapshot = Arc::downgrade(&unlocked);
            drop(saved);
            let task = Box::new(Task {
                reference: "antom/sandbox/acme/key-pair".into(),
                recipe: "request".into(),
                message: Arc::clone(&message),
                signature: None,
                text: None,
            });
            let (ticket, found, path) = (Ticket(ticket), None, path.to_str().unwrap().to_owned());
            world.start(Effect::WriteExample { ticket, unlocked, task, found, path });
            if lock {
                world.start(Effect::Lock);
            }
            let (_, Answer::ExampleWritten(written)) = answer(&told) else { panic!("another answer") };
            (written.map(drop), snapshot.upgrade().is_some())
        };
        assert_eq!(example(1, false), (Ok(()), true));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(example(2, true), (Err(KeyError::Cancelled.into()), false));
        assert!(!path.exists());
    }

    #[test]
    fn an_opened_vault_can_be_saved_to_as_soon_as_that_is_told() {
        let (_hideout, mut world, told) = open_world();
        world.start(Effect::Lock);
        let passphrase = SecretText::copied("typed");
        world.start(Effect::Unlock { ticket: Ticket(1), passphrase, consent: Consent::None });
        assert!(matches!(answer(&told), (1, Answer::Opened(Ok(_)))));
        save(&mut world, 2);
        assert!(matches!(answer(&told), (2, Answer::Saved(Ok(_)))));
    }

    #[test]
    fn what_an_error_means_to_the_locked_screen() {
        let typed = || SecretText::copied("typed");
        let of = |error| refusal(error, typed());
        assert!(matches!(of(VaultError::WrongPassphrase.into()), Refusal::WrongPassphrase));
        assert!(matches!(of(VaultError::NotGenuine.into()), Refusal::NotIntact(_)));
        assert!(matches!(of(VaultError::Newer("2".into()).into()), Refusal::Failed(_)));
        match of(StoreError::Older { seen: 7, found: 5 }) {
            Refusal::Older { seen: 7, found: 5, passphrase } => assert_eq!(passphrase.expose(), "typed"),
            other => panic!("{other:?}"),
        }
    }
}
