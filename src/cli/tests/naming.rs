//! What may be the name of something in the vault, and what an error repeats of it.

use std::sync::Arc;

use super::*;
use crate::cli::withheld;
use crate::domain::{Add, Change, Kind, NewField, NewValue, Place, Reference};
use crate::error::Problem;

const KEY: &str = "sk_live_51h8x2ekzvkylo2c4aqxygt3zb9rklm";

/// A vault with names in it as no command takes them, of an older paykeep or typed on the screen.
fn older() -> World {
    let world = world();
    let mut vault = world.folder.unlock(&SecretText::copied(PASSPHRASE), Consent::None).unwrap();
    for environment in ["live", "sandbox"] {
        let reference: Reference = format!("antom/{environment}/{KEY}/{KEY}").parse().unwrap();
        let field = NewField {
            name: "private_key".into(),
            value: NewValue::Secret(SecretText::copied(&pair(usize::from(environment == "live")).0).into_bytes()),
            form: None,
            prefix: None,
        };
        let add = Add { used_by: vec![KEY.into()], ..Add::of(reference, Kind::KeyPair, Place::New, vec![field]) };
        vault.commit(Change::Add(Box::new(add))).unwrap();
    }
    let credential = vault.snapshot().document.credentials.first().map(Arc::clone).unwrap().id;
    let tags = Some(vec![KEY.to_uppercase()]);
    vault.commit(Change::Edit { credential, label: None, note: None, tags, rotate_every_days: None }).unwrap();
    world
}

#[test]
fn names_that_the_vault_has_are_taken_wherever_they_came_from() {
    let world = older();
    let another = include_str!("../../../tests/keys/rsa2048.txt").replace("TESTING KEY", "PRIVATE KEY");
    let (account, tag) = (format!("antom/live/{KEY}"), KEY.to_uppercase());
    for (command, input) in [
        (format!("place edit {KEY} --where rack"), ""),
        (format!("add other/live/acme/k --kind secret-key --used-by {KEY}"), "v-1"),
        (format!("add antom/live/{KEY}/second --kind key-pair"), another.as_str()),
        (format!("account set {account} --label shop"), ""),
        (format!("edit antom/sandbox/{KEY}/{KEY} --tag {tag}"), ""),
        (format!("generate {account}/{KEY}"), ""),
        (format!("mv {account}/{KEY} moved"), ""),
        (format!("flow start {account} replace-own-pair --reason scheduled --credential {account}/moved"), ""),
    ] {
        world.run(&command, input).ok();
    }
    world.run(&format!("place add {KEY}1"), "").fails(Exit::Refused, "looks like a value");
}

#[test]
fn names_as_people_and_programs_give_them_are_taken() {
    let world = world();
    world.run("add other/live/acme_prod_checkoutbackend2024/k --kind secret-key", "v-1").ok();
    world.run("account set antom/live/9e0e99f396e74838aeb583d1f06bc03d", "").ok();
    for name in ["PaymentServiceV2", "CheckoutApiV2Production", "CheckoutFunctionA1B2C3D4"] {
        world.run(&format!("place add {name}"), "").ok();
    }
    for tag in ["acct_1032D82eZvKYlo2C", "da39a3ee5e6b4b0d3255bfef95601890afd80709"] {
        world.run(&format!("edit k --tag {tag}"), "").ok();
    }
}

#[test]
fn of_a_key_as_an_argument_no_piece_is_repeated() {
    let key = include_str!("../../../tests/keys/rsa2048.txt").replace("TESTING KEY", "PRIVATE KEY");
    let said = world().at(Timestamp::now(), &["ls", &format!("--env={key}\n")], b"").fails(Exit::Usage, "…");
    for line in key.lines().filter(|line| !line.starts_with("-----")) {
        assert!(line.split('/').all(|piece| piece.len() < 8 || !said.err.contains(piece)), "{}", said.err);
    }
}

#[test]
fn an_error_repeats_paths_and_what_the_vault_calls_things() {
    let world = older();
    let said = world.run(&format!("show {KEY}"), "").fails(Exit::Ambiguous, "fits 2 credentials");
    for environment in ["live", "sandbox"] {
        assert!(said.err.contains(&format!("antom/{environment}/{KEY}/{KEY}")), "{}", said.err);
    }
    world.run(&format!("show antom/live/{KEY}/typo"), "").fails(Exit::NotFound, &format!("antom/live/{KEY}/typo"));
    world.run(&format!("show {KEY}1"), "").fails(Exit::NotFound, "…");
    let folder = world.root.path().join("aR2822Y6XbehWMclnB0Y2NJK");
    std::fs::create_dir(&folder).unwrap();
    let said = world.run(&format!("catalog lint {}/none.toml", folder.display()), "");
    assert!(said.err.contains("…"), "what is not there may be a value: {}", said.err);
    let missing = |words: &[&str]| {
        let problem = Problem::new(Exit::Damaged, "broken").hint(format!("cd {}", folder.display()));
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        withheld::withheld(problem, &words, Catalog::builtin(), |_| false).hint.unwrap()
    };
    let path = folder.to_str().unwrap();
    assert!(missing(&["restore", path]).ends_with("2NJK"));
    std::fs::remove_dir(&folder).unwrap();
    assert!(missing(&["--vault", path, "ls"]).ends_with("2NJK"));
    assert!(missing(&[&format!("--vault={path}"), "ls"]).ends_with("2NJK"));
    assert!(missing(&["show", path]).ends_with('…'));
}

#[test]
fn a_value_in_the_place_of_a_name_is_not_repeated() {
    let world = world();
    let ansa = "ansa_sk_live_6513270e-269e-4d37-b2a7-4de452e6b438";
    let other = "sk_live_51H8x2eKZvKYlo2C4aQxYgT3Zb9RkLm";
    for (command, input) in [
        ("add other/live/a/b --json --kind secret-key".to_owned(), serde_json::json!({ansa: "x"}).to_string()),
        ("add other/live/a/b --json --kind secret-key".to_owned(), serde_json::json!({other: "x"}).to_string()),
        (format!("add {ansa}/live/a/b"), "x".into()),
        (format!("add other/{ansa}/a/b"), "x".into()),
        (format!("add other/live/a/b#{ansa}"), "x".into()),
        (format!("show {other}"), String::new()),
        (format!("get a:{other}"), String::new()),
        (format!("show other/live/a/'{other}'"), String::new()),
        ("add other/live/a/b --json --kind secret-key".into(), r#"{"sk_live_AbCd51H8x2eKpQrStUvWx":"x"}"#.into()),
        (format!("show xx_live_ab_live_{}", "51H8x2eKZvKYlo2C4aQx".to_lowercase()), String::new()),
    ] {
        let said = world.run(&command, &input);
        assert_ne!(said.exit, Exit::Done, "{command}");
        assert!(
            !said.err.contains("6513270e") && !said.err.to_lowercase().contains("51h8x2ek"),
            "{command}: {}",
            said.err
        );
    }
}

#[test]
fn what_looks_like_a_value_becomes_no_name_and_no_tag() {
    let world = world();
    let key = "ansa_sk_live_6513270e-269e-4d37-b2a7-4de452e6b438";
    let other = "sk_live_51h8x2ekzvkylo2c4aqxygt3zb9rklm";
    world.run("add ansa/live/acme/k", key).ok();
    world.run("add other/live/acme/plain --kind secret-key", "v-1").ok();
    for value in [key, other, "v-1"] {
        for command in [
            format!("edit k --tag {value}"),
            format!("edit k --label {value}"),
            format!("account set ansa/live/acme --label {value}"),
            format!("mv k {value}"),
            format!("mv k {value}/k"),
            format!("account set ansa/live/{value} --label x"),
            format!("place add {value}"),
            format!("generate antom/sandbox/acme/{value} --current"),
        ] {
            world.run(&command, "").fails(Exit::Refused, "");
        }
        for reference in [format!("other/live/acme/{value}"), format!("other/live/{value}/k")] {
            world.run(&format!("add {reference} --kind secret-key"), "v-2").fails(Exit::Refused, "");
        }
        for option in ["--label", "--used-by"] {
            let command = format!("add other/live/acme/new --kind secret-key {option} {value}");
            world.run(&command, "v-2").fails(Exit::Refused, "");
        }
        world.run(&format!("whose --place {value}"), "v-1").fails(Exit::Refused, "");
    }
    world.run("mv k key_live_2026", "").ok();
    assert_eq!(world.references("").len(), 2);
}
