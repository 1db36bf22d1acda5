//! What the core has to look at in a value, and no more: the one file beside `input` that opens secrets.

use super::Unlocked;
use super::form::Field;
use super::input::TextInput;
use crate::catalog::Catalog;
use crate::catalog::detect::detect;
use crate::domain::provider::Strength;
use crate::domain::{self, NewField, NewValue, Reference};
use crate::keys;
use crate::secret::{SecretBytes, SecretText};

/// Whether it is one line, the break at its end aside.
pub(super) fn is_one_line(text: &SecretText) -> bool {
    !text.expose().trim_end_matches(['\r', '\n']).contains(['\r', '\n'])
}

/// The public beginning of a value, if it is one and not all of it.
pub(super) fn prefix<'a>(text: &SecretText, prefix: &'a str) -> Option<&'a str> {
    let begins = !prefix.is_empty() && text.len() > prefix.len() && text.expose().starts_with(prefix);
    begins.then_some(prefix)
}

/// A copy as bytes, sized before it is filled.
pub(super) fn bytes(text: &SecretText) -> SecretBytes {
    SecretBytes::copied(text.expose().as_bytes())
}

/// The text of a value that anyone may see.
pub(super) fn public(text: &SecretText) -> String {
    domain::clean(text.expose()).trim().to_owned()
}

/// A value on its way into the vault, with as much of its beginning as may be shown.
pub(super) fn new_value(value: SecretBytes, secret: bool, prefix: Option<String>) -> (NewValue, Option<String>) {
    if secret {
        let prefix = prefix.filter(|p| value.len() > p.len() && value.expose().starts_with(p.as_bytes()));
        (NewValue::Secret(value), prefix)
    } else {
        (NewValue::Public(domain::clean_lines(&String::from_utf8_lossy(value.expose()))), None)
    }
}

/// Where the vault has this value already.
pub(super) fn whose(unlocked: &Unlocked, value: &SecretBytes) -> Option<Reference> {
    unlocked.whose(value.expose()).into_iter().next().map(|found| found.reference)
}

/// What a paste is, if it is a secret that must not stand where anyone sees it: a private key, a value whose shape says so, one
/// that the vault has. In words: «a merchant secret key of Ansa».
pub(super) fn secret_in(catalog: &Catalog, unlocked: &Unlocked, text: &SecretText) -> Option<String> {
    let bytes = text.expose().trim().as_bytes();
    if keys::identify(bytes).is_ok_and(|key| key.is_private()) {
        return Some("a private key".into());
    }
    if let Some(found) = unlocked.whose(bytes).into_iter().find(|found| is_secret(unlocked, &found.reference)) {
        return Some(format!("the value of {}", found.reference));
    }
    let found = detect(catalog, self::bytes(text));
    let candidates = found.items.iter().filter_map(|item| item.candidates.first());
    candidates.filter(|candidate| candidate.strength > Strength::Possible).find_map(|candidate| {
        let provider = catalog.get(candidate.provider.as_ref()?.as_str())?;
        let spec = provider.credential(candidate.credential.as_ref()?.as_str())?;
        let secret =
            candidate.fields.iter().any(|(name, _)| spec.field(name.as_str()).is_some_and(|field| field.secret));
        secret.then(|| format!("a {} of {}", spec.title, provider.name))
    })
}

fn is_secret(unlocked: &Unlocked, reference: &Reference) -> bool {
    let target = unlocked.document.resolve(&reference.to_string()).ok();
    let field = target.and_then(|target| unlocked.document.field(&target, reference.field.as_deref()));
    field.is_some_and(|(_, field)| field.is_secret())
}

/// The public half of a private key, as a field of its own.
pub(super) fn public_half(private: &SecretBytes, form: keys::Form) -> Option<NewField> {
    let key = keys::identify(private.expose()).ok()?;
    let text = key.public().ok().filter(|_| key.is_private())?.write(form).ok()?;
    let form = Some(form.as_str().to_owned());
    Some(NewField { name: "public_key".into(), value: NewValue::Public(text), form, prefix: None })
}

/// Puts a paste into a plain field; says whether there was room.
pub(super) fn paste_plain(line: &mut TextInput, text: &SecretText) -> bool {
    line.paste(text.expose())
}

/// Whether two fields hold the same text, and one at all.
pub(super) fn is_same(one: Option<&Field>, two: Option<&Field>) -> bool {
    match (one.and_then(Field::value), two.and_then(Field::value)) {
        (Some(one), Some(two)) => !one.is_empty() && one.expose() == two.expose(),
        _ => false,
    }
}
