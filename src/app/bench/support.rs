//! A failing message as an example for the gateway's support: signed with a throw-away key, and with nothing of the vault in it.

use std::collections::HashMap;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use jiff::Timestamp;
use rsa::rand_core::CryptoRng;

use super::{Bench, Judgement, Task, public};
use crate::catalog::Catalog;
use crate::domain::hex;
use crate::domain::provider::Handles;
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;
use crate::signing::{Context, Example, Message, Mistaken, signature_texts};
use crate::vault::Unlocked;

/// What stands in the example beside the message.
#[derive(Clone, Debug, Default)]
pub struct Beside<'a> {
    /// Why it fails, as far as that was found out.
    pub found: Option<&'a Judgement>,
    /// The other side's string to sign.
    pub their_text: Option<&'a [u8]>,
    /// Signatures that the real key made: they must not be in it.
    pub signatures: Vec<&'a str>,
}

impl Bench<'_> {
    /// The example, as its file has it. What holds a secret of the vault, or a signature that its key made, is refused.
    pub fn example(
        &self,
        message: &Message,
        context: &Context<'_>,
        beside: &Beside<'_>,
        now: Timestamp,
        random: &mut impl CryptoRng,
    ) -> Result<SecretBytes, Problem> {
        let mistakes = beside.found.map_or_else(Default::default, |found| (&*found.mistakes, found.reading.as_deref()));
        let mut example = Example::of(self.provider(), mistakes, &self.recipe, message, context, now, random)
            .map_err(|error| self.named(error))?;
        example.cause = beside.found.and_then(|found| found.cause.clone());
        example.their_text = beside.their_text.map(|text| String::from_utf8_lossy(text).into_owned());
        holds_no_secret(&example, self, beside)?;
        let text = example
            .written()
            .map_err(|why| Problem::new(Exit::Failed, format!("the example can't be written down: {why}")))?;
        Ok(SecretBytes::new(text.into_bytes()))
    }
}

/// The example of what stands on the bench. `found` is what its trial told.
pub fn example_of(
    task: &Task,
    found: Option<&Judgement>,
    vault: &Unlocked,
    catalog: &Catalog,
    now: Timestamp,
    random: &mut impl CryptoRng,
) -> Result<SecretBytes, Problem> {
    let bench = Bench::find(&task.reference, Some(&task.recipe), Handles::Sign, vault, catalog)?;
    let fields = public(bench.target.version);
    let mut signatures = signature_texts(&bench.recipe, &task.message);
    signatures.extend(task.signature.as_deref());
    let beside = Beside { found, their_text: task.text.as_deref(), signatures };
    bench.example(&task.message, &bench.context(&fields, None, None), &beside, now, random)
}

/// Refuses an example in which a value of the vault stands, in whatever usual writing.
fn holds_no_secret(example: &Example, bench: &Bench<'_>, beside: &Beside<'_>) -> Result<(), Problem> {
    let mut owners = Vec::new();
    let mut needles: HashMap<Vec<u8>, Vec<(usize, Vec<u8>)>> = HashMap::new();
    let mut know = |owner: usize, writing: Vec<u8>| {
        // What is shorter says nothing: it would be found by chance.
        if let Some(start) = writing.get(..SHORTEST) {
            needles.entry(start.to_vec()).or_default().push((owner, writing));
        }
    };
    for (reference, value) in bench.secrets() {
        for writing in writings(value.expose()) {
            know(owners.len(), writing);
        }
        owners.push(format!("a secret of the vault: {reference}"));
    }
    for signature in &beside.signatures {
        know(owners.len(), signature.trim().as_bytes().to_vec());
    }
    owners.push("the signature that the real key made".into());
    for place in places(example) {
        for (at, start) in place.windows(SHORTEST).enumerate() {
            let Some(known) = needles.get(start) else { continue };
            let found = known.iter().find(|(_, writing)| place[at..].starts_with(writing));
            if let Some((owner, _)) = found {
                return Err(Problem::new(Exit::Refused, format!("the example would hold {}", owners[*owner])).hint(
                    "it stands in the message's path, query or body, or in the other side's text: take it out first",
                ));
            }
        }
    }
    Ok(())
}

/// All that is the message's own, as it stands, without percent-encoding, and without JSON's backslashes.
fn places(example: &Example) -> Vec<Vec<u8>> {
    let message = &example.message;
    let parts = [&message.method, &message.host, &message.path, &message.query, &example.their_text, &example.cause];
    let mut own: Vec<u8> = parts.into_iter().flatten().flat_map(|text| [text.as_bytes(), b"\n"].concat()).collect();
    let pairs =
        message.headers.iter().map(|(_, value)| value).chain(example.account.values()).chain(example.fields.values());
    let mistaken = example.mistaken.as_ref().map(Mistaken::shown);
    for text in pairs.chain([&message.body, &example.text]).chain(&mistaken) {
        own.extend(text.as_bytes());
        own.push(b'\n');
    }
    own.extend(message.body_base64.iter().filter_map(|body| Base64::decode_vec(body).ok()).flatten());
    let decoded = percent_decoded(&own);
    let bare = own.iter().copied().filter(|byte| *byte != b'\\').collect();
    vec![own, decoded, bare]
}

/// A secret as it could stand in a message.
fn writings(value: &[u8]) -> Vec<Vec<u8>> {
    let value = value.trim_ascii();
    let mut found = vec![value.to_vec(), Base64::encode_string(value).into_bytes()];
    found.push(Base64UrlUnpadded::encode_string(value).into_bytes());
    let hex = hex(value);
    found.push(hex.to_ascii_uppercase().into_bytes());
    found.push(hex.into_bytes());
    found.push(value.iter().copied().filter(|byte| *byte != b'\\').collect());
    // Of what has several lines each long one: PEM is often joined to one line.
    let lines = value.split(|byte| *byte == b'\n').filter(|line| line.len() >= LONG_LINE && line.len() < value.len());
    found.extend(lines.map(|line| line.trim_ascii().to_vec()));
    found
}

fn percent_decoded(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| byte == b'%') {
            Some(decoded) => {
                out.push(decoded);
                at += 3;
            }
            None => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// So many bytes of a secret are looked up at each place of the message.
const SHORTEST: usize = 6;
const LONG_LINE: usize = 32;
