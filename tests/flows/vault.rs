//! A vault in memory, written and opened again as often as a test wants, and deeds in few words.

use std::sync::{Arc, LazyLock};

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::{SignedDuration, Timestamp};
use paykeep::catalog::Catalog;
use paykeep::domain::journal::{Journal, Step, begin};
use paykeep::domain::provider::{CredentialSpec, Provider, Reason};
use paykeep::domain::{
    Add, Applied, Change, ChangeError, Credential, Deed, DeviceId, Document, Environment, Id, NewField, NewValue,
    Place, Proof, Version,
};
use paykeep::keys::{self, Form};
use paykeep::secret::SecretBytes;
use paykeep::vault::{Draft, Unlocked, VaultKey};

pub(crate) const ACCOUNT: &str = "acme";

/// One computer's copy of a vault.
pub(crate) struct Vault {
    key: Arc<VaultKey>,
    pub(crate) unlocked: Arc<Unlocked>,
    pub(crate) device: u64,
    pub(crate) now: Timestamp,
    made: u128,
    /// Whether every save is opened again from its bytes, as after a crash.
    pub(crate) reopens: bool,
}

/// The private key in PEM and the public one in bare base64; `n` tells pairs apart.
pub(crate) fn pair(n: usize) -> (String, String) {
    static MADE: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
        let made = (0..4).map(|_| {
            let key = keys::generate(2048, &mut UnwrapErr(SysRng)).unwrap();
            let private = key.write(Form::Pkcs8Pem).unwrap().expose().to_owned();
            (private, key.public().write(Form::SpkiBase64).unwrap())
        });
        made.collect()
    });
    MADE[n].clone()
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

pub(crate) fn text(name: &str, value: &str) -> NewField {
    NewField::of(name, NewValue::Public(value.into()))
}

pub(crate) fn secret(name: &str, value: &str) -> NewField {
    let value = NewValue::Secret(SecretBytes::copied(value.as_bytes()));
    NewField::of(name, value)
}

pub(crate) fn said() -> Deed {
    Deed::Said { note: "as it says".into() }
}

pub(crate) fn decided(approved: bool) -> Deed {
    Deed::Decided { approved, note: "they wrote so".into(), typed: None }
}

/// The account's name, by who was told that the two places fail which use each credential.
pub(crate) fn typed(name: &str) -> Deed {
    Deed::Typed { name: name.into(), note: "clicked".into(), despite: vec!["api".into(), "cron".into()] }
}

pub(crate) fn placed(label: &str) -> Deed {
    Deed::Placed { label: label.into(), proof: Proof::Asked }
}

/// A value for a field of a credential; those of another `round` are other values.
pub(crate) fn value(spec: &CredentialSpec, field: &str, round: usize) -> NewField {
    let own = usize::from(spec.kind == paykeep::domain::Kind::KeyPair);
    match field {
        "private_key" => secret(field, &pair(round * 2 + own).0),
        "public_key" => text(field, &pair(round * 2 + own).1),
        _ if spec.field(field).is_some_and(|known| known.secret) => {
            secret(field, &format!("{}-{field}-{round}", spec.id))
        }
        _ => text(field, &format!("{}-{field}-{round}", spec.id)),
    }
}

impl Vault {
    pub(crate) fn new() -> Self {
        let key = Arc::new(VaultKey::generate());
        let draft = Draft::new(Id::new(now(), 7), now(), SecretBytes::new(vec![9; 32]));
        let unlocked = draft.seal(&key).unwrap().unlocked;
        Self { key, unlocked, device: 1, now: now(), made: 0, reopens: false }
    }

    /// The same vault on another computer.
    pub(crate) fn on(&self, device: u64) -> Self {
        let (key, unlocked) = (Arc::clone(&self.key), Arc::clone(&self.unlocked));
        let made = self.made + (u128::from(device) << 64);
        Self { key, unlocked, device, now: self.now, made, reopens: self.reopens }
    }

    pub(crate) fn document(&self) -> &Document {
        &self.unlocked.document
    }

    pub(crate) fn commit(&mut self, change: Change) -> Result<Applied, ChangeError> {
        self.now = self.now.checked_add(SignedDuration::from_secs(60)).unwrap();
        let (now, mut made) = (self.now, self.made);
        let mut draft = self.unlocked.draft();
        let result = draft.apply(change, now, &DeviceId::new(self.device), &mut || {
            made += 1;
            Id::new(now, made)
        });
        self.made = made;
        let applied = result?;
        let sealed = draft.seal(&self.key).unwrap();
        self.unlocked = Arc::clone(&sealed.unlocked);
        if self.reopens {
            let again = Unlocked::open(&self.key, &sealed.file(&self.key).unwrap()).unwrap();
            assert_eq!(again.document, self.unlocked.document, "what was saved is what was there");
            self.unlocked = Arc::new(again);
        }
        Ok(applied)
    }

    /// Takes over what another computer's copy has.
    pub(crate) fn join(&mut self, other: &Self) {
        if let Some((draft, _)) = self.unlocked.join(&other.unlocked) {
            self.unlocked = draft.seal(&self.key).unwrap().unlocked;
        } else {
            self.unlocked = Arc::clone(&other.unlocked);
        }
    }

    /// Stores a whole credential, current at once, that `api` and `cron` use.
    pub(crate) fn stores(
        &mut self,
        provider: &Provider,
        environment: Environment,
        spec: &CredentialSpec,
        place: Place,
    ) {
        let names = spec.fields.iter().map(|field| field.name.as_str());
        let round = usize::from(place != Place::New);
        let fields: Vec<NewField> = names.map(|name| value(spec, name, round)).collect();
        let reference = format!("{}/{environment}/{ACCOUNT}/{}", provider.id, spec.name);
        let used_by = if place == Place::New { vec!["api".into(), "cron".into()] } else { Vec::new() };
        self.commit(Change::Add(Box::new(Add {
            used_by,
            ..Add::of(reference.parse().unwrap(), spec.kind, place, fields)
        })))
        .unwrap();
    }

    pub(crate) fn begins(
        &mut self,
        provider: &str,
        flow: &str,
        reason: Option<Reason>,
        environment: Environment,
    ) -> Result<Id, ChangeError> {
        self.begins_of(Catalog::builtin(), provider, flow, reason, environment)
    }

    pub(crate) fn begins_of(
        &mut self,
        catalog: &Catalog,
        provider: &str,
        flow: &str,
        reason: Option<Reason>,
        environment: Environment,
    ) -> Result<Id, ChangeError> {
        let provider = catalog.get(provider).unwrap();
        let (flow, slug) = (provider.flow(flow).unwrap(), ACCOUNT.parse().unwrap());
        let account = self.document().account_at(&provider.id, environment, ACCOUNT).cloned();
        let begun = begin(provider, flow, reason, (environment, &slug, account.as_ref()))?;
        Ok(self.commit(Change::Begin(Box::new(begun)))?.journal.unwrap())
    }

    pub(crate) fn does(&mut self, journal: Id, step: &str, deed: Deed) -> Result<Applied, ChangeError> {
        self.commit(Change::Step { journal, step: step.into(), deed })
    }

    pub(crate) fn journal(&self, id: Id) -> &Journal {
        self.document().journal(id).unwrap()
    }

    pub(crate) fn step(&self, journal: Id, step: &str) -> &Step {
        self.journal(journal).step(step).unwrap()
    }

    /// The step that is to be done now.
    pub(crate) fn now(&self, journal: Id) -> Option<Step> {
        let journal = self.journal(journal);
        journal.now().map(|at| journal.steps[at].clone())
    }

    pub(crate) fn credential(&self, name: &str) -> &Credential {
        self.document().resolve(name).unwrap().credential
    }

    pub(crate) fn version(&self, name: &str, n: u32) -> &Version {
        self.credential(name).versions.iter().find(|version| version.n == n).unwrap()
    }
}
