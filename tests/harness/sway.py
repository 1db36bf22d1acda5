"""A Wayland compositor without a screen that has data-control, as an ordinary user (sway refuses root)."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from harness.world import PATIENCE

NOBODY = 65534


class Sway:
    """Use it with `with`; `env` leads a program to it."""

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="paykeep-sway-"))
        (self.folder / "config").write_text("xwayland disable\n")
        drop = []
        if os.geteuid() == 0:
            for path in (self.folder, self.folder / "config"):
                os.chown(path, NOBODY, NOBODY)
            drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        env = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder), "XDG_RUNTIME_DIR": str(self.folder),
            "WLR_BACKENDS": "headless", "WLR_LIBINPUT_NO_DEVICES": "1", "WLR_RENDERER": "pixman",
        }  # fmt: skip
        self.log = (self.folder / "log").open("w")
        command = [*drop, "sway", "-c", str(self.folder / "config")]
        self.server = subprocess.Popen(command, env=env, stdout=self.log, stderr=self.log, cwd=self.folder)
        deadline = time.monotonic() + PATIENCE
        while not (sockets := [path for path in self.folder.glob("wayland-*") if path.suffix != ".lock"]):
            assert self.server.poll() is None and time.monotonic() < deadline, (self.folder / "log").read_text()
            time.sleep(0.05)
        # An absolute path leads there whatever the runtime folder is.
        self.env = {"WAYLAND_DISPLAY": str(sockets[0]), "DISPLAY": ""}
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def paste(self, *args):
        """What wl-paste gives; `None` when there is nothing."""
        asked = subprocess.run(["wl-paste", "-n", *args], env={**os.environ, "XDG_RUNTIME_DIR": str(self.folder), **self.env}, capture_output=True, timeout=PATIENCE)
        return asked.stdout.decode(errors="replace") if asked.returncode == 0 else None

    def copy(self, text):
        subprocess.run(["wl-copy", text], env={**os.environ, "XDG_RUNTIME_DIR": str(self.folder), **self.env}, check=True, timeout=PATIENCE)
