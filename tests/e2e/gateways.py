"""The main job from its start to its end: a vault is made, the keys of the five gateways are pasted and labelled, found, and copied.

The clipboard is a real one, of an X server without a screen.
"""

import json
import os
import select
import subprocess
import tomllib
from contextlib import contextmanager

import pytest

from harness.other_age import decrypted
from harness.terminal import Terminal
from harness.world import PASSPHRASE, World

ANSA = "ansa_sk_sandbox_51b1a3f0-9c3e-4a57-8a2b-0f8d5c1e7a90"
ANSA_LIVE = "ansa_sk_live_7c0e94d2-1b5f-4c83-9e6a-2d4f8b1a3c57"
ANEXPAY = "fedcba9876543210fedcba9876543210"
PAYNET = {"client_id": "0123456789abcdef0123456789abcdef", "client_secret": "abcdef0123456789abcdef0123456789"}
ANTOM_ID = "SANDBOX_5X00000000000000"
AMAZON_ID = "SANDBOX-AHXKM2ZPQ7D4M5N6B7V8C9X0"


@pytest.fixture
def world():
    world = World()
    yield world
    world.remove()


@pytest.fixture(scope="module")
def display():
    """An X server of our own: tests must not touch the clipboard of whoever runs them."""
    read, write = os.pipe()
    server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-nolisten", "tcp"], pass_fds=[write], stderr=subprocess.DEVNULL)
    os.close(write)
    assert select.select([read], [], [], 30)[0], "Xvfb did not start"
    yield ":" + os.read(read, 16).decode().strip()
    server.terminate()
    server.wait()
    os.close(read)


def pem():
    made = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    return subprocess.run(made, capture_output=True, check=True, text=True).stdout


def base64_der(pem):
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))


@contextmanager
def first_run(world, size, env=None):
    with Terminal(world, size=size, env=env) as terminal:
        terminal.wait("I wrote it down").type(PASSPHRASE).key("tab").type(PASSPHRASE).key("tab", "space", "enter")
        yield terminal.wait("Nothing here yet")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
def test_the_keys_of_five_gateways_are_recognised_kept_found_and_copied(world, display, size):
    antom, amazon = pem(), pem()
    with first_run(world, size, env={"DISPLAY": display}) as terminal:
        terminal.paste(ANSA + "\n").wait("Ansa", "sandbox", "merchant secret key", "line break at its end was left out")
        terminal.type("acme").key("enter").wait("ansa/sandbox/acme/secret-key is kept")

        terminal.paste(ANTOM_ID).wait("Antom", "sandbox", "Client ID").key("enter").gone("Client ID")
        terminal.paste(f"ANTOM_PRIVATE_KEY={base64_der(antom)}").wait("Antom", "your key pair", "still to do: the environment")
        terminal.type("sandbox").key("enter", "enter").wait("antom/sandbox/acme/key-pair is kept")

        terminal.paste(f"PUBLIC_KEY_ID={AMAZON_ID}\n{amazon}").wait("Amazon Pay", "sandbox", "API key pair")
        terminal.key("enter").wait("amazon-pay/sandbox/acme/key-pair is kept")

        terminal.paste(json.dumps(PAYNET)).wait("PayNet", "client ID and secret", "still to do: the environment")
        terminal.type("sandbox").key("enter", "enter").wait("paynet/sandbox/acme/client-credentials is kept")

        terminal.paste(f"ANEXPAY_SIGN_KEY={ANEXPAY}").wait("ANexPay", "sign key", "still to do: the environment")
        terminal.type("sandbox").key("enter", "enter").wait("anexpay/sandbox/acme/sign-key is kept")

        terminal.paste(f"curl https://api.ansa.dev/v1/customers -H 'Authorization: {ANSA_LIVE}'").wait("Ansa", "● LIVE")
        terminal.key("enter").wait("ansa/live/acme/secret-key is kept")

        terminal.key("q").wait("Passphrase").settle()
        assert "acme" not in terminal.text()
        terminal.type(PASSPHRASE).key("enter").wait("Amazon Pay")

        terminal.key("/").type("anexpay").key("enter").wait("1 of 6").key("c").wait("sign-key")
        assert until_clipboard(display, ANEXPAY, terminal) == ANEXPAY
        terminal.key("esc", "esc", "/").type("live").key("enter").wait("1 of 6").key("c").wait("Copy a live secret")
        assert clipboard(display) != ANSA_LIVE, "not before it was confirmed"
        terminal.key("enter")
        assert until_clipboard(display, ANSA_LIVE, terminal) == ANSA_LIVE
        terminal.key("ctrl-q")
        assert terminal.exit() == 0
        assert clipboard(display) == "", "cleared when it ends"
        shown = terminal.raw.decode(errors="replace")
        for secret in (ANSA, ANSA_LIVE, ANEXPAY, PAYNET["client_secret"], base64_der(antom)[40:80], PASSPHRASE):
            assert secret not in shown, "nobody asked to see it"

    document = tomllib.loads(decrypted("age", world, PASSPHRASE).decode())
    stored = [secret.strip() for secret in document["secrets"].values() if isinstance(secret, str)]
    for secret in (ANSA, ANSA_LIVE, ANEXPAY, PAYNET["client_secret"], antom.strip(), amazon.strip()):
        assert secret in stored
    kept = {row["reference"]: row["kind"] for row in json.loads(world.run("ls", "--json").ok().out)}
    assert kept == {
        "ansa/sandbox/acme/secret-key": "secret-key",
        "ansa/live/acme/secret-key": "secret-key",
        "antom/sandbox/acme/key-pair": "key-pair",
        "amazon-pay/sandbox/acme/key-pair": "key-pair",
        "paynet/sandbox/acme/client-credentials": "client-credentials",
        "anexpay/sandbox/acme/sign-key": "signing-key",
    }
    assert "SANDBOX_5X00000000000000" in world.run("account", "show", "antom/sandbox/acme").ok().out


def test_what_is_revealed_is_hidden_again(world):
    with first_run(world, (120, 36)) as terminal:
        terminal.paste(ANSA).wait("certain").type("acme").key("enter").wait("is kept")
        terminal.key("enter").wait("fingerprint").key("r").wait(ANSA, "hides in")
        terminal.gone(ANSA, seconds=15)
        terminal.key("r").wait(ANSA).send("\x1b[O").gone(ANSA, seconds=2)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[31mred\x1b]52;c;aGk=\x07\x1bP1;2|x\x1b\\",
        "q\x1b[201~q\r:\r",
        "\0\x01\x02\x7f\x9b31m",
        "א\u202eevil\u2066\u200b",
        "👩‍👩‍👧‍👦 宽字符 é" * 40,
        "\n" * 5000,
        "x" * 10_000_000,
    ],
    ids=["escape codes", "the end of a paste", "control codes", "bidirectional", "wide", "empty lines", "ten megabytes"],
)
def test_a_hostile_paste_does_nothing_but_be_looked_at(world, hostile):
    with first_run(world, (80, 24)) as terminal:
        before = len(terminal.raw)
        for at in range(0, len(hostile), 100_000):
            terminal.send(("\x1b[200~" if at == 0 else "") + hostile[at : at + 100_000]).read(0)
        terminal.send("\x1b[201~").settle()
        sent = terminal.raw[before:].decode(errors="replace")
        for sequence in ("\x1b]52", "\x1bP", "\u202e", "\u2066", "\x9b"):
            assert sequence not in sent
        terminal.key("esc", "esc").resize(120, 36).key("ctrl-q")
        assert terminal.exit() == 0
    assert json.loads(world.run("ls", "--json").ok().out) == []


def clipboard(display):
    got = subprocess.run(["xclip", "-o", "-selection", "clipboard", "-display", display], capture_output=True, text=True, timeout=10)
    return got.stdout


def until_clipboard(display, text, terminal):
    """What is pasted as soon as something is: it can be pasted once."""
    got = ""
    for _ in range(50):
        terminal.read(0.1)
        got = clipboard(display)
        if got == text:
            break
    return got
