//! How long one RSA-2048 signature takes beside `openssl speed`, with one key: `cargo bench --bench sign`.
//!
//! paykeep's is that of `sign` and of the bench's screen once the vault is open: the stored text is read as a key, checked, the
//! string to sign put together, signed and written into its header. `openssl speed` signs alone, over and over, with a key that it
//! has read once; so the key is also shown read once. The ratio is what to trust; target: 4. It depends on the processor: openssl
//! has code for AVX-512, which ring has not.

#![expect(clippy::print_stdout, reason = "a bench prints its numbers")]

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use jiff::Timestamp;
use paykeep::catalog::Catalog;
use paykeep::domain::Environment;
use paykeep::keys::{self, Form};
use paykeep::secret::SecretBytes;
use paykeep::signing::{Context, Key, Message, sign};

// The program's own allocator, since every time depends on it.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

const ROUNDS: usize = 200;
const TURNS: usize = 5;

fn main() {
    let pair = keys::generate(2048, &mut UnwrapErr(SysRng)).expect("a key");
    let pem = SecretBytes::copied(pair.write(Form::Pkcs8Pem).expect("its PEM").expose().as_bytes());
    for (provider, recipe) in [("antom", "request"), ("amazon-pay", "request-v2")] {
        let (mut whole, mut alone, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..TURNS {
            whole.push(timed(provider, recipe, &pem, true));
            alone.push(timed(provider, recipe, &pem, false));
            theirs.push(openssl());
        }
        let (whole, alone, theirs) = (median(whole), median(alone), median(theirs));
        let ratio = |ours: Duration| ours.as_secs_f64() / theirs.as_secs_f64();
        println!(
            "{provider} {recipe}: {:.2} × openssl speed with the key read each time ({} µs), {:.2} × with it read once ({} µs); \
             openssl {} µs; target 4",
            ratio(whole),
            whole.as_micros(),
            ratio(alone),
            alone.as_micros(),
            theirs.as_micros()
        );
    }
}

/// The median of a signature's time, with the key read for each of them or once.
fn timed(provider: &str, recipe: &str, pem: &SecretBytes, reading: bool) -> Duration {
    let recipe = Catalog::builtin().get(provider).and_then(|provider| provider.recipe(recipe)).expect("a recipe");
    let texts = |list: &[(&str, &str)]| list.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    let account: BTreeMap<String, String> = texts(&[("client_id", "SANDBOX_5X00000000000000"), ("region", "eu")]);
    let fields: BTreeMap<String, String> = texts(&[("key_id", "SANDBOX-ABCDEFGHIJKLMNOPQRSTUVWX")]);
    let context =
        Context { environment: Environment::Sandbox, account: &account, fields: &fields, time: None, nonce: None };
    let mut message = Message { method: Some("POST".into()), body: vec![b'1'; 1000], ..Message::default() };
    message.set_url("https://h.example/ams/api/v1/payments/pay");
    let now = Timestamp::UNIX_EPOCH;
    let random = &mut UnwrapErr(SysRng);
    let read = Key::decode(pem, &recipe.key_decode).expect("it fits");
    let times = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        let fresh = reading.then(|| Key::decode(pem, &recipe.key_decode).expect("it fits"));
        sign(recipe, fresh.as_ref().unwrap_or(&read), &message, &context, now, random).expect("signed");
        start.elapsed()
    });
    median(times.collect())
}

/// One signature's time by `openssl speed`, on one processor as ours.
fn openssl() -> Duration {
    let run = Command::new("openssl")
        .args(["speed", "-mr", "-seconds", "1", "rsa2048"])
        .stderr(Stdio::null())
        .output()
        .expect("openssl runs");
    let text = String::from_utf8_lossy(&run.stdout);
    // +F2:2:2048:signatures a second:checks a second
    let line = text.lines().find(|line| line.starts_with("+F2:")).expect("its line");
    let figure: f64 = line.split(':').nth(3).and_then(|text| text.parse().ok()).expect("its figure");
    // Older ones print seconds.
    Duration::from_secs_f64(if figure > 1.0 { 1.0 / figure } else { figure })
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
