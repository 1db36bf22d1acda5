//! One trial of the bench screen: sign, check, try each version. It sees secrets and gives back none.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use jiff::Timestamp;
use rsa::rand_core::CryptoRng;
use sha2::{Digest, Sha256};

use super::{Bench, Judgement, Remedy, Their, public};
use crate::catalog::Catalog;
use crate::domain::audit::About;
use crate::domain::provider::{Handles, Piece, Recipe, Template, What};
use crate::domain::{Version, hex, shell_word};
use crate::error::Problem;
use crate::signing::{
    Candidate, Context, Key, Message, SignError, reveals_the_key, sign, signature_texts, string_to_sign, verify,
};
use crate::vault::Unlocked;

/// What is to be tried. Its `Debug` keeps the message back: people paste more than they mean to.
#[derive(Clone, PartialEq, Eq)]
pub struct Task {
    /// The credential's reference.
    pub reference: String,
    /// The recipe's name.
    pub recipe: String,
    /// What is signed, or came with a signature.
    pub message: Arc<Message>,
    /// The signature that the other side has.
    pub signature: Option<String>,
    /// The string to sign that the other side has; goes before the signature.
    pub text: Option<Vec<u8>>,
}

/// What came of it. No secret is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The string to sign.
    pub text: Option<Text>,
    /// The headers to send, in order; `None`: the value is the key itself, which is not shown.
    pub headers: Vec<(String, Option<String>)>,
    /// The call as a `curl` line for `sh`, without a secret: where the key itself is sent, it is a variable's.
    pub curl: Option<String>,
    /// Which secret the headers were made with, for the log.
    pub signed_with: Option<About>,
    /// Whether what is tried came from the other side, which signed it.
    pub receives: bool,
    /// Whether the recipe sends the key itself.
    pub sends_key: bool,
    /// Why nothing could be signed.
    pub stopped: Option<Problem>,
    /// The versions that work, side by side.
    pub tried: Vec<Tried>,
    /// Which of current, pending and previous there are none of.
    pub absent: Vec<&'static str>,
    /// What is to be said of the other side's signature or string, if there is one.
    pub judgement: Option<Result<Judgement, Problem>>,
    /// What can be done about it here.
    pub remedy: Option<Remedy>,
}

/// Names and values; `None` where it is not shown.
pub(super) type Headers = Vec<(String, Option<String>)>;

/// A string to sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its beginning, up to [`SHOWN`] bytes.
    pub shown: Vec<u8>,
    /// How many bytes it has.
    pub len: usize,
    /// The SHA-256 of all of it, in hexadecimal.
    pub sha256: String,
    /// What its parts are, in order, and how many bytes each has. One that is nothing but itself has no name.
    pub parts: Vec<(&'static str, usize)>,
}

/// A version that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// `current`, `pending`, `previous`; or whose key it is.
    pub name: String,
    /// Its number.
    pub version: u32,
    /// Whether it is one of those that are meant, or only looked at to explain a failure.
    pub meant: bool,
    /// What came of it.
    pub what: Tries,
}

/// What came of a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tries {
    /// The signature is its.
    Fits,
    /// It is not.
    FitsNot,
    /// There was nothing to check: this is what it would sign. `None`: that is the key itself, which is not shown.
    Signs(Option<String>),
    /// Neither can be done, in words.
    Stopped(String),
}

/// Tries it. `nonce` is a value that is new each time; once `give_up` says so nobody waits for the report, which then may lack anything.
pub fn attempt(
    task: &Task,
    vault: &Unlocked,
    catalog: &Catalog,
    nonce: &str,
    now: Timestamp,
    random: &mut impl CryptoRng,
    give_up: &dyn Fn() -> bool,
) -> Report {
    let bench = match Bench::find(&task.reference, Some(&task.recipe), Handles::Sign, vault, catalog) {
        Ok(bench) => Bench { on_page: true, ..bench },
        Err(problem) => return Report { stopped: Some(problem), ..Report::default() },
    };
    let fields = public(bench.target.version);
    let context = &bench.context(&fields, None, Some(nonce.to_owned()));
    let sends_key = reveals_the_key(&bench.recipe);
    let receives = bench.receives();
    let mut report = Report { absent: absent(&bench), receives, sends_key, ..Report::default() };
    // What is received brings its time along; without one there is nothing to be made of the clock's.
    match text(&bench.recipe, &task.message, context, now) {
        Ok(text) => report.text = Some(text),
        Err(error) => {
            report.remedy = remedy(&error);
            report.stopped = Some(bench.named(error));
            return report;
        }
    }
    let mut made = None;
    if !receives {
        match signed(&bench, task, context, now, random) {
            Ok(Made { headers, version, signature }) => {
                report.curl = curl(&bench, &task.message, &headers);
                report.headers = headers;
                report.signed_with = bench.about(version);
                made = signature.map(|signature| (version.n, signature));
            }
            Err((problem, remedy)) => (report.stopped, report.remedy) = (Some(problem), remedy),
        }
    }
    let has_signature = task.signature.is_some() || !signature_texts(&bench.recipe, &task.message).is_empty();
    match bench.candidates(false) {
        Ok(keys) => {
            // Of a key that is sent itself a pasted request has but a mark.
            let is_masked = sends_key && bench.is_masked(&task.message);
            let keys = if is_masked { bench.marks(keys) } else { keys };
            let their = match &task.text {
                Some(text) => Some(Their::Text(text)),
                // Of what is received that is the question, also where its header is missing or can't be read.
                None if has_signature || receives => Some(Their::Signature(task.signature.as_deref())),
                None => None,
            };
            let judged = their.map(|their| bench.judge(&task.message, context, &keys, their, now, give_up));
            report.judgement =
                judged.map(|judged| judged.map(|found| if is_masked { bench.of_masked(found) } else { found }));
            if let Some(Ok(found)) = &report.judgement {
                report.remedy = report.remedy.or_else(|| found.remedy.clone());
            }
            let checks = has_signature && task.text.is_none();
            report.tried = if checks {
                checked(&bench, task, context, keys, now)
            } else {
                made_by_each(&bench, task, context, keys, made, now, random)
            };
        }
        Err(problem) => report.stopped = report.stopped.or(Some(problem)),
    }
    report
}

fn absent(bench: &Bench<'_>) -> Vec<&'static str> {
    let credential = bench.target.credential;
    let slots =
        [("current", credential.current()), ("pending", credential.pending()), ("previous", credential.previous())];
    slots.into_iter().filter(|(_, version)| version.is_none()).map(|(word, _)| word).collect()
}

/// The string to sign, put together part by part.
fn text(recipe: &Recipe, message: &Message, context: &Context<'_>, now: Timestamp) -> Result<Text, SignError> {
    let mut one = Recipe { readings: Vec::new(), vectors: Vec::new(), ..recipe.clone() };
    let (mut text, mut parts) = (Vec::new(), Vec::new());
    for template in &recipe.text {
        one.text = vec![template.clone()];
        let part = string_to_sign(&one, message, context, now)?;
        parts.push((name(template), part.len()));
        text.extend(part);
    }
    let sha256 = hex(&Sha256::digest(&text));
    let len = text.len();
    text.truncate(SHOWN);
    Ok(Text { shown: text, len, sha256, parts })
}

/// What a part of the string to sign is.
fn name(template: &Template) -> &'static str {
    match template.pieces() {
        [Piece::Slot(what, _)] => match what {
            What::Method => "method",
            What::Host => "host",
            What::Url => "address",
            What::Path => "path",
            What::Query => "query",
            What::Body => "body",
            What::Time => "time",
            What::Nonce => "nonce",
            What::Header(_) => "header",
            What::Headers | What::HeaderNames => "headers",
            What::Json(_) => "JSON",
            What::Canonical => "canonical request",
            What::Account(_) | What::Field(_) => "field",
            What::Signature | What::Text | What::Key => "",
        },
        _ => "",
    }
}

/// A signature with what is sent.
struct Made<'a> {
    headers: Headers,
    version: &'a Version,
    /// `None`: what is sent is the key itself, which is not shown.
    signature: Option<String>,
}

/// What the version that signs makes; else why there is nothing, and what can be done about that.
fn signed<'a>(
    bench: &Bench<'a>,
    task: &Task,
    context: &Context<'_>,
    now: Timestamp,
    random: &mut impl CryptoRng,
) -> Result<Made<'a>, (Problem, Option<Remedy>)> {
    let stop = |problem| (problem, None);
    let unsigned = |error| {
        let remedy = remedy(&error);
        (bench.named(error), remedy)
    };
    let version = bench.signs_with(false, now).map_err(stop)?;
    let key = Key::decode(&bench.key(version).map_err(stop)?, &bench.recipe.key_decode).map_err(unsigned)?;
    let signed = sign(&bench.recipe, &key, &task.message, context, now, random).map_err(unsigned)?;
    let hidden = reveals_the_key(&bench.recipe);
    let mut headers: Headers = signed
        .headers
        .iter()
        .map(|(name, value)| (name.clone(), (!hidden).then(|| value.expose().to_owned())))
        .collect();
    let signature = (!hidden).then(|| signed.signature.expose().to_owned());
    if headers.is_empty() {
        // The signature alone: where it goes is the provider's page's to say.
        headers.push((String::new(), signature.clone()));
    }
    Ok(Made { headers, version, signature })
}

/// What can be done where nothing can be signed.
fn remedy(error: &SignError) -> Option<Remedy> {
    match error {
        SignError::NoAccountField { name } => Some(Remedy::Field(name.clone())),
        _ => None,
    }
}

/// The other side's signature, held against each version for itself.
fn checked(bench: &Bench<'_>, task: &Task, context: &Context<'_>, keys: Vec<Candidate>, now: Timestamp) -> Vec<Tried> {
    let tried = keys.into_iter().take(MOST).map(|key| {
        let (name, version, meant) = (key.name.clone(), key.version, key.meant);
        let alone = [Candidate { meant: true, ..key }];
        let what = match verify(&bench.recipe, &task.message, context, &alone, task.signature.as_deref(), now) {
            Ok(verdict) if verdict.fit.is_some() => Tries::Fits,
            Ok(_) => Tries::FitsNot,
            Err(error) => Tries::Stopped(error.to_string()),
        };
        Tried { name, version, meant, what }
    });
    tried.collect()
}

/// What each version that is meant would sign. `made` is a signature that is there already, with its version.
fn made_by_each(
    bench: &Bench<'_>,
    task: &Task,
    context: &Context<'_>,
    keys: Vec<Candidate>,
    mut made: Option<(u32, String)>,
    now: Timestamp,
    random: &mut impl CryptoRng,
) -> Vec<Tried> {
    if bench.recipe.does != Handles::Sign {
        return Vec::new();
    }
    let tried = keys.into_iter().filter(|key| key.meant).map(|key| {
        let what = if reveals_the_key(&bench.recipe) {
            Tries::Signs(None)
        } else if let Some((_, signature)) = made.take_if(|(version, _)| *version == key.version) {
            Tries::Signs(Some(signature))
        } else {
            let signed = Key::decode(&key.value, &bench.recipe.key_decode)
                .and_then(|key| sign(&bench.recipe, &key, &task.message, context, now, random));
            match signed {
                Ok(signed) => Tries::Signs(Some(signed.signature.expose().to_owned())),
                Err(error) => Tries::Stopped(error.to_string()),
            }
        };
        Tried { name: key.name, version: key.version, meant: key.meant, what }
    });
    tried.collect()
}

/// The call as a line for `sh`. `None`: the message has no address with a host.
fn curl(bench: &Bench<'_>, message: &Message, headers: &[(String, Option<String>)]) -> Option<String> {
    let host = message.host.clone().or_else(|| message.header("host").ok().flatten().map(str::to_owned))?;
    let scheme = message.scheme.as_deref().unwrap_or("https");
    let query = message.query.as_ref().map_or_else(String::new, |query| format!("?{query}"));
    let url = format!("{scheme}://{host}{}{query}", message.path.as_deref().unwrap_or("/"));
    let mut line = format!("curl -X {} {}", shell_word(message.method.as_deref()?), shell_word(&url));
    let ours = |name: &str| headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    for (name, value) in &message.headers {
        if !ours(name) && !["host", "content-length"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
            let _ = write!(line, " -H {}", shell_word(&format!("{name}: {value}")));
        }
    }
    for (name, value) in headers.iter().filter(|(name, _)| !name.is_empty()) {
        let _ = match value {
            Some(value) => write!(line, " -H {}", shell_word(&format!("{name}: {value}"))),
            None => write!(line, " -H \"{name}: {}\"", from_variable(bench, name)),
        };
    }
    match std::str::from_utf8(&message.body) {
        Ok("") => {}
        Ok(body) if body.len() <= SHORT && !body.contains('\0') => {
            let _ = write!(line, " --data-raw {}", shell_word(body));
        }
        _ => line.push_str(" --data-binary @body"),
    }
    Some(line)
}

/// The header's value with a variable where the key stands.
fn from_variable(bench: &Bench<'_>, header: &str) -> String {
    let template = bench.recipe.headers.iter().find(|(name, _)| name == header).map(|(_, template)| template);
    let pieces = template.into_iter().flat_map(Template::pieces).map(|piece| match piece {
        Piece::Literal(text) => text.replace(['"', '\\', '$', '`'], ""),
        Piece::Slot(..) => format!("${}", bench.variable()),
    });
    pieces.collect()
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task").field("reference", &self.reference).field("recipe", &self.recipe).finish_non_exhaustive()
    }
}

impl Report {
    /// What stands in the way where a trial could not even begin.
    pub fn failed(problem: Problem) -> Self {
        Self { stopped: Some(problem), ..Self::default() }
    }
}

/// How much of a string to sign is kept for the screen, in bytes.
pub const SHOWN: usize = 4 * 1024;
/// What still goes into a line of a shell.
const SHORT: usize = 32 * 1024;
/// How many keys stand side by side.
const MOST: usize = 8;
