"""Killed at any system call of a save, paykeep leaves a vault that opens and loses nothing that it had acknowledged.

The calls of one undisturbed run are listed first; then the command runs once for each of them and is killed there.
"""

import pytest

from harness import trace
from harness.many import check_each
from harness.world import PASSPHRASE, World

OLD, NEW = "other/sandbox/acme/old", "other/sandbox/acme/new"
OLD_VALUE, NEW_VALUE = "old-value-3f1c9a", "new-value-77b2d0"
NEW_PASSPHRASE = "marble tunnel eagle soda patrol"
KILLED = -9


@pytest.fixture(scope="module")
def base():
    world = World().init()
    # Two, so that there is a backup to thin and a generation to go back to.
    world.add(OLD, OLD_VALUE).ok()
    world.add("other/sandbox/acme/older", "older-value-5e").ok()
    yield world
    world.remove()


def test_add_at_every_call(base):
    def judge(world, acknowledged):
        if unchanged(base, world):
            assert not acknowledged, "acknowledged and lost"
            return
        kept = world.run("ls", "--json").ok().out
        assert OLD in kept, "the old credential is gone"
        if NEW in kept:
            assert world.get(NEW).strip() == NEW_VALUE
        assert NEW in kept or not acknowledged, "acknowledged and lost"

    sweep(base, ["add", NEW, "--kind", "secret-key"], NEW_VALUE, judge, every_call)


def test_the_first_add_keeps_the_identity_file_whole_or_not_at_all():
    """The first save makes the backups, and a copy of the identity file among them that later saves take for complete."""
    fresh = World().init()
    whole = (fresh.vault / "identity.age").read_bytes()

    def judge(world, acknowledged):
        copies = list(world.vault.glob("backups/*.identity.age"))
        assert [copy.name for copy in copies if copy.read_bytes() != whole] == [], "a part of it"
        world.run("ls").ok()
        assert copies or not acknowledged, "acknowledged, and no copy was kept"

    sweep(fresh, ["add", NEW, "--kind", "secret-key"], NEW_VALUE, judge, calls_on_the_vault)
    fresh.remove()


def test_a_new_passphrase_at_every_call_that_touches_the_vault(base):
    new = base.root / "new-passphrase"
    new.write_text(NEW_PASSPHRASE + "\n")
    new.chmod(0o600)

    def judge(world, acknowledged):
        if unchanged(base, world):
            assert not acknowledged, "acknowledged and not done"
            return
        opened = world.run("get", OLD)
        if opened.code != 0:
            world.passphrase_file.write_text(NEW_PASSPHRASE + "\n")
            opened = world.run("get", OLD).ok()
        assert opened.out.strip() == OLD_VALUE
        assert not acknowledged or world.passphrase_file.read_text().strip() == NEW_PASSPHRASE

    sweep(base, ["passphrase", "--new-passphrase-file", new], "", judge, calls_on_the_vault)


def test_init_at_every_call_that_touches_the_vault():
    nothing = World()

    def judge(world, acknowledged):
        opened = world.run("ls")
        if opened.code == 0:
            return
        assert not acknowledged, "acknowledged and not there"
        assert not (world.vault / "vault.age").exists(), f"a vault that does not open: {opened.err}"
        world.run("init").ok()
        world.run("ls").ok()

    sweep(nothing, ["init"], "", judge, calls_on_the_vault)
    nothing.remove()


def test_a_kill_that_misses_is_noticed(base):
    """The harness itself: a point that does not exist must not pass for one that held."""
    never = trace.Call(0, "fsync", 10_000, "")
    with pytest.raises(AssertionError, match="was not killed"):
        kill(base, ["ls"], "", never, lambda *_: None)


def sweep(base, command, stdin, judge, chosen):
    rehearsal = base.copy()
    outcome, calls = trace.record(rehearsal, *command, stdin=stdin)
    outcome.ok()
    reachable, hidden = trace.points(calls)
    wanted = chosen(rehearsal, calls)
    unreachable = [call for call in hidden if call in wanted and str(rehearsal.vault) in call.text]
    rehearsal.remove()
    assert not unreachable, f"calls on the vault that strace cannot single out: {unreachable[:5]}"
    check_each(
        lambda call: kill(base, command, stdin, call, judge),
        [call for call in reachable if call in wanted],
        f"{command[0]} killed",
    )


def every_call(_world, calls):
    return set(calls)


def calls_on_the_vault(world, calls):
    """From the first call that names the vault on, those that name it or the state folder."""
    return set(trace.touching(calls, world.vault, world.root / "home"))


def kill(base, command, stdin, call, judge):
    world = base.copy()
    try:
        outcome = world.run(*command, stdin=stdin, prefix=trace.inject(call, "signal=KILL"))
        assert outcome.code == KILLED, f"was not killed: exit {outcome.code} {outcome.err}"
        assert world.too_open() == []
        # Notes on standard error acknowledge as well as data on standard output.
        judge(world, acknowledged=bool((outcome.out + outcome.err).strip()))
        if world.vault.exists() and world.debris():
            world.add("other/sandbox/acme/next", "next-value-91").ok()
            assert world.debris() == set(), "it stays after the next save"
    finally:
        world.remove()


def unchanged(base, world):
    """Everything that opening reads is byte for byte what it was (and so opens as it did)."""
    before, after = base.files(), world.files()
    return all(after.get(path) == content for path, content in before.items()) and PASSPHRASE in world.passphrase_file.read_text()
