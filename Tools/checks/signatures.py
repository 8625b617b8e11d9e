"""What an app sees of the libraries: no type of Foundation or GRDB in a public signature, and two modules to import.

A library that hands out `Date`, `URL`, `Data` or a GRDB connection ties every app to that library's version. So no
module of the products imports such a library publicly (the compiler then refuses its types in public signatures), or
names one of its types with its module. Only `Concord` re-exports, and only modules of ours. The samples import the
products alone.
"""

import re

from .house import Check, Problem, Sample, line_of

# What a product is made of: everything that `Tools/check closure` finds below them.
MODULES = (
    "Concord", "ConcordAudit", "ConcordDiff", "ConcordEncoding", "ConcordEvidence", "ConcordFiles", "ConcordMerge", "ConcordModel",
    "ConcordSigning", "ConcordStorage", "ConcordSync", "ConcordTesting", "ConcordText",
)
PUBLIC_IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+)*public[ \t]+import[ \t]+"
    r"(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor)[ \t]+)?(\w+)",
    re.MULTILINE,
)
EXPORTED = re.compile(r"@_exported\b")
FOREIGN_TYPE = re.compile(r"\b(Foundation|GRDB|GRDBSQLite|FoundationEssentials|Dispatch|Glibc|Darwin|Musl)\.(\w+)")
DECLARATION = re.compile(r"\bpublic\b(?!\s+import\b)[^{}]*")
SAMPLES = "docs/samples"
PRODUCTS = {"Concord", "ConcordTesting"}
ANY_IMPORT = re.compile(r"^[ \t]*(?:\w+[ \t]+)*import[ \t]+(\w+)", re.MULTILINE)
EXPORTS = "Sources/Concord/Exports.swift"


def _run(tree):
    for path in tree.swift(*(f"Sources/{module}" for module in MODULES)):
        code = tree.code(path)
        for found in PUBLIC_IMPORT.finditer(code):
            if found.group(1) not in MODULES:
                yield Problem(path, line_of(code, found.start(1)), f"{found.group(1)} may not be imported publicly")
        for found in DECLARATION.finditer(code):
            foreign = FOREIGN_TYPE.search(found.group())
            if foreign:
                place = line_of(code, found.start() + foreign.start())
                yield Problem(path, place, f"{foreign.group()} stands in a public signature")
        if path != EXPORTS:
            for found in EXPORTED.finditer(code):
                yield Problem(path, line_of(code, found.start()), f"only {EXPORTS} passes modules on")
    for path in tree.swift(SAMPLES):
        code = tree.code(path)
        for found in ANY_IMPORT.finditer(code):
            if found.group(1) not in PRODUCTS:
                place = line_of(code, found.start(1))
                yield Problem(path, place, f"a sample imports {found.group(1)}: the products are to be enough")


CHECK = Check(
    "signatures",
    "no type of Foundation or GRDB in a public signature; an app imports the products alone",
    _run,
    (
        Sample("libraries imported publicly", {
            "Sources/Concord/A.swift": "public import ConcordDiff\npublic import Foundation\n",
            "Sources/ConcordStorage/A.swift": "@preconcurrency public import struct GRDB.Row\nimport GRDB\n",
        }, ("Sources/Concord/A.swift:2", "Sources/ConcordStorage/A.swift:1")),
        Sample("a type named with its module, on a line of its own", {
            "Sources/Concord/A.swift":
                "public func a(\n    _ when: Foundation.Date\n) {\n    _ = Foundation.Date()\n}\n"
                "func b(_ when: Foundation.Date) {}\n",
        }, ("Sources/Concord/A.swift:2",)),
        Sample("passed on from elsewhere", {
            "Sources/ConcordSync/A.swift": "@_exported import ConcordDiff\n",
            "Sources/Concord/Exports.swift": "@_exported public import ConcordDiff\n",
        }, ("Sources/ConcordSync/A.swift:1",)),
        Sample("a sample that needs more", {
            "docs/samples/a/A.swift": "import Concord\nimport ConcordMerge\nimport Foundation\n",
            "docs/samples/b/B.swift": "import Concord\nimport ConcordTesting\n",
        }, ("docs/samples/a/A.swift:2", "docs/samples/a/A.swift:3")),
        Sample("inside, and in the programs", {
            "Sources/ConcordStorage/A.swift": "import Foundation\npackage import ConcordDiff\nimport GRDB\n",
            "Sources/ConcordSyncServer/A.swift": "public import GRDB\n",
        }),
    ),
)
