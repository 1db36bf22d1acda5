//! Finds the values in a text: keys first, then commands, JSON, assignments, labels, and tokens in prose.

use std::collections::HashSet;
use std::ops::Range;

use zeroize::Zeroizing;

use super::names::{canon, is_placeholder};
use super::pairs::{self, Pair};
use super::{Note, Value, json, matching, shell};
use crate::catalog::Catalog;
use crate::domain::provider::Strength;
use crate::keys::{self, KeyError, KeyText};
use crate::secret::SecretText;

/// A value on its way.
pub(super) struct Found {
    pub(super) name: Option<String>,
    pub(super) text: SecretText,
    /// For what looks like a key: which, or what is wrong with it.
    pub(super) key: Option<Result<KeyText, KeyError>>,
    /// Where it stood, to keep the order.
    at: usize,
}

/// What a text has in it.
pub(super) struct Extract {
    pub(super) values: Vec<Found>,
    pub(super) hosts: Vec<String>,
}

/// Stands twice around a number in place of a key that was taken out of the text. Cleaned text has no such character.
pub(super) const KEY_MARK: char = '\0';

/// Finds the values in a cleaned text.
pub(super) fn extract(catalog: &Catalog, text: &str, notes: &mut Vec<Note>) -> Extract {
    let hosts = hosts(text);
    let mut search = Search {
        catalog,
        known: known_names(catalog),
        keys: Vec::new(),
        found: Vec::new(),
        placeholders: 0,
        too_many: false,
    };
    let masked = search.take_keys(text);
    if !search.single(&masked, notes) {
        let rest = search.commands(masked);
        let rest = search.members(rest);
        let rest = search.assignments(rest, notes);
        let rest = search.labels(rest);
        search.tokens(&rest);
        if search.found.is_empty() && search.placeholders == 0 {
            let (bare, mut dressing) = undress(text);
            notes.append(&mut dressing);
            search.found.push(Found::token(None, bare, 0));
        }
    }
    if search.placeholders > 0 {
        notes.push(Note::Placeholders(search.placeholders));
    }
    if search.too_many {
        notes.push(Note::TooMany);
    }
    search.found.sort_by_key(|found| found.at);
    Extract { values: search.found, hosts }
}

impl Found {
    /// A key's text.
    pub(super) fn key(name: Option<String>, text: &str) -> Self {
        let key = keys::identify(text.as_bytes());
        let label = key.as_ref().ok().map(|key| if key.is_private() { "PRIVATE KEY" } else { "PUBLIC KEY" });
        let is_pem = !keys::blocks(text).is_empty();
        Self { name, text: keys::tidy(text, label.filter(|_| is_pem)), key: Some(key), at: 0 }
    }

    pub(super) fn token(name: Option<String>, text: &str, at: usize) -> Self {
        if keys::looks_like_key(text)
            && !matches!(keys::identify(text.as_bytes()), Err(KeyError::NotAKey | KeyError::BadBase64))
        {
            let key = keys::identify(text.as_bytes());
            let is_line = text.starts_with("ssh-") || text.starts_with("ecdsa-");
            let text = if is_line { SecretText::copied(text) } else { keys::tidy(text, None) };
            return Self { name, text, key: Some(key), at };
        }
        Self { name, text: SecretText::copied(text), key: None, at }
    }

    /// Whether it is worth showing although nobody claims it.
    pub(super) fn stands_alone(&self) -> bool {
        self.name.is_none() || self.key.is_some() || is_secretish(self.text.expose())
    }

    pub(super) fn into_value(self) -> Value {
        let about = self.key.map(|key| key.map_or_else(|error| error.to_string(), |key| key.to_string()));
        Value { name: self.name, text: self.text.into_bytes(), about }
    }
}

/// The work in progress.
struct Search<'a> {
    catalog: &'a Catalog,
    known: HashSet<String>,
    keys: Vec<Zeroizing<String>>,
    found: Vec<Found>,
    placeholders: usize,
    too_many: bool,
}

impl Search<'_> {
    /// Takes the keys out of the text, PEM and bare base64 on several lines, and leaves marks.
    fn take_keys(&mut self, text: &str) -> Zeroizing<String> {
        let with_pem = self.replace(text, &keys::blocks(text));
        let mut bare = keys::bare(&with_pem);
        bare.retain(|part| with_pem.get(part.clone()).is_some_and(|key| key.contains('\n')));
        self.replace(&with_pem, &bare)
    }

    fn replace(&mut self, text: &str, parts: &[Range<usize>]) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(text.len() + parts.len() * 8));
        let mut at = 0;
        for part in parts {
            out.push_str(text.get(at..part.start).unwrap_or_default());
            let number = self.keys.len().to_string();
            out.push(KEY_MARK);
            out.push_str(&number);
            out.push(KEY_MARK);
            self.keys.push(Zeroizing::new(text.get(part.clone()).unwrap_or_default().to_owned()));
            at = part.end;
        }
        out.push_str(text.get(at..).unwrap_or_default());
        out
    }

    /// Takes the whole text as one token, if it is one.
    fn single(&mut self, text: &str, notes: &mut Vec<Note>) -> bool {
        let (bare, mut dressing) = undress(text);
        let is_line = keys::looks_like_key(bare) && bare.starts_with("ssh-");
        if bare.contains(KEY_MARK) || bare.is_empty() || bare.contains(char::is_whitespace) && !is_line {
            return false;
        }
        let claimed = matching::strength(self.catalog, bare).is_some();
        if !claimed
            && (bare.contains(['"', '{', '\'']) || !pairs::assigned(bare, &|name| self.known.contains(name)).is_empty())
        {
            return false;
        }
        notes.append(&mut dressing);
        if is_placeholder(bare) {
            self.placeholders += 1;
        } else {
            self.found.push(Found::token(None, bare, 0));
        }
        true
    }

    fn commands(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let mut taken = Vec::new();
        let mut at = 0;
        while let Some(start) = shell::next_curl(&text, at).filter(|_| taken.len() < MOST_COMMANDS) {
            let (words, end) = shell::words(&text, start);
            for (n, (name, value)) in shell::arguments(&words).into_iter().enumerate() {
                self.add(name, &value, start + n);
            }
            taken.push(start..end);
            at = end;
        }
        without(text, &taken)
    }

    fn members(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let members = json::members(&text);
        let taken: Vec<_> = members.iter().map(|member| member.span.clone()).collect();
        for member in members {
            // A string that is JSON itself is looked into once.
            let inner = json::members(&member.value);
            if inner.is_empty() {
                self.add(Some(member.key), &member.value, member.span.start);
            }
            for inner in inner {
                self.add(Some(inner.key), &inner.value, member.span.start);
            }
        }
        without(text, &taken)
    }

    fn assignments(&mut self, text: Zeroizing<String>, notes: &mut Vec<Note>) -> Zeroizing<String> {
        let pairs = pairs::assigned(&text, &|name| self.known.contains(name));
        let taken: Vec<_> = pairs.iter().map(|pair| pair.span.clone()).collect();
        for Pair { name, value, span, exported } in pairs {
            if exported && !notes.contains(&Note::Export) {
                notes.push(Note::Export);
            }
            let is_form = value.contains('&') && value.contains('=') && !value.contains("://");
            if is_form {
                let mut parts = Vec::new();
                shell::form(&format!("{name}={}", value.as_str()), &mut parts);
                for (n, (name, value)) in parts.into_iter().enumerate() {
                    self.add(name, &value, span.start + n);
                }
            } else {
                self.add(Some(name), &value, span.start);
            }
        }
        without(text, &taken)
    }

    fn labels(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let pairs = pairs::labelled(&text, &|name| self.known.contains(name));
        let taken: Vec<_> = pairs.iter().map(|pair| pair.span.clone()).collect();
        for pair in pairs {
            self.add(Some(pair.name), &pair.value, pair.span.start);
        }
        without(text, &taken)
    }

    /// Keys that have no name, and tokens among words, which must look like nothing else.
    fn tokens(&mut self, text: &str) {
        let mut looked = 0;
        for word in text.split(|c: char| {
            c.is_whitespace()
                || matches!(c, '"' | '\'' | '`' | '<' | '>' | '(' | ')' | '[' | ']' | '{' | '}' | '«' | '»' | '“' | '”')
        }) {
            let at = word.as_ptr().addr() - text.as_ptr().addr();
            if word.contains(KEY_MARK) {
                self.add(None, word, at);
                continue;
            }
            let bare = word.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '.' | '!' | '?' | '*' | '|'));
            if !(SHORTEST_TOKEN..=LONGEST_TOKEN).contains(&bare.len()) {
                continue;
            }
            looked += 1;
            if looked > MOST_TOKENS {
                self.too_many = true;
                break;
            }
            let certain = matching::strength(self.catalog, bare).is_some_and(|strength| strength >= Strength::Likely);
            if certain || keys::looks_like_key(bare) {
                self.add(None, bare, at);
            }
        }
    }

    /// Takes a value up, unless it stands for one, was there before, or says nothing to anybody.
    fn add(&mut self, name: Option<String>, value: &str, at: usize) {
        if value.contains(KEY_MARK) {
            for number in value.split(KEY_MARK).skip(1).step_by(2) {
                if let Some(key) = number.parse().ok().and_then(|n: usize| self.keys.get(n)) {
                    let found = Found { at, ..Found::key(name.clone(), key) };
                    self.push(found);
                }
            }
            return;
        }
        let value = value.trim();
        self.too_many |= self.found.len() >= MOST_VALUES;
        if value.is_empty() || self.too_many {
            return;
        }
        let claimed = matching::strength(self.catalog, value);
        if is_placeholder(value) {
            self.placeholders += 1;
            return;
        }
        let is_known = name.as_deref().is_some_and(|name| self.known.contains(&canon(name)));
        if claimed.is_some()
            || keys::looks_like_key(value)
            || is_known && !value.contains("://")
            || name.is_some() && is_secretish(value)
        {
            self.push(Found::token(name, value, at));
        }
    }

    fn push(&mut self, found: Found) {
        if let Some(known) = self.found.iter_mut().find(|known| known.text.expose() == found.text.expose()) {
            known.name = known.name.take().or(found.name);
        } else if self.found.len() >= MOST_VALUES {
            self.too_many = true;
        } else {
            self.found.push(found);
        }
    }
}

/// The text with blanks in place of these parts.
fn without(text: Zeroizing<String>, parts: &[Range<usize>]) -> Zeroizing<String> {
    if parts.is_empty() {
        return text;
    }
    let mut out = Zeroizing::new(String::with_capacity(text.len()));
    let mut at = 0;
    for part in parts {
        out.push_str(text.get(at..part.start).unwrap_or_default());
        out.extend(std::iter::repeat_n(' ', part.len()));
        at = part.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Quotes and punctuation around a single value.
pub(super) fn undress(text: &str) -> (&str, Vec<Note>) {
    let mut notes = Vec::new();
    let mut bare = text.trim_matches(super::clean::is_blank);
    for _ in 0..4 {
        let before = bare;
        if let Some(inner) = bare.strip_suffix([',', ';']) {
            notes.push(Note::Punctuation);
            bare = inner.trim_end();
        }
        let quotes = [('"', '"'), ('\'', '\''), ('`', '`'), ('“', '”'), ('‘', '’'), ('«', '»'), ('„', '“')];
        let inner = quotes.iter().find_map(|(open, close)| bare.strip_prefix(*open)?.strip_suffix(*close));
        if let Some(inner) = inner {
            notes.push(Note::Quotes);
            bare = inner.trim_matches(super::clean::is_blank);
        }
        if bare == before {
            break;
        }
    }
    notes.dedup();
    (bare, notes)
}

/// The hosts of all addresses in a text, in lower case.
fn hosts(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (at, mark) in text.match_indices("://").take(MOST_VALUES) {
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

/// All names by which the providers' files call a field.
fn known_names(catalog: &Catalog) -> HashSet<String> {
    let mut known = HashSet::new();
    for provider in catalog.providers() {
        let shapes = provider.shapes.iter().flat_map(|shape| &shape.names);
        let fields = provider.credentials.iter().flat_map(|spec| &spec.fields);
        let fields = fields.flat_map(|field| {
            [field.name.as_str(), &field.label].into_iter().chain(field.names.iter().map(String::as_str))
        });
        let account = provider.account.iter();
        let account = account.flat_map(|field| {
            [field.name.as_str(), &field.label].into_iter().chain(field.names.iter().map(String::as_str))
        });
        known.extend(shapes.map(String::as_str).chain(fields).chain(account).map(canon));
    }
    known.remove("value");
    known
}

/// Whether a named value that no provider claims is worth showing.
fn is_secretish(value: &str) -> bool {
    let mixed = value.bytes().any(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_alphabetic());
    let is_date = value.len() > 10
        && value.starts_with(|c: char| c.is_ascii_digit())
        && value.get(4..5) == Some("-")
        && value.contains(':');
    value.len() >= 16 && mixed && !value.contains(char::is_whitespace) && !is_address(value) && !is_date
}

fn is_address(value: &str) -> bool {
    value.contains("://") || value.contains('@') && value.contains('.') || value.starts_with(['/', '.', '~'])
}

const MOST_VALUES: usize = 256;
const MOST_COMMANDS: usize = 16;
const MOST_TOKENS: usize = 4096;
const SHORTEST_TOKEN: usize = 12;
const LONGEST_TOKEN: usize = 4096;
