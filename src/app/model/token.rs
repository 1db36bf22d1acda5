//! What the screen of tokens holds.

use jiff::Timestamp;

use super::Busy;
use crate::domain::Id;
use crate::error::Problem;

/// A token that can be fetched, or is.
#[derive(Debug)]
pub struct TokenPage {
    /// The credentials that get it.
    pub credential: Id,
    /// While one is fetched.
    pub busy: Option<Busy>,
    /// Why the last try came to nothing.
    pub failed: Option<Problem>,
    /// How far the page is scrolled.
    pub top: usize,
    /// How far the present try is.
    pub(in crate::app) stage: Fetching,
    /// The credential from which it was opened.
    pub(in crate::app) from: Id,
    /// Whether that was its page, and not the list.
    pub(in crate::app) from_detail: bool,
}

/// How far a try to fetch a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Fetching {
    /// There is none.
    Not,
    /// The user's consent is being saved.
    Allowing,
    /// That the secret leaves is being saved.
    Remembering,
    /// The gateway was asked, at this time.
    Asked(Timestamp),
    /// The token is being saved.
    Storing,
}
