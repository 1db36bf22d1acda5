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
