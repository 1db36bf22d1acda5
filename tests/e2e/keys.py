"""Key pairs as others see them: `badkeys` finds nothing in 200 generated ones; `paykeep convert` writes what `openssl` writes."""

import json
import os

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from harness.world import World

HERE = Path(__file__).resolve().parent.parent.parent
# Those that need no list from the network.
CHECKS = "fermat,roca,rsainvalid,rsapoly,sharedprimes,smalld,smallfactors,rsawarnings,rsabias,pattern,xzbackdoor"
# Each form, and what `openssl` writes in it.
FORMS = {
    "pkcs8-pem": ["pkey"],
    "pkcs8-base64": ["pkey"],
    "pkcs1-pem": ["rsa", "-traditional"],
    "spki-pem": ["pkey", "-pubout"],
    "spki-base64": ["pkey", "-pubout"],
}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Both halves of each pair, in files. Only the library makes pairs without a vault, so its own tests write them."""
    folder = tmp_path_factory.mktemp("pairs")
    command = ["cargo", "test", "--quiet", "--locked", "--test", "keygen", "--", "--ignored"]
    subprocess.run(command, cwd=HERE, env={**os.environ, "PAIRS": str(folder)}, check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def world():
    world = World()
    yield world
    world.remove()


@pytest.fixture(scope="module")
def private():
    return openssl(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])


def test_badkeys_finds_nothing(pairs):
    files = sorted(pairs.glob("*.public.pem"))
    found = badkeys(files)
    assert len(found) == len(files) >= 200
    assert [key for key in found if key["results"]] == []
    assert {key["bits"] for key in found} == {2048, 3072, 4096}


def test_badkeys_would_find_close_primes(tmp_path):
    import gmpy2
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    p = gmpy2.next_prime(int(openssl(["prime", "-generate", "-bits", "1024"])))
    q = gmpy2.next_prime(p + 2**64)
    key = RSAPublicNumbers(65537, int(p * q)).public_key()
    file = tmp_path / "close.pem"
    file.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    [found] = badkeys([file])
    assert "fermat" in found["results"], found


def test_no_two_pairs_share_a_prime(pairs):
    import gmpy2

    moduli = [int(key["n"], 16) for key in badkeys(sorted(pairs.glob("*.public.pem")))]
    product = 1
    for modulus in moduli:
        assert gmpy2.gcd(product, modulus) == 1
        product *= modulus


def test_each_form_is_what_openssl_writes_whatever_the_key_came_in(world, pairs):
    for file in sorted(pairs.glob("*.private.pem"))[::30]:
        pem = file.read_text()
        came = {
            "pem": pem.encode(),
            "pkcs1": openssl(["rsa", "-traditional"], pem),
            "der": openssl(["pkey", "-outform", "DER"], pem),
            "pkcs1 der": openssl(["rsa", "-traditional", "-outform", "DER"], pem),
            "crlf": pem.replace("\n", "\r\n").encode(),
            "escaped": pem.replace("\n", "\\n").encode(),
            "json": json.dumps(pem).encode(),
            "no header": pem.partition("\n")[2].encode(),
            "base64": bare(pem).encode(),
            "openssh": ssh(pem, "-p", "-N", ""),
        }
        for form, command in FORMS.items():
            expected = openssl(command, pem).decode()
            expected = bare(expected) if form.endswith("base64") else expected
            for name, key in came.items():
                assert world.run("convert", "--to", form, stdin=key, passphrase=False).ok().out == expected, (name, form)


def test_a_public_key_is_read_in_every_form_too(world, private):
    spki = openssl(["pkey", "-pubout"], private)
    for key in (
        openssl(["pkey", "-pubin", "-outform", "DER"], spki),
        openssl(["rsa", "-pubin", "-RSAPublicKey_out"], spki),
        openssl(["req", "-new", "-x509", "-subj", "/CN=shop", "-key", "/dev/stdin"], private),
        openssl(["req", "-new", "-subj", "/CN=shop", "-key", "/dev/stdin"], private),
        ssh(private, "-y"),
        ssh(private, "-e", "-m", "RFC4716"),
    ):
        assert world.run("convert", "--to", "spki-pem", stdin=key, passphrase=False).ok().out == spki.decode()
        world.run("convert", "--to", "pkcs8-pem", stdin=key, passphrase=False).fails(2, "private key is needed")


def test_what_is_encrypted_opens_with_its_password_alone(world, private):
    plain = openssl(["pkey"], private).decode()
    password = world.root / "password"
    password.write_text("hunter2\n")
    password.chmod(0o600)
    for sealed in (
        openssl(["pkcs8", "-topk8", "-passout", "pass:hunter2"], private),
        openssl(["pkcs8", "-topk8", "-passout", "pass:hunter2", "-scrypt"], private),
        openssl(["rsa", "-traditional", "-aes256", "-passout", "pass:hunter2"], private),
        ssh(private, "-p", "-N", "hunter2"),
    ):
        given = ["convert", "--to", "pkcs8-pem", "--password-file", password]
        password.write_text("hunter2\n")
        assert world.run(*given, stdin=sealed, passphrase=False).ok().out == plain
        password.write_text("hunter3\n")
        world.run(*given, stdin=sealed, passphrase=False).fails(3, "does not open")
        # Nobody is there to be asked.
        asked = world.run(*given[:3], stdin=sealed, passphrase=False, start_new_session=True)
        asked.fails(3, "encrypted", "--password-fd")


def test_halves_of_one_pair_belong_together_and_no_others(world, pairs):
    mine, other = ((pairs / f"{n}.private.pem").read_bytes() for n in ("000", "001"))
    theirs = pairs / "000.public.pem"
    assert world.run("convert", "--matches", theirs, stdin=mine, passphrase=False).ok().out.startswith("yes: ")
    no = world.run("convert", "--matches", theirs, stdin=other, passphrase=False)
    assert (no.code, no.out[:4]) == (8, "no: ")


def test_a_key_for_one_signature_alone_is_written_as_plain_rsa_and_that_is_told(world):
    pss = openssl(["genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"])
    outcome = world.run("convert", "--to", "pkcs8-pem", stdin=pss, passphrase=False).ok()
    assert "for RSASSA-PSS alone" in outcome.err and "written as a plain RSA key" in outcome.err
    numbers = openssl(["pkey", "-text", "-noout"], outcome.out).decode().split("modulus:")[1]
    assert numbers == openssl(["pkey", "-text", "-noout"], pss).decode().split("modulus:")[1].split("No PSS")[0]


def test_a_key_of_three_primes_says_so(world):
    options = ["-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt", "rsa_keygen_primes:3"]
    key = openssl(["genpkey", "-algorithm", "RSA", *options])
    world.run("convert", "--to", "spki-pem", stdin=key, passphrase=False).fails(2, "more than two primes")
    assert "more than two primes" in world.run("detect", stdin=key, passphrase=False).ok().err


@pytest.mark.parametrize(
    ("spoilt", "words"),
    [
        (lambda pem: pem[: len(pem) // 2], "cut off"),
        (lambda pem: pem + pem, "2 keys"),
        (lambda pem: pem.replace("MII", "M!I", 1), "not base64"),
        (lambda pem: bare(pem)[: -len(bare(pem)) // 3], "cut off"),
        (lambda pem: bare(pem).rstrip("=") + "AAAA", "follows the key's end"),
        (lambda pem: "", "no key"),
        (lambda pem: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n", "no key"),
        (lambda pem: "A" * 100_000, "too long"),
    ],
)
def test_what_is_no_key_is_told_in_one_line(world, private, spoilt, words):
    pem = openssl(["pkey"], private).decode()
    outcome = world.run("convert", "--to", "spki-pem", stdin=spoilt(pem), passphrase=False).fails(2, words)
    assert outcome.out == ""


def test_a_private_key_is_not_printed_on_a_terminal(world, private):
    ours, theirs = os.openpty()
    for more, code in (([], 6), (["--print"], 0)):
        argv = world.argv("convert", "--to", "pkcs1-pem", *more, passphrase=False)
        ended = subprocess.run(argv, input=private, stdout=theirs, stderr=subprocess.PIPE, env=world.env, timeout=60)
        assert ended.returncode == code, ended.stderr
    assert b"BEGIN RSA PRIVATE KEY" in os.read(ours, 100)
    os.close(ours)
    os.close(theirs)


def badkeys(files):
    """What it says of each key, as JSON. It ends with a code of its own when it finds something."""
    program = str(Path(sys.executable).parent / "badkeys")
    command = [program, "--all", "--json", "--warnings", "--checks", CHECKS, *map(str, files)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert ended.stdout, ended.stderr
    return [json.loads(line) for line in ended.stdout.splitlines()]


def openssl(command, stdin=b""):
    stdin = stdin.encode() if isinstance(stdin, str) else stdin
    return subprocess.run(["openssl", *command], input=stdin, capture_output=True, check=True, timeout=60).stdout


def ssh(pem, *options):
    """What `ssh-keygen` makes of the key: the file as it rewrote it, or what it prints."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "key"
        file.write_bytes(pem.encode() if isinstance(pem, str) else pem)
        file.chmod(0o600)
        command = ["ssh-keygen", *options, "-f", str(file)]
        printed = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
        return file.read_bytes() if "-p" in options else printed


def bare(pem):
    """The base64 of PEM on one line."""
    return "".join(line for line in pem.splitlines() if not line.startswith("-----"))
