//! OSC 52: the terminal itself is asked to put a text on the clipboard of the machine that it runs on, also over SSH.
//!
//! Nothing comes back. Whether the terminal did it, who reads it and whether it can be emptied stays unknown, and a multiplexer on the
//! way may keep it: so it is sent only where the user has allowed it for the vault.

use base64ct::{Base64, Encoding as _};
use zeroize::Zeroizing;

use super::ClipboardError;
use crate::secret::SecretText;

/// What stands between the program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Nothing.
    Nothing,
    /// tmux: it lets a sequence through where `allow-passthrough` is on.
    Tmux,
    /// GNU screen: it lets short pieces through.
    Screen,
}

/// What makes the terminal put this text on the clipboard.
pub(super) fn set(text: &SecretText, through: Through) -> Result<Zeroizing<Vec<u8>>, ClipboardError> {
    let bytes = text.expose().as_bytes();
    if bytes.len() > LIMIT {
        return Err(ClipboardError::TooLong);
    }
    let mut encoded = Zeroizing::new(vec![0; Base64::encoded_len(bytes)]);
    let encoded = Base64::encode(bytes, &mut encoded)
        .map_err(|_| ClipboardError::Failed("it can't be written in base64".into()))?;
    Ok(wrapped(encoded.as_bytes(), through))
}

/// What makes it empty the clipboard, where it can.
pub(super) fn clear(through: Through) -> Zeroizing<Vec<u8>> {
    wrapped(b"", through)
}

fn wrapped(encoded: &[u8], through: Through) -> Zeroizing<Vec<u8>> {
    // Room for all of it: growing would leave copies behind.
    let mut all = Zeroizing::new(Vec::with_capacity(2 * encoded.len() + 64));
    match through {
        Through::Nothing => {
            all.extend_from_slice(b"\x1b]52;c;");
            all.extend_from_slice(encoded);
            all.push(b'\x07');
        }
        // Its own envelope, in which escapes are doubled.
        Through::Tmux => {
            all.extend_from_slice(b"\x1bPtmux;\x1b\x1b]52;c;");
            all.extend_from_slice(encoded);
            all.extend_from_slice(b"\x07\x1b\\");
        }
        // It cuts what is longer than 768 bytes: several strings that the terminal sees as one.
        Through::Screen => {
            all.extend_from_slice(b"\x1bP\x1b]52;c;");
            for (n, piece) in encoded.chunks(PIECE).enumerate() {
                if n > 0 {
                    all.extend_from_slice(b"\x1b\\\x1bP");
                }
                all.extend_from_slice(piece);
            }
            all.extend_from_slice(b"\x07\x1b\\");
        }
    }
    all
}

/// xterm takes 100,000 characters of base64; others take more.
const LIMIT: usize = 74_994;
const PIECE: usize = 480;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bytes_are_the_terminal_s_own_or_in_the_multiplexer_s_envelope() {
        let sent = |through| String::from_utf8(set(&SecretText::copied("secret"), through).unwrap().to_vec()).unwrap();
        assert_eq!(sent(Through::Nothing), "\x1b]52;c;c2VjcmV0\x07");
        assert_eq!(sent(Through::Tmux), "\x1bPtmux;\x1b\x1b]52;c;c2VjcmV0\x07\x1b\\");
        assert_eq!(sent(Through::Screen), "\x1bP\x1b]52;c;c2VjcmV0\x07\x1b\\");
        assert_eq!(&clear(Through::Nothing)[..], b"\x1b]52;c;\x07");
    }

    #[test]
    fn screen_gets_pieces_that_make_the_same_sequence() {
        let long = "0123456789".repeat(200);
        let sent = set(&SecretText::copied(&long), Through::Screen).unwrap();
        let sent = std::str::from_utf8(&sent).unwrap();
        assert!(sent.split("\x1b\\").all(|piece| piece.len() < 768));
        let whole: String = sent.split("\x1b\\").map(|piece| piece.strip_prefix("\x1bP").unwrap_or(piece)).collect();
        assert_eq!(whole.as_bytes(), &set(&SecretText::copied(&long), Through::Nothing).unwrap()[..]);
    }

    #[test]
    fn a_text_that_terminals_would_cut_is_refused() {
        let fits = SecretText::new("x".repeat(LIMIT));
        assert!(set(&fits, Through::Nothing).is_ok());
        let long = SecretText::new("x".repeat(LIMIT + 1));
        assert!(matches!(set(&long, Through::Nothing), Err(ClipboardError::TooLong)));
    }
}
