//! Values that are base64 of the value itself, as the secrets of a cluster are written.

use base64ct::{Base64, Base64Unpadded, Encoding};
use zeroize::Zeroizing;

/// The text that `value` is the base64 of, without the line break at its end that `echo` adds; `None` when nothing that could be read
/// comes out of it.
pub(super) fn decoded(value: &str) -> Option<Zeroizing<String>> {
    if value.len() < SHORTEST || value.len() > LONGEST {
        return None;
    }
    let mut bytes = Zeroizing::new(vec![0; value.len() / 4 * 3 + 3]);
    let length = match Base64::decode(value, &mut bytes) {
        Ok(read) => read.len(),
        Err(_) => Base64Unpadded::decode(value, &mut bytes).ok()?.len(),
    };
    let text = std::str::from_utf8(bytes.get(..length)?).ok()?.trim_end();
    let is_readable = |c: char| c.is_ascii_graphic() || matches!(c, ' ' | '\n' | '\r');
    (text.len() >= SHORTEST_INSIDE && text.chars().all(is_readable)).then(|| Zeroizing::new(text.to_owned()))
}

/// The two halves of what HTTP's Basic scheme sends.
pub(super) fn login(text: &str) -> Option<(&str, &str)> {
    text.split_once(':').filter(|(user, password)| !user.contains(char::is_whitespace) && !password.is_empty())
}

/// Whether a text is the manifest of a secret, whose values are base64.
pub(super) fn is_manifest(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim().replace(['"', ',', ' '], "");
        line == "kind:Secret"
    }) || text.contains("\"kind\":\"Secret\"")
}

const SHORTEST: usize = 12;
const LONGEST: usize = 64 * 1024;
/// Fewer characters could come out of any base64.
const SHORTEST_INSIDE: usize = 8;
