"""Every example of the library's documentation is compiled: it stands word for word in a Swift file that is built.

Looked at: the ```swift blocks of the articles (`Sources/*/*.docc`) and of docs/embedding.md, and the indented
blocks in the comments of public declarations of the products. They may stand deeper in the file that is built.
"""

import re

from .house import Check, Problem, Sample

COMPILED = ("Tests/ConcordTests", "docs/samples")
ARTICLES = re.compile(r"^Sources/\w+/\w+\.docc/.*\.md$")
PAGES = ("docs/embedding.md",)
COMMENTED = ("Sources/Concord", "Sources/ConcordTesting")
OPEN = re.compile(r"^```swift\s*$")
COMMENT = re.compile(r"^[ \t]*///(?: (.*))?$")
# A fence in a comment, or an indented block of it: four spaces or more after the comment's own one.
INDENTED = re.compile(r"^    (?! *- )(.*)$")


def _fenced(text):
    """Yields (line, lines) of the ```swift blocks of a Markdown text."""
    block, first = None, 0
    for number, line in enumerate(text.splitlines(), 1):
        if block is None:
            if OPEN.match(line):
                block, first = [], number + 1
        elif line.startswith("```"):
            yield first, block
            block = None
        else:
            block.append(line)


def _commented(text):
    """Yields (line, lines) of the indented blocks in the comments of a Swift file.

    A block begins after an empty line of the comment: what is indented below a list goes on with it.
    """
    block, first, is_open = [], 0, False
    for number, line in enumerate(text.splitlines() + [""], 1):
        comment = COMMENT.match(line)
        words = (comment.group(1) or "") if comment else None
        code = INDENTED.match(words) if words is not None else None
        if code and (block or is_open):
            if not block:
                first = number
            block.append(code.group(1))
        elif block and words == "":
            block.append("")
        elif block:
            yield first, _trimmed(block)
            block = []
        is_open = words == ""


def _trimmed(lines):
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _normal(lines):
    return [line.rstrip() for line in lines]


def _stands(block, file):
    """Whether the block stands in the file, all of it moved to the right by the same amount."""
    for start in range(len(file) - len(block) + 1):
        first = file[start]
        if not first.endswith(block[0]):
            continue
        margin = first[: len(first) - len(block[0])]
        if margin.strip():
            continue
        if all(
            there == (margin + line if line else "") or (not line and not there)
            for line, there in zip(block, file[start:])
        ):
            return True
    return False


def _run(tree):
    files = [_normal(tree.text(path).splitlines()) for path in tree.swift(*COMPILED)]
    for path in tree.paths:
        if ARTICLES.match(path) or path in PAGES:
            blocks = list(_fenced(tree.text(path)))
        elif path.endswith(".swift") and path.startswith(tuple(folder + "/" for folder in COMMENTED)):
            blocks = list(_commented(tree.text(path)))
        else:
            continue
        for line, block in blocks:
            block = _trimmed(_normal(block))
            if block and not any(_stands(block, file) for file in files):
                yield Problem(path, line, "no file that is built holds this example word for word")


CHECK = Check(
    "examples",
    "every example of the library's documentation is compiled",
    _run,
    (
        Sample("an example that nobody compiles", {
            "Sources/Concord/Concord.docc/Start.md": "# Start\n\n```swift\nlet a = 1\nlet b = 2\n```\n",
            "Tests/ConcordTests/A.swift": "func a() {\n    let a = 1\n    let c = 2\n}\n",
        }, ("Sources/Concord/Concord.docc/Start.md:4",)),
        Sample("one in a comment, after a list that is none", {
            "Sources/Concord/A.swift":
                "/// Opens it.\n///\n///     try open(it)\n///\n/// - Parameter it: what\n///     is opened.\nfunc a() {}\n",
        }, ("Sources/Concord/A.swift:3",)),
        Sample("with one line moved", {
            "docs/embedding.md": "```swift\nif a {\n    b()\n}\n```\n",
            "docs/samples/a/A.swift": "    if a {\n    b()\n    }\n",
        }, ("docs/embedding.md:2",)),
        Sample("compiled, deeper and with empty lines; text that is no Swift", {
            "docs/embedding.md": "```swift\nif a {\n\n    b()\n}\n```\n\n```text\nnot Swift\n```\n",
            "docs/samples/a/A.swift": "func f() {\n    if a {\n\n        b()\n    }\n}\n",
            "Sources/Concord/A.swift": "/// Acts.\n///\n///     b()\nfunc a() {}\n",
            "Tests/ConcordTests/B.swift": "b()\n",
        }),
    ),
)
