"""Proves that every check can fail: runs it over its samples and compares what it reports.

A check without a bad sample, one that misses a place, and one that reports a place that is right are
all failures here. A place at which two things are wrong is expected twice: else one could hide that
the other is not noticed any more.
"""

import tempfile
from collections import Counter
from pathlib import Path

from .house import Tree, Unavailable


def run(checks):
    """Runs all samples of the checks; returns how many failed."""
    failed = passed = 0
    for check in checks:
        if not any(sample.expect for sample in check.samples):
            print(f"FAILED   {check.name}: has no bad sample, so nothing shows that it can fail")
            failed += 1
        for sample in check.samples:
            try:
                found = _places(check, sample)
            except Unavailable as reason:
                print(f"FAILED   {check.name}: cannot run: {reason}")
                failed += 1
                break
            if Counter(found) == Counter(sample.expect):
                passed += 1
            else:
                failed += 1
                _report(check, sample, found)
    print(f"{len(checks)} checks, {passed} samples as expected, {failed} not")
    return failed


def _places(check, sample):
    with tempfile.TemporaryDirectory() as folder:
        for path, text in sample.files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        return [f"{problem.path}:{problem.line}" for problem in check.run(Tree(folder))]


def _report(check, sample, found):
    print(f"FAILED   {check.name}: {sample.name}")
    expected, reported = Counter(sample.expect), Counter(found)
    for place in sorted((expected - reported).elements()):
        print(f"         missed   {place}")
    for place in sorted((reported - expected).elements()):
        print(f"         reported {place}, which is right")
