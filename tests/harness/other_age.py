"""Other programs that read age files: the stock `age` and `rage`, which ask for a passphrase on a terminal."""

import os
import pty
import select
import subprocess
import time

from harness.world import PATIENCE


def on_a_terminal(argv, passphrase, env=None):
    """Runs it with a terminal to ask on; types the passphrase when asked. Gives the exit code, its output and what it said."""
    out_read, out_write = os.pipe()
    pid, terminal = pty.fork()
    if pid == 0:
        os.dup2(out_write, 1)
        os.execvpe(argv[0], [str(word) for word in argv], {**os.environ, "PINENTRY_PROGRAM": "", **(env or {})})
    os.close(out_write)
    said, out, typed = b"", b"", False
    deadline = time.monotonic() + PATIENCE
    open_ends = {terminal, out_read}
    while open_ends:
        assert time.monotonic() < deadline, f"{argv[0]} did not end: {said!r}"
        for end in select.select(open_ends, [], [], 0.1)[0]:
            try:
                data = os.read(end, 1 << 16)
            except OSError:  # the terminal of a program that has ended
                data = b""
            if not data:
                open_ends.discard(end)
            elif end == out_read:
                out += data
            else:
                said += data
        if not typed and b"assphrase" in said:
            os.write(terminal, passphrase.encode() + b"\n")
            typed = True
    os.close(terminal)
    os.close(out_read)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), out, said.decode(errors="replace")


def decrypted(program, world, passphrase):
    """What `program` prints of the vault, by its identity file and the passphrase."""
    argv = [program, "-d", "-i", world.vault / "identity.age", world.vault / "vault.age"]
    code, out, said = on_a_terminal(argv, passphrase)
    assert code == 0, said
    return out


def identity(world, passphrase):
    """The vault's own age identity, which only whoever has the passphrase can get."""
    code, out, said = on_a_terminal(["age", "-d", world.vault / "identity.age"], passphrase)
    assert code == 0, said
    return next(line for line in out.decode().splitlines() if line.startswith("AGE-SECRET-KEY-"))


def recipient(secret):
    return subprocess.run(["age-keygen", "-y"], input=secret.encode(), capture_output=True, check=True).stdout.decode().strip()


def encrypted_to(recipient, content):
    return subprocess.run(["age", "-r", recipient], input=content, capture_output=True, check=True).stdout
