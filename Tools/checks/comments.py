"""Every public declaration says what it is: whoever embeds the library reads nothing else."""

import re

from .house import Check, Problem, Sample

PUBLIC = re.compile(
    r"^\s*(?:@[\w.]+(?:\([^)\n]*\))?\s+)*"
    r"(?:(?:static|final|nonisolated|class|mutating|nonmutating|indirect|convenience|required|lazy)\s+)*"
    r"(?:public|open)\s+(?P<rest>[a-z@][\w(). ]*\S.*)"
)
NOT_DECLARED_HERE = re.compile(r"(?:import|extension)\b|.*\boverride\b")
BETWEEN = re.compile(r"^\s*(?:@|//(?!/))")


def _documented(lines, index):
    """Whether a doc comment stands above the line, past attributes and ordinary comments."""
    in_attribute = False
    for above in reversed(lines[:index]):
        if above.lstrip().startswith("///"):
            return not in_attribute
        if above.strip() == ")":
            in_attribute = True
        elif above.lstrip().startswith("@"):
            in_attribute = False
        elif not in_attribute and not BETWEEN.match(above):
            return False
    return False


def _run(tree):
    for path in tree.swift("Sources"):
        lines = tree.text(path).splitlines()
        for index, line in enumerate(tree.code(path).splitlines()):
            found = PUBLIC.match(line)
            if not found or NOT_DECLARED_HERE.match(found.group("rest")):
                continue
            if not _documented(lines, index):
                yield Problem(path, index + 1, f"no doc comment: public {found.group('rest').rstrip()}")


CHECK = Check(
    "comments",
    "public declarations in Sources carry a doc comment",
    _run,
    (
        Sample("none, an ordinary one, and one that a blank line cuts off", {
            "Sources/Concord/A.swift":
                "public struct A {\n    // Says a.\n    public var a: Int\n\n    /// Says b.\n\n"
                "    @inlinable public static func b() {}\n}\n",
        }, tuple(f"Sources/Concord/A.swift:{line}" for line in (1, 3, 7))),
        Sample("documented, or nothing to document", {
            "Sources/Concord/A.swift":
                "public import ConcordModel\n/// Says A.\n@available(\n    macOS 13, *\n)\n"
                "// swift-format-ignore\n@inlinable\npublic struct A {}\nlet a = \"\"\"\npublic let b = 1\n\"\"\"\n"
                "struct C { let d = 1 }\n",
        }),
    ),
)
