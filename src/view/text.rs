//! Text measured in cells: its width, its cuts and its wrapping, and the plain fallback of every sign.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// The width of `text` in cells.
pub fn width(text: &str) -> i32 {
    if text.is_ascii() {
        return i32::try_from(text.len()).unwrap_or(i32::MAX);
    }
    i32::try_from(text.width()).unwrap_or(i32::MAX)
}

/// At most `room` cells of `text`: names and labels lose their end to a `…`.
pub fn cut_end(text: &str, room: i32) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    if room < 1 {
        return Cow::Borrowed("");
    }
    Cow::Owned(format!("{}…", head(text, room - 1)))
}

/// At most `room` cells of `text`: fingerprints lose their middle, since both ends are compared.
pub fn cut_middle(text: &str, room: i32) -> Cow<'_, str> {
    if width(text) <= room {
        return Cow::Borrowed(text);
    }
    if room < 3 {
        return cut_end(text, room);
    }
    let tail = (room - 1) / 3;
    let head = head(text, room - 1 - tail);
    let mut end = "";
    for (at, _) in text.grapheme_indices(true).rev() {
        let candidate = text.get(at..).unwrap_or_default();
        if width(candidate) > tail {
            break;
        }
        end = candidate;
    }
    Cow::Owned(format!("{head}…{end}"))
}

/// The longest start of `text` that fits into `room` cells. A wide character is never split.
pub fn head(text: &str, room: i32) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += width(grapheme);
        if used > room {
            return text.get(..at).unwrap_or_default();
        }
    }
    text
}

/// `text` in lines of at most `room` cells, broken between words; a word that is longer than a line is broken in itself.
pub fn wrap(text: &str, room: i32) -> Vec<&str> {
    let room = room.max(1);
    let mut lines = Vec::new();
    for mut rest in text.lines() {
        loop {
            if width(rest) <= room {
                lines.push(rest);
                break;
            }
            let fits = head(rest, room);
            let next_is_space = rest.get(fits.len()..).is_some_and(|after| after.starts_with(' '));
            let at = match fits.rfind(' ') {
                _ if next_is_space => fits.len(),
                Some(space) => space,
                // A grapheme wider than the line would stop the loop: take it whole and let the edge clip it.
                None if fits.is_empty() => rest.graphemes(true).next().map_or(rest.len(), str::len),
                None => fits.len(),
            };
            let (line, after) = rest.split_at(at);
            lines.push(line.trim_end_matches(' '));
            rest = after.trim_start_matches(' ');
            if rest.is_empty() {
                break;
            }
        }
    }
    lines
}

/// `text` in pieces of `room` cells, at most so many; what is left out ends with a `…`.
pub fn chunks(text: &str, room: i32, most: usize) -> Vec<String> {
    let room = usize::try_from(room).unwrap_or(1).max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut size = 0;
    for c in text.chars() {
        let wide = usize::try_from(width(c.encode_utf8(&mut [0; 4]))).unwrap_or(1);
        if size + wide > room {
            lines.push(std::mem::take(&mut line));
            size = 0;
            if lines.len() == most {
                if let Some(last) = lines.last_mut() {
                    last.pop();
                    last.push('…');
                }
                return lines;
            }
        }
        line.push(c);
        size += wide;
    }
    lines.push(line);
    lines
}

/// `text` with every sign and line replaced by its plain ASCII stand-in.
pub fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match PLAIN.iter().find(|(sign, _)| *sign == c) {
            Some((_, stand_in)) => out.push_str(stand_in),
            None => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Every sign that paykeep draws, and what stands for it where the terminal can't show it or draws it two cells wide.
const PLAIN: [(char, &str); 41] = [
    ('●', "*"),
    ('○', "o"),
    ('✓', "v"),
    ('✗', "x"),
    ('▲', "!"),
    ('▸', ">"),
    ('◐', "%"),
    ('◓', "/"),
    ('◑', "-"),
    ('◒', "\\"),
    ('◌', "?"),
    ('◆', "#"),
    ('▒', "="),
    ('◉', "@"),
    ('•', "*"),
    ('·', "-"),
    ('…', "~"),
    ('─', "-"),
    // Heavy stays apart from light without colour: the age bar and the active tab need it.
    ('━', "="),
    ('┄', "."),
    ('│', "|"),
    ('▏', "|"),
    ('▎', "|"),
    ('▐', "#"),
    ('╭', "+"),
    ('╮', "+"),
    ('╰', "+"),
    ('╯', "+"),
    ('├', "+"),
    ('┤', "+"),
    ('┬', "+"),
    ('┴', "+"),
    ('›', ">"),
    ('–', "-"),
    ('«', "\""),
    ('»', "\""),
    ('⏎', "enter"),
    ('↑', "up "),
    ('↓', "down"),
    ('←', "left "),
    ('→', "right"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_never_splits_a_wide_character() {
        assert_eq!(cut_end("東京都港区", 6), "東京…");
        assert_eq!(cut_end("東京都港区", 5), "東京…");
        assert_eq!(cut_end("東京", 4), "東京");
        assert_eq!(cut_end("東京", 1), "…");
        assert_eq!(cut_end("東京", 0), "");
    }

    #[test]
    fn names_lose_their_end_and_fingerprints_their_middle() {
        assert_eq!(cut_end("client-credentials", 14), "client-creden…");
        assert_eq!(cut_middle("SHA256:1f3a0000000000009c02", 16), "SHA256:1f3…09c02");
    }

    #[test]
    fn text_wraps_between_words_and_breaks_only_what_is_too_long() {
        assert_eq!(wrap("A merchant secret key moves money.", 14), ["A merchant", "secret key", "moves money."]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("東京", 1), ["東", "京"]);
        assert_eq!(wrap("one\n\ntwo", 9), ["one", "", "two"]);
    }

    #[test]
    fn every_sign_has_a_plain_stand_in() {
        assert_eq!(plain("● LIVE ○ sandbox ✓✗▲▸◐◌◆▒◉•·…"), "* LIVE o sandbox vx!>%?#=@*-~");
        assert!(PLAIN.iter().all(|(_, stand_in)| stand_in.is_ascii()));
    }
}
