//! What an error does not repeat: a word of the command line that is a value, given where none belongs. Errors stay in the terminal's
//! scrollback and in the logs of a build.

use std::cmp::Reverse;
use std::path::Path;

use crate::catalog::Catalog;
use crate::catalog::naming::{doubtful, values_in};
use crate::domain::clean;
use crate::error::Problem;

/// The same problem, without the values in the words. `known` says what the vault calls something: that is no secret any more, and who reads
/// the error has to see which is meant.
pub(super) fn withheld(problem: Problem, words: &[String], catalog: &Catalog, known: impl Fn(&str) -> bool) -> Problem {
    let mut hidden: Vec<&str> = (words.iter().enumerate())
        .filter(|(at, word)| !is_path(word, at.checked_sub(1).and_then(|before| words.get(before))))
        .flat_map(|(_, word)| {
            let found: Vec<&str> = values_in(catalog, word).into_iter().chain(doubtful(word)).collect();
            // A reference is taken for a value as a whole because of what it names.
            let is_known = found.iter().all(|value| known(value) || *value == word && found.len() > 1);
            if is_known { Vec::new() } else { found }
        })
        .filter(|value| !known(value))
        .collect();
    // A whole value first: without one of its pieces it would not be found any more.
    hidden.sort_by_key(|value| Reverse(value.len()));
    let without = |text: String| hidden.iter().fold(text, |text, part| hide(&text, part));
    Problem { message: without(problem.message), hint: problem.hint.map(without), ..problem }
}

/// Whether a word names a file or folder: a command that the error gives has to work as it is printed.
fn is_path(word: &str, before: Option<&String>) -> bool {
    word.starts_with("--vault=") || before.is_some_and(|before| before == "--vault") || Path::new(word).exists()
}

/// Whether it is written as our options are: a dash or two and a word or several.
pub(super) fn is_option(word: &str) -> bool {
    let name = word.strip_prefix("--").or(word.strip_prefix('-'));
    name.is_some_and(|name| name.len() < LONGEST_OPTION && name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
}

/// As it was given, as it is printed, and with its white space made one blank.
fn hide(text: &str, part: &str) -> String {
    let blank = part.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = [part, &*clean(part), &*clean(&blank), &*blank].map(str::to_owned);
    forms.iter().filter(|form| !form.is_empty()).fold(text.to_owned(), |text, form| text.replace(form.as_str(), "…"))
}

/// No option of ours has so many letters.
const LONGEST_OPTION: usize = 32;
