//! `paykeep catalog`: what a contributor, and whoever writes a file of their own, is told.

use std::fs;

use super::*;

const OWN: &str = r#"
schema = 1
id = "ID"
name = "My bank"
[environments]
live = {}
[credentials.secret-key]
title = "terminal key"
"#;

#[test]
fn a_file_of_one_s_own_is_refused_a_built_in_id_where_it_is_written() {
    let world = world();
    let lint = |folder: &str, id: &str| {
        let folder = world.root.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(format!("{id}.toml"));
        fs::write(&file, OWN.replace("ID", id)).unwrap();
        world.run(&format!("catalog lint {}", file.display()), "")
    };
    for id in ["ansa", "other"] {
        let said = lint("mine", id);
        assert_eq!(said.exit, Exit::No, "{}", said.err);
        assert!(said.out.contains(&format!("{id}.toml:3: error: `{id}` is a built-in provider")), "{}", said.out);
        lint("project/assets/providers", id).ok();
    }
    lint("mine", "my-bank").ok();
}

#[test]
fn nor_may_it_have_a_built_in_providers_name() {
    let world = world();
    let file = world.root.path().join("my-bank.toml");
    fs::write(&file, OWN.replace("ID", "my-bank").replace("My bank", "an sa")).unwrap();
    let said = world.run(&format!("catalog lint {}", file.display()), "");
    assert_eq!(said.exit, Exit::No, "{}", said.err);
    assert!(
        said.out.contains("my-bank.toml:4: error: `Ansa` is a built-in provider (a file of your own"),
        "{}",
        said.out
    );
}

#[test]
fn the_file_of_the_help_is_one_that_can_be_used() {
    use clap::CommandFactory as _;
    let root = Cli::command();
    let lint = root.find_subcommand("catalog").unwrap().find_subcommand("lint").unwrap();
    let help = lint.get_after_long_help().unwrap().to_string();
    let text: Vec<&str> = help.lines().filter_map(|line| line.strip_prefix("  ")).collect();
    let text = text.join("\n");
    let world = world();
    let file = world.root.path().join("acme.toml");
    fs::write(&file, &text).unwrap();
    let said = world.run(&format!("catalog lint {}", file.display()), "");
    assert_eq!((said.exit, said.out.as_str()), (Exit::Done, ""));
    let (catalog, errors) = Catalog::builtin().with_user_files([("acme.toml", text.as_str())]);
    assert!(errors.is_empty(), "{errors:?}");
    let key = b"acme_live_0123456789abcdef0123456789abcdef";
    let found = world.knowing(&catalog, Timestamp::now(), &["detect"], key).ok();
    assert!(found.out.contains("acme") && found.out.contains("certain"), "{}", found.out);
    let listed = world.knowing(&catalog, Timestamp::now(), &["catalog", "list"], b"").ok();
    assert!(listed.out.contains("Acme Pay (acme.toml)"), "{}", listed.out);
    assert!(listed.err.contains("files of your own go to") && listed.err.contains("providers"), "{}", listed.err);
}
