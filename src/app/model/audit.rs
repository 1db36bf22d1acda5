//! What the model knows of the audit log's page.

use jiff::tz::TimeZone;

use super::{Busy, List};
use crate::app::input::TextInput;
use crate::domain::audit::{Entry, Flaw};

/// The audit log.
#[derive(Debug, Default)]
pub struct Log {
    /// The entries that the vault's own file has, newest first. Filled while the page is shown.
    pub rows: Vec<Entry>,
    /// What the list shows, as indices into `rows`.
    pub shown: Vec<usize>,
    /// The chosen row, as an index into `shown`.
    pub list: List,
    /// What the list is filtered by.
    pub filter: TextInput,
    /// Whether letters go into the filter.
    pub filtering: bool,
    /// What is wrong with the log: of these entries, or after `v` of all months.
    pub flaws: Vec<Flaw>,
    /// Whether that was looked for in all months.
    pub checked: bool,
    /// How many older entries stand in files of their own.
    pub older: u64,
    /// The zone in which dates are shown, and looked for.
    pub zone: Option<TimeZone>,
    /// While it is checked or exported.
    pub busy: Option<Busy>,
    /// Whether the page of a credential was opened from here, and leads back.
    pub opened: bool,
}
