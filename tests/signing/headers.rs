//! A genuine signature does not make a message good whose headers say otherwise than what was signed.

use paykeep::keys;

use super::*;

const AUTHORIZATION: &str = "authorization";

fn amazon(recipe: &str) -> Bench {
    Bench::new("amazon-pay", recipe, test_key(PSS_KEY).as_bytes())
}

fn request() -> Message {
    message("POST", "https://pay-api.amazon.eu/v2/checkoutSessions", &[], r#"{"a":1}"#)
}

/// With the value of a header altered.
fn with(sent: &Message, header: &str, alter: impl Fn(&str) -> String) -> Message {
    let mut altered = sent.clone();
    for (_, value) in altered.headers.iter_mut().filter(|(name, _)| name.eq_ignore_ascii_case(header)) {
        *value = alter(value);
    }
    assert_ne!(altered, *sent);
    altered
}

fn amiss(bench: &Bench, sent: &Message) -> String {
    let verdict = bench.verify(sent).unwrap();
    assert!(verdict.fit.is_some() && !verdict.verified(), "{verdict:?}");
    verdict.amiss.unwrap()
}

#[test]
fn a_header_that_is_listed_as_signed_has_to_be_there() {
    let bench = amazon("request");
    let sent = bench.signed(&request());
    assert!(bench.verify(&sent).unwrap().verified());
    for name in ["accept", "content-type", "x-amz-pay-host", "x-amz-pay-region"] {
        let mut without = sent.clone();
        without.headers.retain(|(known, _)| known != name);
        let says = format!("the message lacks the header {name}, which it lists as signed");
        assert_eq!(amiss(&bench, &without), says);
        without.body.push(b' ');
        assert_eq!(bench.verify(&without), Err(SignError::NoHeader { name: name.into() }));
    }
}

#[test]
fn a_message_that_signs_fewer_headers_than_the_recipe_is_not_verified() {
    let bench = amazon("request");
    let mut fewer = amazon("request");
    let signed = fewer.recipe.signed_headers.as_mut().unwrap();
    signed.names = vec!["accept".into()];
    let sent = fewer.signed(&request());
    assert_eq!(amiss(&bench, &sent), "the header content-type is not signed: authorization does not list it");
    // More than the recipe's are in order.
    let mut more = amazon("request");
    more.recipe.signed_headers.as_mut().unwrap().names.push("user-agent".into());
    let agent = Message { headers: vec![("user-agent".into(), "x".into())], ..request() };
    assert!(bench.verify(&more.signed(&agent)).unwrap().verified());
    let sent = with(&bench.signed(&request()), AUTHORIZATION, |value| value.replace("SignedHeaders=", "Headers="));
    assert_eq!(amiss(&bench, &sent), "the header authorization does not list the headers that are signed");
}

#[test]
fn a_header_that_begins_with_another_algorithm_is_not_verified() {
    for (recipe, word, other) in [
        ("request", "AMZN-PAY-RSASSA-PSS", "AMZN-PAY-RSASSA-PSS-V2"),
        ("request-v2", "AMZN-PAY-RSASSA-PSS-V2", "AMZN-PAY-RSASSA-PSS"),
        ("request", "AMZN-PAY-RSASSA-PSS", "FOO"),
    ] {
        let bench = amazon(recipe);
        let sent = with(&bench.signed(&request()), AUTHORIZATION, |value| value.replacen(word, other, 1));
        assert_eq!(amiss(&bench, &sent), format!("the header authorization begins with \"{other}\", not with {word}"));
    }
}

#[test]
fn a_header_that_names_another_key_than_the_one_that_signed_is_not_verified() {
    let bench = amazon("request");
    let sent = bench.signed(&request());
    let other = with(&sent, AUTHORIZATION, |value| value.replace("ABCDEFGHIJKL", "ZBCDEFGHIJKL"));
    assert!(amiss(&bench, &other).contains("has PublicKeyId=\"SANDBOX-ZBCDEFGHIJKLMNOPQRSTUVWX\", the key's own is"));
    // Each version has an ID of its own.
    let previous = [("key_id".into(), "SANDBOX-ZBCDEFGHIJKLMNOPQRSTUVWX".into())].into();
    let keys = [Candidate { fields: previous, ..candidate("previous", &bench.key) }];
    let check = |sent| verify(&bench.recipe, sent, &bench.context(None), &keys, None, now()).unwrap().verified();
    assert!(check(&other) && !check(&sent));
}

#[test]
fn a_header_that_contradicts_what_is_signed_is_neither_signed_nor_verified() {
    let bench = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    let request = message("POST", "/ams/api/v1/payments/pay", &[("Client-Id", "OTHER")], "{}");
    assert_eq!(bench.sign(&request, None).unwrap_err(), SignError::OtherValue { name: "client-id".into() });
    let sent = bench.signed(&Message { headers: Vec::new(), ..request });
    assert!(bench.verify(&sent).unwrap().verified());
    let other = with(&sent, "client-id", |_| "OTHER".into());
    assert_eq!(amiss(&bench, &other), "the header client-id has another value than the one that is signed");
}

#[test]
fn a_header_that_names_another_algorithm_than_the_recipes_is_not_verified() {
    let key = test_key(PKCS1_KEY);
    let bench = Bench::new("antom", "request", key.as_bytes());
    let sent = bench.signed(&message("POST", "/ams/api/v1/payments/pay", &[], "{}"));
    assert!(bench.verify(&with(&sent, "signature", |value| value.replace(',', ", "))).unwrap().verified());
    // Which version of the key it was is none of the recipe's business.
    assert!(
        bench
            .verify(&with(&sent, "signature", |value| value.replace("keyVersion=1", "keyVersion=2")))
            .unwrap()
            .verified()
    );
    let other = with(&sent, "signature", |value| value.replace("RSA256", "RSA512"));
    assert_eq!(amiss(&bench, &other), "the header Signature names the algorithm \"RSA512\", the recipe's is RSA256");
    let bare = with(&sent, "signature", |value| value.replace("algorithm=RSA256,", ""));
    assert_eq!(amiss(&bench, &bare), "the header Signature does not name the algorithm, as algorithm=RSA256");
    // What the gateway sends need not name it, but must not name another.
    let public = keys::identify(key.as_bytes()).unwrap().write(keys::Form::SpkiPem).unwrap();
    let theirs = Bench::new("antom", "notification", public.expose().as_bytes());
    let hook = |sent: &Message| Message {
        headers: sent.headers.iter().map(|(name, value)| (name.to_ascii_lowercase(), value.clone())).collect(),
        path: Some("/ams/sandbox/api/v1/payments/pay".into()),
        ..sent.clone()
    };
    assert!(theirs.verify(&hook(&sent)).unwrap().verified());
    assert!(theirs.verify(&hook(&bare)).unwrap().verified());
    assert!(amiss(&theirs, &hook(&other)).contains("names the algorithm \"RSA512\""));
}

#[test]
fn a_request_that_lacks_a_header_which_the_recipe_sends_is_not_verified() {
    let bench = Bench::new("antom", "request", test_key(PKCS1_KEY).as_bytes());
    let sent = bench.signed(&message("POST", "/ams/api/v1/payments/pay", &[], "{}"));
    let mut without = sent.clone();
    without.headers.retain(|(name, _)| name != "client-id");
    assert_eq!(amiss(&bench, &without), "the message lacks the header client-id, which the recipe sends");
    // A signature that is given beside the message is of one that is not sent yet.
    let given = sent.header("signature").unwrap();
    assert!(verify(&bench.recipe, &without, &bench.context(None), &bench.keys(), given, now()).unwrap().verified());
}

#[test]
fn an_optional_header_that_was_sent_has_to_be_signed() {
    let bench = amazon("request");
    let mut sent = bench.signed(&request());
    sent.headers.push(("x-amz-pay-idempotency-key".into(), "1".into()));
    let says = "the header x-amz-pay-idempotency-key is not signed: authorization does not list it";
    assert_eq!(amiss(&bench, &sent), says);
}

#[test]
fn a_time_in_another_writing_than_the_recipes_is_not_verified_however_old_it_may_be() {
    for (provider, recipe, key, header) in [
        ("antom", "request", test_key(PKCS1_KEY), "Request-Time"),
        ("amazon-pay", "request", test_key(PSS_KEY), "x-amz-pay-date"),
        ("paynet", "reports", "secret".to_owned(), "X-Timestamp"),
    ] {
        let bench = Bench::new(provider, recipe, key.as_bytes());
        // A client that signs any text for a time.
        let mut wrong = Bench::new(provider, recipe, key.as_bytes());
        wrong.recipe.time = None;
        let unit = if provider == "paynet" { "1700000000000" } else { "1700000000" };
        for (time, says) in [(unit, "seconds since 1970; the recipe has it"), ("foo", "no time that is known")] {
            let mut sent = Message { headers: vec![(header.into(), time.into())], ..request() };
            for (name, value) in wrong.sign(&sent, Some(time)).unwrap().headers {
                sent.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(&name));
                sent.headers.push((name, value.expose().to_owned()));
            }
            assert_eq!(sent.header(header).unwrap(), Some(time));
            let error = bench.verify(&sent).unwrap_err();
            assert!(matches!(&error, SignError::BadTime { header: Some(at), .. } if at == header), "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}
