//! Requests that were made wrong in a known way are explained by that way.

use paykeep::domain::provider::{Algorithm, Coding, KeyDecode, Piece, Template, What};
use paykeep::signing::{Cause, Expected, difference, explain, string_to_sign};

use super::*;

const KEY: &[u8] = b"aR2822Y6XbehWMclnB0Y2NJK";

/// The causes for a signature that a client made with another recipe or message than it sent.
fn cause(right: &Bench, made_with: &Bench, made_of: &Message, sent: &Message) -> Option<Cause> {
    let signed = made_with.sign(made_of, Some("1700000000000")).unwrap();
    let keys = right.keys();
    let context = right.context(Some("1700000000000"));
    explain(&right.recipe, sent, &context, &keys, Expected::Signature(Some(signed.signature.expose())), &|| false)
}

fn only(cause: Option<Cause>) -> String {
    let cause = cause.expect("it is explained");
    assert_eq!(cause.mistakes.len(), 1, "{cause:?}");
    cause.mistakes[0].to_owned()
}

fn anexpay() -> Bench {
    let mut bench = Bench::new("anexpay", "request", KEY);
    // The readings would explain some of these before the mistakes do.
    bench.recipe.readings.clear();
    bench
}

#[test]
fn what_was_signed_wrong_is_named() {
    let json = r#"{"a": "1 2", "b": 2}"#;
    let sent = message("POST", "https://h.example/x?a=%20b", &[], json);
    for (text, says) in [
        (&["{method}", "{time}", "{path}", "{query|decoded|question-mark}", "{body}"][..], "with its white space"),
        (&["{method}", "{time}", "{path}", "{query|question-mark}", "{body|minified}"], "still URL-encoded"),
        (&["{method}", "{time}", "{path}", "{query|decoded}", "{body|minified}"], "without its ?"),
        (&["{method}", "{time}", "{path}", "{body|minified}"], "the query was left out"),
        (
            &["{method}", "{time}", "{host}", "{path}", "{query|decoded|question-mark}", "{body|minified}"],
            "with the host",
        ),
        (&["{method|lower}", "{time}", "{path}", "{query|decoded|question-mark}", "{body|minified}"], "lower case"),
        (
            &["{method}", "{time}", "{path}", "{query|decoded|question-mark}", "{body|minified}", "\n"],
            "line break at its end",
        ),
        (&["{method}", "{time}", "{path}", "{query|decoded|question-mark}"], "the body was left out"),
        (&["{method}", "1700000000", "{path}", "{query|decoded|question-mark}", "{body|minified}"], "in seconds"),
        (
            &["{method}", "{time}", "{path}", "{query|decoded|question-mark}", "{body|no-space}"],
            "inside the JSON's strings",
        ),
    ] {
        let mut wrong = anexpay();
        wrong.recipe.text = text.iter().map(|part| Template::parse(part).unwrap()).collect();
        let words = only(cause(&anexpay(), &wrong, &sent, &sent));
        assert!(words.contains(says), "{says}: {words}");
    }
}

#[test]
fn json_that_was_written_anew_is_recognised() {
    let mut right = anexpay();
    right.recipe.text = vec![Template::parse("{body}").unwrap()];
    let sent = message("POST", "/", &[], r#"{"b":"é/","a":[1,2]}"#);
    for (body, says) in [
        (r#"{"b": "é/", "a": [1, 2]}"#, "a space behind each comma"),
        ("{\n  \"b\": \"é/\",\n  \"a\": [\n    1,\n    2\n  ]\n}", "indented"),
        (r#"{"a":[1,2],"b":"é/"}"#, "keys sorted"),
        (r#"{"b":"é\/","a":[1,2]}"#, "with / as"),
        ("{\"b\":\"\\u00e9/\",\"a\":[1,2]}", "escapes"),
        ("{\"b\":\"é/\",\"a\":[1,2]}\n", "line break"),
    ] {
        let words = only(cause(&right, &right, &message("POST", "/", &[], body), &sent));
        assert!(words.contains(says), "{says}: {words}");
    }
}

#[test]
fn a_key_used_wrongly_is_recognised() {
    let right = Bench::new("ansa", "webhook", b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let sent = message("POST", "/", &[("webhook-id", "msg_1"), ("webhook-timestamp", "1700000000")], "{}");
    let explained = |how: KeyDecode, key: &[u8]| {
        let mut wrong = Bench::new("ansa", "webhook", key);
        wrong.recipe.key_decode = how;
        let signed = wrong.sign(&sent, None).unwrap();
        let keys = right.keys();
        let given = Expected::Signature(Some(signed.signature.expose()));
        only(explain(&right.recipe, &sent, &right.context(None), &keys, given, &|| false))
    };
    assert_eq!(explained(KeyDecode::Utf8, &right.key), "the key was used as text, not decoded");
    assert!(explained(KeyDecode::Utf8, &right.key[6..]).contains("without its prefix"));
}

#[test]
fn a_signature_written_otherwise_is_recognised() {
    let sent = message("POST", "/x", &[], "{}");
    for (codings, says) in [
        (&[Coding::Hex][..], "in hexadecimal"),
        (&[Coding::Base64url], "in base64url"),
        (&[Coding::Base64, Coding::FormUrl], "is URL-encoded"),
    ] {
        let mut wrong = anexpay();
        wrong.recipe.sign.encode = codings.to_vec();
        let words = only(cause(&anexpay(), &wrong, &sent, &sent));
        assert!(words.contains(says), "{says}: {words}");
    }
}

#[test]
fn a_signature_that_was_not_url_encoded_is_recognised() {
    let key = test_key(PKCS1_KEY);
    let right = Bench::new("antom", "request", key.as_bytes());
    let mut wrong = Bench::new("antom", "request", key.as_bytes());
    wrong.recipe.sign.encode = vec![Coding::Base64];
    // One with a plus: without one, undoing what was never done changes nothing.
    let sent = (0..100)
        .map(|n| message("POST", "/ams/api/x", &[], &format!("{{\"n\":{n}}}")))
        .find(|sent| wrong.sign(sent, Some("1700000000000")).unwrap().signature.expose().contains('+'))
        .unwrap();
    assert_eq!(only(cause(&right, &wrong, &sent, &sent)), "the signature was not URL-encoded");
}

#[test]
fn algorithms_and_salts_are_told_apart() {
    let key = test_key(PSS_KEY);
    let sent = message("POST", "/", &[], "{}");
    for (algorithm, says) in
        [(Algorithm::RsaPssSha256Salt32, "32 bytes of salt"), (Algorithm::RsaPkcs1v15Sha256, "PKCS#1 v1.5")]
    {
        let right = Bench::new("amazon-pay", "button", key.as_bytes());
        let mut wrong = Bench::new("amazon-pay", "button", key.as_bytes());
        wrong.recipe.sign.algorithm = algorithm;
        let words = only(cause(&right, &wrong, &sent, &sent));
        assert!(words.contains(says), "{says}: {words}");
    }
}

#[test]
fn another_key_is_named_without_any_mistake() {
    let mut right = anexpay();
    let sent = message("POST", "/x", &[], "{}");
    let signed = Bench::new("anexpay", "request", b"old").sign(&sent, Some("1700000000000")).unwrap();
    let mut keys = right.keys();
    keys.push(Candidate { meant: false, ..candidate("v1", b"old") });
    right.recipe.readings.clear();
    let given = Expected::Signature(Some(signed.signature.expose()));
    let cause = explain(&right.recipe, &sent, &right.context(Some("1700000000000")), &keys, given, &|| false).unwrap();
    assert_eq!((cause.mistakes.len(), cause.candidate), (0, Some(1)));
}

#[test]
fn two_mistakes_at_a_time_are_found() {
    let sent = message("POST", "/x?a=%20b", &[], r#"{"a": 1}"#);
    let mut wrong = anexpay();
    wrong.recipe.text = ["{method}", "{time}", "{path}", "{query|question-mark}", "{body}"]
        .iter()
        .map(|part| Template::parse(part).unwrap())
        .collect();
    let cause = cause(&anexpay(), &wrong, &sent, &sent).unwrap();
    assert_eq!(cause.mistakes.len(), 2, "{cause:?}");
}

#[test]
fn an_expected_text_is_explained_or_shown_where_it_parts() {
    let right = anexpay();
    let sent = message("GET", "/x?a=b", &[], "");
    let context = right.context(Some("1700000000000"));
    let explained =
        |text: &str| explain(&right.recipe, &sent, &context, &[], Expected::Text(text.as_bytes()), &|| false);
    let cause = explained("GET1700000000000/xa=b").unwrap();
    assert_eq!(cause.mistakes, ["the query was signed without its ?"]);
    assert_eq!(explained("GET1700000000000/y?a=b"), None);
    let ours = string_to_sign(&right.recipe, &sent, &context, now()).unwrap();
    assert_eq!(
        difference(&ours, b"GET1700000000000/y?a=b").unwrap().to_string(),
        "they part at byte 17: here it goes on with \"x?a=b\", there with \"y?a=b\""
    );
    assert_eq!(difference(&ours, &ours), None);
}

#[test]
fn a_signature_that_was_spoiled_on_its_way_is_recognised() {
    let signs = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    let sent = message("POST", "/x", &[], "{}");
    let time = Some("1700000000000");
    let of = |bench: &Bench, alter: &dyn Fn(&str) -> String| {
        let signed = bench.sign(&sent, time).unwrap();
        let keys = bench.keys();
        let given = alter(signed.signature.expose());
        only(explain(&bench.recipe, &sent, &bench.context(time), &keys, Expected::Signature(Some(&given)), &|| false))
    };
    let lines = |text: &str| format!("{}\n{}", &text[..64], &text[64..]);
    assert_eq!(of(&anexpay(), &|text| text.replace('=', "")), "the signature's base64 lacks the = at its end");
    assert_eq!(of(&anexpay(), &lines), "the signature's base64 is broken into lines");
    assert_eq!(of(&anexpay(), &|text| format!("\"{text}\"")), "the signature has quotes around it");
    let wrapped = |text: &str| format!("{}%0A{}%0A", &text[..76], &text[76..]);
    assert_eq!(of(&signs, &wrapped), "the signature's base64 is broken into lines");
    assert_eq!(of(&signs, &|text| text.replace('%', "%25")), "the signature was URL-encoded twice");
    // Its header's name is no part of it.
    let signed = anexpay().sign(&sent, time).unwrap();
    let given = format!("Signature: {}", signed.signature.expose());
    let bench = anexpay();
    assert!(verify(&bench.recipe, &sent, &bench.context(time), &bench.keys(), Some(&given), now()).unwrap().verified());
}

#[test]
fn a_header_without_what_stands_before_the_signature_is_not_verified() {
    let cases = |sent: &Message, name: &str, alter: &dyn Fn(&str) -> String| {
        let mut altered = sent.clone();
        for (_, value) in altered.headers.iter_mut().filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
            *value = alter(value);
        }
        altered
    };
    let explained = |bench: &Bench, sent: &Message| {
        assert!(matches!(bench.verify(sent), Err(SignError::BadSignature { .. })), "{sent:?}");
        explain(&bench.recipe, sent, &bench.context(None), &bench.keys(), Expected::Signature(None), &|| false)
    };
    let bare = "the signature stands in its header without what belongs before it";
    let antom = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    let sent = antom.signed(&message("POST", "/ams/api/x", &[], "{}"));
    let cut = cases(&sent, "signature", &|value| value.rsplit_once('=').unwrap().1.to_owned());
    assert_eq!(only(explained(&antom, &cut)), bare);
    let hook = Bench::new("ansa", "webhook", b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let given = "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    let headers = [("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"), ("webhook-timestamp", "1614265330")];
    let with = |value: &str| {
        let mut headers = headers.to_vec();
        headers.push(("webhook-signature", value));
        message("POST", "/", &headers, r#"{"test": 2432232314}"#)
    };
    for value in [given.to_owned(), format!("v2 {given}"), format!("foo {given}"), format!("{given} bar")] {
        assert_eq!(only(explained(&hook, &with(&value))), bare, "{value}");
    }
    assert_eq!(explained(&hook, &with(&format!("xv1,{given}"))), None);
    let both = hook.verify(&with(&format!("v1,AAAA v1,{given} v2,AAAA"))).unwrap();
    assert!(both.fit.is_some());
}

#[test]
fn bearer_where_it_does_not_belong_is_recognised() {
    let ansa = Bench::new("ansa", "authorization", b"ansa_sk_1");
    let sent = message("GET", "/", &[("Authorization", "Bearer ansa_sk_1")], "");
    let explained = |bench: &Bench, sent: &Message| {
        only(explain(&bench.recipe, sent, &bench.context(None), &bench.keys(), Expected::Signature(None), &|| false))
    };
    assert_eq!(explained(&ansa, &sent), "Bearer stands before it in its header");
    let paynet = Bench::new("paynet", "bearer", b"tok-1");
    let sent = message("GET", "/", &[("Authorization", "tok-1")], "");
    assert_eq!(explained(&paynet, &sent), "the signature stands in its header without what belongs before it");
}

#[test]
fn keys_are_said_to_be_sorted_only_where_that_changes_their_order() {
    let mut right = anexpay();
    right.recipe.text = vec![Template::parse("{body}").unwrap()];
    let mut hex = anexpay();
    hex.recipe = right.recipe.clone();
    hex.recipe.sign.encode = vec![Coding::Hex];
    let explained = |by: &Bench, sent: &str, signed: &str| {
        let cause = cause(&right, by, &message("POST", "/", &[], signed), &message("POST", "/", &[], sent));
        cause.map(|cause| cause.mistakes).unwrap_or_default()
    };
    let space = "the body was signed without its white space";
    for (sent, signed) in [
        (r#"{"test": 1}"#, r#"{"test":1}"#),
        ("[1, 2]", "[1,2]"),
        (r#"{"a": "b:c", "b": {"a": 1}}"#, r#"{"a":"b:c","b":{"a":1}}"#),
    ] {
        assert_eq!(explained(&right, sent, signed), [space]);
        assert_eq!(explained(&hex, sent, signed), [space, "the signature is in hexadecimal"]);
    }
    let php = explained(&right, r#"{"a": "x/é", "n": 2}"#, r#"{"a":"x\/\u00e9","n":2}"#);
    assert!(php[0] == space && php[1].ends_with("as PHP does by itself"), "{php:?}");
    let numbers = explained(&right, "[1.50,2]", "[1.5,2]");
    assert!(numbers[0].contains("its numbers"), "{numbers:?}");
    assert_eq!(explained(&right, " ", ""), ["the body was left out"]);
    // The last of two keys that are the same is what a writer keeps: no order changed.
    assert!(explained(&right, r#"{"a":1,"a":2}"#, r#"{"a":2}"#).is_empty());
    assert_eq!(
        explained(&right, r#"{"b":1,"a":[{"d":1,"c":2}]}"#, r#"{"a":[{"c":2,"d":1}],"b":1}"#),
        ["the JSON was written anew, its keys sorted"]
    );
}

#[test]
fn a_path_signed_before_it_was_rewritten_is_recognised_also_where_it_was_sent_rewritten() {
    let right = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    let mut wrong = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    wrong.environment = Environment::Live;
    let made_of = message("POST", "/ams/api/v1/pay", &[], "{}");
    for sent in ["/ams/api/v1/pay", "/ams/sandbox/api/v1/pay"] {
        let words = only(cause(&right, &wrong, &made_of, &message("POST", sent, &[], "{}")));
        assert_eq!(words, "the path was signed before it was rewritten for the environment", "{sent}");
    }
}

/// The causes for an Amazon Pay request that was signed with this query in its canonical request.
fn amazon_signed(sent: &str, canonical_query: &str) -> Vec<&'static str> {
    let right = Bench::new("amazon-pay", "request", test_key(PSS_KEY).as_bytes());
    let mut wrong = Bench::new("amazon-pay", "request", test_key(PSS_KEY).as_bytes());
    for template in &mut wrong.recipe.canonical {
        if template.fills().any(|what| *what == What::Query) {
            *template = Template::of(vec![Piece::Literal(canonical_query.into())]);
        }
    }
    let sent = wrong.signed(&message("GET", &format!("https://pay-api.amazon.eu/v2/x?{sent}"), &[], ""));
    assert_eq!(right.verify(&sent).unwrap().fit, None);
    let keys = right.keys();
    let cause = explain(&right.recipe, &sent, &right.context(None), &keys, Expected::Signature(None), &|| false);
    cause.map(|cause| cause.mistakes).unwrap_or_default()
}

#[test]
fn a_query_is_said_to_be_sorted_or_not_only_where_that_changes_its_order() {
    let signed = |sent: &str, signed: &str| {
        let sent = message("GET", &format!("/x?{sent}"), &[], "");
        let mut wrong = anexpay();
        wrong.recipe.text = vec![
            Template::parse("{method}{time}{path}").unwrap(),
            Template::of(vec![Piece::Literal(format!("?{signed}"))]),
        ];
        cause(&anexpay(), &wrong, &sent, &sent).map(|cause| cause.mistakes).unwrap_or_default()
    };
    assert_eq!(signed("b=1&a=%20", "a= &b=1"), ["the query was sorted"]);
    for (sent, made) in [("a", "a="), ("a=%2f", "a=%2F"), ("a=1&", "a=1"), ("a=(x)!", "a=%28x%29%21")] {
        assert_eq!(signed(sent, made), ["the query was signed encoded anew, not as it was sent"], "{sent}");
    }
    assert_eq!(amazon_signed("b=%2F&a=1", "b=%2F&a=1"), ["the query was not sorted"]);
    for (sent, made) in [("a=%2f", "a=%2f"), ("a=x+y", "a=x+y"), ("a", "a"), ("a=1:2&b=3", "a=1:2&b=3")] {
        assert_eq!(amazon_signed(sent, made), ["the query was signed as it was sent, not encoded anew"], "{sent}");
    }
    assert_eq!(
        amazon_signed("b=1:2&a=3", "b=1:2&a=3"),
        ["the query was signed as it was sent, not encoded anew", "the query was not sorted"]
    );
}

#[test]
fn a_query_that_a_canonical_request_has_decoded_or_in_the_path_is_recognised() {
    assert_eq!(amazon_signed("a=x%20y&b=1", "a=x y&b=1"), ["the query was signed URL-decoded"]);
    let right = Bench::new("amazon-pay", "request", test_key(PSS_KEY).as_bytes());
    let mut in_path = message("GET", "https://pay-api.amazon.eu/v2/x", &[], "");
    in_path.path = Some("/v2/x?a=1".into());
    let mut sent = right.signed(&in_path);
    sent.set_url("https://pay-api.amazon.eu/v2/x?a=1");
    let keys = right.keys();
    let found = explain(&right.recipe, &sent, &right.context(None), &keys, Expected::Signature(None), &|| false);
    assert_eq!(only(found), "the query was signed as a part of the path, and its own place left empty");
}

#[test]
fn a_header_of_another_account_that_was_signed_too_is_recognised() {
    let right = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    let mut wrong = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    wrong.account.insert("client_id".into(), "5X00000000000001".into());
    let sent = wrong.signed(&message("POST", "/ams/api/x", &[], "{}"));
    let keys = right.keys();
    let found = explain(&right.recipe, &sent, &right.context(None), &keys, Expected::Signature(None), &|| false);
    assert_eq!(only(found), "what was signed is what a header of the message says, which is not the account's own");
}
