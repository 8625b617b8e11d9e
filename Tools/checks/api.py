"""The library's API stands in a listing, docs/api, so that a review sees every change of it.

What an app sees is every public declaration of the modules that `import Concord` and `import ConcordTesting`
bring. The listing has one file for each module: its types by name, and below each what belongs to it. A
change of the code that changes the API fails this check until `Tools/check --write-api` has written the
listing again, and the difference then stands in the commit beside the code.

It is read from the source, so no build is needed. What a type of a value is inferred to be is not in it.
"""

import re

from . import swift_source
from .house import Check, Problem, Sample

FOLDER = "docs/api"
EXPORTS = "Sources/Concord/Exports.swift"
EXPORTED = re.compile(r"@_exported\s+public\s+import\s+(\w+)")
PRODUCTS = ("Concord", "ConcordTesting")
COMMAND = "Tools/check --write-api"

ATTRIBUTE = re.compile(r"@(\w+)(\((?:[^()]|\([^()]*\))*\))?\s*")
KEPT_ATTRIBUTES = ("available", "MainActor", "dynamicMemberLookup", "dynamicCallable", "propertyWrapper")
DECLARATION = re.compile(
    r"^((?:(?:public|package|internal|private|fileprivate|open)(?:\(set\))?|static|class|final|mutating|nonmutating"
    r"|indirect|override|convenience|required|lazy|weak|nonisolated(?:\(\w+\))?|prefix|postfix|infix|async)\s+)*"
    r"(struct|class|enum|protocol|actor|extension|func|init|subscript|var|let|case|typealias|associatedtype|import"
    r"|deinit)\b"
)
CONTAINERS = ("struct", "class", "enum", "protocol", "actor", "extension")
# A line goes on with the next one where it ends so, or where that one begins so.
ENDS_OPEN = re.compile(r"(?:[,=<&|:]|->|\b(?:where|throws|async|some|any))$")
BEGINS_LATER = re.compile(r"\s*(?:->|where\b|throws\b|async\b|[.=?:&|+{]|<)")
COMMENT = re.compile(r"(?:^|(?<=\s))//[^\n]*")
PUBLIC = re.compile(r"\b(?:public|open)(?!\(set\))\b")
HIDDEN = re.compile(r"\b(?:package|internal|private|fileprivate)(?!\(set\))\b")


def modules(tree):
    """The modules that an app sees."""
    passed_on = EXPORTED.findall(tree.code(EXPORTS)) if EXPORTS in tree.paths else []
    return [name for name in sorted({*PRODUCTS, *passed_on}) if tree.swift(f"Sources/{name}")]


def listing(tree, module):
    """The public declarations of a module, as its file in docs/api has them."""
    found = _Found()
    for path in tree.swift(f"Sources/{module}"):
        _File(tree.code(path), tree.text(path), found).walk()
    lines = [f"# The public declarations of {module}. {COMMAND} writes this file."]
    for owner in sorted(found.owners()):
        heads, members = found.heads.get(owner, []), found.members.get(owner, [])
        if heads:
            heads = sorted(heads + found.conformances.get(owner, []))
        lines.append("")
        if owner:
            lines += heads or [f"extension {owner}"]
        lines += [("    " if owner else "") + member for member in sorted(set(members))]
    return "\n".join(lines) + "\n"


class _Found:
    """What the files of a module declare, by the full name of the type that it belongs to; "" for what is free."""

    def __init__(self):
        self.heads, self.members, self.conformances, self.hidden = {}, {}, {}, set()

    def owners(self):
        """The types that an app sees, or whose public extensions it sees."""
        return [
            owner for owner in {*self.heads, *self.members}
            if not any(f"{owner}.".startswith(f"{hidden}.") for hidden in self.hidden - set(self.heads))
        ]


class _File:
    """One Swift file, whose public declarations go into `found`."""

    def __init__(self, code, text, found):
        self.code, self.text, self.found = code, text, found

    def walk(self):
        self._scope(0, len(self.code), owner="", kind=None, is_public=False)

    def _scope(self, at, end, owner, kind, is_public):
        while True:
            start = re.compile(r"[^\s;]").search(self.code, at, end)
            if not start:
                return
            at = start.start()
            if self.code[at] in "#}":
                at = self._line_end(at, end)
                continue
            head_end, body = self._head(at, end)
            after = swift_source.matching(self.code, body, "{}") if body is not None else head_end
            self._declared(at, head_end, body, after, owner, kind, is_public)
            at = max(after, at + 1)

    def _declared(self, at, head_end, body, after, owner, kind, is_public):
        attributes, code_at = self._attributes(at, head_end)
        head = self.code[code_at:head_end]
        found = DECLARATION.match(head)
        if not found:
            return
        what, modifiers = found.group(2), head[: found.start(2)]
        if what in ("import", "deinit"):
            return
        visible = bool(PUBLIC.search(modifiers)) or (
            is_public and kind in ("protocol", "case-holder") and not HIDDEN.search(modifiers)
            and (kind == "protocol" or what == "case")
        )
        if what in CONTAINERS:
            self._container(what, modifiers, attributes, found, code_at, head_end, body, after, owner, visible)
        elif visible:
            shown = attributes + self._shown(code_at, head_end, what)
            if what in ("var", "subscript") and body is not None:
                shown += " " + self._accessors(body, after)
            self.found.members.setdefault(owner, []).append(shown)

    def _container(self, what, modifiers, attributes, found, at, head_end, body, after, owner, visible):
        head = self.code[at:head_end]
        name = re.compile(r"[\w.`]+").search(head, found.end()).group()
        full = f"{owner}.{name}" if owner else name
        if what == "extension":
            inherits = re.search(r":(?!:)", head[found.end():])
            if inherits and not HIDDEN.search(modifiers):
                self.found.conformances.setdefault(full, []).append(self._shown(at, head_end, what))
        elif visible:
            shown = self._shown(at, head_end, what)
            shown = shown.replace(f"{what} {name}", f"{what} {full}", 1)
            self.found.heads.setdefault(full, []).append(attributes + shown)
        else:
            self.found.hidden.add(full)
        kind = {"protocol": "protocol", "enum": "case-holder"}.get(what)
        if body is not None:
            self._scope(body + 1, after - 1, full, kind, visible)

    def _shown(self, at, end, what):
        """A declaration on one line: without access, comments and initial values."""
        text = COMMENT.sub("", self.text[at:end])
        if what in ("var", "let"):
            text = text[: self._value(at, end) - at]
        text = " ".join(text.split())
        text = re.sub(r"\b(?:public|open) ", "", text, count=1)
        text = re.sub(r"\( ", "(", re.sub(r" \)", ")", text))
        return text.strip()

    def _value(self, at, end):
        """Where an initial value begins; the end where there is none."""
        depth = 0
        for index in range(at, end):
            character = self.code[index]
            depth += (character in "([") - (character in ")]")
            if character == "=" and depth == 0 and self.code[index - 1] not in "=!<>":
                return index
        return end

    def _accessors(self, body, after):
        inside = self.code[body + 1 : after - 1]
        flat, depth = [], 0
        for character in inside:
            depth += (character == "{") - (character == "}")
            if depth == 0:
                flat.append(character)
        words = set(re.findall(r"\b(get|set|willSet|didSet)\b(?=\s*(?:[}(]|async|throws|get|set|$))", "".join(flat)))
        if words & {"willSet", "didSet"}:
            return ""
        return "{ get set }" if "set" in words else "{ get }"

    def _attributes(self, at, end):
        kept = []
        while True:
            found = ATTRIBUTE.match(self.code, at, end)
            if not found:
                return "".join(kept), at
            if found.group(1) in KEPT_ATTRIBUTES:
                kept.append(" ".join(self.text[at:found.end()].split()) + " ")
            at = found.end()

    def _line_end(self, at, end):
        found = self.code.find("\n", at, end)
        return end if found < 0 else found

    def _head(self, at, end):
        """Where a declaration's head ends, and where its body opens, if it has one.

        An initial value belongs to the head, with the braces in it; what comes after it in braces are observers,
        which are no body either.
        """
        has_value, depth, index = False, 0, at
        while index < end:
            character = self.code[index]
            if character in "([":
                depth += 1
            elif character in ")]":
                depth -= 1
            elif depth == 0 and character == "=" and self._is_variable(at, index):
                has_value = True
            elif character == "{" and (depth > 0 or has_value):
                index = swift_source.matching(self.code, index, "{}")
                continue
            elif character == "{":
                return index, index
            elif character == "\n" and depth == 0 and not self._goes_on(at, index, end):
                return index, None
            index += 1
        return end, None

    def _is_variable(self, at, index):
        head = self.code[self._attributes(at, index)[1] : index]
        found = DECLARATION.match(head)
        return bool(found) and found.group(2) in ("var", "let")

    def _goes_on(self, at, index, end):
        # The text: of a line that ends in a string the code ends in an equals sign.
        before = COMMENT.sub("", self.text[at:index]).rstrip()
        if ENDS_OPEN.search(before):
            return True
        alone = self.code[self._attributes(at, index)[1] : index].strip()
        if not alone or re.fullmatch(r"(?:public|static|package|final|\s)+", alone):
            return True
        following = re.compile(r"[^\n]*\S[^\n]*").search(self.code, index + 1, end)
        return bool(following) and bool(BEGINS_LATER.match(following.group()))


def _run(tree):
    for module in modules(tree):
        path, new = f"{FOLDER}/{module}.txt", listing(tree, module)
        old = tree.text(path) if path in tree.paths else ""
        if old == new:
            continue
        before, after = old.splitlines(), new.splitlines()
        line = next((number for number, pair in enumerate(zip(before, after), 1) if pair[0] != pair[1]), None)
        line = line or min(len(before), len(after)) + 1
        gone, come = len(set(before) - set(after)), len(set(after) - set(before))
        yield Problem(
            path, line, f"the API of {module} has changed ({come} lines new, {gone} gone): {COMMAND}, and say it in"
            " CHANGELOG.md",
        )
    known = {f"{FOLDER}/{module}.txt" for module in modules(tree)}
    for path in tree.under(FOLDER, ends=(".txt",)):
        if path not in known:
            yield Problem(path, 1, "lists a module that no app sees")


def write(tree):
    """Writes the listings; returns their paths."""
    (tree.root / FOLDER).mkdir(parents=True, exist_ok=True)
    written = []
    for module in modules(tree):
        path = f"{FOLDER}/{module}.txt"
        (tree.root / path).write_text(listing(tree, module), encoding="utf-8")
        written.append(path)
    return written


def _sample(*lines):
    return "\n".join(lines) + "\n"


_HEADER = f"# The public declarations of Concord. {COMMAND} writes this file."
_SOURCE = _sample(
    "public struct A: Sendable {",
    "    /// One.",
    "    public let one: Int?",
    "    public private(set) var two = \"a = {\"",
    "    public var three: Int { 3 }  // three",
    "    public var four: Int { get { 4 } set { _ = newValue } }",
    "    let five = [1].map { $0 }",
    "    @discardableResult",
    "    public func six(",
    "        _ body: (Int) -> Void = { _ in },",
    "        seven: Int",
    "    ) async throws -> Int {",
    "        struct Hidden { public let no: Int }",
    "        return 1",
    "    }",
    "    public enum B: String {",
    "        case yes = \"y\"",
    "        case no",
    "        private static let hidden = 1",
    "    }",
    "}",
    "extension A: Equatable,",
    "    CustomStringConvertible",
    "{",
    "    public var description: String { three.description }",
    "}",
    "struct C { public let no: Int }",
    "extension C { public var no2: Int { 1 } }",
    "public protocol D {",
    "    var eight: Int { get }",
    "    func nine()",
    "}",
    "extension Int {",
    "    public static func ten() {}",
    "}",
    "public func free() {}",
)
_LISTED = _sample(
    _HEADER,
    "",
    "func free()",
    "",
    "extension A: Equatable, CustomStringConvertible",
    "struct A: Sendable",
    "    func six(_ body: (Int) -> Void = { _ in }, seven: Int) async throws -> Int",
    "    let one: Int?",
    "    private(set) var two",
    "    var description: String { get }",
    "    var four: Int { get set }",
    "    var three: Int { get }",
    "",
    "enum A.B: String",
    "    case no",
    "    case yes = \"y\"",
    "",
    "protocol D",
    "    func nine()",
    "    var eight: Int { get }",
    "",
    "extension Int",
    "    static func ten()",
)

CHECK = Check(
    "api",
    "the library's public declarations are those that docs/api lists",
    _run,
    (
        Sample("a listing that is right", {
            "Sources/Concord/A.swift": _SOURCE, "docs/api/Concord.txt": _LISTED,
        }),
        Sample("a declaration that became public, in a module that is passed on", {
            EXPORTS: "@_exported public import ConcordDiff\n",
            "Sources/ConcordDiff/A.swift": "public struct A {\n    public init() {}\n    public func b() {}\n}\n",
            "docs/api/Concord.txt": _HEADER + "\n",
            "docs/api/ConcordDiff.txt": _sample(
                _HEADER.replace("Concord.", "ConcordDiff.", 1), "", "struct A", "    init()",
            ),
        }, ("docs/api/ConcordDiff.txt:4",)),
        Sample("a type of a value that changed", {
            "Sources/Concord/A.swift": _SOURCE.replace("Int?", "Int"), "docs/api/Concord.txt": _LISTED,
        }, ("docs/api/Concord.txt:8",)),
        Sample("no listing, and one of a module that is passed on no more", {
            "Sources/Concord/A.swift": "public struct A {}\n",
            "Sources/ConcordText/A.swift": "public struct A {}\n",
            "docs/api/ConcordText.txt": "struct A\n",
        }, ("docs/api/Concord.txt:1", "docs/api/ConcordText.txt:1")),
    ),
)
