//! The records as TOML. What has not changed since the last save is not written anew: its text is shared with it.

use std::collections::BTreeMap;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::VaultError;
use super::text::Slice;
use crate::domain::audit::Entry;
use crate::domain::{Consumer, Credential, Document, Journal, Standing, Tombstone};
use crate::secret::SecretBytes;

/// Where each credential's record stands in a payload's text.
#[derive(Default)]
pub(super) struct Written {
    credentials: Arc<Vec<Arc<Credential>>>,
    /// In the same order. `None` where that is not known: it is written anew.
    slices: Vec<Option<Slice>>,
}

/// The records' text: what stands before the credentials, these, and what follows them.
pub(super) struct Records {
    pub(super) head: SecretBytes,
    pub(super) credentials: Vec<Slice>,
    pub(super) tail: SecretBytes,
}

impl Written {
    /// The document's credentials, each with where it stands.
    pub(super) fn at(document: &Document, slices: Vec<Slice>) -> Self {
        let slices = slices.into_iter().map(Some).collect();
        Self { credentials: Arc::clone(&document.credentials), slices }
    }

    /// The credentials as they were written, in the order of their IDs.
    pub(super) fn credentials(&self) -> &[Arc<Credential>] {
        &self.credentials
    }

    /// The text of all of them, one after the other.
    pub(super) fn slices(&self) -> impl Iterator<Item = &Slice> {
        self.slices.iter().flatten()
    }

    /// Reads the records, which stand at `records` in the payload's text. They come back in the order of their IDs.
    ///
    /// Many are read part by part, which keeps the parser's tree small: half the time, and a tenth of the memory. The parts are cut
    /// before lines that begin a credential. Such a line may also stand within a text of several lines; then the part before it ends in
    /// an open string and is refused, and all is read at once.
    pub(super) fn read(text: &Arc<SecretBytes>, records: Range<usize>) -> Result<(Document, Self), VaultError> {
        let damaged = || VaultError::Damaged("vault.age");
        let start = records.start;
        let bytes = text.expose().get(records).ok_or_else(damaged)?;
        let records = std::str::from_utf8(bytes).map_err(|_| damaged())?;
        let mut begins: Vec<usize> = records.match_indices(CUT).map(|(at, _)| at + 1).collect();
        let mut document = match in_parts(records, &begins) {
            Some(document) => document,
            None => toml::from_str(records).map_err(|error| at_line(&error, records))?,
        };
        // As many such lines as credentials: each of them begins one. Where the last one ends is not known.
        if begins.len() != document.credentials.len() {
            begins.clear();
        }
        let places = begins.windows(2).map(|two| Slice::of(text, start + two[0]..start + two[1]));
        let credentials = Arc::make_mut(&mut document.credentials);
        let mut standing: Vec<_> = credentials.drain(..).zip(places.chain(iter::repeat(None))).collect();
        standing.sort_by_key(|(credential, _)| credential.id);
        let (sorted, slices): (Vec<_>, Vec<_>) = standing.into_iter().unzip();
        *credentials = sorted;
        document.sort();
        let written = Self { credentials: Arc::clone(&document.credentials), slices };
        Ok((document, written))
    }
}

impl Records {
    /// The text of these records. Of credentials that have not changed since, it is what was `written` before.
    pub(super) fn of(document: &Document, written: &Written) -> Result<Self, VaultError> {
        let head = [
            section("vault", &document.vault)?,
            section("settings", &document.settings)?,
            list("consent", &document.consents)?,
            list("device", &document.devices)?,
            list("account", &document.accounts)?,
        ];
        let tail = [
            list("consumer", &document.consumers)?,
            list("journal", &document.journals)?,
            list("tombstone", &document.tombstones)?,
            list("audit", &document.audit)?,
        ];
        let mut credentials = Vec::with_capacity(document.credentials.len());
        for standing in document.since(&written.credentials) {
            let (kept, at) = match standing {
                Standing::Gone(_) => continue,
                Standing::Kept(was, is) => (written.slices.get(was).cloned().flatten(), is),
                Standing::New(at) => (None, at),
            };
            let new = || {
                let text = list("credential", &document.credentials[at..=at])?;
                Slice::whole(text.into_bytes()).ok_or(VaultError::Full)
            };
            credentials.push(kept.map_or_else(new, Ok)?);
        }
        let [head, tail] = [head.concat(), tail.concat()].map(|text| SecretBytes::new(text.into_bytes()));
        Ok(Self { head, credentials, tail })
    }
}

/// `[title]` and a record.
fn section<T: Serialize>(title: &str, record: &T) -> Result<String, VaultError> {
    let mut text = toml::to_string(&BTreeMap::from([(title, record)])).map_err(|_| VaultError::Records(0))?;
    text.push('\n');
    Ok(text)
}

/// `[[title]]` before each of the records.
fn list<T: Serialize>(title: &str, records: &[T]) -> Result<String, VaultError> {
    if records.is_empty() { Ok(String::new()) } else { section(title, &records) }
}

/// The records, cut before every few of the places where a credential begins. `None` when a part can't be read by itself.
fn in_parts(records: &str, begins: &[usize]) -> Option<Document> {
    let mut cuts: Vec<usize> = begins.iter().copied().step_by(PART).collect();
    // The log stands last.
    cuts.extend(records.match_indices(CUT_LOG).map(|(at, _)| at + 1).step_by(4 * PART));
    cuts.sort_unstable();
    cuts.push(records.len());
    let mut document: Document = toml::from_str(&records[..cuts[0]]).ok()?;
    let credentials = Arc::make_mut(&mut document.credentials);
    for two in cuts.windows(2) {
        let part: Part = toml::from_str(&records[two[0]..two[1]]).ok()?;
        credentials.extend(part.credentials);
        document.consumers.extend(part.consumers);
        document.journals.extend(part.journals);
        document.tombstones.extend(part.tombstones);
        document.audit.extend(part.audit);
    }
    Some(document)
}

fn at_line(error: &toml::de::Error, records: &str) -> VaultError {
    let at = error.span().map_or(0, |span| span.start);
    VaultError::Records(records.get(..at).map_or(0, |above| above.lines().count()) + 1)
}

/// Some of the records: what follows the first credential of a part.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    #[serde(default, rename = "credential")]
    credentials: Vec<Arc<Credential>>,
    #[serde(default, rename = "consumer")]
    consumers: Vec<Consumer>,
    #[serde(default, rename = "journal")]
    journals: Vec<Journal>,
    #[serde(default, rename = "tombstone")]
    tombstones: Vec<Tombstone>,
    #[serde(default)]
    audit: Vec<Entry>,
}

const CUT: &str = "\n[[credential]]\n";
const CUT_LOG: &str = "\n[[audit]]\n";
/// Credentials in a part.
const PART: usize = 64;

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn read(text: &str) -> Result<(Document, Written), VaultError> {
        Written::read(&Arc::new(SecretBytes::copied(text.as_bytes())), 0..text.len())
    }

    fn id(n: u8) -> String {
        format!("01ARYZ6S41ZZZZZZZZZZZZZZ{n:02}")
    }

    /// The text of 99 credentials; every fortieth has a note that looks like the beginning of a record.
    fn many() -> String {
        let mut text = format!("[vault]\nid = \"{}\"\ncreated_at = \"2026-11-22T09:12:00Z\"\n", id(0));
        for n in 0..99 {
            let note = if n % 40 == 7 { "\"\"\"\nx\n[[credential]]\nid = 1\n\"\"\"" } else { "\"x\"" };
            let _ = write!(
                text,
                "\n[[credential]]\nid = \"{}\"\naccount = \"{}\"\nname = \"n{n}\"\nkind = \"secret-key\"\nnote = {note}\n\
                 created_at = \"2026-11-22T09:12:00Z\"\n",
                id(n),
                id(0)
            );
        }
        let _ = write!(text, "\n[[tombstone]]\nid = \"{}\"\nat = \"2026-11-22T09:12:00Z\"\n", id(1));
        text
    }

    fn plain() -> String {
        many().replace("\nx\n[[credential]]\nid = 1\n", "")
    }

    #[test]
    fn records_read_the_same_in_parts_and_at_once() {
        let whole: Document = toml::from_str(&many()).unwrap();
        assert_eq!((whole.credentials.len(), whole.tombstones.len()), (99, 1));
        assert_eq!(read(&many()).unwrap().0, whole);
        assert_eq!(read(&plain()).unwrap().0, toml::from_str(&plain()).unwrap());
        assert_eq!(read(&plain().replace("n98\"", "n98\" x")).err(), Some(VaultError::Records(793)));
    }

    #[test]
    fn what_has_not_changed_is_shared_and_all_of_it_reads_as_it_was_meant() {
        for text in [plain(), many()] {
            let (older, written) = read(&text).unwrap();
            let mut document = older.clone();
            let list = Arc::make_mut(&mut document.credentials);
            Arc::make_mut(&mut list[7]).label = "\n[[credential]]\nid = 1\n".into();
            list.remove(20);
            let records = Records::of(&document, &written).unwrap();
            let shared = |slice: &&Slice| written.slices().any(|old| old.bytes().as_ptr() == slice.bytes().as_ptr());
            let kept = records.credentials.iter().filter(shared).count();
            assert_eq!(kept, if text == plain() { 96 } else { 0 }, "all but the edited, the deleted and the last");
            let credentials: Vec<&[u8]> = records.credentials.iter().map(Slice::bytes).collect();
            let whole = [records.head.expose(), &credentials.concat(), records.tail.expose()].concat();
            let again: Document = toml::from_str(std::str::from_utf8(&whole).unwrap()).unwrap();
            assert_eq!(again, document);
            for (credential, slice) in document.credentials.iter().zip(&records.credentials) {
                let one: Part = toml::from_str(std::str::from_utf8(slice.bytes()).unwrap()).unwrap();
                assert_eq!(one.credentials, [Arc::clone(credential)]);
            }
        }
    }
}
