//! What is on its way to the terminal: kept until the frame is complete, sent at once, and wiped.

use std::fs::File;
use std::io::{self, Write};

use zeroize::{Zeroize as _, Zeroizing};

/// Standard output without `Stdout`, whose line writer would keep a copy of the last frame, revealed secrets included.
pub(super) struct Output {
    file: File,
    buffer: Zeroizing<Vec<u8>>,
}

impl Output {
    /// A second descriptor of standard output.
    pub(super) fn standard() -> io::Result<Self> {
        Ok(Self::new(rustix::io::dup(rustix::stdio::stdout())?.into()))
    }

    fn new(file: File) -> Self {
        Self { file, buffer: Zeroizing::new(Vec::with_capacity(ROOM)) }
    }

    fn wipe(&mut self) {
        // The bytes in use, not the whole capacity: this runs with each frame.
        self.buffer.as_mut_slice().zeroize();
        self.buffer.clear();
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.buffer.len() == ROOM {
            self.flush()?;
        }
        // Never past the room: growing would leave a copy behind.
        let some = bytes.len().min(ROOM - self.buffer.len());
        self.buffer.extend_from_slice(&bytes[..some]);
        Ok(some)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let sent = self.file.write_all(&self.buffer);
        self.wipe();
        sent
    }
}

/// A full frame of 200×50 with colours is about 30 kB; a larger one goes out in several writes.
const ROOM: usize = 64 * 1024;

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Seek as _};

    use super::*;

    #[test]
    fn a_frame_goes_out_whole_and_leaves_no_bytes_behind() {
        let mut file = tempfile::tempfile().unwrap();
        let mut output = Output::new(file.try_clone().unwrap());
        let frame = b"ansa_sk_live_0123".repeat(10_000);
        output.write_all(&frame).unwrap();
        output.flush().unwrap();
        let mut arrived = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut arrived).unwrap();
        assert!(arrived == frame);
        assert_eq!(output.buffer.capacity(), ROOM);
        let room = output.buffer.capacity();
        output.buffer.resize(room, 1);
        output.wipe();
        assert!(output.buffer.is_empty());
    }

    #[test]
    fn an_output_that_is_gone_says_so_and_keeps_nothing() {
        let (reader, writer) = rustix::pipe::pipe().unwrap();
        drop(reader);
        let mut output = Output::new(writer.into());
        output.write_all(b"ansa_sk_live_0123").unwrap();
        assert_eq!(output.flush().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        assert!(output.buffer.is_empty());
    }
}
