"""What a head commits to of the contents that can be erased, and what an erasure leaves (diff.md, "Contents";
merge.md, "Erasure"). What fields hold is read from Protocol/schema.md."""

import re
from pathlib import Path

from .kit import base64url, canonical, sha256

GONE = "\ufffd"


def _schema():
    """By kind: by field: its type where it is erasable, else None."""
    kinds, kind = {}, None
    page = Path(__file__).parents[3] / "Protocol" / "schema.md"
    for line in page.read_text().split("## Citations")[1].splitlines():
        if line.startswith("## "):
            kind = kinds.setdefault(line[3:].strip(), {})
        row = re.match(r"\| `(\w+)` \| (.*?) \| (.*?) \| .*? \| (.*?) \|", line)
        if row:
            kind[row[1]] = row[3] if row[4].strip() == "yes" else None
    return kinds


SCHEMA = _schema()
FITS = {"text": str, "string": str, "array or object": (dict, list)}


def tokens(path):
    return [token.replace("~1", "/").replace("~0", "~") for token in path[1:].split("/")]


def escaped(token):
    return token.replace("~", "~0").replace("/", "~1")


def black(text):
    return GONE * len(text)


def emptied(kind, field, value, first):
    """What is left of a value."""
    held = SCHEMA[kind].get(field, "unknown") if kind in SCHEMA else "unknown"
    if held is None:
        return value
    if held == "text":
        return black(value) if first and isinstance(value, str) else False
    if held == "unknown":
        return black(value) if isinstance(value, str) else False if value is None else None
    return None if isinstance(value, FITS[held]) else False


def left_of(operation, is_gone):
    """What is left of an operation, and the paths at which something changed."""
    path, left, changed = operation["path"], dict(operation), set()
    kind, record, *rest = tokens(path)
    if is_gone(path):
        if "reason" in left:
            left["reason"] = black(left["reason"])
        if "insert" in left:
            left["insert"] = black(left["insert"])
        if left["op"] == "add" and len(rest) == 1:
            left["value"] = emptied(kind, rest[0], left["value"], False)
        if canonical(left) != canonical(operation):
            changed.add(path)
    if left["op"] == "add" and not rest:
        left["value"] = dict(left["value"])
        for field, value in operation["value"].items():
            cell = f"{path}/{escaped(field)}"
            less = emptied(kind, field, value, True)
            if is_gone(cell) and canonical(less) != canonical(value):
                left["value"][field] = less
                changed.add(cell)
    return left, changed


def _all_left(operations, is_gone):
    changed = set()
    left = []
    for operation in operations:
        less, more = left_of(operation, is_gone)
        left.append(less)
        changed |= more
    return left, changed


def _pieces(operations, paths):
    """What the operations hold of some cells, by path."""
    pieces = {}
    for operation in operations:
        path, value = operation["path"], operation.get("value")
        is_record = path.count("/") == 2
        if path in paths:
            held = ("reason", "insert") if is_record else ("reason", "insert", "value")
            pieces.setdefault(path, []).append({key: operation[key] for key in held if key in operation})
        if is_record and operation["op"] == "add":
            for field in value:
                cell = f"{path}/{escaped(field)}"
                if cell in paths:
                    pieces.setdefault(cell, []).append({"value": value[field]})
    return pieces


def _outline(operation, paths):
    path = operation["path"]
    outline = dict(operation)
    is_record = path.count("/") == 2
    if path in paths:
        for key in ("reason", "insert") if is_record else ("reason", "insert", "value"):
            outline.pop(key, None)
    if is_record and operation["op"] == "add":
        outline["value"] = {field: value for field, value in operation["value"].items()
                            if f"{path}/{escaped(field)}" not in paths}
    return outline


def _hash(value):
    return base64url(sha256(canonical(value)))


def _cells(body):
    """By path: the hash of what an erasure leaves, of what was there, and its salt while it is there."""
    operations = body["ops"]
    if "erased" in body:
        erased, kept = body["erased"], body.get("kept", [])
        pieces = _pieces(operations, {cell["path"] for cell in erased + kept})
        cells = {cell["path"]: (_hash(pieces[cell["path"]]), cell["was"], None) for cell in erased}
        for cell in kept:
            was = _hash({"salt": cell["salt"], "was": pieces[cell["path"]]})
            cells[cell["path"]] = (cell["left"], was, cell["salt"])
        return cells
    if "salt" not in body:
        return {}
    black_ops, paths = _all_left(operations, lambda path: True)
    here, left = _pieces(operations, paths), _pieces(black_ops, paths)
    cells = {}
    for path in paths:
        salt = _hash([path, body["salt"]])
        cells[path] = (_hash(left[path]), _hash({"salt": salt, "was": here[path]}), salt)
    return cells


def contents(body):
    """What the head of a body commits to, or None."""
    cells = _cells(body)
    if not cells:
        return None
    return _hash({
        "cells": [{"left": cells[path][0], "path": path, "was": cells[path][1]} for path in sorted(cells)],
        "ops": [_outline(operation, cells) for operation in body["ops"]],
    })


def erased(body, paths, by):
    """What is left of a body."""
    cells = _cells(body)
    wanted = {path for path in paths if path in cells and cells[path][2]}
    operations, changed = _all_left(body["ops"], lambda path: path in wanted)
    if not changed:
        return body
    gone = [{"by": by, "path": path, "was": cells[path][1]} for path in changed] + body.get("erased", [])
    kept = [{"left": left, "path": path, "salt": salt} for path, (left, _, salt) in cells.items()
            if salt and path not in changed]
    body = {"ops": operations, "erased": sorted(gone, key=lambda cell: cell["path"])}
    if kept:
        body["kept"] = sorted(kept, key=lambda cell: cell["path"])
    return body
