//! Tokens: what becomes of the one before when another is stored.

use super::*;

const TOKEN: &str = "x/sandbox/acme/access-token";

struct Vault {
    document: Document,
    made: u128,
    now: Timestamp,
}

impl Vault {
    fn new() -> Self {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        Self { document: Document::new(Id::new(now, 1), now), made: 1, now }
    }

    fn apply(&mut self, change: Change) -> Result<Applied, ChangeError> {
        self.now = self.now.checked_add(SignedDuration::from_secs(60)).unwrap();
        let (now, mut made) = (self.now, self.made);
        let mut new_id = || {
            made += 1;
            Id::new(now, made)
        };
        let print = |_: Kind, _: &str, value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let mut context = Context { now, device: DeviceId::new(1), new_id: &mut new_id, fingerprint: &print };
        let applied = self.document.apply(change, &mut context);
        self.made = made;
        applied
    }

    fn add(&mut self, place: Place, value: &str) -> Applied {
        let origin = if place == Place::Renewed { Origin::Fetched } else { Origin::Pasted };
        let value = NewValue::Secret(SecretBytes::copied(value.as_bytes()));
        let add = Add {
            origin,
            expires_at: self.now.checked_add(SignedDuration::from_hours(1)).ok(),
            ..Add::of(TOKEN.parse().unwrap(), Kind::AccessToken, place, vec![NewField::of("value", value)])
        };
        self.apply(Change::Add(Box::new(add))).unwrap()
    }

    fn credential(&self) -> &Credential {
        self.document.resolve(TOKEN).unwrap().credential
    }

    /// Number and life of each version.
    fn versions(&self) -> Vec<(u32, Life)> {
        self.credential().versions.iter().map(|version| (version.n, version.life)).collect()
    }

    fn acts(&self) -> Vec<(&'static str, &str)> {
        self.document.audit.iter().map(|entry| (entry.act.as_str(), entry.subject.as_str())).collect()
    }
}

#[test]
fn a_first_token_makes_its_credential_and_is_current() {
    let mut vault = Vault::new();
    let applied = vault.add(Place::Renewed, "first");
    assert_eq!(vault.versions(), [(1, Life::Active)]);
    let current = vault.credential().current().unwrap();
    assert_eq!((Some(current.id), current.origin), (applied.version, Origin::Fetched));
    assert_eq!(vault.acts(), [("stored", "x/sandbox/acme/access-token@1")]);
}

#[test]
fn a_further_token_takes_the_place_of_the_one_before_and_counts_on() {
    let mut vault = Vault::new();
    let first = vault.add(Place::Renewed, "first").version;
    let applied = vault.add(Place::Renewed, "second");
    assert_eq!(vault.versions(), [(2, Life::Active)]);
    assert_eq!(vault.credential().current().map(|current| current.n), Some(2));
    assert!(vault.document.version(vault.credential().id, first.unwrap()).is_none());
    assert!(applied.needs_no_backup, "a backup of each token would push the others out");
    // What was is known by the log, and it gets two entries each time.
    assert_eq!(
        vault.acts()[1..],
        [("stored", "x/sandbox/acme/access-token@2"), ("made-current", "x/sandbox/acme/access-token@2")]
    );
}

#[test]
fn a_token_that_a_person_stored_is_retired_and_stays() {
    let mut vault = Vault::new();
    assert!(!vault.add(Place::New, "pasted").needs_no_backup);
    vault.add(Place::Renewed, "first");
    vault.add(Place::Renewed, "second");
    assert_eq!(vault.versions(), [(1, Life::Retired), (3, Life::Active)]);
    let (pasted, fetched) = (vault.credential().versions[0].id, vault.credential().versions[1].id);
    let credential = vault.credential().id;
    assert_eq!(
        vault.apply(Change::PointTo { credential, version: pasted }).err(),
        Some(ChangeError::NotActive("retired".into()))
    );
    assert_eq!(vault.credential().current().map(|current| current.id), Some(fetched));
}

#[test]
fn a_token_under_the_name_of_something_else_is_refused() {
    let mut vault = Vault::new();
    vault.add(Place::New, "pasted");
    let id = vault.credential().id;
    vault.document.credential_mut(id).unwrap().kind = Kind::SecretKey;
    let before = vault.document.clone();
    let add = Add {
        origin: Origin::Fetched,
        ..Add::of(
            TOKEN.parse().unwrap(),
            Kind::AccessToken,
            Place::Renewed,
            vec![NewField::of("value", NewValue::Public("x".into()))],
        )
    };
    let refused = vault.apply(Change::Add(Box::new(add))).err();
    assert_eq!(refused, Some(ChangeError::OtherKind(TOKEN.into(), Kind::SecretKey)));
    assert_eq!(vault.document, before);
}
