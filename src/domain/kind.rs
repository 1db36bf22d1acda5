//! What sort of thing a credential is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The kinds of credential that gateways issue. What a kind is called at one provider stands in that provider's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A bearer secret of the merchant's server.
    SecretKey,
    /// May be seen by anyone: it starts client-side SDKs.
    PublishableKey,
    /// A short-lived secret for one customer's device.
    ClientSecret,
    /// An ID and a secret that belong together.
    ClientCredentials,
    /// A symmetric key that signs.
    SigningKey,
    /// A private key, its public key, and the ID that the provider gave it.
    KeyPair,
    /// The provider's own public key, which verifies what it sends.
    ProviderPublicKey,
    /// Verifies webhooks.
    WebhookSecret,
    /// A token with an expiry, fetched with other credentials.
    AccessToken,
}

impl Kind {
    /// All of them, in the order of the vocabulary.
    pub const ALL: [Self; 9] = [
        Self::SecretKey,
        Self::PublishableKey,
        Self::ClientSecret,
        Self::ClientCredentials,
        Self::SigningKey,
        Self::KeyPair,
        Self::ProviderPublicKey,
        Self::WebhookSecret,
        Self::AccessToken,
    ];

    /// The word in files, on the command line and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SecretKey => "secret-key",
            Self::PublishableKey => "publishable-key",
            Self::ClientSecret => "client-secret",
            Self::ClientCredentials => "client-credentials",
            Self::SigningKey => "signing-key",
            Self::KeyPair => "key-pair",
            Self::ProviderPublicKey => "provider-public-key",
            Self::WebhookSecret => "webhook-secret",
            Self::AccessToken => "access-token",
        }
    }

    /// The fields that a credential of this kind has where its provider's file names none. The flag: is it secret?
    pub fn usual_fields(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::PublishableKey => &[("value", false)],
            Self::ClientCredentials => &[("client_id", false), ("client_secret", true)],
            Self::KeyPair => &[("private_key", true), ("public_key", false), ("key_id", false)],
            Self::ProviderPublicKey => &[("public_key", false)],
            _ => &[("value", true)],
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|k| k.as_str() == word).ok_or(())
    }
}
