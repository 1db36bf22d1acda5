//! `paykeep detect`: what the text on standard input is.

use super::args::Detect;
use super::io::{Io, Outcome};

/// Prints the candidates, best first.
pub(super) fn run(args: &Detect, io: &mut Io<'_>) -> Outcome {
    let _ = (args, io);
    todo!()
}
