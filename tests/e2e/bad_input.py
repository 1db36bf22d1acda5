"""Bad input on the command line: one clear line, its exit code, and nothing lost."""

import json
import shutil

import pytest

from harness.world import World

REFERENCE = "other/sandbox/acme/key"
KEYS = set(
    "reference provider environment account name kind state version fingerprint created_at expires_at rotate_by consumers".split()
)


@pytest.fixture(scope="module")
def made():
    world = World().init()
    world.add(REFERENCE, "value-5c2e").ok()
    yield world
    world.remove()


@pytest.fixture
def world(made):
    copy = made.copy()
    yield copy
    copy.remove()


def test_a_wrong_passphrase(world):
    world.passphrase_file.write_text("quite another passphrase here\n")
    world.run("ls").fails(3, "passphrase")


def test_nobody_there_to_ask(world):
    world.run("ls", passphrase=False, start_new_session=True).fails(3)


def test_no_vault():
    world = World()
    outcome = world.run("ls")
    assert outcome.code in (1, 4) and "init" in outcome.err, outcome
    world.remove()


def test_a_vault_that_exists_is_not_made_again(world):
    before = world.files()
    world.run("init").fails(6)
    assert world.files() == before


@pytest.mark.parametrize("weak", ["password1", "acme2026", "qwertyuiop", ""])
def test_a_weak_passphrase(weak):
    world = World()
    world.passphrase_file.write_text(weak + "\n")
    world.run("init").fails(6)
    assert not (world.vault / "identity.age").exists()
    world.remove()


def test_a_reference_that_is_taken(world):
    world.add(REFERENCE, "another").fails(6, REFERENCE)
    assert world.get(REFERENCE).strip() == "value-5c2e"


@pytest.mark.parametrize("reference", ["other/sandbox/acme/nothing", "nothing/sandbox/acme/key"])
def test_a_reference_that_does_not_exist(world, reference):
    world.run("get", reference).fails(4)


@pytest.mark.parametrize("reference", ["", "/", "other", "other/moon/acme/key", "other/sandbox/ACME/key", "a/b/c/d/e", "other/sandbox/../key", "x" * 5000])
def test_a_reference_that_is_none(world, reference):
    outcome = world.add(reference, "value")
    assert outcome.code in (2, 4, 6), outcome
    assert "panicked" not in outcome.err


def test_an_option_that_does_not_exist(world):
    assert world.run("ls", "--nonsense").code == 2


def test_an_older_vault_is_opened_only_with_consent(world):
    old = (world.vault / "vault.age").read_bytes()
    world.add("other/sandbox/acme/next", "value").ok()
    (world.vault / "vault.age").write_bytes(old)
    world.run("ls").fails(6, "older")


@pytest.mark.parametrize("value, kept", [("tok-12345678\n", "tok-12345678"), ("tok-12345678\r\n", "tok-12345678"), ("\ufefftok-12345678", "tok-12345678")])
def test_what_a_clipboard_adds_is_kept_out_and_told(world, value, kept):
    outcome = world.add("other/sandbox/acme/trimmed", value).ok()
    assert world.get("other/sandbox/acme/trimmed").rstrip("\n") == kept
    assert kept not in outcome.out + outcome.err


@pytest.mark.parametrize("value", ["", "\n", "   "])
def test_an_empty_value(world, value):
    assert world.add("other/sandbox/acme/empty", value).code == 2


def test_ten_megabytes(world):
    world.add("other/sandbox/acme/big", b"x" * 10_000_000).fails(2)


def test_bytes_that_are_no_text(world):
    """Kept as they are or refused: never changed."""
    value = bytes(range(256))
    outcome = world.add("other/sandbox/acme/bytes", value)
    assert outcome.code in (0, 2), outcome
    assert "\x1b" not in outcome.out + outcome.err
    if outcome.code == 0:
        argv = world.argv("get", "other/sandbox/acme/bytes")
        import subprocess

        assert subprocess.run(argv, env=world.env, capture_output=True, check=True).stdout.rstrip(b"\n") == value


def test_escape_codes_are_never_printed(world):
    for value in ("tok\x1b]0;owned\x07en-123456", "tok\x1b[2Jen-123456", "tok\u202een-123456"):
        detected = world.run("detect", stdin=value, passphrase=False)
        added = world.add("other/sandbox/acme/escapes", value)
        shown = world.run("show", "other/sandbox/acme/escapes")
        for outcome in (detected, added, shown):
            assert not any(bad in outcome.out + outcome.err for bad in "\x1b\x07\u202e"), outcome


def test_a_label_with_escape_codes_is_cleaned(world):
    world.run("edit", REFERENCE, "--note", "calm\x1b[31m and \u202eright").ok()
    outcome = world.run("show", REFERENCE).ok()
    assert "calm" in outcome.out
    assert "\x1b" not in outcome.out and "\u202e" not in outcome.out


def test_ls_has_its_documented_keys(world):
    entries = json.loads(world.run("ls", "--json").ok().out)
    assert len(entries) == 1 and KEYS <= set(entries[0])
    assert entries[0]["reference"] == REFERENCE
    assert "value-5c2e" not in json.dumps(entries)


def test_detect_needs_no_vault_and_answers_in_order():
    world = World()
    for value in ("hello there, no key in here", ""):
        outcome = world.run("detect", "--json", stdin=value, passphrase=False)
        assert outcome.code in (0, 2) and (outcome.code or json.loads(outcome.out) == []), outcome
    world.remove()


@pytest.mark.parametrize("command", [["completions", "bash"], ["completions", "zsh"], ["man"], ["catalog", "list"], ["--help"], ["--version"]])
def test_what_needs_no_vault(command):
    world = World()
    assert world.run(*command, passphrase=False).ok().out.strip()
    assert not world.vault.exists()
    world.remove()


def test_a_provider_file_with_an_error_names_file_and_line(world):
    file = world.root / "bad.toml"
    file.write_text('schema = 1\nid = "mine"\nname = "Mine"\nnonsense = true\n')
    outcome = world.run("catalog", "lint", file, passphrase=False)
    assert outcome.code == 8, outcome
    assert "bad.toml" in outcome.out + outcome.err and "4" in outcome.out + outcome.err


def test_the_terminal_interface_wants_a_terminal(world):
    outcome = world.run(passphrase=False, start_new_session=True)
    assert outcome.code != 0 and "terminal" in outcome.err, outcome


def test_a_folder_without_its_identity(world):
    (world.vault / "identity.age").unlink()
    world.run("ls").fails(7, "identity.age")


def test_a_vault_folder_that_is_a_file(world):
    shutil.rmtree(world.vault)
    world.vault.write_text("not a folder")
    assert world.run("ls").code != 0
    assert world.run("init").code != 0
    assert world.vault.read_text() == "not a folder"
