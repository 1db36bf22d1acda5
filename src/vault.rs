//! The vault as bytes: records and secrets ⇄ one TOML payload, its inner MAC, and the age envelopes around payload and identity.
//!
//! No files here: [`shell::store`](crate::shell::store) reads and writes them. The formats:
//!
//! - `identity.age`: the vault's age identity (one `AGE-SECRET-KEY-1…` line), encrypted with the passphrase (scrypt).
//! - `vault.age`: the payload, encrypted to that identity. Its first line is a TOML comment with the inner MAC, its end the
//!   table `[secrets]`, one value a line. `age -d -i identity.age vault.age` prints it.
//! - `audit/2026-11-DEVICE.age`: older entries of the audit log, a file for each month and computer, encrypted and authenticated in the same way.
//!
//! Why an inner MAC: whoever knows an age recipient can make a file that opens (age authenticates no sender). So the recipient
//! stands nowhere in clear, and the payload is checked under a key that only the identity gives, before its TOML is parsed.

mod archive;
mod elsewhere;
mod envelope;
mod error;
mod payload;
mod records;
mod secrets;
mod text;
mod unlocked;

pub use archive::{open_log, seal_log};
pub use elsewhere::Elsewhere;
pub use envelope::{MAX_FILE, MAX_WORK_FACTOR, VaultKey, WORK_FACTOR};
pub use error::VaultError;
pub use payload::Header;
pub use unlocked::{Draft, Match, Sealed, Unlocked};
