//! An X server without a screen, a clipboard of ours on it, and other programs.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use paykeep::app::msg::{Answer, Held, Released, Ticket, Turn, Way};
use paykeep::secret::SecretBytes;
use paykeep::shell::clipboard::{Clipboard, Places, Through, Wanted};

/// Xvfb, ended when it is dropped.
pub(crate) struct Display {
    server: Child,
    pub(crate) name: String,
}

/// A clipboard and what it tells.
pub(crate) struct Copier {
    pub(crate) clipboard: Clipboard,
    told: Receiver<(Ticket, Answer)>,
    next: u64,
    pub(crate) time: Duration,
}

/// A program that is ended when it is dropped.
pub(crate) struct Running(Child);

impl Display {
    pub(crate) fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is there");
        let mut line = String::new();
        BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert!(!line.trim().is_empty(), "Xvfb did not start");
        Self { server, name: format!(":{}", line.trim()) }
    }

    pub(crate) fn copier(&self) -> Copier {
        let places = Places { x11: Some(self.name.clone()), wayland: None, through: Through::Nothing };
        let (tell, told) = channel();
        let clipboard = Clipboard::new(
            places,
            |_| panic!("nothing goes through the terminal where a display is"),
            move |ticket, answer| {
                let _over = tell.send((ticket, answer));
            },
        );
        Copier { clipboard, told, next: 1, time: PATIENCE }
    }

    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.name).env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
        command
    }

    fn run(&self, program: &str, args: &[&str]) -> Output {
        let mut command = self.command("timeout");
        command.args(["20", program]).args(args).output().unwrap_or_else(|error| panic!("{program}: {error}"))
    }

    /// What xclip pastes; `None` when there is nothing.
    pub(crate) fn xclip(&self, target: &str) -> Option<Vec<u8>> {
        let asked = self.run("xclip", &["-o", "-selection", "clipboard", "-t", target]);
        asked.status.success().then_some(asked.stdout)
    }

    /// What xsel pastes; nothing when there is nothing.
    pub(crate) fn xsel(&self) -> Vec<u8> {
        self.run("xsel", &["-ob"]).stdout
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.xclip("TARGETS").is_none() && self.xclip("UTF8_STRING").is_none()
    }

    /// As another program would: xclip stays behind as the owner.
    pub(crate) fn copy(&self, text: &str) {
        let mut command = self.command("xclip");
        command.args(["-selection", "clipboard"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    }

    /// The same, by a program that is gone a moment later.
    pub(crate) fn copy_and_end(&self, text: &str) {
        let mut command = self.command("xclip");
        command.args(["-selection", "clipboard", "-quiet"]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut owner = Running(command.stdout(Stdio::null()).spawn().unwrap());
        owner.0.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(1200));
        drop(owner);
        std::thread::sleep(Duration::from_millis(700));
    }

    /// Starts a clipboard manager, with a message bus of its own.
    pub(crate) fn start_manager(&self, program: &str, args: &[&str], home: &Path) -> Running {
        let mut command = self.command("dbus-run-session");
        command.args(["--", program]).args(args).env("HOME", home).env("XDG_RUNTIME_DIR", home);
        for name in ["XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS"] {
            command.env_remove(name);
        }
        command.stdout(Stdio::null()).stderr(Stdio::null());
        Running(command.spawn().unwrap_or_else(|error| panic!("{program}: {error}")))
    }

    pub(crate) fn die(&mut self) {
        let _gone = self.server.kill();
        let _gone = self.server.wait();
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.die();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _gone = self.0.kill();
        let _gone = self.0.wait();
    }
}

impl Copier {
    pub(crate) fn ask(&mut self, first: Option<&str>, value: &[u8]) -> Ticket {
        let ticket = Ticket(self.next);
        self.next += 1;
        let value = SecretBytes::copied(value);
        let wanted = Wanted {
            first: first.map(str::to_owned),
            secret: Box::new(move || Some(value)),
            osc52: false,
            time: self.time,
        };
        self.clipboard.copy(ticket, wanted);
        ticket
    }

    /// Copies, and waits until it can be pasted.
    pub(crate) fn copy(&mut self, value: &str) -> Ticket {
        let ticket = self.ask(None, value.as_bytes());
        assert_eq!(self.copied(ticket), Turn::Only);
        ticket
    }

    /// Until it can be pasted; what is asked for at once gets nothing, so a little later.
    pub(crate) fn copied(&self, ticket: Ticket) -> Turn {
        let turn = self.offered(ticket);
        std::thread::sleep(AT_ONCE);
        turn
    }

    /// Until it is offered.
    pub(crate) fn offered(&self, ticket: Ticket) -> Turn {
        match self.answer(ticket) {
            Answer::Copied(Ok(Held { way: Way::Once { turn } })) => turn,
            other => panic!("not offered for one paste: {other:?}"),
        }
    }

    pub(crate) fn answer(&self, ticket: Ticket) -> Answer {
        let (of, answer) = self.told.recv_timeout(PATIENCE).expect("an answer");
        assert_eq!(of, ticket, "{answer:?}");
        answer
    }

    pub(crate) fn released(&self, ticket: Ticket) -> Released {
        match self.answer(ticket) {
            Answer::Released(how) => how,
            other => panic!("not released: {other:?}"),
        }
    }

    /// Nothing is told for so long.
    pub(crate) fn is_quiet(&self, time: Duration) -> bool {
        self.told.recv_timeout(time).is_err()
    }
}

/// It was pasted, by this program, and nothing is left.
pub(crate) fn served_to(name: &str) -> Released {
    Released::Served { to: Some(name.into()), by_manager: false, is_empty: true }
}

/// Waits until something holds.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// In which nobody pastes.
const AT_ONCE: Duration = Duration::from_millis(70);
const PATIENCE: Duration = Duration::from_secs(30);
