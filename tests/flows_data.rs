//! What the gateways' own pages ask for is found again in the flows of the built-in files, and every run of them is in order.
#![expect(clippy::unwrap_used, reason = "what a test asks for and does not find is its failure")]

use paykeep::catalog::Catalog;
use paykeep::domain::Environment;
use paykeep::domain::provider::{Act, Does, Flow, Id, Provider, Reason, Spoken, Step};

const SPOKEN: Spoken<'static> =
    Spoken { reference: "p/live/acme/key", fingerprint: "k1:9d40", account: "acme", environment: "production" };

fn get(provider: &str) -> &'static Provider {
    Catalog::builtin().get(provider).unwrap()
}

fn flows() -> impl Iterator<Item = (&'static Provider, &'static Flow)> {
    Catalog::builtin().providers().flat_map(|provider| provider.flows.iter().map(move |flow| (provider, flow)))
}

/// Every run: the flow, its reason and environment.
fn runs() -> impl Iterator<Item = (String, &'static Flow, Vec<&'static Step>)> {
    flows().flat_map(|(provider, flow)| {
        let reasons =
            if flow.reasons.is_empty() { vec![None] } else { flow.reasons.iter().map(|it| Some(*it)).collect() };
        let both = reasons.into_iter().flat_map(|reason| flow.environments.iter().map(move |own| (reason, *own)));
        both.map(move |(reason, environment)| {
            let name = format!("{}/{} {reason:?} {environment}", provider.id, flow.id);
            (name, flow, flow.run(reason, environment).collect::<Vec<_>>())
        })
        .collect::<Vec<_>>()
    })
}

/// All that a step says, on one line.
fn words(step: &Step) -> String {
    let mut all = vec![step.title.clone()];
    all.extend(step.text.clone());
    all.extend(step.asks.clone());
    all.extend(step.warning.iter().flat_map(|warning| [warning.title.clone(), warning.text.clone()]));
    all.extend(step.letter.iter().flat_map(|letter| [letter.subject.fill(SPOKEN), letter.body.fill(SPOKEN)]));
    all.join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Holds that a flow's steps of these ids come in this order and say these words.
#[track_caller]
fn says(provider: &str, flow: &str, steps: &[(&str, Act, &[&str])]) {
    let flow = get(provider).flow(flow).unwrap();
    let mut after = 0;
    for (id, act, phrases) in steps {
        let at = flow.steps.iter().position(|step| step.id == *id).expect("a step of this id");
        assert!(at >= after, "{provider}/{}: {id} comes later", flow.id);
        after = at;
        let step = &flow.steps[at];
        assert_eq!(step.act, *act, "{provider}/{}/{id}", flow.id);
        let said = words(step);
        for phrase in *phrases {
            assert!(said.contains(phrase), "{provider}/{}/{id} does not say «{phrase}»: {said}", flow.id);
        }
    }
}

#[test]
fn each_gateway_has_its_flows() {
    let ids: Vec<_> = flows().map(|(provider, flow)| format!("{}/{}", provider.id, flow.id)).collect();
    let wanted = [
        "amazon-pay/create",
        "amazon-pay/rotate",
        "amazon-pay/delete",
        "anexpay/register",
        "anexpay/go-live",
        "anexpay/replace",
        "anexpay/replace-login",
        "ansa/onboard",
        "ansa/client-secret",
        "ansa/replace",
        "ansa/lost-or-compromised",
        "ansa/webhook",
        "antom/generate",
        "antom/replace-one-click",
        "antom/replace-own-pair",
        "paynet/create",
        "paynet/rotate",
        "paynet/renew",
        "paynet/revoke",
    ];
    assert_eq!(ids, wanted);
}

#[test]
fn antom_s_keys_are_generated_as_its_page_says() {
    says(
        "antom",
        "generate",
        &[
            ("open", Act::Open, &["Log in to Antom Dashboard", "Developer › Key configuration"]),
            (
                "open",
                Act::Open,
                &["Quick start › Integration resources and tools", "Test mode and live mode have keys of"],
            ),
            ("generate", Act::Confirm, &["Click Generate key, then Confirm"]),
            ("private", Act::TakeOnce, &["Click your private key", "copies it", "once and keeps no copy"]),
            ("know", Act::Confirm, &["Click I know", "select Confirm"]),
            ("theirs", Act::Take, &["verifies the responses and notifications"]),
            ("check", Act::Verify, &[]),
            ("live", Act::Promote, &[]),
            ("consumers", Act::Substitute, &["wherever requests are signed"]),
            ("seal", Act::Seal, &[]),
        ],
    );
}

#[test]
fn antom_s_keys_are_replaced_in_both_ways_of_its_page() {
    says(
        "antom",
        "replace-one-click",
        &[
            ("open", Act::Open, &["Key configuration", "Quick start"]),
            ("choose", Act::Confirm, &["Click Replace keys", "Replace keys with one click", "click Confirm"]),
            ("switch", Act::Confirm, &["Click Confirm replacement", "fails from this moment"]),
            ("private", Act::TakeOnce, &["Click your private key", "keeps no copy"]),
            ("know", Act::Confirm, &["Click I know", "select Confirm"]),
            ("consumers", Act::Substitute, &["in place of the old one", "gives errors"]),
            ("check", Act::Verify, &[]),
        ],
    );
    says(
        "antom",
        "replace-own-pair",
        &[
            ("pair", Act::Generate, &[]),
            ("stage", Act::Substitute, &["leave the old one in use"]),
            ("open", Act::Open, &["Key configuration", "Quick start"]),
            (
                "choose",
                Act::Confirm,
                &["Click Replace keys", "Use your own public and private keys", "Windows and macOS"],
            ),
            ("give", Act::Give, &["Paste your public key", "private key is never typed"]),
            ("switch", Act::Confirm, &["Click Confirm", "select Confirm replacement"]),
            ("check", Act::Verify, &[]),
            ("live", Act::Promote, &[]),
            ("consumers", Act::Substitute, &["in place of the old one", "gives errors"]),
        ],
    );
}

#[test]
fn paynet_s_pairs_are_created_renewed_and_revoked_as_its_page_says() {
    says(
        "paynet",
        "create",
        &[
            ("product", Act::Confirm, &["OAuth 2.0 one by one", "API reference", "supports at present"]),
            ("register", Act::Confirm, &["Register the application", "Developer Portal", "development"]),
            ("open", Act::Open, &["Sandbox, certification, system verification (UAT), production"]),
            ("new", Act::Confirm, &["Click Create API Key and Confirm", "a new row appears"]),
            ("take", Act::Take, &["Click Reveal", "as a user name does", "as a password does"]),
            ("access", Act::Approval, &["exist at once", "reviewed", "approved or denied"]),
            ("check", Act::Verify, &["asks for an access token"]),
            ("consumers", Act::Substitute, &["form fields", "after Bearer", "a new one when it has expired"]),
        ],
    );
    let renew = ["three dots", "then Renew, then Confirm"];
    says(
        "paynet",
        "renew",
        &[("open", Act::Open, &[]), ("renew", Act::Confirm, &renew), ("take", Act::Take, &["Reveal"])],
    );
    let revoke = ["three dots", "then Revoke, then Confirm", "deletes the pair from its database", "can't be undone"];
    says("paynet", "revoke", &[("revoke", Act::Revoke, &revoke), ("dead", Act::ProveDead, &["has to be refused"])]);
    says(
        "paynet",
        "rotate",
        &[
            ("stop", Act::Revoke, &["fails at once", "wait for approval"]),
            ("new", Act::Confirm, &["Click Create API Key"]),
            ("overlap", Act::Overlap, &["Both pairs work"]),
            ("old", Act::Revoke, &["can't be undone"]),
        ],
    );
}

#[test]
fn anexpay_s_page_is_followed_from_registration_to_going_live() {
    let rules = [
        "NTP",
        "two minutes",
        "nonce or request ID",
        "replays",
        "no white space",
        "File uploads aren't signed",
        "a string, not an object",
    ];
    let check = ["header SIGNATURE", "has to be rejected", "Log the string to sign", "most common trouble"];
    says(
        "anexpay",
        "register",
        &[
            ("ask", Act::Tell, &["ANexPay team", "registration", "apiKey, apiSecret and signKey"]),
            ("login", Act::Take, &["API key and API secret", "e-mail and password"]),
            ("key", Act::Take, &["signs every request"]),
            ("rules", Act::Confirm, &rules),
            ("check", Act::Verify, &check),
        ],
    );
    says(
        "anexpay",
        "go-live",
        &[("tested", Act::Confirm, &["in the sandbox", "What was tested"]), ("check", Act::Verify, &check)],
    );
    for flow in ["replace", "replace-login"] {
        says(
            "anexpay",
            flow,
            &[("ask", Act::Tell, &["nowhere said"]), ("report", Act::Tell, &["right away"]), ("off", Act::Tell, &[])],
        );
    }
}

#[test]
fn ansa_s_three_keys_and_its_warnings_are_in_its_flows() {
    says(
        "ansa",
        "onboard",
        &[
            ("open", Act::Open, &["for the sandbox and for live"]),
            ("secret", Act::TakeOnce, &["ansa_sk_live_ or ansa_sk_sandbox_"]),
            ("publishable", Act::Take, &["public by design", "selected calls only"]),
            ("check", Act::Verify, &["Authorization header", "401"]),
            (
                "servers",
                Act::Substitute,
                &["Never in an app", "strongly recommends", "secret management of your backend"],
            ),
            ("clients", Act::Substitute, &["client-side SDKs", "web or mobile app"]),
        ],
    );
    says(
        "ansa",
        "client-secret",
        &[
            ("endpoint", Act::Confirm, &["an endpoint of your server", "payment session", "merchant secret key"]),
            ("take", Act::Take, &["ansa_cs_live_ or ansa_cs_sandbox_"]),
            ("live", Act::Promote, &["short time"]),
        ],
    );
    says(
        "ansa",
        "lost-or-compromised",
        &[
            ("report", Act::Tell, &["lost", "Deactivate it right away and make a new one"]),
            ("dead", Act::ProveDead, &["401"]),
        ],
    );
    let take = get("ansa").flow("client-secret").unwrap().step("take").unwrap().call.as_ref().unwrap();
    let call = get("ansa").call(&take.call).unwrap();
    assert_eq!((call.method.as_str(), call.gives.as_deref()), ("POST", Some("clientSecret")));
}

#[test]
fn amazon_s_pair_is_made_here_and_exchanged_as_its_page_says() {
    let exchange: &[(&str, Act, &[&str])] = &[
        ("pair", Act::Generate, &["RSA 2048"]),
        ("open", Act::Open, &["US, EU and JP"]),
        (
            "choose",
            Act::Confirm,
            &["Self-developed", "One-time Payments, Single Authorization", "Get instructions", "API keys"],
        ),
        ("existing", Act::Confirm, &["Create keys", "Use an existing public key to create API credentials", "openssl"]),
        ("give", Act::Give, &["public key"]),
        ("name", Act::Confirm, &["descriptive name", "who uses them, and what for", "tell several keys apart"]),
        ("id", Act::Take, &["Click «Create keys»", "Public Key ID"]),
        ("check", Act::Verify, &[]),
        ("live", Act::Promote, &[]),
        ("consumers", Act::Substitute, &[]),
    ];
    says("amazon-pay", "create", exchange);
    says("amazon-pay", "rotate", exchange);
    let delete = ["Manage › Delete keys", "type DELETE", "at once and for good"];
    says("amazon-pay", "rotate", &[("overlap", Act::Overlap, &[]), ("old", Act::Revoke, &delete)]);
    says("amazon-pay", "delete", &[("delete", Act::Revoke, &delete)]);
    for region in ["na", "eu", "jp"] {
        let link = get("amazon-pay").link("keys", Environment::Live, Some(region)).unwrap();
        assert!(link.url.is_some(), "{region}");
    }
    assert!(get("amazon-pay").link("keys", Environment::Live, None).unwrap().url.is_none());
}

#[test]
fn every_run_goes_from_its_first_step_to_its_last() {
    for (name, _, steps) in runs() {
        let mut reached: Vec<&str> = Vec::new();
        for step in &steps {
            for needed in step.needs.iter().filter(|needed| steps.iter().any(|own| own.id == **needed)) {
                assert!(reached.contains(&needed.as_str()), "{name}: {} stands before {needed}", step.id);
            }
            reached.push(&step.id);
        }
        let mut before = vec![steps.last().unwrap().id.as_str()];
        let mut at = 0;
        while at < before.len() {
            let step = steps.iter().find(|step| step.id == before[at]).unwrap();
            let needs = step.needs.iter().map(Id::as_str);
            let new: Vec<_> =
                needs.filter(|id| !before.contains(id) && steps.iter().any(|own| own.id == *id)).collect();
            before.extend(new);
            at += 1;
        }
        before.dedup();
        assert!(steps.iter().all(|step| before.contains(&step.id.as_str())), "{name}: {before:?}");
    }
}

#[test]
fn a_run_ends_with_a_key_in_force_or_a_dead_one() {
    for (name, flow, steps) in runs() {
        let at = |act| steps.iter().position(|step| step.act == act);
        if flow.does == Does::Revoke {
            assert!(at(Act::Revoke).is_some() && steps.last().unwrap().act == Act::ProveDead, "{name}");
            continue;
        }
        let (verify, promote) = (at(Act::Verify).unwrap(), at(Act::Promote).unwrap());
        assert!(verify < promote, "{name}");
        let ends = [Act::Promote, Act::Substitute, Act::ProveDead, Act::Seal];
        assert!(ends.contains(&steps.last().unwrap().act), "{name}");
        if matches!(flow.does, Does::Rotate | Does::Renew | Does::Compromise) {
            assert_eq!(steps.iter().filter(|step| step.kills.is_some()).count(), 1, "{name}: the old one dies once");
            assert!(at(Act::Substitute).is_some(), "{name}");
        }
    }
}

#[test]
fn a_leak_is_stopped_before_anything_else_is_asked_of_the_gateway() {
    for (provider, flow) in flows().filter(|(_, flow)| flow.reasons.contains(&Reason::Compromised)) {
        let steps: Vec<_> = flow.run(Some(Reason::Compromised), Environment::Live).collect();
        let kills = steps.iter().position(|step| step.kills.is_some()).unwrap();
        let asked = [Act::Take, Act::TakeOnce, Act::Verify, Act::Promote, Act::Substitute, Act::Overlap, Act::Approval];
        assert!(steps[..kills].iter().all(|step| !asked.contains(&step.act)), "{}/{}", provider.id, flow.id);
        assert!(steps[kills].warning.is_some(), "{}/{} says what breaks", provider.id, flow.id);
    }
}

#[test]
fn a_flow_says_where_it_was_read_and_speaks_quietly() {
    for (provider, flow) in flows() {
        let unsaid = flow.fact.source.is_none();
        assert_eq!(unsaid, flow.id.starts_with("replace") && provider.id == "anexpay", "{}/{}", provider.id, flow.id);
        for step in &flow.steps {
            let said = words(step);
            let loud = said.contains('!') || said.to_lowercase().contains("please");
            assert!(!loud, "{}/{}/{}: {said}", provider.id, flow.id, step.id);
            assert!(!step.title.ends_with('.'), "{}/{}/{}", provider.id, flow.id, step.id);
        }
    }
}

#[test]
fn a_letter_names_what_it_is_about_and_nothing_secret() {
    let letters = flows().flat_map(|(_, flow)| flow.steps.iter().filter_map(|step| step.letter.as_ref()));
    let letters: Vec<_> = letters.map(|it| (it.subject.fill(SPOKEN), it.body.fill(SPOKEN))).collect();
    assert_eq!(letters.len(), 11);
    for (subject, body) in letters {
        assert!(body.contains("acme") && body.contains("p/live/acme/key"), "{body}");
        assert!(!subject.contains('\n') && subject.len() <= 78, "{subject}");
        assert!(body.lines().all(|line| line.chars().count() <= 78), "{body}");
        assert!(!body.contains('{') && !subject.contains('{'));
    }
}

#[test]
fn a_status_tells_a_living_key_from_a_dead_one() {
    let token = get("paynet").call("token").unwrap();
    let statuses = [&token.alive, &token.dead].map(|list| list.as_ref().map(|list| list.value.as_slice()));
    assert_eq!(statuses, [Some(&[200_u16][..]), Some(&[401][..])]);
    let url =
        |environment, stage| get("paynet").host(&token.host, environment, stage, None).map(|host| host.url.as_str());
    assert_eq!(url(Environment::Sandbox, None), Some("https://sandbox.api.paynet.my"));
    assert!(url(Environment::Sandbox, Some("certification")).unwrap().contains("certification"));
    // Where the address is nowhere told there is no call, and the user's word takes its place.
    assert_eq!(url(Environment::Sandbox, Some("uat")), None);
    assert_eq!(url(Environment::Live, None), None);
    let flows = flows().flat_map(|(_, flow)| &flow.steps);
    let mut proofs = flows.filter(|step| matches!(step.act, Act::Verify | Act::ProveDead));
    assert!(proofs.all(|step| step.or.is_some()));
}
