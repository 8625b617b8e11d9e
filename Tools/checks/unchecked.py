"""Who goes round a check: every call with a label or name that begins with `unchecked`.

Trust is in the type names, and `unchecked` is the one way to get a type without its proof. Each file
that does so stands in Tools/checks/unchecked-callers.txt with its reason; an entry whose file no
longer does is a problem too, so that the list stays what it says.
"""

import re

from .house import Check, Problem, Sample, line_of

ALLOW_LIST = "Tools/checks/unchecked-callers.txt"

CALL = re.compile(r"[(,]\s*(unchecked\w*)\s*:|(?<!\w)(unchecked\w*)\s*\(")
# Where such a thing is declared it is not called: `init(unchecked: …)`, `func f(unchecked: …)`.
DECLARED = re.compile(r"(?:(?<!\.)\binit[?!]?|\bfunc\s+\w+)\s*(?:<[^>(]*>)?\s*$")


def _calls(code):
    for found in CALL.finditer(code):
        if found.group(2):
            if not re.search(r"\bfunc\s+$", code[:found.start(2)][-80:]):
                yield line_of(code, found.start(2))
        elif not DECLARED.search(code, max(0, found.start() - 200), _opening(code, found.start())):
            yield line_of(code, found.start(1))


def _opening(code, at):
    """The parenthesis that encloses the position, where a label of a later argument was found."""
    depth = 0
    for index in range(at, -1, -1):
        if code[index] == ")":
            depth += 1
        elif code[index] == "(":
            if depth == 0:
                return index
            depth -= 1
    return at


def _run(tree):
    allowed = {}
    if tree.exists(ALLOW_LIST):
        for number, line in enumerate(tree.text(ALLOW_LIST).splitlines(), 1):
            path = line.split("#")[0].strip()
            if path:
                allowed[path] = number
    for path in tree.swift("Sources", "Tools"):
        lines = list(_calls(tree.code(path)))
        if lines and path in allowed:
            del allowed[path]
            continue
        for line in lines:
            yield Problem(path, line, f"goes round a check; if that is right, say why in {ALLOW_LIST}")
    for path, number in allowed.items():
        yield Problem(ALLOW_LIST, number, f"{path} goes round no check any more: delete the entry")


CHECK = Check(
    "unchecked",
    "only listed files make a verified value without verifying",
    _run,
    (
        Sample("a caller that is not listed", {
            "Sources/Concord/A.swift":
                "let a = VerifiedDiff(unchecked: diff)\nlet b = D.init(1,\n  uncheckedHead: h)\n"
                "let c = D.unchecked(h)\n",
        }, tuple(f"Sources/Concord/A.swift:{line}" for line in (1, 3, 4))),
        Sample("an entry that calls no longer", {
            "Sources/Concord/A.swift": "let a = VerifiedDiff(unchecked: diff)\n",
            ALLOW_LIST: "# why\nSources/Concord/A.swift  # it is the signer\nSources/Concord/B.swift\n",
        }, (ALLOW_LIST + ":3",)),
        Sample("declarations and other words", {
            "Sources/ConcordDiff/A.swift":
                "package init(unchecked diff: D) {}\ninit(a: Int, uncheckedHead: H) {}\n"
                "func take(unchecked: D) {}\nfunc uncheckedSum(_ a: Int) {}\n"
                "final class Box: @unchecked Sendable {}\n// f(unchecked: 1)\n",
        }),
    ),
)
