"""The glossary names things as the code does: every name in a `Swift` column is declared in Sources."""

import re

from .house import Check, Problem, Sample

GLOSSARY = "docs/glossary.md"
DECLARATION = re.compile(r"\b(?:struct|enum|class|protocol|actor|typealias)\s+(\w+)")
NAME = re.compile(r"`(\w+)`")


def _cells(line):
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _swift_names(text):
    """Yields (name, line) for the names in each table's column that is headed `Swift`."""
    column = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("|"):
            column = None
        elif column is None:
            header = _cells(line)
            column = header.index("Swift") if "Swift" in header else -1
        elif 0 <= column < len(_cells(line)):
            for name in NAME.findall(_cells(line)[column]):
                yield name, number


def _run(tree):
    if not tree.exists(GLOSSARY):
        yield Problem(GLOSSARY, 1, "is missing")
        return
    declared = set()
    for path in tree.swift("Sources"):
        declared.update(DECLARATION.findall(tree.code(path)))
    for name, line in _swift_names(tree.text(GLOSSARY)):
        if name not in declared:
            yield Problem(GLOSSARY, line, f"no type in Sources is called {name}")


_TABLE = "| word | Swift | meaning |\n|---|---|---|\n| diff | `Diff` | `Other` |\n| head | `Head`, `Gone` | |\n"

CHECK = Check(
    "glossary",
    "Swift names in docs/glossary.md are declared in Sources",
    _run,
    (
        Sample("a type that is gone", {
            GLOSSARY: _TABLE,
            "Sources/A/A.swift": "struct Diff {}\npublic struct Head {}\n// struct Gone {}\n",
        }, (GLOSSARY + ":4",)),
        Sample("no glossary", {"Sources/A/A.swift": "struct Diff {}\n"}, (GLOSSARY + ":1",)),
        Sample("as declared", {
            GLOSSARY: _TABLE,
            "Sources/A/A.swift": "enum Diff {}\nstruct Head {}\ntypealias Gone = Head\n",
        }),
    ),
)
