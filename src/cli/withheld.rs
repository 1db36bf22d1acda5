//! What an error does not repeat: a word of the command line that may be a secret, given where none belongs. Errors stay in the
//! terminal's scrollback and in the logs of a build.

use crate::catalog::Catalog;
use crate::catalog::detect::secret_in;
use crate::domain::clean;
use crate::error::Problem;

/// The same problem, without the words that may be secrets.
pub(super) fn withheld(problem: Problem, words: &[String], catalog: &Catalog) -> Problem {
    let hidden: Vec<&str> =
        words.iter().filter(|word| may_be_secret(word, catalog)).flat_map(|word| parts(word)).collect();
    let without = |text: String| hidden.iter().fold(text, |text, part| hide(&text, part));
    Problem { message: without(problem.message), hint: problem.hint.map(without), ..problem }
}

/// Whether a word looks like a value: by what is known of secrets, by a line break, or as a long run of letters and digits, which
/// no name and no ID of this program is.
fn may_be_secret(word: &str, catalog: &Catalog) -> bool {
    let is_value = |run: &str| {
        let (letters, digits) = (run.bytes().any(|b| b.is_ascii_alphabetic()), run.bytes().any(|b| b.is_ascii_digit()));
        run.len() >= LONG && letters && digits
    };
    word.contains(['\n', '\r'])
        || word.split(|c: char| !c.is_ascii_alphanumeric()).any(is_value)
        || parts(word).any(|part| secret_in(catalog, part.as_bytes()).is_some())
}

/// The word, and what stands before and after its `=`: each can be told by itself.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let (name, value) = word.split_once('=').unwrap_or((word, ""));
    [word, value, name].into_iter().filter(|part| !is_option(part) && !part.is_empty())
}

/// Whether it is written as our options are: a dash or two and a word or several.
pub(super) fn is_option(word: &str) -> bool {
    let name = word.strip_prefix("--").or(word.strip_prefix('-'));
    name.is_some_and(|name| name.len() < LONG && name.chars().all(|c| c.is_ascii_lowercase() || c == '-'))
}

/// As it was given, as it is printed, and with its white space made one blank.
fn hide(text: &str, part: &str) -> String {
    let blank = part.split_whitespace().collect::<Vec<_>>().join(" ");
    let forms = [part, &*clean(part), &*clean(&blank), &*blank].map(str::to_owned);
    forms.iter().filter(|form| !form.is_empty()).fold(text.to_owned(), |text, form| text.replace(form.as_str(), "…"))
}

/// A run of so many letters and digits is a value: flows' IDs have 26.
const LONG: usize = 32;
