//! From a text to the bytes in it: finds PEM, drops what editors and shells add, decodes the base64.

use std::ops::Range;

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

use super::encrypted::Dek;
use super::flaw::{Flaw, flaws, is_quote};
use super::{Foreign, KeyError, Wrapping};
use crate::secret::{SecretBytes, SecretText};

/// The bytes of one key, and how they were wrapped.
pub(super) struct Unwrapped {
    pub(super) der: SecretBytes,
    pub(super) wrapping: Wrapping,
    pub(super) label: Option<String>,
    /// The base64 ended in the middle of a group.
    pub(super) cut: bool,
    /// How the bytes are encrypted, if header lines say that they are.
    pub(super) dek: Option<Dek>,
    /// What is odd about the text around them.
    pub(super) flaws: Vec<Flaw>,
}

/// Takes the wrapping off the one key in `bytes`.
pub(super) fn unwrap(bytes: &[u8]) -> Result<Unwrapped, KeyError> {
    if is_raw(bytes) {
        let (der, wrapping) = (SecretBytes::copied(bytes), Wrapping::Der);
        return Ok(Unwrapped { der, wrapping, label: None, cut: false, dek: None, flaws: Vec::new() });
    }
    let text = std::str::from_utf8(bytes).map_err(|_| KeyError::NotAKey)?;
    if let Some(foreign) = foreign(text) {
        return Err(KeyError::Foreign(foreign));
    }
    // What stands before an EC key says which curve it is on, as the key itself does.
    let mut found = blocks(text);
    found.retain(|block| !text.get(block.clone()).unwrap_or_default().contains(" PARAMETERS-----"));
    if let [block, others @ ..] = found.as_slice() {
        if !others.is_empty() {
            return Err(KeyError::Several { keys: found.len() });
        }
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let mut unwrapped = pem(part(block.clone()))?;
        unwrapped.flaws = flaws(part(0..block.start), part(block.clone()), part(block.end..text.len()));
        return Ok(unwrapped);
    }
    if let Some(body) = ssh2(text) {
        let (der, cut) = decode(&body, false)?;
        let (wrapping, label) = (Wrapping::Pem, Some(SSH2.to_owned()));
        return Ok(Unwrapped { der, wrapping, label, cut, dek: None, flaws: Vec::new() });
    }
    let line = open_ssh_line(text)?;
    let (der, cut) = decode(line.unwrap_or(text), true)?;
    let flaws = if line.is_some() { Vec::new() } else { flaws("", text, "") };
    Ok(Unwrapped { der, wrapping: Wrapping::Base64, label: None, cut, dek: None, flaws })
}

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
        for line in body.split('\n').map(|line| line.trim_matches(|c: char| c.is_whitespace() || is_quote(c))) {
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

/// Whether a text without PEM lines could be a key's bare base64: it begins as the DER of every key does.
pub fn looks_like_key(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || is_quote(c));
    let long = text.len() > 60;
    long && (text.starts_with("MI") || text.starts_with("MD") || text.starts_with("MC") || text.starts_with("MF"))
        || text.starts_with("b3BlbnNzaC1rZXktdjEA")
        || matches!(open_ssh_line(text), Ok(Some(_)))
}

/// A `BEGIN` or `END` line.
struct Mark {
    begins: bool,
    span: Range<usize>,
}

/// The next well-formed `-----BEGIN …-----` or `-----END …-----` at or after `from`.
fn next_mark(text: &str, from: usize) -> Option<Mark> {
    let mut at = from;
    loop {
        let start = at + text.get(at..)?.find(DASHES)?;
        let after = text.get(start + DASHES.len()..)?;
        let word = [("BEGIN ", true), ("END ", false)].into_iter().find(|(word, _)| after.starts_with(word));
        if let Some((word, begins)) = word {
            let label = after.get(word.len()..)?;
            let length = label.bytes().take(LONGEST_LABEL).take_while(|b| is_label(*b)).count();
            if label.get(length..).is_some_and(|rest| rest.starts_with(DASHES)) {
                let end = start + DASHES.len() + word.len() + length + DASHES.len();
                return Some(Mark { begins, span: start..end });
            }
        }
        at = start + 1;
    }
}

/// One PEM text, both lines of which are there or one of them.
fn pem(block: &str) -> Result<Unwrapped, KeyError> {
    let (mut body, label) = body(block);
    let mut dek = None;
    let headers = after_headers(body, 0);
    if let Some((_, said)) = body.get(..headers).and_then(|headers| headers.split_once(DEK_INFO)) {
        let (cipher, digits) = said.trim().split_once(',').unwrap_or((said, ""));
        let iv = digits.as_bytes().chunks(2).map_while(|pair| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok());
        dek = Some(Dek { cipher: cipher.to_owned(), iv: iv.collect() });
        body = body.get(headers..).unwrap_or_default();
    } else if body.contains("Proc-Type:") {
        body = body.rsplit_once("\n\n").or_else(|| body.rsplit_once("\r\n\r\n")).map_or("", |(_, body)| body);
    }
    let (der, cut) = decode(body, false)?;
    Ok(Unwrapped { der, wrapping: Wrapping::Pem, label, cut, dek, flaws: Vec::new() })
}

/// Where the base64 after `from` begins: behind the lines that say how it is encrypted, if there are any.
fn after_headers(text: &str, from: usize) -> usize {
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

/// What stands between the lines of PEM, and its label.
fn body(block: &str) -> (&str, Option<String>) {
    let (mut start, mut end, mut label) = (0, block.len(), None);
    let mut at = 0;
    while let Some(mark) = next_mark(block, at) {
        let words = block.get(mark.span.clone()).unwrap_or_default().trim_matches('-');
        label = label.or_else(|| words.split_once(' ').map(|(_, label)| label.to_owned()));
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

/// The characters of `text` without white space, quotes and escaped line breaks.
fn characters(text: &str) -> impl Iterator<Item = char> {
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

/// Decodes base64 among white space, quotes and escaped line breaks; also says whether its last group was incomplete.
/// `any_alphabet` takes the one for URLs too, which can't be told from the dashes of a damaged PEM line.
fn decode(text: &str, any_alphabet: bool) -> Result<(SecretBytes, bool), KeyError> {
    let mut clean = Zeroizing::new(String::with_capacity(text.len()));
    let mut padded = false;
    for c in characters(text) {
        match c {
            '=' => padded = true,
            _ if padded => return Err(KeyError::BadBase64),
            '-' if any_alphabet => clean.push('+'),
            '_' if any_alphabet => clean.push('/'),
            c if is_base64(c) => clean.push(c),
            _ => return Err(KeyError::BadBase64),
        }
    }
    if clean.is_empty() {
        return Err(KeyError::NotAKey);
    }
    let mut bytes = vec![0; clean.len() / 4 * 3 + 3];
    let whole = clean.len() / 4 * 4;
    let length = Base64Unpadded::decode(clean.as_str(), &mut bytes).map(<[u8]>::len);
    let (length, cut) = match length {
        Ok(length) => (length, false),
        Err(_) => match Base64Unpadded::decode(clean.get(..whole).unwrap_or_default(), &mut bytes) {
            Ok(part) => (part.len(), true),
            Err(_) => return Err(KeyError::BadBase64),
        },
    };
    bytes.truncate(length);
    Ok((SecretBytes::new(bytes), cut))
}

/// How many bytes at the start of `rest` are only dressing: white space, a quote, an escaped line break.
fn ignorable(rest: &str) -> usize {
    for escape in ["\\r", "\\n", "\\t", "\\u000a", "\\u000A", "\\u000d", "\\u000D"] {
        if rest.starts_with(escape) {
            return escape.len();
        }
    }
    match rest.chars().next() {
        Some(c) if c.is_whitespace() || is_quote(c) || matches!(c, '\\' | '\u{feff}' | '\u{200b}') => c.len_utf8(),
        _ => 0,
    }
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
fn stated_length(first: &str) -> Option<usize> {
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
        let bare = line.trim_matches(|c: char| c.is_whitespace() || is_quote(c) || c == '\\');
        let is_body = !bare.is_empty() && bare.chars().all(|c| is_base64(c) || matches!(c, '=' | '\\'));
        if !is_body && n > 0 {
            break;
        }
        // All but the last piece had a line break after it.
        start -= line.len() + usize::from(n > 0);
    }
    start.max(from)
}

/// The base64 of the one line as `authorized_keys` has them; none when the text is something else.
fn open_ssh_line(text: &str) -> Result<Option<&str>, KeyError> {
    let blob = |line| {
        let mut words = str::split_ascii_whitespace(line);
        let kind = words.next()?;
        let known = kind == "ssh-rsa" || kind == "ssh-ed25519" || kind == "ssh-dss" || kind.starts_with("ecdsa-sha2-");
        words.next().filter(|blob| known && blob.starts_with("AAAA"))
    };
    let Some(first) = blob(text.trim_start_matches('\u{feff}')) else { return Ok(None) };
    match text.lines().filter_map(blob).count() {
        0 | 1 => Ok(Some(first)),
        keys => Err(KeyError::Several { keys }),
    }
}

/// The base64 of a public key as RFC 4716 has it, after its header lines, each of which may go on after a backslash.
fn ssh2(text: &str) -> Option<String> {
    let inside = text.split_once("---- BEGIN SSH2 PUBLIC KEY ----")?.1;
    let inside = inside.split_once("---- END").map_or(inside, |(inside, _)| inside);
    let mut goes_on = false;
    let lines = inside.lines().filter(|line| {
        let is_header = goes_on || line.contains(':');
        goes_on = is_header && line.trim_end().ends_with('\\');
        !is_header
    });
    Some(lines.collect())
}

/// Keys in files of another kind altogether: told by their first words.
fn foreign(text: &str) -> Option<Foreign> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    if text.starts_with("PuTTY-User-Key-File-") {
        Some(Foreign::Putty)
    } else if text.starts_with('{') && text.contains("\"kty\"") {
        Some(Foreign::Jwk)
    } else if text.starts_with("<RSAKeyValue>") {
        Some(Foreign::Xml)
    } else {
        None
    }
}

/// Whether these are the bytes of a key themselves.
fn is_raw(bytes: &[u8]) -> bool {
    match bytes {
        // A sequence whose length needs one to three bytes; a text would go on with digits or letters.
        [0x30, 0x81..=0x83, ..] | [0, 0, 0, 7..=30, b's' | b'e', ..] => true,
        [0x30, length, 0x02 | 0x30, ..] => usize::from(*length) + 2 == bytes.len(),
        _ => bytes.starts_with(b"openssh-key-v1\0"),
    }
}

fn is_base64(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/')
}

fn is_label(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b'_')
}

/// What RFC 4716 calls a public key.
const SSH2: &str = "SSH2 PUBLIC KEY";
const DEK_INFO: &str = "DEK-Info:";
const LONGEST_HEADERS: usize = 200;
const DASHES: &str = "-----";
const LONGEST_LABEL: usize = 64;
