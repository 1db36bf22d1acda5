//! What a terminal, an editor or a clipboard added to a text, taken out of it.

use std::ops::Range;

use zeroize::Zeroizing;

use super::{Note, margin};

/// The text with LF line breaks, without byte-order mark, escape codes, other control characters, and without white space
/// and invisible characters at its ends. What stands inside a token is never touched.
pub(super) fn clean(text: &str) -> (Zeroizing<String>, Vec<Note>) {
    let mut notes = Vec::new();
    let mut tell = |note| {
        if !notes.contains(&note) {
            notes.push(note);
        }
    };
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut length = c.len_utf8();
        match c {
            '\r' => {
                tell(Note::CarriageReturns);
                if !rest.starts_with("\r\n") {
                    out.push('\n');
                }
            }
            '\n' | '\t' => out.push(c),
            '\u{1b}' | '\u{9b}' | '\u{9d}' | '\u{90}' => {
                tell(Note::EscapeCodes);
                length = escape_code(rest);
            }
            '\u{feff}' => tell(Note::ByteOrderMark),
            c if c.is_control() => tell(Note::Invisible),
            c => out.push(c),
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    let body = out.trim_end_matches(is_blank);
    let breaks = out.get(body.len()..).unwrap_or_default().matches('\n').count();
    let tail = out.get(body.len()..).unwrap_or_default();
    let head = body.len() - body.trim_start_matches(is_blank).len();
    let lead = out.get(..head).unwrap_or_default();
    if breaks > 0 {
        tell(Note::LineBreaks(breaks));
    }
    if !lead.is_empty() || tail.chars().any(|c| c != '\n') {
        tell(Note::Spaces);
    }
    let end = body.len();
    // A margin's first blanks belong to it.
    let line = out.get(..head).and_then(|lead| lead.rfind('\n')).map_or(0, |n| n + 1);
    if let Some(bare) = out.get(line..end).and_then(margin::without) {
        tell(Note::Margin);
        return (bare, notes);
    }
    out.truncate(end);
    out.drain(..head);
    (out, notes)
}

/// The text without invisible characters, which no value has, with plain blanks, and plain hyphens inside of words: what chats and
/// word processors change.
pub(super) fn in_plain_sight(text: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let in_a_word = is_dash(c)
            && out.ends_with(char::is_alphanumeric)
            && chars.peek().is_some_and(|next| next.is_alphanumeric());
        if in_a_word {
            out.push('-');
        } else if c.is_whitespace() && c != '\n' && c != '\t' {
            out.push(if matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}') { '\n' } else { ' ' });
        } else if c.is_whitespace() || !is_blank(c) {
            out.push(c);
        }
    }
    out
}

/// A dash or hyphen that word processors put in place of the plain one.
pub(super) fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2013}' | '\u{2212}')
}

/// The text with blanks in place of these parts.
pub(super) fn without(text: Zeroizing<String>, parts: &[Range<usize>]) -> Zeroizing<String> {
    if parts.is_empty() {
        return text;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut at = 0;
    for part in parts {
        out.push_str(text.get(at..part.start).unwrap_or_default());
        out.extend(std::iter::repeat_n(' ', part.len()));
        at = part.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// How many bytes the escape code at the start of `text` takes (ECMA-48). One that never ends takes its introducer only.
fn escape_code(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    let first = text.chars().next().unwrap_or_default();
    let kind = if first == '\u{1b}' { chars.next().map_or(' ', |(_, c)| c) } else { first };
    match kind {
        '[' | '\u{9b}' => {
            let end = chars.take(64).find(|(_, c)| ('\u{40}'..='\u{7e}').contains(c));
            end.map_or(first.len_utf8(), |(at, c)| at + c.len_utf8())
        }
        ']' | 'P' | '_' | '^' | 'X' | '\u{9d}' | '\u{90}' => {
            let end = chars.take(4096).find(|(_, c)| matches!(c, '\u{7}' | '\u{9c}' | '\u{1b}'));
            // An escape that ends the string stays: it begins the two characters that close it.
            end.map_or(first.len_utf8(), |(at, c)| if c == '\u{1b}' { at } else { at + c.len_utf8() })
        }
        '\\' => 2,
        c if first == '\u{1b}' && c.is_ascii() && c != ' ' => 2,
        _ => first.len_utf8(),
    }
}

/// White space, or a character that can't be seen.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(text: &str) -> (String, Vec<Note>) {
        let (text, notes) = clean(text);
        (text.to_string(), notes)
    }

    #[test]
    fn what_was_left_out_is_told() {
        assert_eq!(cleaned("abc\n"), ("abc".into(), vec![Note::LineBreaks(1)]));
        assert_eq!(
            cleaned("\u{feff}abc\r\n\r\n"),
            ("abc".into(), vec![Note::ByteOrderMark, Note::CarriageReturns, Note::LineBreaks(2)])
        );
        assert_eq!(cleaned(" abc\t"), ("abc".into(), vec![Note::Spaces]));
        assert_eq!(cleaned("abc"), ("abc".into(), vec![]));
    }

    #[test]
    fn escape_codes_go_whole() {
        let expected = ("abc".to_owned(), vec![Note::EscapeCodes]);
        for text in [
            "\u{1b}[200~abc\u{1b}[201~",
            "\u{1b}[1;31mabc\u{1b}[0m",
            "\u{1b}]0;title\u{7}abc",
            "\u{1b}]8;;x\u{1b}\\abc",
            "\u{9b}31mabc",
        ] {
            assert_eq!(cleaned(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_stands_inside_a_token_is_not_touched() {
        assert_eq!(cleaned("a\u{200b}b").0, "a\u{200b}b");
    }
}
