"""The pure modules stay pure: one seed replays one run, and a mobile client gets no surprises.

No Foundation, no clock, no randomness of their own, no I/O. ConcordEncoding may use the C library
and CryptoKit, which it hides.
"""

import re

from .house import Check, Problem, Sample, line_of
from .imports import imported

PURE = ("ConcordEncoding", "ConcordModel", "ConcordDiff", "ConcordText", "ConcordMerge", "ConcordAudit", "ConcordSync")
IMPURE_IMPORTS = {
    "CryptoKit", "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking",
    "Glibc", "Musl",
}
MAY = {"ConcordEncoding": {"CryptoKit", "Darwin", "Glibc", "Musl"}}

FORBIDDEN = (
    (r"\bSystemRandomNumberGenerator\b", "randomness is a parameter"),
    (r"\.random\s*\((?![^)]*\busing\b)", "randomness is a parameter: `random(in:using:)`"),
    (r"\.(?:shuffled|shuffle|randomElement)\s*\(\s*\)", "randomness is a parameter: `using:`"),
    (r"\bUUID\s*\(", "identifiers are made from randomness that is a parameter"),
    (r"(?<![\w.])Date\s*[(.]", "time is a parameter"),
    (r"\b(?:ContinuousClock|SuspendingClock)\b", "time is a parameter"),
    (r"\b(?:clock_gettime|gettimeofday|getenv|getrandom|arc4random\w*)\b", "the system is a parameter"),
    (r"(?<![\w.])(?:print|debugPrint|readLine|fopen|open)\s*\(", "a pure module does no I/O"),
    (r"\bTask\s*(?:\.sleep|\.detached|\{)", "a pure module starts nothing"),
)


def _run(tree):
    for path in tree.swift(*("Sources/" + module for module in PURE)):
        module, code = path.split("/")[1], tree.code(path)
        for name, line in imported(code):
            if name in IMPURE_IMPORTS - MAY.get(module, set()):
                yield Problem(path, line, f"{module} is pure and may not import {name}")
        for pattern, reason in FORBIDDEN:
            for found in re.finditer(pattern, code):
                line = line_of(code, found.start())
                yield Problem(path, line, f"{found.group().strip()}: {reason}")


CHECK = Check(
    "pure",
    "encoding, model, diff, text, merge, audit and sync: no Foundation, clock, randomness or I/O of their own",
    _run,
    (
        Sample("imports", {
            "Sources/ConcordMerge/A.swift": "import Foundation\nimport Glibc\n",
            "Sources/ConcordEncoding/A.swift": "import Glibc\nimport FoundationEssentials\n",
        }, (
            "Sources/ConcordMerge/A.swift:1", "Sources/ConcordMerge/A.swift:2",
            "Sources/ConcordEncoding/A.swift:2",
        )),
        Sample("clocks, randomness, I/O", {
            "Sources/ConcordSync/A.swift":
                "let a = Date()\nlet b = Int.random(in: 0..<3)\nvar g = SystemRandomNumberGenerator()\n"
                "let c = ContinuousClock.now\nlet d = [1].shuffled()\nprint(a)\nlet e = UUID()\nlet f = getenv(a)\n"
                "Task { g() }\nlet h = SuspendingClock()\nclock_gettime(0, &a)\n",
        }, tuple(f"Sources/ConcordSync/A.swift:{line}" for line in range(1, 12))),
        Sample("words that only look so", {
            "Sources/ConcordSync/A.swift":
                "// Date()\nlet a = CivilDate(year: 1)\nlet b = Int.random(in: 0..<3, using: &g)\n"
                'let c = "print(1)"\nlet d = log.open(1)\n',
            "Sources/ConcordStorage/A.swift": "import Foundation\nlet a = Date()\n",
        }),
    ),
)
