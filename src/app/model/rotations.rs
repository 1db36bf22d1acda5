//! What the model knows of the coming 90 days.

use jiff::Timestamp;

use super::List;
use crate::domain::due::Agenda;
use crate::domain::{Environment, Id};

/// What is due, and the coming 90 days.
#[derive(Debug, Default)]
pub struct Rotations {
    /// All that is to be done, and every date that comes.
    pub agenda: Agenda,
    /// The list: what is to be done, then what was put off. Indices into `agenda`.
    pub shown: Vec<usize>,
    /// How many of `shown` were not put off.
    pub to_do: usize,
    /// How many count as due within 14 days, or are late.
    pub due: usize,
    /// The lines of the timeline, from top to bottom.
    pub lanes: Vec<Lane>,
    /// The chosen row of the list.
    pub list: List,
    /// Whether the page of a credential or flow was opened from here, and leads back.
    pub opened: bool,
}

/// A line of the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A blank line between two groups; left out where lines are few.
    Gap,
    /// The badge that heads a group.
    Badge(Environment),
    /// An entry: index into [`Rotations::agenda`].
    Item(usize),
}

/// How the lines of the screen are divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Split {
    /// Lines of the timeline below its axis; without any there is no timeline.
    pub lanes: usize,
    /// Rows of the list.
    pub rows: usize,
}

/// The question until when something is put off.
#[derive(Debug)]
pub struct Later {
    /// Which credential.
    pub credential: Id,
    /// Its reference.
    pub reference: String,
    /// The badge.
    pub environment: Environment,
    /// What would be put off, in words.
    pub words: String,
    /// What can be chosen: the words, and until when; `None` takes an earlier «later» back.
    pub until: Vec<(&'static str, Option<Timestamp>)>,
    /// The chosen one.
    pub chosen: usize,
}
