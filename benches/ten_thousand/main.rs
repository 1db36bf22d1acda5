//! What paykeep's core costs at 10,000 credentials: `cargo bench`. Each line is a ratio to the floor that nothing can go below.
//!
//! `cargo bench --bench ten_thousand -- --make DIR` writes the vault there instead (passphrase on the first line of standard input),
//! for measurements of the built program.

#![expect(clippy::print_stdout, reason = "a bench prints its numbers")]

mod vault;

use std::hint::black_box;
use std::io::{Read, Write};
use std::iter;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use age::{Decryptor, Encryptor};
use paykeep::secret::SecretText;
use paykeep::vault::{Draft, Unlocked, VaultKey, WORK_FACTOR};

// The program's own allocator, since every time depends on it.
#[global_allocator]
static ALLOCATOR: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

const ROUNDS: usize = 15;
// Marked «TESTING» in its file, so that nobody takes it for a key that leaked.
const PEM: &str = include_str!("../../tests/keys/rsa2048.txt");

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let key = VaultKey::generate();
    let pem = PEM.replace("TESTING KEY", "PRIVATE KEY");
    println!("making a vault of {} credentials", vault::CREDENTIALS);
    let unlocked = vault::vault(&key, &pem);
    // The last one is a save, whose file is what a vault on disk would be.
    let last = vault::CREDENTIALS - 1;
    let next = || vault::applied(&unlocked, vault::add(last, &pem), last);
    let file = next().seal(&key).and_then(|sealed| sealed.file(&key)).expect("it can be encrypted");
    println!("vault.age is {} kB", file.len() / 1000);
    match arguments.iter().position(|argument| argument == "--make") {
        Some(at) => make(&key, &file, &PathBuf::from(arguments.get(at + 1).expect("--make DIR"))),
        None => {
            measure(&key, &file, &next);
            let (in_flow, step) = vault::in_a_flow(&key, &unlocked);
            let floor = || next().seal(&key).and_then(|sealed| sealed.file(&key)).expect("it can be encrypted");
            let ours = |()| {
                let sealed = vault::applied(&in_flow, step(), last + 1).seal(&key).expect("it fits");
                sealed.file(&key).expect("it can be encrypted")
            };
            compare("step", || {}, ours, "the same save of another change: a step of a flow", &floor);
        }
    }
}

fn measure(key: &VaultKey, file: &[u8], next: &dyn Fn() -> Draft) {
    let identity = identity(key);
    let decrypt = || {
        let mut reader =
            Decryptor::new(file).and_then(|opened| opened.decrypt(iter::once(&identity as _))).expect("it is its own");
        let mut text = Vec::with_capacity(file.len());
        reader.read_to_end(&mut text).expect("it is whole");
        text
    };
    let text = decrypt();
    let recipient = identity.to_public();
    let encrypt = || {
        let encryptor = Encryptor::with_recipients(iter::once(&recipient as _)).expect("a recipient");
        let mut file = Vec::with_capacity(file.len());
        let mut writer = encryptor.wrap_output(&mut file).expect("memory");
        writer.write_all(&text).and_then(|()| writer.finish()).expect("memory");
        file
    };
    let parse = || toml::from_str::<toml::Table>(std::str::from_utf8(&text).expect("TOML is UTF-8"));
    let open = |()| Unlocked::open(key, file);
    let seal = |draft: Draft| draft.seal(key).and_then(|sealed| sealed.file(key));
    compare("open", || {}, open, "decrypting the same bytes with the age crate", &decrypt);
    compare("open", || {}, open, "parsing the same bytes with the toml crate", &parse);
    compare("seal", next, seal, "encrypting the same bytes with the age crate", &encrypt);
}

/// The vault's identity for the age crate: sealed cheaply and opened again, since nothing else gives it away.
fn identity(key: &VaultKey) -> age::x25519::Identity {
    let file = key.seal(&SecretText::copied("bench"), 2).expect("it can be encrypted");
    let passphrase = age::scrypt::Identity::new("bench".to_owned().into());
    let text = age::decrypt(&passphrase, &file).expect("its own passphrase");
    let text = String::from_utf8(text).expect("bech32");
    text.lines().find_map(|line| line.parse().ok()).expect("one identity line")
}

/// Interleaves the two, so that a busy machine slows both; prints the medians and their ratio.
fn compare<Input, Ours, Floor>(
    what: &str,
    input: impl Fn() -> Input,
    ours: impl Fn(Input) -> Ours,
    floor_is: &str,
    floor: &dyn Fn() -> Floor,
) {
    let (mut mine, mut least) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let given = input();
        mine.push(timed(|| ours(given)));
        least.push(timed(floor));
    }
    let (mine, least) = (median(mine), median(least));
    let ratio = mine.as_secs_f64() / least.as_secs_f64();
    println!("{what:<8} {:>8.2} ms  {ratio:>6.2} × {floor_is} ({:.2} ms)", ms(mine), ms(least));
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    black_box(work());
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn make(key: &VaultKey, file: &[u8], folder: &Path) {
    let mut passphrase = String::new();
    std::io::stdin().read_line(&mut passphrase).expect("the passphrase on standard input");
    let passphrase = SecretText::new(passphrase.trim_end().to_owned());
    let identity = key.seal(&passphrase, WORK_FACTOR).expect("it can be encrypted");
    for (name, bytes) in [("identity.age", identity.as_slice()), ("vault.age", file)] {
        std::fs::write(folder.join(name), bytes).expect("the folder can be written");
    }
}
