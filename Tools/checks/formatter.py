"""The formatter's own verdict, with the repository's configuration."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .house import Check, Problem, Sample, Unavailable

CONFIGURATION = ".swift-format"
FINDING = re.compile(r"^(?P<path>[^\n:]+):(?P<line>\d+):\d+: (?:error|warning): (?P<message>.*)$", re.MULTILINE)


def _run(tree):
    if not shutil.which("swift"):
        raise Unavailable("swift is not on PATH")
    files = tree.swift("Sources", "Tests", "Tools") + [p for p in ("Package.swift",) if tree.exists(p)]
    if not files:
        return
    if not tree.exists(CONFIGURATION):
        yield Problem(CONFIGURATION, 1, "is missing")
        return
    linted = subprocess.run(
        ["swift", "format", "lint", "--strict", "--parallel", "--configuration", CONFIGURATION, *files],
        cwd=tree.root, capture_output=True, text=True,
    )
    reported = False
    for found in FINDING.finditer(linted.stderr + linted.stdout):
        reported = True
        path = os.path.relpath(tree.root / Path(found.group("path")), tree.root)
        yield Problem(path, int(found.group("line")), found.group("message"))
    if linted.returncode != 0 and not reported:
        yield Problem(CONFIGURATION, 1, "swift format failed: " + linted.stderr.strip()[-300:])


_RULES = '{"version": 1, "lineLength": 100, "indentation": {"spaces": 4}, "rules": {"NeverForceUnwrap": true}}\n'

CHECK = Check(
    "formatter",
    "swift format lint --strict with .swift-format",
    _run,
    (
        Sample("badly laid out, and a rule broken", {
            CONFIGURATION: _RULES,
            "Sources/Concord/A.swift": "let a   = 1\n",
            "Tools/lab/B.swift": "func f(_ a: Int?) -> Int {\n    a!\n}\n",
        }, ("Sources/Concord/A.swift:1", "Tools/lab/B.swift:2")),
        Sample("no configuration", {"Sources/Concord/A.swift": "let a = 1\n"}, (CONFIGURATION + ":1",)),
        Sample("well laid out", {CONFIGURATION: _RULES, "Tests/ATests/A.swift": "let a = 1\n"}),
    ),
)
