//! A value as it is stored: without what a clipboard added, keys in one form.

use super::{Note, as_text, changes, clean, dress, found, matching};
use crate::catalog::Catalog;
use crate::keys::{self, Form};
use crate::secret::{SecretBytes, SecretText};

/// One value without line breaks at its end, byte-order mark, quotes; what stands inside a token is not touched, unless a provider
/// claims it without its invisible characters; keys in PEM get clean lines. Bytes that are not text come back as they are.
pub fn normalise(catalog: &Catalog, value: SecretBytes) -> (SecretBytes, Vec<Note>) {
    let (text, from_utf16) = match as_text(value) {
        Ok(text) => text,
        Err(bytes) => return (bytes, Vec::new()),
    };
    let (cleaned, mut notes) = clean::clean(text.expose());
    if from_utf16 {
        notes.insert(0, Note::Utf16);
    }
    let cleaned = match keys::put_back(&cleaned) {
        Some(whole) => {
            notes.push(Note::Form);
            whole
        }
        None => cleaned,
    };
    if let [block] = keys::blocks(&cleaned).as_slice() {
        // PEM ends with a line break; that it does is nothing to tell.
        notes.retain(|note| !matches!(note, Note::LineBreaks(_)));
        let found = found::Found::key(None, cleaned.get(block.clone()).unwrap_or_default());
        return (found.text.into_bytes(), notes);
    }
    let (bare, dressing) = dress::undress(catalog, &cleaned);
    notes.extend(dressing);
    let visible = clean::in_plain_sight(bare);
    if *visible != *bare && matching::strength(catalog, &visible).is_some() {
        notes.extend(changes(bare));
        return (SecretText::copied(&visible).into_bytes(), notes);
    }
    (SecretText::copied(bare).into_bytes(), notes)
}

/// A value as a field keeps it, with the form that stands beside it: an RSA key is written in `form`, or as PKCS#8 or SPKI
/// in PEM where the field has no form or one for the other half. Everything else stays as it is.
pub fn stored(value: SecretBytes, form: Option<Form>) -> (SecretBytes, Option<Form>) {
    let Ok(key) = keys::identify(value.expose()) else { return (value, None) };
    let usual = if key.is_private() { Form::Pkcs8Pem } else { Form::SpkiPem };
    let form = form.filter(|form| form.is_private() == key.is_private()).unwrap_or(usual);
    match key.write(form) {
        Ok(text) => (text.into_bytes(), Some(form)),
        Err(_) => (value, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_loses_its_dressing_and_nothing_else() {
        let (value, notes) = normalise(Catalog::builtin(), SecretBytes::new(b"\"to ken\",\r\n".to_vec()));
        assert_eq!(value.expose(), b"to ken");
        assert_eq!(notes, [Note::CarriageReturns, Note::LineBreaks(1), Note::Punctuation, Note::Quotes]);
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        let (value, notes) = normalise(Catalog::builtin(), SecretBytes::new(vec![0xff, b'\n']));
        assert_eq!((value.expose(), notes), (&[0xff, b'\n'][..], vec![]));
    }
}
