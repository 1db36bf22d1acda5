//! A passphrase that is yet to be: asked twice, read, or made by paykeep and handed to its user.

use super::io::{Io, Outcome};
use super::open::Source;
use crate::domain::passphrase;
use crate::error::{Exit, Problem};
use crate::secret::SecretText;
use crate::shell::{prompt, world};

/// Asks for a passphrase or reads one, above the floor.
pub(super) fn choose(source: &Source) -> Outcome<SecretText> {
    let chosen = source.passphrase("New passphrase: ")?;
    passphrase::check(&chosen)?;
    if *source == Source::Terminal {
        let again = source.passphrase("The same again: ")?;
        if !same(&chosen, &again) {
            return Err(Problem::new(Exit::Usage, "the two passphrases differ")
                .hint("nothing was changed: try again")
                .into());
        }
    }
    Ok(chosen)
}

/// Makes a passphrase and hands it to the user before anything depends on it: into a pipe or file as a line; on a terminal on a
/// screen of its own, which leaves nothing in the scrollback, until it was typed once.
pub(super) fn generate(io: &mut Io<'_>) -> Outcome<SecretText> {
    let Some(made) = world::passphrase() else {
        return Err(Problem::new(Exit::Failed, "the system's random generator failed").into());
    };
    if !io.output_is_terminal {
        io.print(made.expose().as_bytes())?;
        io.print(b"\n")?;
        return Ok(made);
    }
    loop {
        io.print(OTHER_SCREEN)?;
        io.print(b"Your passphrase:\n\n    ")?;
        io.print(made.expose().as_bytes())?;
        io.print(b"\n\nWrite it down or learn it: without it nobody opens the vault.\n\n")?;
        let read = prompt::ask("Enter goes on. ");
        io.print(BACK_AGAIN)?;
        read?;
        if same(&made, &Source::Terminal.passphrase("Type it once: ")?) {
            return Ok(made);
        }
        io.note("that is not it; here it is again");
    }
}

fn same(one: &SecretText, other: &SecretText) -> bool {
    one.expose() == other.expose()
}

/// The terminal's alternate screen, cleared, with the cursor at its top.
const OTHER_SCREEN: &[u8] = b"\x1b[?1049h\x1b[2J\x1b[H";
/// Cleared again, since some terminals keep what stood there.
const BACK_AGAIN: &[u8] = b"\x1b[2J\x1b[H\x1b[?1049l";
