//! Brings two copies of a vault together, record by record, so that nothing is overwritten unseen and nothing dead comes back.
//!
//! The rules, all commutative: a version's life takes the higher of two, but that what one copy gave up counts only where it waited in
//! the other too: surrender is a word about what nothing uses, and the other copy has put it to use since. A property the one that was set later by the vault's own
//! clock; the pointer to the current version likewise, but never to a dead one; a purged record stays purged; of fetched tokens
//! the one that is pointed to stays. Where two copies gave one name to two things, both stay and the younger one is renamed.

mod journal;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::audit;
use super::change::consumer::use_stamp;
use super::{
    Account, Consent, Consumer, Credential, Current, Device, Document, Field, Fields, Id, Life, Set, Stamp, Stamps,
    Tombstone, Version,
};

/// Where two copies held different things for the same place, and what became of them, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict(pub String);

/// Joins two copies of one vault.
pub fn join(ours: Document, theirs: Document) -> (Document, Vec<Conflict>) {
    let mut conflicts = Vec::new();
    // The flows of which each copy has done what the other lacked.
    let mut finished = Vec::new();
    let journals = union(
        ours.journals,
        theirs.journals,
        |j| j.id,
        |a, b| {
            let goes_on = a.is_open() && b.is_open();
            let joined = journal::join(a, b, &mut conflicts);
            finished.extend(joined.ended.as_ref().filter(|_| goes_on).map(|ended| (joined.id, ended.at)));
            joined
        },
    );
    let working: BTreeSet<Id> = journals.iter().flat_map(|journal| journal.instead().map(|(_, new)| new)).collect();
    let mut joined = Document {
        vault: if ours.vault.created_at <= theirs.vault.created_at { ours.vault } else { theirs.vault },
        settings: super::Settings {
            idle_lock_s: later_set(ours.settings.idle_lock_s, theirs.settings.idle_lock_s),
            clipboard_s: later_set(ours.settings.clipboard_s, theirs.settings.clipboard_s),
            osc52: later_set(ours.settings.osc52, theirs.settings.osc52),
            reminder: later_set(ours.settings.reminder, theirs.settings.reminder),
        },
        consents: consents(ours.consents, theirs.consents),
        devices: devices(ours.devices, theirs.devices),
        accounts: union(ours.accounts, theirs.accounts, |a| a.id, account),
        credentials: Arc::new(union(
            Arc::unwrap_or_clone(ours.credentials),
            Arc::unwrap_or_clone(theirs.credentials),
            |c| c.id,
            |a, b| {
                if a == b {
                    return a;
                }
                let [a, b] = [a, b].map(Arc::unwrap_or_clone);
                Arc::new(credential(a, b, &working, &mut conflicts))
            },
        )),
        consumers: union(ours.consumers, theirs.consumers, |c| c.id, consumer),
        journals,
        tombstones: union(
            ours.tombstones,
            theirs.tombstones,
            |t| t.id,
            |a, b| Tombstone { id: a.id, at: a.at.min(b.at) },
        ),
        audit: audit::join(ours.audit, theirs.audit),
    };
    bury(&mut joined);
    fold_accounts(&mut joined);
    fold_consumers(&mut joined);
    rename_doubles(&mut joined, &mut conflicts);
    for (journal, at) in finished {
        joined.retire_replaced(journal, at);
    }
    (joined, conflicts)
}

fn union<T>(ours: Vec<T>, theirs: Vec<T>, id: impl Fn(&T) -> Id, mut both: impl FnMut(T, T) -> T) -> Vec<T> {
    let mut records: BTreeMap<Id, T> = ours.into_iter().map(|record| (id(&record), record)).collect();
    for record in theirs {
        let key = id(&record);
        let record = match records.remove(&key) {
            Some(other) => both(other, record),
            None => record,
        };
        records.insert(key, record);
    }
    records.into_values().collect()
}

/// What was agreed to or taken back in either copy, with the last time that it was said.
fn consents(ours: Vec<Consent>, theirs: Vec<Consent>) -> Vec<Consent> {
    let mut all: Vec<Consent> = ours.into_iter().chain(theirs).collect();
    all.sort();
    all.dedup_by(|later, first| {
        let is_same = later.is_of(first);
        if is_same {
            first.at = first.at.max(later.at);
        }
        is_same
    });
    all
}

fn devices(ours: Vec<Device>, theirs: Vec<Device>) -> Vec<Device> {
    let mut devices: BTreeMap<_, Device> = BTreeMap::new();
    for device in ours.into_iter().chain(theirs) {
        let joined = match devices.remove(&device.id) {
            Some(other) => audit::join_devices(other, device),
            None => device,
        };
        devices.insert(joined.id.clone(), joined);
    }
    devices.into_values().collect()
}

fn later_set<T: Ord>(ours: Option<Set<T>>, theirs: Option<Set<T>>) -> Option<Set<T>> {
    ours.into_iter().chain(theirs).max_by(|a, b| (&a.set, &a.value).cmp(&(&b.set, &b.value)))
}

/// The property that was set later; on a tie the greater one, so that the order of the copies doesn't matter.
fn later<T: Ord>(name: &str, (ours, our_stamps): (T, &Stamps), (theirs, their_stamps): (T, &Stamps)) -> T {
    let (a, b) = (our_stamps.get(name), their_stamps.get(name));
    match a.cmp(&b).then_with(|| ours.cmp(&theirs)) {
        std::cmp::Ordering::Less => theirs,
        _ => ours,
    }
}

fn stamps(ours: Stamps, theirs: Stamps) -> Stamps {
    let mut joined = ours;
    for (name, stamp) in theirs {
        let latest = joined.get(&name).map_or(stamp.clone(), |s: &Stamp| s.max(&stamp).clone());
        joined.insert(name, latest);
    }
    joined
}

fn account(a: Account, b: Account) -> Account {
    let names: BTreeSet<&String> = a.fields.keys().chain(b.fields.keys()).collect();
    let field = |name: &String| {
        let value = later(&format!("fields.{name}"), (a.fields.get(name), &a.set), (b.fields.get(name), &b.set));
        Some((name.clone(), value?.clone()))
    };
    let fields: BTreeMap<_, _> = names.into_iter().filter_map(field).collect();
    let label = later("label", (a.label, &a.set), (b.label, &b.set));
    Account {
        fields,
        label,
        set: stamps(a.set, b.set),
        id: a.id,
        provider: a.provider,
        environment: a.environment,
        slug: a.slug,
    }
}

fn credential(a: Credential, b: Credential, working: &BTreeSet<Id>, conflicts: &mut Vec<Conflict>) -> Credential {
    let points = [a.points(), b.points()];
    let versions = union(a.versions, b.versions, |v| v.id, |x, y| version(&x, &y, working, conflicts));
    let mut joined = Credential {
        id: a.id,
        account: later("account", (a.account, &a.set), (b.account, &b.set)),
        name: later("name", (a.name, &a.set), (b.name, &b.set)),
        kind: a.kind.min(b.kind),
        label: later("label", (a.label, &a.set), (b.label, &b.set)),
        note: later("note", (a.note, &a.set), (b.note, &b.set)),
        tags: later("tags", (a.tags, &a.set), (b.tags, &b.set)),
        rotate_every_days: later("rotate_every_days", (a.rotate_every_days, &a.set), (b.rotate_every_days, &b.set)),
        snoozed_until: later("snoozed_until", (a.snoozed_until, &a.set), (b.snoozed_until, &b.set)),
        created_at: a.created_at.min(b.created_at),
        binned_at: later("binned_at", (a.binned_at, &a.set), (b.binned_at, &b.set)),
        set: stamps(a.set, b.set),
        current: pointer(points, &versions),
        versions,
    };
    joined.drop_replaced_tokens();
    renumber(&mut joined.versions);
    joined
}

impl Credential {
    /// Its pointer, and whether that names an active version.
    fn points(&self) -> Option<(Current, bool)> {
        let current = self.current.clone()?;
        let active = self.versions.iter().any(|v| v.id == current.version && v.life == Life::Active);
        Some((current, active))
    }
}

/// The pointer that was set later. Where it names a version that the other copy has stopped, unknown to the one that pointed
/// there, the earlier pointer counts again, if what it names works.
fn pointer(points: [Option<(Current, bool)>; 2], versions: &[Version]) -> Option<Current> {
    let active = |c: &Current| versions.iter().any(|v| v.id == c.version && v.life == Life::Active);
    let mut points: Vec<(Current, bool)> = points.into_iter().flatten().collect();
    points.sort_by(|(x, _), (y, _)| (&x.set, x.version).cmp(&(&y.set, y.version)));
    let (later, was_active) = points.pop()?;
    let earlier = points.pop().map(|(earlier, _)| earlier);
    Some(earlier.filter(|earlier| was_active && !active(&later) && active(earlier)).unwrap_or(later))
}

fn version(a: &Version, b: &Version, working: &BTreeSet<Id>, conflicts: &mut Vec<Conflict>) -> Version {
    let rank = |life| rank(life, working.contains(&a.id));
    let earliest = |x: Option<_>, y: Option<_>| x.into_iter().chain(y).min();
    let life_at = match rank(a.life).cmp(&rank(b.life)) {
        std::cmp::Ordering::Greater => a.life_at,
        std::cmp::Ordering::Less => b.life_at,
        std::cmp::Ordering::Equal => earliest(a.life_at, b.life_at),
    };
    let (low, high) = if rank(a.life) <= rank(b.life) { (a.life, b.life) } else { (b.life, a.life) };
    if matches!((low, high), (Life::Active | Life::Retired, Life::Denied)) {
        conflicts.push(Conflict(format!("a version was {low} in one copy and {high} in the other: it is {high} now")));
    }
    if matches!((low, high), (Life::Abandoned, Life::Active | Life::Retired)) {
        conflicts.push(Conflict(format!("a version was {high} in one copy and {low} in the other: it is {high}")));
    }
    let fields = fields(&a.fields, &b.fields, conflicts);
    Version {
        id: a.id,
        // A join gives a number in the place of one that two versions had: that one goes on, or joining again would give others.
        n: a.n.max(b.n),
        life: high,
        life_at,
        origin: a.origin,
        created_at: a.created_at.min(b.created_at),
        current_at: a.current_at.max(b.current_at),
        expires_at: earliest(a.expires_at, b.expires_at),
        compromised_at: earliest(a.compromised_at, b.compromised_at),
        sealed_at: earliest(a.sealed_at, b.sealed_at),
        fields,
    }
}

/// A life's place among those that a join takes the higher of. What was given up stands below what is in use; and below all where
/// the other copy has stopped what was there before, so that nothing else works.
fn rank(life: Life, works: bool) -> (bool, usize) {
    let rising =
        [Life::Pending, Life::Approved, Life::Abandoned, Life::Active, Life::Retired, Life::Denied, Life::Revoked];
    let place = rising.iter().position(|own| *own == life).unwrap_or(rising.len());
    (!(works && life == Life::Abandoned), place)
}

/// Where computers gave a version the same lacking field, all values stay: the first in their order under the field's name, the
/// others under that name with a number. The names follow from the values alone, so three copies can come together in any order.
fn fields(ours: &Fields, theirs: &Fields, conflicts: &mut Vec<Conflict>) -> Fields {
    let base = |name: &str| base(name).unwrap_or(name).to_owned();
    let given_twice = ours.iter().filter(|(name, field)| theirs.get(*name).is_some_and(|other| other != *field));
    let twice: BTreeSet<String> = given_twice.map(|(name, _)| base(name)).collect();
    let mut joined = Fields::new();
    let mut values: BTreeMap<&String, Vec<&Box<Field>>> = BTreeMap::new();
    for (name, field) in ours.iter().chain(theirs) {
        match twice.get(&base(name)) {
            Some(base) => values.entry(base).or_default().push(field),
            None => drop(joined.insert(name.clone(), field.clone())),
        }
    }
    for (base, mut values) in values {
        values.sort_by_key(|field| order(field));
        values.dedup();
        for (n, field) in values.into_iter().enumerate() {
            let name = if n == 0 { base.clone() } else { format!("{base}{EXTRA}{}", n + 1) };
            joined.insert(name, field.clone());
        }
        if [ours, theirs].into_iter().all(|side| *side != joined) {
            conflicts.push(Conflict(format!(
                "field {base} of a version was added twice: the second stands in {base}{EXTRA}2"
            )));
        }
    }
    joined
}

/// The field whose further value this is; `None` of a name that no join gave. Nobody else may give such a name.
pub(super) fn base(name: &str) -> Option<&str> {
    let (base, n) = name.rsplit_once(EXTRA)?;
    (!base.is_empty() && n.parse::<u32>().is_ok_and(|n| n >= 2)).then_some(base)
}

fn order(field: &Field) -> [Option<&str>; 5] {
    let secret = field.secret.as_ref().map(super::SecretKey::as_str);
    [secret, field.value.as_deref(), field.fingerprint.as_deref(), field.form.as_deref(), field.prefix.as_deref()]
}

/// Numbers are for people: where two versions have the same one, the younger gets the next free.
fn renumber(versions: &mut [Version]) {
    versions.sort_by_key(|v| (v.n, v.id));
    let mut highest = versions.last().map_or(0, |v| v.n);
    let mut taken = BTreeSet::new();
    for version in versions.iter_mut() {
        if !taken.insert(version.n) {
            highest += 1;
            version.n = highest;
        }
    }
    versions.sort_by_key(|v| v.n);
}

fn consumer(a: Consumer, b: Consumer) -> Consumer {
    let credentials: BTreeSet<Id> = a.uses.iter().chain(&b.uses).map(|u| u.credential).collect();
    let of = |consumer: &Consumer, id| consumer.uses.iter().find(|u| u.credential == id).cloned();
    let latest = |id| later(&use_stamp(id), (of(&a, id), &a.set), (of(&b, id), &b.set));
    let uses = credentials.into_iter().filter_map(latest).collect();
    Consumer {
        id: a.id.min(b.id),
        label: later("label", (a.label, &a.set), (b.label, &b.set)),
        side: later("side", (a.side, &a.set), (b.side, &b.set)),
        place: later("place", (a.place, &a.set), (b.place, &b.set)),
        set: stamps(a.set, b.set),
        uses,
    }
}

/// Takes out what was purged in either copy. An account in which the other copy put something stays.
fn bury(joined: &mut Document) {
    let dead: BTreeSet<Id> = joined.tombstones.iter().map(|t| t.id).collect();
    Arc::make_mut(&mut joined.credentials).retain(|c| !dead.contains(&c.id));
    let flows = joined.journals.iter().filter(|journal| journal.is_open()).map(|journal| journal.account);
    let mut in_use: BTreeSet<Id> = joined.credentials.iter().map(|c| c.account).chain(flows).collect();
    joined.accounts.retain(|a| !dead.contains(&a.id) || in_use.contains(&a.id));
    for consumer in &mut joined.consumers {
        consumer.uses.retain(|u| !dead.contains(&u.credential));
    }
    // A place that got something after it was forgotten is one.
    let at: BTreeMap<Id, jiff::Timestamp> = joined.tombstones.iter().map(|t| (t.id, t.at)).collect();
    joined.consumers.retain(|c| at.get(&c.id).is_none_or(|at| c.uses.iter().any(|u| u.at > *at)));
    in_use.extend(joined.consumers.iter().map(|c| c.id));
    joined.tombstones.retain(|t| !in_use.contains(&t.id));
}

/// Two computers may have made the same account: it becomes one, under the older ID.
fn fold_accounts(joined: &mut Document) {
    let mut kept: Vec<Account> = Vec::new();
    let mut moved = BTreeMap::new();
    for next in std::mem::take(&mut joined.accounts) {
        let same =
            |a: &Account| (&a.provider, a.environment, &a.slug) == (&next.provider, next.environment, &next.slug);
        match kept.iter().position(same) {
            Some(at) => {
                moved.insert(next.id, kept[at].id);
                let first = kept.remove(at);
                let id = first.id;
                kept.insert(at, Account { id, ..account(first, next) });
            }
            None => kept.push(next),
        }
    }
    joined.accounts = kept;
    for credential in Arc::make_mut(&mut joined.credentials) {
        if let Some(account) = moved.get(&credential.account) {
            Arc::make_mut(credential).account = *account;
        }
    }
    for journal in &mut joined.journals {
        journal.account = moved.get(&journal.account).copied().unwrap_or(journal.account);
    }
}

/// Two computers may have named the same consumer: it becomes one, under the older ID.
fn fold_consumers(joined: &mut Document) {
    let mut kept: Vec<Consumer> = Vec::new();
    let mut moved = BTreeMap::new();
    for next in std::mem::take(&mut joined.consumers) {
        match kept.iter().position(|c| c.label == next.label) {
            Some(at) => {
                let first = kept.remove(at);
                moved.insert(next.id, first.id);
                kept.insert(at, consumer(first, next));
            }
            None => kept.push(next),
        }
    }
    joined.consumers = kept;
    for step in joined.journals.iter_mut().flat_map(|journal| &mut journal.steps) {
        let marks: BTreeSet<_> = std::mem::take(&mut step.marks)
            .into_iter()
            .map(|mut mark| {
                mark.consumer = mark.consumer.map(|id| moved.get(&id).copied().unwrap_or(id));
                mark
            })
            .collect();
        step.marks = marks.into_iter().collect();
    }
}

/// Two computers may have given one name to two credentials: both stay, the younger gets another name.
fn rename_doubles(joined: &mut Document, conflicts: &mut Vec<Conflict>) {
    let live = |c: &&Arc<Credential>| c.binned_at.is_none();
    let mut taken: BTreeSet<(Id, String)> = BTreeSet::new();
    let all: BTreeSet<(Id, String)> =
        joined.credentials.iter().filter(live).map(|c| (c.account, c.name.to_string())).collect();
    for credential in Arc::make_mut(&mut joined.credentials).iter_mut().filter(|c| c.binned_at.is_none()) {
        let name = credential.name.to_string();
        if taken.insert((credential.account, name.clone())) {
            continue;
        }
        let base: String = name.chars().take(60).collect();
        let free = (2..1_000).map(|n| format!("{base}-{n}")).find(|n| {
            let place = (credential.account, n.clone());
            !taken.contains(&place) && !all.contains(&place)
        });
        if let Some(slug) = free.and_then(|n| n.parse().ok()) {
            conflicts.push(Conflict(format!("two credentials were named {name}: the younger is {slug} now")));
            taken.insert((credential.account, format!("{slug}")));
            Arc::make_mut(credential).name = slug;
        }
    }
}

/// Stands before the number of a field's further values.
const EXTRA: &str = "__";
