//! Verifying: which key and which reading of the recipe a signature fits.

use jiff::Timestamp;

use super::coding::decode;
use super::compose::Composer;
use super::{Context, Key, Message, SignError, time};
use crate::domain::provider::{Coding, KeyDecode, Piece, Recipe, SignatureAt, Template, What};
use crate::secret::SecretBytes;

/// A key that the signature may be of.
#[derive(Debug)]
pub struct Candidate {
    /// What it is called: `current`, `previous`, a reference.
    pub name: String,
    /// The version's number.
    pub version: u32,
    /// Whether it is one of those that are meant, or only looked at to explain a failure.
    pub meant: bool,
    /// The field's value.
    pub value: SecretBytes,
}

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which key and reading fit; `None`: none does.
    pub fit: Option<Fit>,
    /// By how many seconds the message's time is away from now, where that is more than the recipe allows. Positive: it is old.
    pub off_s: Option<i64>,
    /// The string to sign by the recipe's own reading.
    pub text: Vec<u8>,
}

impl Verdict {
    /// Whether the message is to be trusted.
    pub fn verified(&self) -> bool {
        self.fit.is_some() && self.off_s.is_none()
    }
}

/// The key and the reading that a signature fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Which of the candidates.
    pub candidate: usize,
    /// The title of the reading; `None`: the recipe's own.
    pub reading: Option<String>,
}

/// Checks a message's signature, or the one that is given instead, against the keys that are meant, in their order.
pub fn verify(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'_>,
    keys: &[Candidate],
    given: Option<&str>,
    now: Timestamp,
) -> Result<Verdict, SignError> {
    let signatures = given_signatures(recipe, message, given)?;
    let composer = composer(recipe, message, context);
    let text = composer.all(&recipe.text)?;
    // One that does not apply, as a body that is no JSON, is none of the readings.
    let readings = recipe
        .readings
        .iter()
        .filter_map(|reading| composer.all(&reading.text).ok().map(|text| (Some(reading.title.clone()), text)));
    let texts: Vec<(Option<String>, Vec<u8>)> = std::iter::once((None, text.clone())).chain(readings).collect();
    let off_s = off(recipe, &composer, now)?;
    let mut unreadable = None;
    for (candidate, meant) in keys.iter().enumerate().filter(|(_, candidate)| candidate.meant) {
        let key = match Key::decode(&meant.value, &recipe.key_decode) {
            Ok(key) => key,
            Err(error) => {
                unreadable = unreadable.or(Some(error));
                continue;
            }
        };
        for (reading, read) in &texts {
            if signatures.iter().any(|signature| key.verifies(recipe.sign.algorithm, read, signature)) {
                let fit = Some(Fit { candidate, reading: reading.clone() });
                return Ok(Verdict { fit, off_s, text });
            }
        }
    }
    // Only where no key could be read at all is that the answer.
    match unreadable {
        Some(error) if keys.iter().filter(|key| key.meant).count() == 1 => Err(error),
        _ => Ok(Verdict { fit: None, off_s, text }),
    }
}

pub(super) fn composer<'a>(recipe: &'a Recipe, message: &'a Message, context: &'a Context<'a>) -> Composer<'a> {
    Composer { recipe, message, context, signature: None, listed: listed(recipe, message) }
}

/// How far the message's time is off, where that is too far.
fn off(recipe: &Recipe, composer: &Composer<'_>, now: Timestamp) -> Result<Option<i64>, SignError> {
    let (Some(tolerance), Some(spec)) = (&recipe.tolerance_s, &recipe.time) else { return Ok(None) };
    let text = composer.time()?;
    let at = time::read_by(spec, &text).ok_or_else(|| SignError::BadTime { formats: time::formats(spec) })?;
    let off = now.as_second().saturating_sub(at.as_second());
    Ok((off.unsigned_abs() > u64::from(tolerance.value)).then_some(off))
}

/// The signatures in the message's header, or the given one, decoded; at least one of them can be.
pub fn given_signatures(recipe: &Recipe, message: &Message, given: Option<&str>) -> Result<Vec<Vec<u8>>, SignError> {
    let at = signature_at(recipe);
    let back: Vec<Coding> = recipe.sign.encode.iter().rev().copied().collect();
    let (header, value) = match (given, &at) {
        (Some(given), _) => (None, given.trim()),
        (None, None) => return Err(SignError::Nowhere),
        (None, Some(at)) => find(at, message)?,
    };
    let decoding = at.as_ref().map_or(&back, |at| &at.decode);
    let mut found = Vec::new();
    let mut why = "there is no signature in it".to_owned();
    for part in candidates(at.as_ref(), value) {
        match decode(part, decoding) {
            Ok(bytes) if bytes.is_empty() => {}
            Ok(bytes) => found.push(bytes),
            Err(error) => error.clone_into(&mut why),
        }
    }
    if found.is_empty() { Err(SignError::BadSignature { header, why }) } else { Ok(found) }
}

/// The signature's header and its value, by whichever of its names it came.
fn find<'m>(at: &SignatureAt, message: &'m Message) -> Result<(Option<String>, &'m str), SignError> {
    for name in std::iter::once(&at.header).chain(&at.also) {
        if let Some(value) = message.header(name)? {
            return Ok((Some(name.clone()), value.trim()));
        }
    }
    Err(SignError::NoSignature { header: at.header.clone() })
}

/// The texts that may be signatures.
pub(super) fn candidates<'v>(at: Option<&SignatureAt>, value: &'v str) -> Vec<&'v str> {
    let Some(at) = at else { return vec![value] };
    let parts: Vec<&str> = match &at.split {
        Some(split) => value.split(split.as_str()).collect(),
        None => vec![value],
    };
    let Some(after) = &at.after else { return parts };
    let cut =
        |part: &'v str| part.split_once(after.as_str()).map(|(_, rest)| rest.split(',').next().unwrap_or(rest).trim());
    let found: Vec<&str> = parts.iter().filter_map(|part| cut(part)).collect();
    // A bare signature is given on the command line, without what stands around it in the header.
    if found.is_empty() && !value.contains(',') { parts } else { found }
}

/// Where the recipe has its signature: what it says, else where it would put it.
pub(super) fn signature_at(recipe: &Recipe) -> Option<SignatureAt> {
    if recipe.signature.is_some() {
        return recipe.signature.clone();
    }
    let is_signature = |piece: &Piece| matches!(piece, Piece::Slot(What::Signature, _));
    let (header, pieces) = recipe
        .headers
        .iter()
        .map(|(name, template)| (name, Template::pieces(template)))
        .find(|(_, pieces)| pieces.iter().any(is_signature))?;
    let at = pieces.iter().position(is_signature)?;
    let after = at.checked_sub(1).and_then(|before| match &pieces[before] {
        // Its last word is enough: what stands before it may be filled in otherwise.
        Piece::Literal(text) => Some(text.rsplit_once([' ', ',']).map_or(text.clone(), |(head, tail)| {
            if tail.is_empty() { head.to_owned() + " " } else { tail.to_owned() }
        })),
        Piece::Slot(..) => None,
    });
    let decode = recipe.sign.encode.iter().rev().copied().collect();
    Some(SignatureAt { header: header.clone(), also: Vec::new(), split: None, after, decode })
}

/// The names of the signed headers that the signature's own header lists.
fn listed(recipe: &Recipe, message: &Message) -> Option<Vec<String>> {
    let after = recipe.signed_headers.as_ref()?.listed_after.as_ref()?;
    let (_, value) = find(&signature_at(recipe)?, message).ok()?;
    let (_, rest) = value.split_once(after.as_str())?;
    let list = rest.split([',', ' ']).next()?;
    let names = list.split(';').map(str::to_ascii_lowercase).filter(|name| !name.is_empty());
    Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
}

/// Whether the key's text is decoded to something else than itself.
pub(super) fn is_decoded(how: &KeyDecode) -> bool {
    !matches!(how, KeyDecode::Utf8 | KeyDecode::RsaKey)
}
