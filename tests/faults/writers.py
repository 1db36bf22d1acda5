"""Several paykeeps on one vault at once: nothing acknowledged is lost, and whoever reads meanwhile never sees half a vault."""

import json
import random
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from harness import trace
from harness.world import World

WRITERS, WRITES = 8, 5


def test_writers_at_once_lose_nothing():
    world = World().init()
    done = threading.Event()

    def write(writer):
        return [reference for n in range(WRITES) if world.add(reference := name(writer, n), f"value-{writer}-{n}").ok()]

    def read():
        reads = 0
        while not done.is_set():
            json.loads(world.run("ls", "--json").ok().out)
            reads += 1
        return reads

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(read)
        try:
            acknowledged = {reference for made in pool.map(write, range(WRITERS)) for reference in made}
        finally:
            done.set()
        assert reader.result() > 0
    assert references(world) == acknowledged
    assert len(acknowledged) == WRITERS * WRITES
    assert world.get(name(3, 2)).strip() == "value-3-2"
    assert world.debris() == set()
    world.remove()


def test_writers_killed_half_way_take_nothing_with_them():
    """Every second writer is killed at a moment of its own; the others must not notice."""
    world = World().init()
    moments = random.Random(7)
    acknowledged, attempted = set(), set()

    def write(writer):
        for n in range(3):
            reference = name(writer, n)
            attempted.add(reference)
            if writer % 2:
                if killed_after(world, reference, moments.uniform(0.5, 3.0)):
                    acknowledged.add(reference)
            else:
                world.add(reference, "value").ok()
                acknowledged.add(reference)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    kept = references(world)
    assert acknowledged <= kept, f"acknowledged and lost: {acknowledged - kept}"
    assert kept <= attempted
    world.add("other/sandbox/acme/last", "value").ok()
    assert world.debris() == set()
    world.remove()


def test_a_save_in_the_middle_of_an_unlock_is_no_older_vault():
    """The unlock has read the vault and is held up before it looks at what was seen last; meanwhile another program saves."""
    world = World().init()
    world.add("other/sandbox/acme/first", "value").ok()
    _, calls = trace.record(world, "ls")
    look = next(call for call in calls if call.name == "openat" and "/seen/" in call.text)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(world.run, "ls", "--json", prefix=trace.inject(look, "delay_enter=5000000"))
        time.sleep(2.5)
        world.add("other/sandbox/acme/second", "value").ok()
        assert not slow.done(), "the save came too late to be in the middle"
        slow.result().ok()
    world.remove()


def killed_after(world, reference, seconds):
    """Starts an `add` and kills it after so long; says whether it had acknowledged by then."""
    argv = world.argv("add", reference, "--kind", "secret-key")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(argv, env=world.env, cwd=world.root, **pipes) as process:
        process.stdin.write(b"value")
        process.stdin.close()
        time.sleep(seconds)
        process.kill()
        told = process.stdout.read()
        return bool(told.strip()) or process.wait() == 0


def name(writer, n):
    return f"other/sandbox/acme/w{writer}-{n}"


def references(world):
    return {entry["reference"] for entry in json.loads(world.run("ls", "--json").ok().out)}
