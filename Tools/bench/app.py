#!/usr/bin/env python3
"""Measures what an app pays for Concord: the size of a program, a cold open, memory, and raising a finding.

    Tools/bench/app.py                          build the sample `capture` in release, and measure
    Tools/bench/app.py --program PROGRAM        measure one that is built already
    Tools/bench/app.py --few 10 --many 10000    over how many findings

The sample opens a replica, raises the findings that it is given, reads what is open, and ends. Each run is a process
of its own. Times are the processor's, the least of several runs in turns; memory is the most that a process had.
A ratio compares few findings with many on the same machine. Exit code 1 if a limit is missed, unless --lenient.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SAMPLE = "SampleCapture"
# Raising is one save, whatever there is; opening reads what is open once, which grows with it.
RAISE_LIMIT = 1.5
SIZE_LIMIT = 12_000_000
MEMORY_LIMIT = 50 << 20


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", type=Path, help="the sample `capture`, built")
    parser.add_argument("--few", type=int, default=10, help="findings, at the least")
    parser.add_argument("--many", type=int, default=10_000, help="findings, at the most")
    parser.add_argument("--runs", type=int, default=7, help="runs of each")
    parser.add_argument("--lenient", action="store_true", help="exit with 0 even if a limit is missed")
    return parser.parse_args()


def build():
    """Builds the sample in release, without the network packages."""
    folder = ROOT / ".build-app"
    subprocess.run(
        ["swift", "build", "-c", "release", "--product", SAMPLE, "--scratch-path", folder],
        cwd=ROOT, env={**os.environ, "CONCORD_CORE": "1"}, check=True, stdout=subprocess.DEVNULL,
    )
    return folder / "release" / SAMPLE


def run(program, *words):
    """Runs the sample; (seconds of the processor, bytes of memory at the most)."""
    child = subprocess.Popen([program, *words], stdout=subprocess.DEVNULL)
    _, status, use = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{program} {words[0]}: exit code {child.returncode}")
    return use.ru_utime + use.ru_stime, use.ru_maxrss * 1024


def stripped_size(program, folder):
    copy = folder / "stripped"
    shutil.copyfile(program, copy)
    subprocess.run(["strip", copy], check=True)
    return copy.stat().st_size


def filled(program, folder, count):
    """A replica with so many findings."""
    path = folder / f"{count}.concord"
    for start in range(0, count, 1000):
        run(program, path, *(f"Finding {number}" for number in range(start, min(start + 1000, count))))
    return path


def main():
    options = arguments()
    program = options.program or build()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        few, many = (filled(program, folder, count) for count in (options.few, options.many))
        best = {}
        for _ in range(options.runs):
            for key, words in {
                "open few": (few,), "open many": (many,),
                "raise few": (few, *["Another"] * 5), "raise many": (many, *["Another"] * 5),
            }.items():
                seconds, memory = run(program, *words)
                old = best.get(key, (float("inf"), float("inf")))
                best[key] = min(old[0], seconds), min(old[1], memory)
        size = stripped_size(program, folder)
    raising = {
        key: best[f"raise {key}"][0] - best[f"open {key}"][0] for key in ("few", "many")
    }
    memory = best["open many"][1] - best["open few"][1]
    rows = [
        ("program, stripped, without Swift's library", size, "bytes", size <= SIZE_LIMIT),
        (f"open and first value, {options.few} findings", best["open few"][0] * 1000, "ms", True),
        (f"open and first value, {options.many} findings", best["open many"][0] * 1000, "ms", True),
        (f"memory for {options.many} findings more", memory, "bytes", memory <= MEMORY_LIMIT),
        (f"memory in all, {options.many} findings", best["open many"][1], "bytes", True),
        (f"raise one, {options.few} findings", raising["few"] * 200, "ms", True),
        (f"raise one, {options.many} findings", raising["many"] * 200, "ms", True),
        (
            "raise, many by few", raising["many"] / max(raising["few"], 1e-9), "",
            raising["many"] <= RAISE_LIMIT * raising["few"],
        ),
    ]
    for what, value, unit, is_met in rows:
        print(json.dumps({"name": what, "value": round(value, 2), "unit": unit, "met": is_met}))
    return 0 if options.lenient or all(row[3] for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
