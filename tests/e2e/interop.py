"""No lock-in: the stock `age` and `rage` print what paykeep stored, and what they make does not pass for paykeep's own."""

import subprocess
import tomllib

import pytest

from harness.many import check_each
from harness.other_age import decrypted, encrypted_to, identity, recipient
from harness.world import PASSPHRASE, World

TOKEN = "a token with \"quotes\", \\backslashes\\ and ünïcödé"
REFERENCES = ("other/sandbox/acme/token", "other/live/acme/pem")


@pytest.fixture(scope="module")
def pem():
    return subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], capture_output=True, check=True).stdout.decode()


@pytest.fixture(scope="module")
def world(pem):
    world = World().init()
    world.add(REFERENCES[0], TOKEN).ok()
    world.add(REFERENCES[1], pem).ok()
    yield world
    world.remove()


@pytest.mark.parametrize("program", ["age", "rage"])
def test_a_stock_program_prints_toml_that_holds_every_secret(world, pem, program):
    payload = decrypted(program, world, PASSPHRASE)
    assert payload.startswith(b"#paykeep 1 ")
    document = tomllib.loads(payload.decode())
    stored = list(document["secrets"].values())
    assert TOKEN in stored
    assert pem.strip() in [value.strip() for value in stored if isinstance(value, str)]
    assert {credential["name"] for credential in document["credential"]} == {"token", "pem"}
    assert {(account["provider"], account["environment"], account["slug"]) for account in document["account"]} == {
        ("other", "sandbox", "acme"),
        ("other", "live", "acme"),
    }


def test_a_person_finds_a_secret_by_following_the_names(world):
    """credential → version → field → the line in [secrets], with nothing but the printed text."""
    document = tomllib.loads(decrypted("age", world, PASSPHRASE).decode())
    credential = next(entry for entry in document["credential"] if entry["name"] == "token")
    field = next(iter(credential["version"][0]["fields"].values()))
    assert document["secrets"][field["secret"]] == TOKEN


def test_the_recipient_stands_nowhere(world):
    secret = identity(world, PASSPHRASE)
    needles = [recipient(secret).encode(), b"age1", b"AGE-SECRET-KEY", TOKEN.encode()]
    for path, content in world.files().items():
        assert not [needle for needle in needles if needle in content], path
    for command in (["ls"], ["show", REFERENCES[0]], ["ls", "--json"]):
        outcome = world.run(*command).ok()
        assert "age1" not in outcome.out + outcome.err


def test_a_vault_made_with_the_recipient_alone_is_refused(world):
    forged = world.copy()
    public = recipient(identity(world, PASSPHRASE))
    payload = decrypted("age", world, PASSPHRASE)
    for content in (payload.replace(b"acme", b"evil"), payload.split(b"\n", 1)[1], b"", b"#paykeep 1 generation=99\n"):
        (forged.vault / "vault.age").write_bytes(encrypted_to(public, content))
        forged.run("ls").fails(7)
    forged.remove()


def test_a_vault_of_another_passphrase_and_identity_is_refused(world):
    other = World().init()
    mixed = world.copy()
    (mixed.vault / "vault.age").write_bytes((other.vault / "vault.age").read_bytes())
    mixed.run("ls").fails(7)
    for it in (other, mixed):
        it.remove()


def test_a_damaged_vault_is_refused_wherever_it_is_damaged(world):
    """A sample from outside; every single bit is tried below the program, where an unlock costs next to nothing."""
    content = (world.vault / "vault.age").read_bytes()
    size = len(content)
    damaged = {f"cut at {at}": content[:at] for at in (0, 1, 20, size // 2, size - 1)}
    damaged |= {f"bit {bit} of byte {at}": flipped(content, at, bit) for at, bit in ((0, 0), (30, 3), (size // 2, 7), (size - 1, 1))}
    damaged |= {"a byte more": content + b"\0", "twice": content * 2, "no age file": b"hello", "a newer format": b"age-encryption.org/v2\n" + content[22:]}

    def refused(case):
        copy = world.copy()
        (copy.vault / "vault.age").write_bytes(damaged[case])
        copy.run("ls").fails(7)
        copy.remove()

    check_each(refused, damaged, "damaged vaults")


def test_a_damaged_identity_is_told_apart_from_a_wrong_passphrase(world):
    copy = world.copy()
    content = (world.vault / "identity.age").read_bytes()
    (copy.vault / "identity.age").write_bytes(content[: len(content) // 2])
    copy.run("ls").fails(7, "identity.age")
    (copy.vault / "identity.age").write_bytes(content)
    copy.passphrase_file.write_text("not the passphrase at all\n")
    copy.run("ls").fails(3)
    copy.remove()


def flipped(content, at, bit):
    return content[:at] + bytes([content[at] ^ 1 << bit]) + content[at + 1 :]
