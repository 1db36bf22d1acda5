//! The rows.

use super::Action;

/// Every action. Where several rows have the same key, the first one that applies has it.
pub static TABLE: &[Action] = &[];
