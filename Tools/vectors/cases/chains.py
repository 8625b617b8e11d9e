"""Chains: what may follow what, and which signatures a chain spares.

A case is a batch in the order of the log, as a client takes it in: first the proofs of all diffs,
then, one by one, parents, numbers and the engagement.
"""

from .kit import KEYS, base64url
from .story import Diff, Story, add, signed


def add_cases(cases):
    taken(cases)
    broken(cases)
    forged(cases)


def team():
    story = Story(ada="lead", ben="auditor", cem="auditor")
    return (story, *story.people("ada", "ben", "cem"))


def case(cases, name, about, batch, proofs=None, refused=None):
    """`proofs`: s (own signature) or c (vouched for by the chain) for each; `refused`: (index, code)."""
    contents = {"batch": [diff.envelope for diff in batch]}
    if proofs:
        names = {"s": "signature", "c": "chain"}
        contents["proofs"] = [names[letter] for letter in proofs]
    if refused:
        contents["refused"] = {"code": refused[1], "index": refused[0]}
    cases.add("chain", name, about, **contents)


def raw(device, seq, parents, *operations, engagement=None):
    """A diff that claims what it likes."""
    story = device.story
    head = {"engagement": engagement or story.genesis.id, "parents": parents, "seq": seq,
            "time": story.tick(), "v": 1}
    return Diff(device.name, signed(device.key, head, {"ops": list(operations)}), set())


def tampered(diff, device):
    """The same diff with a signature by another key."""
    other = KEYS["jon"].sign(b"anything")
    return Diff(device.name, {**diff.envelope, "sig": base64url(other)}, diff.seen)


def taken(cases):
    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    two = ben.save(add("finding/f2"))
    three = cem.save(add("finding/f3"), after=[two])
    case(cases, "in-order", "The newest diff of each author is checked, its chain by hashes.",
         [story.genesis, one, two, three], "scss")

    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    two = ben.save(add("finding/f2"))
    case(cases, "spared-signature", "A signature within a chain that a later one vouches for is not looked "
         "at.", [story.genesis, tampered(one, ben), two], "scs")

    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    two = ben.save(add("finding/f2"))
    other = ben.fork(one, add("finding/f3"))
    case(cases, "forked", "Both branches of a fork are taken: both heads are the proof.",
         [story.genesis, one, two, other], "scss")

    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    first = raw(cem, 1, [one.id])
    again = raw(cem, 1, [one.id], add("finding/f2"))
    case(cases, "forked-at-the-beginning", "A chain may fork at its first diff.",
         [story.genesis, one, first, again], "ssss")


def broken(cases):
    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    case(cases, "number-skipped", "Numbers follow each other.",
         [story.genesis, one, raw(ben, 3, [one.id])], refused=(2, "broken-chain"))
    case(cases, "number-repeated", "A diff of number 1 has none of its own before it as number 2 has.",
         [story.genesis, one, raw(ben, 2, [story.genesis.id])], refused=(2, "broken-chain"))
    case(cases, "previous-of-another", "The first parent is the author's own.",
         [story.genesis, one, raw(cem, 2, [one.id])], refused=(2, "broken-chain"))
    two = ben.save(add("finding/f2"))
    case(cases, "previous-missing", "A diff comes after all that it had seen.",
         [story.genesis, two], refused=(1, "missing-parent"))
    three = cem.save(add("finding/f3"), after=[two])
    case(cases, "parent-missing", "A diff comes after all that it had seen.",
         [story.genesis, one, three], refused=(2, "missing-parent"))
    case(cases, "parent-later", "Order within the batch counts.",
         [story.genesis, one, three, two], refused=(2, "missing-parent"))
    case(cases, "other-engagement", "A diff of another engagement.",
         [story.genesis, raw(ben, 1, [story.genesis.id], engagement=base64url(b"x" * 32))],
         refused=(1, "wrong-engagement"))
    case(cases, "second-genesis", "An engagement has one first diff.",
         [story.genesis, Story(cem="lead").genesis], refused=(1, "wrong-engagement"))
    case(cases, "twice", "The log holds a diff once.", [story.genesis, one, one], "sss", (2, "duplicate"))
    case(cases, "without-genesis", "Nothing comes before the genesis.", [one], refused=(0, "wrong-engagement"))


def forged(cases):
    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    case(cases, "bad-signature", "The newest diff of a chain is checked by its own signature.",
         [story.genesis, tampered(one, ben)], refused=(1, "bad-signature"))

    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    vouching = cem.save(add("finding/f2"), after=[one])
    case(cases, "others-do-not-vouch", "Being named by another author proves nothing.",
         [story.genesis, tampered(one, ben), vouching], refused=(1, "bad-signature"))

    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    forged_previous = raw(cem, 2, [one.id])
    case(cases, "nobody-vouches-for-another-author", "A head that names another author's diff as its own "
         "previous one does not vouch for it.",
         [story.genesis, tampered(one, ben), forged_previous], refused=(1, "bad-signature"))

    story, ada, ben, cem = team()
    one = ben.save(add("finding/f1"))
    skipping = raw(ben, 3, [one.id])
    case(cases, "wrong-number-does-not-vouch", "Nor does one whose number does not follow.",
         [story.genesis, tampered(one, ben), skipping], refused=(1, "bad-signature"))
