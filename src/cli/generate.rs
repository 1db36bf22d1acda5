//! `paykeep generate`: a key pair that waits until it replaces the current one, or a first one.

use super::args::Generate as Args;
use super::fit;
use super::io::{Io, Outcome};
use super::values::no_secret_name;
use crate::domain::provider::{CredentialSpec, Flow, Provider};
use crate::domain::{Add, Change, Document, Environment, Kind, NewField, NewValue, Origin, Place, Reference};
use crate::error::{Exit, Problem};
use crate::keys::Form;
use crate::shell::keygen;
use crate::shell::store::OpenVault;

/// Makes and stores it.
pub(super) fn run(args: &Args, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let before = vault.snapshot();
    let reference = wanted(args, &before.document)?;
    let name = reference.to_string();
    for name in [&reference.account, &reference.name] {
        no_secret_name(name.as_str(), &before, io.catalog)?;
    }
    let environment = reference.environment;
    let provider = fit::provider(io.catalog, &reference.provider)?;
    fit::environment(provider, reference.environment)?;
    let spec = fit::spec(provider, Kind::KeyPair, &reference.name)?;
    let bits = size(args.bits, provider, spec)?;
    let there = before
        .document
        .account_at(reference.provider.as_str(), reference.environment, reference.account.as_str())
        .and_then(|account| before.document.credential_in(account.id, reference.name.as_str()));
    if there.is_none() && !args.current {
        return Err(Problem::new(Exit::NotFound, format!("there is no {name} yet"))
            .hint(if provider.flows.is_empty() {
                "--current makes a first one".into()
            } else {
                format!(
                    "`paykeep flow list {}` names the flow that makes a first pair; --current makes one without",
                    provider.id
                )
            })
            .into());
    }
    if there.is_some_and(|credential| credential.kind == Kind::KeyPair && credential.current.is_some()) && args.current
    {
        return Err(Problem::new(Exit::Refused, format!("{name} is there already"))
            .hint("leave --current away: another pair is stored beside it, and waits")
            .into());
    }
    if let Some(flow) = there.and_then(|credential| before.document.flow_of(credential.id)) {
        io.note(format!("«{}» is in progress for it, and makes or takes a pair of its own", flow.title));
    }
    // Before the vault is locked: it takes a second, and others may want to save.
    let fields = pair(bits, spec)?;
    let change = Change::Add(Box::new(Add {
        origin: Origin::Generated,
        ..Add::of(reference, Kind::KeyPair, if args.current { Place::New } else { Place::Pending }, fields)
    }));
    let (after, applied) = vault.commit(change)?;
    let stored = applied.credential.zip(applied.version).and_then(|(c, v)| after.document.version(c, v));
    let Some(version) = stored else { return Ok(()) };
    io.print(format!("{}\n", version.fingerprint(Kind::KeyPair).unwrap_or_default()).as_bytes())?;
    io.note(format!("{name}: an RSA pair of {bits} bits is stored as v{}", version.n));
    let n = version.n;
    let whose = if provider.is_without_rules() { "the other side" } else { &provider.name };
    io.note(format!("`paykeep get {name}@{n}#public_key` gives the half that goes to {whose}"));
    if !args.current {
        let by_flow = |flow: &Flow| {
            let slots = flow.slots.iter().filter_map(|slot| provider.credential(&slot.credential));
            slots.into_iter().any(|spec| spec.kind == Kind::KeyPair)
        };
        let flows = provider.flows.iter().any(by_flow);
        let lacks = spec.fields.iter().any(|field| field.required && !version.fields.contains_key(field.name.as_str()));
        let live = if environment == Environment::Live { " --account NAME" } else { "" };
        let flows = flows.then(|| format!("`paykeep flow list {name}` names the flows that bring it into use"));
        let alone = format!("once it works there, `paykeep edit {name} --current {n} --said{live}` brings it into use");
        let ways: Vec<String> = flows.into_iter().chain((!lacks).then_some(alone)).collect();
        io.note(ways.join("; "));
    }
    Ok(())
}

/// The whole reference that is meant: a key pair that is there, or a new one.
fn wanted(args: &Args, document: &Document) -> Outcome<Reference> {
    if args.reference.contains(['@', '#']) {
        return Err(Problem::new(Exit::Usage, "a version gets its number when it is stored")
            .hint("leave away what stands behind the name")
            .into());
    }
    if args.reference.trim_start_matches("paykeep://").split('/').count() == 4 {
        return Ok(args.reference.parse::<Reference>()?);
    }
    let credential = document.resolve(&args.reference)?.credential;
    document
        .reference(credential)
        .ok_or_else(|| Problem::new(Exit::NotFound, format!("{} has no account", credential.name)).into())
}

fn size(asked: Option<u32>, provider: &Provider, spec: &CredentialSpec) -> Outcome<u32> {
    let stated = spec.rsa_bits.as_ref().map(|bits| bits.value);
    match (asked, stated) {
        (Some(asked), Some(stated)) if asked != stated => {
            Err(Problem::new(Exit::Refused, format!("{} takes RSA keys of {stated} bits, not {asked}", provider.name))
                .hint("leave --bits away")
                .into())
        }
        _ => Ok(asked.or(stated).unwrap_or(BITS)),
    }
}

/// Both halves of a new pair, each in the form in which the provider's file keeps it.
pub(super) fn pair(bits: u32, spec: &CredentialSpec) -> Outcome<Vec<NewField>> {
    let key = keygen::generate(bits)?;
    let (private, public) = (spec.key_form("private_key"), spec.key_form("public_key"));
    let field = |name: &str, value, form: Form| NewField {
        name: name.to_owned(),
        value,
        form: Some(form.as_str().to_owned()),
        prefix: None,
    };
    Ok(vec![
        field("private_key", NewValue::Secret(key.write(private)?.into_bytes()), private),
        field("public_key", NewValue::Public(key.public().write(public)?), public),
    ])
}

/// The size where nobody says one.
pub(super) const BITS: u32 = 2048;
