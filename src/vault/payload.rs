//! The payload's text: a first line that authenticates it, the records as TOML, the secrets at the end.

use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::envelope::VaultKey;
use super::records::{Pieces, Written};
use super::secrets::Secrets;
use super::{MAX_FILE, VaultError};
use crate::domain::{Document, Id, SecretKey, hex};
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

/// What a payload's text holds.
pub(super) struct Read {
    pub(super) header: Header,
    pub(super) document: Document,
    pub(super) written: Written,
    pub(super) secrets: Secrets,
}

/// A payload's text, where the records stand in it, and its secrets.
pub(super) struct Payload {
    pub(super) text: Arc<SecretBytes>,
    pub(super) written: Written,
    pub(super) secrets: Secrets,
}

/// Writes the text and sets the header's MAC to what was computed. What stands in `before` already is copied from there.
pub(super) fn write(
    key: &VaultKey,
    header: &mut Header,
    document: &Document,
    before: &Written,
    secrets: &Secrets,
) -> Result<Payload, VaultError> {
    let records = Pieces::of(document, before)?;
    let body = header.line(0).len() + MAC_LABEL.len() + MAC_DIGITS + 1;
    let index = body + records.len();
    let line = header.line(index);
    let wanted = secret_keys(document);
    let mut places = Vec::new();
    let written = secrets.write(&wanted, |size| {
        let mut out = Vec::with_capacity(index + size);
        out.extend_from_slice(line.as_bytes());
        out.extend_from_slice(MAC_LABEL.as_bytes());
        out.resize(out.len() + MAC_DIGITS, b'0');
        out.push(b'\n');
        places = records.write(&mut out);
        out
    });
    let (mut text, lines) = written.ok_or(VaultError::Full)?;
    header.mac = hex(&mac(key, line.as_bytes(), &text[body..]).finalize().into_bytes());
    text[body - 1 - MAC_DIGITS..body - 1].copy_from_slice(header.mac.as_bytes());
    let text = Arc::new(SecretBytes::new(text));
    let secrets = Secrets::written(Arc::clone(&text), lines);
    Ok(Payload { written: Written::new(Arc::clone(&text), places), text, secrets })
}

/// Checks and reads the text. Nothing of it is parsed but its first line before the MAC is right.
pub(super) fn read(key: &VaultKey, text: SecretBytes) -> Result<Read, VaultError> {
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
    let begin = end + 1;
    let text = Arc::new(text);
    let (document, written) = Written::read(&text, begin..index)?;
    if document.vault.id != header.vault {
        return Err(damaged());
    }
    let secrets = Secrets::read(text, index).ok_or_else(damaged)?;
    Ok(Read { header, document, written, secrets })
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

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: &u8| char::from(*b).to_digit(16).filter(|_| !b.is_ascii_uppercase());
    let pair = |two: &[u8]| u8::try_from(digit(&two[0])? * 16 + digit(&two[1])?).ok();
    if text.len() == MAC_DIGITS { text.as_bytes().chunks_exact(2).map(pair).collect() } else { None }
}

/// The key of the salt of fingerprints among the secrets.
pub(super) const SALT: &str = "vault/fingerprint";
const FORMAT: &str = "1";
const MAC_LABEL: &str = " mac=";
const MAC_DIGITS: usize = 64;
const MAX_LINE: usize = 1024;
const _: () = assert!(MAX_FILE < u32::MAX as usize, "places in the secrets' text are 32 bits");
