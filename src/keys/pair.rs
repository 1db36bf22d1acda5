//! The halves of an RSA key pair: read from PKCS#1, written in each form, compared, fingerprinted.

use base64ct::{Base64, Encoding};
use rsa::pkcs1::{DecodeRsaPrivateKey, DecodeRsaPublicKey, EncodeRsaPrivateKey};
use rsa::pkcs8::{EncodePrivateKey, EncodePublicKey, LineEnding};
use rsa::traits::PublicKeyParts;
use rsa::{RsaPrivateKey, RsaPublicKey};
use sha2::{Digest, Sha256};

use super::sniff::{is_multi_prime, modulus_bits};
use super::{Form, KeyError};
use crate::domain::hex;
use crate::secret::SecretText;

/// An RSA private key whose numbers fit together.
pub struct PrivateKey(RsaPrivateKey);

/// An RSA public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(RsaPublicKey);

/// Whether these two are the halves of one pair.
pub fn belongs_together(private: &PrivateKey, public: &PublicKey) -> bool {
    private.public() == *public
}

impl PrivateKey {
    pub(super) fn new(checked: RsaPrivateKey) -> Self {
        Self(checked)
    }

    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        check_size(der)?;
        if is_multi_prime(der) {
            return Err(KeyError::MultiPrime);
        }
        RsaPrivateKey::from_pkcs1_der(der).map(Self).map_err(|_| KeyError::Damaged)
    }

    /// The public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(RsaPublicKey::from(&self.0))
    }

    /// The length of the modulus.
    pub fn bits(&self) -> u32 {
        self.0.n().bits_vartime()
    }

    /// The key in this form; a public form gives the public half. PEM ends with a line break, base64 is one line.
    pub fn write(&self, form: Form) -> Result<SecretText, KeyError> {
        match form {
            Form::Pkcs8Pem => {
                let mut pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Damaged)?;
                Ok(SecretText::new(std::mem::take(&mut *pem)))
            }
            Form::Pkcs1Pem => {
                let mut pem = self.0.to_pkcs1_pem(LineEnding::LF).map_err(|_| KeyError::Damaged)?;
                Ok(SecretText::new(std::mem::take(&mut *pem)))
            }
            Form::Pkcs8Base64 => {
                let der = self.0.to_pkcs8_der().map_err(|_| KeyError::Damaged)?;
                Ok(SecretText::new(Base64::encode_string(der.as_bytes())))
            }
            Form::SpkiPem | Form::SpkiBase64 => self.public().write(form).map(SecretText::new),
        }
    }

    /// The key as the signing code takes it.
    pub fn rsa(&self) -> &RsaPrivateKey {
        &self.0
    }
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl PublicKey {
    pub(super) fn from_pkcs1(der: &[u8]) -> Result<Self, KeyError> {
        check_size(der)?;
        RsaPublicKey::from_pkcs1_der(der).map(Self).map_err(|_| KeyError::Damaged)
    }

    /// The length of the modulus.
    pub fn bits(&self) -> u32 {
        self.0.n().bits_vartime()
    }

    /// The SPKI structure.
    pub fn der(&self) -> Result<Vec<u8>, KeyError> {
        Ok(self.0.to_public_key_der().map_err(|_| KeyError::Damaged)?.into_vec())
    }

    /// The key in this form. PEM ends with a line break, base64 is one line.
    pub fn write(&self, form: Form) -> Result<String, KeyError> {
        match form {
            Form::SpkiPem => self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Damaged),
            Form::SpkiBase64 => Ok(Base64::encode_string(&self.der()?)),
            Form::Pkcs8Pem | Form::Pkcs8Base64 | Form::Pkcs1Pem => Err(KeyError::NoPrivateHalf),
        }
    }

    /// `spki-sha256:` and 64 hexadecimal digits, the same for both halves of a pair whatever their wrapping.
    pub fn fingerprint(&self) -> Result<String, KeyError> {
        Ok(format!("spki-sha256:{}", hex(&Sha256::digest(self.der()?))))
    }

    /// The key as the signing code takes it.
    pub fn rsa(&self) -> &RsaPublicKey {
        &self.0
    }
}

/// Refuses a length out of range before any arithmetic: checking a huge key takes minutes, and a small one protects nothing.
fn check_size(pkcs1: &[u8]) -> Result<(), KeyError> {
    check_bits(modulus_bits(pkcs1).ok_or(KeyError::Damaged)?)
}

/// The same for a modulus of `bits` bits.
pub(super) fn check_bits(bits: u32) -> Result<(), KeyError> {
    if (1024..=8192).contains(&bits) { Ok(()) } else { Err(KeyError::Size { bits }) }
}
