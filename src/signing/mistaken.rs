//! A mistake that was made, made again with another key: what an example for the gateway's support reproduces.

use base64ct::{Base64, Encoding};
use rsa::rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::check::{Spoiled, given_signatures};
use super::coding::encode;
use super::explain::{Attempt, altered, text, text_with, with};
use super::mistakes::{About, mistakes};
use super::{Context, Key, Message};
use crate::domain::provider::Recipe;
use crate::secret::SecretBytes;

/// What was signed with known mistakes in it, or by another reading of the recipe.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mistaken {
    /// Each mistake in the words of this program, in the order in which they are made.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<String>,
    /// The reading of the recipe to which they apply; `None`: its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reading: Option<String>,
    /// The string that was signed, where it is text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The string in base64, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text_base64: Option<String>,
    /// What the example's key makes of it.
    pub signature: String,
}

impl Mistaken {
    /// Makes the mistakes with this value for a key. `None`: what is wrong is neither in the string nor in the signature.
    pub(super) fn of(
        (mistakes, reading): (&[&'static str], Option<&str>),
        recipe: &Recipe,
        message: &Message,
        context: &Context<'_>,
        value: &SecretBytes,
        random: &mut impl CryptoRng,
    ) -> Option<Self> {
        let mistakes: Vec<String> = mistakes.iter().map(|&words| words.to_owned()).collect();
        let own = Self { mistakes, reading: reading.map(str::to_owned), ..Self::default() };
        let attempt = own.attempt(recipe, message, context)?;
        let key = attempt_key(&attempt, value)?;
        let shown = text(&attempt, context)?;
        let signed =
            key.sign(attempt.recipe.sign.algorithm, &text_with(&attempt, context, Some(&key))?, random).ok()?;
        let signature = spoil(encode(&signed, &attempt.recipe.sign.encode), attempt.spoiled);
        let (text, text_base64) = match String::from_utf8(shown) {
            Ok(text) => (text, None),
            Err(bytes) => (String::new(), Some(Base64::encode_string(bytes.as_bytes()))),
        };
        Some(Self { text, text_base64, signature, ..own })
    }

    /// Whether the mistakes make of the message what it says. The error says what they make.
    pub(super) fn check(
        &self,
        recipe: &Recipe,
        message: &Message,
        context: &Context<'_>,
        value: &SecretBytes,
    ) -> Result<(), String> {
        let attempt = self.attempt(recipe, message, context).ok_or("this paykeep does not know its mistake")?;
        let made = text(&attempt, context).ok_or("its mistake can't be made in its message")?;
        if made != self.bytes()? {
            let (made, told) = (String::from_utf8_lossy(&made), self.shown());
            return Err(format!("with the mistake the string to sign is {made:?}, not {told:?}"));
        }
        let fits = || {
            let key = attempt_key(&attempt, value)?;
            let signed = text_with(&attempt, context, Some(&key))?;
            let given = given_signatures(&attempt.recipe, message, Some(&self.signature), attempt.spoiled).ok()?;
            let algorithm = attempt.recipe.sign.algorithm;
            Some(given.iter().any(|given| key.verifies(algorithm, given.text_or(&signed), &given.signature)))
        };
        if fits() == Some(true) { Ok(()) } else { Err("its key makes another signature with the mistake".into()) }
    }

    /// The string as it is shown.
    pub fn shown(&self) -> String {
        self.bytes().map_or_else(|_| self.text.clone(), |bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        match &self.text_base64 {
            Some(text) => Base64::decode_vec(text).map_err(|_| "`text_base64` is not base64".to_owned()),
            None => Ok(self.text.clone().into_bytes()),
        }
    }

    /// The recipe and the message with the mistakes made.
    fn attempt(&self, recipe: &Recipe, message: &Message, context: &Context<'_>) -> Option<Attempt> {
        let known = mistakes();
        let named = |words: &String| known.iter().find(|mistake| mistake.words == words);
        let made: Vec<_> = self.mistakes.iter().map(named).collect::<Option<_>>()?;
        // Around the signature in its header there is nothing to compute.
        if self.reading.is_none() && made.iter().all(|mistake| mistake.about == About::Frame) {
            return None;
        }
        let mut attempt = Attempt::of(recipe, message, context);
        if let Some(title) = &self.reading {
            attempt = with(&attempt, &recipe.readings.iter().find(|reading| reading.title == *title)?.text);
        }
        made.iter().all(|mistake| (mistake.make)(&mut attempt)).then_some(attempt)
    }
}

fn attempt_key(attempt: &Attempt, value: &SecretBytes) -> Option<Key> {
    Key::decode(altered(value, attempt).as_ref().unwrap_or(value), &attempt.recipe.key_decode).ok()
}

fn spoil(signature: String, how: Spoiled) -> String {
    match how {
        Spoiled::Not => signature,
        Spoiled::Unpadded => {
            let mut bare = signature.as_str();
            while let Some(rest) = ["=", "%3D", "%3d"].iter().find_map(|pad| bare.strip_suffix(pad)) {
                bare = rest;
            }
            bare.to_owned()
        }
        Spoiled::Broken => {
            let (head, tail) = signature.split_at(signature.floor_char_boundary(64));
            format!("{head}\n{tail}")
        }
        Spoiled::Quoted => format!("\"{signature}\""),
    }
}
