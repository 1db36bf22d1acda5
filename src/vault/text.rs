//! A payload's text in slices of shared buffers: what has not changed since the last save is not copied, but shared with it.

use std::ops::Range;
use std::sync::Arc;

use crate::secret::SecretBytes;

/// A part of a buffer, which lives as long as any slice of it.
#[derive(Clone)]
pub(super) struct Slice {
    buffer: Arc<SecretBytes>,
    place: Range<u32>,
}

impl Slice {
    /// `None` when the place is not within the buffer, or beyond 4 GB.
    pub(super) fn of(buffer: &Arc<SecretBytes>, place: Range<usize>) -> Option<Self> {
        buffer.expose().get(place.clone())?;
        let place = u32::try_from(place.start).ok()?..u32::try_from(place.end).ok()?;
        Some(Self { buffer: Arc::clone(buffer), place })
    }

    /// A buffer of its own.
    pub(super) fn whole(bytes: Vec<u8>) -> Option<Self> {
        let length = bytes.len();
        Self::of(&Arc::new(SecretBytes::new(bytes)), 0..length)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer.expose()[self.place.start as usize..self.place.end as usize]
    }
}

/// The bytes of slices in their order. Neighbours that stand behind each other in one buffer come in one piece.
pub(super) fn pieces<'a>(slices: impl Iterator<Item = &'a Slice>) -> impl Iterator<Item = &'a [u8]> {
    let mut slices = slices.peekable();
    std::iter::from_fn(move || {
        let first = slices.next()?;
        let mut end = first.place.end;
        while let Some(next) = slices.next_if(|s| Arc::ptr_eq(&s.buffer, &first.buffer) && s.place.start == end) {
            end = next.place.end;
        }
        Some(&first.buffer.expose()[first.place.start as usize..end as usize])
    })
}

/// Moves slices into one new buffer, so that nothing is left of the old ones but what other copies of the records hold.
pub(super) fn gather(slices: &mut [&mut Slice]) -> Option<()> {
    let mut bytes = Vec::with_capacity(slices.iter().map(|slice| slice.bytes().len()).sum());
    let mut places = Vec::with_capacity(slices.len());
    for slice in &*slices {
        let start = bytes.len();
        bytes.extend_from_slice(slice.bytes());
        places.push(start..bytes.len());
    }
    let buffer = Arc::new(SecretBytes::new(bytes));
    for (slice, place) in slices.iter_mut().zip(places) {
        **slice = Slice::of(&buffer, place)?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn buffer(text: &str) -> Arc<SecretBytes> {
        Arc::new(SecretBytes::copied(text.as_bytes()))
    }

    #[test]
    fn neighbours_come_in_one_piece() {
        let (one, two) = (buffer("abcdefgh"), buffer("xyz"));
        let slice = |buffer, place| Slice::of(buffer, place).unwrap();
        let slices = [slice(&one, 0..2), slice(&one, 2..5), slice(&two, 0..2), slice(&two, 1..3), slice(&one, 5..8)];
        let found: Vec<&[u8]> = pieces(slices.iter()).collect();
        assert_eq!(found, [&b"abcde"[..], b"xy", b"yz", b"fgh"]);
        assert!(Slice::of(&two, 2..4).is_none());
    }

    #[test]
    fn gathered_slices_read_the_same_and_let_their_buffers_go() {
        let (one, two) = (buffer("abcdefgh"), buffer("xyz"));
        let mut slices = [Slice::of(&one, 6..8).unwrap(), Slice::of(&two, 0..3).unwrap()];
        gather(&mut slices.iter_mut().collect::<Vec<_>>()).unwrap();
        assert_eq!(pieces(slices.iter()).collect::<Vec<_>>(), [b"ghxyz"]);
        assert_eq!((Arc::strong_count(&one), Arc::strong_count(&two)), (1, 1));
    }
}
