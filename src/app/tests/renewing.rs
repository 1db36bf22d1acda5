//! Lists that are renewed after a change, or when time has passed, are the lists that are made anew of the same records.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::app::model::{Section, SidebarLine, Sort};
use crate::app::screen::{self, credentials};
use crate::domain::due::SOON;
use crate::domain::journal::begin;
use crate::domain::provider::Reason;
use crate::domain::{Deed, Environment, IntoUse, Proof, Version};

const REFERENCES: [&str; 10] = [
    "ansa/live/acme/secret-key",
    "ansa/sandbox/acme/secret-key",
    "ansa/live/acme/client-secret",
    "ansa/live/shop/publishable-key",
    "antom/live/acme/key-pair",
    "antom/live/acme/provider-key",
    "antom/sandbox/shop/key-pair",
    "paynet/live/acme/client-credentials",
    "other/live/shop/api-key",
    "other/sandbox/shop/api-key",
];

/// What happens, and two numbers that choose what it happens to.
type Event = (u8, usize, usize);

/// Chooses by a number.
fn nth<T>(n: usize, of: impl IntoIterator<Item = T>) -> Option<T> {
    let mut all: Vec<T> = of.into_iter().collect();
    (!all.is_empty()).then(|| all.swap_remove(n % all.len()))
}

fn hours(n: usize) -> SignedDuration {
    SignedDuration::from_hours(i64::try_from(n).unwrap())
}

/// The change that an event stands for, where there is something to change.
fn change(s: &Session, (what, a, b): Event) -> Option<Change> {
    let document = s.document();
    let credential = || nth(a, document.credentials.iter());
    let version = |of: &Credential| nth(b, of.versions.iter()).map(|version: &Version| version.id);
    let account = || nth(a, &document.accounts);
    Some(match what {
        0..10 => {
            let reference = nth(a, REFERENCES)?.parse::<crate::domain::Reference>().unwrap();
            let provider = Catalog::builtin().get(reference.provider.as_str()).unwrap();
            let named = |spec: &&crate::domain::provider::CredentialSpec| *spec.name == *reference.name.as_str();
            let spec = provider.credentials.iter().find(named).or(provider.credentials.first()).unwrap();
            let value = format!("value {}", s.ids);
            let field = |field: &crate::domain::provider::FieldSpec| {
                let secret = || NewValue::Secret(SecretBytes::copied(value.as_bytes()));
                NewField::of(&*field.name, if field.secret { secret() } else { NewValue::Public(value.clone()) })
            };
            let place = nth(b, [Place::New, Place::Pending, Place::Previous, Place::Renewed])?;
            let mut add = Add::of(reference.clone(), spec.kind, place, spec.fields.iter().map(field).collect());
            add.expires_at = nth(b / 4, [None, Some(1), Some(400), Some(2_200)])?.map(|n| s.wall + hours(n));
            add.used_by = nth(b / 16, [None, Some("billing-job".to_owned())])?.into_iter().collect();
            Change::Add(Box::new(add))
        }
        10..14 => Change::Edit {
            credential: credential()?.id,
            label: Some(format!("label {b}")),
            note: None,
            tags: None,
            rotate_every_days: nth(b, [None, Some(None), Some(Some(7)), Some(Some(30))])?,
        },
        14 => {
            let mut to = document.reference(credential()?)?;
            to.account = nth(b, ["acme", "shop"])?.parse().unwrap();
            Change::Move { credential: credential()?.id, to }
        }
        15 => Change::Bin(vec![credential()?.id]),
        16 => Change::Restore(vec![nth(a, document.credentials.iter().filter(|c| c.binned_at.is_some()))?.id]),
        17 => Change::Purge(vec![nth(a, document.credentials.iter().filter(|c| c.binned_at.is_some()))?.id]),
        18 => Change::Leaked { credential: credential()?.id, version: version(credential()?)? },
        19 | 20 => {
            let until = nth(b, [None, Some(1), Some(30), Some(500)])?.map(|n| s.wall + hours(n));
            Change::Later { credential: credential()?.id, until }
        }
        21 => Change::PointTo { credential: credential()?.id, version: version(credential()?)? },
        22 => {
            let mut wanted = IntoUse::of(credential()?.id, version(credential()?)?, None);
            wanted.said = true;
            wanted.typed = document.account(credential()?.account).map(|account| account.slug.to_string());
            Change::Use(Box::new(wanted))
        }
        23..26 => Change::Consumer {
            label: nth(b, ["billing-job", "checkout"])?.to_owned(),
            side: None,
            place: None,
            uses: Some((credential()?.id, version(credential()?), nth(a / 16, [Proof::Asked, Proof::Matched])?)),
        },
        26 => {
            let consumer = nth(a, &document.consumers)?;
            Change::Unuse { consumer: consumer.id, credentials: vec![nth(b, &consumer.uses)?.credential] }
        }
        27 => Change::Account {
            provider: account()?.provider.clone(),
            environment: account()?.environment,
            slug: account()?.slug.clone(),
            label: Some(format!("label {b}")),
            fields: BTreeMap::new(),
        },
        28 => Change::RemoveAccount(account()?.id),
        _ => return flow_change(s, (what, a, b)),
    })
}

/// The next step of a flow, its end, or another flow.
fn flow_change(s: &Session, (what, a, b): Event) -> Option<Change> {
    let document = s.document();
    let open = nth(a, document.journals.iter().filter(|flow| flow.is_open()));
    Some(match (open, what) {
        (Some(flow), 29..47) => {
            let step = flow.steps.get(flow.now()?)?;
            let typed = document.account(flow.account)?.slug.to_string();
            let value = |slot: &str, name: &str| {
                let secret = NewValue::Secret(SecretBytes::copied(format!("step {}", s.ids).as_bytes()));
                (slot.to_owned(), NewField::of(name, secret))
            };
            let values = step.fields.iter().map(|field| value(field.slot.as_str(), field.field.as_str())).collect();
            let deeds = [
                Deed::Typed { name: typed.clone(), note: "x".into(), despite: document.killed_at(flow, step) },
                Deed::Values(values),
                Deed::Known,
                Deed::Copied,
                Deed::Decided { typed: Some(typed), approved: b % 3 > 0, note: "x".into() },
                Deed::Placed { label: "billing-job".into(), proof: Proof::Asked },
                Deed::Said { note: "x".into() },
            ];
            Change::Step { journal: flow.id, step: step.id.clone(), deed: nth(b, deeds)? }
        }
        (Some(flow), 50) => {
            let typed = document.account(flow.account).map(|account| account.slug.to_string());
            Change::Abandon { journal: flow.id, typed }
        }
        _ => {
            let account = nth(a, &document.accounts)?;
            let provider = Catalog::builtin().get(account.provider.as_str()).unwrap();
            let (flow, reason) = (nth(b, &provider.flows)?, nth(b / 16, [Reason::Scheduled, Reason::Compromised])?);
            let place = (account.environment, &account.slug, Some(account));
            let run = begin(provider, flow, Some(reason), place).or_else(|_| begin(provider, flow, None, place));
            Change::Begin(Box::new(run.ok()?))
        }
    })
}

/// Lets an event happen: a change that is saved, time that passes, or another view of the list.
fn happen(s: &mut Session, event: Event) {
    let (what, a, b) = event;
    match what {
        0..51 => {
            // What the rules refuse is tried in another way; what they refuse in each way changes nothing.
            let saved = (b..b + 8).find_map(|b| s.apply(change(s, (what, a, b))?).ok());
            if let Some(saved) = saved {
                s.model.now = s.now();
                answer::renew(&mut s.model, saved.unlocked);
            }
        }
        51..54 => s.wall += SignedDuration::from_mins(i64::try_from(a % 300).unwrap()),
        54 => s.wall += hours(a % 1_000),
        // A clock may be set back.
        55 => s.wall -= hours(a % 500),
        56..62 => {
            // To the second at which something ends, comes near, or is no longer put off.
            let agenda = &s.model.inside().unwrap().rotations.agenda;
            let dates =
                agenda.iter().flat_map(|due| [due.deadline, due.deadline.map(|at| at - SOON), due.snoozed_until]);
            s.wall = nth(a, dates.flatten().filter(|at| *at > s.wall)).unwrap_or(s.wall);
        }
        _ => {
            let list = &mut s.model.inside_mut().unwrap().credentials;
            list.filter.set(nth(a, ["", "", "acme", "live ansa", "key"]).unwrap());
            list.section =
                nth(b, [Section::All, Section::Due, Section::Environment(Environment::Live), Section::Bin]).unwrap();
            let by =
                nth(b, [Sort::Deed, Sort::Deed, Sort::Provider, Sort::Account, Sort::Name, Sort::Changed]).unwrap();
            credentials::sort(s.model.inside_mut().unwrap(), by);
        }
    }
    s.send(Msg::Wake);
}

/// The lists as they are, and made anew of the same records at the same time.
fn compare(s: &Session) -> Result<(), TestCaseError> {
    let inside = s.model.inside().unwrap();
    let list = &inside.credentials;
    let now = Now { wall: list.built_at, ..s.now() };
    let mut anew = screen::inside(&s.model.catalog, inside.unlocked.clone(), &Preferences::default(), &now);
    anew.credentials.section = list.section.clone();
    anew.credentials.filter.set(list.filter.text());
    credentials::sort(&mut anew, list.sort);

    let (mine, other) = (&inside.rotations, &anew.rotations);
    prop_assert_eq!(mine.agenda.iter().collect::<Vec<_>>(), other.agenda.iter().collect::<Vec<_>>());
    prop_assert_eq!(
        (&mine.shown, mine.to_do, mine.due, &mine.lanes),
        (&other.shown, other.to_do, other.due, &other.lanes)
    );
    let other = &anew.credentials;
    prop_assert_eq!(&list.rows, &other.rows);
    prop_assert_eq!((&list.shown, &list.ends, &list.sidebar), (&other.shown, &other.ends, &other.sidebar));
    prop_assert_eq!(&inside.accounts.rows, &anew.accounts.rows);
    for line in &list.sidebar {
        if let SidebarLine::Entry { section, count, .. } = line {
            prop_assert_eq!(list.rows.iter().filter(|row| section.has(row)).count(), *count, "{:?}", section);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_the_lists_are_as_if_made_anew(
        events in prop::collection::vec((0..65u8, 0..4096usize, 0..4096usize), 1..90),
    ) {
        let mut s = Session::with(&[
            ("ansa/live/acme/secret-key", "one"),
            ("ansa/sandbox/acme/secret-key", "two"),
            ("antom/live/acme/key-pair", "three"),
            ("antom/live/acme/provider-key", "the gateway's own"),
            ("paynet/live/acme/client-credentials", "four"),
        ]);
        for event in events {
            happen(&mut s, event);
            compare(&s)?;
        }
    }
}

#[test]
fn what_becomes_late_goes_before_an_overlap_without_an_end() {
    let mut s = Session::with(&[("ansa/live/acme/secret-key", "one"), ("ansa/live/acme/client-secret", "two")]);
    let field = NewField::of("client_secret", NewValue::Secret(SecretBytes::copied(b"an older one")));
    let reference = "ansa/live/acme/client-secret".parse().unwrap();
    s.apply(Change::Add(Box::new(Add::of(reference, Kind::ClientSecret, Place::Previous, vec![field])))).unwrap();
    let id = s.credential("ansa/live/acme/secret-key").id;
    let change =
        Change::Edit { credential: id, label: None, note: None, tags: None, rotate_every_days: Some(Some(30)) };
    let saved = s.apply(change).unwrap();
    answer::renew(&mut s.model, saved.unlocked);
    let mut order = |days: usize| {
        s.wall += hours(24 * days);
        s.send(Msg::Wake);
        compare(&s).unwrap();
        s.model.inside().unwrap().credentials.rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(order(29), ["client-secret", "secret-key"]);
    assert_eq!(order(2), ["secret-key", "client-secret"]);
}
