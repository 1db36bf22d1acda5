//! What a password protects, opened: PKCS#8 (RFC 5958, RFC 8018), and PEM as it was encrypted before (RFC 1421's headers).

use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, KeyIvInit};
use md5::{Digest, Md5};
use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Kdf;
use zeroize::Zeroizing;

use super::KeyError;
use crate::secret::SecretBytes;

/// How PEM of the old kind is encrypted, as its `DEK-Info` line says: the cipher, and what it begins with.
#[derive(Clone, Debug)]
pub(super) struct Dek {
    pub(super) cipher: String,
    pub(super) iv: Vec<u8>,
}

/// The structure in PEM of the old kind. Its password is hashed once, with MD5, which guards little: this only reads.
pub(super) fn decrypt_pem(bytes: &[u8], dek: &Dek, password: &[u8]) -> Result<SecretBytes, KeyError> {
    match dek.cipher.as_str() {
        "AES-128-CBC" => opened::<cbc::Decryptor<aes::Aes128>>(bytes, dek, password),
        "AES-192-CBC" => opened::<cbc::Decryptor<aes::Aes192>>(bytes, dek, password),
        "AES-256-CBC" => opened::<cbc::Decryptor<aes::Aes256>>(bytes, dek, password),
        "DES-EDE3-CBC" => opened::<cbc::Decryptor<des::TdesEde3>>(bytes, dek, password),
        _ => Err(KeyError::Cipher),
    }
}

fn opened<D: KeyIvInit + BlockModeDecrypt>(bytes: &[u8], dek: &Dek, password: &[u8]) -> Result<SecretBytes, KeyError> {
    let salt = dek.iv.get(..8).ok_or(KeyError::Cipher)?;
    // As many digests as the key takes, each of the one before, the password and the salt.
    let mut key = Zeroizing::new(Vec::with_capacity(D::key_size() + DIGEST));
    while key.len() < D::key_size() {
        let last = key.len().saturating_sub(DIGEST);
        let mut digest = Md5::new();
        digest.update(key.get(last..).unwrap_or_default());
        digest.update(password);
        digest.update(salt);
        key.extend_from_slice(&digest.finalize());
    }
    let key = key.get(..D::key_size()).unwrap_or_default();
    let decryptor = D::new_from_slices(key, &dek.iv).map_err(|_| KeyError::Cipher)?;
    let mut plain = Zeroizing::new(bytes.to_vec());
    // Bytes that are no whole number of blocks were cut off.
    if !plain.len().is_multiple_of(D::block_size()) {
        let expected = plain.len().next_multiple_of(D::block_size());
        return Err(KeyError::Truncated { have: plain.len(), expected });
    }
    let plain = decryptor.decrypt_padded::<Pkcs7>(&mut plain).map_err(|_| KeyError::WrongPassword)?;
    Ok(SecretBytes::copied(plain))
}

/// The PKCS#8 structure in an encrypted one.
pub(super) fn decrypt(der: &[u8], password: &[u8]) -> Result<SecretBytes, KeyError> {
    let sealed = EncryptedPrivateKeyInfoRef::try_from(der).map_err(|_| KeyError::Cipher)?;
    let scheme = sealed.encryption_algorithm.pbes2().ok_or(KeyError::Cipher)?;
    let affordable = match &scheme.kdf {
        Kdf::Pbkdf2(params) => params.iteration_count <= MOST_ITERATIONS,
        Kdf::Scrypt(params) => {
            u64::from(params.block_size)
                .saturating_mul(u64::from(params.parallelization))
                .saturating_mul(params.cost_parameter)
                <= MOST_BLOCKS
        }
        _ => false,
    };
    if !affordable {
        return Err(KeyError::Cipher);
    }
    match sealed.decrypt(password) {
        Ok(plain) => Ok(SecretBytes::copied(plain.as_bytes())),
        Err(pkcs8::Error::EncryptedPrivateKey(pkcs8::pkcs5::Error::UnsupportedAlgorithm { .. })) => {
            Err(KeyError::Cipher)
        }
        // Whatever else goes wrong comes from bytes that a wrong key made.
        Err(_) => Err(KeyError::WrongPassword),
    }
}

/// The length of what MD5 gives.
const DIGEST: usize = 16;
/// Ten times what anybody uses, some seconds of work. A file that says more would keep a processor busy for minutes.
const MOST_ITERATIONS: u32 = 10_000_000;
/// 128 bytes each: half a gigabyte, 32 times what `openssl` takes by itself.
const MOST_BLOCKS: u64 = 1 << 22;
