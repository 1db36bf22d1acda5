//! The two types that hold secrets, and the one door through which they are read.
//!
//! They have no `Clone`, `Display`, `PartialEq` or `Serialize`; `Debug` prints `[redacted]`; they are wiped on drop.
//! [`expose`](SecretText::expose) is the door: `tests/layers.rs` lists the files that may open it.

use std::fmt;

use zeroize::Zeroizing;

/// Text that must not be seen: a passphrase, a key in PEM, a token.
pub struct SecretText(Zeroizing<String>);

/// Bytes that must not be seen: a value that is not UTF-8, a key, a plaintext buffer. Empty unless something is put in.
#[derive(Default)]
pub struct SecretBytes(Zeroizing<Vec<u8>>);

impl SecretText {
    /// Takes the text over. The caller's buffer becomes this one: nothing is copied.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// A buffer of a fixed size, in bytes. Filling it past that size is refused, since growing would leave a copy behind.
    pub fn with_capacity(bytes: usize) -> Self {
        Self(Zeroizing::new(String::with_capacity(bytes)))
    }

    /// A second copy of `text`, sized before it is filled.
    pub fn copied(text: &str) -> Self {
        let mut copy = Self::with_capacity(text.len());
        copy.0.push_str(text);
        copy
    }

    /// The door. Keep what it lends for as short a time as possible.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Adds a character at `at` (a byte index on a character boundary) if the buffer has room for it, and says whether it had.
    pub fn insert(&mut self, at: usize, c: char) -> bool {
        let fits = self.0.len() + c.len_utf8() <= self.0.capacity() && self.0.is_char_boundary(at);
        if fits {
            self.0.insert(at, c);
        }
        fits
    }

    /// Takes out the character that ends at byte `at`; returns where it began.
    pub fn remove_before(&mut self, at: usize) -> usize {
        match self.0.get(..at).and_then(|head| head.chars().next_back()) {
            Some(c) => {
                let start = at - c.len_utf8();
                self.0.remove(start);
                start
            }
            None => at,
        }
    }

    /// Wipes the text and keeps the buffer.
    pub fn clear(&mut self) {
        use zeroize::Zeroize;
        let room = self.0.capacity();
        self.0.zeroize();
        self.0.reserve_exact(room);
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no text at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many characters a user would count.
    pub fn count(&self) -> usize {
        self.0.chars().count()
    }

    /// The same text as bytes, without a copy.
    pub fn into_bytes(mut self) -> SecretBytes {
        SecretBytes::new(std::mem::take(&mut *self.0).into_bytes())
    }
}

impl SecretBytes {
    /// Takes the bytes over. The caller's buffer becomes this one: nothing is copied.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// A second copy of `bytes`, sized before it is filled.
    pub fn copied(bytes: &[u8]) -> Self {
        Self::new(bytes.to_vec())
    }

    /// The door. Keep what it lends for as short a time as possible.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Length in bytes.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text, if these bytes are UTF-16 behind a byte-order mark, as some Windows programs write it; half of a text in any
    /// language is ASCII where keys are in it, which bytes that begin so by chance are not.
    pub fn utf16(&self) -> Option<SecretText> {
        let read: fn([u8; 2]) -> u16 = match self.0.as_slice() {
            [0xff, 0xfe, ..] => u16::from_le_bytes,
            [0xfe, 0xff, ..] => u16::from_be_bytes,
            _ => return None,
        };
        let (pairs, odd) = self.0.get(2..)?.as_chunks::<2>();
        if !odd.is_empty() {
            return None;
        }
        // A unit of UTF-16 takes three bytes of UTF-8 at the most.
        let mut text = Zeroizing::new(String::with_capacity(pairs.len() * 3));
        for c in char::decode_utf16(pairs.iter().map(|pair| read(*pair))) {
            text.push(c.ok()?);
        }
        let ascii = text.chars().filter(char::is_ascii).count();
        (ascii * 2 >= pairs.len()).then(|| SecretText::new(std::mem::take(&mut *text)))
    }

    /// The same bytes as text, without a copy; the bytes themselves when they are not UTF-8.
    pub fn into_text(mut self) -> Result<SecretText, Self> {
        match String::from_utf8(std::mem::take(&mut *self.0)) {
            Ok(text) => Ok(SecretText::new(text)),
            Err(not_text) => Err(Self::new(not_text.into_bytes())),
        }
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl fmt::Debug for SecretBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_never_shows_the_text() {
        assert_eq!(format!("{:?}", SecretText::new("hunter2".into())), "[redacted]");
        assert_eq!(format!("{:?}", SecretBytes::new(b"hunter2".to_vec())), "[redacted]");
    }

    #[test]
    fn a_full_buffer_refuses_to_grow() {
        let mut text = SecretText::with_capacity(4);
        let room = text.0.capacity();
        for at in 0..room {
            assert!(text.insert(at, 'x'));
        }
        assert!(!text.insert(room, 'x'));
        assert_eq!(text.0.capacity(), room);
    }

    #[test]
    fn backspace_takes_a_whole_character() {
        let mut text = SecretText::copied("aé");
        assert_eq!(text.remove_before(3), 1);
        assert_eq!(text.expose(), "a");
        assert_eq!(text.remove_before(0), 0);
    }

    #[test]
    fn bytes_that_are_no_text_come_back_unchanged() {
        let bytes = SecretBytes::new(vec![0xff, 0x00]).into_text().expect_err("0xff is not UTF-8");
        assert_eq!(bytes.expose(), [0xff, 0x00]);
    }
}
