//! A vault of 10,000 invented credentials, a fifth of them with an RSA key in PEM.

use std::sync::Arc;

use jiff::Timestamp;
use paykeep::domain::{Add, Change, DeviceId, Id, Kind, NewField, NewValue, Origin, Place};
use paykeep::secret::SecretBytes;
use paykeep::vault::{Draft, Unlocked, VaultKey};

pub(crate) const CREDENTIALS: u32 = 10_000;
const PEM_EVERY: u32 = 5;
const PROVIDERS: [&str; 5] = ["antom", "paynet", "anexpay", "ansa", "amazon-pay"];
const ACCOUNTS: u32 = 20;

/// Single vaults are grown by joining halves: each credential is sealed about log₂ of their number times.
pub(crate) fn vault(key: &VaultKey, pem: &str) -> Arc<Unlocked> {
    let salt = SecretBytes::new(vec![9; 32]);
    let mut base = seal(Draft::new(id(u32::MAX), now(), salt), key);
    for account in 0..ACCOUNTS * 2 {
        base = seal(applied(&base, add(account, pem), account), key);
    }
    grown(key, &base, pem, ACCOUNTS * 2..CREDENTIALS)
}

fn grown(key: &VaultKey, base: &Arc<Unlocked>, pem: &str, numbers: std::ops::Range<u32>) -> Arc<Unlocked> {
    if numbers.len() == 1 {
        return seal(applied(base, add(numbers.start, pem), numbers.start), key);
    }
    let middle = u32::midpoint(numbers.start, numbers.end);
    let one = grown(key, base, pem, numbers.start..middle);
    let other = grown(key, base, pem, middle..numbers.end);
    seal(one.join(&other).expect("they differ").0, key)
}

pub(crate) fn applied(base: &Unlocked, change: Change, number: u32) -> Draft {
    let mut ids = 0;
    let mut new_id = || {
        ids += 1;
        id(number * 8 + ids)
    };
    base.apply(change, now(), DeviceId::new(7), &mut new_id).expect("the reference is new").0
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
        reference: reference.parse().expect("it has four parts"),
        kind,
        place: Place::New,
        fields: vec![NewField {
            name: field.into(),
            value: NewValue::Secret(SecretBytes::new(value.into_bytes())),
            form: None,
            prefix: None,
        }],
        origin: Origin::Pasted,
        expires_at: None,
        label: format!("checkout number {number}"),
        note: "owner: payments team".into(),
        rotate_every_days: Some(90),
        used_by: Vec::new(),
        account_fields: [("client_id".to_owned(), format!("5X{number:012}"))].into(),
    }))
}

pub(crate) fn now() -> Timestamp {
    "2026-11-22T09:12:00Z".parse().expect("a time")
}

fn id(number: u32) -> Id {
    Id::new(now(), u128::from(number))
}

fn seal(draft: Draft, key: &VaultKey) -> Arc<Unlocked> {
    draft.seal(key).expect("it can be encrypted").unlocked
}
