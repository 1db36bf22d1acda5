"""The screen of tokens in a real pseudo-terminal, against a real OAuth 2.0 server on this computer and others that behave badly."""

import json
import socket
import threading
import time
from contextlib import contextmanager

import pytest

from harness.gateway import PAIR, SECRET, TOKEN, bad_server, describe, oauth_server, says, store
from harness.terminal import Terminal
from harness.world import PASSPHRASE, World


@pytest.fixture
def world():
    world = World().init()
    yield world
    world.remove()


def at_the_screen(terminal):
    """On the page of tokens, from the list."""
    terminal.wait("Passphrase").type(PASSPHRASE).key("enter").wait("client-credenti")
    return terminal.key("t").wait("The call, without its secret")


def agreed(terminal):
    return terminal.key("enter").wait("a file of your own", "send it there").key("enter")


@contextmanager
def silent_host():
    """A host that takes what comes and answers nothing: its address, what came first, and an event for the end of the line."""
    came, gone = [], threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            peer = listening.accept()[0]
            came.append(peer.recv(65536))
            peer.settimeout(9)
            while peer.recv(65536):
                pass
            gone.set()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", came, gone


def log(world):
    return [(entry["act"], entry.get("reached")) for entry in json.loads(world.run("audit", "--json").ok().out)]


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_a_token_is_fetched_after_consent_and_works(world, size):
    with oauth_server() as server:
        store(world, f"http://{server.host}")
        with Terminal(world, size=size) as terminal:
            at_the_screen(terminal)
            assert terminal.shows(server.host, "on this computer", "you are asked first", "none is stored yet", "client_secret")
            assert SECRET not in terminal.text() and not server.issued
            # No is no.
            terminal.key("enter").wait("send it there").key("esc")
            assert not server.issued
            agreed(terminal).wait("stored as v1", "works for 59 min")
            # It is remembered: nobody is asked again.
            terminal.key("enter").wait("stored as v2")
            assert len(server.issued) == 2
            terminal.key("esc").wait("59 min left").key("ctrl-q")
            assert terminal.exit() == 0
        token = world.get(TOKEN)
        assert server.takes(token) == 200 and list(server.issued)[-1] == token
        assert [act for act, _ in log(world)].count("sent") == 2
        # What the screen was agreed to holds on the command line.
        world.run("token", PAIR, "--fresh").ok()


def test_a_wrong_secret_is_said_on_the_page_and_nothing_is_stored(world):
    with oauth_server() as server:
        store(world, f"http://{server.host}", secret="wr0ng-and-never-said")
        with Terminal(world) as terminal:
            at_the_screen(terminal)
            agreed(terminal).wait("No token was fetched", "400, invalid_client", "ID or secret is wrong")
            assert b"wr0ng" not in terminal.raw
        world.run("show", TOKEN).fails(4)


def test_a_token_counts_down_and_is_fetched_anew_when_it_is_over(world):
    with oauth_server(lives_s=4) as server:
        store(world, f"http://{server.host}")
        with Terminal(world) as terminal:
            at_the_screen(terminal)
            agreed(terminal).wait("works for 3 s").wait("works for 1 s").wait("ended 0 s ago")
            terminal.key("c").wait("no longer works and is not given out", "fetches a new one")
            terminal.key("enter").wait("stored as v2")
            assert len(server.issued) == 2
            # The list knows that it is over without a key.
            terminal.key("esc").wait(" s left").wait("✗ expired")


def test_a_slow_host_shows_a_sign_of_life_and_is_given_up_by_a_key(world):
    with silent_host() as (url, came, gone):
        store(world, url)
        with Terminal(world) as terminal:
            at_the_screen(terminal)
            agreed(terminal).wait("fetching a token", "esc stop")
            began = time.monotonic()
            terminal.key("esc").wait("Stopped, and nothing is stored", "all the same")
            assert gone.wait(3), "the line is cut at once"
            assert time.monotonic() - began < 3
            terminal.key("esc").wait("credentials").key("ctrl-q")
            assert terminal.exit() == 0
        assert came
        world.run("show", TOKEN).fails(4)


def test_a_lock_cuts_the_line(world):
    with silent_host() as (url, _, gone):
        store(world, url)
        with Terminal(world) as terminal:
            at_the_screen(terminal)
            agreed(terminal).wait("fetching a token")
            terminal.key("q").wait("Passphrase")
            assert gone.wait(3)


def test_a_redirect_is_told_and_not_followed(world):
    with bad_server(says(200, b'{"access_token": "stolen"}')) as thief, bad_server(says(307, b"", Location=f"http://{thief.host}/")) as server:
        store(world, f"http://{server.host}")
        with Terminal(world) as terminal:
            at_the_screen(terminal)
            agreed(terminal).wait("No token was fetched", "another address (307)")
        assert thief.seen == []
        world.run("show", TOKEN).fails(4)


def test_a_changed_file_is_asked_about_again(world):
    with oauth_server() as server:
        url = f"http://{server.host}"
        store(world, url)
        world.run("token", PAIR, "--allow-host", server.host).ok()
        describe(world, url, more="# another byte\n")
        with Terminal(world) as terminal:
            at_the_screen(terminal).wait("has changed since you allowed it")
            terminal.key("enter").wait("has changed since you allowed", "send it there").key("enter").wait("stored as v2")
