//! Flows from a script: what each step takes, what it refuses, and what is told on the way.

use super::*;

/// The short ID of a flow that is begun.
pub(super) fn begun(world: &World, words: &str) -> String {
    let said = world.run(&format!("flow start {words}"), "").ok();
    said.out.lines().next().unwrap().to_owned()
}

pub(super) fn next(world: &World, id: &str) -> String {
    world.json(&format!("flow status {id} --json"))["next"].as_str().unwrap_or_default().to_owned()
}

pub(super) fn goes_to(world: &World, id: &str, step: &str) {
    for _ in 0..20 {
        if next(world, id) == step {
            return;
        }
        world.run(&format!("flow next {id} --note answered"), "").ok();
    }
    panic!("{step} does not come");
}

fn with_antom_keys() -> World {
    let world = world();
    world.run("add antom/live/acme/key-pair --used-by api", &pair(0).0).ok();
    world
}

#[test]
fn a_pair_is_replaced_from_the_first_step_to_the_last() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-own-pair --reason scheduled");
    assert!(id.len() >= 6);
    let made = world.run(&format!("flow next {id}"), "").ok().says("done: Generate an RSA 2048 pair");
    assert!(made.out.contains("Still to move: api"), "{}", made.out);
    assert!(made.out.contains("paykeep get antom/live/acme/key-pair@2\n"), "what goes there: {}", made.out);
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "not moved yet: api");
    world.run(&format!("flow next {id} --place api --place cron"), "").ok();
    world.run(&format!("flow next {id} --step stage"), "").ok();
    goes_to(&world, &id, "give");
    let public = world.run(&format!("flow next {id} --copied"), "").ok().out;
    assert_eq!(public, world.get("key-pair@pending#public_key"), "bare base64 on one line");
    world.run(&format!("flow next {id} --note handed"), "").ok();
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "account's name").says("type acme");
    world.run(&format!("flow next {id} --account ACME"), "").fails(Exit::Refused, "account's name");
    let told = world.run(&format!("flow next {id} --account acme"), "").ok();
    assert!(told.out.contains("theirs: Take Antom's public key") && told.out.contains("flow next"), "{}", told.out);
    assert_eq!(world.json("show key-pair --json")["versions"][1]["state"], "retired");
    world.run(&format!("flow next {id}"), &pair(1).1).ok();
    world.run(&format!("flow next {id}"), "").fails(Exit::Usage, "not said by itself").says("--said");
    world.run(&format!("flow next {id} --said"), "").ok();
    world.run(&format!("flow next {id}"), "").ok().says("done: Make the new keys current");
    world.run(&format!("flow next {id} --place api --place cron"), "").ok();
    world.run(&format!("flow next {id}"), "").ok();
    assert_eq!(next(&world, &id), "dead", "that the old key is refused is asked before the end");
    world.run(&format!("flow next {id} --said"), "").ok();
    world.run(&format!("flow next {id} --known"), "").fails(Exit::Refused, "not copied yet");
    let private = world.run(&format!("flow next {id} --copied"), "").ok().out;
    assert!(private.starts_with("-----BEGIN PRIVATE KEY-----"));
    let last = world.run(&format!("flow next {id} --known"), "").ok();
    assert!(last.out.contains("is finished"), "{}", last.out);
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "ended");

    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!((&status["state"], &status["done"], &status["of"]), (&"finished".into(), &12.into(), &12.into()));
    let step =
        |name: &str| status["steps"].as_array().unwrap().iter().find(|step| step["step"] == name).unwrap().clone();
    assert_eq!((&step("check")["grade"], &step("pair")["grade"]), (&"asserted".into(), &"verified".into()));
    assert_eq!(step("give")["evidence"]["note"], "handed");
    assert_eq!(step("give")["evidence"]["fingerprint"], step("pair")["evidence"]["private_key"]);
    let log = world.json("audit --json handed-over");
    let handed = |n: usize| (log[n]["field"].as_str().unwrap(), log[n]["version"].as_u64().unwrap());
    assert_eq!((handed(1), handed(0)), (("public_key", 2), ("private_key", 2)), "each by the name of its field");
    let said = |words: &str| world.json(&format!("audit --json step-done {words}"))[0]["reached"].to_string();
    assert!(said("step 6").contains("said, not verified"), "{}", said("step 6"));
    assert!(!said("generate").contains("said, not verified"));
    let page = world.run(&format!("flow status {id}"), "").ok().out;
    assert!(page.contains("said, not verified") && page.contains("verified") && page.contains("finished"), "{page}");
    assert!(!page.contains("PRIVATE") && !world.run("flow status --json", "").ok().out.contains("PRIVATE"));
}

#[test]
fn what_is_shown_once_is_read_back_before_i_know() {
    let world = world();
    let id = begun(&world, "antom/sandbox/acme antom/generate");
    goes_to(&world, &id, "private");
    world.run(&format!("flow next {id} --known"), "").fails(Exit::Usage, "storing the value first");
    let (private, public) = pair(0);
    let kept = world.run(&format!("flow next {id}"), &private).ok().says("stored and read back:").says("derived");
    assert_eq!(kept.err.matches("spki-sha256:").count(), 1, "both halves have one: {}", kept.err);
    assert_eq!(next(&world, &id), "private");
    world.run(&format!("flow next {id}"), &private).fails(Exit::Usage, "the value is stored").says("--known");
    // Given again by name: the wrong one was copied.
    world.run(&format!("flow next {id} --field private_key"), &pair(1).0).ok();
    world.run(&format!("flow next {id} --field private_key"), &private).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    assert_eq!(next(&world, &id), "know");
    let kept = keys::identify(public.as_bytes()).unwrap().write(Form::SpkiBase64).unwrap();
    assert_eq!(world.get("key-pair@pending#public_key"), kept.expose());
}

#[test]
fn a_value_for_a_step_that_takes_none_is_not_passed_over() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-one-click --reason scheduled");
    let value = &pair(1).0;
    for words in ["", "--said", "--copied", "--known", "--note done"] {
        let said = world.run(&format!("flow next {id} {words}"), value).fails(Exit::Usage, "takes no value like this");
        assert!(said.says("nothing was read or done").err.lines().count() == 2);
    }
    assert_eq!(next(&world, &id), "open");
    world.run(&format!("flow next {id}"), "").ok();
}

#[test]
fn a_question_is_answered_before_its_step_is_done() {
    let world = world();
    let id = begun(&world, "paynet/live/acme create");
    world
        .run(&format!("flow next {id}"), "")
        .fails(Exit::Usage, "«Which product, and what does its reference name?»")
        .says("--note");
    world.run(&format!("flow next {id} --note checkout"), "").ok();
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["steps"][0]["evidence"]["note"], "checkout");
}

#[test]
fn what_is_taken_is_checked_before_it_is_accepted() {
    let world = world();
    let antom = begun(&world, "antom/live/acme generate");
    goes_to(&world, &antom, "private");
    let wrong = world.run(&format!("flow next {antom}"), &pair(0).1).fails(Exit::Refused, "public key");
    wrong.says("copy what the step asks for");
    world.run(&format!("flow next {antom}"), "").fails(Exit::Usage, "no value");
    world
        .run(&format!("flow next {antom} --field key_id"), "x")
        .fails(Exit::Usage, "takes no key_id")
        .says("private_key");
    world.run(&format!("flow next {antom}"), &pair(0).0).ok();
    world.run(&format!("flow next {antom} --known"), "").ok();
    goes_to(&world, &antom, "theirs");
    world.run(&format!("flow next {antom}"), &pair(1).0).fails(Exit::Refused, "private key");

    let ansa = begun(&world, "ansa/live/acme onboard");
    goes_to(&world, &ansa, "secret");
    world.run(&format!("flow next {ansa}"), SANDBOX_KEY).fails(Exit::Refused, "contradicts live");
    let said =
        world.run(&format!("flow next {ansa}"), "ansa_cs_live_0123456789abcdef").fails(Exit::Refused, "contradicts");
    assert!(!said.err.contains("0123456789abcdef"));
    world.run("add other/live/acme/same --kind secret-key --overrule", LIVE_KEY).ok();
    world.run(&format!("flow next {ansa}"), LIVE_KEY).fails(Exit::Refused, "other/live/acme/same@1#value");
    world.run(&format!("flow next {ansa} --overrule"), LIVE_KEY).ok().says("other/live/acme/same@1 has the same value");

    let amazon = begun(&world, "amazon-pay/live/acme create");
    goes_to(&world, &amazon, "id");
    world.run(&format!("flow next {amazon}"), "SANDBOX-AFKOAJJNQCRYPT2OQWMVLIOY").fails(Exit::Refused, "contradicts");
    world.run(&format!("flow next {amazon}"), "LIVE-AFKOAJJNQCRYPT2OQWMVLIOY").ok();
}

#[test]
fn several_fields_are_taken_together() {
    let world = world();
    let id = begun(&world, "paynet/live/acme create");
    goes_to(&world, &id, "take");
    world.run(&format!("flow next {id}"), "x").fails(Exit::Usage, "client_id, client_secret together").says("--json");
    let half = r#"{"client_id": "0123456789abcdef0123456789abcdef"}"#;
    world.run(&format!("flow next {id} --json"), half).fails(Exit::Usage, "client_secret is missing");
    let whole = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run(&format!("flow next {id} --json"), whole).ok();
    world.run(&format!("flow next {id}"), "").fails(Exit::Usage, "not said by itself").says("--answer");
    world.run(&format!("flow next {id} --answer approved --note PN-77"), "").ok();
    world.run(&format!("flow next {id} --step live"), "").fails(Exit::Refused, "waits for «Check that the pair");
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["steps"][5]["evidence"]["decision"], "approved");
    assert_eq!(status["steps"][5]["evidence"]["note"], "PN-77");
}

#[test]
fn a_call_s_status_says_whether_a_key_works() {
    let world = world();
    let id = begun(&world, "paynet/sandbox/acme create");
    goes_to(&world, &id, "take");
    let whole = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    let told = world.run(&format!("flow next {id} --json"), whole).ok();
    assert!(
        told.out.contains("curl -sS") && told.out.contains("0123456789abcdef") && !told.out.contains("s-1"),
        "{}",
        told.out
    );
    assert!(told.out.contains("the values of paynet/sandbox/acme/client-credentials@1."), "{}", told.out);
    world.run(&format!("flow next {id} --status 401"), "").fails(Exit::Refused, "the new key is refused");
    world.run(&format!("flow next {id} --status 500"), "").fails(Exit::Refused, "says nothing");
    world.run(&format!("flow next {id} --status 200"), "").ok();
    goes_to(&world, &id, "");
    assert_eq!(world.json("show client-credentials --json")["versions"][0]["state"], "current");
}

#[test]
fn flows_are_listed_by_provider_account_and_reference() {
    let world = with_antom_keys();
    let flows = |about: &str| -> Vec<String> {
        let list = world.json(&format!("flow list {about} --json"));
        list["flows"].as_array().unwrap().iter().map(|row| row["flow"].as_str().unwrap().to_owned()).collect()
    };
    assert!(flows("").len() >= 19);
    assert_eq!(flows("antom"), ["generate", "replace-one-click", "replace-own-pair"]);
    assert_eq!(flows("anexpay/live/shop"), ["go-live", "replace", "replace-login"]);
    assert_eq!(flows("key-pair").len(), 3);
    let id = begun(&world, "antom/live/acme replace-own-pair --reason compromised");
    let list = world.json("flow list key-pair --json");
    assert_eq!(list["in_progress"][0]["short"], id.as_str());
    assert_eq!(list["flows"][2]["reasons"], serde_json::json!(["scheduled", "compromised"]));
    assert!(world.json("show key-pair --json")["versions"][0]["compromised_at"].is_string());
    let table = world.run("flow list antom", "").ok().out;
    assert!(table.contains("replace-one-click") && table.contains("● LIVE"), "{table}");
    world.run("flow list nobody", "").fails(Exit::NotFound, "nobody");
}

#[test]
fn a_flow_is_begun_where_it_is_offered_and_for_a_reason() {
    let world = with_antom_keys();
    world
        .run("flow start antom/live/acme nonsense", "")
        .fails(Exit::Usage, "no flow nonsense")
        .says("replace-own-pair");
    world.run("flow start antom/live generate", "").fails(Exit::Usage, "no account");
    let start = "paykeep flow start antom/live/acme replace-own-pair";
    world
        .run("flow start antom/live/acme replace-own-pair", "")
        .fails(Exit::Usage, "is run for a reason: scheduled or compromised")
        .says(&format!("`{start} --reason scheduled` (it is time)"))
        .says(&format!("`{start} --reason compromised` (it leaked, or may have)"));
    world
        .run("flow start antom/live/acme generate --reason scheduled --name second", "")
        .fails(Exit::Usage, "is run without a reason")
        .says("`paykeep flow start antom/live/acme generate --name second`");
    world.run("flow start antom/live/acme generate", "").fails(Exit::Refused, "there already");
    world
        .run("flow start antom/sandbox/acme replace-own-pair --reason scheduled", "")
        .fails(Exit::NotFound, "not there yet");
    world
        .run("flow start antom/live/shop replace-own-pair --reason scheduled --credential key-pair", "")
        .fails(Exit::Usage, "another account");
    begun(&world, "antom/live/acme generate --name second");
    let whole = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/live/acme/cc --kind client-credentials --json", whole).ok();
    world.run("add paynet/live/acme/cc --as previous --json", &whole.replace("s-1", "s-0")).ok();
    let id = begun(&world, "paynet/live/acme revoke --reason scheduled --credential cc@previous");
    goes_to(&world, &id, "revoke");
    world.run(&format!("flow next {id} --account acme"), "").ok();
    let versions = world.json("show cc --json")["versions"].clone();
    assert_eq!((&versions[0]["state"], &versions[1]["state"]), (&"revoked".into(), &"current".into()));
}

#[test]
fn a_refused_step_names_the_command_that_does_it_or_the_one_that_comes_first() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-own-pair --reason scheduled");
    let next_is = |words: &str| format!("{words}: paykeep flow next {id}");
    world
        .run(&format!("flow next {id} --step give --copied"), "")
        .fails(Exit::Refused, "waits for")
        .says(&next_is("now is pair, «Generate an RSA 2048 pair»"));
    world
        .run(&format!("flow next {id} --known"), "")
        .fails(Exit::Usage, "letting paykeep generate")
        .says(&next_is("hint"));
    world.run(&format!("flow next {id}"), "").ok();
    world
        .run(&format!("flow next {id} --step pair"), "")
        .fails(Exit::Refused, "done already")
        .says(&next_is("beside the old one»"));
    world.run(&format!("flow next {id} --said"), "").fails(Exit::Refused, "not moved yet: api").says(&format!(
        "paykeep flow next {id} --place api, or paykeep place edit api --unused antom/live/acme/key-pair"
    ));
    world
        .run(&format!("flow next {id} --status 200"), "")
        .fails(Exit::Usage, "ticking each place off")
        .says("--place LABEL");
    world.run(&format!("flow next {id} --place api"), "").ok();
    world.run(&format!("flow next {id} --said"), "").ok();
    goes_to(&world, &id, "switch");
    world
        .run(&format!("flow next {id}"), "")
        .fails(Exit::Refused, "account's name")
        .says(&format!("type acme: paykeep flow next {id} --account NAME"));
}

#[test]
fn a_denied_flow_says_how_to_go_on() {
    let world = world();
    let id = begun(&world, "paynet/live/acme create");
    goes_to(&world, &id, "take");
    let whole = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run(&format!("flow next {id} --json"), whole).ok();
    let denied = world.run(&format!("flow next {id} --answer denied --note PN-78"), "").ok().out;
    let again = "paykeep flow start paynet/live/acme create --credential paynet/live/acme/client-credentials";
    for words in ["is denied", "stays in the vault, denied", "revoke it there, unless you ask again", again] {
        assert!(denied.contains(words), "«{words}» is missing in {denied}");
    }
    let page = world.run(&format!("flow status {id}"), "").ok().out;
    assert!(page.contains("undone") && !page.contains("waits") && page.contains(again), "{page}");
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["steps"][6]["state"], "undone");
    assert!(!status["leftovers"].as_array().unwrap().is_empty());
    let id = begun(&world, again.strip_prefix("paykeep flow start ").unwrap());
    goes_to(&world, &id, "take");
    world.run(&format!("flow next {id} --json"), whole).ok();
}

/// A flow of Amazon Pay's that has made a pair, named it so and taken its Public Key ID.
fn with_key_id(world: &World, name: &str) -> String {
    let id = begun(world, "amazon-pay/sandbox/acme create");
    goes_to(world, &id, "name");
    world.run(&format!("flow next {id} --note {name}"), "").ok();
    world.run(&format!("flow next {id}"), "SANDBOX-AFKOAJJNQCRYPT2OQWMVLIO1").ok();
    id
}

#[test]
fn a_sealed_secret_is_sealed_though_another_field_of_its_step_was_taken_again() {
    let world = world();
    let id = with_key_id(&world, "checkout");
    world.run(&format!("flow next {id} --step id"), "SANDBOX-AFKOAJJNQCRYPT2OQWMVLIO2").ok();
    for words in ["--said", "", ""] {
        world.run(&format!("flow next {id} {words}"), "").ok();
    }
    assert_eq!(next(&world, &id), "seal");
    world.run(&format!("flow next {id} --copied"), "").ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    let pair = "amazon-pay/sandbox/acme/key-pair";
    world.run(&format!("get {pair}"), "").fails(Exit::Refused, "is sealed");
    world.run(&format!("get {pair}@1"), "").fails(Exit::Refused, "is sealed");
}

#[test]
fn the_key_that_is_stopped_is_named_by_what_its_page_shows_of_it() {
    let world = world();
    let first = with_key_id(&world, "checkout-2025");
    world.run(&format!("flow next {first} --said"), "").ok();
    let told = world.run(&format!("flow next {first}"), "").ok().out;
    let reference = "amazon-pay/sandbox/acme/key-pair@1";
    assert!(
        told.contains(&format!("paykeep get {reference}\npaykeep get {reference}#key_id")),
        "both go there: {told}"
    );
    world.run(&format!("flow next {first}"), "").ok();
    world.run(&format!("flow next {first} --copied"), "").ok();
    world.run(&format!("flow next {first} --known"), "").ok();

    let id = begun(&world, "amazon-pay/sandbox/acme rotate --reason scheduled");
    goes_to(&world, &id, "id");
    world.run(&format!("flow next {id}"), "SANDBOX-AFKOAJJNQCRYPT2OQWMVLIO2").ok();
    world.run(&format!("flow next {id} --said"), "").ok();
    goes_to(&world, &id, "old");
    let page = world.run(&format!("flow status {id}"), "").ok().out;
    let told = &page[page.find("Step 12 of 14").unwrap()..];
    let old = "version: 1\nkey id: SANDBOX-AFKOAJJNQCRYPT2OQWMVLIO1\nfingerprint: spki-sha256:";
    assert!(told.contains(old) && !told.contains("LIO2"), "the old one is to be deleted: {told}");
    assert!(told.contains("Which name did you give them?: checkout-2025"), "{told}");
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["steps"][11]["stops"]["key id"], "SANDBOX-AFKOAJJNQCRYPT2OQWMVLIO1");
}

#[test]
fn a_signature_that_fits_is_the_proof_of_its_step_and_a_tick_is_none() {
    let world = world();
    let id = begun(&world, "antom/live/acme generate");
    goes_to(&world, &id, "private");
    world.run(&format!("flow next {id}"), &pair(0).0).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    goes_to(&world, &id, "theirs");
    let told = world.run(&format!("flow next {id}"), &pair(1).1).ok().out;
    let verify = "paykeep verify antom/live/acme/provider-key@1 --recipe response --method METHOD --url URL";
    assert!(told.contains("paykeep sign antom/live/acme/key-pair@1 --recipe request < REQUEST"), "{told}");
    assert!(told.contains(&format!("{verify} --flow {id} < RESPONSE")), "{told}");

    // The gateway, which signs what it sends back as a request is signed.
    let gateway = super::world();
    gateway.run("add antom/live/acme/key-pair", &pair(1).0).ok();
    for world in [&world, &gateway] {
        world.run("account set antom/live/acme client_id=5X00000000000000", "").ok();
    }
    let call = "--method POST --url /ams/api/v1/payments/inquiryPayment";
    let answered = |at: &str| {
        let signed = gateway.run(&format!("sign key-pair --json {call} --body-file - {at}"), "{}").ok().out;
        let signed: Value = serde_json::from_str(&signed).unwrap();
        let header = |name: &str| signed["headers"][name].as_str().unwrap().to_owned();
        format!("HTTP/1.1 200 OK\nresponse-time: {}\nsignature: {}\n\n", header("Request-Time"), header("Signature"))
    };
    let head = answered("");
    let answer = |body: &str| format!("{head}{body}");
    let verify = format!("verify provider-key --recipe response {call}");
    assert_eq!(world.run(&format!("{verify} --flow {id}"), &answer("{ }")).exit, Exit::No);
    assert_eq!(next(&world, &id), "check", "what does not fit proves nothing");
    // One from before the new key was there is of the old one.
    let stale = answered("--timestamp 1699999999000") + "{}";
    world
        .run(&format!("{verify} --flow {id}"), &stale)
        .fails(Exit::Refused, "this is an answer of 2023-11-14 22:13:19 UTC, and the new key is there since");
    assert_eq!(next(&world, &id), "check", "nothing has shown that the new key works");
    world.run(&format!("{verify} --flow {id}"), &answer("{}")).ok().says("done: Check that the pair works");
    let status = world.json(&format!("flow status {id} --json"));
    let step = &status["steps"][5];
    assert_eq!((&step["grade"], &step["known"]), (&"verified".into(), &"verified".into()));
    assert_eq!(step["evidence"]["signature"], "fits antom/live/acme/provider-key@1 by response");
    world
        .run(&format!("{verify} --flow {id}"), &answer("{}"))
        .fails(Exit::Usage, "«Make the keys current» asks for no signature");
}

#[test]
fn what_was_signed_here_is_not_the_gateways_answer() {
    let world = world();
    world.run("add anexpay/sandbox/acme/sign-key --kind signing-key", "an-older-sign-key-of-24c").ok();
    let id = begun(&world, "anexpay/sandbox/acme replace --reason scheduled");
    goes_to(&world, &id, "take");
    world.run(&format!("flow next {id}"), "aR2822Y6XbehWMclnB0Y2NJK").ok();
    let call = "--method POST --url /openapi/test";
    let signed = world.run(&format!("sign sign-key@pending --recipe request --json {call} --body-file -"), "{}").ok();
    let signed: Value = serde_json::from_str(&signed.out).unwrap();
    let header = |name: &str| signed["headers"][name].as_str().unwrap().to_owned();
    let headers = format!("TIMESTAMP: {}\nSIGNATURE: {}", header("TIMESTAMP"), header("SIGNATURE"));
    let verify = format!("verify sign-key@pending --recipe response --flow {id}");
    let sent = format!("POST /openapi/test HTTP/1.1\n{headers}\n\n{{}}");
    world.run(&verify, &sent).fails(Exit::Refused, "nothing shows that this is the gateway's answer");
    let refused = format!("HTTP/1.1 401 Unauthorized\n{headers}\n\n{{}}");
    world.run(&format!("{verify} {call}"), &refused).fails(Exit::Refused, "the answer 401 says that the new key");
    assert_eq!(next(&world, &id), "check");
    world
        .run(&format!("flow next {id} --said"), "")
        .fails(Exit::Refused, "the answer 401 of")
        .says(&format!("paykeep flow next {id} --said --note WHY"));
    let answer = format!("HTTP/1.1 200 OK\n{headers}\n\n{{}}");
    world.run(&format!("{verify} {call}"), &answer).ok().says("done: Check that signed calls are taken");
}

#[test]
fn what_was_only_looked_at_is_not_called_verified() {
    let world = world();
    let id = begun(&world, "ansa/live/acme onboard");
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id}"), "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000").ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    world.run(&format!("flow next {id}"), "pk_made_up").ok();
    let page = world.run(&format!("flow status {id}"), "").ok().out;
    assert!(
        page.contains("shape checked, kept and read back") && page.contains("UTC, kept\n"),
        "nothing is known of its shape: {page}"
    );
    assert!(!page.contains("verified"), "nothing was: {page}");
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["steps"][1]["known"], "shape checked, kept and read back");
}

#[test]
fn giving_up_takes_the_account_s_name_once_the_old_key_is_stopped() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-own-pair --reason compromised");
    goes_to(&world, &id, "switch");
    world.run(&format!("flow next {id} --account acme"), "").ok();
    world.run(&format!("flow abandon {id}"), "").fails(Exit::Refused, "the account's name has to be typed");
    world.run(&format!("flow abandon {id} --account other"), "").fails(Exit::Refused, "account's name");
    world.run(&format!("flow abandon {id} --account acme"), "").ok().says("is the one that works at the gateway");
}

#[test]
fn the_key_that_works_is_not_lost_while_its_flow_goes_on() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-own-pair --reason compromised");
    goes_to(&world, &id, "switch");
    world.run("rm antom/live/acme/key-pair", "").fails(Exit::Refused, "is in progress").says("abandon it first");
    world.run(&format!("flow next {id} --account acme"), "").ok();
    world
        .run("get antom/live/acme/key-pair", "")
        .fails(Exit::Refused, "v1 of it is retired; v2 works at the gateway")
        .says("@2 gives it out; «Replace keys with your own» makes it current");
    world.run("get antom/live/acme/key-pair@2", "").ok();
    world.run("rm antom/live/acme/key-pair", "").fails(Exit::Refused, "is in progress");
    world.run("ls", "").ok().out.contains("key-pair").then_some(()).unwrap();
}

#[test]
fn a_secret_that_is_stored_elsewhere_is_taken_only_deliberately() {
    let world = world();
    let old = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/live/acme/client-credentials --json", old).ok();
    let id = begun(&world, "paynet/live/acme rotate --reason scheduled");
    goes_to(&world, &id, "take");
    let mixed = r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-1"}"#;
    world
        .run(&format!("flow next {id} --json"), mixed)
        .fails(
            Exit::Refused,
            "the value of paynet/live/acme/client-credentials@1#client_secret, which is current already",
        )
        .says("--overrule");
    let other = r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-2"}"#;
    world.run("add paynet/sandbox/acme/client-credentials --json", other).ok();
    world.run(&format!("flow next {id} --json"), other).fails(Exit::Refused, "which is sandbox, and here is live");
    world.run(&format!("flow next {id} --json --overrule"), other).ok().says("has the same value");

    // A key says nothing of its environment, but the vault knows.
    world.run("add antom/live/acme/key-pair", &pair(0).0).ok();
    let id = begun(&world, "antom/sandbox/acme generate");
    goes_to(&world, &id, "private");
    world
        .run(&format!("flow next {id}"), &pair(0).0)
        .fails(Exit::Refused, "antom/live/acme/key-pair@1#private_key, which is live, and here is sandbox");
    world.run(&format!("flow next {id}"), &pair(1).0).ok();
    world.run(&format!("flow next {id} --field private_key"), &pair(1).0).ok().says("stored and read back");
}

#[test]
fn the_answer_of_a_call_is_taken_whole_with_its_end() {
    let world = world();
    world.run("add ansa/live/acme/secret-key", LIVE_KEY).ok();
    let id = begun(&world, "ansa/live/acme client-secret");
    goes_to(&world, &id, "take");
    let answer = |hours: i64| {
        let end = Timestamp::now() + jiff::SignedDuration::from_hours(hours);
        let end = end.round(jiff::Unit::Second).unwrap().to_string();
        (format!(r#"{{"clientSecret":"ansa_cs_live_abcdefgh12345678","validUntil":"{end}"}}"#), end)
    };
    world.run(&format!("flow next {id}"), &answer(-1).0).fails(Exit::Refused, "has expired already").says("call again");
    let (text, end) = answer(2);
    world.run(&format!("flow next {id} --json"), &text).ok().says(&format!("works until {end}"));
    assert_eq!(world.get("client-secret@1"), "ansa_cs_live_abcdefgh12345678");
    assert_eq!(world.json("show client-secret --json")["versions"][0]["expires_at"], end);
}

#[test]
fn a_value_is_taken_again_until_it_is_current_and_what_it_proved_is_proved_anew() {
    let world = world();
    world.run("add ansa/sandbox/acme/secret-key", SANDBOX_KEY).ok();
    let id = begun(&world, "ansa/sandbox/acme replace --reason scheduled");
    goes_to(&world, &id, "secret");
    let key = |n: u32| format!("ansa_sk_sandbox_123e4567-e89b-12d3-a456-42661417400{n}");
    world.run(&format!("flow next {id}"), &key(1)).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    world
        .run(&format!("flow next {id} --status 401"), "")
        .fails(Exit::Refused, "the new key is refused")
        .says(&format!("paykeep flow next {id} --step secret < FILE"));
    world.run(&format!("flow next {id} --status 200"), "").ok();
    world.run(&format!("flow next {id} --place api"), "").ok();
    world.run(&format!("flow next {id} --step secret"), &key(1)).fails(Exit::Refused, "is done already");
    assert_eq!(next(&world, &id), "stage", "the same value changes nothing");
    world.run(&format!("flow next {id} --step secret"), &key(2)).ok().says("stored and read back");
    assert_eq!(next(&world, &id), "secret");
    world.run(&format!("flow next {id} --known"), "").ok();
    assert_eq!(next(&world, &id), "check", "the check was of the value before");
    world.run(&format!("flow next {id} --status 200"), "").ok();
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "not moved yet: api");
    world.run(&format!("flow next {id} --place api"), "").ok();
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id} --step live"), "").ok();
    assert_eq!(world.get("ansa/sandbox/acme/secret-key"), key(2));
    world.run(&format!("flow next {id} --step secret"), &key(3)).fails(Exit::Refused, "is done already");
    assert_eq!(world.json("show secret-key --json")["versions"][1]["state"], "abandoned");
}

#[test]
fn a_place_that_is_new_by_a_publishable_key_is_a_client() {
    let world = world();
    let id = begun(&world, "ansa/live/acme onboard");
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id}"), "ansa_sk_live_123e4567-e89b-12d3-a456-426614174000").ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    world.run(&format!("flow next {id}"), "pk_made_up").ok();
    world.run(&format!("flow next {id} --said"), "").ok();
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id} --step clients --place ios-app"), "").ok().says("ios-app is kept as a client");
    world
        .run(&format!("flow next {id} --step servers --place ios-app"), "")
        .fails(Exit::Refused, "never goes to a browser or an app, where ios-app runs");
    assert!(!world.run(&format!("flow next {id} --step servers --place api"), "").ok().err.contains("client"));
    let sides: Vec<String> =
        world.json("place ls --json").as_array().unwrap().iter().map(|p| p["side"].to_string()).collect();
    assert_eq!(sides, [r#""server""#, r#""client""#]);
}

#[test]
fn a_wait_is_over_when_it_is_over_or_when_somebody_says_why_not() {
    let world = world();
    let old = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/sandbox/acme/client-credentials --json", old).ok();
    let id = begun(&world, "paynet/sandbox/acme rotate --reason scheduled");
    goes_to(&world, &id, "take");
    let new = r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-2"}"#;
    world.run(&format!("flow next {id} --json"), new).ok();
    world.run(&format!("flow next {id} --status 200"), "").ok();
    goes_to(&world, &id, "overlap");
    assert!(world.run(&format!("flow status {id}"), "").ok().out.contains("It is over on "));
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "may be in use until").says("--note WHY");
    assert!(world.run("due --within 0", "").out.contains("let the old tokens run out"));
    world.run(&format!("flow next {id} --note nobody-has-a-token"), "").ok();
    assert_eq!(next(&world, &id), "old");
    assert!(world.run(&format!("flow status {id}"), "").ok().out.contains("nobody-has-a-token"));
}

#[test]
fn the_hints_of_generate_lead_somewhere() {
    let world = world();
    let said = world.run("generate other/sandbox/x/my-key", "").fails(Exit::NotFound, "no other/sandbox/x/my-key yet");
    assert!(said.err.contains("--current makes a first one") && !said.err.contains("flow list"), "{}", said.err);
    world.run("generate other/sandbox/x/my-key --current", "").ok().says("the half that goes to the other side");
    let said = world.run("generate my-key --current", "").fails(Exit::Refused, "there already");
    assert!(said.err.contains("leave --current away") && !said.err.contains("--as"), "{}", said.err);
    let said = world.run("generate my-key", "").ok().says("edit other/sandbox/x/my-key --current 2 --said");
    assert!(!said.err.contains("flow list"), "{}", said.err);
}

#[test]
fn what_is_given_up_says_what_it_leaves_behind() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-own-pair --reason compromised");
    goes_to(&world, &id, "give");
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow note {id} asked-Ada"), "").ok();
    world.run(&format!("flow abandon {}", &id[2..]), "").ok().says("public half of v2: delete it there");
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["state"], "abandoned");
    assert!(status["leftovers"].as_array().unwrap().len() >= 2, "{status}");
    assert!(world.run(&format!("flow status {id}"), "").ok().out.contains("asked-Ada"));
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "ended");
    world.run("flow status nothing", "").fails(Exit::NotFound, "no flow");
}

#[test]
fn a_label_or_note_takes_no_more_on_the_command_line_than_on_the_screens() {
    let world = with_antom_keys();
    let id = begun(&world, "antom/live/acme replace-one-click --reason scheduled");
    let (most, more) = ("n".repeat(16 * 1024), "n".repeat(16 * 1024 + 1));
    let long = [
        ("place add".to_owned(), "the place's name"),
        ("place add web --where".into(), "where the place is"),
        (format!("flow next {id} --note"), "the note"),
        (format!("flow note {id}"), "the note"),
        ("edit key-pair --note".into(), "the note"),
        ("edit key-pair --label".into(), "the label"),
        ("edit key-pair --tag".into(), "the tag"),
    ];
    for (words, what) in long {
        world.run(&format!("{words} {more}"), "").fails(Exit::Usage, &format!("{what} is longer than 16 KiB"));
        world.run(&format!("{words} {most}"), "").ok();
    }
}

#[test]
fn places_are_kept_and_a_value_that_is_recognised_there_is_noted() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "tok-12345678").ok();
    world.run("place ls", "").ok().says("no places yet");
    world.run("place add web --client --where browser", "").ok();
    world.run("place add web", "").fails(Exit::Refused, "already");
    world.run("place add api --uses key", "").ok();
    world.run("place edit api --uses nothing", "").fails(Exit::NotFound, "nothing");
    let places = world.json("place ls --json");
    assert_eq!((&places[1]["side"], &places[1]["where"]), (&"client".into(), &"browser".into()));
    assert_eq!((&places[0]["uses"][0]["version"], &places[0]["uses"][0]["proof"]), (&1.into(), &"asked".into()));
    world.run("whose --place api", "tok-12345678\n").ok().says("api has other/live/acme/key@1");
    assert_eq!(world.json("place ls --json")[0]["uses"][0]["proof"], "matched");
    assert_eq!(world.run("whose --place cron", "another").exit, Exit::No);
    assert!(world.run("place ls", "").ok().out.contains("recognised there"));
    world.run("place edit api --unused key", "").ok();
    world.run("place rm web", "").ok();
    world.run("place rm web", "").fails(Exit::NotFound, "no place web");
}

#[test]
fn only_a_secret_shows_which_version_a_place_has() {
    let world = world();
    let fields = |id: &str, secret: &str| format!(r#"{{"client_id": "{id}", "client_secret": "{secret}"}}"#);
    world.run("add other/live/acme/cc --kind client-credentials --json", &fields("id-1", "old-secret")).ok();
    world.run("add other/live/acme/cc --as pending --json", &fields("id-1", "new-secret")).ok();
    world.run("whose --place api", "id-1").fails(Exit::No, "that is public: it doesn't show which version is there");
    assert_eq!(world.json("place ls --json"), serde_json::json!([]), "nothing was noted");
    world.run("whose --place api", "old-secret").ok().says("api has other/live/acme/cc@1");
    world.run("add other/live/acme/cc --as pending --json", &fields("id-2", "new-secret")).ok();
    world
        .run("whose --place api", "new-secret")
        .fails(Exit::Ambiguous, "other/live/acme/cc@2 and other/live/acme/cc@3 have the same secret");
    assert_eq!(world.json("place ls --json")[0]["uses"][0]["version"], 1, "what was known stays");

    let (private, public) = pair(0);
    world.run("add antom/live/acme/key-pair", &private).ok();
    world.run("whose --place api", &public).fails(Exit::No, "that is public");
    world.run("whose --place api", &private).ok().says("api has antom/live/acme/key-pair@1");
}

#[test]
fn what_no_longer_works_is_given_out_by_its_number_alone() {
    let world = world();
    let whole = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/live/acme/cc --kind client-credentials --json", whole).ok();
    let id = begun(&world, "paynet/live/acme revoke --reason scheduled --credential cc");
    goes_to(&world, &id, "revoke");
    world.run(&format!("flow next {id} --account acme"), "").ok();
    world.run("get cc", "").fails(Exit::Refused, "v1 of it is revoked").says("@1");
    world.run("get cc --copy", "").fails(Exit::Refused, "v1 of it is revoked");
    assert_eq!(world.get("cc@1"), "s-1");
    // What does not work yet is given out, and told.
    world.run("generate antom/live/acme/key-pair --current", "").ok();
    assert!(!world.run("get key-pair", "").ok().err.contains("note"));
    let amazon = begun(&world, "paynet/sandbox/acme create");
    goes_to(&world, &amazon, "take");
    world.run(&format!("flow next {amazon} --json --overrule"), whole).ok();
    let said = world.run("get paynet/sandbox/acme/client-credentials", "").ok().says("this is v1, pending");
    assert_eq!(said.out, "s-1");
}

#[test]
fn a_secret_does_not_go_into_a_note() {
    let world = with_antom_keys();
    world.run("add other/live/acme/key --kind secret-key", "tok-12345678").ok();
    let id = begun(&world, "antom/live/acme replace-own-pair --reason scheduled");
    for (words, what) in [
        (format!("flow note {id} {LIVE_KEY}"), "key of Ansa"),
        (format!("flow next {id} --note {LIVE_KEY}"), "key of Ansa"),
        (format!("flow note {id} tok-12345678"), "the value of other/live/acme/key@1"),
    ] {
        let said = world.run(&words, "").fails(Exit::Refused, what);
        assert!(!said.err.contains("123e4567") && !said.err.contains("tok-"), "{}", said.err);
    }
    world
        .run(&format!("add other/live/acme/other --kind secret-key --note {LIVE_KEY}"), "v")
        .fails(Exit::Refused, "Ansa");
    world.run(&format!("edit key --note {LIVE_KEY}"), "").fails(Exit::Refused, "Ansa");
    world.run(&format!("flow note {id} asked-Ada"), "").ok();
}

#[test]
fn a_pair_is_made_without_a_flow() {
    let world = world();
    world.run("generate antom/live/acme/key-pair", "").fails(Exit::NotFound, "there is no").says("--current");
    let said = world.run("generate antom/live/acme/key-pair --current", "").ok().says("2048 bits is stored as v1");
    let print = world.json("show key-pair --json")["fingerprint"].clone();
    assert_eq!(said.out.trim(), print.as_str().unwrap());
    world.run("generate antom/live/acme/key-pair --current", "").fails(Exit::Refused, "there already");
    world.run("generate key-pair", "").ok().says("v2");
    assert_eq!(world.json("ls --json")[0]["pending"], 2);
    assert_ne!(world.get("key-pair@2#public_key"), world.get("key-pair#public_key"));
    world.run("generate antom/live/acme/key-pair --bits 4096", "").fails(Exit::Refused, "2048 bits, not 4096");
    world.run("generate ansa/live/acme/key --current", "").fails(Exit::Refused, "has no key-pair");
}

#[test]
fn a_pair_that_waits_comes_into_use_without_a_flow_by_the_flow_s_rules() {
    let world = world();
    world.run("generate antom/live/acme/key-pair --current", "").ok();
    world.run("generate key-pair", "").ok().says("edit antom/live/acme/key-pair --current 2 --said --account NAME");
    world
        .run("edit key-pair --current 2", "")
        .fails(Exit::Refused, "nothing becomes current unverified")
        .says("--said");
    world.run("edit key-pair --current 2 --said", "").fails(Exit::Refused, "has to be typed").says("type acme");
    world.run("edit key-pair --current 2 --said --account acm", "").fails(Exit::Refused, "has to be typed");
    let id = begun(&world, "antom/live/acme replace-own-pair --reason scheduled");
    world.run("edit key-pair --current 2 --said --account acme", "").fails(Exit::Refused, "is in progress");
    world.run(&format!("flow abandon {id}"), "").ok();
    assert_eq!(world.json("show key-pair --json")["versions"][0]["state"], "pending");
    world.run("edit key-pair --current 2 --said --account acme", "").ok().says("means v2 now");
    let versions = world.json("show key-pair --json")["versions"].clone();
    assert_eq!((&versions[0]["state"], &versions[1]["state"]), (&"current".into(), &"previous".into()));
    world.run("edit key-pair --current previous", "").ok().says("means v1 now");

    // What is not whole, or not approved, waits for its flow.
    world.run("generate amazon-pay/sandbox/acme/key-pair --current", "").ok();
    let said = world.run("generate amazon-pay/sandbox/acme/key-pair", "").ok();
    assert!(!said.err.contains("--said"), "{}", said.err);
    world.run("edit amazon-pay/sandbox/acme/key-pair --current 2 --said", "").fails(Exit::Usage, "key_id is missing");
    let pair = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/live/acme/cc --kind client-credentials --json", pair).ok();
    let next = r#"{"client_id": "0123456789abcdef0123456789abcdee", "client_secret": "s-2"}"#;
    world.run("add paynet/live/acme/cc --json --as pending", next).ok();
    world.run("edit cc --current pending --said --account acme", "").fails(Exit::Refused, "not approved");
}

#[test]
fn a_reference_goes_back_to_a_version_that_works() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "first-1").ok();
    world.run("add other/live/acme/key --as previous", "zeroth-0").ok();
    world.run("add other/live/acme/key --as pending", "third-3").ok();
    world.run("edit key --current previous", "").ok().says("means v2 now");
    assert_eq!(world.get("key"), "zeroth-0");
    world.run("edit key --current 3", "").fails(Exit::Refused, "nothing becomes current unverified");
    world.run("edit key --current 9", "").fails(Exit::NotFound, "no such version");
    world.run("edit key --current newest", "").fails(Exit::Usage, "");
    world.run("edit key@1 --leaked", "").ok().says("key@1 is marked as leaked");
    assert!(world.json("show key --json")["versions"][2]["compromised_at"].is_string());
}

#[test]
fn a_flow_of_a_provider_that_has_left_goes_on_by_its_own_steps() {
    const FILE: &str = r#"
schema = 1
id = "northpay"
name = "North Pay"
[sources]
docs = { title = "North Pay docs", read = "2026-11-22" }
[environments]
live = { words = ["live"], source = "docs" }
[credentials.secret-key]
title = "secret key"
fields.value = { label = "secret key", secret = true, source = "docs" }
client_side = "never"
source = "docs"
[[flows]]
id = "create"
title = "Take the first key"
does = "create"
environments = ["live"]
slots = { key = "secret-key" }
cutover = "overlap"
source = "docs"
steps = [
  { id = "take", act = "take-once", field = "key#value", title = "Take the key" },
  { id = "check", act = "verify", or = "asserted", title = "Check it", needs = ["take"] },
  { id = "live", act = "promote", slot = "key", title = "Make it current", needs = ["check"] },
]
"#;
    let world = world();
    let (with, errors) = Catalog::builtin().with_user_files([("northpay.toml", FILE)]);
    assert_eq!(errors, Vec::new());
    let start = ["flow", "start", "northpay/live/acme", "create"];
    let said = world.knowing(&with, Timestamp::now(), &start, b"").ok();
    let id = said.out.lines().next().unwrap();
    world
        .knowing(&Catalog::default(), Timestamp::now(), &["flow", "next", id], b"np-1")
        .fails(Exit::Refused, "not known");
    // From here on without its file.
    world.run(&format!("flow next {id}"), "np-1").ok().says("read back");
    world.run(&format!("flow next {id} --known"), "").ok();
    world.run(&format!("flow next {id} --said"), "").ok();
    world.run(&format!("flow next {id}"), "").ok();
    assert_eq!(world.get("northpay/live/acme/secret-key"), "np-1");
    assert_eq!(world.json("flow status --json")[0]["state"], "finished");
}

#[test]
fn a_merchant_s_secret_in_a_browser_is_told() {
    let world = world();
    world.run("add ansa/live/acme/secret-key", LIVE_KEY).ok();
    world.run("place add web --client --uses secret-key", "").ok().says("must never be there");
    world.run("whose --place web", LIVE_KEY).ok().says("must never be there");
    world.run("place edit web --server", "").ok();
    assert!(!world.run("whose --place web", LIVE_KEY).ok().err.contains("never"));
}

#[test]
fn a_key_that_a_place_still_has_is_not_revoked_where_there_was_time_to_move() {
    let world = world();
    let pair =
        r#"{"client_id": "9e0e0000000000000000000000000000", "client_secret": "aaaa0000000000000000000000000000"}"#;
    world.run("add paynet/live/rev/client-credentials --json", pair).ok();
    world.run("place add payout-job --uses paynet/live/rev/client-credentials", "").ok();
    let id = begun(&world, "paynet/live/rev revoke --reason scheduled");
    let page = world.run(&format!("flow next {id}"), "").ok().out;
    assert!(page.contains("payout-job still has v1: move it first, or `paykeep place edit"), "{page}");
    let status = world.json(&format!("flow status {id} --json"));
    assert_eq!(status["steps"][1]["places_left"][0], "payout-job");
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "typed").says("payout-job still has v1");
    let unused = "place edit payout-job --unused paynet/live/rev/client-credentials";
    world
        .run(&format!("flow next {id} --account rev"), "")
        .fails(Exit::Refused, "not moved yet: payout-job")
        .says(unused);
    world.run(unused, "").ok();
    world.run(&format!("flow next {id} --account rev"), "").ok().says("done: Click");
    // After a leak there is no time: that is told, and goes on.
    let leaked = with_antom_keys();
    let id = begun(&leaked, "antom/live/acme replace-one-click --reason compromised");
    goes_to(&leaked, &id, "switch");
    leaked
        .run(&format!("flow next {id}"), "")
        .fails(Exit::Refused, "typed")
        .says("api still has v1: it fails from this");
    leaked.run(&format!("flow next {id} --account acme"), "").ok();
}

#[test]
fn what_the_gateway_said_to_the_contrary_is_kept_and_no_tick_passes_over_it() {
    let world = world();
    let key = |n: u8| format!("ansa_sk_sandbox_123e4567-e89b-12d3-a456-4266141740{n:02}");
    world.run("add ansa/sandbox/acme/secret-key", &key(0)).ok();
    let id = begun(&world, "ansa/sandbox/acme replace --reason scheduled");
    goes_to(&world, &id, "secret");
    world.run(&format!("flow next {id}"), &key(1)).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    goes_to(&world, &id, "check");
    world.run(&format!("flow next {id} --status 401"), "").fails(Exit::Refused, "the new key is refused");
    assert!(world.run(&format!("flow status {id}"), "").ok().out.contains("answered 401"));
    world
        .run(&format!("flow next {id} --said"), "")
        .fails(Exit::Refused, "the answer 401 of")
        .says(&format!("paykeep flow next {id} --said --note WHY"));
    assert_eq!(next(&world, &id), "check");
    // Another value is another key.
    world.run(&format!("flow next {id} --step secret"), &key(2)).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    assert_eq!(next(&world, &id), "check");
    world.run(&format!("flow next {id} --status 401"), "").fails(Exit::Refused, "the new key is refused");
    world.run(&format!("flow next {id} --said --note it-was-the-proxy"), "").ok().says("done: ");
    let status = world.json(&format!("flow status {id} --json"));
    let steps = status["steps"].as_array().unwrap();
    let check = steps.iter().find(|step| step["step"] == "check").unwrap();
    assert_eq!((&check["evidence"]["answered_before"], &check["grade"]), (&"401".into(), &"asserted".into()));
}

#[test]
fn a_place_that_must_not_have_a_key_is_taken_off_its_flow() {
    let world = world();
    let key = |n: u8| format!("ansa_sk_sandbox_123e4567-e89b-12d3-a456-4266141740{n:02}");
    world.run("add ansa/sandbox/acme/secret-key", &key(0)).ok();
    world.run("place add ios-app --client --uses ansa/sandbox/acme/secret-key", "").ok();
    let id = begun(&world, "ansa/sandbox/acme replace --reason scheduled");
    goes_to(&world, &id, "secret");
    world.run(&format!("flow next {id}"), &key(1)).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    goes_to(&world, &id, "check");
    world.run(&format!("flow next {id} --status 200"), "").ok();
    assert_eq!(next(&world, &id), "stage");
    let unused = "place edit ios-app --unused ansa/sandbox/acme/secret-key";
    for way in [" --place ios-app", ""] {
        world.run(&format!("flow next {id}{way}"), "").fails(Exit::Refused, "ios-app").says(unused);
    }
    world.run(unused, "").ok();
    world.run(&format!("flow next {id}"), "").ok();
    assert_ne!(next(&world, &id), "stage");
}

const LOGIN: &str = r#"{"api_key": "key-1", "api_secret": "secret-1-of-the-login"}"#;

#[test]
fn another_value_of_one_credential_leaves_the_other_as_it_was_taken() {
    let world = world();
    let id = begun(&world, "anexpay/sandbox/acme register");
    goes_to(&world, &id, "login");
    world.run(&format!("flow next {id} --json"), LOGIN).ok();
    world.run(&format!("flow next {id}"), "aR2822Y6XbehWMclnB0Y2NJK").ok();
    world.run(&format!("flow next {id} --note nothing"), "").ok();
    world.run(&format!("flow next {id} --said --note own-program"), "").ok();
    assert_eq!(next(&world, &id), "check");
    let other = LOGIN.replace("key-1", "key-2");
    world.run(&format!("flow next {id} --step login --json"), &other).ok();
    assert_eq!(next(&world, &id), "token", "only what was seen of the login is to do anew");
    let status = world.json(&format!("flow status {id} --json"));
    let done = |id: &str| {
        let steps = status["steps"].as_array().unwrap();
        steps.iter().find(|step| step["step"] == id).unwrap()["state"] == "done"
    };
    assert!(done("key") && done("rules") && !done("token"), "{status}");
}

#[test]
fn a_refusal_of_one_credential_names_its_own_step_and_outlasts_another_value_of_the_other() {
    let world = world();
    let id = begun(&world, "anexpay/sandbox/acme register");
    goes_to(&world, &id, "login");
    let login = LOGIN.replace('}', r#", "email": "dev@example.com", "password": "secret-2-of-the-login"}"#);
    world.run(&format!("flow next {id} --json"), &login).ok();
    world.run(&format!("flow next {id}"), "aR2822Y6XbehWMclnB0Y2NJK").ok();
    world.run(&format!("flow next {id} --note nothing"), "").ok();
    assert_eq!(next(&world, &id), "token");
    world.run(&format!("flow next {id} --status 401"), "").fails(Exit::Refused, "refused").says("--step login");
    world.run(&format!("flow next {id} --step key"), "bR2822Y6XbehWMclnB0Y2NJL").ok();
    world.run(&format!("flow next {id} --said"), "").fails(Exit::Refused, "401");
    world.run(&format!("flow next {id} --step login --json"), &login.replace("key-1", "key-2")).ok();
    world.run(&format!("flow next {id} --said"), "").ok();
}

#[test]
fn a_call_that_lacks_a_value_says_nothing_of_the_key() {
    let world = world();
    world.run("add anexpay/live/acme/client-credentials --kind client-credentials --json", LOGIN).ok();
    let id = begun(&world, "anexpay/live/acme replace-login --reason scheduled");
    goes_to(&world, &id, "take");
    let told = world.run(&format!("flow next {id} --json"), &LOGIN.replace('1', "2")).ok().out;
    assert!(told.contains("client-credentials@2 has no email and no password, which the call takes"), "{told}");
    world.run(&format!("flow next {id} --status 401"), "").fails(Exit::Refused, "email and password are not stored");
    // Nothing speaks against a word, then.
    world.run(&format!("flow next {id} --said"), "").ok();
    assert_eq!(next(&world, &id), "live");
}

#[test]
fn an_id_of_its_own_is_another_than_that_of_the_pair_that_goes() {
    let world = world();
    let hex = |n: u128| format!("{:032x}", 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128.wrapping_mul(n));
    let pair =
        |id: u128, secret: u128| format!(r#"{{"client_id": "{}", "client_secret": "{}"}}"#, hex(id), hex(secret));
    world.run("add paynet/sandbox/acme/client-credentials --json", &pair(1, 11)).ok();
    let id = begun(&world, "paynet/sandbox/acme rotate --reason scheduled");
    goes_to(&world, &id, "take");
    let take = format!("flow next {id} --json");
    world.run(&take, &pair(1, 12)).fails(Exit::Refused, "client-credentials@1#client_id: what is new has one of");
    world.run(&take, &pair(2, 12)).ok();
    // What renews may leave the ID as it is.
    let renews = super::world();
    renews.run("add paynet/sandbox/acme/client-credentials --json", &pair(1, 11)).ok();
    let id = begun(&renews, "paynet/sandbox/acme renew");
    goes_to(&renews, &id, "renew");
    renews.run(&format!("flow next {id} --account acme"), "").ok();
    renews.run(&format!("flow next {id} --json"), &pair(1, 12)).ok();
}
