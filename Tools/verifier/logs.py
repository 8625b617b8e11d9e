"""What the lines of an exported log say together (Protocol/export.md, membership.md)."""

from .diffs import decoded_line
from .forms import Refused
from .members import Members


class Log:
    """What the lines say together; problems are collected, not raised."""

    def __init__(self):
        self.diffs, self.engagement, self.position = {}, None, 0
        self.problems, self.pending, self.forks = [], 0, []
        self.chains, self.members = {}, None
        self.erased = []

    def problem(self, line, text):
        self.problems.append({"line": line, "problem": text})

    def take(self, number, line):
        try:
            diff = decoded_line(line)
        except Refused as error:
            self.problem(number, str(error))
            return
        for text in [*self.place(diff), *self.chain(diff)]:
            self.problem(number, f"{diff.reference}: {text}")
        if not diff.is_signed:
            self.problem(number, f"{diff.reference}: the signature is not the author's over this head")
        for text in self.members.take(diff):
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
            self.members = Members(self.engagement)
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
