//! Everything that a vault holds, but for the secret values themselves: what is stored, joined, listed and searched.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::audit::{Entry, Head};
use super::reference::{self, MalformedReference};
use super::{
    Account, Consent, Consumer, Credential, DeviceId, Environment, Field, Id, Journal, Reference, Stamp, Tombstone,
    Version, Which, clean,
};
use crate::error::{Exit, Explain};

/// A vault's records. [`apply`](Self::apply) is the only way to change them, [`join`](super::join) the only way to bring two copies together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// About the vault itself.
    pub vault: VaultRecord,
    /// What belongs to this vault and not to the computer: how it is guarded.
    #[serde(default)]
    pub settings: Settings,
    /// What the user has agreed to of provider files of their own. In its order.
    #[serde(default, rename = "consent", skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
    /// Who writes.
    #[serde(default, rename = "device", skip_serializing_if = "Vec::is_empty")]
    pub devices: Vec<Device>,
    /// By ID.
    #[serde(default, rename = "account", skip_serializing_if = "Vec::is_empty")]
    pub accounts: Vec<Account>,
    /// By ID. The list and its records are shared by all copies of the document: a copy costs little, and a save knows by the pointer
    /// what has changed.
    #[serde(default, rename = "credential", skip_serializing_if = "is_empty")]
    pub credentials: Arc<Vec<Arc<Credential>>>,
    /// By ID.
    #[serde(default, rename = "consumer", skip_serializing_if = "Vec::is_empty")]
    pub consumers: Vec<Consumer>,
    /// Flows, in progress and ended. By ID.
    #[serde(default, rename = "journal", skip_serializing_if = "Vec::is_empty")]
    pub journals: Vec<Journal>,
    /// By ID.
    #[serde(default, rename = "tombstone", skip_serializing_if = "Vec::is_empty")]
    pub tombstones: Vec<Tombstone>,
    /// What was done: the last entries of each device, in the order of their chains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub audit: Vec<Entry>,
}

/// About the vault itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VaultRecord {
    /// Says whether two files are copies of one vault.
    pub id: Id,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One computer that writes to the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// Its short name.
    pub id: DeviceId,
    /// The clock of its last save.
    pub clock: u64,
    /// The last entry that it wrote into the audit log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wrote: Option<Head>,
    /// The last of its entries that stands in a file of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Head>,
}

/// How this vault is guarded. Theme and mouse stay outside: they are needed while it is locked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Lock after so many seconds without a key: 30 to 86,400. [`IDLE_LOCK_S`] unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_lock_s: Option<Set<u32>>,
    /// Empty the clipboard after so many seconds: 5 to 300. [`CLIPBOARD_S`] unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clipboard_s: Option<Set<u32>>,
    /// Whether a copy may go through the terminal (OSC 52) where there is no display. Off unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub osc52: Option<Set<bool>>,
    /// Whether each save writes the earliest date that something is due on, and how many there are, in clear beside the vault. Off
    /// unless set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reminder: Option<Set<bool>>,
}

/// A value, and who set it when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// When, and by whom.
    pub set: Stamp,
}

/// What a reference led to.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// Whose it is.
    pub account: &'a Account,
    /// The credential.
    pub credential: &'a Credential,
    /// The version that was named, or that counts when none was.
    pub version: Option<&'a Version>,
}

/// Where a credential stands in an older and a newer copy of the records: indices into their lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The same record in both: where it stood, and where it stands.
    Kept(usize, usize),
    /// The older copy's alone: it was deleted since, or changed, and then the new one follows.
    Gone(usize),
    /// The newer copy's alone.
    New(usize),
}

/// Why a reference led nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResolveError {
    /// It can't be read.
    Malformed(MalformedReference),
    /// Nothing has that name.
    NotFound(String),
    /// The credential is there, that version isn't.
    NoVersion(String, Which),
    /// The version is there, that field isn't. The fields that it has.
    NoField(String, String, Vec<String>),
    /// Several fit. Their references.
    Ambiguous(String, Vec<String>),
}

impl Document {
    /// An empty vault.
    pub fn new(id: Id, created_at: Timestamp) -> Self {
        Self {
            vault: VaultRecord { id, created_at },
            settings: Settings::default(),
            consents: Vec::new(),
            devices: Vec::new(),
            accounts: Vec::new(),
            credentials: Arc::default(),
            consumers: Vec::new(),
            journals: Vec::new(),
            tombstones: Vec::new(),
            audit: Vec::new(),
        }
    }

    /// Puts the records in the order of their IDs, in which they are looked up.
    pub fn sort(&mut self) {
        self.consents.sort();
        self.accounts.sort_by_key(|r| r.id);
        Arc::make_mut(&mut self.credentials).sort_by_key(|r| r.id);
        self.consumers.sort_by_key(|r| r.id);
        self.journals.sort_by_key(|r| r.id);
        self.tombstones.sort();
        self.audit.sort();
    }

    /// The account with this ID.
    pub fn account(&self, id: Id) -> Option<&Account> {
        by_id(&self.accounts, id, |a| a.id)
    }

    /// The credential with this ID, also when it is in the bin.
    pub fn credential(&self, id: Id) -> Option<&Credential> {
        by_id(&self.credentials, id, |c| c.id).map(|c| &**c)
    }

    /// The account at `provider/environment/slug`.
    pub fn account_at(&self, provider: &str, environment: Environment, slug: &str) -> Option<&Account> {
        self.accounts
            .iter()
            .find(|a| a.environment == environment && a.slug.as_str() == slug && a.provider.as_str() == provider)
    }

    /// The credential of this name, in an account; those in the bin don't count.
    pub fn credential_in(&self, account: Id, name: &str) -> Option<&Credential> {
        let mut credentials = self.credentials.iter().map(|c| &**c);
        credentials.find(|c| c.account == account && c.binned_at.is_none() && c.name.as_str() == name)
    }

    /// A credential's reference.
    pub fn reference(&self, credential: &Credential) -> Option<Reference> {
        let account = self.account(credential.account)?;
        Some(Reference {
            provider: account.provider.clone(),
            environment: account.environment,
            account: account.slug.clone(),
            name: credential.name.clone(),
            version: None,
            field: None,
        })
    }

    /// What became of each credential since they were `older`, in the order of their IDs. What has not changed is known by its
    /// pointer, without a look at the record: of ten thousand this takes microseconds.
    pub fn since<'a>(&'a self, older: &'a [Arc<Credential>]) -> impl Iterator<Item = Standing> + 'a {
        let (mut old, mut new) = (0, 0);
        std::iter::from_fn(move || {
            let standing = match (older.get(old), self.credentials.get(new)) {
                (None, None) => return None,
                (Some(was), Some(is)) if Arc::ptr_eq(was, is) => Standing::Kept(old, new),
                (Some(was), Some(is)) if was.id > is.id => Standing::New(new),
                (Some(_), _) => Standing::Gone(old),
                (None, Some(_)) => Standing::New(new),
            };
            old += usize::from(!matches!(standing, Standing::New(_)));
            new += usize::from(!matches!(standing, Standing::Gone(_)));
            Some(standing)
        })
    }

    /// Credentials with their accounts, in the order of their IDs; the bin is left out.
    pub fn listed(&self) -> impl Iterator<Item = (&Account, &Credential)> {
        let credentials = self.credentials.iter().map(|c| &**c).filter(|c| c.binned_at.is_none());
        credentials.filter_map(|c| Some((self.account(c.account)?, c)))
    }

    /// The consumers of a credential.
    pub fn used_by(&self, credential: Id) -> impl Iterator<Item = &Consumer> {
        self.consumers.iter().filter(move |c| c.uses.iter().any(|u| u.credential == credential))
    }

    /// Follows a reference. Parts may be left out while what is left fits one credential only: `acme/key-pair`, `key-pair`.
    pub fn resolve(&self, text: &str) -> Result<Target<'_>, ResolveError> {
        let (path, which, field) = reference::split(text).map_err(ResolveError::Malformed)?;
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |(account, credential): &(&Account, &Credential)| {
            let whole = [
                account.provider.as_str(),
                account.environment.as_str(),
                account.slug.as_str(),
                credential.name.as_str(),
            ];
            if parts.len() == whole.len() { parts == whole } else { is_subsequence(&parts, &whole) }
        };
        let found: Vec<_> = self.listed().filter(fits).collect();
        let name = || clean(text).into_owned();
        let (account, credential) = match found[..] {
            [] if parts.len() == 4 => {
                return Err(path
                    .parse::<Reference>()
                    .map_or_else(ResolveError::Malformed, |_| ResolveError::NotFound(name())));
            }
            [] => return Err(ResolveError::NotFound(name())),
            [one] => one,
            ref many => {
                let all = many.iter().filter_map(|(_, c)| self.reference(c)).map(|r| r.to_string()).collect();
                return Err(ResolveError::Ambiguous(name(), all));
            }
        };
        let version = credential.version(which);
        let whole = || self.reference(credential).map_or_else(name, |r| r.to_string());
        match (which, version, field) {
            (Some(which), None, _) => Err(ResolveError::NoVersion(whole(), which)),
            (_, Some(version), Some(field)) if !version.fields.contains_key(&field) => {
                Err(ResolveError::NoField(whole(), field, version.fields.keys().cloned().collect()))
            }
            _ => Ok(Target { account, credential, version }),
        }
    }

    /// The field that a reference means: the one that it names, else the one that the kind is about.
    pub fn field<'a>(&'a self, target: &Target<'a>, named: Option<&str>) -> Option<(&'a str, &'a Field)> {
        let version = target.version?;
        match named {
            Some(name) => version.fields.get_key_value(name).map(|(k, f)| (k.as_str(), &**f)),
            None => version.main_field(target.credential.kind),
        }
    }

    /// The highest clock of all writers.
    pub fn clock(&self) -> u64 {
        self.devices.iter().map(|d| d.clock).max().unwrap_or(0)
    }
}

/// Whether `parts` stand in `whole` in their order; at least one has to.
fn is_subsequence(parts: &[&str], whole: &[&str]) -> bool {
    let mut rest = whole.iter();
    !parts.is_empty() && parts.iter().all(|part| rest.any(|w| w == part))
}

fn is_empty(credentials: &[Arc<Credential>]) -> bool {
    credentials.is_empty()
}

/// Records are kept in the order of their IDs.
pub(super) fn by_id<T>(records: &[T], id: Id, of: impl Fn(&T) -> Id) -> Option<&T> {
    records.binary_search_by_key(&id, of).ok().map(|n| &records[n])
}

impl Settings {
    /// Whether what is due is told in clear beside the vault.
    pub fn reminder(&self) -> bool {
        self.reminder.as_ref().is_some_and(|set| set.value)
    }

    /// Whether a copy may go through the terminal.
    pub fn osc52(&self) -> bool {
        self.osc52.as_ref().is_some_and(|set| set.value)
    }

    /// Lock after so many seconds without a key.
    pub fn idle_lock_s(&self) -> u32 {
        self.idle_lock_s.as_ref().map_or(IDLE_LOCK_S, |s| s.value).clamp(30, 86_400)
    }

    /// Empty the clipboard after so many seconds.
    pub fn clipboard_s(&self) -> u32 {
        self.clipboard_s.as_ref().map_or(CLIPBOARD_S, |s| s.value).clamp(5, 300)
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(f),
            Self::NotFound(name) => write!(f, "there is no {name}"),
            Self::NoVersion(name, which) => write!(f, "{name} has no version @{which}"),
            Self::NoField(name, field, _) => write!(f, "{name} has no field {field}"),
            Self::Ambiguous(name, all) => write!(f, "{name} fits {} credentials", all.len()),
        }
    }
}

impl std::error::Error for ResolveError {}

impl Explain for ResolveError {
    fn hint(&self) -> Option<String> {
        match self {
            Self::Malformed(_) => Some(
                "a reference looks like provider/environment/account/name, with @version and #field if needed".into(),
            ),
            Self::NotFound(_) => Some("`paykeep ls` lists every reference".into()),
            Self::NoVersion(name, _) => Some(format!("`paykeep show {name}` lists its versions")),
            Self::NoField(_, _, fields) => Some(format!("it has {}", fields.join(", "))),
            Self::Ambiguous(_, all) => {
                let some: Vec<&str> = all.iter().take(5).map(String::as_str).collect();
                let more = if all.len() > some.len() { ", …" } else { "" };
                Some(format!("name one of {}{more}", some.join(", ")))
            }
        }
    }

    fn exit(&self) -> Exit {
        match self {
            Self::Malformed(_) => Exit::Usage,
            Self::Ambiguous(..) => Exit::Ambiguous,
            _ => Exit::NotFound,
        }
    }
}

/// The idle lock unless the vault sets another: 5 minutes.
pub const IDLE_LOCK_S: u32 = 300;
/// The clipboard's time unless the vault sets another: 30 s.
pub const CLIPBOARD_S: u32 = 30;

#[cfg(test)]
mod tests {
    use super::Standing::{Gone, Kept, New};
    use super::*;

    fn credential(n: u128) -> Arc<Credential> {
        let at = "2026-11-22T09:12:00Z".parse().unwrap();
        let id = Id::new(at, n);
        let text = format!(
            "id = \"{id}\"\naccount = \"{id}\"\nname = \"n{n}\"\nkind = \"secret-key\"\ncreated_at = \"{at}\"\n"
        );
        toml::from_str(&text).unwrap()
    }

    #[test]
    fn since_an_older_copy_each_credential_is_kept_gone_or_new() {
        let mut document = Document::new(Id::new(Timestamp::UNIX_EPOCH, 1), Timestamp::UNIX_EPOCH);
        document.credentials = Arc::new([1, 3, 4, 6].map(credential).to_vec());
        let older = document.clone();
        assert!(document.since(&older.credentials).all(|standing| matches!(standing, Kept(a, b) if a == b)));

        let list = Arc::make_mut(&mut document.credentials);
        list.insert(1, credential(2));
        Arc::make_mut(&mut list[2]).note = "changed".into();
        list.remove(3);
        list.push(credential(7));
        let found: Vec<Standing> = document.since(&older.credentials).collect();
        assert_eq!(found, [Kept(0, 0), New(1), Gone(1), New(2), Gone(2), Kept(3, 3), New(4)]);
        let none: [Arc<Credential>; 0] = [];
        assert_eq!(document.since(&none).collect::<Vec<_>>(), [New(0), New(1), New(2), New(3), New(4)]);
    }
}
