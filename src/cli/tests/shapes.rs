//! What `--help` says of the JSON of a command, held against what the command prints.

use clap::CommandFactory as _;

use super::*;

/// The keys of a table of a command's help: its first one, or that of the objects inside.
fn documented(command: &str, table: usize) -> Vec<String> {
    let root = Cli::command();
    let found = command.split(' ').try_fold(&root, |at, word| at.find_subcommand(word)).unwrap();
    let help = found.get_after_long_help().unwrap_or_else(|| panic!("{command} has no shape")).to_string();
    let mut tables: Vec<Vec<String>> = Vec::new();
    for line in help.lines() {
        match line.strip_prefix("  ").filter(|row| !row.starts_with(' ')) {
            Some(row) => {
                let names = row.split("  ").next().unwrap_or_default();
                tables.last_mut().unwrap().extend(names.split(", ").map(str::to_owned));
            }
            None if line.ends_with(':') => tables.push(Vec::new()),
            None => {}
        }
    }
    tables.swap_remove(table)
}

fn is_documented(object: &Value, mut keys: Vec<String>, what: &str) {
    let mut own: Vec<&String> = object.as_object().unwrap_or_else(|| panic!("{what}: {object}")).keys().collect();
    own.sort();
    keys.sort();
    assert_eq!(own, keys.iter().collect::<Vec<_>>(), "{what}");
}

#[test]
fn every_list_has_the_documented_keys_and_no_others() {
    let world = world();
    world.run("add ansa/live/acme/secret-key --used-by shop", LIVE_KEY).ok();
    let list = |words: &str| world.json(&format!("{words} --json"))[0].clone();
    is_documented(&list("ls"), documented("ls", 0), "ls");
    is_documented(&list("account ls"), documented("account ls", 0), "account ls");
    is_documented(&world.json("account show acme --json"), documented("account show", 0), "account show");
    is_documented(&list("place ls"), documented("place ls", 0), "place ls");
    is_documented(&list("place ls")["uses"][0], documented("place ls", 1), "uses");
    is_documented(&list("catalog list"), documented("catalog list", 0), "catalog list");
    is_documented(&list("catalog list")["credentials"][0], documented("catalog list", 1), "its credentials");
    let whose: Value = serde_json::from_str(&world.run("whose --json", LIVE_KEY).ok().out).unwrap();
    is_documented(&whose[0], documented("whose", 0), "whose");
    let shown = world.json("show secret-key --json");
    let keys = documented("ls", 0).into_iter().chain(documented("show", 0)).collect();
    is_documented(&shown, keys, "show");
    is_documented(&shown["versions"][0], documented("show", 1), "versions");
    is_documented(&shown["versions"][0]["fields"]["value"], documented("show", 2), "fields");
    let vault = world.root.path().join("vault");
    let words = format!("doctor --json --vault {}", vault.display());
    let doctor: Value = serde_json::from_str(&world.run(&words, "").out).unwrap();
    is_documented(&doctor, documented("doctor", 0), "doctor");
}

#[test]
fn every_flow_has_the_documented_keys_and_no_others() {
    let world = world();
    world.run("add ansa/live/acme/secret-key", LIVE_KEY).ok();
    let said = world.run("flow start ansa/live/acme lost-or-compromised --reason compromised", "").ok();
    let id = said.out.lines().next().unwrap().to_owned();
    is_documented(&world.json("flow list --json")["flows"][0], documented("flow list", 0), "flow list");
    is_documented(&world.json("flow status --json")[0], documented("flow status", 0), "flow status");
    let shown = world.json(&format!("flow status {id} --json"));
    let keys = documented("flow status", 0).into_iter().chain(documented("flow status", 1)).collect();
    is_documented(&shown, keys, "flow status ID");
    is_documented(&shown["steps"][0], documented("flow status", 2), "steps");
}
