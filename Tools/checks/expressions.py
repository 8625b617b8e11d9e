"""Expressions that hide a failure or end the process: not in what we ship, not in our tools.

Refusals are returned, failures are thrown, our own mistakes are a `precondition` that states a fact.
Forced unwraps are the formatter's business.
"""

import re

from .house import Check, Problem, Sample, line_of

FORBIDDEN = (
    (r"\btry\?", "`try?` loses the reason: return or throw it"),
    (r"\btry!", "`try!` ends the process: throw"),
    (r"\bas!", "`as!` ends the process: use `as?` and say what was expected"),
    (r"\bfatalError\b", "`fatalError` ends the process: return, throw, or state a precondition"),
)


def _run(tree):
    for path in tree.swift("Sources", "Tools"):
        code = tree.code(path)
        for pattern, message in FORBIDDEN:
            for found in re.finditer(pattern, code):
                yield Problem(path, line_of(code, found.start()), message)


CHECK = Check(
    "expressions",
    "no try?, try!, as! or fatalError in Sources and Tools",
    _run,
    (
        Sample("each of them", {
            "Sources/Concord/A.swift": 'let a = try? f()\nlet b = try! f()\nlet c = d as! Int\nfatalError("x")\n',
            "Tools/lab/B.swift": 'let a = "\\(try? f())"\n',
        }, tuple(f"Sources/Concord/A.swift:{line}" for line in range(1, 5)) + ("Tools/lab/B.swift:1",)),
        Sample("in words, and in tests", {
            "Sources/Concord/A.swift": '/* try? /* try! */ */ let a = "as!" // fatalError\nlet b = #"\\(try? c)"#\n',
            "Tests/ConcordTests/A.swift": "let a = try? f()\n",
        }),
    ),
)
