//! Values that a mail or a narrow window broke over two lines.

use zeroize::Zeroizing;

use super::matching;
use crate::catalog::Catalog;

/// The text with such values on one line again; `None` when there are none. Two pieces are joined only where a provider is sure of how
/// the whole looks and the first piece alone does not look so.
pub(super) fn joined(catalog: &Catalog, text: &str) -> Option<Zeroizing<String>> {
    let prefixes: Vec<&str> = matching::prefixes(catalog).collect();
    let mut out: Option<Zeroizing<String>> = None;
    let mut copied = 0;
    for (at, _) in text.match_indices('\n') {
        if at < copied {
            continue;
        }
        let line = text.get(copied..at).unwrap_or_default();
        let line = line.rsplit('\n').next().unwrap_or_default().trim_end();
        let head = line.rsplit(|c| !is_part(c)).next().unwrap_or_default();
        if !prefixes.iter().any(|prefix| head.starts_with(prefix)) || head.len() > LONGEST {
            continue;
        }
        let rest = text.get(at + 1..).unwrap_or_default();
        let next = rest.trim_start_matches([' ', '\t', '>']);
        let tail = next.split(|c| !is_part(c)).next().unwrap_or_default();
        let after = next.get(tail.len()..).unwrap_or_default().lines().next().unwrap_or_default();
        if tail.is_empty() || tail.len() > LONGEST || after.contains(char::is_alphanumeric) {
            continue;
        }
        let whole = Zeroizing::new(format!("{head}{tail}"));
        // The shapes of a field stand in the order of what they ask for: a later one takes anything that begins so.
        let sure = matching::sure_shape(catalog, &whole);
        if sure.is_some_and(|whole| matching::sure_shape(catalog, head).is_none_or(|head| whole < head)) {
            let out = out.get_or_insert_with(|| Zeroizing::new(String::with_capacity(text.len())));
            let head_end = at
                - (text.get(copied..at).unwrap_or_default().len()
                    - text.get(copied..at).unwrap_or_default().trim_end().len());
            out.push_str(text.get(copied..head_end).unwrap_or_default());
            copied = at + 1 + (rest.len() - next.len());
        }
    }
    let mut out = out?;
    out.push_str(text.get(copied..).unwrap_or_default());
    Some(out)
}

fn is_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/')
}

/// No value with a shape is longer.
const LONGEST: usize = 200;
