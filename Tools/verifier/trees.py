"""Merkle trees and signed checkpoints (Protocol/log.md; RFC 9162, section 2.1; C2SP signed-note, tlog-checkpoint)."""

import base64
import hashlib
import re

from .forms import Refused
from .signatures import is_signed

NOTE_BYTES, SIGNATURES, SIZE = 1 << 16, 100, 2**31 - 1


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root_of(leaves):
    """The root over entries of which the leaf hashes are given."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(root_of(leaves[:middle]), root_of(leaves[middle:]))


def root_by_inclusion(leaf, index, size, path):
    """The root of the only tree that an inclusion proof can be of; None where no tree has such a proof."""
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            found = node_hash(beside, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def has_grown(former, former_root, size, root, path):
    """Whether a consistency proof shows that the tree of `size` entries has grown from that of `former`."""
    if not 0 < former <= size:
        return False
    if former == size:
        return not path and former_root == root
    path = list(path)
    if former & former - 1 == 0:
        path.insert(0, former_root)
    if not path:
        return False
    first, last = former - 1, size - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    old = new = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if first & 1 or first == last:
            old, new = node_hash(beside, old), node_hash(beside, new)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            new = node_hash(new, beside)
        first, last = first >> 1, last >> 1
    return last == 0 and old == former_root and new == root


# ---- Signed notes


def decoded64(text, what):
    """The bytes of base64 with padding in its one spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Refused(f"{what} is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise Refused(f"{what} is not base64 in its one spelling")
    return data


def is_name(name):
    return bool(name) and not any(letter.isspace() or letter == "+" or letter < " " for letter in name)


class LogKey:
    """The key of a log, `NAME+NUMBER+KEY`."""

    def __init__(self, text):
        name, number, key = (text.split("+", 2) + ["", ""])[:3]
        data = decoded64(key, "the log's key")
        if not is_name(name) or len(data) != 33 or data[0] != 1:
            raise Refused("the log's key is not `NAME+NUMBER+KEY` with an Ed25519 key")
        self.name, self.key = name, data[1:]
        self.number = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
        if number != self.number.hex():
            raise Refused("the number of the log's key is not that of its name and key")


class Note:
    """A text and the signatures under it."""

    def __init__(self, data):
        if len(data) > NOTE_BYTES:
            raise Refused(f"a note of more than {NOTE_BYTES} bytes")
        try:
            whole = data.decode("utf-8")
        except UnicodeDecodeError:
            raise Refused("a note that is not UTF-8") from None
        text, gap, lines = whole.rpartition("\n\n")
        self.text, self.signatures = text + "\n", []
        if not gap or not lines.endswith("\n") or any(letter < " " and letter != "\n" for letter in whole):
            raise Refused("no signed note: a text, an empty line, and a line for each signature")
        for line in lines[:-1].split("\n"):
            matched = re.fullmatch("\u2014 (.*) ([A-Za-z0-9+/=]+)", line, re.DOTALL)
            if not matched or not is_name(matched[1]):
                raise Refused("a line below a note that is no signature")
            data = decoded64(matched[2], "a signature of a note")
            if len(data) < 5:
                raise Refused("a signature of a note without a key's number")
            self.signatures.append((matched[1], data[:4], data[4:]))
        if len(self.signatures) > SIGNATURES:
            raise Refused(f"a note with more than {SIGNATURES} signatures")

    def is_signed(self, key):
        """Whether the key has signed it; what others signed beside it says nothing."""
        own = [data for name, number, data in self.signatures if (name, number) == (key.name, key.number)]
        message = self.text.encode()
        return bool(own) and all(len(data) == 64 and is_signed(key.key, message, data) for data in own)

    def others(self, key):
        return [name for name, number, _ in self.signatures if (name, number) != (key.name, key.number)]


class Checkpoint:
    """What a server states of a log: its origin, how many entries, and the root over them."""

    def __init__(self, text):
        lines = text.split("\n")[:-1]
        if len(lines) < 3 or not all(lines) or not is_name(lines[0]):
            raise Refused("no checkpoint: origin, size and root, a line each")
        if not re.fullmatch("0|[1-9][0-9]{0,9}", lines[1]) or int(lines[1]) > SIZE:
            raise Refused("the size of a checkpoint is not a number in its one spelling")
        self.origin, self.size, self.root = lines[0], int(lines[1]), decoded64(lines[2], "the root")
        if len(self.root) != 32:
            raise Refused("the root of a checkpoint has not 32 bytes")


def signed_checkpoint(note, key):
    """The checkpoint in a note, which the key of its log has signed."""
    read = Note(note)
    checkpoint = Checkpoint(read.text)
    if checkpoint.origin != key.name:
        raise Refused("the checkpoint is of another log than the key")
    if not read.is_signed(key):
        raise Refused("the log's key has not signed the checkpoint")
    return checkpoint
