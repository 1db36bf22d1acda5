"""Who may read a vault, whatever the umask, and whose folders and links paykeep refuses to touch."""

import os
import shutil
import stat

import pytest

from harness import trace
from harness.world import PAYKEEP, World

REFERENCE = "other/sandbox/acme/key"
NOBODY = 65534


@pytest.fixture
def world():
    world = World().init()
    world.add(REFERENCE, "value-5c2e").ok()
    yield world
    world.remove()


def test_everything_is_private_under_an_open_umask():
    world = World()
    for command, value in ((["init"], ""), (["add", REFERENCE, "--kind", "secret-key"], "value-5c2e"), (["rm", REFERENCE], "")):
        world.run(*command, stdin=value, umask=0).ok()
    assert world.too_open() == []
    assert stat.S_IMODE(world.vault.stat().st_mode) == 0o700
    world.remove()


def test_a_folder_that_is_a_link_is_refused(world):
    moved = world.root / "elsewhere"
    world.vault.rename(moved)
    world.vault.symlink_to(moved)
    world.run("ls").fails(6, "link")


@pytest.mark.parametrize("name", ["vault.age", "identity.age"])
def test_a_file_that_is_a_link_is_refused(world, name):
    moved = world.root / name
    (world.vault / name).rename(moved)
    (world.vault / name).symlink_to(moved)
    world.run("ls").fails(6, "link")


def test_a_planted_lock_is_not_followed(world):
    victim = world.root / "victim"
    (world.vault / "vault.lock").unlink(missing_ok=True)
    (world.vault / "vault.lock").symlink_to(victim)
    assert world.add("other/sandbox/acme/next", "value").code != 0
    assert not victim.exists()


def test_a_fifo_in_place_of_the_vault_does_not_hang(world):
    (world.vault / "vault.age").unlink()
    os.mkfifo(world.vault / "vault.age", 0o600)
    assert world.run("ls").code != 0


def test_a_folder_that_others_may_write_is_refused(world):
    world.vault.chmod(0o777)
    world.run("ls").fails(6)


def test_a_new_file_is_made_never_taken_over(world):
    """Each file that a save makes is opened so that an existing one, or a link, is refused by the kernel."""
    _, calls = trace.record(world, "add", "other/sandbox/acme/next", "--kind", "secret-key", stdin="value", strings=4096)
    made = [call for call in trace.touching(calls, world.vault) if "O_CREAT" in call.text and "vault.lock" not in call.text]
    assert made
    for call in made:
        assert "O_EXCL" in call.text, str(call)


def root_only():
    if os.geteuid() != 0:
        # Only root can give a file to somebody else; CI is root, so there it is always checked.
        assert not os.environ.get("CI"), "run as root"
        pytest.skip("only root can give files away")


def test_a_vault_of_somebody_else_is_refused(world):
    root_only()
    for path in (world.vault, *world.vault.rglob("*")):
        os.chown(path, NOBODY, NOBODY)
    world.run("ls").fails(6)
    assert world.add("other/sandbox/acme/next", "value").code == 6


def test_an_ordinary_user_is_refused_the_vault_of_another(world):
    root_only()
    program = world.root / "paykeep"
    shutil.copy(PAYKEEP, program)
    world.root.chmod(0o755)
    world.passphrase_file.chmod(0o644)
    for path in (world.vault, *world.vault.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = world.files()
    as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "env", f"HOME={world.tmp}"]
    outcome = world.run("ls", prefix=[*as_nobody, "sh", "-c", f'shift; exec "{program}" "$@"', "sh"])
    outcome.fails(6)
    assert world.files() == before
