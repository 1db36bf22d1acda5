//! From a text to the bytes in it: finds PEM, drops what editors and shells add, decodes the base64.

use std::ops::Range;

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

use super::bare::{PEM_IN_BASE64, bare};
use super::blocks::{DEK_INFO, after_headers, blocks, body, characters, is_base64};
use super::encrypted::Dek;
use super::flaw::{Flaw, flaws, is_quote};
use super::form::put_back;
use super::{Foreign, KeyError, Wrapping};
use crate::secret::SecretBytes;

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
    match std::str::from_utf8(bytes) {
        Ok(text) => of_text(text),
        Err(_) => {
            let text = SecretBytes::copied(bytes).utf16().ok_or(KeyError::NotAKey)?;
            let mut unwrapped = of_text(text.expose())?;
            unwrapped.flaws.insert(0, Flaw::Utf16);
            Ok(unwrapped)
        }
    }
}

fn of_text(text: &str) -> Result<Unwrapped, KeyError> {
    if let Some(foreign) = foreign(text) {
        return Err(KeyError::Foreign(foreign));
    }
    if let Some(whole) = put_back(text) {
        let mut unwrapped = of_text(&whole)?;
        unwrapped.flaws.insert(0, Flaw::Form);
        return Ok(unwrapped);
    }
    let mut found = blocks(text);
    if found.len() > 1 {
        // What stands before an EC key says which curve it is on, as the key itself does.
        let is_parameters = |block: &Range<usize>| {
            body(text.get(block.clone()).unwrap_or_default()).1.is_some_and(|label| label.ends_with(" PARAMETERS"))
        };
        found.retain(|block| !is_parameters(block));
    }
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    if let [block, others @ ..] = found.as_slice() {
        if !others.is_empty() {
            return Err(KeyError::Several { keys: found.len() });
        }
        let mut unwrapped = pem(part(block.clone()))?;
        unwrapped.flaws = flaws(part(0..block.start), part(block.clone()), part(block.end..text.len()));
        return Ok(unwrapped);
    }
    if let Some(body) = ssh2(text) {
        let (der, cut) = decode(&body, false)?;
        let (wrapping, label) = (Wrapping::Pem, Some(SSH2.to_owned()));
        return Ok(Unwrapped { der, wrapping, label, cut, dek: None, flaws: Vec::new() });
    }
    if let Some(line) = open_ssh_line(text)? {
        let (der, cut) = decode(line, true)?;
        return Ok(Unwrapped { der, wrapping: Wrapping::Base64, label: None, cut, dek: None, flaws: Vec::new() });
    }
    match base64(text) {
        Ok(unwrapped) => Ok(unwrapped),
        Err(error) => match bare(text).as_slice() {
            [] if error == KeyError::BadBase64 && !looks_like_key(text) => Err(KeyError::NotAKey),
            [] => Err(error),
            [key] => {
                let mut unwrapped = base64(part(key.clone()))?;
                let around = flaws(part(0..key.start), part(key.clone()), part(key.end..text.len()));
                unwrapped
                    .flaws
                    .extend(around.into_iter().filter(|flaw| !unwrapped.flaws.contains(flaw)).collect::<Vec<_>>());
                Ok(unwrapped)
            }
            keys => Err(KeyError::Several { keys: keys.len() }),
        },
    }
}

/// What base64 alone holds: a key, or PEM once more, as the secrets of a cluster are written.
pub(super) fn base64(text: &str) -> Result<Unwrapped, KeyError> {
    let (der, cut) = decode(text, true)?;
    if text.trim_start_matches(|c: char| c.is_whitespace() || is_quote(c)).starts_with(PEM_IN_BASE64) {
        let inner = der.into_text().map_err(|_| KeyError::BadBase64)?;
        let mut unwrapped = of_text(inner.expose())?;
        unwrapped.flaws.insert(0, Flaw::Encoded);
        return Ok(unwrapped);
    }
    let flaws = flaws("", text, "");
    Ok(Unwrapped { der, wrapping: Wrapping::Base64, label: None, cut, dek: None, flaws })
}

/// Whether a text without PEM lines could be a key's bare base64: it begins as the DER of every key does.
pub fn looks_like_key(text: &str) -> bool {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || is_quote(c));
    let long = text.len() > 60;
    long && (text.starts_with("MI") || text.starts_with("MD") || text.starts_with("MC") || text.starts_with("MF"))
        || text.starts_with("b3BlbnNzaC1rZXktdjEA")
        || matches!(open_ssh_line(text), Ok(Some(_)))
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
    } else if text.starts_with("-----BEGIN PGP ") && text.contains(" KEY BLOCK-----") {
        Some(Foreign::Pgp)
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

/// What RFC 4716 calls a public key.
const SSH2: &str = "SSH2 PUBLIC KEY";
