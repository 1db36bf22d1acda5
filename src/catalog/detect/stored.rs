//! A value as it is stored: without what a clipboard added, keys in one form.

use super::{Note, clean, extract};
use crate::keys::{self, Form};
use crate::secret::{SecretBytes, SecretText};

/// One value without line breaks at its end, byte-order mark, quotes; what stands inside a token is not touched, keys in
/// PEM get clean lines. Bytes that are not text come back as they are.
pub fn normalise(value: SecretBytes) -> (SecretBytes, Vec<Note>) {
    let text = match value.into_text() {
        Ok(text) => text,
        Err(bytes) => return (bytes, Vec::new()),
    };
    let (cleaned, mut notes) = clean::clean(text.expose());
    if let [block] = keys::blocks(&cleaned).as_slice() {
        // PEM ends with a line break; that it does is nothing to tell.
        notes.retain(|note| !matches!(note, Note::LineBreaks(_)));
        let found = extract::Found::key(None, cleaned.get(block.clone()).unwrap_or_default());
        return (found.text.into_bytes(), notes);
    }
    let (bare, dressing) = extract::undress(&cleaned);
    notes.extend(dressing);
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
        let (value, notes) = normalise(SecretBytes::new(b"\"to ken\",\r\n".to_vec()));
        assert_eq!(value.expose(), b"to ken");
        assert_eq!(notes, [Note::CarriageReturns, Note::LineBreaks(1), Note::Punctuation, Note::Quotes]);
    }

    #[test]
    fn bytes_that_are_no_text_stay() {
        let (value, notes) = normalise(SecretBytes::new(vec![0xff, b'\n']));
        assert_eq!((value.expose(), notes), (&[0xff, b'\n'][..], vec![]));
    }
}
