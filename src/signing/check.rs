//! Verifying: which key and which reading of the recipe a signature fits.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::coding::decode;
use super::compose::Composer;
use super::{Context, Key, Message, SignError, headers, jws, time};
use crate::domain::provider::{Coding, KeyDecode, Piece, Recipe, SignatureAt, Sure, Template, TimeFormat, What};
use crate::secret::SecretBytes;

/// A key that the signature may be of.
#[derive(Debug)]
pub struct Candidate {
    /// What it is called: `current`, `previous`, a reference.
    pub name: String,
    /// The reference of its credential.
    pub reference: String,
    /// The version's number.
    pub version: u32,
    /// Whether it is one of those that are meant, or only looked at to explain a failure.
    pub meant: bool,
    /// The field's value.
    pub value: SecretBytes,
    /// The public fields of its version.
    pub fields: BTreeMap<String, String>,
}

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which key and reading fit; `None`: none does.
    pub fit: Option<Fit>,
    /// The message's time, where the recipe has one that can be read.
    pub at: Option<Timestamp>,
    /// By how many seconds the message's time is away from now, where that is more than the recipe allows. Positive: it is old.
    pub off_s: Option<i64>,
    /// What else is wrong with a message whose signature fits, in words: a token has expired, or a header is not signed.
    pub amiss: Option<String>,
    /// The string to sign by the recipe's own reading.
    pub text: Vec<u8>,
}

impl Verdict {
    /// Whether the message is to be trusted.
    pub fn verified(&self) -> bool {
        self.fit.is_some() && self.off_s.is_none() && self.amiss.is_none()
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
    let signatures = given_signatures(recipe, message, given, Spoiled::Not)?;
    let is_own = given.is_none();
    let composer = composer(recipe, message, context);
    let token = signatures.iter().find_map(|given| given.text.clone());
    // A token brings its own text along.
    let text = match &token {
        Some(token) => token.clone(),
        None => composer.all(&recipe.text)?,
    };
    // One that does not apply, as a body that is no JSON, is none of the readings.
    let readings = recipe.readings.iter().filter_map(|reading| {
        composer.all(&reading.text).ok().map(|text| (Some(&*reading.title), &reading.text, text))
    });
    let texts: Vec<_> = std::iter::once((None, &recipe.text, text.clone())).chain(readings).collect();
    let off_s = off(recipe, &composer, now)?;
    let at = recipe.time.as_ref().and_then(|spec| time::read_by(spec, &composer.time().ok()?));
    let mut unreadable = None;
    for (candidate, meant) in keys.iter().enumerate().filter(|(_, candidate)| candidate.meant) {
        let key = match Key::decode(&meant.value, &recipe.key_decode) {
            Ok(key) => key,
            Err(error) => {
                unreadable = unreadable.or(Some(error));
                continue;
            }
        };
        for (reading, templates, read) in &texts {
            let with_key = if recipe.has_key_in_text() { Some(composer.with_key(&key).all(templates)?) } else { None };
            let read = with_key.as_ref().unwrap_or(read);
            let fits = |given: &&Given| key.verifies(recipe.sign.algorithm, given.text_or(read), &given.signature);
            if let Some(given) = signatures.iter().find(fits) {
                let context = &Context { fields: &meant.fields, ..context.clone() };
                let amiss = match &given.text {
                    Some(_) if given.in_base64 => Some(IN_BASE64.to_owned()),
                    Some(token) => jws::amiss(recipe, message, context, token, now)?,
                    None => headers::amiss(recipe, message, context, is_own)?,
                };
                let reading = if given.has_bearer { Some("Bearer stands in front of the token") } else { *reading };
                let fit = Some(Fit { candidate, reading: reading.map(str::to_owned) });
                return Ok(Verdict { fit, at, off_s, amiss, text });
            }
        }
    }
    if let Some(name) = headers::missing(recipe, message)? {
        return Err(SignError::NoHeader { name });
    }
    // Only where no key could be read at all is that the answer.
    match unreadable {
        Some(error) if keys.iter().filter(|key| key.meant).count() == 1 => Err(error),
        _ => Ok(Verdict { fit: None, at, off_s, amiss: None, text }),
    }
}

pub(super) fn composer<'a>(recipe: &'a Recipe, message: &'a Message, context: &'a Context<'a>) -> Composer<'a> {
    Composer { listed: listed(recipe, message), ..Composer::new(recipe, message, context) }
}

/// How far the message's time is off, where that is too far. One that the recipe does not write so is refused also where it may be
/// as old as it likes: nobody takes it.
fn off(recipe: &Recipe, composer: &Composer<'_>, now: Timestamp) -> Result<Option<i64>, SignError> {
    let Some(spec) = &recipe.time else { return Ok(None) };
    // A token says itself until when it is good.
    if signature_at(recipe).is_some_and(|at| at.jws) {
        return Ok(None);
    }
    let tolerance = recipe.tolerance_s.as_ref();
    let text = match composer.time() {
        // What lists it or fills it in says that it is missing.
        Err(_) if tolerance.is_none() => return Ok(None),
        text => text?,
    };
    let Some(at) = time::read_by(spec, &text) else {
        // Where nobody asks how old it is, what is taken as received may be anything.
        if tolerance.is_none() && spec.format == TimeFormat::AsReceived {
            return Ok(None);
        }
        return Err(time::bad(spec, &text, spec.header.as_deref().filter(|_| composer.context.time.is_none())));
    };
    let off = now.as_second().saturating_sub(at.as_second());
    Ok(tolerance.filter(|tolerance| off.unsigned_abs() > u64::from(tolerance.value)).map(|_| off))
}

/// A signature that was given, decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Given {
    pub(super) signature: Vec<u8>,
    /// What it is said to be of, where it stands in a token with it.
    pub(super) text: Option<Vec<u8>>,
    /// Whether `Bearer` stands in front of that token.
    has_bearer: bool,
    /// Whether that token is in base64, where tokens are in base64url.
    in_base64: bool,
}

impl Given {
    /// What it is said to be of, else what the recipe says.
    pub(super) fn text_or<'t>(&'t self, text: &'t [u8]) -> &'t [u8] {
        self.text.as_deref().unwrap_or(text)
    }
}

/// How a signature's text was spoiled, so that it can't be read before that is undone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Spoiled {
    /// Not at all.
    #[default]
    Not,
    /// Its base64 lacks the `=` at its end.
    Unpadded,
    /// It has line breaks in it.
    Broken,
    /// Quotes stand around it.
    Quoted,
}

/// The signatures in the message's header, or the given one, decoded; at least one of them can be.
pub(super) fn given_signatures(
    recipe: &Recipe,
    message: &Message,
    given: Option<&str>,
    spoiled: Spoiled,
) -> Result<Vec<Given>, SignError> {
    let at = signature_at(recipe);
    let back: Vec<Coding> = recipe.sign.encode.iter().rev().copied().collect();
    let (header, value) = match (given, &at) {
        (Some(given), _) => (None, bare(at.as_ref(), given)),
        (None, None) => return Err(SignError::Nowhere),
        (None, Some(at)) => find(at, message)?,
    };
    let joined: String;
    let value = if spoiled == Spoiled::Broken {
        // Also where the line breaks were URL-encoded with the rest.
        joined = value.split_whitespace().collect::<String>().replace("%0D", "").replace("%0A", "");
        &joined
    } else {
        value
    };
    let decoding = at.as_ref().map_or(&back, |at| &at.decode);
    let mut found = Vec::new();
    let mut why = match at.as_ref().and_then(|at| at.after.as_ref()) {
        Some(after) => format!("nothing in it begins with `{}`", after.trim_end()),
        None => "there is no signature in it".to_owned(),
    };
    for part in candidates(at.as_ref(), value, header.is_some()) {
        // Where no page says whether that word stands there, both are accepted.
        let bare = if recipe.fact.sure == Sure::Unknown { part.strip_prefix(BEARER) } else { None };
        let (part, has_bearer) = (bare.unwrap_or(part), bare.is_some());
        let token = at.as_ref().filter(|at| at.jws).and_then(|_| jws::split(part));
        if token.is_none() && at.as_ref().is_some_and(|at| at.jws) && header.is_some() {
            "it is no JSON web token, as three parts with dots between them".clone_into(&mut why);
            continue;
        }
        let text = token.map(|(text, _)| text.as_bytes().to_vec());
        // A token in the other alphabet can be read all the same, so what is wrong with it can be told.
        let in_base64 = token.is_some() && part.contains(['+', '/', '=']);
        let signature = token.map_or(part, |(_, signature)| signature).to_owned();
        let signature = if in_base64 { signature.replace('+', "-").replace('/', "_") } else { signature };
        match read(&signature, decoding, spoiled) {
            Ok(bytes) if bytes.is_empty() => {}
            Ok(signature) => found.push(Given { signature, text, has_bearer, in_base64 }),
            Err(error) => error.clone_into(&mut why),
        }
    }
    if found.is_empty() { Err(SignError::BadSignature { header, why }) } else { Ok(found) }
}

/// The given signature, without the name of its header where that was copied along.
fn bare<'v>(at: Option<&SignatureAt>, given: &'v str) -> &'v str {
    let named = given.split_once(':').filter(|(name, _)| {
        at.is_some_and(|at| {
            std::iter::once(&at.header).chain(&at.also).any(|own| own.eq_ignore_ascii_case(name.trim()))
        })
    });
    named.map_or(given, |(_, value)| value).trim()
}

fn read(text: &str, codings: &[Coding], spoiled: Spoiled) -> Result<Vec<u8>, &'static str> {
    match spoiled {
        Spoiled::Unpadded => decode(&format!("{text}="), codings).or_else(|_| decode(&format!("{text}=="), codings)),
        Spoiled::Quoted => {
            let within = |quote| text.trim().strip_prefix(quote)?.strip_suffix(quote);
            decode(within('"').or_else(|| within('\'')).ok_or("it has no quotes around it")?, codings)
        }
        Spoiled::Not | Spoiled::Broken => decode(text, codings),
    }
}

/// The texts in the message's own header that may be signatures, as they are written.
pub fn signature_texts<'m>(recipe: &Recipe, message: &'m Message) -> Vec<&'m str> {
    let Some(at) = signature_at(recipe) else { return Vec::new() };
    let values = message
        .headers
        .iter()
        .filter(|(name, _)| std::iter::once(&at.header).chain(&at.also).any(|known| known.eq_ignore_ascii_case(name)));
    let texts = values.flat_map(|(_, value)| {
        let found = candidates(Some(&at), value.trim(), true);
        if found.is_empty() { vec![value.trim()] } else { found }
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// The signature's header and its value, by whichever of its names it came.
pub(super) fn find<'m>(at: &SignatureAt, message: &'m Message) -> Result<(Option<String>, &'m str), SignError> {
    for name in std::iter::once(&at.header).chain(&at.also) {
        if let Some(value) = message.header(name)? {
            return Ok((Some(name.clone()), value.trim()));
        }
    }
    Err(SignError::NoSignature { header: at.header.clone() })
}

/// The texts that may be signatures. `is_header`: what stands around one in its header has to be there.
fn candidates<'v>(at: Option<&SignatureAt>, value: &'v str, is_header: bool) -> Vec<&'v str> {
    let Some(at) = at else { return vec![value] };
    let parts: Vec<&str> = match &at.split {
        Some(split) => value.split(split.as_str()).collect(),
        None => vec![value],
    };
    let Some(after) = &at.after else { return parts };
    let cut = |part: &'v str| {
        // It is a word of its own, not the end of another.
        let begins = |at: &usize| part[..*at].chars().next_back().is_none_or(|c| matches!(c, ' ' | ','));
        // A scheme, as `Bearer`, has no case.
        let is_scheme = after.ends_with(' ');
        let found = if is_scheme { part.to_ascii_lowercase() } else { part.to_owned() };
        let wanted = if is_scheme { after.to_ascii_lowercase() } else { after.clone() };
        let (at, _) = found.match_indices(wanted.as_str()).find(|(at, _)| begins(at))?;
        part[at + after.len()..].split(',').next().map(str::trim)
    };
    let found: Vec<&str> = parts.iter().filter_map(|part| cut(part)).collect();
    if found.is_empty() && !is_header && !value.contains(',') { parts } else { found }
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
    // Where the text stands in front of it, that is a token as a whole.
    let jws = pieces.iter().position(|piece| matches!(piece, Piece::Slot(What::Text, _)));
    let at = jws.or_else(|| pieces.iter().position(is_signature))?;
    let after = at.checked_sub(1).and_then(|before| match &pieces[before] {
        // Its last word is enough: what stands before it may be filled in otherwise.
        Piece::Literal(text) => Some(text.rsplit_once([' ', ',']).map_or(text.clone(), |(head, tail)| {
            if tail.is_empty() { head.to_owned() + " " } else { tail.to_owned() }
        })),
        Piece::Slot(..) => None,
    });
    let decode = recipe.sign.encode.iter().rev().copied().collect();
    Some(SignatureAt { header: header.clone(), also: Vec::new(), split: None, after, decode, jws: jws.is_some() })
}

/// The names of the signed headers that the signature's own header lists.
pub(super) fn listed(recipe: &Recipe, message: &Message) -> Option<Vec<String>> {
    let after = recipe.signed_headers.as_ref()?.listed_after.as_ref()?;
    let (_, value) = find(&signature_at(recipe)?, message).ok()?;
    let (_, rest) = value.split_once(after.as_str())?;
    let list = rest.split([',', ' ']).next()?;
    let names = list.split(';').map(str::to_ascii_lowercase).filter(|name| !name.is_empty());
    Some(names.collect::<Vec<_>>()).filter(|names| !names.is_empty())
}

/// Whether the key's text is decoded to something else than itself.
pub(super) fn is_decoded(how: &KeyDecode) -> bool {
    !matches!(how, KeyDecode::Utf8 | KeyDecode::Sha1 | KeyDecode::RsaKey)
}

const IN_BASE64: &str = "the token is genuine, but written in base64, with +, / or =; tokens are in base64url";

/// The word before a token in a header, as OAuth 2.0 has it.
pub(super) const BEARER: &str = "Bearer ";
