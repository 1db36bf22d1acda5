//! X11: paykeep owns CLIPBOARD itself (never PRIMARY), hands the text to one client, and gives the selection up.
//!
//! Only a conversion to text counts as the paste: toolkits ask for TARGETS first, and clipboard managers for the hint. What is asked
//! for by a clipboard manager is refused where it is one for certain, and so is whatever asks for the text at once: nobody pastes that
//! fast. (ICCCM 2, «Peer-to-Peer Communication by Means of Selections».)

use std::fs;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::fd::AsFd as _;
use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::cookie::VoidCookie;
use x11rb::errors::ReplyError;
use x11rb::protocol::Event;
use x11rb::protocol::res::{self, ClientIdMask, ClientIdSpec, ConnectionExt as _};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT, NONE};

use super::{AT_ONCE, ClipboardError, HINT, HINT_SAYS, Offer, Watcher, managers};
use crate::app::msg::Released;
use crate::domain::clean;
use crate::secret::SecretText;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        CLIPBOARD,
        CLIPBOARD_MANAGER,
        TARGETS,
        TIMESTAMP,
        MULTIPLE,
        SAVE_TARGETS,
        ATOM_PAIR,
        INCR,
        NULL,
        UTF8_STRING,
        TEXT,
        PLAIN_UTF8: b"text/plain;charset=utf-8",
        HINT: HINT.as_bytes(),
        PAYKEEP_TIME,
    }
}

/// A text that owns the selection until somebody pastes it.
pub(super) struct Offered {
    display: RustConnection,
    atoms: Atoms,
    window: Window,
    /// When the selection became ours, in the server's time.
    since: Timestamp,
    /// The same by our own clock.
    begun: Instant,
    /// Something asked for the text at once, and that was not told yet.
    watched: Option<Watcher>,
    /// Whether the server tells which process a client is.
    tells_process: bool,
    text: Option<SecretText>,
    handing: Option<Handing>,
    is_ours: bool,
}

/// A client that is being given the text.
struct Handing {
    to: Window,
    property: Atom,
    kind: Atom,
    /// In pieces, of which so many bytes are sent; `None` where it was written at once.
    sent: Option<usize>,
    who: Option<String>,
    begun: Instant,
    last: Instant,
}

/// Whether there is a server that lets us in.
pub(super) fn answers(display: &str) -> bool {
    RustConnection::connect(Some(display)).is_ok()
}

impl Offered {
    /// Takes the selection for this text.
    pub(super) fn new(display: &str, text: SecretText) -> Result<Self, ClipboardError> {
        // Why in detail, as «connection refused», helps nobody further than its name does.
        let none = || ClipboardError::None(format!("no X server at {}", clean(display)));
        let (display, screen) = RustConnection::connect(Some(display)).map_err(|_| none())?;
        let failed = |error: &dyn std::fmt::Display| ClipboardError::Failed(said(error));
        let atoms = Atoms::new(&display).map_err(|e| failed(&e))?.reply().map_err(|e| failed(&e))?;
        let root = display.setup().roots[screen].root;
        let window = display.generate_id().map_err(|e| failed(&e))?;
        let tells_process = display.extension_information(res::X11_EXTENSION_NAME).is_ok_and(|found| found.is_some())
            && display.res_query_version(1, 2).is_ok_and(|version| version.reply().is_ok());
        let mut offered = Self {
            display,
            atoms,
            window,
            since: 0,
            begun: Instant::now(),
            watched: None,
            tells_process,
            text: Some(text),
            handing: None,
            is_ours: false,
        };
        if offered.take(root).map_err(|error| failed(&error))? {
            Ok(offered)
        } else {
            Err(ClipboardError::Failed("another program took it at once".into()))
        }
    }

    fn take(&mut self, root: Window) -> Result<bool, ReplyError> {
        let Self { display, atoms, window, .. } = self;
        let heard = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let (depth, class) = (COPY_DEPTH_FROM_PARENT, WindowClass::INPUT_ONLY);
        display.create_window(depth, *window, root, 0, 0, 1, 1, 0, class, COPY_FROM_PARENT, &heard)?.check()?;
        // The server's own time, as owners have to give it: that of a change which changes nothing.
        display.change_property8(PropMode::APPEND, *window, atoms.PAYKEEP_TIME, AtomEnum::STRING, &[])?.check()?;
        self.since = loop {
            if let Event::PropertyNotify(event) = display.wait_for_event()? {
                break event.time;
            }
        };
        display.set_selection_owner(*window, atoms.CLIPBOARD, self.since)?.check()?;
        self.begun = Instant::now();
        self.is_ours = display.get_selection_owner(atoms.CLIPBOARD)?.reply()?.owner == *window;
        Ok(self.is_ours)
    }

    fn hear(&mut self, event: Event) -> Result<Option<Released>, ReplyError> {
        match event {
            Event::SelectionRequest(event) => self.requested(&event).map(|()| None),
            Event::SelectionClear(event) if event.owner == self.window && self.is_ours => {
                self.is_ours = false;
                if self.handing.is_some() {
                    return Ok(None);
                }
                self.text = None;
                Ok(Some(Released::Replaced))
            }
            Event::PropertyNotify(event) if event.state == Property::DELETE => {
                if self.handing.as_ref().is_some_and(|h| h.to == event.window && h.property == event.atom) {
                    return self.proceed();
                }
                Ok(None)
            }
            Event::DestroyNotify(event) if self.handing.as_ref().is_some_and(|h| h.to == event.window) => self.gone(),
            Event::Error(error) if self.handing.as_ref().is_some_and(|h| h.to == error.bad_value) => self.gone(),
            _ => Ok(None),
        }
    }

    /// Answers a client that wants something of the selection.
    fn requested(&mut self, event: &SelectionRequestEvent) -> Result<(), ReplyError> {
        // Clients from before 1988 leave the property out.
        let property = if event.property == NONE { event.target } else { event.property };
        let early = event.time != 0 && event.time.wrapping_sub(self.since) > u32::MAX / 2;
        let granted = self.is_ours
            && self.text.is_some()
            && self.handing.is_none()
            && event.selection == self.atoms.CLIPBOARD
            && !early
            && if event.target == self.atoms.MULTIPLE {
                self.several(event.requestor, property)?
            } else {
                self.convert(event.requestor, event.target, property)?
            };
        let told = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: event.time,
            requestor: event.requestor,
            selection: event.selection,
            target: event.target,
            property: if granted { property } else { NONE },
        };
        // One whose window is gone hears nothing, and needn't.
        let _gone = self.display.send_event(false, event.requestor, EventMask::NO_EVENT, told)?.check();
        if self.handing.is_some() {
            self.give_up()?;
        }
        Ok(())
    }

    /// Several conversions at once; what can't be had is struck out.
    fn several(&mut self, to: Window, property: Atom) -> Result<bool, ReplyError> {
        let asked = self.display.get_property(false, to, property, AtomEnum::ANY, 0, 64)?.reply();
        let Some(mut pairs) = asked.ok().and_then(|asked| Some(asked.value32()?.collect::<Vec<_>>())) else {
            return Ok(false);
        };
        for pair in pairs.chunks_exact_mut(2) {
            if pair[0] == self.atoms.MULTIPLE || pair[1] == NONE || !self.convert(to, pair[0], pair[1])? {
                pair[1] = NONE;
            }
        }
        let written = self.display.change_property32(PropMode::REPLACE, to, property, self.atoms.ATOM_PAIR, &pairs)?;
        Ok(written.check().is_ok())
    }

    /// Writes what is asked for where the client wants it. An error of the client's making is a refusal, not ours to suffer.
    fn convert(&mut self, to: Window, target: Atom, property: Atom) -> Result<bool, ReplyError> {
        let (display, atoms) = (&self.display, self.atoms);
        let written = if target == atoms.TARGETS {
            display.change_property32(PropMode::REPLACE, to, property, AtomEnum::ATOM, &self.targets())?
        } else if target == atoms.TIMESTAMP {
            display.change_property32(PropMode::REPLACE, to, property, AtomEnum::INTEGER, &[self.since])?
        } else if target == atoms.HINT {
            let says = HINT_SAYS.as_bytes();
            display.change_property8(PropMode::REPLACE, to, property, AtomEnum::STRING, says)?
        } else if target == atoms.SAVE_TARGETS {
            // Asked by somebody who would keep it: answered as to all side effects, with nothing.
            display.change_property32(PropMode::REPLACE, to, property, atoms.NULL, &[])?
        } else if self.texts().contains(&target) {
            return self.hand_over(to, target, property);
        } else {
            return Ok(false);
        };
        Ok(written.check().is_ok())
    }

    /// Begins the one paste, unless it is a clipboard manager that asks.
    fn hand_over(&mut self, to: Window, target: Atom, property: Atom) -> Result<bool, ReplyError> {
        if self.handing.is_some() || self.is_manager(to)? {
            return Ok(false);
        }
        let who = self.name(to)?;
        if who.as_deref().is_some_and(managers::is_one) {
            return Ok(false);
        }
        if self.begun.elapsed() < AT_ONCE {
            self.watched = Some(Watcher(who));
            return Ok(false);
        }
        let Some(text) = &self.text else { return Ok(false) };
        let (display, atoms) = (&self.display, self.atoms);
        // Before anything is written: the client may have taken it by the time that we ask to be told.
        let heard =
            ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE | EventMask::STRUCTURE_NOTIFY);
        if display.change_window_attributes(to, &heard)?.check().is_err() {
            return Ok(false);
        }
        let bytes = text.expose().as_bytes();
        let (written, kind, sent) = if bytes.len() > PIECE {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
            let kind = if target == atoms.TEXT { atoms.UTF8_STRING } else { target };
            (display.change_property32(PropMode::REPLACE, to, property, atoms.INCR, &[length])?, kind, Some(0))
        } else {
            let kind = if target == atoms.TEXT { atoms.UTF8_STRING } else { target };
            (display.change_property8(PropMode::REPLACE, to, property, kind, bytes)?, kind, None)
        };
        if written.check().is_err() {
            return Ok(false);
        }
        let now = Instant::now();
        self.handing = Some(Handing { to, property, kind, sent, who, begun: now, last: now });
        if sent.is_none() {
            // What the server holds now is the client's.
            self.text = None;
        }
        Ok(true)
    }

    /// The client has taken what was written: the next piece, or the end.
    fn proceed(&mut self) -> Result<Option<Released>, ReplyError> {
        if let (Some(handing), Some(text)) = (&mut self.handing, &self.text)
            && let Some(sent) = handing.sent
        {
            let bytes = text.expose().as_bytes();
            let end = (sent + PIECE).min(bytes.len());
            let Handing { to, property, kind, .. } = *handing;
            // The last piece is the empty one.
            let written =
                self.display.change_property8(PropMode::REPLACE, to, property, kind, &bytes[sent..end])?.check();
            if written.is_err() {
                return Ok(self.unfinished());
            }
            handing.sent = Some(end);
            handing.last = Instant::now();
            if end > sent {
                return Ok(None);
            }
        }
        self.served()
    }

    /// The client is gone. Some read and end without a word; of what goes over in pieces, the rest was not read.
    fn gone(&mut self) -> Result<Option<Released>, ReplyError> {
        if self.handing.as_ref().is_some_and(|handing| handing.sent.is_none()) {
            return self.served();
        }
        Ok(self.unfinished())
    }

    fn served(&mut self) -> Result<Option<Released>, ReplyError> {
        self.text = None;
        let owner = self.display.get_selection_owner(self.atoms.CLIPBOARD)?.reply()?.owner;
        let to = self.handing.take().and_then(|handing| handing.who);
        let by_manager = to.as_deref().is_some_and(managers::may_be_one);
        Ok(Some(Released::Served { to, by_manager, is_empty: owner == NONE }))
    }

    fn others_copy(&self) -> Result<bool, ReplyError> {
        let owner = self.display.get_selection_owner(self.atoms.CLIPBOARD)?.reply()?.owner;
        if owner == NONE || self.is_manager(owner)? {
            return Ok(false);
        }
        Ok(!self.name(owner)?.as_deref().is_some_and(managers::is_one))
    }

    fn unfinished(&mut self) -> Option<Released> {
        self.text = None;
        let handing = self.handing.take()?;
        // Nobody reads on: what stands there is not left to whoever comes by.
        let _gone = self.display.delete_property(handing.to, handing.property).map(VoidCookie::check);
        Some(Released::Unfinished { to: handing.who })
    }

    fn targets(&self) -> Vec<Atom> {
        let Atoms { TARGETS, TIMESTAMP, MULTIPLE, SAVE_TARGETS, .. } = self.atoms;
        let about = [TARGETS, TIMESTAMP, MULTIPLE, SAVE_TARGETS];
        about.into_iter().chain(self.texts()).chain([self.atoms.HINT]).collect()
    }

    /// STRING is Latin-1 by the rules: it is offered only for what is the same in both.
    fn texts(&self) -> Vec<Atom> {
        let Atoms { UTF8_STRING, PLAIN_UTF8, TEXT, .. } = self.atoms;
        let ascii = self.text.as_ref().is_some_and(|text| text.expose().is_ascii());
        [UTF8_STRING, PLAIN_UTF8, TEXT].into_iter().chain(ascii.then_some(AtomEnum::STRING.into())).collect()
    }

    /// Whether the client is the one that holds what others leave behind.
    fn is_manager(&self, client: Window) -> Result<bool, ReplyError> {
        let owner = self.display.get_selection_owner(self.atoms.CLIPBOARD_MANAGER)?.reply()?.owner;
        let ids = !self.display.setup().resource_id_mask;
        if owner == NONE {
            return Ok(false);
        }
        // A program may have more than one connection.
        let process = |window| self.process(window);
        Ok(owner & ids == client & ids
            || process(owner)?.is_some_and(|one| process(client).is_ok_and(|p| p == Some(one))))
    }

    /// What the program is called to which a window belongs, as far as it can be known.
    fn name(&self, window: Window) -> Result<Option<String>, ReplyError> {
        let command = |id: u32| fs::read_to_string(format!("/proc/{id}/comm")).ok();
        let name = match self.process(window)?.and_then(command) {
            Some(name) => Some(name),
            None => {
                let class = (AtomEnum::WM_CLASS, AtomEnum::STRING);
                let class = self.display.get_property(false, window, class.0, class.1, 0, 64)?.reply().ok();
                let class = class.and_then(|class| String::from_utf8(class.value).ok());
                class.and_then(|names| names.split_terminator('\0').next_back().map(str::to_owned))
            }
        };
        Ok(name.map(|name| clean(name.trim()).into_owned()).filter(|name| !name.is_empty()))
    }

    fn process(&self, window: Window) -> Result<Option<u32>, ReplyError> {
        if !self.tells_process {
            return Ok(None);
        }
        let asked = ClientIdSpec { client: window, mask: ClientIdMask::LOCAL_CLIENT_PID };
        let told = self.display.res_query_client_ids(&[asked])?.reply();
        Ok(told.ok().and_then(|told| told.ids.iter().find_map(|id| id.value.first().copied())))
    }

    /// Has nobody own the selection. The server does nothing of it where somebody else has taken it since.
    fn give_up(&mut self) -> Result<(), ReplyError> {
        self.is_ours = false;
        self.display.set_selection_owner(NONE, self.atoms.CLIPBOARD, self.since)?.check()
    }

    fn taken_back(&mut self) -> Result<Released, ReplyError> {
        if self.handing.is_some() {
            // Begun is begun: it is cut off here.
            self.give_up()?;
            return Ok(self.unfinished().unwrap_or(Released::Cleared));
        }
        if !self.is_ours {
            return Ok(Released::Replaced);
        }
        if self.display.get_selection_owner(self.atoms.CLIPBOARD)?.reply()?.owner != self.window {
            return Ok(Released::Replaced);
        }
        self.give_up()?;
        if self.display.get_selection_owner(self.atoms.CLIPBOARD)?.reply()?.owner == self.window {
            return Ok(Released::Failed(ClipboardError::Failed("it would not let go of it".into()).into()));
        }
        Ok(Released::Cleared)
    }
}

impl Offer for Offered {
    fn wants<'a>(&'a self, all: &mut Vec<PollFd<'a>>) {
        all.push(PollFd::from_borrowed_fd(self.display.stream().as_fd(), PollFlags::IN));
    }

    fn patience(&self) -> Option<Duration> {
        let handing = self.handing.as_ref()?;
        let end = (handing.last + STALLED).min(handing.begun + SLOW);
        Some(end.saturating_duration_since(Instant::now()))
    }

    fn turn(&mut self) -> Option<Released> {
        loop {
            let heard = match self.display.poll_for_event() {
                Ok(None) => break,
                Ok(Some(event)) => self.hear(event),
                Err(error) => Err(error.into()),
            };
            match heard {
                Ok(None) => {}
                Ok(ended) => return ended,
                Err(_) => {
                    // What was on it went with it.
                    (self.text, self.handing) = (None, None);
                    return Some(Released::Lost);
                }
            }
        }
        if self.patience().is_some_and(|left| left.is_zero()) { self.unfinished() } else { None }
    }

    fn watched(&mut self) -> Option<Watcher> {
        self.watched.take()
    }

    fn is_free(&mut self) -> bool {
        // A display that is gone says so when the next text is offered.
        !self.others_copy().unwrap_or(false)
    }

    fn take_back(&mut self) -> Released {
        let handing = self.handing.is_some();
        if !handing {
            // Before what has come in is looked at: it comes too late.
            self.text = None;
        }
        if let Some(ended) = self.turn() {
            return ended;
        }
        self.taken_back().unwrap_or(Released::Lost)
    }
}

fn said(error: &(impl std::fmt::Display + ?Sized)) -> String {
    clean(&error.to_string()).into_owned()
}

/// What is written at once; more goes over in pieces.
const PIECE: usize = 64 * 1024;
/// How long a client may leave a piece untouched, and how long it may take altogether.
const STALLED: Duration = Duration::from_secs(5);
const SLOW: Duration = Duration::from_secs(20);
