//! Whether a signature, or a string to sign, is the right one; and if not, why.

use std::time::Duration;

use jiff::Timestamp;

use super::{Bench, fitting};
use crate::app::status::sentence;
use crate::domain::clean;
use crate::domain::provider::{Handles, Recipe};
use crate::error::Problem;
use crate::signing::{
    Candidate, Cause, Context, Difference, Expected, MAX_BODY_OF_PAIRS, Message, SignError, Verdict, difference,
    explain, reveals_the_key, signature_texts, string_to_sign, verify,
};

/// What the other side has.
#[derive(Clone, Copy, Debug)]
pub enum Their<'a> {
    /// A signature; `None`: the one in the message's header.
    Signature(Option<&'a str>),
    /// A string to sign.
    Text(&'a [u8]),
}

/// What was found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// Whether the message's signature is right; never said of a string alone.
    pub verified: bool,
    /// What is to be said of the signature alone; something else may still be wrong.
    pub signature: Genuine,
    /// Whose key it is: the version's number.
    pub version: Option<u32>,
    /// The message's time, where its recipe has one.
    pub at: Option<Timestamp>,
    /// The status, where the message is a response with its first line.
    pub status: Option<u16>,
    /// The reading of the recipe by which it fits; `None`: its own.
    pub reading: Option<String>,
    /// Why it is not right; `None`: it is, or no known mistake explains it.
    pub cause: Option<String>,
    /// The known mistakes of the cause, by their words.
    pub mistakes: Vec<&'static str>,
    /// Where there is no cause: which of the known mistakes were not tried, and why; `None`: all of them were.
    pub limit: Option<&'static str>,
    /// What the other side has to do instead, as sentences; lines of a program may follow one.
    pub fixes: Vec<String>,
    /// What can be done about it here.
    pub remedy: Option<Remedy>,
    /// The string to sign by the recipe, or by the reading in which a mistake was made.
    pub text: Vec<u8>,
    /// Where the string to sign and the other side's part: the one that they gave, or the one that the cause reproduces. `ours` is the
    /// right one: of a message that was altered on its way here the one that was signed.
    pub parted: Option<Difference>,
    /// Whether `parted` is about a string that the other side gave.
    pub is_given: bool,
    /// Whether the other side gave a string, and it is ours.
    pub is_same: bool,
    /// All of it in a line.
    pub words: String,
}

/// Whether a signature is one of the keys that are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Genuine {
    /// It is.
    Yes,
    /// It is not, or a string was given in its place.
    No,
    /// There was none that could be checked.
    Unchecked,
    /// It can't be read.
    Unreadable,
}

/// What can be done on the spot about what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Take this message for the one that was given: with it, it fits.
    Message(Box<Message>),
    /// Look at the credential's versions: one that no longer counts made the signature.
    Versions,
    /// Choose the key of this other credential, which made the signature.
    Key(String),
    /// Fill in this field of the account, which the recipe needs.
    Field(String),
}

impl Bench<'_> {
    /// Checks what the other side has against the keys. Where `give_up` says to stop, it ends without an explanation.
    pub fn judge(
        &self,
        message: &Message,
        context: &Context<'_>,
        keys: &[Candidate],
        their: Their<'_>,
        now: Timestamp,
        give_up: &dyn Fn() -> bool,
    ) -> Result<Judgement, Problem> {
        match their {
            Their::Signature(given) => self.judge_signature(message, context, keys, given, now, give_up),
            Their::Text(theirs) => self.judge_text(message, context, keys, theirs, now, give_up),
        }
    }

    fn judge_signature(
        &self,
        message: &Message,
        context: &Context<'_>,
        keys: &[Candidate],
        given: Option<&str>,
        now: Timestamp,
        give_up: &dyn Fn() -> bool,
    ) -> Result<Judgement, Problem> {
        let recipe = &self.recipe;
        let verdict = match verify(recipe, message, context, keys, given, now) {
            Ok(verdict) => verdict,
            // It may be written in another way than the recipe has it: that is one of the known mistakes.
            Err(error @ SignError::BadSignature { .. }) => {
                let text = match string_to_sign(recipe, message, context, now) {
                    // A token's text is its own, with a value in it that is new each time.
                    Err(SignError::NoNonce) => Vec::new(),
                    text => text.map_err(|error| self.named(error))?,
                };
                let cause = explain(recipe, message, context, keys, Expected::Signature(given), give_up);
                return Ok(match cause {
                    Some(_) => self.explained(cause, keys, text, None),
                    None => self.unreadable(error, text),
                });
            }
            Err(error) => return Err(self.named(error)),
        };
        if verdict.fit.is_some() {
            return Ok(Judgement { status: message.status, ..self.fitted(verdict, keys) });
        }
        let cause = explain(recipe, message, context, keys, Expected::Signature(given), give_up);
        if cause.is_none()
            && let Some((other, version)) = self.made_by(message, context, keys, given, now)
        {
            let cause = format!("it was signed by another recipe, {} ({})", other.id, clean(&other.title));
            let fix = format!("Check it by the recipe {}, or sign by {}.", other.id, recipe.id);
            let words = format!("not verified: {cause}");
            return Ok(Judgement { version, cause: Some(cause), fixes: vec![fix], words, ..blank(verdict.text) });
        }
        Ok(self.explained(cause, keys, verdict.text, limit(message, give_up)))
    }

    /// The provider's other recipe by which the signature is genuine, and whose key it is.
    fn made_by(
        &self,
        message: &Message,
        context: &Context<'_>,
        keys: &[Candidate],
        given: Option<&str>,
        now: Timestamp,
    ) -> Option<(&Recipe, Option<u32>)> {
        let own = &self.recipe;
        let others = fitting(self.provider, self.target.credential)
            .filter(|other| other.id != own.id && other.key == own.key && !reveals_the_key(other));
        others.into_iter().find_map(|other| {
            let fit = verify(other, message, context, keys, given, now).ok()?.fit?;
            Some((other, keys.get(fit.candidate).map(|key| key.version)))
        })
    }

    /// Nothing can be made of the signature as it is written.
    fn unreadable(&self, error: SignError, text: Vec<u8>) -> Judgement {
        let problem = self.named(error);
        let words = format!("not verified: {}", problem.message);
        let fixes = problem.hint.iter().map(|hint| sentence(hint)).collect();
        Judgement { signature: Genuine::Unreadable, cause: Some(problem.message), fixes, words, ..blank(text) }
    }

    /// The signature fits; the rest of the message may still be wrong.
    fn fitted(&self, verdict: Verdict, keys: &[Candidate]) -> Judgement {
        let candidate = verdict.fit.as_ref().and_then(|fit| keys.get(fit.candidate));
        let reading = verdict.fit.as_ref().and_then(|fit| fit.reading.clone());
        let by = reading.as_ref().map_or_else(String::new, |reading| format!("; reading: {reading}"));
        let whose = candidate.map_or_else(String::new, |key| format!("v{}, {}", key.version, key.name));
        let cause = match (&verdict.amiss, verdict.off_s) {
            (Some(amiss), _) => Some(amiss.clone()),
            (None, Some(off)) => {
                let allowed = self.recipe.tolerance_s.as_ref().map_or(0, |stated| stated.value);
                let way = if off > 0 { "behind" } else { "ahead of" };
                let off = off.unsigned_abs();
                Some(format!(
                    "the signature fits, but the message's time is {off} s {way} now; {allowed} s are allowed"
                ))
            }
            (None, None) => None,
        };
        let words = match &cause {
            None => format!("verified: {whose}{by}"),
            Some(cause) => format!("not verified: {cause} ({whose}{by})"),
        };
        let fixes = match (&verdict.amiss, verdict.off_s) {
            (None, Some(_)) if self.receives() => {
                vec!["Check it when it comes, on a computer whose clock is right.".to_owned()]
            }
            (None, Some(_)) => vec!["Send it at once, from a computer whose clock is right.".to_owned()],
            _ => Vec::new(),
        };
        let version = candidate.map(|candidate| candidate.version);
        Judgement {
            verified: cause.is_none(),
            signature: Genuine::Yes,
            version,
            at: verdict.at,
            reading,
            cause,
            fixes,
            words,
            ..blank(verdict.text)
        }
    }

    /// Whether the other side's string to sign is ours, and if not, how it came about.
    fn judge_text(
        &self,
        message: &Message,
        context: &Context<'_>,
        keys: &[Candidate],
        theirs: &[u8],
        now: Timestamp,
        give_up: &dyn Fn() -> bool,
    ) -> Result<Judgement, Problem> {
        let ours = string_to_sign(&self.recipe, message, context, now).map_err(|error| self.named(error))?;
        let Some(parted) = difference(&ours, theirs) else {
            let has_signature = !signature_texts(&self.recipe, message).is_empty();
            let found = has_signature.then(|| self.judge_signature(message, context, keys, None, now, give_up));
            return Ok(same(found, ours));
        };
        // A file's last line break is seldom the string's own: what else differs is looked for without it.
        let bare = theirs.strip_suffix(b"\n").map(|bare| bare.strip_suffix(b"\r").unwrap_or(bare));
        let bare = bare.filter(|_| !ours.ends_with(b"\n"));
        let explained = |text: &[u8]| explain(&self.recipe, message, context, &[], Expected::Text(text), give_up);
        let mut found = match bare {
            Some(bare) if bare == ours => Judgement {
                cause: Some(LAST_BREAK.into()),
                fixes: vec![LAST_BREAK_FIX.into()],
                words: format!("not verified: {LAST_BREAK}"),
                ..blank(ours)
            },
            Some(bare) => match explained(bare) {
                None => self.explained(explained(theirs), &[], ours, limit(message, give_up)),
                cause => self.explained(cause, &[], ours, None),
            },
            None => self.explained(explained(theirs), &[], ours, limit(message, give_up)),
        };
        let parted = difference(&found.text, theirs).unwrap_or(parted);
        found.words = format!("{}; {parted}", found.words);
        found.parted = Some(parted);
        found.is_given = true;
        Ok(found)
    }

    /// Whether the message came from the other side, which signed it.
    pub(super) fn receives(&self) -> bool {
        self.recipe.does == Handles::Verify
    }

    fn explained(
        &self,
        cause: Option<Cause>,
        keys: &[Candidate],
        text: Vec<u8>,
        limit: Option<&'static str>,
    ) -> Judgement {
        let Some(cause) = cause else {
            let words = match limit {
                None => "not verified: it cannot be explained by any known mistake".into(),
                Some(limit) => format!("not verified: no known mistake that was tried explains it: {limit}"),
            };
            return Judgement { limit, words, ..blank(text) };
        };
        // A reading is no mistake: what is right beside one is what that reading signs.
        let text = if cause.reading.is_some() && !cause.mistakes.is_empty() { cause.right.clone() } else { text };
        let (mut parts, mut fixes) = if self.receives() { received(&cause) } else { sent(&cause) };
        // What was received and fits in another writing was altered on its way here: what was signed is right.
        let altered = self.receives() && cause.message.is_some();
        let mut remedy = cause.message.map(|message| Remedy::Message(Box::new(message)));
        let candidate = cause.candidate.and_then(|n| keys.get(n));
        if let Some(candidate) = candidate.filter(|candidate| !candidate.meant) {
            parts.push(format!("it was signed with {} (v{})", candidate.name, candidate.version));
            let own = candidate.reference == self.reference;
            fixes.push(match (own, self.receives()) {
                (true, false) => "Sign with the current version.".to_owned(),
                (true, true) => "Ask the other side to sign with the current version.".to_owned(),
                (false, false) => format!("Sign with the key of {}.", self.reference),
                (false, true) => format!("Check it with the key of {}.", candidate.reference),
            });
            remedy = Some(if own { Remedy::Versions } else { Remedy::Key(candidate.reference.clone()) });
        }
        if parts.is_empty() {
            let otherwise = |reading: &String| format!("it was read otherwise: {reading}");
            parts.push(cause.reading.as_ref().map_or_else(String::new, otherwise));
        }
        let whose = candidate.filter(|candidate| candidate.meant && candidate.name != "current");
        let whose = whose.map_or_else(String::new, |key| format!(" (v{}, {})", key.version, key.name));
        let words = format!("{}{whose}", parts.join(", and "));
        Judgement {
            version: candidate.map(|candidate| candidate.version),
            mistakes: cause.mistakes,
            reading: cause.reading,
            parted: if altered { difference(&cause.text, &text) } else { difference(&text, &cause.text) },
            words: format!("not verified: {words}"),
            cause: Some(words),
            fixes,
            remedy,
            ..blank(text)
        }
    }
}

/// Which mistakes were not looked for in this message.
fn limit(message: &Message, give_up: &dyn Fn() -> bool) -> Option<&'static str> {
    if give_up() {
        return Some("the body is so large that the search was ended before all of them were");
    }
    (message.body.len() > MAX_BODY_OF_PAIRS).then_some("with a body of more than 64 KiB no two are tried together")
}

/// How long a mistake is looked for: with a body of some megabytes each one takes a tenth of a second.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What was done wrong where the message was made, and what to do instead.
fn sent(cause: &Cause) -> (Vec<String>, Vec<String>) {
    let mut parts: Vec<String> = Vec::new();
    for words in &cause.mistakes {
        let again = words.strip_prefix(ANEW).filter(|_| parts.iter().any(|part| part.starts_with(ANEW)));
        parts.push(again.unwrap_or(words).to_owned());
    }
    // Of two that begin alike the later one says more.
    let first = |fix: &str| fix.lines().next().map(str::to_owned);
    let said_later = |n: usize, fix: &str| cause.fixes[n + 1..].iter().any(|later| first(later) == first(fix));
    let fixes = cause.fixes.iter().enumerate().filter(|(n, fix)| !said_later(*n, fix));
    (parts, fixes.map(|(_, fix)| (*fix).to_owned()).collect())
}

/// The same where it came from the other side: what does not stand here as it was signed was altered on this side.
fn received(cause: &Cause) -> (Vec<String>, Vec<String>) {
    let (parts, fixes) = sent(cause);
    let signed = |part: String| match part.strip_prefix(ANEW) {
        Some(how) => format!("the signed JSON was written otherwise: {how}"),
        None => part,
    };
    let fixes = match cause.message {
        Some(_) => vec![AS_IT_CAME.to_owned()],
        None => fixes.into_iter().map(|fix| format!("Whoever signs it has to do this: {fix}")).collect(),
    };
    (parts.into_iter().map(signed).collect(), fixes)
}

/// The other side's string is ours. That says nothing of the message's signature, of which `found` tells, where it has one.
fn same(found: Option<Result<Judgement, Problem>>, text: Vec<u8>) -> Judgement {
    let found = found.unwrap_or_else(|| {
        let words = "the message has no signature that could be checked".into();
        Ok(Judgement { signature: Genuine::Unchecked, words, ..blank(text.clone()) })
    });
    let found = found.unwrap_or_else(|problem| {
        let words = format!("its signature can't be checked: {}", problem.message);
        Judgement { signature: Genuine::Unchecked, words, ..blank(text) }
    });
    Judgement { is_same: true, words: format!("the same: this is the string to sign; {}", found.words), ..found }
}

fn blank(text: Vec<u8>) -> Judgement {
    Judgement {
        verified: false,
        signature: Genuine::No,
        version: None,
        at: None,
        status: None,
        reading: None,
        cause: None,
        mistakes: Vec::new(),
        limit: None,
        fixes: Vec::new(),
        remedy: None,
        text,
        parted: None,
        is_given: false,
        is_same: false,
        words: String::new(),
    }
}

const AS_IT_CAME: &str = "Check the message byte for byte as it came, before a framework or a proxy writes it anew.";
const LAST_BREAK: &str = "the same but for a line break at its end, which may be the file's own";
const LAST_BREAK_FIX: &str = "Save it without a line break at its end; if it is the string's own, leave it out there.";
/// How each mistake begins that is JSON written anew.
const ANEW: &str = "the JSON was written anew, ";
