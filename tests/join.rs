//! Two copies of a vault, edited apart and joined: nothing is lost, nothing dead comes back, and the order does not matter.
#![expect(clippy::unwrap_used, reason = "a test that fails here says where")]

use jiff::{SignedDuration, Timestamp};
use paykeep::domain::{
    Add, Change, ChangeError, Consent, Context, Current, DeviceId, Document, Environment, Field, Id, Kind, Life,
    NewField, NewValue, Origin, Place, Stamp, join,
};
use paykeep::secret::SecretBytes;
use proptest::prelude::*;
use std::sync::Arc;

/// One computer's copy, and the counters that stand in for clock and randomness.
#[derive(Clone)]
struct Copy {
    document: Document,
    device: DeviceId,
    made: u128,
    now: Timestamp,
}

/// A deed, in numbers that a generator can choose.
#[derive(Clone, Debug)]
enum Deed {
    Add { account: u8, name: u8, place: u8, field: u8 },
    Renew { account: u8 },
    Edit { which: u8, label: u8, note: u8 },
    Move { which: u8, account: u8, name: u8 },
    Bin(u8),
    Restore(u8),
    RestoreAll,
    Purge(u8),
    Account { account: u8, field: u8, value: u8 },
    RemoveAccount(u8),
    Settings(u32),
    Consent { digest: u8, host: u8 },
    Withdraw(u8),
    Rise { which: u8, version: u8, life: u8 },
    Point { which: u8, version: u8 },
}

fn deed() -> impl Strategy<Value = Deed> {
    let small = 0..4_u8;
    prop_oneof![
        6 => (small.clone(), small.clone(), 0..3_u8, 0..3_u8).prop_map(|(account, name, place, field)| Deed::Add { account, name, place, field }),
        2 => small.clone().prop_map(|account| Deed::Renew { account }),
        3 => (any::<u8>(), small.clone(), small.clone()).prop_map(|(which, label, note)| Deed::Edit { which, label, note }),
        2 => (any::<u8>(), small.clone(), small.clone()).prop_map(|(which, account, name)| Deed::Move { which, account, name }),
        2 => any::<u8>().prop_map(Deed::Bin),
        1 => any::<u8>().prop_map(Deed::Restore),
        1 => Just(Deed::RestoreAll),
        1 => any::<u8>().prop_map(Deed::Purge),
        2 => (small.clone(), small.clone(), small.clone()).prop_map(|(account, field, value)| Deed::Account { account, field, value }),
        1 => small.prop_map(Deed::RemoveAccount),
        1 => (30..4000_u32).prop_map(Deed::Settings),
        1 => (0..2_u8, 0..2_u8).prop_map(|(digest, host)| Deed::Consent { digest, host }),
        1 => (0..2_u8).prop_map(Deed::Withdraw),
        3 => (any::<u8>(), any::<u8>(), 0..7_u8).prop_map(|(which, version, life)| Deed::Rise { which, version, life }),
        2 => (any::<u8>(), any::<u8>()).prop_map(|(which, version)| Deed::Point { which, version }),
    ]
}

impl Copy {
    fn new(device: u64) -> Self {
        let now: Timestamp = "2026-11-22T09:00:00Z".parse().unwrap();
        Self {
            document: Document::new(Id::new(now, 1), now),
            device: DeviceId::new(device),
            made: u128::from(device) << 32,
            now,
        }
    }

    fn on(&self, device: u64) -> Self {
        Self { device: DeviceId::new(device), made: u128::from(device) << 32, ..self.clone() }
    }

    fn pick(&self, which: u8) -> Option<Id> {
        let all = &self.document.credentials;
        all.get(usize::from(which) % all.len().max(1)).map(|c| c.id)
    }

    fn in_bin(&self) -> Vec<Id> {
        self.document.credentials.iter().filter(|c| c.binned_at.is_some()).map(|c| c.id).collect()
    }

    fn does(&mut self, deed: &Deed) {
        self.now = self.now.checked_add(SignedDuration::from_secs(7)).unwrap();
        if let Some(change) = self.change(deed) {
            let _refused = self.apply(change);
        }
    }

    fn apply(&mut self, change: Change) -> Result<(), ChangeError> {
        let (now, mut made) = (self.now, self.made);
        let mut new_id = || {
            made += 1;
            Id::new(now, made)
        };
        let fingerprint = |_: Kind, field: &str, value: &[u8]| format!("{field}:{}", value.len());
        let mut context = Context { now, device: self.device.clone(), new_id: &mut new_id, fingerprint: &fingerprint };
        let before = self.document.clone();
        let result = self.document.apply(change, &mut context);
        if result.is_err() {
            assert_eq!(self.document, before, "a refused change changed something");
        }
        self.made = made;
        result.map(drop)
    }

    fn does_all(&mut self, deeds: &[Deed]) {
        for deed in deeds {
            self.does(deed);
        }
    }

    fn change(&mut self, deed: &Deed) -> Option<Change> {
        let slug = |n: u8| format!("n{n}");
        Some(match *deed {
            Deed::Add { account, name, place, field } => Change::Add(Box::new(Add {
                used_by: vec![slug(field)],
                account_fields: [(slug(field), slug(name))].into(),
                ..Add::of(
                    format!("x/live/{}/{}", slug(account), slug(name)).parse().unwrap(),
                    Kind::KeyPair,
                    [Place::New, Place::Pending, Place::Previous][usize::from(place)],
                    vec![NewField::of(
                        format!("f{field}"),
                        NewValue::Secret(SecretBytes::copied(&self.made.to_le_bytes()[..=usize::from(name)])),
                    )],
                )
            })),
            Deed::Renew { account } => Change::Add(Box::new(Add {
                origin: Origin::Fetched,
                ..Add::of(
                    format!("x/live/{}/token", slug(account)).parse().unwrap(),
                    Kind::AccessToken,
                    Place::Renewed,
                    vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(&self.made.to_le_bytes())))],
                )
            })),
            Deed::Edit { which, label, note } => Change::Edit {
                credential: self.pick(which)?,
                label: (label > 0).then(|| slug(label)),
                note: (note > 0).then(|| slug(note)),
                tags: None,
                rotate_every_days: None,
            },
            Deed::Move { which, account, name } => Change::Move {
                credential: self.pick(which)?,
                to: format!("x/live/{}/{}", slug(account), slug(name)).parse().unwrap(),
            },
            Deed::Bin(which) => Change::Bin(vec![self.pick(which)?]),
            Deed::Restore(which) => Change::Restore(vec![self.pick(which)?]),
            Deed::RestoreAll => Change::Restore(self.in_bin()),
            Deed::Purge(which) => Change::Purge(vec![self.pick(which)?]),
            Deed::Account { account, field, value } => Change::Account {
                provider: "x".parse().unwrap(),
                environment: Environment::Live,
                slug: slug(account).parse().unwrap(),
                label: Some(slug(value)),
                fields: [(slug(field), if value == 0 { String::new() } else { slug(value) })].into(),
            },
            Deed::RemoveAccount(account) => {
                Change::RemoveAccount(self.document.account_at("x", Environment::Live, &slug(account))?.id)
            }
            Deed::Settings(value) => {
                Change::Settings { idle_lock_s: Some(value), clipboard_s: None, osc52: Some(value % 2 == 0) }
            }
            Deed::Consent { digest, host } => {
                Change::Consent { provider: "x".parse().unwrap(), digest: slug(digest), host: slug(host) }
            }
            Deed::Withdraw(host) => Change::Withdraw { provider: "x".parse().unwrap(), host: slug(host) },
            Deed::Rise { which, version, life } => {
                let id = self.pick(which)?;
                let credential =
                    Arc::make_mut(Arc::make_mut(&mut self.document.credentials).iter_mut().find(|c| c.id == id)?);
                let count = credential.versions.len();
                // Whoever ends the current version moves the pointer first.
                let current = credential.current.as_ref().map(|c| c.version);
                let version = credential.versions.get_mut(usize::from(version) % count)?;
                let life = Life::ALL[usize::from(life)];
                // What is in use is not given up.
                if current != Some(version.id) && (life != Life::Abandoned || version.life.is_waiting()) {
                    version.life = version.life.max(life);
                }
                return None;
            }
            Deed::Point { which, version } => {
                let stamp = Stamp { clock: self.document.clock() + 1, device: self.device.clone() };
                let id = self.pick(which)?;
                let credential =
                    Arc::make_mut(Arc::make_mut(&mut self.document.credentials).iter_mut().find(|c| c.id == id)?);
                let version = credential.versions.get(usize::from(version) % credential.versions.len())?;
                if version.life == Life::Active {
                    credential.current = Some(Current { version: version.id, set: stamp });
                }
                return None;
            }
        })
    }
}

fn joined(a: &Copy, b: &Copy) -> Document {
    join(a.document.clone(), b.document.clone()).0
}

/// A life only rises; but what one copy gave up goes on where the other uses it.
fn is_kept(before: Life, now: Life) -> bool {
    now >= before || (before == Life::Abandoned && matches!(now, Life::Active | Life::Retired))
}

/// One version's fields, as a copy gave them to it.
fn with_fields(base: &Copy, given: &[(u8, u8)]) -> Copy {
    let mut copy = base.clone();
    let fields = &mut Arc::make_mut(&mut Arc::make_mut(&mut copy.document.credentials)[0]).versions[0].fields;
    for (name, value) in given {
        fields.insert(format!("late{name}"), Box::new(Field::public(format!("value {value}"))));
    }
    copy
}

fn fields_of(document: &Document) -> Vec<(String, Option<String>)> {
    let fields = &document.credentials[0].versions[0].fields;
    fields.iter().map(|(name, field)| (name.clone(), field.value.clone())).collect()
}

proptest! {
    #[test]
    fn three_copies_that_gave_a_version_the_same_field_keep_every_value_in_any_order(
        given in prop::collection::vec(prop::collection::vec((0..2_u8, 0..5_u8), 0..3), 3),
    ) {
        let mut base = Copy::new(1);
        base.does(&Deed::Add { account: 1, name: 1, place: 0, field: 0 });
        let copies: Vec<Copy> = given.iter().map(|own| with_fields(&base, own)).collect();
        let whole = |[x, y, z]: [usize; 3]| {
            let two = Copy { document: joined(&copies[x], &copies[y]), ..base.clone() };
            fields_of(&joined(&two, &copies[z]))
        };
        let first = whole([0, 1, 2]);
        for order in [[0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            prop_assert_eq!(&whole(order), &first, "the order matters");
        }
        for copy in &copies {
            for (name, value) in fields_of(&copy.document) {
                let kept = first.iter().any(|(own, kept)| own.starts_with(&name) && *kept == value);
                prop_assert!(kept, "{} lost a value", name);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn joining_keeps_everything_in_either_order(
        common in prop::collection::vec(deed(), 0..14),
        ours in prop::collection::vec(deed(), 0..10),
        theirs in prop::collection::vec(deed(), 0..10),
    ) {
        let mut base = Copy::new(1);
        base.does_all(&common);
        let (mut a, mut b) = (base.on(2), base.on(3));
        a.does_all(&ours);
        b.does_all(&theirs);

        let result = joined(&a, &b);
        prop_assert!(result == joined(&b, &a), "the order matters");
        let again = Copy { document: result.clone(), ..a.clone() };
        prop_assert!(joined(&again, &b) == result, "joining twice changes something");
        prop_assert!(joined(&again, &a) == result, "joining an ancestor changes something");
        prop_assert!(joined(&base, &a) == a.document, "an ancestor adds nothing");

        let dead: Vec<Id> = result.tombstones.iter().map(|t| t.id).collect();
        for copy in [&a, &b] {
            for old in copy.document.credentials.iter() {
                let new = result.credential(old.id);
                prop_assert!(new.is_some() != dead.contains(&old.id), "{} is lost or revived", old.name);
                let Some(new) = new else { continue };
                for version in &old.versions {
                    // Of fetched tokens the last one stays.
                    if version.origin == Origin::Fetched && new.current().is_some_and(|current| current.id != version.id) {
                        continue;
                    }
                    let kept = new.versions.iter().find(|v| v.id == version.id);
                    prop_assert!(kept.is_some_and(|k| is_kept(version.life, k.life)), "a version is lost or revived");
                    let values: Vec<_> = kept.unwrap().fields.values().filter_map(|f| f.secret.as_ref()).collect();
                    let all = version.fields.values().filter_map(|f| f.secret.as_ref()).all(|key| values.contains(&key));
                    prop_assert!(all, "a value is lost");
                }
                let numbers: std::collections::BTreeSet<u32> = new.versions.iter().map(|v| v.n).collect();
                prop_assert_eq!(numbers.len(), new.versions.len(), "two versions have one number");
            }
        }
        for given in a.document.consents.iter().chain(&b.document.consents) {
            let same = |own: &&Consent| (&own.provider, &own.digest, &own.host) == (&given.provider, &given.digest, &given.host);
            prop_assert_eq!(result.consents.iter().filter(same).count(), 1, "a consent is lost, or kept twice");
            prop_assert!(result.consents.iter().any(|own| same(&own) && own.at >= given.at), "what was said last is lost");
        }
        for (account, credential) in result.listed() {
            let same = result.listed().filter(|(a, c)| a.id == account.id && c.name == credential.name).count();
            prop_assert_eq!(same, 1, "two credentials have one reference");
        }
    }
}

#[test]
fn a_field_whose_name_ends_in_a_number_is_no_second_value_of_another() {
    let mut base = Copy::new(1);
    base.does(&Deed::Add { account: 1, name: 1, place: 0, field: 0 });
    let with = |given: &[(&str, &str)]| {
        let mut copy = base.clone();
        let fields = &mut Arc::make_mut(&mut Arc::make_mut(&mut copy.document.credentials)[0]).versions[0].fields;
        let field = |value: &str| Box::new(Field::public(value.to_owned()));
        fields.extend(given.iter().map(|(name, value)| ((*name).to_owned(), field(value))));
        copy
    };
    let (ours, theirs) = (with(&[("late", "b"), ("late_2", "genuine")]), with(&[("late", "a")]));
    let kept = fields_of(&joined(&ours, &theirs));
    let value = |name: &str| kept.iter().find(|(own, _)| own == name).and_then(|(_, value)| value.as_deref());
    assert_eq!([value("late"), value("late__2"), value("late_2")], [Some("a"), Some("b"), Some("genuine")]);
    // The name that a join gives is given by nobody else.
    let Some(Change::Add(mut add)) = base.change(&Deed::Add { account: 2, name: 2, place: 0, field: 0 }) else {
        unreachable!()
    };
    add.fields[0].name = "late__2".into();
    assert_eq!(base.apply(Change::Add(add)), Err(ChangeError::FieldName("late__2".into())));
}

#[test]
fn versions_that_were_numbered_anew_keep_their_numbers_when_joined_again() {
    let mut base = Copy::new(1);
    base.does(&Deed::Add { account: 1, name: 1, place: 0, field: 0 });
    let (mut a, mut b) = (base.on(2), base.on(3));
    let add = Deed::Add { account: 1, name: 1, place: 1, field: 0 };
    // Of the two second ones that of `a` is the older, of the two third ones that of `b`.
    a.does(&add);
    b.does_all(&[add.clone(), add.clone()]);
    a.now = b.now;
    a.does(&add);
    let (joined, _) = join(a.document.clone(), b.document.clone());
    let numbers: Vec<u32> = joined.credentials[0].versions.iter().map(|version| version.n).collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    for other in [a, b, base] {
        assert_eq!(join(joined.clone(), other.document).0, joined);
    }
}

#[test]
fn two_of_one_name_do_not_come_out_of_the_bin_at_once() {
    let mut copy = Copy::new(1);
    for _ in 0..2 {
        copy.does(&Deed::Add { account: 1, name: 1, place: 0, field: 0 });
        let live = copy.document.listed().next().unwrap().1.id;
        copy.apply(Change::Bin(vec![live])).unwrap();
    }
    let [one, other] = copy.in_bin()[..] else { unreachable!() };
    let name = "x/live/n1/n1".to_owned();
    assert_eq!(copy.apply(Change::Restore(vec![one, other])), Err(ChangeError::Twice(name.clone())));
    assert_eq!(copy.apply(Change::Restore(vec![one, one])), Ok(()), "the same one twice is one");
    assert_eq!(copy.apply(Change::Restore(vec![other])), Err(ChangeError::Taken(name, String::new())));
}

#[test]
fn the_later_edit_wins_and_the_other_property_stays() {
    let mut base = Copy::new(1);
    base.does(&Deed::Add { account: 1, name: 1, place: 0, field: 0 });
    let (mut a, mut b) = (base.on(2), base.on(3));
    a.does(&Deed::Edit { which: 0, label: 1, note: 0 });
    a.does(&Deed::Edit { which: 0, label: 2, note: 0 });
    b.does(&Deed::Edit { which: 0, label: 3, note: 3 });
    let result = joined(&a, &b);
    assert_eq!((result.credentials[0].label.as_str(), result.credentials[0].note.as_str()), ("n2", "n3"));
}

#[test]
fn what_one_copy_gave_up_and_the_other_uses_goes_on() {
    let mut base = Copy::new(1);
    base.does(&Deed::Add { account: 1, name: 1, place: 0, field: 0 });
    let with = |life| {
        let mut copy = base.clone();
        Arc::make_mut(&mut Arc::make_mut(&mut copy.document.credentials)[0]).versions[0].life = life;
        copy
    };
    for (used, ends) in
        [(Life::Active, Life::Active), (Life::Retired, Life::Retired), (Life::Approved, Life::Abandoned)]
    {
        let (a, b) = (with(used), with(Life::Abandoned));
        for document in [joined(&a, &b), joined(&b, &a)] {
            assert_eq!(document.credentials[0].versions[0].life, ends);
        }
    }
}
