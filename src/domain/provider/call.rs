//! Calls as a provider's file describes them: what the user runs as a `curl` to see whether a key works, or to get a value.

use serde::{Deserialize, Serialize};

use super::{Fact, Id, SlotVersion, Stated, Template};

/// A call to the provider that does no harm. paykeep prints it, the user runs it and says what came back.
///
/// No secret stands in what is printed: `{field.…}` of a secret field becomes a variable of the environment, one of a public
/// field its value, `{account.…}` the account's field.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its name in the provider's file.
    pub id: Id,
    /// Its name on the screen: «Ask for an access token».
    pub title: String,
    /// The credential whose fields it fills in.
    pub credential: Id,
    /// How it is sent.
    pub method: Method,
    /// What the host serves: the word after `serves` of a host of the file. Environment, stage and region of the account choose
    /// among those; where none fits there is no call, and what it would show can only be said.
    pub host: Id,
    /// The path, with its leading slash.
    pub path: Template,
    /// The headers, in order.
    pub headers: Vec<(String, Template)>,
    /// The fields of the body, in order, as a form.
    pub form: Vec<(String, Template)>,
    /// The fields of the body, in order, as a JSON object.
    pub json: Vec<(String, Template)>,
    /// The recipe that signs it.
    pub recipe: Option<Id>,
    /// The statuses by which a key is seen to work.
    pub alive: Option<Stated<Vec<u16>>>,
    /// The statuses by which a key is seen to be refused.
    pub dead: Option<Stated<Vec<u16>>>,
    /// The name in the answer under which the wanted value stands.
    pub gives: Option<String>,
    /// The name in the answer under which stands until when that works: a moment by RFC 3339, or in seconds since 1970.
    pub until: Option<String>,
    /// Where it was read.
    pub fact: Fact,
}

impl Call {
    /// What it fills in, with the key of the table in which each stands.
    pub fn templates(&self) -> impl Iterator<Item = (&'static str, &Template)> {
        let tables = [("headers", &self.headers), ("form", &self.form), ("json", &self.json)];
        let parts = tables.into_iter().flat_map(|(key, table)| table.iter().map(move |(_, it)| (key, it)));
        std::iter::once(("path", &self.path)).chain(parts)
    }
}

/// How a call is sent. What changes or removes something at the provider is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// It asks.
    Get,
    /// It asks for the headers only.
    Head,
    /// It sends a body.
    Post,
}

impl Method {
    /// The word in the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
        }
    }
}

/// A call, made with a version.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CallUse {
    /// The call's id.
    pub call: Id,
    /// The version whose fields it takes.
    pub with: SlotVersion,
}
