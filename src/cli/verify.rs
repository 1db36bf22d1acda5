//! `paykeep verify`: whether a signature fits, with which version, and if not, why.

use std::time::Instant;

use super::args::Verify;
use super::example;
use super::flow;
use super::io::{Io, Outcome};
use super::json::{Parts, Verification};
use super::request::read_file;
use super::when::when;
use crate::app::bench::{Bench, Beside, Judgement, PATIENCE, SHOWN, Their, proof, public};
use crate::domain::journal::FlowError;
use crate::domain::provider::Handles;
use crate::domain::{Change, Deed, clean, clean_lines};
use crate::error::{Exit, Problem};
use crate::shell::files;
use crate::shell::store::OpenVault;
use crate::signing::{Message, signature_texts};
use crate::vault::Unlocked;

/// Checks the message; ends with [`Exit::No`] when it is not verified.
pub(super) fn run(args: &Verify, message: &Message, open: &mut OpenVault, io: &mut Io<'_>) -> Outcome<Exit> {
    let snapshot = open.snapshot();
    let vault: &Unlocked = &snapshot;
    let flow = args.flow.as_deref().map(|id| flow::asks_for_signature(&vault.document, id)).transpose()?;
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
    let begun = Instant::now();
    let found = bench.judge(message, &context, &keys, expected, now, &|| begun.elapsed() > PATIENCE)?;
    let json = told(&bench, &found, expected);
    // Told before anything is printed: what fits and proves nothing is not to be taken for a proof.
    let proof = match flow.filter(|_| json.verified) {
        Some((journal, step)) => {
            let key = (bench.reference.as_str(), bench.target.credential);
            let proof = proof((journal, step), key, &found, &bench.recipe.id);
            if let Err(FlowError::Refused(status)) = proof {
                // What the gateway said is kept, though the step is not done by it.
                let deed = Deed::Contradicted(status);
                open.commit(Change::Step { journal: journal.id, step: step.id.clone(), deed })?;
            }
            Some((journal, step, proof.map_err(Problem::from)?))
        }
        None => None,
    };
    if let Some(file) = &args.vector {
        if json.verified {
            io.note("it is verified: there is nothing to make an example of");
        } else {
            let mut signatures = signature_texts(&bench.recipe, message);
            signatures.extend(args.expect_signature.as_deref());
            let found = Some(&found);
            let beside = Beside { found, their_text: theirs.as_deref(), signatures };
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
            io.note(format!("the string to sign {}", excerpt(&found)));
        }
    }
    if let Some((journal, step, evidence)) = proof {
        let change = Change::Step { journal: journal.id, step: step.id.clone(), deed: Deed::Seen(evidence) };
        open.commit(change)?;
        io.note(format!("done: {}", step.title));
    }
    Ok(if json.verified { Exit::Done } else { Exit::No })
}

/// The string to sign as programs write it; of a long one what stands around the place where it parts from the other side's.
fn excerpt(found: &Judgement) -> String {
    let text = &found.text;
    if text.len() <= SHOWN {
        return format!("is {:?}", String::from_utf8_lossy(text));
    }
    let at = found.parted.as_ref().map_or(0, |parted| parted.offset);
    let (from, to) = (at.saturating_sub(AROUND), text.len().min(at + AROUND));
    // A letter of several bytes is shown as a whole.
    let begins = |at: usize| text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    let from = (0..=from).rev().find(|at| begins(*at)).unwrap_or(0);
    let to = (to..text.len()).find(|at| begins(*at)).unwrap_or(text.len());
    let shown = String::from_utf8_lossy(text.get(from..to).unwrap_or_default());
    format!("has {} bytes, from byte {from} to {to} {shown:?}; --json has all of it", text.len())
}

/// How much of a long string to sign is shown on each side of a place, in bytes.
const AROUND: usize = 200;

/// What was found, as it is told to other programs.
fn told(bench: &Bench<'_>, found: &Judgement, theirs: Their<'_>) -> Verification {
    let text = |side: &[u8]| String::from_utf8_lossy(side).into_owned();
    let parts = found.is_given.then_some(found.parted.as_ref()).flatten();
    Verification {
        verified: found.verified,
        same: matches!(theirs, Their::Text(_)).then_some(found.is_same),
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
