//! Keys that went through a form, which decoded what was not encoded or the reverse: `+` became a blank, or `%2B`.

use zeroize::Zeroizing;

use super::blocks::{is_base64, stated_length};
use super::of_base64;

/// The text with those signs as they were; `None` where no key in it lacks them. That a key is whole with them, and only with them,
/// is proved by the length that its first bytes state, and by its numbers.
pub fn put_back(text: &str) -> Option<Zeroizing<String>> {
    let mut out: Option<Zeroizing<String>> = None;
    let (mut copied, mut at) = (0, 0);
    for _ in 0..MOST_TRIES {
        let Some(found) = text.get(at..).and_then(|rest| rest.find(BEGINNING)) else { break };
        let start = at + found;
        at = start + BEGINNING.len();
        let Some((whole, length)) = text.get(start..).and_then(restored) else { continue };
        let out = out.get_or_insert_with(|| Zeroizing::new(String::with_capacity(text.len())));
        out.push_str(text.get(copied..start).unwrap_or_default());
        out.push_str(&whole);
        at = start + length;
        copied = at;
    }
    let mut out = out?;
    out.push_str(text.get(copied..).unwrap_or_default());
    Some(out)
}

/// The key that `text` begins with, and how many bytes of the text it takes.
fn restored(text: &str) -> Option<(Zeroizing<String>, usize)> {
    let mut out = Zeroizing::new(String::with_capacity(text.len().min(super::MAX_LEN)));
    let mut first = Zeroizing::new(String::with_capacity(8));
    let (mut at, mut count, mut most, mut changed) = (0, 0, usize::MAX, false);
    while count < most {
        let rest = text.get(at..)?;
        let (sign, length) = sign(rest)?;
        at += length;
        let Some(sign) = sign else {
            out.push_str(rest.get(..length)?);
            continue;
        };
        changed |= !rest.starts_with(sign);
        out.push(sign);
        count += 1;
        if count <= 8 {
            first.push(sign);
        }
        if count == 8 {
            most = stated_length(&first)?;
        }
        if out.len() > super::MAX_LEN {
            return None;
        }
    }
    while let Some(tail) = text.get(at..).and_then(|rest| rest.strip_prefix("%3D").or(rest.strip_prefix("%3d"))) {
        out.push('=');
        changed = true;
        at = text.len() - tail.len();
    }
    let ends = !text.get(at..)?.starts_with(is_base64);
    (changed && ends && of_base64(&out).is_ok()).then_some((out, at))
}

/// The sign of base64 that stands at the start of `rest`, or none for a line break, and its length in bytes.
fn sign(rest: &str) -> Option<(Option<char>, usize)> {
    let codes = [("%2B", '+'), ("%2b", '+'), ("%2F", '/'), ("%2f", '/'), (" ", '+')];
    if let Some((code, sign)) = codes.iter().find(|(code, _)| rest.starts_with(code)) {
        return Some((Some(*sign), code.len()));
    }
    if let Some(escape) = ["\\n", "\\r", "\n", "\r"].iter().find(|escape| rest.starts_with(**escape)) {
        return Some((None, escape.len()));
    }
    rest.chars().next().filter(|c| is_base64(*c)).map(|c| (Some(c), c.len_utf8()))
}

/// How the base64 of every RSA key of 1024 bits or more begins: a sequence whose length takes two bytes.
const BEGINNING: &str = "MII";
/// A text has a few keys; one that only looks so must not take long.
const MOST_TRIES: usize = 64;
