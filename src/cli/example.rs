//! `--vector`: a failing message as an example for the gateway's support, with a throw-away key; and one that is read back.

use std::collections::HashMap;
use std::path::Path;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;

use super::io::{Io, Outcome};
use super::request::read_file;
use crate::app::bench::Bench;
use crate::domain::clean;
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;
use crate::shell::files;
use crate::signing::{Context, Example, Message};

/// What stands in the file beside the message.
#[derive(Debug, Default)]
pub(super) struct Beside<'a> {
    /// Why it fails, where that is known.
    pub(super) cause: Option<&'a str>,
    /// The other side's string to sign.
    pub(super) their_text: Option<&'a [u8]>,
    /// Signatures that the real key made: they must not be in it.
    pub(super) signatures: Vec<&'a str>,
}

/// Writes the example to a new file that only the user can read.
///
/// What holds a secret of the vault, or a signature that its key made, is not written at all.
pub(super) fn write(
    file: &Path,
    bench: &Bench<'_>,
    message: &Message,
    context: &Context<'_>,
    beside: &Beside<'_>,
    now: Timestamp,
    io: &mut Io<'_>,
) -> Outcome {
    let mut example = Example::of(bench.provider(), &bench.recipe, message, context, now, &mut UnwrapErr(SysRng))
        .map_err(|error| bench.named(error))?;
    example.cause = beside.cause.map(str::to_owned);
    example.their_text = beside.their_text.map(|text| String::from_utf8_lossy(text).into_owned());
    holds_no_secret(&example, bench, beside)?;
    let text = example
        .written()
        .map_err(|why| Problem::new(Exit::Failed, format!("the example can't be written down: {why}")))?;
    files::write_new(file, &SecretBytes::new(text.into_bytes()))?;
    io.note(format!(
        "{} has an example with a throw-away key; path, query and body are the message's own: look through it before it goes out",
        clean(&file.to_string_lossy())
    ));
    Ok(())
}

/// Refuses an example in which a value of the vault stands, in whatever usual writing.
fn holds_no_secret(example: &Example, bench: &Bench<'_>, beside: &Beside<'_>) -> Outcome {
    let mut owners = Vec::new();
    let mut needles: HashMap<Vec<u8>, Vec<(usize, Vec<u8>)>> = HashMap::new();
    let mut know = |owner: usize, writing: Vec<u8>| {
        // What is shorter says nothing: it would be found by chance.
        if let Some(start) = writing.get(..SHORTEST) {
            needles.entry(start.to_vec()).or_default().push((owner, writing));
        }
    };
    for (reference, value) in bench.secrets() {
        for writing in writings(value.expose()) {
            know(owners.len(), writing);
        }
        owners.push(format!("a secret of the vault: {reference}"));
    }
    for signature in &beside.signatures {
        know(owners.len(), signature.trim().as_bytes().to_vec());
    }
    owners.push("the signature that the real key made".into());
    for place in places(example) {
        for (at, start) in place.windows(SHORTEST).enumerate() {
            let Some(known) = needles.get(start) else { continue };
            let found = known.iter().find(|(_, writing)| place[at..].starts_with(writing));
            if let Some((owner, _)) = found {
                return Err(Problem::new(Exit::Refused, format!("the example would hold {}", owners[*owner]))
                    .hint("it stands in the message's path, query or body, or in the other side's text: take it out first")
                    .into());
            }
        }
    }
    Ok(())
}

/// All that is the message's own, as it stands, without percent-encoding, and without JSON's backslashes.
fn places(example: &Example) -> Vec<Vec<u8>> {
    let message = &example.message;
    let parts = [&message.method, &message.host, &message.path, &message.query, &example.their_text, &example.cause];
    let mut own: Vec<u8> = parts.into_iter().flatten().flat_map(|text| [text.as_bytes(), b"\n"].concat()).collect();
    let pairs =
        message.headers.iter().map(|(_, value)| value).chain(example.account.values()).chain(example.fields.values());
    for text in pairs.chain([&message.body, &example.text]) {
        own.extend(text.as_bytes());
        own.push(b'\n');
    }
    own.extend(message.body_base64.iter().filter_map(|body| Base64::decode_vec(body).ok()).flatten());
    let decoded = percent_decoded(&own);
    let bare = own.iter().copied().filter(|byte| *byte != b'\\').collect();
    vec![own, decoded, bare]
}

/// A secret as it could stand in a message.
fn writings(value: &[u8]) -> Vec<Vec<u8>> {
    let value = value.trim_ascii();
    let mut found = vec![value.to_vec(), Base64::encode_string(value).into_bytes()];
    found.push(Base64UrlUnpadded::encode_string(value).into_bytes());
    let hex = value.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    found.push(hex.to_ascii_uppercase().into_bytes());
    found.push(hex.into_bytes());
    found.push(value.iter().copied().filter(|byte| *byte != b'\\').collect());
    // Of what has several lines each long one: PEM is often joined to one line.
    let lines = value.split(|byte| *byte == b'\n').filter(|line| line.len() >= LONG_LINE && line.len() < value.len());
    found.extend(lines.map(|line| line.trim_ascii().to_vec()));
    found
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| byte == b'%') {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
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
            Ok(Exit::Done)
        }
        Err(why) => {
            io.print(format!("it does not come out: {}\n", clean(&why)).as_bytes())?;
            Ok(Exit::No)
        }
    }
}

/// So many bytes of a secret are looked up at each place of the message.
const SHORTEST: usize = 6;
const LONG_LINE: usize = 32;
