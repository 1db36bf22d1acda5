//! The built program on a vault in a temporary folder, and the words that it has for its users.
//!
//! Opening a vault takes the better part of a second: what needs no program of its own is tested in `src/cli/tests.rs`.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "cli/errors.rs"]
mod errors;
#[path = "cli/help.rs"]
mod help;
#[path = "cli/program.rs"]
mod program;
