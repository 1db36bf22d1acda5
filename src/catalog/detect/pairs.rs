//! Names and values in lines: `.env` files, YAML, headers, code, tables copied from a web page.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use zeroize::Zeroizing;

use super::extract::KEY_MARK;
use super::json;
use super::names::{canon, is_environment};

/// A name and its value.
pub(super) struct Pair {
    pub(super) name: String,
    /// The names of what it stands in: a section of a file, YAML's keys above it.
    pub(super) within: String,
    pub(super) value: Zeroizing<String>,
    pub(super) span: Range<usize>,
    /// `export` stood before it.
    pub(super) exported: bool,
}

/// All `NAME=value`, `name: value`, `name => "value"` in `text`. `is_known` says whether a name of several words is one.
pub(super) fn assigned(text: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<Pair> {
    let mut found = Vec::new();
    let mut at = 0;
    let (mut line, mut passed, mut taken) = (0, 0, 0);
    let mut place = Place::default();
    while let Some(captures) = ASSIGNMENT.as_ref().and_then(|regex| regex.captures_at(text, at)) {
        let (Some(whole), Some(name)) = (captures.get(0), captures.name("name")) else { break };
        at = whole.end();
        // Looked for from where the last look ended: a line can be as long as the paste.
        let between = text.get(passed..whole.start()).unwrap_or_default();
        place.sections(between);
        if let Some(n) = between.rfind('\n') {
            line = passed + n + 1;
        }
        passed = whole.start();
        let head = text.get(line..whole.start()).unwrap_or_default();
        if head.trim_start().starts_with('#') {
            continue;
        }
        let end_of_name = name.end();
        let name = closest_words(name.as_str(), is_known);
        if !begins_a_name(text.get(taken..end_of_name - name.len()).unwrap_or_default()) {
            continue;
        }
        let is_named = |name: &str| is_known(name) || matches!(name, "id" | "secret");
        if captures.name("is").is_some() && !is_named(&canon(&name)) {
            continue;
        }
        let depth = head.chars().all(|c| matches!(c, ' ' | '\t' | '-' | '"' | '\'')).then(|| head.chars().count());
        if let Some(depth) = depth {
            place.leave(depth);
        }
        let Some((value, end)) = value(text, whole.end()) else {
            let opens = text.get(at..).is_some_and(|rest| rest.starts_with('\n'));
            if let Some(depth) = depth.filter(|_| opens) {
                place.enter(depth, name);
            }
            continue;
        };
        let exported = captures.name("export").is_some();
        found.push(Pair { name, within: place.to_string(), value, span: whole.start()..end, exported });
        (at, taken) = (end, end);
    }
    found
}

/// Whether a name can begin behind this text: not in the middle of a value, where a row of base64 and its padding look like a name and
/// its sign.
fn begins_a_name(before: &str) -> bool {
    let reach = before.ceil_char_boundary(before.len().saturating_sub(LONGEST_VALUE));
    let near = before.get(reach..).unwrap_or_default();
    let head = near.rsplit(char::is_whitespace).next().unwrap_or_default();
    let inner = head.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
    let is_value = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    !head.contains(|c: char| c.is_ascii_alphanumeric()) || !inner.ends_with(is_value) && !head.contains("==")
}

/// What the lines of a file stand in: a section of INI or TOML, the keys of YAML above them.
#[derive(Default)]
struct Place {
    section: String,
    keys: Vec<(usize, String)>,
}

impl Place {
    /// Goes through what stands between two assignments.
    fn sections(&mut self, text: &str) {
        for line in text.lines() {
            if let Some(name) = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                self.section = name.trim_matches(['[', ']', '"']).chars().take(LONGEST_SECTION).collect();
                self.keys.clear();
            }
        }
    }

    /// A line begins at this column.
    fn leave(&mut self, depth: usize) {
        self.keys.retain(|(above, _)| *above < depth);
    }

    /// What follows stands under this key.
    fn enter(&mut self, depth: usize, key: String) {
        if self.keys.len() < DEEPEST {
            self.keys.push((depth, key));
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.section)?;
        self.keys.iter().try_for_each(|(_, key)| write!(f, ".{key}"))
    }
}

/// All `set -x NAME value` and `setx NAME value`, of shells whose variables have no sign before the value; `<name>value</name>`.
pub(super) fn unsigned(text: &str, is_known: &dyn Fn(&str) -> bool) -> Vec<Pair> {
    let pair = |captures: regex::Captures<'_>, exported| {
        let (whole, name) = (captures.get(0)?, captures.name("name")?.as_str().to_owned());
        let (value, end) = match captures.name("value") {
            Some(value) => (Zeroizing::new(value.as_str().trim().to_owned()), whole.end()),
            None => value(text, whole.end())?,
        };
        Some(Pair { name, within: String::new(), value, span: whole.start()..end, exported })
    };
    let set = SET.iter().flat_map(|set| set.captures_iter(text)).filter_map(|captures| pair(captures, true));
    let elements = ELEMENT.iter().flat_map(|element| element.captures_iter(text));
    let mut found: Vec<Pair> = set.chain(elements.filter_map(|captures| pair(captures, false))).collect();
    found.sort_by_key(|pair| pair.span.start);
    found.dedup_by(|later, earlier| later.span.start < earlier.span.end);
    // A page's table has the label in one cell and the value in the next.
    found.dedup_by(|later, earlier| {
        let is_label = !later.exported && later.name == earlier.name && is_known(&canon(&earlier.value));
        if is_label {
            earlier.name = earlier.value.to_string();
            earlier.value = std::mem::take(&mut later.value);
            earlier.span.end = later.span.end;
        }
        is_label
    });
    found
}

/// The same pairs, where the name itself is a value: `name: X` and then `value: Y` are `X: Y`.
pub(super) fn keyed(pairs: Vec<Pair>) -> Vec<Pair> {
    let mut found: Vec<Pair> = Vec::with_capacity(pairs.len());
    for pair in pairs {
        match found.last_mut() {
            Some(last)
                if pair.name.eq_ignore_ascii_case("value")
                    && ["name", "key"].iter().any(|word| last.name.eq_ignore_ascii_case(word)) =>
            {
                last.name = last.value.to_string();
                last.value = pair.value;
                last.span.end = pair.span.end;
            }
            _ => found.push(pair),
        }
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
        open @ ('“' | '„' | '‘' | '‚' | '«') => {
            let close = if matches!(open, '“' | '„') {
                ['”', '“']
            } else if open == '«' {
                ['»', '»']
            } else {
                ['’', '‘']
            };
            let inside = rest.get(open.len_utf8()..)?;
            let length = inside.get(..inside.floor_char_boundary(LONGEST))?.find(close)?;
            let end = at + open.len_utf8() + length + close[0].len_utf8();
            return Some((Zeroizing::new(inside.get(..length)?.to_owned()), end));
        }
        quote @ ('\'' | '`') => {
            let length = rest.get(1..)?.bytes().take(LONGEST).position(|b| b == quote as u8)?;
            return Some((Zeroizing::new(rest.get(1..=length)?.to_owned()), at + length + 2));
        }
        '=' | ':' | '\n' => return None,
        '/' if rest.starts_with("//") => return None,
        _ => {}
    }
    // An object or a list: what is inside comes next. A hole for a value is short.
    if rest.starts_with(['{', '[', '@']) {
        let word = first_word(rest.get(..rest.floor_char_boundary(LONGEST_HOLE)).unwrap_or_default());
        let is_hole =
            word.ends_with(['}', ']']) && word.contains(char::is_alphabetic) && !word.contains([':', '\'', '"', '=']);
        if !is_hole && (!word.starts_with('@') || word.len() == 2) {
            return None;
        }
    }
    let mut word = first_word(rest);
    let mut start = 0;
    if is_scheme(word) {
        let next = rest.get(word.len()..)?.trim_start_matches([' ', '\t']);
        start = rest.len() - next.len();
        word = first_word(next);
    }
    // What the word opens itself may be its own.
    let after = |c: char| {
        matches!(c, ',' | ';' | ')' | '"' | '\'' | '`') || matches!(c, '}' | ']') && !word.contains(['{', '['])
    };
    let bare = word.trim_end_matches(after);
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

/// Of words before a sign, the longest tail that is a known name, else the last word. Whose environment it is stands before that word.
fn closest_words(words: &str, is_known: &dyn Fn(&str) -> bool) -> String {
    let starts =
        words.char_indices().filter(|(at, _)| *at == 0 || words[..*at].ends_with([' ', '\t'])).map(|(at, _)| at);
    let tails: Vec<&str> =
        starts.filter_map(|at| words.get(at..)).filter(|tail| !tail.starts_with([' ', '\t'])).collect();
    let known = tails.iter().find(|tail| is_known(&canon(tail)));
    let whole = tails.first().filter(|_| tails.last().is_some_and(|word| is_environment(word)));
    known.or(whole).or(tails.last()).map_or_else(String::new, |name| (*name).trim().to_owned())
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
            let cell = cell.trim_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '`' | '*'));
            // The line under a table's names is no value.
            if cell.chars().all(|c| matches!(c, '-' | ':' | '=')) {
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
                    let (name, within) = (name.to_owned(), String::new());
                    found.push(Pair { name, within, value, span, exported: false });
                }
                was_value = true;
            }
        }
    }
    found
}

/// The parts of a line between tabs, upright strokes or wide gaps, with what separates them.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.split_inclusive(['\t', '|']).flat_map(|part| part.split_inclusive("   "))
}

static ASSIGNMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let export =
        r"(?P<export>\b(?:export|set)[ \t]+)?(?:\b(?:const|let|var|val|final|public|private|static|String)[ \t]+)*";
    // Kotlin and TypeScript say the type first; chats and mails have «is», arrows, dashes and the colon of a Chinese keyboard.
    let typed = r"(?:[ \t]*:[ \t]*(?:[Ss]tring|str)\??)?";
    let sign = r"(?:[ \t]*(?:=>|:=|=|:|：|＝)|[ \t]+(?P<is>is|->|→|-|–|—)[ \t])(?:\*{1,2}[ \t]+)?[ \t]*";
    let name = r"(?P<name>(?:[A-Za-z][\w-]{0,40}[ \t]+){0,2}[A-Za-z_][\w.\-]{0,80})";
    Regex::new(&format!(r#"{export}(?:\$(?i:env:)?)?{name}["'`\]*]{{0,2}}{typed}{sign}"#)).ok()
});
static SET: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let shells = r"^[ \t]*(?:set(?:[ \t]+-{1,2}[a-zA-Z]+)+|setx(?:[ \t]+/[mM])?|setenv)[ \t]+";
    let call = r#"\bSetEnvironmentVariable\(["']"#;
    Regex::new(&format!(r#"(?m)(?:{shells}|{call})(?P<name>[A-Za-z_]\w{{0,80}})(?:["'][ \t]*,)?[ \t]+"#)).ok()
});
static ELEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"<(?P<name>[A-Za-z_][A-Za-z0-9_.:-]*)(?:[ \t][^<>]*)?>(?P<value>[^<>]+)</[A-Za-z0-9_.:-]+>").ok()
});
const LONGEST: usize = 64 * 1024;
/// No value without a blank in it is longer, but a key.
const LONGEST_VALUE: usize = 512;
const LONGEST_HOLE: usize = 100;
const LONGEST_SECTION: usize = 80;
const DEEPEST: usize = 16;
/// What is shorter beside a label is a button's word, as «Reveal».
const SHORTEST_VALUE: usize = 8;
