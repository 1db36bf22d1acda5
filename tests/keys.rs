//! Keys in every encoding, against what `openssl` and `ssh-keygen` make of the same key. Both programs must be installed.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use getrandom::SysRng;
use getrandom::rand_core::UnwrapErr;
use paykeep::keys::{
    Algorithm, Flaw, Foreign, Form, KeyError, MAX_LEN, Structure, Wrapping, belongs_together, convert, generate,
    identify,
};
use paykeep::secret::SecretText;
use proptest::prelude::*;

/// A key that was made for these tests. Its label keeps scanners of secrets quiet.
static PEM: LazyLock<String> = LazyLock::new(|| include_str!("keys/rsa2048.txt").replace("TESTING KEY", "PRIVATE KEY"));

fn openssl(arguments: &str, input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("openssl")
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl must be installed");
    child.stdin.take().expect("piped").write_all(input).expect("openssl reads");
    let output = child.wait_with_output().expect("openssl ends");
    assert!(output.status.success(), "openssl {arguments}");
    output.stdout
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).expect("openssl prints text")
}

fn secret(text: &SecretText) -> &str {
    text.expose()
}

/// The base64 of a PEM text, on one line.
fn bare(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with("-----")).collect()
}

#[test]
fn every_form_is_byte_for_byte_what_openssl_writes() {
    let key = identify(PEM.as_bytes()).expect("a key").private().expect("private");
    let pkcs8 = text(openssl("pkcs8 -topk8 -nocrypt", PEM.as_bytes()));
    let spki = text(openssl("pkey -pubout", PEM.as_bytes()));
    let written = |form| secret(&key.write(form).expect("written")).to_owned();
    assert_eq!(written(Form::Pkcs8Pem), pkcs8);
    assert_eq!(written(Form::Pkcs8Base64), bare(&pkcs8));
    assert_eq!(written(Form::Pkcs1Pem), text(openssl("rsa -traditional", PEM.as_bytes())));
    assert_eq!(written(Form::SpkiPem), spki);
    assert_eq!(written(Form::SpkiBase64), bare(&spki));
    assert_eq!(key.public().write(Form::SpkiPem).expect("written"), spki);
    assert_eq!(key.public().der().expect("der"), openssl("pkey -pubout -outform DER", PEM.as_bytes()));
}

#[test]
fn the_fingerprint_is_the_sha256_of_the_spki_and_the_same_for_both_halves() {
    let der = openssl("pkey -pubout -outform DER", PEM.as_bytes());
    let digest = text(openssl("dgst -sha256 -r", &der));
    let expected = format!("spki-sha256:{}", &digest[..64]);
    let private = identify(PEM.as_bytes()).expect("a key").public().expect("public");
    let public = identify(&der).expect("a key").public().expect("public");
    assert_eq!(private.fingerprint().expect("written"), expected);
    assert_eq!(public.fingerprint().expect("written"), expected);
}

#[test]
fn each_structure_is_recognised_whatever_its_wrapping() {
    let public = openssl("pkey -pubout", PEM.as_bytes());
    let cases = [
        ("pkcs8 -topk8 -nocrypt", &PEM.as_bytes().to_vec(), Structure::Pkcs8),
        ("rsa -traditional", &PEM.as_bytes().to_vec(), Structure::Pkcs1Private),
        ("pkey -pubin", &public, Structure::Spki),
        ("rsa -pubin -RSAPublicKey_out", &public, Structure::Pkcs1Public),
    ];
    for (command, input, form) in cases {
        let pem = text(openssl(command, input));
        let der = openssl(&format!("{command} -outform DER"), input);
        let line = bare(&pem);
        let ways: [(&str, Vec<u8>, Wrapping); 14] = [
            ("pem", pem.clone().into(), Wrapping::Pem),
            ("crlf", pem.replace('\n', "\r\n").into(), Wrapping::Pem),
            ("mac", pem.replace('\n', "\r").into(), Wrapping::Pem),
            ("escaped", pem.replace('\n', "\\n").into(), Wrapping::Pem),
            ("quoted", format!("\"{}\"", pem.replace('\n', "\\n")).into(), Wrapping::Pem),
            ("spaces", pem.trim().replace('\n', " ").into(), Wrapping::Pem),
            ("indented", pem.replace('\n', "\n    ").into(), Wrapping::Pem),
            ("no header", pem.lines().skip(1).collect::<Vec<_>>().join("\n").into(), Wrapping::Pem),
            (
                "no footer",
                pem.lines().filter(|l| !l.contains("END")).collect::<Vec<_>>().join("\n").into(),
                Wrapping::Pem,
            ),
            ("marked", format!("\u{feff}{pem}").into(), Wrapping::Pem),
            ("base64", line.clone().into(), Wrapping::Base64),
            (
                "wrapped",
                pem.lines().filter(|l| !l.contains('-')).collect::<Vec<_>>().join("\r\n").into(),
                Wrapping::Base64,
            ),
            ("unpadded", line.trim_end_matches('=').into(), Wrapping::Base64),
            ("der", der, Wrapping::Der),
        ];
        for (name, bytes, wrapping) in ways {
            let key = identify(&bytes).unwrap_or_else(|error| panic!("{form:?} {name}: {error}"));
            assert_eq!((key.structure, key.algorithm, key.bits), (form, Algorithm::Rsa, Some(2048)), "{name}");
            assert_eq!(key.wrapping, wrapping, "{form:?} {name}");
        }
    }
}

#[test]
fn a_label_that_lies_changes_nothing() {
    let lying = PEM.replace("PRIVATE KEY", "RSA PRIVATE KEY");
    let key = identify(lying.as_bytes()).expect("a key");
    assert_eq!(key.structure, Structure::Pkcs8);
    assert_eq!(key.label.as_deref(), Some("RSA PRIVATE KEY"));
    let lying = text(openssl("pkey -pubout", PEM.as_bytes())).replace("PUBLIC", "PRIVATE");
    assert_eq!(identify(lying.as_bytes()).expect("a key").structure, Structure::Spki);
}

#[test]
fn a_key_that_lost_its_footer_does_not_swallow_the_words_after_it() {
    let cut = PEM.lines().filter(|line| !line.contains("END")).collect::<Vec<_>>().join("\n") + "\nthanks a lot\n";
    assert_eq!(identify(cut.as_bytes()).expect("a key").bits, Some(2048));
}

#[test]
fn other_keys_are_recognised_and_not_used() {
    let ec = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", b"");
    let ed = openssl("genpkey -algorithm ED25519", b"");
    let encrypted = "pkcs8 -topk8 -passout pass:hunter2";
    let cases = [
        (ec.clone(), Structure::Pkcs8, Algorithm::Ec, "an EC private key, PKCS#8"),
        (openssl("ec", &ec), Structure::Sec1, Algorithm::Ec, "an EC private key, SEC1"),
        (openssl("pkey -pubout", &ec), Structure::Spki, Algorithm::Ec, "an EC public key, SPKI"),
        (ed.clone(), Structure::Pkcs8, Algorithm::Ed25519, "an Ed25519 private key, PKCS#8"),
        (openssl("pkey -outform DER", &ed), Structure::Pkcs8, Algorithm::Ed25519, "an Ed25519 private key, PKCS#8"),
        (openssl("pkey -pubout", &ed), Structure::Spki, Algorithm::Ed25519, "an Ed25519 public key, SPKI"),
        (
            openssl(encrypted, PEM.as_bytes()),
            Structure::EncryptedPkcs8,
            Algorithm::Unknown,
            "an encrypted private key, encrypted PKCS#8",
        ),
        (
            openssl("rsa -traditional -aes128 -passout pass:hunter2", PEM.as_bytes()),
            Structure::EncryptedPem,
            Algorithm::Rsa,
            "an RSA encrypted private key, encrypted PEM of the old kind",
        ),
    ];
    for (bytes, form, algorithm, words) in cases {
        let key = identify(&bytes).unwrap_or_else(|error| panic!("{words}: {error}"));
        assert_eq!((key.structure, key.algorithm), (form, algorithm));
        assert_eq!(key.to_string(), words);
        assert!(key.write(Form::SpkiPem).is_err());
    }
}

#[test]
fn certificates_and_requests_give_their_public_key() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key.pem");
    std::fs::write(&file, PEM.as_bytes()).expect("written");
    let file = file.to_str().expect("a path of letters");
    let expected = identify(PEM.as_bytes()).expect("a key").public().expect("public");
    for (command, form) in [("-x509 -days 1", Structure::Certificate), ("", Structure::Csr)] {
        let pem = openssl(&format!("req -new -key {file} -subj /CN=shop {command}"), b"");
        let key = identify(&pem).expect("recognised");
        assert_eq!((key.structure, key.bits), (form, Some(2048)));
        assert_eq!(key.public().expect("public"), expected);
    }
}

/// A key made by `ssh-keygen` with these options: the private file and the line of its public half.
fn ssh_keygen(options: &str) -> (Vec<u8>, Vec<u8>) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    let mut command = Command::new("ssh-keygen");
    command.arg("-q").args(options.split_whitespace());
    if !options.contains("-N") {
        command.args(["-N", ""]);
    }
    assert!(command.arg("-f").arg(&file).status().expect("ssh-keygen must be installed").success(), "{options}");
    (std::fs::read(&file).expect("read"), std::fs::read(file.with_extension("pub")).expect("read"))
}

/// What `ssh-keygen` makes of a key in one of its formats.
fn ssh_keygen_export(key: &[u8], format: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("key");
    std::fs::write(&file, key).expect("written");
    std::fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("mode");
    let output = Command::new("ssh-keygen").args(["-e", "-m", format, "-f"]).arg(&file).output().expect("ssh-keygen");
    assert!(output.status.success(), "{format}");
    text(output.stdout)
}

#[test]
fn openssh_keys_are_read_when_they_are_rsa_and_named_when_not() {
    let (private, line) = ssh_keygen("-t rsa -b 2048");
    let key = identify(&private).expect("recognised");
    assert_eq!((key.structure, key.algorithm, key.bits), (Structure::OpenSsh, Algorithm::Rsa, Some(2048)));
    assert_eq!(key.to_string(), "an RSA private key of 2048 bits, OpenSSH");
    let public = identify(&line).expect("recognised");
    assert_eq!((public.structure, public.bits), (Structure::OpenSshPublic, Some(2048)));
    assert!(belongs_together(&key.private().expect("read"), &public.public().expect("read")));
    // What `openssl` makes of the private key, and `ssh-keygen` of the public one, is byte for byte what is written.
    let pkcs8 = key.write(Form::Pkcs8Pem).expect("written");
    assert_eq!(text(openssl("pkey", secret(&pkcs8).as_bytes())), secret(&pkcs8));
    openssl("pkey -check -noout", secret(&pkcs8).as_bytes());
    let spki = ssh_keygen_export(&private, "PKCS8");
    assert_eq!(secret(&key.write(Form::SpkiPem).expect("written")), spki);
    assert_eq!(secret(&public.write(Form::SpkiPem).expect("written")), spki);
    let rfc4716 = ssh_keygen_export(&private, "RFC4716");
    for text in [rfc4716.clone(), rfc4716.replace("Comment: ", "Subject: me\r\nx-long: a\\\r\nb\r\nComment: ")] {
        let key = identify(text.as_bytes()).expect("recognised");
        assert_eq!((key.structure, key.label.as_deref()), (Structure::OpenSshPublic, Some("SSH2 PUBLIC KEY")));
        assert_eq!(key.public().expect("read"), public.public().expect("read"));
    }
    for (kind, algorithm) in [("ed25519", Algorithm::Ed25519), ("ecdsa", Algorithm::Ec)] {
        let (private, line) = ssh_keygen(&format!("-t {kind}"));
        for (bytes, structure) in [(private, Structure::OpenSsh), (line, Structure::OpenSshPublic)] {
            let key = identify(&bytes).expect("recognised");
            assert_eq!((key.structure, key.algorithm, key.bits), (structure, algorithm, None));
            assert!(matches!(key.public(), Err(KeyError::Unsupported { .. })));
        }
    }
}

#[test]
fn an_openssh_key_that_is_cut_or_goes_on_is_told() {
    let (private, line) = ssh_keygen("-t rsa -b 2048");
    let private = bare(&text(private));
    let blob = text(line).split(' ').nth(1).expect("a blob").to_owned();
    for whole in [&private, &blob] {
        for part in [whole.len() / 3, whole.len() / 2, whole.len() - 5] {
            let error = identify(whole.get(..part).expect("letters").as_bytes()).expect_err("cut");
            assert!(matches!(error, KeyError::Truncated { .. }), "{part}: {error}");
        }
        let more = format!("{}AAAA", whole.trim_end_matches('='));
        assert!(matches!(identify(more.as_bytes()), Err(KeyError::Trailing { .. })), "{:?}", identify(more.as_bytes()));
    }
    let cut = format!("ssh-rsa {} me@shop", &blob[..200]);
    assert!(matches!(identify(cut.as_bytes()), Err(KeyError::Truncated { .. })));
}

#[test]
fn a_password_opens_what_is_encrypted_with_it() {
    let pkcs8 = text(openssl("pkcs8 -topk8 -nocrypt", PEM.as_bytes()));
    for options in [
        "-v2 aes-256-cbc -v2prf hmacWithSHA256",
        "-v2 aes-128-cbc -v2prf hmacWithSHA512 -iter 100000",
        "-v2 des3 -v2prf hmacWithSHA1",
        "-scrypt",
    ] {
        for outform in ["PEM", "DER"] {
            let sealed =
                openssl(&format!("pkcs8 -topk8 -passout pass:hunter2 {options} -outform {outform}"), PEM.as_bytes());
            let key = identify(&sealed).expect("recognised");
            assert!(key.is_encrypted() && key.is_private());
            assert_eq!(key.write(Form::SpkiPem).expect_err("encrypted"), KeyError::Encrypted);
            assert_eq!(key.decrypt(&SecretText::copied("hunter3")).expect_err("wrong"), KeyError::WrongPassword);
            let opened = key.decrypt(&SecretText::copied("hunter2")).expect("opened");
            assert_eq!((opened.structure, opened.bits), (Structure::Pkcs8, Some(2048)), "{options}");
            assert_eq!(secret(&opened.write(Form::Pkcs8Pem).expect("written")), pkcs8);
        }
    }
    let pkcs1 = text(openssl("rsa -traditional", PEM.as_bytes()));
    for cipher in ["aes128", "aes192", "aes256", "des3"] {
        let sealed = text(openssl(&format!("rsa -traditional -{cipher} -passout pass:hunter2"), PEM.as_bytes()));
        assert!(sealed.contains("Proc-Type: 4,ENCRYPTED"));
        for text in
            [sealed.clone(), sealed.replace('\n', "\r\n"), sealed.replace('\n', "\\n"), sealed.replace('\n', " ")]
        {
            let key = identify(text.as_bytes()).expect("recognised");
            assert_eq!(
                (key.structure, key.private().expect_err("encrypted")),
                (Structure::EncryptedPem, KeyError::Encrypted)
            );
            assert_eq!(key.decrypt(&SecretText::copied("hunter3")).expect_err("wrong"), KeyError::WrongPassword);
            let opened = key.decrypt(&SecretText::copied("hunter2")).expect("opened");
            assert_eq!(secret(&opened.write(Form::Pkcs1Pem).expect("written")), pkcs1, "{cipher}");
        }
        let cut = sealed.lines().take(12).collect::<Vec<_>>().join("\n");
        let error =
            identify(cut.as_bytes()).and_then(|key| key.decrypt(&SecretText::copied("hunter2"))).expect_err("cut");
        assert!(matches!(error, KeyError::Truncated { .. } | KeyError::WrongPassword), "{error}");
    }
    let camellia = text(openssl("rsa -traditional -camellia128 -passout pass:hunter2", PEM.as_bytes()));
    let camellia = identify(camellia.as_bytes()).expect("recognised");
    assert_eq!(camellia.decrypt(&SecretText::copied("hunter2")).expect_err("unknown"), KeyError::Cipher);
    let old = openssl("pkcs8 -topk8 -passout pass:hunter2 -v1 PBE-SHA1-3DES", PEM.as_bytes());
    let old = identify(&old).expect("recognised");
    assert_eq!(old.decrypt(&SecretText::copied("hunter2")).expect_err("PKCS#12's own way"), KeyError::Cipher);
    let ec = openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256", b"");
    let ec = identify(&openssl("pkcs8 -topk8 -passout pass:hunter2", &ec)).expect("recognised");
    let opened = ec.decrypt(&SecretText::copied("hunter2")).expect("opened");
    assert_eq!(opened.to_string(), "an EC private key, PKCS#8");
}

#[test]
fn an_encrypted_openssh_key_shows_its_public_half_and_opens_with_its_password() {
    for cipher in ["", " -Z aes128-cbc", " -Z aes256-gcm@openssh.com", " -Z chacha20-poly1305@openssh.com"] {
        let (private, line) = ssh_keygen(&format!("-t rsa -b 2048 -N hunter2{cipher}"));
        let key = identify(&private).unwrap_or_else(|error| panic!("{cipher}: {error}"));
        assert_eq!((key.structure, key.bits), (Structure::EncryptedOpenSsh, Some(2048)), "{cipher}");
        assert_eq!(key.to_string(), "an RSA encrypted private key of 2048 bits, OpenSSH");
        let public = identify(&line).expect("recognised").public().expect("read");
        assert_eq!(key.public().expect("in clear"), public);
        assert_eq!(key.private().expect_err("encrypted"), KeyError::Encrypted);
        assert_eq!(key.write(Form::Pkcs8Pem).expect_err("encrypted"), KeyError::Encrypted);
        assert_eq!(
            key.decrypt(&SecretText::copied("hunter3")).expect_err("wrong"),
            KeyError::WrongPassword,
            "{cipher}"
        );
        let opened = key.decrypt(&SecretText::copied("hunter2")).unwrap_or_else(|error| panic!("{cipher}: {error}"));
        assert_eq!(opened.structure, Structure::OpenSsh);
        assert!(belongs_together(&opened.private().expect("read"), &public));
    }
    let (private, _) = ssh_keygen("-t ed25519 -N hunter2");
    let opened = identify(&private).expect("recognised").decrypt(&SecretText::copied("hunter2")).expect("opened");
    assert!(matches!(opened.private(), Err(KeyError::Unsupported { .. })));
}

#[test]
fn what_is_odd_about_a_text_is_said() {
    let lines: Vec<&str> = PEM.lines().collect();
    let count = lines.len();
    let cases: [(String, &[Flaw]); 11] = [
        (PEM.clone(), &[]),
        (bare(&PEM), &[]),
        (PEM.trim_end().to_owned(), &[]),
        (PEM.replace('\n', "\r\n"), &[Flaw::CarriageReturns]),
        (format!("\"{}\"", PEM.replace('\n', "\\n")), &[Flaw::EscapedBreaks, Flaw::Quoted]),
        (PEM.replace('\n', " "), &[Flaw::OneLine]),
        (lines[1..].join("\n"), &[Flaw::NoBegin]),
        (lines[..count - 1].join("\n"), &[Flaw::NoEnd]),
        (format!("\u{feff}{}", *PEM), &[Flaw::ByteOrderMark]),
        (format!("here you are:\n{}", *PEM), &[Flaw::Surrounded]),
        (PEM.replace("PRIVATE", "RSA PRIVATE"), &[Flaw::Label(String::new())]),
    ];
    for (text, flaws) in cases {
        let found = identify(text.as_bytes()).expect("a key").flaws;
        let found: Vec<Flaw> = found
            .into_iter()
            .map(|flaw| match flaw {
                Flaw::Label(label) => {
                    assert_eq!(label, "RSA PRIVATE KEY");
                    Flaw::Label(String::new())
                }
                other => other,
            })
            .collect();
        assert_eq!(found, flaws, "{}", &text[..40]);
    }
}

#[test]
fn a_key_is_found_in_what_files_mails_and_source_code_put_around_it() {
    let line = bare(&PEM);
    let body: Vec<&str> = PEM.lines().filter(|line| !line.starts_with("-----")).collect();
    let each = |lines: &[&str], before: &str, after: &str| {
        lines.iter().flat_map(|line| [before, line, after, "\n"]).collect::<String>()
    };
    let pem: Vec<&str> = PEM.lines().collect();
    let (escaped, twice) = (PEM.replace('\n', "\\n"), base64(PEM.as_bytes()));
    for text in [
        format!("MERCHANT_PRIVATE_KEY={line}"),
        format!("export MERCHANT_PRIVATE_KEY='{line}' # ours\nPORT=3000\n"),
        format!("merchant:\n  private-key: {line}\n"),
        format!("{{\"id\": \"x\", \"privateKey\": \"{line}\", \"n\": 1}}"),
        format!("{{\"id\": \"x\", \"privateKey\": \"{escaped}\", \"n\": 1}}"),
        format!("key: \"{escaped}\"\n"),
        format!("<key>{line}</key>"),
        format!("Here it is: {line} as you wanted."),
        format!("key: |\n{}", each(&pem, "  ", "")),
        format!("key: >-\n{}other: 1\n", each(&body, "  ", "")),
        each(&pem, "> ", ""),
        format!("Hello,\n{}> Thanks\n", each(&pem, "> ", "\r")),
        each(&pem, ">> ", ""),
        each(&body, "> ", ""),
        each(&pem, "# ", ""),
        each(&pem, "// ", ""),
        format!("String key =\n{}    \"\";", each(&pem, "    \"", "\\n\" +")),
        format!("$key = {};", each(&body, "    '", "' .").trim_end_matches(" .\n")),
        PEM.replace("-----", "—–-"),
        PEM.replace("-----BEGIN PRIVATE KEY-----", "----- BEGIN PRIVATE KEY -----"),
        twice.clone(),
        format!("kind: Secret\ndata:\n  tls.key: {twice}\n"),
    ] {
        let key = identify(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert_eq!(secret(&key.write(Form::Pkcs8Pem).expect("written")), PEM.as_str(), "{text}");
    }
    let two = format!("A={line}\nB={}\n", bare(&text(openssl("pkey -pubout", PEM.as_bytes()))));
    assert_eq!(identify(two.as_bytes()).expect_err("two"), KeyError::Several { keys: 2 });
}

fn base64(bytes: &[u8]) -> String {
    text(openssl("base64 -A", bytes))
}

#[test]
fn utf_16_with_a_byte_order_mark_is_read_and_told() {
    for read in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = format!("\u{feff}{}", *PEM).encode_utf16().flat_map(read).collect();
        let key = identify(&bytes).expect("a key");
        assert_eq!(key.flaws, [Flaw::Utf16]);
        assert_eq!(secret(&key.write(Form::Pkcs8Pem).expect("written")), PEM.as_str());
        assert_eq!(identify(bytes.get(..bytes.len() - 1).expect("bytes")).expect_err("odd"), KeyError::NotAKey);
    }
}

#[test]
fn a_text_with_no_key_in_it_is_not_called_a_damaged_one() {
    for text in ["hello, world!", "KEY=hunter2!", "Marvellous, isn't it? MIIE is how keys begin.", "{\"a\": \"b\"}"] {
        assert_eq!(identify(text.as_bytes()).expect_err("none"), KeyError::NotAKey, "{text}");
    }
    let spoilt = PEM.replacen("MII", "M!I", 1);
    assert_eq!(identify(spoilt.as_bytes()).expect_err("damaged"), KeyError::BadBase64);
}

#[test]
fn an_rsa_key_of_a_special_kind_says_so() {
    let three = openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_primes:3", b"");
    assert_eq!(identify(&three).expect_err("three primes"), KeyError::MultiPrime);
    let pss = openssl("genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048", b"");
    for (text, words) in [
        (pss.clone(), "an RSA private key of 2048 bits for RSASSA-PSS alone, PKCS#8"),
        (openssl("pkey -pubout", &pss), "an RSA public key of 2048 bits for RSASSA-PSS alone, SPKI"),
    ] {
        let key = identify(&text).expect("recognised");
        assert_eq!((key.is_pss, key.to_string().as_str()), (true, words));
    }
    let written = identify(&pss).and_then(|key| key.write(Form::Pkcs8Pem)).expect("written");
    assert!(!identify(secret(&written).as_bytes()).expect("a key").is_pss, "it is plain RSA from then on");
    assert!(!identify(PEM.as_bytes()).expect("a key").is_pss);
}

#[test]
fn what_is_of_no_use_is_named_all_the_same() {
    let parameters = text(openssl("dsaparam 1024", b""));
    let dsa = openssl("gendsa /dev/stdin", parameters.as_bytes());
    for (key, words) in [
        (openssl("dsa", &dsa), "a DSA private key, as OpenSSL once wrote it"),
        (dsa, "a DSA private key, PKCS#8"),
        (openssl("genpkey -algorithm ed448", b""), "an Ed448 private key, PKCS#8"),
        (openssl("genpkey -algorithm x25519", b""), "an X25519 private key, PKCS#8"),
        (openssl("genpkey -algorithm x448", b""), "an X448 private key, PKCS#8"),
    ] {
        let key = identify(&key).expect("recognised");
        assert_eq!(key.to_string(), words);
        assert_eq!(key.write(Form::SpkiPem).expect_err("no RSA"), KeyError::Unsupported { what: words.into() });
    }
    for (pem, label) in [
        (parameters, "DSA PARAMETERS"),
        (text(openssl("dhparam 512", b"")), "DH PARAMETERS"),
        (text(openssl("ecparam -name prime256v1", b"")), "EC PARAMETERS"),
    ] {
        assert_eq!(identify(pem.as_bytes()).expect_err("no key"), KeyError::UnknownPem { label: label.into() });
    }
}

#[test]
fn one_key_is_wanted_and_no_other_kind_of_file() {
    let spki = text(openssl("pkey -pubout", PEM.as_bytes()));
    let both = format!("{}{spki}", *PEM);
    assert_eq!(identify(both.as_bytes()).expect_err("two"), KeyError::Several { keys: 2 });
    let (_, line) = ssh_keygen("-t rsa -b 2048");
    assert_eq!(identify(&[line.clone(), line].concat()).expect_err("two"), KeyError::Several { keys: 2 });
    let ec = text(openssl("ecparam -name prime256v1 -genkey", b""));
    assert!(ec.contains("EC PARAMETERS"));
    assert_eq!(identify(ec.as_bytes()).expect("one").structure, Structure::Sec1);
    let folder = tempfile::tempdir().expect("a folder");
    let (key, certificate) = (folder.path().join("key"), folder.path().join("certificate"));
    std::fs::write(&key, PEM.as_bytes()).expect("written");
    let key = key.to_str().expect("letters");
    std::fs::write(&certificate, openssl(&format!("req -new -x509 -days 1 -subj /CN=shop -key {key}"), b""))
        .expect("written");
    let certificate = certificate.to_str().expect("letters");
    let p12 = openssl(&format!("pkcs12 -export -passout pass:x -inkey {key} -in {certificate}"), b"");
    for (bytes, foreign) in [
        (p12.as_slice(), Foreign::Pkcs12),
        (b"PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n", Foreign::Putty),
        (br#"{"kty":"RSA","n":"AQAB"}"#, Foreign::Jwk),
        (b"<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>", Foreign::Xml),
    ] {
        assert_eq!(identify(bytes).expect_err("no key"), KeyError::Foreign(foreign));
    }
}

#[test]
fn what_is_wrong_with_a_key_is_said() {
    let line = bare(&PEM);
    let half = &line[..line.len() / 2];
    assert!(matches!(identify(half.as_bytes()), Err(KeyError::Truncated { .. })));
    let half_pem = format!("-----BEGIN PRIVATE KEY-----\n{half}\n-----END PRIVATE KEY-----\n");
    assert!(matches!(identify(half_pem.as_bytes()), Err(KeyError::Truncated { .. })));
    let odd = &line[..line.len() - 7];
    assert!(matches!(identify(odd.as_bytes()), Err(KeyError::Truncated { .. })), "{:?}", identify(odd.as_bytes()));
    let small = openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:512", b"");
    assert_eq!(identify(&small).expect_err("too small"), KeyError::Size { bits: 512 });
    let mut der = openssl("pkey -outform DER", PEM.as_bytes());
    let middle = der.len() / 2;
    der[middle] ^= 1;
    assert_eq!(identify(&der).expect_err("damaged"), KeyError::Damaged);
    assert_eq!(identify(b"").expect_err("empty"), KeyError::NotAKey);
    assert_eq!(identify(&vec![b'A'; MAX_LEN + 1]).expect_err("long"), KeyError::TooLarge);
    let pgp = "-----BEGIN PGP MESSAGE-----\n\nhQEMA5vJ\n-----END PGP MESSAGE-----\n";
    assert_eq!(identify(pgp.as_bytes()).expect_err("other"), KeyError::UnknownPem { label: "PGP MESSAGE".into() });
    let public = text(openssl("pkey -pubout", PEM.as_bytes()));
    assert_eq!(convert(public.as_bytes(), Form::Pkcs8Pem).expect_err("public"), KeyError::NoPrivateHalf);
}

#[test]
fn only_the_halves_of_one_pair_belong_together() {
    let mine = identify(PEM.as_bytes()).expect("a key").private().expect("private");
    let other = generate(2048, &mut UnwrapErr(SysRng)).expect("generated");
    assert!(belongs_together(&mine, &mine.public()));
    assert!(!belongs_together(&mine, &other.public()));
    let pem = other.write(Form::Pkcs8Pem).expect("written");
    openssl("pkey -check -noout", secret(&pem).as_bytes());
}

#[test]
fn each_form_has_a_name_that_is_read_back() {
    for form in Form::ALL {
        assert_eq!(form.as_str().parse(), Ok(form));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = identify(&bytes);
    }

    #[test]
    fn no_text_around_dashes_makes_it_panic(text in "[-A-Za-z0-9+/= \n\"\\\\é]{0,80}(-----(BEGIN|END) [A-Z ]{0,12}-----)?[A-Za-z0-9+/=\n -]{0,200}(-----END X-----)?") {
        let _ = identify(text.as_bytes());
    }

    #[test]
    fn no_mutation_of_a_key_makes_it_panic(at in 0usize..1700, byte: u8, end in 0usize..1800) {
        let mut bytes = PEM.as_bytes().to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(end.max(1));
        let _ = identify(&bytes);
    }

    #[test]
    fn no_mutation_of_a_der_makes_it_panic(at in 0usize..1217, byte: u8, end in 0usize..1300) {
        static DER: LazyLock<Vec<u8>> = LazyLock::new(|| openssl("pkey -outform DER", PEM.as_bytes()));
        let mut bytes = DER.clone();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(end.max(1));
        let _ = identify(&bytes);
    }
}
