//! Places in a flow: what is recognised there, and what may be stopped while they have it.

use super::flows::{begun, goes_to, next};
use super::*;

const OLD: &str = "aR2822Y6XbehWMclnB0Y2NJK";
const NEW: &str = "bS3933Z7YcfiXNdmoC1Z3OKL";

/// A flow that replaces a sign key, at the step that has the old one switched off. Nobody knows that both work.
fn before_the_end(world: &World) -> String {
    world.run("add anexpay/live/shop/sign-key --kind signing-key --used-by api", OLD).ok();
    let id = begun(world, "anexpay/live/shop replace --reason scheduled");
    goes_to(world, &id, "take");
    world.run(&format!("flow next {id}"), NEW).ok();
    world.run(&format!("flow next {id} --said --note tried"), "").ok();
    goes_to(world, &id, "consumers");
    let key = format!("flow next {id} --place sk_live_51H8x2eKZvKYlo2C4aQxYgT3");
    world.run(&key, "").fails(Exit::Refused, "looks like a value");
    world.run(&format!("flow next {id} --place api"), "").ok();
    goes_to(world, &id, "off");
    id
}

fn life(world: &World, reference: &str) -> String {
    let shown = world.json(&format!("show {reference} --json"));
    let versions = shown["versions"].as_array().unwrap();
    versions.iter().find(|version| version["version"] == 1).unwrap()["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_is_not_stopped_while_a_place_has_it_but_for_a_reason() {
    let world = world();
    let id = before_the_end(&world);
    let page = world.run(&format!("flow status {id}"), "").ok().out;
    assert!(!page.contains("very place has") && !page.contains("everywhere"), "nobody knows that: {page}");
    world.run("whose --place batch-2", OLD).ok().says("batch-2 has anexpay/live/shop/sign-key@1");
    let overruled = format!("flow next {id} --account shop --overrule");
    for way in [format!("flow next {id} --account shop"), format!("flow next {id} --account shop --note because")] {
        world
            .run(&way, "")
            .fails(Exit::Refused, "not moved yet: batch-2")
            .says("paykeep place edit batch-2 --unused anexpay/live/shop/sign-key")
            .says(&format!("paykeep flow next {id} --account NAME --overrule --note WHY"));
    }
    world.run(&overruled, "").fails(Exit::Refused, "not moved yet: batch-2");
    assert_eq!(next(&world, &id), "off");
    world.run(&format!("{overruled} --note they-stopped-it-already"), "").ok().says("done: Have the old one");
    let status = world.json(&format!("flow status {id} --json"));
    let step = status["steps"].as_array().unwrap().iter().find(|step| step["step"] == "off").unwrap();
    assert_eq!(step["evidence"]["still_at"], "batch-2");
    assert_eq!(step["evidence"]["note"], "they-stopped-it-already");
    assert_eq!(life(&world, "sign-key"), "retired");
}

#[test]
fn a_place_that_moved_or_uses_it_no_longer_holds_nothing_up() {
    for way in ["place edit batch-2 --unused sign-key", "place edit batch-2 --uses sign-key@2"] {
        let world = world();
        let id = before_the_end(&world);
        world.run("whose --place batch-2", OLD).ok();
        world.run(way, "").ok();
        world.run(&format!("flow next {id} --account shop"), "").ok();
        assert_eq!(life(&world, "sign-key"), "retired");
    }
}

#[test]
fn what_is_ready_beside_the_old_one_has_not_taken_its_place() {
    let world = world();
    let key = |n: u8| format!("ansa_sk_live_123e4567-e89b-12d3-a456-4266141740{n:02}");
    world.run("add ansa/live/acme/secret-key --used-by api --used-by worker", &key(0)).ok();
    let id = begun(&world, "ansa/live/acme replace --reason scheduled");
    goes_to(&world, &id, "secret");
    world.run(&format!("flow next {id}"), &key(1)).ok();
    world.run(&format!("flow next {id} --known"), "").ok();
    world.run(&format!("flow next {id} --status 200"), "").ok();
    world.run(&format!("flow next {id} --place api"), "").ok();
    world
        .run("whose --place worker", &key(1))
        .ok()
        .says("worker has ansa/live/acme/secret-key@2, ready beside @1, which is in use there still");
    // One that nobody knew of: it has the new one, so the old one as well.
    world.run("whose --place cron", &key(1)).ok().says("ready beside @1");
    let has = |world: &World| {
        let places = world.json("place ls --json");
        let all = places.as_array().unwrap().iter();
        all.map(|place| place["uses"][0]["version"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(has(&world), [1, 1, 1]);
    world.run(&format!("flow next {id}"), "").ok();
    assert_eq!(next(&world, &id), "live", "all have it ready");
    world.run("whose --place worker", &key(1)).ok().says("ready beside @1");
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id}"), "").fails(Exit::Refused, "not moved yet: ").says("worker");
    for place in ["api", "cron"] {
        world.run(&format!("flow next {id} --place {place}"), "").ok();
    }
    let seen = world.run("whose --place worker", &key(1)).ok();
    assert!(seen.err.contains("secret-key@2") && !seen.err.contains("beside"), "{}", seen.err);
    assert_eq!(has(&world), [2, 2, 2]);
    world.run(&format!("flow next {id}"), "").ok();
    assert_eq!(next(&world, &id), "off");
}

#[test]
fn what_was_never_in_use_is_at_no_place() {
    let world = world();
    let hex = |n: u128| format!("{:032x}", 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835_u128.wrapping_mul(n));
    let pair =
        |id: u128, secret: u128| format!(r#"{{"client_id": "{}", "client_secret": "{}"}}"#, hex(id), hex(secret));
    let id = begun(&world, "paynet/sandbox/acme create");
    goes_to(&world, &id, "take");
    world.run(&format!("flow next {id} --json"), &pair(1, 12)).ok();
    // The ID was the wrong one: the version with it is given up, and has the same secret.
    world.run(&format!("flow next {id} --step take --json"), &pair(2, 12)).ok();
    world.run("whose --place api", &hex(12)).ok().says("api has paynet/sandbox/acme/client-credentials@2");
}
