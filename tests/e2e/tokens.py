"""Access tokens: from a real OAuth 2.0 server on this computer (Authlib), and from others that behave badly."""

import json
import re
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from harness.gateway import ID, PAIR, SECRET, TOKEN, bad_server, describe, oauth_server, says, store
from harness.other_age import decrypted
from harness.world import PASSPHRASE, World


@pytest.fixture
def world():
    world = World().init()
    yield world
    world.remove()


def states(world):
    shown = json.loads(world.run("show", TOKEN, "--json").ok().out)
    return [version["state"] for version in sorted(shown["versions"], key=lambda version: version["version"])]


def test_a_token_is_got_stored_used_again_and_got_anew(world):
    with oauth_server() as server:
        store(world, f"http://{server.host}")
        first = world.run("token", PAIR, "--allow-host", server.host).ok()
        assert server.takes(first.out) == 200
        assert re.search(r"access-token@1 is stored; it works until \d{4}-\d\d-\d\dT", first.err), first.err
        assert world.get(TOKEN) == first.out

        # It still works: nothing is sent.
        again = world.run("token", PAIR).ok()
        assert (again.out, len(server.issued)) == (first.out, 1)

        fresh = world.run("token", PAIR, "--fresh").ok()
        assert fresh.out != first.out and server.takes(fresh.out) == 200
        # Of the one before nothing is left but what the log says.
        assert states(world) == ["current"]
        payload = decrypted("age", world, PASSPHRASE).decode()
        assert fresh.out in payload and first.out not in payload

        log = json.loads(world.run("audit", "--json").ok().out)
        sent = [entry for entry in log if entry["act"] == "sent"]
        assert [entry["reached"] for entry in sent] == [f"to {server.host}, for a token"] * 2
        assert sent[0]["reference"] == PAIR and sent[0]["field"] == "client_secret"
        assert [entry["act"] for entry in log].count("printed") == 4


def test_a_token_that_ends_is_never_given_out_and_the_next_one_is_new(world):
    with oauth_server(lives_s=2) as server:
        store(world, f"http://{server.host}")
        first = world.run("token", PAIR, "--allow-host", server.host).ok().out
        # So short a life is too short to be handed out again.
        assert world.run("token", PAIR).ok().out != first
        time.sleep(2.5)
        assert server.takes(first) == 401
        world.run("get", TOKEN).fails(6, "no longer works")
        second = world.run("token", PAIR).ok().out
        assert second != first and server.takes(second) == 200


def test_a_wrong_secret_is_the_gateways_no_and_stores_nothing(world):
    with oauth_server() as server:
        store(world, f"http://{server.host}", secret="wr0ng-and-never-said")
        said = world.run("token", PAIR, "--allow-host", server.host).fails(8, "400, invalid_client", "ID or secret is wrong")
        assert "wr0ng" not in said.err and said.out == ""
        world.run("show", TOKEN).fails(4)


def test_credentials_that_were_replaced_get_a_token_of_their_own(world):
    with oauth_server() as server:
        store(world, f"http://{server.host}")
        first = world.run("token", PAIR, "--allow-host", server.host).ok().out
        value = json.dumps({"client_id": ID, "client_secret": SECRET})
        world.run("add", PAIR, "--kind", "client-credentials", "--json", "--as", "pending", stdin=value).ok()
        time.sleep(1.1)
        world.run("edit", PAIR, "--current", "2", "--said").ok()
        assert world.run("token", PAIR).ok().out != first


def test_on_a_terminal_it_is_stored_and_not_shown(world):
    with oauth_server() as server:
        store(world, f"http://{server.host}")
        command = world.argv("token", PAIR, "--allow-host", server.host)
        # `script` gives it a terminal.
        shown = subprocess.run(["script", "-qec", subprocess.list2cmdline(command), "/dev/null"], env=world.env, capture_output=True, timeout=60)
        token = world.get(TOKEN)
        assert shown.returncode == 0 and server.takes(token) == 200
        assert token not in shown.stdout.decode() and "not printed on the terminal" in shown.stdout.decode()


def test_the_printed_request_is_sent_by_curl_and_holds_no_secret(world):
    with oauth_server() as server:
        store(world, f"http://{server.host}")
        said = world.run("token", PAIR, "--print").ok()
        assert SECRET not in said.out + said.err and server.host in said.out and not server.issued
        name = re.search(r"it takes (\w+) from the environment", said.err)[1]
        sent = subprocess.run(["sh", "-c", said.out], env={**world.env, name: SECRET}, capture_output=True, timeout=60)
        assert server.takes(json.loads(sent.stdout)["access_token"]) == 200


def test_nothing_is_sent_without_consent_for_this_very_host(world):
    with bad_server(says(200, b"{}")) as server:
        store(world, f"http://{server.host}")
        world.run("token", PAIR).fails(6, "acme-pay.toml", f"--allow-host {server.host}")
        for other in ("127.0.0.1", "evil.example", f"{server.host}/", f"x@{server.host}"):
            world.run("token", PAIR, "--allow-host", other).fails(6, "not the host")
        assert server.seen == []


def test_consent_is_remembered_for_the_host_and_the_file_as_it_is(world):
    with oauth_server() as server, bad_server(says(200, b"{}")) as other:
        url = f"http://{server.host}"
        store(world, url)
        world.run("token", PAIR, "--allow-host", server.host).ok()
        world.run("token", PAIR, "--fresh").ok()
        log = json.loads(world.run("audit", "--json").ok().out)
        assert [entry["reached"] for entry in log if entry["act"] == "settings"] == [
            f"secrets may go to {server.host}, of your own file for acme-pay"
        ]
        # It can be seen, taken back and given again.
        assert f"--deny-host {server.host} takes that back" in world.run("token", PAIR, "--print").ok().err
        issued = len(server.issued)
        world.run("token", PAIR, "--deny-host", url).fails(4, "nobody has allowed", "without https://")
        assert world.run("token", PAIR, "--deny-host", server.host).ok().out == ""
        world.run("token", PAIR, "--fresh").fails(6, "stands in a file of your own", f"--allow-host {server.host}")
        assert len(server.issued) == issued
        world.run("token", PAIR, "--allow-host", server.host).ok()
        # Another byte in the file, and it is another file; another host is nobody that was agreed to.
        describe(world, url, more="# a comment\n")
        world.run("token", PAIR, "--fresh").fails(6, "has changed since you allowed", f"--allow-host {server.host}")
        describe(world, f"http://{other.host}")
        world.run("token", PAIR, "--fresh").fails(6, "stands in a file of your own", f"--allow-host {other.host}")
        assert (len(server.issued), other.seen) == (2, [])
        # The file as it was is the one that was agreed to.
        describe(world, url)
        world.run("token", PAIR, "--fresh").ok()


def test_a_proxy_of_the_environment_gets_nothing(world):
    with bad_server(says(200, b"{}")) as proxy, oauth_server() as server:
        store(world, f"http://{server.host}")
        env = {name: f"http://{proxy.host}" for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "ALL_PROXY")}
        assert world.run("token", PAIR, "--allow-host", server.host, env=env).ok().out in server.issued
        assert proxy.seen == []


@pytest.mark.parametrize("url", ["http://gateway.example", "http://localhost:1", "http://10.0.0.1", "http://127.0.0.1@gateway.example"])
def test_a_file_whose_host_would_get_secrets_in_clear_is_not_used(world, url):
    describe(world, url)
    said = world.run("ls").ok()
    assert "acme-pay.toml" in said.err and "https://" in said.err


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (says(200, b"<html>welcome</html>"), 1, "no JSON object"),
        (says(200, b""), 1, "is empty"),
        (says(401, b'{"error": "invalid_client"}'), 8, "401, invalid_client"),
        (says(429, b"slow down", **{"Retry-After": 17}), 1, "no more calls for now: 429"),
        (says(429, b"slow down", **{"Retry-After": 17}), 1, "again after 17 s"),
        (says(429, b"slow down", **{"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"}), 1, " d; nothing was stored"),
        (says(429, b"slow down", **{"Retry-After": "soon"}), 1, "try again later"),
        (says(503, b"", **{"Retry-After": 9}), 1, "again after 9 s"),
        (says(200, b'{"token": "tok3n-of-another-name"}'), 1, "no `access_token`"),
        (says(200, b'{"access_token": "tok3n\\u001b[2J"}'), 1, "no token has"),
        (says(200, b'{"access_token": "' + b"x" * 70_000 + b'"}'), 1, "larger than 64 KiB"),
        (says(200, b"x" * 5_000_000), 1, "larger than 64 KiB"),
        (says(500, b'{"error": "tok3n"}'), 1, "trouble of its own: 500"),
        (says(400, b'{"error": "invalid_scope", "error_description": "tok3n"}'), 8, "400, invalid_scope"),
        (says(401, json.dumps({"error": SECRET}).encode()), 8, "without a code"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-x\r\n\r\n"), 1, "may have been sent to 127.0.0.1"),
        (lambda handler: handler.connection.close(), 1, "may have been sent to 127.0.0.1"),
    ],
)
def test_an_answer_without_a_token_is_one_clear_line(world, answer, code, words):
    with bad_server(answer) as server:
        store(world, f"http://{server.host}")
        said = world.run("token", PAIR, "--allow-host", server.host).fails(code, words, "paykeep: hint: ")
        assert said.out == "" and "tok3n" not in said.err and SECRET not in said.err
        world.run("show", TOKEN).fails(4)


def test_a_redirect_is_told_and_not_followed(world):
    with bad_server(says(200, b'{"access_token": "stolen"}')) as thief:
        with bad_server(says(307, b"", Location=f"http://{thief.host}/")) as server:
            store(world, f"http://{server.host}")
            world.run("token", PAIR, "--allow-host", server.host).fails(1, "another address (307)")
        assert thief.seen == []


def drips(handler):
    """A byte now and then: each comes in time, the whole does not."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in range(100):
            handler.wfile.write(b" ")
            time.sleep(0.5)
    except OSError:
        pass


@pytest.mark.parametrize("answer", [drips, lambda handler: time.sleep(20)], ids=["drips", "silent"])
def test_a_slow_host_is_waited_for_ten_seconds(world, answer):
    with bad_server(answer) as server:
        store(world, f"http://{server.host}")
        began = time.monotonic()
        world.run("token", PAIR, "--allow-host", server.host).fails(1, "has not answered within 10 seconds", "may have been sent")
        assert 9 < time.monotonic() - began < 16


def test_nobody_there_is_told(world):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        store(world, f"http://{host}")
        world.run("token", PAIR, "--allow-host", host).fails(1, "nobody takes the connection", "nothing secret was sent")


def test_a_name_that_nobody_has_is_told(world):
    store(world, "https://gateway.invalid")
    world.run("token", PAIR, "--allow-host", "gateway.invalid").fails(1, "the name gateway.invalid is not known", "nothing secret was sent")


@pytest.mark.parametrize(
    ("greets", "words"),
    [(b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not speak TLS"), (b"", "no connection to"), (None, "not taken the connection within 10 seconds")],
    ids=["plain", "closes", "silent"],
)
def test_before_the_host_has_proved_its_name_nothing_is_sent(world, greets, words):
    with socket.create_server(("127.0.0.1", 0)) as listening:
        got = []

        def serve():
            peer = listening.accept()[0]
            got.append(peer.recv(65536))
            if greets is None:
                time.sleep(12)
            else:
                peer.sendall(greets)
            peer.close()

        threading.Thread(target=serve, daemon=True).start()
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        store(world, f"https://{host}")
        world.run("token", PAIR, "--allow-host", host).fails(1, words, "nothing secret was sent")
        assert SECRET.encode() not in got[0] and ID.encode() not in got[0]


def test_a_host_that_does_not_prove_its_name_gets_nothing(world):
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    key, certificate = world.root / "key.pem", world.root / "cert.pem"
    subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.path)

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.socket = context.wrap_socket(http.socket, server_side=True)
    http.handle_error = lambda *_: None
    threading.Thread(target=http.serve_forever, daemon=True).start()
    host = f"127.0.0.1:{http.server_port}"
    store(world, f"https://{host}")
    world.run("token", PAIR, "--allow-host", host).fails(1, "prove its name", "nothing secret was sent")
    http.shutdown()
    assert seen == []
