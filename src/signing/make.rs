//! Signing: the headers to send.

use jiff::Timestamp;
use rsa::rand_core::CryptoRng;

use super::coding::encode;
use super::compose::Composer;
use super::{Context, Key, Message, SignError, headers, time};
use crate::domain::provider::Recipe;
use crate::secret::SecretText;

/// What signing gives.
#[derive(Debug)]
pub struct Signed {
    /// The string to sign; where the key stands in it, it is left out.
    pub text: Vec<u8>,
    /// The signature as it is written. Of a recipe that sends the key itself it is the key.
    pub signature: SecretText,
    /// The headers to send, in order.
    pub headers: Vec<(String, SecretText)>,
}

/// Signs the message. Without a time in the context it is what the message's header says, else `now`.
pub fn sign(
    recipe: &Recipe,
    key: &Key,
    message: &Message,
    context: &Context<'_>,
    now: Timestamp,
    random: &mut impl CryptoRng,
) -> Result<Signed, SignError> {
    let context = &with_time(recipe, message, context, now)?;
    if let Some(header) = headers::contradicting(recipe, message, context)? {
        return Err(SignError::OtherValue { name: header.to_owned() });
    }
    let mut composer = Composer::new(recipe, message, context);
    let text = composer.all(&recipe.text)?;
    let with_key = recipe.has_key_in_text().then(|| composer.with_key(key).all(&recipe.text)).transpose()?;
    let signed = key.sign(recipe.sign.algorithm, with_key.as_ref().unwrap_or(&text), random)?;
    let signature = SecretText::new(encode(&signed, &recipe.sign.encode));
    composer.signature = Some(signature.expose());
    composer.text = Some(&text);
    let mut headers = Vec::new();
    for (name, template) in &recipe.headers {
        // What the message carries already is what was signed, so that is what has to be sent.
        let own = (!template.fills().any(|what| *what == crate::domain::provider::What::Signature))
            .then(|| message.header(name))
            .transpose()?
            .flatten()
            .filter(|_| !is_time(recipe, name));
        let value = match own {
            Some(value) => value.to_owned(),
            None => String::from_utf8(composer.one(template)?)
                .map_err(|_| SignError::BadHeaderValue { name: name.clone() })?,
        };
        if value.chars().any(char::is_control) {
            return Err(SignError::BadHeaderValue { name: name.clone() });
        }
        headers.push((name.clone(), SecretText::new(value)));
    }
    Ok(Signed { text, signature, headers })
}

/// The string to sign alone.
pub fn string_to_sign(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'_>,
    now: Timestamp,
) -> Result<Vec<u8>, SignError> {
    let context = &with_time(recipe, message, context, now)?;
    Composer::new(recipe, message, context).all(&recipe.text)
}

/// The same with the time that is signed: given, carried by the message, or now.
pub(super) fn with_time<'a>(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'a>,
    now: Timestamp,
) -> Result<Context<'a>, SignError> {
    let mut context = context.clone();
    let Some(spec) = &recipe.time else { return Ok(context) };
    let is_given = context.time.is_some();
    if !is_given {
        context.time = match &spec.header {
            Some(name) => message.header(name)?.map(str::to_owned),
            None => None,
        };
    }
    match &context.time {
        None => context.time = Some(time::write(spec.format, now)),
        Some(text) if time::read_by(spec, text).is_none() => {
            return Err(time::bad(spec, text, spec.header.as_deref().filter(|_| !is_given)));
        }
        Some(_) => {}
    }
    Ok(context)
}

fn is_time(recipe: &Recipe, name: &str) -> bool {
    let header = recipe.time.as_ref().and_then(|time| time.header.as_ref());
    header.is_some_and(|header| header.eq_ignore_ascii_case(name))
}
