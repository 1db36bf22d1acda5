//! `paykeep flow next`: the present step of a flow.

use super::{find, hint, page, short};
use crate::cli::add::new_field;
use crate::cli::args::{Answer, FlowNext as Args};
use crate::cli::generate::{BITS, pair};
use crate::cli::get::off_the_terminal;
use crate::cli::given::{self, Given};
use crate::cli::io::{Io, Outcome, Stop};
use crate::cli::place::by_label;
use crate::cli::values::{self, Ready};
use crate::domain::journal::{FlowError, Happened, Journal, Progress, Slot, Step};
use crate::domain::provider::{Act, CredentialSpec, Provider};
use crate::domain::{
    Change, ChangeError, Deed, Document, Field, Hold, NewField, Proof, Reference, Side, Version, clean, field_name,
};
use crate::error::{Exit, Problem, clause};
use crate::keys;
use crate::secret::SecretBytes;
use crate::shell::store::{OpenVault, StoreError};
use crate::vault::Unlocked;

/// Does the step, and prints the one that comes next.
pub(super) fn run(args: &Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let journal = find(&before.document, &args.id)?;
    if let Some(note) = &args.note {
        values::no_secret(note, &before, io.catalog)?;
    }
    for label in &args.places {
        values::no_secret_name(label, &before, io.catalog)?;
    }
    let present = journal.now().and_then(|at| journal.steps.get(at));
    let step = match &args.step {
        Some(id) => journal.step(id).ok_or_else(|| FlowError::NoStep(clean(id).into_owned()))?,
        None => present.ok_or(FlowError::Ended)?,
    };
    let (journal_id, name) = (journal.id, step.id.clone());
    let refused = |error: FlowError| {
        let error = StoreError::Change(ChangeError::Flow(error));
        Stop::from(hint::with_command(error, journal, step, &before.document))
    };
    let says = args.account.is_some() || args.known || args.copied || args.said;
    let says = says || args.answer.is_some() || args.status.is_some() || !args.places.is_empty();
    if journal.is_open() {
        match journal.progress(step) {
            // A value that was taken wrongly is taken again.
            Progress::Done if journal.can_retake(step) && !says => {}
            Progress::Done => return Err(refused(FlowError::DoneAlready(step.title.clone()))),
            Progress::Waits(first) => return Err(refused(FlowError::Waits(step.title.clone(), first))),
            Progress::Open => {}
        }
    }
    if says || !matches!(step.act, Act::Take | Act::TakeOnce) {
        io.takes_no_input(&format!("«{}» takes no value like this", step.title))?;
    }
    if args.copied && journal.is_open() {
        hand_over(args, journal, step, &before, io)?;
    }
    let taking = !args.known && matches!(step.act, Act::Take | Act::TakeOnce);
    if let Some((status, no)) =
        args.status.and_then(|status| Some((status, journal.contradicts(step, status, &before.document)?)))
    {
        // What the gateway said is kept, though the step is not done by it.
        let said = args.note.clone().filter(|text| !text.trim().is_empty()).map(Deed::Note);
        for deed in [Deed::Contradicted(status)].into_iter().chain(said) {
            vault.commit(Change::Step { journal: journal_id, step: name.clone(), deed })?;
        }
        return Err(refused(no));
    }
    let deeds = deeds(args, journal, step, &before, io)?;
    for deed in deeds {
        let change = Change::Step { journal: journal_id, step: name.clone(), deed };
        let (_, applied) =
            vault.commit(change).map_err(|error| hint::with_command(error, journal, step, &before.document))?;
        for other in &applied.same_as {
            io.note(format!("{other} has the same value"));
        }
    }
    let after = vault.snapshot();
    for label in &args.places {
        let made = by_label(&after.document, label).filter(|_| by_label(&before.document, label).is_none());
        if made.is_some_and(|place| place.side == Side::Client) {
            io.note(format!(
                "{} is kept as a client; `paykeep place edit LABEL --server` says otherwise",
                clean(label)
            ));
        }
    }
    let Some(journal) = after.document.journal(journal_id) else { return Ok(()) };
    if let Some(step) = journal.step(&name) {
        if step.act == Act::TakeOnce && taking {
            // The store has opened it again, and read it from the disk.
            let id = short(&after.document, journal_id);
            let print = step.last(Happened::Kept).map_or("", |mark| mark.text.as_str());
            io.note(format!("stored and read back: {print}; `paykeep flow next {id} --known` goes on"));
        } else if step.done.is_some() {
            io.note(format!("done: {}", step.title));
        }
    }
    if args.copied { Ok(()) } else { io.print(page::now(&after.document, journal).as_bytes()) }
}

/// What is to be done, in order.
fn deeds(args: &Args, journal: &Journal, step: &Step, vault: &Unlocked, io: &mut Io<'_>) -> Outcome<Vec<Deed>> {
    let note = args.note.clone().unwrap_or_default();
    let mut deeds: Vec<Deed> = Vec::new();
    if let (Some(name), None) = (&args.account, args.answer) {
        // Where there is no time for them to move, the places are those that are told beside the step.
        let (hold, places) = (vault.document.hold(journal, step), vault.document.killed_at(journal, step));
        let is_told = hold == Hold::No || hold == Hold::UnlessSaid && args.overrule;
        let despite = if is_told { places } else { Vec::new() };
        return Ok(vec![Deed::Typed { name: name.clone(), note, despite }]);
    }
    if args.known {
        deeds.push(Deed::Known);
    } else if args.copied {
        deeds.push(Deed::Copied);
    } else if let Some(answer) = args.answer {
        return Ok(vec![Deed::Decided { approved: answer == Answer::Approved, note, typed: args.account.clone() }]);
    } else if let Some(status) = args.status {
        deeds.push(Deed::Status(status));
    } else if !args.places.is_empty() {
        let placed = |label: &String| Deed::Placed { label: label.clone(), proof: Proof::Asked };
        deeds.extend(args.places.iter().map(placed));
    } else if !args.said {
        match step.act {
            _ if !journal.is_open() => {}
            Act::Take | Act::TakeOnce if step.done.is_some() => deeds.push(taken(args, journal, step, vault, io)?),
            _ if step.done.is_some() => {}
            Act::Generate => deeds.push(Deed::Values(generated(journal, step, io)?)),
            Act::TakeOnce if step.last(Happened::Kept).is_some() && args.field.is_none() && !args.json => {
                let next = format!("paykeep flow next {}", short(&vault.document, journal.id));
                let field = step.fields.first().map_or("value", |field| field.field.as_str());
                return Err(Problem::new(Exit::Usage, format!("«{}»: the value is stored", step.title))
                    .hint(format!(
                        "`{next} --known` goes on; `{next} --field {field} < FILE` puts another in its place"
                    ))
                    .into());
            }
            Act::Take | Act::TakeOnce => deeds.push(taken(args, journal, step, vault, io)?),
            Act::Approval | Act::Verify | Act::ProveDead | Act::Seal => {
                return Err(undone(journal, step, vault, "that is not said by itself"));
            }
            _ if args.field.is_some() || args.json => {
                return Err(undone(journal, step, vault, "this step takes no value"));
            }
            _ => {}
        }
    }
    if deeds.is_empty() || args.said {
        deeds.push(Deed::Said { note });
    } else if !note.trim().is_empty() {
        deeds.push(Deed::Note(note));
    }
    Ok(deeds)
}

/// Why nothing was done, with the commands that do it.
fn undone(journal: &Journal, step: &Step, vault: &Unlocked, why: &str) -> Stop {
    let how = page::how(step, &short(&vault.document, journal.id));
    Problem::new(Exit::Usage, format!("«{}»: {why}", step.title)).hint(how.join("; ")).into()
}

/// What the provider's file says of a slot. Where the provider has left the catalogue, what is known without rules.
fn spec<'a>(journal: &Journal, slot: &Slot, io: &Io<'a>) -> Outcome<(&'a Provider, &'a CredentialSpec)> {
    let catalog = io.catalog;
    let own = catalog.get(journal.provider.as_str());
    let found = own.and_then(|provider| Some((provider, provider.credential(&slot.spec)?)));
    let without_rules = || {
        let provider = catalog.providers().find(|provider| provider.is_without_rules())?;
        let spec = provider.of_kind(slot.kind).next()?;
        Some((provider, spec))
    };
    found.or_else(without_rules).ok_or_else(|| {
        Problem::new(Exit::Refused, format!("provider {} is not known any more", journal.provider))
            .hint("put its file back, or abandon the flow")
            .into()
    })
}

/// Both halves of a new pair for each slot: made before the vault is locked.
fn generated(journal: &Journal, step: &Step, io: &Io<'_>) -> Outcome<Vec<(String, NewField)>> {
    let mut fields = Vec::new();
    for slot in step.slots.iter().filter_map(|name| journal.slot(name)) {
        let (_, spec) = spec(journal, slot, io)?;
        let halves = pair(step.bits.unwrap_or(BITS), spec)?;
        fields.extend(halves.into_iter().map(|half| (slot.name.clone(), half)));
    }
    Ok(fields)
}

/// The values on standard input, each checked by detection. The answer of the step's call has the value in it, and its end.
fn taken(args: &Args, journal: &Journal, step: &Step, vault: &Unlocked, io: &mut Io<'_>) -> Outcome<Deed> {
    let input = io.read_secret("the value")?;
    let answered = step.call.as_ref().filter(|_| step.fields.len() == 1).and_then(|call| call.answered(input.expose()));
    let until = answered.as_ref().and_then(|answered| answered.until);
    let given = match answered {
        Some(answered) => Given::One(answered.value),
        None if args.json => Given::Fields(given::fields(&input, io.catalog)?),
        None => Given::One(input),
    };
    let mut by_slot: Vec<(&Slot, Vec<(String, Ready)>)> = Vec::new();
    for (name, value) in named(args, step, given)? {
        let own = step.fields.iter().find(|own| own.field == *name);
        let own = own.and_then(|own| Some((own, journal.slot(own.slot.as_str())?)));
        let (own, slot) = own.ok_or_else(|| wrong_field(step, &name))?;
        let (provider, spec) = spec(journal, slot, io)?;
        let reference = reference(&vault.document, journal, slot)?;
        let into =
            values::Into { catalog: io.catalog, provider, spec, reference: &reference, field: &name, in_flow: true };
        let ready = values::told(&into, value, args.overrule, args.json, io)?;
        let found = vault.elsewhere(journal, step, own, ready.value.expose());
        if let Some(found) = found.filter(|found| found.is_final || !args.overrule) {
            let hint = if found.is_final {
                "copy the new value from the page, not the old one"
            } else {
                "copy what the step asks for; or, if you are sure, take it with --overrule"
            };
            return Err(Problem::new(Exit::Refused, clause(found.words.trim_end_matches('.'))).hint(hint).into());
        }
        if let Some(doubt) = vault.of_other_environment(journal, own, ready.value.expose()) {
            io.note(clause(&doubt));
        }
        match by_slot.iter_mut().find(|(own, _)| own.name == slot.name) {
            Some((_, fields)) => fields.push((name, ready)),
            None => by_slot.push((slot, vec![(name, ready)])),
        }
    }
    let mut all = Vec::new();
    for (slot, mut fields) in by_slot {
        let (_, spec) = spec(journal, slot, io)?;
        let known = |name: &str, value: &[u8]| vault.fingerprint(slot.kind, name, value);
        let there = unfinished(&vault.document, slot, &fields);
        if values::complete_pair(&mut fields, spec, there, &known)? {
            io.note("the public key was derived and is stored beside it");
        }
        all.extend(fields.into_iter().map(|(name, ready)| (slot.name.clone(), new_field(name, ready, spec))));
    }
    Ok(match until {
        Some(until) => {
            io.note(format!("by the answer it works until {until}"));
            Deed::ValuesUntil(all, until)
        }
        None => Deed::Values(all),
    })
}

/// Values by the names of their fields.
fn named(args: &Args, step: &Step, given: Given) -> Outcome<Vec<(String, SecretBytes)>> {
    match given {
        Given::Fields(fields) if fields.account.is_empty() => Ok(fields.own),
        Given::Fields(_) => Err(Problem::new(Exit::Usage, "the step takes no field of the account")
            .hint("`paykeep account set` sets those")
            .into()),
        Given::One(value) => {
            let name = match (&args.field, &step.fields[..]) {
                (Some(name), _) => field_name(name)?,
                (None, [only]) => only.field.to_string(),
                _ => {
                    let names: Vec<&str> = step.fields.iter().map(|at| at.field.as_str()).collect();
                    return Err(Problem::new(Exit::Usage, format!("the step takes {} together", names.join(", ")))
                        .hint("give them as a JSON object, with --json")
                        .into());
                }
            };
            Ok(vec![(name, value)])
        }
    }
}

fn wrong_field(step: &Step, name: &str) -> Problem {
    let names: Vec<&str> = step.fields.iter().map(|at| at.field.as_str()).collect();
    Problem::new(Exit::Usage, format!("«{}» takes no {}", step.title, clean(name)))
        .hint(format!("it takes {}", names.join(", ")))
}

fn reference(document: &Document, journal: &Journal, slot: &Slot) -> Outcome<Reference> {
    let account = document.account(journal.account).ok_or_else(|| {
        Problem::new(Exit::NotFound, "the flow's account is gone").hint("`paykeep flow abandon` gives it up")
    })?;
    Ok(Reference {
        provider: account.provider.clone(),
        environment: account.environment,
        account: account.slug.clone(),
        name: slot.reference.clone(),
        version: None,
        field: None,
    })
}

/// The version that takes the fields; none where one of them is given anew, since then another version is made.
fn unfinished<'a>(document: &'a Document, slot: &Slot, fields: &[(String, Ready)]) -> Option<&'a Version> {
    let new = slot.new.filter(|_| slot.new != slot.old);
    let version = document.version(slot.credential?, new?)?;
    let anew = fields.iter().any(|(name, _)| version.fields.contains_key(name));
    (!anew).then_some(version)
}

/// Prints what a step hands over, in the form that its place takes.
fn hand_over(args: &Args, journal: &Journal, step: &Step, vault: &Unlocked, io: &mut Io<'_>) -> Outcome {
    let slot = match step.field() {
        Some(at) => journal.slot(at.slot.as_str()),
        None => step.slots.first().and_then(|name| journal.slot(name)),
    };
    let version = |slot: &Slot| -> Option<&Version> { vault.document.version(slot.credential?, slot.new?) };
    let found =
        slot.and_then(|slot| Some((slot, version(slot)?))).filter(|_| matches!(step.act, Act::Give | Act::Seal));
    let Some((slot, version)) = found else { return Ok(()) };
    let named = step.field().and_then(|at| version.fields.get_key_value(at.field.as_str()));
    let main = || version.main_field(slot.kind);
    let (name, field): (&str, &Field) =
        named.map(|(name, field)| (name.as_str(), &**field)).or_else(main).ok_or(FlowError::NotHandedOver)?;
    off_the_terminal(name, field, args.print, io)?;
    let lost = || Problem::new(Exit::Damaged, format!("the vault has no value for {name}"));
    let value = match (&field.value, &field.secret) {
        (Some(text), _) => SecretBytes::copied(text.as_bytes()),
        (None, Some(key)) => vault.secret(key).ok_or_else(lost)?,
        (None, None) => return Err(lost().into()),
    };
    let value = match step.form {
        Some(form) => keys::convert(value.expose(), form)?.into_bytes(),
        None => value,
    };
    io.print(value.expose())?;
    if io.output_is_terminal { io.print(b"\n") } else { Ok(()) }
}
