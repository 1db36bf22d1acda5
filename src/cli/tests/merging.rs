//! A conflict copy of the vault: what it brings in, and what is refused.

use std::fs;

use super::*;

fn copy(world: &World) -> PathBuf {
    let copy = world.root.path().join("conflict.age");
    fs::copy(world.folder.path().join("vault.age"), &copy).unwrap();
    copy
}

fn merge(world: &World, copy: &std::path::Path, more: &[&str]) -> Said {
    let words: Vec<&str> = ["merge", copy.to_str().unwrap()].iter().chain(more).copied().collect();
    world.at(Timestamp::now(), &words, b"")
}

#[test]
fn what_was_edited_apart_comes_together() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "first-1").ok();
    let base = copy(&world);
    merge(&world, &base, &[]).ok().says("holds nothing that is not in the vault");
    world.run("add other/live/acme/ours --kind secret-key", "ours-1").ok();
    merge(&world, &base, &[]).ok().says("holds nothing");

    // The other computer's: it begins where the copy was made.
    let ours = fs::read(world.folder.path().join("vault.age")).unwrap();
    fs::copy(&base, world.folder.path().join("vault.age")).unwrap();
    let older = |words: &[&str], input: &[u8]| {
        let unlocked = world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::Older).unwrap();
        drop(unlocked);
        world.at(Timestamp::now(), words, input).ok()
    };
    older(&["add", "other/live/acme/theirs", "--kind", "secret-key"], b"theirs-1");
    older(&["edit", "key", "--label", "Theirs"], b"");
    let theirs = copy(&world);
    fs::write(world.folder.path().join("vault.age"), ours).unwrap();
    drop(world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::Older).unwrap());

    merge(&world, &theirs, &["--dry-run"]).ok().says("2 credentials would be brought in");
    assert_eq!(world.references("").len(), 2);
    merge(&world, &theirs, &[]).ok().says("2 credentials were brought in");
    assert_eq!(world.references("").len(), 3);
    assert_eq!(
        (world.get("theirs"), world.get("ours"), world.get("key")),
        ("theirs-1".into(), "ours-1".into(), "first-1".into())
    );
    assert_eq!(world.json("show key --json")["label"], "Theirs");
    merge(&world, &theirs, &[]).ok().says("holds nothing");

    let before = fs::read(world.folder.path().join("vault.age")).unwrap();
    world.run("edit key --label Other", "").ok();
    let after = copy(&world);
    fs::write(world.folder.path().join("vault.age"), before).unwrap();
    drop(world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::Older).unwrap());
    merge(&world, &after, &[]).ok().says("1 credential was brought in");
}

#[test]
fn that_a_reference_means_another_version_by_a_merge_is_told() {
    let world = world();
    world.run("add other/live/acme/key --kind secret-key", "first-1").ok();
    world.run("add other/live/acme/key --as previous", "zeroth-0").ok();
    let here = fs::read(world.folder.path().join("vault.age")).unwrap();
    world.run("edit key --current 2", "").ok();
    let there = copy(&world);
    fs::write(world.folder.path().join("vault.age"), here).unwrap();
    drop(world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::Older).unwrap());
    let told = "other/live/acme/key would mean v2 now, it meant v1 here";
    merge(&world, &there, &["--dry-run"]).ok().says(told);
    merge(&world, &there, &[]).ok().says("other/live/acme/key means v2 now, it meant v1 here");
    assert_eq!(world.get("key"), "zeroth-0");
}

#[test]
fn each_thing_that_the_copies_held_differently_has_a_line_of_its_own() {
    let world = world();
    world.run("add other/live/acme/zero --kind secret-key", "both-0").ok();
    let base = copy(&world);
    world.run("add other/live/acme/one --kind secret-key", "ours-1").ok();
    world.run("add other/live/acme/two --kind secret-key", "ours-2").ok();
    let ours = fs::read(world.folder.path().join("vault.age")).unwrap();
    fs::copy(&base, world.folder.path().join("vault.age")).unwrap();
    drop(world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::Older).unwrap());
    world.run("add other/live/acme/one --kind secret-key", "theirs-1").ok();
    world.run("add other/live/acme/two --kind secret-key", "theirs-2").ok();
    let theirs = copy(&world);
    fs::write(world.folder.path().join("vault.age"), ours).unwrap();
    drop(world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::Older).unwrap());
    let said = merge(&world, &theirs, &[]).ok();
    let lines: Vec<&str> = said.out.lines().collect();
    assert_eq!(lines.len(), 2, "{}", said.out);
    assert!(said.out.ends_with('\n'), "what follows on the terminal begins a line: {:?}", said.out);
    assert!(lines[0].contains("named one: the younger is one-2 now") && lines[1].contains("two-2"), "{}", said.out);
}

#[test]
fn a_revoked_key_stays_revoked_whatever_an_old_copy_says() {
    let world = world();
    let pair = r#"{"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "s-1"}"#;
    world.run("add paynet/live/acme/cc --kind client-credentials --json", pair).ok();
    let old = copy(&world);
    let id = world.run("flow start paynet/live/acme revoke --reason compromised --credential cc", "").ok();
    let id = id.out.lines().next().unwrap().to_owned();
    world.run(&format!("flow next {id}"), "").ok();
    world.run(&format!("flow next {id} --account acme"), "").ok();
    merge(&world, &old, &[]).ok();
    assert_eq!(world.json("show cc --json")["versions"][0]["state"], "revoked");
}

#[test]
fn another_vault_s_file_and_a_damaged_one_are_refused() {
    let (ours, other) = (world(), world());
    ours.run("add other/live/acme/key --kind secret-key", "first-1").ok();
    merge(&ours, &copy(&other), &[]).fails(Exit::Damaged, "is no copy of this vault");
    let cut = copy(&ours);
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() - 1]).unwrap();
    merge(&ours, &cut, &[]).fails(Exit::Damaged, "is damaged");
    fs::write(&cut, b"no age file").unwrap();
    merge(&ours, &cut, &[]).fails(Exit::Damaged, "");
    merge(&ours, &ours.root.path().join("missing"), &[]).fails(Exit::Failed, "failed");
    merge(&ours, ours.root.path(), &[]).fails(Exit::Refused, "is a folder").says("vault.age");
    assert_eq!(ours.references("").len(), 1);
}
