"""Evidence that a server's log contradicts what the server signed (Protocol/proof.md, "Contradictions")."""

from .diffs import Diff
from .forms import Refused, canonical_value, decoded
from .trees import Checkpoint, LogKey, Note, has_grown, signed_checkpoint

FORMAT = "concord-contradiction/1"
MEMBERS = {"code", "consistency", "entries", "format", "found", "given", "held", "key"}


class Contradiction:
    """What one file of evidence shows: `proven` is a sentence, or None where it proves nothing to others."""

    def __init__(self, line):
        said = canonical_value(line)
        if not isinstance(said, dict) or set(said) != MEMBERS or said["format"] != FORMAT:
            raise Refused(f"no evidence of the format {FORMAT}")
        texts = ("code", "entries", "found", "given", "held", "key")
        if not all(isinstance(said[name], str) for name in texts) or not isinstance(said["consistency"], list):
            raise Refused("a member of the evidence is of another type than Protocol/proof.md says")
        self.code, self.found, self.entries = said["code"], said["found"], said["entries"]
        self.key = LogKey(said["key"])
        self.held = signed_checkpoint(said["held"].encode(), self.key) if said["held"] else None
        self.path = [decoded(hash, 32, "a hash of the evidence") for hash in said["consistency"]]
        self.proven = self.judged(said["given"])

    def judged(self, given):
        if self.held is None:
            return None
        if self.code == "other-log-witnessed":
            return self.by_witness(given)
        try:
            note = Note(given.encode())
            checkpoint = Checkpoint(note.text)
        except Refused:
            return None
        if checkpoint.origin != self.key.name or not note.is_signed(self.key):
            return None
        if not self.differ(checkpoint.size, checkpoint.root):
            return None
        return (f"The key of the log has signed two histories: a log of {self.held.size} entries, and one of "
                f"{checkpoint.size} entries that is not its beginning. One server key cannot rightly have signed both.")

    def by_witness(self, given):
        """What a member's signed diff says of the log, against what the server signed."""
        diff = Diff(canonical_value(given.encode()))
        log = diff.head.get("log")
        if not diff.is_signed or not isinstance(log, dict):
            raise Refused("the diff of the evidence is not signed by its author, or names no log")
        if not self.differ(log["size"], decoded(log["root"], 32, "the root that a diff names")):
            return None
        return (f"The device {diff.author[:8]} has signed that the log had another root at {log['size']} entries than the"
                " one that the server's signature covers: the server has shown two histories, or this device states"
                " one that never was.")

    def differ(self, size, root):
        """Whether no log that the held checkpoint covers has this root at this size."""
        if size == self.held.size:
            return root != self.held.root
        if size > self.held.size or not self.path:
            return False
        # The first hash is the root of the smaller tree in the log that is held, the others prove it.
        true, path = self.path[0], self.path[1:]
        return true != root and has_grown(size, true, self.held.size, self.held.root, path)
