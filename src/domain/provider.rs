//! A provider as its file describes it, in checked types: what exists, how it looks, how it is replaced, how it signs.

mod address;
mod call;
mod credential;
mod fact;
mod flow;
mod id;
mod letter;
mod recipe;
mod shape;
mod template;

pub use address::Address;
pub use call::{Call, CallUse, Method};
pub use credential::{
    AccountField, Advice, Choice, ClientSide, CredentialSpec, FieldSpec, KeyForm, Keys, RenewedBy, Revoke,
};
pub use fact::{Fact, Source, Stated, Sure};
pub use flow::{
    Act, Cutover, Does, Flow, Instead, Mode, Proof, Reason, RecipeUse, Slot, SlotField, SlotVersion, Step, Warning,
    When, Which,
};
pub use id::{BadName, FieldName, Id, ProviderId};
pub use letter::{Letter, LetterText, Spoken};
pub use recipe::{
    Algorithm, Coding, Handles, KeyDecode, Message, Reading, Recipe, SignatureAt, SignedHeaders, Signing, TimeFormat,
    TimeSpec, Vector,
};
pub use shape::{DerForm, DerShape, KeyAlgorithm, Matcher, Pattern, Shape, Strength, Target};
pub use template::{Filter, Piece, Template, What};

use super::{Environment, Kind};

/// A payment gateway. Nothing in it is a secret.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The first part of a reference.
    pub id: ProviderId,
    /// Its name on the screen.
    pub name: String,
    /// Who wrote the file: what comes from a user's own file is used only after consent.
    pub origin: Origin,
    /// SHA-256 of the file, in hexadecimal: a consent and a flow in progress hold to it.
    pub digest: String,
    /// Names of products that no file describes: what is named after one is hardly a key that a file describes.
    pub foreign: Vec<String>,
    /// Where its facts were read.
    pub sources: Vec<Source>,
    /// Its environments, in the order of the screen.
    pub environments: Vec<EnvironmentSpec>,
    /// Where its servers are.
    pub hosts: Vec<Host>,
    /// Pages where a person does something.
    pub links: Vec<Link>,
    /// What belongs to the merchant and not to one key.
    pub account: Vec<AccountField>,
    /// What it issues or holds.
    pub credentials: Vec<CredentialSpec>,
    /// How values look. Empty for a provider without rules.
    pub shapes: Vec<Shape>,
    /// Guided procedures.
    pub flows: Vec<Flow>,
    /// How it signs and verifies.
    pub recipes: Vec<Recipe>,
    /// Calls by which one sees whether a key works, or gets a value.
    pub calls: Vec<Call>,
}

impl Provider {
    /// Whether it is the home of keys that no rule speaks of.
    pub fn is_without_rules(&self) -> bool {
        self.origin == Origin::BuiltIn && self.shapes.is_empty() && self.flows.is_empty() && self.recipes.is_empty()
    }

    /// The file's digest as records keep it: with how it was made.
    pub fn file_digest(&self) -> String {
        format!("sha256:{}", self.digest)
    }

    /// The credential with this id.
    pub fn credential(&self, id: &str) -> Option<&CredentialSpec> {
        self.credentials.iter().find(|spec| spec.id == id)
    }

    /// The credentials of this kind: a provider can have several.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &CredentialSpec> {
        self.credentials.iter().filter(move |spec| spec.kind == kind)
    }

    /// The account's field of this name.
    pub fn account_field(&self, name: &str) -> Option<&AccountField> {
        self.account.iter().find(|field| field.name == name)
    }

    /// What the provider says of this environment, if it has it.
    pub fn environment(&self, environment: Environment) -> Option<&EnvironmentSpec> {
        self.environments.iter().find(|spec| spec.environment == environment)
    }

    /// The environment that goes by this word here: ours, the provider's own, or one of its stages. Without case.
    pub fn environment_called(&self, word: &str) -> Option<Environment> {
        self.environments.iter().find(|spec| spec.is_called(word)).map(|spec| spec.environment)
    }

    /// The source of this key.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// The link of this id for an environment and region; one that serves all where there is no closer one.
    pub fn link(&self, id: &str, environment: Environment, region: Option<&str>) -> Option<&Link> {
        let fits = |link: &&Link| {
            link.id == id
                && link.environment.is_none_or(|own| own == environment)
                && link.region.as_deref().is_none_or(|own| Some(own) == region)
        };
        self.links.iter().filter(fits).max_by_key(|link| (link.environment.is_some(), link.region.is_some()))
    }

    /// The flow of this id.
    pub fn flow(&self, id: &str) -> Option<&Flow> {
        self.flows.iter().find(|flow| flow.id == id)
    }

    /// The recipe of this id.
    pub fn recipe(&self, id: &str) -> Option<&Recipe> {
        self.recipes.iter().find(|recipe| recipe.id == id)
    }

    /// The call of this id.
    pub fn call(&self, id: &str) -> Option<&Call> {
        self.calls.iter().find(|call| call.id == id)
    }

    /// The host that serves this word for an environment, stage and region; one that serves all where there is no closer
    /// one. Without a stage it is the environment's first.
    pub fn host(
        &self,
        serves: &str,
        environment: Environment,
        stage: Option<&str>,
        region: Option<&str>,
    ) -> Option<&Host> {
        let first = self.environment(environment).and_then(|spec| spec.stages.first()).map(String::as_str);
        let stage = stage.or(first);
        let fits = |host: &&Host| {
            host.serves == serves
                && host.environment.is_none_or(|own| own == environment)
                && host.stage.as_deref().is_none_or(|own| Some(own) == stage)
                && host.region.as_deref().is_none_or(|own| Some(own) == region)
        };
        let close = |host: &&Host| (host.environment.is_some(), host.stage.is_some(), host.region.is_some());
        self.hosts.iter().filter(fits).max_by_key(close)
    }

    /// The variable for a field: the one that the provider's programs expect, else one made of the names of provider and
    /// field, with the credential's where the field alone says too little.
    pub fn env_name(&self, credential: &CredentialSpec, field: &FieldSpec) -> String {
        if let Some(env) = &field.env {
            return env.clone();
        }
        let bearers = self.credentials.iter().filter(|spec| spec.field(&field.name).is_some()).count();
        let name = if credential.fields.len() == 1 {
            format!("{}_{}", self.id, credential.name)
        } else if bearers > 1 {
            format!("{}_{}_{}", self.id, credential.name, field.name)
        } else {
            format!("{}_{}", self.id, field.name)
        };
        name.replace('-', "_").to_ascii_uppercase()
    }
}

/// Who wrote a provider's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// It is compiled in.
    BuiltIn,
    /// The user; the file's name.
    User(String),
}

/// An environment in the provider's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentSpec {
    /// Which one.
    pub environment: Environment,
    /// What the provider calls it, the word of its pages first.
    pub words: Vec<String>,
    /// Steps on the way inside it, in order: `certification`, `uat`.
    pub stages: Vec<String>,
    /// Where this was read.
    pub fact: Fact,
}

impl EnvironmentSpec {
    /// Whether it goes by this word, without case.
    pub fn is_called(&self, word: &str) -> bool {
        let own = self.words.iter().chain(&self.stages).map(String::as_str);
        own.chain([self.environment.as_str()]).any(|known| known.eq_ignore_ascii_case(word))
    }
}

/// A server of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// What it serves: `api`, `token`.
    pub serves: Id,
    /// The environment; `None` where one host serves both.
    pub environment: Option<Environment>,
    /// The stage inside the environment (a value of the account's field `stage`), where it has its own.
    pub stage: Option<String>,
    /// The region (a value of the account's field `region`), where it has its own.
    pub region: Option<String>,
    /// The address, with `https://`.
    pub url: String,
    /// Where this was read.
    pub fact: Fact,
}

/// A page where a person does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its key.
    pub id: Id,
    /// The way there in words: «Developer › Key configuration».
    pub place: String,
    /// The address, where one is known.
    pub url: Option<String>,
    /// The environment; `None` where one page serves both.
    pub environment: Option<Environment>,
    /// The region, where it has its own.
    pub region: Option<String>,
    /// Where this was read.
    pub fact: Fact,
}
