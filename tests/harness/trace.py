"""System calls of the built program: listed with strace, and interfered with at one of them.

strace counts the calls that `when=` means per name and per thread, so a point is a name and a count in one thread. A count that
an earlier thread reaches first would hide the later one; `points` leaves such a one out and says so.
"""

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

LINE = re.compile(r"^(?P<thread>\d+) +(?P<name>[a-z0-9_]+)\((?P<rest>.*)$")


@dataclass(frozen=True)
class Call:
    """The `count`th call of `name` in its thread; `text` is what strace wrote of it."""

    thread: int
    name: str
    count: int
    text: str

    def __str__(self):
        return f"{self.name}#{self.count} {self.text[:120]}"


def record(world, *args, stdin=b"", strings=64, prefix=()):
    """Runs the program to its end; gives its outcome and every call it made after its own exec."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        strace = ["strace", "-f", "-y", "-qq", "-s", strings, "-o", log]
        outcome = world.run(*args, stdin=stdin, prefix=[*strace, *prefix])
        return outcome, parse(log.read_text(errors="replace"))


def parse(log):
    """Calls in the order in which they were entered. The first one is the exec of the program itself: not the program's."""
    calls, counts = [], Counter()
    for line in log.splitlines():
        entered = LINE.match(line)
        if entered is None:
            continue  # a resumed call, a signal, an exit
        thread, name = int(entered["thread"]), entered["name"]
        counts[thread, name] += 1
        calls.append(Call(thread, name, counts[thread, name], entered["rest"]))
    assert calls and calls[0].name == "execve", "strace did not see the program start"
    return calls[1:]


def points(calls):
    """The calls at which strace can interfere, and those that another thread's equal count hides."""
    seen, reachable, hidden = set(), [], []
    for call in calls:
        key = (call.name, call.count)
        (hidden if key in seen else reachable).append(call)
        seen.add(key)
    return reachable, hidden


def touching(calls, *folders):
    """Those of the calls that name a file under one of the folders, by path or by descriptor."""
    return [call for call in calls if any(str(folder) in call.text for folder in folders)]


def inject(call, action, log=None):
    """The strace command that does `action` (`signal=KILL`, `error=EIO`) at this call."""
    trace = ["-e", "trace=all", "-o", log] if log else ["-e", f"trace={call.name}", "-o", "/dev/null"]
    return ["strace", "-f", "-y", "-qq", *trace, "-e", f"inject={call.name}:{action}:when={call.count}"]
