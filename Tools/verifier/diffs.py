"""One diff, checked as far as it goes alone (Protocol/diff.md)."""

import hashlib
import re

from .forms import Refused, canonical, canonical_value, check_limits, check_path, decoded, encoded, escaped, hashed
from .signatures import is_head_signed

ENVELOPE_BYTES, HEAD_BYTES = 1 << 20, 65_431
HEAD_KEYS = {"author", "body", "parents", "seq", "time", "v"}
HEAD_MAY = {"contents", "engagement", "held", "log", "without"}
NAME = re.compile(r"[!-~]{1,256}")


def decoded_line(line):
    """The diff in a line of an exported log (Protocol/export.md)."""
    entry = canonical_value(line)
    if not isinstance(entry, dict) or not {"envelope"} <= set(entry) <= {"envelope", "position"}:
        raise Refused("no line of an exported log: `envelope`, and perhaps `position`")
    return Diff(entry["envelope"], entry.get("position"))


class Diff:
    """One diff, checked as far as it goes alone; or only what stands for it in the log, without its body."""

    def __init__(self, envelope, position=None, is_whole=True):
        self.position = position
        # What it came in is canonical, so what stands in it is exactly what was signed.
        check_limits(envelope)
        wanted = {"body", "head", "sig"} if is_whole else {"head", "sig"}
        if not isinstance(envelope, dict) or set(envelope) - {"cosigs"} != wanted:
            raise Refused(f"an envelope has {', '.join(sorted(wanted))}")
        if len(canonical(envelope).encode()) > ENVELOPE_BYTES:
            raise Refused(f"an envelope of more than {ENVELOPE_BYTES} bytes")
        self.head, self.body = envelope["head"], envelope.get("body")
        if not isinstance(self.head, dict) or is_whole and not isinstance(self.body, dict):
            raise Refused("head and body are objects")
        self.head_bytes = canonical(self.head).encode()
        if len(self.head_bytes) > HEAD_BYTES:
            raise Refused(f"a head of more than {HEAD_BYTES} bytes")
        self.id = encoded(hashlib.sha256(self.head_bytes).digest())
        self.signature = decoded(envelope["sig"], 64, "the signature")
        self.erased = []
        self.check_head()
        if is_whole:
            self.check_body()

    @property
    def leaf(self):
        """What stands for it in the log as a tree (Protocol/log.md, "Entries and hashes")."""
        return b'{"head":' + self.head_bytes + b',"sig":"' + encoded(self.signature).encode() + b'"}'

    @property
    def is_signed(self):
        return is_head_signed(self.key, self.head_bytes, self.signature)

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
        log = head.get("log", {"root": head["body"], "size": 0})
        if not isinstance(log, dict) or set(log) != {"root", "size"} or not isinstance(log["size"], int):
            raise Refused("what a head names as `log` is not a size and a root")
        decoded(log["root"], 32, "the root of the log")
        self.reference = f"{self.seq}@{self.author}"
