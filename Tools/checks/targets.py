"""Every folder of tests is a target of the manifest: tests that nobody builds pass for ever."""

import re

from .house import Check, Problem, Sample

MANIFEST = "Package.swift"
# `tests("NAME", …)` is how our manifest writes it.
TARGET = re.compile(r"\btests\(\s*\"(\w+)\"|\.testTarget\(\s*name:\s*\"(\w+)\"")
TEST = re.compile(r"^\s*@Test\b", re.MULTILINE)


def _run(tree):
    declared = set()
    if tree.exists(MANIFEST):
        for names in TARGET.findall(tree.text(MANIFEST)):
            declared.update(name for name in names if name)
    first = {}
    for path in tree.swift("Tests"):
        if TEST.search(tree.code(path)):
            first.setdefault(path.split("/")[1], path)
    for folder, path in first.items():
        if folder not in declared:
            yield Problem(path, 1, f"{MANIFEST} has no test target {folder}: nothing runs this")


CHECK = Check(
    "targets",
    "every folder of tests is a test target of Package.swift",
    _run,
    (
        Sample("one that nobody builds", {
            MANIFEST: '    tests("ATests", ["A"]),\n    .testTarget(\n        name: "BTests"\n    ),\n',
            "Tests/ATests/A.swift": "@Test func a() {}\n",
            "Tests/BTests/Sub/B.swift": "    @Test func b() {}\n",
            "Tests/CTests/C.swift": "@Test(.disabled()) func c() {}\n",
            "Tests/CTests/D.swift": "@Test func d() {}\n",
        }, ("Tests/CTests/C.swift:1",)),
        Sample("no manifest", {"Tests/ATests/A.swift": "@Test func a() {}\n"}, ("Tests/ATests/A.swift:1",)),
        Sample("data, and what others use", {
            MANIFEST: "\n",
            "Tests/Data/a.swift": "struct A {}\n",
            "Tests/Support/B.swift": "// @Test func b() {}\nlet a = 1\n",
        }),
    ),
)
