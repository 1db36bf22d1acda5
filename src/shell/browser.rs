//! The user's browser, asked to open a gateway's page.

use std::process::{Command, Stdio};

use super::thread;

/// Opens a page, if there is a browser. Nothing is told back: the way there stands on the screen in words all the same.
///
/// Only `https`: an address comes from a provider's file, and other schemes could start other programs.
pub(super) fn open(url: &str) {
    let plain = url.bytes().all(|b| b.is_ascii_graphic());
    if !url.starts_with("https://") || !plain {
        return;
    }
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(program);
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    if let Ok(mut child) = command.spawn() {
        // Waited for, so that it doesn't stay as a zombie.
        let _nobody_waits = thread::spawn("browser", move || {
            let _ended = child.wait();
        });
    }
}
