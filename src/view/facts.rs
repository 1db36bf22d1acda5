//! What a credential's records say, in the words of the screen: shared by the preview and the detail page.

use jiff::{SignedDuration, Timestamp};

use super::canvas::Part;
use super::theme::Ink;
use super::widgets::sign;
use crate::app::model::{Inside, Model, Revealed};
use crate::domain::due::{self, Rule};
use crate::domain::provider::{CredentialSpec, Provider};
use crate::domain::{Credential, Field, Id, Life, State, Version};

/// The provider of a credential, if the catalogue knows it.
pub(super) fn provider<'a>(model: &'a Model, inside: &Inside, credential: &Credential) -> Option<&'a Provider> {
    let account = inside.unlocked.document.account(credential.account)?;
    model.catalog.get(account.provider.as_str())
}

/// A provider's name on the screen: its ID where the catalogue doesn't know it.
pub(super) fn provider_name(model: &Model, id: &str) -> String {
    model.catalog.get(id).map_or_else(|| id.to_owned(), |provider| provider.name.clone())
}

/// What the catalogue says of a credential: the entry of its name, else the first of its kind.
pub(super) fn spec<'a>(model: &'a Model, inside: &Inside, credential: &Credential) -> Option<&'a CredentialSpec> {
    let provider = provider(model, inside, credential)?;
    provider.spec_of(credential)
}

/// The fields of a version: in the catalogue's order, then the others by name.
pub(super) fn fields<'a>(version: Option<&'a Version>, spec: Option<&CredentialSpec>) -> Vec<(&'a str, &'a Field)> {
    let Some(version) = version else { return Vec::new() };
    let place = |name: &str| {
        let known = spec.and_then(|spec| spec.fields.iter().position(|field| *field.name == *name));
        known.unwrap_or(usize::MAX)
    };
    let mut fields: Vec<(&str, &Field)> =
        version.fields.iter().map(|(name, field)| (name.as_str(), &**field)).collect();
    fields.sort_by_key(|(name, _)| place(name));
    fields
}

/// What a field is called on the screen.
pub(super) fn label(name: &str, spec: Option<&CredentialSpec>) -> String {
    let known = spec.and_then(|spec| spec.field(name)).map(|field| field.label.clone());
    known.unwrap_or_else(|| name.replace('_', " "))
}

/// A field's value as it may be seen: public ones as they are, secret ones as their public beginning and the mask.
pub(super) fn value(field: &Field) -> Vec<Part<'_>> {
    if field.is_secret() {
        let prefix = field.prefix.as_deref().map(|prefix| Part::from((prefix, Ink::TEXT)));
        return prefix.into_iter().chain([sign::mask()]).collect();
    }
    vec![(in_one_line(field.value.as_deref().unwrap_or_default()), Ink::TEXT).into()]
}

/// A public value in one line: of a PEM, its base64.
fn in_one_line(value: &str) -> String {
    value.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect::<Vec<_>>().concat()
}

/// The secret of a field, if it is shown now.
pub(super) fn shown<'a>(inside: &'a Inside, credential: &Credential, field: &Field) -> Option<&'a Revealed> {
    let revealed = inside.revealed.as_ref()?;
    (revealed.credential == credential.id && field.secret.as_ref() == Some(&revealed.key)).then_some(revealed)
}

/// The word for what a version is.
pub(super) fn state(state: State) -> Part<'static> {
    let ink = match state {
        State::Current => Ink::SUCCESS,
        State::Previous => Ink::WARNING,
        State::Expired => Ink::ERROR,
        State::Life(life) if life.is_waiting() => Ink::ACCENT,
        State::Life(_) => Ink::DIM,
    };
    (state.as_str(), ink).into()
}

/// That it leaked, which says nothing of whether it is in use; a revoked one does no harm any more.
pub(super) fn leak(version: &Version, state: State) -> Option<Part<'static>> {
    let harms = version.compromised_at.is_some() && state != State::Life(Life::Revoked);
    harms.then_some(("▲ leaked", Ink::ERROR).into())
}

/// The moment that matters for a version, and the word before it.
pub(super) fn since(version: &Version, state: State) -> Option<(&'static str, Timestamp)> {
    let ends = version.expires_at;
    match state {
        State::Current | State::Previous if ends.is_some() => Some(("until", ends?)),
        State::Current => Some(("since", version.current_at.unwrap_or(version.created_at))),
        State::Previous => Some(("stored", version.created_at)),
        State::Expired => Some(("since", ends?)),
        State::Life(life) if life.is_waiting() => Some(("stored", version.created_at)),
        State::Life(_) => Some(("since", version.life_at.unwrap_or(version.created_at))),
    }
}

/// A place that uses a credential.
pub(super) struct PlaceLine<'a> {
    /// Which.
    pub(super) id: Id,
    /// Its name.
    pub(super) label: &'a str,
    /// Where it is.
    pub(super) place: &'a str,
    has: Option<u32>,
    moved: bool,
}

impl PlaceLine<'_> {
    /// Whether it has moved, as a sign.
    pub(super) fn sign(&self) -> Part<'static> {
        match (self.has, self.moved) {
            (None, _) => ("· ", Ink::FAINT).into(),
            (_, true) => ("✓ ", Ink::SUCCESS).into(),
            (_, false) => ("▲ ", Ink::WARNING).into(),
        }
    }

    /// Which version it has, in words.
    pub(super) fn has(&self) -> Part<'static> {
        match (self.has, self.moved) {
            (None, _) => ("not known", Ink::DIM).into(),
            (Some(n), true) => (format!("has v{n}"), Ink::DIM).into(),
            (Some(n), false) => (format!("still v{n}"), Ink::WARNING).into(),
        }
    }

    /// Whether it is known which version it has.
    pub(super) fn is_known(&self) -> bool {
        self.has.is_some()
    }

    /// Whether it has the version that is to be used.
    pub(super) fn has_moved(&self) -> bool {
        self.has.is_some() && self.moved
    }
}

/// The places that use a credential.
pub(super) fn places<'a>(inside: &'a Inside, credential: &Credential) -> Vec<PlaceLine<'a>> {
    let instead = inside.unlocked.document.works_instead(credential.id);
    let wanted = instead.map(|(_, version)| version).or(credential.current()).map(|version| version.n);
    inside
        .unlocked
        .document
        .used_by(credential.id)
        .map(|consumer| {
            let version = consumer.uses.iter().find(|one| one.credential == credential.id).and_then(|one| one.version);
            let has = version.and_then(|id| credential.versions.iter().find(|v| v.id == id)).map(|v| v.n);
            PlaceLine {
                id: consumer.id,
                label: &consumer.label,
                place: &consumer.place,
                has,
                moved: has.is_some() && has >= wanted,
            }
        })
        .collect()
}

/// How often a credential is to be rotated.
pub(super) fn rule(model: &Model, inside: &Inside, credential: &Credential) -> Option<Rule> {
    let account = inside.unlocked.document.account(credential.account)?;
    due::rule(account, credential, spec(model, inside, credential))
}

/// The ink of a date that something is due on.
pub(super) fn due_ink(left: SignedDuration) -> Ink {
    if left.is_negative() {
        Ink::ERROR.bold()
    } else if left <= due::SOON {
        Ink::WARNING.bold()
    } else {
        Ink::TEXT
    }
}

/// A fingerprint in groups of four digits, as people compare it.
pub(super) fn grouped(fingerprint: &str) -> String {
    let (name, digits) = fingerprint.split_once(':').map_or(("", fingerprint), |(name, digits)| (name, digits));
    if !digits.bytes().all(|c| c.is_ascii_hexdigit()) {
        return fingerprint.to_owned();
    }
    let groups: Vec<&str> = digits.as_bytes().chunks(4).filter_map(|four| std::str::from_utf8(four).ok()).collect();
    let name = if name.is_empty() { String::new() } else { format!("{name}:") };
    format!("{name}{}", groups.join(" "))
}

/// A value as it stands in evidence: a fingerprint in short, anything else whole.
pub(super) fn print(value: &str) -> String {
    let is_print = value.starts_with("spki-sha256:") || value.starts_with("k1:");
    if is_print { short(value) } else { value.to_owned() }
}

/// A fingerprint in short: both ends, since both are compared.
pub(super) fn short(fingerprint: &str) -> String {
    let (name, digits) = fingerprint.split_once(':').map_or(("", fingerprint), |(name, digits)| (name, digits));
    let name = name.strip_suffix("-sha256").map_or(name, |_| "SHA256");
    let colon = if name.is_empty() { "" } else { ":" };
    match (digits.get(..4), digits.get(digits.len().saturating_sub(4)..)) {
        (Some(head), Some(tail)) if digits.len() > 9 => format!("{name}{colon}{head}…{tail}"),
        _ => format!("{name}{colon}{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_grouped_or_shortened_at_its_middle() {
        assert_eq!(grouped("k1:9d4077c103bee217"), "k1:9d40 77c1 03be e217");
        assert_eq!(short("k1:9d4077c103bee217"), "k1:9d40…e217");
        assert_eq!(short("spki-sha256:1f3a00009c02"), "SHA256:1f3a…9c02");
    }

    #[test]
    fn a_pem_is_shown_as_its_base64() {
        let field = Field::public("-----BEGIN PUBLIC KEY-----\nMIIB\nIjAN\n-----END PUBLIC KEY-----\n".into());
        assert_eq!(value(&field), [("MIIBIjAN", Ink::TEXT).into()]);
    }
}
