//! The built program: what the operating system sees of it.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const PASSPHRASE: &str = "walnut orbit sleepy cargo violin";
const REFERENCE: &str = "other/sandbox/acme/key";

struct World(TempDir);

impl World {
    fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.write("passphrase", PASSPHRASE);
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), format!("{text}\n")).unwrap();
        fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
    }

    fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paykeep"));
        self.at_home(command.args(words.split_whitespace()));
        command
    }

    /// `paykeep` as a shell's function, for what takes one.
    fn shell(&self, script: &str) -> Output {
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("paykeep() {{ '{}' \"$@\"; }}\n{script}", env!("CARGO_BIN_EXE_paykeep")));
        self.at_home(&mut command).output().unwrap()
    }

    fn at_home<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env_clear()
            .env("HOME", self.path("home"))
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("PAYKEEP_VAULT", self.path("vault"))
            .current_dir(self.0.path())
    }

    fn run(&self, words: &str, input: &str) -> Said {
        let mut child = self
            .command(&format!("{words} --passphrase-file passphrase"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Who refuses before reading is gone by now.
        let _gone = child.stdin.take().unwrap().write_all(input.as_bytes());
        Said::of(child.wait_with_output().unwrap())
    }
}

#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }
}

#[test]
fn a_vault_is_made_filled_listed_and_read() {
    let world = World::new();
    world.run("init", "").ends(0);
    let again = world.run("init", "").ends(6);
    assert!(again.err.starts_with("paykeep: error: ") && again.err.contains("\npaykeep: hint: "), "{}", again.err);
    let added = world.run(&format!("add {REFERENCE} --kind secret-key"), "tok-12345678\n").ends(0);
    assert_eq!(added.out, "");
    assert!(added.err.contains("paykeep: note: one line break at its end was left out"), "{}", added.err);
    let rows: Value = serde_json::from_str(&world.run("ls --json", "").ends(0).out).unwrap();
    let keys = [
        "reference",
        "provider",
        "environment",
        "account",
        "name",
        "kind",
        "state",
        "version",
        "fingerprint",
        "created_at",
        "expires_at",
        "rotate_by",
        "consumers",
    ];
    assert!(keys.iter().all(|key| rows[0].get(key).is_some()), "{rows}");
    assert_eq!(rows[0]["reference"], REFERENCE);
    assert_eq!(world.run(&format!("get {REFERENCE}"), "").ends(0).out, "tok-12345678");
    world.run(&format!("get {REFERENCE}x"), "").ends(4);
}

#[test]
fn the_passphrase_opens_and_nothing_else() {
    let world = World::new();
    world.run("init", "").ends(0);
    world.write("passphrase", "quite another passphrase here");
    world.run("ls", "").ends(3);
    world.write("passphrase", "");
    world.run("ls", "").ends(3);
    world.write("passphrase", PASSPHRASE);
    world.write("new", "lizard copper twelve bridge annoy");
    let changed = world.run("passphrase --new-passphrase-file new", "").ends(0);
    assert!(changed.err.contains("backups made before still open with the old one"), "{}", changed.err);
    world.run("ls", "").ends(3);
    fs::rename(world.path("new"), world.path("passphrase")).unwrap();
    world.run("ls", "").ends(0);
}

#[test]
fn a_weak_passphrase_makes_no_vault() {
    let world = World::new();
    for weak in ["", "password1", "acme2026"] {
        world.write("passphrase", weak);
        world.run("init", "").ends(6);
    }
    assert!(!world.path("vault/identity.age").exists());
    world.write("passphrase", PASSPHRASE);
    fs::set_permissions(world.path("passphrase"), fs::Permissions::from_mode(0o644)).unwrap();
    world.run("init", "").ends(6);
}

#[test]
fn a_generated_passphrase_goes_to_a_pipe_and_opens() {
    let world = World::new();
    let made = Said::of(world.command("init --generate").output().unwrap()).ends(0);
    assert_eq!(made.out.split_whitespace().count(), 5, "{}", made.out);
    assert!(!made.err.contains(made.out.trim()));
    world.write("passphrase", made.out.trim());
    assert_eq!(world.run("ls --json", "").ends(0).out, "[]\n");
}

#[test]
fn the_passphrase_and_the_value_come_from_different_places() {
    let world = World::new();
    let said = world.shell("paykeep init --passphrase-fd 3 3< passphrase && paykeep ls --passphrase-fd 0 < passphrase");
    Said::of(said).ends(0);
    let said = world.shell("echo value | paykeep add other/live/acme/key --kind secret-key --passphrase-fd 0");
    let said = Said::of(said).ends(2);
    assert!(said.err.contains("can't give both"), "{}", said.err);
    let said = world.shell(
        "echo value | paykeep add other/live/acme/key --kind secret-key --passphrase-fd 3 3< passphrase && \
         paykeep get key --passphrase-fd 3 3< passphrase | cat",
    );
    assert_eq!(Said::of(said).ends(0).out, "value");
}

#[test]
fn an_older_vault_is_opened_only_with_consent() {
    let world = World::new();
    world.run("init", "").ends(0);
    let old = fs::read(world.path("vault/vault.age")).unwrap();
    world.run(&format!("add {REFERENCE} --kind secret-key"), "v-1").ends(0);
    fs::write(world.path("vault/vault.age"), old).unwrap();
    let refused = world.run("ls", "").ends(6);
    assert!(refused.err.contains("--accept-older"), "{}", refused.err);
    world.run("ls --accept-older", "").ends(0);
}

#[test]
fn what_the_command_line_gets_wrong_ends_with_2_and_two_lines() {
    let world = World::new();
    for words in ["nonsense", "ls --nonsense", "get", "get a b", "add x --kind y", "edit x", "--demo ls"] {
        let said = Said::of(world.command(words).output().unwrap()).ends(2);
        assert_eq!(said.out, "");
        let lines: Vec<&str> = said.err.lines().collect();
        assert_eq!(lines.len(), 2, "{}", said.err);
        assert!(lines[0].starts_with("paykeep: error: ") && lines[1].starts_with("paykeep: hint: "), "{}", said.err);
    }
}

#[test]
fn what_needs_no_vault_works_without_one() {
    let world = World::new();
    for words in ["--help", "--version", "completions bash", "completions fish", "man", "catalog list --json"] {
        let said = Said::of(world.command(words).output().unwrap()).ends(0);
        assert!(!said.out.trim().is_empty() && said.err.is_empty(), "{words}: {}", said.err);
    }
    let listed = Said::of(world.command("catalog list").output().unwrap()).ends(0);
    let home = world.path("home").display().to_string();
    assert!(listed.err.contains(&format!("files of your own go to {home}")), "{}", listed.err);
    world.run("ls", "").ends(4);
    assert!(!world.path("vault").exists());
}

#[test]
fn lint_names_file_and_line() {
    let world = World::new();
    fs::write(world.path("bad.toml"), "schema = 1\nid = \"mine\"\nname = \"Mine\"\nnonsense = true\n").unwrap();
    let said = Said::of(world.command("catalog lint bad.toml").output().unwrap()).ends(8);
    assert!(said.out.starts_with("bad.toml:4: error: "), "{}", said.out);
    Said::of(world.command("catalog lint missing.toml").output().unwrap()).ends(1);
}

#[test]
fn nobody_reading_standard_output_is_no_error() {
    let world = World::new();
    let mut child = world.command("man").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let said = Said::of(child.wait_with_output().unwrap()).ends(0);
    assert_eq!(said.err, "");
}
