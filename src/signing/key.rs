//! Keys as recipes read them, and the primitives.

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair};
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::rand_core::CryptoRng;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, Pss};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::SignError;
use super::coding::unhex;
use crate::domain::provider::{Algorithm, KeyDecode};
use crate::keys::{self, PrivateKey, PublicKey};
use crate::secret::SecretBytes;

/// A key, ready for use.
#[derive(Debug)]
pub enum Key {
    /// Bytes that both sides know.
    Shared(SecretBytes),
    /// Signs, and checks with its public half.
    Private(Box<PrivateKey>),
    /// Checks.
    Public(PublicKey),
}

impl Key {
    /// Reads a field's value as the recipe says. One of no bytes is refused: what it signs, anybody can sign.
    pub fn decode(value: &SecretBytes, how: &KeyDecode) -> Result<Self, SignError> {
        let bytes = value.expose();
        if bytes.trim_ascii().is_empty() {
            return Err(SignError::EmptyKey);
        }
        match Self::read(bytes, how)? {
            Self::Shared(key) if key.expose().is_empty() => Err(SignError::EmptyKey),
            key => Ok(key),
        }
    }

    fn read(bytes: &[u8], how: &KeyDecode) -> Result<Self, SignError> {
        let text = || std::str::from_utf8(bytes).ok().map(str::trim);
        let base64 = |text: &str| {
            // Padding is often lost on the way.
            let bare = text.trim_end_matches('=');
            let padded = SecretBytes::new(format!("{bare}{}", "=".repeat((4 - bare.len() % 4) % 4)).into_bytes());
            let decoded = std::str::from_utf8(padded.expose()).ok().and_then(|text| Base64::decode_vec(text).ok());
            decoded.map(|bytes| Self::Shared(SecretBytes::new(bytes)))
        };
        let bad = |wanted: &str| SignError::BadKey { wanted: wanted.to_owned() };
        match how {
            KeyDecode::Utf8 => Ok(Self::Shared(SecretBytes::copied(bytes))),
            KeyDecode::Hex => {
                let decoded = text().and_then(unhex).ok_or_else(|| bad("hexadecimal"))?;
                Ok(Self::Shared(SecretBytes::new(decoded)))
            }
            KeyDecode::Base64 => text().and_then(base64).ok_or_else(|| bad("base64")),
            KeyDecode::Base64After(prefix) => text()
                .and_then(|text| text.strip_prefix(prefix.as_str()))
                .and_then(base64)
                .ok_or_else(|| bad(&format!("base64 after {prefix}"))),
            KeyDecode::Sha1 => Ok(Self::Shared(SecretBytes::new(Sha1::digest(bytes).to_vec()))),
            KeyDecode::RsaKey => {
                let key = keys::identify(bytes)?;
                if key.is_private() {
                    Ok(Self::Private(Box::new(key.private()?)))
                } else {
                    Ok(Self::Public(key.public()?))
                }
            }
        }
    }

    /// Signs the text. A hash has the key in it, and what is sent has too, where it is not empty. `random` blinds RSA and salts PSS.
    pub(super) fn sign(
        &self,
        algorithm: Algorithm,
        text: &[u8],
        random: &mut (impl CryptoRng + ?Sized),
    ) -> Result<Vec<u8>, SignError> {
        match (self, algorithm) {
            (Self::Shared(key), Algorithm::HmacSha256) => {
                Ok(mac::<Hmac<Sha256>>(key.expose(), text)?.finalize().into_bytes().to_vec())
            }
            (Self::Shared(key), Algorithm::HmacSha512) => {
                Ok(mac::<Hmac<Sha512>>(key.expose(), text)?.finalize().into_bytes().to_vec())
            }
            (Self::Shared(key), Algorithm::HmacSha1) => {
                Ok(mac::<Hmac<Sha1>>(key.expose(), text)?.finalize().into_bytes().to_vec())
            }
            (Self::Shared(key), Algorithm::Token) => Ok(sent(key, text).to_vec()),
            (Self::Shared(_), algorithm) if algorithm.is_hash() => Ok(hash(algorithm, text)),
            (Self::Private(key), algorithm) if algorithm.is_rsa() => rsa(key, algorithm, text, random),
            (Self::Public(_), algorithm) if algorithm.is_rsa() => Err(SignError::Rsa(keys::KeyError::NoPrivateHalf)),
            _ => Err(SignError::KeyKind),
        }
    }

    /// Whether this is the key's signature of the text; in constant time where the key is shared.
    pub(super) fn verifies(&self, algorithm: Algorithm, text: &[u8], signature: &[u8]) -> bool {
        let rsa = match self {
            Self::Shared(key) => {
                let bytes = key.expose();
                return match algorithm {
                    Algorithm::HmacSha256 => is_mac::<Hmac<Sha256>>(bytes, text, signature),
                    Algorithm::HmacSha512 => is_mac::<Hmac<Sha512>>(bytes, text, signature),
                    Algorithm::HmacSha1 => is_mac::<Hmac<Sha1>>(bytes, text, signature),
                    Algorithm::Token => is_same(sent(key, text), signature),
                    hashed if hashed.is_hash() => is_same(&hash(hashed, text), signature),
                    _ => false,
                };
            }
            Self::Private(key) => key.public(),
            Self::Public(key) => key.clone(),
        };
        let digest = Sha256::digest(text);
        match algorithm {
            Algorithm::RsaPkcs1v15Sha256 => rsa.rsa().verify(Pkcs1v15Sign::new::<Sha256>(), &digest, signature).is_ok(),
            Algorithm::RsaPssSha256Salt20 | Algorithm::RsaPssSha256Salt32 => {
                rsa.rsa().verify(Pss::<Sha256>::new_with_salt(salt(algorithm)), &digest, signature).is_ok()
            }
            Algorithm::RsaPkcs1v15Sha1 => {
                rsa.rsa().verify(Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(text), signature).is_ok()
            }
            Algorithm::RsaPkcs1v15Sha512 => {
                rsa.rsa().verify(Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(text), signature).is_ok()
            }
            Algorithm::RsaPkcs1v15Bare => rsa.rsa().verify(Pkcs1v15Sign::new_unprefixed(), &digest, signature).is_ok(),
            Algorithm::RsaPssSha256AnySalt => {
                let mut scheme = Pss::<Sha256>::new_with_salt(0);
                scheme.salt_len = None;
                rsa.rsa().verify(scheme, &digest, signature).is_ok()
            }
            _ => false,
        }
    }
}

/// An RSA signature. By ring where it takes the key and the algorithm: its assembly needs a third of the time that rsa's portable code
/// does. It takes 2048 to 4096 bits, an exponent of at least 65537 and a salt as long as the hash, which it draws by itself, from no
/// other source. rsa signs the rest, blinded, with `random`.
fn rsa(
    key: &PrivateKey,
    algorithm: Algorithm,
    text: &[u8],
    random: &mut (impl CryptoRng + ?Sized),
) -> Result<Vec<u8>, SignError> {
    if let Some(signature) = by_ring(key, algorithm, text) {
        return Ok(signature);
    }
    let digest = Sha256::digest(text);
    let signed = match algorithm {
        Algorithm::RsaPkcs1v15Sha256 => key.rsa().sign_with_rng(random, Pkcs1v15Sign::new::<Sha256>(), &digest),
        Algorithm::RsaPkcs1v15Sha1 => key.rsa().sign_with_rng(random, Pkcs1v15Sign::new::<Sha1>(), &Sha1::digest(text)),
        Algorithm::RsaPkcs1v15Sha512 => {
            key.rsa().sign_with_rng(random, Pkcs1v15Sign::new::<Sha512>(), &Sha512::digest(text))
        }
        Algorithm::RsaPkcs1v15Bare => key.rsa().sign_with_rng(random, Pkcs1v15Sign::new_unprefixed(), &digest),
        Algorithm::RsaPssSha256AnySalt => {
            // The longest that there is room for, as OpenSSL has it by itself.
            let longest = key.rsa().size().saturating_sub(digest.len() + 2);
            key.rsa().sign_with_rng(random, Pss::<Sha256>::new_blinded_with_salt(longest), &digest)
        }
        _ => key.rsa().sign_with_rng(random, Pss::<Sha256>::new_blinded_with_salt(salt(algorithm)), &digest),
    };
    signed.map_err(|_| SignError::Failed)
}

fn by_ring(key: &PrivateKey, algorithm: Algorithm, text: &[u8]) -> Option<Vec<u8>> {
    let encoding: &'static dyn ring::signature::RsaEncoding = match algorithm {
        Algorithm::RsaPkcs1v15Sha256 => &RSA_PKCS1_SHA256,
        Algorithm::RsaPssSha256Salt32 => &RSA_PSS_SHA256,
        _ => return None,
    };
    let pair = RsaKeyPair::from_der(key.rsa().to_pkcs1_der().ok()?.as_bytes()).ok()?;
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), text, &mut signature).ok()?;
    Some(signature)
}

/// What is sent where nothing is signed: the text with the key in it, or the key alone.
fn sent<'a>(key: &'a SecretBytes, text: &'a [u8]) -> &'a [u8] {
    if text.is_empty() { key.expose() } else { text }
}

fn hash(algorithm: Algorithm, text: &[u8]) -> Vec<u8> {
    match algorithm {
        Algorithm::Sha512 => Sha512::digest(text).to_vec(),
        Algorithm::Md5 => Md5::digest(text).to_vec(),
        _ => Sha256::digest(text).to_vec(),
    }
}

/// Compares a MAC of both, so that how long it takes says nothing of where they differ.
fn is_same(ours: &[u8], theirs: &[u8]) -> bool {
    mac::<Hmac<Sha256>>(b"", ours).is_ok_and(|mac| is_mac::<Hmac<Sha256>>(b"", theirs, &mac.finalize().into_bytes()))
}

fn salt(algorithm: Algorithm) -> usize {
    if algorithm == Algorithm::RsaPssSha256Salt20 { 20 } else { 32 }
}

fn mac<M: Mac + KeyInit>(key: &[u8], text: &[u8]) -> Result<M, SignError> {
    let mut mac = <M as KeyInit>::new_from_slice(key).map_err(|_| SignError::KeyKind)?;
    mac.update(text);
    Ok(mac)
}

fn is_mac<M: Mac + KeyInit>(key: &[u8], text: &[u8], tag: &[u8]) -> bool {
    mac::<M>(key, text).is_ok_and(|mac| mac.verify_slice(tag).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_no_bytes_is_refused_however_it_is_written() {
        let after = || KeyDecode::Base64After("whsec_".into());
        let hows = [KeyDecode::Utf8, KeyDecode::Hex, KeyDecode::Base64, KeyDecode::Sha1, KeyDecode::RsaKey, after()];
        let blank = hows.into_iter().flat_map(|how| [("", how.clone()), (" \n", how)]);
        for (text, how) in blank.chain([("whsec_", after()), ("whsec_\n", after()), ("whsec_==", after())]) {
            let key = Key::decode(&SecretBytes::copied(text.as_bytes()), &how);
            assert!(matches!(key, Err(SignError::EmptyKey)), "{text:?} {how:?}");
        }
        assert!(Key::decode(&SecretBytes::copied(b"whsec_MfKQ"), &after()).is_ok());
    }
}
