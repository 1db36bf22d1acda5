//! An X client that asks as badly as clients do.

use std::time::{Duration, Instant};

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use crate::display::Display;

pub(crate) struct Client {
    pub(crate) server: RustConnection,
    pub(crate) window: Window,
}

/// What a question for the selection led to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Got {
    Refused,
    /// Type, format in bits, bytes.
    Some(Atom, u8, Vec<u8>),
}

impl Client {
    pub(crate) fn new(display: &Display) -> Self {
        let (server, screen) = RustConnection::connect(Some(&display.name)).unwrap();
        let root = server.setup().roots[screen].root;
        let window = server.generate_id().unwrap();
        let heard = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        server
            .create_window(0, window, root, 0, 0, 1, 1, 0, WindowClass::INPUT_ONLY, 0, &heard)
            .unwrap()
            .check()
            .unwrap();
        Self { server, window }
    }

    pub(crate) fn atom(&self, name: &str) -> Atom {
        self.server.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    /// Asks, and waits for the owner's word; `false` when it refused.
    pub(crate) fn ask(&self, target: Atom) -> bool {
        let (selection, property) = (self.atom("CLIPBOARD"), self.atom("HERE"));
        self.server.convert_selection(self.window, selection, target, property, 0u32).unwrap().check().unwrap();
        loop {
            if let Event::SelectionNotify(event) = self.next() {
                return event.property != 0;
            }
        }
    }

    /// What stands there now, taken away with it if that is wanted.
    pub(crate) fn read(&self, delete: bool) -> Got {
        let here = self.atom("HERE");
        let read = self.server.get_property(delete, self.window, here, AtomEnum::ANY, 0, u32::MAX / 4).unwrap();
        let read = read.reply().unwrap();
        Got::Some(read.type_, read.format, read.value)
    }

    /// Asks and reads, as a good client does.
    pub(crate) fn get(&self, target: &str) -> Got {
        if self.ask(self.atom(target)) { self.read(true) } else { Got::Refused }
    }

    pub(crate) fn pairs(&self, pairs: &[Atom]) {
        let (here, kind) = (self.atom("HERE"), self.atom("ATOM_PAIR"));
        self.server.change_property32(PropMode::REPLACE, self.window, here, kind, pairs).unwrap().check().unwrap();
    }

    /// Becomes the program that keeps what others leave behind.
    pub(crate) fn be_manager(&self) {
        let manager = self.atom("CLIPBOARD_MANAGER");
        self.server.set_selection_owner(self.window, manager, 0u32).unwrap().check().unwrap();
    }

    /// The owner has written another piece.
    pub(crate) fn wait_for_piece(&self) {
        loop {
            if let Event::PropertyNotify(event) = self.next()
                && event.state == Property::NEW_VALUE
            {
                return;
            }
        }
    }

    fn next(&self) -> Event {
        let end = Instant::now() + Duration::from_secs(30);
        loop {
            if let Some(event) = self.server.poll_for_event().unwrap() {
                return event;
            }
            assert!(Instant::now() < end, "the owner says nothing");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
