//! `paykeep man`: the manual page, one for all commands, made from the same words as `--help`.

use clap::{Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::args::{Cli, EXIT_CODES};
use super::io::{Io, Outcome};

/// Prints the manual page.
pub(super) fn run(io: &mut Io<'_>) -> Outcome {
    let page = page()?;
    io.print(&page)
}

/// The page in roff.
pub(super) fn page() -> std::io::Result<Vec<u8>> {
    let mut root = Cli::command();
    // Puts the options that every command takes into each of them.
    root.build();
    let mut page = Vec::new();
    // Without a date, so that the same version prints the same page.
    let man = Man::new(root.clone()).manual("paykeep").date("");
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    let mut heading = Roff::new();
    heading.control("SH", ["COMMANDS"]);
    heading.to_writer(&mut page)?;
    for command in root.get_subcommands() {
        describe(command, "paykeep", &mut page)?;
    }
    after(&mut page)?;
    Ok(page)
}

/// One command and what stands below it, as sub-sections.
fn describe(command: &Command, parent: &str, page: &mut Vec<u8>) -> std::io::Result<()> {
    let name = format!("{parent} {}", command.get_name());
    if command.has_subcommands() {
        return command.get_subcommands().try_for_each(|sub| describe(sub, &name, page));
    }
    // Those stand once, at the top.
    let own = command.clone().bin_name(&name).mut_args(|arg| {
        let common = arg.is_global_set() || arg.get_id() == "help";
        arg.hide(common)
    });
    let has_options = own.get_arguments().any(|arg| !arg.is_hide_set());
    let man = Man::new(own);
    let mut section = Roff::new();
    section.control("SS", [name.as_str()]);
    section.to_writer(page)?;
    let mut parts = Vec::new();
    man.render_synopsis_section(&mut parts)?;
    parts.extend_from_slice(b".PP\n");
    man.render_description_section(&mut parts)?;
    if has_options {
        man.render_options_section(&mut parts)?;
    }
    let parts = String::from_utf8_lossy(&parts);
    // The headings of a whole page, and the two lines that each part repeats.
    let own = |line: &&str| !line.starts_with(".SH") && !line.starts_with(".ie") && !line.starts_with(".el");
    for line in parts.lines().filter(own) {
        page.extend_from_slice(line.as_bytes());
        page.push(b'\n');
    }
    Ok(())
}

fn after(page: &mut Vec<u8>) -> std::io::Result<()> {
    let mut roff = Roff::new();
    roff.control("SH", ["EXIT STATUS"]);
    for line in EXIT_CODES.lines().skip(1) {
        let (code, meaning) = line.trim().split_once("  ").unwrap_or((line, ""));
        roff.control("TP", []).text([bold(code)]).text([roman(meaning)]);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (name, meaning) in VARIABLES {
        roff.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
    }
    roff.control("SH", ["FILES"]);
    for (name, meaning) in FILES {
        roff.control("TP", []).text([bold(*name)]).text([roman(*meaning)]);
    }
    roff.to_writer(page)
}

const VARIABLES: &[(&str, &str)] = &[
    ("PAYKEEP_VAULT", "The vault's folder, where --vault does not name one."),
    ("NO_COLOR", "If set and not empty, the screen has no colours."),
];

const FILES: &[(&str, &str)] = &[
    ("vault.age", "In the vault's folder: the credentials, encrypted to the vault's identity."),
    (
        "identity.age",
        "The vault's identity, encrypted with the passphrase. age -d -i identity.age vault.age reads the vault without paykeep.",
    ),
    ("backups/", "Earlier generations, each with the identity that opens it."),
];
