"""The document of a sequential log, made by a stock JSON Patch library and what it does not know."""

from .forms import Refused, canonical, unescaped

# The fields of this version whose members are cells of their own (Protocol/schema.md); of kinds that are
# not known here, those to whose members an operation points.
SETS = {
    ("engagement", "standards"), ("scope", "units"), ("scope", "sites"), ("scope", "services"),
    ("planSlot", "auditors"), ("planSlot", "clauses"), ("checklistItem", "clauses"),
    ("checklistItem", "evidence"), ("finding", "evidence"), ("finding", "contributors"),
    ("finding", "relatedTo"), ("action", "evidence"),
}


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
