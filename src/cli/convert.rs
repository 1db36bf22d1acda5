//! `paykeep convert`: a key in the form that a gateway's field wants, or whether it belongs to another one.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::args::Convert as Args;
use super::io::{Io, Outcome};
use super::open::Source;
use crate::error::{Exit, Explain as _, Problem};
use crate::keys::{Form, KeyError, KeyText, MAX_LEN, identify};
use crate::secret::{SecretBytes, SecretText};
use crate::shell::prompt::{self, PromptError};

/// Does the one or the other; ends with [`Exit::No`] when the keys don't belong together.
pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Outcome<Exit> {
    if let Some(form) = args.to.filter(|form| form.is_private() && io.output_is_terminal && !args.print) {
        let message = format!("{} is a private key and would stay in the terminal's scrollback", form.as_str());
        return Err(Problem::new(Exit::Refused, message)
            .hint("send it to a file or where it is needed, or say --print")
            .into());
    }
    let source = Source::of(args.password_fd, args.password_file.as_ref());
    if source == Source::Descriptor(0) {
        return Err(Problem::new(Exit::Usage, "standard input can't give both the key and its password")
            .hint("use another descriptor: --password-fd 3 3< FILE")
            .into());
    }
    let key = identify(io.read_secret("the key")?.expose())?;
    note_what_it_is(&key, io);
    if !key.is_encrypted() && source != Source::Terminal {
        io.note("it is not encrypted: no password was needed");
    }
    match (&args.matches, args.to) {
        (Some(file), _) => matches(&key, &source, file, io),
        (None, Some(form)) => write(&key, &source, form, io).map(|()| Exit::Done),
        (None, None) => Ok(Exit::Done),
    }
}

fn write(key: &KeyText, source: &Source, form: Form, io: &mut Io<'_>) -> Outcome {
    let (written, is_pss) = opened(key, source, io, |key| Ok((key.write(form)?, key.is_pss)))?;
    if is_pss {
        // RFC 4055 has the one algorithm for such a key and the other for any; gateways' fields take the other, also for RSA-PSS.
        io.note("written as a plain RSA key, as gateways take it: that it is for RSASSA-PSS alone no longer shows");
    }
    io.print(written.expose().as_bytes())?;
    // For the eye alone: a pipe gets base64 without a line break, as a field wants it.
    if io.output_is_terminal && !written.expose().ends_with('\n') { io.print(b"\n") } else { Ok(()) }
}

/// Compares the public halves, so it matters neither what the two are wrapped in nor which of them is private.
fn matches(key: &KeyText, source: &Source, file: &Path, io: &mut Io<'_>) -> Outcome<Exit> {
    let name = file.display();
    let named = |error: KeyError| {
        let hint = error.hint();
        let problem = Problem::new(error.exit(), format!("{name}: {error}"));
        if let Some(hint) = hint { problem.hint(hint) } else { problem }
    };
    let other = identify(read(file)?.expose()).map_err(named)?;
    let theirs = other.public().map_err(named)?;
    let what = half(key);
    let ours = opened(key, source, io, KeyText::public)?;
    let yes = ours == theirs;
    let answer = if yes { "yes: this" } else { "no: this" };
    let verb = if yes { "belongs" } else { "does not belong" };
    io.print(format!("{answer} {what} {verb} to the {} in {name}\n", half(&other)).as_bytes())?;
    Ok(if yes { Exit::Done } else { Exit::No })
}

/// What `ask` says of the key; where its password is in the way, once more without it.
fn opened<T>(
    key: &KeyText,
    source: &Source,
    io: &mut Io<'_>,
    ask: impl Fn(&KeyText) -> Result<T, KeyError>,
) -> Outcome<T> {
    match ask(key) {
        Err(KeyError::Encrypted) => {
            let opened = key.decrypt(&password(source)?)?;
            io.note(format!("inside is {opened}"));
            Ok(ask(&opened)?)
        }
        result => Ok(result?),
    }
}

fn password(source: &Source) -> Outcome<SecretText> {
    if *source != Source::Terminal {
        return source.passphrase("");
    }
    match prompt::ask("Password of the key: ") {
        Err(PromptError::NoTerminal) => Err(Problem::new(Exit::Locked, KeyError::Encrypted.to_string())
            .hint("give it with --password-fd N or --password-file FILE")
            .into()),
        Err(PromptError::Empty(_)) => Ok(SecretText::with_capacity(0)),
        read => Ok(read?),
    }
}

/// Says what was read, and what another program may refuse it for.
fn note_what_it_is(key: &KeyText, io: &mut Io<'_>) {
    let flaws: Vec<String> = key.flaws.iter().map(ToString::to_string).collect();
    let odd = if flaws.is_empty() { String::new() } else { format!("; {}", flaws.join(", ")) };
    io.note(format!("this is {key}{odd}"));
}

fn half(key: &KeyText) -> &'static str {
    use crate::keys::Structure::{Certificate, Csr};
    match key.structure {
        Certificate => "certificate",
        Csr => "certificate request",
        _ if key.is_private() => "private key",
        _ => "public key",
    }
}

/// The file's bytes, one more than any key has at the most.
fn read(file: &Path) -> Outcome<SecretBytes> {
    let mut bytes = Vec::with_capacity(MAX_LEN + 1);
    let limit = u64::try_from(MAX_LEN).unwrap_or(u64::MAX).saturating_add(1);
    let read = File::open(file).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    let bytes = SecretBytes::new(bytes);
    match read {
        Ok(_) => Ok(bytes),
        Err(error) => Err(Problem::new(Exit::Failed, format!("{} can't be read: {error}", file.display()))
            .hint("name a file with a key in it")
            .into()),
    }
}
