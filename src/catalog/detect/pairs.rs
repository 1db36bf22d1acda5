//! Names and values in lines: `.env` files, YAML, headers, code, tables copied from a web page.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use zeroize::Zeroizing;

use super::extract::KEY_MARK;
use super::json;
use super::names::canon;

/// A name and its value.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: Zeroizing<String>,
    pub(super) span: Range<usize>,
    /// `export` stood before it.
    pub(super) exported: bool,
}

/// All `NAME=value`, `name: value`, `name => "value"` in `text`. `is_known` says whether a name of several words is one.
pub(super) fn assigned(text: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut at = 0;
    let (mut line, mut passed) = (0, 0);
    while let Some(captures) = ASSIGNMENT.as_ref().and_then(|regex| regex.captures_at(text, at)) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else { break };
        at = whole.end();
        // Looked for from where the last look ended: a line can be as long as the paste.
        if let Some(n) = text.get(passed..whole.start()).and_then(|part| part.rfind('\n')) {
            line = passed + n + 1;
        }
        passed = whole.start();
        if text.get(line..whole.start()).is_some_and(|head| head.trim_start().starts_with('#')) {
            continue;
        }
        let Some((value, end)) = value(text, whole.end()) else { continue };
        let name = closest_words(name.as_str(), is_known);
        let exported = captures.name("export").is_some();
        found.push(Pair { name, value, span: whole.start()..end, exported });
        at = end;
    }
    found
}

/// The value that begins at `at`, and where it ends.
fn value(text: &str, at: usize) -> Option<(Zeroizing<String>, usize)> {
    let rest = text.get(at..)?;
    if let Some(key) = key_mark(rest) {
        return Some((Zeroizing::new(rest.get(key.clone())?.to_owned()), at + key.end));
    }
    match rest.chars().next()? {
        '"' => return json::string(text, at),
        quote @ ('\'' | '`') => {
            let length = rest.get(1..)?.bytes().take(LONGEST).position(|b| b == quote as u8)?;
            return Some((Zeroizing::new(rest.get(1..=length)?.to_owned()), at + length + 2));
        }
        '=' | ':' | '\n' => return None,
        '/' if rest.starts_with("//") => return None,
        _ => {}
    }
    let mut word = first_word(rest);
    let mut start = 0;
    if is_scheme(word) {
        let next = rest.get(word.len()..)?.trim_start_matches([' ', '\t']);
        start = rest.len() - next.len();
        word = first_word(next);
    }
    let bare = word.trim_end_matches([',', ';', ')', '"', '\'', '`']);
    let bare = if bare.contains(['{', '[']) { bare } else { bare.trim_end_matches(['}', ']', ',', ';']) };
    (!bare.is_empty()).then(|| (Zeroizing::new(bare.to_owned()), at + start + word.len()))
}

/// Whether `word` says how a header's value is to be read.
pub(super) fn is_scheme(word: &str) -> bool {
    ["bearer", "basic", "token"].iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// A key that was taken out, on this line or as YAML's block on the next.
fn key_mark(rest: &str) -> Option<Range<usize>> {
    let head = rest.trim_start_matches(['|', '>', '-', '+', ' ', '\t', '\n', '"', '\'', '`', '(']);
    let start = rest.len() - head.len();
    let body = head.strip_prefix(KEY_MARK)?;
    Some(start..start + body.find(KEY_MARK)? + 2 * KEY_MARK.len_utf8())
}

fn first_word(text: &str) -> &str {
    text.split(char::is_whitespace).next().unwrap_or_default()
}

/// Of words before a sign, the longest tail that is a known name, else the last word.
fn closest_words(words: &str, is_known: &dyn Fn(&str) -> bool) -> String {
    let starts =
        words.char_indices().filter(|(at, _)| *at == 0 || words[..*at].ends_with([' ', '\t'])).map(|(at, _)| at);
    let tails: Vec<&str> =
        starts.filter_map(|at| words.get(at..)).filter(|tail| !tail.starts_with([' ', '\t'])).collect();
    let known = tails.iter().find(|tail| is_known(&canon(tail)));
    known.or(tails.last()).map_or_else(String::new, |name| (*name).trim().to_owned())
}

/// Values under or beside the labels of a page: «Client ID» on one line, its value on the next; or a row of labels and a
/// row of values.
pub(super) fn labelled(text: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut labels: VecDeque<&str> = VecDeque::new();
    let mut was_value = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut at = start;
        start += line.len();
        for cell in cells(line) {
            let span = at..at + cell.len();
            at = span.end;
            let cell = cell.trim();
            if cell.is_empty() {
                continue;
            }
            if is_known(&canon(cell)) {
                if was_value {
                    labels.clear();
                }
                was_value = false;
                labels.push_back(cell);
            } else if let Some(value) = cell.split_whitespace().next().filter(|word| word.len() >= SHORTEST_VALUE) {
                if let Some(name) = labels.pop_front() {
                    let value = Zeroizing::new(value.to_owned());
                    found.push(Pair { name: name.to_owned(), value, span, exported: false });
                }
                was_value = true;
            }
        }
    }
    found
}

/// The parts of a line between tabs or wide gaps, with what separates them.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split_inclusive('\t').flat_map(|part| part.split_inclusive("   "))
}

static ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let export =
        r"(?P<export>\b(?:export|setx?)[ \t]+)?(?:\b(?:const|let|var|val|final|public|private|static|String)[ \t]+)*";
    let name = r"(?P<name>(?:[A-Za-z][\w-]{0,40}[ \t]+){0,2}[A-Za-z_][\w.\-]{0,80})";
    Regex::new(&format!(r#"{export}\$?{name}["'`\]]{{0,2}}[ \t]*(?:=>|:=|=|:)[ \t]*"#)).ok()
});
const LONGEST: usize = 64 * 1024;
/// What is shorter beside a label is a button's word, as «Reveal».
const SHORTEST_VALUE: usize = 8;
