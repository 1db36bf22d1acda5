//! Vectors that providers and their SDKs publish, each by its primitive; those that belong to a provider's file are in that file.

use paykeep::catalog::{Catalog, lint_with};
use paykeep::domain::provider::{Algorithm, Coding, Fact, Handles, KeyDecode, Origin, Recipe, Signing, Template};
use paykeep::signing::{SignError, run_vector};

use super::*;

/// A recipe that signs the body as it is.
pub(super) fn primitive(algorithm: Algorithm, key_decode: KeyDecode, encode: &[Coding], text: &[&str]) -> Recipe {
    Recipe {
        id: "primitive".to_owned().try_into().unwrap(),
        title: "A primitive".into(),
        does: Handles::Sign,
        key: "key#value".parse().unwrap(),
        key_decode,
        time: None,
        canonical: Vec::new(),
        signed_headers: None,
        text: text.iter().map(|part| Template::parse(part).unwrap()).collect(),
        readings: Vec::new(),
        sign: Signing { algorithm, encode: encode.to_vec(), named: None },
        headers: Vec::new(),
        signature: None,
        tolerance_s: None,
        vectors: Vec::new(),
        fact: Fact::unknown(),
    }
}

pub(super) fn bench(recipe: Recipe, key: &str) -> Bench {
    let mut bench = Bench::new("anexpay", "request", key.as_bytes());
    bench.recipe = recipe;
    bench
}

/// What comes out is what was published, and it verifies.
fn gives(recipe: Recipe, key: &str, message: &Message, signature: &str) {
    let bench = bench(recipe, key);
    assert_eq!(bench.sign(message, None).unwrap().signature.expose(), signature);
    checks(&bench, message, signature);
}

fn checks(bench: &Bench, message: &Message, signature: &str) {
    let check = |message: &Message| {
        verify(&bench.recipe, message, &bench.context(None), &bench.keys(), Some(signature), now()).unwrap()
    };
    assert!(check(message).verified());
    let mut other = message.clone();
    other.body.push(b'x');
    assert!(!check(&other).verified());
}

pub(super) fn body(text: &str) -> Message {
    message("POST", "/", &[], text)
}

#[test]
fn every_vector_in_the_providers_files_comes_out() {
    for provider in Catalog::builtin().providers() {
        for recipe in &provider.recipes {
            for vector in &recipe.vectors {
                assert_eq!(run_vector(recipe, vector), Ok(()), "{} {}", provider.id, recipe.id);
            }
        }
    }
}

#[test]
fn a_vector_that_does_not_come_out_is_found_in_its_line() {
    let text = include_str!("../../assets/providers/anexpay.toml");
    for (from, to, says) in [
        ("MxrYnCm9", "MxrYnCm8", "the signature is not the one"),
        ("text = 'POST1636360661729", "text = 'PUT1636360661729", "the string to sign is"),
    ] {
        let findings = lint_with("anexpay.toml", &text.replace(from, to), &Origin::BuiltIn, run_vector);
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert!(findings[0].line > 100 && findings[0].message.contains(says), "{findings:?}");
    }
}

#[test]
fn an_hmac_comes_out_in_hexadecimal() {
    let hex = || primitive(Algorithm::HmacSha256, KeyDecode::Utf8, &[Coding::Hex], &["{body}"]);
    for (text, signature) in [
        ("", "f7f9bd47fb987337b5796fdc1fdb9ba221d0d5396814bfcaf9521f43fd8927fd"),
        (r#"{"obj1":"hello","obj2":"world"}"#, "bebb1a643997f419b315ddba19e6f5411e1ce7f810ba6d3617ce72823092f363"),
        ("\u{1f600}", "837da296d05c4fe31f61d5d7ead035099d9585a5bcde87de952012a78f0b0c43"),
    ] {
        gives(hex(), "test_secret", &body(text), signature);
    }
    let razorpay = "2fe04e22977002e6c7cb553adab8b460cb9e2a4970d5953cb27a8472752e3bbc";
    gives(hex(), "123456", &body(r#"{"a":1,"b":2,"c":{"d":3}}"#), razorpay);
    let paddle = primitive(Algorithm::HmacSha256, KeyDecode::Utf8, &[Coding::Hex], &["1698796800", ":", "{body}"]);
    let signature = "a300428748dce5c70e4da19bffd60769591ea969c99dea3105d0ec9612cf43f9";
    gives(paddle, "VALID_SECRET", &body(r#"{"data": ["1", "2"]}"#), signature);
}

#[test]
fn a_key_is_decoded_before_it_is_used() {
    let adyen = || primitive(Algorithm::HmacSha256, KeyDecode::Hex, &[Coding::Base64], &["{body}"]);
    let key = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
    for (event, signature) in [
        ("REPORT_AVAILABLE", "ZNBPtI+oDyyRrLyD1XirkKnQgIAlFc07Vj27TeHsDRE="),
        ("EVENT", "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc="),
    ] {
        let text = format!("pspReference:originalReference:merchantAccount:reference:1000:EUR:{event}:true");
        gives(adyen(), key, &body(&text), signature);
    }
    let refused = bench(adyen(), "not hexadecimal").sign(&body("x"), None).unwrap_err();
    assert_eq!(refused, SignError::BadKey { wanted: "hexadecimal".into() });
}

#[test]
fn fields_of_the_json_are_found_by_pointers() {
    let text: Vec<String> =
        ["psp", "original", "account", "reference", "amount/value", "amount/currency", "code", "ok"]
            .iter()
            .map(|name| format!("{{json./{name}}}"))
            .collect();
    let text = text.join(":");
    let recipe = primitive(Algorithm::HmacSha256, KeyDecode::Hex, &[Coding::Base64], &[&text]);
    let json = r#"{"psp":"pspReference","original":"originalReference","account":"merchantAccount","reference":"reference",
        "amount":{"value":1000,"currency":"EUR"},"code":"EVENT","ok":true}"#;
    let key = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
    let signed = bench(recipe, key).sign(&body(json), None).unwrap();
    assert_eq!(signed.signature.expose(), "ipnxGCaUZ4l8TUW75a71/ghd2Fe5ffvX0pV4TLTntIc=");
}

#[test]
fn the_address_can_be_signed_with_the_body() {
    let recipe = primitive(Algorithm::HmacSha256, KeyDecode::Utf8, &[Coding::Base64], &["{url}", "{body}"]);
    let json = concat!(
        r#"{"merchant_id":"MLEFBHHSJGVHD","type":"webhooks.test_notification","event_id":"ac3ac95b-f97d-458c-a6e6-18981597e05f","#,
        r#""created_at":"2022-07-13T20:30:59.037339943Z","data":{"type":"webhooks","id":"bc368e64-01aa-407e-b46e-3231809b1129"}}"#,
    );
    let sent = message("POST", "https://webhook.site/679a4f3a-dcfa-49ee-bac5-9d0edad886b9", &[], json);
    gives(recipe, "Ibxx_5AKakO-3qeNVR61Dw", &sent, "GF4YkrJgGBDZ9NIYbNXBnMzqb2HoL4RW/S6vkZ9/2N4=");
}

#[test]
fn a_body_can_be_hashed_without_its_white_space() {
    let recipe = primitive(Algorithm::HmacSha256, KeyDecode::Utf8, &[Coding::Hex], &["{body|minified|sha256-hex}"]);
    let json =
        r#"{ "data" : {"businessMessageId": "20230412BOEEMYK1000ORB00000001", "clientMessage":"Client hello" } }"#;
    let signed = bench(recipe, "k").sign(&body(json), None).unwrap();
    assert_eq!(signed.text, b"8fc1f5ed05596aa2952e68ac221f31ee8a87641315c7b091f0bd41266d380739");
}

#[test]
fn rsa_with_pkcs1_padding_comes_out_as_published() {
    let recipe = primitive(Algorithm::RsaPkcs1v15Sha256, KeyDecode::RsaKey, &[Coding::Base64], &["{body}"]);
    let signature = "BKyAfU4iMCuvXMXS0Wzam3V/cnxZ+JaqigPM5OhljS2iOT95OO6Fsuml2JkFANJU9K6q9bLlDhPXuoVz+pp4hAm6pHU4ld815U4jsKu1RkyaII+1CYBUYC8TK0XtJ8FwUXXz8vZHh58rrAVN1XwNyvD1vfpxrMT4SL536GLwvpUHlCqIMzoZUguLli/K8V29QiOhuH6IEqLNJn8e9b3nwNcQ7be3CzYGpDAKBfDGPCqCv8Rw5zndhlffk2FEA70G4hvMwe51qMN/RAJbknXG23bSlObuTCN7Ndj1aJGH6/L+hdwfLpUtJm4QYVazzW7DFD27EpSQEqA8bX9+8m1rLg==";
    gives(recipe, &test_key(PKCS1_KEY), &body("source"), signature);
}

#[test]
fn a_bare_public_key_verifies_a_notification() {
    let recipe = primitive(Algorithm::RsaPkcs1v15Sha256, KeyDecode::RsaKey, &[Coding::Base64], &["{body}"]);
    let bench = bench(
        recipe,
        "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAqObrdC7hrgAVM98tK0nv3hSQRGGKT4lBsQjHiGjeYZjOPIPHR5knm2jnnz/YGIXIofVHkA/tAlBAd5DrY7YpvI4tP5EONLtZKC2ghBMx7McI2wRD0xiqzxOQr1FuhZGJ8/AUokBzJrzY+aGX2xcOrxFYRlFilvVLTXg4LWjR1tdPkO6+i7wQZAIVMClPkwVRZEbaERRHlKqTzv2gGv5rDU8gRoe1LeaN+6BlbTqHWkQcNCUNrA8C6l17XAXGKDsm/9TFWwO8EPHHHCaQdjtV5/FdcWIt+L8SR1ss7EXTjYDFtxcKVv9rEoY1lX8T4mX+GbXfZHraG5NCF1+XioL5JwIDAQAB",
    );
    let text = r#"app_id=2019073166072302&auth_app_id=2019073166072302&buyer_id=2088102534368455&buyer_logon_id=xud***@126.com&buyer_pay_amount=0.10&charset=utf-8&fund_bill_list=[{"amount":"0.10","fundChannel":"ALIPAYACCOUNT"}]&gmt_create=2019-08-15 15:56:22&gmt_payment=2019-08-15 15:56:24&invoice_amount=0.10&notify_id=2019081500222155624068450559358070&notify_time=2019-08-15 15:56:25&notify_type=trade_status_sync&out_trade_no=20190815155618536-564-57&point_amount=0.00&receipt_amount=0.10&seller_email=z97-yuquerevenue@service.aliyun.com&seller_id=2088531891668739&subject=语雀空间 500人规模&total_amount=0.10&trade_no=2019081522001468450512505578&trade_status=TRADE_SUCCESS&version=1.0"#;
    checks(
        &bench,
        &body(text),
        "QfTb8tqE1BMhS5qAnXtvsF3/jBkEvu9q9en0pdbBUDDjvKycZhQb7h8GDs4FKfi049PynaNuatxSgLb/nLWZpXyyh0LEWdK2S6Ri7nPwrVgOs08zugLO20vOQz44y3ti2Ncm8/wZts1Fr2gZ7pShnVX3d1B50hbsXnObT1r/U8ONNQjWXd0HIul4TG+Q3fm3svmSvFEy0WnzuhcyHPX5Gm4ELNctL6Qd5YniGJFNcc7kopHYtI/XD9YCKCH6Ct02rzUs9i11C9CsadtZn+WhxF26Dqt9sGEFajkJ8cxUTLi8+VCpLHsgPE8P0y095uQcDdK0YjCh4x7wVSov+lrmOQ==",
    );
    assert!(matches!(bench.sign(&body(text), None), Err(SignError::Rsa(_))));
}

#[test]
fn a_webhook_is_verified_by_any_of_its_signatures() {
    let bench = Bench::new("ansa", "webhook", b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let at = Timestamp::from_second(1_614_265_330).unwrap();
    let verdict = |signature: &str, now| {
        let headers = [
            ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
            ("webhook-timestamp", "1614265330"),
            ("webhook-signature", signature),
        ];
        let hook = message("POST", "/hooks", &headers, r#"{"test": 2432232314}"#);
        verify(&bench.recipe, &hook, &bench.context(None), &bench.keys(), None, now)
    };
    let right = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    assert!(verdict(right, at).unwrap().verified());
    assert!(verdict(&format!("v1a,AAAA v1,AAAA {right}"), at).unwrap().verified());
    assert!(!verdict(&right.replace("g0h", "g1h"), at).unwrap().verified());
    assert!(matches!(verdict("v1a,AAAA", at), Err(SignError::BadSignature { .. })));
    let late = verdict(right, at + jiff::SignedDuration::from_secs(301)).unwrap();
    assert_eq!((late.verified(), late.off_s, late.fit.is_some()), (false, Some(301), true));
    assert!(verdict(right, at - jiff::SignedDuration::from_secs(300)).unwrap().verified());
}

#[test]
fn the_five_gateways_sign_what_they_verify() {
    let (pss, pkcs1) = (test_key(PSS_KEY), test_key(PKCS1_KEY));
    for (provider, recipe, key, url) in [
        ("antom", "request", &*pkcs1, "https://open-sea-global.alipay.com/ams/api/v1/payments/pay"),
        ("anexpay", "request", "aR2822Y6XbehWMclnB0Y2NJK", "https://openapi.dev.anexpay.com/openapi/test?a=%20b"),
        ("amazon-pay", "request", &*pss, "https://pay-api.amazon.eu/v2/checkoutSessions?b=2&a=1"),
        ("amazon-pay", "request-v2", &*pss, "https://pay-api.amazon.jp/v2/checkoutSessions"),
        ("ansa", "authorization", "ansa_sk_sandbox_x", "https://api-sandbox.getansa.com/v1/customers"),
        ("paynet", "bearer", "ey.x.y", "https://sandbox.api.paynet.my/x"),
        ("paynet", "reports", "s3cr3t", "https://api.reports.uat.inet.paynet.my/x"),
    ] {
        let bench = Bench::new(provider, recipe, key.as_bytes());
        let sent = bench.signed(&message("POST", url, &[], r#"{"a": "1 2"}"#));
        assert!(bench.verify(&sent).unwrap().verified(), "{provider} {recipe}");
        let other = Bench::new(
            provider,
            recipe,
            if key.contains("KEY") { [&pss, &pkcs1][usize::from(*key == *pss)].as_bytes() } else { b"other" },
        );
        assert!(!other.verify(&sent).unwrap().verified(), "{provider} {recipe}");
    }
}

#[test]
fn a_signature_stands_in_its_header_as_the_gateway_wants_it() {
    let key = test_key(PKCS1_KEY);
    let bench = Bench::new("antom", "request", key.as_bytes());
    let signed = bench.sign(&message("POST", "/ams/api/v1/payments/pay", &[], "{}"), None).unwrap();
    assert_eq!(
        String::from_utf8(signed.text).unwrap(),
        "POST /ams/sandbox/api/v1/payments/pay\nSANDBOX_5X00000000000000.1700000000000.{}"
    );
    let header = |name: &str| signed.headers.iter().find(|(known, _)| known == name).unwrap().1.expose().to_owned();
    assert_eq!((&*header("client-id"), &*header("Request-Time")), ("SANDBOX_5X00000000000000", "1700000000000"));
    let signature = header("Signature");
    let written = signature.strip_prefix("algorithm=RSA256,keyVersion=1,signature=").unwrap();
    assert!(written.ends_with("%3D%3D") && !written.contains(['+', '/', '=']), "{written}");
}

#[test]
fn a_request_lists_its_own_signed_headers() {
    let key = test_key(PSS_KEY);
    let bench = Bench::new("amazon-pay", "request", key.as_bytes());
    let carried =
        [("x-amz-pay-idempotency-key", "K1"), ("x-amz-pay-region", "EU"), ("x-amz-pay-date", "2019-09-23T23:19:08Z")];
    let sent = bench.signed(&message("POST", "https://pay-api.amazon.eu/v2/x", &carried, "{}"));
    let authorization = sent.header("authorization").unwrap().unwrap();
    assert!(
        authorization.starts_with(
            "AMZN-PAY-RSASSA-PSS PublicKeyId=SANDBOX-ABCDEFGHIJKLMNOPQRSTUVWX, SignedHeaders=accept;content-type;\
             x-amz-pay-date;x-amz-pay-host;x-amz-pay-idempotency-key;x-amz-pay-region, Signature="
        ),
        "{authorization}"
    );
    assert_eq!(sent.header("x-amz-pay-region").unwrap(), Some("EU"));
    assert!(bench.verify(&sent).unwrap().verified());
    let mut cut = sent.clone();
    cut.headers.retain(|(name, _)| name != "x-amz-pay-idempotency-key");
    assert_eq!(bench.verify(&cut), Err(SignError::NoHeader { name: "x-amz-pay-idempotency-key".into() }));
}

#[test]
fn the_reading_that_fitted_is_named() {
    let bench = Bench::new("anexpay", "request", b"aR2822Y6XbehWMclnB0Y2NJK");
    let mut other = Bench::new("anexpay", "request", b"aR2822Y6XbehWMclnB0Y2NJK");
    for (n, url) in [(0, "/x?a=%20"), (1, "/x?a=+")] {
        other.recipe.text = other.recipe.readings[n].text.clone();
        let sent = other.signed(&message("GET", url, &[], ""));
        let fit = bench.verify(&sent).unwrap().fit.unwrap();
        assert_eq!(fit.reading, Some(bench.recipe.readings[n].title.clone()));
    }
}
