//! What is no plain signature of a text: hashes with the secret in them, tokens, names with passwords, JSON web tokens, and the
//! requests that get a token.

use paykeep::domain::provider::{Algorithm, Coding, KeyDecode, SignatureAt, Template};
use paykeep::signing::{Cause, Expected, Request, explain, request, reveals_the_key};

use super::vectors::{bench, body, primitive};
use super::*;

/// A recipe that sends what `header` says.
fn sending(recipe: Recipe, name: &str, header: &str) -> Recipe {
    Recipe { headers: vec![(name.into(), Template::parse(header).unwrap())], ..recipe }
}

fn jwt(algorithm: Algorithm, header: &str) -> Recipe {
    let key = if algorithm.is_rsa() { KeyDecode::RsaKey } else { KeyDecode::Utf8 };
    let text = [&format!("{header}."), "{body|base64url}"];
    sending(primitive(algorithm, key, &[Coding::Base64url], &text), "Authorization", "Bearer {text}.{signature}")
}

const HS256: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

#[test]
fn a_hash_has_the_secret_in_it_and_what_is_shown_has_not() {
    // PayU India's own example: fields with | between them, the salt at the end.
    let text = "C0Dr8m|12345|10|Shopping|Test|test@test.com||abc||15|||||||";
    let bench = bench(primitive(Algorithm::Sha512, KeyDecode::Utf8, &[Coding::Hex], &["{body}", "{key}"]), "3sf0jURk");
    let signed = bench.sign(&body(text), None).unwrap();
    assert_eq!(
        signed.signature.expose(),
        "ffcdbf04fa5beefdcc2dd476c18bc410f02b3968e7f4f54e8f43f1e1a310bb32e3b4dec9305232bb89db5b1d0c009a53bcace6f4bd8ec2f695baf3d43ba730ce"
    );
    assert_eq!(String::from_utf8(signed.text).unwrap(), format!("{text}{{key}}"));
    let check = |text: &str, signature| {
        verify(&bench.recipe, &body(text), &bench.context(None), &bench.keys(), Some(signature), now()).unwrap()
    };
    let verdict = check(text, signed.signature.expose());
    assert!(verdict.verified());
    assert!(!String::from_utf8(verdict.text).unwrap().contains("3sf0jURk"));
    assert!(!check("another", signed.signature.expose()).verified());
    // Computed with Python's hashlib.
    let md5 = vectors::bench(
        primitive(Algorithm::Md5, KeyDecode::Utf8, &[Coding::Hex], &["{key}", "-and-", "{body}"]),
        "secret",
    );
    assert_eq!(md5.sign(&body("text"), None).unwrap().signature.expose(), "fbd0303f14b0eb2210c8f3aa2d240b78");
}

#[test]
fn a_hash_by_another_function_is_recognised() {
    let right = bench(primitive(Algorithm::Sha512, KeyDecode::Utf8, &[Coding::Hex], &["{body}", "{key}"]), "k");
    let wrong = bench(primitive(Algorithm::Sha256, KeyDecode::Utf8, &[Coding::Hex], &["{body}", "{key}"]), "k");
    let made = wrong.sign(&body("x"), None).unwrap();
    let given = Expected::Signature(Some(made.signature.expose()));
    let cause: Option<Cause> =
        explain(&right.recipe, &body("x"), &right.context(None), &right.keys(), given, &|| false);
    assert_eq!(cause.unwrap().mistakes, ["it was hashed with SHA-256"]);
}

#[test]
fn a_key_can_be_derived_from_the_secret() {
    // As Braintree's webhooks have it; computed with Python's hmac and hashlib.
    let recipe = primitive(Algorithm::HmacSha1, KeyDecode::Sha1, &[Coding::Hex], &["{body}"]);
    let bench = bench(recipe, "integration_private_key");
    let signed = bench.sign(&body("payload"), None).unwrap();
    assert_eq!(signed.signature.expose(), "a9094267ddc49823cf74e9947461cc17c8428ed8");
}

#[test]
fn a_name_and_a_password_make_a_basic_header() {
    let recipe = primitive(Algorithm::Token, KeyDecode::Utf8, &[Coding::Base64], &["{field.key_id}", ":", "{key}"]);
    let mut bench = bench(sending(recipe, "Authorization", "Basic {signature}"), "open sesame");
    bench.fields.insert("key_id".into(), "Aladdin".into());
    assert!(reveals_the_key(&bench.recipe));
    let sent = bench.signed(&body(""));
    // The example of RFC 7617.
    assert_eq!(sent.header("authorization").unwrap(), Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
    assert!(bench.verify(&sent).unwrap().verified());
    let other = Bench { key: b"open sesam".to_vec(), ..bench };
    assert!(!other.verify(&sent).unwrap().verified());
}

#[test]
fn a_constant_token_is_compared_as_a_whole() {
    let mut recipe = primitive(Algorithm::Token, KeyDecode::Utf8, &[], &[]);
    let at = |header: &str| SignatureAt {
        header: header.into(),
        also: Vec::new(),
        split: None,
        after: None,
        decode: Vec::new(),
        jws: false,
    };
    recipe.signature = Some(at("x-callback-token"));
    let bench = bench(recipe, "tok-1234");
    for (token, right) in [("tok-1234", true), ("tok-123", false), ("tok-12345", false), ("TOK-1234", false)] {
        let hook = message("POST", "/", &[("X-Callback-Token", token)], "{}");
        assert_eq!(bench.verify(&hook).unwrap().verified(), right, "{token}");
    }
}

#[test]
fn a_bearer_and_a_raw_header_are_the_key_itself() {
    for (header, sent) in [("Bearer {signature}", "Bearer k-1"), ("{signature}", "k-1")] {
        let recipe = sending(primitive(Algorithm::Token, KeyDecode::Utf8, &[], &[]), "Authorization", header);
        let bench = bench(recipe, "k-1");
        let message = bench.signed(&body(""));
        assert_eq!(message.header("authorization").unwrap(), Some(sent));
        assert!(bench.verify(&message).unwrap().verified());
    }
}

#[test]
fn a_web_token_comes_out_as_published() {
    // 2C2P's page «JSON Web Tokens».
    let claims =
        r#"{"merchantID":"JT01","invoiceNo":"1523953661","description":"item 1","amount":1000,"currencyCode":"SGD"}"#;
    let two_c =
        bench(jwt(Algorithm::HmacSha256, HS256), "1F4EDB965BBB3094F791A83750FBDCDA3852131CB5218E21E4F42929A1975E60");
    let signed = two_c.sign(&body(claims), None).unwrap();
    assert_eq!(signed.signature.expose(), "ElmhOULUdK63FnriSs2XyhH1LxULoTVIopTUuQ77DvA");
    // RFC 7515, appendix A.1: its header and claims have line breaks in them, its key is given as base64url.
    let header = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9";
    let mut rfc = jwt(Algorithm::HmacSha256, header);
    rfc.key_decode = KeyDecode::Base64;
    let rfc = bench(rfc, "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==");
    let claims = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
    let sent = rfc.signed(&body(claims));
    let token = sent.header("authorization").unwrap().unwrap();
    assert!(token.starts_with(&format!("Bearer {header}.eyJpc3MiOiJqb2UiLA0K")), "{token}");
    assert!(token.ends_with(".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"), "{token}");
    let check = |now| verify(&rfc.recipe, &sent, &rfc.context(None), &rfc.keys(), None, now).unwrap();
    let before = Timestamp::from_second(1_300_819_379).unwrap();
    assert!(check(before).verified());
    let over = check(before + jiff::SignedDuration::from_secs(11));
    assert_eq!((over.verified(), over.amiss.as_deref()), (false, Some("the token expired 10 s ago")));
}

#[test]
fn a_token_is_held_against_its_algorithm_and_the_message() {
    let bench = bench(jwt(Algorithm::HmacSha256, HS256), "k");
    let sent = bench.signed(&body(r#"{"data":{"a":1}}"#));
    let check = |bench: &Bench, sent: &Message| bench.verify(sent).unwrap();
    assert!(check(&bench, &sent).verified());
    // The same claims, written otherwise, and others.
    for (body, right) in [("{\"data\": \"{\\\"a\\\":1}\"}", true), (r#"{"data":{"a":2}}"#, false)] {
        let verdict = check(&bench, &Message { body: body.as_bytes().to_vec(), ..sent.clone() });
        assert_eq!(verdict.verified(), right, "{body}");
        assert!(verdict.fit.is_some());
        assert!(right || verdict.amiss.as_deref().unwrap().contains("claim `data`"), "{:?}", verdict.amiss);
    }
    // {"alg":"none"} with an empty signature is no signature, and a token of another algorithm does not pass as this one's.
    let token = |value: &str| message("POST", "/", &[("Authorization", value)], "{}");
    assert!(matches!(bench.verify(&token("Bearer eyJhbGciOiJub25lIn0.e30.")), Err(SignError::BadSignature { .. })));
    assert!(matches!(bench.verify(&token("Bearer abc")), Err(SignError::BadSignature { .. })));
    let none = vectors::bench(jwt(Algorithm::HmacSha256, "eyJhbGciOiJub25lIn0"), "k");
    let verdict = check(&bench, &none.signed(&body("{}")));
    assert!(!verdict.verified() && verdict.amiss.unwrap().contains("\"none\""));
}

#[test]
fn a_token_in_base64_or_with_what_is_critical_is_genuine_but_not_verified() {
    let bench = bench(jwt(Algorithm::HmacSha256, HS256), "k");
    let mut theirs = vectors::bench(jwt(Algorithm::HmacSha256, HS256), "k");
    for (claims, bare) in [("{\"data\":\">>>?\"}", false), ("{\"data\":\">>>?\"}", true), ("{}", false)] {
        let base64 = |bytes: &[u8]| <base64ct::Base64 as base64ct::Encoding>::encode_string(bytes);
        theirs.recipe.text = vec![Template::parse(&format!("{HS256}.{}", base64(claims.as_bytes()))).unwrap()];
        theirs.recipe.sign.encode = vec![Coding::Base64];
        let mut sent = theirs.signed(&body(claims));
        if bare {
            // The signature's own padding alone.
            sent.headers.iter_mut().for_each(|(_, value)| *value = value.trim_end_matches('=').to_owned());
        }
        let verdict = bench.verify(&sent).unwrap();
        assert!(verdict.fit.is_some() && !verdict.verified());
        assert!(verdict.amiss.unwrap().contains("written in base64"), "{claims}");
    }
    // {"alg":"HS256","crit":["b64"],"b64":false}
    let critical = "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9";
    let sent = vectors::bench(jwt(Algorithm::HmacSha256, critical), "k").signed(&body("{}"));
    assert!(bench.verify(&sent).unwrap().amiss.unwrap().contains("`crit`"));
    // The scheme has no case.
    let mut sent = bench.signed(&body("{}"));
    sent.headers.iter_mut().for_each(|(_, value)| *value = value.replace("Bearer", "bearer"));
    assert!(bench.verify(&sent).unwrap().verified());
}

#[test]
fn a_duitnow_pay_token_has_the_claims_that_the_page_names() {
    let key = test_key(PKCS1_KEY);
    let mut bench = Bench::new("paynet", "duitnow-pay", key.as_bytes());
    bench.account = [("acquirer_id", "ACQ1"), ("merchant_id", "M\"1")].map(|(k, v)| (k.into(), v.into())).into();
    bench.fields = [("key_id".into(), "key-1".into())].into();
    let request = message("POST", "https://h.example/x", &[], r#"{"amount":"10.00"}"#);
    let mut context = bench.context(None);
    context.nonce = Some("0123456789abcdef0123456789abcdef".into());
    let decoded = Key::decode(&SecretBytes::copied(&bench.key), &bench.recipe.key_decode).unwrap();
    let signed = sign(&bench.recipe, &decoded, &request, &context, now(), &mut UnwrapErr(SysRng)).unwrap();
    let (name, token) = &signed.headers[0];
    assert_eq!(name, "Authorization");
    let claims = token.expose().split('.').nth(1).unwrap();
    let claims = <base64ct::Base64UrlUnpadded as base64ct::Encoding>::decode_vec(claims).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        claims,
        serde_json::json!({"exp": 1_700_000_300, "iss": "ACQ1", "sub": "M\"1", "jti": "01234567-89ab-4def-8123-456789abcdef",
            "key": "key-1", "data": "{\"amount\":\"10.00\"}"})
    );
    let sent = Message { headers: vec![(name.clone(), token.expose().to_owned())], ..request };
    let verdict = |sent: &Message| bench.verify(sent).unwrap();
    assert!(verdict(&sent).verified());
    // Whether Bearer stands in front no page tells.
    let value = format!("Bearer {}", token.expose());
    let behind = verdict(&Message { headers: vec![(name.clone(), value)], ..sent.clone() });
    assert!(behind.verified());
    assert_eq!(behind.fit.unwrap().reading.as_deref(), Some("Bearer stands in front of the token"));
    let other = Message { body: b"{\"amount\":\"11.00\"}".to_vec(), ..sent };
    assert!(verdict(&other).amiss.unwrap().contains("`data`"));
}

#[test]
fn a_token_without_the_recipes_claims_or_with_an_end_that_can_t_be_read_is_not_verified() {
    let key = test_key(PKCS1_KEY);
    let mut bench = Bench::new("paynet", "duitnow-pay", key.as_bytes());
    bench.account = [("acquirer_id", "ACQ1"), ("merchant_id", "M1")].map(|(k, v)| (k.into(), v.into())).into();
    bench.fields = [("key_id".into(), "key-1".into())].into();
    let amiss = |times: &str| {
        let claims = format!(r#"{{{{{times}"iss":"ACQ1","sub":"M1","key":"key-1","data":{{body|json-string}}}}}}"#);
        let mut theirs = Bench::new("paynet", "duitnow-pay", key.as_bytes());
        theirs.recipe.canonical = vec![Template::parse(&claims).unwrap()];
        let verdict = bench.verify(&theirs.signed(&message("POST", "/x", &[], "{}"))).unwrap();
        assert!(verdict.fit.is_some(), "{times}");
        assert_eq!(verdict.verified(), verdict.amiss.is_none());
        verdict.amiss.unwrap_or_default()
    };
    assert_eq!(amiss(r#""exp":1700000300,"jti":"1","#), "");
    for (times, says) in [
        (r#""jti":"1","#, "the token lacks the claim `exp`"),
        (r#""exp":1700000300,"#, "the token lacks the claim `jti`"),
        (r#""exp":"1700000300","jti":"1","#, "the token's claim `exp` is a text, not a number of seconds"),
        (r#""exp":null,"jti":"1","#, "the token's claim `exp` is null, not a number of seconds"),
        (r#""exp":1700000300000,"jti":"1","#, "the token's claim `exp` is in milliseconds: tokens have seconds"),
        (r#""exp":1700000300,"nbf":"0","jti":"1","#, "the token's claim `nbf` is a text, not a number of seconds"),
        (r#""exp":1700000300,"jti":1,"#, "the token's claim `jti` is a number, the recipe's is a text"),
        (r#""exp":1699999999,"jti":"1","#, "the token expired 1 s ago"),
    ] {
        assert_eq!(amiss(times), says, "{times}");
    }
}

#[test]
fn a_token_call_is_a_request_with_its_fields_encoded() {
    let made = |provider: &str, host: &str, fields: &[(&str, &str)]| -> Result<Request, SignError> {
        let catalog = Catalog::builtin();
        let call = catalog.get(provider).unwrap().call("token").unwrap();
        let field = |name: &str| {
            fields.iter().find(|(known, _)| *known == name).map(|(_, value)| SecretBytes::copied(value.as_bytes()))
        };
        request(call, host, &BTreeMap::new(), &field)
    };
    let form = made("paynet", "https://sandbox.api.paynet.my", &[("client_id", "9e0e"), ("client_secret", "a&b=c +é")]);
    let form = form.unwrap();
    assert_eq!((form.method, &*form.url), ("POST", "https://sandbox.api.paynet.my/auth/token"));
    assert_eq!(
        String::from_utf8_lossy(form.body.expose()),
        "client_id=9e0e&client_secret=a%26b%3Dc+%2B%C3%A9&grant_type=client_credentials"
    );
    let header = |request: &Request, name: &str| {
        request.headers.iter().find(|(known, _)| known == name).unwrap().1.expose().to_owned()
    };
    assert_eq!(header(&form, "Content-Type"), "application/x-www-form-urlencoded");
    let fields = [("api_key", "k"), ("api_secret", "s\"\\"), ("email", "a@b.example"), ("password", "p")];
    let json = made("anexpay", "https://openapi.dev.anexpay.com", &fields).unwrap();
    assert_eq!(json.url, "https://openapi.dev.anexpay.com/user/auth/oauth2/token");
    let body: serde_json::Value = serde_json::from_slice(json.body.expose()).unwrap();
    assert_eq!((&body["grantType"], &body["apiSecret"]), (&"password".into(), &"s\"\\".into()));
    assert_eq!(header(&json, "Content-Type"), "application/json");
    let without = made("anexpay", "https://openapi.dev.anexpay.com", &fields[..2]);
    assert_eq!(without.unwrap_err(), SignError::NoField { name: "email".into() });
    assert!(!format!("{json:?}").contains("a@b"), "{json:?}");
}

#[test]
fn a_button_is_verified_by_the_reading_of_the_php_sdk_too() {
    let key = test_key(PSS_KEY);
    for recipe in ["button", "button-v2"] {
        let bench = Bench::new("amazon-pay", recipe, key.as_bytes());
        let mut php = Bench::new("amazon-pay", recipe, key.as_bytes());
        php.recipe.text = php.recipe.readings[0].text.clone();
        let payload = body(r#"{"url":"https:\/\/localhost\/test"}"#);
        let signed = php.sign(&payload, None).unwrap();
        // What PHP signs is the payload as the other SDKs would have it.
        let plain = bench.sign(&body(r#"{"url":"https://localhost/test"}"#), None).unwrap();
        assert_eq!(signed.text, plain.text);
        let given = Some(signed.signature.expose());
        let verdict = verify(&bench.recipe, &payload, &bench.context(None), &bench.keys(), given, now()).unwrap();
        assert_eq!(verdict.fit.unwrap().reading.as_deref(), Some("the payload without its backslash escapes"));
    }
}
