//! `paykeep add`: values from standard input into the vault, after a look at whether they belong there.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::args::{Add as Args, Place as As};
use super::fit;
use super::given::{self, Given};
use super::io::{Io, Outcome};
use super::kind::{self, Asked};
use super::values::{self, Ready};
use super::when::when;
use crate::domain::provider::{CredentialSpec, Provider};
use crate::domain::{
    Add, Change, Credential, Document, NewField, NewValue, Origin, Place, Reference, clean, field_name,
};
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;
use crate::shell::store::OpenVault;

/// What can be said without the vault: asked before its passphrase is.
pub(super) struct Wanted<'a> {
    args: Args,
    reference: Reference,
    provider: &'a Provider,
    given: Given,
    expires_at: Option<Timestamp>,
}

/// Reads the command line and standard input.
pub(super) fn read<'a>(mut args: Args, io: &mut Io<'a>) -> Outcome<Wanted<'a>> {
    let reference = reference(&mut args)?;
    let provider = fit::provider(io.catalog, &reference.provider)?;
    fit::environment(provider, reference.environment)?;
    let expires_at = args.expires.as_deref().map(|text| when(text, io.now)).transpose()?;
    let input = io.read_secret("the value")?;
    let given = if args.json { Given::Fields(given::fields(&input, io.catalog)?) } else { Given::One(input) };
    match &given {
        Given::One(value) => values::not_empty(value)?,
        Given::Fields(fields) => fields.own.iter().try_for_each(|(_, value)| values::not_empty(value))?,
    }
    Ok(Wanted { args, reference, provider, given, expires_at })
}

/// Stores it.
pub(super) fn run(wanted: Wanted<'_>, vault: &mut OpenVault, io: &mut Io<'_>) -> Outcome {
    let Wanted { args, reference, provider, given, expires_at } = wanted;
    let before = vault.snapshot();
    if let Some(note) = &args.note {
        values::no_secret(note, &before, io.catalog)?;
    }
    let names = [reference.account.as_str(), reference.name.as_str()];
    for name in names.into_iter().chain(args.used_by.iter().chain(&args.label).map(String::as_str)) {
        values::no_secret_name(name, &before, io.catalog)?;
    }
    let there = existing(&before.document, &reference);
    let asked =
        Asked { catalog: io.catalog, kind: args.kind, provider, reference: &reference, overrule: args.overrule };
    let kind = kind::decide(&asked, there.map(|credential| credential.kind), &given)?;
    let spec = fit::spec(provider, kind, &reference.name)?;
    let place = match args.place {
        None => Place::New,
        Some(As::Pending) => Place::Pending,
        Some(As::Previous) => Place::Previous,
    };
    // The version that takes the fields, when it is not a new one.
    let filled = there.filter(|_| place == Place::New).and_then(|credential| credential.version(None));

    let is_guess = matches!(given, Given::One(_)) && reference.field.is_none() && spec.fields.len() > 1;
    let (given, account_fields) = by_name(given, reference.field.as_deref(), spec);
    fit::account_fields(io.catalog, &reference.provider, reference.environment, &account_fields, args.overrule)?;
    refuse_other_account(&before.document, &reference, &account_fields)?;
    let mut fields: Vec<(String, Ready)> = Vec::with_capacity(given.len() + 1);
    for (name, value) in given {
        fit::field(spec, &name)?;
        let into =
            values::Into { catalog: io.catalog, provider, spec, reference: &reference, field: &name, in_flow: false };
        let ready = values::told(&into, value, args.overrule, args.json, io)?;
        fields.push((name, ready));
    }
    // A key says itself which half it is.
    let is_key = |name: &str| matches!(name, "private_key" | "public_key");
    let guessed = fields.first().map(|(name, _)| name.clone()).filter(|name| is_guess && !is_key(name));
    let known = |name: &str, value: &[u8]| before.fingerprint(kind, name, value);
    if values::complete_pair(&mut fields, spec, filled, &known)? {
        io.note("the public key was derived and is stored beside it");
    }

    let name = reference.of_credential().to_string();
    let change = Change::Add(Box::new(Add {
        reference,
        kind,
        place,
        fields: fields.into_iter().map(|(name, ready)| new_field(name, ready, spec)).collect(),
        origin: Origin::Pasted,
        expires_at,
        label: args.label.clone().unwrap_or_default(),
        note: args.note.clone().unwrap_or_default(),
        rotate_every_days: args.rotate_every,
        used_by: args.used_by,
        account_fields,
        replaces_account_fields: false,
    }));
    let is_described = args.label.is_some() || args.note.is_some() || args.rotate_every.is_some();
    let is_new = there.is_none();
    let filled_number = filled.map(|version| version.n);
    let (after, applied) = vault.commit(change)?;

    let stored = applied.credential.and_then(|id| after.document.credential(id));
    let version = stored.and_then(|c| c.versions.iter().find(|v| Some(v.id) == applied.version));
    if let Some((credential, version)) = stored.zip(version) {
        let state = credential.state(version, io.now).as_str();
        let added = if filled_number == Some(version.n) { "added to" } else { "stored as" };
        io.note(format!("{name}: {added} v{}, {state}", version.n));
    }
    if let Some(field) = guessed {
        io.note(format!("it went into {field}; --field names another"));
    }
    for other in &applied.same_as {
        io.note(format!("{other} has the same value"));
    }
    if is_described && !is_new {
        io.note("label, note and rotation stay as they were: `paykeep edit` changes them");
    }
    Ok(())
}

/// The reference, with the field that either of the two ways names.
fn reference(args: &mut Args) -> Outcome<Reference> {
    // A value that was given in the wrong place by mistake is not repeated.
    if !args.reference.contains('/') {
        return Err(Problem::new(
            Exit::Usage,
            "the first argument is not a whole reference: provider/environment/account/name",
        )
        .hint("the value itself is given on standard input")
        .into());
    }
    let mut reference: Reference = args.reference.parse()?;
    if reference.version.is_some() {
        return Err(Problem::new(Exit::Usage, "a version gets its number when it is stored")
            .hint("leave away what stands behind @; --as pending or --as previous stores a further version")
            .into());
    }
    if let Some(named) = args.field.take() {
        let named = field_name(&named)?;
        if reference.field.as_ref().is_some_and(|field| *field != named) {
            return Err(Problem::new(Exit::Usage, "the reference and --field name two fields")
                .hint("name the field once")
                .into());
        }
        reference.field = Some(named);
    }
    if args.json && reference.field.is_some() {
        return Err(Problem::new(Exit::Usage, "with --json the object names the fields")
            .hint("leave away what stands behind #")
            .into());
    }
    Ok(reference)
}

fn existing<'a>(document: &'a Document, reference: &Reference) -> Option<&'a Credential> {
    let account =
        document.account_at(reference.provider.as_str(), reference.environment, reference.account.as_str())?;
    document.credential_in(account.id, reference.name.as_str())
}

/// Refuses fields of another account than the one that is there: a key that was made for them does not work with its.
fn refuse_other_account(document: &Document, reference: &Reference, fields: &BTreeMap<String, String>) -> Outcome {
    let account = document.account_at(reference.provider.as_str(), reference.environment, reference.account.as_str());
    let Some(account) = account else { return Ok(()) };
    let differs = |(name, value): &(&String, &String)| {
        account.fields.get(*name).is_some_and(|there| there != clean(value).trim())
    };
    let Some((name, _)) = fields.iter().find(differs) else { return Ok(()) };
    let at = format!("{}/{}/{}", reference.provider, reference.environment, reference.account);
    Err(Problem::new(Exit::Refused, format!("{at} has another {name}"))
        .hint(format!(
            "name another account; or `paykeep account set {at} {name}=…` changes it for all its credentials"
        ))
        .into())
}

/// Values by the names of their fields, and what goes to the account.
fn by_name(
    given: Given,
    named: Option<&str>,
    spec: &CredentialSpec,
) -> (Vec<(String, SecretBytes)>, BTreeMap<String, String>) {
    match given {
        Given::Fields(fields) => (fields.own, fields.account),
        Given::One(value) => {
            let name = named.map_or_else(|| values::main_field(spec, &value), str::to_owned);
            (vec![(name, value)], BTreeMap::new())
        }
    }
}

/// A value that is ready, as a field: secret or public as the provider's file says.
pub(super) fn new_field(name: String, ready: Ready, spec: &CredentialSpec) -> NewField {
    let is_secret = spec.field(&name).is_none_or(|field| field.secret);
    let value = if is_secret {
        NewValue::Secret(ready.value)
    } else {
        match ready.value.into_text() {
            Ok(text) => NewValue::Public(text.expose().to_owned()),
            // Bytes that are no text are kept where any bytes can be.
            Err(bytes) => NewValue::Secret(bytes),
        }
    };
    NewField { name, value, form: ready.form, prefix: ready.prefix.filter(|_| is_secret) }
}
