//! Whether a signature, or a string to sign, is the right one; and if not, why.

use jiff::Timestamp;

use super::Bench;
use crate::error::Problem;
use crate::signing::{
    Candidate, Cause, Context, Difference, Expected, Message, SignError, Verdict, difference, explain, string_to_sign,
    verify,
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
    /// Whether it is right.
    pub verified: bool,
    /// Whose key it is: the version's number.
    pub version: Option<u32>,
    /// The reading of the recipe by which it fits; `None`: its own.
    pub reading: Option<String>,
    /// Why it is not right; `None`: it is, or no known mistake explains it.
    pub cause: Option<String>,
    /// What the other side has to do instead, as sentences; lines of a program may follow one.
    pub fixes: Vec<String>,
    /// What can be done about it here.
    pub remedy: Option<Remedy>,
    /// The string to sign by the recipe.
    pub text: Vec<u8>,
    /// Where the string to sign and the other side's part: the one that they gave, or the one that the cause reproduces.
    pub parted: Option<Difference>,
    /// Whether `parted` is about a string that the other side gave.
    pub is_given: bool,
    /// All of it in a line.
    pub words: String,
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
            Their::Text(theirs) => self.judge_text(message, context, theirs, now, give_up),
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
                let cause = explain(recipe, message, context, keys, Expected::Signature(given), give_up);
                let Some(cause) = cause else { return Err(self.named(error)) };
                let text = string_to_sign(recipe, message, context, now).map_err(|error| self.named(error))?;
                return Ok(self.explained(Some(cause), keys, text));
            }
            Err(error) => return Err(self.named(error)),
        };
        if verdict.fit.is_some() {
            return Ok(self.fitted(verdict, keys));
        }
        let cause = explain(recipe, message, context, keys, Expected::Signature(given), give_up);
        Ok(self.explained(cause, keys, verdict.text))
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
        let fixes = if verdict.amiss.is_none() && verdict.off_s.is_some() {
            vec!["Send it at once, from a computer whose clock is right.".to_owned()]
        } else {
            Vec::new()
        };
        let version = candidate.map(|candidate| candidate.version);
        Judgement { verified: cause.is_none(), version, reading, cause, fixes, words, ..blank(verdict.text) }
    }

    /// Whether the other side's string to sign is ours, and if not, how it came about.
    fn judge_text(
        &self,
        message: &Message,
        context: &Context<'_>,
        theirs: &[u8],
        now: Timestamp,
        give_up: &dyn Fn() -> bool,
    ) -> Result<Judgement, Problem> {
        let ours = string_to_sign(&self.recipe, message, context, now).map_err(|error| self.named(error))?;
        let Some(parted) = difference(&ours, theirs) else {
            let words = "the same: this is the string to sign".into();
            return Ok(Judgement { verified: true, words, ..blank(ours) });
        };
        let cause = explain(&self.recipe, message, context, &[], Expected::Text(theirs), give_up);
        let mut found = self.explained(cause, &[], ours);
        found.words = format!("{}; {parted}", found.words);
        found.parted = Some(parted);
        found.is_given = true;
        Ok(found)
    }

    fn explained(&self, cause: Option<Cause>, keys: &[Candidate], text: Vec<u8>) -> Judgement {
        let Some(cause) = cause else {
            let words = "not verified: it cannot be explained by any known mistake".into();
            return Judgement { words, ..blank(text) };
        };
        let mut parts: Vec<String> = cause.mistakes.into_iter().map(str::to_owned).collect();
        let mut fixes: Vec<String> = cause.fixes.into_iter().map(str::to_owned).collect();
        let mut remedy = cause.message.map(|message| Remedy::Message(Box::new(message)));
        let candidate = cause.candidate.and_then(|n| keys.get(n));
        if let Some(candidate) = candidate.filter(|candidate| !candidate.meant) {
            parts.push(format!("it was signed with {} (v{})", candidate.name, candidate.version));
            let own = candidate.reference == self.reference;
            fixes.push(if own {
                "Sign with the current version.".to_owned()
            } else {
                format!("Sign with the key of {}.", self.reference)
            });
            remedy = Some(if own { Remedy::Versions } else { Remedy::Key(candidate.reference.clone()) });
        }
        if parts.is_empty() {
            let otherwise = |reading: &String| format!("it was read otherwise: {reading}");
            parts.push(cause.reading.as_ref().map_or_else(String::new, otherwise));
        }
        let words = parts.join(", and ");
        Judgement {
            version: candidate.map(|candidate| candidate.version),
            reading: cause.reading,
            parted: difference(&text, &cause.text),
            words: format!("not verified: {words}"),
            cause: Some(words),
            fixes,
            remedy,
            ..blank(text)
        }
    }
}

fn blank(text: Vec<u8>) -> Judgement {
    Judgement {
        verified: false,
        version: None,
        reading: None,
        cause: None,
        fixes: Vec::new(),
        remedy: None,
        text,
        parted: None,
        is_given: false,
        words: String::new(),
    }
}
