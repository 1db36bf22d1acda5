//! What is found wrong in a file, where it stands, and what to try.

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::clean;

/// Something that is wrong, or looks so, in a provider's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The line, counted from 1; 0 where it is the file as a whole.
    pub line: usize,
    /// Whether the file can be used.
    pub level: Level,
    /// What is wrong, naming the key. Lower case, no full stop.
    pub message: String,
    /// What to try.
    pub hint: Option<String>,
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// The file is refused.
    Error,
    /// The file works; it can be better.
    Warning,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

/// A finding before its line is known. `path` leads to it through tables and arrays: `flows/0/steps/3/needs`.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) path: String,
    pub(super) level: Level,
    pub(super) message: String,
    pub(super) hint: Option<String>,
}

impl Wrong {
    pub(super) fn error(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), level: Level::Error, message: message.into(), hint: None }
    }

    pub(super) fn warning(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { level: Level::Warning, ..Self::error(path, message) }
    }

    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// With its line, found in the text.
    pub(super) fn locate(self, text: &str) -> Finding {
        Finding { line: line_of(text, &self.path), level: self.level, message: self.message, hint: self.hint }
    }
}

/// A finding from what toml or serde says.
pub(super) fn syntax(text: &str, error: &toml::de::Error) -> Finding {
    let line = error.span().map_or(0, |span| line_at(text, span.start));
    // The message quotes the file.
    let said = clean(error.message());
    let quoted: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
    let first = quoted.first().copied().unwrap_or_default();
    let others = quoted.get(1..).unwrap_or_default();
    let one_of = || (!others.is_empty()).then(|| format!("known here: {}", others.join(", ")));
    let (message, hint) = if said.starts_with("unknown field") {
        let near = nearest(first, others).map(|near| format!("did you mean `{near}`?"));
        (format!("unknown key `{first}`"), near.or_else(one_of))
    } else if said.starts_with("unknown variant") {
        let near = nearest(first, others).map(|near| format!("did you mean `{near}`?"));
        (format!("`{first}` is not known here"), near.or_else(one_of))
    } else if said.starts_with("missing field") {
        (format!("the key `{first}` is missing"), None)
    } else {
        (said.into_owned(), None)
    };
    Finding { line, level: Level::Error, message, hint }
}

/// The word that was probably meant.
pub(super) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, best) = known.iter().map(|known| (distance(word, known), *known)).min()?;
    (distance <= 2 && distance < word.chars().count()).then_some(best)
}

/// Levenshtein's distance: insertions, deletions and replacements.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// The line of a byte, counted from 1.
fn line_at(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

/// The line to which a path leads: of the key where there is one, of the element in an array, else as far as it goes.
fn line_of(text: &str, path: &str) -> usize {
    let Ok(root) = DeTable::parse(text) else { return 0 };
    let mut at = None;
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let mut value: Option<&Spanned<DeValue<'_>>> =
        parts.next().and_then(|part| enter_table(root.get_ref(), part, &mut at));
    for part in parts {
        value = match value.map(Spanned::get_ref) {
            Some(DeValue::Table(table)) => enter_table(table, part, &mut at),
            Some(DeValue::Array(array)) => {
                let element = part.parse().ok().and_then(|n: usize| array.get(n));
                at = element.map(|element| element.span().start).or(at);
                element
            }
            _ => None,
        };
    }
    at.map_or(0, |byte| line_at(text, byte))
}

fn enter_table<'a, 'i>(table: &'a DeTable<'i>, key: &str, at: &mut Option<usize>) -> Option<&'a Spanned<DeValue<'i>>> {
    let (key, value) = table.iter().find(|(known, _)| known.get_ref() == key)?;
    *at = Some(key.span().start);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_the_line_of_its_key() {
        let text = "a = 1\n[b.c]\nd = 2\n[[e]]\nf = 1\n[[e]]\nf = [\n  1,\n  { g = 2 },\n]\n";
        for (path, line) in [
            ("a", 1),
            ("b/c", 2),
            ("b/c/d", 3),
            ("e/1/f", 7),
            ("e/1/f/1", 9),
            ("e/1/f/1/g", 9),
            ("e/1/x/y", 6),
            ("z", 0),
        ] {
            assert_eq!(line_of(text, path), line, "{path}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_told_from_another_word() {
        assert_eq!(nearest("pattrn", &["field", "pattern"]), Some("pattern"));
        assert_eq!(nearest("colour", &["field", "pattern"]), None);
        assert_eq!(nearest("ab", &["xy"]), None);
    }
}
