//! Where PEM stands in a text, and its characters without what mails, editors and source code put among them.

use std::ops::Range;

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

use super::flaw::is_quote;
use crate::secret::SecretText;

/// Where PEM stands in a text, each from its `BEGIN` line (or from the start, if that line was lost) to its `END` line (or
/// to the last character that can belong to it).
pub fn blocks(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(mark) = next_mark(text, at) {
        let body = mark.span.end;
        if mark.begins {
            let end = match next_mark(text, body) {
                Some(end) if !end.begins => end.span.end,
                Some(next) => next.span.start.min(body_end(text, after_headers(text, body))),
                None => body_end(text, after_headers(text, body)),
            };
            found.push(mark.span.start..end);
            at = end.max(body);
        } else {
            let start = body_start(text, at, mark.span.start);
            if !text.get(start..mark.span.start).unwrap_or_default().trim().is_empty() {
                found.push(start..mark.span.end);
            }
            at = mark.span.end;
        }
    }
    found
}

/// One key's text as it is kept: PEM with line breaks after 64 characters and one at its end, without escapes, quotes and
/// indentation; lines that were lost are put back with `label`. Bare base64 becomes one line.
pub fn tidy(text: &str, label: Option<&str>) -> SecretText {
    let mut out = SecretText::with_capacity(text.len() + text.len() / 32 + 2 * (LONGEST_LABEL + 16));
    let mut put = |part: &str| {
        for c in part.chars() {
            let end = out.len();
            out.insert(end, c);
        }
    };
    let (body, found) = body(text);
    let Some(label) = found.as_deref().or(label) else {
        characters(body).for_each(|c| put(c.encode_utf8(&mut [0; 4])));
        return out;
    };
    put(&format!("-----BEGIN {label}-----\n"));
    if body.contains(": ") {
        // Header lines and an empty one stand before the base64: only the dressing of each line goes.
        let dressing = |c: char| c.is_whitespace() || is_quote(c) || is_line_mark(c);
        for line in body.split('\n').map(|line| line.trim_matches(dressing)) {
            put(line);
            put("\n");
        }
    } else {
        for (n, c) in characters(body).enumerate() {
            if n > 0 && n % 64 == 0 {
                put("\n");
            }
            put(c.encode_utf8(&mut [0; 4]));
        }
        put("\n");
    }
    put(&format!("-----END {label}-----\n"));
    out
}

/// Which of its two lines a block has.
pub(super) fn lines(block: &str) -> (bool, bool) {
    let (mut begin, mut end, mut at) = (false, false, 0);
    while let Some(mark) = next_mark(block, at) {
        begin |= mark.begins;
        end |= !mark.begins;
        at = mark.span.end;
    }
    (begin, end)
}

/// What stands between the lines of PEM, and its label.
pub(super) fn body(block: &str) -> (&str, Option<String>) {
    let (mut start, mut end, mut label) = (0, block.len(), None);
    let mut at = 0;
    while let Some(mark) = next_mark(block, at) {
        label = label.or(Some(mark.label));
        if mark.begins {
            start = mark.span.end;
        } else {
            end = mark.span.start;
            break;
        }
        at = mark.span.end;
    }
    (block.get(start..end).unwrap_or_default(), label)
}

/// Where the base64 after `from` begins: behind the lines that say how it is encrypted, if there are any.
pub(super) fn after_headers(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    // Those lines are short, and a text of a thousand `BEGIN` lines must not be searched a thousand times.
    let rest = rest.get(..rest.floor_char_boundary(LONGEST_HEADERS)).unwrap_or_default();
    match rest.split_once(DEK_INFO) {
        Some((before, after)) if before.contains("ENCRYPTED") => {
            let blank = after.len() - after.trim_start().len();
            // Up to white space, or to a line break that is written as an escape.
            let said = after.get(blank..).and_then(|said| said.find(|c: char| c.is_whitespace() || c == '\\'));
            from + before.len() + DEK_INFO.len() + said.map_or(after.len(), |said| blank + said)
        }
        _ => from,
    }
}

/// The characters of `text` without its dressing.
pub(super) fn characters(text: &str) -> impl Iterator<Item = char> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let skipped = ignorable(rest);
            if skipped == 0 {
                break;
            }
            rest = rest.get(skipped..).unwrap_or_default();
        }
        let c = rest.chars().next()?;
        rest = rest.get(c.len_utf8()..).unwrap_or_default();
        Some(c)
    })
}

/// How many bytes at the start of `rest` are only dressing: white space, a quote, an escaped line break, what mails and
/// comments begin their lines with, what joins the pieces of a text in source code.
pub(super) fn ignorable(rest: &str) -> usize {
    for escape in ["\\r", "\\n", "\\t", "\\u000a", "\\u000A", "\\u000d", "\\u000D"] {
        if let Some(after) = rest.strip_prefix(escape) {
            return rest.len() - after_marks(after).len();
        }
    }
    match rest.chars().next() {
        Some('\n') => rest.len() - after_marks(rest).len(),
        Some(c) if is_quote(c) => {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            rest.len() - joined(after).unwrap_or(after).len()
        }
        Some(c) if c.is_whitespace() || matches!(c, '\\' | '\u{feff}' | '\u{200b}') => c.len_utf8(),
        _ => 0,
    }
}

/// A line without what a mail or a comment begins it with.
fn after_marks(line: &str) -> &str {
    let after = line.trim_start_matches(|c: char| c.is_whitespace() || is_line_mark(c));
    // The slashes are of base64's own alphabet, the blank after them is not.
    after.strip_prefix("// ").unwrap_or(after)
}

/// What follows a plus or a full stop that ends the line after a quote.
fn joined(after: &str) -> Option<&str> {
    let next = after.trim_start_matches([' ', '\t']).strip_prefix(['+', '.'])?.trim_start_matches([' ', '\t', '\r']);
    next.starts_with('\n').then_some(next)
}

/// A sign before the lines of what a mail quotes, of a comment, of a table.
pub(super) fn is_line_mark(c: char) -> bool {
    matches!(c, '>' | '#' | '*' | '|')
}

pub(super) fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
}

/// A `BEGIN` or `END` line.
struct Mark {
    begins: bool,
    label: String,
    span: Range<usize>,
}

/// The next `-----BEGIN …-----` or `-----END …-----` at or after `from`; its dashes may be what a word processor makes of them.
fn next_mark(text: &str, from: usize) -> Option<Mark> {
    let searched = text.get(from..)?;
    searched.match_indices(' ').find_map(|(blank, _)| {
        let head = searched.get(..blank)?;
        let (before, begins) =
            head.strip_suffix("BEGIN").map(|b| (b, true)).or_else(|| Some((head.strip_suffix("END")?, false)))?;
        let dashes = dashes(before.trim_end_matches(' ').chars().rev())?;
        let start = before.trim_end_matches(' ').len() - dashes;
        let after = searched.get(blank + 1..)?;
        let length = after.bytes().take(LONGEST_LABEL).take_while(|b| is_label(*b)).count();
        let label = after.get(..length)?.trim();
        let end = blank + 1 + length + self::dashes(after.get(length..)?.chars())?;
        // RFC 4716's lines look alike, and what they stand around does not.
        let is_pem = !label.starts_with("SSH2 ");
        is_pem.then(|| Mark { begins, label: label.to_owned(), span: from + start..from + end })
    })
}

/// How many bytes of dashes `chars` begin with, if that is a row of them: one long dash stands for two short ones.
fn dashes(chars: impl Iterator<Item = char>) -> Option<usize> {
    let run = chars.take(MOST_DASHES).take_while(|c| *c == '-' || is_long_dash(*c));
    let (bytes, worth) =
        run.fold((0, 0), |(bytes, worth), c| (bytes + c.len_utf8(), worth + 1 + usize::from(c != '-')));
    (worth >= 4).then_some(bytes)
}

pub(super) fn is_long_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Where the base64 that begins at `from` stops: by the length that its first bytes state, since the words after a key
/// that lost its `END` line look like base64 too.
fn body_end(text: &str, from: usize) -> usize {
    let (mut at, mut last) = (from, from);
    let mut first = Zeroizing::new(String::with_capacity(8));
    let (mut count, mut most) = (0, usize::MAX);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let skipped = ignorable(text.get(at..).unwrap_or_default());
        if skipped > 0 {
            at += skipped;
            continue;
        }
        if !(c == '=' || is_base64(c) && count < most) {
            break;
        }
        at += c.len_utf8();
        last = at;
        count += 1;
        if count <= 8 {
            first.push(c);
        }
        if count == 8 {
            most = stated_length(&first).unwrap_or(usize::MAX);
        }
    }
    last
}

/// How many characters the base64 of a DER structure has, by its first eight.
pub(super) fn stated_length(first: &str) -> Option<usize> {
    let mut bytes = [0; 6];
    let length = match Base64Unpadded::decode(first, &mut bytes).ok()? {
        [0x30, 0x81, a, ..] => 3 + usize::from(*a),
        [0x30, 0x82, a, b, ..] => 4 + usize::from(*a) * 256 + usize::from(*b),
        [0x30, a, ..] if *a < 0x80 => 2 + usize::from(*a),
        _ => return None,
    };
    Some((length * 4).div_ceil(3))
}

/// Where the base64 that stops at `to` begins: whole lines of it, not before `from`.
fn body_start(text: &str, from: usize, to: usize) -> usize {
    let mut start = to;
    for (n, line) in text.get(from..to).unwrap_or_default().rsplit('\n').enumerate() {
        let bare = line.trim_matches(|c: char| c.is_whitespace() || is_quote(c) || is_line_mark(c) || c == '\\');
        let is_body = !bare.is_empty() && bare.chars().all(|c| is_base64(c) || matches!(c, '=' | '\\'));
        if !is_body && n > 0 {
            break;
        }
        // All but the last piece had a line break after it.
        start -= line.len() + usize::from(n > 0);
    }
    start.max(from)
}

fn is_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b'_')
}

pub(super) const DEK_INFO: &str = "DEK-Info:";
const LONGEST_HEADERS: usize = 200;
const LONGEST_LABEL: usize = 64;
const MOST_DASHES: usize = 16;
