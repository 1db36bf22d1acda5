//! The age envelopes: the identity under the passphrase, the payload under the identity, and limits before any cryptography.

use std::io::{self, Read, Write};

use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor, scrypt, x25519};
use hkdf::Hkdf;
use sha2::Sha256;

use super::VaultError;
use crate::domain::clean;
use crate::secret::{SecretBytes, SecretText};

/// What opens a vault: its age identity, and the key of the inner MAC that follows from it.
pub struct VaultKey {
    identity: x25519::Identity,
    mac: SecretBytes,
}

impl VaultKey {
    /// A new identity.
    pub fn generate() -> Self {
        Self::from_identity(x25519::Identity::generate())
    }

    fn from_identity(identity: x25519::Identity) -> Self {
        let text = identity.to_string();
        let mut mac = vec![0; 32];
        Hkdf::<Sha256>::new(None, text.expose_secret().as_bytes())
            .expand(MAC_CONTEXT, &mut mac)
            .expect("32 bytes are fewer than HKDF's limit of 255 hashes");
        Self { identity, mac: SecretBytes::new(mac) }
    }

    /// The key of the inner MAC: HKDF-SHA-256 (RFC 5869) over the identity's text, without salt, under a context of its own.
    pub(super) fn mac_key(&self) -> &SecretBytes {
        &self.mac
    }

    /// Opens `identity.age`. scrypt takes about a second and 256 MiB at [`WORK_FACTOR`].
    pub fn open(file: &[u8], passphrase: &SecretText) -> Result<Self, VaultError> {
        match prescan(file, IDENTITY)? {
            Prescan { work_factor: Some(n), .. } if n > MAX_WORK_FACTOR => return Err(VaultError::WorkFactor(n)),
            Prescan { work_factor: None, .. } => return Err(VaultError::Damaged(IDENTITY)),
            Prescan { .. } => {}
        }
        let mut identity = scrypt::Identity::new(SecretString::from(passphrase.expose().to_owned()));
        identity.set_max_work_factor(MAX_WORK_FACTOR);
        let plain = decrypt(file, &identity).map_err(|error| match error {
            DecryptError::DecryptionFailed | DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed => {
                VaultError::WrongPassphrase
            }
            DecryptError::ExcessiveWork { required, .. } => VaultError::WorkFactor(required),
            _ => VaultError::Damaged(IDENTITY),
        })?;
        let text = plain.into_text().map_err(|_| VaultError::Damaged(IDENTITY))?;
        let line = text.expose().lines().find(|line| !line.is_empty() && !line.starts_with('#'));
        let identity = line.and_then(|l| l.parse().ok()).ok_or(VaultError::Damaged(IDENTITY))?;
        Ok(Self::from_identity(identity))
    }

    /// Writes `identity.age` under a passphrase. `work_factor` is log2: [`WORK_FACTOR`] but in tests.
    pub fn seal(&self, passphrase: &SecretText, work_factor: u8) -> Result<Vec<u8>, VaultError> {
        let mut recipient = scrypt::Recipient::new(SecretString::from(passphrase.expose().to_owned()));
        recipient.set_work_factor(work_factor);
        let text = self.identity.to_string();
        let mut plain = SecretText::with_capacity(text.expose_secret().len() + 1);
        for c in text.expose_secret().chars().chain(['\n']) {
            plain.insert(plain.len(), c);
        }
        encrypt(plain.expose().as_bytes(), &recipient).map_err(|_| VaultError::Entropy)
    }

    /// Opens an age file that is encrypted to this identity.
    pub(super) fn decrypt(&self, file: &[u8]) -> Result<SecretBytes, VaultError> {
        prescan(file, VAULT)?;
        decrypt(file, &self.identity).map_err(|error| match error {
            DecryptError::NoMatchingKeys => VaultError::OtherIdentity,
            _ => VaultError::Damaged(VAULT),
        })
    }

    /// Encrypts to this identity.
    pub(super) fn encrypt(&self, plain: &[u8]) -> Result<Vec<u8>, VaultError> {
        if plain.len() > MAX_PAYLOAD {
            return Err(VaultError::Full);
        }
        encrypt(plain, &self.identity.to_public()).map_err(|_| VaultError::Entropy)
    }

    /// Encrypts a text to this identity, piece by piece, while it is written: what is written stands nowhere in memory as a whole. The
    /// errors are those of `out`.
    pub(super) fn encrypt_into<'a>(
        &self,
        pieces: impl Iterator<Item = &'a [u8]>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        encrypt_into(pieces, &self.identity.to_public(), out)
    }
}

fn encrypt(plain: &[u8], recipient: &dyn age::Recipient) -> io::Result<Vec<u8>> {
    let mut file = Vec::with_capacity(plain.len() + plain.len() / 4096 + MAX_HEADER);
    encrypt_into(std::iter::once(plain), recipient, &mut file)?;
    Ok(file)
}

fn encrypt_into<'a>(
    pieces: impl Iterator<Item = &'a [u8]>,
    recipient: &dyn age::Recipient,
    out: &mut dyn Write,
) -> io::Result<()> {
    let encryptor = Encryptor::with_recipients(std::iter::once(recipient)).map_err(io::Error::other)?;
    let mut writer = encryptor.wrap_output(out)?;
    for piece in pieces {
        writer.write_all(piece)?;
    }
    writer.finish()?.flush()
}

fn decrypt(file: &[u8], identity: &dyn age::Identity) -> Result<SecretBytes, DecryptError> {
    let mut reader = Decryptor::new(file)?.decrypt(std::iter::once(identity))?;
    // Sized before it is filled, and one larger than it can become: the reader asks once more at its end.
    let mut plain = Vec::with_capacity(file.len());
    let read = reader.read_to_end(&mut plain);
    let plain = SecretBytes::new(plain);
    read?;
    Ok(plain)
}

/// What the header says, read without any cryptography.
struct Prescan {
    /// Of the one scrypt stanza, if that is the one.
    work_factor: Option<u8>,
}

/// Checks size and shape of a header before age's own parser sees it, which reads a header of any size in quadratic time
/// (64 KB of stanzas take it 11 s), and before scrypt runs with a work factor from outside.
fn prescan(file: &[u8], name: &'static str) -> Result<Prescan, VaultError> {
    let damaged = VaultError::Damaged(name);
    if file.len() > MAX_FILE {
        return Err(VaultError::TooLarge(name));
    }
    let mut lines = file[..file.len().min(MAX_HEADER)].split(|b| *b == b'\n');
    match lines.next() {
        Some(b"age-encryption.org/v1") => {}
        Some(line) if line.starts_with(b"age-encryption.org/") && line.len() < 40 => {
            let version = line.rsplit(|b| *b == b'/').next().unwrap_or_default();
            return Err(VaultError::Newer(format!("{} of age", clean(&String::from_utf8_lossy(version)))));
        }
        _ => return Err(damaged),
    }
    let mut stanzas = 0;
    let mut work_factor = None;
    for line in lines {
        if line.starts_with(b"--- ") {
            return if stanzas == 0 { Err(damaged) } else { Ok(Prescan { work_factor }) };
        }
        if let Some(stanza) = line.strip_prefix(b"-> ") {
            stanzas += 1;
            if let Some(arguments) = stanza.strip_prefix(b"scrypt ") {
                let text = std::str::from_utf8(arguments).map_err(|_| damaged.clone())?;
                let factor = text.split(' ').nth(1).and_then(|n| n.parse().ok());
                work_factor = Some(factor.ok_or_else(|| damaged.clone())?);
            }
        }
        if stanzas > MAX_STANZAS || line.len() > MAX_LINE {
            return Err(damaged);
        }
    }
    Err(damaged)
}

/// log2 of scrypt's cost for a new identity file: 256 MiB and about a second. Fixed, never measured: what a fast
/// machine can afford says nothing about the attacker's.
pub const WORK_FACTOR: u8 = 18;
/// The highest that is opened: 1 GiB and a few seconds. age's own limit follows the machine and goes up to 16 GiB.
pub const MAX_WORK_FACTOR: u8 = 20;
/// The largest vault file, in bytes.
pub const MAX_FILE: usize = 64 * 1024 * 1024;
/// The largest payload: what encryption adds to it fits.
pub(super) const MAX_PAYLOAD: usize = MAX_FILE - 2 * MAX_HEADER;
const MAX_HEADER: usize = 16 * 1024;
const MAX_STANZAS: usize = 64;
const MAX_LINE: usize = 512;
const MAC_CONTEXT: &[u8] = b"paykeep vault.age inner MAC, format 1";
const IDENTITY: &str = "identity.age";
const VAULT: &str = "vault.age";

#[cfg(test)]
mod tests {
    use super::*;

    fn passphrase() -> SecretText {
        SecretText::copied("walnut orbit sleepy cargo violin")
    }

    #[test]
    fn an_identity_opens_with_its_passphrase_only() {
        let key = VaultKey::generate();
        let file = key.seal(&passphrase(), 4).unwrap();
        let again = VaultKey::open(&file, &passphrase()).unwrap();
        assert_eq!(again.mac_key().expose(), key.mac_key().expose());
        let wrong = VaultKey::open(&file, &SecretText::copied("walnut")).err();
        assert_eq!(wrong, Some(VaultError::WrongPassphrase));
    }

    #[test]
    fn a_high_work_factor_is_refused_before_scrypt_runs() {
        let file = VaultKey::generate().seal(&passphrase(), 4).unwrap();
        let text = String::from_utf8_lossy(&file).into_owned();
        for n in [21_u8, 30, 63, 200] {
            let header = text.split('\n').nth(1).unwrap();
            let bomb = header.trim_end_matches('4').to_owned() + &n.to_string();
            let at = file.windows(header.len()).position(|w| w == header.as_bytes()).unwrap();
            let forged = [&file[..at], bomb.as_bytes(), &file[at + header.len()..]].concat();
            assert_eq!(VaultKey::open(&forged, &passphrase()).err(), Some(VaultError::WorkFactor(n)));
        }
    }

    #[test]
    fn a_header_bomb_is_refused_before_it_is_parsed() {
        for stanza in [
            "-> X25519 a\nbbbb\n".repeat(2_000),
            "-> X25519 a\nbbbb\n".repeat(500_000),
            "-> ".to_owned() + &"x".repeat(9_000),
        ] {
            let file = format!("age-encryption.org/v1\n{stanza}--- mac\npayload");
            let error = VaultKey::generate().decrypt(file.as_bytes()).unwrap_err();
            assert_eq!(error, VaultError::Damaged(VAULT));
        }
    }

    #[test]
    fn files_of_other_kinds_are_told_apart() {
        let key = VaultKey::generate();
        let error = |file: &[u8]| key.decrypt(file).unwrap_err();
        assert_eq!(error(b""), VaultError::Damaged(VAULT));
        assert_eq!(error(b"[vault]\nid = 1\n"), VaultError::Damaged(VAULT));
        assert_eq!(error(b"age-encryption.org/v2\n-> X\n"), VaultError::Newer("v2 of age".into()));
        assert_eq!(error(&VaultKey::generate().encrypt(b"x").unwrap()), VaultError::OtherIdentity);
        assert_eq!(
            VaultKey::open(&key.encrypt(b"x").unwrap(), &passphrase()).err(),
            Some(VaultError::Damaged(IDENTITY))
        );
    }

    #[test]
    fn payloads_around_the_chunk_size_read_back() {
        let key = VaultKey::generate();
        for size in [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000] {
            let plain = vec![7; size];
            let file = key.encrypt(&plain).unwrap();
            assert_eq!(key.decrypt(&file).unwrap().expose(), plain);
        }
    }
}
