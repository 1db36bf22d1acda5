//! What the vault costs in processor time at 10,000 credentials, a fifth of them with an RSA key in PEM.
//!
//! `cargo bench --bench vault` prints a line a step: the median of 15 runs and the range. Figures of one machine in one run: compare
//! them with each other, not with another machine's.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark prints what it measured, by a clock")]

use std::hint::black_box;
use std::sync::LazyLock;
use std::time::Instant;

use jiff::Timestamp;
use paykeep::domain::{Add, Change, DeviceId, Id, Kind, NewField, NewValue, Origin, Place};
use paykeep::secret::SecretBytes;
use paykeep::vault::{Draft, Sealed, Unlocked, VaultKey};

#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() {
    let key = VaultKey::generate();
    let now: Timestamp = "2026-11-22T09:12:00Z".parse().expect("a time");
    let mut made = 0;
    let mut new_id = || {
        made += 1;
        Id::new(now, made)
    };
    let device = DeviceId::new(1);
    let mut full = Draft::new(Id::new(now, 0), now, SecretBytes::new(vec![7; 32]));
    for n in 0..CREDENTIALS {
        full.apply(credential(n), now, &device, &mut new_id).expect("a free name");
    }
    let Sealed { file, unlocked: vault } = full.seal(&key).expect("it fits");
    let mut changed = || {
        let mut draft = vault.draft();
        draft.apply(credential(CREDENTIALS), now, &device, &mut new_id).expect("a free name");
        draft
    };
    println!("{CREDENTIALS} credentials, {} kB", file.len() / 1000);
    measure("open: decrypt, check, parse", || drop(black_box(Unlocked::open(&key, &file).expect("it opens"))));
    measure("change one credential", || drop(black_box(changed())));
    measure("change one and seal: write, MAC, encrypt", || {
        drop(black_box(changed().seal(&key).expect("it fits")));
    });
    measure("find a value among all (whose)", || drop(black_box(vault.whose(b"no such value"))));
    measure("follow a reference", || assert!(black_box(vault.document.resolve("other/live/a7/n9007").is_ok())));
}

fn credential(n: usize) -> Change {
    let value = if n % 5 == 0 { PEM.replace("AAAA", &format!("{n:04X}")) } else { format!("sk_live_{n:032x}") };
    Change::Add(Box::new(Add {
        reference: format!("other/live/a{}/n{n}", n % 10).parse().expect("a reference"),
        kind: Kind::SecretKey,
        place: Place::New,
        fields: vec![NewField {
            name: "value".into(),
            value: NewValue::Secret(SecretBytes::new(value.into_bytes())),
            form: None,
            prefix: None,
        }],
        origin: Origin::Imported,
        expires_at: None,
        label: format!("key number {n}"),
        note: "owner: payments team".into(),
        rotate_every_days: Some(90),
        used_by: vec![format!("service-{}", n % 50)],
        account_fields: [].into(),
    }))
}

/// Runs `step` 15 times after one warm-up.
fn measure(what: &str, mut step: impl FnMut()) {
    step();
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            step();
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{what:<48} {:9.3} ms [{:.3}–{:.3}]", times[7], times[0], times[14]);
}

const CREDENTIALS: usize = 10_000;
/// As long as an RSA 2048 key in PEM; not a key.
static PEM: LazyLock<String> = LazyLock::new(|| {
    format!(
        "-----BEGIN TESTING KEY-----\nAAAA{}\n-----END TESTING KEY-----\n",
        "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ\n".repeat(33)
    )
});
