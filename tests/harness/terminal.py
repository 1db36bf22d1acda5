"""The program in a real pseudo-terminal: keys go in, a screen comes out."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

from harness.world import PATIENCE

KEYS = {
    "enter": "\r", "tab": "\t", "backtab": "\x1b[Z", "esc": "\x1b", "space": " ", "backspace": "\x7f",
    "up": "\x1b[A", "down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F",
    "f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS",
}  # fmt: skip
# Sequences that pyte would print as text: keyboard modes, device control strings, titles and colour queries.
UNKNOWN_TO_PYTE = re.compile(rb"\x1b\[[<>=?][0-9;]*[umqc]|\x1b\[[0-9;]* q|\x1bP.*?\x1b\\|\x1b\].*?(?:\x07|\x1b\\)", re.DOTALL)
# A program that goes on drawing is not idle; one that has been silent this long is.
QUIET = 0.15


class Terminal:
    """Use it with `with`: whatever still runs at the end is killed."""

    def __init__(self, world, *args, size=(120, 36), env=None, passphrase=False):
        self.columns, self.rows = size
        self.screen = pyte.Screen(*size)
        self.stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self.status = None
        argv = world.argv(*args, passphrase=passphrase)
        # A slave that stays open here keeps the terminal's settings readable after the program has ended.
        self.master, self.slave = pty.openpty()
        self.window()
        self.settings_before = termios.tcgetattr(self.slave)
        self.pid = os.fork()
        self.started = time.perf_counter()
        if self.pid == 0:
            os.setsid()
            fcntl.ioctl(self.slave, termios.TIOCSCTTY, 0)
            for number in (0, 1, 2):
                os.dup2(self.slave, number)
            os.closerange(3, 256)
            os.chdir(world.root)
            os.execve(argv[0], argv, {**world.env, "COLORTERM": "truecolor", **(env or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        for number in (self.master, self.slave):
            if number is not None:
                os.close(number)

    def window(self):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", self.rows, self.columns, 0, 0))

    def read(self, seconds):
        """Takes in what the program sends within this time; says whether it sent anything."""
        data = self.receive(seconds)
        self.raw += data
        self.stream.feed(UNKNOWN_TO_PYTE.sub(b"", data))
        return bool(data)

    def receive(self, seconds):
        """The bytes alone, undrawn: drawing them takes longer here than in the program."""
        ready, _, _ = select.select([self.master], [], [], seconds)
        try:
            return os.read(self.master, 1 << 16) if ready else b""
        except OSError:
            return b""

    def settle(self):
        while self.read(QUIET):
            pass
        return self

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def shows(self, *texts):
        return all(text in self.text() for text in texts)

    def wait(self, *texts, seconds=PATIENCE):
        """Until all of them stand on the screen at once."""
        self.until(lambda: self.shows(*texts), f"waiting for {texts}", seconds)
        return self

    def gone(self, text, seconds=PATIENCE):
        self.until(lambda: not self.shows(text), f"waiting until «{text}» is gone", seconds)
        return self

    def until(self, holds, what, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not holds():
            assert self.ended() is None or self.read(0), f"{what}: it ended with {self.status}\n{self.text()}"
            assert time.monotonic() < deadline, f"{what}\n{self.text()}"
            self.read(0.05)

    def send(self, data):
        os.write(self.master, data.encode() if isinstance(data, str) else data)
        return self

    def type(self, text):
        for character in text:
            self.send(character)
            self.read(0.002)
        return self.settle()

    def paste(self, text):
        return self.send(f"\x1b[200~{text}\x1b[201~").settle()

    def key(self, *names):
        for name in names:
            if name.startswith("ctrl-"):
                self.send(chr(ord(name[-1]) & 0x1F))
            else:
                self.send(KEYS.get(name, name))
            self.settle()
        return self

    def resize(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)
        self.window()
        os.kill(self.pid, signal.SIGWINCH)
        return self.settle()

    def signal(self, number):
        os.kill(self.pid, number)
        return self

    def hang_up(self):
        """The terminal goes away, as when its window is closed."""
        for number in (self.slave, self.master):
            os.close(number)
        self.master = self.slave = None
        return self

    def ended(self):
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status

    def exit(self, seconds=PATIENCE):
        """Waits for the end and gives the exit code (negative: a signal)."""
        deadline = time.monotonic() + seconds
        while self.ended() is None:
            assert time.monotonic() < deadline, f"it did not end\n{self.text()}"
            if self.master is None:
                time.sleep(0.02)
            else:
                self.read(0.05)
        while self.master is not None and self.read(0.05):
            pass
        return self.status

    def restored(self):
        """What is not as it was before: settings, and modes switched on and not off again."""
        left = [] if termios.tcgetattr(self.slave) == self.settings_before else ["the line settings"]
        on_off = {"alternate screen": (b"1049", b"h", b"l"), "bracketed paste": (b"2004", b"h", b"l"), "cursor": (b"25", b"l", b"h")}
        on_off |= {f"mouse mode {n}": (b"%d" % n, b"h", b"l") for n in (1000, 1002, 1003, 1006, 1015)} | {"focus": (b"1004", b"h", b"l")}
        for name, (mode, on, off) in on_off.items():
            if self.raw.rfind(b"\x1b[?" + mode + on) > self.raw.rfind(b"\x1b[?" + mode + off):
                left.append(name)
        return left
