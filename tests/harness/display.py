"""An X server without a screen, and its clipboard as other programs see it."""

import os
import subprocess

from harness.world import PATIENCE


class Display:
    """Use it with `with`; `env` leads a program to it."""

    def __enter__(self):
        read, write = os.pipe()
        command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
        self.server = subprocess.Popen(command, pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()
        assert number, "Xvfb did not start"
        self.env = {"DISPLAY": f":{number}", "WAYLAND_DISPLAY": ""}
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()

    def xclip(self, *args, selection="clipboard"):
        command = ["xclip", "-selection", selection, *args]
        return subprocess.run(command, env={**os.environ, **self.env}, capture_output=True, timeout=PATIENCE)

    def clipboard(self, selection="clipboard"):
        """What a paste gives now; `None` when nobody offers anything."""
        asked = self.xclip("-o", selection=selection)
        return asked.stdout.decode(errors="replace") if asked.returncode == 0 else None

    def targets(self):
        return self.xclip("-o", "-t", "TARGETS").stdout.decode().split()

    def copy(self, text):
        """As another program would: xclip stays behind as the owner."""
        command = ["xclip", "-selection", "clipboard"]
        subprocess.run(command, input=text.encode(), env={**os.environ, **self.env}, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
