"""Who is in an engagement, as far as diffs in the order of the log say it (Protocol/membership.md)."""

from .forms import Refused, canonical, decoded, unescaped
from .signatures import is_signed

SIZE = 2**31


class Members:
    """Devices and roles; a device is there from a valid proof of its join on."""

    def __init__(self, engagement):
        self.engagement = engagement
        self.devices, self.roles, self.trainings = {}, {}, {}
        self.invitations, self.ended, self.joined = {}, set(), {}
        # Members and devices of whom something else is said later: what they may do then is a verdict.
        self.changed = set()

    def take(self, diff):
        """Notes what a diff says of members; yields what cannot be."""
        founds = "engagement" not in diff.head
        for operation in diff.body["ops"]:
            tokens, value = unescaped(str(operation.get("path"))), operation.get("value")
            kind, record = tokens[:2]
            if len(tokens) > 2 or operation.get("op") != "add" or not isinstance(value, dict):
                if tokens[2:] != ["name"]:
                    self.change(kind, record)
                continue
            if kind == "invitation":
                self.invitations.setdefault(record, value)
            elif kind == "engagement" and founds and isinstance(value.get("recoveryKey"), str):
                self.invitations.setdefault("recovery", {"key": value["recoveryKey"], "role": "lead"})
            elif kind == "device" and founds:
                self.devices[record] = value.get("member")
            elif kind == "member" and founds:
                self.set_role(record, value)
            elif kind == "device" and record == diff.author and record not in self.devices:
                if self.is_proven(diff.author, value):
                    self.join(record, value)
                else:
                    yield "it joins without a valid proof"
        if diff.author not in self.devices:
            yield "its author was never admitted"

    def join(self, device, fields):
        member, name = fields.get("member"), fields.get("invitation")
        self.devices[device] = member
        if name is None:
            return
        invitation = self.invitations[name]
        joined = self.joined.setdefault(name, [])
        uses = invitation.get("uses", SIZE if name == "recovery" else 1)
        # Too late, one too many, or a member who is there already: such a device is surplus.
        if name in self.ended or len(joined) >= uses or member in self.roles:
            self.changed.add(device)
        joined.append(member)
        self.set_role(member, invitation)

    def change(self, kind, record):
        if kind == "invitation":
            self.ended.add(record)
        elif kind in ("member", "device"):
            self.changed.add(record)
            self.ended |= {name for name, members in self.joined.items() if record in members}

    def is_plain(self, author):
        """Whether nothing is said of an author and their member but that they joined."""
        return not {author, self.devices.get(author)} & self.changed

    def set_role(self, member, fields):
        self.roles.setdefault(member, fields.get("role"))
        self.trainings.setdefault(member, fields.get("inTraining"))

    def is_proven(self, author, fields):
        said = {"author": author, "engagement": self.engagement}
        try:
            proof = decoded(fields.get("proof"), 64, "the proof")
            if "invitation" in fields:
                if "by" in fields:
                    return False
                invitation = self.invitations.get(fields["invitation"], {})
                key = decoded(invitation.get("key"), 32, "the invitation's key")
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
