//! `--vector`: a failing message as an example for the gateway's support, with a throw-away key; and one that is read back.

use std::path::Path;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;

use super::io::{Io, Outcome};
use super::request::read_file;
use crate::app::bench::{Bench, Beside};
use crate::domain::clean;
use crate::error::{Exit, Problem};
use crate::shell::files;
use crate::signing::{Context, Example, Message};

/// Writes the example to a new file that only the user can read.
pub(super) fn write(
    file: &Path,
    bench: &Bench<'_>,
    message: &Message,
    context: &Context<'_>,
    beside: &Beside<'_>,
    now: Timestamp,
    io: &mut Io<'_>,
) -> Outcome {
    files::write_new(file, &bench.example(message, context, beside, now, &mut UnwrapErr(SysRng))?)?;
    io.note(format!(
        "{} has an example with a throw-away key; path, query and body are the message's own: look through it before it goes out",
        clean(&file.to_string_lossy())
    ));
    Ok(())
}

/// `paykeep catalog example`: computes an example again.
pub(super) fn check(file: &Path, io: &mut Io<'_>) -> Outcome<Exit> {
    let name = clean(&file.to_string_lossy()).into_owned();
    let wrong = |why: String| Problem::new(Exit::Usage, format!("{name} is no example: {}", clean(&why)));
    let text = String::from_utf8(read_file(file)?).map_err(|_| wrong("it is not UTF-8 text".into()))?;
    let example = Example::read(&text).map_err(wrong)?;
    let recipe = io.catalog.get(&example.provider).and_then(|provider| provider.recipe(&example.recipe));
    let Some(recipe) = recipe else {
        let what = clean(&format!("{} of {}", example.recipe, example.provider)).into_owned();
        return Err(Problem::new(Exit::NotFound, format!("this paykeep has no recipe {what}")).into());
    };
    match example.check(recipe) {
        Ok(()) => {
            let text = format!("{:?}", example.text);
            io.print(format!("computed again, the same: {} signs {}\n", recipe.title, clean(&text)).as_bytes())?;
            if let Some(mistaken) = &example.mistaken {
                let cause = mistaken.mistakes.first().or(mistaken.reading.as_ref()).map_or("", String::as_str);
                let cause = example.cause.as_deref().unwrap_or(cause);
                let line = format!("and with the mistake ({cause}) {:?}", mistaken.shown());
                io.print(format!("{}\n", clean(&line)).as_bytes())?;
            }
            Ok(Exit::Done)
        }
        Err(why) => {
            io.print(format!("it does not come out: {}\n", clean(&why)).as_bytes())?;
            Ok(Exit::No)
        }
    }
}
