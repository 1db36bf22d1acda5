//! The payload's text: a first line that authenticates it, the records as TOML, the secrets at the end.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use sha2::Sha256;

use super::envelope::VaultKey;
use super::secrets::Secrets;
use super::{MAX_FILE, VaultError};
use crate::domain::audit::Entry;
use crate::domain::{Consumer, Credential, Document, Id, Journal, SecretKey, Tombstone};
use crate::secret::SecretBytes;

/// What the payload's first line says: `#paykeep 1 vault=… generation=… parents=… index=… mac=…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Which vault.
    pub vault: Id,
    /// Rises by one with each save.
    pub generation: u64,
    /// The first 16 hexadecimal digits of the MACs that this generation came from: one, or two after a join.
    pub parents: Vec<String>,
    /// HMAC-SHA-256 over the line up to `mac=`, without the space before it, and over every byte after the line; hexadecimal.
    pub mac: String,
}

impl Header {
    /// The first line without its MAC. `index` is the byte where `[secrets]` begins.
    fn line(&self, index: usize) -> String {
        let parents = if self.parents.is_empty() { "none".to_owned() } else { self.parents.join(",") };
        format!(
            "#paykeep {FORMAT} vault={} generation={} parents={parents} index={index:010}",
            self.vault, self.generation
        )
    }

    /// What the next generation names as its parent.
    pub(super) fn short_mac(&self) -> String {
        self.mac.chars().take(16).collect()
    }
}

/// Writes the text, sets the header's MAC to what was computed, and says where the secrets begin.
pub(super) fn write(
    key: &VaultKey,
    header: &mut Header,
    document: &Document,
    secrets: &Secrets,
) -> Result<(SecretBytes, usize), VaultError> {
    let records = toml::to_string(document).map_err(|_| VaultError::Records(0))?;
    let index = header.line(0).len() + MAC_LABEL.len() + MAC_DIGITS + 1 + records.len() + 1;
    let line = header.line(index);
    let wanted = secret_keys(document);
    let mut text = secrets.write(&wanted, |size| {
        let mut out = Vec::with_capacity(index + size);
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(MAC_LABEL.as_bytes());
        out.resize(out.len() + MAC_DIGITS, b'0');
        out.push(b'\n');
        out.extend_from_slice(records.as_bytes());
        out.push(b'\n');
        out
    });
    let body = line.len() + MAC_LABEL.len() + MAC_DIGITS + 1;
    header.mac = hex(&mac(key, line.as_bytes(), &text[body..]).finalize().into_bytes());
    text[body - 1 - MAC_DIGITS..body - 1].copy_from_slice(header.mac.as_bytes());
    Ok((SecretBytes::new(text), index))
}

/// Checks and reads the text. Nothing of it is parsed but its first line before the MAC is right.
pub(super) fn read(key: &VaultKey, text: &SecretBytes) -> Result<(Header, Document, Secrets), VaultError> {
    let bytes = text.expose();
    let not_genuine = || VaultError::NotGenuine;
    let end = bytes.iter().take(MAX_LINE).position(|b| *b == b'\n').ok_or_else(not_genuine)?;
    let line = std::str::from_utf8(&bytes[..end]).map_err(|_| not_genuine())?;
    let format = line.strip_prefix("#paykeep ").and_then(|rest| rest.split(' ').next()).ok_or_else(not_genuine)?;
    if format != FORMAT {
        let number = format.parse::<u32>().map_err(|_| not_genuine())?;
        return Err(VaultError::Newer(number.to_string()));
    }
    let (signed, given) = line.split_once(MAC_LABEL).ok_or_else(not_genuine)?;
    let given = unhex(given).ok_or_else(not_genuine)?;
    let after = &bytes[end + 1..];
    mac(key, signed.as_bytes(), after).verify_slice(&given).map_err(|_| not_genuine())?;

    let damaged = || VaultError::Damaged("vault.age");
    let word = |name: &str| signed.split(' ').find_map(|w| w.strip_prefix(name)?.strip_prefix('=')).ok_or_else(damaged);
    let index: usize = word("index")?.parse().map_err(|_| damaged())?;
    let header = Header {
        vault: word("vault")?.parse().map_err(|_| damaged())?,
        generation: word("generation")?.parse().map_err(|_| damaged())?,
        parents: word("parents")?.split(',').filter(|p| *p != "none").map(str::to_owned).collect(),
        mac: hex(&given),
    };
    let records = bytes.get(end + 1..index).and_then(|b| std::str::from_utf8(b).ok()).ok_or_else(damaged)?;
    let mut document = read_records(records)?;
    if document.vault.id != header.vault {
        return Err(damaged());
    }
    document.sort();
    let secrets = Secrets::read(SecretBytes::copied(&bytes[index..])).ok_or_else(damaged)?;
    Ok((header, document, secrets))
}

/// Reads the records. Many are read part by part, which keeps the parser's tree small: half the time, and a tenth of the memory.
///
/// The parts are cut before lines that begin a credential. Such a line may also stand within a text of several lines; then the
/// part before it ends in an open string and is refused, and all is read at once.
fn read_records(records: &str) -> Result<Document, VaultError> {
    let mut cuts: Vec<usize> = records.match_indices(CUT).map(|(at, _)| at + 1).step_by(PART).collect();
    // The log stands last.
    cuts.extend(records.match_indices(CUT_LOG).map(|(at, _)| at + 1).step_by(4 * PART));
    cuts.sort_unstable();
    cuts.push(records.len());
    let parts = || {
        let mut document: Document = toml::from_str(&records[..cuts[0]]).ok()?;
        for part in cuts.windows(2) {
            let part: Part = toml::from_str(&records[part[0]..part[1]]).ok()?;
            document.credentials.extend(part.credentials);
            document.consumers.extend(part.consumers);
            document.journals.extend(part.journals);
            document.tombstones.extend(part.tombstones);
            document.audit.extend(part.audit);
        }
        Some(document)
    };
    parts().map_or_else(|| toml::from_str(records).map_err(|error| at_line(&error, records)), Ok)
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
    credentials: Vec<Credential>,
    #[serde(default, rename = "consumer")]
    consumers: Vec<Consumer>,
    #[serde(default, rename = "journal")]
    journals: Vec<Journal>,
    #[serde(default, rename = "tombstone")]
    tombstones: Vec<Tombstone>,
    #[serde(default)]
    audit: Vec<Entry>,
}

/// The keys of all secrets that the records name, rising, and that of the vault's own.
fn secret_keys(document: &Document) -> Vec<&str> {
    let versions = document.credentials.iter().flat_map(|c| &c.versions);
    let fields = versions.flat_map(|v| v.fields.values());
    let mut keys: Vec<&str> = fields.filter_map(|f| f.secret.as_ref()).map(SecretKey::as_str).collect();
    keys.push(SALT);
    keys.sort_unstable();
    keys.dedup();
    keys
}

pub(super) fn mac(key: &VaultKey, line: &[u8], after: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.mac_key().expose()).expect("HMAC takes a key of any length");
    mac.update(line);
    mac.update(b"\n");
    mac.update(after);
    mac
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, b| {
        let _ = write!(out, "{b:02x}");
        out
    })
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: &u8| char::from(*b).to_digit(16).filter(|_| !b.is_ascii_uppercase());
    let pair = |two: &[u8]| u8::try_from(digit(&two[0])? * 16 + digit(&two[1])?).ok();
    if text.len() == MAC_DIGITS { text.as_bytes().chunks_exact(2).map(pair).collect() } else { None }
}

/// The key of the salt of fingerprints among the secrets.
pub(super) const SALT: &str = "vault/fingerprint";
const CUT: &str = "\n[[credential]]\n";
const CUT_LOG: &str = "\n[[audit]]\n";
/// Credentials in a part.
const PART: usize = 64;
const FORMAT: &str = "1";
const MAC_LABEL: &str = " mac=";
const MAC_DIGITS: usize = 64;
const MAX_LINE: usize = 1024;
const _: () = assert!(MAX_FILE < u32::MAX as usize, "places in the secrets' text are 32 bits");

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn records_read_the_same_in_parts_and_at_once() {
        let id = |n: u8| format!("01ARYZ6S41ZZZZZZZZZZZZZZ{n:02}");
        let mut text = format!("[vault]\nid = \"{}\"\ncreated_at = \"2026-11-22T09:12:00Z\"\n", id(0));
        for n in 0..99 {
            // A note that looks like the beginning of a record, now and then.
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
        let whole: Document = toml::from_str(&text).unwrap();
        assert_eq!((whole.credentials.len(), whole.tombstones.len()), (99, 1));
        assert_eq!(read_records(&text).unwrap(), whole);
        let plain = text.replace("\nx\n[[credential]]\nid = 1\n", "");
        assert_eq!(read_records(&plain).unwrap(), toml::from_str(&plain).unwrap());
        assert_eq!(read_records(&plain.replace("n98\"", "n98\" x")).unwrap_err(), VaultError::Records(793));
    }
}
