"""What plain writes come to (Protocol/merge.md): an own, small merge, which says where it cannot decide.

A cell is decided where nothing but the rule of its field, rights that are a plain yes, and what each author had
seen takes part. Seals, admissions, erasures, revocations, forks, proposals, merges of findings and texts that several
people edited at the same time take the whole of Protocol/merge.md: cells in which they have a part are left
undecided, with the reason. What is decided must be what every other program shows.
"""

from . import rules
from .forms import escaped, unescaped

KINDS, RIGHTS, STEPS = rules.kinds(), rules.rights(), rules.steps()
SEALS = {"reopening", "seal"}
ACCEPTED = {"planAccepted", "implemented", "verified", "closed", "closedOnPlan"}
OBSERVED = {"kind", "title", "source", "content", "evidenceDate", "place"}


class Undecided(Exception):
    """Why a program that knows only plain cases does not decide."""


class Write:
    """What one diff wrote to one cell."""

    def __init__(self, diff, place, operation, tokens, value, is_first=False):
        self.diff, self.place, self.value, self.is_first = diff, place, value, is_first
        self.kind, self.record = tokens[:2]
        self.field = tokens[2] if len(tokens) > 2 else None
        self.member = tokens[3] if len(tokens) > 3 else None
        self.form, self.reason = operation["op"], operation.get("reason")
        self.over = set(operation.get("over", []))
        self.splices, self.order = [], 0

    @property
    def cell(self):
        return self.kind, self.record, self.field, self.member

    @property
    def is_removal(self):
        return self.form == "remove"


class Cell:
    """A cell that is decided: what it shows (None: nothing), and whether its writes are in conflict."""

    def __init__(self, value, is_contested=False):
        self.value, self.is_contested = value, is_contested


def path_of(cell):
    return "".join("/" + escaped(part) for part in cell if part is not None)


class History:
    """The writes of some diffs, which come in the order of the log.

    `seen(later, earlier)` says whether the author of one diff had seen another one: True, False, or None where
    that is not known. `is_whole` says whether these are all diffs of the engagement.
    """

    def __init__(self, diffs, members, seen, is_whole):
        self.members, self.seen, self.is_whole = members, seen, is_whole
        self.cells, self.records, self.parts = {}, {}, {}
        self.depths, self.count = {}, 0
        self.seals, self.admitted, self.erased = [], set(), set()
        self.why_not = None
        chains = {}
        for place, diff in enumerate(diffs):
            self.depths[diff.id] = 1 + max((self.depths.get(parent, 0) for parent in diff.parents), default=0)
            if chains.setdefault(diff.reference, diff.id) != diff.id:
                self.why_not = "a chain has two diffs of one number"
            for operation in diff.body["ops"]:
                if is_formed(operation):
                    self.take(diff, place, operation)
                else:
                    self.why_not = f"{short(diff)} holds an operation that this version does not know"
            self.erased |= {cell["path"] for cell in diff.erased}

    # ---- Writes

    def take(self, diff, place, operation):
        tokens, value = unescaped(operation["path"]), operation.get("value")
        kind = tokens[0]
        if kind in SEALS and diff not in self.seals:
            self.seals.append(diff)
        if len(tokens) == 2 and isinstance(value, dict):
            if kind == "admission":
                self.admitted.add(value.get("diff"))
            elif kind == "erasure" and isinstance(value.get("paths"), list):
                self.erased |= set(map(str, value["paths"]))
        if operation["op"] == "splice":
            last = self.cells.get((*tokens, None), [None])[-1]
            if not last or last.diff is not diff:
                last = self.note(Write(diff, place, operation, tokens, None))
            last.splices.append((operation.get("at"), operation.get("delete"), operation.get("insert")))
            last.over |= set(operation.get("over", []))
            return
        self.note(Write(diff, place, operation, tokens, value))
        if len(tokens) > 2 or not isinstance(value, dict) or operation["op"] != "add":
            return
        for name, first in value.items():
            field = KINDS[kind].fields.get(name) if kind in KINDS else None
            if field and field.rule == "set" and isinstance(first, dict):
                for member, said in first.items():
                    self.note(Write(diff, place, operation, [*tokens, name, member], said, is_first=True))
                continue
            write = self.note(Write(diff, place, operation, [*tokens, name], first, is_first=True))
            if field and field.rule == "text":
                write.splices.append((0, 0, first))

    def note(self, write):
        self.count += 1
        write.order = self.count
        self.cells.setdefault(write.cell, []).append(write)
        self.records.setdefault((write.kind, write.record), []).append(write)
        kind = KINDS.get(write.kind)
        if kind and kind.owner and write.field == kind.owner[1] and isinstance(write.value, str):
            self.parts.setdefault((kind.owner[0], write.value), set()).add((write.kind, write.record))
        return write

    def owner(self, record):
        return next((owner for owner, parts in self.parts.items() if record in parts), None)

    def around(self, record):
        """All writes on a record, on what it belongs to, and on what belongs to that."""
        root = self.owner(record) or record
        return [write for one in [root, *sorted(self.parts.get(root, ()))] for write in self.records.get(one, [])]

    def knows(self, later, earlier):
        """Whether a write's author is known to have seen another write, or made it before in the same diff."""
        return later.diff is earlier.diff or self.seen(later.diff, earlier.diff) is True

    # ---- Verdicts

    def judge(self, write):
        """Refuses to decide unless the write plainly has effect."""
        diff, kind = write.diff, KINDS.get(write.kind)
        if kind is None or write.field and write.field not in kind.fields:
            raise Undecided("this version does not know the field")
        if kind.is_control:
            raise Undecided("operations on control records are judged as Protocol/membership.md says")
        field = kind.fields.get(write.field)
        self.check_form(write, field)
        for named in write.over:
            if not any(one.diff.reference == named and self.knows(write, one)
                       for one in self.records[write.kind, write.record]):
                raise Undecided(f"it is not known whether {short(diff)} had seen {short(named)}, which it replaces")
        if path_of(write.cell) in self.erased:
            raise Undecided("its contents were erased")
        if any(seal is not diff and self.seen(seal, diff) is not True for seal in self.seals):
            raise Undecided(f"whether a seal had frozen what {short(diff)} wrote is a verdict")
        if diff in self.seals:
            raise Undecided(f"whether {short(diff)} has effect follows from a leader's order")
        if "engagement" not in diff.head:
            return
        if not self.members.is_plain(diff.author):
            raise Undecided(f"what the author of {short(diff)} may do was changed")
        member = self.members.devices.get(diff.author)
        role = self.members.roles.get(member)
        if not write.field:
            right = kind.hiding if write.is_removal else kind.adding
        else:
            right = field.right
            if not any(one.form == "add" and self.knows(write, one) and (one.diff is not diff or one.order < write.order)
                       for one in self.cells.get((write.kind, write.record, None, None), [])):
                raise Undecided("it is written on a record that its author did not know")
        if field and field.rule == "state":
            self.check_step(write, role, member)
        else:
            self.check_right(write, right, role, member)
        if self.is_in_training(write, role, member):
            raise Undecided(f"{short(diff)} is by somebody in training")
        if role != "lead":
            self.check_without_leading(write, field, role, member)

    def is_in_training(self, write, role, member):
        """Whether a write may be a proposal because its author is in training: a grade, a removal, or a step."""
        standards = self.members.trainings.get(member) or []
        if role != "inTraining" and not standards:
            return False
        if write.field == "grade":
            said = self.cells.get((write.kind, write.record, "standard", None), [])
            return role == "inTraining" or not said or any(one.value in standards for one in said)
        return write.is_removal or write.field == "state" and not write.is_first and write.value != "submitted"

    def check_form(self, write, field):
        if field is None:
            if write.form == "splice":
                raise Undecided("a record is not spliced")
            return
        if field.rule == "text":
            fits = write.is_first and isinstance(write.value, str) or write.form == "splice" and not write.is_first
        elif write.is_removal:
            fits = field.rule in ("newest", "ask", "mostSevere") or field.rule == "set" and write.member is not None
        else:
            fits = write.form == "add" and field.fits(write.value) and (field.rule == "set") == (write.member is not None)
        if not fits:
            raise Undecided("the value or the form of a write does not fit the field")

    def check_right(self, write, right, role, member):
        allowed = RIGHTS.get(right, {}).get(role)
        if allowed == "own" and all(self.members.devices.get(one.diff.author) == member or self.knows(one, write)
                                    for one in self.around((write.kind, write.record))):
            allowed = "yes"
        if allowed != "yes":
            raise Undecided(f"whether the role {role} allowed {short(write.diff)} is a verdict")

    def check_step(self, write, role, member):
        first, steps = STEPS[write.kind]
        before = [one for one in self.cells[write.cell] if one.place < write.place]
        if not all(self.knows(write, one) for one in before):
            raise Undecided("two people set the state, perhaps at the same time")
        state = before[-1].value if before else first
        if write.is_first:
            if write.value != first or before:
                raise Undecided("a new record has another state than the first one")
            return
        step = next((one for one in steps
                     if one.target == write.value and (state in one.sources or state == write.value)), None)
        if step is None or step.takes_reason and not write.reason:
            raise Undecided(f"from {state} there is no plain step to {write.value}")
        self.check_right(write, step.right, role, member)
        around = [one for one in self.around((write.kind, write.record)) if one.diff is not write.diff]
        waits = step.ends or write.value == "confirmed" or write.value in ACCEPTED and write.kind == "action"
        for one in around if waits else ():
            if not self.knows(write, one) and (step.ends or not self.knows(one, write)):
                raise Undecided(f"the step to {write.value} may wait for what was written without it")
        if waits and not step.ends:
            self.check_evidence(write)
        if write.value == "merged":
            raise Undecided("the finding was merged into another one")

    def check_evidence(self, write):
        """Whether the evidence was changed at the same time that what is confirmed or accepted cites."""
        records = {(one.kind, one.record) for one in self.around((write.kind, write.record))}
        for cell in [cell for cell in self.cells if cell[:2] in records and cell[2] == "evidence"]:
            if not self.is_whole:
                raise Undecided("whether the evidence was changed at the same time is not said here")
            for one in self.records.get(("evidence", cell[3]), []):
                if one.diff.id in self.admitted or not self.knows(write, one) and not self.knows(one, write):
                    raise Undecided("the evidence was changed at the same time")

    def check_without_leading(self, write, field, role, member):
        """What somebody may do who does not decide on findings alone."""
        if field and field.names_writer and member != (write.member or write.value):
            raise Undecided("it names somebody else than its author")
        record = (write.kind, write.record)
        if write.kind in ("finding", "criterion"):
            decisive = {"confirmed", "issued"}
        elif write.kind == "action":
            decisive = ACCEPTED
        else:
            decisive = set()
        later = [one for one in self.around(record) if one.field == "state" and one.value in decisive]
        if write.kind == "evidence" and not write.is_first and (write.field in OBSERVED or write.is_removal):
            if not self.is_whole:
                raise Undecided("whether something confirmed cites the evidence is not said here")
            later = [one for cell, writes in self.cells.items() if cell[2] == "state" for one in writes
                     if one.value in ACCEPTED | {"confirmed", "issued"}]
        if not all(one.diff is write.diff or self.knows(one, write) for one in later):
            raise Undecided("what was confirmed or accepted is changed by proposals")
        if field and field.rule in ("ask", "mostSevere") and write.kind in ("finding", "criterion") \
                and not field.is_erasable:
            before = [one for one in self.cells[write.cell] if one is not write and self.knows(write, one)]
            values = {repr(one.value) for one in survivors(before)}
            if len(values) > 1 and any(self.members.devices.get(one.diff.author) != member for one in before):
                raise Undecided("whether the author might resolve the conflict is a verdict")

    # ---- Cells

    def decide(self, cell):
        """What a cell shows.

        Raises Undecided where that is not plain.
        """
        if self.why_not:
            raise Undecided(self.why_not)
        self.check_record(cell[:2])
        writes = self.cells[cell]
        for write in writes:
            self.judge(write)
        field = KINDS[cell[0]].fields[cell[2]]
        left = survivors(writes)
        values = {repr(None if write.is_removal else write.value): write for write in left}
        if field.rule == "text":
            return Cell(self.text(writes))
        if field.rule == "state":
            return Cell(writes[-1].value)
        if field.rule == "once":
            if len({repr(write.value) for write in writes}) > 1:
                raise Undecided("it was written more than once")
            return Cell(writes[0].value)
        if field.rule == "set":
            added = [write for write in left if not write.is_removal]
            return Cell(True if added else None, bool(added) and len(added) < len(left))
        if field.rule not in ("newest", "ask", "mostSevere"):
            raise Undecided(f"the rule {field.rule} is not plain")
        is_contested = len(values) > 1 and field.rule != "newest"
        if len(values) == 1:
            shown = left[0]
        elif field.rule == "mostSevere":
            shown = max(left, key=lambda one: -1 if one.is_removal else field.values.index(one.value))
        elif self.is_whole:
            shown = max(left, key=lambda one: (self.depths[one.diff.id], one.diff.key, one.diff.id))
        else:
            raise Undecided("two people wrote it, neither over the other")
        return Cell(None if shown.is_removal else shown.value, is_contested)

    def check_record(self, record):
        """Refuses to decide unless the record was added once and is plainly there, and what it belongs to too."""
        for one in filter(None, (record, self.owner(record))):
            presence = self.cells.get((*one, None, None), [])
            if len(presence) != 1 or presence[0].is_removal:
                raise Undecided("the record was not added once and then left there")
            self.judge(presence[0])
            for write in self.around(one):
                if write.diff.id in self.admitted:
                    raise Undecided(f"a leader gave effect to {short(write.diff)}, perhaps after others wrote on")
                if write.kind == "finding" and (write.field == "duplicateOf" or write.value == "merged"):
                    raise Undecided("the finding was merged into another one")
        if any(write.field == "duplicateOf" and write.value in (record[1], (self.owner(record) or record)[1])
               for writes in self.records.values() for write in writes):
            raise Undecided("another finding was merged into it")
        owners = [owner for owner, parts in self.parts.items() if record in parts]
        if len(owners) > 1:
            raise Undecided("it was said to belong to two records")

    def text(self, writes):
        """The text of edits of which each author had seen all before it."""
        said = []
        for place, write in enumerate(writes):
            if not all(self.knows(write, one) for one in writes[:place]):
                raise Undecided("several people edited the text, perhaps at the same time")
            if "without" in write.diff.head or "held" in write.diff.head:
                raise Undecided("an author left out something that has no effect")
            for at, delete, insert in write.splices:
                if at + delete > len(said):
                    raise Undecided("an edit reaches beyond the text")
                said[at:at + delete] = insert
        return "".join(said)


def is_formed(operation):
    """Whether an operation has the members that Protocol/diff.md says, each of its type."""
    over, reason = operation.get("over", []), operation.get("reason", "")
    if not isinstance(reason, str) or not isinstance(over, list) or not all(isinstance(one, str) for one in over):
        return False
    if operation.get("op") == "splice":
        numbers = operation.get("at"), operation.get("delete")
        return isinstance(operation.get("insert"), str) and all(
            isinstance(number, int) and number >= 0 for number in numbers) and operation["path"].count("/") == 3
    return operation.get("op") in ("add", "remove")


def survivors(writes):
    """The writes that no other of them replaces: by naming it, or as a later one of the same author."""
    named = {reference for write in writes for reference in write.over}
    newest = {}
    for write in writes:
        newest[write.diff.author] = max(newest.get(write.diff.author, 0), write.diff.seq)
    return [write for write in writes
            if write.diff.reference not in named and write.diff.seq == newest[write.diff.author]]


def short(diff):
    """What people call a diff: its number and the beginning of its author's key."""
    seq, _, author = (diff if isinstance(diff, str) else diff.reference).partition("@")
    return f"{seq}@{author[:8]}"


def whole_history(diffs, members):
    """The history of all diffs of an engagement."""
    past = {}
    for diff in diffs:
        past[diff.id] = set().union(*({parent} | past.get(parent, set()) for parent in diff.parents))
    return History(diffs, members, lambda later, earlier: earlier.id in past[later.id], is_whole=True)
