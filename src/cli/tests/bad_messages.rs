//! Messages that are broken, and keys and times that do not fit: each says what is wrong and where.

use super::*;

const SIGN_KEY: &str = "aR2822Y6XbehWMclnB0Y2NJK";
const HOOK: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Of `POST1636360661729/openapi/test{"a":"124"}`.
const SIGNATURE: &str = "MxrYnCm9Q7JOAvOrISf8+T2kuTW1d/w0at8aaPaoiX08VWfun3XPokVlIx1TkHXdcitls09wzfUGtXQZq23xdg==";

fn with_sign_key() -> World {
    let world = world();
    world.run("add anexpay/sandbox/acme/sign-key --kind signing-key", SIGN_KEY).ok();
    world
}

fn signed(world: &World, input: &[u8]) -> Said {
    let words = ["sign", "sign-key", "--timestamp", "1636360661729"];
    world.at(Timestamp::now(), &words, input)
}

#[test]
fn a_message_that_is_cut_off_is_not_signed_as_if_it_were_whole() {
    let world = with_sign_key();
    let whole = "POST /openapi/test HTTP/1.1\r\nHost: h.example\r\nContent-Length: 11\r\n\r\n{\"a\":\"124\"}";
    signed(&world, whole.as_bytes()).ok();
    for (end, says) in [
        (whole.len() - 1, "the body has 10 bytes, Content-Length says 11"),
        (whole.len() - 11, "the body has 0 bytes, Content-Length says 11"),
        (whole.find("\r\n\r\n").unwrap() + 2, "the body has 0 bytes, Content-Length says 11"),
        (whole.find("ent-Length").unwrap(), "line 3 of the message"),
        ("POST".len(), "line 1 is neither"),
    ] {
        signed(&world, &whole.as_bytes()[..end]).fails(Exit::Usage, says);
    }
    // Without a length nobody can know; that there is no blank line is told.
    let cut = "POST /openapi/test HTTP/1.1\r\nHost: h.example\r\n";
    signed(&world, cut.as_bytes()).ok().says("no blank line after the headers, so the message has no body");
    signed(&world, b"POST /openapi/test HTTP/1.1\n\n{\"a\":\"12").fails(Exit::Usage, "from line 1, column 8 on");
}

#[test]
fn either_line_end_and_a_length_that_is_wrong() {
    let world = with_sign_key();
    let with = |head: &str, body: &str| signed(&world, format!("{head}{body}").as_bytes());
    let bare = "POST /openapi/test HTTP/1.1\nContent-Length: 11\n\n";
    let right = with(bare, "{\"a\":\"124\"}").ok().out;
    assert!(right.contains(SIGNATURE), "{right}");
    assert_eq!(with(&bare.replace('\n', "\r\n"), "{\"a\":\"124\"}").ok().out, right);
    with(bare, "{\"a\":\"1245\"}").fails(Exit::Usage, "the body has 12 bytes, Content-Length says 11");
    with(bare, "{\"a\":\"124\"}\n").ok().says("1 bytes of line breaks after the body were left out");
    let twice = "POST /openapi/test HTTP/1.1\nContent-Length: 11\nContent-Length: 12\n\n";
    with(twice, "{\"a\":\"124\"}").fails(Exit::Usage, "the header content-length stands in the message twice");
    with(&bare.replace("11", "-1"), "{}").fails(Exit::Usage, "Content-Length is no number");
}

#[test]
fn binary_is_a_body_but_no_header() {
    let world = with_sign_key();
    signed(&world, b"POST /x HTTP/1.1\nX: \xff\n\n{}")
        .fails(Exit::Usage, "line 2 of the message can't be read: it is not text");
    signed(&world, b"POST /x HTTP/1.1\n\n\x00\xff\xfe").fails(Exit::Usage, "the body is no JSON");
    signed(&world, &[0; 64]).fails(Exit::Usage, "line 1");
    world.run("add amazon-pay/sandbox/acme/pair", &pair(0).0).ok();
    let request = b"POST / HTTP/1.1\n\n\x00\xff\xfe";
    world.at(Timestamp::now(), &["sign", "pair", "--recipe", "button"], request).ok();
}

#[test]
fn ten_megabytes_are_signed_and_more_than_any_gateway_takes_is_refused() {
    let world = with_sign_key();
    let body = format!("{{\"a\": \"{}\"}}", "x".repeat(10 << 20));
    signed(&world, format!("POST /openapi/test HTTP/1.1\n\n{body}").as_bytes()).ok();
    let more = "x".repeat(64 << 20);
    signed(&world, format!("POST / HTTP/1.1\n\n{more}").as_bytes()).fails(Exit::Usage, "larger than 64 MiB");
}

#[test]
fn of_a_long_string_to_sign_the_terminal_gets_what_is_near_the_difference() {
    let world = with_sign_key();
    let body = format!("{{\"a\":\"{}é{}\"}}", "x".repeat(40_000), "y".repeat(40_000));
    let message = format!("POST /openapi/test HTTP/1.1\nTIMESTAMP: 1636360661729\nSIGNATURE: {SIGNATURE}\n\n{body}");
    let said = world.run("verify sign-key --recipe request", &message);
    assert_eq!(said.exit, Exit::No);
    assert!(said.err.len() < 1000, "{}", said.err.len());
    assert!(said.err.contains("the string to sign has 80040 bytes, from byte 0 to 200 \"POST16363"), "{}", said.err);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("POST1636360661729/openapi/test{}", body.replace('é', "e"))).unwrap();
    let said =
        world.run(&format!("verify sign-key --recipe request --expect-string {}", file.path().display()), &message);
    assert!(said.err.len() < 1000 && said.err.contains("xxéyy"), "{}", said.err);
}

#[test]
fn a_header_that_is_signed_stands_there_once() {
    let world = world();
    world.run("add ansa/sandbox/acme/hook --kind webhook-secret", HOOK).ok();
    let hook = |more: &str| {
        let head = "POST /hooks HTTP/1.1\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\nwebhook-timestamp: 1614265330\n";
        let message = format!(
            "{head}webhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\n{more}\n\n{{\"test\": 2432232314}}"
        );
        world.run("verify hook --now 2021-02-25T15:02:10Z", &message)
    };
    hook("X-A: 1\nX-A: 2").ok();
    hook("Webhook-Id: another")
        .fails(Exit::Usage, "the header webhook-id stands in the message twice")
        .says("give it once");
    hook("webhook-timestamp: 1").fails(Exit::Usage, "the header webhook-timestamp stands in the message twice");
    hook("webhook-signature: v1,AAAA").fails(Exit::Usage, "the header webhook-signature stands in the message twice");
}

#[test]
fn a_host_that_is_signed_has_to_be_told() {
    let world = world();
    world.run("add amazon-pay/sandbox/acme/pair", &pair(0).0).ok();
    world.run("account set amazon-pay/sandbox/acme region=eu", "").ok();
    world
        .run("sign pair --recipe request", "GET /v2/x HTTP/1.1\n\n")
        .fails(Exit::Usage, "neither the address nor a header tells")
        .says("--url https://");
}

#[test]
fn a_malformed_webhook_header_is_told_from_a_wrong_signature() {
    let world = world();
    world.run("add ansa/sandbox/acme/hook --kind webhook-secret", HOOK).ok();
    let hook = |signature: &str, time: &str| {
        let message = format!(
            "POST /hooks HTTP/1.1\nwebhook-id: m\nwebhook-timestamp: {time}\nwebhook-signature: {signature}\n\n{{}}"
        );
        world.run("verify hook --now 2021-02-25T15:02:10Z", &message)
    };
    for signature in ["", "v1", "v1,", "v1;AAAA", "v1=AAAA", "v2,AAAA", "v1,*", "v1,AAA", "AAAA,v1"] {
        let said = hook(signature, "1614265330");
        assert_eq!(said.exit, Exit::No, "{}", said.err);
        assert!(said.out.contains("header webhook-signature can't be read"), "{signature}: {}", said.out);
    }
    let wrong = hook("v1,AAAA", "1614265330");
    assert_eq!((wrong.exit, wrong.out.starts_with("not verified")), (Exit::No, true), "{}", wrong.err);
    for time in ["", "yesterday", "1614265330000", "-1", "16142653301614265330"] {
        hook("v1,AAAA", time).fails(Exit::Usage, "the recipe has it in seconds since 1970");
    }
    world
        .run("verify hook", "POST / HTTP/1.1\nwebhook-id: m\nwebhook-timestamp: 1\n\n{}")
        .fails(Exit::Usage, "the message has no signature: the header webhook-signature is missing");
    world
        .run("verify hook", "POST / HTTP/1.1\nwebhook-id: m\nwebhook-signature: v1,AAAA\n\n{}")
        .fails(Exit::Usage, "the header webhook-timestamp is missing");
    world
        .run("verify hook", "POST / HTTP/1.1\nwebhook-timestamp: 1\nwebhook-signature: v1,AAAA\n\n{}")
        .fails(Exit::Usage, "the recipe signs the header webhook-id, which the message lacks");
}

#[test]
fn a_key_that_does_not_fit_its_recipe_is_named() {
    let world = world();
    for (n, (value, says)) in
        [("not-a-webhook-secret", "it is not base64 after whsec_"), ("whsec_!!!!", "it is not base64 after whsec_")]
            .into_iter()
            .enumerate()
    {
        world.run(&format!("add ansa/sandbox/acme/hook-{n} --kind webhook-secret --overrule"), value).ok();
        let hook = "POST / HTTP/1.1\nwebhook-id: m\nwebhook-timestamp: 1614265330\nwebhook-signature: v1,AAAA\n\n{}";
        world
            .run(&format!("verify hook-{n}"), hook)
            .fails(Exit::Usage, "the key does not fit the recipe")
            .says(says)
            .says("another field's value is stored here");
    }
    // The public half where the private one signs.
    world.run("add antom/sandbox/acme/provider-key --kind provider-public-key", &pair(0).1).ok();
    world.run("account set antom/sandbox/acme client_id=SANDBOX_5X00000000000000", "").ok();
    let said = world.run("sign provider-key --recipe response --method POST --url /ams/api/x", "");
    assert_eq!(said.exit, Exit::Usage, "{}{}", said.out, said.err);
    assert!(said.err.contains("the key does not fit the recipe"), "{}", said.err);
}

#[test]
fn a_time_in_the_wrong_unit_and_a_version_that_is_over() {
    let world = world();
    let words = "add anexpay/sandbox/acme/sign-key --kind signing-key --expires 2021-11-08";
    let before = "2021-11-01T00:00:00Z".parse().unwrap();
    world.at(before, &words.split_whitespace().collect::<Vec<_>>(), SIGN_KEY.as_bytes()).ok();
    let request = "POST /openapi/test HTTP/1.1\n\n{\"a\":\"124\"}";
    let message = |time: &str| {
        format!("POST /openapi/test HTTP/1.1\nTIMESTAMP: {time}\nSIGNATURE: {SIGNATURE}\n\n{{\"a\":\"124\"}}")
    };
    for time in ["1636360661", "2021-11-08T08:37:41Z", "soon", "1636360661.729"] {
        world
            .run(&format!("sign sign-key@1 --timestamp {time}"), request)
            .fails(Exit::Usage, "milliseconds since 1970")
            .says("seconds have 10 digits, milliseconds 13");
        world
            .run("verify sign-key --recipe request", &message(time))
            .fails(Exit::Usage, "milliseconds since 1970")
            .says("seconds have 10 digits, milliseconds 13");
    }
    world.run("sign sign-key", request).fails(Exit::Refused, "no longer works").says("name its version");
    world.run("sign sign-key@1", request).ok();
    let said = world.run("verify sign-key --recipe request --now 2021-11-08T08:37:42Z", &message("1636360661729")).ok();
    assert!(said.err.contains("v1 was good until 2021-11-08 00:00 UTC"), "{}", said.err);
}
