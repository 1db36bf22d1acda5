//! What to do where a flow refuses something: the very commands.

use super::{page, short};
use crate::cli::args::FlowStart;
use crate::domain::journal::{FlowError, Journal, Step};
use crate::domain::provider::Act;
use crate::domain::{ChangeError, Document, Hold, shell_word};
use crate::error::Problem;
use crate::shell::store::StoreError;

/// A flow that was to begin for no reason, or for one that is none of its own: the command for each that it has.
pub(super) fn with_reasons(error: FlowError, args: &FlowStart) -> Problem {
    let FlowError::Reason(_, takes) = &error else { return error.into() };
    let begins = format!("paykeep flow start {} {}", args.account, args.flow);
    let more = |name: &str, value: &Option<String>| {
        value.as_ref().map_or_else(String::new, |value| format!(" --{name} {value}"))
    };
    let rest = more("name", &args.name) + &more("credential", &args.credential);
    let means = |word: &str| match word {
        "scheduled" => "it is time",
        _ => "it leaked, or may have",
    };
    let commands: Vec<String> = match &takes[..] {
        [] => vec![format!("`{begins}{rest}`")],
        words => words.iter().map(|word| format!("`{begins} --reason {word}{rest}` ({})", means(word))).collect(),
    };
    Problem::from(error).hint(commands.join(", or "))
}

/// A step that was refused, with the command that does it, or that does the one that is to be done now.
pub(super) fn with_command(error: StoreError, journal: &Journal, step: &Step, document: &Document) -> Problem {
    let StoreError::Change(ChangeError::Flow(refused)) = &error else { return error.into() };
    let id = short(document, journal.id);
    let how = match refused {
        FlowError::Waits(..) | FlowError::DoneAlready(_) | FlowError::Unverified(_) => present(journal, &id),
        FlowError::Refused(_) => {
            let slot = step.proven().next();
            let is_its = |taken: &&Step| {
                slot.is_none_or(|slot| taken.acts_on().any(|own| own == slot)) && journal.can_retake(taken)
            };
            let taken = journal.steps.iter().rev().find(is_its);
            taken.and_then(|taken| page::again(taken, &id))
        }
        FlowError::ClientSide(label) => page::unused(document, journal, step, label),
        FlowError::StillUsed(labels) => labels.first().and_then(|label| {
            let moved = matches!(step.act, Act::Substitute | Act::Overlap)
                .then(|| format!("paykeep flow next {id} --place {}", shell_word(label)));
            let ways: Vec<String> = moved.into_iter().chain(page::unused(document, journal, step, label)).collect();
            let all_the_same = (document.hold(journal, step) == Hold::UnlessSaid).then(|| {
                format!("paykeep flow next {id} --account NAME --overrule --note WHY, to stop it all the same")
            });
            let ways: Vec<String> = ways.into_iter().chain(all_the_same).collect();
            (!ways.is_empty()).then(|| ways.join(", or "))
        }),
        FlowError::Consent(name) if step.act == Act::Approval => {
            Some(format!("paykeep flow next {id} --answer denied --account {name}"))
        }
        FlowError::Consent(_) => {
            let holders = page::holders(document, journal, step);
            let how = page::how(step, &id).join("; ");
            Some(if holders.is_empty() { how } else { format!("{how}; {}", holders.join("; ")) })
        }
        FlowError::Contradicted(..) => Some(format!("paykeep flow next {id} --said --note WHY")),
        FlowError::OtherDeed(_)
        | FlowError::Unanswered(_)
        | FlowError::TooEarly(_)
        | FlowError::Incomplete(_)
        | FlowError::NotHandedOver => Some(page::how(step, &id).join("; ")),
        _ => None,
    };
    let problem = Problem::from(error);
    let hint = problem.hint.clone().into_iter().chain(how).collect::<Vec<_>>().join(": ");
    if hint.is_empty() { problem } else { problem.hint(hint) }
}

/// The step that is to be done now.
fn present(journal: &Journal, id: &str) -> Option<String> {
    let step = journal.now().and_then(|at| journal.steps.get(at))?;
    Some(format!("now is {}, «{}»: {}", step.id, step.title, page::how(step, id).join("; ")))
}
