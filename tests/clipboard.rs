//! The clipboard against a real X server that the tests start, and the programs that people paste with.
//!
//! A server of its own each, since the tests run side by side. Without Xvfb, xclip and xsel they fail: `tests/run` installs them.
#![cfg(all(unix, not(target_os = "macos")))]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on has failed")]

#[path = "clipboard/client.rs"]
mod client;
#[path = "clipboard/display.rs"]
mod display;
#[path = "clipboard/managers.rs"]
mod managers;
#[path = "clipboard/pastes.rs"]
mod pastes;
