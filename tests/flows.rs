//! Flows from their first step to their last, in memory: the same deeds that the screens and the command line do.
#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "flows/anything.rs"]
mod anything;
#[cfg(unix)]
#[path = "flows/calls.rs"]
mod calls;
#[path = "flows/orders.rs"]
mod orders;
#[path = "flows/sixth.rs"]
mod sixth;
#[path = "flows/vault.rs"]
mod vault;
#[path = "flows/walk.rs"]
mod walk;
