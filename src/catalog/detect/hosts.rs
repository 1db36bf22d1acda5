//! The servers that a text speaks of.

/// The hosts of all addresses and `Host` headers in a text, in lower case.
pub(super) fn hosts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let headers = ["Host: ", "host: "].into_iter().flat_map(|mark| text.match_indices(mark).take(MOST_HOSTS));
    for (at, mark) in text.match_indices("://").take(MOST_HOSTS).chain(headers) {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let rest = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or_default();
        let authority =
            rest.split(|c: char| c.is_whitespace() || matches!(c, '/' | '?' | '#')).next().unwrap_or_default();
        // A name and a password may stand before it.
        let host = authority.rsplit('@').next().unwrap_or_default();
        let end = host.bytes().position(|b| !(b.is_ascii_alphanumeric() || b"-._".contains(&b)));
        let host = host.get(..end.unwrap_or(host.len())).unwrap_or_default().to_ascii_lowercase();
        if !host.is_empty() && !found.contains(&host) {
            found.push(host);
        }
    }
    found
}

const MOST_HOSTS: usize = 256;
/// A name, a password and a host, in bytes.
const LONGEST: usize = 600;
