"""A file that proves a record (Protocol/proof.md): who wrote what it shows, and that the server's log has it."""

from .diffs import Diff
from .forms import Refused, canonical, canonical_value, decoded
from .members import Members
from .merges import History, Undecided, path_of, short
from .trees import LogKey, leaf_hash, root_by_inclusion, signed_checkpoint

FORMAT = "concord-proof/1"
HEADER = {"checkpoint", "engagement", "entries", "format", "key", "record"}
# What of a record is not written to a cell of its own, but said of it.
RECORD = {"fields", "id", "kind", "parts", "present"}


class Proof:
    """The file, line by line; problems are collected, not raised."""

    def __init__(self, lines, key=None):
        self.problems, self.undecided, self.proven = [], [], []
        self.diffs, self.heads = [], []
        self.header = self.read_header(lines[0])
        self.engagement = self.header["engagement"]
        self.key = LogKey(self.header["key"])
        if self.key.name != f"concord/{self.engagement}":
            raise Refused("the log's key is of another engagement")
        if key is not None and key != self.header["key"]:
            raise Refused("the file names another key of the log than the one that you gave")
        self.checkpoint = signed_checkpoint(self.header["checkpoint"].encode(), self.key)
        self.members = Members(self.engagement)
        if len(lines) - 1 != self.header["entries"]:
            self.problem(f"{self.header['entries']} entries are announced, and {len(lines) - 1} are there")
        for number, line in enumerate(lines[1:], 2):
            try:
                self.take(line)
            except Refused as error:
                self.problem(f"line {number}: {error}")
        if not self.diffs or self.diffs[0].id != self.engagement:
            self.problem("the engagement's first diff does not stand first")
        self.check_erased()
        if not self.problems:
            self.check_record()

    def problem(self, text):
        self.problems.append(text)

    @staticmethod
    def read_header(line):
        header = canonical_value(line)
        if not isinstance(header, dict) or header.get("format") != FORMAT:
            raise Refused(f"no proof of a record: its first line says {FORMAT}")
        texts = ("checkpoint", "engagement", "key")
        if set(header) != HEADER or not all(isinstance(header[name], str) for name in texts):
            raise Refused("the first line of a proof has other members than Protocol/proof.md says")
        check_shown(header["record"])
        return header

    # ---- Entries

    def take(self, line):
        """Takes in an entry: its hashes, its signature, its place in the tree, and that its author is a member."""
        entry = canonical_value(line)
        is_whole = isinstance(entry, dict) and set(entry) == {"envelope", "position", "proof"}
        if not is_whole and (not isinstance(entry, dict) or set(entry) != {"head", "position", "proof", "sig"}):
            raise Refused("no entry of a proof")
        if not isinstance(entry["proof"], list):
            raise Refused("the proof of a place is a list of hashes")
        envelope = entry["envelope"] if is_whole else {"head": entry["head"], "sig": entry["sig"]}
        diff = Diff(envelope, entry["position"], is_whole)
        if not isinstance(diff.position, int) or self.heads and diff.position <= self.heads[-1].position:
            raise Refused("the entries are not in the order of the log")
        if diff.head.get("engagement", diff.id) != self.engagement:
            raise Refused(f"{short(diff)} belongs to another engagement")
        if not diff.is_signed:
            raise Refused(f"the signature of {short(diff)} is not its author's")
        path = [decoded(hash, 32, "a hash of a proof") for hash in entry["proof"]]
        found = root_by_inclusion(leaf_hash(diff.leaf), diff.position, self.checkpoint.size, path)
        if found != self.checkpoint.root:
            raise Refused(f"{short(diff)} does not stand at position {diff.position} of the log that the server signed")
        self.heads.append(diff)
        if is_whole:
            self.diffs.append(diff)
            for text in self.members.take(diff):
                self.problem(f"{short(diff)}: {text}")
        elif diff.author not in self.members.devices:
            self.problem(f"{short(diff)}: its author was never admitted")

    def check_erased(self):
        """Contents are only missing where an order in the log says so."""
        orders = [bodies for diff in self.diffs for _, _, bodies in diff.orders()]
        for diff in self.diffs:
            if diff.erased and not any(bodies.get(diff.id) == diff.body_hash for bodies in orders):
                self.problem(f"{short(diff)}: its contents were erased, and no order in the file says so")

    # ---- What authors had seen

    def seen(self, later, earlier):
        """Whether an author had seen a diff, as far as what is in the file shows it."""
        if earlier.position > later.position:
            return False
        if later.author == earlier.author:
            return earlier.seq < later.seq
        return True if earlier.position < self.horizon(later) or earlier.id in later.parents else None

    def horizon(self, diff):
        """So many entries of the log the author is known to have had: a head names the checkpoint it came after."""
        own = [one for one in self.heads if one.author == diff.author and one.seq <= diff.seq]
        return max(log["size"] for log in [{"size": 0}, *(one.head["log"] for one in own if "log" in one.head)])

    # ---- The record

    def check_record(self):
        history = History(self.diffs, self.members, self.seen, is_whole=False)
        shown = {}
        for record in [self.header["record"], *self.header["record"]["parts"]]:
            shown[record["kind"], record["id"]] = record
        self.check_references(history, shown)
        for (kind, name), record in shown.items():
            if record["present"]:
                self.check_fields(history, kind, name, record["fields"])
            else:
                self.check_absence(history, (kind, name), "is shown as removed, and what was written says that it is there")
        for part in sorted(history.parts.get(next(iter(shown)), ())):
            if part not in shown:
                self.check_absence(history, part, "belongs to the record, and is not shown")

    def check_absence(self, history, record, problem):
        """A record that is not shown is not one that is plainly there."""
        path = path_of((*record, None, None))
        try:
            history.check_record(record)
        except Undecided as why:
            self.undecided.append((path, str(why)))
        else:
            self.problem(f"{path} {problem}")

    def check_references(self, history, shown):
        """What a write replaces has to be in the file: else something was left out."""
        there = {diff.reference for diff in self.diffs}
        for cell, writes in history.cells.items():
            for write in writes if cell[:2] in shown else ():
                for named in write.over - there:
                    self.problem(f"{short(write.diff)} replaces what {short(named)} wrote to {path_of(cell)}, and that is "
                                 "not in the file")

    def check_fields(self, history, kind, name, fields):
        cells = {cell for cell in history.cells if cell[:2] == (kind, name) and cell[2] is not None}
        if not cells and fields:
            self.problem(f"nobody wrote anything to /{kind}/{name} in this file")
        for field in sorted({cell[2] for cell in cells} | set(fields)):
            of_field = sorted(cell for cell in cells if cell[2] == field)
            path = path_of((kind, name, field))
            if not of_field:
                self.problem(f"{path} is shown, and nobody wrote it in this file")
                continue
            try:
                decided = {cell[3]: history.decide(cell) for cell in of_field}
            except Undecided as why:
                self.undecided.append((path, str(why)))
                continue
            if None in decided:
                value = decided[None].value
            else:
                value = {member: cell.value for member, cell in decided.items() if cell.value is not None} or None
            if canonical(fields.get(field)) != canonical(value):
                said = "nothing" if value is None else canonical(value)
                self.problem(f"{path} is shown as {canonical(fields.get(field))}, and what was written says {said}")
            else:
                self.proven.append((path, value, [write.diff for cell in of_field for write in history.cells[cell]]))

    # ---- Reporting

    def name(self, author):
        member = self.members.devices.get(author)
        for diff in self.diffs:
            for operation in diff.body["ops"]:
                value = operation.get("value")
                if operation["path"] == f"/member/{member}" and isinstance(value, dict) and value.get("name"):
                    return f"{value['name']} ({author[:8]})"
        return author[:8]

    def lines(self):
        record = self.header["record"]
        yield (f"{record['kind']} {record['id']}: {len(self.heads)} entries of the log of {self.checkpoint.size} that the "
               f"server signed with the key\n  {self.header['key']}")
        for path, value, diffs in self.proven:
            last = diffs[-1]
            text = canonical(value)
            text = text if len(text) <= 160 else text[:159] + "\u2026"
            yield f"  {path} = {text}\n    {self.name(last.author)}, {last.head['time']}, position {last.position}"
        for path, why in self.undecided:
            yield f"  {path}: not decided here: {why}"
        yield ("Every hash, signature, join and place in the log is right. Compare the key with the one that you know."
               " A file cannot show what was left out of it, such as a later edit or the end of somebody's membership: the"
               " whole log does.")


def check_shown(record, depth=0):
    """Refuses what is not a record as Protocol/proof.md writes it."""
    if not isinstance(record, dict) or set(record) != RECORD or not isinstance(record["fields"], dict) \
            or not isinstance(record["parts"], list) or not isinstance(record["present"], bool) \
            or not all(isinstance(record[name], str) for name in ("kind", "id")) or depth > 1:
        raise Refused("the record that a proof shows has other members than Protocol/proof.md says")
    for part in record["parts"]:
        check_shown(part, depth + 1)
