"""Files and functions stay small enough to be read in one go.

These are the hard limits; the aim is 200 lines a file and 25 a function (docs/architecture.md).
"""

import ast

from . import swift_source
from .house import Check, Problem, Sample, line_of

FILE_LINES = 600
TEST_FILE_LINES = 800
FUNCTION_LINES = 70


def _python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def _swift_functions(code):
    for start, end in swift_source.functions(code):
        yield line_of(code, start), line_of(code, end - 1)


def _run(tree):
    sources = tree.under("Sources", "Tests", "Tools", ends=(".swift", ".c", ".h", ".py", ".sh"))
    named = {"Tools/check", "Tools/demo", "Tools/test"} & set(tree.paths)
    for path in sorted(set(sources) | named):
        text = tree.text(path)
        limit = TEST_FILE_LINES if path.startswith("Tests/") else FILE_LINES
        count = len(text.splitlines())
        if count > limit:
            yield Problem(path, limit + 1, f"{count} lines; {limit} is the limit: split it by topic")
        if path.endswith(".swift"):
            spans = _swift_functions(tree.code(path))
        elif path.endswith(".py") or path == "Tools/check":
            spans = _python_functions(text)
        else:
            spans = ()
        for first, last in spans:
            if last - first + 1 > FUNCTION_LINES:
                message = f"a function of {last - first + 1} lines; {FUNCTION_LINES} is the limit"
                yield Problem(path, first, message)


def _long(head, tail="}\n"):
    return head + " {\n" + "    let a = 1\n" * 70 + tail


CHECK = Check(
    "lengths",
    f"files of at most {FILE_LINES} lines (tests {TEST_FILE_LINES}), functions of at most {FUNCTION_LINES}",
    _run,
    (
        Sample("long files", {
            "Sources/Concord/A.swift": "let a = 1\n" * 601,
            "Tests/ConcordTests/A.swift": "let a = 1\n" * 801,
        }, ("Sources/Concord/A.swift:601", "Tests/ConcordTests/A.swift:801")),
        Sample("long functions", {
            "Sources/Concord/A.swift": "\n" + _long("func a<T>(_ b: (Int) -> T) throws -> [T]\nwhere T: P"),
            "Sources/Concord/B.swift": _long("init?(c: String = \"{\")"),
            "Sources/Concord/C.swift": _long("var d: Int"),
            "Tools/checks/e.py": "def e():\n" + "    f = 1\n" * 70,
        }, (
            "Sources/Concord/A.swift:2", "Sources/Concord/B.swift:1", "Sources/Concord/C.swift:1",
            "Tools/checks/e.py:1",
        )),
        Sample("as long as allowed; requirements and types", {
            "Sources/Concord/A.swift": "let a = 1\n" * 600,
            "Sources/Concord/B.swift": "protocol P {\n  func a() -> Int\n  init(b: Int)\n}\n" + _long("struct S"),
            "Sources/Concord/C.swift": "func c() {\n" + "    let a = \"}\" // {\n" * 68 + "}\n",
        }),
    ),
)
