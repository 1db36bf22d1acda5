//! The nouns and rules of paykeep, without any I/O and without a clock.

pub mod audit;
mod change;
mod clean;
mod consent;
mod document;
pub mod due;
mod environment;
mod hex;
mod id;
mod join;
pub mod journal;
mod kind;
pub mod passphrase;
pub mod provider;
mod record;
mod reference;
mod shell_word;
pub mod sorted;
mod stamp;
mod version;

pub use change::{
    Add, Applied, BIN_DAYS, Change, ChangeError, Context, Deed, Fingerprint, Hold, IntoUse, NewField, NewValue, Place,
};
pub use clean::{MAX_TEXT, clean, clean_lines};
pub use consent::{Consent, MayReach};
pub use document::{
    CLIPBOARD_S, Device, Document, IDLE_LOCK_S, ResolveError, Set, Settings, Standing, Target, VaultRecord,
};
pub use environment::Environment;
pub use hex::hex;
pub use id::Id;
pub use join::{Conflict, join};
pub use journal::Journal;
pub use kind::Kind;
pub use record::{Account, Consumer, Credential, Current, Proof, Side, Tombstone, Use};
pub use reference::{MalformedReference, Reference, Slug, Which, field_name};
pub use shell_word::shell_word;
pub use stamp::{DeviceId, Stamp, Stamps};
pub use version::{Field, Fields, Life, Origin, SecretKey, State, Version};
