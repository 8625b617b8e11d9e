"""Small parts with walls: no type is spread over many files, and what a class keeps is written by one file.

A folder of extensions that all write one type's variables is one part, however many files it has (docs/design.md).
"""

import collections
import re

from . import swift_source
from .house import Check, Problem, Sample, line_of

FILES = 6

# Types that people look for under one name though they do many things, each of which stands in a file of its own and
# shares nothing but constants with the others.
FACADES = {
    "Replica": "what an app embeds: its tasks, over constants alone",
}

# Where a part of the fold that takes in is made: for the others of its kind, and where a cell of a view of the past is
# loaded.
TAKERS = {
    "Sources/ConcordMerge/Fold/FoldParts.swift",
    "Sources/ConcordMerge/Fold/FoldMemory.swift",
}

_TAKES_IN = re.compile(r"\bstruct\s+(\w+)\s*:\s*TakesIn\b|\bextension\s+(\w+)\s*:\s*TakesIn\b")

_MODIFIERS = r"(?:(?:package|public|internal|private|fileprivate|final|indirect|open|nonisolated)\s+)*"
_TYPE = re.compile(rf"^\s*(?:@\w+\s+)*{_MODIFIERS}(?:struct|class|enum|actor|protocol)\s+(\w+)", re.M)
_EXTENSION = re.compile(rf"^(?:@\w+\s+)*{_MODIFIERS}extension\s+([\w.]+)", re.M)
_CLASS = re.compile(rf"^\s*(?:@\w+\s+)*{_MODIFIERS}(?:class|actor)\s+(\w+)[^{{\n]*\{{", re.M)
_STRUCT = re.compile(rf"^\s*(?:@\w+\s+)*{_MODIFIERS}struct\s+(\w+)[^{{\n]*\{{", re.M)
_BODY = re.compile(rf"^(?:@\w+\s+)*{_MODIFIERS}extension\s+([\w.]+)[^{{\n]*\{{", re.M)
# What changes a variable: an assignment to it or to a part of it, or a function of a collection that changes it.
_WRITES = (
    r"(?<![.\w])(?:self\.)?{}(?:\[[^\]\n]*\]|\.\w+)*\s*"
    r"(?:(?:[-+*/&|^]|&[-+*])?=(?!=)|\.(?:append|insert|remove\w*|merge|formUnion|subtract|sort|toggle|swapAt)\()"
)
_VAR = re.compile(r"^\s*((?:[@\w]+(?:\([^)]*\))?\s+)*)var\s+(\w+)\s*(:[^={\n]*)?([={])?", re.M)


def _types(tree):
    """The types of each module, by the files in which they or extensions of them stand."""
    files = collections.defaultdict(set)
    own = set()
    for path in tree.swift("Sources"):
        module, code = path.split("/")[1], tree.code(path)
        for found in _TYPE.finditer(code):
            own.add((module, found[1]))
            files[module, found[1]].add(path)
        for found in _EXTENSION.finditer(code):
            files[module, found[1].split(".")[0]].add(path)
    return {name: paths for name, paths in files.items() if name in own}


def _depths(body):
    """For each place of a class's body, how deep in braces it stands."""
    depth, depths = 0, []
    for character in body:
        if character == "}":
            depth -= 1
        depths.append(depth)
        if character == "{":
            depth += 1
    return depths


def _open_variables(code):
    """Stored variables of classes that other files can write: name of the class, variable, place."""
    for found in _CLASS.finditer(code):
        start = found.end()
        end = swift_source.matching(code, start - 1, "{}")
        body = code[start:end]
        depths = _depths(body)
        for variable in _VAR.finditer(body):
            place = variable.start(2)
            if depths[place] != 0:
                continue
            if variable[4] == "{" and "willSet" not in body[place:place + 200]:
                continue
            if re.search(r"\b(private|fileprivate)\b", variable[1]):
                continue
            yield found[1], variable[2], start + place


def _shared_variables(tree):
    """Stored variables of structs that extensions in other files write: path, place, struct, variable."""
    bodies = collections.defaultdict(list)
    for path in tree.swift("Sources"):
        code = tree.code(path)
        for found in _BODY.finditer(code):
            end = swift_source.matching(code, found.end() - 1, "{}")
            name = found[1].split(".")[-1]
            bodies[path.split("/")[1], name].append((path, found.end(), code[found.end():end]))
    for path in tree.swift("Sources"):
        code = tree.code(path)
        for found in _STRUCT.finditer(code):
            others = [body for body in bodies[path.split("/")[1], found[1]] if body[0] != path]
            if not others:
                continue
            start = found.end()
            body = code[start:swift_source.matching(code, start - 1, "{}")]
            depths = _depths(body)
            for variable in _VAR.finditer(body):
                if depths[variable.start(2)] != 0 or variable[4] == "{":
                    continue
                if re.search(r"\b(private|fileprivate|static)\b", variable[1]):
                    continue
                writes = re.compile(_WRITES.format(variable[2]))
                local = re.compile(rf"\b(?:let|var)\s+\(?[^=\n]*\b{variable[2]}\b|[(,]\s*{variable[2]}:")
                for other, offset, text in others:
                    for write in writes.finditer(text):
                        members = re.findall(r"^    (?=\S).*?\b(init|func|subscript|var)\b", text[:write.start()], re.M)
                        # What makes a new value writes all of it.
                        if members and members[-1] == "init":
                            continue
                        line = text[text.rfind("\n", 0, write.start()) + 1:write.end()]
                        if not local.search(line):
                            yield other, offset + write.start(), found[1], variable[2]


def _run(tree):
    for path, place, name, variable in _shared_variables(tree):
        yield Problem(
            path, line_of(tree.code(path), place),
            f"{name}.{variable} is written here, beside the file of {name}: make a part that owns it, or a function there")
    for (module, name), paths in sorted(_types(tree).items()):
        if len(paths) > FILES and name not in FACADES:
            yield Problem(
                sorted(paths)[0], 1,
                f"{name} stands in {len(paths)} files; {FILES} is the limit: make parts of it that own what they keep")
    takers = {
        found[1] or found[2]
        for path in tree.swift("Sources")
        for found in _TAKES_IN.finditer(tree.code(path))
    }
    for path in tree.swift("Sources"):
        code = tree.code(path)
        for found in re.finditer(r"\b(\w+)\(memory:", code):
            if found[1] in takers and path not in TAKERS:
                yield Problem(
                    path, line_of(code, found.start()),
                    f"{found[1]} can change what is folded: only parts that take in reach it, by its name")
        for name, variable, place in _open_variables(code):
            yield Problem(
                path, line_of(code, place),
                f"any file can write {name}.{variable}: make it private, or private(set) with functions that say what changes")


CHECK = Check(
    "walls",
    f"types in at most {FILES} files, variables written by one",
    _run,
    (
        Sample("a type in many files", {
            "Sources/Concord/A.swift": "struct A {}\n",
            **{f"Sources/Concord/A+{n}.swift": "extension A {}\n" for n in range(6)},
        }, ("Sources/Concord/A+0.swift:1",)),
        Sample("variables that any file can write", {
            "Sources/Concord/A.swift": "final class A {\n    let a = 1\n    package var b: Int\n    var c = { 1 }()\n}\n",
        }, ("Sources/Concord/A.swift:3", "Sources/Concord/A.swift:4")),
        Sample("variables of a struct that another file writes", {
            "Sources/Concord/A.swift":
                "struct A {\n    var b = 1\n    private(set) var c = 1\n    init() {}\n}\n",
            "Sources/Concord/A+More.swift":
                "extension A {\n    init(b: Int) {\n        self.init()\n        self.b = b\n    }\n\n"
                "    mutating func more() {\n        b += 1\n        let d = b\n        self.b = d\n    }\n}\n",
        }, ("Sources/Concord/A+More.swift:8", "Sources/Concord/A+More.swift:10")),
        Sample("a part that takes in, made by one that only looks", {
            "Sources/ConcordMerge/Order/A.swift": "struct A: TakesIn {\n    let memory: M\n}\n",
            "Sources/ConcordMerge/Judge/B.swift": "extension B {\n    func b() { A(memory: memory).c() }\n}\n",
            "Sources/ConcordMerge/Fold/FoldParts.swift": "extension TakesIn {\n    var a: A { A(memory: memory) }\n}\n",
        }, ("Sources/ConcordMerge/Judge/B.swift:2",)),
        Sample("as it should be", {
            "Sources/Concord/A.swift":
                "final class A {\n    private var a = 1\n    package private(set) var b = 2\n    fileprivate var c = 3\n"
                "    var d: Int { a }\n    func e() {\n        var f = 1\n        f += 1\n    }\n}\n"
                "struct B {\n    var g = 1\n}\n",
            **{f"Sources/Concord/C+{n}.swift": "extension Array {}\n" for n in range(8)},
        }),
    ),
)
