//! Whether a value is evidently something else than what its user chose.

use std::fmt;

use super::found::Found;
use super::matching::{self, Match};
use super::{names, normalise};
use crate::catalog::Catalog;
use crate::domain::provider::{CredentialSpec, Id, KeyDecode, Matcher, Provider, Recipe, Strength, Target};
use crate::domain::{Environment, Kind};
use crate::keys::{self, KeyError, KeyText, Structure};
use crate::secret::SecretBytes;

/// What the user says that a value is.
#[derive(Clone, Copy, Debug)]
pub struct Chosen<'a> {
    /// The provider.
    pub provider: &'a str,
    /// The credential in the provider's file, where it is known.
    pub credential: Option<&'a str>,
    /// What sort of thing it is.
    pub kind: Kind,
    /// The environment.
    pub environment: Environment,
    /// The field.
    pub field: &'a str,
}

impl Chosen<'_> {
    /// Whether it is this credential of its provider's file; of several of one kind each, where none was named.
    fn is(&self, provider: &Provider, id: &Id) -> bool {
        match self.credential {
            Some(credential) => *id == credential,
            None => provider.credential(id).is_some_and(|spec| spec.kind == self.kind),
        }
    }
}

/// What of the choice the value contradicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Contradicted {
    /// It is another provider's.
    Provider,
    /// It is another kind of credential of this provider.
    Kind,
    /// It is of the other environment.
    Environment,
    /// It belongs into another field.
    Field,
    /// It is no whole value: signs stand in place of its characters.
    Masked,
}

/// Evidence against the choice. Its text is a sentence: «This says live: it starts with `sk_live_`.»
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// What it is about.
    pub of: Contradicted,
    /// What the value is, after «This».
    pub says: String,
    /// Why, a clause.
    pub reason: String,
}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "This {}: {}.", self.says, self.reason)
    }
}

/// The evidence, if there is any, that `value` is not what was chosen. Only a deliberate decision of the
/// user overrules it.
pub fn contradiction(catalog: &Catalog, value: &SecretBytes, chosen: &Chosen) -> Option<Contradiction> {
    let (value, _) = normalise(catalog, SecretBytes::copied(value.expose()));
    let text = std::str::from_utf8(value.expose()).ok();
    let key = match keys::identify(value.expose()) {
        Err(KeyError::NotAKey | KeyError::BadBase64 | KeyError::TooLarge) => None,
        found => Some(found),
    };
    if let Some(found) = by_key(catalog, key.as_ref(), text, chosen) {
        return Some(found);
    }
    if key.is_some() {
        return None;
    }
    if names::is_masked(text?) {
        let reason = "signs stand in place of its characters, or the same one fills it up".to_owned();
        return Some(Contradiction { of: Contradicted::Masked, says: "is no whole value".to_owned(), reason });
    }
    if let Some(found) = several(catalog, text?, chosen) {
        return Some(found);
    }
    let found = Found::token(None, text?, 0);
    let providers: Vec<&Provider> = catalog.providers().collect();
    let (evidence, weak): (Vec<Match>, Vec<Match>) =
        matching::of(catalog, &found).into_iter().partition(|m| m.strength > Strength::Possible);
    if evidence.is_empty() {
        if weak.iter().any(|m| differs(&providers, m, chosen).is_none()) {
            return None;
        }
        return unlike(catalog.get(chosen.provider)?, text?, chosen);
    }
    let all = evidence.iter().map(|m| (differs(&providers, m, chosen), m));
    // That other providers' values look so too is what «likely» means: only what is certain speaks against a provider.
    let told = all.filter(|(of, m)| *of != Some(Contradicted::Provider) || m.strength == Strength::Certain);
    // What agrees in everything silences the rest; else what agrees most says what is wrong.
    let (of, m) = told.min_by_key(|(of, m)| (rank(*of), std::cmp::Reverse(m.strength)))?;
    let of = of?;
    let provider = providers.get(m.provider)?;
    let what = title(provider, &m.target);
    let says = match of {
        Contradicted::Environment => format!("says {}", m.environment?),
        Contradicted::Field | Contradicted::Kind | Contradicted::Masked => format!("is {} {what}", article(&what)),
        Contradicted::Provider => format!("is {} {what} of {}", article(&what), provider.name),
    };
    let reason = m.reasons.first().cloned().unwrap_or_else(|| "it looks like one".to_owned());
    Some(Contradiction { of, says, reason })
}

/// Cells of a table that were copied together, or words around an ID: there is a tab in no value, and no blank in one that is public.
fn several(catalog: &Catalog, text: &str, chosen: &Chosen) -> Option<Contradiction> {
    let known = spec_of(catalog, chosen)?.field(chosen.field)?;
    let has_rules = catalog.get(chosen.provider).is_some_and(|provider| !provider.shapes.is_empty());
    let reason = if text.contains('\t') {
        "there is a tab in it, as between the columns of a table"
    } else if !known.secret && text.contains(char::is_whitespace) {
        "there is a blank in it"
    } else {
        return None;
    };
    has_rules.then(|| Contradiction {
        of: Contradicted::Field,
        says: "is more than one value".to_owned(),
        reason: reason.to_owned(),
    })
}

/// What the provider says of how such values begin, where it is sure of some of them and this one looks like none.
fn unlike(provider: &Provider, text: &str, chosen: &Chosen) -> Option<Contradiction> {
    let is_it = |target: &Target| match target {
        Target::Account(_) => false,
        Target::Credential { id, field } => chosen.is(provider, id) && *field == chosen.field,
    };
    let shapes: Vec<_> = provider.shapes.iter().filter(|shape| is_it(&shape.target)).collect();
    // A key that is read after a prefix is no key without it.
    let read_after = |recipe: &'_ Recipe| is_it(&recipe.key) && matches!(recipe.key_decode, KeyDecode::Base64After(_));
    if !provider.recipes.iter().any(read_after) && shapes.iter().all(|shape| shape.strength != Strength::Certain) {
        return None;
    }
    let mut heads: Vec<&str> = shapes.iter().filter_map(|shape| shape.prefix.as_deref()).collect();
    let others = if heads.len() < shapes.len() { ", and this looks like none of the others" } else { "" };
    let begins = |head: &&str| text.get(..head.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(head));
    if heads.is_empty() || heads.iter().any(begins) {
        return None;
    }
    heads.sort_unstable();
    heads.dedup();
    let what = title(provider, &shapes.first()?.target);
    let says = format!("does not look like {} {what}", article(&what));
    Some(Contradiction {
        of: Contradicted::Field,
        says,
        reason: format!("those begin with {}{others}", heads.join(" or ")),
    })
}

/// What makes a value doubtful that may be what was chosen: «no UUID follows, as it does in the provider's example: is it whole?» A
/// clause, for the user to look at; nothing is refused for it.
pub fn doubt(catalog: &Catalog, value: &SecretBytes, chosen: &Chosen) -> Option<String> {
    let found = super::detect(catalog, SecretBytes::copied(value.expose()));
    let candidates = found.items.into_iter().flat_map(|item| item.candidates);
    let mut ours = candidates.filter(|candidate| {
        candidate.provider.as_ref().is_some_and(|id| **id == *chosen.provider)
            && candidate.credential.as_ref().is_some_and(|id| chosen.credential.is_none_or(|own| **id == *own))
            && candidate.fields.iter().any(|(name, _)| **name == *chosen.field)
    });
    ours.find_map(|candidate| candidate.reasons.into_iter().find(|why| why.ends_with('?')))
}

/// What keeps a match from agreeing with the choice.
fn differs(providers: &[&Provider], m: &Match, chosen: &Chosen) -> Option<Contradicted> {
    let provider = providers.get(m.provider)?;
    if provider.id != chosen.provider {
        return Some(Contradicted::Provider);
    }
    match &m.target {
        Target::Account(_) => return Some(Contradicted::Kind),
        Target::Credential { id, field } => {
            if !chosen.is(provider, id) {
                return Some(Contradicted::Kind);
            }
            if *field != chosen.field {
                return Some(Contradicted::Field);
            }
        }
    }
    m.environment.filter(|environment| *environment != chosen.environment).map(|_| Contradicted::Environment)
}

fn rank(of: Option<Contradicted>) -> u8 {
    match of {
        None => 0,
        Some(Contradicted::Environment) => 1,
        Some(Contradicted::Field) => 2,
        Some(Contradicted::Kind) => 3,
        Some(Contradicted::Provider | Contradicted::Masked) => 4,
    }
}

/// What the provider's file says of the credential that was chosen.
fn spec_of<'a>(catalog: &'a Catalog, chosen: &Chosen) -> Option<&'a CredentialSpec> {
    let provider = catalog.get(chosen.provider)?;
    match chosen.credential {
        Some(id) => provider.credential(id),
        None => provider.of_kind(chosen.kind).next(),
    }
}

/// Private where public belongs, and the reverse; a key where a token belongs, and the reverse; a key that is of no use there.
fn by_key(
    catalog: &Catalog,
    key: Option<&Result<KeyText, KeyError>>,
    text: Option<&str>,
    chosen: &Chosen,
) -> Option<Contradiction> {
    let wanted = wanted(catalog, chosen);
    let field =
        |says: &str, reason: String| Some(Contradiction { of: Contradicted::Field, says: says.to_owned(), reason });
    match (wanted, key) {
        (Some(Half::Private), Some(Ok(key))) if !key.is_private() => {
            field("is a public key", format!("it is {}, and the private key belongs here", words(key)))
        }
        (Some(Half::Public), Some(Ok(key))) if key.is_private() => {
            field("is a private key", format!("it is {}, and a public key belongs here", words(key)))
        }
        (Some(_), Some(Err(error))) => field(flawed(error), error.to_string()),
        (Some(Half::Private), None) => {
            field("is no private key", "neither PEM nor base64 of a key is in it".to_owned())
        }
        (Some(Half::Public), None) => field("is no public key", "neither PEM nor base64 of a key is in it".to_owned()),
        (None, Some(Ok(key))) => field("is a key", format!("it is {}, and a token belongs here", words(key))),
        (Some(Half::Private), Some(Ok(key))) if key.is_encrypted() => {
            let way = "`paykeep convert --to pkcs8-pem --password-file PASSWORD` gives the key itself";
            field(
                "is an encrypted key",
                format!("nothing can be signed with it, and the vault is encrypted anyway: {way}"),
            )
        }
        (Some(_), Some(Ok(key))) => {
            let wanted = spec_of(catalog, chosen).and_then(|spec| spec.rsa_bits.as_ref()).map(|stated| stated.value)?;
            match key.bits {
                None => field("is no RSA key", format!("it is {}, and one of RSA-{wanted} belongs here", words(key))),
                Some(bits) if bits != wanted => {
                    field("is a key of another length", format!("it has {bits} bits, and one of {wanted} belongs here"))
                }
                Some(_) => None,
            }
        }
        (None, Some(Err(KeyError::UnknownPem { .. })) | None) => None,
        // A token can begin like a key by chance; PEM can't.
        (None, Some(Err(error))) => match text {
            Some(text) if !keys::blocks(text).is_empty() => field("is a key", error.to_string()),
            _ => None,
        },
    }
}

/// What a text is that was meant to be a key and can't be read as one.
fn flawed(error: &KeyError) -> &'static str {
    match error {
        KeyError::Several { .. } => "is more than one key",
        KeyError::Size { .. } => "is a key of another length",
        KeyError::Unsupported { .. } | KeyError::UnknownPem { .. } => "is no RSA key",
        KeyError::Foreign(_) => "is no key that paykeep reads",
        KeyError::Encrypted | KeyError::Cipher | KeyError::WrongPassword => "is an encrypted key",
        _ => "is no whole key",
    }
}

enum Half {
    Private,
    Public,
}

/// Which half of a key pair the chosen field takes, if it takes one: by the provider's shapes, else by its usual name.
fn wanted(catalog: &Catalog, chosen: &Chosen) -> Option<Half> {
    let usual = match (chosen.kind, chosen.field) {
        (Kind::KeyPair, "private_key") => Some(Half::Private),
        (Kind::KeyPair | Kind::ProviderPublicKey, "public_key") => Some(Half::Public),
        _ => None,
    };
    usual.or_else(|| {
        let provider = catalog.get(chosen.provider)?;
        provider.shapes.iter().find_map(|shape| match (&shape.target, &shape.matcher) {
            (Target::Credential { id, field }, Matcher::Der(der))
                if *field == chosen.field && chosen.is(provider, id) =>
            {
                let public = der.form.contains(&crate::domain::provider::DerForm::Spki);
                Some(if public { Half::Public } else { Half::Private })
            }
            _ => None,
        })
    })
}

fn words(key: &KeyText) -> String {
    match key.structure {
        Structure::Certificate | Structure::Csr => key.to_string(),
        _ => matching::words(key),
    }
}

/// What a field is called: «merchant secret key», «client ID».
fn title(provider: &Provider, target: &Target) -> String {
    match target {
        Target::Account(field) => {
            provider.account_field(field).map_or_else(|| field.to_string(), |spec| spec.label.clone())
        }
        Target::Credential { id, field } => match provider.credential(id) {
            Some(spec) if spec.fields.len() > 1 => {
                spec.field(field).map_or_else(|| field.to_string(), |f| f.label.clone())
            }
            Some(spec) => spec.title.clone(),
            None => id.to_string(),
        },
    }
}

/// The article before a word.
pub(super) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'A', 'E', 'I', 'O']) { "an" } else { "a" }
}
