"""What every check shares: the tree it looks at, a problem it reports, the samples that prove it.

A check is a function from a tree to problems. Beside it stand its samples: small trees, each with
the exact places where the check must report something, or none. `Tools/check --self-test` compares
the two sets, so a check that finds too little and one that finds too much both fail.
"""

import os
import subprocess
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Callable

from . import swift_source


class Unavailable(Exception):
    """A check cannot run on this machine (it needs a tool that is not there); says which."""


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, at one place. `path` is relative to the root; lines count from 1."""

    path: str
    line: int
    message: str


@dataclass(frozen=True)
class Sample:
    """A small tree and where a check must report: `expect` holds "path:line", empty if it is good."""

    name: str
    files: dict
    expect: tuple = ()


@dataclass(frozen=True)
class Check:
    """A named check with the samples that prove that it can fail."""

    name: str
    summary: str
    run: Callable
    samples: tuple = field(default=())


class Tree:
    """The files of a project that are its own: what git tracks or would track."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        self.paths = sorted(self._listed())

    def _listed(self):
        if (self.root / ".git").exists():
            listed = subprocess.run(
                ["git", "-C", str(self.root), "ls-files", "-z", "-co", "--exclude-standard"],
                check=True, capture_output=True, text=True,
            ).stdout.split("\0")
            return {path for path in listed if path and (self.root / path).is_file()}
        return {
            os.path.relpath(os.path.join(folder, name), self.root)
            for folder, folders, names in os.walk(self.root)
            for name in names
            if not {".build", ".git"} & set(Path(folder).relative_to(self.root).parts)
        }

    def under(self, *folders, ends=("",)):
        """Paths below any of the folders, whose names end in one of `ends`."""
        prefixes = tuple(folder + "/" for folder in folders)
        return [path for path in self.paths if path.startswith(prefixes) and path.endswith(ends)]

    def swift(self, *folders):
        """The Swift files below any of the folders."""
        return self.under(*folders, ends=(".swift",))

    @lru_cache(maxsize=None)
    def text(self, path):
        """A file's text; empty for one that is not UTF-8, which is no source of ours."""
        try:
            return (self.root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            return ""

    @lru_cache(maxsize=None)
    def code(self, path):
        """A Swift file with comments and the contents of strings blanked out, lines kept."""
        return swift_source.masked(self.text(path))

    @lru_cache(maxsize=None)
    def scripts(self):
        """Paths of shell scripts: by ending or by the first line."""
        return [
            path for path in self.paths
            if path.endswith((".sh", ".bash"))
            or ("." not in Path(path).name and _is_shell(self.text(path)))
        ]

    def exists(self, path):
        """Whether a file or folder of the tree has this path."""
        return (self.root / path).exists()


def _is_shell(text):
    first = text.split("\n", 1)[0]
    return first.startswith("#!") and first.rstrip().endswith(("bash", "/sh"))


def line_of(text, position):
    """The number of the line, from 1, on which a position lies."""
    return text.count("\n", 0, position) + 1
