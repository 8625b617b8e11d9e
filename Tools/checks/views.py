"""Whether a command prints JSON is decided in one place, and a command shows one view.

A command has options, makes one call and shows one view (`docs/decisions/0076-one-call-one-view.md`). Where each command asks
for `--json` itself, it prints one thing to programs and another to people, and nobody notices which facts one of them lacks.
"""

import re

from .house import Check, Problem, Sample, line_of

FOLDER = "Sources/ConcordCommand"

# Who may decide, and what is no answer to a command.
ALLOWED = {
    "Sources/ConcordCommand/Options/EngagementOptions.swift": "where the option stands",
    "Sources/ConcordCommand/ConcordProgram.swift": "help, which is for people",
    "Sources/ConcordCommand/Commands/LogCommands.swift": "the state document is JSON for everybody",
}
PRINTER = "Sources/ConcordCommand/Output/"

ASKED = re.compile(r"\b(?:options|output)\.json\b|\bOutput\.(?:json|lines)\(")


def _run(tree):
    for path in tree.swift(FOLDER):
        if path in ALLOWED or path.startswith(PRINTER):
            continue
        code = tree.code(path)
        for found in ASKED.finditer(code):
            yield Problem(
                path, line_of(code, found.start()),
                "a command prints by itself: make a `View` and `show` it")


CHECK = Check(
    "views",
    "commands show views; whether JSON is printed is decided in one place",
    _run,
    (
        Sample("printed by a command", {
            "Sources/ConcordCommand/Commands/A.swift":
                "if options.json { return try Output.json(a) }\ntry Output.lines(b)\nif output.json {}\n",
        }, tuple(f"Sources/ConcordCommand/Commands/A.swift:{line}" for line in (1, 1, 2, 3))),
        Sample("shown", {
            "Sources/ConcordCommand/Commands/A.swift":
                "try options.output.show(a)\nlet b = view.json\n// options.json\nOutput.note(c)\n",
            "Sources/ConcordCommand/Output/View.swift": "if json { return try Output.json(view.json) }\n",
        }),
    ),
)
