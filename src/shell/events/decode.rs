//! From bytes to keys and pastes. A paste can't run keys, also when it brings its own end mark along.

use std::time::Duration;

use zeroize::{Zeroize as _, Zeroizing};

use super::Heard;
use super::paste::Paste;
use super::sequence::{Token, alone, first};

/// Reads what a terminal sends, however it is torn.
pub(super) struct Decoder {
    state: State,
    /// Bytes that wait for more. Never grows: each state bounds them.
    held: Zeroizing<Vec<u8>>,
}

enum State {
    /// Keys, one after the other.
    Keys,
    /// Between a paste's marks.
    Paste(Paste),
    /// Text that came in faster than anyone types, on a terminal that doesn't mark pastes.
    Burst(Paste),
    /// A paste has just ended. What follows without a pause may be text that brought its own end mark: it is held, and dropped
    /// if another mark follows, which is the real one then.
    Wary {
        /// More has come than anyone types.
        flood: bool,
    },
}

impl Default for Decoder {
    fn default() -> Self {
        Self { state: State::Keys, held: Zeroizing::new(Vec::with_capacity(ROOM)) }
    }
}

impl Decoder {
    /// How long to wait for more before [`quiet`](Self::quiet) is to be called; `None`: as long as it takes.
    pub(super) fn patience(&self) -> Option<Duration> {
        match self.state {
            State::Keys if self.held.is_empty() => None,
            State::Keys => Some(ESCAPE),
            // A line can stall in the middle of a paste for any time; taking its rest for keys would be the harm.
            State::Paste(_) => None,
            State::Burst(_) => Some(BURST),
            State::Wary { .. } => Some(WARY),
        }
    }

    /// Takes what was read.
    pub(super) fn feed(&mut self, bytes: &[u8], tell: &mut dyn FnMut(Heard)) {
        if matches!(self.state, State::Keys) && self.held.is_empty() && is_burst(bytes) {
            self.state = State::Burst(Paste::default());
        }
        for piece in bytes.chunks(PIECE) {
            self.held.extend_from_slice(piece);
            self.advance(tell);
        }
    }

    /// Nothing came for as long as [`patience`](Self::patience) said.
    pub(super) fn quiet(&mut self, tell: &mut dyn FnMut(Heard)) {
        match std::mem::replace(&mut self.state, State::Keys) {
            State::Keys => {
                if let Some(key) = alone(&self.held) {
                    tell(Heard::Key(key));
                }
                self.drop_held(self.held.len());
            }
            paste @ State::Paste(_) => self.state = paste,
            State::Burst(mut paste) => {
                paste.add(&self.held);
                self.drop_held(self.held.len());
                tell(Heard::Paste(paste.finish()));
                self.state = State::Wary { flood: false };
            }
            State::Wary { flood: true } => self.drop_held(self.held.len()),
            State::Wary { flood: false } => self.advance(tell),
        }
    }

    fn advance(&mut self, tell: &mut dyn FnMut(Heard)) {
        while self.step(tell) {}
    }

    /// Takes one thing off the held bytes; `false` when more are needed.
    fn step(&mut self, tell: &mut dyn FnMut(Heard)) -> bool {
        match &mut self.state {
            _ if self.held.is_empty() => false,
            State::Keys => match first(&self.held) {
                Token::Heard(heard, length) => {
                    self.drop_held(length);
                    tell(heard);
                    true
                }
                Token::PasteBegins(length) => {
                    self.drop_held(length);
                    self.state = State::Paste(Paste::default());
                    true
                }
                Token::Nothing(length) => {
                    self.drop_held(length);
                    true
                }
                Token::Unfinished => false,
            },
            State::Paste(paste) => match find(&self.held, END) {
                Some(at) => {
                    paste.add(&self.held[..at]);
                    let paste = std::mem::take(paste);
                    self.drop_held(at + END.len());
                    tell(Heard::Paste(paste.finish()));
                    self.state = State::Wary { flood: false };
                    true
                }
                None => {
                    // All but what may be the beginning of the end mark.
                    let safe = self.held.len() - begun(&self.held, END);
                    paste.add(&self.held[..safe]);
                    self.drop_held(safe);
                    false
                }
            },
            State::Burst(paste) => match find(&self.held, BEGIN) {
                Some(at) => {
                    paste.add(&self.held[..at]);
                    let paste = std::mem::take(paste);
                    self.drop_held(at + BEGIN.len());
                    tell(Heard::Paste(paste.finish()));
                    self.state = State::Paste(Paste::default());
                    true
                }
                None => {
                    let safe = self.held.len() - begun(&self.held, BEGIN);
                    paste.add(&self.held[..safe]);
                    self.drop_held(safe);
                    false
                }
            },
            State::Wary { flood } => match (find(&self.held, BEGIN), find(&self.held, END)) {
                (Some(begin), end) if end.is_none_or(|end| begin < end) => {
                    self.drop_held(begin + BEGIN.len());
                    self.state = State::Paste(Paste::default());
                    true
                }
                (_, Some(end)) => {
                    self.drop_held(end + END.len());
                    self.state = State::Wary { flood: false };
                    true
                }
                _ => {
                    if self.held.len() > TYPED {
                        *flood = true;
                    }
                    if *flood {
                        let safe = self.held.len() - begun(&self.held, END).max(begun(&self.held, BEGIN));
                        self.drop_held(safe);
                    }
                    false
                }
            },
        }
    }

    fn drop_held(&mut self, length: usize) {
        let length = length.min(self.held.len());
        let left = self.held.len() - length;
        self.held.copy_within(length.., 0);
        self.held[left..].zeroize();
        self.held.truncate(left);
    }
}

/// Whether this is more text at once than anyone types; a key held down isn't.
fn is_burst(bytes: &[u8]) -> bool {
    let text = |b: &&u8| matches!(**b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e | 0x80..);
    bytes.iter().take_while(text).count() >= MANY && bytes.iter().any(|b| *b != bytes[0])
}

/// Where `mark` stands.
fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

/// How much of `mark` stands at the end, begun and not complete.
fn begun(bytes: &[u8], mark: &[u8]) -> usize {
    (1..mark.len()).rev().find(|length| bytes.ends_with(&mark[..*length])).unwrap_or(0)
}

const BEGIN: &[u8] = b"\x1b[200~";
const END: &[u8] = b"\x1b[201~";
/// Escape by itself, or the beginning of a sequence: the rest follows at once, also through a slow line's buffers.
const ESCAPE: Duration = Duration::from_millis(30);
/// The pause that ends a burst.
const BURST: Duration = Duration::from_millis(20);
/// The pause after a paste, from which on keys are keys again: longer than a terminal takes between two pieces of one paste, shorter
/// than a person takes from a paste to the next key. A line that stalls longer in the middle of a hostile paste gets through;
/// so would one to a terminal that marks no pastes.
const WARY: Duration = Duration::from_millis(40);
/// Characters at once that nobody types; input methods and scripts that type a word stay below.
const MANY: usize = 24;
/// Bytes within [`WARY`] that somebody may still have typed, or a script: after a paste only.
const TYPED: usize = 64;
const PIECE: usize = 1024;
const ROOM: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::msg::{Code, Key, MouseKind};

    /// What is heard of pieces that come in without a pause, and then nothing.
    fn heard(pieces: &[&[u8]]) -> Vec<String> {
        let mut decoder = Decoder::default();
        let mut all = Vec::new();
        for piece in pieces {
            decoder.feed(piece, &mut |heard| all.push(told(&heard)));
        }
        while decoder.patience().is_some() {
            decoder.quiet(&mut |heard| all.push(told(&heard)));
        }
        assert_eq!(decoder.held.capacity(), ROOM);
        all
    }

    fn told(heard: &Heard) -> String {
        match heard {
            Heard::Paste(text) => format!("paste {:?}", text.expose()),
            Heard::Key(Key { code, ctrl, alt, shift }) => {
                let held = [(*ctrl, "ctrl-"), (*alt, "alt-"), (*shift, "shift-")];
                let held: String = held.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
                match code {
                    Code::Char(c) => format!("{held}{c}"),
                    code => format!("{held}{code:?}"),
                }
            }
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn keys_are_known_by_what_terminals_send_for_them() {
        for (bytes, key) in [
            (&b"a"[..], "a"),
            ("é".as_bytes(), "é"),
            ("東".as_bytes(), "東"),
            (b"\r", "Enter"),
            (b"\t", "Tab"),
            (b"\x7f", "Backspace"),
            (b"\x11", "ctrl-q"),
            (b"\x1b", "Esc"),
            (b"\x1bx", "alt-x"),
            (b"\x1b]", "alt-]"),
            (b"\x1b[", "alt-["),
            (b"\x1b[A", "Up"),
            (b"\x1bOA", "Up"),
            (b"\x1b[1;5C", "ctrl-Right"),
            (b"\x1b[Z", "shift-Tab"),
            (b"\x1b[H", "Home"),
            (b"\x1b[4~", "End"),
            (b"\x1b[3~", "Delete"),
            (b"\x1b[5~", "PageUp"),
            (b"\x1bOP", "F(1)"),
            (b"\x1b[[A", "F(1)"),
            (b"\x1b[15~", "F(5)"),
            (b"\x1b[24~", "F(12)"),
            (b"\x1b[107;5u", "ctrl-k"),
            (b"\x1b[27;5;107~", "ctrl-k"),
            (b"\x1b[I", "Focus(true)"),
            (b"\x1b[O", "Focus(false)"),
            (b"\x1b]11;rgb:ffff/f0f0/e0e0\x07", "Ground { light: true }"),
            (b"\x1b]11;rgb:12/14/1a\x1b\\", "Ground { light: false }"),
        ] {
            assert_eq!(heard(&[bytes]), [key], "{bytes:?}");
            // Torn at every byte, but for a lone escape's rest.
            let torn: Vec<&[u8]> = bytes.chunks(1).collect();
            assert_eq!(heard(&torn), [key], "{bytes:?} torn");
        }
    }

    #[test]
    fn what_means_nothing_is_passed_over() {
        for bytes in [
            &b"\x1b[200000000000000~"[..],
            b"\x1b[?1;2c",
            b"\x1bP1$r0m\x1b\\",
            b"\xff",
            b"\x1b[201~",
            b"\x1b[2;3",
            b"\xc3",
        ] {
            assert_eq!(heard(&[bytes]), [""; 0], "{bytes:?}");
        }
        assert_eq!(heard(&[b"\x1b[99;99Xa"]), ["a"]);
        assert_eq!(heard(&[b"\x1b]52;c;", &[b'A'; 3000], b"\x07b"]).last().map(String::as_str), Some("b"));
    }

    #[test]
    fn the_mouse_tells_its_cell() {
        let mut decoder = Decoder::default();
        let mut all = Vec::new();
        decoder.feed(b"\x1b[<0;12;3M\x1b[<0;12;3m\x1b[<65;300;1M\x1b[<35;1;1M", &mut |heard| {
            if let Heard::Mouse { kind, x, y } = heard {
                all.push((kind, x, y));
            }
        });
        assert_eq!(all, [(MouseKind::Press, 11, 2), (MouseKind::ScrollDown, 299, 0)]);
    }

    #[test]
    fn a_paste_is_one_thing_however_it_is_torn() {
        let bytes = b"\x1b[200~sk\x1b[31mlive\rtwo\x1b[201~";
        for size in 1..bytes.len() {
            let torn: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(heard(&torn), ["paste \"sk\\u{1b}[31mlive\\ntwo\""], "pieces of {size}");
        }
    }

    #[test]
    fn a_paste_that_brings_its_own_end_mark_runs_no_key() {
        for bytes in [
            &b"\x1b[200~x\x1b[201~q\r:d\x1b[201~"[..],
            b"\x1b[200~x\x1b[201~\x1b[201~q\x1b[201~",
            b"\x1b[200~x\x1b[201~q\x1b[200~\x1b[201~",
            b"\x1b[200~x\x1b[201~q\r\x1b[200~y\x1b[201~d\x1b[201~",
        ] {
            for size in 1..=bytes.len() {
                let torn: Vec<&[u8]> = bytes.chunks(size).collect();
                assert!(heard(&torn).iter().all(|told| told.starts_with("paste")), "{bytes:?} in {size}");
            }
        }
        let long = [b"\x1b[200~x\x1b[201~".as_slice(), &b"q\r".repeat(5000)].concat();
        assert_eq!(heard(&[&long]), ["paste \"x\""], "also when its real end is late");
    }

    #[test]
    fn keys_after_a_paste_are_heard_once_it_was_quiet() {
        assert_eq!(heard(&[b"\x1b[200~x\x1b[201~", b"\r"]), ["paste \"x\"", "Enter"]);
        assert_eq!(heard(&[b"\x1b[200~x\x1b[201~\x1b"]), ["paste \"x\"", "Esc"]);
    }

    #[test]
    fn text_that_comes_all_at_once_is_a_paste_also_without_marks() {
        let key = b"ansa_sk_sandbox_0123456789\rqd";
        assert_eq!(heard(&[key]), ["paste \"ansa_sk_sandbox_0123456789\\nqd\""]);
        assert_eq!(heard(&[b"jjjjjjjjjjjjjjjjjjjjjjjjjjjjjjjj"]).len(), 32, "a key held down");
        assert_eq!(heard(&[b"word\r"]).len(), 5);
    }
}
