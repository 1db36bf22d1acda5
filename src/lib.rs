//! paykeep

pub mod catalog;
pub mod domain;
pub mod error;
pub mod secret;
pub mod view;
