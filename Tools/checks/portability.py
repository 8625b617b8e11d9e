"""Nothing in the project depends on the machine or the place it was written on.

And no script goes on as if nothing had happened: a command that may fail is asked why.
"""

import re

from .house import Check, Problem, Sample, line_of

# Written in pieces, so that this file does not report itself.
MACHINE = re.compile(
    r"(?<![\w.\-/])/(?:wo" r"rk|ro" r"ot)(?=[/\s\"'`),;:\]]|$)|/tmp/h" r"-|/opt/sw" r"ift|(?<!\w)/Us" r"ers/",
    re.MULTILINE,
)
OUTSIDE = re.compile(r"\.\./sha" r"red\b")
SWALLOWED = re.compile(
    r"\|\|\s*(?:(?:/\w+)*/?tr" r"ue\b|:(?=\s|;|$)|(?:exit|return) 0\b)|^\s*set \+\w*e", re.MULTILINE
)

# The one place that looks for data of others beside the project, and the page that says so.
PUBLIC_DATA = ("Sources/ConcordTesting/PublicData.swift", "docs/testing.md")

BINARY = (".gz", ".png", ".jpg", ".sqlite", ".pdf")


def _run(tree):
    scripts = set(tree.scripts())
    for path in tree.paths:
        if path.endswith(BINARY):
            continue
        text = tree.text(path)
        searches = [(MACHINE, "is a path of one machine")]
        if path not in PUBLIC_DATA:
            searches.append((OUTSIDE, "is outside the project"))
        if path in scripts:
            searches.append((SWALLOWED, "swallows a failure: say what may fail, and why that is right"))
        for pattern, message in searches:
            for found in pattern.finditer(text):
                yield Problem(path, line_of(text, found.start()), f"`{found.group().strip()}` {message}")


CHECK = Check(
    "portability",
    "no paths of one machine, nothing outside the project, no swallowed failures in scripts",
    _run,
    (
        Sample("paths of a machine", {
            "docs/a.md": "x\nin /wo" "rk/main and \"/ro" "ot\"\n",
            "Sources/Concord/A.swift": "let a = \"/tmp/h" "-x\"\nlet b = \"/opt/sw" "ift/usr\"\n"
                "let c = \"/Us" "ers/x\"\n",
            "Tests/ConcordTests/A.swift": "let a = \"../sha" "red/data\"\n",
        }, (
            "docs/a.md:2", "docs/a.md:2", "Sources/Concord/A.swift:1", "Sources/Concord/A.swift:2",
            "Sources/Concord/A.swift:3", "Tests/ConcordTests/A.swift:1",
        )),
        Sample("swallowed failures", {
            "Tools/go": "#!/usr/bin/env bash\nfalse || tr" "ue\nfalse ||  :\n",
            "Tools/steps/a.sh": "false ||tr" "ue\nfalse || /bin/tr" "ue\nfalse || exit" " 0\nset +" "e\n",
        }, ("Tools/go:2", "Tools/go:3") + tuple(f"Tools/steps/a.sh:{line}" for line in range(1, 5))),
        Sample("what only looks so", {
            "docs/testing.md": "in ../sha" "red/data\n",
            "docs/a.md": "`a || true` in prose; https://example.org/work/x; /workers; state/root; ../share\n",
            "Sources/Concord/A.swift": "let a = b || true\n",
        }),
    ),
)
