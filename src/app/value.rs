//! What the core has to look at in a value, and no more: the one file beside `input` that opens secrets.

use base64ct::{Base64Unpadded, Encoding};

use super::Unlocked;
use super::bench::{LEFT_OUT, mark};
use super::form::Field;
use super::input::TextInput;
use crate::catalog::Catalog;
use crate::catalog::detect;
use crate::catalog::naming::is_value;
use crate::domain::journal::{Answered, Call, Journal, Step};
use crate::domain::provider::SlotField;
use crate::domain::{self, NewField, NewValue, Reference};
use crate::keys;
use crate::secret::{SecretBytes, SecretText};
use crate::vault::Elsewhere;

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

/// What a paste gives, where it is the answer of a step's call.
pub(super) fn answered(call: &Call, text: &SecretText) -> Option<Answered> {
    call.answered(text.expose().as_bytes())
}

/// Where the vault has a secret already that a step of a flow is to take.
pub(super) fn elsewhere(
    unlocked: &Unlocked,
    (journal, step, own): (&Journal, &Step, &SlotField),
    value: &SecretBytes,
) -> Option<Elsewhere> {
    unlocked.elsewhere(journal, step, own, value.expose())
}

/// Where the vault has a provider's public key already that a step of a flow is to take, if that is in the other environment.
pub(super) fn of_other_environment(
    unlocked: &Unlocked,
    journal: &Journal,
    own: &SlotField,
    value: &SecretBytes,
) -> Option<String> {
    unlocked.of_other_environment(journal, own, value.expose())
}

/// The cells of one row of a table, if it has this many and nothing else: a tab stands between two.
pub(super) fn cells(text: &SecretText, count: usize) -> Option<Vec<SecretBytes>> {
    let row = text.expose().trim();
    let is_cell = |cell: &str| !cell.is_empty() && !cell.contains(char::is_whitespace);
    let all = || row.split('\t').map(str::trim);
    let fits = count > 1 && all().count() == count && all().all(is_cell);
    fits.then(|| all().map(|cell| SecretBytes::copied(cell.as_bytes())).collect())
}

/// What a paste is, if it is a secret that must not stand where anyone sees it: a private key, a value whose shape says so, one
/// that the vault has, or one that is too long to be looked through while somebody waits. In words: «a merchant secret key of Ansa».
pub(super) fn secret_in(catalog: &Catalog, unlocked: &Unlocked, text: &SecretText) -> Option<String> {
    if text.len() > LONGEST_LOOK {
        return Some(format!("more than the {} KiB that are looked through for secrets", LONGEST_LOOK >> 10));
    }
    let bytes = text.expose().trim().as_bytes();
    let known = unlocked.whose(bytes).into_iter().find(|found| found.is_secret);
    known.map(|found| format!("the value of {}", found.reference)).or_else(|| detect::secret_in(catalog, bytes))
}

/// Whether a paste is a value and not a name: by the rule for names, or because the screen that recognises pastes makes something of
/// it, a file's line, something whose shape a provider claims. Then it can still be typed.
pub(super) fn is_no_name(catalog: &Catalog, text: &SecretText) -> bool {
    let text = text.expose().trim();
    // A place may be an address with a query.
    if text.contains('=') && !text.contains("://") || is_value(catalog, text) {
        return true;
    }
    let found = detect::detect(catalog, SecretBytes::copied(text.as_bytes()));
    found.items.iter().flat_map(|item| &item.candidates).next().is_some()
}

/// A header's value with a mark in place of the secret in it, and what that is. `chosen`: the reference of the credential whose mark is
/// taken where several have the value.
pub(super) fn masked(
    catalog: &Catalog,
    unlocked: &Unlocked,
    (name, value): (&str, &str),
    chosen: &str,
) -> Option<(String, String)> {
    let secret = |text: &str| secret_in(catalog, unlocked, &SecretText::copied(text));
    let word = value.rsplit(' ').next().unwrap_or_default();
    let before = value.strip_suffix(word).unwrap_or_default();
    if let Some(what) = secret(word) {
        let found = unlocked.whose(word.as_bytes());
        let own = || found.iter().filter(|found| found.is_secret).map(|found| found.reference.to_string());
        let whose =
            own().find(|own| own.strip_prefix(chosen).is_some_and(|rest| rest.starts_with('@'))).or(own().next());
        let mark = whose.map_or_else(|| LEFT_OUT.to_owned(), |whose| mark(&whose));
        return Some((format!("{before}{mark}"), what));
    }
    if before.trim().eq_ignore_ascii_case("basic")
        && let Some(pair) = decoded(word)
    {
        let (id, password) = pair.expose().split_once(':').unwrap_or((pair.expose(), ""));
        // Whatever it is, it is one by its place.
        let by_place = || (!password.is_empty()).then(|| "a password".to_owned());
        let what = secret(password).or_else(|| secret(id)).or_else(by_place);
        return what.map(|what| (format!("{before}{LEFT_OUT}"), what));
    }
    let what = secret(value).or_else(|| secret(&format!("{name}: {value}")))?;
    Some((LEFT_OUT.to_owned(), what))
}

fn decoded(base64: &str) -> Option<SecretText> {
    let bytes = Base64Unpadded::decode_vec(base64.trim_end_matches('=')).ok()?;
    String::from_utf8(bytes).ok().map(SecretText::new)
}

/// The public half of a private key, as a field of its own.
pub(super) fn public_half(private: &SecretBytes, form: keys::Form) -> Option<NewField> {
    let key = keys::identify(private.expose()).ok()?;
    let text = key.public().ok().filter(|_| key.is_private())?.write(form).ok()?;
    let form = Some(form.as_str().to_owned());
    Some(NewField { name: "public_key".into(), value: NewValue::Public(text), form, prefix: None })
}

/// A public key in another form.
pub(super) fn in_form(text: &str, form: keys::Form) -> Option<String> {
    keys::identify(text.as_bytes()).ok()?.public().ok()?.write(form).ok()
}

/// A paste that is no secret, as text.
pub(super) fn plain(text: &SecretText) -> String {
    text.expose().to_owned()
}

/// Puts a paste into a plain field; says whether there was room.
pub(super) fn paste_plain(line: &mut TextInput, text: &SecretText) -> bool {
    line.paste(text.expose())
}

/// Whether two texts are the same, line breaks at their ends aside: a field has none.
pub(super) fn same(one: &SecretText, two: &SecretText) -> bool {
    let text = |of: &SecretText| of.expose().trim_end_matches(['\r', '\n']).len();
    one.expose().get(..text(one)) == two.expose().get(..text(two))
}

/// Whether two fields hold the same text, and one at all.
pub(super) fn is_same(one: Option<&Field>, two: Option<&Field>) -> bool {
    match (one.and_then(Field::value), two.and_then(Field::value)) {
        (Some(one), Some(two)) => !one.is_empty() && one.expose() == two.expose(),
        _ => false,
    }
}

/// The longest text that is looked through at once, in bytes: nothing is drawn or locked meanwhile.
const LONGEST_LOOK: usize = 64 * 1024;
