"""A secret with a name of its own goes through every command; afterwards it is looked for wherever it has no business."""

import base64

import pytest

from harness.world import PASSPHRASE, World

CANARY = "ckCanary7f3Qx91LmZt5Rw20Vb8N"
TALKATIVE = {"RUST_LOG": "trace", "RUST_BACKTRACE": "full"}
KEY, ACCOUNT = "other/sandbox/acme/key", "other/sandbox/acme"
# (arguments, standard input): everything but `get`, in an order in which each finds what it needs.
COMMANDS = [
    (["detect"], CANARY),
    (["detect", "--json"], f"MY_SECRET_KEY={CANARY}\n"),
    (["add", KEY, "--kind", "secret-key"], CANARY),
    (["add", KEY, "--kind", "secret-key"], CANARY),  # taken
    (["add", KEY, "--kind", "secret-key", "--as", "pending"], CANARY + "2"),
    (["add", "other/sandbox/acme/pair", "--kind", "client-credentials", "--json"], f'{{"client_id": "id-1", "client_secret": "{CANARY}3"}}'),
    (["add", "other/sandbox/acme/broken", "--kind", "client-credentials", "--json"], f'{{"client_secret": "{CANARY}'),
    (["add", "other/sandbox/acme/unknown", "--kind", "secret-key", "--field", "nothing"], CANARY),
    (["add", "antom/sandbox/acme/wrong", "--kind", "key-pair"], CANARY),
    (["add", CANARY, "--kind", "secret-key"], "value"),  # in the wrong place, by mistake
    (["get", KEY, CANARY], ""),
    (["ls"], ""),
    (["ls", "--json"], ""),
    (["show", KEY], ""),
    (["show", KEY, "--json"], ""),
    (["whose"], CANARY),
    (["whose", "--json"], CANARY),
    (["edit", KEY, "--note", "a note", "--tag", "checkout"], ""),
    (["mv", KEY, "moved"], ""),
    (["rm", "other/sandbox/acme/moved"], ""),
    (["undo"], ""),
    (["account", "set", ACCOUNT, "--label", "ACME"], ""),
    (["account", "show", ACCOUNT], ""),
    (["account", "ls", "--json"], ""),
]
# What a user wrote on the command line stands in the arguments: there it was put, and nobody else repeats it.
ARGUMENT_OF_ITS_OWN = [words for words, _ in COMMANDS if CANARY in words]


@pytest.fixture(scope="module")
def everything_said():
    """Runs every command under strace; gives what each printed and did, and the world it leaves."""
    world = World().init()
    said = {}
    for at, (words, stdin) in enumerate(COMMANDS):
        log = world.root / "log"
        strace = ["strace", "-f", "-v", "-qq", "-s", 1 << 20, "-e", "trace=execve,write,writev,pwrite64,sendto,sendmsg,openat,mkdir,rename,symlink", "-o", log]
        outcome = world.run(*words, stdin=stdin, prefix=strace, env=TALKATIVE)
        said[f"{at}: {' '.join(words)}"] = (outcome, log.read_text(errors="replace"), words)
        log.unlink()
    yield world, said
    world.remove()


def test_no_command_prints_it(everything_said):
    _, said = everything_said
    for name, (outcome, _, _) in said.items():
        assert outcome.code != 101 and "panicked" not in outcome.err, f"{name}: {outcome.err}"
        assert found_in((outcome.out + outcome.err).encode()) == [], f"{name}\n{outcome.out}{outcome.err}"


def test_no_command_writes_it_or_passes_it_on(everything_said):
    _, said = everything_said
    for name, (_, log, words) in said.items():
        lines = log.splitlines()
        if words in ARGUMENT_OF_ITS_OWN:
            lines = [line for line in lines if "execve(" not in line]
        for line in lines:
            assert found_in(line.encode()) == [], f"{name}: {line[:300]}"


def test_no_file_holds_it(everything_said):
    world, _ = everything_said
    files = world.files()
    assert any(path.startswith("vault/backups/") for path in files), "the backups are looked at too"
    for path, content in files.items():
        assert found_in(content) == [], path
        assert found_in(path.encode()) == [], path


def test_no_file_name_tells_what_is_kept(everything_said):
    world, _ = everything_said
    for path, content in world.files().items():
        for word in (b"acme", b"antom", b"checkout", b"client-credentials"):
            assert word not in content, f"{path} holds {word}"
            assert word.decode() not in path


def test_get_gives_it_to_a_pipe_and_to_nothing_else(everything_said):
    """The positive control: the search does find it where it was asked for."""
    world, _ = everything_said
    log = world.root / "log"
    strace = ["strace", "-f", "-y", "-qq", "-s", 1 << 20, "-e", "trace=write,writev", "-o", log]
    outcome = world.run("get", "other/sandbox/acme/moved", prefix=strace, env=TALKATIVE).ok()
    assert outcome.out.strip() == CANARY and found_in(outcome.out.encode())
    holding = [line for line in log.read_text(errors="replace").splitlines() if found_in(line.encode())]
    log.unlink()
    assert len(holding) == 1 and "write(1<pipe" in holding[0], holding


def found_in(content):
    """The canary and the passphrase, as they are and as they are usually encoded."""
    found = []
    for secret in (CANARY, PASSPHRASE):
        plain = secret.encode()
        # In base64 the text before it shifts it by nothing, one or two bytes; the ends depend on the neighbours.
        shifted = [base64.b64encode(b"\0" * lead + plain)[4 : 4 * (len(plain) // 3)] for lead in range(3)]
        needles = {"plain": plain, "reversed": plain[::-1], "hex": plain.hex().encode(), "utf-16": secret.encode("utf-16-le")}
        needles |= {f"base64+{lead}": text for lead, text in enumerate(shifted)}
        found += [name for name, needle in needles.items() if needle in content]
    return found
