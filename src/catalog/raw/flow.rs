//! The tables of a file's flows, calls and recipes.

use serde::Deserialize as Derive;

use super::{Lifetime, Lines, Ordered, Text};
use crate::domain::Environment;
use crate::domain::provider::{
    Act, CallUse, Cutover, Does, Handles, Id, Instead, KeyDecode, LetterText, Method, Mode, Reason, RecipeUse,
    SignatureAt, SignedHeaders, Signing, SlotField, SlotVersion, Sure, Target, Template, TimeSpec, When,
};

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Flow {
    pub(in crate::catalog) id: Id,
    pub(in crate::catalog) title: Text,
    pub(in crate::catalog) does: Does,
    #[serde(default)]
    pub(in crate::catalog) reasons: Vec<Reason>,
    pub(in crate::catalog) environments: Vec<Environment>,
    pub(in crate::catalog) slots: Ordered<Id, Id>,
    pub(in crate::catalog) cutover: Cutover,
    pub(in crate::catalog) steps: Vec<Step>,
    #[serde(default)]
    pub(in crate::catalog) text: Ordered<Id, Lines>,
    #[serde(default)]
    pub(in crate::catalog) warnings: Ordered<Id, Warning>,
    #[serde(default)]
    pub(in crate::catalog) letters: Ordered<Id, Letter>,
    #[serde(default)]
    pub(in crate::catalog) proofs: Ordered<Id, Proof>,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Step {
    pub(in crate::catalog) id: Id,
    pub(in crate::catalog) act: Act,
    pub(in crate::catalog) title: Text,
    pub(in crate::catalog) text: Option<Id>,
    pub(in crate::catalog) warning: Option<Id>,
    pub(in crate::catalog) asks: Option<Text>,
    pub(in crate::catalog) slot: Option<Id>,
    #[serde(default)]
    pub(in crate::catalog) slots: Vec<Id>,
    pub(in crate::catalog) field: Option<SlotField>,
    #[serde(default)]
    pub(in crate::catalog) fields: Vec<SlotField>,
    pub(in crate::catalog) form: Option<Id>,
    pub(in crate::catalog) link: Option<Id>,
    pub(in crate::catalog) call: Option<CallUse>,
    pub(in crate::catalog) letter: Option<Id>,
    #[serde(default)]
    pub(in crate::catalog) needs: Vec<Id>,
    #[serde(default)]
    pub(in crate::catalog) when: When,
    pub(in crate::catalog) kills: Option<SlotVersion>,
    pub(in crate::catalog) wait: Option<Lifetime>,
    pub(in crate::catalog) mode: Option<Mode>,
    pub(in crate::catalog) proof: Option<Id>,
    pub(in crate::catalog) or: Option<Instead>,
    #[serde(default)]
    pub(in crate::catalog) may_equal_current: bool,
    #[serde(default)]
    pub(in crate::catalog) new_id: bool,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Proof {
    pub(in crate::catalog) sign: Option<RecipeUse>,
    pub(in crate::catalog) verify: Option<RecipeUse>,
    pub(in crate::catalog) probe: Option<CallUse>,
}

#[derive(Clone, Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Warning {
    pub(in crate::catalog) title: Text,
    pub(in crate::catalog) text: Lines,
}

#[derive(Clone, Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Letter {
    pub(in crate::catalog) subject: LetterText,
    pub(in crate::catalog) body: LetterText,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Call {
    pub(in crate::catalog) title: Text,
    pub(in crate::catalog) credential: Id,
    pub(in crate::catalog) method: Method,
    pub(in crate::catalog) host: Id,
    pub(in crate::catalog) path: Template,
    #[serde(default)]
    pub(in crate::catalog) headers: Ordered<String, Template>,
    #[serde(default)]
    pub(in crate::catalog) form: Ordered<String, Template>,
    #[serde(default)]
    pub(in crate::catalog) json: Ordered<String, Template>,
    pub(in crate::catalog) recipe: Option<Id>,
    pub(in crate::catalog) alive: Option<Statuses>,
    pub(in crate::catalog) dead: Option<Statuses>,
    pub(in crate::catalog) gives: Option<Text>,
    pub(in crate::catalog) until: Option<Text>,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Statuses {
    pub(in crate::catalog) status: Vec<u16>,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Recipe {
    pub(in crate::catalog) title: Text,
    pub(in crate::catalog) does: Handles,
    pub(in crate::catalog) key: Target,
    pub(in crate::catalog) key_decode: Option<KeyDecode>,
    pub(in crate::catalog) time: Option<TimeSpec>,
    pub(in crate::catalog) canonical: Option<Vec<Template>>,
    pub(in crate::catalog) signed_headers: Option<SignedHeaders>,
    /// The recipe whose `text`, `canonical`, `signed_headers` and `sign` are this one's too, where it gives none of its own.
    pub(in crate::catalog) like: Option<Id>,
    pub(in crate::catalog) text: Option<Vec<Template>>,
    #[serde(default)]
    pub(in crate::catalog) readings: Vec<Reading>,
    pub(in crate::catalog) sign: Option<Signing>,
    #[serde(default)]
    pub(in crate::catalog) headers: Ordered<String, Template>,
    pub(in crate::catalog) signature: Option<SignatureAt>,
    pub(in crate::catalog) tolerance: Option<Tolerance>,
    #[serde(default)]
    pub(in crate::catalog) vectors: Vec<Vector>,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Tolerance {
    pub(in crate::catalog) seconds: u32,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Reading {
    pub(in crate::catalog) title: Text,
    pub(in crate::catalog) text: Vec<Template>,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Vector {
    pub(in crate::catalog) environment: Environment,
    pub(in crate::catalog) message: Message,
    pub(in crate::catalog) key: Option<String>,
    pub(in crate::catalog) text: Option<String>,
    pub(in crate::catalog) signature: Option<String>,
    pub(in crate::catalog) source: Option<Id>,
    pub(in crate::catalog) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(in crate::catalog) struct Message {
    pub(in crate::catalog) method: String,
    pub(in crate::catalog) path: String,
    #[serde(default)]
    pub(in crate::catalog) query: String,
    #[serde(default)]
    pub(in crate::catalog) body: String,
    pub(in crate::catalog) time: Option<String>,
    #[serde(default)]
    pub(in crate::catalog) headers: Ordered<String, String>,
    #[serde(default)]
    pub(in crate::catalog) account: Ordered<String, String>,
}
