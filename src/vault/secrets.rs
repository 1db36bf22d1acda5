//! The secret values: lines of the payload's text, from which a value is cut out when it is exposed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write as _;
use std::sync::Arc;

use base64ct::{Base64, Encoding};

use super::text::Slice;
use crate::domain::{Credential, Document, SecretKey, Standing, Version};
use crate::secret::{SecretBytes, SecretText};

/// The table `[secrets]`: as it stands in the text, and what was added since.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    /// In the order of their keys.
    lines: Arc<Vec<Line>>,
    added: BTreeMap<String, Arc<SecretBytes>>,
    /// Whether `lines` are those that the records named when they were written, and no others.
    exact: bool,
}

/// One line, `"key" = "value"`.
#[derive(Clone)]
pub(super) struct Line {
    text: Slice,
    /// The key's length.
    key: u32,
}

/// The table as it is to be written.
pub(super) struct Table {
    pub(super) lines: Vec<Line>,
    /// Whether a value is gone. Then the buffer that it stands in is to be let go.
    pub(super) lost: bool,
}

impl Line {
    /// A line whose key has so many bytes.
    fn of(text: Slice, key: usize) -> Option<Self> {
        Some(Self { text, key: u32::try_from(key).ok()? })
    }

    fn new(key: &str, value: &SecretBytes) -> Option<Self> {
        let value = encode(value);
        let parts = ["\"", key, MIDDLE, value.expose(), "\"\n"];
        let mut text = Vec::with_capacity(parts.iter().map(|part| part.len()).sum());
        for part in parts {
            text.extend_from_slice(part.as_bytes());
        }
        Self::of(Slice::whole(text)?, key.len())
    }

    fn key(&self) -> &[u8] {
        &self.text.bytes()[1..=self.key as usize]
    }

    fn value(&self) -> &[u8] {
        let text = self.text.bytes();
        &text[1 + self.key as usize + MIDDLE.len()..text.len() - 2]
    }
}

impl Secrets {
    /// Reads the table from a payload's text, in which it begins at `index` with `[secrets]` and ends the text. `None` when a line
    /// is not of the form that is written.
    pub(super) fn read(text: &Arc<SecretBytes>, index: usize) -> Option<Self> {
        let bytes = text.expose();
        let whole = std::str::from_utf8(bytes.get(index..)?).ok()?;
        let mut rest = whole.strip_prefix(TITLE)?;
        let mut lines: Vec<Line> = Vec::new();
        while !rest.is_empty() {
            let line = &rest[..=rest.find('\n')?];
            let (key, _) = line.strip_prefix('"')?.strip_suffix("\"\n")?.split_once(MIDDLE)?;
            let start = bytes.len() - rest.len();
            let read = Line::of(Slice::of(text, start..start + line.len())?, key.len())?;
            if lines.last().is_some_and(|last| last.key() >= key.as_bytes()) {
                return None;
            }
            lines.push(read);
            rest = &rest[line.len()..];
        }
        Some(Self { lines: Arc::new(lines), ..Self::default() })
    }

    /// The table that was written.
    pub(super) fn written(lines: Vec<Line>) -> Self {
        Self { lines: Arc::new(lines), added: BTreeMap::new(), exact: true }
    }

    /// Where its lines stand.
    pub(super) fn slices(&self) -> impl Iterator<Item = &Slice> {
        self.lines.iter().map(|line| &line.text)
    }

    /// Adds a value, or replaces one.
    pub(super) fn add(&mut self, key: &SecretKey, value: SecretBytes) {
        self.added.insert(key.as_str().to_owned(), Arc::new(value));
    }

    /// A copy of a value.
    pub(super) fn value(&self, key: &str) -> Option<SecretBytes> {
        if let Some(added) = self.added.get(key) {
            return Some(SecretBytes::copied(added.expose()));
        }
        decode(std::str::from_utf8(self.line(key)?.value()).ok()?)
    }

    fn line(&self, key: &str) -> Option<&Line> {
        let at = self.lines.binary_search_by(|line| line.key().cmp(key.as_bytes())).ok()?;
        self.lines.get(at)
    }

    /// Everything that `other` has and this one lacks comes along.
    pub(super) fn join(&mut self, other: &Self) {
        self.exact = false;
        for key in other.keys() {
            if !self.has(key)
                && let Some(value) = other.value(key)
            {
                self.added.insert(key.to_owned(), Arc::new(value));
            }
        }
    }

    fn has(&self, key: &str) -> bool {
        self.added.contains_key(key) || self.line(key).is_some()
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        let read = self.lines.iter().filter_map(|line| std::str::from_utf8(line.key()).ok());
        self.added.keys().map(String::as_str).chain(read)
    }

    /// The table with the values that these records name, and that of the vault's own. Values that are missing are left out. `older` are
    /// the credentials as they were when this table was written. `None` when a value is too long to say where it ends.
    pub(super) fn table(&self, document: &Document, older: &[Arc<Credential>]) -> Option<Table> {
        let (mut named, mut gone) = (HashSet::from([SALT]), BTreeSet::new());
        // What no changed record names is as it was, if the table was exact: a key comes from its version's ID, so one record names it.
        let known = if self.exact { older } else { &[] };
        for standing in document.since(known) {
            match standing {
                Standing::Kept(..) => {}
                Standing::Gone(at) => gone.extend(keys(&known[at])),
                Standing::New(at) => named.extend(keys(&document.credentials[at])),
            }
        }
        if !self.exact {
            gone.extend(self.keys());
        }
        let mut edits: BTreeMap<&str, Option<Line>> =
            gone.into_iter().filter(|key| !named.contains(key)).map(|key| (key, None)).collect();
        for (key, value) in self.added.iter().filter(|(key, _)| named.contains(key.as_str())) {
            edits.insert(key, Some(Line::new(key, value)?));
        }
        let (mut lines, mut lost) = (Vec::with_capacity(self.lines.len() + edits.len()), false);
        let mut rest = self.lines.as_slice();
        for (key, line) in edits {
            let (before, from) = rest.split_at(rest.partition_point(|line| line.key() < key.as_bytes()));
            lines.extend_from_slice(before);
            rest = from;
            if rest.first().is_some_and(|line| line.key() == key.as_bytes()) {
                rest = &rest[1..];
                lost = true;
            }
            lines.extend(line);
        }
        lines.extend_from_slice(rest);
        // After a join: what neither copy names any more stands in the text of one of them.
        lost |= !self.exact && self.added.keys().any(|key| !named.contains(key.as_str()));
        Some(Table { lines, lost })
    }
}

impl Table {
    /// Where its lines stand, to be moved.
    pub(super) fn slices_mut(&mut self) -> impl Iterator<Item = &mut Slice> {
        self.lines.iter_mut().map(|line| &mut line.text)
    }
}

/// The keys of the secrets that a credential names.
fn keys(credential: &Credential) -> impl Iterator<Item = &str> {
    let fields = credential.versions.iter().flat_map(Version::secret_fields);
    fields.filter_map(|(_, field)| field.secret.as_ref()).map(SecretKey::as_str)
}

/// A value as the inside of a TOML basic string. Bytes that are not UTF-8 become `base64:…`, and so does text that begins like that.
fn encode(value: &SecretBytes) -> SecretText {
    let encoded;
    let text = match std::str::from_utf8(value.expose()) {
        Ok(text) if !text.starts_with(BASE64) => text,
        _ => {
            encoded = SecretText::new([BASE64, &Base64::encode_string(value.expose())].concat());
            encoded.expose()
        }
    };
    // At most six characters for one, `\u0007`: the buffer never grows.
    let mut out = String::with_capacity(text.chars().map(escaped_length).sum());
    for c in text.chars() {
        let _ = match c {
            '"' => out.write_str("\\\""),
            '\\' => out.write_str("\\\\"),
            '\n' => out.write_str("\\n"),
            '\r' => out.write_str("\\r"),
            '\t' => out.write_str("\\t"),
            c if c.is_ascii_control() => write!(out, "\\u{:04X}", u32::from(c)),
            c => out.write_char(c),
        };
    }
    SecretText::new(out)
}

fn escaped_length(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' => 2,
        c if c.is_ascii_control() => 6,
        c => c.len_utf8(),
    }
}

/// The inverse of [`encode`].
fn decode(text: &str) -> Option<SecretBytes> {
    let mut out = SecretText::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let plain = match c {
            '\\' => match chars.next()? {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                'u' => {
                    let digits: String = chars.by_ref().take(4).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?
                }
                c @ ('"' | '\\') => c,
                _ => return None,
            },
            c => c,
        };
        out.insert(out.len(), plain);
    }
    match out.expose().strip_prefix(BASE64) {
        Some(encoded) => Base64::decode_vec(encoded).ok().map(SecretBytes::new),
        None => Some(out.into_bytes()),
    }
}

/// The key of the salt of fingerprints.
pub(super) const SALT: &str = "vault/fingerprint";
/// The line that begins the table.
pub(super) const TITLE: &str = "[secrets]\n";
const MIDDLE: &str = "\" = \"";
const BASE64: &str = "base64:";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::Id;

    const AT: &str = "2026-11-22T09:12:00Z";

    /// The credentials that name these secrets.
    fn naming(document: &mut Document, keys: &[&str]) {
        let id = document.vault.id;
        let credential = |key: &&str| {
            let text = format!(
                "id = \"{id}\"\naccount = \"{id}\"\nname = \"a\"\nkind = \"secret-key\"\ncreated_at = \"{AT}\"\n[[version]]\n\
                 id = \"{id}\"\nn = 1\nlife = \"active\"\norigin = \"imported\"\ncreated_at = \"{AT}\"\n\
                 fields.value = {{ secret = \"{key}\" }}\n"
            );
            toml::from_str::<Arc<Credential>>(&text).unwrap()
        };
        document.credentials = Arc::new(keys.iter().map(credential).collect());
    }

    fn document(keys: &[&str]) -> Document {
        let mut document = Document::new(Id::new(AT.parse().unwrap(), 1), AT.parse().unwrap());
        naming(&mut document, keys);
        document
    }

    fn bytes(table: &Table) -> Vec<u8> {
        let lines: Vec<&[u8]> = table.lines.iter().map(|line| line.text.bytes()).collect();
        [&[TITLE.as_bytes()], &lines[..]].concat().concat()
    }

    fn table(values: &[(&str, &[u8])]) -> Vec<u8> {
        let mut secrets = Secrets::default();
        for (key, value) in values {
            secrets.add(&SecretKey::new(key, "f"), SecretBytes::copied(value));
        }
        let keys: Vec<&str> = secrets.added.keys().map(String::as_str).collect();
        bytes(&secrets.table(&document(&keys), &[]).unwrap())
    }

    fn read(text: &[u8]) -> Option<Secrets> {
        Secrets::read(&Arc::new(SecretBytes::copied(text)), 0)
    }

    #[test]
    fn a_table_reads_as_toml_with_one_value_a_line() {
        let text = String::from_utf8(table(&[("b", b"two\nlines\t\"q\" \\ \x07"), ("a", b"base64:x"), ("c", &[0xff])]))
            .unwrap();
        assert_eq!(text.lines().count(), 4);
        let parsed: toml::Table = toml::from_str(&text).unwrap();
        let value = |key: &str| parsed["secrets"][key].as_str().unwrap().to_owned();
        assert_eq!(value("b/f"), "two\nlines\t\"q\" \\ \u{7}");
        assert_eq!(value("a/f"), "base64:YmFzZTY0Ong=");
        assert_eq!(value("c/f"), "base64:/w==");
    }

    #[test]
    fn a_value_that_is_no_longer_wanted_is_left_out() {
        let read = read(&table(&[("a", b"1"), ("b", b"2")])).unwrap();
        let kept = read.table(&document(&["b/f", "c/f"]), &[]).unwrap();
        assert_eq!(bytes(&kept), b"[secrets]\n\"b/f\" = \"2\"\n");
        assert!(kept.lost);
        assert!(!read.table(&document(&["a/f", "b/f", "c/f"]), &[]).unwrap().lost);
    }

    #[test]
    fn from_what_changed_follows_the_same_table_as_from_all() {
        let mut secrets = read(&table(&[("b", b"2"), ("d", b"4"), ("f", b"6"), ("h", b"8")])).unwrap();
        let older = document(&["b/f", "d/f", "f/f", "h/f"]);
        let exact = Secrets::written(secrets.table(&older, &[]).unwrap().lines);
        let mut newer = older.clone();
        let changed = document(&["a/f", "d/f", "e/f", "z/f"]);
        // One is kept, one goes, one names another, one is read as a new record with the same name, two come; one lacks its value.
        let list = Arc::make_mut(&mut newer.credentials);
        list.truncate(1);
        list.extend(changed.credentials.iter().cloned());
        let add = |secrets: &mut Secrets| {
            for (key, value) in [("a", &b"1"[..]), ("e", b"5"), ("nobody", b"x")] {
                secrets.add(&SecretKey::new(key, "f"), SecretBytes::copied(value));
            }
        };
        let mut exact = exact;
        add(&mut exact);
        add(&mut secrets);
        let few = exact.table(&newer, &older.credentials).unwrap();
        let all = secrets.table(&newer, &older.credentials).unwrap();
        assert_eq!(bytes(&few), b"[secrets]\n\"a/f\" = \"1\"\n\"b/f\" = \"2\"\n\"d/f\" = \"4\"\n\"e/f\" = \"5\"\n");
        assert_eq!(bytes(&few), bytes(&all));
        assert!(few.lost && all.lost);
    }

    #[test]
    fn a_join_brings_what_is_lacking_and_nothing_else() {
        let mut one = read(&table(&[("a", b"1"), ("b", b"2")])).unwrap();
        one.add(&SecretKey::new("c", "f"), SecretBytes::copied(b"3"));
        let two = table(&[("a", b"other"), ("b", b"other"), ("c", b"other"), ("d", b"4")]);
        one.join(&read(&two).unwrap());
        let value = |key| one.value(key).unwrap().expose().to_vec();
        assert_eq!(["a/f", "b/f", "c/f", "d/f"].map(value), [b"1", b"2", b"3", b"4"]);
        assert_eq!(one.added.len(), 2, "what is there already is not copied");
        assert!(!one.table(&document(&["a/f", "b/f", "c/f", "d/f"]), &[]).unwrap().lost);
        assert!(one.table(&document(&["a/f", "b/f", "c/f"]), &[]).unwrap().lost, "one copy's text has what none names");
    }

    #[test]
    fn lines_of_another_form_are_refused() {
        for text in [
            "",
            "[secret]\n",
            "[secrets]\na = 1\n",
            "[secrets]\n\"a\" = \"1\"",
            "[secrets]\n\"b\" = \"1\"\n\"a\" = \"1\"\n",
        ] {
            assert!(read(text.as_bytes()).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_read_back(value in prop::collection::vec(any::<u8>(), 0..200), text in ".{0,60}") {
            let read = read(&table(&[("a", &value), ("b", text.as_bytes())])).unwrap();
            let (a, b) = (read.value("a/f").unwrap(), read.value("b/f").unwrap());
            prop_assert_eq!(a.expose(), &value[..]);
            prop_assert_eq!(b.expose(), text.as_bytes());
        }
    }
}
