//! What OpenSSH writes: its container of a private key (PROTOCOL.key), and public keys as RFC 4253 (6.6) has them.
//!
//! The layers around are walked here, so that it can be said what is wrong with them; the private part is read by the ssh-key crate.

use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs1::der::Encode;
use rsa::pkcs1::der::asn1::UintRef;
use rsa::{BoxedUint, RsaPrivateKey};
use ssh_key::private::KeypairData;

use super::sniff::{Sniffed, significant_bits};
use super::{Algorithm, KeyError, Structure};
use crate::secret::SecretBytes;

/// Recognises what OpenSSH writes; none when it is something else. `cut` says that an end is known to be missing.
pub(super) fn sniff(bytes: &[u8], cut: bool) -> Result<Option<Sniffed>, KeyError> {
    let mut reader = Reader { bytes, at: 0, cut };
    if bytes.starts_with(MAGIC) {
        reader.at = MAGIC.len();
        let container = container(&mut reader)?;
        reader.end()?;
        let mut inner = Reader { bytes: container.public, at: 0, cut: false };
        // The container is whole: if what is in it is not, somebody changed it.
        let (algorithm, bits) = inner.public().map_err(|_| KeyError::Damaged)?.unwrap_or((Algorithm::Unknown, None));
        let structure = if container.encrypted { Structure::EncryptedOpenSsh } else { Structure::OpenSsh };
        return Ok(Some(Sniffed { structure, algorithm, bits, is_pss: false, pkcs1: None }));
    }
    let Some((algorithm, bits)) = reader.public()? else { return Ok(None) };
    reader.end()?;
    Ok(Some(Sniffed { structure: Structure::OpenSshPublic, algorithm, bits, is_pss: false, pkcs1: None }))
}

/// The PKCS#1 structure of an RSA key: of the private key when its container is not encrypted, else of the public half.
pub(super) fn pkcs1(bytes: &[u8], structure: Structure) -> Result<SecretBytes, KeyError> {
    match structure {
        Structure::OpenSsh => private(&ssh_key::PrivateKey::from_bytes(bytes).map_err(|_| KeyError::Damaged)?),
        Structure::EncryptedOpenSsh => {
            let mut reader = Reader { bytes, at: MAGIC.len(), cut: false };
            public(container(&mut reader)?.public)
        }
        _ => public(bytes),
    }
}

/// The PKCS#1 structure of the RSA key in an encrypted container; none when another kind of key is in it.
pub(super) fn decrypt(bytes: &[u8], password: &[u8]) -> Result<Option<SecretBytes>, KeyError> {
    let mut reader = Reader { bytes, at: MAGIC.len(), cut: false };
    if container(&mut reader)?.rounds > MOST_ROUNDS {
        return Err(KeyError::Cipher);
    }
    let sealed = ssh_key::PrivateKey::from_bytes(bytes).map_err(|_| KeyError::Cipher)?;
    let key = sealed.decrypt(password).map_err(|error| match error {
        ssh_key::Error::AlgorithmUnknown | ssh_key::Error::AlgorithmUnsupported { .. } => KeyError::Cipher,
        _ => KeyError::WrongPassword,
    })?;
    match key.key_data() {
        KeypairData::Rsa(_) => private(&key).map(Some),
        _ => Ok(None),
    }
}

fn private(key: &ssh_key::PrivateKey) -> Result<SecretBytes, KeyError> {
    let rsa = key.key_data().rsa().ok_or(KeyError::Damaged)?;
    let number = |mpint: &ssh_key::Mpint| mpint.as_positive_bytes().map(BoxedUint::from_be_slice_vartime);
    let (public, private) = (rsa.public(), rsa.private());
    let numbers = [public.n(), public.e(), private.d(), private.p(), private.q()].map(number);
    let [Some(modulus), Some(public), Some(private), Some(p), Some(q)] = numbers else { return Err(KeyError::Damaged) };
    super::pair::check_bits(modulus.bits_vartime())?;
    let key = RsaPrivateKey::from_components(modulus, public, private, vec![p, q]).map_err(|_| KeyError::Damaged)?;
    let der = key.to_pkcs1_der().map_err(|_| KeyError::Damaged)?;
    Ok(SecretBytes::copied(der.as_bytes()))
}

fn public(blob: &[u8]) -> Result<SecretBytes, KeyError> {
    let mut reader = Reader { bytes: blob, at: 0, cut: false };
    let _name = reader.string()?;
    let (exponent, modulus) = (reader.string()?, reader.string()?);
    let positive = |digits| UintRef::new(digits).map_err(|_| KeyError::Damaged);
    let key = rsa::pkcs1::RsaPublicKey { modulus: positive(modulus)?, public_exponent: positive(exponent)? };
    key.to_der().map(SecretBytes::new).map_err(|_| KeyError::Damaged)
}

/// What stands before the private part.
struct Container<'a> {
    encrypted: bool,
    rounds: u32,
    public: &'a [u8],
}

fn container<'a>(reader: &mut Reader<'a>) -> Result<Container<'a>, KeyError> {
    let cipher = reader.string()?;
    let _derivation = reader.string()?;
    let options = reader.string()?;
    // A salt, and how often it is hashed.
    let rounds = options.last_chunk().map_or(0, |digits| u32::from_be_bytes(*digits));
    let keys = reader.number()?;
    if keys != 1 {
        return Err(KeyError::Several { keys: usize::try_from(keys).unwrap_or(usize::MAX) });
    }
    let public = reader.string()?;
    let _private = reader.string()?;
    // Ciphers that authenticate put their tag behind the container.
    if cipher.ends_with(b"@openssh.com") {
        reader.take(16)?;
    }
    Ok(Container { encrypted: cipher != b"none", rounds, public })
}

/// Walks over strings that have their length in four bytes before them (RFC 4251, 5).
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// An end is known to be missing, even if what is there seems whole.
    cut: bool,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], KeyError> {
        let end = self.at.saturating_add(length);
        let cut = KeyError::Truncated { have: self.bytes.len(), expected: end };
        let taken = self.bytes.get(self.at..end).ok_or(cut)?;
        self.at = end;
        Ok(taken)
    }

    fn number(&mut self) -> Result<u32, KeyError> {
        let digits = self.take(4)?;
        Ok(digits.iter().fold(0, |sum, &byte| sum << 8 | u32::from(byte)))
    }

    fn string(&mut self) -> Result<&'a [u8], KeyError> {
        let length = self.number()?;
        self.take(usize::try_from(length).unwrap_or(usize::MAX))
    }

    /// A public key; none when its name is not that of one.
    fn public(&mut self) -> Result<Option<(Algorithm, Option<u32>)>, KeyError> {
        let begin = self.at;
        let Ok(name) = self.string() else {
            self.at = begin;
            return Ok(None);
        };
        let (algorithm, strings) = match name {
            b"ssh-rsa" => (Algorithm::Rsa, 2),
            b"ssh-ed25519" => (Algorithm::Ed25519, 1),
            b"ssh-dss" => (Algorithm::Dsa, 4),
            name if name.starts_with(b"ecdsa-sha2-") => (Algorithm::Ec, 2),
            _ => return Ok(None),
        };
        let mut last: &[u8] = &[];
        for _ in 0..strings {
            last = self.string()?;
        }
        Ok(Some((algorithm, significant_bits(last).filter(|_| algorithm == Algorithm::Rsa))))
    }

    fn end(&self) -> Result<(), KeyError> {
        if self.at < self.bytes.len() {
            Err(KeyError::Trailing { extra: self.bytes.len() - self.at })
        } else if self.cut {
            Err(KeyError::Truncated { have: self.bytes.len(), expected: self.bytes.len() + 1 })
        } else {
            Ok(())
        }
    }
}

const MAGIC: &[u8] = b"openssh-key-v1\0";
/// A hundred times what `ssh-keygen` takes by itself; a container that says more keeps a processor busy for minutes.
const MOST_ROUNDS: u32 = 2400;
