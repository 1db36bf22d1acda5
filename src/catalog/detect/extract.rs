//! Finds the values in a text: keys first, then commands, JSON, assignments, labels, and tokens in prose.

use std::collections::HashSet;
use std::ops::Range;

use zeroize::Zeroizing;

use super::clean::{in_plain_sight, without};
use super::coded::{decoded, is_manifest, login};
use super::dress::undress;
use super::found::{Found, is_secretish};
use super::hosts::hosts;
use super::names::{Name, canon, is_identifier, is_placeholder, known_names};
use super::pairs::{self, Pair};
use super::{Note, changes, json, matching, names, shell, table, wrapped};
use crate::catalog::Catalog;
use crate::domain::provider::Strength;
use crate::keys;

/// What a text has in it.
pub(super) struct Extract {
    pub(super) values: Vec<Found>,
    pub(super) beside: Beside,
}

/// What stands in a text beside its values and says something of them.
#[derive(Default)]
pub(super) struct Beside {
    /// The servers that it speaks of.
    pub(super) hosts: Vec<String>,
    /// What names an environment.
    pub(super) environments: Vec<Said>,
}

/// A word for an environment, with what stands before it.
pub(super) struct Said {
    pub(super) name: String,
    pub(super) within: String,
    pub(super) word: String,
}

/// Stands twice around a number in place of a key that was taken out of the text. Cleaned text has no such character.
pub(super) const KEY_MARK: char = '\0';

/// Finds the values in a cleaned text.
pub(super) fn extract(catalog: &Catalog, pasted: &str, notes: &mut Vec<Note>) -> Extract {
    let plain = in_plain_sight(pasted);
    let plain = match keys::put_back(&plain) {
        Some(whole) => {
            notes.push(Note::Form);
            whole
        }
        None => plain,
    };
    let text = shell::with_defaults(plain);
    let hosts = hosts(&text);
    let mut search = Search {
        catalog,
        known: known_names(catalog),
        is_coded: is_manifest(&text),
        keys: Vec::new(),
        found: Vec::new(),
        environments: Vec::new(),
        notes: Vec::new(),
        placeholders: 0,
        too_many: false,
    };
    let masked = search.take_keys(&text);
    let masked = match wrapped::joined(catalog, &masked) {
        Some(joined) => {
            search.tell(Note::Wrapped);
            joined
        }
        None => masked,
    };
    if !search.single(&masked) {
        search.headed(&masked);
        let rest = search.commands(masked);
        let rest = search.members(rest);
        let rest = search.logins(rest);
        let rest = search.named(rest, pairs::unsigned);
        let rest = search.assignments(rest);
        let is_head = |name: &str| says_environment(catalog, name, "");
        let rest =
            search.named(rest, |text, is_known| table::cells(text, &|name| is_known(&canon(name)) || is_head(name)));
        let rest = search.named(rest, pairs::labelled);
        let rest = search.lines(rest);
        search.tokens(&rest);
        if search.found.is_empty() && search.placeholders == 0 {
            search.nothing(pasted);
        }
    }
    let was_hidden = |found: &Found| text.contains(found.text.expose()) && !pasted.contains(found.text.expose());
    if *text != *pasted && search.found.iter().any(was_hidden) {
        search.tell_all(changes(pasted).collect());
    }
    notes.extend(search.notes.iter().filter(|note| !notes.contains(note)).copied().collect::<Vec<_>>());
    if search.placeholders > 0 {
        notes.push(Note::Placeholders(search.placeholders));
    }
    if search.too_many {
        notes.push(Note::TooMany);
    }
    search.found.sort_by_key(|found| found.at);
    Extract { values: search.found, beside: Beside { hosts, environments: search.environments } }
}

/// The work in progress.
struct Search<'a> {
    catalog: &'a Catalog,
    known: HashSet<String>,
    /// Whether values are base64 of the value itself.
    is_coded: bool,
    keys: Vec<Zeroizing<String>>,
    found: Vec<Found>,
    environments: Vec<Said>,
    notes: Vec<Note>,
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

    fn tell(&mut self, note: Note) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    fn tell_all(&mut self, notes: Vec<Note>) {
        for note in notes {
            self.tell(note);
        }
    }

    /// Takes the whole text as one token, if it is one.
    fn single(&mut self, text: &str) -> bool {
        let (bare, dressing) = undress(self.catalog, text);
        let is_line = keys::looks_like_key(bare) && bare.starts_with("ssh-");
        if bare.contains(KEY_MARK) || bare.is_empty() || bare.contains(char::is_whitespace) && !is_line {
            return false;
        }
        let claimed = matching::strength(self.catalog, bare).is_some();
        let is_login = bare.contains("://") && bare.contains('@');
        if is_login || self.parts(bare).next().is_some() {
            return false;
        }
        let is_hole = is_placeholder(bare) && !bare.contains(['"', '\'', '=', ':', '/']);
        if !claimed
            && !is_hole
            && (bare.contains(['"', '{', '\''])
                || bare.contains("</")
                || decoded(bare).is_some()
                || !pairs::assigned(bare, &|name| self.known.contains(name)).is_empty())
        {
            return false;
        }
        self.tell_all(dressing);
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
                self.add(name, "", &value, start + n);
            }
            taken.push(start..end);
            at = end;
        }
        without(text, &taken)
    }

    /// What stands before the host of an address, where a provider has that host.
    fn logins(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let mut taken: Vec<Range<usize>> = Vec::new();
        for (at, mark) in text.match_indices("://").take(MOST_TOKENS) {
            let start = at + mark.len();
            let rest = text.get(start..).unwrap_or_default();
            let ends = |b: u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'');
            let end = rest.bytes().take(LONGEST_TOKEN).position(ends);
            let authority = rest.get(..end.unwrap_or(rest.len().min(LONGEST_TOKEN))).unwrap_or_default();
            let Some((login, host)) = authority.rsplit_once('@') else { continue };
            if matching::is_host(self.catalog, host.split(':').next().unwrap_or_default()) {
                let (user, password) = login.split_once(':').unwrap_or((login, ""));
                self.add(Some("user".into()), "", user, start);
                self.add(Some("password".into()), "", password, start + user.len());
                taken.push(start..start + login.len());
            }
        }
        without(text, &taken)
    }

    fn members(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let members = pairs::keyed(json::members(&text));
        let taken: Vec<_> = members.iter().map(|member| member.span.clone()).collect();
        for member in members {
            // A string that is JSON itself is looked into once.
            let inner = json::members(&member.value);
            if inner.is_empty() {
                self.add(Some(member.name), &member.within, &member.value, member.span.start);
            }
            for inner in inner {
                self.add(Some(inner.name), &inner.within, &inner.value, member.span.start);
            }
        }
        without(text, &taken)
    }

    fn assignments(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let pairs = pairs::keyed(pairs::assigned(&text, &|name| self.known.contains(name)));
        let taken: Vec<_> = pairs.iter().map(|pair| pair.span.clone()).collect();
        for Pair { name, within, value, span, exported } in pairs {
            if exported {
                self.tell(Note::Export);
            }
            let is_form = value.contains('&') && value.contains('=') && !value.contains("://");
            // An option whose value is a variable and its own.
            let inner = value.split_once('=').filter(|(inner, rest)| {
                !is_form
                    && is_identifier(inner)
                    && !rest.trim_matches('=').is_empty()
                    && !self.known.contains(&canon(&name))
            });
            if let Some((inner, value)) = inner {
                self.add(Some(inner.to_owned()), &within, value, span.start);
                continue;
            }
            if is_form {
                let mut parts = Vec::new();
                shell::form(&format!("{name}={}", value.as_str()), &mut parts);
                for (n, (name, value)) in parts.into_iter().enumerate() {
                    self.add(name, &within, &value, span.start + n);
                }
            } else {
                self.add(Some(name), &within, &value, span.start);
            }
        }
        without(text, &taken)
    }

    /// Takes what `find` names: it is given a way to tell the names of fields.
    fn named(
        &mut self,
        text: Zeroizing<String>,
        find: impl Fn(&str, &dyn Fn(&str) -> bool) -> Vec<Pair>,
    ) -> Zeroizing<String> {
        let pairs = find(&text, &|name| self.known.contains(name));
        let taken: Vec<_> = pairs.iter().map(|pair| pair.span.clone()).collect();
        for pair in pairs {
            if pair.exported {
                self.tell(Note::Export);
            }
            self.add(Some(pair.name), &pair.within, &pair.value, pair.span.start);
        }
        without(text, &taken)
    }

    /// Values that have a line for themselves: they may look like much else, but not like a word.
    fn lines(&mut self, text: Zeroizing<String>) -> Zeroizing<String> {
        let mut taken = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let span = start..start + line.trim_end_matches('\n').len();
            start += line.len();
            if span.len() > LONGEST_LINE || !line.contains(|c: char| c.is_ascii_digit()) {
                continue;
            }
            let (bare, dressing) = undress(self.catalog, line);
            let is_word = !bare.contains(char::is_alphabetic) || !bare.contains(|c: char| c.is_ascii_digit());
            if is_word || bare.len() < SHORTEST_TOKEN || !self.is_wanted(bare) {
                continue;
            }
            self.tell_all(dressing);
            self.add(None, "", bare, span.start);
            taken.push(span);
        }
        without(text, &taken)
    }

    /// Nobody claims anything of it: it is one value, or one on each line.
    fn nothing(&mut self, text: &str) {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let is_value = |line: &&str| is_secretish(line) && !line.trim_end_matches('=').contains(['=', ':', '"', '{']);
        let parts =
            if (2..=MOST_VALUES).contains(&lines.len()) && lines.iter().all(is_value) { lines } else { vec![text] };
        for (at, part) in parts.into_iter().enumerate() {
            let (bare, dressing) = undress(self.catalog, part);
            self.tell_all(dressing);
            self.push(Found::token(None, bare, at));
        }
    }

    /// Keys that have no name, and tokens among words, which must look like nothing else.
    fn tokens(&mut self, text: &str) {
        let mut looked = 0;
        for word in words(text) {
            let at = word.as_ptr().addr() - text.as_ptr().addr();
            if word.contains(KEY_MARK) {
                self.add(None, "", word, at);
                continue;
            }
            // In a line that was commented out the name still stands before it.
            let word = word.split_once('=').filter(|(name, _)| is_identifier(name)).map_or(word, |(_, value)| value);
            let bare = without_punctuation(word);
            if !(SHORTEST_TOKEN..=LONGEST_TOKEN).contains(&bare.len()) {
                continue;
            }
            looked += 1;
            if looked > MOST_TOKENS {
                self.too_many = true;
                break;
            }
            let is_code = |before: &str, after: &str| before.ends_with('`') && after.starts_with('`');
            let set_apart =
                is_code(text.get(..at).unwrap_or_default(), text.get(at + word.len()..).unwrap_or_default());
            // What is set as code is no word, but still has to look like nothing else when it could be one.
            let wanted = if set_apart && bare.contains(|c: char| c.is_ascii_digit()) {
                Strength::Possible
            } else {
                Strength::Likely
            };
            let certain = matching::strength(self.catalog, bare).is_some_and(|strength| strength >= wanted);
            if certain || keys::looks_like_key(bare) || self.parts(bare).next().is_some() {
                self.add(None, "", bare, at);
            }
        }
    }

    /// Takes a value up, unless it stands for one, was there before, or says nothing to anybody.
    fn add(&mut self, name: Option<String>, within: &str, value: &str, at: usize) {
        let (name, within) = match within.rsplit_once('.').unwrap_or(("", within)) {
            (above, key) if !key.is_empty() && name.as_deref() == Some("value") => (Some(key.to_owned()), above),
            _ => (name, within),
        };
        if value.contains(KEY_MARK) {
            for number in value.split(KEY_MARK).skip(1).step_by(2) {
                if let Some(key) = number.parse().ok().and_then(|n: usize| self.keys.get(n)) {
                    let found = Found { at, within: within.to_owned(), ..Found::key(name.clone(), key) };
                    self.push(found);
                }
            }
            return;
        }
        let value = value.trim();
        if let Some(name) = name.as_deref().filter(|own| says_environment(self.catalog, own, within)) {
            self.says(name, within, value);
        }
        self.too_many |= self.found.len() >= MOST_VALUES;
        if value.is_empty() || self.too_many {
            return;
        }
        let (bare, dressing) = undress(self.catalog, value);
        let parts: Vec<&str> = self.parts(bare).collect();
        if !parts.is_empty() {
            return parts.into_iter().for_each(|part| self.add(name.clone(), within, part, at));
        }
        let claimed = matching::strength(self.catalog, bare);
        // Code or a sentence that stands behind a sign is looked into as any other.
        let is_sure = |word: &&str| {
            word.len() >= SHORTEST_TOKEN && matching::strength(self.catalog, word) > Some(Strength::Possible)
        };
        let inner: Vec<&str> = match claimed {
            None => {
                words(value).map(without_punctuation).filter(|word| word.len() < value.len()).filter(is_sure).collect()
            }
            Some(_) => Vec::new(),
        };
        if !inner.is_empty() {
            return inner.into_iter().for_each(|word| self.add(name.clone(), within, word, at));
        }
        // What nobody claims may have quotes and commas of its own.
        let value = if claimed.is_some() { bare } else { value };
        if claimed.is_some() {
            self.tell_all(dressing);
        }
        if is_placeholder(value) {
            self.placeholders += 1;
            return;
        }
        if let Some(inside) = self.inside(value).filter(|_| claimed.is_none() || self.is_coded) {
            self.tell(Note::Coded);
            if let Some((user, password)) = login(&inside) {
                self.add(Some("user".into()), within, user, at);
                return self.add(Some("password".into()), within, password, at + 1);
            }
            let is_key = !keys::blocks(&inside).is_empty();
            let found = if is_key { Found::key(name, &inside) } else { Found::token(name, &inside, at) };
            return self.push(Found { at, within: within.to_owned(), ..found });
        }
        let is_known = name.as_deref().is_some_and(|name| self.known.contains(&canon(name)));
        if claimed.is_some()
            || keys::looks_like_key(value)
            || is_known && !value.contains("://")
            || name.is_some() && is_secretish(value)
        {
            self.push(Found { within: within.to_owned(), ..Found::token(name, value, at) });
        }
    }

    /// The word for an environment in the line under its label, as a page has it. The two ends of a switch say nothing together, and
    /// neither is the label of the other.
    fn headed(&mut self, text: &str) {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        while let Some(label) = lines.next() {
            if label.len() <= LONGEST_WORD && says_environment(self.catalog, label, "") {
                lines.clone().take(2).for_each(|word| self.says(label, "", word));
            }
        }
    }

    /// Takes up what may be the word for an environment.
    fn says(&mut self, name: &str, within: &str, word: &str) {
        if word.len() <= LONGEST_WORD && self.environments.len() < MOST_VALUES {
            let (name, within) = (name.to_owned(), within.to_owned());
            self.environments.push(Said { name, within, word: word.to_owned() });
        }
    }

    /// What a value is the base64 of, where that is a key or somebody claims it, or all values are coded.
    fn inside(&self, value: &str) -> Option<Zeroizing<String>> {
        let inside = decoded(value)?;
        let claimed = |text: &str| matching::strength(self.catalog, text).is_some();
        let pair = login(&inside).is_some_and(|(user, password)| claimed(user) || claimed(password));
        (pair || claimed(&inside) || self.is_coded || !keys::blocks(&inside).is_empty()).then_some(inside)
    }

    /// The parts of a row or an address that leave no doubt, where the whole is nothing better.
    fn parts<'t>(&self, word: &'t str) -> impl Iterator<Item = &'t str> + use<'_, 't> {
        let is_row = word.len() <= LONGEST_TOKEN && word.contains(BETWEEN);
        let whole = if is_row { matching::sure_shape(self.catalog, word) } else { None };
        // The shapes of a field stand in the order of what they ask for: a later one takes anything that begins so.
        let is_sure = move |part: &&str| {
            part.len() >= SHORTEST_TOKEN
                && matching::strength(self.catalog, part) == Some(Strength::Certain)
                && whole.is_none_or(|whole| matching::sure_shape(self.catalog, part).is_some_and(|own| own < whole))
        };
        word.split(BETWEEN).filter(move |_| is_row).filter(is_sure)
    }

    /// Whether somebody claims a value, or what it is the base64 of.
    fn is_wanted(&self, value: &str) -> bool {
        matching::strength(self.catalog, value).is_some() || self.inside(value).is_some()
    }

    fn push(&mut self, found: Found) {
        if let Some(known) = self.found.iter_mut().find(|known| known.text.expose() == found.text.expose()) {
            if known.name.is_none() {
                (known.name, known.within) = (found.name, found.within);
            }
        } else if self.found.len() >= MOST_VALUES {
            self.too_many = true;
        } else {
            self.found.push(found);
        }
    }
}

/// Whether a name says that its value is a word for an environment, to any provider.
fn says_environment(catalog: &Catalog, own: &str, within: &str) -> bool {
    let says = |provider| names::says_environment(Name { own, within }, provider);
    names::may_say_environment(own) && catalog.providers().any(says)
}

/// What stands between blanks, quotes and brackets.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "\"'`<>()[]{}«»“”‘’".contains(c))
}

fn without_punctuation(word: &str) -> &str {
    word.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '.' | '!' | '?' | '*' | '|' | '~' | '_'))
}

/// Between the cells of a row, the parts of an address.
const BETWEEN: [char; 7] = [',', ';', '|', '/', '@', '&', '='];
const MOST_VALUES: usize = 256;
const MOST_COMMANDS: usize = 16;
const MOST_TOKENS: usize = 4096;
const SHORTEST_TOKEN: usize = 12;
const LONGEST_TOKEN: usize = 4096;
/// No word for an environment is longer.
const LONGEST_WORD: usize = 32;
/// A key of 8192 bits in PEM, in base64 once more.
const LONGEST_LINE: usize = 16 * 1024;
