"""Who may import whom: the table of the house, and which module owns which foreign library.

It looks at `Sources` and `Tools/lab`; only the manifest restricts the other targets. The table is closed: a module or a
library that is not in it is a problem, so that a new one is a decision and not an accident. `docs/architecture.md` says why the layers are as they are.
"""

import re

from .house import Check, Problem, Sample, line_of

# What comes with the compiler or the system.
SYSTEM = {
    "CryptoKit", "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "FoundationNetworking",
    "Glibc", "Musl", "Swift", "Synchronization", "_Concurrency",
}
SERVICES = {"Logging", "Metrics"}
NIO = "NIO*"

MODEL = {"ConcordEncoding"}
DIFF = MODEL | {"ConcordModel"}
ABOVE_DIFF = DIFF | {"ConcordDiff"}
MERGE = ABOVE_DIFF | {"ConcordText"}
ABOVE_MERGE = MERGE | {"ConcordMerge"}
CONCORD = ABOVE_MERGE | {"ConcordAudit", "ConcordEvidence", "ConcordFiles", "ConcordSigning", "ConcordStorage", "ConcordSync"}
PROGRAM_OF_CLIENT = CONCORD | {"Concord"}
SERVER = ABOVE_DIFF | {"ConcordEvidence", "ConcordFiles", "ConcordSync", "ConcordSigning"}
PROGRAM = SERVICES | {"ArgumentParser"}

# Module: what it may import beside SYSTEM. A star ends a family of modules of one package.
TABLE = {
    "ConcordFiles": set(),
    "ConcordEncoding": {"CLibCrypto"},
    "ConcordModel": MODEL | {"CCatalogues"},
    "ConcordEvidence": DIFF | {"ConcordFiles"},
    "ConcordDiff": DIFF,
    "ConcordText": set(),
    "ConcordMerge": MERGE,
    "ConcordAudit": ABOVE_MERGE,
    "ConcordSigning": ABOVE_DIFF | {"ConcordFiles", "CLibCrypto"},
    "ConcordStorage": ABOVE_MERGE | {"ConcordEvidence", "ConcordFiles", "CSQLite", "GRDB", "GRDBSQLite"},
    "ConcordHTTPSignatures": MODEL,
    "ConcordSync": ABOVE_DIFF | {"ConcordHTTPSignatures"},
    "ConcordHTTP": ABOVE_DIFF | {"ConcordSync", "CZlib"},
    "ConcordTesting": PROGRAM_OF_CLIENT | {"CMachine"},
    "Concord": CONCORD,
    "ConcordReports": DIFF | {"Mustache"},
    "ConcordSyncClient": ABOVE_DIFF | SERVICES | {"ConcordHTTP", "ConcordSync", "AsyncHTTPClient", "HTTPTypes", NIO},
    "ConcordSyncServer": SERVER | SERVICES
    | {"CSQLite", "CMachine", "GRDB", "GRDBSQLite", "Hummingbird*", "HTTPTypes", "ServiceLifecycle", NIO, "ConcordHTTP",
       "ConcordHTTPSignatures"},
    "ConcordCommand": PROGRAM_OF_CLIENT | PROGRAM | {"ConcordSyncClient", "ConcordReports"},
    "ConcordServerCommand": SERVER | PROGRAM
    | {"ConcordSyncServer", "ServiceLifecycle", "UnixSignals"},
}
# The developers' program may use every module of ours; of foreign ones, only these.
LAB = set(TABLE) | PROGRAM | {"CZlib", "ConcordSimulation", "GRDBSQLite", "AsyncHTTPClient", "NIO*"}
# Targets without Swift: system libraries and compiled-in data.
C_TARGETS = {"CLibCrypto", "CMachine", "CSQLite", "CZlib", "CCatalogues", "CNcurses"}

IMPORT = re.compile(
    r"^[ \t]*(?:@\w+(?:\([^)\n]*\))?[ \t]+)*(?:(?:public|package|internal|fileprivate|private)[ \t]+)?"
    r"import[ \t]+(?:(?:struct|class|enum|protocol|typealias|func|var|let|actor)[ \t]+)?(\w+)",
    re.MULTILINE,
)


def imported(code):
    """Yields (module, line) for each import of a masked Swift file."""
    for found in IMPORT.finditer(code):
        yield found.group(1), line_of(code, found.start(1))


def _allowed(module, permitted):
    return any(
        module == name or (name.endswith("*") and module.startswith(name[:-1]))
        for name in permitted
    )


def _run(tree):
    for path in tree.swift("Sources", "Tools/lab"):
        module = path.split("/")[1]
        if module in C_TARGETS:
            yield Problem(path, 1, f"{module} is a C target and has no Swift of its own")
            continue
        if module != "lab" and module not in TABLE:
            yield Problem(path, 1, f"module {module} is not in the table of Tools/checks/imports.py")
            continue
        permitted = SYSTEM | (LAB if module == "lab" else TABLE[module])
        for name, line in imported(tree.code(path)):
            if not _allowed(name, permitted):
                yield Problem(path, line, f"{module} may not import {name}")


CHECK = Check(
    "imports",
    "modules import only downwards; each foreign library has its one module",
    _run,
    (
        Sample("sideways", {
            "Sources/ConcordSync/A.swift": "import ConcordDiff\npublic import ConcordStorage\nimport ConcordMerge\n",
        }, ("Sources/ConcordSync/A.swift:2", "Sources/ConcordSync/A.swift:3")),
        Sample("upwards, by kind, with attributes", {
            "Sources/ConcordModel/A.swift":
                "import ConcordEncoding\nimport CCatalogues\n@preconcurrency import struct ConcordDiff.Diff\n",
        }, ("Sources/ConcordModel/A.swift:3",)),
        Sample("the merge, where diffs are only exchanged, and anything of ours in the merge of texts", {
            "Sources/ConcordSigning/A.swift": "import ConcordDiff\nimport ConcordMerge\n",
            "Sources/ConcordSyncServer/A.swift": "import ConcordDiff\npackage import ConcordText\n",
            "Sources/ConcordText/A.swift": "import ConcordEncoding\n",
        }, (
            "Sources/ConcordSigning/A.swift:2", "Sources/ConcordSyncServer/A.swift:2",
            "Sources/ConcordText/A.swift:1",
        )),
        Sample("foreign library in the wrong module", {
            "Sources/ConcordSync/A.swift": "import NIOCore\n",
            "Sources/ConcordSyncClient/A.swift": "import NIOCore\nimport GRDB\n",
            "Tools/lab/main.swift": "import CZlib\nimport GRDB\nimport Hummingbird\n",
        }, (
            "Sources/ConcordSync/A.swift:1", "Sources/ConcordSyncClient/A.swift:2",
            "Tools/lab/main.swift:2", "Tools/lab/main.swift:3",
        )),
        Sample("a module nobody declared", {
            "Sources/ConcordUtils/A.swift": "let a = 1\n",
        }, ("Sources/ConcordUtils/A.swift:1",)),
        Sample("allowed, and imports that are none", {
            "Sources/ConcordSyncServer/A.swift":
                'import HummingbirdCore\n// import Mustache\nlet a = """\nimport Mustache\n"""\n',
        }),
    ),
)
