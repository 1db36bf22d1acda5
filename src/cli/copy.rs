//! `paykeep get --copy`: a value on the clipboard for one paste, and this process beside it until that is over.

use std::io::IsTerminal as _;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::args::Get;
use super::get::{Leaving, is_in_use, leaving, not_remembered, value};
use super::io::{Io, Outcome, Stop};
use crate::app::clip::reached;
use crate::app::model::Tone;
use crate::app::msg::{Answer, Ending, Held, Released, Ticket, Turn, Way};
use crate::domain::Change;
use crate::domain::audit::{About, Report};
use crate::domain::provider::KeyForm;
use crate::error::{Exit, Problem, clause};
use crate::shell::clipboard::{Clipboard, Places, Wanted};
use crate::shell::signals::{self, Caught};
use crate::shell::store::{OpenVault, Resting};
use crate::shell::{clock, terminal};

/// Puts it there, waits for the end, and says what was reached. While it waits to be pasted, only the vault's key is held, for the
/// log's entries, and the one value.
pub(super) fn run(args: &Get, mut vault: OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    let snapshot = vault.snapshot();
    let document = &snapshot.document;
    let target = document.resolve(&args.reference)?;
    let named = args.reference.split_once('#').map(|(_, name)| name);
    let Some((name, field)) = document.field(&target, named) else {
        return Err(Problem::new(Exit::NotFound, format!("{} has no value yet", args.reference)).into());
    };
    is_in_use(&args.reference, document, &target, field, io)?;
    let value = value(args, &snapshot, name, field)?;
    let leaving = leaving(args, &snapshot, &target, field, io)?;
    let id = target.version.filter(|_| named.is_none()).and_then(|v| v.id_before_secret(target.credential.kind));
    let wanted = Wanted {
        first: id.map(str::to_owned),
        secret: Box::new(move || Some(value)),
        osc52: document.settings.osc52(),
        time: Duration::from_secs(document.settings.clipboard_s().into()),
    };
    let seconds = document.settings.clipboard_s();
    drop(snapshot);
    let mut log = Log { form: args.form, about: None, reason: None, vault: None };
    if let Some(Leaving { about, is_sealed, reason }) = leaving {
        log.about = Some(about.clone());
        match reason {
            // First its entry, and without that nothing.
            Some(reason) if is_sealed => {
                vault.commit(Change::Audit(Report::unsealed(about, reason, "asked for, to be copied")))?;
            }
            reason => log.reason = reason,
        }
    }
    log.vault = Some(vault.rest());
    wait(wanted, seconds, &mut log, io)
}

/// What the audit log is told of a copy, as it goes.
struct Log {
    about: Option<About>,
    form: Option<KeyForm>,
    reason: Option<String>,
    vault: Option<Resting>,
}

impl Log {
    fn begun(&mut self, way: Way, seconds: u32, io: &mut Io<'_>) {
        let (words, reason) = (reached::begun(way, self.form, seconds), self.reason.take());
        self.add(|about| Report::copied(about, words).because(reason), io);
    }

    fn ended(&mut self, words: &str, io: &mut Io<'_>) {
        self.add(|about| Report::copy_ended(about, words), io);
    }

    /// A vault that can't be written to keeps nobody from a secret that isn't sealed.
    fn add(&mut self, report: impl FnOnce(About) -> Report, io: &mut Io<'_>) {
        let (Some(about), Some(vault)) = (self.about.clone(), self.vault.take()) else { return };
        let (vault, done) = vault.commit(Change::Audit(report(about)));
        self.vault = Some(vault);
        if let Err(error) = done {
            not_remembered(&error, io);
        }
    }
}

/// What is waited for.
enum Event {
    Told(Answer),
    Ended(Ending),
}

fn wait(wanted: Wanted, seconds: u32, log: &mut Log, io: &mut Io<'_>) -> Outcome<Exit> {
    let (line, told) = channel();
    let answers = line.clone();
    // Before anything is on the clipboard: whatever ends us takes it back.
    signals::watch(move |caught| match caught {
        Caught::End(ending) => line.send(Event::Ended(ending)).is_ok(),
        Caught::Stop | Caught::Continued | Caught::Resized => true,
    })
    .map_err(|error| Problem::new(Exit::Failed, format!("signals can't be heard: {error}")))?;
    let mut clipboard = Clipboard::new(
        Places::here(),
        |sequence| std::io::stdout().is_terminal() && terminal::send(&sequence).is_ok(),
        move |_, answer| {
            // Nobody waits any more when the command has ended.
            let _over = answers.send(Event::Told(answer));
        },
    );
    let ticket = Ticket(1);
    clipboard.copy(ticket, wanted);
    let time = Duration::from_secs(u64::from(seconds));
    let mut way = None;
    let mut watched = None;
    // The first answer comes from a display that lives.
    let mut end = Instant::now() + PATIENCE;
    let mut ended = None;
    let mut over = false;
    let how = loop {
        match told.recv_timeout(end.saturating_duration_since(Instant::now())) {
            Ok(Event::Told(Answer::Copied(Ok(Held { way: reached })))) => {
                end = Instant::now() + time;
                io.note(begun(reached, seconds));
                way = Some(reached);
                log.begun(reached, seconds, io);
            }
            Ok(Event::Told(Answer::Copied(Err(problem)))) => {
                if way.is_some() {
                    log.ended("the ID was pasted; the secret could not be offered", io);
                }
                return Err(problem.into());
            }
            Ok(Event::Told(Answer::Watched(who))) => {
                let who = who.unwrap_or_else(|| reached::SOMETHING.into());
                io.note(format!(
                    "the clipboard is watched: {who} asked at once and got nothing; it can still be pasted"
                ));
                watched = Some(who);
            }
            Ok(Event::Told(Answer::Released(how))) => break how,
            Ok(Event::Told(_)) => {}
            Ok(Event::Ended(signal)) => {
                ended.get_or_insert(signal);
                clipboard.take_back(ticket);
                end = Instant::now() + PATIENCE;
            }
            Err(RecvTimeoutError::Timeout) if !over && ended.is_none() && way.is_some() => {
                over = true;
                clipboard.take_back(ticket);
                end = Instant::now() + PATIENCE;
            }
            Err(_) => {
                if way.is_some() {
                    log.ended("the display did not answer when it was to be taken back", io);
                }
                let hangs = Problem::new(Exit::Failed, "the clipboard doesn't answer")
                    .hint("what is on it goes with this process; look at the display");
                return Err(hangs.into());
            }
        }
    };
    drop(clipboard);
    if way.is_some() {
        log.ended(&reached::ended(&how, over, seconds, watched.as_deref()), io);
    }
    say(&how, way, over, seconds, io)?;
    match ended {
        Some(signal) => Err(Stop::Signal(signal)),
        None => Ok(Exit::Done),
    }
}

fn begun(way: Way, seconds: u32) -> String {
    match way {
        Way::Once { turn: Turn::Only } => format!("it can be pasted once, within {seconds} s; ctrl-c takes it back"),
        Way::Once { turn: Turn::Id } => {
            format!("1 of 2, the ID can be pasted once, within {seconds} s; then the secret; ctrl-c takes it back")
        }
        Way::Once { turn: Turn::Secret } => format!("2 of 2, the secret can be pasted once, within {seconds} s"),
        Way::Timed { .. } => {
            format!("it is on the clipboard for {seconds} s: this display has no way to offer it for one paste")
        }
        Way::Osc52 { in_tmux } => {
            let limit = if in_tmux { " (through tmux, only where allow-passthrough is on)" } else { "" };
            format!("it was sent through the terminal{limit}, which is asked to clear it after {seconds} s")
        }
    }
}

/// The line of what was reached; an error where the secret may be somewhere, or did not get where it was to go.
fn say(how: &Released, way: Option<Way>, over: bool, seconds: u32, io: &mut Io<'_>) -> Outcome {
    let zone = clock::zone();
    let notice = reached::notice(how, Some((way, over, seconds)), &clock::now(&zone));
    let text = notice.text.trim_start_matches(['○', ' ']).trim_end_matches('.');
    let failed = matches!(how, Released::Served { by_manager: true, .. } | Released::Unfinished { .. })
        || matches!(how, Released::Lost | Released::Failed(_));
    if failed {
        let problem = Problem::new(Exit::Failed, clause(text));
        return Err(match &notice.hint {
            Some(hint) => problem.hint(clause(hint.trim_end_matches('.'))),
            None => problem,
        }
        .into());
    }
    debug_assert_ne!(notice.tone, Tone::Error, "what was reached is no error");
    io.note(clause(text));
    Ok(())
}

/// How long the clipboard may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
