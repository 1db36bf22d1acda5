//! Keys without PEM lines whose base64 goes over several lines of a text.

use std::ops::Range;

use crate::keys::{KeyError, identify};

/// Where they stand.
pub(super) fn keys(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut lines = text
        .split_inclusive('\n')
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some((start, line))
        })
        .peekable();
    while let Some((at, line)) = lines.next() {
        let line = line.trim_end();
        // The base64 at the end of the line, which can have a name before it.
        let unpadded = line.trim_end_matches('=');
        let head = unpadded.rfind(|c: char| !is_base64(c)).map_or(0, |n| n + 1);
        let Some(body) = line.get(head..).filter(|body| body.len() >= SHORTEST_LINE) else { continue };
        if !body.starts_with('M') && !body.starts_with("b3Bl") {
            continue;
        }
        let start = at + head;
        let mut end = at + line.len();
        while let Some((at, next)) = lines.next_if(|(_, line)| {
            let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',' | '\\'));
            !line.is_empty()
                && line.len() <= 100
                && line.trim_end_matches('=').chars().all(|c| is_base64(c) && c != '=')
        }) {
            end = at + next.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | ',')).len();
            if next.trim_end().ends_with('=') {
                break;
            }
        }
        let body = text.get(start..end).unwrap_or_default();
        if body.contains('\n')
            && !matches!(identify(body.as_bytes()), Err(KeyError::NotAKey | KeyError::BadBase64 | KeyError::TooLarge))
        {
            found.push(start..end);
        }
    }
    found
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
}

/// Base64 is wrapped at 64 or 76 characters, seldom less.
const SHORTEST_LINE: usize = 32;
