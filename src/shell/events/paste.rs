//! A paste on its way in.

use zeroize::Zeroizing;

use crate::secret::SecretText;
use crate::shell::pieces::Pieces;

/// What was pasted so far.
pub(super) struct Paste(Pieces);

impl Default for Paste {
    fn default() -> Self {
        Self(Pieces::new(LIMIT))
    }
}

impl Paste {
    /// Adds bytes. What is beyond the limit is dropped: a paste of that length is refused as a whole later on.
    pub(super) fn add(&mut self, bytes: &[u8]) {
        self.0.add(bytes);
    }

    /// The whole text. Bytes that are no UTF-8 become `�`. Where all line breaks are carriage returns a terminal has made them so
    /// (a paste is sent as if it were typed): they become line feeds again.
    pub(super) fn finish(self) -> SecretText {
        match self.0.join().into_text() {
            Ok(text) if !has_only_returns(text.expose().as_bytes()) => text,
            Ok(text) => with_feeds(text.expose()),
            Err(bytes) => {
                let bytes = bytes.expose();
                let mut text =
                    Zeroizing::new(String::with_capacity(bytes.len() * char::REPLACEMENT_CHARACTER.len_utf8()));
                for part in bytes.utf8_chunks() {
                    text.push_str(part.valid());
                    if !part.invalid().is_empty() {
                        text.push(char::REPLACEMENT_CHARACTER);
                    }
                }
                if has_only_returns(bytes) { with_feeds(&text) } else { SecretText::new(std::mem::take(&mut *text)) }
            }
        }
    }
}

fn has_only_returns(bytes: &[u8]) -> bool {
    bytes.contains(&b'\r') && !bytes.contains(&b'\n')
}

fn with_feeds(text: &str) -> SecretText {
    let mut fed = String::with_capacity(text.len());
    fed.extend(text.chars().map(|c| if c == '\r' { '\n' } else { c }));
    SecretText::new(fed)
}

/// The longest paste that is kept: more than any screen takes.
const LIMIT: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn pasted(parts: &[&[u8]]) -> SecretText {
        let mut paste = Paste::default();
        for part in parts {
            paste.add(part);
        }
        paste.finish()
    }

    #[test]
    fn line_breaks_are_given_back_where_the_terminal_changed_them_all() {
        assert_eq!(pasted(&[b"a\rb\r"]).expose(), "a\nb\n");
        assert_eq!(pasted(&[b"a\r\nb\r\n"]).expose(), "a\r\nb\r\n");
        assert_eq!(pasted(&[b"a\xff\r"]).expose(), "a\u{fffd}\n");
    }

    #[test]
    fn bytes_that_are_no_text_are_shown_as_such() {
        assert_eq!(pasted(&[b"a\xffb\xf0\x9f"]).expose(), "a\u{fffd}b\u{fffd}");
    }

    #[test]
    fn an_endless_paste_is_bounded() {
        let mut paste = Paste::default();
        for _ in 0..40 {
            paste.add(&vec![b'x'; 1024 * 1024]);
        }
        assert_eq!(paste.finish().len(), LIMIT);
    }
}
