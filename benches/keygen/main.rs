//! How long an RSA pair takes beside `openssl genpkey`: `cargo bench --bench keygen`. The ratio of the medians is what to trust.
//!
//! One process a key for both, from its start to its PEM in PKCS#8, taking turns so that a busy machine slows both. The search is a
//! matter of luck, hence the many rounds; `cargo bench --bench keygen -- 400` makes them more.

#![expect(clippy::print_stdout, reason = "a bench prints its numbers")]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use paykeep::keys::{Form, LENGTHS};
use paykeep::shell::keygen;

// The program's own allocator, since every time depends on it.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

const ROUNDS: usize = 40;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |text: &String| text.parse().ok();
    if let Some(at) = arguments.iter().position(|argument| argument == "--one") {
        one(arguments.get(at + 1).and_then(number).expect("--one BITS"));
        return;
    }
    let rounds = arguments.iter().find_map(number).map_or(ROUNDS, |n| usize::try_from(n).expect("a count"));
    for bits in LENGTHS {
        compare(bits, rounds);
    }
}

/// What the other process does: makes one key and prints it.
fn one(bits: u32) {
    let pem = keygen::generate(bits).and_then(|key| key.write(Form::Pkcs8Pem)).expect("made");
    std::io::stdout().write_all(pem.expose().as_bytes()).expect("printed");
}

fn compare(bits: u32, rounds: usize) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let own = std::env::current_exe().expect("its own path");
    for round in 0..rounds {
        let mine = || timed(Command::new(&own).arg("--one").arg(bits.to_string()));
        let other = || {
            let option = format!("rsa_keygen_bits:{bits}");
            timed(Command::new("openssl").args(["genpkey", "-algorithm", "RSA", "-pkeyopt", &option]))
        };
        // Each is the first as often as the second.
        if round % 2 == 0 {
            ours.push(mine());
            theirs.push(other());
        } else {
            theirs.push(other());
            ours.push(mine());
        }
    }
    let (ours, theirs) = (Spread::of(&ours), Spread::of(&theirs));
    println!(
        "{bits}: {:.2} of openssl genpkey's time by the median, {:.2} by the mean; paykeep {ours}, openssl {theirs}",
        ours.median / theirs.median,
        ours.mean / theirs.mean
    );
}

fn timed(command: &mut Command) -> Duration {
    let begun = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("openssl must be installed");
    let took = begun.elapsed();
    assert!(status.success(), "{command:?}");
    took
}

/// Milliseconds.
struct Spread {
    median: f64,
    mean: f64,
    least: f64,
    most: f64,
    count: usize,
}

impl Spread {
    fn of(times: &[Duration]) -> Self {
        let mut ms: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        ms.sort_by(f64::total_cmp);
        let count = ms.len();
        let median = f64::midpoint(ms[(count - 1) / 2], ms[count / 2]);
        #[expect(clippy::cast_precision_loss, reason = "a count of rounds")]
        let mean = ms.iter().sum::<f64>() / count as f64;
        Self { median, mean, least: ms[0], most: ms[count - 1], count }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:.0} ms [{:.0}–{:.0}], n = {}", self.median, self.least, self.most, self.count)
    }
}
