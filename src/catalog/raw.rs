//! A provider's file as serde reads it: every key that may stand in one, nothing checked beyond single words.

mod flow;

use std::fmt;
use std::marker::PhantomData;

use serde::Deserialize as Derive;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use toml::Spanned;

use crate::domain::provider::{
    ClientSide, DerShape, FieldName, Id, KeyForm, Pattern, ProviderId, RenewedBy, Strength, Sure, Target,
};
use crate::domain::{Environment, Kind, clean, clean_lines};

pub(super) use flow::{Call, Flow, Letter, Message, Proof, Reading, Recipe, Statuses, Step, Vector, Warning};

/// A table whose order counts: toml sorts its keys, so they are put back by where they stand in the text.
#[derive(Debug)]
pub(super) struct Ordered<K, V>(pub(super) Vec<(K, V)>);

impl<K, V> Default for Ordered<K, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Deserialize<'de> for Ordered<K, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Table<K, V>(PhantomData<(K, V)>);

        impl<'de, K: Deserialize<'de>, V: Deserialize<'de>> Visitor<'de> for Table<K, V> {
            type Value = Ordered<K, V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((key, value)) = map.next_entry::<Spanned<K>, V>()? {
                    entries.push((key.span().start, key.into_inner(), value));
                }
                entries.sort_by_key(|(at, ..)| *at);
                Ok(Ordered(entries.into_iter().map(|(_, key, value)| (key, value)).collect()))
            }
        }

        deserializer.deserialize_map(Table(PhantomData))
    }
}

/// Text of one line for the screen, cleaned as it enters.
#[derive(Clone, Debug, Derive)]
#[serde(from = "String")]
pub(super) struct Text(pub(super) String);

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(clean(text.trim()).into_owned())
    }
}

/// Text of several lines for the screen, cleaned as it enters.
#[derive(Clone, Debug, Derive)]
#[serde(from = "String")]
pub(super) struct Lines(pub(super) String);

impl From<String> for Lines {
    fn from(text: String) -> Self {
        Self(clean_lines(text.trim()))
    }
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Provider {
    pub(super) schema: u32,
    pub(super) id: ProviderId,
    pub(super) name: Text,
    #[serde(default)]
    pub(super) foreign: Vec<Text>,
    #[serde(default)]
    pub(super) sources: Ordered<Id, Source>,
    pub(super) environments: Ordered<Environment, EnvironmentSpec>,
    #[serde(default)]
    pub(super) hosts: Vec<Host>,
    #[serde(default)]
    pub(super) links: Vec<Link>,
    #[serde(default)]
    pub(super) account: Ordered<FieldName, AccountField>,
    #[serde(default)]
    pub(super) credentials: Ordered<Id, Credential>,
    #[serde(default)]
    pub(super) shapes: Vec<Shape>,
    #[serde(default)]
    pub(super) flows: Vec<Flow>,
    #[serde(default)]
    pub(super) recipes: Ordered<Id, Recipe>,
    #[serde(default)]
    pub(super) calls: Ordered<Id, Call>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Source {
    pub(super) title: Text,
    pub(super) url: Option<Text>,
    pub(super) commit: Option<Text>,
    pub(super) read: Text,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct EnvironmentSpec {
    #[serde(default)]
    pub(super) words: Vec<Text>,
    #[serde(default)]
    pub(super) stages: Vec<Text>,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Host {
    pub(super) serves: Id,
    pub(super) environment: Option<Environment>,
    pub(super) stage: Option<Text>,
    pub(super) region: Option<Text>,
    pub(super) url: Text,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Link {
    pub(super) id: Id,
    pub(super) place: Text,
    pub(super) url: Option<Text>,
    pub(super) environment: Option<Environment>,
    pub(super) region: Option<Text>,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct AccountField {
    pub(super) label: Text,
    pub(super) help: Option<Text>,
    #[serde(default)]
    pub(super) choices: Vec<Choice>,
    #[serde(default)]
    pub(super) needed_by: Vec<Id>,
    #[serde(default)]
    pub(super) required: bool,
    pub(super) env: Option<Text>,
    #[serde(default)]
    pub(super) names: Vec<Text>,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

/// `"na"` or `{ value = "na", label = "United States" }`.
#[derive(Debug, Derive)]
#[serde(untagged, expecting = "a choice is a word, or a table with `value` and `label`")]
pub(super) enum Choice {
    Word(Text),
    Labelled(LabelledChoice),
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct LabelledChoice {
    pub(super) value: Text,
    pub(super) label: Text,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Credential {
    pub(super) kind: Option<Kind>,
    pub(super) title: Option<Text>,
    pub(super) name: Option<Id>,
    #[serde(default)]
    pub(super) fields: Ordered<FieldName, Field>,
    #[serde(default)]
    pub(super) forms: Ordered<Id, KeyForm>,
    pub(super) rsa: Option<Rsa>,
    pub(super) client_side: Option<ClientSide>,
    #[serde(default)]
    pub(super) advice: Vec<Advice>,
    pub(super) sent_as: Option<SentAs>,
    pub(super) shown_once: Option<ShownOnce>,
    pub(super) coexistence: Option<Coexistence>,
    pub(super) rotate_every: Option<RotateEvery>,
    pub(super) lifetime: Option<Lifetime>,
    pub(super) revoke: Option<Revoke>,
    #[serde(default)]
    pub(super) needs_approval: Vec<Environment>,
    pub(super) renewed_by: Option<Renewed>,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

#[derive(Debug, Default, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Field {
    pub(super) label: Option<Text>,
    pub(super) secret: Option<bool>,
    pub(super) required: Option<bool>,
    pub(super) env: Option<Text>,
    pub(super) form: Option<KeyForm>,
    #[serde(default)]
    pub(super) names: Vec<Text>,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

#[derive(Debug, Derive)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    pub(super) field: Target,
    pub(super) pattern: Option<String>,
    pub(super) der: Option<DerShape>,
    pub(super) environment: Option<Environment>,
    pub(super) strength: Strength,
    pub(super) prefix: Option<Text>,
    #[serde(default)]
    pub(super) because: Vec<Text>,
    #[serde(default)]
    pub(super) names: Vec<Text>,
    pub(super) source: Option<Id>,
    pub(super) sure: Option<Sure>,
}

/// Structs that hold one fact: its keys, then where it was read.
macro_rules! facts {
    ($($name:ident { $($field:ident: $type:ty),+ })+) => {
        $(
            #[derive(Debug, Derive)]
            #[serde(deny_unknown_fields)]
            pub(super) struct $name {
                $(pub(super) $field: $type,)+
                pub(super) source: Option<Id>,
                pub(super) sure: Option<Sure>,
            }
        )+
    };
}

facts! {
    Rsa { bits: u32 }
    Advice { title: Text, text: Lines }
    SentAs { words: Text }
    ShownOnce { value: bool }
    Coexistence { keys: KeyCount }
    RotateEvery { days: u32 }
    Lifetime { seconds: u64 }
    Revoke { immediate: Option<bool>, irreversible: Option<bool> }
    Renewed { by: RenewedBy }
}

/// `"one"`, `"many"` or a number.
#[derive(Clone, Copy, Debug, Derive)]
#[serde(untagged, expecting = "`keys` is \"one\", \"many\" or a number")]
pub(super) enum KeyCount {
    Word(KeyWord),
    Number(u32),
}

#[derive(Clone, Copy, Debug, Derive)]
#[serde(rename_all = "lowercase")]
pub(super) enum KeyWord {
    One,
    Many,
}

impl Shape {
    /// The regular expression, not compiled.
    pub(super) fn pattern(&self) -> Option<Pattern> {
        self.pattern.clone().map(Pattern::new)
    }
}
