"""Copies as a person makes them: with the built program, and pasted by the programs that people paste with."""

import os
import re
import shutil
import signal
import subprocess
import time

import pytest

from harness.display import Display
from harness.sway import Sway
from harness.terminal import Terminal
from harness.world import PASSPHRASE, PATIENCE, World

KEY, VALUE = "other/sandbox/acme/key", "tok-secret-5c2e91a7"
PAIR, ID, SECRET = "other/sandbox/acme/pair", "an-id-17", "a-secret-90f3"
SERVED = re.compile(r"Served once at \d\d:\d\d:\d\d")
OSC52 = b"\x1b]52;"


@pytest.fixture(scope="module")
def made():
    for program in ("Xvfb", "xclip", "xsel", "sway", "wl-paste", "tmux", "screen"):
        assert shutil.which(program), f"{program} is missing: tests/run installs it"
    world = World().init()
    world.add(KEY, VALUE).ok()
    pair = f'{{"client_id": "{ID}", "client_secret": "{SECRET}"}}'
    world.run("add", PAIR, "--kind", "client-credentials", "--json", stdin=pair).ok()
    yield world
    world.remove()


@pytest.fixture
def world(made):
    copy = made.copy()
    yield copy
    copy.remove()


@pytest.fixture
def display():
    with Display() as display:
        yield display


@pytest.fixture(scope="module")
def sway():
    with Sway() as sway:
        yield sway


class Copying:
    """`paykeep get --copy` while it waits."""

    def __init__(self, world, reference, env):
        argv = world.argv("get", "--copy", reference)
        self.process = subprocess.Popen(argv, env={**world.env, **env}, cwd=world.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        os.set_blocking(self.process.stderr.fileno(), False)
        self.said = ""

    def wait(self, words):
        deadline = time.monotonic() + PATIENCE
        while words not in self.said:
            assert time.monotonic() < deadline, self.said
            self.said += (self.process.stderr.read() or b"").decode()
            assert self.process.poll() is None or words in self.said, self.said
            time.sleep(0.02)
        # Nobody pastes faster; that is how what watches the clipboard is told apart.
        time.sleep(0.1)
        return self

    def end(self):
        os.set_blocking(self.process.stderr.fileno(), True)
        self.process.wait(PATIENCE)
        self.said += self.process.stderr.read().decode()
        assert self.process.stdout.read() == b""
        return self.process.returncode, self.said


def unlocked(terminal):
    return terminal.wait("Passphrase").type(PASSPHRASE).key("enter").wait("acme")


def copied(world, display):
    """A terminal with the secret on offer."""
    terminal = unlocked(Terminal(world, env=display.env))
    return terminal.type("/key").key("enter").key("c").wait("can be pasted once")


def test_a_copy_on_the_screen_is_pasted_once_and_by_whom_is_said(world, display):
    with copied(world, display) as terminal:
        assert "x-kde-passwordManagerHint" in display.targets()
        assert display.clipboard() == VALUE
        terminal.wait("to xclip. The clipboard is empty again.")
        assert SERVED.search(terminal.text())
        assert display.clipboard() is None
        assert display.clipboard("primary") is None
        terminal.gone("Served once", seconds=10)


@pytest.mark.parametrize("end", ["esc", "q", "ctrl-q", signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_nothing_is_left_however_it_ends(world, display, end):
    with copied(world, display) as terminal:
        terminal.signal(end) if isinstance(end, int) else terminal.key(end)
        if end == "esc":
            terminal.wait("Taken back.")
        elif end == "q":
            terminal.wait("Passphrase")
        else:
            terminal.exit()
        assert display.clipboard() is None


def test_what_somebody_else_copies_stays(world, display):
    with copied(world, display) as terminal:
        display.copy("a recipe")
        terminal.wait("Something else was copied")
        terminal.key("ctrl-q").exit()
        assert display.clipboard() == "a recipe"


def test_a_program_that_was_stopped_meanwhile_still_gives_it_once(world, display):
    with copied(world, display) as terminal:
        terminal.signal(signal.SIGSTOP)
        pasting = subprocess.Popen(["xclip", "-o", "-selection", "clipboard"], env={**os.environ, **display.env}, stdout=subprocess.PIPE)
        time.sleep(0.5)
        assert pasting.poll() is None
        terminal.signal(signal.SIGCONT)
        assert pasting.communicate(timeout=PATIENCE)[0].decode() == VALUE
        assert display.clipboard() is None


def test_from_the_shell_it_stays_until_it_is_pasted(world, display):
    copying = Copying(world, KEY, display.env).wait("can be pasted once, within 30 s")
    assert display.clipboard() == VALUE
    code, said = copying.end()
    assert code == 0 and "to xclip. The clipboard is empty again" in said
    assert display.clipboard() is None


def test_from_the_shell_the_id_comes_before_the_secret(world, display):
    copying = Copying(world, PAIR, display.env).wait("1 of 2, the ID")
    assert display.clipboard() == ID
    copying.wait("2 of 2, the secret")
    assert display.clipboard() == SECRET
    assert copying.end()[0] == 0
    copying = Copying(world, f"{PAIR}#client_secret", display.env).wait("it can be pasted once")
    assert display.clipboard() == SECRET
    assert copying.end()[0] == 0


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_takes_it_back(world, display, end):
    copying = Copying(world, KEY, display.env).wait("can be pasted once")
    copying.process.send_signal(end)
    code, said = copying.end()
    assert code == (-9 if end == signal.SIGKILL else 128 + end)
    assert end == signal.SIGKILL or "taken back" in said
    assert display.clipboard() is None


def test_the_time_ends_it_and_nobody_pasted(world, display):
    with unlocked(Terminal(world, env=display.env)) as terminal:
        terminal.type("6").wait("Clipboard for").key("tab", "tab", "tab", "tab", "left", "left").wait("10 s")
        terminal.key("ctrl-q").exit()
    copying = Copying(world, KEY, display.env).wait("within 10 s")
    began = time.monotonic()
    code, said = copying.end()
    assert code == 0 and "cleared after 10 s, nobody pasted it" in said
    assert 9 < time.monotonic() - began < 12
    assert display.clipboard() is None


def test_on_wayland_it_is_pasted_once(world, sway):
    for _ in range(5):
        copying = Copying(world, KEY, sway.env).wait("can be pasted once")
        assert sway.paste() == VALUE
        code, said = copying.end()
        assert code == 0 and SERVED.search(said.replace("served", "Served")) and "empty again" in said, said
        assert sway.paste() is None


def test_on_wayland_the_hint_is_given_and_not_counted(world, sway):
    copying = Copying(world, KEY, sway.env).wait("can be pasted once")
    assert "x-kde-passwordManagerHint" in sway.paste("--list-types")
    assert sway.paste("-t", "x-kde-passwordManagerHint") == "secret"
    assert sway.paste() == VALUE
    assert copying.end()[0] == 0


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_on_wayland_nothing_is_left(world, sway, end):
    copying = Copying(world, KEY, sway.env).wait("can be pasted once")
    copying.process.send_signal(end)
    copying.end()
    assert sway.paste() is None


def test_on_wayland_what_somebody_else_copies_stays(world, sway):
    copying = Copying(world, KEY, sway.env).wait("can be pasted once")
    sway.copy("a recipe")
    code, said = copying.end()
    assert code == 0 and "something else was copied" in said
    assert sway.paste() == "a recipe"


def test_a_compositor_that_dies_is_told(world):
    with Sway() as sway:
        copying = Copying(world, KEY, sway.env).wait("can be pasted once")
        sway.server.kill()
        code, said = copying.end()
    assert code == 1 and "the display went away" in said


def test_where_one_paste_cannot_be_had_it_is_cleared_and_never_said_to_be_once(world, display):
    # A compositor without data-control: what is left is the clipboard of its X server.
    env = {**display.env, "WAYLAND_DISPLAY": "/nowhere/wayland-9"}
    copying = Copying(world, KEY, env).wait("no way to offer it for one paste")
    assert [display.clipboard(), display.clipboard()] == [VALUE, VALUE]
    assert "x-kde-passwordManagerHint" in display.targets()
    copying.process.send_signal(signal.SIGTERM)
    assert "once" not in copying.end()[1].replace("offer it for one paste", "")
    assert display.clipboard() is None
    copying = Copying(world, KEY, env).wait("no way to offer it for one paste")
    display.copy("a recipe")
    copying.process.send_signal(signal.SIGTERM)
    copying.end()
    assert display.clipboard() == "a recipe"
    with unlocked(Terminal(world, env=env)) as terminal:
        terminal.type("/key").key("enter").key("c").wait("can't be had for one paste here")
        terminal.key("q").wait("Passphrase")
        assert display.clipboard() is None
    told = world.run("doctor", "--test-clipboard", passphrase=False, env=env).ok().out
    assert "is cleared after a time" in told and "could be pasted until it was taken back" in told


def test_without_a_display_and_not_allowed_nothing_is_sent(world):
    with unlocked(Terminal(world)) as terminal:
        terminal.type("/key").key("enter").key("c").wait("No clipboard: DISPLAY, WAYLAND_DISPLAY unset.")
        terminal.key("ctrl-q").exit()
        assert OSC52 not in terminal.raw


def test_osc_52_is_sent_where_it_is_allowed_and_said_to_be_what_it_is(world):
    encoded = b"dG9rLXNlY3JldC01YzJlOTFhNw=="
    with unlocked(Terminal(world)) as terminal:
        terminal.type("6").wait("OSC 52").key("tab", "tab", "tab", "tab", "tab", "right").wait("Saved.")
        assert OSC52 not in terminal.raw
        terminal.type("1").type("/key").key("enter").key("c").wait("cannot be verified or cleared")
        assert b"\x1b]52;c;" + encoded + b"\x07" in terminal.raw
        assert b"\x1b]52;c;\x07" not in terminal.raw
        terminal.key("esc").wait("Sent by OSC 52: cannot be verified or cleared.")
        assert b"\x1b]52;c;\x07" in terminal.raw
        # On the way out too.
        terminal.key("c").wait("went to the terminal")
        before = len(terminal.raw)
        terminal.key("ctrl-q").exit()
        assert b"\x1b]52;c;\x07" in terminal.raw[before:]
    for variable, envelope in [("TMUX", b"\x1bPtmux;\x1b\x1b]52;c;" + encoded + b"\x07\x1b\\"), ("STY", b"\x1bP\x1b]52;c;" + encoded + b"\x07\x1b\\")]:
        with unlocked(Terminal(world, env={variable: "x"})) as terminal:
            terminal.type("/key").key("enter").key("c").wait("went to the terminal")
            assert envelope in terminal.raw
    inside_tmux(world, encoded)


def inside_tmux(world, encoded):
    """What reaches the terminal outside of a real tmux; nothing stays in its own buffers."""
    socket = world.root / "tmux"
    script = world.root / "inside"
    inner = {key: value for key, value in world.env.items() if key not in ("TERM",)}
    script.write_text("#!/bin/sh\n" + "".join(f"export {k}='{v}'\n" for k, v in inner.items()) + f"exec {' '.join(world.argv(passphrase=False))}\n")
    script.chmod(0o700)

    class Outer:
        root, env = world.root, world.env

        @staticmethod
        def argv(*_, **__):
            return [shutil.which("tmux"), "-S", str(socket), "-f", "/dev/null", "new-session", "-x", "120", "-y", "36", f"tmux set -g allow-passthrough on; tmux set -g status off; {script}"]

    tmux = lambda *args: subprocess.run(["tmux", "-S", str(socket), *args], capture_output=True, text=True, timeout=PATIENCE)  # noqa: E731
    try:
        with unlocked(Terminal(Outer)) as terminal:
            terminal.type("/key").key("enter").key("c").wait("went to the terminal")
            assert b"\x1b]52;c;" + encoded + b"\x07" in terminal.raw
            assert tmux("list-buffers").stdout == ""
            terminal.key("ctrl-q").settle()
    finally:
        tmux("kill-server")


def test_the_doctor_says_which_ways_there_are_and_tries_them(world, display, sway):
    import json

    for env, way in [(display.env, "once"), (sway.env, "once"), ({}, "none")]:
        told = json.loads(world.run("doctor", "--json", passphrase=False, env=env).ok().out)
        assert told["way"] == way, told
        assert told["leaves_no_core"] and told["closed_to_debuggers"] and told["too_open"] == [] and told["backups"] == 2
        assert told["osc52_allowed"] is None
    told = world.run("doctor", "--test-clipboard", env=display.env).ok().out
    assert "pasted once, the second paste was empty" in told and "not allowed" in told
    assert display.clipboard() is None
    told = world.run("doctor", "--test-clipboard", passphrase=False, env={**sway.env, "XDG_RUNTIME_DIR": str(sway.folder)}).ok().out
    assert "pasted once, the second paste was empty" in told
    world.vault.chmod(0o755)
    assert world.run("doctor", passphrase=False).code == 8


def reached(world, words):
    """What the log says of this, newest first."""
    import json

    return [entry["act"] + ": " + (entry["reached"] or "") for entry in json.loads(world.run("audit", "--json", words).ok().out)]


WATCHER = """
import ctypes, subprocess, sys, time
x11, xfixes = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXfixes.so.3")
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XDefaultRootWindow.restype = x11.XInternAtom.restype = ctypes.c_ulong
display = ctypes.c_void_p(x11.XOpenDisplay(None))
root, clipboard = x11.XDefaultRootWindow(display), x11.XInternAtom(display, b"CLIPBOARD", 0)
text, here = x11.XInternAtom(display, b"UTF8_STRING", 0), x11.XInternAtom(display, b"HERE", 0)
window = ctypes.c_ulong(x11.XCreateSimpleWindow(display, ctypes.c_ulong(root), 0, 0, 1, 1, 0, 0, 0))
xfixes.XFixesSelectSelectionInput(display, window, ctypes.c_ulong(clipboard), ctypes.c_ulong(1))
x11.XFlush(display)
print("watching", flush=True)
event = (ctypes.c_long * 24)()
while True:
    x11.XNextEvent(display, event)
    kind = event[0] & 0xffffffff
    if kind == 31:  # SelectionNotify: the property is its last but one field
        print("got" if event[7] else "refused", flush=True)
    elif kind > 64 and event[6]:  # XFixesSelectionNotify with an owner
        x11.XConvertSelection(display, ctypes.c_ulong(clipboard), ctypes.c_ulong(text), ctypes.c_ulong(here), window, ctypes.c_ulong(0))
        x11.XFlush(display)
"""


def test_what_reads_at_once_gets_nothing_and_the_paste_is_still_there(world, display):
    watcher = subprocess.Popen(["python3", "-c", WATCHER], env={**os.environ, **display.env}, stdout=subprocess.PIPE, text=True)
    try:
        assert watcher.stdout.readline() == "watching\n"
        for reference, values in [(KEY, [VALUE]), (PAIR, [ID, SECRET])]:
            copying = Copying(world, reference, display.env)
            for turn, value in enumerate(values):
                copying.wait("2 of 2, the secret can be pasted" if turn else "python3 asked at once and got nothing")
                assert watcher.stdout.readline() == "refused\n"
                assert display.clipboard() == value
            code, said = copying.end()
            assert code == 0 and "to xclip" in said, said
            assert "python3 had asked at once and got nothing" in reached(world, "ended")[0]
    finally:
        watcher.kill()


def test_on_wayland_what_reads_at_once_gets_nothing(world, sway):
    env = {**os.environ, "XDG_RUNTIME_DIR": str(sway.folder), **sway.env}
    watcher = subprocess.Popen(["wl-paste", "--watch", "cat"], env=env, stdout=subprocess.PIPE)
    try:
        time.sleep(0.5)
        copying = Copying(world, KEY, sway.env).wait("something asked at once and got nothing")
        assert sway.paste() == VALUE
        assert copying.end()[0] == 0
        copying = Copying(world, PAIR, sway.env).wait("1 of 2")
        assert sway.paste() == ID
        copying.wait("2 of 2")
        assert sway.paste() == SECRET
        assert copying.end()[0] == 0
        assert "something had asked at once and got nothing" in reached(world, "ended")[0]
    finally:
        watcher.kill()
    seen = watcher.stdout.read().decode()
    assert VALUE not in seen and SECRET not in seen and ID not in seen, seen


def test_what_the_user_copies_after_the_id_stays(world, display, sway):
    for place in (display, sway):
        copying = Copying(world, PAIR, place.env).wait("1 of 2")
        assert (place.clipboard if place is display else place.paste)() == ID
        place.copy("a note of mine")
        code, said = copying.end()
        assert code == 0 and "the ID was pasted, then something else was copied" in said, said
        assert (place.clipboard if place is display else place.paste)() == "a note of mine"
        assert reached(world, "ended")[0] == "copy-ended: the ID was pasted; something else was copied before the secret was offered"


def test_on_wayland_a_megabyte_arrives_and_a_reader_that_stops_is_not_waited_for(world, sway):
    large = ("abcdefghijklmnop" * 65536)[: 1_000_000]
    world.add("other/sandbox/acme/large", large).ok()
    copying = Copying(world, "other/sandbox/acme/large", sway.env).wait("can be pasted once")
    assert sway.paste() == large
    assert copying.end()[0] == 0
    copying = Copying(world, "other/sandbox/acme/large", sway.env).wait("can be pasted once")
    env = {**os.environ, "XDG_RUNTIME_DIR": str(sway.folder), **sway.env}
    stuck = subprocess.Popen(["wl-paste", "-n"], env=env, stdout=subprocess.PIPE)
    try:
        time.sleep(0.3)
        stuck.send_signal(signal.SIGSTOP)
        began = time.monotonic()
        code, said = copying.end()
        assert code == 1 and "did not finish" in said and time.monotonic() - began < 15, said
        assert sway.paste() is None
    finally:
        stuck.kill()


def test_the_log_tells_of_a_copy_what_is_known_and_no_more(world, display):
    copying = Copying(world, KEY, display.env).wait("can be pasted once")
    assert display.clipboard() == VALUE
    copying.end()
    assert reached(world, "cop")[:2] == ["copy-ended: pasted once, to xclip", "copied: offered for one paste, for 30 s"]
    copying = Copying(world, KEY, display.env).wait("can be pasted once")
    copying.process.kill()
    copying.end()
    assert reached(world, "cop")[0] == "copied: offered for one paste, for 30 s", "what came of it nobody knows"
    before = reached(world, "")
    world.run("get", "--copy", KEY).fails(1, "DISPLAY, WAYLAND_DISPLAY unset")
    assert reached(world, "") == before, "nothing was copied"


def test_while_it_waits_nothing_else_of_the_vault_is_in_memory(world, display):
    copying = Copying(world, KEY, display.env).wait("can be pasted once")
    held = in_memory(copying.process.pid, [VALUE, SECRET, PASSPHRASE])
    assert held[VALUE] > 0 and held[SECRET] == held[PASSPHRASE] == 0, held
    copying.process.terminate()
    copying.end()
    with copied(world, display) as terminal:
        terminal.key("esc").wait("Taken back.").key("q").wait("Passphrase")
        held = in_memory(terminal.pid, [VALUE, SECRET, PASSPHRASE])
        assert set(held.values()) == {0}, held


def in_memory(pid, texts):
    """How often each of them stands in a process's memory."""
    found = dict.fromkeys(texts, 0)
    with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            place, allowed = line.split()[:2]
            if "r" not in allowed or "[v" in line:
                continue
            start, end = (int(number, 16) for number in place.split("-"))
            try:
                memory.seek(start)
                data = memory.read(end - start)
            except OSError:
                continue
            for text in texts:
                found[text] += data.count(text.encode())
    return found


def test_a_display_that_hangs_is_told_and_not_waited_for(world, display):
    display.server.send_signal(signal.SIGSTOP)
    try:
        began = time.monotonic()
        world.run("get", "--copy", KEY, env=display.env).fails(1, "doesn't answer")
        world.run("doctor", "--test-clipboard", passphrase=False, env=display.env)
        assert time.monotonic() - began < 45
        with unlocked(Terminal(world, env=display.env)) as terminal:
            terminal.type("/key").key("enter").key("c").wait("The display doesn't answer.")
            terminal.key("ctrl-q").exit()
    finally:
        display.server.send_signal(signal.SIGCONT)


def test_a_display_that_is_gone_does_not_stand_in_the_way_of_osc_52(world):
    with unlocked(Terminal(world)) as terminal:
        terminal.type("6").wait("OSC 52").key("tab", "tab", "tab", "tab", "tab", "right").wait("Saved.")
        terminal.key("ctrl-q").exit()
    with unlocked(Terminal(world, env={"DISPLAY": ":4711"})) as terminal:
        terminal.type("/key").key("enter").key("c").wait("went to the terminal")
        assert OSC52 in terminal.raw
    with unlocked(Terminal(world, env={"TMUX": "x"})) as terminal:
        terminal.type("/key").key("enter").key("c").wait("through tmux, only where allow-passthrough is on")


def test_esc_works_inside_gnu_screen(world):
    script, sockets = world.root / "inside", world.root / "screens"
    sockets.mkdir(mode=0o700)
    inner = {key: value for key, value in world.env.items() if key != "TERM"}
    script.write_text("#!/bin/sh\n" + "".join(f"export {k}='{v}'\n" for k, v in inner.items()) + f"exec {' '.join(world.argv(passphrase=False))}\n")
    script.chmod(0o700)

    class Outer:
        root, env = world.root, {**world.env, "SCREENDIR": str(sockets)}

        @staticmethod
        def argv(*_, **__):
            return [shutil.which("screen"), "-c", "/dev/null", "-S", "paykeep-test", str(script)]

    with unlocked(Terminal(Outer)) as terminal:
        terminal.key("?").wait("esc close").key("esc").gone("esc close")
        assert b"\x1b[?1000h" not in terminal.raw
        terminal.key("ctrl-q").exit()
