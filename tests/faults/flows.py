"""A flow killed in the save of each of its steps goes on where it was: nothing is asked twice, and what was made or taken stays."""

import json
import subprocess

import pytest
from faults.kill import KILLED, sweep

from harness import trace
from harness.world import World

KEY, THEIRS = "antom/live/acme/key-pair", "antom/live/acme/provider-key"
# Every deed of «Replace keys with your own»: the step, how it is done, and what is given.
DEEDS = [
    ("pair", [], None),
    ("stage", ["--place", "api"], None),
    ("stage", [], None),
    ("open", [], None),
    ("choose", [], None),
    ("give", ["--copied"], None),
    ("give", ["--note", "handed over"], None),
    ("switch", ["--account", "acme"], None),
    ("theirs", [], "theirs"),
    ("check", ["--said"], None),
    ("live", [], None),
    ("consumers", ["--place", "api"], None),
    ("consumers", [], None),
    ("dead", ["--said"], None),
    ("seal", ["--copied"], None),
    ("seal", ["--known"], None),
]


def openssl(*words, key=b""):
    return subprocess.run(["openssl", *words], input=key, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def given():
    """The key that is replaced, and the gateway's public key."""
    pairs = [openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048") for _ in range(2)]
    return {"old": pairs[0], "theirs": openssl("pkey", "-pubout", key=pairs[1])}


@pytest.fixture(scope="module")
def base(given):
    world = World().init()
    world.run("add", KEY, "--used-by", "api", stdin=given["old"]).ok()
    started = world.run("flow", "start", "antom/live/acme", "replace-own-pair", "--reason", "scheduled").ok()
    world.flow = started.out.splitlines()[0]
    yield world
    world.remove()


def status(world, flow):
    return json.loads(world.run("flow", "status", flow, "--json").ok().out)


def done(shown):
    return {step["step"]: step for step in shown["steps"] if step["state"] == "done"}


def test_killed_in_the_save_of_each_step_it_goes_on_where_it_was(base, given):
    world, flow, killed = base.copy(), base.flow, 0
    private = None
    before = status(world, flow)
    for n, (step, how, what) in enumerate(DEEDS):
        command = ["flow", "next", flow, "--step", step, *how]
        stdin = given[what] if what else b""
        # Before the rename and after it: which of the two it was, the vault itself says.
        point = trace.Call(0, "fsync", 1 + n % 3, "")
        outcome = world.run(*command, stdin=stdin, prefix=trace.inject(point, "signal=KILL"))
        assert outcome.code in (KILLED, 0), f"{step}: exit {outcome.code} {outcome.err}"
        killed += outcome.code == KILLED
        after = status(world, flow)
        assert all(done(after)[name] == kept for name, kept in done(before).items()), f"{step}: what was done is done otherwise"
        if after["steps"] == before["steps"]:
            assert "done:" not in outcome.err, f"{step}: acknowledged and lost"
            world.run(*command, stdin=stdin).ok()
            after = status(world, flow)
        if "pair" in done(after):
            now = world.get(f"{KEY}@2#private_key", "--reason", "the last steps seal it")
            private = private or now
            assert now == private, f"{step}: the private key is another one"
        before = after
    assert killed > len(DEEDS) // 2, f"only {killed} were killed"
    assert (before["state"], before["done"]) == ("finished", before["of"])
    fingerprint = done(before)["pair"]["evidence"]["private_key"]
    assert fingerprint == done(before)["give"]["evidence"]["fingerprint"] == done(before)["seal"]["evidence"]["fingerprint"]
    versions = json.loads(world.run("show", KEY, "--json").ok().out)["versions"]
    assert [(v["version"], v["state"]) for v in versions] == [(2, "current"), (1, "revoked")]
    assert versions[0]["fields"]["private_key"]["fingerprint"] == fingerprint
    assert openssl("pkey", "-pubin", "-outform", "DER", key=given["theirs"]) == openssl(
        "pkey", "-pubin", "-outform", "DER", key=pem(world.get(THEIRS))
    )
    places = json.loads(world.run("place", "ls", "--json").ok().out)
    assert places[0]["uses"][0]["version"] == 2
    world.remove()


def pem(line):
    """Bare base64 with the lines that openssl wants around it."""
    return f"-----BEGIN PUBLIC KEY-----\n{line}\n-----END PUBLIC KEY-----\n".encode()


def test_the_save_of_a_new_pair_at_every_call_that_writes(base):
    def writes(world, calls):
        """What only reads is the same for every command, and swept with `add`."""
        makes = ("write", "fsync", "flock", "rename", "link", "unlink", "mkdir", "fchmod", "ftruncate")
        return {call for call in trace.touching(calls, world.vault) if call.name.startswith(makes) or "O_CREAT" in call.text}

    def judge(world, acknowledged):
        pair = status(world, base.flow)["steps"][0]
        if pair["state"] != "done":
            assert not acknowledged, "acknowledged and lost"
            world.run("flow", "next", base.flow, "--step", "pair").ok()
            pair = status(world, base.flow)["steps"][0]
        shown = json.loads(world.run("show", f"{KEY}@2", "--json").ok().out)["versions"][0]
        assert shown["fields"]["private_key"]["fingerprint"] == pair["evidence"]["private_key"]
        assert shown["version"] == 2, "a pair was made twice"

    sweep(base, ["flow", "next", base.flow, "--step", "pair"], "", judge, writes)
