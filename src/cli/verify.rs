//! `paykeep verify`: whether a signature fits, with which version, and if not, why.

use jiff::Timestamp;

use super::args::Verify;
use super::bench::{Bench, public};
use super::example::{self, Beside};
use super::io::{Io, Outcome};
use super::json::{Parts, Verification};
use super::request::read_file;
use super::sign::named;
use super::when::when;
use crate::domain::clean;
use crate::domain::provider::Handles;
use crate::error::Exit;
use crate::shell::files;
use crate::signing::{
    Candidate, Cause, Context, Expected, Message, SignError, difference, explain, signature_texts, string_to_sign,
    verify,
};
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
    let answer = match &theirs {
        Some(theirs) => compared(&bench, message, &context, theirs, now)?,
        None => checked(&bench, message, &context, &keys, args.expect_signature.as_deref(), now)?,
    };
    if let Some(file) = &args.vector {
        if answer.json.verified {
            io.note("it is verified: there is nothing to make an example of");
        } else {
            let mut signatures = signature_texts(&bench.recipe, message);
            signatures.extend(args.expect_signature.as_deref());
            let cause = answer.json.cause.as_deref();
            let beside = Beside { cause, their_text: theirs.as_deref(), signatures };
            example::write(file, &bench, message, &context, &beside, now, io)?;
        }
    }
    let versions = &bench.target.credential.versions;
    let over = versions.iter().find(|version| answer.json.verified && answer.json.version == Some(version.n));
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
        io.print_json(&answer.json)?;
    } else {
        io.print(format!("{}\n", clean(&answer.words)).as_bytes())?;
        if !answer.json.verified {
            io.note(format!("the string to sign is {:?}", answer.json.string_to_sign));
        }
    }
    Ok(if answer.json.verified { Exit::Done } else { Exit::No })
}

struct Answer {
    json: Verification,
    words: String,
}

fn checked(
    bench: &Bench<'_>,
    message: &Message,
    context: &Context<'_>,
    keys: &[Candidate],
    given: Option<&str>,
    now: Timestamp,
) -> Outcome<Answer> {
    let recipe = &bench.recipe;
    let verdict = match verify(recipe, message, context, keys, given, now) {
        Ok(verdict) => verdict,
        // It may be written in another way than the recipe has it: that is one of the known mistakes.
        Err(error @ SignError::BadSignature { .. }) => {
            return match explain(recipe, message, context, keys, Expected::Signature(given)) {
                Some(cause) => {
                    let text = string_to_sign(recipe, message, context, now).map_err(|error| named(error, bench))?;
                    Ok(explained(bench, Some(&cause), keys, &text))
                }
                None => Err(named(error, bench).into()),
            };
        }
        Err(error) => return Err(named(error, bench).into()),
    };
    let Some(fit) = &verdict.fit else {
        let cause = explain(recipe, message, context, keys, Expected::Signature(given));
        return Ok(explained(bench, cause.as_ref(), keys, &verdict.text));
    };
    let candidate = &keys[fit.candidate];
    let mut json = blank(bench, &verdict.text);
    json.version = Some(candidate.version);
    json.reading.clone_from(&fit.reading);
    let reading = fit.reading.as_ref().map_or_else(String::new, |reading| format!("; reading: {reading}"));
    let whose = format!("v{}, {}", candidate.version, candidate.name);
    let words = match (&verdict.amiss, verdict.off_s) {
        (None, None) => {
            json.verified = true;
            format!("verified: {whose}{reading}")
        }
        (Some(amiss), _) => {
            json.cause = Some(amiss.clone());
            format!("not verified: {amiss} ({whose}{reading})")
        }
        (None, Some(off)) => {
            let allowed = recipe.tolerance_s.as_ref().map_or(0, |stated| stated.value);
            let way = if off > 0 { "behind" } else { "ahead of" };
            let cause = format!(
                "the signature fits, but the message's time is {} s {way} now; {allowed} s are allowed",
                off.unsigned_abs()
            );
            json.cause = Some(cause.clone());
            format!("not verified: {cause} ({whose}{reading})")
        }
    };
    Ok(Answer { json, words })
}

/// Whether the other side's string to sign is ours, and if not, how it came about.
fn compared(
    bench: &Bench<'_>,
    message: &Message,
    context: &Context<'_>,
    theirs: &[u8],
    now: Timestamp,
) -> Outcome<Answer> {
    let recipe = &bench.recipe;
    let ours = string_to_sign(recipe, message, context, now).map_err(|error| named(error, bench))?;
    let Some(parted) = difference(&ours, theirs) else {
        let json = Verification { verified: true, ..blank(bench, &ours) };
        return Ok(Answer { json, words: "the same: this is the string to sign".into() });
    };
    let cause = explain(recipe, message, context, &[], Expected::Text(theirs));
    let mut answer = explained(bench, cause.as_ref(), &[], &ours);
    answer.words = format!("{}; {parted}", answer.words);
    let text = |side: &[u8]| String::from_utf8_lossy(side).into_owned();
    answer.json.parts = Some(Parts { offset: parted.offset, ours: text(&parted.ours), theirs: text(&parted.theirs) });
    Ok(answer)
}

fn explained(bench: &Bench<'_>, cause: Option<&Cause>, keys: &[Candidate], text: &[u8]) -> Answer {
    let mut json = blank(bench, text);
    let Some(cause) = cause else {
        let words = "not verified: it cannot be explained by any known mistake".into();
        return Answer { json, words };
    };
    let mut parts = cause.mistakes.clone();
    if let Some(candidate) = cause.candidate.and_then(|n| keys.get(n)) {
        json.version = Some(candidate.version);
        if !candidate.meant {
            parts.push(format!("it was signed with {} (v{})", candidate.name, candidate.version));
        }
    }
    json.reading.clone_from(&cause.reading);
    if parts.is_empty() {
        parts.push(
            cause.reading.as_ref().map_or_else(String::new, |reading| format!("it was read otherwise: {reading}")),
        );
    }
    let words = parts.join(", and ");
    json.cause = Some(words.clone());
    Answer { json, words: format!("not verified: {words}") }
}

fn blank(bench: &Bench<'_>, text: &[u8]) -> Verification {
    Verification {
        verified: false,
        recipe: bench.recipe.id.to_string(),
        reference: bench.reference.clone(),
        version: None,
        reading: None,
        cause: None,
        string_to_sign: String::from_utf8_lossy(text).into_owned(),
        parts: None,
    }
}
