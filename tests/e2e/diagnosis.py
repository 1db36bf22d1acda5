"""What is wrong with a signature, explained by the built program.

Every signature here is made by this script alone, with Python's own modules and the `openssl` program: rightly, wrongly in a known
way, and wrongly in a way that nobody knows. The first verify, the second are explained by what was done to them, and the third are
explained by nothing."""

import base64
import hashlib
import hmac
import json
import subprocess
import time
import urllib.parse

import pytest

from harness.many import check_each
from harness.world import World

SECRET = "aR2822Y6XbehWMclnB0Y2NJK"
OLD, LIVE = "bR2822Y6XbehWMclnB0Y2NJK", "cR2822Y6XbehWMclnB0Y2NJK"
# Its bytes in base64 are letters and digits, and so is what it is decoded to as base64.
HOOK = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
CLIENT = "SANDBOX_5X00000000000000"
NOW, MS = "2023-11-14T22:13:20Z", "1700000000000"
HOST = "openapi.dev.anexpay.com"
PATH, QUERY = "/openapi/pay", "a=1&b=x%20y"
BODY = '{"order": "A 1", "url": "https://h.example/ü?a=<b>&c", "amount": 10.50, "n": [1, 2], "none": {}}'


def hashed(text, key=SECRET, function=hashlib.sha512):
    key = key if isinstance(key, bytes) else key.encode()
    return hmac.new(key, text if isinstance(text, bytes) else text.encode(), function).digest()


def b64(raw):
    return base64.b64encode(raw).decode()


def written(body, amount="10.50", **how):
    """The JSON written anew, its one broken number as it is told."""
    return json.dumps(json.loads(body, parse_float=lambda _: "@"), **how).replace('"@"', amount)


def minified(body, **more):
    return written(body, **{"separators": (",", ":"), "ensure_ascii": False, **more})


def text(method="POST", time=MS, path=PATH, query="?" + urllib.parse.unquote(QUERY), body=None):
    return method + time + path + query + (minified(BODY) if body is None else body)


def for_pages(body, which):
    return "".join(f"\\u{ord(c):04x}" if c in which else c for c in body)


MINIFIED = minified(BODY)

# What was done, what it gives, what paykeep has to say. The gateway's text is method, time, path, ?query and body without space.
SHARED = {
    "white space": (b64(hashed(text(body=BODY))), "with its white space"),
    "line break": (b64(hashed(text(body=MINIFIED + "\n"))), "line break at its end"),
    "CRLF": (b64(hashed(text(body=MINIFIED + "\r\n"))), "a line break, CRLF, at its end"),
    "byte order mark": (b64(hashed(text(body="\ufeff" + MINIFIED))), "a byte order mark before it"),
    "ISO 8859-1": (b64(hashed(text(body="").encode() + MINIFIED.encode("latin-1"))), "as ISO 8859-1"),
    "spaced": (b64(hashed(text(body=written(BODY, ensure_ascii=False)))), "white space"),
    "indented": (b64(hashed(text(body=written(BODY, indent=2, ensure_ascii=False)))), "indented"),
    "indented by four": (b64(hashed(text(body=written(BODY, indent=4, ensure_ascii=False)))), "indented by four spaces"),
    "sorted": (b64(hashed(text(body=minified(BODY, amount="10.5", sort_keys=True)))), "keys sorted"),
    "sorted and indented": (b64(hashed(text(body=written(BODY, "10.5", indent=2, sort_keys=True, ensure_ascii=False)))), "keys sorted, and"),
    "numbers": (b64(hashed(text(body=minified(BODY, amount="10.5")))), "its numbers as 10 for 10.00"),
    "escaped slashes": (b64(hashed(text(body=MINIFIED.replace("/", "\\/")))), "with / as \\/"),
    "escaped letters": (b64(hashed(text(body=minified(BODY, ensure_ascii=True)))), "\\u escapes"),
    "as PHP writes it": (b64(hashed(text(body=minified(BODY, ensure_ascii=True).replace("/", "\\/")))), "as PHP does"),
    "as Python writes it": (b64(hashed(text(body=written(BODY)))), "as Python does"),
    "as Python sorts it": (b64(hashed(text(body=written(BODY, "10.5", sort_keys=True)))), "keys sorted, and"),
    "as Go writes it": (b64(hashed(text(body=for_pages(MINIFIED, "<>&")))), "as Go does"),
    "as Gson writes it": (b64(hashed(text(body=for_pages(MINIFIED, "<>&='")))), "as Gson does"),
    "no body": (b64(hashed(text(body=""))), "the body was left out"),
    "no ?": (b64(hashed(text(query=urllib.parse.unquote(QUERY)))), "without its ?"),
    "no query": (b64(hashed(text(query=""))), "the query was left out"),
    "address": (b64(hashed(text(path=f"https://{HOST}{PATH}"))), "the whole address"),
    "host": (b64(hashed(text(path=f"{HOST}{PATH}"))), "the host in front"),
    "slash": (b64(hashed(text(path=PATH + "/"))), "a slash at its end"),
    "no slash": (b64(hashed(text(path=PATH[1:]))), "without its first slash"),
    "lower case": (b64(hashed(text(method="post"))), "in lower case"),
    "seconds": (b64(hashed(text(time=MS[:-3]))), "in seconds"),
    "RFC 3339": (b64(hashed(text(time=NOW))), "RFC 3339"),
    "RFC 3339 with milliseconds": (b64(hashed(text(time=NOW.replace("Z", ".000Z")))), "RFC 3339 with milliseconds"),
    "RFC 3339 with +00:00": (b64(hashed(text(time=NOW.replace("Z", "+00:00")))), "+00:00 for Z"),
    "no time": (b64(hashed(text(time=""))), "the time was left out"),
    "decoded key": (b64(hashed(text(), base64.b64decode(SECRET))), "decoded as base64"),
    "key with line break": (b64(hashed(text(), SECRET + "\n")), "key was used with a line break"),
    "key in quotes": (b64(hashed(text(), f'"{SECRET}"')), "quotes around it"),
    "hexadecimal": (hashed(text()).hex(), "in hexadecimal"),
    "base64url": (base64.urlsafe_b64encode(hashed(text())).decode().rstrip("="), "base64url"),
    "URL-encoded": (urllib.parse.quote_plus(b64(hashed(text()))), "URL-encoded"),
    "hexadecimal in base64": (b64(hashed(text()).hex().encode()), "hexadecimal that was put into base64"),
    "SHA-256": (b64(hashed(text(), function=hashlib.sha256)), "HMAC-SHA256"),
    "SHA-1": (b64(hashed(text(), function=hashlib.sha1)), "HMAC-SHA1"),
    "hashed before": (b64(hashed(hashlib.sha256(text().encode()).hexdigest())), "SHA-256 in hexadecimal"),
    "hashed twice": (b64(hashed(hashlib.sha256(text().encode()).digest())), "hashed twice"),
    "old key": (b64(hashed(text(), OLD)), "another version"),
    "live key": (b64(hashed(text(), LIVE)), "the other environment's key"),
    "old key and white space": (b64(hashed(text(body=BODY), OLD)), "another version"),
    "seconds and white space": (b64(hashed(text(time=MS[:-3], body=BODY))), "in seconds"),
    "no ? and hexadecimal": (hashed(text(query=urllib.parse.unquote(QUERY))).hex(), "hexadecimal"),
}

# Wrong, and by no mistake that anybody knows.
UNKNOWN = {
    "another secret": b64(hashed(text(), "dR2822Y6XbehWMclnB0Y2NJK")),
    "the secret backwards": b64(hashed(text(), SECRET[::-1])),
    "another path": b64(hashed(text(path="/openapi/other"))),
    "another amount": b64(hashed(text(body=MINIFIED.replace("10.50", "30.50")))),
    "two mistakes and another amount": hashed(text(time=MS[:-3], body=MINIFIED.replace("10.50", "30.50") + "\n")).hex(),
    "parts in another order": b64(hashed(MS + "POST" + PATH + MINIFIED)),
    "a separator": b64(hashed(text(method="POST|"))),
    "the body alone": b64(hashed(MINIFIED)),
    "another hash": b64(hashed(text(), function=hashlib.sha384)),
    "a time a second later": b64(hashed(text(time="1700000001000"))),
    "cut short": b64(hashed(text())[:32]),
    "longer": b64(hashed(text()) + b"\0"),
    "a bit": b64(bytes([hashed(text())[0] ^ 1]) + hashed(text())[1:]),
    "backwards": b64(hashed(text())[::-1]),
    "nothing but zeros": b64(bytes(64)),
}


def openssl(*words, stdin=b"", cwd):
    return subprocess.run(["openssl", *words], input=stdin, cwd=cwd, capture_output=True, check=True).stdout


@pytest.fixture(scope="module")
def world():
    world = World().init()
    for environment, value, *more in (("sandbox", OLD), ("sandbox", SECRET, "--as", "pending"), ("live", LIVE)):
        world.run("add", f"anexpay/{environment}/acme/key", "--kind", "signing-key", *more, stdin=value).ok()
    openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem", cwd=world.root)
    pem = (world.root / "key.pem").read_bytes()
    world.run("add", "antom/sandbox/acme/pair", stdin=pem).ok()
    world.run("account", "set", "antom/sandbox/acme", f"client_id={CLIENT}").ok()
    world.run("add", "amazon-pay/sandbox/acme/pair", stdin=pem).ok()
    world.run("add", "ansa/sandbox/acme/hook", "--kind", "webhook-secret", stdin=HOOK).ok()
    yield world
    world.remove()


def verified(world, reference, recipe, signature, message, *more):
    """What `verify --json` says; that it ends as it says too."""
    outcome = world.run(
        "verify", reference, "--recipe", recipe, "--json", "--now", NOW, f"--expect-signature={signature}", *more, stdin=message
    )
    said = json.loads(outcome.out or "{}")
    assert outcome.code == (0 if said.get("verified") else 8), f"{outcome}"
    return said


def request(body=BODY, path=f"{PATH}?{QUERY}", host=HOST, headers=()):
    head = [f"POST {path} HTTP/1.1", f"Host: {host}", *headers]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body.encode()


def anexpay(world, signature, *more):
    return verified(world, "anexpay/sandbox/acme/key@2", "request", signature, request(), "--timestamp", MS, *more)


def explained(said, words):
    assert said["verified"] is False, said
    assert said["cause"] and words in said["cause"], f"«{words}»: {said['cause']}"


def test_what_is_right_is_verified(world):
    said = anexpay(world, b64(hashed(text())))
    assert said["verified"] is True and said["cause"] is None and said["version"] == 2


def test_each_known_mistake_is_named(world):
    def named(case):
        signature, words = SHARED[case]
        explained(anexpay(world, signature), words)

    check_each(named, SHARED, "known mistakes")


def test_what_nobody_knows_is_not_explained(world):
    def unexplained(case):
        said = anexpay(world, UNKNOWN[case])
        assert (said["verified"], said["cause"], said["version"]) == (False, None, None), said

    check_each(unexplained, UNKNOWN, "unknown mistakes")


def test_a_clock_that_is_off_is_told_with_its_seconds(world):
    late = str(int(MS) - 300_000)
    said = verified(world, "anexpay/sandbox/acme/key@2", "request", b64(hashed(text(time=late))), request(), "--timestamp", late)
    explained(said, "300 s behind now; 120 s are allowed")


def rsa(world, signed, *options):
    """PKCS#1 v1.5 by `openssl dgst`, or what the options make of it."""
    return openssl("dgst", *(options or ("-sha256",)), "-sign", "key.pem", stdin=signed.encode(), cwd=world.root)


def pss(world, signed, salt):
    return rsa(world, signed, "-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", f"rsa_pss_saltlen:{salt}")


def test_rsa_signatures_of_a_path_and_a_body(world):
    path, body = "/ams/api/v1/payments/pay", '{"a":1}'
    message = request(body, path, "open-sea-global.alipay.com")

    def signed(path="/ams/sandbox/api/v1/payments/pay", body=body, time=MS):
        return f"POST {path}\n{CLIENT}.{time}.{body}"

    def check(raw, words):
        written = raw if isinstance(raw, str) else urllib.parse.quote_plus(b64(raw))
        said = verified(world, "antom/sandbox/acme/pair", "request", written, message, "--timestamp", MS)
        if words is None:
            assert said["verified"] is True, said
        else:
            explained(said, words)

    digest = hashlib.sha256(signed().encode()).digest()
    bare = openssl("pkeyutl", "-sign", "-inkey", "key.pem", stdin=digest, cwd=world.root)
    plus = next(body for body in (f'{{"n":{n}}}' for n in range(200)) if "+" in b64(rsa(world, signed(body=body))))
    check(rsa(world, signed()), None)
    check(rsa(world, signed(path)), "before it was rewritten")
    check(rsa(world, signed(signed().split()[1][1:])), "without its first slash")
    check(rsa(world, signed(f"https://open-sea-global.alipay.com{path}")), "before it was rewritten")
    check(rsa(world, signed(body='{"a":1}\r\n')), "CRLF, at its end")
    check(rsa(world, signed(body='{"a": 1}')), "a space behind each comma")
    check(rsa(world, signed(time=MS[:-3])), "in seconds")
    check(rsa(world, signed() + "\n"), "line break at its end")
    check(bare, "around the bare hash")
    check(rsa(world, signed(), "-sha1"), "SHA-1")
    check(rsa(world, signed(), "-sha512"), "SHA-512")
    check(pss(world, signed(), 32), "PSS and 32 bytes of salt")
    check(rsa(world, digest.hex()), "SHA-256 in hexadecimal")
    check(rsa(world, signed()).hex(), "in hexadecimal")
    other = request(plus, path, "open-sea-global.alipay.com")
    said = verified(world, "antom/sandbox/acme/pair", "request", b64(rsa(world, signed(body=plus))), other, "--timestamp", MS)
    explained(said, "not URL-encoded")
    for wrong in (rsa(world, "POST /\n"), bytes(256), rsa(world, signed())[:-1] + b"\0"):
        said = verified(world, "antom/sandbox/acme/pair", "request", urllib.parse.quote_plus(b64(wrong)), message, "--timestamp", MS)
        assert (said["verified"], said["cause"]) == (False, None), said


def test_salts_and_paddings_are_told_apart(world):
    body = '{"storeId":"x"}'
    signed = "AMZN-PAY-RSASSA-PSS\n" + hashlib.sha256(body.encode()).hexdigest()
    for raw, words in (
        (pss(world, signed, 20), None),
        (pss(world, signed, 32), "32 bytes of salt"),
        (pss(world, signed, "max"), "a salt of another length"),
        (rsa(world, signed), "PKCS#1 v1.5"),
    ):
        said = verified(world, "amazon-pay/sandbox/acme/pair", "button", b64(raw), request(body, "/"))
        if words is None:
            assert said["verified"] is True, said
        else:
            explained(said, words)


def test_a_webhook_secret_that_was_used_wrongly(world):
    key = base64.b64decode(HOOK.removeprefix("whsec_"))
    body = '{"test": 1}'

    def check(raw, words, written=None):
        headers = ("webhook-id: msg_1", "webhook-timestamp: 1700000000", f"webhook-signature: v1,{written or b64(raw)}")
        outcome = world.run("verify", "ansa/sandbox/acme/hook", "--json", "--now", NOW, stdin=request(body, "/hook", headers=headers))
        said = json.loads(outcome.out)
        if words is None:
            assert said["verified"] is True, said
        else:
            explained(said, words)

    def signed(key=key, time="1700000000", body=body):
        return hashed(f"msg_1.{time}.{body}", key, hashlib.sha256)

    check(signed(), None)
    check(signed(HOOK), "used as text, not decoded")
    check(signed(HOOK.removeprefix("whsec_")), "without its prefix")
    check(signed(time="1700000000000"), "in milliseconds")
    check(signed(body=minified(body)), "without its white space")
    check(signed(body=body + "\n"), "line break at its end")


def test_two_strings_to_sign_are_shown_where_they_part(world):
    theirs = world.root / "theirs"
    for ours_goes, theirs_goes in (("/openapi/pay", "/openapi/play"), ("A 1", "A 2")):
        theirs.write_text(text().replace(ours_goes, theirs_goes, 1))
        outcome = world.run(
            "verify", "anexpay/sandbox/acme/key@2", "--recipe", "request", "--json", "--timestamp", MS, "--expect-string", theirs, stdin=request()
        )
        said = json.loads(outcome.out)
        assert outcome.code == 8 and said["verified"] is False and said["cause"] is None and said["version"] is None
        common = len(text()[: text().index(ours_goes)]) + next(i for i, (a, b) in enumerate(zip(ours_goes, theirs_goes)) if a != b)
        assert said["parts"]["offset"] == common
        assert text()[common:].startswith(said["parts"]["ours"]) and said["parts"]["ours"]
        assert theirs.read_text()[common:].startswith(said["parts"]["theirs"])
    theirs.write_text(text())
    outcome = world.run(
        "verify", "anexpay/sandbox/acme/key@2", "--recipe", "request", "--json", "--timestamp", MS, "--expect-string", theirs, stdin=request()
    )
    said = json.loads(outcome.out)
    # The request has no signature: of that the same string says nothing.
    assert outcome.code == 8 and said["verified"] is False and said["same"] is True and said["parts"] is None


def test_ten_megabytes_are_looked_at_too(world):
    body = '{"a": "' + "x" * (10 << 20) + '"}'
    start = time.monotonic()
    said = verified(world, "anexpay/sandbox/acme/key@2", "request", b64(hashed(text())), request(body), "--timestamp", MS)
    assert (said["verified"], said["cause"]) == (False, None)
    print(f"10 MB that fit nothing: {time.monotonic() - start:.1f} s")
    assert time.monotonic() - start < 30
    said = verified(world, "anexpay/sandbox/acme/key@2", "request", b64(hashed(text(body=body))), request(body), "--timestamp", MS)
    explained(said, "with its white space")
