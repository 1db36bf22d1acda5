//! What was pasted: from any text to values, and from each value to the credentials it could be, best first, with reasons.
//!
//! A paste goes through four stations: `clean` drops what a terminal or an editor added, `extract` finds the values
//! in it, `matching` asks the providers' shapes about each, `group` puts together what belongs to one credential.

mod clean;
mod coded;
mod contradict;
mod dress;
mod extract;
mod found;
mod group;
mod hosts;
mod json;
mod margin;
mod matching;
mod names;
mod pairs;
mod shell;
mod stored;
mod table;
mod wrapped;

use std::fmt;

pub use contradict::{Chosen, Contradicted, Contradiction, contradiction, doubt};
pub use stored::{normalise, stored};

use super::Catalog;
use crate::domain::provider::{FieldName, FieldSpec, Id, ProviderId, Strength};
use crate::domain::{Environment, Kind};
use crate::keys::{self, KeyError, KeyText, Structure};
use crate::secret::{SecretBytes, SecretText};

/// A shorter value is no secret by its name alone, in bytes.
const SHORTEST_SECRET: usize = 8;
/// The longest paste that is looked into, in bytes.
pub const MAX_PASTE: usize = 1 << 20;

/// What a paste is.
#[derive(Debug, Default)]
pub struct Detection {
    /// Why nothing was looked for.
    pub refused: Option<Refused>,
    /// What was left out of the values, to be told.
    pub notes: Vec<Note>,
    /// The values that were found, in the order of the paste.
    pub values: Vec<Value>,
    /// What they could be; each value is in one item, unless it is an account's.
    pub items: Vec<Item>,
}

/// One value of a paste, as it would be stored.
#[derive(Debug)]
pub struct Value {
    /// The variable, JSON key or header before it.
    pub name: Option<String>,
    /// The value itself.
    pub text: SecretBytes,
    /// For a key: what it is in words, or what is wrong with it.
    pub about: Option<String>,
    /// For a key: why it can't be used as it is.
    pub wrong: Option<KeyError>,
}

/// One credential-to-be, or one value that nobody claims.
#[derive(Clone, Debug, Default)]
pub struct Item {
    /// Its values, as indices into [`Detection::values`].
    pub values: Vec<usize>,
    /// What it could be, best first. Empty: unknown.
    pub candidates: Vec<Candidate>,
}

/// One thing that an item could be.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The provider, where the shape tells it.
    pub provider: Option<ProviderId>,
    /// The credential in the provider's file; `None` for what belongs to the account alone.
    pub credential: Option<Id>,
    /// What sort of thing it is; `None` for what belongs to the account alone.
    pub kind: Option<Kind>,
    /// The environment, where something tells it.
    pub environment: Option<Environment>,
    /// How sure this is.
    pub strength: Strength,
    /// Why, each a clause in words: «it starts with `sk_live_`».
    pub reasons: Vec<String>,
    /// Those of the reasons that are about one of the values alone, with its index into [`Detection::values`]. A value of the account
    /// has them only here.
    pub own_reasons: Vec<(usize, String)>,
    /// The credential's fields, with indices into [`Detection::values`].
    pub fields: Vec<(FieldName, usize)>,
    /// The account's fields, with indices into [`Detection::values`].
    pub account_fields: Vec<(FieldName, usize)>,
    /// The public head of the value, safe to show.
    pub prefix: Option<String>,
}

impl Value {
    /// How many characters it has.
    pub fn count(&self) -> usize {
        String::from_utf8_lossy(self.text.expose()).chars().count()
    }
}

impl Candidate {
    /// Why one of the values is what it is said to be: its own reasons, then those that are about all of them.
    pub fn reasons_of(&self, value: usize) -> Vec<&str> {
        let own = self.own_reasons.iter().filter(|(of, _)| *of == value).map(|(_, reason)| reason);
        let shared = self.reasons.iter().filter(|reason| self.own_reasons.iter().all(|(_, own)| own != *reason));
        own.chain(shared).map(String::as_str).collect()
    }
}

/// Whether a value that is called so in a text is the one of this field.
pub fn is_called(name: &str, field: &FieldSpec) -> bool {
    let name = names::Name { own: name, within: "" };
    let hints = [field.name.as_str(), &field.label].into_iter().chain(field.names.iter().map(String::as_str));
    hints.into_iter().any(|hint| names::fit(name, hint) > names::Fit::Part)
}

/// What a text is, if it is a secret that must not stand where anyone sees it: a private key, a value whose shape says so, or one in
/// JSON or a line of a file whose name does. In words: «a merchant secret key».
pub fn secret_in(catalog: &Catalog, text: &[u8]) -> Option<String> {
    if keys::identify(text.trim_ascii()).is_ok_and(|key| key.is_private()) {
        return Some("a private key".into());
    }
    let found = detect(catalog, SecretBytes::copied(text));
    let candidates = found.items.iter().filter_map(|item| item.candidates.first());
    let by_shape = candidates.filter(|candidate| candidate.strength > Strength::Possible).find_map(|candidate| {
        let provider = catalog.get(candidate.provider.as_ref()?.as_str())?;
        let spec = provider.credential(candidate.credential.as_ref()?.as_str())?;
        let secret =
            candidate.fields.iter().any(|(name, _)| spec.field(name.as_str()).is_some_and(|field| field.secret));
        secret.then(|| format!("{} {} of {}", contradict::article(&spec.title), spec.title, provider.name))
    });
    by_shape.or_else(|| by_name(catalog, text))
}

/// The same by the name that stands before a value, also where no shape claims the value.
fn by_name(catalog: &Catalog, text: &[u8]) -> Option<String> {
    let (text, _) = clean::clean(std::str::from_utf8(text).ok().filter(|text| text.len() <= MAX_PASTE)?);
    let pairs = json::members(&text).into_iter().chain(pairs::assigned(&text, &|_| false));
    let mut named = pairs.filter(|pair| is_no_prose(&pair.value));
    let pair = named.find(|pair| names_a_secret(catalog, names::Name { own: &pair.name, within: &pair.within }))?;
    Some(format!("a value named {}", crate::domain::clean(&pair.name)))
}

/// Whether a text may be a secret by its name alone, and not the next word after `client secret:` in a note.
fn is_no_prose(text: &str) -> bool {
    text.len() >= SHORTEST_SECRET
        && !names::is_placeholder(text)
        && !text.contains(char::is_whitespace)
        && text.contains(|c: char| c.is_ascii_digit())
}

/// Whether a name is that of a provider's secret field, or ends with it.
fn names_a_secret(catalog: &Catalog, name: names::Name) -> bool {
    let specs = catalog.providers().flat_map(|provider| &provider.credentials);
    let mut secret = specs.flat_map(|spec| &spec.fields).filter(|field| field.secret);
    secret.any(|field| {
        let own = Some(field.name.as_str()).filter(|own| *own != "value");
        let names = field.names.iter().map(String::as_str).chain(own).chain(field.env.as_deref());
        names.into_iter().any(|hint| names::fit(name, hint) > names::Fit::No)
    })
}

/// Looks at a paste of any size and content.
pub fn detect(catalog: &Catalog, pasted: SecretBytes) -> Detection {
    if pasted.len() > MAX_PASTE {
        return Detection { refused: Some(Refused::TooLarge), ..Detection::default() };
    }
    if let Some(der) = binary_key(&pasted) {
        return Detection::of(catalog, vec![der], &extract::Beside::default(), Vec::new());
    }
    let (pasted, from_utf16) = match as_text(pasted) {
        Ok(text) => text,
        Err(bytes) => {
            let wrong = keys::identify(bytes.expose()).err().filter(|error| matches!(error, KeyError::Foreign(_)));
            let about = wrong.as_ref().map(ToString::to_string);
            let values = vec![Value { name: None, text: bytes, about, wrong }];
            let items = vec![Item { values: vec![0], candidates: Vec::new() }];
            return Detection { refused: Some(Refused::NotText), notes: Vec::new(), values, items };
        }
    };
    let (text, mut notes) = clean::clean(pasted.expose());
    if from_utf16 {
        notes.insert(0, Note::Utf16);
    }
    if let Err(error @ KeyError::Foreign(_)) = keys::identify(text.as_bytes()) {
        return Detection::of(catalog, vec![found::Found::strange(pasted, error)], &extract::Beside::default(), notes);
    }
    if text.trim().is_empty() {
        return Detection { refused: Some(Refused::Empty), notes, ..Detection::default() };
    }
    let found = extract::extract(catalog, &text, &mut notes);
    Detection::of(catalog, found.values, &found.beside, notes)
}

impl Detection {
    fn of(catalog: &Catalog, found: Vec<found::Found>, beside: &extract::Beside, mut notes: Vec<Note>) -> Self {
        for note in found.iter().filter_map(|found| Note::of_key(found.key.as_ref()?.as_ref().ok()?)) {
            if !notes.contains(&note) {
                notes.push(note);
            }
        }
        let matches = matching::all(catalog, &found, &beside.hosts);
        let claimed = |(found, matches): (&found::Found, &Vec<_>)| !matches.is_empty() || found.stands_alone();
        let nothing = !found.iter().zip(&matches).any(claimed);
        let (found, matches): (Vec<_>, Vec<_>) =
            (found.into_iter().zip(matches)).filter(|(found, matches)| nothing || claimed((found, matches))).unzip();
        let items = group::group(catalog, &found, &matches, beside);
        let values = found.into_iter().map(found::Found::into_value).collect();
        Self { refused: None, notes, values, items }
    }
}

/// Bytes as text, and whether they were UTF-16.
fn as_text(bytes: SecretBytes) -> Result<(SecretText, bool), SecretBytes> {
    match bytes.into_text() {
        Ok(text) => Ok((text, false)),
        Err(bytes) => bytes.utf16().map(|text| (text, true)).ok_or(bytes),
    }
}

/// What became of a text between its paste and its values, which has something else in them than the paste.
fn changes(pasted: &str) -> impl Iterator<Item = Note> {
    let hidden = pasted.contains(|c: char| !c.is_whitespace() && clean::is_blank(c));
    let dashes = pasted.contains(clean::is_dash);
    [(hidden, Note::Invisible), (dashes, Note::Dashes)].into_iter().filter_map(|(is_so, note)| is_so.then_some(note))
}

/// The bytes of a key that were pasted or piped in as they are: they become PEM.
fn binary_key(bytes: &SecretBytes) -> Option<found::Found> {
    if std::str::from_utf8(bytes.expose()).is_ok() {
        return None;
    }
    let key = keys::identify(bytes.expose()).ok()?;
    let form = if key.is_private() { keys::Form::Pkcs8Pem } else { keys::Form::SpkiPem };
    Some(found::Found::key(None, key.write(form).ok()?.expose()))
}

/// Why a paste was not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Longer than [`MAX_PASTE`].
    TooLarge,
    /// Not UTF-8, and no key's bytes either. The value is there all the same, byte for byte.
    NotText,
    /// Nothing in it, or only white space.
    Empty,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge => write!(f, "this is longer than {} MiB, too long for a credential", MAX_PASTE >> 20),
            Self::NotText => f.write_str("this is not text, and no key's bytes either"),
            Self::Empty => f.write_str("there is nothing in it"),
        }
    }
}

/// Something that was in the paste and is not in the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Note {
    /// Line breaks after the value: how many.
    LineBreaks(usize),
    /// Spaces or tabs around the value.
    Spaces,
    /// U+FEFF at the start.
    ByteOrderMark,
    /// Carriage returns of a Windows text.
    CarriageReturns,
    /// What a terminal sends: colours, titles, the marks around a paste.
    EscapeCodes,
    /// Other characters that can't be seen.
    Invisible,
    /// Quotes or backticks around the value.
    Quotes,
    /// Punctuation after it.
    Punctuation,
    /// Brackets around it, or a tag of HTML.
    Brackets,
    /// Markdown's signs around it, a link's address behind it, or the mark of a list before it.
    Markdown,
    /// Typographic dashes in it, which became plain ones.
    Dashes,
    /// A line break in the middle of it.
    Wrapped,
    /// The signs of a diff, or the numbers of lines, before each line of a key.
    Margin,
    /// It was base64 of the value.
    Coded,
    /// It was UTF-16.
    Utf16,
    /// Blanks or codes stood for signs of a key.
    Form,
    /// Only a certificate's public key is kept.
    Certificate,
    /// Only the public key of a request for a certificate is kept.
    Request,
    /// `export` or `set` before a variable.
    Export,
    /// `Bearer` or `Basic` before the value.
    Scheme,
    /// Values that stand for one: how many.
    Placeholders(usize),
    /// There were more values than are looked at.
    TooMany,
}

impl Note {
    /// What is left out of a key when it is stored.
    pub fn of_key(key: &KeyText) -> Option<Self> {
        match key.structure {
            Structure::Certificate => Some(Self::Certificate),
            Structure::Csr => Some(Self::Request),
            _ => None,
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LineBreaks(1) => f.write_str("One line break at its end was left out"),
            Self::LineBreaks(n) => write!(f, "{n} line breaks at its end were left out"),
            Self::Spaces => f.write_str("Spaces around it were left out"),
            Self::ByteOrderMark => f.write_str("A byte-order mark was left out"),
            Self::CarriageReturns => f.write_str("Carriage returns were left out"),
            Self::EscapeCodes => f.write_str("Escape codes of a terminal were left out"),
            Self::Invisible => f.write_str("Invisible characters were left out"),
            Self::Quotes => f.write_str("Quotes around it were left out"),
            Self::Punctuation => f.write_str("The punctuation after it was left out"),
            Self::Brackets => f.write_str("Brackets around it were left out"),
            Self::Markdown => f.write_str("Signs of Markdown around it were left out"),
            Self::Dashes => f.write_str("Typographic dashes in it were made plain ones"),
            Self::Wrapped => f.write_str("A line break inside it was left out"),
            Self::Margin => f.write_str("What stood before each of its lines was left out"),
            Self::Coded => f.write_str("It was base64 of the value"),
            Self::Utf16 => f.write_str("It was UTF-16"),
            Self::Form => f.write_str("Signs that a form had made blanks or codes were put back"),
            Self::Certificate => {
                f.write_str("Only the public key of the certificate is kept: not its subject, serial number or end")
            }
            Self::Request => f.write_str("Only the public key of the certificate request is kept"),
            Self::Export => f.write_str("The word «export» or «set» before it was left out"),
            Self::Scheme => f.write_str("The word «Bearer» or «Basic» before it was left out"),
            Self::Placeholders(1) => f.write_str("One placeholder was left out"),
            Self::Placeholders(n) => write!(f, "{n} placeholders were left out"),
            Self::TooMany => f.write_str("There is more in it than paykeep looks at"),
        }
    }
}
