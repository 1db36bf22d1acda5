//! The nouns and rules of paykeep, without any I/O and without a clock.

mod clean;
mod environment;
mod kind;
pub mod provider;

pub use clean::{clean, clean_lines};
pub use environment::Environment;
pub use kind::Kind;
