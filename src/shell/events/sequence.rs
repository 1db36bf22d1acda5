//! Escape sequences of terminals: which bytes mean which key. (xterm's `ctlseqs`; the Linux console's `console_codes(4)`; rxvt
//! where it differs.)

use super::Heard;
use crate::app::msg::{Code, Key, MouseKind};

/// What stands at the beginning of the input.
pub(super) enum Token {
    /// Something that was told, and how many bytes it took.
    Heard(Heard, usize),
    /// A paste begins after so many bytes.
    PasteBegins(usize),
    /// So many bytes mean nothing here.
    Nothing(usize),
    /// It isn't complete.
    Unfinished,
}

/// Reads what stands first in `bytes`, which is not empty.
pub(super) fn first(bytes: &[u8]) -> Token {
    match bytes {
        [0x1b] => Token::Unfinished,
        [0x1b, b'[', rest @ ..] => control(rest),
        [0x1b, b'O', rest @ ..] => match rest {
            [] => Token::Unfinished,
            [b'M', ..] => key(Code::Enter, 3),
            [last, ..] => cursor_key(*last).map_or(Token::Nothing(3), |code| key(code, 3)),
        },
        // Strings to and from the terminal: OSC, DCS, APC, PM, SOS.
        [0x1b, kind @ (b']' | b'P' | b'_' | b'^' | b'X'), rest @ ..] => string(*kind, rest),
        [0x1b, 0x1b, ..] => key(Code::Esc, 1),
        [0x1b, rest @ ..] => match character(rest) {
            Some(Ok((key, length))) => Token::Heard(Heard::Key(Key { alt: true, ..key }), length + 1),
            Some(Err(length)) => Token::Nothing(length + 1),
            None => Token::Unfinished,
        },
        _ => match character(bytes) {
            Some(Ok((key, length))) => Token::Heard(Heard::Key(key), length),
            Some(Err(length)) => Token::Nothing(length),
            None => Token::Unfinished,
        },
    }
}

/// What an unfinished beginning means when nothing follows: escape, or a character with alt.
pub(super) fn alone(bytes: &[u8]) -> Option<Key> {
    match bytes {
        [0x1b] => Some(Key::plain(Code::Esc)),
        [0x1b, c] if c.is_ascii_graphic() => Some(Key { alt: true, ..Key::char(char::from(*c)) }),
        _ => None,
    }
}

/// A sequence behind `ESC [`.
fn control(bytes: &[u8]) -> Token {
    // The Linux console's first function keys have a second bracket.
    if let [b'[', rest @ ..] = bytes {
        return match rest {
            [] => Token::Unfinished,
            [n @ b'A'..=b'E', ..] => key(Code::F(n - b'A' + 1), 4),
            _ => Token::Nothing(4),
        };
    }
    let Some(end) = bytes.iter().position(|b| !(0x20..=0x3f).contains(b)) else {
        return if bytes.len() > LONGEST { Token::Nothing(bytes.len() + 2) } else { Token::Unfinished };
    };
    let (parameters, last, length) = (&bytes[..end], bytes[end], end + 3);
    if !(0x40..=0x7e).contains(&last) {
        // Broken off by something else, which is read by itself.
        return Token::Nothing(end + 2);
    }
    if let [b'<', numbers @ ..] = parameters {
        return mouse(&split(numbers), last).map_or(Token::Nothing(length), |heard| Token::Heard(heard, length));
    }
    let numbers = split(parameters);
    let number = |n: usize| numbers.get(n).copied().flatten();
    let held = |n: usize| modifiers(number(n));
    let found = match (last, number(0)) {
        (b'I', None) => return Token::Heard(Heard::Focus(true), length),
        (b'O', None) => return Token::Heard(Heard::Focus(false), length),
        (b'Z', _) => Some(Key::plain(Code::Tab).shifted()),
        (b'~', Some(200)) => return Token::PasteBegins(length),
        // xterm's modifyOtherKeys: ESC [ 27 ; modifiers ; character ~
        (b'~', Some(27)) => number(2).and_then(typed).map(|code| Key { code, ..held(1) }),
        (b'~', Some(n)) => numbered(n).map(|code| Key { code, ..held(1) }),
        (b'u', Some(n)) => typed(n).map(|code| Key { code, ..held(1) }),
        _ => cursor_key(last).map(|code| Key { code, ..held(1) }),
    };
    found.map_or(Token::Nothing(length), |key| Token::Heard(Heard::Key(key), length))
}

/// The keys that end with a letter of their own, behind `ESC [` and `ESC O` alike.
fn cursor_key(last: u8) -> Option<Code> {
    Some(match last {
        b'A' => Code::Up,
        b'B' => Code::Down,
        b'C' => Code::Right,
        b'D' => Code::Left,
        b'H' => Code::Home,
        b'F' => Code::End,
        b'P'..=b'S' => Code::F(last - b'P' + 1),
        _ => return None,
    })
}

/// The keys that have a number.
fn numbered(n: u32) -> Option<Code> {
    let function = |from: u32| u8::try_from(n - from).ok().map(Code::F);
    match n {
        1 | 7 => Some(Code::Home),
        3 => Some(Code::Delete),
        4 | 8 => Some(Code::End),
        5 => Some(Code::PageUp),
        6 => Some(Code::PageDown),
        11..=15 => function(10),
        17..=21 => function(11),
        23 | 24 => function(12),
        _ => None,
    }
}

/// The keys that are told by their character.
fn typed(n: u32) -> Option<Code> {
    Some(match n {
        9 => Code::Tab,
        13 => Code::Enter,
        27 => Code::Esc,
        8 | 127 => Code::Backspace,
        n => Code::Char(char::from_u32(n).filter(|c| !c.is_control())?),
    })
}

/// What is held down: one more than the sum of 1 shift, 2 alt, 4 control.
fn modifiers(number: Option<u32>) -> Key {
    let bits = number.unwrap_or(1).saturating_sub(1);
    Key { shift: bits & 1 != 0, alt: bits & 2 != 0, ctrl: bits & 4 != 0, ..Key::plain(Code::Esc) }
}

/// A report of the mouse (xterm's mode 1006): button; column; line, from 1. A release ends with `m`.
fn mouse(numbers: &[Option<u32>], last: u8) -> Option<Heard> {
    let [Some(button), Some(x), Some(y)] = *numbers else { return None };
    let kind = match (button, last) {
        (0, b'M') => MouseKind::Press,
        (64, b'M') => MouseKind::ScrollUp,
        (65, b'M') => MouseKind::ScrollDown,
        _ => return None,
    };
    let cell = |n: u32| u16::try_from(n).ok()?.checked_sub(1);
    Some(Heard::Mouse { kind, x: cell(x)?, y: cell(y)? })
}

/// A string, behind `ESC` and its kind: ends with BEL, or with `ESC \`.
fn string(kind: u8, bytes: &[u8]) -> Token {
    let bell = bytes.iter().position(|b| *b == 7).map(|at| (at, 1));
    let back = bytes.windows(2).position(|pair| pair == b"\x1b\\").map(|at| (at, 2));
    let Some((end, mark)) = [bell, back].into_iter().flatten().min() else {
        return if bytes.len() > LONGEST { Token::Nothing(bytes.len() + 2) } else { Token::Unfinished };
    };
    let length = end + mark + 2;
    let ground = (kind == b']').then(|| ground(&bytes[..end])).flatten();
    ground.map_or(Token::Nothing(length), |light| Token::Heard(Heard::Ground { light }, length))
}

/// The terminal's answer about its ground: `11;rgb:RRRR/GGGG/BBBB`. Whether that is light, by ITU-R BT.601's weights.
fn ground(text: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(text).ok()?.strip_prefix("11;rgb:")?;
    let mut parts = text.split('/').map(|part| {
        let value = u32::from_str_radix(part.get(..part.len().min(4))?, 16).ok()?;
        let full = (1_u32 << (4 * part.len().min(4))) - 1;
        Some(value * 1000 / full)
    });
    let (red, green, blue) = (parts.next()??, parts.next()??, parts.next()??);
    Some(red * 299 + green * 587 + blue * 114 > 500_000)
}

/// One character and its length; `Err` when the bytes are none, `None` when they may become one.
fn character(bytes: &[u8]) -> Option<Result<(Key, usize), usize>> {
    let byte = *bytes.first()?;
    let key = match byte {
        b'\r' => Key::plain(Code::Enter),
        b'\t' => Key::plain(Code::Tab),
        8 | 0x7f => Key::plain(Code::Backspace),
        0 => Key::ctrl(' '),
        1..=26 => Key::ctrl(char::from(byte - 1 + b'a')),
        0x1b => Key::plain(Code::Esc),
        28..=31 => Key::ctrl(char::from(byte + 64)),
        0x20..=0x7e => Key::char(char::from(byte)),
        _ => {
            let length = match byte {
                0xc2..=0xdf => 2,
                0xe0..=0xef => 3,
                0xf0..=0xf4 => 4,
                _ => return Some(Err(1)),
            };
            let known = &bytes[..bytes.len().min(length)];
            return match std::str::from_utf8(known) {
                Ok(text) => {
                    let c = text.chars().next().filter(|c| !c.is_control());
                    Some(c.map(|c| (Key::char(c), length)).ok_or(length))
                }
                Err(error) if error.error_len().is_none() && known.len() < length => None,
                Err(_) => Some(Err(1)),
            };
        }
    };
    Some(Ok((key, 1)))
}

fn split(parameters: &[u8]) -> Vec<Option<u32>> {
    let text = std::str::from_utf8(parameters).unwrap_or_default();
    // Sub-parameters stand behind a colon; none of them is needed.
    text.split(';').map(|part| part.split(':').next().unwrap_or_default().parse().ok()).collect()
}

fn key(code: Code, length: usize) -> Token {
    Token::Heard(Heard::Key(Key::plain(code)), length)
}

/// The longest sequence that is waited for.
const LONGEST: usize = 1024;
