//! Secret bytes of a number that isn't known before: kept in pieces that never grow, joined once.

use zeroize::Zeroizing;

use crate::secret::SecretBytes;

/// Bytes that came in so far.
pub(super) struct Pieces {
    pieces: Vec<Zeroizing<Vec<u8>>>,
    length: usize,
    limit: usize,
}

impl Pieces {
    /// No bytes yet, and never more than `limit`.
    pub(super) fn new(limit: usize) -> Self {
        Self { pieces: Vec::new(), length: 0, limit }
    }

    /// Adds bytes; what is beyond the limit is left out. Says whether all found room.
    pub(super) fn add(&mut self, bytes: &[u8]) -> bool {
        let mut rest = &bytes[..bytes.len().min(self.limit - self.length)];
        let all = rest.len() == bytes.len();
        self.length += rest.len();
        while !rest.is_empty() {
            let Some(piece) = self.pieces.last_mut().filter(|piece| piece.len() < piece.capacity()) else {
                let size = self.pieces.last().map_or(SMALLEST, |piece| (piece.capacity() * 2).min(LARGEST));
                self.pieces.push(Zeroizing::new(Vec::with_capacity(size)));
                continue;
            };
            let (now, later) = rest.split_at(rest.len().min(piece.capacity() - piece.len()));
            piece.extend_from_slice(now);
            rest = later;
        }
        all
    }

    /// All of them, in a buffer of their size.
    pub(super) fn join(self) -> SecretBytes {
        let mut whole = Vec::with_capacity(self.length);
        for piece in &self.pieces {
            whole.extend_from_slice(piece);
        }
        SecretBytes::new(whole)
    }
}

const SMALLEST: usize = 4096;
const LARGEST: usize = 4 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_come_out_as_they_went_in() {
        let bytes = b"0123456789abcdef".repeat(100_000);
        for size in [1 << 20, 4099, 4096] {
            let mut pieces = Pieces::new(usize::MAX);
            assert!(bytes.chunks(size).all(|chunk| pieces.add(chunk)));
            assert!(pieces.join().expose() == bytes, "in chunks of {size}");
        }
    }

    #[test]
    fn what_is_beyond_the_limit_is_left_out_and_told() {
        let mut pieces = Pieces::new(5);
        assert!(pieces.add(b"abc"));
        assert!(!pieces.add(b"def"));
        assert_eq!(pieces.join().expose(), b"abcde");
    }
}
