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
use crate::domain::{Change, clean};
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
        let desk = Desk { folder, settings, teller, vault: None, session: Arc::clone(&session) };
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
                    let saved = self.with_vault(|vault| vault.commit(change));
                    let saved = saved.map(|(unlocked, applied)| Saved { unlocked, applied });
                    self.teller.answer(ticket, Answer::Saved(saved));
                }
                Job::Refresh(ticket) => {
                    let found = self.with_vault(OpenVault::refresh);
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
                Job::Lock => self.vault = None,
                Job::Finish => return,
            }
        }
    }

    fn with_vault<T>(&mut self, deed: impl FnOnce(&mut OpenVault) -> Result<T, StoreError>) -> Result<T, Problem> {
        let Some(vault) = &mut self.vault else {
            return Err(Problem::new(Exit::Locked, "the vault is locked"));
        };
        match thread::guarded(|| deed(vault)) {
            Ok(done) => done.map_err(Problem::from),
            Err(defect) => {
                // What it holds in memory may be half of something; what is on the disk is whole.
                self.vault = None;
                Err(defect)
            }
        }
    }
}
