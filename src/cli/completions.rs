//! `paykeep completions`: what a shell needs to complete the command line.

use clap::CommandFactory as _;

use super::args::{Cli, Completions};
use super::io::{Io, Outcome};

/// Prints the completions of a shell.
pub(super) fn run(args: &Completions, io: &mut Io<'_>) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "paykeep", &mut script);
    io.print(&script)
}
