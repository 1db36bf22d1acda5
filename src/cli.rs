//! The command line: its words in [`args`], one file for each command, and how every one of them ends.
//!
//! Standard output carries data only; notes, errors and hints go to standard error.

mod account;
mod add;
pub mod args;
mod audit;
mod beside;
mod bin;
mod catalog;
mod completions;
mod convert;
mod copy;
mod detect;
mod doctor;
mod due;
mod edit;
mod example;
mod fit;
mod flow;
mod generate;
mod get;
mod given;
mod ics;
mod init;
mod io;
pub mod json;
mod kind;
mod ls;
mod man;
mod merge;
mod new_passphrase;
mod open;
mod passphrase;
mod place;
mod records;
mod request;
mod show;
mod sign;
#[cfg(test)]
mod tests;
mod token;
mod values;
mod verify;
mod when;
mod whose;
mod withheld;

use std::process::ExitCode;

use clap::Parser as _;
use clap::error::ErrorKind;
use jiff::Timestamp;

use args::{Cli, Command, Global};
use io::{Io, Outcome, Stop, Unbuffered};

use crate::catalog::Catalog;
use crate::error::{Exit, Problem};
use crate::shell::folders::Folders;
use crate::shell::run::{self, Startup};
use crate::shell::store::OpenVault;
use crate::shell::{hardening, providers, signals};

/// Runs the program.
pub fn main() -> ExitCode {
    hardening::harden();
    // Without a home folder there are no files of the user's own.
    let (catalog, told) = match Folders::of_platform() {
        Ok(folders) => providers::load(&folders.config),
        Err(_) => (Catalog::builtin().clone(), Vec::new()),
    };
    let (input_is_terminal, output_is_terminal) = io::terminals();
    let mut io = Io {
        input: &mut std::io::stdin(),
        input_is_terminal,
        input_waits: &io::waits,
        output: &mut Unbuffered,
        output_is_terminal,
        notes: &mut std::io::stderr(),
        now: Timestamp::now(),
        catalog: &catalog,
        known: None,
    };
    for wrong in told {
        io.note(wrong.trim_end_matches('.'));
    }
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let outcome = match Cli::try_parse() {
        // The screens end with a signal's code when one ended them.
        Ok(Cli { command: None, demo, global }) => screens(demo, &global),
        Ok(cli) => execute(cli, &mut io, open::open).map(|exit| exit as u8),
        Err(error) => not_understood(&error, &mut io).map(|exit| exit as u8),
    };
    ExitCode::from(outcome.unwrap_or_else(|stop| match stop {
        Stop::Signal(ending) => signals::exit_code(ending),
        stop => ended(stop, &words, &mut io) as u8,
    }))
}

/// Runs the program with screens.
fn screens(demo: bool, global: &Global) -> Outcome<u8> {
    if global.passphrase_fd.is_some() || global.passphrase_file.is_some() {
        return Err(Problem::new(Exit::Usage, "the screen asks for the passphrase itself")
            .hint("leave --passphrase-fd and --passphrase-file away; they are for the commands")
            .into());
    }
    let vault = if demo { None } else { Some(open::folder(global)?) };
    Ok(run::run(Startup { vault, settings: Folders::of_platform()?.config })?.code())
}

/// Does what the command line says. `open` gives the vault; told whether standard input is taken.
fn execute(cli: Cli, io: &mut Io<'_>, open: impl Fn(&Global, bool) -> Outcome<OpenVault>) -> Outcome<Exit> {
    let global = &cli.global;
    if cli.demo && cli.command.is_some() {
        return Err(Problem::new(Exit::Usage, "--demo takes no command")
            .hint("`paykeep --demo` shows the screens; the commands work on a vault")
            .into());
    }
    // What a save says of dates goes by the providers that are known here.
    let catalog = io.catalog;
    let open = |global: &Global, reads_input, io: &mut Io<'_>| {
        let mut vault = open(global, reads_input)?;
        vault.know(catalog.clone());
        vault.notices().iter().for_each(|notice| io.note(notice));
        io.known = Some(vault.snapshot().document.clone());
        Ok::<_, Stop>(vault)
    };
    let Some(command) = cli.command else { return screens(cli.demo, global).map(|_| Exit::Done) };
    match command {
        // What needs no vault.
        Command::Detect(args) => detect::run(&args, io)?,
        Command::Due(args) if args.quick => return due::quick(&open::folder(global)?, io),
        Command::Catalog(args) => return catalog::run(&args, io),
        Command::Convert(args) => return convert::run(&args, io),
        Command::Doctor(args) => return doctor::run(&args, global, open, io),
        Command::Completions(args) => completions::run(&args, io)?,
        Command::Man => man::run(io)?,
        Command::Init(args) => init::run(&args, global, io)?,
        Command::Passphrase(args) => passphrase::run(&args, global, io)?,
        // What standard input gives is read, and refused, before a passphrase is asked.
        Command::Add(args) => {
            let wanted = add::read(*args, io)?;
            add::run(wanted, &mut open(global, true, io)?, io)?;
        }
        Command::Whose(args) => {
            let value = io.read_secret("the value")?;
            values::not_empty(&value)?;
            return whose::run(&args, &value, &mut open(global, true, io)?, io);
        }
        // The same: a message that can't be read costs no passphrase.
        Command::Sign(args) => {
            let message = request::read(&args.message, false, io)?;
            sign::run(&args, &message, &mut open(global, true, io)?, io)?;
        }
        Command::Verify(args) => {
            let message = request::read(&args.message, true, io)?;
            return verify::run(&args, &message, &mut open(global, true, io)?, io);
        }
        Command::Token(args) => token::run(&args, &mut open(global, false, io)?, io)?,
        Command::Due(args) => return due::run(&args, &mut open(global, false, io)?, io),
        Command::Ls(args) => ls::run(&args, &open(global, false, io)?.snapshot().document, io)?,
        Command::Show(args) => show::run(&args, &open(global, false, io)?.snapshot().document, io)?,
        Command::Get(args) if args.copy => return copy::run(&args, open(global, false, io)?, io),
        Command::Get(args) => get::run(&args, &mut open(global, false, io)?, io)?,
        Command::Audit(args) => return audit::run(&args, &open(global, false, io)?, io),
        Command::Edit(args) => edit::edit(args, &mut open(global, false, io)?, io)?,
        Command::Mv(args) => edit::mv(&args, &mut open(global, false, io)?, io)?,
        Command::Rm(args) => bin::rm(&args, &mut open(global, false, io)?, io)?,
        Command::Undo(args) => bin::undo(&args, &mut open(global, false, io)?, io)?,
        Command::Account(args) => account::run(args, &mut open(global, false, io)?, io)?,
        Command::Flow(args) => {
            let reads = matches!(&args, args::Flow::Next(next) if next.json || next.field.is_some());
            flow::run(args, &mut open(global, reads, io)?, io)?;
        }
        Command::Generate(args) => generate::run(&args, &mut open(global, false, io)?, io)?,
        Command::Place(args) => place::run(args, &mut open(global, false, io)?, io)?,
        Command::Merge(args) => merge::run(&args, &mut open(global, false, io)?, io)?,
    }
    Ok(Exit::Done)
}

/// Reports what is to be reported, and says with which code the program ends. `words` are the command line's.
fn ended(stop: Stop, words: &[String], io: &mut Io<'_>) -> Exit {
    match stop {
        Stop::ReaderGone => Exit::Done,
        // Told as shells tell a signal, in `main`.
        Stop::Signal(_) => Exit::Failed,
        Stop::Problem(problem) => {
            let exit = problem.exit;
            let records = io.known.take();
            let known = |name: &str| records.as_ref().is_some_and(|records| values::has_name(records, name));
            io::report(io.notes, &withheld::withheld(problem, words, io.catalog, known));
            exit
        }
    }
}

/// Help and version, which are asked for, and what the command line got wrong.
fn not_understood(error: &clap::Error, io: &mut Io<'_>) -> Outcome<Exit> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            let text = error.render();
            let text = if io.output_is_terminal { text.ansi().to_string() } else { text.to_string() };
            io.print(text.as_bytes()).map(|()| Exit::Done)
        }
        // What stands there may be a secret, given where none belongs: it is not repeated.
        ErrorKind::UnknownArgument if !names_an_option(error) => {
            Err(Problem::new(Exit::Usage, "there is one argument too many")
                .hint("values are given on standard input, never as an argument; `--help` shows what the command takes")
                .into())
        }
        ErrorKind::InvalidSubcommand => Err(Problem::new(Exit::Usage, "there is no such command")
            .hint("`paykeep --help` shows every command")
            .into()),
        _ => Err(usage(&error.render().to_string()).into()),
    }
}

fn names_an_option(error: &clap::Error) -> bool {
    use clap::error::{ContextKind, ContextValue};
    matches!(error.get(ContextKind::InvalidArg), Some(ContextValue::String(arg)) if withheld::is_option(arg))
}

/// Says what clap says in our own two lines.
fn usage(text: &str) -> Problem {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let mut parts = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
    let message = parts.next().unwrap_or_default();
    let (message, values) = match message.split_once(" [possible values: ") {
        Some((message, values)) => (message.to_owned(), Some(format!("it is one of {}", values.trim_end_matches(']')))),
        None => (message, None),
    };
    let rest: Vec<String> = parts.collect();
    let tip = rest.iter().find_map(|part| part.strip_prefix("tip: ").map(str::to_owned));
    let usage = rest.iter().find_map(|part| part.strip_prefix("Usage: ").map(|usage| format!("usage: {usage}")));
    let hint = values.or(tip).or(usage).unwrap_or_else(|| "`paykeep --help` shows every command".to_owned());
    Problem::new(Exit::Usage, message.trim_end_matches('.')).hint(hint)
}
