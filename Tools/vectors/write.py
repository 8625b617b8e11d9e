#!/usr/bin/env python3
"""Writes the test vectors of Protocol/vectors, which its README explains.

    Tools/vectors/write.py              writes all files, and deletes those that no case makes any more
    Tools/vectors/write.py --check      writes nothing; exit 1 if a file is not what its case makes
    Tools/vectors/write.py --out DIR    another folder than Protocol/vectors

What a case expects is written by hand in Tools/vectors/cases, from the rules in Protocol/; nothing is
taken from a run of the program that is tested. Keys follow from names, and Ed25519 signatures from
keys, so that every run writes the same bytes. Needs the package `cryptography`.
"""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

from cases import (  # noqa: E402  (the path has to be set first)
    canonical_form, chains, diffs, erasures, files, membership, merge_admissions, merge_answers, merge_contents,
    merge_evidence, merge_findings, merge_left_out, merge_ownership, merge_readings, merge_records, merge_registers,
    merge_seals, merge_states, merge_texts, merge_titles, merge_training, merge_verdicts, receipts, seal_digests, signatures, trees,
)
from cases.kit import Cases  # noqa: E402

MODULES = (
    canonical_form, chains, diffs, erasures, files, membership, merge_admissions, merge_answers, merge_contents,
    merge_evidence, merge_findings, merge_left_out, merge_ownership, merge_readings, merge_records, merge_registers,
    merge_seals, merge_states, merge_texts, merge_titles, merge_training, merge_verdicts, receipts, seal_digests, signatures, trees,
)


def main():
    default = Path(__file__).resolve().parents[2] / "Protocol" / "vectors"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only compare; exit 1 on a difference")
    parser.add_argument("--out", type=Path, default=default, metavar="DIR", help="where they go")
    options = parser.parse_args()
    cases = Cases()
    for module in MODULES:
        module.add_cases(cases)
    wanted = dict(cases.files())
    held = {
        path.relative_to(options.out).as_posix(): path
        for path in options.out.rglob("*.json")
        if path.relative_to(options.out).parts[0] in {*cases.areas, "COUNT.json"}
    }
    different = sorted(
        name for name in wanted.keys() | held.keys()
        if name not in held or held[name].read_text(encoding="utf-8") != wanted.get(name)
    )
    for name in different:
        print(f"{'differs' if options.check else 'written' if name in wanted else 'deleted'}  {name}")
        if options.check:
            continue
        target = options.out / name
        if name not in wanted:
            target.unlink()
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(wanted[name], encoding="utf-8")
    print(f"{len(wanted) - 1} cases in {len(cases.areas)} areas, {len(different)} files differ")
    return 1 if options.check and different else 0


if __name__ == "__main__":
    sys.exit(main())
