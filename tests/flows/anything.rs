//! Whatever anybody does in whatever order: no working key dies unasked, nothing becomes current unverified, and copies that went
//! apart come together again.

use jiff::{SignedDuration, Timestamp};
use paykeep::catalog::Catalog;
use paykeep::domain::journal::{Happened, Journal, Step, begin};
use paykeep::domain::provider::Reason::{Compromised, Scheduled};
use paykeep::domain::provider::{Act, CredentialSpec, Does, Reason};
use paykeep::domain::{
    Add, Change, Context, Deed, DeviceId, Document, Environment, Id, Kind, Life, NewField, Place, Proof, Version, join,
};
use proptest::prelude::*;

use super::vault::{ACCOUNT, decided, now, placed, said, secret, text, typed};
use super::walk::values;

/// The flows that are begun.
const FLOWS: [(&str, &str, Option<Reason>); 9] = [
    ("paynet", "create", None),
    ("paynet", "rotate", Some(Scheduled)),
    ("paynet", "rotate", Some(Compromised)),
    ("paynet", "revoke", Some(Scheduled)),
    ("antom", "generate", None),
    ("antom", "replace-own-pair", Some(Scheduled)),
    ("antom", "replace-one-click", Some(Compromised)),
    ("ansa", "replace", Some(Scheduled)),
    ("ansa", "lost-or-compromised", Some(Compromised)),
];

/// What somebody does, in numbers that a generator can choose.
#[derive(Clone, Debug)]
enum Action {
    Begin(u8),
    /// What the flow asks for next.
    Right(u8),
    /// Some deed at some step.
    Any {
        flow: u8,
        step: u8,
        deed: u8,
    },
    Abandon(u8),
    Point {
        which: u8,
        version: u8,
    },
    Use {
        which: u8,
        version: u8,
        label: u8,
    },
    Unuse {
        label: u8,
        which: u8,
    },
    Forget(u8),
    Leaked {
        which: u8,
        version: u8,
    },
}

fn action() -> impl Strategy<Value = Action> {
    let any = any::<u8>;
    prop_oneof![
        3 => any().prop_map(Action::Begin),
        20 => any().prop_map(Action::Right),
        6 => (any(), any(), any()).prop_map(|(flow, step, deed)| Action::Any { flow, step, deed }),
        1 => any().prop_map(Action::Abandon),
        2 => (any(), any()).prop_map(|(which, version)| Action::Point { which, version }),
        2 => (any(), any(), 0..3_u8).prop_map(|(which, version, label)| Action::Use { which, version, label }),
        1 => (0..3_u8, any()).prop_map(|(label, which)| Action::Unuse { label, which }),
        1 => (0..3_u8).prop_map(Action::Forget),
        1 => (any(), any()).prop_map(|(which, version)| Action::Leaked { which, version }),
    ]
}

fn actions(most: usize) -> impl Strategy<Value = Vec<Action>> {
    prop::collection::vec(action(), 0..most)
}

/// One computer's copy, without its encryption, which would take most of the time.
#[derive(Clone)]
struct Copy {
    document: Document,
    device: u64,
    made: u128,
    now: Timestamp,
    /// Whether the account's name is typed where it is asked for.
    consents: bool,
}

fn pick<T>(all: &[T], which: u8) -> Option<&T> {
    all.get(usize::from(which) % all.len().max(1))
}

impl Copy {
    /// A vault with a live credential of each kind that the flows are about.
    fn new(consents: bool) -> Self {
        let mut copy =
            Self { document: Document::new(Id::new(now(), 1), now()), device: 1, made: 0, now: now(), consents };
        for (provider, credential) in [
            ("paynet", "client-credentials"),
            ("antom", "key-pair"),
            ("antom", "provider-public-key"),
            ("ansa", "secret-key"),
        ] {
            let spec = Catalog::builtin().get(provider).unwrap().credential(credential).unwrap();
            let fields = spec.fields.iter().map(|field| copy.value(spec, &field.name)).collect();
            let reference = format!("{provider}/live/{ACCOUNT}/{}", spec.name).parse().unwrap();
            copy.made += 1;
            let (kind, used_by) = (spec.kind, vec!["n0".into()]);
            copy.does(Change::Add(Box::new(Add { used_by, ..Add::of(reference, kind, Place::New, fields) })));
        }
        copy
    }

    fn on(&self, device: u64) -> Self {
        Self { device, made: u128::from(device) << 32, ..self.clone() }
    }

    /// A value that nothing else has; both halves of a pair have one number.
    fn value(&self, spec: &CredentialSpec, field: &str) -> NewField {
        let value = format!("{}-{}", if field.ends_with("_key") { "key" } else { field }, self.made);
        if spec.field(field).is_some_and(|known| known.secret) { secret(field, &value) } else { text(field, &value) }
    }

    fn does(&mut self, change: Change) {
        self.now = self.now.checked_add(SignedDuration::from_secs(7)).unwrap();
        let (now, mut made) = (self.now, self.made);
        let mut new_id = || {
            made += 1;
            Id::new(now, made)
        };
        let fingerprint = |_: Kind, _: &str, value: &[u8]| String::from_utf8_lossy(value).into_owned();
        let device = DeviceId::new(self.device);
        let mut context = Context { now, device, new_id: &mut new_id, fingerprint: &fingerprint };
        let before = self.document.clone();
        if self.document.apply(change, &mut context).is_err() {
            assert_eq!(self.document, before, "a refused deed changed something");
        }
        self.made = made + 1;
    }

    fn acts(&mut self, action: &Action) {
        if let Some(change) = self.change(action) {
            self.does(change);
        }
    }

    fn acts_all(&mut self, actions: &[Action]) {
        for action in actions {
            self.acts(action);
        }
    }

    fn name(&self) -> &'static str {
        if self.consents { ACCOUNT } else { "acm" }
    }

    fn change(&self, action: &Action) -> Option<Change> {
        let document = &self.document;
        let open: Vec<&Journal> = document.journals.iter().filter(|journal| journal.is_open()).collect();
        let version = |which: u8, version: u8| {
            let credential = pick(&document.credentials, which)?;
            Some((credential.id, pick(&credential.versions, version)?.id))
        };
        let labelled = |n: u8| document.consumers.iter().find(|consumer| consumer.label == format!("n{n}"));
        Some(match *action {
            Action::Begin(n) => {
                let (provider, flow, reason) = FLOWS[usize::from(n) % FLOWS.len()];
                let provider = Catalog::builtin().get(provider).unwrap();
                let slug = ACCOUNT.parse().unwrap();
                let begun = begin(provider, provider.flow(flow).unwrap(), reason, (Environment::Live, &slug, None));
                Change::Begin(Box::new(begun.unwrap()))
            }
            Action::Right(flow) => self.right(pick(&open, flow)?)?,
            Action::Any { flow, step, deed } => {
                let journal = pick(&document.journals, flow)?;
                let step = pick(&journal.steps, step)?.id.clone();
                Change::Step { journal: journal.id, deed: self.any(journal, &step, deed), step }
            }
            Action::Abandon(flow) => {
                Change::Abandon { journal: pick(&open, flow)?.id, typed: Some(self.name().to_owned()) }
            }
            Action::Point { which, version: n } => {
                let (credential, version) = version(which, n)?;
                Change::PointTo { credential, version }
            }
            Action::Use { which, version: n, label } => {
                let (credential, own) = version(which, n)?;
                let uses = Some((credential, Some(own), Proof::Matched));
                Change::Consumer { label: format!("n{label}"), side: None, place: None, uses }
            }
            Action::Unuse { label, which } => {
                let consumer = labelled(label)?;
                let used = pick(&consumer.uses, which)?.credential;
                Change::Unuse { consumer: consumer.id, credentials: vec![used] }
            }
            Action::Forget(label) => Change::RemoveConsumer(labelled(label)?.id),
            Action::Leaked { which, version: n } => {
                let (credential, version) = version(which, n)?;
                Change::Leaked { credential, version }
            }
        })
    }

    fn values(&self, journal: &Journal, step: &str) -> Deed {
        let provider = Catalog::builtin().get(journal.provider.as_str()).unwrap();
        Deed::Values(values(provider, journal, journal.step(step).unwrap(), |spec, field| self.value(spec, field)))
    }

    fn right(&self, journal: &Journal) -> Option<Change> {
        let step = &journal.steps[journal.now()?];
        let left = || self.document.still_to_move(journal, step);
        let status = |own: fn(&paykeep::domain::journal::Call) -> &Vec<u16>| {
            step.call.as_ref().map_or_else(said, |call| Deed::Status(own(call)[0]))
        };
        let deed = match step.act {
            _ if step.asks_consent() => self.typed(journal, step),
            Act::Generate | Act::Take => self.values(journal, &step.id),
            Act::TakeOnce if step.last(Happened::Kept).is_none() => self.values(journal, &step.id),
            Act::Seal if step.last(Happened::Copied).is_none() => Deed::Copied,
            Act::TakeOnce | Act::Seal => Deed::Known,
            Act::Approval => decided(true),
            Act::Verify => status(|call| &call.alive),
            Act::ProveDead => status(|call| &call.dead),
            Act::Substitute => left().first().map_or_else(said, |label| placed(label)),
            _ => said(),
        };
        Some(Change::Step { journal: journal.id, step: step.id.clone(), deed })
    }

    /// The account's name, by who was told of every place that has what the step stops.
    fn typed(&self, journal: &Journal, step: &Step) -> Deed {
        let despite = self.document.killed_at(journal, step);
        Deed::Typed { name: self.name().into(), note: "clicked".into(), despite }
    }

    fn any(&self, journal: &Journal, step: &str, deed: u8) -> Deed {
        match deed % 12 {
            0 | 1 => said(),
            2 => journal.step(step).map_or_else(said, |step| self.typed(journal, step)),
            3 => self.values(journal, step),
            4 => Deed::Copied,
            5 => Deed::Known,
            6 => decided(deed < 200),
            7 => Deed::Status([200, 401, 500][usize::from(deed) % 3]),
            8 => placed("n1"),
            9 => Deed::Note("noted".into()),
            10 => Deed::Values(Vec::new()),
            _ => typed(""),
        }
    }

    /// The versions that work, of credentials that stand in no bin.
    fn working(&self) -> Vec<(Id, Id)> {
        let working = |c: &std::sync::Arc<paykeep::domain::Credential>| {
            let id = c.id;
            c.versions.iter().filter(|v| v.life == Life::Active).map(move |v| (id, v.id)).collect::<Vec<_>>()
        };
        self.document.credentials.iter().flat_map(working).collect()
    }

    /// What holds whatever was done.
    fn holds_together(&self) {
        for journal in &self.document.journals {
            let done = journal.steps.iter().all(|step| step.done.is_some());
            assert!(!(done && journal.is_open()), "a flow with all its steps done goes on");
            for slot in journal.slots.iter().filter(|slot| slot.new != slot.old) {
                let Some((id, new)) = slot.credential.zip(slot.new) else { continue };
                let Some(credential) = self.document.credential(id) else { continue };
                let version = self.document.version(id, new).unwrap();
                fits_its_evidence(journal, &slot.name, version);
                let current = credential.current.as_ref().is_some_and(|current| current.version == new);
                if current || version.life == Life::Active {
                    let verified =
                        journal.steps.iter().filter(|step| step.act == Act::Verify).all(|step| step.done.is_some());
                    let approved =
                        journal.steps.iter().filter(|step| step.act == Act::Approval).all(|step| step.done.is_some());
                    assert!(verified && approved, "«{}» promoted what was not verified", journal.title);
                }
            }
        }
    }
}

/// What was seen of a version is what it holds.
fn fits_its_evidence(journal: &Journal, slot: &str, version: &Version) {
    for step in journal.steps.iter().filter(|step| matches!(step.act, Act::Generate | Act::Take)) {
        let Some(done) = &step.done else { continue };
        let named = step.fields.iter().filter(|field| *field.slot == *slot).map(|field| field.field.as_str());
        let halves = step.slots.iter().filter(|own| *own == slot).flat_map(|_| ["private_key", "public_key"]);
        for name in named.chain(halves) {
            let Some(print) = done.evidence.get(name) else { continue };
            // Two computers may have given it the same lacking field: it has both values then.
            let own = version.fields.iter().filter(|(own, _)| own.starts_with(name));
            let fits = own.flat_map(|(_, field)| [&field.value, &field.fingerprint]).flatten().any(|own| own == print);
            assert!(fits, "«{}» says of v{} what was seen of another", step.title, version.n);
        }
    }
}

/// A life only rises; but what one copy gave up goes on where the other uses it, or has stopped all else.
fn is_kept(before: Life, now: Life, works: bool) -> bool {
    now >= before || (before == Life::Abandoned && (works || matches!(now, Life::Active | Life::Retired)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_working_key_dies_without_the_account_s_name(actions in actions(120)) {
        let mut copy = Copy::new(false);
        for action in &actions {
            let before = copy.working();
            copy.acts(action);
            let after = copy.working();
            prop_assert!(before.iter().all(|own| after.contains(own)), "{action:?} stopped a key unasked");
            copy.holds_together();
        }
    }

    #[test]
    fn nothing_becomes_current_unverified_and_no_key_dies_under_its_consumers(actions in actions(160)) {
        let mut copy = Copy::new(true);
        for action in &actions {
            let before = copy.working();
            copy.acts(action);
            copy.holds_together();
            let after = copy.working();
            for (credential, version) in before.iter().filter(|own| !after.contains(own)) {
                let stopped = |journal: &&Journal| {
                    let stops = |step: &Step| step.done.is_some() && journal.killed(step) == Some((*credential, *version));
                    journal.steps.iter().any(stops)
                };
                // What nobody stopped was replaced, as a provider's own key is.
                let Some(journal) = copy.document.journals.iter().rfind(stopped) else { continue };
                let slot = journal.slots.iter().find(|slot| slot.credential == Some(*credential)).unwrap();
                if slot.overlaps && !journal.stops_damage() && journal.does != Does::Revoke {
                    let holders = copy.document.holders_of(*credential, *version);
                    prop_assert!(holders.is_empty(), "{holders:?} had it still");
                }
            }
        }
    }

    #[test]
    fn copies_that_went_apart_come_together_in_either_order(common in actions(60), ours in actions(30), theirs in actions(30)) {
        let mut base = Copy::new(true);
        base.acts_all(&common);
        let (mut a, mut b) = (base.on(2), base.on(3));
        a.acts_all(&ours);
        b.acts_all(&theirs);
        let joined = |a: &Copy, b: &Copy| join(a.document.clone(), b.document.clone()).0;

        let result = joined(&a, &b);
        prop_assert!(result == joined(&b, &a), "the order matters");
        let again = Copy { document: result.clone(), ..a.clone() };
        prop_assert!(joined(&again, &b) == result, "joining twice changes something");
        prop_assert!(joined(&again, &a) == result, "joining an ancestor changes something");
        prop_assert!(joined(&base, &a) == a.document, "an ancestor adds nothing");
        again.holds_together();
        let works = |id: Id| result.journals.iter().any(|journal| journal.instead().any(|(_, new)| new == id));
        for copy in [&a, &b] {
            for old in copy.document.credentials.iter() {
                let new = result.credential(old.id).unwrap();
                for version in &old.versions {
                    let kept = new.versions.iter().find(|v| v.id == version.id);
                    prop_assert!(kept.is_some_and(|kept| is_kept(version.life, kept.life, works(version.id))), "a version is lost or revived");
                }
            }
            for old in &copy.document.journals {
                let new = result.journal(old.id).unwrap();
                // What was done about one version says nothing of the other.
                let apart = old.slots.iter().zip(&new.slots).any(|(old, new)| old.new.is_some() && old.new != new.new);
                for step in &old.steps {
                    let kept = new.step(&step.id).unwrap();
                    prop_assert!(apart || step.done.is_none() || kept.done.is_some(), "a step is to be done twice");
                    prop_assert!(step.marks.iter().all(|mark| kept.marks.iter().any(|own| own.at == mark.at)), "a mark is lost");
                }
                prop_assert!(old.is_open() || !new.is_open(), "a flow that ended goes on");
            }
        }
        for journal in &result.journals {
            prop_assert!(!journal.is_open() || journal.now().is_some(), "«{}» is open, but no step is", journal.title);
        }
        // Whatever was joined can be gone on with.
        let mut copy = again;
        for n in 0..40 {
            copy.acts(&Action::Right(n));
        }
    }
}
