#!/usr/bin/env python3
"""Checks what Concord exports, without any program of Concord.

    Tools/verify.py LOG                  checks the lines of LOG, as `concord log --export` writes them
    concord log --export | Tools/verify.py
    Tools/verify.py --document LOG       also applies the operations with the package `jsonpatch`, and prints
                                         the state document in canonical form; the log has to be sequential
    Tools/verify.py checkpoint NOTE LOG  checks that a signed checkpoint covers the beginning of LOG
    Tools/verify.py proof FILE           checks what `concord proof` wrote, and says what it proves
    Tools/verify.py contradiction FILE   checks what `concord proof --contradiction` wrote
    Tools/verify.py merge VECTOR...      merges vectors of Protocol/vectors/merge, as far as they are plain

All take --json, and print the outcome as one line. proof and checkpoint take --key KEY: the key of the log as you know
it from elsewhere.

Checked of every line of a log: canonical form, the body's hash, the chain (number, first parent, parents that
stand before), the engagement, the signature with the strictness that Protocol/signature.md asks for,
the proof of who joins, and that positions count from 0. Of a body whose contents were erased: that what is
left is what its author signed, and that an order in the log, whose author had seen the diff, names its hash
and the cells; whether its author had the right to order so is a verdict, which this program does not judge. Written from
Protocol/ alone; the parts are in Tools/verifier.

Exit codes: 0 all is well, 1 something is wrong (one line for each problem), 2 the input cannot be read.
Needs Python 3.9 and the package `cryptography`; `--document` needs `jsonpatch` too.
"""

import argparse
import json
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from verifier import contradictions, documents, logs, merges, proofs, trees  # noqa: E402  (the path has to be set first)
from verifier.diffs import Diff  # noqa: E402
from verifier.forms import Refused, canonical  # noqa: E402
from verifier.members import Members  # noqa: E402


class Unreadable(Exception):
    """Input that cannot be read, in a sentence."""


def read(name):
    try:
        source = sys.stdin.buffer if name == "-" else open(name, "rb")
        with source:
            return source.read()
    except OSError as error:
        raise Unreadable(f"cannot read {name}: {error.strerror}") from None


def read_lines(name, writer):
    lines = read(name).split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    if not lines:
        raise Unreadable(f"{name} holds no lines; `{writer}` writes them")
    return lines


def tell(outcome, lines, as_json):
    """Prints an outcome: for programs, or its problems and else what is said of it."""
    if as_json:
        print(canonical(outcome))
    elif outcome["problems"]:
        for problem in outcome["problems"]:
            print(problem, file=sys.stderr)
    else:
        for line in lines:
            print(line)
    return 1 if outcome["problems"] else 0


# ---- The log


def read_log(name):
    log = logs.Log()
    for number, line in enumerate(read_lines(name, "concord log --export"), 1):
        log.take(number, line)
    log.finish()
    return log


def check_log(options):
    log = read_log(options.log)
    document = None
    if options.document and not log.problems:
        try:
            document = documents.document_of(log)
        except Refused as error:
            log.problem(log.position, str(error))
        except ImportError:
            raise Unreadable("--document needs the Python package jsonpatch") from None
    if options.json:
        outcome = {
            "authors": len(log.chains), "diffs": len(log.diffs), "engagement": log.engagement,
            "erased": [diff.reference for _, diff in log.erased], "forks": log.forks,
            "logged": log.position, "ok": not log.problems, "pending": log.pending, "problems": log.problems,
        }
        if document is not None:
            outcome["state"] = document
        print(canonical(outcome))
        return 1 if log.problems else 0
    problems = [f"line {problem['line']}: {problem['problem']}" for problem in log.problems]
    forks = f", {len(log.forks)} on forked chains" if log.forks else ""
    forks += f", {len(log.erased)} with contents erased by orders" if log.erased else ""
    said = canonical(document) if document is not None else (
        f"{len(log.diffs)} diffs of {len(log.chains)} authors: hashes, chains, signatures and joins are right; "
        f"{log.position} in the server's log, {log.pending} not yet{forks}")
    return tell({"problems": problems}, [said], False)


def check_checkpoint(options):
    """A signed checkpoint against a log: the root over its first entries."""
    log, problems = read_log(options.log), []
    note = read(options.note)
    try:
        key = trees.LogKey(options.key)
        checkpoint = trees.signed_checkpoint(note, key)
        leaves = [trees.leaf_hash(diff.leaf) for diff in log.diffs.values() if diff.position is not None]
        if log.problems:
            problems = [f"line {problem['line']}: {problem['problem']}" for problem in log.problems]
        elif key.name != f"concord/{log.engagement}":
            problems = ["the checkpoint is of another engagement's log"]
        elif checkpoint.size > len(leaves):
            problems = [f"the checkpoint covers {checkpoint.size} entries, and the log has {len(leaves)}"]
        elif trees.root_of(leaves[:checkpoint.size]) != checkpoint.root:
            problems = [f"the first {checkpoint.size} entries are not those that the server signed"]
    except Refused as error:
        problems = [str(error)]
    said = [] if problems else [f"The server signed exactly the first {checkpoint.size} of {len(leaves)} entries."]
    others = [] if problems else trees.Note(note).others(key)
    if others:
        said.append(f"It was signed by others too, which says nothing here: {', '.join(others)}")
    return tell({"ok": not problems, "others": others, "problems": problems}, said, options.json)


# ---- Proofs


def check_proof(options):
    lines = read_lines(options.file, "concord proof")
    try:
        proof = proofs.Proof(lines, options.key)
    except Refused as error:
        return tell({"ok": False, "problems": [str(error)]}, [], options.json)
    outcome = {
        "entries": len(proof.heads), "key": proof.header["key"], "ok": not proof.problems,
        "problems": proof.problems, "proven": [path for path, _, _ in proof.proven],
        "undecided": [{"path": path, "why": why} for path, why in proof.undecided],
    }
    return tell(outcome, proof.lines(), options.json)


def check_contradiction(options):
    lines = read_lines(options.file, "concord proof --contradiction")
    problems, proven = [], []
    for number, line in enumerate(lines, 1):
        try:
            found = contradictions.Contradiction(line)
        except Refused as error:
            problems.append(f"line {number}: {error}")
            continue
        if found.proven:
            proven.append(found.proven)
        else:
            problems.append(f"line {number}: {found.code}, found {found.found}: it shows what this device saw, and "
                            "proves nothing to others")
    if proven:
        # One proof is enough; what proves nothing beside it takes nothing away.
        proven, problems = proven + problems, []
    return tell({"ok": not problems, "problems": problems, "proven": proven}, proven, options.json)


# ---- The merge


def merged(case):
    """How many cells of a vector were decided and how many were not, and what differs from what it says."""
    diffs = [Diff(envelope, place) for place, envelope in enumerate(case["log"])]
    diffs += [Diff(envelope) for envelope in case["pending"]]
    members = Members(diffs[0].id)
    for diff in diffs:
        # What strangers write is undecided: they have no role.
        for _ in members.take(diff):
            pass
    history = merges.whole_history(diffs, members)
    decided = undecided = 0
    wrong = []
    for cell in history.cells:
        if cell[2] is None or cell[0] in merges.KINDS and merges.KINDS[cell[0]].is_control:
            continue
        try:
            found = history.decide(cell)
        except merges.Undecided:
            undecided += 1
            continue
        decided += 1
        path = merges.path_of(cell)
        record = case["state"].get(cell[0], {}).get(cell[1])
        shown = (record or {}).get(cell[2])
        if cell[3] is not None:
            shown = (shown or {}).get(cell[3])
        is_contested = any(conflict["path"] == path for conflict in case["conflicts"])
        if record is None or (shown, is_contested) != (found.value, found.is_contested):
            wrong.append(f"{path} is {canonical(found.value)} here, and the vector says {canonical(shown)}")
    return (decided, undecided), wrong


def check_merge(options):
    """Merges vectors; every cell that is decided has to be what the vector says."""
    decided = undecided = 0
    problems = []
    for name in options.vector:
        try:
            counts, wrong = merged(json.loads(read(name)))
        except (Refused, ValueError) as error:
            counts, wrong = (0, 0), [str(error)]
        decided, undecided = decided + counts[0], undecided + counts[1]
        problems += [f"{Path(name).stem}: {text}" for text in wrong]
    said = f"{decided} cells of {len(options.vector)} histories are what the vectors say; {undecided} are not plain"
    outcome = {"decided": decided, "ok": not problems, "problems": problems, "undecided": undecided}
    return tell(outcome, [said], options.json)


def arguments():
    parser = argparse.ArgumentParser(
        description="Checks what Concord exports: logs, checkpoints, proofs, evidence.",
        epilog="Exit codes: 0 all is well, 1 something is wrong, 2 the input cannot be read.")
    parts = parser.add_subparsers(metavar="WHAT", required=True)

    def add(name, check, about):
        part = parts.add_parser(name, help=about, description=about)
        part.add_argument("--json", action="store_true", help="print the outcome as one line of JSON")
        part.set_defaults(check=check)
        return part

    log = add("log", check_log, "an exported log (what is checked if nothing else is said)")
    log.add_argument("log", nargs="?", default="-", metavar="LOG", help="a file; without: standard input")
    log.add_argument("--document", action="store_true",
                     help="apply the operations of a sequential log and print the state document")
    checkpoint = add("checkpoint", check_checkpoint, "a signed checkpoint, against an exported log")
    checkpoint.add_argument("note", metavar="NOTE")
    checkpoint.add_argument("log", metavar="LOG")
    checkpoint.add_argument("--key", required=True, help="the key of the log")
    proof = add("proof", check_proof, "a proof of one record")
    proof.add_argument("file", metavar="FILE")
    proof.add_argument("--key", help="the key of the log, as you know it from elsewhere")
    add("contradiction", check_contradiction, "evidence against a server").add_argument("file", metavar="FILE")
    add("merge", check_merge, "vectors of the merge").add_argument("vector", nargs="+", metavar="VECTOR")
    return parser, parts.choices


def main():
    parser, known = arguments()
    given = sys.argv[1:]
    if not any(argument in known or argument in ("-h", "--help") for argument in given[:1]):
        given = ["log", *given]
    options = parser.parse_args(given)
    try:
        return options.check(options)
    except Unreadable as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
