#!/usr/bin/env python3
"""Checks an exported log of Concord without any program of Concord.

    Tools/verify.py LOG              checks the lines of LOG, as `concord log --export` writes them
    concord log --export | Tools/verify.py
    Tools/verify.py --json LOG       the outcome as one line of JSON
    Tools/verify.py --document LOG   also applies the operations with the package `jsonpatch`, and prints
                                     the state document in canonical form; the log has to be sequential

Checked of every line: canonical form, the body's hash, the chain (number, first parent, parents that
stand before), the engagement, the signature with the strictness that Protocol/signature.md asks for,
the proof of who joins, and that positions count from 0. Of a body whose contents were erased: that what is
left is what its author signed, and that an order in the log, whose author had seen the diff, names its hash
and the cells; whether its author had the right to order so is a verdict, which this program does not judge. Written from
Protocol/ alone.

Exit codes: 0 all is well, 1 something is wrong (one line for each problem), 2 the log cannot be read.
Needs Python 3.9 and the package `cryptography`; `--document` needs `jsonpatch` too.
"""

import argparse
import base64
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

GREATEST = 2**53 - 1
ENVELOPE_BYTES, HEAD_BYTES, DEPTH, STRING_BYTES = 1 << 20, 65_431, 16, 256 << 10
HEADER = b'{"alg":"EdDSA","b64":false,"crit":["b64"]}'
HEAD_KEYS = {"author", "body", "parents", "seq", "time", "v"}
HEAD_MAY = {"contents", "engagement", "held", "log", "without"}
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
SMALL_ORDER = {
    0, 1, P - 1,
    2707385501144840649318225287225658788936804267575313519463743609750303402022,
    55188659117513257062467267217118295137698188065244968500265048394206261417927,
}


# A path: kind, record and field of visible ASCII, then perhaps a member of any text (Protocol/diff.md, "Paths").
PATH = re.compile(r"(?:/(?:[!-.0-}]|~[01])+){2,3}(?:/(?:[^~/]|~[01])+)?", re.DOTALL)
NAME = re.compile(r"[!-~]{1,256}")


# The fields of this version whose members are cells of their own (Protocol/schema.md); of kinds that are
# not known here, those to whose members an operation points.
SETS = {
    ("engagement", "standards"), ("scope", "units"), ("scope", "sites"), ("scope", "services"),
    ("planSlot", "auditors"), ("planSlot", "clauses"), ("checklistItem", "clauses"),
    ("checklistItem", "evidence"), ("finding", "evidence"), ("finding", "contributors"),
    ("finding", "relatedTo"), ("action", "evidence"),
}


class Refused(Exception):
    """A line that is not what it says."""


# ---- Canonical JSON


def canonical(value):
    """The text of RFC 8785 for a value without floats."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def parse(text):
    """The value of a text, refusing what diffs may not hold."""

    def once(pairs):
        if len({key for key, _ in pairs}) < len(pairs):
            raise Refused("a key stands twice")
        if any(not key.isascii() for key, _ in pairs):
            raise Refused("a key is not ASCII")
        return dict(pairs)

    def refuse_float(number):
        raise Refused(f"{number} is no integer")

    def integer(digits):
        if abs(int(digits)) > GREATEST or digits == "-0":
            raise Refused(f"{digits} is no integer within 2^53-1 of zero")
        return int(digits)

    try:
        return json.loads(text, object_pairs_hook=once, parse_float=refuse_float,
                          parse_int=integer, parse_constant=refuse_float)
    except (ValueError, RecursionError) as error:
        raise Refused(f"no JSON: {error}") from None


def check_limits(value, depth=0):
    if isinstance(value, (dict, list)):
        if depth == DEPTH:
            raise Refused(f"more than {DEPTH} containers in one another")
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            check_limits(part, depth + 1)
    elif isinstance(value, str) and len(value.encode()) > STRING_BYTES:
        raise Refused(f"a string of more than {STRING_BYTES} bytes")


def decoded(text, length, what):
    """The bytes of base64url in its one spelling."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Refused(f"{what} is not base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        raise Refused(f"{what} is not base64url") from None
    if len(data) != length or encoded(data) != text:
        raise Refused(f"{what} is not {length} bytes in base64url")
    return data


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def hashed(value):
    return encoded(hashlib.sha256(canonical(value).encode()).digest())


def escaped(token):
    return token.replace("~", "~0").replace("/", "~1")


# ---- Signatures


def is_admissible_point(data):
    y = int.from_bytes(data, "little") & (2**255 - 1)
    return y < P and y not in SMALL_ORDER


def is_signed(key, message, signature):
    """RFC 8032 without the cofactor, less everything that has a second spelling or small order."""
    if not is_admissible_point(key) or not is_admissible_point(signature[:32]):
        return False
    if int.from_bytes(signature[32:], "little") >= L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
        return True
    except (InvalidSignature, ValueError):
        return False


def is_head_signed(author, head, signature):
    return is_signed(author, encoded(HEADER).encode() + b"." + head, signature)


# ---- Diffs


class Diff:
    """One line of the log, checked as far as it goes alone."""

    def __init__(self, line):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("not UTF-8") from None
        entry = parse(text)
        if not isinstance(entry, dict) or not {"envelope"} <= set(entry) <= {"envelope", "position"}:
            raise Refused("no line of an exported log: `envelope`, and perhaps `position`")
        if canonical(entry) != text:
            raise Refused("not in canonical form")
        self.position = entry.get("position")
        # The line is canonical, so what stands in it is exactly what was signed.
        envelope = entry["envelope"]
        check_limits(envelope)
        if not isinstance(envelope, dict) or set(envelope) - {"cosigs"} != {"body", "head", "sig"}:
            raise Refused("an envelope has `body`, `head` and `sig`")
        if len(canonical(envelope).encode()) > ENVELOPE_BYTES:
            raise Refused(f"an envelope of more than {ENVELOPE_BYTES} bytes")
        self.head, self.body = envelope["head"], envelope["body"]
        if not isinstance(self.head, dict) or not isinstance(self.body, dict):
            raise Refused("head and body are objects")
        self.head_bytes = canonical(self.head).encode()
        if len(self.head_bytes) > HEAD_BYTES:
            raise Refused(f"a head of more than {HEAD_BYTES} bytes")
        self.id = encoded(hashlib.sha256(self.head_bytes).digest())
        self.signature = decoded(envelope["sig"], 64, "the signature")
        self.check_head()
        self.check_body()

    def check_body(self):
        pinned = decoded(self.head["body"], 32, "the body's hash")
        self.body_hash = encoded(hashlib.sha256(canonical(self.body).encode()).digest())
        self.erased = self.body.get("erased", [])
        if encoded(pinned) != self.body_hash and not self.erased:
            raise Refused("the body is not the one that the head pins by its hash")
        if "erased" in self.body:
            if encoded(pinned) == self.body_hash:
                raise Refused("the body says what was erased, and is the one that was signed")
            self.check_erased()
        if not isinstance(self.body.get("ops"), list) or not all(
                isinstance(operation, dict) for operation in self.body["ops"]):
            raise Refused("a body has operations")
        for operation in self.body["ops"]:
            check_path(operation.get("path"))
            value = operation.get("value")
            if str(operation.get("path")).count("/") == 2 and isinstance(value, dict):
                for name in value:
                    if not NAME.fullmatch(name):
                        raise Refused(f"{name!r} names no field: those are of visible ASCII")
        if self.erased and self.contents() != self.head.get("contents"):
            raise Refused("what is left of the body is not what the head commits to")

    def check_erased(self):
        cells = self.erased
        if not isinstance(cells, list) or not cells or not all(
                isinstance(cell, dict) and set(cell) == {"by", "path", "was"}
                and all(isinstance(value, str) for value in cell.values()) for cell in cells):
            raise Refused("`erased` is a list of `by`, `path` and `was`")
        kept = self.body.get("kept", [])
        if not isinstance(kept, list) or not all(
                isinstance(cell, dict) and set(cell) == {"left", "path", "salt"}
                and all(isinstance(value, str) for value in cell.values()) for cell in kept):
            raise Refused("`kept` is a list of `left`, `path` and `salt`")
        for cell in cells + kept:
            check_path(cell["path"])
        for some in (cells, kept):
            paths = [cell["path"].encode() for cell in some]
            if paths != sorted(set(paths)):
                raise Refused("the paths of what was erased, or kept, are not in order")
        if {cell["path"] for cell in cells} & {cell["path"] for cell in kept}:
            raise Refused("what was erased is not kept")

    def contents(self):
        """The hash of all that the body said, without what was erased: the head commits to it."""
        kept = self.body.get("kept", [])
        paths = {cell["path"] for cell in self.erased + kept}
        pieces, outlines = {path: [] for path in paths}, []
        for operation in self.body["ops"]:
            outline, path, value = dict(operation), operation["path"], operation.get("value")
            is_record = path.count("/") == 2
            if path in paths:
                held = ("reason", "insert") if is_record else ("reason", "insert", "value")
                pieces[path].append({key: outline.pop(key) for key in held if key in outline})
            if is_record and operation.get("op") == "add" and isinstance(value, dict):
                cells = {name: f"{path}/{escaped(name)}" for name in value}
                for name, cell in cells.items():
                    if cell in paths:
                        pieces[cell].append({"value": value[name]})
                outline["value"] = {name: value[name] for name, cell in cells.items() if cell not in paths}
            outlines.append(outline)
        cells = [{"left": hashed(pieces[cell["path"]]), "path": cell["path"], "was": cell["was"]}
                 for cell in self.erased]
        cells += [{"left": cell["left"], "path": cell["path"],
                   "was": hashed({"salt": cell["salt"], "was": pieces[cell["path"]]})} for cell in kept]
        return hashed({"cells": sorted(cells, key=lambda cell: cell["path"]), "ops": outlines})

    def orders(self):
        """The orders of erasure that the diff holds: record, paths, and hashes by diff."""
        for operation in self.body["ops"]:
            kind, _, record = str(operation.get("path"))[1:].partition("/")
            value = operation.get("value")
            if kind != "erasure" or "/" in record or operation.get("op") != "add":
                continue
            paths = value.get("paths") if isinstance(value, dict) else None
            bodies = value.get("bodies") if isinstance(value, dict) else None
            if isinstance(paths, list) and isinstance(bodies, dict):
                yield record.replace("~1", "/").replace("~0", "~"), paths, bodies

    def check_head(self):
        head = self.head
        if not HEAD_KEYS <= set(head) <= HEAD_KEYS | HEAD_MAY:
            raise Refused("a head with missing or unknown members")
        if head["v"] != 1:
            raise Refused(f"version {head['v']} is not known here")
        self.key = decoded(head["author"], 32, "the author")
        self.author, self.seq, self.parents = head["author"], head["seq"], head["parents"]
        if not isinstance(self.seq, int) or not 1 <= self.seq < 2**31:
            raise Refused("the number is not between 1 and 2^31-1")
        if not isinstance(self.parents, list) or len(self.parents) > 256:
            raise Refused("parents are a list of at most 256")
        raw = [decoded(parent, 32, "a parent") for parent in self.parents]
        others = raw[1:] if self.seq > 1 else raw
        if others != sorted(set(others)) or len(set(raw)) < len(raw):
            raise Refused("parents are not in order")
        founds = "engagement" not in head
        if founds != (not raw) or founds and self.seq != 1:
            raise Refused("only the first diff of an engagement has no parents, and it has number 1")
        if not founds:
            decoded(head["engagement"], 32, "the engagement")
        self.reference = f"{self.seq}@{self.author}"


# ---- The log


class Log:
    """What the lines say together; problems are collected, not raised."""

    def __init__(self):
        self.diffs, self.engagement, self.position = {}, None, 0
        self.problems, self.pending, self.forks = [], 0, []
        self.chains, self.invitations, self.devices = {}, {}, {}
        self.erased = []

    def problem(self, line, text):
        self.problems.append({"line": line, "problem": text})

    def take(self, number, line):
        try:
            diff = Diff(line)
        except Refused as error:
            self.problem(number, str(error))
            return
        for text in [*self.place(diff), *self.chain(diff)]:
            self.problem(number, f"{diff.reference}: {text}")
        if not is_head_signed(diff.key, diff.head_bytes, diff.signature):
            self.problem(number, f"{diff.reference}: the signature is not the author's over this head")
        for text in self.membership(diff):
            self.problem(number, f"{diff.reference}: {text}")
        if diff.erased:
            self.erased.append((number, diff))
        self.diffs[diff.id] = diff

    def finish(self):
        """Looks for the orders of what was erased, which stand behind it."""
        orders = [(diff, *order) for diff in self.diffs.values() if diff.position is not None
                  for order in diff.orders()]
        for number, diff in self.erased:
            named = [(record, paths, bodies[diff.id]) for by, record, paths, bodies in orders
                     if diff.id in bodies and self.has_seen(by, diff)]
            if diff.position is None or diff.body_hash not in [left for _, _, left in named]:
                self.problem(number, f"{diff.reference}: its contents were erased without an order in the log "
                                     "that names the hash of what is left")
            for cell in diff.erased:
                if not any(record == cell["by"] and cell["path"] in paths for record, paths, _ in named):
                    self.problem(number, f"{diff.reference}: no order {cell['by']} erased {cell['path']} in it")

    def has_seen(self, diff, other):
        waiting, seen = list(diff.parents), set()
        while waiting:
            name = waiting.pop()
            if name == other.id:
                return True
            if name not in seen and name in self.diffs:
                seen.add(name)
                waiting += self.diffs[name].parents
        return False

    def place(self, diff):
        if diff.id in self.diffs:
            yield "the log holds it twice"
        if diff.position is None:
            self.pending += 1
        elif self.pending:
            yield "a line with a position stands behind one without"
        elif diff.position != self.position:
            yield f"position {diff.position} where {self.position} follows"
        if diff.position is not None:
            self.position += 1
        if self.engagement is None:
            if "engagement" in diff.head:
                yield "the log does not begin with the engagement's first diff"
            self.engagement = diff.head.get("engagement", diff.id)
        elif diff.head.get("engagement") != self.engagement:
            yield "it belongs to another engagement"

    def chain(self, diff):
        for parent in diff.parents:
            if parent not in self.diffs:
                yield f"its parent {parent} does not stand before it"
        if diff.seq > 1:
            previous = self.diffs.get(diff.parents[0])
            if previous and (previous.author, previous.seq) != (diff.author, diff.seq - 1):
                yield "its first parent is not its author's diff before it"
        seen = self.chains.setdefault(diff.author, {})
        if diff.seq in seen and seen[diff.seq] != diff.id:
            self.forks.append(diff.reference)
        seen.setdefault(diff.seq, diff.id)

    def membership(self, diff):
        """Notes invitations and devices; a device that writes has been admitted by a valid proof."""
        founds = "engagement" not in diff.head
        for operation in diff.body["ops"]:
            path, value = operation.get("path", ""), operation.get("value")
            kind, _, record = str(path)[1:].partition("/")
            if operation.get("op") != "add" or "/" in record or not isinstance(value, dict):
                continue
            if kind == "invitation":
                self.invitations.setdefault(record, value.get("key"))
            elif kind == "device" and founds:
                self.devices[record] = value.get("member")
            elif kind == "device" and record == diff.author and record not in self.devices:
                if self.is_proven(diff.author, value):
                    self.devices[record] = value.get("member")
                else:
                    yield "it joins without a valid proof"
        if diff.author not in self.devices:
            yield "its author was never admitted"

    def is_proven(self, author, fields):
        said = {"author": author, "engagement": self.engagement}
        try:
            proof = decoded(fields.get("proof"), 64, "the proof")
            if "invitation" in fields:
                if "by" in fields:
                    return False
                key = decoded(self.invitations.get(fields["invitation"]), 32, "the invitation's key")
                said.update(invitation=fields["invitation"], purpose="concord-join")
                return is_signed(key, canonical(said).encode(), proof)
            # Where none is named it is the member's first device.
            first = next((one for one, member in self.devices.items() if member == fields.get("member")), None)
            by = fields.get("by", first)
            sibling = decoded(by, 32, "the device that admits")
            if by not in self.devices or self.devices[by] != fields.get("member"):
                return False
        except Refused:
            return False
        said.update(member=fields.get("member"), purpose="concord-device")
        return is_signed(sibling, canonical(said).encode(), proof)


# ---- The document of a sequential log


def check_path(path):
    """Refuses what is not a path: two to four tokens, of which all but a member are of visible ASCII."""
    if not isinstance(path, str) or not PATH.fullmatch(path) or len(path.encode()) > 1024:
        raise Refused(f"{path!r} is not a path of a cell")
    if any(len(unescaped(name)) > 256 for name in path.split("/")[1:4]):
        raise Refused(f"{path!r} has too long a name")


def unescaped(path):
    return [token.replace("~1", "/").replace("~0", "~") for token in path.split("/")[1:]]


class Document:
    """The state, made by a stock JSON Patch library and what it does not know."""

    def __init__(self):
        self.state, self.hidden, self.sets = {}, {}, set(SETS)

    def apply(self, operation):
        import jsonpatch

        tokens = unescaped(operation["path"])
        kind, record = tokens[:2]
        records = self.state.setdefault(kind, {})
        if len(tokens) == 2 and operation["op"] == "remove":
            self.hidden[kind, record] = records.pop(record)
            return
        # Whatever is written brings a hidden record back with all that it had; an `add` clears nothing.
        fields = records.setdefault(record, self.hidden.pop((kind, record), {}))
        if len(tokens) == 2:
            for name, value in operation["value"].items():
                if value is None:  # erased
                    fields.pop(name, None)
                    continue
                if (kind, name) in self.sets:
                    value = {**fields.get(name, {}), **value}
                fields[name] = value
        elif operation.get("value", "") is None:  # erased
            fields.pop(tokens[2], None)
        elif operation["op"] == "splice":
            text, at = list(fields.get(tokens[2], "")), operation["at"]
            if at + operation["delete"] > len(text):
                raise ValueError("the splice reaches beyond the text")
            text[at:at + operation["delete"]] = operation["insert"]
            fields[tokens[2]] = "".join(text)
        else:
            if len(tokens) == 4:
                self.sets.add((kind, tokens[2]))
                fields.setdefault(tokens[2], {})
            patch = {key: operation[key] for key in ("op", "path", "value") if key in operation}
            jsonpatch.apply_patch(self.state, [patch], in_place=True)

    def shown(self):
        """The state without empty sets, and without kinds of which nothing is present."""
        return {
            kind: {
                record: {
                    name: value for name, value in fields.items()
                    if value != {} or (kind, name) not in self.sets}
                for record, fields in records.items()}
            for kind, records in self.state.items() if records}


def document_of(log):
    """Applies all operations in order; refuses a log in which anything happened at once."""
    document, last = Document(), None
    for diff in log.diffs.values():
        if last and last not in diff.parents:
            raise Refused(f"{diff.reference}: the log is not sequential: not made on top of the diff "
                          "before it")
        last = diff.id
        for operation in diff.body["ops"]:
            try:
                document.apply(operation)
            except Exception as error:  # whatever the package meets
                raise Refused(f"{diff.reference}: cannot apply {canonical(operation)}: {error}") from None
    return document.shown()


# ---- The command


def read_lines(name):
    source = sys.stdin.buffer if name == "-" else open(name, "rb")
    with source:
        return source.read().split(b"\n")


def report(log, document, as_json):
    if as_json:
        outcome = {
            "authors": len(log.chains), "diffs": len(log.diffs), "engagement": log.engagement,
            "erased": [diff.reference for _, diff in log.erased], "forks": log.forks,
            "logged": log.position, "ok": not log.problems, "pending": log.pending, "problems": log.problems,
        }
        if document is not None:
            outcome["state"] = document
        print(canonical(outcome))
        return
    for problem in log.problems:
        print(f"line {problem['line']}: {problem['problem']}", file=sys.stderr)
    if document is not None:
        print(canonical(document))
    elif not log.problems:
        forks = f", {len(log.forks)} on forked chains" if log.forks else ""
        forks += f", {len(log.erased)} with contents erased by orders" if log.erased else ""
        print(f"{len(log.diffs)} diffs of {len(log.chains)} authors: hashes, chains, signatures and "
              f"joins are right; {log.position} in the server's log, {log.pending} not yet{forks}")


def main():
    parser = argparse.ArgumentParser(
        description="Checks an exported log of Concord: canonical form, hashes, chains, signatures, joins.",
        epilog="Exit codes: 0 all is well, 1 something is wrong, 2 the log cannot be read.")
    parser.add_argument("log", nargs="?", default="-", metavar="LOG", help="a file; without: standard input")
    parser.add_argument("--document", action="store_true",
                        help="apply the operations of a sequential log and print the state document")
    parser.add_argument("--json", action="store_true", help="print the outcome as one line of JSON")
    options = parser.parse_args()
    try:
        lines = read_lines(options.log)
    except OSError as error:
        print(f"cannot read {options.log}: {error.strerror}", file=sys.stderr)
        return 2
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        print(f"{options.log} holds no lines; `concord log --export` writes them", file=sys.stderr)
        return 2
    log = Log()
    for number, line in enumerate(lines, 1):
        log.take(number, line)
    log.finish()
    document = None
    if options.document and not log.problems:
        try:
            document = document_of(log)
        except Refused as error:
            log.problem(len(lines), str(error))
        except ImportError:
            print("--document needs the Python package jsonpatch", file=sys.stderr)
            return 2
    report(log, document, options.json)
    return 1 if log.problems else 0


if __name__ == "__main__":
    sys.exit(main())
