//! The servers that a text speaks of.

/// The hosts of all addresses and `Host` headers in a text, in lower case.
pub(super) fn hosts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let headers = ["Host: ", "host: "].into_iter().flat_map(|mark| text.match_indices(mark).take(MOST_HOSTS));
    for (at, mark) in text.match_indices("://").take(MOST_HOSTS).chain(headers) {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let end = rest.bytes().take(255).position(|b| !(b.is_ascii_alphanumeric() || b"-.@_".contains(&b)));
        let host = rest.get(..end.unwrap_or(rest.len().min(255))).unwrap_or_default();
        let host = host.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
        if !host.is_empty() && !found.contains(&host) {
            found.push(host);
        }
    }
    found
}

const MOST_HOSTS: usize = 256;
