"""The built program in a world of its own: home, vault, state and temporary folder under one root, and no variable inherited."""

import os
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

PAYKEEP = os.environ.get("PAYKEEP", "target/release/paykeep")
PASSPHRASE = "walnut orbit sleepy cargo violin"
# Generous: unlocking takes the better part of a second on a quiet machine, and tests run on busy ones.
PATIENCE = 60


@dataclass
class Outcome:
    code: int
    out: str
    err: str

    def ok(self):
        assert self.code == 0, f"exit {self.code}\n{self.out}{self.err}"
        return self

    def fails(self, code, *words):
        """Failed as it should: with this code, one error line, and these words in what it says."""
        assert self.code == code, f"exit {self.code}, not {code}\n{self.out}{self.err}"
        errors = [line for line in self.err.splitlines() if line.startswith("paykeep: error: ")]
        assert len(errors) == 1, f"not one clear line:\n{self.err}"
        assert "panicked" not in self.err, self.err
        for word in words:
            assert word in self.err, f"«{word}» is missing in:\n{self.err}"
        return self


class World:
    def __init__(self, root=None):
        self.root = Path(root or tempfile.mkdtemp(prefix="paykeep-test-"))
        self.vault = self.root / "vault"
        self.tmp = self.root / "tmp"
        self.passphrase_file = self.root / "passphrase"
        for folder in (self.root / "home", self.tmp, self.root / "run"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.passphrase_file.exists():
            self.passphrase_file.write_text(PASSPHRASE + "\n")
            self.passphrase_file.chmod(0o600)

    @property
    def env(self):
        home = self.root / "home"
        return {
            "HOME": str(home),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_STATE_HOME": str(home / "state"),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CACHE_HOME": str(home / "cache"),
            "XDG_RUNTIME_DIR": str(self.root / "run"),
            "TMPDIR": str(self.tmp),
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "PAYKEEP_VAULT": str(self.vault),
        }

    def argv(self, *args, passphrase=True):
        # The passphrase file is named last, since not every command takes one.
        given = ["--passphrase-file", str(self.passphrase_file)] if passphrase else []
        return [str(Path(PAYKEEP).resolve()), *map(str, args), *given]

    def run(self, *args, stdin=b"", passphrase=True, prefix=(), env=None, **more):
        """Runs it to its end. `prefix` is a command that runs it (strace, setpriv)."""
        ended = subprocess.run(
            [*map(str, prefix), *self.argv(*args, passphrase=passphrase)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            env={**self.env, **(env or {})},
            cwd=self.root,
            timeout=PATIENCE,
            **more,
        )
        return Outcome(ended.returncode, ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace"))

    def init(self):
        self.run("init").ok()
        return self

    def add(self, reference, value, *more):
        return self.run("add", reference, "--kind", "secret-key", *more, stdin=value)

    def get(self, reference, *more):
        return self.run("get", reference, *more).ok().out

    def copy(self):
        """The same vault and state again, in a root of their own."""
        root = tempfile.mkdtemp(prefix="paykeep-test-")
        shutil.copytree(self.root, root, dirs_exist_ok=True, symlinks=True)
        os.chmod(root, 0o700)
        return World(root)

    def remove(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def files(self):
        """Every file's bytes by its path, but the lock and what the test itself put there."""
        return {
            str(path.relative_to(self.root)): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.name != "vault.lock" and path != self.passphrase_file
        }

    def too_open(self):
        """Files and folders that somebody else could read."""
        return [
            f"{path.relative_to(self.root)} {stat.S_IMODE(path.lstat().st_mode):o}"
            for top in (self.vault, self.root / "home" / "state", self.root / "home" / "data", self.tmp)
            for path in (top, *top.rglob("*"))
            if path.exists() and not path.is_symlink() and path.lstat().st_mode & 0o077
        ]

    def debris(self):
        """What a save may leave behind when it is interrupted, and the next one has to clear away."""
        known = {"vault.age", "identity.age", "recovery.age", "vault.lock", "backups", "audit"}
        strays = [path for path in self.vault.iterdir() if path.name not in known]
        strays += [path for path in self.vault.glob("backups/*") if not re.fullmatch(r"[0-9a-zA-Z-]+\.(vault|identity)\.age", path.name)]
        # A vault is made under another name beside its place; what is remembered about it is written beside and renamed.
        strays += self.root.glob(".*")
        strays += [path for path in self.root.glob("home/**/*") if ".new" in path.name]
        return {str(path.relative_to(self.root)) for path in strays}
