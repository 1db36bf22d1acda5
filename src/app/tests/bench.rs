//! The bench: signing, checking, and why something does not match.

use super::*;
use crate::app::bench::Tries;
use crate::app::form::FieldId;
use crate::app::model::Bench;
use crate::domain::audit::Act;

const KEY: &str = "aR2822Y6XbehWMclnB0Y2NJK";
const REFERENCE: &str = "anexpay/sandbox/acme/sign-key";
/// The provider's own example, and its signature.
const REQUEST: &str =
    "POST https://openapi.dev.anexpay.com/openapi/test HTTP/1.1\nTIMESTAMP: 1636360661729\n\n{\"a\":\"124\"}";
const SIGNATURE: &str = "MxrYnCm9Q7JOAvOrISf8+T2kuTW1d/w0at8aaPaoiX08VWfun3XPokVlIx1TkHXdcitls09wzfUGtXQZq23xdg==";

fn bench(session: &Session) -> &Bench {
    &session.model.inside().unwrap().bench
}

fn report(session: &Session) -> &crate::app::bench::Report {
    bench(session).report.as_ref().unwrap_or_else(|| panic!("nothing was tried: {:?}", bench(session).message))
}

fn open() -> Session {
    let mut s = Session::with(&[(REFERENCE, KEY)]);
    s.press(Code::Char('4'));
    s
}

/// Goes to the field of the other side, from the result.
fn to_their(s: &mut Session) {
    for _ in 0..3 {
        s.press(Code::Tab);
    }
    assert_eq!(s.model.form().unwrap().focused().unwrap().id, FieldId::Their);
}

#[test]
fn a_pasted_request_is_signed_with_the_only_key() {
    let mut s = open();
    s.paste(REQUEST);
    let text = report(&s).text.as_ref().unwrap();
    assert_eq!(text.shown, b"POST1636360661729/openapi/test{\"a\":\"124\"}");
    let parts = [("method", 4), ("time", 13), ("path", 13), ("query", 0), ("body", 11)];
    assert_eq!(text.parts, parts);
    assert_eq!(report(&s).headers[0], ("SIGNATURE".into(), Some(SIGNATURE.into())));
    assert!(report(&s).judgement.is_none());
    assert_eq!(report(&s).absent, ["pending", "previous"]);
    s.press(Code::Char('y'));
    let line = s.clipboard.clone().unwrap();
    assert!(line.starts_with("curl -X POST https://openapi.dev.anexpay.com/openapi/test -H "), "{line}");
    assert!(line.contains(SIGNATURE) && line.contains("--data-raw '{\"a\":\"124\"}'"), "{line}");
}

#[test]
fn a_curl_line_is_read_as_the_request_that_it_sends() {
    let mut s = open();
    s.paste("$ curl 'https://h.example/openapi/test?x=1' -H 'TIMESTAMP: 1636360661729' --json '{\"a\": 1}'");
    let text = report(&s).text.as_ref().unwrap();
    assert_eq!(String::from_utf8_lossy(&text.shown), "POST1636360661729/openapi/test?x=1{\"a\":1}");
    assert!(s.model.form().unwrap().text(&FieldId::Request).starts_with("POST https://h.example/openapi/test?x=1\n"));
}

#[test]
fn what_is_typed_is_tried_as_it_stands() {
    let mut s = open();
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.type_text("GET /openapi/test?test=234");
    s.press(Code::Enter);
    s.type_text("TIMESTAMP: 1636360576641");
    let text = report(&s).text.as_ref().unwrap();
    assert_eq!(String::from_utf8_lossy(&text.shown), "GET1636360576641/openapi/test?test=234");
    assert_eq!(report(&s).curl, None, "it names no host");
    s.type_text("x");
    let said = report(&s).stopped.as_ref().unwrap();
    assert!(said.message.contains("time"), "{said:?}");
    s.press(Code::Up);
    s.press(Code::Home);
    s.type_text("?");
    assert!(matches!(&bench(&s).message, Some(Err(why)) if why.message.contains("line 1")), "{:?}", bench(&s).message);
}

#[test]
fn a_signature_is_checked_and_a_mistake_is_named_with_its_place() {
    let mut s = open();
    s.paste(REQUEST);
    to_their(&mut s);
    s.paste(SIGNATURE);
    let found = report(&s).judgement.as_ref().unwrap().as_ref().unwrap();
    // The example is years old.
    assert!(!found.verified && found.cause.as_ref().unwrap().contains("the signature fits"), "{found:?}");
    assert_eq!(report(&s).tried[0].what, Tries::Fits);

    let spaced = REQUEST.replace("\"a\":", "\"a\": ");
    s.paste("x");
    assert!(!report(&s).judgement.as_ref().is_some_and(|found| found.as_ref().is_ok_and(|found| found.verified)));
    s.ctrl('u');
    assert!(report(&s).judgement.is_none());
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.paste(&spaced);
    to_their(&mut s);
    s.ctrl('t');
    s.paste("POST1636360661729/openapi/test{\"a\": \"124\"}");
    let found = report(&s).judgement.as_ref().unwrap().as_ref().unwrap();
    assert!(found.cause.is_some(), "{found:?}");
    let parted = found.parted.as_ref().unwrap();
    assert_eq!((parted.offset, &parted.ours[..5], &parted.theirs[..5]), (35, &b"\"124\""[..], &b" \"124"[..]));
}

/// A further version of the key, which the page learns of.
fn add_version(s: &mut Session, place: Place, value: &str) {
    let version = Change::Add(Box::new(Add::of(
        REFERENCE.parse().unwrap(),
        Kind::SigningKey,
        place,
        vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(value.as_bytes())))],
    )));
    let saved = s.apply(version).unwrap();
    s.send(Msg::FocusGained);
    answer::renew(&mut s.model, saved.unlocked);
}

#[test]
fn each_version_is_tried_side_by_side() {
    let mut s = Session::with(&[(REFERENCE, "an-older-sign-key-000001")]);
    add_version(&mut s, Place::Pending, KEY);
    s.press(Code::Char('4'));
    s.paste(REQUEST);
    let made: Vec<_> = report(&s).tried.iter().map(|tried| (&*tried.name, tried.version)).collect();
    assert_eq!(made, [("current", 1), ("pending", 2)]);
    assert_eq!(report(&s).tried[1].what, Tries::Signs(Some(SIGNATURE.into())));
    to_their(&mut s);
    s.paste(SIGNATURE);
    let what: Vec<_> = report(&s).tried.iter().map(|tried| &tried.what).collect();
    assert_eq!(what, [&Tries::FitsNot, &Tries::Fits]);
}

#[test]
fn a_key_that_is_sent_itself_is_in_nothing_that_is_shown_or_copied() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.press(Code::Char('4'));
    s.paste("POST https://api.example/v1/x HTTP/1.1\nX-A: 1\n\n{}");
    assert_eq!(report(&s).headers, [("Authorization".into(), None)]);
    s.press(Code::Char('y'));
    let line = s.clipboard.clone().unwrap();
    assert!(line.contains("-H \"Authorization: $"), "{line}");
    let all = format!("{:?} {:?} {line}", s.model, report(&s));
    assert!(!all.contains(SANDBOX_KEY), "{all}");
}

#[test]
fn a_key_in_a_pasted_request_is_left_out() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.press(Code::Char('4'));
    s.paste(&format!("curl https://api.example/v1/x -H 'Authorization: {SANDBOX_KEY}' -H 'X-A: 1' -d a=1"));
    assert!(s.said().contains("left out"), "{}", s.said());
    let text = s.model.form().unwrap().text(&FieldId::Request);
    assert!(text.contains("X-A: 1") && !text.contains("ansa_sk"), "{text}");
}

#[test]
fn a_key_that_stood_in_the_request_is_compared_without_being_shown() {
    let judged = |value: &str| {
        let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
        s.press(Code::Char('4'));
        s.paste(&format!("curl https://api.example/v1/x -H 'Authorization: {value}' -d a=1"));
        let all = format!("{:?} {:?}", bench(&s).form, report(&s));
        assert!(!all.contains("ansa_sk"), "{all}");
        report(&s).judgement.clone().unwrap().unwrap()
    };
    let found = judged(SANDBOX_KEY);
    assert_eq!((found.verified, found.version), (true, Some(1)), "{found:?}");
    let found = judged(&format!("Bearer {SANDBOX_KEY}"));
    assert_eq!(found.cause.as_deref(), Some("Bearer stands before it in its header"), "{found:?}");
    let found = judged("ansa_sk_sandbox_12345678-1234-1234-1234-123456789abd");
    assert_eq!(found.cause.as_deref(), Some("what is sent is no key of ansa/sandbox/acme/secret-key"), "{found:?}");
    assert!(!found.verified);
}

#[test]
fn a_request_with_a_password_keeps_all_but_the_password() {
    for sent in [
        format!("curl -X POST https://h.example/t -u me:{KEY} -H 'X-A: 1' -d '{{}}'"),
        "curl -X POST https://h.example/t -u me:short -H 'X-A: 1' -d '{}'".to_owned(),
        "curl -X POST https://h.example/t -u 9e0e99f396e74838aeb583d1f06bc03d:0a23456789abcdef0123456789abcdef -H 'X-A: 1' -d '{}'"
            .to_owned(),
        "POST /t HTTP/1.1\r\nHost: h.example\r\nAuthorization: Basic bWU6YVIyODIyWTZYYmVoV01jbG5CMFkyTkpL\r\nX-A: 1\r\n\r\n{}"
            .to_owned(),
    ] {
        let mut s = open();
        s.paste(&sent);
        assert!(s.said().contains("left out"), "{sent}: {}", s.said());
        let text = s.model.form().unwrap().text(&FieldId::Request);
        assert!(text.contains("Authorization: Basic {left out}\nX-A: 1"), "{text}");
        assert!(report(&s).text.as_ref().is_some_and(|text| text.shown.ends_with(b"/t{}")), "{sent}");
    }
}

#[test]
fn a_long_body_is_kept_byte_for_byte_and_tried_once_for_all_that_was_typed_meanwhile() {
    let mut s = open();
    let body = format!("{{\"a\":\"{}\\t\"}}", "x".repeat(1 << 20));
    s.paste(&format!("POST https://h.example/p HTTP/1.1\nTIMESTAMP: 1636360661729\n\n{body}"));
    assert_eq!(report(&s).text.as_ref().unwrap().len, 4 + 13 + 2 + body.len());
    assert_eq!(bench(&s).body.as_ref().unwrap().len(), body.len());
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.log.clear();
    s.holds = true;
    s.type_text("12345");
    assert_eq!(s.log.iter().filter(|effect| effect.starts_with("TryOut")).count(), 1);
    assert_eq!(s.log.iter().filter(|effect| effect.starts_with("Stop")).count(), 1, "the one that runs is of no use");
    s.answer();
    assert_eq!(s.log.iter().filter(|effect| effect.starts_with("TryOut")).count(), 2);
    assert!(bench(&s).is_fresh());
}

#[test]
fn nothing_of_the_bench_outlives_the_lock() {
    let mut s = open();
    s.holds = true;
    s.paste(&REQUEST.replace("/test", "/only-here"));
    assert!(format!("{:?}", bench(&s)).contains("only-here"));
    s.press(Code::Char('q'));
    s.answer();
    assert!(!format!("{:?}", s.model).contains("only-here"));
    assert!(matches!(s.model.screen, Screen::Unlock(_)));
}

#[test]
fn a_missing_field_of_the_account_is_named_with_the_way_to_fill_it() {
    let mut s = Session::with(&[]);
    let fields = vec![NewField::of("private_key", NewValue::Secret(pair().private.into_bytes()))];
    s.store_fields("antom/sandbox/acme/key-pair", Kind::KeyPair, fields);
    let vault = s.vault.clone().unwrap();
    answer::renew(&mut s.model, vault);
    s.press(Code::Char('4'));
    s.paste("POST https://h.example/ams/api/v1/payments/pay HTTP/1.1\nRequest-Time: 1636360661729\n\n{}");
    let said = report(&s).stopped.as_ref().unwrap();
    assert!(said.message.contains("client_id"), "{said:?}");
    assert!(said.hint.as_ref().is_some_and(|hint| hint.contains("antom/sandbox/acme")), "{said:?}");
    // `⏎` leads to the field and back; the request is still there.
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Account(_)));
    assert_eq!(s.model.form().unwrap().focused().unwrap().id, FieldId::AccountField("client_id".into()));
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Bench));
    s.press(Code::Enter);
    s.type_text("SANDBOX_5X00000000000000");
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Bench), "{:?}", s.page());
    assert_eq!(report(&s).stopped, None);
    let text = report(&s).text.as_ref().unwrap();
    let signed = "POST /ams/sandbox/api/v1/payments/pay\nSANDBOX_5X00000000000000.1636360661729.{}";
    assert_eq!(String::from_utf8_lossy(&text.shown), signed);
}

const AS_IT_CAME: &str = "Check the message byte for byte as it came, before a framework or a proxy writes it anew.";
const HOOK: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// A webhook of Ansa's with this body and signature, checked with these secrets.
fn received(secrets: &[(&str, &str)], body: &str, signature: &str) -> Session {
    let mut s = Session::with(secrets);
    s.press(Code::Char('4'));
    let head = "POST /hook HTTP/1.1\nwebhook-id: msg_1\nwebhook-timestamp: 1795338720";
    s.paste(&format!("{head}\nwebhook-signature: v1,{signature}\n\n{body}"));
    s
}

#[test]
fn of_what_is_received_the_cause_and_the_fix_are_for_who_checks_it() {
    let own = [("ansa/sandbox/acme/webhook-secret", HOOK)];
    let judged = |s: &Session| report(s).judgement.clone().unwrap().unwrap();
    // It came with spaces; a framework has written it anew without them.
    let found = judged(&received(&own, r#"{"a":1,"b":"x"}"#, "Hn7VO+RZtXXWtvFINTZT7aQ17KsAnCwGRGCjXzHw8zI="));
    assert_eq!(
        found.cause.as_deref(),
        Some("the signed JSON was written otherwise: with a space behind each comma and colon")
    );
    assert_eq!(found.fixes, [AS_IT_CAME]);
    let parted = found.parted.unwrap();
    assert_eq!((&parted.ours[..2], &parted.theirs[..2]), (&b" 1"[..], &b"1,"[..]), "right is what was signed");

    let found = judged(&received(&own, r#"{"a":1}"#, "SwtsaN45q+JU+aNznGN1Rt/1lPcSD3d2mjg2RBovOl0="));
    assert_eq!(found.cause.as_deref(), Some("the key was used as text, not decoded"));
    assert_eq!(found.fixes, ["Whoever signs it has to do this: Decode the key's text to bytes before it is used."]);

    let both = [own[0], ("ansa/live/acme/webhook-secret", "whsec_AAAA9r8GKYqrTwjUPD8ILPZIo2LaLaSw")];
    let mut s = received(&both, r#"{"a":1}"#, "GYSf1SNW9GIZ0zkSHOGF22aK4wd1W/Nqp38EZlLRFXU=");
    assert_eq!(judged(&s).fixes, ["Check it with the key of ansa/live/acme/webhook-secret."]);
    s.press(Code::Enter);
    assert_eq!(s.model.form().unwrap().text(&FieldId::Credential), "ansa/live/acme/webhook-secret");
    assert!(judged(&s).verified);
}

#[test]
fn a_cause_tells_the_version_that_fitted_where_it_is_not_the_current_one() {
    let mut s = Session::with(&[(REFERENCE, "an-older-sign-key-000001")]);
    add_version(&mut s, Place::Pending, KEY);
    s.press(Code::Char('4'));
    s.paste(REQUEST);
    to_their(&mut s);
    for (signature, cause) in [
        ("Q1yVQOsxkgHVUDUcosEwZjiu9AVHulUX3fbWCZxp7TE4OTH90syulaK32Q2FnApVbvZ4IfPYmFCYiJfwm/Lm5A==", ""),
        ("Ru585aUbxdvZ5S/X1igOlKKtIs9qgJqlI6YpEhQBA1x2Dw3RCj+Grj7OSLtqHFawD/R/+6BN3yxf9D6kzE91rw==", " (v2, pending)"),
    ] {
        s.ctrl('u');
        s.paste(signature);
        let found = report(&s).judgement.clone().unwrap().unwrap();
        let cause = format!("the JSON was written anew, with a space behind each comma and colon{cause}");
        assert_eq!(found.cause, Some(cause.clone()), "{found:?}");
        assert_eq!(found.words, format!("not verified: {cause}"));
    }
}

#[test]
fn json_that_was_written_anew_in_two_ways_is_one_cause_with_one_fix() {
    let mut s = open();
    s.paste(&REQUEST.replace(r#"{"a":"124"}"#, r#"{"b":"café /x","a":10.00}"#));
    to_their(&mut s);
    s.ctrl('t');
    s.paste(r#"POST1636360661729/openapi/test{"b":"caf\u00e9 \/x","a":10}"#);
    let found = report(&s).judgement.clone().unwrap().unwrap();
    let cause = "the JSON was written anew, its numbers as 10 for 10.00, as JavaScript and PHP do, and with / as \\/ and other than \
                 ASCII as \\u escapes, as PHP does by itself";
    assert_eq!(found.cause.as_deref(), Some(cause));
    assert_eq!(found.fixes.len(), 1, "{:?}", found.fixes);
    assert!(found.fixes[0].contains("json_encode"), "{:?}", found.fixes);
}

/// What is found where this is signed so.
fn judged(request: &str, signature: &str) -> crate::app::bench::Judgement {
    let mut s = open();
    s.paste(request);
    to_their(&mut s);
    s.paste(signature);
    report(&s).judgement.clone().unwrap().unwrap()
}

#[test]
fn where_white_space_is_taken_away_before_the_bytes_that_are_sent_are_no_way_out() {
    let sent = REQUEST.replace("{\"a\":\"124\"}", "{\"a\":\"x y\"}\n");
    let signature = "3E6VnZtklozAy8gURWmId4KV7nNtFaqieQwrcjMd3TDVsOMfrTAcJl6Zw6MWpDpuyoozSP2BW5ZKruq1rIy73w==";
    let found = judged(&sent, signature);
    assert_eq!(found.cause.as_deref(), Some("the body was signed with a line break at its end"));
    assert!(found.fixes[0].starts_with("Write the JSON without spaces"), "{:?}", found.fixes);
}

#[test]
fn of_a_body_that_is_not_there_nothing_is_said() {
    let sent = "GET https://openapi.dev.anexpay.com/openapi/test HTTP/1.1\nTIMESTAMP: 1636360661729\n\n";
    let signature = "tIhBFA/xVYFlYR1ONQs965Jck48DEetzjPWZ2oYpZjBl+vU6FLKGK7rtYr/sBtKq9gq293E6wUItA8WajlqKtQ==";
    let found = judged(sent, signature);
    assert_eq!(found.cause.as_deref(), Some("the string to sign had a line break at its end"));
}

#[test]
fn beside_a_reading_the_place_is_the_mistakes_own() {
    let mut s = open();
    s.paste(&REQUEST.replace("/test", "/test?a=%20b").replace("\"a\":", "\"a\": "));
    to_their(&mut s);
    s.ctrl('t');
    let same = "POST1636360661729/openapi/test?a=%20b{\"a\":";
    s.paste(&format!("{same} \"124\"}}"));
    let found = report(&s).judgement.clone().unwrap().unwrap();
    assert_eq!(found.reading.as_deref(), Some("the query as it was sent"), "{found:?}");
    let parted = found.parted.unwrap();
    assert_eq!((parted.offset, &parted.theirs[..5]), (same.len(), &b" \"124"[..]), "{}", found.words);
    assert!(found.words.contains(&format!("they part at byte {}", same.len())), "{}", found.words);
}

#[test]
fn a_line_break_that_an_editor_put_behind_a_string_to_sign_is_told_as_that() {
    let mut s = open();
    s.paste(REQUEST);
    to_their(&mut s);
    s.ctrl('t');
    for end in ["\n", "\r\n"] {
        s.ctrl('u');
        s.paste(&format!("POST1636360661729/openapi/test{{\"a\":\"124\"}}{end}"));
        let found = report(&s).judgement.clone().unwrap().unwrap();
        assert!(!found.verified);
        assert!(found.cause.as_ref().unwrap().starts_with("the same but for a line break at its end"), "{found:?}");
    }
}

#[test]
fn an_expired_version_signs_on_the_command_line_alone_and_the_bench_says_so() {
    let mut s = Session::with(&[]);
    let expires_at = Some("2026-11-23T00:00:00Z".parse().unwrap());
    let value = vec![NewField::of("value", NewValue::Secret(SecretBytes::copied(KEY.as_bytes())))];
    let add = Add { expires_at, ..Add::of(REFERENCE.parse().unwrap(), Kind::SigningKey, Place::New, value) };
    let saved = s.apply(Change::Add(Box::new(add))).unwrap();
    answer::renew(&mut s.model, saved.unlocked);
    s.wall = "2026-11-24T00:00:00Z".parse().unwrap();
    s.press(Code::Char('4'));
    s.paste(REQUEST);
    let hint = report(&s).stopped.as_ref().unwrap().hint.clone().unwrap();
    assert!(hint.ends_with("on the command line alone: paykeep sign anexpay/sandbox/acme/sign-key@1"), "{hint}");
}

#[test]
fn what_was_not_looked_for_is_told() {
    let mut s = open();
    s.paste(&REQUEST.replace("124", &"x".repeat(70_000)));
    to_their(&mut s);
    s.paste(&"AAAA".repeat(22));
    let found = report(&s).judgement.clone().unwrap().unwrap();
    assert_eq!(found.cause, None);
    assert!(found.words.ends_with("with a body of more than 64 KiB no two are tried together"), "{}", found.words);
    let task = super::super::bench::Task {
        reference: REFERENCE.into(),
        recipe: "request".into(),
        message: Arc::clone(bench(&s).message.as_ref().unwrap().as_ref().unwrap()),
        signature: Some("AAAA".repeat(22)),
        text: None,
    };
    let random = &mut getrandom::rand_core::UnwrapErr(getrandom::SysRng);
    let vault = s.vault.as_ref().unwrap();
    let at_once = super::super::bench::attempt(&task, vault, Catalog::builtin(), "5eed", s.wall, random, &|| true);
    let words = at_once.judgement.unwrap().unwrap().words;
    assert!(words.contains("the search was ended before all of them were"), "{words}");
}

/// What the log on the disk says was signed with.
fn signed(s: &Session) -> Vec<String> {
    let log = s.vault.as_ref().unwrap().document.log();
    log.into_iter().filter(|entry| entry.act == Act::Signed).map(|entry| entry.subject.clone()).collect()
}

#[test]
fn what_is_taken_from_the_bench_leaves_an_entry_in_the_log_and_what_is_only_tried_leaves_none() {
    let mut s = open();
    s.paste(REQUEST);
    s.press(Code::Char('Y'));
    assert_eq!(signed(&s), [""; 0], "no secret is in the string to sign");
    let shown = report(&s).clone();
    s.press(Code::Char('y'));
    assert_eq!(signed(&s), [format!("{REFERENCE}@1#value")]);
    assert_eq!(*report(&s), shown, "what was taken is still what is shown");
    s.press(Code::Char('V'));
    s.press(Code::Enter);
    assert_eq!(signed(&s).len(), 2);
    assert_eq!(s.saves, 0);
    assert!(!format!("{:?}", s.vault.as_ref().unwrap().document.log()).contains(SIGNATURE));

    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.press(Code::Char('4'));
    s.paste("POST https://api.example/v1/x HTTP/1.1\nX-A: 1\n\n{}");
    s.press(Code::Char('y'));
    assert!(s.clipboard.is_some());
    assert_eq!(signed(&s), [""; 0], "the line has a variable where the key would stand");
}

#[test]
fn a_request_without_an_address_gives_its_headers() {
    let mut s = open();
    s.paste(&REQUEST.replace("https://openapi.dev.anexpay.com", ""));
    s.press(Code::Char('y'));
    assert_eq!(s.clipboard.as_deref(), Some(&*format!("SIGNATURE: {SIGNATURE}\nTIMESTAMP: 1636360661729")));
}

#[test]
fn an_example_for_support_has_neither_key_nor_signature_and_its_name_is_asked_for() {
    let mut s = open();
    s.press(Code::Char('V'));
    assert_eq!(s.said(), "There is no request yet.");
    s.paste(REQUEST);
    to_their(&mut s);
    s.type_text("AAAA");
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.press(Code::Char('V'));
    assert!(s.dialog().is_ready());
    s.ctrl('u');
    assert!(!s.dialog().is_ready());
    s.press(Code::Enter);
    assert_eq!(s.written, None);
    s.paste("/tmp/for-support.toml");
    s.press(Code::Enter);
    let written = s.written.clone().unwrap();
    assert!(written.contains("POST1636360661729/openapi/test"), "{written}");
    assert!(!written.contains(KEY) && !written.contains(SIGNATURE), "{written}");
    assert_eq!(s.said(), "Written to /tmp/for-support.toml. Look through it before it goes out.");
    s.press(Code::Char('V'));
    assert_eq!(s.dialog().typed.as_ref().unwrap().input.text(), "/tmp/for-support.toml");
    s.ctrl('u');
    s.paste(KEY);
    assert_eq!(s.dialog().typed.as_ref().unwrap().input.text(), "", "a secret is no file's name");
}

#[test]
fn a_request_that_was_changed_on_its_way_is_put_right_from_the_result() {
    let mut s = Session::with(&[("ansa/sandbox/acme/webhook-secret", HOOK)]);
    s.press(Code::Char('4'));
    // Signed with a line break behind the body, as it came; the paste has lost it.
    let head = "POST /hook HTTP/1.1\nwebhook-id: msg_1\nwebhook-timestamp: 1795338720\nContent-Length: 11";
    let signature = "v1,hi50gaoS1NPzKw1g+kILe/wN1w7KFyn9pA8wjpgM28g=";
    s.paste(&format!("{head}\nwebhook-signature: {signature}\n\n{{\"test\": 1}}"));
    let found = report(&s).judgement.as_ref().unwrap().as_ref().unwrap();
    assert_eq!(found.cause.as_deref(), Some("the body was signed with a line break at its end"), "{found:?}");
    assert_eq!(found.fixes, [AS_IT_CAME]);
    s.press(Code::Enter);
    let found = report(&s).judgement.as_ref().unwrap().as_ref().unwrap();
    assert!(found.verified, "{found:?}");
    let text = s.model.form().unwrap().text(&FieldId::Request);
    assert!(text.contains("Content-Length: 12"), "{text:?}");
    assert_eq!(bench(&s).body.as_ref().unwrap().as_slice(), b"{\"test\": 1}\n");
}

#[test]
fn the_key_that_made_a_signature_is_chosen_from_the_result() {
    let mut s = Session::with(&[(REFERENCE, "an-older-sign-key-000001"), ("anexpay/live/acme/sign-key", KEY)]);
    s.press(Code::Char('4'));
    s.paste(REQUEST);
    to_their(&mut s);
    s.paste(SIGNATURE);
    let found = report(&s).judgement.as_ref().unwrap().as_ref().unwrap();
    assert!(found.cause.as_ref().unwrap().contains("the other environment's key"), "{found:?}");
    s.press(Code::Enter);
    assert_eq!(s.model.form().unwrap().text(&FieldId::Credential), REFERENCE, "the focus is elsewhere");
    s.press(Code::Tab);
    s.press(Code::Enter);
    assert_eq!(s.model.form().unwrap().text(&FieldId::Credential), "anexpay/live/acme/sign-key");
    assert_eq!(report(&s).tried[0].what, Tries::Fits);
}

#[test]
fn what_the_other_side_has_is_taken_as_a_whole() {
    let mut s = open();
    s.paste(REQUEST);
    to_their(&mut s);
    // A token is as long as the body that it holds.
    let token = format!("{}é.{}", "x".repeat(1023), "y".repeat(3000));
    s.paste(&token);
    assert_eq!(s.model.form().unwrap().text(&FieldId::Their), token);
    s.paste(&"x".repeat(20_000));
    assert_eq!(s.said(), "That is longer than any signature; nothing was added.");
    assert_eq!(s.model.form().unwrap().text(&FieldId::Their), token, "what stood there stays");
    s.ctrl('t');
    let long = format!("POST1636360661729/openapi/test{}", "x".repeat(20_000));
    s.paste(&long);
    let parted = report(&s).judgement.as_ref().unwrap().as_ref().unwrap().parted.clone().unwrap();
    assert_eq!(parted.offset, 30);
    let request = REQUEST.replace("{\"a\":\"124\"}", &format!("\"{}\"", "x".repeat(20_000)));
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.paste(&request);
    to_their(&mut s);
    s.paste(&long.replace("xx", "x").replace("test", "test\""));
    let parted = report(&s).judgement.as_ref().unwrap().as_ref().unwrap().parted.clone().unwrap();
    assert_eq!(parted.offset, 31 + 10_000, "also what is longer than the field shows");
}

/// Pastes this on a bench where nothing stands; gives what stands there then, and what is wrong with it.
fn flawed(paste: &str) -> (Session, String, String) {
    let mut s = open();
    s.paste(paste);
    let text = s.model.form().unwrap().text(&FieldId::Request).to_owned();
    let wrong = match &bench(&s).message {
        Some(Err(why)) => why.message.clone(),
        other => panic!("{paste}: {other:?} {}", s.said()),
    };
    (s, text, wrong)
}

#[test]
fn a_paste_that_cannot_be_read_stands_there_to_be_put_right() {
    let head = "POST /openapi/test HTTP/1.1\r\nTIMESTAMP: 1636360661729";
    for (more, says) in [
        ("\r\nContent-Length: 20\r\n\r\n{\"a\":1}", "Content-Length says 20"),
        ("\r\nContent-Length: 3\r\n\r\n{\"a\":1}", "Content-Length says 3"),
        ("\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n{\"a\":1}\r\n0\r\n", "in chunks"),
        ("\r\nno header\r\n\r\n{}", "line 3"),
    ] {
        let (s, text, wrong) = flawed(&format!("{head}{more}"));
        assert!(wrong.contains(says), "{wrong}");
        assert!(text.starts_with("POST /openapi/test HTTP/1.1\nTIMESTAMP: 1636360661729\n"), "{text}");
        assert_eq!(s.model.form().unwrap().focused().unwrap().id, FieldId::Request);
    }
    let (_, text, wrong) = flawed(":method: POST\n:path: /x\n\n{}");
    assert_eq!((&*text, wrong.contains("line 1")), (":method: POST\n:path: /x\n\n{}", true));
    let (mut s, text, _) = flawed("curl https://h.example/x \\\n  -d '{\"a\":1}");
    assert!(text.starts_with("curl https://h.example/x"), "{text}");
    s.type_text("'");
    assert!(report(&s).text.is_some(), "it is put right");
}

#[test]
fn a_body_that_cannot_be_read_with_its_request_stays_as_it_was_pasted() {
    let body = "{\"a\":\t1}\r\n";
    let (mut s, text, _) = flawed(&format!("POST /x HTTP/1.1\nTIMESTAMP: 1636360661729\nContent-Length: 3\n\n{body}"));
    assert!(text.ends_with("Content-Length: 3"), "{text}");
    for _ in 0.."\nContent-Length: 3".len() {
        s.press(Code::Backspace);
    }
    assert!(matches!(&bench(&s).message, Some(Ok(message)) if message.body == body.as_bytes()));
}

#[test]
fn what_is_no_request_takes_the_place_of_none() {
    let mut s = open();
    s.paste(REQUEST);
    s.paste("{\"a\":\n 1}");
    assert_eq!(s.said(), "That is no request; what stands here stays.");
    assert!(s.model.form().unwrap().text(&FieldId::Request).contains("/openapi/test"));
    s.paste("POST /other HTTP/1.1\nContent-Length: 20\n\n{}");
    assert!(s.model.form().unwrap().text(&FieldId::Request).contains("/other"));
}

#[test]
fn a_secret_in_a_request_that_cannot_be_read_is_left_out_too() {
    let mut s = Session::with(&[("ansa/sandbox/acme/secret-key", SANDBOX_KEY)]);
    s.press(Code::Char('4'));
    s.paste(&format!("POST /v1/x HTTP/1.1\nAuthorization: {SANDBOX_KEY}\nContent-Length: 20\n\n{{}}"));
    assert!(s.said().contains("left out"), "{}", s.said());
    let text = s.model.form().unwrap().text(&FieldId::Request);
    assert!(text.contains("Content-Length: 20") && !text.contains("ansa_sk"), "{text}");
}

#[test]
fn a_request_that_ends_in_its_headers_is_taken_with_a_word() {
    let mut s = open();
    s.paste("POST /openapi/test HTTP/1.1\nTIMESTAMP: 1636360661729\nHost: open-sea-global.alip");
    assert!(report(&s).text.is_some());
    assert_eq!(bench(&s).notes, ["there is no blank line after the headers, so the message has no body"]);
}

#[test]
fn a_vault_without_a_key_that_signs_says_so() {
    let mut s = Session::empty();
    s.press(Code::Char('4'));
    assert!(!bench(&s).has_keys());
    s.press(Code::Tab);
    s.press(Code::Down);
    s.press(Code::Enter);
    s.ctrl('e');
    s.press(Code::Char('y'));
    assert_eq!(s.clipboard, None);
}

#[test]
fn the_clipboard_is_cleared_from_here_too() {
    let mut s = open();
    s.clipboard = Some("from elsewhere".into());
    s.send(Msg::Key(Key::ctrl('k')));
    assert_eq!(s.clipboard, None);
}

#[test]
fn a_version_that_no_longer_counts_is_shown_from_the_result_and_leads_back() {
    let mut s = open();
    add_version(&mut s, Place::Renewed, "a-newer-sign-key-0000002");
    s.press(Code::Char('4'));
    s.paste(REQUEST);
    to_their(&mut s);
    s.paste(SIGNATURE);
    let found = report(&s).judgement.as_ref().unwrap().as_ref().unwrap();
    assert!(found.cause.as_ref().unwrap().contains("another version"), "{found:?}");
    assert_eq!(found.fixes, ["Sign with the current version."]);
    s.press(Code::Tab);
    s.press(Code::Tab);
    s.press(Code::Enter);
    assert!(matches!(s.page(), Page::Detail(_)), "{:?}", s.page());
    s.press(Code::Esc);
    assert!(matches!(s.page(), Page::Bench));
    assert!(s.model.form().unwrap().text(&FieldId::Request).contains("/openapi/test"));
}

#[test]
fn a_pasted_signature_is_taken_as_a_whole() {
    let mut s = open();
    s.paste(REQUEST);
    to_their(&mut s);
    // As long as a token with a large body in it; and as `openssl` breaks base64 into lines.
    let token = format!("eyJhbGciOiJSUzI1NiJ9.{}.{}", "YWJj".repeat(700), "YWJj".repeat(80));
    s.paste(&token);
    assert_eq!(s.model.form().unwrap().text(&FieldId::Their), token);
    s.ctrl('u');
    s.paste(&format!("{}\n{}\nYQ==", "YWJj".repeat(16), "YWJk".repeat(16)));
    assert!(!bench(&s).takes_text);
    s.ctrl('u');
    s.paste(&"é".repeat(crate::domain::MAX_TEXT));
    assert_eq!(s.model.form().unwrap().text(&FieldId::Their), "");
    assert!(s.said().contains("longer than any signature"), "{}", s.said());
}
