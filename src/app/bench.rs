//! What the bench screen, `sign` and `verify` share: the recipe that is meant, the keys, and what else a recipe fills in.

mod judge;
mod masked;
mod support;
mod trial;

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::catalog::Catalog;
use crate::domain::audit::About;
use crate::domain::journal::{FlowError, Journal, Seen, Step};
use crate::domain::provider::{Handles, Provider, Recipe, Target as Place};
use crate::domain::{Account, Credential, Document, Target, Version, clean};
use crate::error::{Exit, Problem};
use crate::secret::SecretBytes;
use crate::signing::{Candidate, Context, SignError, reveals_the_key};

use crate::vault::Unlocked;

pub use judge::{Genuine, Judgement, PATIENCE, Remedy, Their};
pub use masked::{LEFT_OUT, mark};
pub use support::{Beside, example_of};
pub use trial::{Report, SHOWN, Task, Text, Tried, Tries, attempt};

/// A credential with a recipe of its provider.
pub struct Bench<'a> {
    /// What the reference names.
    pub target: Target<'a>,
    /// How it signs, or is checked.
    pub recipe: Recipe,
    /// The credential's reference, without a version.
    pub reference: String,
    provider: &'a Provider,
    vault: &'a Unlocked,
    /// Whether hints speak of the page, and not of the command line's options.
    on_page: bool,
}

impl<'a> Bench<'a> {
    /// Follows the reference and chooses the recipe: the named one, else the only one that does this.
    pub fn find(
        text: &str,
        named: Option<&str>,
        does: Handles,
        vault: &'a Unlocked,
        catalog: &'a Catalog,
    ) -> Result<Self, Problem> {
        let target = vault.document.resolve(text)?;
        let reference = reference(&vault.document, target.credential);
        let id = target.account.provider.as_str();
        let provider = catalog.get(id).ok_or_else(|| {
            Problem::new(Exit::NotFound, format!("no provider's file describes `{}`", clean(id)))
                .hint("`paykeep catalog list` names those that are known")
        })?;
        let recipe = choose(provider, target.credential, named, does)?.clone();
        Ok(Self { target, recipe, reference, provider, vault, on_page: false })
    }

    /// The secret of a version that the recipe signs with, as the audit log names it.
    pub fn about(&self, version: &Version) -> Option<About> {
        let Place::Credential { field, .. } = &self.recipe.key else { return None };
        let key = version.fields.get(field.as_str())?.secret.as_ref()?;
        Some(self.vault.document.about(self.target.credential.id, key)?.0)
    }

    /// The version that signs; refused where it would be of no use or show what is sealed. `explicit`: the user named the version.
    pub fn signs_with(&self, explicit: bool, now: Timestamp) -> Result<&'a Version, Problem> {
        let Some(version) = self.target.version else {
            return Err(Problem::new(Exit::NotFound, format!("{} has no value yet", self.reference)));
        };
        if version.is_expired(now) && !explicit {
            return Err(Problem::new(Exit::Refused, format!("v{} of it no longer works: its time is over", version.n))
                .hint(if self.on_page {
                    format!(
                        "get a new one; the old one signs on the command line alone: paykeep sign {}@{}",
                        self.reference, version.n
                    )
                } else {
                    "get a new one; to sign with the old one all the same, name its version".to_owned()
                }));
        }
        if reveals_the_key(&self.recipe) && version.sealed_at.is_some() {
            let why = format!("the header is the key itself, and v{} was handed over once: it is sealed", version.n);
            return Err(Problem::new(Exit::Refused, why)
                .hint("paykeep get --reason TEXT gives it out, and the audit log keeps why"));
        }
        Ok(version)
    }

    /// The error with the names of account and credential in its hint.
    pub fn named(&self, error: SignError) -> Problem {
        let here = if self.on_page { on_page(&error) } else { None };
        let mut problem = Problem::from(error);
        problem.hint = here.map(str::to_owned).or(problem.hint);
        let named = |hint: String| hint.replace("ACCOUNT", &self.account()).replace("REF", &self.reference);
        problem.hint = problem.hint.map(named);
        problem
    }

    /// The key of a version, if it has one.
    pub fn key(&self, version: &Version) -> Result<SecretBytes, Problem> {
        let Place::Credential { field: name, .. } = &self.recipe.key else {
            return Err(Problem::new(Exit::Usage, "the recipe's key is a field of the account"));
        };
        let missing = || {
            Problem::new(Exit::NotFound, format!("v{} has no field {name}, which the recipe signs with", version.n))
                .hint("store it with `paykeep add REF --field NAME`")
        };
        let field = version.fields.get(name.as_str()).ok_or_else(missing)?;
        match (&field.secret, &field.value) {
            (Some(key), _) => Ok(self.vault.secret(key).ok_or_else(missing)?),
            (None, Some(value)) => Ok(SecretBytes::copied(value.as_bytes())),
            (None, None) => Err(missing()),
        }
    }

    /// The keys that may have made a signature: those that are meant, then those that explain a failure.
    pub fn candidates(&self, named: bool) -> Result<Vec<Candidate>, Problem> {
        let credential = self.target.credential;
        let mut meant: Vec<(&str, &Version)> = Vec::new();
        if named {
            meant.extend(self.target.version.map(|version| ("the named version", version)));
        } else {
            let slots = [
                ("current", credential.current()),
                ("pending", credential.pending()),
                ("previous", credential.previous()),
            ];
            meant.extend(slots.into_iter().filter_map(|(word, version)| Some((word, version?))));
        }
        if meant.is_empty() {
            return Err(Problem::new(Exit::NotFound, format!("{} has no version that works", self.reference))
                .hint(format!("to try an old one, name it: paykeep verify {}@1", self.reference)));
        }
        let mut found = Vec::new();
        let mut first = None;
        for (word, version) in &meant {
            match self.key(version) {
                Ok(value) => {
                    let (name, reference) = ((*word).to_owned(), self.reference.clone());
                    let fields = public(Some(version));
                    found.push(Candidate { name, reference, version: version.n, meant: true, value, fields });
                }
                Err(stop) => first = first.or(Some(stop)),
            }
        }
        if let Some(stop) = first.filter(|_| found.is_empty()) {
            return Err(stop);
        }
        let others =
            credential.versions.iter().rev().filter(|own| !meant.iter().any(|(_, version)| version.n == own.n));
        for version in others.take(MOST) {
            if let Ok(value) = self.key(version) {
                let name = format!("another version, {}", credential.state(version, version.created_at).as_str());
                let reference = self.reference.clone();
                let fields = public(Some(version));
                found.push(Candidate { name, reference, version: version.n, meant: false, value, fields });
            }
        }
        for (account, other) in self.neighbours().take(MOST) {
            let Some(version) = other.current() else { continue };
            if let Ok(value) = self.key(version) {
                let word = if account.environment == self.target.account.environment {
                    "another credential"
                } else {
                    "the other environment's key"
                };
                let reference = reference(&self.vault.document, other);
                let name = format!("{word}, {reference}");
                let fields = public(Some(version));
                found.push(Candidate { name, reference, version: version.n, meant: false, value, fields });
            }
        }
        Ok(found)
    }

    /// The provider's other credentials of the same kind, those of another environment first.
    fn neighbours(&self) -> impl Iterator<Item = (&'a Account, &'a Credential)> {
        let own = self.target.credential;
        let account = self.target.account;
        let mut found: Vec<_> = self
            .vault
            .document
            .listed()
            .filter(|(other, credential)| {
                other.provider == account.provider && credential.kind == own.kind && credential.id != own.id
            })
            .collect();
        found.sort_by_key(|(other, _)| (other.environment == account.environment, other.slug != account.slug));
        found.into_iter()
    }

    /// What else the recipe fills in.
    pub fn context<'c>(
        &'c self,
        fields: &'c BTreeMap<String, String>,
        time: Option<&str>,
        nonce: Option<String>,
    ) -> Context<'c> {
        Context {
            environment: self.target.account.environment,
            account: &self.target.account.fields,
            fields,
            time: time.map(str::to_owned),
            nonce,
        }
    }

    /// The provider's id.
    pub fn provider(&self) -> &str {
        &self.provider.id
    }

    /// The variable in which the provider's own programs expect the key, else a name for one.
    pub fn variable(&self) -> &str {
        let Place::Credential { field, .. } = &self.recipe.key else { return VARIABLE };
        let spec = self.provider.spec_of(self.target.credential);
        let field = spec.and_then(|spec| spec.fields.iter().find(|known| known.name.as_str() == field.as_str()));
        field.and_then(|field| field.env.as_deref()).unwrap_or(VARIABLE)
    }

    /// Every secret of the vault, with its reference.
    pub fn secrets(&self) -> impl Iterator<Item = (String, SecretBytes)> {
        let document = &self.vault.document;
        document.credentials.iter().flat_map(move |credential| {
            credential.versions.iter().flat_map(move |version| {
                version.secret_fields().filter_map(move |(name, field)| {
                    let value = self.vault.secret(field.secret.as_ref()?)?;
                    Some((format!("{}@{}#{name}", reference(document, credential), version.n), value))
                })
            })
        })
    }

    /// The account, as a hint names it.
    pub fn account(&self) -> String {
        let account = self.target.account;
        format!("{}/{}/{}", self.provider.id, account.environment, account.slug)
    }
}

/// What to try on the page, where that is another thing than on the command line.
fn on_page(error: &SignError) -> Option<&'static str> {
    Some(match error {
        SignError::NoHeader { .. } | SignError::NoTime { header: Some(_) } => "write it into the request",
        SignError::NoRequest { .. } => "a response says nothing of its request: write that one's first line above it",
        SignError::NoHost => "write the whole address, https://…, or the header Host",
        SignError::BadKey { .. } | SignError::KeyKind => {
            "another recipe may be meant, or another field's value is stored here"
        }
        SignError::NoSignature { .. } | SignError::Nowhere => "put it into the field Signature",
        SignError::BadSignature { .. } => "copy it as a whole",
        _ => return None,
    })
}

/// The reference of a credential, as the user names it.
fn reference(document: &Document, credential: &Credential) -> String {
    document.reference(credential).map_or_else(|| credential.name.to_string(), |reference| reference.to_string())
}

/// The public fields of a version.
pub fn public(version: Option<&Version>) -> BTreeMap<String, String> {
    let fields = version.into_iter().flat_map(|version| &version.fields);
    fields.filter_map(|(name, field)| Some((name.clone(), field.value.clone()?))).collect()
}

/// What a flow keeps of a signature that was verified: whose key it fits, and by which recipe; or why it is not the proof that the step
/// of `journal` asks for.
pub fn proof(
    (journal, step): (&Journal, &Step),
    (reference, credential): (&str, &Credential),
    found: &Judgement,
    recipe: &str,
) -> Result<BTreeMap<String, String>, FlowError> {
    let version = credential.versions.iter().find(|own| Some(own.n) == found.version);
    let version = version.ok_or_else(|| FlowError::OtherSignature(step.title.clone()))?;
    let seen = Seen { recipe, with: (credential.id, version.id), at: found.at, status: found.status };
    journal.proves(step, &seen)?;
    let mut evidence: BTreeMap<String, String> =
        [("signature".to_owned(), format!("fits {reference}@{} by {recipe}", version.n))].into();
    evidence.extend(found.status.map(|status| ("answer".to_owned(), status.to_string())));
    Ok(evidence)
}

/// The recipes that take this credential's key.
pub fn fitting<'p>(provider: &'p Provider, credential: &Credential) -> impl Iterator<Item = &'p Recipe> {
    let spec = provider.spec_of(credential).map(|spec| &spec.id);
    provider.recipes.iter().filter(move |recipe| match &recipe.key {
        Place::Credential { id, .. } => spec.is_some_and(|spec| spec == id),
        Place::Account(_) => false,
    })
}

fn choose<'p>(
    provider: &'p Provider,
    credential: &Credential,
    named: Option<&str>,
    does: Handles,
) -> Result<&'p Recipe, Problem> {
    let fitting: Vec<&Recipe> = fitting(provider, credential).collect();
    let list = |recipes: &[&Recipe]| recipes.iter().map(|recipe| recipe.id.to_string()).collect::<Vec<_>>().join(", ");
    if let Some(named) = named {
        return match fitting.iter().find(|recipe| recipe.id == named) {
            Some(recipe) => Ok(recipe),
            None if fitting.is_empty() => Err(nothing(provider)),
            None => {
                Err(Problem::new(Exit::NotFound, format!("no recipe `{}` takes this credential's key", clean(named)))
                    .hint(format!("those that do: {}", list(&fitting))))
            }
        };
    }
    let able: Vec<&Recipe> = fitting.iter().copied().filter(|recipe| recipe.does == does).collect();
    match (&able[..], &fitting[..]) {
        ([one], _) => Ok(one),
        ([], []) => Err(nothing(provider)),
        // The merchant's own signature can be checked too.
        ([], [one]) if does == Handles::Verify => Ok(one),
        ([], others) => {
            Err(Problem::new(Exit::Ambiguous, "which recipe? none of this credential's goes without saying")
                .hint(format!("say it with --recipe: {}", list(others))))
        }
        (several, _) => Err(Problem::new(Exit::Ambiguous, "several recipes take this credential's key")
            .hint(format!("say which with --recipe: {}", list(several)))),
    }
}

fn nothing(provider: &Provider) -> Problem {
    let mut with: Vec<String> = Vec::new();
    for key in provider.recipes.iter().map(|recipe| recipe.key.to_string()) {
        if !with.contains(&key) {
            with.push(key);
        }
    }
    let problem = Problem::new(Exit::NotFound, format!("{} signs nothing with this credential", provider.name));
    if with.is_empty() { problem } else { problem.hint(format!("keys of its recipes: {}", with.join(", "))) }
}

/// How many other keys are looked at to explain a failure.
const MOST: usize = 20;
const VARIABLE: &str = "PAYKEEP_SECRET";
