//! Whatever the message: what is signed verifies, what is altered does not, and nothing panics.

use paykeep::signing::{Expected, explain, string_to_sign};
use proptest::prelude::*;

use super::*;

fn messages() -> impl Strategy<Value = Message> {
    let json = prop_oneof![
        Just(String::new()),
        Just(r#"{"a": "x y", "b":[1, 2]}"#.to_owned()),
        "[ -~]{0,20}".prop_map(|text| serde_json::json!({ "text": text, "n": 1 }).to_string()),
    ];
    ("(GET|POST|PUT)", "/[a-z/]{0,12}", "(\\?[a-z]=[a-z%+0-9]{0,6}(&[a-z]=[a-z]{0,3}){0,2})?", json).prop_map(
        |(method, path, query, body)| message(&method, &format!("https://host.example{path}{query}"), &[], &body),
    )
}

fn bench(n: usize) -> Bench {
    match n {
        0 => Bench::new("anexpay", "request", b"aR2822Y6XbehWMclnB0Y2NJK"),
        1 => Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes()),
        2 => Bench::new("amazon-pay", "request", test_key(PSS_KEY).as_bytes()),
        _ => Bench::new("amazon-pay", "request-v2", test_key(PSS_KEY).as_bytes()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn what_is_signed_verifies(message in messages(), n in 0usize..4) {
        let bench = bench(n);
        let sent = bench.signed(&message);
        prop_assert!(bench.verify(&sent).unwrap().verified());
    }

    #[test]
    fn what_is_altered_does_not(message in messages(), n in 0usize..4, at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let bench = bench(n);
        let mut sent = bench.signed(&message);
        prop_assume!(!sent.body.is_empty());
        let text = string_to_sign(&bench.recipe, &sent, &bench.context(None), now()).unwrap();
        let at = at.index(sent.body.len());
        sent.body[at] ^= 1 << bit;
        // White space that is taken away anyway makes no other text; what is no JSON any more is said to be none.
        if string_to_sign(&bench.recipe, &sent, &bench.context(None), now()).is_ok_and(|other| other != text) {
            prop_assert!(!bench.verify(&sent).is_ok_and(|verdict| verdict.verified()));
        }
    }

    #[test]
    fn an_unknown_mistake_is_not_explained(message in messages(), n in 0usize..2, junk in "[a-z]{8}") {
        let bench = bench(n);
        let mut wrong = bench.signed(&message);
        // Signed over a body that has nothing to do with the one that is looked at.
        wrong.body = format!("{{\"{junk}\":1}}").into_bytes();
        prop_assume!(!message.body.is_empty());
        let keys = bench.keys();
        let cause = explain(&bench.recipe, &wrong, &bench.context(None), &keys, Expected::Signature(None), &|| false);
        prop_assert_eq!(cause, None);
    }

    #[test]
    fn no_header_makes_it_panic(value in "\\PC{0,40}", n in 0usize..4) {
        let bench = bench(n);
        for name in ["SIGNATURE", "authorization", "TIMESTAMP", "Request-Time", "x-amz-pay-date"] {
            let mut sent = bench.signed(&message("POST", "https://h.example/a?b=%", &[], "{}"));
            for header in sent.headers.iter_mut().filter(|(known, _)| known.eq_ignore_ascii_case(name)) {
                header.1.clone_from(&value);
            }
            let _ = bench.verify(&sent);
            let _ = explain(&bench.recipe, &sent, &bench.context(None), &[], Expected::Signature(None), &|| false);
        }
    }
}
