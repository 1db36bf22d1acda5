//! Examples for the gateway's support: `--vector` and `catalog example`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use super::*;

const SIGN_KEY: &str = "aR2822Y6XbehWMclnB0Y2NJK";
/// What the published key makes of the request: a real signature, as far as this vault goes.
const SIGNATURE: &str = "MxrYnCm9Q7JOAvOrISf8+T2kuTW1d/w0at8aaPaoiX08VWfun3XPokVlIx1TkHXdcitls09wzfUGtXQZq23xdg==";
const WITH_SPACE: &str = "Ru585aUbxdvZ5S/X1igOlKKtIs9qgJqlI6YpEhQBA1x2Dw3RCj+Grj7OSLtqHFawD/R/+6BN3yxf9D6kzE91rw==";
const IN_HEX: &str = "331ad89c29bd43b24e02f3ab2127fcf93da4b935b577fc346adf1a68f6a8897d3c5567ee9f75cfa24565231d539075dd722b65b34f70cdf506b57419ab6df176";
const IN_SECONDS: &str = "pNm4ycjyLdjlw3KsLcOWQbcwkeiQQXlweQKzyZNnARgrSeA9IPDIpiidkE2KICn09AoaKdopzi8lKef1JspfoQ==";
const KEY_IN_BASE64: &str = "NnUsfTmtn2KwIO5Jagi+jevkmhRs7Pn+jAM9l/EWCvIcF1VZ3bKbFdg4A4rpyP87qQd/N1kHwqeBbbHvW2+P+A==";

fn with_sign_key() -> (World, PathBuf) {
    let world = world();
    world.run("add anexpay/sandbox/acme/sign-key --kind signing-key", SIGN_KEY).ok();
    let file = world.root.path().join("example.toml");
    (world, file)
}

fn request(path: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\nHost: openapi.dev.anexpay.com\nAuthorization: Bearer live-token-1\nCookie: a=b\n\
         TIMESTAMP: 1636360661729\nSIGNATURE: {SIGNATURE}\n\n{body}"
    )
}

fn verify(file: &std::path::Path) -> String {
    format!("verify sign-key --recipe request --now 2021-11-08T08:37:42Z --vector {}", file.display())
}

#[test]
fn a_failing_message_becomes_an_example_that_comes_out_again() {
    let (world, file) = with_sign_key();
    let said = world.run(&verify(&file), &request("/openapi/other?a=%20b", "{\"a\": \"124\"}"));
    assert_eq!(said.exit, Exit::No, "{}", said.err);
    assert!(said.err.contains("look through it"), "{}", said.err);
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read_to_string(&file).unwrap();
    for secret in [SIGN_KEY, SIGNATURE, "live-token-1", "Cookie", "Authorization"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    assert!(text.contains("POST1636360661729/openapi/other?a= b{\"a\":\"124\"}"), "{text}");
    let again = format!("catalog example {}", file.display());
    assert!(world.run(&again, "").ok().out.starts_with("computed again, the same"), "{text}");
    // One letter of the body, and it no longer comes out.
    std::fs::write(&file, text.replace("{\"a\": \"124\"}", "{\"a\": \"125\"}")).unwrap();
    let said = world.run(&again, "");
    assert_eq!(said.exit, Exit::No);
    assert!(said.out.contains("the string to sign is"), "{}", said.out);
    std::fs::write(&file, text.replace("signature = \"", "signature = \"AAAA")).unwrap();
    assert_eq!(world.run(&again, "").exit, Exit::No);
    std::fs::write(&file, "nothing").unwrap();
    world.run(&again, "").fails(Exit::Usage, "is no example");
}

#[test]
fn the_mistake_stands_beside_what_is_right_and_both_come_out_again() {
    let (world, file) = with_sign_key();
    let sent = request("/openapi/test", "{\"a\": \"124\"}");
    // Made by the published key of the string with a space, in hexadecimal, with a time in seconds, with its key in base64.
    for (signature, cause, text) in [
        (WITH_SPACE, "the body was signed with its white space", "POST1636360661729/openapi/test{\"a\": \"124\"}"),
        (IN_HEX, "the signature is in hexadecimal", "POST1636360661729/openapi/test{\"a\":\"124\"}"),
        (IN_SECONDS, "the time was signed in seconds", "POST1636360661/openapi/test{\"a\":\"124\"}"),
        (
            KEY_IN_BASE64,
            "the key was decoded as base64, not used as text",
            "POST1636360661729/openapi/test{\"a\":\"124\"}",
        ),
    ] {
        let _ = std::fs::remove_file(&file);
        let said = world.run(&verify(&file), &sent.replace(SIGNATURE, signature));
        assert_eq!(said.exit, Exit::No, "{}", said.err);
        let written = std::fs::read_to_string(&file).unwrap();
        let example: toml::Table = written.parse().unwrap();
        assert_eq!(example["cause"].as_str(), Some(cause));
        assert_eq!(example["text"].as_str(), Some("POST1636360661729/openapi/test{\"a\":\"124\"}"));
        assert_eq!(example["mistaken"]["text"].as_str(), Some(text), "{written}");
        assert_ne!(example["mistaken"]["signature"], example["signature"], "{written}");
        for headers in ["Host", "content-type", "Cookie", SIGN_KEY, signature] {
            assert!(!written.contains(headers), "{headers} in {written}");
        }
        let again = format!("catalog example {}", file.display());
        let said = world.run(&again, "").ok();
        assert!(said.out.contains(&format!("and with the mistake ({cause})")), "{}", said.out);
        // Without the mistake nothing is right beside it.
        let right = format!("signature = {}\n", example["signature"]);
        let wrong = format!("signature = {}\n", example["mistaken"]["signature"]);
        std::fs::write(&file, written.replace(&wrong, &right)).unwrap();
        let said = world.run(&again, "");
        assert!(said.exit == Exit::No && said.out.contains("with the mistake"), "{}", said.out);
        std::fs::write(&file, written.replace(cause, "the moon was full")).unwrap();
        assert_eq!(world.run(&again, "").exit, Exit::No);
    }
}

#[test]
fn an_example_says_of_what_it_shows_no_more_than_is_known() {
    let (world, file) = with_sign_key();
    world.run(&verify(&file), &request("/openapi/other", "{}"));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(written.contains("No known mistake is shown here") && !written.contains("mistaken"), "{written}");
    std::fs::remove_file(&file).unwrap();
    let words = verify(&file).replace("2021-11-08T08:37:42Z", "2021-11-08T09:37:42Z");
    world.run(&words, &request("/openapi/test", "{\"a\": \"124\"}"));
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.contains("is not made again in this file") && written.contains("the message's time is"),
        "{written}"
    );
    world.run(&format!("catalog example {}", file.display()), "").ok();
}

#[test]
fn a_file_that_is_there_is_not_written_over() {
    let (world, file) = with_sign_key();
    std::fs::write(&file, "mine").unwrap();
    let sent = request("/openapi/other", "{}");
    world.run(&verify(&file), &sent).fails(Exit::Refused, "is there already");
    world.run(&format!("sign sign-key --vector {}", file.display()), &sent).fails(Exit::Refused, "is there already");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
    let link = file.with_extension("link");
    std::os::unix::fs::symlink(world.root.path().join("elsewhere"), &link).unwrap();
    world.run(&verify(&link), &sent).fails(Exit::Refused, "is there already");
    assert!(!world.root.path().join("elsewhere").exists());
}

#[test]
fn what_is_verified_makes_no_example() {
    let (world, file) = with_sign_key();
    let said = world.run(&verify(&file), &request("/openapi/test", "{\"a\": \"124\"}")).ok();
    assert!(said.err.contains("nothing to make an example of"), "{}", said.err);
    assert!(!file.exists());
}

#[test]
fn a_message_that_holds_a_secret_becomes_no_example() {
    use base64ct::{Base64, Encoding};
    let (world, file) = with_sign_key();
    world.run("add other/live/acme/quoted --kind secret-key", "tok\"en\\12345").ok();
    let hex = SIGN_KEY.bytes().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    for (path, body) in [
        ("/x", format!("{{\"k\":\"{SIGN_KEY}\"}}")),
        ("/x", format!("{{\"k\":\"{}\"}}", Base64::encode_string(SIGN_KEY.as_bytes()))),
        ("/x", format!("{{\"k\":\"{hex}\"}}")),
        (&format!("/x?key={SIGN_KEY}"), "{}".into()),
        (&format!("/x?key=%61{}", &SIGN_KEY[1..]), "{}".into()),
        ("/x", "{\"k\":\"tok\\\"en\\\\12345\"}".into()),
        ("/x", format!("{{\"sig\":\"{SIGNATURE}\"}}")),
    ] {
        let said = world.run(&verify(&file), &request(path, &body));
        assert_eq!(said.exit, Exit::Refused, "{path} {body}: {}{}", said.out, said.err);
        assert!(said.err.contains("the example would hold"), "{}", said.err);
        assert!(!file.exists());
    }
}

#[test]
fn each_signing_recipe_makes_an_example_of_its_own() {
    let world = world();
    let (private, public) = (pair(0).0, pair(1).1);
    world.run("add antom/sandbox/acme/pair", &private).ok();
    world.run("add antom/sandbox/acme/provider-key --kind provider-public-key", &public).ok();
    world.run("account set antom/sandbox/acme client_id=SANDBOX_5X00000000000000", "").ok();
    world.run("add ansa/sandbox/acme/hook --kind webhook-secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ok();
    world.run("add ansa/sandbox/acme/key", SANDBOX_KEY).ok();
    let example = |n: usize| world.root.path().join(format!("{n}.toml"));
    let antom = "POST /ams/api/v1/payments/pay HTTP/1.1\nHost: open-sea-global.alipay.com\n\n{}";
    world.run(&format!("sign pair --vector {}", example(0).display()), antom).ok();
    let answer = "HTTP/1.1 200 OK\nresponse-time: 1\nsignature: signature=AAAA\n\n{}";
    let words = "verify provider-key --recipe response --method POST --url https://h.example/ams/api/v1/payments/pay";
    let said = world.run(&format!("{words} --vector {}", example(1).display()), answer);
    assert_eq!(said.exit, Exit::No, "{}", said.err);
    let hook =
        "POST /hooks HTTP/1.1\nwebhook-id: msg_1\nwebhook-timestamp: 1614265330\nwebhook-signature: v1,AAAA\n\n{}";
    let said = world.run(&format!("verify hook --vector {}", example(2).display()), hook);
    assert_eq!(said.exit, Exit::No, "{}", said.err);
    for n in 0..3 {
        let said = world.run(&format!("catalog example {}", example(n).display()), "");
        assert_eq!(said.exit, Exit::Done, "{n}: {}{}", said.out, said.err);
    }
    let text = std::fs::read_to_string(example(0)).unwrap();
    let lines = private.lines().filter(|line| line.len() > 60);
    assert!(lines.clone().count() > 20 && lines.into_iter().all(|line| !text.contains(line)));
    let words = format!("sign key --url https://h.example/x --vector {}", example(3).display());
    world.run(&words, "").fails(Exit::Usage, "sends the key itself");
}

#[test]
fn a_binary_body_is_in_base64() {
    let world = world();
    world.run("add amazon-pay/sandbox/acme/pair", &pair(0).0).ok();
    let file = world.root.path().join("example.toml");
    let words = format!("sign pair --recipe button --body-file - --method POST --vector {}", file.display());
    world.at(Timestamp::now(), &words.split_whitespace().collect::<Vec<_>>(), b"a\xff\x00").ok();
    assert!(std::fs::read_to_string(&file).unwrap().contains("body_base64 = \"Yf8A\""));
    world.run(&format!("catalog example {}", file.display()), "").ok();
}
