//! Why a signature or a text does not match: known mistakes are made on purpose until one reproduces it.
//!
//! A cause is only ever named when what it gives is, byte for byte, the text that was expected, or a text whose signature verifies.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use sha2::{Digest, Sha256};

use super::check::{Spoiled, composer, given_signatures, signature_at};
use super::coding::hex;
use super::mistakes::{BYTES, Mistake, NO_SPACE, mistakes};
use super::{Candidate, Context, Key, Message, time};
use crate::domain::provider::{Algorithm, Filter, Piece, Recipe, Template, What};
use crate::secret::SecretBytes;

/// What the other side has.
#[derive(Clone, Copy, Debug)]
pub enum Expected<'a> {
    /// A signature; `None`: the one in the message's header.
    Signature(Option<&'a str>),
    /// A string to sign.
    Text(&'a [u8]),
}

/// What reproduces it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Each mistake in words, one or two; none where another key alone explains it.
    pub mistakes: Vec<&'static str>,
    /// What to do instead, as sentences; lines of a program may follow one.
    pub fixes: Vec<&'static str>,
    /// The message that gives this signature or text without any mistake: one that was altered on its way here.
    pub message: Option<Message>,
    /// The reading of the recipe to which they apply; `None`: its own.
    pub reading: Option<String>,
    /// Whose key it is, where a signature was explained.
    pub candidate: Option<usize>,
    /// The string to sign with the mistakes in it. Where the key stands in it, it is left out.
    pub text: Vec<u8>,
    /// The string to sign without them, by the same reading.
    pub right: Vec<u8>,
}

/// What a mistake alters: a copy of the recipe and the message.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) recipe: Recipe,
    pub(super) message: Message,
    pub(super) time: Option<String>,
    /// Left out at the key's beginning.
    pub(super) key_prefix: Option<String>,
    /// Put before and behind the key.
    pub(super) key_within: (&'static str, &'static str),
    /// What is undone before the signature is read.
    pub(super) spoiled: Spoiled,
    /// The text is hashed before it is signed.
    pub(super) hashed: Option<Hashed>,
}

impl Attempt {
    /// Nothing is altered yet.
    pub(super) fn of(recipe: &Recipe, message: &Message, context: &Context<'_>) -> Self {
        Self {
            // An attempt is copied for each mistake: what decides nothing stays behind.
            recipe: Recipe { readings: Vec::new(), vectors: Vec::new(), ..recipe.clone() },
            message: message.clone(),
            time: composer(recipe, message, context).time().ok(),
            key_prefix: None,
            key_within: ("", ""),
            spoiled: Spoiled::Not,
            hashed: None,
        }
    }
}

/// How a text was hashed that should have been signed itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hashed {
    Hex,
    Bytes,
}

/// Looks for the known mistakes, one at a time, then two. `None`: none of them explains it, or `give_up` said to stop before.
pub fn explain(
    recipe: &Recipe,
    message: &Message,
    context: &Context<'_>,
    keys: &[Candidate],
    expected: Expected<'_>,
    give_up: &dyn Fn() -> bool,
) -> Option<Cause> {
    let search = &mut Search { context, keys, expected, give_up, seen: HashSet::new(), decoded: HashMap::new() };
    let own = Attempt::of(recipe, message, context);
    let readings = recipe.readings.iter().map(|reading| (Some(reading.title.clone()), with(&own, &reading.text)));
    let bases: Vec<(Option<String>, Attempt)> = std::iter::once((None, own.clone())).chain(readings).collect();
    let known = mistakes();
    // The simplest explanation first: another key, one mistake, one with another key, two of them.
    for (reading, base) in &bases {
        if let Some(Fitted(candidate)) = search.fits(base, &[Whose::Meant, Whose::Others]) {
            return Some(search.cause(base, base, &[], reading.clone(), candidate));
        }
        search.is_new(base);
    }
    let mut with_another_key = None;
    for (reading, base) in &bases {
        for mistake in &known {
            let Some(attempt) = search.made(base, mistake) else { continue };
            let Some(Fitted(candidate)) = search.fits(&attempt, &[Whose::Meant, Whose::Others]) else { continue };
            let cause = search.cause(base, &attempt, &[mistake], reading.clone(), candidate);
            if candidate.is_none_or(|candidate| keys.get(candidate).is_some_and(|key| key.meant)) {
                return Some(cause);
            }
            with_another_key = with_another_key.or(Some(cause));
        }
    }
    if with_another_key.is_some() {
        return with_another_key;
    }
    if message.body.len() > MAX_BODY_OF_PAIRS || recipe.sign.algorithm == Algorithm::Token {
        return None;
    }
    bases.iter().find_map(|(reading, base)| search.pairs(base, &known, reading.as_ref()))
}

/// Where two texts part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// How many bytes are the same.
    pub offset: usize,
    /// How ours goes on, its first bytes; empty where it ends.
    pub ours: Vec<u8>,
    /// How theirs goes on.
    pub theirs: Vec<u8>,
    /// Whether there is more of ours, and of theirs.
    pub more: (bool, bool),
}

/// Where two texts part; `None`: they are the same.
pub fn difference(ours: &[u8], theirs: &[u8]) -> Option<Difference> {
    if ours == theirs {
        return None;
    }
    let mut offset = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    // A letter of several bytes is shown as a whole.
    while offset > 0 && [ours, theirs].iter().any(|text| text.get(offset).is_some_and(|byte| byte & 0xc0 == 0x80)) {
        offset -= 1;
    }
    let after = |text: &[u8]| {
        let rest = &text[offset..];
        let mut end = rest.len().min(SHOWN);
        while end > 0 && rest.get(end).is_some_and(|byte| byte & 0xc0 == 0x80) {
            end -= 1;
        }
        (rest[..end].to_vec(), end < rest.len())
    };
    let ((ours, more), (theirs, theirs_more)) = (after(ours), after(theirs));
    Some(Difference { offset, ours, theirs, more: (more, theirs_more) })
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |text: &[u8], more: bool| {
            let shown = String::from_utf8_lossy(text);
            let more = if more { "…" } else { "" };
            if text.is_empty() { "nothing more".to_owned() } else { format!("{shown:?}{more}") }
        };
        let (ours, theirs) = (side(&self.ours, self.more.0), side(&self.theirs, self.more.1));
        write!(f, "they part at byte {}: here it goes on with {ours}, there with {theirs}", self.offset)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Meant,
    Others,
}

/// It fits: whose key it was, where a key was needed.
struct Fitted(Option<usize>);

struct Search<'a> {
    context: &'a Context<'a>,
    keys: &'a [Candidate],
    expected: Expected<'a>,
    give_up: &'a dyn Fn() -> bool,
    /// Prints of what was looked at. Two that are alike by chance cost an explanation, never make one.
    seen: HashSet<u64>,
    /// Keys as they were decoded: checking the numbers of an RSA key takes longer than checking a signature.
    decoded: HashMap<String, Option<Key>>,
}

impl Search<'_> {
    /// The attempt with this mistake made; `None` where it can't be, or nobody waits for it any more.
    fn made(&self, base: &Attempt, mistake: &Mistake) -> Option<Attempt> {
        if (self.give_up)() {
            return None;
        }
        let mut attempt = base.clone();
        (mistake.make)(&mut attempt).then_some(attempt)
    }

    /// Two mistakes at a time.
    fn pairs(&mut self, base: &Attempt, known: &[Mistake], reading: Option<&String>) -> Option<Cause> {
        let mut single: Vec<(&Mistake, Attempt)> =
            known.iter().filter_map(|mistake| Some((mistake, self.made(base, mistake)?))).collect();
        single.sort_by_key(|(mistake, _)| mistake.about);
        for (first, once) in &single {
            for second in known.iter().filter(|second| second.about > first.about) {
                let Some(attempt) = self.made(once, second) else { continue };
                if !self.is_new(&attempt) {
                    continue;
                }
                if let Some(Fitted(candidate)) = self.fits(&attempt, &[Whose::Meant]) {
                    return Some(self.cause(base, &attempt, &[first, second], reading.cloned(), candidate));
                }
            }
        }
        None
    }

    fn cause(
        &mut self,
        base: &Attempt,
        attempt: &Attempt,
        mistakes: &[&Mistake],
        reading: Option<String>,
        candidate: Option<usize>,
    ) -> Cause {
        let text = text(attempt, self.context).unwrap_or_default();
        // A text is held against the recipe's own alone.
        let is_theirs = mistakes.is_empty() || (reading.is_some() && matches!(self.expected, Expected::Text(_)));
        let message = if is_theirs { None } else { self.sent_so(base, attempt) };
        let written = base.recipe.text.iter().chain(&base.recipe.canonical).flat_map(Template::pieces);
        let is_minified = written.into_iter().any(|piece| {
            matches!(piece, Piece::Slot(What::Body, how) if how.contains(&Filter::Minified) || how.contains(&Filter::NoSpace))
        });
        // The very bytes that are sent are not what is signed there.
        let fix = |mistake: &&Mistake| if is_minified && mistake.fix == BYTES { NO_SPACE } else { mistake.fix };
        let mut fixes: Vec<_> = mistakes.iter().map(fix).collect();
        fixes.dedup();
        Cause {
            mistakes: mistakes.iter().map(|mistake| mistake.words).collect(),
            fixes,
            message,
            reading,
            candidate,
            text,
            right: self::text(base, self.context).unwrap_or_default(),
        }
    }

    /// The altered message, if it alone is what makes the difference and a request can be written so.
    fn sent_so(&mut self, base: &Attempt, attempt: &Attempt) -> Option<Message> {
        let mut message = attempt.message.clone();
        if attempt.time != base.time {
            let (spec, time) = (base.recipe.time.as_ref()?, attempt.time.as_ref()?);
            time::read_by(spec, time)?;
            let header = spec.header.as_ref()?;
            let (_, value) = message.headers.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case(header))?;
            value.clone_from(time);
        }
        let is_path = |path: &String| path.starts_with('/') && !path.contains(['?', '#', ' ']);
        if message == base.message || !message.path.as_ref().is_none_or(is_path) {
            return None;
        }
        let sent = Attempt { message, time: attempt.time.clone(), ..base.clone() };
        self.fits(&sent, &[Whose::Meant, Whose::Others])?;
        Some(sent.message)
    }

    /// Whose key fits, those of the first tried first; `None`: it does not fit.
    fn fits(&mut self, attempt: &Attempt, whose: &[Whose]) -> Option<Fitted> {
        let given = match self.expected {
            Expected::Text(expected) => return (text(attempt, self.context)? == expected).then_some(Fitted(None)),
            Expected::Signature(given) => given,
        };
        // Before the text, which takes longer: most are not written in most encodings.
        let signatures = given_signatures(&attempt.recipe, &attempt.message, given, attempt.spoiled).ok()?;
        let text = text(attempt, self.context)
            .or_else(|| signatures.iter().all(|given| given.text.is_some()).then(Vec::new))?;
        let all = self.keys;
        let of = |whose: &Whose| {
            let meant = *whose == Whose::Meant;
            all.iter().enumerate().filter(move |(_, key)| key.meant == meant)
        };
        for (n, candidate) in whose.iter().flat_map(of) {
            let how = (n, &attempt.recipe.key_decode, &attempt.key_prefix, attempt.key_within);
            let decoded = self.decoded.entry(format!("{how:?}")).or_insert_with(|| {
                let value = altered(&candidate.value, attempt);
                Key::decode(value.as_ref().unwrap_or(&candidate.value), &attempt.recipe.key_decode).ok()
            });
            let Some(key) = decoded else { continue };
            let algorithm = attempt.recipe.sign.algorithm;
            let with_key = attempt.recipe.has_key_in_text().then(|| text_with(attempt, self.context, Some(key)));
            let signed = with_key.flatten().unwrap_or_else(|| text.clone());
            if signatures.iter().any(|given| key.verifies(algorithm, given.text_or(&signed), &given.signature)) {
                return Some(Fitted(Some(n)));
            }
        }
        None
    }

    /// Whether it gives something that was not looked at yet: two mistakes can undo each other.
    fn is_new(&mut self, attempt: &Attempt) -> bool {
        self.seen.insert(fingerprint(attempt, self.context))
    }
}

/// The text by which attempts are told apart; the key is not in it.
pub(super) fn text(attempt: &Attempt, context: &Context<'_>) -> Option<Vec<u8>> {
    text_with(attempt, context, None)
}

pub(super) fn text_with(attempt: &Attempt, context: &Context<'_>, key: Option<&Key>) -> Option<Vec<u8>> {
    let context = Context { time: attempt.time.clone(), ..context.clone() };
    let composer = composer(&attempt.recipe, &attempt.message, &context);
    let text = match key {
        Some(key) => composer.with_key(key).all(&attempt.recipe.text).ok()?,
        None => composer.all(&attempt.recipe.text).ok()?,
    };
    Some(match attempt.hashed {
        None => text,
        Some(Hashed::Hex) => hex(&Sha256::digest(&text)).into_bytes(),
        Some(Hashed::Bytes) => Sha256::digest(&text).to_vec(),
    })
}

/// A print of all that decides whether a signature fits.
fn fingerprint(attempt: &Attempt, context: &Context<'_>) -> u64 {
    let recipe = &attempt.recipe;
    let how = (signature_at(recipe), attempt.spoiled);
    let rest = (&recipe.sign, &recipe.key_decode, how, &attempt.key_prefix, attempt.key_within);
    let mut print = DefaultHasher::new();
    (text(attempt, context), format!("{rest:?}")).hash(&mut print);
    print.finish()
}

/// The key's value with what the attempt alters in it; `None`: nothing.
pub(super) fn altered(value: &SecretBytes, attempt: &Attempt) -> Option<SecretBytes> {
    let (before, behind) = attempt.key_within;
    if attempt.key_prefix.is_none() && before.is_empty() && behind.is_empty() {
        return None;
    }
    let bytes = value.expose();
    let prefix = attempt.key_prefix.as_deref().unwrap_or_default();
    let bytes = bytes.strip_prefix(prefix.as_bytes()).unwrap_or(bytes);
    Some(SecretBytes::new([before.as_bytes(), bytes, behind.as_bytes()].concat()))
}

pub(super) fn with(base: &Attempt, text: &[Template]) -> Attempt {
    let mut attempt = base.clone();
    attempt.recipe.text = text.to_vec();
    attempt
}

/// With a larger body, in bytes, only single mistakes are looked for: hundreds of pairs would take seconds.
pub const MAX_BODY_OF_PAIRS: usize = 64 * 1024;
const SHOWN: usize = 40;
