//! paykeep

pub mod app;
pub mod catalog;
pub mod domain;
pub mod error;
pub mod keys;
pub mod secret;
pub mod vault;
pub mod view;
