//! The secret values: one wiped buffer, from which a value is cut out when it is exposed.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use base64ct::{Base64, Encoding};

use crate::domain::SecretKey;
use crate::secret::{SecretBytes, SecretText};

/// The table `[secrets]`: as it was read, and what was added since.
#[derive(Clone, Default)]
pub(super) struct Secrets {
    read: Option<Arc<Table>>,
    added: BTreeMap<String, Arc<SecretBytes>>,
}

/// Where the table's lines are in the payload's text, in the order of their keys.
struct Table {
    text: Arc<SecretBytes>,
    lines: Vec<Line>,
}

/// One line, `"key" = "value"`: where it stands in the text.
pub(super) struct Line {
    key: Range<u32>,
    value: Range<u32>,
}

impl Line {
    /// A line whose key begins at `start`.
    fn at(start: usize, key: usize, value: usize) -> Option<Self> {
        let place = |from: usize, length: usize| Some(u32::try_from(from).ok()?..u32::try_from(from + length).ok()?);
        Some(Self { key: place(start, key)?, value: place(start + key + MIDDLE.len(), value)? })
    }
}

impl Secrets {
    /// Reads the table from a payload's text, in which it begins at `index` with `[secrets]` and ends the text. `None` when a line
    /// is not of the form that [`write`](Self::write) gives.
    pub(super) fn read(text: Arc<SecretBytes>, index: usize) -> Option<Self> {
        let bytes = text.expose();
        let whole = std::str::from_utf8(bytes.get(index..)?).ok()?;
        let mut rest = whole.strip_prefix(TITLE)?;
        let mut lines = Vec::new();
        while !rest.is_empty() {
            let line = &rest[..rest.find('\n')?];
            let (key, value) = line.strip_prefix('"')?.strip_suffix('"')?.split_once(MIDDLE)?;
            let start = bytes.len() - rest.len() + 1;
            lines.push(Line::at(start, key.len(), value.len())?);
            rest = &rest[line.len() + 1..];
        }
        let ascending = lines.windows(2).all(|two| cut(bytes, &two[0].key) < cut(bytes, &two[1].key));
        ascending.then(|| Self { read: Some(Arc::new(Table { text, lines })), added: BTreeMap::new() })
    }

    /// The table that was written into `text`.
    pub(super) fn written(text: Arc<SecretBytes>, lines: Vec<Line>) -> Self {
        Self { read: Some(Arc::new(Table { text, lines })), added: BTreeMap::new() }
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
        decode(std::str::from_utf8(self.old(key)?).ok()?)
    }

    /// A value as it stands in the table that was read.
    fn old(&self, key: &str) -> Option<&[u8]> {
        let table = self.read.as_ref()?;
        let bytes = table.text.expose();
        let at = table.lines.binary_search_by(|line| cut(bytes, &line.key).cmp(key.as_bytes())).ok()?;
        Some(cut(bytes, &table.lines[at].value))
    }

    /// Everything that `other` has and this one lacks comes along.
    pub(super) fn join(&mut self, other: &Self) {
        for key in other.keys() {
            if !self.has(key)
                && let Some(value) = other.value(key)
            {
                self.added.insert(key.to_owned(), Arc::new(value));
            }
        }
    }

    fn has(&self, key: &str) -> bool {
        self.added.contains_key(key) || self.old(key).is_some()
    }

    fn keys(&self) -> impl Iterator<Item = &str> {
        let read = self.read.iter().flat_map(|t| t.lines.iter().map(|l| cut(t.text.expose(), &l.key)));
        self.added.keys().map(String::as_str).chain(read.filter_map(|k| std::str::from_utf8(k).ok()))
    }

    /// The table's text with the values of `wanted` keys, which must rise; and where its lines are. Values that are missing are left
    /// out. `out` gets the size and gives a buffer with room for it, so that it never grows. `None` when it becomes too long to say where.
    pub(super) fn write(&self, wanted: &[&str], out: impl FnOnce(usize) -> Vec<u8>) -> Option<(Vec<u8>, Vec<Line>)> {
        let added: BTreeMap<&str, SecretText> = if self.added.is_empty() {
            BTreeMap::new()
        } else {
            wanted.iter().filter_map(|key| Some((*key, encode(self.added.get(*key)?)))).collect()
        };
        // Both rise: what was read is walked through once.
        let (text, mut old) = self.read.as_ref().map_or((&[][..], &[][..]), |t| (t.text.expose(), &t.lines[..]));
        let mut values: Vec<(&str, &[u8])> = Vec::with_capacity(wanted.len());
        for key in wanted {
            let skipped = old.iter().take_while(|line| cut(text, &line.key) < key.as_bytes()).count();
            old = &old[skipped..];
            let kept = old.first().filter(|line| cut(text, &line.key) == key.as_bytes());
            let kept = kept.map(|line| cut(text, &line.value));
            let value = added.get(key).map(|text| text.expose().as_bytes()).or(kept);
            values.extend(value.map(|value| (*key, value)));
        }
        let size: usize = values.iter().map(|(key, value)| key.len() + value.len() + 2 + MIDDLE.len() + 1).sum();
        let mut out = out(TITLE.len() + size);
        out.extend_from_slice(TITLE.as_bytes());
        let mut lines = Vec::with_capacity(values.len());
        for (key, value) in values {
            lines.push(Line::at(out.len() + 1, key.len(), value.len())?);
            for part in [b"\"", key.as_bytes(), MIDDLE.as_bytes(), value, b"\"\n"] {
                out.extend_from_slice(part);
            }
        }
        Some((out, lines))
    }
}

fn cut<'a>(bytes: &'a [u8], range: &Range<u32>) -> &'a [u8] {
    &bytes[range.start as usize..range.end as usize]
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

/// The line that begins the table.
pub(super) const TITLE: &str = "[secrets]\n";
const MIDDLE: &str = "\" = \"";
const BASE64: &str = "base64:";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn table(values: &[(&str, &[u8])]) -> Vec<u8> {
        let mut secrets = Secrets::default();
        let mut keys = Vec::new();
        for (key, value) in values {
            secrets.add(&SecretKey::new(key, "f"), SecretBytes::copied(value));
            keys.push(format!("{key}/f"));
        }
        keys.sort();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let write = |size| {
            let out = Vec::with_capacity(size);
            assert_eq!(out.capacity(), size);
            out
        };
        secrets.write(&keys, write).unwrap().0
    }

    fn read(text: &[u8]) -> Option<Secrets> {
        Secrets::read(Arc::new(SecretBytes::copied(text)), 0)
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
        let text = table(&[("a", b"1"), ("b", b"2")]);
        let (kept, _) = read(&text).unwrap().write(&["b/f", "c/f"], Vec::with_capacity).unwrap();
        assert_eq!(kept, b"[secrets]\n\"b/f\" = \"2\"\n");
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
