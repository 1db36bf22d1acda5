//! Pairs that paykeep makes, held to what `openssl` says of them: 200 of 2048 bits, and some of the longer ones.

use std::collections::HashSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use paykeep::keys::{Form, PrivateKey, identify};
use paykeep::shell::keygen;
use rsa::Pkcs1v15Sign;
use rsa::sha2::{Digest, Sha256};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};

/// How many of which length.
const LENGTHS: [(u32, usize); 3] = [(2048, 200), (3072, 6), (4096, 4)];
const MESSAGE: &[u8] = b"POST /v1/payments 2026-11-26T09:12:00Z {}";

static PAIRS: LazyLock<Vec<PrivateKey>> = LazyLock::new(|| {
    let lengths = LENGTHS.into_iter().flat_map(|(bits, count)| std::iter::repeat_n(bits, count));
    lengths.map(|bits| keygen::generate(bits).expect("made")).collect()
});

/// Does `work` with each pair and a folder of its own, on two threads.
fn each(work: impl Fn(&PrivateKey, &Path) + Sync) {
    let half = PAIRS.len().div_ceil(2);
    let work = &work;
    std::thread::scope(|scope| {
        for pairs in PAIRS.chunks(half) {
            scope.spawn(move || {
                let folder = tempfile::tempdir().expect("a folder");
                for pair in pairs {
                    work(pair, folder.path());
                }
            });
        }
    });
}

/// What `openssl` prints. It runs in `folder`, so names in `arguments` are those of files there.
fn openssl(arguments: &str, folder: &Path) -> Vec<u8> {
    let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output();
    let output = output.expect("openssl must be installed");
    assert!(output.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn written(key: &PrivateKey, form: Form) -> Vec<u8> {
    key.write(form).expect("written").expose().as_bytes().to_vec()
}

#[test]
fn openssl_finds_nothing_wrong_and_writes_the_same_bytes() {
    each(|key, folder| {
        fs::write(folder.join("key"), written(key, Form::Pkcs8Pem)).expect("written");
        let said = openssl("pkey -in key -check", folder);
        // The check, and the key once more as PKCS#8.
        let (verdict, pem) = said.split_at("Key is valid\n".len());
        assert_eq!(verdict, b"Key is valid\n");
        assert_eq!(pem, written(key, Form::Pkcs8Pem));
        assert_eq!(openssl("rsa -in key -traditional", folder), written(key, Form::Pkcs1Pem));
        let spki = openssl("pkey -in key -pubout", folder);
        assert_eq!(spki, written(key, Form::SpkiPem));
        let bare = |pem: &[u8]| -> Vec<u8> {
            let lines = pem.split(|&byte| byte == b'\n').filter(|line| !line.starts_with(b"-----"));
            lines.flatten().copied().collect()
        };
        assert_eq!(bare(pem), written(key, Form::Pkcs8Base64));
        assert_eq!(bare(&spki), written(key, Form::SpkiBase64));
        for form in Form::ALL {
            let read = identify(&written(key, form)).expect("a key");
            assert_eq!(read.public().expect("read"), key.public());
        }
    });
}

#[test]
fn a_signature_by_either_is_verified_by_the_other() {
    let digest = Sha256::digest(MESSAGE);
    each(|key, folder| {
        let file = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("written");
        file("key", &written(key, Form::Pkcs8Pem));
        file("public", &written(key, Form::SpkiPem));
        file("message", MESSAGE);
        let theirs = openssl("dgst -sha256 -sign key message", folder);
        key.public().rsa().verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &theirs).expect("it is genuine");
        let mut random = UnwrapErr(SysRng);
        let ours = key.rsa().sign_with_rng(&mut random, Pkcs1v15Sign::new::<Sha256>(), &digest).expect("signed");
        assert_eq!(ours, theirs);
        file("signature", &ours);
        assert_eq!(openssl("dgst -sha256 -verify public -signature signature message", folder), b"Verified OK\n");
    });
}

#[test]
fn numbers_are_as_fips_186_5_wants_them_and_no_prime_comes_twice() {
    let mut seen = HashSet::new();
    let lengths = LENGTHS.into_iter().flat_map(|(bits, count)| std::iter::repeat_n(bits, count));
    for (key, bits) in PAIRS.iter().zip(lengths) {
        let rsa = key.rsa();
        assert_eq!((key.bits(), rsa.e().clone()), (bits, rsa::BoxedUint::from(65537u32)));
        rsa.validate().expect("its numbers fit together");
        let [p, q] = rsa.primes() else { panic!("two primes") };
        for prime in [p, q] {
            assert_eq!(prime.bits(), bits / 2);
            assert!(prime.bit_vartime(bits / 2 - 2), "the two highest bits are set");
            assert!(seen.insert(prime.to_be_bytes()), "a prime that came before");
        }
        let distance = if p > q { p.wrapping_sub(q.as_ref()) } else { q.wrapping_sub(p.as_ref()) };
        assert!(distance.bits() > bits / 2 - 100);
        assert!(rsa.d().bits() > bits / 2);
    }
}

/// For tests in other languages: `PAIRS=DIR cargo test --test keygen -- --ignored` writes both halves of each pair there.
#[test]
#[ignore = "it writes files for others"]
fn pairs_for_others() {
    let folder = std::env::var("PAIRS").expect("PAIRS names a folder");
    for (n, key) in PAIRS.iter().enumerate() {
        for (form, name) in [(Form::Pkcs8Pem, "private"), (Form::SpkiPem, "public")] {
            fs::write(Path::new(&folder).join(format!("{n:03}.{name}.pem")), written(key, form)).expect("written");
        }
    }
}
