//! The message that `sign` and `verify` are given: options, a raw HTTP message or a `curl` line on standard input.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::args::MessageArgs;
use super::io::{Io, Outcome};
use crate::domain::clean;
use crate::error::{Exit, Problem};
use crate::signing::Message;
use crate::signing::written::{self, HINT};

/// Reads the message. `is_received`: it may be the response to the address that was given. A request that is said by its address is read
/// from standard input only if it may have a body there, which would be dropped without a word; a loop over a script's lines keeps them.
pub(super) fn read(args: &MessageArgs, is_received: bool, io: &mut Io<'_>) -> Outcome<Message> {
    let has_no_body =
        args.method.as_deref().is_some_and(|method| ["GET", "HEAD", "DELETE", "OPTIONS"].contains(&method));
    let is_whole = args.url.is_some() && has_no_body && !is_received;
    let from_input = args.body_file.is_none() && !io.input_is_terminal && !is_whole;
    if !from_input && args.url.is_none() && args.body_file.is_none() {
        return Err(Problem::new(Exit::Usage, "there is no message: standard input is a terminal")
            .hint("pipe a raw HTTP message or a curl line in, or give --method, --url and --body-file")
            .into());
    }
    let input = if from_input { limited(io.input, "standard input")? } else { Vec::new() };
    let mut message = if input.trim_ascii().is_empty() {
        if args.url.is_none() && args.body_file.is_none() {
            return Err(Problem::new(Exit::Usage, "there is no message: standard input is empty").hint(HINT).into());
        }
        Message::default()
    } else {
        let (message, notes) = written::read(&input, &read_file).map_err(|problem| match &args.url {
            Some(_) => {
                problem.hint("what comes on standard input is a message; a body alone is given with --body-file -")
            }
            None => problem,
        })?;
        for note in notes {
            io.note(note);
        }
        message
    };
    if let Some(url) = &args.url {
        written::address(url, "--url")?;
        message.set_url(url);
    }
    for header in &args.headers {
        let named = header.split_once(':').filter(|(name, _)| written::is_header_name(name.trim()));
        let Some((name, value)) = named else {
            return Err(Problem::new(Exit::Usage, "--header takes 'Name: value'").into());
        };
        let (name, value) = (name.trim().to_owned(), value.trim().to_owned());
        // What is said here counts, not what the message has.
        message.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
        message.headers.push((name, value));
    }
    if let Some(file) = &args.body_file {
        message.body = body(file, io)?;
    }
    if let Some(method) = &args.method {
        if !written::is_method(method) {
            let words = format!("--method {} is none: a method is written in capitals", clean(method));
            return Err(Problem::new(Exit::Usage, words).hint("as GET or POST").into());
        }
        message.method = Some(method.clone());
    } else if message.method.is_none() && args.url.is_some() && input.trim_ascii().is_empty() {
        message.method = Some(if message.body.is_empty() { "GET" } else { "POST" }.into());
    }
    Ok(message)
}

fn body(file: &Path, io: &mut Io<'_>) -> Outcome<Vec<u8>> {
    if file == Path::new("-") {
        return Ok(limited(io.input, "standard input")?);
    }
    Ok(read_file(file)?)
}

/// A file as a whole.
pub(super) fn read_file(file: &Path) -> Result<Vec<u8>, Problem> {
    let name = file.display().to_string();
    let mut open = File::open(file).map_err(|error| {
        Problem::new(Exit::Failed, format!("{name} can't be read: {error}")).hint("name a file that is there")
    })?;
    limited(&mut open, &name)
}

fn limited(from: &mut dyn Read, name: &str) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    from.take(MAX + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Problem::new(Exit::Failed, format!("{name} could not be read: {error}")))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX {
        return Err(Problem::new(Exit::Usage, format!("{name} is larger than {} MiB", MAX >> 20))
            .hint("give one message alone"));
    }
    Ok(bytes)
}

/// Far more than a gateway takes as one call.
const MAX: u64 = 64 << 20;
