//! The worker: the one thread that holds the open vault, and saves in the order in which it was asked to.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::store::{FolderState, OpenVault, StoreError, VaultFolder};
use super::world::Teller;
use super::{preferences, thread};
use crate::app::model::Preferences;
use crate::app::msg::{Answer, Exported, Folder, Opened, Saved, Ticket};
use crate::domain::{Change, ChangeError, clean};
use crate::error::{Exit, Problem};
use crate::secret::SecretText;

/// What the worker is asked for.
pub(super) enum Job {
    /// Look whether there is a vault.
    Check(Ticket),
    /// Hold this vault, unless it was locked since.
    Adopt(Option<Ticket>, Session, Box<OpenVault>),
    /// Do a deed and save it.
    Commit(Ticket, Change),
    /// Look whether another program has saved.
    Refresh(Ticket),
    /// Wrap the vault's identity in another passphrase: the present one, the new one.
    SetPassphrase(Ticket, SecretText, SecretText),
    /// Follow the chains of the log.
    CheckLog(Ticket),
    /// Write the log to a file.
    ExportLog(Ticket),
    /// Write the preferences down.
    Preferences(Ticket, Preferences),
    /// Let go of the vault.
    Lock,
    /// End, when all that was asked for before is done.
    Finish,
}

/// Which opening something belongs to: a lock ends all that began before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Session(u64);

/// The worker, as others see it.
pub(super) struct Worker {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    session: Arc<AtomicU64>,
}

impl Worker {
    /// Starts it. `settings` is the folder of the preferences.
    pub(super) fn start(folder: VaultFolder, settings: PathBuf, teller: Teller) -> io::Result<Self> {
        let session = Arc::new(AtomicU64::new(0));
        let (jobs, asked) = channel();
        let desk = Desk { folder, settings, teller, vault: None, session: Arc::clone(&session), unseen: false };
        let thread = thread::spawn("worker", move || desk.work(&asked))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread), session })
    }

    /// Asks for something.
    pub(super) fn ask(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            let _ended = jobs.send(job);
        }
    }

    /// Another way to ask, for a thread of its own.
    pub(super) fn line(&self) -> Option<Sender<Job>> {
        self.jobs.clone()
    }

    /// The present opening.
    pub(super) fn session(&self) -> Session {
        Session(self.session.load(Ordering::SeqCst))
    }

    /// Ends what was opened or is being opened. Saves that were asked for happen first.
    pub(super) fn lock(&self) {
        self.session.fetch_add(1, Ordering::SeqCst);
        self.ask(Job::Lock);
    }

    /// Waits until everything is saved that was asked for.
    pub(super) fn finish(&mut self) {
        self.lock();
        // Not by hanging up: a thread that opens a vault has a line of its own, and isn't waited for.
        self.ask(Job::Finish);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

/// What the thread has before it.
struct Desk {
    folder: VaultFolder,
    settings: PathBuf,
    teller: Teller,
    vault: Option<Box<OpenVault>>,
    session: Arc<AtomicU64>,
    /// Whether the vault holds what another program wrote and no answer has brought yet.
    unseen: bool,
}

impl Desk {
    fn work(mut self, asked: &Receiver<Job>) {
        for job in asked {
            match job {
                Job::Check(ticket) => {
                    let found = thread::guarded(|| self.folder.state().map_err(Problem::from));
                    let folder = found.and_then(|state| state).map(|state| Folder {
                        name: self.folder.name(),
                        saved_at: match state {
                            FolderState::Missing => None,
                            FolderState::Present { saved_at } => Some(saved_at),
                        },
                    });
                    self.teller.answer(ticket, Answer::Folder(folder));
                }
                Job::Adopt(ticket, session, vault) => {
                    // One that nobody waits for was handed over in the order of the jobs: a lock after it is a job behind it.
                    if ticket.is_none() || session.0 == self.session.load(Ordering::SeqCst) {
                        let opened = Opened { unlocked: vault.snapshot(), notices: vault.notices().to_vec() };
                        self.vault = Some(vault);
                        if let Some(ticket) = ticket {
                            self.teller.answer(ticket, Answer::Opened(Ok(opened)));
                        }
                    }
                }
                Job::Commit(ticket, change) => {
                    let before = self.generation();
                    let saved = self.with_vault(|vault| vault.commit(change));
                    // What was refused was held against the newest copy, which nobody has seen.
                    self.unseen = saved.is_err() && (self.unseen || self.generation() != before);
                    let saved = saved.map(|(unlocked, applied)| Saved { unlocked, applied });
                    self.teller.answer(ticket, Answer::Saved(saved));
                }
                Job::Refresh(ticket) => {
                    let unseen = std::mem::take(&mut self.unseen);
                    let found = self.with_vault(|vault| {
                        let found = vault.refresh()?;
                        Ok(found.or_else(|| unseen.then(|| vault.snapshot())))
                    });
                    self.teller.answer(ticket, Answer::Refreshed(found));
                }
                Job::SetPassphrase(ticket, current, new) => {
                    let set = self.with_vault(|vault| {
                        vault.set_passphrase(&current, &new)?;
                        Ok(vault.snapshot())
                    });
                    self.teller.answer(ticket, Answer::PassphraseSet(set));
                }
                Job::CheckLog(ticket) => {
                    let checked = self.with_vault(|vault| vault.check_log());
                    self.teller.answer(ticket, Answer::LogChecked(checked));
                }
                Job::ExportLog(ticket) => {
                    let exported = self.with_vault(|vault| {
                        let (path, left_out) = vault.export_log()?;
                        let path = clean(&path.to_string_lossy()).into_owned();
                        Ok(Exported { path, left_out: left_out.len(), unlocked: vault.snapshot() })
                    });
                    self.teller.answer(ticket, Answer::LogExported(exported));
                }
                Job::Preferences(ticket, wanted) => {
                    let saved = thread::guarded(|| preferences::save(&self.settings, &wanted)).and_then(|saved| saved);
                    self.teller.answer(ticket, Answer::PreferencesSaved(saved));
                }
                Job::Lock => {
                    self.vault = None;
                    self.unseen = false;
                }
                Job::Finish => return,
            }
        }
    }

    fn generation(&self) -> Option<u64> {
        self.vault.as_ref().map(|vault| vault.snapshot().generation())
    }

    fn with_vault<T>(&mut self, deed: impl FnOnce(&mut OpenVault) -> Result<T, StoreError>) -> Result<T, Problem> {
        let Some(vault) = &mut self.vault else {
            return Err(Problem::new(Exit::Locked, "the vault is locked"));
        };
        match thread::guarded(|| deed(vault)) {
            Ok(done) => done.map_err(on_screen),
            Err(defect) => {
                // What it holds in memory may be half of something; what is on the disk is whole.
                self.vault = None;
                Err(defect)
            }
        }
    }
}

/// An error in the words of a screen, where those of the command line name options.
fn on_screen(error: StoreError) -> Problem {
    let taken = matches!(&error, StoreError::Change(ChangeError::Taken(_, field)) if !field.is_empty());
    let problem = Problem::from(error);
    if taken { problem.hint("another program stored it meanwhile: see what ⏎ does now") } else { problem }
}

#[cfg(test)]
mod tests {
    use super::super::store::Consent;
    use super::super::world::Event;
    use super::*;
    use crate::domain::{Add, Kind, NewField, NewValue, Place};
    use crate::secret::SecretBytes;

    fn add(value: &[u8]) -> Change {
        let fields = vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(value)))];
        let reference = "other/live/acme/key".parse().unwrap();
        Change::Add(Box::new(Add::of(reference, Kind::SecretKey, Place::New, fields)))
    }

    #[test]
    fn what_a_save_was_refused_for_is_brought_by_the_next_look() {
        let root = tempfile::tempdir().unwrap();
        let folder = VaultFolder::new(root.path().join("vault"), root.path().join("state"));
        let passphrase = SecretText::copied("walnut orbit sleepy cargo violin");
        let vault = folder.create_with_work_factor(&passphrase, 2).unwrap();
        let mut other = folder.unlock(&passphrase, Consent::None).unwrap();
        let (line, events) = channel();
        let mut worker = Worker::start(folder, root.path().to_owned(), Teller::new(line)).unwrap();
        worker.ask(Job::Adopt(None, worker.session(), Box::new(vault)));
        other.commit(add(b"theirs")).unwrap();
        worker.ask(Job::Commit(Ticket(1), add(b"ours")));
        worker.ask(Job::Refresh(Ticket(2)));
        worker.ask(Job::Refresh(Ticket(3)));
        worker.finish();
        let answers: Vec<Answer> = events
            .try_iter()
            .filter_map(|event| if let Event::Answer(_, answer) = event { Some(answer) } else { None })
            .collect();
        let [Answer::Saved(Err(why)), Answer::Refreshed(Ok(Some(seen))), Answer::Refreshed(Ok(None))] = &answers[..]
        else {
            panic!("{answers:?}")
        };
        assert_eq!(seen.document.credentials.len(), 1);
        assert!(why.hint.as_deref().is_some_and(|hint| !hint.contains("--")), "{why:?}");
    }
}
