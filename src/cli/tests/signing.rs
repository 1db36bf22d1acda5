//! `paykeep sign` and `verify` over a vault.

use super::*;

const SIGN_KEY: &str = "aR2822Y6XbehWMclnB0Y2NJK";
const REQUEST: &str = "POST /openapi/test HTTP/1.1\nHost: openapi.dev.anexpay.com\n\n{\"a\": \"124\"}";

fn with_sign_key() -> World {
    let world = world();
    world.run("add anexpay/sandbox/acme/sign-key --kind signing-key", SIGN_KEY).ok();
    world
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap_or_else(|error| panic!("{error}: {}{}", said.out, said.err))
}

/// The request with the headers that signing gave.
fn with_headers(request: &str, headers: &str) -> String {
    let (head, body) = request.split_once("\n\n").unwrap();
    format!("{head}\n{headers}\n{body}")
}

#[test]
fn the_published_request_is_signed_as_published() {
    let world = with_sign_key();
    let said = world.run("sign sign-key --timestamp 1636360661729", REQUEST).ok();
    assert_eq!(
        said.out,
        "SIGNATURE: MxrYnCm9Q7JOAvOrISf8+T2kuTW1d/w0at8aaPaoiX08VWfun3XPokVlIx1TkHXdcitls09wzfUGtXQZq23xdg==\n\
         TIMESTAMP: 1636360661729\n"
    );
    let said = json(&world.run("sign sign-key --timestamp 1636360661729 --json", REQUEST).ok());
    assert_eq!(said["recipe"], "request");
    assert_eq!(said["version"], 1);
    assert_eq!(said["string_to_sign"], "POST1636360661729/openapi/test{\"a\":\"124\"}");
    assert_eq!(said["headers"]["SIGNATURE"], said["signature"]);
}

#[test]
fn curl_lines_and_options_give_the_same_as_raw_http() {
    let world = with_sign_key();
    let raw = world.run("sign sign-key --timestamp 1636360661729", REQUEST).ok().out;
    let curl = "curl https://openapi.dev.anexpay.com/openapi/test -d '{\"a\": \"124\"}'";
    assert_eq!(world.run("sign sign-key --timestamp 1636360661729", curl).ok().out, raw);
    let words = "sign sign-key --timestamp 1636360661729 --method POST --url /openapi/test --body-file -";
    assert_eq!(world.run(words, "{\"a\":\"124\"}").ok().out, raw);
}

#[test]
fn what_was_signed_verifies_until_its_time_is_over() {
    let world = with_sign_key();
    let headers = world.run("sign sign-key --timestamp 1636360661729", REQUEST).ok().out;
    let sent = with_headers(REQUEST, &headers);
    let verify =
        |now: &str, words: &str| world.run(&format!("verify sign-key --recipe request --now {now} {words}"), &sent);
    let said = verify("2021-11-08T08:37:42Z", "").ok();
    assert_eq!(said.out, "verified: v1, current\n");
    let said = verify("2021-11-08T08:40:00Z", "--json");
    assert_eq!(said.exit, Exit::No);
    let said = json(&said);
    assert_eq!(said["verified"], false);
    assert_eq!(said["version"], 1);
    assert!(said["cause"].as_str().unwrap().contains("139 s behind now; 120 s are allowed"), "{said}");
}

#[test]
fn each_version_is_tried_and_the_one_that_fits_is_named() {
    let world = with_sign_key();
    let headers = world.run("sign sign-key --timestamp 1636360661729", REQUEST).ok().out;
    let sent = with_headers(REQUEST, &headers);
    world.run("add anexpay/sandbox/acme/sign-key --kind signing-key --as pending", "bR2822Y6XbehWMclnB0Y2NJK").ok();
    let pending = world.run("sign sign-key@pending --timestamp 1636360661729", REQUEST).ok().out;
    let said = |words: &str, sent: &str| {
        json(&world.run(&format!("verify {words} --recipe request --json --now 2021-11-08T08:37:42Z"), sent))
    };
    assert_eq!(said("sign-key", &sent)["version"], 1);
    assert_eq!(said("sign-key", &with_headers(REQUEST, &pending))["version"], 2);
    let wrong = said("sign-key@1", &with_headers(REQUEST, &pending));
    assert_eq!((&wrong["verified"], &wrong["version"]), (&Value::Bool(false), &Value::from(2)));
    assert!(wrong["cause"].as_str().unwrap().contains("another version"), "{wrong}");
}

#[test]
fn the_other_environments_key_is_recognised() {
    let world = with_sign_key();
    world.run("add anexpay/live/acme/sign-key --kind signing-key", "cR2822Y6XbehWMclnB0Y2NJK").ok();
    let live = world.run("sign anexpay/live/acme/sign-key --timestamp 1636360661729", REQUEST).ok().out;
    let words = "verify anexpay/sandbox/acme/sign-key --recipe request --now 2021-11-08T08:37:42Z";
    let said = world.run(words, &with_headers(REQUEST, &live));
    assert_eq!(said.exit, Exit::No);
    assert!(said.out.contains("the other environment's key, anexpay/live/acme/sign-key"), "{}", said.out);
}

#[test]
fn a_mismatch_is_explained_or_honestly_not() {
    let world = with_sign_key();
    let words = "verify sign-key --recipe request --timestamp 1636360661729 --now 2021-11-08T08:37:42Z";
    // Of POST1636360661729/openapi/test{"a": "124"}, made with openssl dgst.
    let said = world.run(&format!("{words} --json --expect-signature Ru585aUbxdvZ5S/X1igOlKKtIs9qgJqlI6YpEhQBA1x2Dw3RCj+Grj7OSLtqHFawD/R/+6BN3yxf9D6kzE91rw=="), REQUEST);
    assert_eq!((said.exit, &json(&said)["cause"]), (Exit::No, &"the body was signed with its white space".into()));
    // The body's, as it would be for a file: of no use to anyone, and explained by nothing.
    let said = world.run(&format!("{words} --json --expect-signature waPHLhw7z/rwiAqJ6fUZj+b+QBmfEmVH0YY0yPAAECGNN0ln0NktEcVr1mGQBXhpuCP5lazsNFQmVyDLyviQWg=="), REQUEST);
    assert_eq!((said.exit, &json(&said)["cause"]), (Exit::No, &Value::Null));
    let file = tempfile::NamedTempFile::new().unwrap();
    for (text, says) in [
        (
            "POST1636360661729/openapi/test{\"a\":\"124\"}",
            "the same: this is the string to sign; the message has no signature that could be checked",
        ),
        ("POST1636360661729/openapi/test{\"a\": \"124\"}", "the body was signed with its white space"),
        ("POST1636360661/openapi/test{\"a\":\"124\"}", "the time was signed in seconds"),
        (
            "POST1636360661729/openapi/other{\"a\":\"124\"}",
            "it cannot be explained by any known mistake; they part at byte 26",
        ),
    ] {
        std::fs::write(file.path(), text).unwrap();
        let said = world.run(&format!("{words} --expect-string {}", file.path().display()), REQUEST);
        assert_eq!(said.exit, Exit::No, "{text}");
        assert!(said.out.contains(says), "{says}: {}", said.out);
    }
    // In the middle of a letter of two bytes: it is shown as a whole.
    std::fs::write(file.path(), "POST1636360661729/openapi/test{\"a\":\"è\"}").unwrap();
    let words = format!("{words} --json --expect-string {}", file.path().display());
    let said = json(&world.run(&words, &REQUEST.replace("124", "é")));
    assert_eq!(said["parts"], serde_json::json!({"offset": 36, "ours": "é\"}", "theirs": "è\"}"}));
    assert_eq!(
        (&said["verified"], &said["version"], &said["cause"]),
        (&Value::Bool(false), &Value::Null, &Value::Null)
    );
}

#[test]
fn what_is_missing_is_said_and_where_it_goes() {
    let world = with_sign_key();
    let (private, _) = pair(0);
    world.run("add antom/sandbox/acme/pair", &private).ok();
    world
        .run("sign pair", REQUEST)
        .fails(Exit::Usage, "account's field `client_id`")
        .says("account set antom/sandbox/acme client_id=");
    world.run("sign sign-key", "").fails(Exit::Usage, "standard input is empty");
    world
        .run("sign sign-key", "HTTP/1.1 200 OK\n\n{}")
        .fails(Exit::Usage, "the method of the request")
        .says("--method and --url");
    world.run("sign sign-key --timestamp 1636360661", REQUEST).fails(Exit::Usage, "milliseconds since 1970");
    world.run("sign sign-key", "POST /x HTTP/1.1\n\n{\"a\":").fails(Exit::Usage, "the body is no JSON");
    world.run("sign sign-key --recipe nope", REQUEST).fails(Exit::NotFound, "no recipe `nope`").says("request");
    world.run("verify sign-key", REQUEST).fails(Exit::Ambiguous, "several recipes").says("response, webhook");
    world
        .run("verify sign-key --recipe request --timestamp 1636360661729", REQUEST)
        .fails(Exit::Usage, "header SIGNATURE is missing");
    world.run("add other/sandbox/acme/x --kind secret-key", "tok-12345678").ok();
    world.run("sign x", REQUEST).fails(Exit::NotFound, "signs nothing");
}

#[test]
fn a_header_that_is_the_key_stays_off_the_terminal() {
    let mut world = world();
    world.run("add ansa/sandbox/acme/key", SANDBOX_KEY).ok();
    let words = "sign key --url https://api-sandbox.getansa.com/v1/customers";
    assert_eq!(world.run(words, "").ok().out, format!("Authorization: {SANDBOX_KEY}\n"));
    world.terminal = true;
    world.run(words, "").fails(Exit::Refused, "scrollback");
    world.run(&format!("{words} --print"), "").ok();
}

#[test]
fn a_webhook_with_its_headers_is_verified() {
    let world = world();
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    world.run("add ansa/sandbox/acme/hook --kind webhook-secret", secret).ok();
    let hook = "POST /hooks HTTP/1.1\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\nwebhook-timestamp: 1614265330\n\
                webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n\n{\"test\": 2432232314}";
    let now = "--now 2021-02-25T15:02:10Z";
    world.run(&format!("verify hook {now}"), hook).ok();
    let said = world.run(&format!("verify hook {now}"), &format!("{hook}\n"));
    assert!(said.out.contains("without the line break at its end"), "{}", said.out);
    let odd = hook.replace("v1,g0h", "v1,!!");
    let said = world.run(&format!("verify hook {now}"), &odd);
    let why = "the signature in the header webhook-signature can't be read: it is not base64";
    assert_eq!((said.exit, said.out.lines().next().unwrap()), (Exit::No, &*format!("not verified: {why}")));
    let said = world.run(&format!("verify hook --json {now}"), &odd);
    assert_eq!((said.exit, &json(&said)["cause"]), (Exit::No, &why.into()));
}

#[test]
fn of_what_came_the_body_is_said_to_be_altered_here() {
    let world = world();
    world.run("add ansa/sandbox/acme/hook --kind webhook-secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").ok();
    let hook = "POST /hooks HTTP/1.1\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\nwebhook-timestamp: 1614265330\n\
                webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n\n{\"test\":2432232314}";
    let said = world.run("verify hook --now 2021-02-25T15:02:10Z", hook);
    assert_eq!(
        said.out,
        "not verified: the signed JSON was written otherwise: with a space behind each comma and colon\n\
         Fix: Check the message byte for byte as it came, before a framework or a proxy writes it anew.\n"
    );
    let late = world.run("verify hook --now 2021-02-25T16:02:10Z", &hook.replace("\":2", "\": 2"));
    assert!(late.out.contains("Fix: Check it when it comes"), "{}", late.out);
}

#[test]
fn what_to_do_about_a_known_mistake_is_told() {
    let world = with_sign_key();
    let headers = world.run("sign sign-key --timestamp 1636360661729", &REQUEST.replace(": \"", ":\"")).ok().out;
    let wrong = with_headers(REQUEST, &headers).replace("test HTTP", "test?a=1 HTTP");
    let words = "verify sign-key --recipe request --now 2021-11-08T08:37:42Z";
    let said = world.run(words, &wrong);
    let fix = "Put the query into the string to sign.";
    assert_eq!(said.out, format!("not verified: the query was left out\nFix: {fix}\n"));
    assert_eq!(json(&world.run(&format!("{words} --json"), &wrong))["fixes"], serde_json::json!([fix]));
    // Two of one kind are said in one, and of two ways out the one that says more.
    let body = "{\"b\": \"é/\", \"a\": 10.00}";
    let php = r#"POST1636360661729/openapi/test{"b":"\u00e9\/","a":10}"#;
    std::fs::write(world.root.path().join("php"), php).unwrap();
    let file = world.root.path().join("php");
    let words = format!("{words} --timestamp 1636360661729 --expect-string {}", file.display());
    let said = world.run(&words, &REQUEST.replace("{\"a\": \"124\"}", body));
    assert_eq!(said.out.matches("the JSON was written anew").count(), 1, "{}", said.out);
    assert_eq!((said.out.matches("Fix:").count(), said.out.matches("json_encode").count()), (1, 1), "{}", said.out);
}

#[test]
fn a_string_in_a_file_is_told_apart_from_the_files_last_line_break() {
    let world = with_sign_key();
    let file = world.root.path().join("theirs");
    let check = |text: &str| {
        std::fs::write(&file, text).unwrap();
        let words = "verify sign-key --recipe request --timestamp 1636360661729";
        world.run(&format!("{words} --expect-string {}", file.display()), REQUEST)
    };
    let ours = "POST1636360661729/openapi/test{\"a\":\"124\"}";
    let said = check(ours);
    assert!(said.out.starts_with("the same: this is the string to sign;"), "{}", said.out);
    let said = check(&format!("{ours}\n"));
    assert_eq!(said.exit, Exit::No);
    assert!(said.out.contains("the same but for a line break at its end"), "{}", said.out);
    let said = check("POST1636360661729/openapi/test{\"a\": \"124\"}\r\n");
    assert!(said.out.starts_with("not verified: the body was signed with its white space;"), "{}", said.out);
}

#[test]
fn the_right_string_verifies_no_message_whose_signature_is_not_right() {
    let world = with_sign_key();
    let file = world.root.path().join("theirs");
    std::fs::write(&file, "POST1636360661729/openapi/test{\"a\":\"124\"}").unwrap();
    let check = |now: &str, headers: &str| {
        let words = format!("verify sign-key --recipe request --json --now {now} --expect-string {}", file.display());
        let said = world.run(&words, &with_headers(REQUEST, &format!("TIMESTAMP: 1636360661729\n{headers}")));
        (said.exit, json(&said))
    };
    let (then, now) = ("2021-11-08T08:37:42Z", "2026-11-08T08:37:42Z");
    let right = world.run("sign sign-key --timestamp 1636360661729", REQUEST).ok().out;
    let right = right.lines().next().unwrap();
    for (now, headers) in [(then, ""), (then, "SIGNATURE: AAAA\n"), (now, &*format!("{right}\n"))] {
        let (exit, said) = check(now, headers);
        assert_eq!((exit, &said["verified"], &said["same"]), (Exit::No, &false.into(), &true.into()), "{headers}");
    }
    let (exit, said) = check(then, &format!("{right}\n"));
    assert_eq!((exit, &said["verified"], &said["version"]), (Exit::Done, &true.into(), &1.into()), "{said}");
    std::fs::write(&file, "another").unwrap();
    let (exit, said) = check(then, &format!("{right}\n"));
    assert_eq!((exit, &said["verified"], &said["same"]), (Exit::No, &false.into(), &false.into()), "{said}");
}

#[test]
fn a_signature_by_another_recipe_of_the_provider_is_recognised() {
    let world = world();
    let fields = serde_json::json!({"private_key": pair(0).0, "key_id": "SANDBOX-ABCDEFGHIJKLMNOPQRSTUVWX"});
    world.run("add amazon-pay/sandbox/acme/pair --json", &fields.to_string()).ok();
    world.run("account set amazon-pay/sandbox/acme region=eu", "").ok();
    let request = "POST /v2/charges HTTP/1.1\nHost: pay-api.amazon.eu\n\n{}";
    let headers = world.run("sign pair --recipe request-v2", request).ok().out;
    let said = world.run("verify pair --recipe request", &with_headers(request, &headers));
    assert!(said.out.contains("signed by another recipe, request-v2 (Request"), "{}{}", said.out, said.err);
    assert!(said.out.contains("Fix: Check it by the recipe request-v2"), "{}", said.out);
}

#[test]
fn an_rsa_signature_is_made_and_verified_by_both_halves() {
    let world = world();
    let (private, public) = pair(0);
    world.run("add antom/sandbox/acme/pair", &private).ok();
    world.run("account set antom/sandbox/acme client_id=SANDBOX_5X00000000000000", "").ok();
    let request = "POST /ams/api/v1/payments/pay HTTP/1.1\nHost: open-sea-global.alipay.com\n\n{}";
    let headers = world.run("sign pair", request).ok().out;
    assert_eq!(world.run("verify pair", &with_headers(request, &headers)).ok().out, "verified: v1, current\n");
    // The same signature as an answer, for whom the pair is the other side's: it is the same text.
    let world = self::world();
    world.run("add antom/sandbox/acme/provider-key --kind provider-public-key", &public).ok();
    world.run("account set antom/sandbox/acme client_id=SANDBOX_5X00000000000000", "").ok();
    let answer = format!("HTTP/1.1 200 OK\n{}\n{{}}", headers.replace("Request-Time", "response-time"));
    let words = "verify provider-key --recipe response --method POST --url https://h.example/ams/api/v1/payments/pay";
    world.run(words, &answer).ok();
    let said = world.run(words, &format!("{answer}x"));
    assert_eq!(said.exit, Exit::No);
}

#[test]
fn what_comes_on_standard_input_beside_an_address_is_not_dropped() {
    let world = with_sign_key();
    world
        .run("sign sign-key --method POST --url /t", "{\"a\":1}")
        .fails(Exit::Usage, "line 1 is neither")
        .says("a body alone is given with --body-file -");
    let said = json(&world.run("sign sign-key --timestamp 1636360661729 --json --url /openapi/test", REQUEST).ok());
    assert_eq!(said["string_to_sign"], "POST1636360661729/openapi/test{\"a\":\"124\"}");
    world.run("sign sign-key --url /t", "HTTP/1.1 200 OK\n\n{}").fails(Exit::Usage, "the method of the request");
}

#[test]
fn an_address_and_a_method_that_are_given_are_those_of_a_request() {
    let world = with_sign_key();
    let text = |words: &str| {
        let said = world.run(&format!("sign sign-key --timestamp 1636360661729 --json {words}"), "").ok();
        json(&said)["string_to_sign"].as_str().unwrap().to_owned()
    };
    let wanted = "POST1636360661729/openapi/test?u=https://x";
    assert_eq!(text("--method POST --url openapi.dev.anexpay.com/openapi/test?u=https://x"), wanted);
    assert_eq!(text("--method POST --url /openapi/test?u=https://x"), wanted);
    let world = &world;
    let refused = |words: &[&str], says: &str| {
        let words = [&["sign", "sign-key"][..], words].concat();
        world.at(Timestamp::now(), &words, b"").fails(Exit::Usage, says);
    };
    refused(&["--url", "/a b"], "--url has a space in it");
    refused(&["--url", "/a", "--method", "post"], "--method post is none: a method is written in capitals");
}
