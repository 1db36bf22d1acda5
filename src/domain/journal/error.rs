//! Why a flow can't begin or a step can't be done. Nothing has changed then.

use std::fmt;

use jiff::Timestamp;

use crate::error::{Exit, Explain};

/// Why a flow can't begin or a step can't be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowError {
    /// It does not apply in this environment.
    OtherEnvironment(String),
    /// It needs a reason, or another one: its title, and the words that it takes.
    Reason(String, Vec<&'static str>),
    /// What it acts on is not there yet: the flow's title and the credential's name.
    NothingToActOn(String, String),
    /// Another flow is in progress for the same credential: its title.
    Busy(String),
    /// A flow is in progress in an account that is to be removed: its title.
    InAccount(String),
    /// The version that is to be stopped is the one that the reference means again.
    CurrentAgain,
    /// There is no such flow in the vault.
    NoJournal,
    /// It has ended.
    Ended,
    /// It has no such step.
    NoStep(String),
    /// The step was done before.
    DoneAlready(String),
    /// It waits for these steps.
    Waits(String, Vec<String>),
    /// That is not how this step is done: what it asks for, in words.
    OtherDeed(&'static str),
    /// The step asks something, and nothing was answered: its question.
    Unanswered(String),
    /// The account's name has to be typed.
    Consent(String),
    /// Fields are missing.
    Incomplete(Vec<String>),
    /// What is waited for is not over yet, and nobody said why not to wait: its end.
    TooEarly(Timestamp),
    /// What was taken ended before it was taken.
    Expired,
    /// What was taken is what is current.
    SameAsCurrent,
    /// What was taken is a version that was stopped: its number and its life.
    Stopped(u32, String),
    /// Two halves of a key pair that are not one pair.
    Mismatch,
    /// Places still have the old version: their names.
    StillUsed(Vec<String>),
    /// Places have the version that is to be stopped, and nobody was told of them: their names.
    Untold(Vec<String>),
    /// A merchant's secret would go to a browser or an app: the place's name.
    ClientSide(String),
    /// The version that it is about is at an end: its life.
    Dead(String),
    /// A step that verifies is not done: its title.
    Unverified(String),
    /// The provider has not approved it.
    Unapproved,
    /// The old key still works.
    StillAlive(u16),
    /// The new key is refused.
    Refused(u16),
    /// The status says nothing about the key.
    Unclear(u16),
    /// The status may be about fields that the version lacks: the status, and their names.
    Lacks(u16, Vec<String>),
    /// The call has answered the contrary, and nobody said why that does not count: the status, and when.
    Contradicted(String, Timestamp),
    /// The signature that fits is not the one that the step asks for: its title.
    OtherSignature(String),
    /// It fits, but the message may be the one that was sent.
    NoAnswer,
    /// The answer is older than the key that it is to show: its time, and since when the key is there.
    OldAnswer(Timestamp, Timestamp),
    /// The secret has not been handed over yet.
    NotHandedOver,
}

impl fmt::Display for FlowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherEnvironment(title) => write!(f, "«{title}» does not apply in this environment"),
            Self::Reason(title, takes) if takes.is_empty() => write!(f, "«{title}» is run without a reason"),
            Self::Reason(title, takes) => write!(f, "«{title}» is run for a reason: {}", takes.join(" or ")),
            Self::NothingToActOn(title, name) => write!(f, "«{title}» acts on {name}, which is not there yet"),
            Self::Busy(title) => write!(f, "«{title}» is in progress for the same credential"),
            Self::InAccount(title) => write!(f, "«{title}» is in progress in this account"),
            Self::CurrentAgain => {
                f.write_str("the reference means the old version again: stopping it would stop the one in use")
            }
            Self::NoJournal => f.write_str("there is no such flow in the vault"),
            Self::Ended => f.write_str("the flow has ended"),
            Self::NoStep(id) => write!(f, "the flow has no step {id}"),
            Self::DoneAlready(title) => write!(f, "«{title}» is done already"),
            Self::Waits(title, first) => write!(f, "«{title}» waits for «{}»", first.join("», «")),
            Self::OtherDeed(wants) => write!(f, "this step is done by {wants}"),
            Self::Unanswered(asks) => write!(f, "the step asks «{asks}», and nothing was answered"),
            Self::Consent(_) => f.write_str("it stops a key for good: the account's name has to be typed"),
            Self::Incomplete(fields) => write!(f, "{} missing", list(fields, "is", "are")),
            Self::TooEarly(end) => {
                write!(f, "the old one may be in use until {}", end.strftime("%Y-%m-%d %H:%M UTC"))
            }
            Self::Expired => f.write_str("by its answer this has expired already"),
            Self::SameAsCurrent => f.write_str("this is the value that is current already"),
            Self::Stopped(n, life) => write!(f, "this is the value of v{n}, which is {life}"),
            Self::Mismatch => f.write_str("the private key and the public key are not one pair"),
            Self::StillUsed(labels) => write!(f, "not moved yet: {}", labels.join(", ")),
            Self::Untold(labels) => {
                write!(f, "this was agreed to without a word of {}, where it is, too", labels.join(", "))
            }
            Self::ClientSide(label) => {
                write!(f, "a merchant's secret never goes to a browser or an app, where {label} runs")
            }
            Self::Dead(life) => write!(f, "that version is {life}"),
            Self::Unverified(title) => write!(f, "«{title}» comes first: nothing becomes current unverified"),
            Self::Unapproved => f.write_str("the provider has not approved it yet"),
            Self::StillAlive(status) => write!(f, "the answer {status} says that the old key still works"),
            Self::Refused(status) => write!(f, "the answer {status} says that the new key is refused"),
            Self::Unclear(status) => write!(f, "the answer {status} says nothing about the key"),
            Self::Lacks(status, fields) => {
                write!(
                    f,
                    "the answer {status} says nothing of the key: {} not stored with it",
                    list(fields, "is", "are")
                )
            }
            Self::Contradicted(status, at) => {
                write!(f, "the answer {status} of {} says the contrary", at.strftime("%Y-%m-%d %H:%M UTC"))
            }
            Self::OtherSignature(title) => write!(f, "«{title}» asks for another signature"),
            Self::NoAnswer => f.write_str("the signature fits, but nothing shows that this is the gateway's answer"),
            Self::OldAnswer(at, since) => {
                let time = |at: &Timestamp| at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string();
                write!(f, "this is an answer of {}, and the new key is there since {}", time(at), time(since))
            }
            Self::NotHandedOver => f.write_str("the secret was not copied yet"),
        }
    }
}

/// `a is`, `a and b are`.
fn list(names: &[String], one: &str, many: &str) -> String {
    match names {
        [] => String::new(),
        [name] => format!("{name} {one}"),
        [first @ .., last] => format!("{} and {last} {many}", first.join(", ")),
    }
}

impl std::error::Error for FlowError {}

impl Explain for FlowError {
    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Reason(_, takes) if takes.is_empty() => "leave the reason away".into(),
            Self::Reason(..) => "say which; the steps differ by it".into(),
            Self::NothingToActOn(..) => "begin with the flow that makes it, or add what you have".into(),
            Self::Busy(_) | Self::InAccount(_) => "go on with it, or abandon it first".into(),
            Self::CurrentAgain => "point it to the new version first, or abandon the flow".into(),
            Self::NoJournal | Self::NoStep(_) => "`paykeep flow status` lists flows and steps".into(),
            Self::Waits(..) | Self::Unverified(_) => "do that first".into(),
            Self::Unanswered(_) => "answer in a few words, with --note; «nothing» is an answer too".into(),
            Self::Consent(name) => format!("type {name}"),
            Self::TooEarly(_) => "wait until then, or say in a few words why not, as the step's note".into(),
            Self::Expired => "make the call again: it gives a new one".into(),
            Self::SameAsCurrent | Self::Stopped(..) => "copy the new value from the page, not the old one".into(),
            Self::Mismatch => "paste the halves of one pair".into(),
            Self::StillUsed(_) => "tick each place off when it has the new one, or say that it no longer uses it".into(),
            Self::Untold(_) => "look again at what fails from that moment, and agree anew".into(),
            Self::ClientSide(_) => {
                "give it a publishable key or a client secret, and say that it no longer uses this one".into()
            }
            Self::Unapproved => "say so when the provider has decided".into(),
            Self::StillAlive(_) => "look at the gateway's page whether it is really revoked; some take a while".into(),
            Self::Refused(_) => "take it once more by its step, or try again in a moment".into(),
            Self::Unclear(_) => "try the call again".into(),
            Self::Lacks(..) => "make your own program's call and tick the step, or say in its note what else shows it".into(),
            Self::Contradicted(..) => {
                "make the call again and give its answer; or say in a few words, as the step's note, why it does not count"
                    .into()
            }
            Self::OtherSignature(_) => "`paykeep flow status` says which".into(),
            Self::NoAnswer => "give the answer from its first line on, HTTP/1.1 200, as curl -i prints it".into(),
            Self::OldAnswer(..) => "make the call again, signed with the new key, and give its answer".into(),
            Self::NotHandedOver => "copy it first, then say that it is where it belongs".into(),
            Self::OtherEnvironment(_)
            | Self::Ended
            | Self::DoneAlready(_)
            | Self::OtherDeed(_)
            | Self::Incomplete(_)
            | Self::Dead(_) => return None,
        })
    }

    fn exit(&self) -> Exit {
        match self {
            Self::NoJournal | Self::NoStep(_) | Self::NothingToActOn(..) => Exit::NotFound,
            Self::Reason(..) | Self::OtherDeed(_) | Self::Incomplete(_) | Self::Unanswered(_) => Exit::Usage,
            _ => Exit::Refused,
        }
    }
}
