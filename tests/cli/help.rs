//! Every command's `--help`, in one place, so that its tone can be read.

use std::fmt::Write as _;

use clap::{Command, CommandFactory as _};
use paykeep::cli::args::Cli;

#[test]
fn every_command_explains_itself() {
    let mut root = Cli::command().term_width(100);
    root.build();
    let mut text = root.render_long_help().to_string();
    describe(&root, &mut text);
    let trimmed: Vec<&str> = text.lines().map(str::trim_end).collect();
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "." }, {
        insta::assert_snapshot!("help", trimmed.join("\n"));
    });
}

/// What stands below a command, without the options that every command takes: those stand at the top.
fn describe(parent: &Command, text: &mut String) {
    for command in parent.get_subcommands() {
        let name = command.get_bin_name().unwrap_or_default().to_owned();
        let mut own = command.clone().term_width(100).mut_args(|arg| {
            let common = arg.is_global_set() || arg.get_id() == "help";
            arg.hide(common)
        });
        let _ = write!(text, "\n──────── {name}\n\n{}", own.render_long_help());
        describe(command, text);
    }
}

#[test]
fn help_says_nothing_that_is_not_a_sentence() {
    let mut root = Cli::command();
    root.build();
    check(&root);
}

fn check(command: &Command) {
    let is_sentence = |text: &str| text.starts_with(char::is_uppercase) && !text.ends_with('.');
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    assert!(is_sentence(&about), "{}: {about}", command.get_name());
    for arg in command.get_arguments() {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        assert!(is_sentence(&help), "{} {}: {help}", command.get_name(), arg.get_id());
    }
    command.get_subcommands().for_each(check);
}
