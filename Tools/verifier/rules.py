"""The tables of Protocol/schema.md and Protocol/merge.md, read from those pages: they stand nowhere else here."""

import re
from pathlib import Path

PROTOCOL = Path(__file__).resolve().parents[2] / "Protocol"


class Field:
    def __init__(self, row):
        name, self.rule, self.type, right, erasable, names_writer = row
        self.name, self.right = name.strip("`"), right.strip("`")
        self.is_erasable, self.names_writer = bool(erasable), bool(names_writer)
        self.values = [] if self.rule == "state" else self.type.split(", ")

    def fits(self, value):
        """Whether a value is of the field's type."""
        if self.rule == "set":
            return value is True
        if self.type == "word":
            return isinstance(value, str) and re.fullmatch("[!-~]{1,256}", value) is not None
        if self.type in ("string", "text"):
            return isinstance(value, str)
        if self.type == "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        if self.type == "bool":
            return isinstance(value, bool)
        if self.type == "array or object":
            return isinstance(value, (list, dict))
        return value in self.type.split(", ")


class Kind:
    """A kind of record: what adding and hiding take, to what it belongs, and its fields."""

    def __init__(self, text):
        sentence = " ".join(text.split())
        rights = re.search(r"Adding needs the right `(\w+)`, hiding needs the right `(\w+)`", sentence)
        owner = re.search(r"Belongs to the (\w+) in `(\w+)`", sentence)
        self.adding, self.hiding = rights.groups()
        self.owner = owner.groups() if owner else None
        self.is_control = re.search(r"`\. Control\.", sentence) is not None
        self.fields = {field.name: field for field in map(Field, rows(text)) if field.name != "field"}


class Step:
    def __init__(self, row):
        self.sources, self.target = set(row[0].split(", ")), row[1]
        self.right, self.ends, self.takes_reason = row[2].strip("`"), bool(row[5]), bool(row[6])


def rows(text):
    """The cells of each row of the tables in a text, head and rule left out."""
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def kinds():
    parts = re.split(r"^## (\w+)$", (PROTOCOL / "schema.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {name: Kind(text) for name, text in zip(parts[1::2], parts[2::2]) if "Adding needs" in text}


def rights():
    """What each role has of each activity: `rights()[activity][role]`."""
    text = (PROTOCOL / "merge.md").read_text(encoding="utf-8")
    head, *table = rows(re.search(r"^### Rights$(.*?)^###", text, re.MULTILINE | re.DOTALL)[1])
    return {row[0].strip("`"): dict(zip(head[1:], row[1:])) for row in table}


def steps():
    """The steps of each kind's life cycle, and its first state."""
    text = (PROTOCOL / "merge.md").read_text(encoding="utf-8")
    found = {}
    for name, part in re.findall(r"^#### Life cycle: (\w+)$(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL):
        first = re.search(r"States: `(\w+)`", part)[1]
        found[name] = first, [Step(row) for row in rows(part) if row[0] != "from"]
    return found
