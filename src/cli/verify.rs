//! `paykeep verify`: whether a signature fits, with which version, and if not, why.

use super::args::Verify;
use super::example;
use super::io::{Io, Outcome};
use super::json::{Parts, Verification};
use super::request::read_file;
use super::when::when;
use crate::app::bench::{Bench, Beside, Judgement, SHOWN, Their, public};
use crate::domain::provider::Handles;
use crate::domain::{clean, clean_lines};
use crate::error::Exit;
use crate::shell::files;
use crate::signing::{Message, signature_texts};
use crate::vault::Unlocked;

/// Checks the message; ends with [`Exit::No`] when it is not verified.
pub(super) fn run(args: &Verify, message: &Message, vault: &Unlocked, io: &mut Io<'_>) -> Outcome<Exit> {
    let now = args.now.as_deref().map(|text| when(text, io.now)).transpose()?.unwrap_or(io.now);
    let bench = Bench::find(&args.reference, args.recipe.as_deref(), Handles::Verify, vault, io.catalog)?;
    let keys = bench.candidates(args.reference.contains('@'))?;
    let fields = public(bench.target.version);
    let context = bench.context(&fields, args.message.timestamp.as_deref(), None);
    if let Some(file) = &args.vector {
        files::is_free(file)?;
    }
    let theirs = args.expect_string.as_deref().map(read_file).transpose()?;
    let expected = match &theirs {
        Some(theirs) => Their::Text(theirs),
        None => Their::Signature(args.expect_signature.as_deref()),
    };
    let found = bench.judge(message, &context, &keys, expected, now, &|| false)?;
    let json = told(&bench, &found);
    if let Some(file) = &args.vector {
        if json.verified {
            io.note("it is verified: there is nothing to make an example of");
        } else {
            let mut signatures = signature_texts(&bench.recipe, message);
            signatures.extend(args.expect_signature.as_deref());
            let cause = json.cause.as_deref();
            let beside = Beside { cause, their_text: theirs.as_deref(), signatures };
            example::write(file, &bench, message, &context, &beside, now, io)?;
        }
    }
    let versions = &bench.target.credential.versions;
    let over = versions.iter().find(|version| json.verified && json.version == Some(version.n));
    if let Some((version, end)) =
        over.and_then(|version| Some((version, version.expires_at?))).filter(|(_, end)| *end <= now)
    {
        io.note(format!(
            "v{} was good until {}: the other side should have a newer one",
            version.n,
            end.strftime("%Y-%m-%d %H:%M UTC")
        ));
    }
    if args.json {
        io.print_json(&json)?;
    } else {
        io.print(format!("{}\n", clean(&found.words)).as_bytes())?;
        for fix in &found.fixes {
            io.print(format!("Fix: {}\n", clean_lines(fix).replace('\n', "\n     ")).as_bytes())?;
        }
        if !json.verified && !found.text.is_empty() {
            io.note(format!("the string to sign is {}", shortened(&found.text)));
        }
    }
    Ok(if json.verified { Exit::Done } else { Exit::No })
}

/// A string to sign as programs write it, the beginning of a long one.
fn shortened(text: &[u8]) -> String {
    let shown = format!("{:?}", String::from_utf8_lossy(text.get(..SHOWN).unwrap_or(text)));
    if text.len() > SHOWN { format!("{shown}, and so on, {} bytes", text.len()) } else { shown }
}

/// What was found, as it is told to other programs.
fn told(bench: &Bench<'_>, found: &Judgement) -> Verification {
    let text = |side: &[u8]| String::from_utf8_lossy(side).into_owned();
    let parts = found.is_given.then_some(found.parted.as_ref()).flatten();
    Verification {
        verified: found.verified,
        recipe: bench.recipe.id.to_string(),
        reference: bench.reference.clone(),
        version: found.version,
        reading: found.reading.clone(),
        cause: found.cause.clone(),
        fixes: found.fixes.clone(),
        string_to_sign: text(&found.text),
        parts: parts.map(|parted| Parts {
            offset: parted.offset,
            ours: text(&parted.ours),
            theirs: text(&parted.theirs),
        }),
    }
}
