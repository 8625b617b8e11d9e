"""`uniqueKeysWithValues` stops the program where a key stands twice, so it never sees what came from outside.

Two names that look the same are one key of a dictionary of strings, and a file or a log may hold a name twice. What
a diff, a file, a message or an option brings is put together with `uniquingKeysWith`, or by an object of JSON
whose keys the decoder has compared.
"""

import re

from .house import Check, Problem, Sample, line_of

# Where the keys are known to differ, and why.
ALLOWED = {
    "Sources/ConcordEncoding/JSON/JSON.swift": "a literal of the program",
    "Sources/ConcordEncoding/JSON/JSONObject.swift": "the initializer itself, and literals",
    "Sources/Concord/Figures/FigureQuery+Changes.swift": "ids of records, each once: of a set, or as the tables have them",
    "Sources/ConcordStorage/Figures/FigureFile+Entries.swift": "the members of a dictionary",
    "Sources/ConcordEncoding/JSON/JSONTape+Values.swift": "the decoder refuses a key that stands twice",
    "Sources/ConcordModel/Schema/Schema.swift": "the kinds of this version",
    "Sources/ConcordModel/Schema/RecordKind.swift": "the fields of this version",
    "Sources/ConcordMerge/Fold/CellMemory.swift": "local numbers of diffs, one for each write of a cell",
    "Sources/ConcordMerge/Fold/Ledger.swift": "keys of a dictionary by identity",
    "Sources/ConcordDiff/Membership/Membership+JSON.swift": "keys of dictionaries",
    "Sources/ConcordMerge/Explain/Blame.swift": "the fields of this version",
    "Sources/Concord/Snapshot+People.swift": "keys of a dictionary, and of objects that lose some",
    "Sources/ConcordAudit/Names/PlannedTeam.swift": "keys of an object, and ids that are not among them, each once",
    "Sources/Concord/Moment+Records.swift": "keys of a dictionary",
    "Sources/ConcordCommand/Lookup/AuditView.swift": "keys of a dictionary",
    "Sources/ConcordCommand/View/TotalsView.swift": "keys of dictionaries",
    "Sources/ConcordStorage/Reading/ReplicaReader+Records.swift": "members and fields, which the file's keys tell apart",
    "Sources/ConcordModel/Audit/MemberLabels.swift": "keys of an object whose values change",
    "Sources/ConcordStorage/Tables/StateTable.swift": "the columns of this version",
    "Sources/ConcordStorage/Reading/ReplicaReader+Document.swift":
        "rows by kind and id, which the file's keys tell apart, compared as JSON compares keys",
}


def _run(tree):
    for path in tree.swift("Sources"):
        for found in re.finditer(r"\buniqueKeysWithValues\b", tree.code(path)):
            if path not in ALLOWED:
                yield Problem(
                    path, line_of(tree.code(path), found.start()),
                    "uniqueKeysWithValues stops the program where a key stands twice: use uniquingKeysWith")


CHECK = Check(
    "unique-keys",
    "no dictionary that stops the program where what came from outside holds a key twice",
    _run,
    (
        Sample("from outside", {
            "Sources/ConcordReports/A.swift": "let a = Dictionary(\n    uniqueKeysWithValues: rows)\n",
        }, ("Sources/ConcordReports/A.swift:2",)),
        Sample("allowed, or in another way", {
            "Sources/ConcordModel/Schema/Schema.swift": "let a = Dictionary(uniqueKeysWithValues: kinds)\n",
            "Sources/ConcordReports/A.swift":
                "let a = Dictionary(rows, uniquingKeysWith: { first, _ in first })\n"
                "// uniqueKeysWithValues\n",
        }),
    ),
)
