"""Where a `String` stands for something that may have come out of a diff, a file or a message.

Swift's `String` takes canonically equivalent texts for equal: as a key, in a set, under `==` or `<` or
as the raw value of an enumeration it makes two names one, and which of them stays may follow from the
hash seed of the process. Above the decoder such texts are `WireText` (docs/decisions/0021-text-of-the-wire-has-a-type.md). A file
that means text for people, or names of its own, stands in Tools/checks/strings.txt with its reason; an
entry that is not needed any more is a problem too.
"""

import re

from .house import Check, Problem, Sample, line_of

ALLOW_LIST = "Tools/checks/strings.txt"

MODULES = (
    "ConcordModel", "ConcordDiff", "ConcordText", "ConcordMerge", "ConcordAudit", "ConcordStorage", "ConcordSync",
    "Concord", "ConcordReports", "ConcordCommand",
)
# Where every stored text came from the wire, unless the list says otherwise.
VALUES = ("ConcordModel", "ConcordDiff", "ConcordText", "ConcordMerge", "ConcordAudit", "ConcordSync")

RULES = (
    ("key", MODULES, re.compile(
        r"\[\s*(?:String|Substring|Character)\s*:(?!:)"
        r"|\b(?:Dictionary|Set|OrderedSet|OrderedDictionary)<\s*(?:String|Substring|Character)\b"
    ), "a `String` is a key here, and strings that look alike are one key: use `WireText`"),
    ("raw", MODULES, re.compile(r"(?<![\w.])[A-Z][\w.]*\(\s*rawValue:(?!\s*(?:\d|\w+\.int\())"),
     "`init(rawValue:)` compares as `String` does: `init(_:)` takes a `WireText`"),
    ("compared", MODULES, re.compile(
        r"\.(?:string|description)\s*(?:==|!=|<=?|>=?)(?=\s)"
        r"|(?:==|!=)\s+[\w$][\w.?!()$\[\]]*\.(?:string|description)\b(?!\()"
    ), "a text is compared as a `String`: compare the `WireText`"),
    ("stored", VALUES, re.compile(
        r"\b(?:let|var)\s+\w+\s*:\s*\[?String\b(?!\.)\]?\??(?!\s*\{)(?!\w)"
        r"|\bcase\s+\w+\([^)\n]*\bString\b"
    ), "a `String` is kept in a value of the wire: use `WireText`"),
)


def _found(tree):
    for rule, modules, pattern, message in RULES:
        for path in tree.swift("Sources"):
            if path.split("/")[1] not in modules:
                continue
            code = tree.code(path)
            for found in pattern.finditer(code):
                yield rule, path, line_of(code, found.start()), message


def _run(tree):
    allowed = {}
    if tree.exists(ALLOW_LIST):
        for number, line in enumerate(tree.text(ALLOW_LIST).splitlines(), 1):
            entry, _, reason = line.partition("#")
            if not entry.strip():
                continue
            parts = entry.split()
            if len(parts) != 2 or not reason.strip():
                yield Problem(ALLOW_LIST, number, "an entry is `PATH RULE  # reason`")
                continue
            allowed[tuple(parts)] = number
    used = set()
    for rule, path, line, message in _found(tree):
        if (path, rule) in allowed:
            used.add((path, rule))
            continue
        yield Problem(path, line, f"{message}; if it is not from the wire, say so in {ALLOW_LIST}")
    for (path, rule), number in allowed.items():
        if (path, rule) not in used:
            yield Problem(ALLOW_LIST, number, f"{path} has nothing of `{rule}` any more: delete the entry")


_PATH = "Sources/ConcordMerge/A.swift"

CHECK = Check(
    "wire-text",
    "what came out of a diff is WireText, not String",
    _run,
    (
        Sample("keys, raw values, comparisons and stored texts", {
            _PATH:
                "var a: [String: Int] = [:]\nvar b: Set<String> = []\nlet c = Role(rawValue: x)\n"
                "if a.string == b {}\nif b != a.path.description {}\nlet d: String\n"
                "case e(Int, String)\nvar f: [String]? = nil\n",
        }, (f"{_PATH}:1",) + tuple(f"{_PATH}:{line}" for line in range(1, 9))),
        Sample("a command may keep what it prints, but not look up by it", {
            "Sources/ConcordCommand/A.swift": "let a: String\nlet b: [String: Int]\n",
        }, ("Sources/ConcordCommand/A.swift:2",)),
        Sample("what is listed, and an entry for nothing", {
            _PATH: "let message: String\n",
            ALLOW_LIST:
                f"# why\n{_PATH} stored  # words of ours\n{_PATH} key  # words of ours\n{_PATH} raw\n",
        }, (ALLOW_LIST + ":3", ALLOW_LIST + ":4")),
        Sample("text for people, and other modules", {
            _PATH:
                "var title: String { words }\nlet a: [WireText: String]\nlet b = Role(text)\n"
                "enum Code: String {}\nfunc say(_ text: String) {}\nlet c: WireText\n"
                "// [String: Int]\nlet d = \"Set<String>\"\n",
            "Sources/ConcordHTTP/A.swift": "let a: [String: Int]\n",
        }),
    ),
)
