//! An open vault in memory: an immutable snapshot that the model, the worker and effects share.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use super::VaultError;
use super::envelope::{MAX_PAYLOAD, VaultKey};
use super::payload::{self, Header, Payload, Read};
use super::records::Written;
use super::secrets::{SALT, Secrets};
use crate::domain::audit::Entry;
use crate::domain::{
    self, Applied, Change, ChangeError, Conflict, Context, DeviceId, Document, Id, Kind, Reference, SecretKey, Version,
    Which, hex,
};
use crate::keys;
use crate::secret::SecretBytes;

/// A vault's content at one generation. Nothing in it changes: a change gives a [`Draft`], and saving that gives the next one.
pub struct Unlocked {
    /// The records.
    pub document: Document,
    written: Arc<Written>,
    secrets: Secrets,
    salt: SecretBytes,
    header: Header,
}

/// Changed records on their way to the next generation.
pub struct Draft {
    document: Document,
    /// Where the records stood before they were changed.
    written: Arc<Written>,
    secrets: Secrets,
    salt: SecretBytes,
    parents: Vec<String>,
    generation: u64,
}

/// A vault file that is ready to be written, and what it will hold.
pub struct Sealed {
    /// The same, open.
    pub unlocked: Arc<Unlocked>,
    payload: Payload,
    /// The values as they were before they were written: `unlocked` cuts its own out of what was written.
    meant: Secrets,
}

/// Where a value stands in the vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// With version and field.
    pub reference: Reference,
    /// Which credential.
    pub credential: Id,
    /// Which version of it.
    pub version: Id,
    /// Whether it is the secret itself. What is public is the same in many versions, so it doesn't tell which one is there.
    pub is_secret: bool,
}

impl Unlocked {
    /// Opens `vault.age`.
    pub fn open(key: &VaultKey, file: &[u8]) -> Result<Self, VaultError> {
        let text = key.decrypt(file)?;
        let Read { header, document, written, secrets } = payload::read(key, text)?;
        let salt = secrets.value(SALT).ok_or(VaultError::Damaged("vault.age"))?;
        Ok(Self { document, written: Arc::new(written), secrets, salt, header })
    }

    /// Which save this is: 1 for a new vault.
    pub fn generation(&self) -> u64 {
        self.header.generation
    }

    /// What the payload's first line says.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// A copy of a secret value, cut out of the payload's text.
    pub fn secret(&self, key: &SecretKey) -> Option<SecretBytes> {
        self.secrets.value(key.as_str())
    }

    /// `spki-sha256:…` of a key pair's halves; of any other value `k1:…`, keyed by a secret of this vault, so that it can be shown
    /// and stored without helping anyone to guess the value.
    pub fn fingerprint(&self, kind: Kind, field: &str, value: &[u8]) -> String {
        fingerprint(&self.salt, kind, field, value)
    }

    /// Every version that holds this value: by fingerprint, so no secret is looked at.
    pub fn whose(&self, value: &[u8]) -> Vec<Match> {
        let keyed = keyed(&self.salt, value);
        let key = keys::identify(value).ok();
        let is_private = key.as_ref().is_some_and(keys::KeyText::is_private);
        let spki = key.and_then(|key| key.public().ok()?.fingerprint().ok());
        let mut matches = Vec::new();
        for (_, credential) in self.document.listed() {
            for version in &credential.versions {
                for (name, field) in &version.fields {
                    let Some(print) = field.fingerprint.as_deref() else { continue };
                    let by_key = Some(print) == spki.as_deref();
                    if (by_key || print == keyed)
                        && let Some(reference) = self.document.reference(credential)
                    {
                        // Both halves of a pair have one fingerprint: whoever gives the public one has shown nothing.
                        let is_secret = field.is_secret() && (is_private || !by_key);
                        let reference = Reference {
                            version: Some(Which::Number(version.n)),
                            field: Some(name.clone()),
                            ..reference
                        };
                        matches.push(Match { reference, credential: credential.id, version: version.id, is_secret });
                    }
                }
            }
        }
        matches
    }

    /// A copy of the records, to be changed.
    pub fn draft(&self) -> Draft {
        Draft {
            document: self.document.clone(),
            written: Arc::clone(&self.written),
            secrets: self.secrets.clone(),
            salt: SecretBytes::copied(self.salt.expose()),
            parents: vec![self.header.short_mac()],
            generation: self.header.generation + 1,
        }
    }

    /// Brings another copy of the same vault in. `None` when the other copy has all that this one has: then that one is the result.
    pub fn join(&self, other: &Self) -> Option<(Draft, Vec<Conflict>)> {
        let (document, conflicts) = domain::join(self.document.clone(), other.document.clone());
        if document == other.document {
            return None;
        }
        let mut secrets = other.secrets.clone();
        secrets.join(&self.secrets);
        let generation = self.header.generation.max(other.header.generation) + 1;
        let parents = vec![self.header.short_mac(), other.header.short_mac()];
        let salt = SecretBytes::copied(self.salt.expose());
        let written = Arc::clone(&self.written);
        Some((Draft { document, written, secrets, salt, parents, generation }, conflicts))
    }
}

impl Draft {
    /// An empty vault. `salt` is 32 random bytes: the key of its fingerprints.
    pub fn new(id: Id, now: Timestamp, salt: SecretBytes) -> Self {
        let mut secrets = Secrets::default();
        let (owner, field) = SALT.split_once('/').unwrap_or((SALT, ""));
        secrets.add(&SecretKey::new(owner, field), SecretBytes::copied(salt.expose()));
        let (document, written) = (Document::new(id, now), Arc::default());
        Self { document, written, secrets, salt, parents: Vec::new(), generation: 1 }
    }

    /// The records as they would be.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Does a deed on the records.
    pub fn apply(
        &mut self,
        change: Change,
        now: Timestamp,
        device: &DeviceId,
        new_id: &mut dyn FnMut() -> Id,
    ) -> Result<Applied, ChangeError> {
        let salt = &self.salt;
        let fingerprint = |kind, field: &str, value: &[u8]| fingerprint(salt, kind, field, value);
        let mut context = Context { now, device: device.clone(), new_id, fingerprint: &fingerprint };
        let mut applied = self.document.apply(change, &mut context)?;
        for (key, value) in applied.secrets.drain(..) {
            self.secrets.add(&key, value);
        }
        Ok(applied)
    }

    /// The entries of the audit log that are to be moved to files of their own.
    pub fn overfull(&self) -> Vec<Entry> {
        self.document.overfull()
    }

    /// Lets go of entries that stand in such files by now.
    pub fn archived(&mut self, entries: &[Entry]) {
        self.document.archived(entries);
    }

    /// Seals every version, as if a flow had handed each of them over.
    #[cfg(test)]
    pub(crate) fn seal_all(&mut self, now: Timestamp) {
        for credential in Arc::make_mut(&mut self.document.credentials) {
            for version in &mut Arc::make_mut(credential).versions {
                version.sealed_at = Some(now);
            }
        }
    }

    /// Which vault it is.
    pub fn vault(&self) -> Id {
        self.document.vault.id
    }

    /// Puts the records and secrets into the text that will be encrypted to the vault's identity.
    pub fn seal(self, key: &VaultKey) -> Result<Sealed, VaultError> {
        let mut header = Header {
            vault: self.document.vault.id,
            generation: self.generation,
            parents: self.parents,
            mac: String::new(),
        };
        let payload = payload::write(key, &mut header, &self.document, &self.written, &self.secrets)?;
        if payload.pieces().map(<[u8]>::len).sum::<usize>() > MAX_PAYLOAD {
            return Err(VaultError::Full);
        }
        let (written, secrets) = (Arc::clone(&payload.written), payload.secrets.clone());
        let salt = secrets.value(SALT).ok_or(VaultError::Damaged("vault.age"))?;
        let unlocked = Arc::new(Unlocked { document: self.document, written, secrets, salt, header });
        Ok(Sealed { unlocked, payload, meant: self.secrets })
    }
}

impl Sealed {
    /// Writes `vault.age`, encrypted to the vault's identity. No scrypt: that stands around the identity alone. The errors are those of
    /// `out`.
    pub fn write(&self, key: &VaultKey, out: &mut dyn Write) -> io::Result<()> {
        key.encrypt_into(self.payload.pieces(), out)
    }

    /// The bytes of `vault.age`, for a small vault.
    pub fn file(&self, key: &VaultKey) -> Result<Vec<u8>, VaultError> {
        // Sized before it is filled: age adds its header, and 16 bytes to each 64 KB.
        let size: usize = self.payload.pieces().map(<[u8]>::len).sum();
        let mut file = Vec::with_capacity(size + size / 4096 + 1024);
        self.write(key, &mut file).map_err(|_| VaultError::Entropy)?;
        Ok(file)
    }

    /// Opens the file that was written, and looks whether every record and every value that was meant is in it.
    pub fn opens_again(&self, key: &VaultKey, file: &[u8]) -> Result<(), VaultError> {
        let again = Unlocked::open(key, file)?;
        let document = &self.unlocked.document;
        let versions = document.credentials.iter().flat_map(|credential| &credential.versions);
        let mut secrets = versions.flat_map(Version::secret_fields).filter_map(|(_, field)| field.secret.as_ref());
        let is_there = |secret: &SecretKey| match (self.meant.value(secret.as_str()), again.secret(secret)) {
            (Some(meant), Some(there)) => meant.expose() == there.expose(),
            _ => false,
        };
        if again.document == *document && secrets.all(is_there) {
            Ok(())
        } else {
            Err(VaultError::Damaged("vault.age"))
        }
    }
}

fn fingerprint(salt: &SecretBytes, kind: Kind, field: &str, value: &[u8]) -> String {
    let is_key = matches!(kind, Kind::KeyPair | Kind::ProviderPublicKey) && field.ends_with("_key");
    let spki = if is_key { spki(value) } else { None };
    spki.unwrap_or_else(|| keyed(salt, value))
}

/// The fingerprint of an RSA key's public half; `None` for anything else.
fn spki(value: &[u8]) -> Option<String> {
    keys::identify(value).ok()?.public().ok()?.fingerprint().ok()
}

/// The first 16 bytes of HMAC-SHA-256 over the value, after `k1:`.
fn keyed(salt: &SecretBytes, value: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(salt.expose()).expect("HMAC takes a key of any length");
    mac.update(value);
    format!("k1:{}", hex(&mac.finalize().into_bytes()[..16]))
}

impl fmt::Debug for Unlocked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unlocked").field("generation", &self.header.generation).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::domain::{Add, NewField, NewValue, Place};

    fn now() -> Timestamp {
        "2026-11-22T09:12:00Z".parse().unwrap()
    }

    fn ids() -> impl FnMut() -> Id {
        let mut n = 0;
        move || {
            n += 1;
            Id::new(now(), n)
        }
    }

    fn add(reference: &str, value: &[u8]) -> Change {
        Change::Add(Box::new(Add {
            label: "shared \"wallet\"\n= 1".into(),
            note: "first\n[secrets]\n\"x\" = 1".into(),
            rotate_every_days: Some(90),
            used_by: vec!["checkout-api".into()],
            account_fields: [("client_id".to_owned(), "5X".to_owned())].into(),
            ..Add::of(
                reference.parse().unwrap(),
                Kind::SecretKey,
                Place::New,
                vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(value)))],
            )
        }))
    }

    fn vault(key: &VaultKey) -> Arc<Unlocked> {
        Draft::new(Id::new(now(), 7), now(), SecretBytes::new(vec![9; 32])).seal(key).unwrap().unlocked
    }

    fn with(key: &VaultKey, before: &Unlocked, change: Change) -> Sealed {
        let mut draft = before.draft();
        draft.apply(change, now(), &DeviceId::new(1), &mut ids()).unwrap();
        draft.seal(key).unwrap()
    }

    #[test]
    fn what_is_saved_opens_again_the_same() {
        let key = VaultKey::generate();
        let sealed = with(&key, &vault(&key), add("x/live/acme/secret-key", b"sk_1\nline"));
        let again = Unlocked::open(&key, &sealed.file(&key).unwrap()).unwrap();
        assert_eq!(again.document, sealed.unlocked.document);
        assert_eq!(again.header, sealed.unlocked.header);
        assert_eq!(again.generation(), 2);
        let target = again.document.resolve("secret-key").unwrap();
        let (_, field) = again.document.field(&target, None).unwrap();
        assert_eq!(again.secret(field.secret.as_ref().unwrap()).unwrap().expose(), b"sk_1\nline");
        assert_eq!(again.whose(b"sk_1\nline")[0].reference.to_string(), "x/live/acme/secret-key@1#value");
        assert!(again.whose(b"sk_2").is_empty());
    }

    #[test]
    fn a_value_that_is_missing_in_the_file_or_another_there_is_found() {
        let key = VaultKey::generate();
        let before = vault(&key);
        let draft = || {
            let mut draft = before.draft();
            draft.apply(add("x/live/acme/secret-key", b"sk_1"), now(), &DeviceId::new(1), &mut ids()).unwrap();
            draft
        };
        let opens_again = |sealed: Sealed| sealed.opens_again(&key, &sealed.file(&key).unwrap());
        assert_eq!(opens_again(draft().seal(&key).unwrap()), Ok(()));
        let lost = Err(VaultError::Damaged("vault.age"));
        let without = Draft { secrets: before.secrets.clone(), ..draft() };
        assert_eq!(opens_again(without.seal(&key).unwrap()), lost);
        let mut other = draft();
        let secret = other.document.credentials[0].versions[0].fields["value"].secret.clone().unwrap();
        other.secrets.add(&secret, SecretBytes::copied(b"sk_2"));
        let sealed = Sealed { meant: draft().secrets, ..other.seal(&key).unwrap() };
        assert_eq!(opens_again(sealed), lost);
    }

    #[test]
    fn a_save_shares_the_text_until_a_secret_is_gone_which_no_buffer_keeps() {
        let key = VaultKey::generate();
        let texts = |unlocked: &Unlocked| -> Vec<*const u8> {
            unlocked.written.slices().chain(unlocked.secrets.slices()).map(|slice| slice.bytes().as_ptr()).collect()
        };
        let first = with(&key, &vault(&key), add("x/live/acme/one", b"sk_1")).unlocked;
        let second = with(&key, &first, add("x/live/acme/two", b"sk_2")).unlocked;
        assert!(texts(&first).iter().all(|text| texts(&second).contains(text)));
        let one = second.document.resolve("one").unwrap().credential.id;
        let binned = with(&key, &second, Change::Bin(vec![one])).unlocked;
        assert_eq!(texts(&binned).iter().filter(|text| texts(&second).contains(text)).count(), 4, "all but its record");
        let purged = with(&key, &binned, Change::Purge(vec![one]));
        assert!(texts(&purged.unlocked).iter().all(|text| !texts(&binned).contains(text)));
        let again = Unlocked::open(&key, &purged.file(&key).unwrap()).unwrap();
        assert_eq!(again.document, purged.unlocked.document);
        assert_eq!((again.whose(b"sk_1").len(), again.whose(b"sk_2").len()), (0, 1));
    }

    #[test]
    fn the_payload_is_toml_from_which_a_secret_can_be_copied() {
        let key = VaultKey::generate();
        let sealed = with(&key, &vault(&key), add("x/live/acme/secret-key", b"sk_1"));
        let text = key.decrypt(&sealed.file(&key).unwrap()).unwrap().into_text().unwrap();
        let parsed: toml::Table = toml::from_str(text.expose()).unwrap();
        let secret = parsed["credential"][0]["version"][0]["fields"]["value"]["secret"].as_str().unwrap();
        assert_eq!(parsed["secrets"][secret].as_str(), Some("sk_1"));
    }

    #[test]
    fn a_file_made_with_the_recipient_alone_is_not_genuine() {
        let key = VaultKey::generate();
        let sealed = with(&key, &vault(&key), add("x/live/acme/secret-key", b"sk_1"));
        let genuine = key.decrypt(&sealed.file(&key).unwrap()).unwrap();
        for forged in [
            genuine.expose().replacen_first(b"sk_1", b"sk_2"),
            genuine.expose().replacen_first(b"generation=2", b"generation=3"),
            genuine.expose().replacen_first(b"mac=", b"mac=0"),
            [genuine.expose(), b"\"z/f\" = \"1\"\n"].concat(),
            b"#paykeep 1 vault=x mac=00\n".to_vec(),
            b"[vault]\n".to_vec(),
            Vec::new(),
        ] {
            let error = Unlocked::open(&key, &key.encrypt(&forged).unwrap()).unwrap_err();
            assert_eq!(error, VaultError::NotGenuine);
        }
        let newer = genuine.expose().replacen_first(b"#paykeep 1", b"#paykeep 2");
        assert_eq!(Unlocked::open(&key, &key.encrypt(&newer).unwrap()).unwrap_err(), VaultError::Newer("2".into()));
    }

    #[test]
    fn no_bit_flip_truncation_or_appendix_opens() {
        let key = VaultKey::generate();
        let file = with(&key, &vault(&key), add("x/live/acme/secret-key", b"sk_1")).file(&key).unwrap();
        for at in 0..file.len() {
            let mut changed = file.clone();
            changed[at] ^= 1 << (at % 8);
            assert!(Unlocked::open(&key, &changed).is_err(), "flip at {at}");
            assert!(Unlocked::open(&key, &file[..at]).is_err(), "cut at {at}");
        }
        assert!(Unlocked::open(&key, &[&file[..], &[0]].concat()).is_err());
    }

    trait ReplaceFirst {
        fn replacen_first(&self, from: &[u8], to: &[u8]) -> Vec<u8>;
    }

    impl ReplaceFirst for [u8] {
        fn replacen_first(&self, from: &[u8], to: &[u8]) -> Vec<u8> {
            let at = self.windows(from.len()).position(|w| w == from).unwrap();
            [&self[..at], to, &self[at + from.len()..]].concat()
        }
    }
}
