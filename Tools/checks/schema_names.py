"""No kind of record is spelled as a string outside the schema: a misspelt one would compile and find nothing.

Code says `Schema.finding.name`, or a typed path: `CellPath.finding(id, .unit)`. The same holds for the field of such
a path. What a command prints as JSON and an option's name are other names, which only look alike; the check looks at
the places where a name means a kind or a field of the schema.
"""

import re

from .house import Check, Problem, Sample, line_of

MODULES = (
    "Concord", "ConcordAudit", "ConcordCommand", "ConcordDiff", "ConcordHTTP", "ConcordMerge", "ConcordReports", "ConcordStorage",
    "ConcordSync", "ConcordSyncClient", "ConcordSyncServer", "ConcordTesting",
)

KINDS = (
    "engagement|organization|member|device|invitation|teamMember|admission|declined|seal|reopening|erasure|scope|exclusion"
    "|planSlot|checklistItem|finding|criterion|evidence|action|conclusion"
)

PLACES = tuple(re.compile(pattern) for pattern in (
    rf'\bkind:\s*(?:WireText\s*=\s*)?"(?:{KINDS})"',
    rf'\bkind\s*(?:==|!=)\s*"(?:{KINDS})"',
    rf'"(?:{KINDS})"\s*(?:==|!=)\s*(?:\w+\.)*kind\b',
    rf'\bcase\s+\("(?:{KINDS})",',
    rf'\b(?:field|written|fileID|subject|voidFields|isAdded|add)\(\s*"(?:{KINDS})",',
    rf'\.record\("(?:{KINDS})"\)',
    rf'\brecord:\s*\("(?:{KINDS})",',
    rf'\b(?:state|standing|document|records)\["(?:{KINDS})"\]',
    rf'\[(?:"(?:{KINDS})"(?:,\s*)?)+\]\s*\.contains\((?:\w+\.)*kind\)',
    rf'\bkinds:\s*\[\s*"(?:{KINDS})"',
    r'\.path\("\w+"\)',
    r'\bfield:\s*"\w+"',
    r'\b[fF]ield\s*(?:==|!=)\s*"\w+"',
    r'\bfields\["\w+"\]',
    r'\b(?:claims\(of|identity\(|key\(of): *"\w+"',
))


def _run(tree):
    for path in tree.swift(*("Sources/" + module for module in MODULES)):
        text, code = tree.text(path), tree.code(path)
        for pattern in PLACES:
            for found in pattern.finditer(text):
                start = found.start()
                # What begins in a comment or in a string is not code.
                if code[start] != text[start]:
                    continue
                yield Problem(
                    path, line_of(text, start),
                    "a kind or a field is spelled as a string: say it by the schema, as `CellPath.finding(id, .unit)`")


CHECK = Check(
    "schema-names",
    "no kind of record, and no field of a path, is spelled as a string outside the schema",
    _run,
    (
        Sample("spelled", {
            "Sources/ConcordCommand/A.swift":
                'let a = CellPath(kind: "finding", record: id)\n'
                'if path.kind == "criterion" {}\n'
                'case ("member", "role", _): break\n'
                'view.field("planSlot", id, title)\n'
                'case .record("evidence"): break\n'
                'let b = state["member"]\n'
                'CellPath(kind: Schema.finding.name, record: id, field: "unit")\n'
                'if ["finding", "criterion"].contains(path.kind) {}\n'
                'edit.set(finding.path("state"), to: "draft")\n'
                'if path.field == "state" {}\n'
                'let c = fields["grade"]\n'
                'blame(kind: Schema.finding.name, id: id, field: "state")\n',
        }, tuple(f"Sources/ConcordCommand/A.swift:{line}" for line in range(1, 13))),
        Sample("said by the schema, in words, or printed", {
            "Sources/ConcordCommand/A.swift":
                "let a = CellPath.finding(id, .unit)\n"
                "if path.kind == Schema.criterion.name {}\n"
                '// kind: "finding"\n'
                'let b = "kind: \\"finding\\""\n'
                'object["member"] = name\n'
                'if path.field == FindingField.state.name {}\n'
                'near(name, what: "finding")\n',
            "Sources/ConcordModel/Schema/A.swift": 'let a = RecordKind(kind: "finding")\n',
        }),
    ),
)
