"""Changes parts of a proof at random, and prints each change that the verifier neither refuses nor can survive.

    mutated_proofs.py ROOT PROOF SEED COUNT
"""

import json
import random
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(sys.argv[1], "Tools")))

from verifier import proofs  # noqa: E402  (the path has to be set first)
from verifier.forms import Refused, canonical  # noqa: E402

VALUES = [None, 1, -5, True, False, "x", "", [], {}, {"a": 1}, ["x"], 2**40]


def places(value, place=()):
    """Where something stands in a value."""
    if place:
        yield place
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from places(part, (*place, key))


def main():
    lines = [json.loads(line) for line in Path(sys.argv[2]).read_bytes().splitlines()]
    source = random.Random(int(sys.argv[3]))
    for _ in range(int(sys.argv[4])):
        changed = json.loads(json.dumps(lines))
        line = source.randrange(len(changed))
        place = source.choice(list(places(changed[line])))
        owner = changed[line]
        for key in place[:-1]:
            owner = owner[key]
        if source.random() < 0.3:
            del owner[place[-1]]
        else:
            owner[place[-1]] = source.choice(VALUES)
        if canonical(changed) == canonical(lines):
            continue
        try:
            proof = proofs.Proof([canonical(one).encode() for one in changed])
        except Refused:
            continue
        except Exception as error:  # whatever it meets: that is what is looked for
            print(f"line {line}, {place}: {error!r}")
            continue
        if not proof.problems:
            print(f"line {line}, {place}: accepted")


main()
