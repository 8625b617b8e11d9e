"""What all cases are made of: canonical JSON, keys that follow from names, diffs, files.

Nothing here is shared with the Swift code, nor with Tools/verify.py: three writers of the same
format are worth more than one.
"""

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

HEADER = '{"alg":"EdDSA","b64":false,"crit":["b64"]}'


def canonical(value):
    """The text of RFC 8785 for a value without floats."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(canonical(element) for element in value) + "]"
    return json.dumps(value, ensure_ascii=False)


def sha256(data):
    return hashlib.sha256(data if isinstance(data, bytes) else data.encode()).digest()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """A key pair whose seed follows from its name."""

    def __init__(self, name, matches=lambda public: True):
        for counter in range(100_000):
            self.seed = sha256(f"concord vectors/{name}/{counter}")
            self.private = Ed25519PrivateKey.from_private_bytes(self.seed)
            self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
            if matches(self.public):
                break
        self.name = name
        self.text = base64url(self.public)

    def sign(self, message):
        return self.private.sign(message if isinstance(message, bytes) else message.encode())


# In every case the keys of these people stand in the order of their names, so that "the greater
# author" is the later name.
_PEOPLE = ("ada", "ben", "cem", "dot", "eva", "fay", "gus", "hal", "ida", "jon")
KEYS = {
    name: Key(name, lambda public, nibble=index + 1: public[0] >> 4 == nibble)
    for index, name in enumerate(_PEOPLE)
}


def signing_input(head, header=HEADER):
    return (base64url(header.encode()) + "." + head).encode()


def signed(key, head, body, **changes):
    """The envelope, as a value, of a head (without `body`) and a body."""
    head = dict(head)
    head.setdefault("author", key.text)
    head.setdefault("body", base64url(sha256(canonical(body))))
    envelope = {
        "body": body, "head": head,
        "sig": base64url(key.sign(signing_input(canonical(head)))),
    }
    envelope.update(changes)
    return envelope


def identity(envelope):
    return base64url(sha256(canonical(envelope["head"])))


def reference(envelope):
    return f"{envelope['head']['seq']}@{envelope['head']['author']}"


def proof_message(engagement, author, **names):
    """What an invitation's key signs (`invitation`), or a member's device (`member`)."""
    purpose = "concord-join" if "invitation" in names else "concord-device"
    return canonical({"author": author, "engagement": engagement, "purpose": purpose, **names})


class Cases:
    """Collects the cases of all areas by name."""

    def __init__(self):
        self.areas = {}

    def add(self, area, name, about, **contents):
        cases = self.areas.setdefault(area, {})
        if name in cases:
            raise ValueError(f"two cases are called {area}/{name}")
        cases[name] = {"about": about, **contents}

    def files(self):
        """Yields (path below the folder of vectors, text)."""
        counts = {area: len(cases) for area, cases in self.areas.items()}
        yield "COUNT.json", json.dumps(counts, indent=2, sort_keys=True) + "\n"
        for area, cases in sorted(self.areas.items()):
            for name, case in sorted(cases.items()):
                text = json.dumps(case, indent=1, ensure_ascii=False, sort_keys=True)
                yield f"{area}/{name}.json", text + "\n"
