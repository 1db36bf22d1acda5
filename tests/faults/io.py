"""A failing disk: each I/O call of `add` fails once, with each error a disk gives, and the vault stays what it was.

Afterwards the old vault is there byte for byte, no temporary file lies about, one clear line told what was wrong, and no failed
fsync was tried again: a second one may succeed without having written anything.
"""

import os
import re
import subprocess

import pytest

from harness import trace
from harness.many import check_each
from harness.world import World

NEW, VALUE = "other/sandbox/acme/new", "new-value-77b2d0"
ADD = ["add", NEW, "--kind", "secret-key"]
ERRORS = ["EIO", "ENOSPC", "EDQUOT", "EROFS", "EINTR"]
IO = re.compile(
    r"^(open|creat|read|pread|write|pwrite|readv|writev|f?sync|fdatasync|rename|link|unlink|mkdir|rmdir|symlink|stat|fstat|lstat"
    r"|newfstat|statx|access|faccess|chmod|fchmod|chown|fchown|flock|fcntl|truncate|ftruncate|fallocate|lseek|getdents|close|utime)"
)
# Calls whose failure costs the user nothing, so that the save may go on: whoever adds one says why.
MAY_FAIL_QUIETLY = {
    r"^close\(": "the data was synced before, and the program ends",
    r"^unlinkat\(": "an old backup stays a while longer; what lies in the way of a new file is tried again",
    r"^(openat|getdents64|fcntl)\(.*[/\"]backups[>\"]": "thinning the backups: one too many is no loss",
    r'^newfstatat\(.*/vault>, "(\.|vault\.lock|next-due|(backups|audit)(/[\w.-]+\.age)?|(identity|vault)\.age)", .*AT_SYMLINK_NOFOLLOW': "whether others could open it is looked at again at the next unlock",
    r'^(openat\(.*/vault>, "(\.|audit|backups)", |getdents64\(.*/vault>, |fcntl\(.*/vault>, F_GETFL\))': "the same look, at what is in the folder",
    r"^fcntl\(.*F_GETFD\)": "a check of the standard library in debug builds",
}


@pytest.fixture(scope="module")
def base():
    world = World().init()
    world.add("other/sandbox/acme/old", "old-value-3f1c9a").ok()
    world.add("other/sandbox/acme/older", "older-value-5e").ok()
    yield world
    world.remove()


@pytest.fixture(scope="module")
def calls(base):
    rehearsal = base.copy()
    outcome, calls = trace.record(rehearsal, *ADD, stdin=VALUE)
    outcome.ok()
    reachable, _ = trace.points(calls)
    of_the_vault = [call for call in trace.touching(reachable, rehearsal.vault) if IO.match(call.name)]
    rehearsal.remove()
    yield of_the_vault


@pytest.mark.parametrize("error", ERRORS)
def test_a_fault_leaves_the_old_vault_and_is_told(base, calls, error):
    check_each(lambda call: fault(base, call, error), calls, f"add with {error}")


def test_a_fault_in_any_sync_is_told(base, calls):
    """Not even the last sync may fail in silence: the user would believe that the save survives a power cut."""
    syncs = [call for call in calls if "sync" in call.name]
    assert len(syncs) >= 2, "a save syncs the file and the folder"
    for call in syncs:
        world = base.copy()
        world.run(*ADD, stdin=VALUE, prefix=trace.inject(call, "error=EIO")).fails(1)
        world.remove()


def fault(base, call, error):
    world = base.copy()
    try:
        log = world.root / "log"
        outcome = world.run(*ADD, stdin=VALUE, prefix=trace.inject(call, f"error={error}", log))
        text = log.read_text(errors="replace")
        log.unlink()
        assert "(INJECTED)" in text, "the fault was not injected"
        assert "panicked" not in outcome.err, outcome.err
        if outcome.code == 0:
            quietly = any(re.search(pattern, f"{call.name}({call.text}") for pattern in MAY_FAIL_QUIETLY)
            assert error == "EINTR" or quietly, "it failed in silence"
            assert world.get(NEW).strip() == VALUE, "told as stored, and not stored"
        else:
            outcome.fails(1)
            for name in ("vault.age", "identity.age"):
                assert (world.vault / name).read_bytes() == (base.vault / name).read_bytes(), f"{name} changed"
        if not call.name.startswith("unlink"):
            assert world.debris() == set()
        assert retried_syncs(text) == [], "a failed sync was tried again"
    finally:
        world.remove()


def retried_syncs(text):
    failed = [line for line in text.splitlines() if "sync(" in line and "(INJECTED)" in line and "EINTR" not in line]
    return [
        line
        for file in (re.search(r"<(.*?)>", line)[1] for line in failed)
        for line in text.split("(INJECTED)", 1)[1].splitlines()
        if "sync(" in line and f"<{file}>" in line
    ]


# Mounts need a namespace of their own; an ordinary user gets one with a user namespace around it.
OWN_MOUNTS = ["unshare", "--mount"] if os.geteuid() == 0 else ["unshare", "--map-root-user", "--mount"]


def test_a_full_disk_leaves_the_old_vault(base):
    world = base.copy()
    script = """
        set -e
        cp -a "$PAYKEEP_VAULT" before
        mount -t tmpfs -o size=256k,mode=700 tmpfs "$PAYKEEP_VAULT"
        cp -a before/. "$PAYKEEP_VAULT"
        dd if=/dev/zero of="$PAYKEEP_VAULT/backups/filler.age" bs=1k status=none 2>/dev/null || true
        code=0; "$@" || code=$?
        rm "$PAYKEEP_VAULT/backups/filler.age"
        cp -a "$PAYKEEP_VAULT" after
        exit $code"""
    world.run(*ADD, stdin=VALUE, prefix=[*OWN_MOUNTS, "sh", "-c", script, "sh"]).fails(1)
    same = subprocess.run(["diff", "-r", "--exclude=vault.lock", "before", "after"], cwd=world.root, capture_output=True, text=True)
    assert same.returncode == 0, same.stdout
    world.remove()


def test_a_read_only_vault_can_be_read_and_says_why_it_cannot_be_written(base):
    world = base.copy()
    before = world.files()
    script = 'mount --bind "$PAYKEEP_VAULT" "$PAYKEEP_VAULT" && mount -o remount,bind,ro "$PAYKEEP_VAULT" && exec "$@"'
    read_only = [*OWN_MOUNTS, "sh", "-c", script, "sh"]
    world.run(*ADD, stdin=VALUE, prefix=read_only).fails(1, "read-only")
    assert world.files() == before
    assert world.run("get", "other/sandbox/acme/old", prefix=read_only).ok().out.strip() == "old-value-3f1c9a"
    world.remove()
