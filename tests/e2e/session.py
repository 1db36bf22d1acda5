"""The terminal interface as a person meets it: the built program in a real pseudo-terminal, driven by keys, read off the screen."""

import re
import signal
import time

import pytest

from harness.terminal import Terminal
from harness.world import PASSPHRASE, World

LOCKED = "Passphrase"
KEY, VALUE = "other/sandbox/acme/key", "tok-secret-5c2e91a7"
COLOUR = re.compile(rb"\x1b\[[0-9;:]*?(?<!\d)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?!\d)[0-9;:]*m")


@pytest.fixture(scope="module")
def made():
    world = World().init()
    world.add(KEY, VALUE).ok()
    yield world
    world.remove()


@pytest.fixture
def world(made):
    copy = made.copy()
    yield copy
    copy.remove()


def unlocked(terminal):
    return terminal.wait(LOCKED).type(PASSPHRASE).key("enter").wait("acme")


@pytest.mark.parametrize("state", ["locked", "unlocked"])
@pytest.mark.parametrize("end", ["quit", signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_the_terminal_is_left_as_it_was(world, state, end):
    with Terminal(world) as terminal:
        unlocked(terminal) if state == "unlocked" else terminal.wait(LOCKED)
        terminal.key("ctrl-q") if end == "quit" else terminal.signal(end)
        assert terminal.exit() in (0, 128 + int(end) if end != "quit" else 0, -int(end) if end != "quit" else 0)
        assert terminal.restored() == []


def test_a_terminal_that_goes_away_ends_the_program(world):
    """One that went on would keep the vault open with nobody to lock it, and a processor busy."""
    with Terminal(world) as terminal:
        unlocked(terminal).hang_up()
        terminal.exit(seconds=5)


@pytest.mark.parametrize("size", [(20, 5), (59, 16), (1, 1), (60, 15)])
def test_a_terminal_that_is_too_small_says_so(world, size):
    with Terminal(world, size=size) as terminal:
        terminal.settle()
        time.sleep(0.3)
        terminal.settle()
        if size[0] >= 20:
            assert "small" in terminal.text(), terminal.text()
        terminal.resize(80, 24).wait(LOCKED)
        terminal.key("ctrl-q")
        assert terminal.exit() == 0


def test_a_small_terminal_in_the_middle_loses_nothing(world):
    with Terminal(world, size=(80, 24)) as terminal:
        unlocked(terminal).resize(20, 5).settle()
        terminal.resize(120, 36).wait("acme")


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_where_none_is_wanted(world, env):
    with Terminal(world, env={**env, "COLORTERM": ""}) as terminal:
        unlocked(terminal).settle()
        assert not COLOUR.search(terminal.raw), COLOUR.search(terminal.raw)


def test_sixteen_colours_where_there_are_no_more(world):
    with Terminal(world, env={"COLORTERM": ""}) as terminal:
        unlocked(terminal).settle()
        assert COLOUR.search(terminal.raw), "it is in colour"
        assert not re.search(rb"\x1b\[[0-9;]*[34]8[;:]", terminal.raw), "neither 256 nor true colours"


def test_the_locked_screen_shows_nothing_from_inside(world):
    with Terminal(world) as terminal:
        terminal.wait(LOCKED).settle()
        for inside in ("acme", "other", "secret-key"):
            assert inside not in terminal.text()


def test_a_wrong_passphrase_is_told_and_can_be_typed_again(world):
    with Terminal(world) as terminal:
        terminal.wait(LOCKED).type("quite another passphrase").key("enter").wait("does not open this vault")
        terminal.type(PASSPHRASE).key("enter").wait("acme")


def test_the_passphrase_is_never_drawn(world):
    with Terminal(world) as terminal:
        unlocked(terminal).key("ctrl-q").exit()
        assert PASSPHRASE.encode() not in terminal.raw and b"walnut" not in terminal.raw


def test_locking_takes_everything_off_the_screen(world):
    with Terminal(world) as terminal:
        unlocked(terminal).key("q").wait(LOCKED).settle()
        assert "acme" not in terminal.text()
        terminal.type(PASSPHRASE).key("enter").wait("acme")


def test_the_demo_asks_nothing_and_leaves_nothing():
    world = World()
    with Terminal(world, "--demo") as terminal:
        terminal.wait("LIVE", "sandbox").key("ctrl-q")
        assert terminal.exit() == 0
    assert not world.vault.exists()
    assert world.files() == {}
    world.remove()


def test_idle_it_uses_no_processor_time(world):
    with Terminal(world) as terminal:
        unlocked(terminal).settle()
        time.sleep(1)
        clock = ~terminal.pid << 3 | 2
        before = time.clock_gettime(clock)
        while terminal.read(0):
            pass
        time.sleep(3)
        assert time.clock_gettime(clock) - before < 0.01
