//! Keys in whatever wrapping they come: what a text is, its RSA halves, and each form that a gateway's field wants.

mod bare;
mod blocks;
mod encrypted;
mod flaw;
mod form;
mod open_ssh;
mod pair;
mod prime;
mod sieve;
mod sniff;
mod structure;
mod unwrap;

use std::fmt;

pub use bare::bare;
pub use blocks::{blocks, tidy};
pub use flaw::Flaw;
pub use form::put_back;
pub use pair::{PrivateKey, PublicKey, belongs_together};
pub use prime::{LENGTHS, Prime, from_primes, generate, prime};
pub use structure::{Algorithm, Structure, Wrapping};
pub use unwrap::looks_like_key;

pub use crate::domain::provider::KeyForm as Form;
use crate::error::{Exit, Explain};
use crate::secret::{SecretBytes, SecretText};

/// The longest text that is looked at, in bytes. An RSA key of 16384 bits in PEM takes 13 KB.
pub const MAX_LEN: usize = 64 * 1024;

/// A key that was recognised, by its DER and not by the label around it: labels lie.
#[derive(Debug)]
pub struct KeyText {
    /// What structure it is.
    pub structure: Structure,
    /// For what the key is made.
    pub algorithm: Algorithm,
    /// The length of an RSA modulus, in bits.
    pub bits: Option<u32>,
    /// Whether its algorithm is RSASSA-PSS: its owner wants no other signatures made with it (RFC 4055, 1.2). What is written
    /// here says plain RSA, as gateways take it.
    pub is_pss: bool,
    /// How the bytes were wrapped.
    pub wrapping: Wrapping,
    /// The label of the PEM text, which may say something else than `structure`.
    pub label: Option<String>,
    /// What is odd about its text.
    pub flaws: Vec<Flaw>,
    /// The RSA key: the private one if it can be read, else what there is of the public one.
    pkcs1: Option<SecretBytes>,
    /// What a password opens.
    sealed: Option<SecretBytes>,
    dek: Option<encrypted::Dek>,
}

/// Says what key a text or DER is: PEM with any label, bare base64 on one line or many, with carriage returns, escaped
/// line breaks, quotes, a lost header or footer, in a file or a mail that has more in it; or the bytes themselves. RSA keys
/// are checked on the way.
pub fn identify(bytes: &[u8]) -> Result<KeyText, KeyError> {
    if bytes.len() > MAX_LEN {
        return Err(KeyError::TooLarge);
    }
    of(unwrap::unwrap(bytes)?)
}

/// The same of base64 that has nothing around it.
fn of_base64(text: &str) -> Result<KeyText, KeyError> {
    if text.len() > MAX_LEN {
        return Err(KeyError::TooLarge);
    }
    of(unwrap::base64(text)?)
}

fn of(found: unwrap::Unwrapped) -> Result<KeyText, KeyError> {
    if found.dek.is_some() {
        if found.cut {
            let have = found.der.len();
            return Err(KeyError::Truncated { have, expected: have + 1 });
        }
        let algorithm = if found.label.as_deref().is_some_and(|l| l.starts_with("RSA")) {
            Algorithm::Rsa
        } else {
            Algorithm::Unknown
        };
        return Ok(KeyText {
            structure: Structure::EncryptedPem,
            algorithm,
            bits: None,
            is_pss: false,
            wrapping: found.wrapping,
            label: found.label,
            flaws: found.flaws,
            pkcs1: None,
            sealed: Some(found.der),
            dek: found.dek,
        });
    }
    let der = found.der.expose();
    if let Some(label) = found.label.as_ref().filter(|label| label.ends_with(" PARAMETERS")) {
        return Err(KeyError::UnknownPem { label: label.clone() });
    }
    let sniffed = sniff::sniff(der, found.cut).map_err(|error| match (error, &found.label) {
        (KeyError::NotAKey, Some(label)) => KeyError::UnknownPem { label: label.clone() },
        (error, _) => error,
    })?;
    let pkcs1 = match sniffed.structure {
        open_ssh @ (Structure::OpenSsh | Structure::EncryptedOpenSsh | Structure::OpenSshPublic)
            if sniffed.algorithm == Algorithm::Rsa =>
        {
            Some(open_ssh::pkcs1(der, open_ssh)?)
        }
        _ => sniffed.pkcs1.and_then(|range| der.get(range)).map(SecretBytes::copied),
    };
    let sealed = sniffed.structure.is_encrypted().then(|| SecretBytes::copied(der));
    let mut flaws = found.flaws;
    flaws.splice(0..0, flaw::label(found.label.as_deref(), sniffed.structure));
    let mut key = KeyText {
        structure: sniffed.structure,
        algorithm: sniffed.algorithm,
        bits: sniffed.bits,
        is_pss: sniffed.is_pss,
        wrapping: found.wrapping,
        label: found.label,
        flaws,
        pkcs1,
        sealed,
        dek: None,
    };
    if key.algorithm == Algorithm::Rsa && key.pkcs1.is_some() {
        key.bits = Some(key.public()?.bits());
    }
    Ok(key)
}

/// Any key text, written in another form.
pub fn convert(bytes: &[u8], to: Form) -> Result<SecretText, KeyError> {
    identify(bytes)?.write(to)
}

/// A stored value in the form that is wanted of a key; what is no key, and what is wanted as it is, stays so.
pub fn in_form(value: SecretBytes, form: Option<Form>) -> SecretBytes {
    match form.and_then(|form| convert(value.expose(), form).ok()) {
        Some(text) => text.into_bytes(),
        None => value,
    }
}

impl KeyText {
    /// Whether it holds a private key, readable or not.
    pub fn is_private(&self) -> bool {
        self.structure.is_private()
    }

    /// Whether a password of its own protects it.
    pub fn is_encrypted(&self) -> bool {
        self.structure.is_encrypted()
    }

    /// The same key with the password taken off; what it is inside shows only then.
    pub fn decrypt(&self, password: &SecretText) -> Result<Self, KeyError> {
        let password = password.expose().as_bytes();
        let (Some(sealed), structure) = (&self.sealed, self.structure) else { return Err(KeyError::Cipher) };
        if structure == Structure::EncryptedOpenSsh {
            let pkcs1 = open_ssh::decrypt(sealed.expose(), password)?;
            return Ok(Self {
                structure: Structure::OpenSsh,
                label: self.label.clone(),
                flaws: self.flaws.clone(),
                pkcs1,
                sealed: None,
                dek: None,
                ..*self
            });
        }
        let plain = match &self.dek {
            Some(dek) => encrypted::decrypt_pem(sealed.expose(), dek, password)?,
            None => encrypted::decrypt(sealed.expose(), password)?,
        };
        let inside = identify(plain.expose()).map_err(|error| match error {
            // One wrong password in 256 leaves bytes that end as padding does.
            KeyError::NotAKey | KeyError::Truncated { .. } | KeyError::Trailing { .. } => KeyError::WrongPassword,
            error => error,
        })?;
        Ok(Self { wrapping: self.wrapping, label: self.label.clone(), flaws: self.flaws.clone(), ..inside })
    }

    /// The RSA private key in it.
    pub fn private(&self) -> Result<PrivateKey, KeyError> {
        match &self.pkcs1 {
            _ if self.is_encrypted() => Err(self.unreadable()),
            Some(pkcs1) if self.is_private() => PrivateKey::from_pkcs1(pkcs1.expose()),
            Some(_) => Err(KeyError::NoPrivateHalf),
            None => Err(self.unreadable()),
        }
    }

    /// The RSA public key in it: the key itself, or the public half of a private one, or what a certificate certifies.
    pub fn public(&self) -> Result<PublicKey, KeyError> {
        match &self.pkcs1 {
            Some(_) if self.is_private() && !self.is_encrypted() => Ok(self.private()?.public()),
            Some(pkcs1) => PublicKey::from_pkcs1(pkcs1.expose()),
            None => Err(self.unreadable()),
        }
    }

    /// The same key in another form; a public form of a private key is its public half.
    pub fn write(&self, to: Form) -> Result<SecretText, KeyError> {
        if to.is_private() { self.private()?.write(to) } else { self.public()?.write(to).map(SecretText::new) }
    }

    fn unreadable(&self) -> KeyError {
        if self.is_encrypted() { KeyError::Encrypted } else { KeyError::Unsupported { what: self.to_string() } }
    }
}

impl fmt::Display for KeyText {
    /// In words, as in «an RSA private key of 2048 bits, PKCS#8».
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let an = match self.algorithm {
            Algorithm::Dsa | Algorithm::Unknown => "a",
            _ => "an",
        };
        let article = match (self.algorithm, self.structure) {
            (Algorithm::Unknown, form) if form.is_encrypted() => "an",
            _ => an,
        };
        write!(f, "{article} ")?;
        if self.algorithm != Algorithm::Unknown {
            write!(f, "{} ", self.algorithm)?;
        }
        match self.structure {
            form if form.is_encrypted() => f.write_str("encrypted private key")?,
            Structure::Certificate => f.write_str("certificate")?,
            Structure::Csr => f.write_str("certificate request")?,
            form if form.is_private() => f.write_str("private key")?,
            _ => f.write_str("public key")?,
        }
        if let Some(bits) = self.bits {
            write!(f, " of {bits} bits")?;
        }
        if self.is_pss {
            f.write_str(" for RSASSA-PSS alone")?;
        }
        write!(f, ", {}", self.structure)
    }
}

/// Why a text is no key that can be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Longer than [`MAX_LEN`].
    TooLarge,
    /// Neither PEM nor base64 nor DER of a key.
    NotAKey,
    /// PEM, around something that is no key of a known structure.
    UnknownPem {
        /// The label, as it stands there.
        label: String,
    },
    /// A character that is not of the base64 alphabet, inside the key.
    BadBase64,
    /// The end is missing.
    Truncated {
        /// Bytes that are there.
        have: usize,
        /// Bytes that there should be.
        expected: usize,
    },
    /// Something follows the key's end.
    Trailing {
        /// Bytes too many.
        extra: usize,
    },
    /// It looks like an RSA key, but its numbers don't fit together.
    Damaged,
    /// An RSA key with more primes than two (RFC 8017, 3.2).
    MultiPrime,
    /// An RSA key of a length that is not handled.
    Size {
        /// Its length in bits.
        bits: u32,
    },
    /// More keys than one.
    Several {
        /// How many.
        keys: usize,
    },
    /// A file of keys that is not read here.
    Foreign(Foreign),
    /// Protected with a password of its own.
    Encrypted,
    /// Protected with a password, in a way that can't be undone here.
    Cipher,
    /// That password does not open it.
    WrongPassword,
    /// Recognised, but of no use here.
    Unsupported {
        /// What it is, in words.
        what: String,
    },
    /// A public key where the private half is needed.
    NoPrivateHalf,
    /// A length that keys are not made with.
    Length {
        /// The length in bits that was asked for.
        bits: u32,
    },
    /// The generator could not make a key.
    Generation,
    /// The user did not wait for the key.
    Cancelled,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "this is too long for a key: more than {} KiB", MAX_LEN / 1024),
            Self::NotAKey => f.write_str("this is no key"),
            Self::UnknownPem { label } => write!(f, "this is PEM labelled «{label}», with no key that paykeep knows"),
            Self::BadBase64 => f.write_str("the key's text is damaged: it has a character that is not base64"),
            Self::Truncated { have, expected } => write!(f, "the key is cut off: {have} of {expected} bytes are there"),
            Self::Trailing { extra } => write!(f, "something follows the key's end: {extra} bytes too many"),
            Self::Damaged => f.write_str("the RSA key is damaged: its numbers don't fit together"),
            Self::MultiPrime => f.write_str("this is an RSA key of more than two primes, which is not supported"),
            Self::Size { bits } => write!(f, "an RSA key of {bits} bits is outside 1024 to 8192"),
            Self::Several { keys } => write!(f, "there are {keys} keys in this text"),
            Self::Foreign(foreign) => write!(f, "this is {foreign}, which paykeep does not read"),
            Self::Encrypted => f.write_str("the private key is encrypted with a password of its own"),
            Self::Cipher => f.write_str("the private key is encrypted in a way that paykeep can't undo"),
            Self::WrongPassword => f.write_str("that password does not open the private key"),
            Self::Unsupported { what } => write!(f, "this is {what}; an RSA key is needed"),
            Self::NoPrivateHalf => f.write_str("this has the public half alone; the private key is needed"),
            Self::Length { bits } => write!(f, "{bits} bits is no length that RSA keys are made with"),
            Self::Generation => f.write_str("the key could not be generated"),
            Self::Cancelled => f.write_str("broken off: no key was made"),
        }
    }
}

impl std::error::Error for KeyError {}

/// Files with keys in them that other programs open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Foreign {
    /// PKCS#12, as `.p12` and `.pfx` files are.
    Pkcs12,
    /// A `.ppk` file, as `puttygen` writes it.
    Putty,
    /// A JSON Web Key.
    Jwk,
    /// XML, as .NET writes it.
    Xml,
    /// A key of `OpenPGP`, in its own armour (RFC 9580, 6.2).
    Pgp,
}

impl Foreign {
    fn way_out(self) -> &'static str {
        match self {
            Self::Pkcs12 => "take the key out of it: openssl pkcs12 -in FILE -nocerts -nodes",
            Self::Putty => "have it written anew: puttygen FILE -O private-openssh -o NEW",
            Self::Jwk | Self::Xml | Self::Pgp => "ask for the key in PEM",
        }
    }
}

impl fmt::Display for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs12 => "a PKCS#12 file",
            Self::Putty => "a PuTTY key file",
            Self::Jwk => "a JSON Web Key",
            Self::Xml => "a key in XML",
            Self::Pgp => "a key of OpenPGP",
        })
    }
}

impl Explain for KeyError {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::BadBase64 | Self::Truncated { .. } | Self::Damaged => {
                "copy the whole key again, from its first line to its last"
            }
            Self::NotAKey | Self::UnknownPem { .. } => {
                "a key is PEM, base64 that begins with MI, the bytes of a .der file, or what OpenSSH writes"
            }
            Self::MultiPrime => "make a new pair; gateways take keys of two primes",
            Self::Unsupported { .. } => "give an RSA key; `paykeep generate` makes one in the vault",
            Self::Trailing { .. } | Self::Several { .. } => "give one key alone",
            Self::Foreign(foreign) => foreign.way_out(),
            Self::Encrypted => {
                "take the password off first: paykeep convert --to pkcs8-pem --password-file PASSWORD < FILE; without the option it asks"
            }
            Self::Cipher => "take the password off first: openssl pkey -in FILE, or ssh-keygen -p -f FILE",
            Self::WrongPassword => "nothing was written; caps lock may be on",
            Self::NoPrivateHalf => "paste the text that says PRIVATE KEY",
            Self::Length { .. } => "choose 2048, 3072 or 4096",
            _ => return None,
        };
        Some(hint.to_owned())
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Generation | Self::Cancelled => Exit::Failed,
            Self::WrongPassword => Exit::Locked,
            _ => Exit::Usage,
        }
    }
}
