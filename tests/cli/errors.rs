//! Every error with its hint and exit code, in one place, so that their tone can be read.

use std::fmt::Write as _;
use std::io::{Error, ErrorKind};
use std::path::PathBuf;

use paykeep::catalog::CatalogError;
use paykeep::domain::journal::FlowError;
use paykeep::domain::passphrase;
use paykeep::domain::{ChangeError, Kind, MalformedReference, ResolveError, Which};
use paykeep::error::Problem;
use paykeep::keys::{Foreign, KeyError};
use paykeep::secret::SecretText;
use paykeep::shell::http::{Came, HttpError, Why};
use paykeep::shell::prompt::PromptError;
use paykeep::shell::store::StoreError;
use paykeep::shell::terminal::TerminalError;
use paykeep::signing::{AnswerError, SignError};
use paykeep::vault::VaultError;
use rustix::io::Errno;

#[test]
fn every_error_says_what_is_wrong_and_what_to_try() {
    let mut text = String::new();
    for (module, problems) in all() {
        let _ = writeln!(text, "──────── {module}");
        for problem in problems {
            let Problem { message, hint, exit } = problem;
            let hint = hint.map_or_else(String::new, |hint| format!("\n   hint: {hint}"));
            let _ = writeln!(text, "{} {message}{hint}", exit as u8);
        }
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "." }, {
        insta::assert_snapshot!("errors", text);
    });
}

#[test]
fn errors_are_clauses_in_lower_case_without_a_full_stop() {
    for problem in all().into_iter().flat_map(|(_, problems)| problems) {
        for text in [Some(&problem.message), problem.hint.as_ref()].into_iter().flatten() {
            assert!(!text.starts_with(char::is_uppercase) || starts_with_a_name(text), "{text}");
            assert!(!text.ends_with('.') && !text.contains('\n'), "{text}");
        }
    }
}

fn starts_with_a_name(text: &str) -> bool {
    ["RSA", "PEM", "ID"].iter().any(|name| text.starts_with(name))
}

#[expect(clippy::too_many_lines, reason = "one line for each error")]
fn all() -> Vec<(&'static str, Vec<Problem>)> {
    let weak = |text: &str| passphrase::check(&SecretText::copied(text)).unwrap_err();
    let path = || PathBuf::from("/home/ada/vault");
    let some = || "acme/live/shop/key".to_owned();
    let file = || "mine.toml".to_owned();
    vec![
        ("passphrase", vec![weak("").into(), weak("password").into(), weak("qwertyuiop").into()]),
        (
            "references",
            vec![
                ResolveError::Malformed(MalformedReference::Slug("ACME".into())).into(),
                ResolveError::Malformed(MalformedReference::Environment("prod".into())).into(),
                ResolveError::Malformed(MalformedReference::Version("old".into())).into(),
                ResolveError::Malformed(MalformedReference::Field("Key".into())).into(),
                ResolveError::Malformed(MalformedReference::Parts("a/live/b".into())).into(),
                ResolveError::NotFound(some()).into(),
                ResolveError::NoVersion(some(), Which::Pending).into(),
                ResolveError::NoField(some(), "x".into(), vec!["value".into()]).into(),
                ResolveError::Ambiguous("key".into(), vec![some(), "acme/sandbox/shop/key".into()]).into(),
            ],
        ),
        (
            "changes",
            vec![
                ChangeError::Taken(some(), "value".into()).into(),
                ChangeError::Taken(some(), String::new()).into(),
                ChangeError::Twice(some()).into(),
                ChangeError::OtherKind(some(), Kind::AccessToken).into(),
                ChangeError::NothingThere(some()).into(),
                ChangeError::NoValue.into(),
                ChangeError::OtherPlace(some()).into(),
                ChangeError::Gone.into(),
                ChangeError::AccountInUse("shop".into(), 2).into(),
                ChangeError::OutOfRange("the idle lock", 30, 86_400).into(),
                ChangeError::NotActive("revoked".into()).into(),
                ChangeError::Unseen(2).into(),
                ChangeError::NotTyped("shop".into()).into(),
                ChangeError::FieldName("value__2".into()).into(),
                ChangeError::TooLong("the note").into(),
                ChangeError::OwnKey("acme/live/shop/key-pair@2".into()).into(),
            ],
        ),
        ("flows", flows().into_iter().map(Problem::from).collect()),
        (
            "keys",
            vec![
                KeyError::TooLarge.into(),
                KeyError::NotAKey.into(),
                KeyError::UnknownPem { label: "CUSTOM".into() }.into(),
                KeyError::BadBase64.into(),
                KeyError::Truncated { have: 10, expected: 1218 }.into(),
                KeyError::Trailing { extra: 4 }.into(),
                KeyError::Damaged.into(),
                KeyError::MultiPrime.into(),
                KeyError::Size { bits: 512 }.into(),
                KeyError::Several { keys: 2 }.into(),
                KeyError::Foreign(Foreign::Pkcs12).into(),
                KeyError::Foreign(Foreign::Putty).into(),
                KeyError::Foreign(Foreign::Jwk).into(),
                KeyError::Foreign(Foreign::Xml).into(),
                KeyError::Encrypted.into(),
                KeyError::Cipher.into(),
                KeyError::WrongPassword.into(),
                KeyError::Unsupported { what: "an Ed25519 private key".into() }.into(),
                KeyError::NoPrivateHalf.into(),
                KeyError::Length { bits: 1024 }.into(),
                KeyError::Generation.into(),
                KeyError::Cancelled.into(),
            ],
        ),
        (
            "catalogue",
            vec![
                CatalogError::TooBig { file: file() }.into(),
                CatalogError::Wrong {
                    file: file(),
                    line: 4,
                    message: "unknown key `pattrn`".into(),
                    hint: Some("did you mean `pattern`?".into()),
                }
                .into(),
                CatalogError::Taken { file: file(), key: "id", taken: "acme".into(), by: None }.into(),
                CatalogError::Taken { file: file(), key: "name", taken: "Acme".into(), by: Some("other.toml".into()) }
                    .into(),
            ],
        ),
        (
            "vault",
            vec![
                VaultError::WrongPassphrase.into(),
                VaultError::Damaged("vault.age").into(),
                VaultError::TooLarge("vault.age").into(),
                VaultError::WorkFactor(23).into(),
                VaultError::OtherIdentity.into(),
                VaultError::NotGenuine.into(),
                VaultError::Newer("2".into()).into(),
                VaultError::Records(7).into(),
                VaultError::Entropy.into(),
                VaultError::Full.into(),
            ],
        ),
        (
            "folder",
            vec![
                StoreError::Missing(path()).into(),
                StoreError::Exists(path()).into(),
                StoreError::NotEmpty(path()).into(),
                StoreError::Incomplete(path(), "identity.age").into(),
                StoreError::Symlink(path()).into(),
                StoreError::Strange(path()).into(),
                StoreError::Moved(path()).into(),
                StoreError::TooLarge("/home/ada/vault/next-due".into()).into(),
                StoreError::Foreign(path()).into(),
                StoreError::Writable(path()).into(),
                StoreError::Locked(path()).into(),
                StoreError::Older { seen: 42, found: 41 }.into(),
                StoreError::Older { seen: 42, found: 42 }.into(),
                StoreError::System("writing", path(), Errno::NOSPC).into(),
                StoreError::System("writing", path(), Errno::ROFS).into(),
                StoreError::System("reading", path(), Errno::NFILE).into(),
                StoreError::NotMade("making", path(), Errno::ROFS).into(),
                StoreError::Copy("/home/ada/copy.age".into(), VaultError::OtherIdentity).into(),
                StoreError::Copy("/home/ada/copy.age".into(), VaultError::NotGenuine).into(),
                StoreError::Copy("/home/ada/copy.age".into(), VaultError::Damaged("vault.age")).into(),
                StoreError::Copy("/home/ada/copy.age".into(), VaultError::TooLarge("vault.age")).into(),
            ],
        ),
        (
            "prompt",
            vec![
                PromptError::NoTerminal.into(),
                PromptError::Cancelled.into(),
                PromptError::TooLong(4096).into(),
                PromptError::NotText.into(),
                PromptError::Empty("file descriptor 3".into()).into(),
                PromptError::OpenToOthers("/home/ada/passphrase".into()).into(),
                PromptError::Unreadable("/home/ada/passphrase".into(), Error::from(ErrorKind::NotFound)).into(),
            ],
        ),
        ("signing", signing().into_iter().map(Problem::from).collect()),
        ("network", network().into_iter().map(Problem::from).collect()),
        ("tokens", answers().into_iter().map(Problem::from).collect()),
        ("terminal", vec![TerminalError::NotATerminal("output").into()]),
    ]
}

fn network() -> Vec<HttpError> {
    let all = [
        (Why::Unusable, Came::Nowhere),
        (Why::NoHost, Came::Nowhere),
        (Why::Slow, Came::Nowhere),
        (Why::Slow, Came::ToTheAddress),
        (Why::Slow, Came::ToTheHost),
        (Why::Refused, Came::ToTheAddress),
        (Why::NoConnection, Came::ToTheAddress),
        (Why::NoConnection, Came::ToTheHost),
        (Why::NoTls, Came::ToTheAddress),
        (Why::Untrusted, Came::ToTheAddress),
        (Why::Huge, Came::ToTheHost),
        (Why::NoHttp, Came::ToTheHost),
    ];
    all.into_iter().map(|(why, came)| HttpError { why, came, host: "api.example.com".into() }).collect()
}

fn answers() -> Vec<AnswerError> {
    vec![
        AnswerError::Redirects(307),
        AnswerError::Refuses(401, Some("invalid_client".into())),
        AnswerError::Refuses(400, Some("invalid_scope".into())),
        AnswerError::Refuses(401, None),
        AnswerError::Busy(Some(30)),
        AnswerError::Busy(None),
        AnswerError::Trouble(503, Some(30)),
        AnswerError::Trouble(500, None),
        AnswerError::Empty(200),
        AnswerError::NoJson(200),
        AnswerError::NoToken("access_token".into()),
        AnswerError::BadToken,
    ]
}

fn signing() -> Vec<SignError> {
    let name = || "X-Signature".to_owned();
    vec![
        SignError::NoAccountField { name: "client_id".into() },
        SignError::NoField { name: "key_id".into() },
        SignError::NoHeader { name: name() },
        SignError::TwiceHeader { name: name() },
        SignError::OtherValue { name: name() },
        SignError::NoRequest { part: "method" },
        SignError::NoHost,
        SignError::NoNonce,
        SignError::NoTime { header: Some("X-Time".into()) },
        SignError::NoTime { header: None },
        SignError::BadTime {
            header: Some("TIMESTAMP".into()),
            is: Some("in seconds since 1970"),
            formats: "in milliseconds since 1970".into(),
        },
        SignError::BadTime { header: None, is: None, formats: "in milliseconds since 1970".into() },
        SignError::NoJson { line: 2, column: 7 },
        SignError::BadHeaderValue { name: name() },
        SignError::BadKey { wanted: "hexadecimal".into() },
        SignError::EmptyKey,
        SignError::Rsa(KeyError::NoPrivateHalf),
        SignError::KeyKind,
        SignError::Failed,
        SignError::NoSignature { header: name() },
        SignError::BadSignature { header: Some(name()), why: "it is not base64".into() },
        SignError::BadSignature { header: None, why: "it is not base64".into() },
        SignError::Nowhere,
        SignError::SendsTheKey,
        SignError::NoText,
    ]
}

fn flows() -> Vec<FlowError> {
    let step = || "Make the pair current".to_owned();
    let places = || vec!["api".to_owned(), "cron".to_owned()];
    vec![
        FlowError::OtherEnvironment("Go live".into()),
        FlowError::Reason("Replace the sign key".into(), vec!["scheduled", "compromised"]),
        FlowError::Reason("Go live".into(), Vec::new()),
        FlowError::NothingToActOn("Revoke an API key".into(), "client-credentials".into()),
        FlowError::Busy("Revoke an API key".into()),
        FlowError::InAccount("Revoke an API key".into()),
        FlowError::CurrentAgain,
        FlowError::NoJournal,
        FlowError::Ended,
        FlowError::NoStep("nonsense".into()),
        FlowError::DoneAlready(step()),
        FlowError::Waits(step(), vec!["Take Client ID and Client Secret".into()]),
        FlowError::OtherDeed("giving the value"),
        FlowError::Unanswered("Which name did you give them?".into()),
        FlowError::Consent("acme".into()),
        FlowError::Incomplete(vec!["client_id".into(), "client_secret".into()]),
        FlowError::SameAsCurrent,
        FlowError::Mismatch,
        FlowError::StillUsed(places()),
        FlowError::Untold(places()),
        FlowError::ClientSide("web".into()),
        FlowError::Dead("revoked".into()),
        FlowError::Unverified("Check that the pair works".into()),
        FlowError::Unapproved,
        FlowError::StillAlive(200),
        FlowError::Refused(401),
        FlowError::Unclear(500),
        FlowError::Lacks(401, vec!["email".into(), "password".into()]),
        FlowError::OtherSignature(step()),
        FlowError::NoAnswer,
        FlowError::OldAnswer(jiff::Timestamp::UNIX_EPOCH, jiff::Timestamp::UNIX_EPOCH),
        FlowError::Contradicted("401".into(), jiff::Timestamp::UNIX_EPOCH),
        FlowError::NotHandedOver,
    ]
}
