//! paykeep

pub mod domain;
pub mod error;
pub mod keys;
pub mod secret;
