//! PKCS#8 that is encrypted with a password (RFC 5958, RFC 8018), opened.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::pkcs5::pbes2::Kdf;

use super::KeyError;
use crate::secret::SecretBytes;

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

/// Ten times what anybody uses, some seconds of work. A file that says more would keep a processor busy for minutes.
const MOST_ITERATIONS: u32 = 10_000_000;
/// 128 bytes each: half a gigabyte, 32 times what `openssl` takes by itself.
const MOST_BLOCKS: u64 = 1 << 22;
