//! `openssl` as the second opinion on messages of no particular kind.

use std::fs;
use std::process::Command;

use paykeep::keys::{self, Form};

use super::*;

/// What `openssl` says of files in a folder.
fn openssl(folder: &tempfile::TempDir, words: &[&str]) -> Vec<u8> {
    let run = Command::new("openssl").current_dir(folder.path()).args(words).output().unwrap();
    assert!(run.status.success(), "{words:?}: {}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

fn bodies() -> Vec<String> {
    vec![String::new(), "{}".into(), "x".repeat(100_000), "\u{fffd}\u{1f600}\r\n\0".into()]
}

fn folder(key: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let key = keys::identify(test_key(key).as_bytes()).unwrap();
    fs::write(folder.path().join("private.pem"), key.write(Form::Pkcs8Pem).unwrap().expose()).unwrap();
    fs::write(folder.path().join("public.pem"), key.write(Form::SpkiPem).unwrap().expose()).unwrap();
    folder
}

#[test]
fn openssl_makes_the_same_hmac() {
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::new("paynet", "reports", b"s3cr3t");
    for time in ["1700000000", "1", "99999999999"] {
        let signed = bench.sign(&message("GET", "/", &[], ""), Some(time)).unwrap();
        fs::write(folder.path().join("text"), &signed.text).unwrap();
        let theirs = openssl(&folder, &["dgst", "-sha256", "-hmac", "s3cr3t", "-r", "text"]);
        assert!(theirs.starts_with(signed.signature.expose().as_bytes()));
    }
}

#[test]
fn openssl_makes_and_verifies_the_same_rsa_signatures() {
    for (provider, recipe, key, options) in [
        ("antom", "request", PKCS1_KEY, &[][..]),
        ("amazon-pay", "button", PSS_KEY, &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:20"]),
        ("amazon-pay", "button-v2", PSS_KEY, &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]),
    ] {
        let folder = folder(key);
        let key = test_key(key);
        let mut bench = Bench::new(provider, recipe, key.as_bytes());
        bench.recipe.sign.encode = vec![paykeep::domain::provider::Coding::Hex];
        for body in bodies() {
            let message = message("POST", "https://x.example/ams/api/x", &[], &body);
            let signed = bench.sign(&message, None).unwrap();
            let ours = signed.signature.expose().as_bytes();
            let bytes: Vec<u8> = ours
                .chunks(2)
                .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
                .collect();
            fs::write(folder.path().join("text"), &signed.text).unwrap();
            fs::write(folder.path().join("ours"), &bytes).unwrap();
            let check =
                [&["dgst", "-sha256", "-verify", "public.pem", "-signature", "ours"], options, &["text"]].concat();
            assert_eq!(openssl(&folder, &check), b"Verified OK\n");
            let make = [&["dgst", "-sha256", "-sign", "private.pem"], options, &["text"]].concat();
            let output = openssl(&folder, &make);
            let theirs = output.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
            let context = bench.context(Some("1700000000000"));
            let verdict = verify(&bench.recipe, &message, &context, &bench.keys(), Some(&theirs), now()).unwrap();
            assert!(verdict.verified(), "{recipe}");
        }
    }
}

#[test]
fn a_key_of_unusual_length_or_exponent_signs_as_well() {
    let folder = tempfile::tempdir().unwrap();
    for (bits, exponent) in [("1024", "65537"), ("2048", "3"), ("2047", "65537"), ("4608", "65537")] {
        let bits = format!("rsa_keygen_bits:{bits}");
        let exponent = format!("rsa_keygen_pubexp:{exponent}");
        let make = ["genpkey", "-algorithm", "RSA", "-pkeyopt", &bits, "-pkeyopt", &exponent, "-out", "private.pem"];
        openssl(&folder, &make);
        openssl(&folder, &["pkey", "-in", "private.pem", "-pubout", "-out", "public.pem"]);
        let key = fs::read(folder.path().join("private.pem")).unwrap();
        for (provider, recipe, options) in [
            ("antom", "request", &[][..]),
            ("amazon-pay", "button-v2", &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32"]),
        ] {
            let mut bench = Bench::new(provider, recipe, &key);
            bench.recipe.sign.encode = vec![paykeep::domain::provider::Coding::Base64];
            let signed = bench.sign(&message("POST", "https://x.example/ams/api/x", &[], "{}"), None).unwrap();
            fs::write(folder.path().join("text"), &signed.text).unwrap();
            fs::write(folder.path().join("base64"), signed.signature.expose()).unwrap();
            openssl(&folder, &["base64", "-d", "-A", "-in", "base64", "-out", "ours"]);
            let check =
                [&["dgst", "-sha256", "-verify", "public.pem", "-signature", "ours"], options, &["text"]].concat();
            assert_eq!(openssl(&folder, &check), b"Verified OK\n", "{recipe} {bits} {exponent}");
        }
    }
}
