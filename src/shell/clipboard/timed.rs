//! Where one paste can't be had: on the clipboard until it is taken back, if it is still there then. Of the secret only a digest is
//! kept here.

use std::thread::sleep;
use std::time::Duration;

use arboard::Error;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::ClipboardError;
use crate::app::msg::Released;
use crate::domain::clean;
use crate::secret::SecretText;

/// The platform's clipboard. The connection is made with the first copy and stays: dropping it while it owns a text would hand that
/// to a clipboard manager.
#[derive(Default)]
pub(super) struct Board(Option<arboard::Clipboard>);

/// What was put there.
pub(super) struct Put(Zeroizing<[u8; 32]>);

impl Board {
    /// Puts a secret there. Says whether programs that keep a history were told not to.
    pub(super) fn put(&mut self, secret: &SecretText) -> Result<(Put, bool), ClipboardError> {
        let put = Put(digest(secret.expose()));
        let board = self.board()?;
        for _attempt in 0..3 {
            let (set, marked) = marked(board.set());
            set.text(secret.expose())?;
            // The news that an earlier text was given up may come late, and arboard then drops the new one with it.
            if holds(board, &put)? {
                return Ok((put, marked));
            }
            sleep(RESTORED_WITHIN);
        }
        Err(ClipboardError::Failed("another program took it at once".into()))
    }

    /// Puts something there that anyone may see.
    pub(super) fn put_public(&mut self, text: String) -> Result<(), ClipboardError> {
        Ok(self.board()?.set_text(text)?)
    }

    /// Empties it if it still holds what was put there.
    pub(super) fn take_back(&mut self, put: &Put) -> Released {
        let Some(board) = &mut self.0 else { return Released::Replaced };
        match holds(board, put) {
            Ok(false) => Released::Replaced,
            Err(error) => Released::Failed(error.into()),
            Ok(true) => match empty(board, put) {
                Ok(()) => Released::Cleared,
                Err(error) => Released::Failed(error.into()),
            },
        }
    }

    /// Empties it, whatever it holds.
    pub(super) fn clear(&mut self) -> Result<(), ClipboardError> {
        self.board()?.clear()?;
        sleep(RESTORED_WITHIN);
        Ok(())
    }

    fn board(&mut self) -> Result<&mut arboard::Clipboard, ClipboardError> {
        if self.0.is_none() {
            self.0 = Some(arboard::Clipboard::new().map_err(|error| ClipboardError::None(reason(&error)))?);
        }
        self.0.as_mut().ok_or(ClipboardError::NotText)
    }
}

fn holds(board: &mut arboard::Clipboard, put: &Put) -> Result<bool, ClipboardError> {
    match board.get_text().map(Zeroizing::new) {
        // Digests of secrets tell nothing by where they differ.
        Ok(text) => Ok(*digest(&text) == *put.0),
        Err(Error::ContentNotAvailable | Error::ConversionFailure) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn empty(board: &mut arboard::Clipboard, put: &Put) -> Result<(), ClipboardError> {
    for _attempt in 0..2 {
        board.clear()?;
        // Some clipboard managers never leave it empty, and put their latest entry back.
        sleep(RESTORED_WITHIN);
        if !holds(board, put)? {
            return Ok(());
        }
    }
    Err(ClipboardError::PutBack)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn marked(set: arboard::Set<'_>) -> (arboard::Set<'_>, bool) {
    (arboard::SetExtLinux::exclude_from_history(set), true)
}

#[cfg(target_os = "macos")]
fn marked(set: arboard::Set<'_>) -> (arboard::Set<'_>, bool) {
    (arboard::SetExtApple::exclude_from_history(set), true)
}

fn digest(text: &str) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(Sha256::digest(text.as_bytes()).into())
}

fn reason(error: &Error) -> String {
    match error {
        Error::Unknown { description } => clean(description).into_owned(),
        error => clean(&error.to_string()).into_owned(),
    }
}

impl From<Error> for ClipboardError {
    fn from(error: Error) -> Self {
        Self::Failed(reason(&error))
    }
}

/// How fast a clipboard manager notices that the clipboard is empty, and arboard that it no longer owns it.
const RESTORED_WITHIN: Duration = Duration::from_millis(60);
