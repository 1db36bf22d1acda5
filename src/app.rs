//! The pure core of the terminal program: the model, what can happen, what can be done, and what follows from what.
//!
//! `msg` and `effect` are the table of contents; `action` is the one table of keys. Nothing here touches the world: time comes with each
//! message, and everything else is asked for by an effect.

pub mod action;
pub mod effect;
pub mod form;
pub mod fuzzy;
pub mod input;
pub mod model;
pub mod msg;
mod stand_in;

pub use crate::vault::Unlocked;
pub use effect::{Consent, Effect};
pub use model::Model;
pub use msg::{Answer, Msg, Now, Ticket};
pub use stand_in::{Candidate, Detection};
