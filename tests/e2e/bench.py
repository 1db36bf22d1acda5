"""The bench's page in a real terminal: what is taken from it, and what is left behind."""

import json
import stat
import time
import tomllib

import pytest

from harness.terminal import Terminal
from harness.world import PASSPHRASE, World

SECRET = "aR2822Y6XbehWMclnB0Y2NJK"
REQUEST = 'POST https://openapi.dev.anexpay.com/openapi/pay HTTP/1.1\nTIMESTAMP: 1700000000000\n\n{"a": "124"}'


@pytest.fixture
def world():
    world = World().init()
    world.run("add", "anexpay/sandbox/acme/key", "--kind", "signing-key", stdin=SECRET).ok()
    yield world
    world.remove()


def at_the_bench(terminal):
    terminal.wait("Passphrase").type(PASSPHRASE).key("enter").wait("ANexPay", "sandbox").type("4").wait("Recipe")


def signed(world):
    entries = json.loads(world.run("audit", "--json").ok().out)
    return [entry for entry in entries if entry["act"] == "signed"]


def test_a_file_for_support_is_new_private_and_comes_out_again(world):
    file = world.root / "for-support.toml"
    with Terminal(world) as terminal:
        at_the_bench(terminal)
        terminal.paste(REQUEST)
        terminal.wait("Signed.")
        assert signed(world) == [], "it was only tried"
        terminal.type("V")
        terminal.wait("A file for the gateway's support")
        terminal.type("\x15" + str(file))
        terminal.key("enter")
        terminal.wait("Written to")
        assert SECRET not in terminal.raw.decode(errors="replace")
        terminal.type("V")
        terminal.wait("A file for the gateway's support")
        terminal.key("enter")
        terminal.wait("is there already")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert SECRET not in file.read_text()
    assert tomllib.loads(file.read_text())["text"] == 'POST1700000000000/openapi/pay{"a":"124"}'
    assert "computed again" in world.run("catalog", "example", file, passphrase=False).ok().out
    (entry,) = signed(world)
    assert (entry["reference"], entry["version"], entry["field"]) == ("anexpay/sandbox/acme/key", 1, "value")


def test_a_lock_ends_what_the_bench_is_at(world):
    """Ten megabytes that no known mistake explains take seconds; after a lock nothing is computed any more."""
    with Terminal(world) as terminal:
        at_the_bench(terminal)
        body = '{"a": "' + "x" * (8 << 20) + '"}'
        request = f"POST https://h.example/p HTTP/1.1\nTIMESTAMP: 1700000000000\nSIGNATURE: {'A' * 86}==\n\n{body}"
        # A terminal takes no more at a time.
        pasted = f"\x1b[200~{request}\x1b[201~".encode()
        for at in range(0, len(pasted), 2048):
            terminal.send(pasted[at : at + 2048])
        terminal.wait("SIGNATURE: AAAA")
        terminal.type("q")
        terminal.wait("Passphrase")
        time.sleep(0.5)
        clock = ~terminal.pid << 3 | 2
        before = time.clock_gettime(clock)
        time.sleep(1)
        assert time.clock_gettime(clock) - before < 0.1
