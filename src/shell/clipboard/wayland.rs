//! Wayland, where the compositor lets programs without a window at the clipboard (data-control, the standard one or wlroots').
//!
//! The text is written into one pipe, and the source is withdrawn a moment later: withdrawn at once, readers were seen to give up
//! before they had read. Who reads isn't told here; but nobody pastes the moment something is offered: what asks then watches the
//! clipboard, and finds the end of its pipe.

use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use rustix::io::Errno;
use wayland_client::backend::WaylandError;
use wayland_client::globals::{GlobalList, GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, WlSeat};
use wayland_client::{Connection, Dispatch, EventQueue, Proxy, QueueHandle, delegate_noop, event_created_child};
use wayland_protocols::ext::data_control::v1::client as ext;
use wayland_protocols_wlr::data_control::v1::client as wlr;

use super::{AT_ONCE, ClipboardError, HINT, HINT_SAYS, Offer, Watcher};
use crate::app::msg::Released;
use crate::domain::clean;
use crate::secret::SecretText;

/// A text that is the clipboard until somebody pastes it.
pub(super) struct Offered {
    queue: EventQueue<State>,
    state: State,
    source: Source,
    text: Option<SecretText>,
    writing: Option<Writing>,
    since: Instant,
    /// Something asked at once, and that was not told yet.
    watched: Option<Watcher>,
    /// When it was pasted.
    pasted: Option<Instant>,
}

/// A reader that is being given the text.
struct Writing {
    pipe: OwnedFd,
    sent: usize,
    begun: Instant,
    last: Instant,
}

/// What the compositor told.
#[derive(Default)]
struct State {
    /// What somebody wants, and where it is to be written.
    asked: Vec<(String, OwnedFd)>,
    is_withdrawn: bool,
    is_empty: bool,
}

enum Source {
    Ext(ext::ext_data_control_source_v1::ExtDataControlSourceV1),
    Wlr(wlr::zwlr_data_control_source_v1::ZwlrDataControlSourceV1),
}

/// Whether there is a compositor that lets us at its clipboard.
pub(super) fn answers(socket: &Path) -> bool {
    let Ok((globals, queue)) = connect(socket) else { return false };
    let handle = queue.handle();
    seat(&globals, &handle).is_some() && manager(&globals, &handle).is_some()
}

enum Manager {
    Ext(ext::ext_data_control_manager_v1::ExtDataControlManagerV1),
    Wlr(wlr::zwlr_data_control_manager_v1::ZwlrDataControlManagerV1),
}

fn connect(socket: &Path) -> Result<(GlobalList, EventQueue<State>), ClipboardError> {
    let none = |error: &dyn std::fmt::Display| ClipboardError::None(clean(&error.to_string()).into_owned());
    let stream = UnixStream::connect(socket).map_err(|error| none(&error))?;
    let connection = Connection::from_socket(stream).map_err(|error| none(&error))?;
    registry_queue_init(&connection).map_err(|error| none(&error))
}

fn seat(globals: &GlobalList, handle: &QueueHandle<State>) -> Option<WlSeat> {
    globals.bind(handle, 1..=1, ()).ok()
}

fn manager(globals: &GlobalList, handle: &QueueHandle<State>) -> Option<Manager> {
    let standard = globals.bind(handle, 1..=1, ()).map(Manager::Ext);
    standard.or_else(|_| globals.bind(handle, 1..=2, ()).map(Manager::Wlr)).ok()
}

impl Offered {
    /// Makes this text the clipboard.
    pub(super) fn new(socket: &Path, text: SecretText) -> Result<Self, ClipboardError> {
        let (globals, mut queue) = connect(socket)?;
        let handle = queue.handle();
        let lacks = |what: &str| ClipboardError::None(format!("the compositor has no {what}"));
        let seat = seat(&globals, &handle).ok_or_else(|| lacks("seat"))?;
        let source = match manager(&globals, &handle).ok_or_else(|| lacks("data-control"))? {
            Manager::Ext(manager) => {
                let source = manager.create_data_source(&handle, ());
                for mime in MIMES {
                    source.offer(mime.to_owned());
                }
                manager.get_data_device(&seat, &handle, ()).set_selection(Some(&source));
                Source::Ext(source)
            }
            Manager::Wlr(manager) => {
                let source = manager.create_data_source(&handle, ());
                for mime in MIMES {
                    source.offer(mime.to_owned());
                }
                manager.get_data_device(&seat, &handle, ()).set_selection(Some(&source));
                Source::Wlr(source)
            }
        };
        let mut state = State::default();
        let failed = |error: &dyn std::fmt::Display| ClipboardError::Failed(clean(&error.to_string()).into_owned());
        queue.roundtrip(&mut state).map_err(|error| failed(&error))?;
        let since = Instant::now();
        Ok(Self { queue, state, source, text: Some(text), writing: None, since, watched: None, pasted: None })
    }

    /// Takes in what has come, without waiting.
    fn hear(&mut self) -> bool {
        loop {
            match self.queue.dispatch_pending(&mut self.state) {
                Ok(0) => {}
                Ok(_) => continue,
                Err(_) => return false,
            }
            if self.queue.flush().is_err_and(|error| !is_only_busy(&error)) {
                return false;
            }
            let Some(guard) = self.queue.prepare_read() else { continue };
            match guard.read() {
                Ok(0) => return true,
                Ok(_) => {}
                Err(error) => return is_only_busy(&error),
            }
        }
    }

    fn answer_asked(&mut self) {
        for (mime, pipe) in std::mem::take(&mut self.state.asked) {
            // Whoever asked may have filled its pipe before, and holds nobody up by that.
            if fcntl_getfl(&pipe).and_then(|flags| fcntl_setfl(&pipe, flags | OFlags::NONBLOCK)).is_err() {
                continue;
            }
            if mime == HINT {
                // A reader that is gone needs no hint.
                let _gone = rustix::io::write(&pipe, HINT_SAYS.as_bytes());
            } else if self.text.is_some() && self.writing.is_none() && MIMES.contains(&mime.as_str()) {
                let now = Instant::now();
                if now.saturating_duration_since(self.since) < AT_ONCE {
                    self.watched = Some(Watcher(None));
                } else {
                    self.writing = Some(Writing { pipe, sent: 0, begun: now, last: now });
                }
            }
            // Whoever else asked finds the end of its pipe at once.
        }
    }

    /// Writes on. `Some(false)`: the reader went away.
    fn write(&mut self) -> Option<bool> {
        let (writing, text) = (self.writing.as_mut()?, self.text.as_ref()?);
        let bytes = text.expose().as_bytes();
        while writing.sent < bytes.len() {
            match rustix::io::write(&writing.pipe, &bytes[writing.sent..]) {
                Ok(0) | Err(Errno::AGAIN) => return None,
                Ok(count) => (writing.sent, writing.last) = (writing.sent + count, Instant::now()),
                Err(Errno::INTR) => {}
                Err(_) => return Some(false),
            }
        }
        Some(true)
    }

    /// Withdraws the source; the compositor forgets it unless another has taken its place.
    fn withdraw(&mut self) -> bool {
        (self.text, self.writing) = (None, None);
        match &self.source {
            Source::Ext(source) => source.destroy(),
            Source::Wlr(source) => source.destroy(),
        }
        self.queue.roundtrip(&mut self.state).is_ok()
    }

    fn unfinished(&mut self) -> Released {
        if self.withdraw() { Released::Unfinished { to: None } } else { Released::Lost }
    }
}

impl Offer for Offered {
    fn wants<'a>(&'a self, all: &mut Vec<PollFd<'a>>) {
        all.push(PollFd::from_borrowed_fd(self.queue.as_fd(), PollFlags::IN));
        if let Some(writing) = &self.writing {
            all.push(PollFd::from_borrowed_fd(writing.pipe.as_fd(), PollFlags::OUT));
        }
    }

    fn patience(&self) -> Option<Duration> {
        let end = match (&self.pasted, &self.writing) {
            (Some(at), _) => *at + LINGER,
            (None, Some(writing)) => (writing.last + STALLED).min(writing.begun + SLOW),
            (None, None) => return None,
        };
        Some(end.saturating_duration_since(Instant::now()))
    }

    fn turn(&mut self) -> Option<Released> {
        if !self.hear() {
            (self.text, self.writing) = (None, None);
            return Some(if self.pasted.is_some() { served(true) } else { Released::Lost });
        }
        self.answer_asked();
        match self.write() {
            Some(true) => {
                (self.text, self.writing) = (None, None);
                self.pasted = Some(Instant::now());
            }
            Some(false) => return Some(self.unfinished()),
            None => {}
        }
        if self.state.is_withdrawn && self.writing.is_none() {
            self.text = None;
            return Some(if self.pasted.is_some() { served(false) } else { Released::Replaced });
        }
        if !self.patience().is_some_and(|left| left.is_zero()) {
            return None;
        }
        if self.pasted.is_none() {
            return Some(self.unfinished());
        }
        let withdrawn = self.withdraw();
        Some(served(!withdrawn || self.state.is_empty))
    }

    fn watched(&mut self) -> Option<Watcher> {
        self.watched.take()
    }

    fn is_free(&mut self) -> bool {
        // A display that is gone says so when the next text is offered.
        self.queue.roundtrip(&mut self.state).is_err() || self.state.is_empty
    }

    fn take_back(&mut self) -> Released {
        if self.writing.is_none() {
            self.text = None;
        }
        if let Some(ended) = self.turn() {
            return ended;
        }
        if self.writing.is_some() {
            return self.unfinished();
        }
        let is_there = self.withdraw();
        match (self.pasted, is_there) {
            (Some(_), _) => served(!is_there || self.state.is_empty),
            (None, true) => Released::Cleared,
            (None, false) => Released::Lost,
        }
    }
}

fn served(is_empty: bool) -> Released {
    Released::Served { to: None, by_manager: false, is_empty }
}

fn is_only_busy(error: &WaylandError) -> bool {
    matches!(error, WaylandError::Io(error) if error.kind() == std::io::ErrorKind::WouldBlock)
}

impl Dispatch<WlRegistry, GlobalListContents> for State {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

impl Dispatch<WlSeat, ()> for State {
    fn event(_: &mut Self, _: &WlSeat, _: wl_seat::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {}
}

/// Both protocols say the same under other names.
macro_rules! data_control {
    ($manager:ty, $device:ty, $device_event:path, $device_opcode:path, $source:ty, $source_event:path, $offer:ty) => {
        delegate_noop!(State: ignore $manager);
        delegate_noop!(State: ignore $offer);

        impl Dispatch<$device, ()> for State {
            fn event(
                state: &mut Self,
                _: &$device,
                event: <$device as Proxy>::Event,
                (): &(),
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                use $device_event as Told;
                if let Told::Selection { id } = event {
                    state.is_empty = id.is_none();
                    if let Some(offer) = id {
                        offer.destroy();
                    }
                }
            }

            event_created_child!(State, $device, [$device_opcode => ($offer, ())]);
        }

        impl Dispatch<$source, ()> for State {
            fn event(
                state: &mut Self,
                _: &$source,
                event: <$source as Proxy>::Event,
                (): &(),
                _: &Connection,
                _: &QueueHandle<Self>,
            ) {
                use $source_event as Told;
                match event {
                    Told::Send { mime_type, fd } => state.asked.push((mime_type, fd)),
                    Told::Cancelled => state.is_withdrawn = true,
                    _ => {}
                }
            }
        }
    };
}

data_control!(
    ext::ext_data_control_manager_v1::ExtDataControlManagerV1,
    ext::ext_data_control_device_v1::ExtDataControlDeviceV1,
    ext::ext_data_control_device_v1::Event,
    ext::ext_data_control_device_v1::EVT_DATA_OFFER_OPCODE,
    ext::ext_data_control_source_v1::ExtDataControlSourceV1,
    ext::ext_data_control_source_v1::Event,
    ext::ext_data_control_offer_v1::ExtDataControlOfferV1
);
data_control!(
    wlr::zwlr_data_control_manager_v1::ZwlrDataControlManagerV1,
    wlr::zwlr_data_control_device_v1::ZwlrDataControlDeviceV1,
    wlr::zwlr_data_control_device_v1::Event,
    wlr::zwlr_data_control_device_v1::EVT_DATA_OFFER_OPCODE,
    wlr::zwlr_data_control_source_v1::ZwlrDataControlSourceV1,
    wlr::zwlr_data_control_source_v1::Event,
    wlr::zwlr_data_control_offer_v1::ZwlrDataControlOfferV1
);

const MIMES: [&str; 6] = ["text/plain;charset=utf-8", "text/plain", "UTF8_STRING", "TEXT", "STRING", HINT];
const LINGER: Duration = Duration::from_millis(250);
/// How long a reader may leave its pipe full, and how long it may take altogether.
const STALLED: Duration = Duration::from_secs(5);
const SLOW: Duration = Duration::from_secs(20);
