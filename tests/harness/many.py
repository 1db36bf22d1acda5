"""Runs one check over many cases, as many at a time as there are processors, and tells all that went wrong at once."""

import os
from concurrent.futures import ThreadPoolExecutor

# How many problems are shown, and how many lines of each.
SHOWN, LINES = 12, 4


def check_each(check, cases, what):
    """`check(case)` asserts. Prints how many cases there were, so that a log shows what was covered."""
    cases = list(cases)

    def attempt(case):
        try:
            check(case)
        except Exception as problem:  # noqa: BLE001 -- whatever went wrong belongs to this case
            return f"{case}: {type(problem).__name__}: " + " | ".join(str(problem).splitlines()[:LINES])
        return None

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        problems = [problem for problem in pool.map(attempt, cases) if problem]
    print(f"{what}: {len(cases) - len(problems)} of {len(cases)} held")
    assert cases, f"{what}: there was nothing to check"
    if problems:
        raise AssertionError(f"{what}: {len(problems)} of {len(cases)} did not hold\n" + "\n".join(problems[:SHOWN]))
