//! The vault of `--demo`: real files in a private folder that goes away with the program, invented keys from `assets/demo.toml`.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::PathBuf;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::store::{Consent, OpenVault, VaultFolder};
use super::thread;
use crate::domain::{Add, Change, DeviceId, Environment, Id, Kind, NewField, NewValue, Origin, Place, Reference, Slug};
use crate::error::{Exit, Problem};
use crate::keys::{self, Form, PrivateKey};
use crate::secret::{SecretBytes, SecretText};
use crate::vault::{Draft, Sealed, VaultKey};

/// A private folder for the time of the demo. Dropping it removes it.
pub struct Hideout(PathBuf);

impl Hideout {
    /// Makes it: in the session's own memory folder where there is one, else where temporary files go.
    pub fn make(runtime: Option<PathBuf>) -> Result<Self, Problem> {
        let mut random = [0; 8];
        getrandom::fill(&mut random).map_err(|_| no_vault(&"the system gives no random numbers"))?;
        let name = format!("paykeep-demo-{:016x}", u64::from_ne_bytes(random));
        let places = runtime.into_iter().chain([std::env::temp_dir()]);
        let mut refused = None;
        for path in places.map(|place| place.join(&name)) {
            // Refused where anything of that name is there, whoever made it.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self(path)),
                Err(error) => refused = Some(error),
            }
        }
        Err(refused.map_or_else(|| no_vault(&"there is no folder for it"), |error| no_vault(&error)))
    }

    /// Where the vault is to be.
    pub fn folder(&self) -> VaultFolder {
        VaultFolder::new(self.0.join("demo"), self.0.join("state"))
    }
}

impl Drop for Hideout {
    fn drop(&mut self) {
        // What stays where this fails is invented, encrypted, and in a folder that the system empties.
        let _stays = fs::remove_dir_all(&self.0);
    }
}

/// Makes the demo's vault and opens it. Takes as long as four RSA pairs do, a fraction of a second.
pub fn open(folder: &VaultFolder, now: Timestamp) -> Result<OpenVault, Problem> {
    let passphrase = &passphrase();
    let key = VaultKey::generate();
    let sealed = build(&key, now)?;
    let identity = key.seal(passphrase, WORK_FACTOR)?;
    let file = sealed.file(&key)?;
    DirBuilder::new().mode(0o700).create(folder.path()).map_err(|error| no_vault(&error))?;
    for (name, bytes) in [("identity.age", &identity), ("vault.age", &file)] {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(folder.path().join(name))
            .map_err(|error| no_vault(&error))?;
        file.write_all(bytes).map_err(|error| no_vault(&error))?;
    }
    Ok(folder.unlock(passphrase, Consent::None)?)
}

/// What opens it. Nobody is asked for it: the world gives it whatever was typed.
pub fn passphrase() -> SecretText {
    SecretText::copied("demo")
}

/// All of it, done as a user would have: change by change, each at its time.
fn build(key: &VaultKey, now: Timestamp) -> Result<Sealed, Problem> {
    let Script { accounts, keys } = toml::from_str(SCRIPT).map_err(|error| no_vault(&error))?;
    let pairs = make_pairs(&keys)?;
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|_| no_vault(&"the system gives no random numbers"))?;
    let mut entropy = u128::from_ne_bytes(std::array::from_fn(|n| random[n]));
    let mut fresh = |at: Timestamp| {
        entropy = entropy.wrapping_add(1);
        Id::new(at, entropy)
    };
    let device = DeviceId::new(1);
    let begun = ago(now, 24 * 365);
    let mut draft = Draft::new(fresh(begun), begun, SecretBytes::copied(&random));
    for account in accounts {
        let mut new_id = || fresh(begun);
        draft.apply(account.change()?, begun, &device, &mut new_id)?;
    }
    for stored in keys {
        let at = ago(now, stored.days_ago * 24);
        let binned = stored.binned_days_ago.map(|days| ago(now, days * 24));
        let mut new_id = || fresh(at);
        let promoted = stored.place == As::Current;
        let applied = draft.apply(stored.change(now, &pairs)?, at, &device, &mut new_id)?;
        if let (true, Some(credential), Some(version)) = (promoted, applied.credential, applied.version) {
            draft.apply(Change::PointTo { credential, version }, at, &device, &mut new_id)?;
        }
        if let (Some(at), Some(credential)) = (binned, applied.credential) {
            draft.apply(Change::Bin(vec![credential]), at, &device, &mut new_id)?;
        }
    }
    Ok(draft.seal(key)?)
}

/// The pairs that the script names, each made on a thread of its own.
fn make_pairs(keys: &[Stored]) -> Result<BTreeMap<u8, PrivateKey>, Problem> {
    let mut numbers: Vec<u8> = keys.iter().flat_map(|key| key.fields.values()).filter_map(|value| value.pair).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let making: io::Result<Vec<_>> = numbers
        .into_iter()
        .map(|number| {
            let made = thread::spawn("compute", || thread::guarded(|| keys::generate(BITS, &mut UnwrapErr(SysRng))))?;
            Ok((number, made))
        })
        .collect();
    making
        .map_err(|error| no_vault(&error))?
        .into_iter()
        .map(|(number, made)| {
            let made = made.join().map_err(|_| no_vault(&"no key pair could be made"))?;
            Ok((number, made?.map_err(|error| no_vault(&error))?))
        })
        .collect()
}

/// What the file says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[serde(rename = "account")]
    accounts: Vec<AccountOf>,
    #[serde(rename = "key")]
    keys: Vec<Stored>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AccountOf {
    at: String,
    label: String,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    at: String,
    #[serde(default, rename = "as")]
    place: As,
    kind: Kind,
    origin: Origin,
    #[serde(default)]
    label: String,
    #[serde(default)]
    note: String,
    days_ago: i64,
    #[serde(default)]
    binned_days_ago: Option<i64>,
    #[serde(default)]
    expires_in_hours: Option<i64>,
    #[serde(default)]
    rotate_every_days: Option<u32>,
    #[serde(default)]
    used_by: Vec<String>,
    fields: BTreeMap<String, Value>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum As {
    #[default]
    New,
    /// A further version, which is current from then on; the one before it still works.
    Current,
    Pending,
    Previous,
}

/// One of `value` (public), `secret` and `pair`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Value {
    value: Option<String>,
    secret: Option<String>,
    pair: Option<u8>,
    #[serde(default)]
    public: bool,
    form: Option<Form>,
    prefix: Option<String>,
}

impl AccountOf {
    fn change(self) -> Result<Change, Problem> {
        let wrong = || no_vault(&format!("`{}` is no account", self.at));
        let mut parts = self.at.split('/');
        let mut part = || parts.next().ok_or_else(wrong);
        let provider: Slug = part()?.parse().map_err(|_| wrong())?;
        let environment: Environment = part()?.parse().map_err(|()| wrong())?;
        let slug: Slug = part()?.parse().map_err(|_| wrong())?;
        Ok(Change::Account { provider, environment, slug, label: Some(self.label), fields: self.fields })
    }
}

impl Stored {
    fn change(self, now: Timestamp, pairs: &BTreeMap<u8, PrivateKey>) -> Result<Change, Problem> {
        let reference: Reference = self.at.parse().map_err(|_| no_vault(&format!("`{}` is no reference", self.at)))?;
        let fields = self.fields.into_iter().map(|(name, value)| value.field(name, pairs));
        Ok(Change::Add(Box::new(Add {
            reference,
            kind: self.kind,
            place: match self.place {
                As::New => Place::New,
                As::Pending => Place::Pending,
                As::Current | As::Previous => Place::Previous,
            },
            fields: fields.collect::<Result<_, _>>()?,
            origin: self.origin,
            expires_at: self.expires_in_hours.map(|hours| ago(now, -hours)),
            label: self.label,
            note: self.note,
            rotate_every_days: self.rotate_every_days,
            used_by: self.used_by,
            account_fields: BTreeMap::new(),
            replaces_account_fields: false,
        })))
    }
}

impl Value {
    fn field(self, name: String, pairs: &BTreeMap<u8, PrivateKey>) -> Result<NewField, Problem> {
        let value = match (self.value, self.secret, self.pair) {
            (Some(text), None, None) => NewValue::Public(text),
            (None, Some(text), None) => NewValue::Secret(SecretText::new(text).into_bytes()),
            (None, None, Some(number)) => {
                let wrong = || no_vault(&format!("`{name}` names no pair and form"));
                let (pair, form) = (pairs.get(&number).ok_or_else(wrong)?, self.form.ok_or_else(wrong)?);
                if self.public {
                    NewValue::Public(pair.public().write(form).map_err(|error| no_vault(&error))?)
                } else {
                    NewValue::Secret(pair.write(form).map_err(|error| no_vault(&error))?.into_bytes())
                }
            }
            _ => return Err(no_vault(&format!("`{name}` has not one value"))),
        };
        let form = self.form.map(|form| form.as_str().to_owned());
        Ok(NewField { name, value, form, prefix: self.prefix })
    }
}

/// So many hours before; a little less, so that what is due in 9 days is that for some time to come.
fn ago(now: Timestamp, hours: i64) -> Timestamp {
    let before = SignedDuration::from_hours(hours) - SignedDuration::from_mins(if hours == 0 { 0 } else { 20 });
    now.checked_sub(before).unwrap_or(now)
}

fn no_vault(why: &dyn std::fmt::Display) -> Problem {
    Problem::new(Exit::Failed, format!("the demo's vault could not be made: {why}"))
}

const SCRIPT: &str = include_str!("../../assets/demo.toml");
const BITS: u32 = 2048;
/// There is nothing to protect, and nobody is to wait.
const WORK_FACTOR: u8 = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;
    use crate::catalog::detect::detect;

    #[test]
    fn the_demo_opens_with_all_its_keys_and_leaves_nothing_behind() {
        let now = Timestamp::now();
        let hideout = Hideout::make(None).unwrap();
        let vault = open(&hideout.folder(), now).unwrap();
        let snapshot = vault.snapshot();
        let document = &snapshot.document;
        assert_eq!(document.listed().count(), 12);
        assert_eq!(document.credentials.len(), 14, "two are in the bin");
        for (account, credential) in document.listed() {
            let provider = Catalog::builtin().get(account.provider.as_str()).expect("a known provider");
            assert!(
                provider.credentials.iter().any(|spec| spec.kind == credential.kind),
                "{} has {}",
                provider.name,
                credential.name
            );
        }
        let path = hideout.0.clone();
        drop((vault, hideout));
        assert!(!path.exists());
    }

    #[test]
    fn its_values_are_recognised_where_their_shape_says_anything() {
        let sealed = build(&VaultKey::generate(), Timestamp::now()).unwrap();
        let unlocked = sealed.unlocked;
        let mut certain = 0;
        for (account, credential) in unlocked.document.listed() {
            for version in &credential.versions {
                for (_, field) in version.secret_fields().filter(|(_, field)| field.prefix.is_some()) {
                    let value = unlocked.secret(field.secret.as_ref().unwrap()).unwrap();
                    let found = detect(Catalog::builtin(), value);
                    let first = found.items.first().and_then(|item| item.candidates.first()).expect("recognised");
                    assert_eq!(first.kind, Some(credential.kind), "{}", credential.name);
                    assert_eq!(
                        first.provider.as_ref().map(ToString::to_string).as_deref(),
                        Some(account.provider.as_str())
                    );
                    certain += 1;
                }
            }
        }
        assert!(certain >= 5);
    }
}
