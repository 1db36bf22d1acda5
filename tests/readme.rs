//! The README says what the program does: its table of keys is the table of actions, its commands exist.
#![expect(clippy::unwrap_used, reason = "a test that cannot read the README has failed")]

use clap::CommandFactory;
use paykeep::app::action;
use paykeep::cli::args::Cli;

const BEGIN: &str =
    "<!-- keys: generated from the table of actions; `UPDATE=1 cargo test --test readme` writes it -->\n";
const END: &str = "<!-- keys end -->";

fn readme() -> (std::path::PathBuf, String) {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = std::fs::read_to_string(&path).unwrap();
    (path, text)
}

#[test]
fn its_table_of_keys_is_the_table_of_actions() {
    let (path, text) = readme();
    let start = text.find(BEGIN).unwrap() + BEGIN.len();
    let end = text.find(END).unwrap();
    let table = action::markdown();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, [&text[..start], &table, &text[end..]].concat()).unwrap();
        return;
    }
    assert_eq!(text[start..end], table, "`UPDATE=1 cargo test --test readme` writes the table anew");
}

#[test]
fn every_command_that_it_shows_exists() {
    let (_, text) = readme();
    let command = Cli::command();
    let known: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    let shown =
        text.lines().flat_map(|line| line.split("paykeep ").skip(1)).filter_map(|rest| rest.split([' ', '`']).next());
    let words = shown.filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase()));
    let commands: Vec<&str> = words.filter(|w| !PROSE.contains(w)).collect();
    assert!(commands.len() > 10);
    for word in commands {
        assert!(known.contains(&word), "the README shows `paykeep {word}`");
    }
}

/// Words that follow the name in a sentence.
const PROSE: &[&str] = &["does", "keeps", "recognised", "says", "on", "can"];
