//! The names of what keys look like: structures, algorithms and wrappings.

use std::fmt;

/// The structure in which a key came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Structure {
    /// `PrivateKeyInfo` (RFC 5958).
    Pkcs8,
    /// `EncryptedPrivateKeyInfo`.
    EncryptedPkcs8,
    /// `RSAPrivateKey` (RFC 8017).
    Pkcs1Private,
    /// `SubjectPublicKeyInfo` (RFC 5280).
    Spki,
    /// `RSAPublicKey` (RFC 8017).
    Pkcs1Public,
    /// `ECPrivateKey` (RFC 5915).
    Sec1,
    /// A DSA key as OpenSSL once wrote it.
    DsaPrivate,
    /// PEM encrypted the old way, with `Proc-Type` and `DEK-Info` lines.
    EncryptedPem,
    /// OpenSSH's own container of a private key.
    OpenSsh,
    /// The same, encrypted; the public half in it is not.
    EncryptedOpenSsh,
    /// A line of `authorized_keys`, or RFC 4716 around the same bytes.
    OpenSshPublic,
    /// An X.509 certificate.
    Certificate,
    /// A PKCS#10 certificate request.
    Csr,
}

impl Structure {
    /// The word in provider files and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pkcs8 => "pkcs8",
            Self::EncryptedPkcs8 => "encrypted-pkcs8",
            Self::Pkcs1Private => "pkcs1",
            Self::Spki => "spki",
            Self::Pkcs1Public => "pkcs1-public",
            Self::Sec1 => "sec1",
            Self::DsaPrivate => "dsa",
            Self::EncryptedPem => "encrypted-pem",
            Self::OpenSsh => "openssh",
            Self::EncryptedOpenSsh => "encrypted-openssh",
            Self::OpenSshPublic => "openssh-public",
            Self::Certificate => "certificate",
            Self::Csr => "csr",
        }
    }

    /// Whether a private key is in it, readable or not.
    pub fn is_private(self) -> bool {
        matches!(self, Self::Pkcs8 | Self::Pkcs1Private | Self::Sec1 | Self::DsaPrivate | Self::OpenSsh)
            || self.is_encrypted()
    }

    /// Whether a password of its own protects it.
    pub fn is_encrypted(self) -> bool {
        matches!(self, Self::EncryptedPkcs8 | Self::EncryptedPem | Self::EncryptedOpenSsh)
    }

    /// The PEM labels that it goes by (RFC 7468, and what `openssl` and `ssh-keygen` write).
    pub(super) fn labels(self) -> &'static [&'static str] {
        match self {
            Self::Pkcs8 => &["PRIVATE KEY"],
            Self::EncryptedPkcs8 => &["ENCRYPTED PRIVATE KEY"],
            Self::Pkcs1Private => &["RSA PRIVATE KEY"],
            Self::Spki => &["PUBLIC KEY"],
            Self::Pkcs1Public => &["RSA PUBLIC KEY"],
            Self::Sec1 => &["EC PRIVATE KEY"],
            Self::DsaPrivate => &["DSA PRIVATE KEY"],
            Self::EncryptedPem => &["RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"],
            Self::OpenSsh | Self::EncryptedOpenSsh => &["OPENSSH PRIVATE KEY"],
            Self::OpenSshPublic => &["SSH2 PUBLIC KEY"],
            Self::Certificate => &["CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE"],
            Self::Csr => &["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"],
        }
    }
}

impl fmt::Display for Structure {
    /// As people write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pkcs8 => "PKCS#8",
            Self::EncryptedPkcs8 => "encrypted PKCS#8",
            Self::Pkcs1Private | Self::Pkcs1Public => "PKCS#1",
            Self::Spki => "SPKI",
            Self::Sec1 => "SEC1",
            Self::DsaPrivate => "as OpenSSL once wrote it",
            Self::EncryptedPem => "encrypted PEM of the old kind",
            Self::OpenSsh | Self::EncryptedOpenSsh | Self::OpenSshPublic => "OpenSSH",
            Self::Certificate => "X.509",
            Self::Csr => "PKCS#10",
        })
    }
}

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// RSA, with either object identifier.
    Rsa,
    /// A key on a NIST or other Weierstrass curve.
    Ec,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// X25519.
    X25519,
    /// X448.
    X448,
    /// DSA.
    Dsa,
    /// Not said, or none of these.
    Unknown,
}

impl Algorithm {
    /// The word in provider files and JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ec => "ec",
            Self::Ed25519 => "ed25519",
            Self::Ed448 => "ed448",
            Self::X25519 => "x25519",
            Self::X448 => "x448",
            Self::Dsa => "dsa",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Algorithm {
    /// As people write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "RSA",
            Self::Ec => "EC",
            Self::Ed25519 => "Ed25519",
            Self::Ed448 => "Ed448",
            Self::X25519 => "X25519",
            Self::X448 => "X448",
            Self::Dsa => "DSA",
            Self::Unknown => "unknown",
        })
    }
}

/// What was around the key's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wrapping {
    /// Lines between `BEGIN` and `END`, one of which may be missing.
    Pem,
    /// Base64 alone.
    Base64,
    /// Nothing.
    Der,
}
