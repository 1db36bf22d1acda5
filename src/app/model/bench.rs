//! What the bench holds: whose key, which recipe, the request, and what came of it.

use std::sync::Arc;

use crate::app::bench::Report;
use crate::app::form::Form;
use crate::app::model::StepAt;
use crate::app::msg::Ticket;
use crate::error::Problem;
use crate::signing::Message;

/// The bench. It is kept while another page is shown.
#[derive(Debug, Default)]
pub struct Bench {
    /// Key, recipe, what the other side has, the request; and last the result, where letters are keys.
    pub form: Form,
    /// Whether what the other side has is a string to sign; else it is a signature.
    pub takes_text: bool,
    /// A body that can't be edited on the screen byte for byte: it is long, or holds what is not seen.
    pub body: Option<Arc<Vec<u8>>>,
    /// A string to sign of the other side, for the same reasons.
    pub their_text: Option<Arc<Vec<u8>>>,
    /// What was told while the request was read.
    pub notes: Vec<String>,
    /// The request, or why it can't be read; `None`: there is none.
    pub message: Option<Result<Arc<Message>, Problem>>,
    /// What came of the last trial.
    pub report: Option<Box<Report>>,
    /// The file that was named for an example last.
    pub(in crate::app) file: String,
    /// The step of a flow that a verified answer is the proof for, and the versions that it is about, by reference and number.
    pub step: Option<(StepAt, Vec<String>)>,
    /// Whether the page of a credential was opened from here, and leads back.
    pub opened: bool,
    /// The first line of the result that is drawn.
    pub top: usize,
    /// The trial that runs.
    pub(in crate::app) asked: Option<Ticket>,
    /// Whether something changed since it began.
    pub(in crate::app) stale: bool,
}

impl Bench {
    /// Whether what is shown is of what stands there now.
    pub fn is_fresh(&self) -> bool {
        self.asked.is_none()
    }

    /// Whether any credential signs.
    pub fn has_keys(&self) -> bool {
        !self.form.fields.is_empty()
    }
}
