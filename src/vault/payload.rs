//! The payload's text: a first line that authenticates it, the records as TOML, the secrets at the end.

use std::iter;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::VaultError;
use super::envelope::VaultKey;
use super::records::{Records, Written};
use super::secrets::{Secrets, TITLE};
use super::text::{Slice, gather, pieces};
use crate::domain::{Document, Id, hex};
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

/// A payload's text as it is to be written: slices of buffers, most of them those of the save before it.
pub(super) struct Payload {
    /// The first line, and the records before the credentials.
    front: SecretBytes,
    pub(super) written: Arc<Written>,
    /// The records after them, and the secrets' title.
    middle: SecretBytes,
    pub(super) secrets: Secrets,
}

impl Payload {
    /// The text, piece by piece.
    pub(super) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        let records = iter::once(self.front.expose()).chain(pieces(self.written.slices()));
        records.chain(iter::once(self.middle.expose())).chain(pieces(self.secrets.slices()))
    }
}

/// Makes the text and sets the header's MAC to what was computed. What stands in `before` already is shared with it, unless a secret is
/// gone: then all is copied, so that no buffer that holds it is kept.
pub(super) fn write(
    key: &VaultKey,
    header: &mut Header,
    document: &Document,
    before: &Written,
    secrets: &Secrets,
) -> Result<Payload, VaultError> {
    let mut records = Records::of(document, before)?;
    let mut table = secrets.table(document, before.credentials()).ok_or(VaultError::Full)?;
    if table.lost {
        let mut slices: Vec<&mut Slice> = records.credentials.iter_mut().chain(table.slices_mut()).collect();
        gather(&mut slices).ok_or(VaultError::Full)?;
    }
    let Records { head, credentials, tail } = records;
    let middle = SecretBytes::new([tail.expose(), TITLE.as_bytes()].concat());
    let records = head.len() + credentials.iter().map(|slice| slice.bytes().len()).sum::<usize>() + tail.len();
    let line = header.line(header.line(0).len() + MAC_LABEL.len() + MAC_DIGITS + 1 + records);
    let written = Arc::new(Written::at(document, credentials));
    let mut payload = Payload { front: head, written, middle, secrets: Secrets::written(table.lines) };
    header.mac = hex(&mac(key, line.as_bytes(), payload.pieces()).finalize().into_bytes());
    let first = [line.as_bytes(), MAC_LABEL.as_bytes(), header.mac.as_bytes(), b"\n"].concat();
    payload.front = SecretBytes::new([&first, payload.front.expose()].concat());
    Ok(payload)
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
    mac(key, signed.as_bytes(), [after]).verify_slice(&given).map_err(|_| not_genuine())?;

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
    let secrets = Secrets::read(&text, index).ok_or_else(damaged)?;
    Ok(Read { header, document, written, secrets })
}

/// The inner MAC of a first line and of what follows it.
pub(super) fn mac<'a>(key: &VaultKey, line: &[u8], after: impl IntoIterator<Item = &'a [u8]>) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.mac_key().expose()).expect("HMAC takes a key of any length");
    mac.update(line);
    mac.update(b"\n");
    after.into_iter().for_each(|piece| mac.update(piece));
    mac
}

pub(super) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |b: &u8| char::from(*b).to_digit(16).filter(|_| !b.is_ascii_uppercase());
    let pair = |two: &[u8]| u8::try_from(digit(&two[0])? * 16 + digit(&two[1])?).ok();
    if text.len() == MAC_DIGITS { text.as_bytes().chunks_exact(2).map(pair).collect() } else { None }
}

const FORMAT: &str = "1";
const MAC_LABEL: &str = " mac=";
const MAC_DIGITS: usize = 64;
const MAX_LINE: usize = 1024;
