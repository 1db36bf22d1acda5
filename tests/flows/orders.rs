//! Wrong orders and bad input: each is refused with the right word, and nothing has changed then.

use jiff::SignedDuration;
use paykeep::catalog::Catalog;
use paykeep::domain::due::{Due, agenda};
use paykeep::domain::journal::{End, FlowError, Happened, begin};
use paykeep::domain::provider::Reason::{Compromised, Scheduled};
use paykeep::domain::provider::{Act, Reason};
use paykeep::domain::{Change, ChangeError, Deed, Environment, Id, Life, Place, Proof, Side};

use super::vault::{ACCOUNT, Vault, decided, pair, placed, said, secret, text, typed};
use super::walk::{Run, runs};

fn run(provider: &str, flow: &str, reason: Option<Reason>, environment: Environment) -> Run {
    let fits = |run: &Run| {
        run.provider.id == *provider && run.flow.id == *flow && (run.reason, run.environment) == (reason, environment)
    };
    runs().into_iter().find(fits).unwrap()
}

/// A flow that has come to the step of this name.
fn at(run: &Run, step: &str) -> (Vault, Id) {
    let mut vault = run.vault();
    let id = run.begins(&mut vault);
    while vault.now(id).unwrap().id != step {
        run.does(&mut vault, id);
    }
    (vault, id)
}

#[track_caller]
fn refuses(vault: &mut Vault, id: Id, step: &str, deed: Deed, error: FlowError) {
    let before = vault.document().clone();
    assert_eq!(vault.does(id, step, deed).unwrap_err(), ChangeError::Flow(error));
    assert_eq!(*vault.document(), before, "a refused deed changed something");
}

fn abandon(journal: Id, name: Option<&str>) -> Change {
    Change::Abandon { journal, typed: name.map(str::to_owned) }
}

fn rotation() -> Run {
    run("paynet", "rotate", Some(Scheduled), Environment::Live)
}

#[test]
fn a_flow_begins_only_where_and_why_it_applies() {
    let mut vault = Vault::new();
    let error = |error| ChangeError::Flow(error);
    let begins = |vault: &mut Vault, provider, flow, reason, environment| {
        vault.begins(provider, flow, reason, environment).unwrap_err()
    };
    assert_eq!(
        begins(&mut vault, "anexpay", "go-live", None, Environment::Sandbox),
        error(FlowError::OtherEnvironment("Go live".into()))
    );
    let both = vec!["scheduled", "compromised"];
    assert_eq!(
        begins(&mut vault, "antom", "replace-own-pair", None, Environment::Live),
        error(FlowError::Reason("Replace keys with your own".into(), both))
    );
    assert_eq!(
        begins(&mut vault, "antom", "generate", Some(Scheduled), Environment::Live),
        error(FlowError::Reason("Generate the first keys".into(), Vec::new()))
    );
    let nothing = begins(&mut vault, "antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    assert!(matches!(nothing, ChangeError::Flow(FlowError::NothingToActOn(..))));
    assert!(vault.document().accounts.is_empty() && vault.document().journals.is_empty());
}

#[test]
fn one_credential_has_one_flow_at_a_time_and_several_have_several() {
    let rotation = rotation();
    let mut vault = rotation.vault();
    let first = rotation.begins(&mut vault);
    let busy = vault.begins("paynet", "revoke", Some(Compromised), Environment::Live).unwrap_err();
    assert_eq!(busy, ChangeError::Flow(FlowError::Busy(rotation.flow.title.clone())));
    // The same at the other environment, and another provider's.
    let second = vault.begins("paynet", "create", None, Environment::Sandbox).unwrap();
    let third = vault.begins("antom", "generate", None, Environment::Live).unwrap();
    let again = vault.begins("antom", "generate", None, Environment::Live).unwrap_err();
    assert!(matches!(again, ChangeError::Flow(FlowError::Busy(_))), "what is not there yet can be made once");
    for (run, id) in [
        (rotation, first),
        (run("paynet", "create", None, Environment::Sandbox), second),
        (run("antom", "generate", None, Environment::Live), third),
    ] {
        run.finishes(&mut vault, id);
    }
}

#[test]
fn a_flow_that_only_reads_a_credential_keeps_nobody_from_replacing_it() {
    let session = run("ansa", "client-secret", None, Environment::Sandbox);
    let mut vault = session.vault();
    session.begins(&mut vault);
    vault.begins("ansa", "replace", Some(Scheduled), Environment::Sandbox).unwrap();
}

#[test]
fn a_first_credential_does_not_replace_one_that_works_but_one_that_is_dead() {
    let create = run("paynet", "create", None, Environment::Sandbox);
    let mut vault = create.vault();
    let id = create.begins(&mut vault);
    create.finishes(&mut vault, id);
    let taken = vault.begins("paynet", "create", None, Environment::Sandbox).unwrap_err();
    assert!(matches!(taken, ChangeError::Taken(..)), "{taken:?}");
    let revoke = run("paynet", "revoke", Some(Scheduled), Environment::Sandbox);
    let id = revoke.begins(&mut vault);
    revoke.finishes(&mut vault, id);
    let id = create.begins(&mut vault);
    let mut next = create.values(&vault, id, "take", 0);
    while vault.now(id).unwrap().act != Act::Take {
        create.does(&mut vault, id);
    }
    vault.does(id, "take", Deed::Values(std::mem::take(&mut next))).unwrap();
    create.finishes(&mut vault, id);
    let lives: Vec<Life> = vault.credential("client-credentials").versions.iter().map(|v| v.life).collect();
    assert_eq!(lives, [Life::Revoked, Life::Active]);
    assert_eq!(vault.credential("client-credentials").current().unwrap().n, 2);
}

#[test]
fn what_lives_for_an_hour_is_got_again_and_again() {
    let session = run("ansa", "client-secret", None, Environment::Sandbox);
    let mut vault = session.vault();
    let first = session.begins(&mut vault);
    session.finishes(&mut vault, first);
    assert!(vault.version("client-secret", 1).expires_at.is_some());
    let again = vault.begins("ansa", "client-secret", None, Environment::Sandbox).unwrap();
    vault.does(again, "endpoint", said()).unwrap();
    let next = vec![("session".to_owned(), secret("value", "another"))];
    vault.does(again, "take", Deed::Values(next)).unwrap();
    session.finishes(&mut vault, again);
    assert_eq!(vault.credential("client-secret").current().unwrap().n, 2);
}

#[test]
fn two_credentials_of_one_kind_stand_side_by_side_under_two_names() {
    let create = run("paynet", "create", None, Environment::Sandbox);
    let mut vault = create.vault();
    let slug = ACCOUNT.parse().unwrap();
    for name in ["one", "two"] {
        let mut begun = begin(create.provider, create.flow, None, (Environment::Sandbox, &slug, None)).unwrap();
        begun.name = Some(name.parse().unwrap());
        let id = vault.commit(Change::Begin(Box::new(begun))).unwrap().journal.unwrap();
        create.finishes(&mut vault, id);
    }
    assert_eq!(vault.document().credentials.len(), 2);
}

#[test]
fn what_was_taken_has_to_be_what_was_asked_for() {
    let (mut vault, id) = at(&rotation(), "take");
    let field = |field: &str, value: &str| ("pair".to_owned(), secret(field, value));
    refuses(
        &mut vault,
        id,
        "take",
        Deed::Values(Vec::new()),
        FlowError::Incomplete(vec!["client_id".into(), "client_secret".into()]),
    );
    refuses(
        &mut vault,
        id,
        "take",
        Deed::Values(vec![field("client_id", "x")]),
        FlowError::Incomplete(vec!["client_secret".into()]),
    );
    refuses(
        &mut vault,
        id,
        "take",
        Deed::Values(vec![field("token", "x")]),
        FlowError::OtherDeed("the fields that it names"),
    );
    let old = rotation().values(&vault, id, "take", 0);
    refuses(&mut vault, id, "take", Deed::Values(old), FlowError::SameAsCurrent);
    let lost = vault.does(id, "nonsense", said()).unwrap_err();
    assert_eq!(lost, ChangeError::Flow(FlowError::NoStep("nonsense".into())));
}

#[test]
fn a_row_of_a_page_with_the_secret_in_it_is_no_id() {
    let (mut vault, id) = at(&rotation(), "take");
    let before = vault.document().clone();
    let row = vec![
        ("pair".to_owned(), text("client_id", "9e0e99f3\tquite-secret-1")),
        ("pair".to_owned(), secret("client_secret", "quite-secret-1")),
    ];
    let refused = vault.does(id, "take", Deed::Values(row)).unwrap_err();
    assert_eq!(refused, ChangeError::SecretInside("client_id".into(), "client_secret".into()));
    assert_eq!(*vault.document(), before, "a refused deed changed something");
}

#[test]
fn what_is_not_given_anew_beside_a_clients_secret_stays_as_it_was() {
    let replace = run("anexpay", "replace-login", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&replace, "take");
    let mut given = replace.values(&vault, id, "take", 1);
    given.retain(|(_, field)| field.name.starts_with("api_"));
    assert_eq!(given.len(), 2);
    vault.does(id, "take", Deed::Values(given)).unwrap();
    let print = |n, field: &str| vault.version("client-credentials", n).fields[field].fingerprint.clone();
    for field in ["email", "password"] {
        assert_eq!(print(1, field), print(2, field), "{field}");
    }
    assert_ne!(print(1, "api_secret"), print(2, "api_secret"));
}

#[test]
fn a_denial_after_the_old_key_was_stopped_takes_the_account_s_name() {
    let renew = run("paynet", "renew", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&renew, "access");
    let denied =
        |name: Option<&str>| Deed::Decided { approved: false, note: "no".into(), typed: name.map(str::to_owned) };
    for name in [None, Some("acm")] {
        refuses(&mut vault, id, "access", denied(name), FlowError::Consent(ACCOUNT.into()));
    }
    vault.does(id, "access", denied(Some(ACCOUNT))).unwrap();
    assert_eq!(vault.version("client-credentials", 2).life, Life::Denied);
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    assert!(left.contains("client id client-credentials-client_id-1"), "by what PayNet knows it: {left}");
    assert!(left.contains("in the place of the one before") && !left.contains("revoke it there, unless"), "{left}");
    assert!(left.contains("nothing is in its place"), "{left}");
    // Where the old one goes on nothing is to be typed.
    let (mut vault, id) = at(&rotation(), "access");
    vault.does(id, "access", denied(None)).unwrap();
}

#[test]
fn from_where_the_old_key_is_stopped_until_the_new_one_is_in_place_is_a_gap() {
    for (provider, flow, reason, first, last) in [
        ("paynet", "renew", Scheduled, "take", "consumers"),
        ("antom", "replace-one-click", Scheduled, "private", "consumers"),
        ("ansa", "lost-or-compromised", Compromised, "secret", "servers"),
    ] {
        let run = run(provider, flow, Some(reason), Environment::Live);
        let mut vault = run.vault();
        let id = run.begins(&mut vault);
        let mut gap = Vec::new();
        while let Some(step) = vault.now(id) {
            if vault.journal(id).is_in_the_gap(vault.document()) {
                gap.push(step.id.clone());
            }
            run.does(&mut vault, id);
        }
        let ends = (gap.first().map(String::as_str), gap.last().map(String::as_str));
        assert_eq!(ends, (Some(first), Some(last)), "{provider}/{flow}: {gap:?}");
    }
    let run = rotation();
    let mut vault = run.vault();
    let id = run.begins(&mut vault);
    while vault.now(id).is_some() {
        assert!(!vault.journal(id).is_in_the_gap(vault.document()), "both work");
        run.does(&mut vault, id);
    }
}

#[test]
fn only_what_was_answered_about_a_key_tells_it_from_the_others() {
    let mut told = Vec::new();
    for (provider, first, then, kills) in
        [("paynet", "create", "revoke", "revoke"), ("amazon-pay", "create", "delete", "delete")]
    {
        let create = run(provider, first, None, Environment::Live);
        let mut vault = create.vault();
        let id = create.begins(&mut vault);
        create.finishes(&mut vault, id);
        let ends = run(provider, then, Some(Scheduled), Environment::Live);
        let id = ends.begins(&mut vault);
        let journal = vault.journal(id);
        let step = journal.steps.iter().find(|step| step.asks_consent()).unwrap_or_else(|| panic!("{kills}"));
        let names: Vec<String> = journal.told_apart(step, vault.document()).into_iter().map(|(name, _)| name).collect();
        told.push(names);
    }
    assert_eq!(told[0], ["version", "client id", "fingerprint"]);
    assert_eq!(told[1], ["version", "key id", "fingerprint", "Which name did you give them?"]);
}

#[test]
fn a_value_that_was_stopped_is_not_taken_again() {
    let rotation = rotation();
    let mut vault = rotation.vault();
    let first = rotation.begins(&mut vault);
    rotation.finishes(&mut vault, first);
    let id = rotation.begins(&mut vault);
    while vault.now(id).unwrap().id != "take" {
        rotation.does(&mut vault, id);
    }
    let stopped = rotation.values(&vault, id, "take", 0);
    refuses(&mut vault, id, "take", Deed::Values(stopped), FlowError::Stopped(1, "revoked".into()));
}

#[test]
fn halves_of_two_pairs_are_not_one() {
    let (mut vault, id) = at(&run("antom", "generate", None, Environment::Live), "private");
    let own = |field| ("own".to_owned(), field);
    let both = vec![own(secret("private_key", &pair(1).0)), own(text("public_key", &pair(2).1))];
    refuses(&mut vault, id, "private", Deed::Values(both), FlowError::Mismatch);
}

#[test]
fn one_s_own_public_key_is_not_taken_for_the_gateway_s() {
    let run = run("antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&run, "theirs");
    for (own, n) in [(pair(3).1, 2), (pair(1).1, 1)] {
        let before = vault.document().clone();
        let taken = Deed::Values(vec![("theirs".into(), text("public_key", &own))]);
        let error = vault.does(id, "theirs", taken).unwrap_err();
        assert_eq!(error, ChangeError::OwnKey(format!("antom/live/acme/key-pair@{n}")));
        assert_eq!(*vault.document(), before);
    }
    run.finishes(&mut vault, id);
}

#[test]
fn nothing_counts_as_generated_without_both_halves() {
    let (mut vault, id) = at(&run("antom", "replace-own-pair", Some(Scheduled), Environment::Live), "pair");
    let halves = || vec!["private_key".to_owned(), "public_key".to_owned()];
    refuses(&mut vault, id, "pair", Deed::Values(Vec::new()), FlowError::Incomplete(halves()));
    let private = vec![("own".to_owned(), secret("private_key", &pair(1).0))];
    refuses(&mut vault, id, "pair", Deed::Values(private), FlowError::Incomplete(vec!["public_key".into()]));
}

#[test]
fn the_old_key_id_is_not_the_new_pair_s() {
    let rotate = run("amazon-pay", "rotate", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&rotate, "id");
    let old = rotate.values(&vault, id, "id", 0);
    refuses(&mut vault, id, "id", Deed::Values(old), FlowError::SameAsCurrent);
}

#[test]
fn what_is_shown_once_can_be_taken_again_until_i_know_is_said() {
    let generate = run("antom", "generate", None, Environment::Live);
    let (mut vault, id) = at(&generate, "private");
    let give = |vault: &mut Vault, n: usize| {
        let own = |field| ("own".to_owned(), field);
        let halves = vec![own(secret("private_key", &pair(n).0)), own(text("public_key", &pair(n).1))];
        vault.does(id, "private", Deed::Values(halves)).unwrap()
    };
    give(&mut vault, 0);
    let first = vault.journal(id).slot("own").unwrap().new;
    // Interrupted, and given once more: nothing is made twice.
    give(&mut vault, 0);
    assert_eq!(vault.journal(id).slot("own").unwrap().new, first);
    assert_eq!(vault.credential("key-pair").versions.len(), 1);
    // It was the wrong one.
    give(&mut vault, 1);
    let lives: Vec<Life> = vault.credential("key-pair").versions.iter().map(|v| v.life).collect();
    assert_eq!(lives, [Life::Abandoned, Life::Pending]);
    vault.does(id, "private", Deed::Known).unwrap();
    generate.finishes(&mut vault, id);
    assert_eq!(vault.credential("key-pair").current().unwrap().n, 2);
    assert_eq!(vault.step(id, "private").marks.iter().filter(|mark| mark.what == Happened::Kept).count(), 3);
}

#[test]
fn a_copy_from_before_a_value_was_taken_again_adds_nothing() {
    let generate = run("antom", "generate", None, Environment::Live);
    let (mut vault, id) = at(&generate, "live");
    let before = vault.document().clone();
    let other = |field| ("own".to_owned(), field);
    let halves = vec![other(secret("private_key", &pair(1).0)), other(text("public_key", &pair(1).1))];
    vault.does(id, "private", Deed::Values(halves)).unwrap();
    let after = vault.document().clone();
    assert!(before != after, "another value was taken");
    assert_eq!(paykeep::domain::join(before.clone(), after.clone()).0, after);
    assert_eq!(paykeep::domain::join(after.clone(), before).0, after);
}

#[test]
fn the_provider_s_key_may_be_the_one_that_is_there() {
    let replace = run("antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&replace, "theirs");
    let same = replace.values(&vault, id, "theirs", 0);
    vault.does(id, "theirs", Deed::Values(same)).unwrap();
    replace.finishes(&mut vault, id);
    let theirs = vault.credential("provider-key");
    assert_eq!((theirs.versions.len(), theirs.current().unwrap().life), (1, Life::Active));
}

#[test]
fn what_was_stored_beside_the_flow_is_taken_up_by_it() {
    let replace = run("antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    let mut vault = Vault::new();
    let spec = |id: &str| replace.provider.credential(id).unwrap();
    vault.stores(replace.provider, Environment::Live, spec("key-pair"), Place::New);
    let id = replace.begins(&mut vault);
    vault.stores(replace.provider, Environment::Live, spec("provider-public-key"), Place::New);
    replace.finishes(&mut vault, id);
    assert_eq!(vault.credential("provider-key").current().unwrap().n, 2);
}

#[test]
fn nothing_becomes_current_unapproved_and_a_denial_ends_it() {
    let create = run("paynet", "create", None, Environment::Live);
    let (mut vault, id) = at(&create, "access");
    let new = vault.journal(id).slots[0].new.unwrap();
    refuses(
        &mut vault,
        id,
        "live",
        said(),
        FlowError::Waits("Make the pair current".into(), vec!["Check that the pair gets a token".into()]),
    );
    let credential = vault.journal(id).slots[0].credential.unwrap();
    let pointed = vault.commit(Change::PointTo { credential, version: new }).unwrap_err();
    assert_eq!(pointed, ChangeError::NotActive("pending".into()));
    vault.does(id, "access", decided(false)).unwrap();
    assert_eq!(vault.version("client-credentials", 1).life, Life::Denied);
    assert_eq!(vault.journal(id).ended.as_ref().unwrap().how, End::Denied);
    refuses(&mut vault, id, "check", said(), FlowError::Ended);
    // It can be asked for again.
    let again = create.begins(&mut vault);
    create.finishes(&mut vault, again);
}

#[test]
fn a_denial_ends_what_waits_and_never_what_is_in_use() {
    let create = run("paynet", "create", None, Environment::Live);
    let (mut vault, id) = at(&create, "access");
    let mut document = vault.document().clone();
    let journal = document.journals.iter_mut().find(|journal| journal.id == id).unwrap();
    // What was asked for turned out to be what is there.
    let slot = &mut journal.slots[0];
    slot.old = slot.new;
    let list = std::sync::Arc::make_mut(&mut document.credentials);
    let version = &mut std::sync::Arc::make_mut(&mut list[0]).versions[0];
    version.life = Life::Active;
    let mut new_id = || Id::new(vault.now, 99);
    let fingerprint = |_: paykeep::domain::Kind, _: &str, _: &[u8]| String::new();
    let device = paykeep::domain::DeviceId::new(1);
    let mut context =
        paykeep::domain::Context { now: vault.now, device, new_id: &mut new_id, fingerprint: &fingerprint };
    let denied = Change::Step { journal: id, step: "access".into(), deed: decided(false) };
    document.apply(denied, &mut context).unwrap();
    assert_eq!(document.credentials[0].versions[0].life, Life::Active);
    assert_eq!(document.journal(id).unwrap().ended.as_ref().unwrap().how, End::Denied);
    // The same flow where it waits.
    vault.does(id, "access", decided(false)).unwrap();
    assert_eq!(vault.version("client-credentials", 1).life, Life::Denied);
}

#[test]
fn a_consumer_that_has_the_old_one_keeps_it_alive_where_both_work() {
    let (mut vault, id) = at(&rotation(), "overlap");
    let credential = vault.journal(id).slots[0].credential.unwrap();
    let old = vault.journal(id).slots[0].old;
    for version in [old, None] {
        let uses = Some((credential, version, Proof::Asked));
        vault.commit(Change::Consumer { label: "forgotten".into(), side: None, place: None, uses }).unwrap();
        refuses(&mut vault, id, "overlap", said(), FlowError::StillUsed(vec!["forgotten".into()]));
    }
    // One that came late is ticked off where it is waited for.
    vault.does(id, "overlap", placed("forgotten")).unwrap();
    let new = vault.journal(id).slots[0].new;
    assert_eq!(vault.document().holders_of(credential, new.unwrap()).last().map(String::as_str), Some("forgotten"));
    let label = || "forgotten".to_owned();
    vault
        .commit(Change::Consumer {
            label: label(),
            side: None,
            place: None,
            uses: Some((credential, new, Proof::Matched)),
        })
        .unwrap();
    vault.does(id, "overlap", said()).unwrap();
    vault
        .commit(Change::Consumer {
            label: label(),
            side: None,
            place: None,
            uses: Some((credential, old, Proof::Asked)),
        })
        .unwrap();
    refuses(&mut vault, id, "old", typed(ACCOUNT), FlowError::StillUsed(vec![label()]));
}

#[test]
fn a_promotion_that_broke_production_goes_back_and_the_old_one_is_not_revoked_then() {
    let (mut vault, id) = at(&rotation(), "old");
    let slot = vault.journal(id).slots[0].clone();
    let (credential, old, new) = (slot.credential.unwrap(), slot.old.unwrap(), slot.new.unwrap());
    vault.commit(Change::PointTo { credential, version: old }).unwrap();
    assert_eq!(vault.credential("client-credentials").current().unwrap().n, 1);
    refuses(&mut vault, id, "old", typed(ACCOUNT), FlowError::CurrentAgain);
    vault.commit(Change::PointTo { credential, version: new }).unwrap();
    vault.does(id, "old", typed(ACCOUNT)).unwrap();
    let dead = vault.commit(Change::PointTo { credential, version: old }).unwrap_err();
    assert_eq!(dead, ChangeError::NotActive("revoked".into()));
}

#[test]
fn a_chosen_version_is_revoked_and_the_current_one_stays() {
    let revoke = run("paynet", "revoke", Some(Scheduled), Environment::Live);
    let mut vault = revoke.vault();
    let spec = revoke.provider.credential("client-credentials").unwrap();
    vault.stores(revoke.provider, Environment::Live, spec, Place::Previous);
    let credential = vault.credential("client-credentials");
    let (id, version) = (credential.id, credential.versions[1].id);
    let slug = ACCOUNT.parse().unwrap();
    let mut begun = begin(revoke.provider, revoke.flow, revoke.reason, (Environment::Live, &slug, None)).unwrap();
    (begun.credential, begun.version) = (Some(id), Some(version));
    let flow = vault.commit(Change::Begin(Box::new(begun))).unwrap().journal.unwrap();
    revoke.finishes(&mut vault, flow);
    let lives: Vec<Life> = vault.credential("client-credentials").versions.iter().map(|v| v.life).collect();
    assert_eq!(lives, [Life::Active, Life::Revoked]);
    assert_eq!(vault.credential("client-credentials").current().unwrap().n, 1);
}

#[test]
fn what_is_revoked_already_is_neither_waited_for_nor_revoked_again() {
    let revoke = run("paynet", "revoke", Some(Scheduled), Environment::Live);
    let mut vault = revoke.vault();
    let id = revoke.begins(&mut vault);
    revoke.finishes(&mut vault, id);
    let again = vault.begins("paynet", "revoke", Some(Scheduled), Environment::Live).unwrap_err();
    assert_eq!(again, ChangeError::Flow(FlowError::Dead("revoked".into())));
    let id = rotation().begins(&mut vault);
    let acts: Vec<Act> = vault.journal(id).steps.iter().map(|step| step.act).collect();
    assert!(!acts.contains(&Act::Overlap) && !acts.contains(&Act::Revoke), "{acts:?}");
    rotation().finishes(&mut vault, id);
    assert_eq!(vault.credential("client-credentials").current().unwrap().n, 2);
}

#[test]
fn the_old_tokens_are_waited_for_a_day() {
    let (mut vault, id) = at(&rotation(), "overlap");
    let tick = || Deed::Said { note: String::new() };
    let end = vault.journal(id).waits_until(vault.step(id, "overlap")).unwrap();
    assert_eq!(end, vault.step(id, "consumers").done.as_ref().unwrap().at + SignedDuration::from_hours(24));
    refuses(&mut vault, id, "overlap", tick(), FlowError::TooEarly(end));
    vault.now = end;
    vault.does(id, "overlap", tick()).unwrap();
}

#[test]
fn a_merchant_s_secret_never_goes_to_a_browser() {
    let (mut vault, id) = at(&run("ansa", "onboard", None, Environment::Live), "servers");
    vault.commit(Change::Consumer { label: "web".into(), side: Some(Side::Client), place: None, uses: None }).unwrap();
    refuses(&mut vault, id, "servers", placed("web"), FlowError::ClientSide("web".into()));
    vault.does(id, "servers", placed("api")).unwrap();
    vault.does(id, "servers", said()).unwrap();
    vault.does(id, "clients", placed("web")).unwrap();
}

#[test]
fn a_place_is_ticked_off_by_what_paykeep_saw_or_by_the_user_s_word() {
    use paykeep::domain::journal::Grade;
    for (proof, grade) in [(Proof::Matched, Grade::Verified), (Proof::Asked, Grade::Asserted)] {
        let (mut vault, id) = at(&rotation(), "consumers");
        for label in ["api", "cron"] {
            vault.does(id, "consumers", Deed::Placed { label: label.into(), proof }).unwrap();
        }
        vault.does(id, "consumers", said()).unwrap();
        assert_eq!(vault.step(id, "consumers").done.as_ref().unwrap().grade, grade);
        while vault.now(id).unwrap().act != Act::Overlap {
            rotation().does(&mut vault, id);
        }
        vault.does(id, "overlap", said()).unwrap();
        assert_eq!(vault.step(id, "overlap").done.as_ref().unwrap().grade, grade, "both are known by the same places");
    }
}

#[test]
fn an_abandoned_flow_says_what_it_leaves_behind() {
    let (mut vault, id) = at(&rotation(), "check");
    vault.commit(abandon(id, None)).unwrap();
    assert_eq!(vault.version("client-credentials", 2).life, Life::Abandoned);
    assert_eq!(vault.version("client-credentials", 1).life, Life::Active);
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    assert!(left.contains("v2") && left.contains("revoke it there"), "{left}");
    assert_eq!(vault.commit(abandon(id, None)).unwrap_err(), ChangeError::Flow(FlowError::Ended));
    refuses(&mut vault, id, "check", said(), FlowError::Ended);
    // What was given up can be begun again.
    let again = rotation().begins(&mut vault);
    assert!(vault.journal(again).is_open());
}

#[test]
fn giving_up_after_the_promotion_tells_nobody_to_delete_the_key_that_is_in_use() {
    let rotate = run("amazon-pay", "rotate", Some(Scheduled), Environment::Live);
    for (step, old) in [("consumers", "v1 of key-pair still works"), ("seal", "v1 of key-pair no longer works")] {
        let (mut vault, id) = at(&rotate, step);
        vault.commit(abandon(id, None)).unwrap();
        let left = vault.journal(id).leftovers(vault.document());
        let of =
            |n: &str| left.iter().filter(|line| line.contains(n)).map(String::as_str).collect::<Vec<_>>().join(" ");
        assert!(of("v2").contains("works at the gateway") && !of("v2").contains("delete"), "{left:?}");
        assert!(of("v1").contains(old), "{left:?}");
    }
    // What the gateway made, too.
    let create = run("paynet", "create", None, Environment::Live);
    let (mut vault, id) = at(&create, "consumers");
    vault.commit(abandon(id, None)).unwrap();
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    assert!(left.contains("v1 of client-credentials works at the gateway") && !left.contains("revoke"), "{left}");
}

#[test]
fn a_denied_flow_says_what_it_leaves_behind_and_how_to_go_on() {
    let (mut vault, id) = at(&rotation(), "access");
    vault.does(id, "access", decided(false)).unwrap();
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    for words in ["v2 of client-credentials stays in the vault, denied", "revoke it there, unless you ask again"] {
        assert!(left.contains(words), "{left}");
    }
    assert!(
        left.contains("v1 of client-credentials goes on as before") && left.contains("begin the flow anew"),
        "{left}"
    );
    let again = rotation().begins(&mut vault);
    while vault.now(again).unwrap().id != "check" {
        rotation().does(&mut vault, again);
    }
    assert_eq!(vault.version("client-credentials", 3).life, Life::Approved, "the second time it is approved");
}

#[test]
fn giving_up_after_a_leak_says_that_nothing_works() {
    let leaked = run("paynet", "rotate", Some(Compromised), Environment::Live);
    let (mut vault, id) = at(&leaked, "new");
    vault.commit(abandon(id, None)).unwrap();
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    assert!(left.contains("no longer works at the gateway, and nothing is in its place"), "{left}");
}

#[test]
fn a_flow_with_one_reason_is_not_asked_for_it() {
    let mut vault = run("ansa", "replace", Some(Scheduled), Environment::Live).vault();
    let id = vault.begins("ansa", "replace", None, Environment::Live).unwrap();
    assert_eq!(vault.journal(id).reason, Some(Scheduled));
}

#[test]
fn giving_up_after_the_old_key_was_stopped_takes_the_account_s_name_and_keeps_the_one_that_works() {
    let replace = run("antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&replace, "theirs");
    let before = vault.document().clone();
    for name in [None, Some("acm")] {
        let refused = vault.commit(abandon(id, name)).unwrap_err();
        assert_eq!(refused, ChangeError::Flow(FlowError::Consent(ACCOUNT.into())));
        assert_eq!(*vault.document(), before, "a refused deed changed something");
    }
    vault.commit(abandon(id, Some(ACCOUNT))).unwrap();
    assert_eq!(vault.journal(id).ended.as_ref().unwrap().how, End::Abandoned);
    assert_eq!(vault.version("key-pair", 2).life, Life::Pending, "it is the one that works");
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    assert!(left.contains("v2 of key-pair is the one that works") && !left.contains("delete it"), "{left}");
    assert!(left.contains("v1 of key-pair no longer works"), "{left}");
    // Another takes its place by the same flow.
    let again = replace.begins(&mut vault);
    assert!(vault.journal(again).is_open());
}

#[test]
fn giving_up_keeps_the_gateway_s_key_that_is_in_force_and_ends_the_one_that_is_not() {
    let replace = run("antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    let lives = |vault: &Vault| vault.credential("provider-key").versions.iter().map(|v| v.life).collect::<Vec<_>>();
    // Antom has switched, and shown its key.
    let (mut vault, id) = at(&replace, "check");
    vault.commit(abandon(id, Some(ACCOUNT))).unwrap();
    assert_eq!(lives(&vault), [Life::Active, Life::Pending]);
    let left = vault.journal(id).leftovers(vault.document()).join(" ");
    assert!(left.contains("v2 of provider-key is the one that works"), "{left}");
    // Both are current.
    let (mut vault, id) = at(&replace, "consumers");
    vault.commit(abandon(id, None)).unwrap();
    assert_eq!(lives(&vault), [Life::Retired, Life::Active]);
    let agenda = agenda(vault.document(), &|id| Catalog::builtin().get(id.as_str()), vault.now);
    let words: Vec<String> = agenda.iter().map(Due::words).collect();
    assert!(!words.iter().any(|words| words.starts_with("Revoke")), "{words:?}");
}

#[test]
fn a_copy_that_gave_up_does_not_take_the_only_working_key_from_the_one_that_went_on() {
    let replace = run("antom", "replace-own-pair", Some(Scheduled), Environment::Live);
    let (mut vault, id) = at(&replace, "theirs");
    let kills = vault.journal(id).steps.iter().find(|step| step.kills.is_some()).unwrap().id.clone();
    assert!(vault.step(id, &kills).done.is_some());
    let (mut early, early_id) = at(&replace, &kills);
    assert_eq!(early_id, id, "both walks are the same up to there");
    early.commit(abandon(id, None)).unwrap();
    assert_eq!(early.version("key-pair", 2).life, Life::Abandoned);
    let documents = [
        paykeep::domain::join(vault.document().clone(), early.document().clone()).0,
        paykeep::domain::join(early.document().clone(), vault.document().clone()).0,
    ];
    assert_eq!(documents[0], documents[1], "the order matters");
    let versions = &documents[0].resolve("key-pair").unwrap().credential.versions;
    assert_eq!(versions[1].life, Life::Pending, "v1 is stopped: nothing else works");
    assert!(!documents[0].journal(id).unwrap().is_open());
    vault.join(&early);
    assert_eq!(*vault.document(), documents[0]);
}

#[test]
fn a_finished_flow_stays_to_be_read_and_takes_notes() {
    let create = run("paynet", "create", None, Environment::Sandbox);
    let mut vault = create.vault();
    let id = create.begins(&mut vault);
    create.finishes(&mut vault, id);
    vault.does(id, "new", Deed::Note("row 3".into())).unwrap();
    assert_eq!(vault.step(id, "new").last(Happened::Noted).unwrap().text, "row 3");
    assert_eq!(vault.now(id).map(|step| step.id), None);
}

#[test]
fn an_account_is_not_removed_under_a_flow() {
    let mut vault = Vault::new();
    vault.begins("antom", "generate", None, Environment::Live).unwrap();
    let account = vault.document().accounts[0].id;
    let refused = vault.commit(Change::RemoveAccount(account)).unwrap_err();
    assert!(matches!(refused, ChangeError::Flow(FlowError::InAccount(_))));
}

#[test]
fn a_clock_that_jumps_back_changes_nothing_of_the_order() {
    let rotation = rotation();
    let mut vault = rotation.vault();
    let id = rotation.begins(&mut vault);
    while vault.journal(id).is_open() {
        vault.now = vault.now.checked_sub(SignedDuration::from_hours(1)).unwrap();
        rotation.does(&mut vault, id);
    }
    assert_eq!(vault.version("client-credentials", 1).life, Life::Revoked);
    assert_eq!(vault.credential("client-credentials").current().unwrap().n, 2);
}

#[test]
fn a_flow_goes_on_by_the_steps_that_it_began_with_whatever_became_of_the_file() {
    let (catalog, errors) = Catalog::builtin().with_user_files([("northpay.toml", super::sixth::SIXTH)]);
    assert_eq!(errors, Vec::new());
    let mut vault = Vault::new();
    let id = vault.begins_of(&catalog, "northpay", "create", None, Environment::Live).unwrap();
    // From here on nobody looks at the file: the steps stand in the journal.
    vault.does(id, "open", said()).unwrap();
    let given = vec![("key".to_owned(), secret("value", "np_live_1"))];
    vault.does(id, "take", Deed::Values(given)).unwrap();
    vault.does(id, "take", Deed::Known).unwrap();
    assert!(vault.journal(id).provider_digest.starts_with("sha256:"));
    assert_eq!(vault.now(id).unwrap().id, "check");
}
