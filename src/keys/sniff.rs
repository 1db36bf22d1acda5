//! What structure some bytes have, told from the outermost layers of their DER.

use std::ops::Range;

use super::{Algorithm, Foreign, KeyError, Structure, open_ssh};

/// A recognised structure.
pub(super) struct Sniffed {
    pub(super) structure: Structure,
    pub(super) algorithm: Algorithm,
    pub(super) bits: Option<u32>,
    /// Whether the algorithm is the one of RSASSA-PSS.
    pub(super) is_pss: bool,
    /// Where the PKCS#1 structure of an RSA key lies in the bytes.
    pub(super) pkcs1: Option<Range<usize>>,
}

/// Recognises `der`. `cut` says that its base64 ended in the middle of a group, so that an end is missing.
pub(super) fn sniff(der: &[u8], cut: bool) -> Result<Sniffed, KeyError> {
    if let Some(found) = open_ssh::sniff(der, cut)? {
        return Ok(found);
    }
    let (content, declared) = outer(der).ok_or(KeyError::NotAKey)?;
    if declared > der.len() || (cut && declared >= der.len()) {
        return Err(KeyError::Truncated { have: der.len(), expected: declared.max(der.len() + 1) });
    }
    if declared < der.len() {
        return Err(KeyError::Trailing { extra: der.len() - declared });
    }
    let items = items(der, content).ok_or(KeyError::NotAKey)?;
    if is_pkcs12(der, &items) {
        return Err(KeyError::Foreign(Foreign::Pkcs12));
    }
    structure(der, &items).ok_or(KeyError::NotAKey)
}

/// The number of significant bits of a PKCS#1 key's modulus.
pub(super) fn modulus_bits(pkcs1: &[u8]) -> Option<u32> {
    let (content, _) = outer(pkcs1)?;
    let items = items(pkcs1, content)?;
    let modulus = if items.len() > 2 { items.get(1)? } else { items.first()? };
    significant_bits(pkcs1.get(modulus.content.clone())?)
}

/// Whether a PKCS#1 private key has other primes beside its two: that is version 1 (RFC 8017, A.1.2).
pub(super) fn is_multi_prime(pkcs1: &[u8]) -> bool {
    let items = outer(pkcs1).and_then(|(content, _)| items(pkcs1, content)).unwrap_or_default();
    items.len() > 9 && items.first().and_then(|version| pkcs1.get(version.content.clone())) == Some(&[1])
}

/// The length of a number in bits, without the zeros before it.
pub(super) fn significant_bits(digits: &[u8]) -> Option<u32> {
    let first = digits.iter().position(|&byte| byte != 0)?;
    let bits = (digits.len() - first) * 8 - digits.get(first)?.leading_zeros() as usize;
    u32::try_from(bits).ok()
}

/// Tells a structure from the tags of its members.
fn structure(der: &[u8], items: &[Item]) -> Option<Sniffed> {
    let tags: Vec<u8> = items.iter().map(|item| item.tag).collect();
    let plain = |structure, algorithm| Some(Sniffed { structure, algorithm, bits: None, is_pss: false, pkcs1: None });
    match tags.as_slice() {
        // version, algorithm, key, and perhaps attributes and the public half
        [INTEGER, SEQUENCE, OCTET_STRING, ..] => keyed(der, Structure::Pkcs8, &items[1], items[2].content.clone()),
        [INTEGER, OCTET_STRING, ..] => plain(Structure::Sec1, Algorithm::Ec),
        // version, p, q, g, y, x: OpenSSL's own
        [INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER] => plain(Structure::DsaPrivate, Algorithm::Dsa),
        [INTEGER, INTEGER] => whole(der, Structure::Pkcs1Public),
        [INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, INTEGER, ..] => {
            whole(der, Structure::Pkcs1Private)
        }
        [SEQUENCE, BIT_STRING] => {
            let key = items[1].content.clone();
            // The first byte of a bit string counts the unused bits at its end.
            keyed(der, Structure::Spki, &items[0], key.start + 1..key.end)
        }
        [SEQUENCE, OCTET_STRING] if is_encryption(der, &items[0])? => {
            plain(Structure::EncryptedPkcs8, Algorithm::Unknown)
        }
        [SEQUENCE, SEQUENCE, BIT_STRING] => signed(der, &items[0]),
        _ => None,
    }
}

/// PKCS#12 (RFC 7292): its version, 3, and what it holds.
fn is_pkcs12(der: &[u8], items: &[Item]) -> bool {
    let [version, content, ..] = items else { return false };
    version.tag == INTEGER
        && der.get(version.content.clone()) == Some(&[3])
        && content.tag == SEQUENCE
        && identifier(der, content).is_some_and(|oid| oid.starts_with(PKCS7))
}

/// A structure that says its algorithm before the key.
fn keyed(der: &[u8], structure: Structure, algorithm: &Item, key: Range<usize>) -> Option<Sniffed> {
    let is_pss = identifier(der, algorithm) == Some(RSA_PSS);
    let algorithm = named(der, algorithm)?;
    let pkcs1 = (algorithm == Algorithm::Rsa).then_some(key);
    let bits = pkcs1.clone().and_then(|range| modulus_bits(der.get(range)?));
    Some(Sniffed { structure, algorithm, bits, is_pss, pkcs1 })
}

/// A PKCS#1 structure that stands alone. Anything could be two numbers, hence the look at their size.
fn whole(der: &[u8], structure: Structure) -> Option<Sniffed> {
    let bits = modulus_bits(der).filter(|&bits| bits >= 256)?;
    Some(Sniffed { structure, algorithm: Algorithm::Rsa, bits: Some(bits), is_pss: false, pkcs1: Some(0..der.len()) })
}

/// A certificate or a request for one: what is signed holds the public key.
fn signed(der: &[u8], body: &Item) -> Option<Sniffed> {
    let members = items(der, body.content.clone())?;
    let is_request = matches!(members.as_slice(), [v, s, k, ..] if v.tag == INTEGER && s.tag == SEQUENCE && k.tag == SEQUENCE)
        && members.len() <= 4;
    let structure = if is_request { Structure::Csr } else { Structure::Certificate };
    let key = members.iter().filter(|item| item.tag == SEQUENCE).find_map(|item| {
        let parts = items(der, item.content.clone())?;
        match parts.as_slice() {
            [algorithm, key] if algorithm.tag == SEQUENCE && key.tag == BIT_STRING => {
                keyed(der, structure, algorithm, key.content.start + 1..key.content.end)
            }
            _ => None,
        }
    });
    // Without a key in it, it is some other signed structure.
    key
}

fn named(der: &[u8], algorithm: &Item) -> Option<Algorithm> {
    let oid = identifier(der, algorithm)?;
    Some(match oid {
        RSA | RSA_PSS => Algorithm::Rsa,
        EC => Algorithm::Ec,
        ED25519 => Algorithm::Ed25519,
        ED448 => Algorithm::Ed448,
        X25519 => Algorithm::X25519,
        X448 => Algorithm::X448,
        DSA => Algorithm::Dsa,
        _ => Algorithm::Unknown,
    })
}

/// Whether an algorithm is one that encrypts with a password: PKCS#5 or PKCS#12.
fn is_encryption(der: &[u8], algorithm: &Item) -> Option<bool> {
    let oid = identifier(der, algorithm)?;
    Some(oid.starts_with(PKCS5) || oid.starts_with(PKCS12_PBE))
}

fn identifier<'a>(der: &'a [u8], algorithm: &Item) -> Option<&'a [u8]> {
    let members = items(der, algorithm.content.clone())?;
    let oid = members.first().filter(|item| item.tag == OBJECT_IDENTIFIER)?;
    der.get(oid.content.clone())
}

/// One element of DER: its tag, and where its content lies in the whole.
struct Item {
    tag: u8,
    content: Range<usize>,
}

/// The outermost sequence: where its content lies, and how long the whole says it is. The content may reach past the end.
fn outer(der: &[u8]) -> Option<(Range<usize>, usize)> {
    let (tag, content) = header(der, 0)?;
    let inner = *der.get(content.start)?;
    // Every key begins with a number or a sequence: base64 of something else seldom does.
    (tag == SEQUENCE && matches!(inner, INTEGER | SEQUENCE)).then(|| (content.clone(), content.end))
}

/// The elements in a part of the whole; none when it is not a row of elements that ends with that part.
fn items(der: &[u8], part: Range<usize>) -> Option<Vec<Item>> {
    let mut found = Vec::new();
    let mut at = part.start;
    while at < part.end && found.len() < MOST_ITEMS {
        let (tag, content) = header(der, at)?;
        if content.end > part.end {
            return None;
        }
        at = content.end;
        found.push(Item { tag, content });
    }
    Some(found)
}

/// The tag and the content of the element at `at`.
fn header(der: &[u8], at: usize) -> Option<(u8, Range<usize>)> {
    let tag = *der.get(at)?;
    let first = usize::from(*der.get(at + 1)?);
    let (length, start) = if first < 0x80 {
        (first, at + 2)
    } else {
        let digits = first - 0x80;
        if !(1..=3).contains(&digits) {
            return None;
        }
        let bytes = der.get(at + 2..at + 2 + digits)?;
        (bytes.iter().fold(0, |sum, &byte| sum << 8 | usize::from(byte)), at + 2 + digits)
    };
    Some((tag, start..start + length))
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
/// More than any of the structures has; a row of a thousand empty elements is none of them.
const MOST_ITEMS: usize = 16;

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a];
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
const X25519: &[u8] = &[0x2b, 0x65, 0x6e];
const X448: &[u8] = &[0x2b, 0x65, 0x6f];
const ED448: &[u8] = &[0x2b, 0x65, 0x71];
const DSA: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x38, 0x04, 0x01];
const PKCS5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x05];
const PKCS7: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07];
const PKCS12_PBE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x0c, 0x01];
