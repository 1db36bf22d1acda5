//! The published examples that a provider's file carries.

use std::collections::BTreeMap;

use super::check::{Spoiled, composer, given_signatures};
use super::{Context, Key, Message};
use crate::domain::provider::{Recipe, Vector};
use crate::secret::SecretBytes;

/// Runs a vector: what it says comes out. The error says what came out instead; nothing in a vector is a secret.
pub fn run_vector(recipe: &Recipe, vector: &Vector) -> Result<(), String> {
    let given = &vector.message;
    let message = Message {
        method: Some(given.method.clone()),
        path: Some(given.path.clone()),
        query: (!given.query.is_empty()).then(|| given.query.clone()),
        headers: given.headers.clone(),
        body: given.body.clone().into_bytes(),
        ..Message::default()
    };
    let account: BTreeMap<String, String> = given.account.iter().cloned().collect();
    let fields = BTreeMap::new();
    let context = Context {
        environment: vector.environment,
        account: &account,
        fields: &fields,
        time: given.time.clone(),
        nonce: None,
    };
    let composer = composer(recipe, &message, &context);
    let text = composer.all(&recipe.text).map_err(|error| error.to_string())?;
    if let Some(wanted) = vector.text.as_ref().filter(|wanted| wanted.as_bytes() != text) {
        return Err(format!("the string to sign is {:?}, not {wanted:?}", String::from_utf8_lossy(&text)));
    }
    let (Some(key), Some(signature)) = (&vector.key, &vector.signature) else { return Ok(()) };
    let key =
        Key::decode(&SecretBytes::copied(key.as_bytes()), &recipe.key_decode).map_err(|error| error.to_string())?;
    let signatures =
        given_signatures(recipe, &message, Some(signature), Spoiled::Not).map_err(|error| error.to_string())?;
    let signed = composer.with_key(&key).all(&recipe.text).map_err(|error| error.to_string())?;
    if signatures.iter().any(|given| key.verifies(recipe.sign.algorithm, given.text_or(&signed), &given.signature)) {
        Ok(())
    } else {
        Err("the signature is not the one that the recipe makes".into())
    }
}
