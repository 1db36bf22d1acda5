//! A value on its way into a field: without what a clipboard added, in the form that the field keeps, and only where it belongs.

use super::beside;
use super::io::{Io, Outcome};
use crate::catalog::Catalog;
use crate::catalog::detect::{
    Candidate, Chosen, Contradicted, Detection, Note, contradiction, detect, is_called, normalise, secret_in, stored,
};
use crate::catalog::naming::is_value;
use crate::domain::provider::{CredentialSpec, Provider};
use crate::domain::{Document, Kind, Reference, Version, clean};
use crate::error::{Exit, Problem, clause};
use crate::keys;
use crate::secret::SecretBytes;
use crate::vault::Unlocked;

/// Where a value is to go.
pub(super) struct Into<'a> {
    /// The providers that are known.
    pub(super) catalog: &'a Catalog,
    /// Whose it is to be.
    pub(super) provider: &'a Provider,
    /// What the provider's file says of the credential.
    pub(super) spec: &'a CredentialSpec,
    /// Where it is to stand.
    pub(super) reference: &'a Reference,
    /// For which field.
    pub(super) field: &'a str,
    /// Whether a step of a flow asks for it: then the place is right, and the value is not.
    pub(super) in_flow: bool,
}

/// A value as it will be stored.
#[derive(Debug)]
pub(super) struct Ready {
    /// The value.
    pub(super) value: SecretBytes,
    /// How a key is written.
    pub(super) form: Option<String>,
    /// The public beginning.
    pub(super) prefix: Option<String>,
    /// What was left out, for the user.
    pub(super) notes: Vec<String>,
}

/// Makes a value ready, and tells what was left out of it; `by_name` where several are told of together.
pub(super) fn told(
    into: &Into<'_>,
    value: SecretBytes,
    overrule: bool,
    by_name: bool,
    io: &mut Io<'_>,
) -> Outcome<Ready> {
    let ready = ready(into, value, overrule)?;
    for note in &ready.notes {
        io.note(if by_name { format!("{}: {note}", into.field) } else { note.clone() });
    }
    Ok(ready)
}

/// Makes a value ready, or says why it doesn't belong there. `overrule` lets it in all the same.
fn ready(into: &Into<'_>, value: SecretBytes, overrule: bool) -> Outcome<Ready> {
    // A key is taken out of any text: what stands around it is seen here alone.
    let whole = keys::identify(value.expose()).is_ok().then(|| look(into.catalog, &value));
    let (value, notes) = normalise(into.catalog, value);
    not_empty(&value)?;
    let found = look(into.catalog, &value);
    if !overrule {
        // What is around a value is told before what is wrong with the whole.
        refuse_wrapped(into.catalog, &value, &found)?;
        refuse_contradiction(into, &value)?;
        whole.iter().try_for_each(|whole| beside::refuse_foreign(into, whole))?;
        refuse_several(&value)?;
    }
    let mut notes: Vec<String> = notes.iter().map(|note| clause(&note.to_string())).collect();
    notes.extend(whole.iter().flat_map(|whole| beside::left_out(into, whole)));
    if takes_key(into.spec.kind, into.field) {
        let form = into.spec.field(into.field).and_then(|field| field.form);
        let key = keys::identify(value.expose()).ok();
        if key.as_ref().is_some_and(|key| key.is_pss) {
            notes.push("the key is for RSASSA-PSS alone; kept as a plain RSA key, it no longer says so".to_owned());
        }
        if let Some(note) = key.as_ref().and_then(Note::of_key) {
            notes.push(clause(&note.to_string()));
        }
        let (value, form) = stored(value, form);
        return Ok(Ready { value, form: form.map(|form| form.as_str().to_owned()), prefix: None, notes });
    }
    notes.extend(ours(into, &found).flat_map(|candidate| &candidate.reasons).filter(|why| why.ends_with('?')).cloned());
    let prefix = prefix(into, &value, &found);
    Ok(Ready { value, form: None, prefix, notes })
}

/// What a value is, which stays where it is.
pub(super) fn look(catalog: &Catalog, value: &SecretBytes) -> Detection {
    detect(catalog, SecretBytes::copied(value.expose()))
}

/// Refuses what has nothing in it but blanks.
pub(super) fn not_empty(value: &SecretBytes) -> Outcome {
    if value.expose().trim_ascii().is_empty() {
        return Err(Problem::new(Exit::Usage, "there is no value on standard input")
            .hint("pipe it in: paykeep … < FILE")
            .into());
    }
    Ok(())
}

/// Refuses what looks like a secret, or is one of the vault's, where everyone who looks at the vault's records sees it.
pub(super) fn no_secret(text: &str, vault: &Unlocked, catalog: &Catalog) -> Outcome {
    let bytes = text.trim().as_bytes();
    let known = vault.whose(bytes).into_iter().find(|found| found.is_secret);
    let what = known.map(|found| format!("the value of {}", found.reference)).or_else(|| secret_in(catalog, bytes));
    match what {
        Some(what) => {
            Err(Problem::new(Exit::Refused, format!("that is {what}, and this text is shown to whoever looks"))
                .hint("say it without the value")
                .into())
        }
        None => Ok(()),
    }
}

/// The same for what an account, a credential, a place, a tag is called: that stands in every list, log and calendar. What only looks like
/// a key of somebody is refused too. A name that the vault has already is never refused: its record has to be reached.
pub(super) fn no_secret_name(name: &str, vault: &Unlocked, catalog: &Catalog) -> Outcome {
    if has_name(&vault.document, name) {
        return Ok(());
    }
    no_secret(name, vault, catalog)?;
    if is_value(catalog, name) {
        return Err(Problem::new(Exit::Refused, "that looks like a value, and a name is shown to whoever looks")
            .hint("choose a name; values are given on standard input")
            .into());
    }
    Ok(())
}

/// Whether something in the vault is called so.
pub(super) fn has_name(document: &Document, name: &str) -> bool {
    let name = name.trim();
    let accounts = document.accounts.iter().flat_map(|own| [own.slug.as_str(), &own.label]);
    let credentials = document.credentials.iter().flat_map(|own| [own.name.as_str(), &own.label]);
    let tags = document.credentials.iter().flat_map(|own| &own.tags).map(String::as_str);
    let places = document.consumers.iter().map(|place| place.label.as_str());
    !name.is_empty() && accounts.chain(credentials).chain(tags).chain(places).any(|known| known == name)
}

/// The field that a value is for when none is named: a key's own half, else the secret one, else the first.
pub(super) fn main_field(spec: &CredentialSpec, value: &SecretBytes) -> String {
    let key = takes_key(spec.kind, "public_key").then(|| keys::identify(value.expose()).ok()).flatten();
    let own = key.map(|key| if key.is_private() { "private_key" } else { "public_key" });
    let own = own.and_then(|name| spec.field(name));
    let secret = spec.fields.iter().find(|field| field.secret);
    own.or(secret).or(spec.fields.first()).map_or_else(|| "value".to_owned(), |field| field.name.to_string())
}

/// Holds the halves of a key pair together: a public key that is missing is derived (which is told), one that is another key's is
/// refused. `filled` is the version that takes the fields, when it is there already; `fingerprint` says whose key a value is.
pub(super) fn complete_pair(
    fields: &mut Vec<(String, Ready)>,
    spec: &CredentialSpec,
    filled: Option<&Version>,
    fingerprint: &dyn Fn(&str, &[u8]) -> String,
) -> Outcome<bool> {
    if spec.kind != Kind::KeyPair {
        return Ok(false);
    }
    let print = |name: &str, fields: &[(String, Ready)]| {
        let new = fields.iter().find(|(known, _)| known == name);
        let there = filled.and_then(|version| version.fields.get(name)).and_then(|field| field.fingerprint.clone());
        new.map(|(_, ready)| fingerprint(name, ready.value.expose()))
            .or(there)
            .filter(|print| print.starts_with("spki"))
    };
    let (private, public) = (print("private_key", fields), print("public_key", fields));
    let has_public = filled.is_some_and(|version| version.fields.contains_key("public_key"))
        || fields.iter().any(|(name, _)| name == "public_key");
    if let (Some(private), Some(public)) = (&private, &public)
        && private != public
    {
        return Err(Problem::new(Exit::Refused, "the public key is not the half of this private key")
            .hint("leave the public key away: it is derived")
            .into());
    }
    let Some((_, private)) = fields.iter().find(|(name, _)| name == "private_key") else { return Ok(false) };
    if has_public || spec.field("public_key").is_none() {
        return Ok(false);
    }
    let form = spec.key_form("public_key");
    // A key that paykeep can't take apart is stored alone.
    let Ok(public) =
        keys::identify(private.value.expose()).and_then(|key| key.public()).and_then(|key| key.write(form))
    else {
        return Ok(false);
    };
    let ready = Ready {
        value: SecretBytes::new(public.into_bytes()),
        form: Some(form.as_str().to_owned()),
        prefix: None,
        notes: Vec::new(),
    };
    fields.push(("public_key".to_owned(), ready));
    Ok(true)
}

fn refuse_contradiction(into: &Into<'_>, value: &SecretBytes) -> Outcome {
    let chosen = Chosen {
        provider: into.reference.provider.as_str(),
        credential: Some(&into.spec.id),
        kind: into.spec.kind,
        environment: into.reference.environment,
        field: into.field,
    };
    let Some(found) = contradiction(into.catalog, value, &chosen) else { return Ok(()) };
    // Where there are no rules a field that is for no key may hold anything, a key too.
    if found.of == Contradicted::Field && into.provider.shapes.is_empty() && !takes_key(into.spec.kind, into.field) {
        return Ok(());
    }
    let against = |place: &str| format!(", which contradicts {place}");
    let against = match found.of {
        Contradicted::Provider => against(&into.provider.name),
        Contradicted::Kind => against(&into.spec.title),
        Contradicted::Environment => against(into.reference.environment.as_str()),
        // What belongs there is said by the reason.
        Contradicted::Field | Contradicted::Masked => String::new(),
    };
    Err(Problem::new(Exit::Refused, format!("this {}{against}: {}", found.says, found.reason))
        .hint(match found.of {
            _ if into.in_flow => "copy what the step asks for; or, if you are sure, take it with --overrule",
            Contradicted::Masked => "copy the value itself; or, if you are sure, store it with --overrule",
            _ => "correct the reference, --kind or --field; or, if you are sure, store it with --overrule",
        })
        .into())
}

/// A token is one line. Several are most likely a file around it.
fn refuse_several(value: &SecretBytes) -> Outcome {
    let Ok(text) = std::str::from_utf8(value.expose()) else { return Ok(()) };
    if !text.contains('\n') || keys::identify(value.expose()).is_ok() || !keys::blocks(text).is_empty() {
        return Ok(());
    }
    Err(Problem::new(Exit::Usage, "there are several lines on standard input, and a value has one")
        .hint("give the value alone; --json takes several fields, --overrule stores the lines as they are")
        .into())
}

/// A line of a file, a JSON object, a command: the value stands in it, with its name. Stored as it is, it would be no key to anything.
pub(super) fn refuse_wrapped(catalog: &Catalog, value: &SecretBytes, found: &Detection) -> Outcome {
    if keys::identify(value.expose()).is_ok() {
        return Ok(());
    }
    let whole = value.expose().trim_ascii();
    let claimed = found.items.iter().any(|item| !item.candidates.is_empty());
    let names: Vec<&str> = found.values.iter().filter_map(|inner| inner.name.as_deref()).collect();
    if (names.is_empty() && !claimed) || found.values.iter().any(|inner| inner.text.expose() == whole) {
        return Ok(());
    }
    // Any other name could be a piece of a secret.
    let is_variable = |name: &str| name.contains('_') && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let is_known = |name: &&&str| {
        let mut specs = catalog.providers().flat_map(|provider| &provider.credentials);
        is_variable(name) || specs.any(|spec| spec.fields.iter().any(|field| is_called(name, field)))
    };
    let names: Vec<String> = names.iter().filter(is_known).map(|name| clean(name).into_owned()).collect();
    let called = if names.is_empty() { String::new() } else { format!(", named {}", names.join(", ")) };
    Err(Problem::new(Exit::Usage, format!("what stands on standard input has a value in it{called}"))
        .hint("give the value alone; --json takes an object of fields, --overrule stores the text as it is")
        .into())
}

/// The candidates that say what the reference says.
fn ours<'a>(into: &Into<'_>, found: &'a Detection) -> impl Iterator<Item = &'a Candidate> {
    let candidates = found.items.iter().flat_map(|item| &item.candidates);
    candidates.filter(|candidate| {
        candidate.provider.as_ref() == Some(&into.provider.id)
            && candidate.credential.as_ref() == Some(&into.spec.id)
            && candidate.fields.iter().any(|(name, _)| *name == *into.field)
    })
}

/// What stands before the mask: the public beginning that the provider's file knows.
fn prefix(into: &Into<'_>, value: &SecretBytes, found: &Detection) -> Option<String> {
    let prefix = ours(into, found).find_map(|candidate| candidate.prefix.clone())?;
    value.expose().starts_with(prefix.as_bytes()).then_some(prefix)
}

/// Whether a field takes an RSA key.
fn takes_key(kind: Kind, field: &str) -> bool {
    matches!((kind, field), (Kind::KeyPair, "private_key") | (Kind::KeyPair | Kind::ProviderPublicKey, "public_key"))
}
