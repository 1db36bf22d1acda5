//! JSON as other programs write it anew, and bodies as they spoil them.

use std::fmt::Write as _;

use crate::signing::coding::minified;

/// With each `from` as `to`.
pub(super) fn replaced(body: &[u8], from: &str, to: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    // What is so already must not become so twice.
    let plain = if to.contains(from) { text.replace(to, from) } else { text.to_owned() };
    Some(plain.replace(from, to).into_bytes())
}

/// As Python's `json.dumps` writes it.
pub(super) fn spaced(body: &[u8]) -> Option<Vec<u8>> {
    rewritten(body, |out, byte, _| {
        out.push(byte);
        if matches!(byte, b',' | b':') {
            out.push(b' ');
        }
    })
}

/// As `JSON.stringify(…, null, 2)` and its likes write it, so many spaces a level.
pub(super) fn indented(body: &[u8], by: usize) -> Option<Vec<u8>> {
    rewritten(body, |out, byte, depth| {
        let line = |out: &mut Vec<u8>, depth: usize| {
            out.push(b'\n');
            out.resize(out.len() + by * depth, b' ');
        };
        match byte {
            b'{' | b'[' => {
                out.push(byte);
                line(out, depth + 1);
            }
            b'}' | b']' => {
                out.truncate(out.trim_ascii_end().len());
                // What is empty stays on its line.
                if !out.ends_with(if byte == b'}' { b"{" } else { b"[" }) {
                    line(out, depth.saturating_sub(1));
                }
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                line(out, depth);
            }
            b':' => out.extend(b": "),
            _ => out.push(byte),
        }
    })
}

/// The minified JSON with each byte outside of its strings written anew; told how deep it stands.
fn rewritten(body: &[u8], write: impl Fn(&mut Vec<u8>, u8, usize)) -> Option<Vec<u8>> {
    let json = minified(body).ok().filter(|json| !json.is_empty())?;
    let mut out = Vec::with_capacity(2 * json.len());
    let (mut inside, mut escaped, mut depth) = (false, false, 0usize);
    for byte in json {
        let quote = byte == b'"' && !escaped;
        escaped = inside && byte == b'\\' && !escaped;
        if inside || quote {
            out.push(byte);
            inside ^= quote;
            continue;
        }
        write(&mut out, byte, depth);
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Some(out)
}

/// With the keys of each object in their order. `None`: they are in order already, or nothing is that has an order.
pub(super) fn sorted(body: &[u8]) -> Option<Vec<u8>> {
    if has_keys_in_order(&String::from_utf8(minified(body).ok()?).ok()?) {
        return None;
    }
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    serde_json::to_vec(&json).ok()
}

/// As writers do that keep to ASCII.
pub(super) fn escaped(body: &[u8]) -> Option<Vec<u8>> {
    let mut out = String::with_capacity(body.len());
    for c in std::str::from_utf8(body).ok()?.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Some(out.into_bytes())
}

/// With these ASCII characters as `\u` escapes: JSON that may stand in a page of HTML.
pub(super) fn escaped_for_pages(body: &[u8], which: &str) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(body).ok()?;
    let mut out = String::with_capacity(body.len());
    for c in text.chars() {
        if which.contains(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    Some(out.into_bytes())
}

/// The minified JSON with numbers that have a point written anew: 10 or 10.0 for 10.00. `None`: there is none that changes.
pub(super) fn numbers(body: &[u8], keeps_point: bool) -> Option<Vec<u8>> {
    let json = String::from_utf8(minified(body).ok()?).ok()?;
    let mut out = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(first) = rest.chars().next() {
        let is_number = first == '-' || first.is_ascii_digit();
        let end = if first == '"' {
            string_end(rest)
        } else if is_number {
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, after) = rest.split_at(end);
        match token.parse::<f64>() {
            Ok(number) if is_number && token.contains('.') && !token.contains(['e', 'E']) => {
                let _ = if keeps_point { write!(out, "{number:?}") } else { write!(out, "{number}") };
            }
            _ => out.push_str(token),
        }
        rest = after;
    }
    (out != json).then(|| out.into_bytes())
}

/// Whether each object of this minified JSON has its keys in their order.
fn has_keys_in_order(json: &str) -> bool {
    // The last key of each object that is open, the innermost last.
    let mut open: Vec<String> = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let end = if first == '"' { string_end(rest) } else { first.len_utf8() };
        let (token, after) = rest.split_at(end);
        match first {
            '{' => open.push(String::new()),
            '}' => drop(open.pop()),
            '"' if after.starts_with(':') => {
                let Ok(key) = serde_json::from_str::<String>(token) else { return true };
                let Some(last) = open.last_mut() else { return true };
                if key < *last {
                    return false;
                }
                *last = key;
            }
            _ => {}
        }
        rest = after;
    }
    true
}

/// Where the string ends that the text begins with, its quotes counted.
fn string_end(text: &str) -> usize {
    let mut escaped = true;
    for (at, c) in text.char_indices() {
        match c {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// A byte for each character, where each has one in ISO 8859-1.
pub(super) fn latin1(body: &[u8]) -> Option<Vec<u8>> {
    std::str::from_utf8(body).ok()?.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect()
}
