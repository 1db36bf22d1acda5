//! Keys without PEM lines in a text: base64 on one line or on several, with a name before it or words around it.

use std::ops::Range;

use super::blocks::{is_base64, is_line_mark, stated_length};
use super::flaw::is_quote;
use super::{KeyError, MAX_LEN, of_base64};

/// Where they stand: what begins as the base64 of a key does and can be told for one, whole or damaged.
pub fn bare(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = next_run(text, at) {
        at = line.end;
        let body = text.get(line.clone()).unwrap_or_default();
        if !(body.starts_with('M') || body.starts_with("b3Bl") || body.starts_with(PEM_IN_BASE64)) {
            continue;
        }
        let all = line.start..further_lines(text, &line);
        let one = [line, all.clone()].into_iter().find(|part| {
            let is_last = part.end == all.end;
            match of_base64(text.get(part.clone()).unwrap_or_default()) {
                Ok(_) => true,
                Err(KeyError::NotAKey | KeyError::BadBase64 | KeyError::TooLarge) => false,
                Err(_) => is_last,
            }
        });
        if let Some(one) = one {
            at = one.end;
            found.push(one);
        } else if body.starts_with('M') {
            at = at.max(all.start + SHORTEST_LINE);
        } else {
            // Nothing says how long it was to be: all of it was looked at.
            at = all.end;
        }
    }
    found
}

/// The next row of base64 that is long enough for a line of a key.
fn next_run(text: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    loop {
        let start = at + text.get(at..)?.find(is_base64)?;
        let length = text.get(start..)?.find(|c: char| !is_base64(c)).unwrap_or(text.len() - start);
        at = start + length;
        if length >= SHORTEST_LINE {
            let padding = text.get(at..)?.bytes().take(2).take_while(|b| *b == b'=').count();
            return Some(start..at + padding);
        }
    }
}

/// Where the lines end that go on with the base64 in `first`.
fn further_lines(text: &str, first: &Range<usize>) -> usize {
    let mut end = first.end;
    let body = text.get(first.clone()).unwrap_or_default();
    // Base64 of DER says how long it is; other base64 ends where its padding or another text is.
    let most = body.get(..8).and_then(stated_length).unwrap_or(MAX_LEN);
    let mut count = body.len();
    let Some((rest, lines)) = text.get(end..).and_then(|rest| rest.split_once('\n')) else { return end };
    if body.ends_with('=') || !rest.chars().all(|c| is_dressing(c) || is_joint(c)) {
        return end;
    }
    let mut at = text.len() - lines.len();
    for line in lines.split_inclusive('\n') {
        let head = line.len() - line.trim_start_matches(|c| is_dressing(c) || is_line_mark(c)).len();
        let tail = line.get(head..).unwrap_or_default();
        let length = tail.find(|c: char| !is_base64(c) && c != '=').unwrap_or(tail.len());
        let after = tail.get(length..).unwrap_or_default();
        let alone = after.chars().all(|c| is_dressing(c) || is_joint(c));
        if length == 0 || (length > LONGEST_LINE && most == MAX_LEN) || !alone || count >= most {
            break;
        }
        end = at + head + length;
        count += length;
        at += line.len();
        if tail.get(..length).is_some_and(|body| body.ends_with('=')) {
            break;
        }
    }
    end
}

/// What stands around a line of base64 in files and in source code.
fn is_dressing(c: char) -> bool {
    c.is_whitespace() || is_quote(c) || c == '\\'
}

/// What joins the pieces of a text in source code, or ends them.
fn is_joint(c: char) -> bool {
    matches!(c, '+' | '.' | ',' | ';' | ')' | ']' | '}')
}

/// Base64 is wrapped at 64 or 76 characters, seldom less.
const SHORTEST_LINE: usize = 32;
const LONGEST_LINE: usize = 100;
/// `-----BEGIN` in base64.
pub(super) const PEM_IN_BASE64: &str = "LS0tLS1CRUdJTi";
