"""Tests with a limit of time of their own run where nothing else computes.

Hundreds of tests share a few threads, so such a limit runs out while others compute. `Tools/test` names those that
run by themselves.
"""

import re

from .house import Check, Problem, Sample, line_of

ALONE = re.compile(r"^\s*(?:alone|long|counted)='([^']*)'$", re.MULTILINE)
LIMIT = re.compile(r"\.timeLimit\(")


def _run(tree):
    alone = ALONE.findall(tree.text("Tools/test")) if tree.exists("Tools/test") else []
    for path in tree.swift("Tests"):
        target, suite = path.split("/")[1], path.rsplit("/", 1)[1].removesuffix(".swift")
        if any(re.search(names, f"{target}.{suite}/") for names in alone):
            continue
        for match in LIMIT.finditer(tree.code(path)):
            message = "a limit of time in a test that is not among those that Tools/test runs alone"
            yield Problem(path, line_of(tree.code(path), match.start()), message)


CHECK = Check(
    "time-limits",
    "tests with a limit of time run by themselves",
    _run,
    (
        Sample("one among others, one alone", {
            "Tools/test": "    alone='^ServerTests\\.|WaitTests'\n    long='LongTests'\n",
            "Tests/PlainTests/ATests.swift": "@Suite(.timeLimit(.minutes(1)))\nstruct ATests {}\n",
            "Tests/ServerTests/BTests.swift": "@Suite(.timeLimit(.minutes(1)))\nstruct BTests {}\n",
            "Tests/PlainTests/LongTests.swift": "@Suite(.timeLimit(.minutes(1)))\nstruct LongTests {}\n",
        }, ("Tests/PlainTests/ATests.swift:1",)),
    ),
)
