//! A vault of 10,000 invented credentials, a fifth of them with an RSA key in PEM.

use std::sync::Arc;

use jiff::Timestamp;
use paykeep::catalog::Catalog;
use paykeep::domain::journal;
use paykeep::domain::{Add, Change, Deed, DeviceId, Environment, Id, Kind, NewField, NewValue, Place, Slug};
use paykeep::secret::SecretBytes;
use paykeep::vault::{Draft, Unlocked, VaultKey};

pub(crate) const CREDENTIALS: u32 = 10_000;
const PEM_EVERY: u32 = 5;
const PROVIDERS: [&str; 5] = ["antom", "paynet", "anexpay", "ansa", "amazon-pay"];
const ACCOUNTS: u32 = 20;

/// All of them but the last.
pub(crate) fn vault(key: &VaultKey, pem: &str) -> Arc<Unlocked> {
    let mut draft = Draft::new(id(u32::MAX), now(), SecretBytes::new(vec![9; 32]));
    for number in 0..CREDENTIALS - 1 {
        apply(&mut draft, add(number, pem), number);
    }
    // As in a vault on disk, where the log's older entries have files of their own.
    let old = draft.overfull();
    draft.archived(&old);
    draft.seal(key).expect("it can be encrypted").unlocked
}

pub(crate) fn applied(base: &Unlocked, change: Change, number: u32) -> Draft {
    let mut draft = base.draft();
    apply(&mut draft, change, number);
    draft
}

fn apply(draft: &mut Draft, change: Change, number: u32) {
    let mut ids = 0;
    let mut new_id = || {
        ids += 1;
        id(number * 8 + ids)
    };
    draft.apply(change, now(), &DeviceId::new(7), &mut new_id).expect("the reference is new");
}

/// The credential with this number.
pub(crate) fn add(number: u32, pem: &str) -> Change {
    let provider = PROVIDERS[(number / ACCOUNTS) as usize % PROVIDERS.len()];
    let environment = if number.is_multiple_of(2) { "sandbox" } else { "live" };
    let reference = format!("{provider}/{environment}/shop-{}/credential-{number}", number % ACCOUNTS);
    let (kind, field, value) = if number.is_multiple_of(PEM_EVERY) {
        (Kind::KeyPair, "private_key", pem.to_owned())
    } else {
        (Kind::SecretKey, "value", format!("sk_test_{:032x}", u128::from(number) * 0x9e37_79b9_7f4a_7c15))
    };
    Change::Add(Box::new(Add {
        label: format!("checkout number {number}"),
        note: "owner: payments team".into(),
        rotate_every_days: Some(90),
        account_fields: [("client_id".to_owned(), format!("5X{number:012}"))].into(),
        ..Add::of(
            reference.parse().expect("it has four parts"),
            kind,
            Place::New,
            vec![NewField::of(field, NewValue::Secret(SecretBytes::new(value.into_bytes())))],
        )
    }))
}

/// The vault with a flow at its first step, and what does that step.
pub(crate) fn in_a_flow(key: &VaultKey, base: &Unlocked) -> (Arc<Unlocked>, impl Fn() -> Change) {
    let provider = Catalog::builtin().get("antom").expect("it is built in");
    let flow = provider.flow("generate").expect("it has one");
    let account: Slug = "shop-new".parse().expect("a slug");
    let begin = journal::begin(provider, flow, None, (Environment::Sandbox, &account, None)).expect("it applies");
    let draft = applied(base, Change::Begin(Box::new(begin)), CREDENTIALS);
    let unlocked = draft.seal(key).expect("it can be encrypted").unlocked;
    let journal = unlocked.document.journals[0].id;
    let step = unlocked.document.journals[0].steps[0].id.clone();
    let said = move || Change::Step { journal, step: step.clone(), deed: Deed::Said { note: String::new() } };
    (unlocked, said)
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:12:00Z".parse().expect("a time")
}

fn id(number: u32) -> Id {
    Id::new(now(), u128::from(number))
}
