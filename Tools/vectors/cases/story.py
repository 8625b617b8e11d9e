"""Small histories: who saves what having seen what, the order of the log, and what must come out.

A story begins with a genesis that names everybody, with their devices; its operations have effect
whatever they are. Expected states are written as what the story adds to that beginning.
"""

import base64
import copy

from .contents import contents
from .kit import KEYS, canonical, identity, reference, sha256, signed


def add(path, *value, over=(), reason=None):
    """Without a value: a record without fields."""
    return _operation("add", path, over, reason, value=value[0] if value else {})


def remove(path, over=(), reason=None):
    return _operation("remove", path, over, reason)


def splice(path, at, delete, insert, over=(), reason=None):
    return _operation("splice", path, over, reason, at=at, delete=delete, insert=insert)


def _operation(op, path, over, reason, **members):
    operation = {"op": op, "path": "/" + path, **members}
    if over:
        operation["over"] = references(over)
    if reason is not None:
        operation["reason"] = reason
    return operation


def references(diffs):
    """Names of diffs, in the order of their authors' bytes, then numbers."""
    return [diff.reference for diff in sorted(diffs, key=lambda diff: diff.rank)]


class Diff:
    """A saved diff, with all that its author had seen."""

    def __init__(self, author, envelope, seen):
        self.author, self.envelope, self.seen = author, envelope, seen
        self.id = identity(envelope)
        self.reference = reference(envelope)
        self.seq = envelope["head"]["seq"]
        self.rank = (KEYS[author].public, self.seq)
        self.past = seen | {self}


class Device:
    """One person's device, with its chain."""

    def __init__(self, story, name):
        self.story, self.name, self.key = story, name, KEYS[name]
        self.last = None

    def save(self, *operations, after=(), pending=False, logged=True, **head):
        """Saves a diff; it has seen its author's own ones, the genesis, and those in `after`."""
        return self.fork(
            self.last, *operations, after=after, pending=pending, logged=logged, **head)

    def fork(self, previous, *operations, after=(), pending=False, logged=True, **head):
        """Saves a diff behind an older one of the same device: a copy of the device does so."""
        story = self.story
        roots = [diff for diff in (previous, *after, story.genesis) if diff]
        seen = set().union(*(diff.past for diff in roots))
        newest = [d for d in seen if not any(d in other.seen for other in seen)]
        others = sorted((d.id for d in newest if d is not previous), key=_bytes)
        parents = ([previous.id] if previous else []) + others
        head = {
            "engagement": story.genesis.id, "parents": parents, "time": story.tick(),
            "seq": previous.seq + 1 if previous else 1, "v": 1, **head,
        }
        body = {"ops": list(operations)}
        if story.salt and contents({**body, "salt": story.salt}):
            body["salt"] = story.salt
            head = {"contents": contents(body), **head}
        envelope = signed(self.key, head, body)
        self.last = Diff(self.name, envelope, seen)
        (story.pending if pending else story.log if logged else []).append(self.last)
        return self.last


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=")


class Story:
    """A history under construction."""

    def __init__(self, founding=(), engagement=None, **people):
        """`people`: name=role, or name=(role, [standards in training]); the first is the founder.

        `founding`: further operations of the genesis. `engagement`: further fields of the engagement.
        """
        self.clock = 0
        self.log, self.pending = [], []
        self.genesis = None
        # With a salt diffs hold what can be erased, and say so.
        self.salt = None
        fields = {"number": "A-1", **(engagement or {})}
        operations = [add("engagement/audit", fields)]
        self.state = {"engagement": {"audit": fields}, "member": {}, "device": {}}
        for name, role in people.items():
            role, training = role if isinstance(role, tuple) else (role, None)
            member = {"role": role, **({"inTraining": training} if training else {})}
            device = {"member": name}
            operations += [add(f"member/{name}", member), add(f"device/{KEYS[name].text}", device)]
            self.state["member"][name] = member
            self.state["device"][KEYS[name].text] = device
        operations += founding
        founder = next(iter(people))
        envelope = signed(
            KEYS[founder], {"parents": [], "seq": 1, "time": self.tick(), "v": 1}, {"ops": operations})
        self.genesis = Diff(founder, envelope, set())
        self.log.append(self.genesis)
        self.devices = {}
        self[founder].last = self.genesis

    def tick(self):
        self.clock += 1
        return f"2026-03-02T09:{self.clock:02}:00+01:00"

    def __getitem__(self, name):
        return self.devices.setdefault(name, Device(self, name))

    def people(self, *names):
        return [self[name] for name in names]

    def expect(self, cases, name, about, state=None, conflicts=(), voids=(), without=(),
               area="merge", extra=()):
        """Writes the case. `state`: what is shown beside the beginning, by kind and record.

        `conflicts`: made by `conflict`. `voids`: (diff, path, reason). `without`: (kind, record) of
        the beginning that are not shown. `extra`: what else the case holds.
        """
        shown = copy.deepcopy(self.state)
        for kind, records in (state or {}).items():
            for record, fields in records.items():
                shown.setdefault(kind, {})[record] = copy.deepcopy(fields)
        for kind, record in without:
            del shown[kind][record]
        conflicts = sorted(conflicts, key=lambda one: one["path"])
        document = {"conflicts": conflicts, "state": shown}
        cases.add(
            area, name, about, **dict(extra),
            authors={KEYS[one].text: one for one in sorted({d.author for d in self.all_diffs()})},
            log=[diff.envelope for diff in self.log],
            pending=[diff.envelope for diff in self.pending],
            conflicts=conflicts, state=shown, digest=sha256(canonical(document)).hex(),
            void=[
                {"path": "/" + path, "reason": reason, "write": diff.reference}
                for diff, path, reason in sorted(voids, key=lambda void: (void[0].rank, void[1]))
            ])

    def all_diffs(self):
        return self.log + self.pending


def conflict(kind, path, shown, *candidates):
    """`candidates`: (diff, value), (diff, value, path), (diff, value, "proposal") or (diff, value, path, "proposal").

    An edit of a text is named by its diff alone: over a text `shown` and the values only tell the reader
    what the sides made of it, as do splices beside an ending or a removal.
    """
    listed = []
    for diff, value, *more in candidates:
        candidate = {"write": diff.reference}
        splices = isinstance(value, list) and all(isinstance(part, list) for part in value)
        if kind != "text" and not splices:
            candidate["value"] = value
        if more[-1:] == ["proposal"]:
            candidate["proposal"] = True
            more = more[:-1]
        if more:
            candidate["path"] = "/" + more[0]
        listed.append((diff.rank, candidate.get("path", ""), candidate))
    listed.sort(key=lambda entry: entry[:2])
    listed = [candidate for _, _, candidate in listed]
    whole = {"candidates": listed, "kind": kind, "path": "/" + path}
    return whole if kind == "text" else {**whole, "shown": shown}


def void_record(diff, path, reason, *fields):
    """The voids of a record's `add`: its presence and each of its first fields."""
    return [(diff, path, reason), *((diff, f"{path}/{field}", reason) for field in fields)]
