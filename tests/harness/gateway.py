"""A gateway that gives tokens: a real OAuth 2.0 server on this computer (Authlib), others that behave badly, and the file of the
user's own that describes them."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from flask import Flask, jsonify
from werkzeug.serving import make_server

ID, SECRET = "merchant-4711", "s3cret & more=\"50%\" \\ü"
PAIR = "acme-pay/sandbox/shop/client-credentials"
TOKEN = "acme-pay/sandbox/shop/access-token"

FILE = (Path(__file__).parent.parent / "providers" / "acme-pay.toml").read_text()
HOST = "https://api.acme.example"


class Client(ClientMixin):
    def check_client_secret(self, secret):
        return secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_post"

    def check_grant_type(self, grant_type):
        return grant_type == "client_credentials"

    def get_client_id(self):
        return ID

    def get_allowed_scope(self, scope):
        return scope or ""


class Issued(TokenMixin):
    def __init__(self, token):
        self.ends = time.time() + token["expires_in"]

    def is_expired(self):
        return time.time() >= self.ends

    def is_revoked(self):
        return False

    def get_scope(self):
        return ""


@contextmanager
def oauth_server(lives_s=3600):
    """Authlib's authorization server with one client, and a page that wants a token of it."""
    app, issued = Flask("gateway"), {}

    class Grant(grants.ClientCredentialsGrant):
        TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_post"]

    class Validator(BearerTokenValidator):
        def authenticate_token(self, token):
            return issued.get(token)

    app.config["OAUTH2_TOKEN_EXPIRES_IN"] = {"client_credentials": lives_s}
    server = AuthorizationServer(
        app,
        query_client=lambda client_id: Client() if client_id == ID else None,
        save_token=lambda token, request: issued.update({token["access_token"]: Issued(token)}),
    )
    server.register_grant(Grant)
    protector = ResourceProtector()
    protector.register_token_validator(Validator())
    app.post("/oauth/token")(lambda: server.create_token_response())

    @app.get("/me")
    @protector()
    def me():
        return jsonify(ok=True)

    http = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    takes = lambda token: app.test_client().get("/me", headers={"Authorization": f"Bearer {token}"}).status_code
    yield SimpleNamespace(host=f"127.0.0.1:{http.server_port}", issued=issued, takes=takes)
    http.shutdown()


@contextmanager
def bad_server(answer):
    """One that answers as `answer(handler)` does. `seen`: how many requests came."""
    seen = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            answer(self)

        do_GET = do_POST

        def log_message(self, *_):
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    yield SimpleNamespace(host=f"127.0.0.1:{http.server_port}", seen=seen)
    http.shutdown()


def says(status, body, **headers):
    def answer(handler):
        handler.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            handler.send_header(name, str(value))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def describe(world, url, more=""):
    folder = world.root / "home" / "config" / "paykeep" / "providers"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "acme-pay.toml").write_text(FILE.replace(HOST, url) + more)


def store(world, url, secret=SECRET):
    describe(world, url)
    value = json.dumps({"client_id": ID, "client_secret": secret})
    world.run("add", PAIR, "--kind", "client-credentials", "--json", stdin=value).ok()
