"""Every path of the repository that a document or a comment names exists.

Looked at: links, words in backticks and lines of code blocks of Markdown, and words in backticks in
the comments of Swift and C. A word with a placeholder (`<name>`, `{kind}`, `NNNN`, `…`) names no one
path and is left alone; a word with `*` must match something.
"""

import posixpath
import re

from .house import Check, Problem, Sample, line_of

ROOTS = ("Sources", "Tests", "Tools", "Protocol", "docs", ".ci")
TOP_FILES = re.compile(
    r"^(?:Package\.swift|README\.md|CHANGELOG\.md|LICENSE|CONTRIBUTING\.md|\.swift-format|\.gitignore)$"
)
BACKTICKED = re.compile(r"(`+)(?!`)([^`\n]+)\1")
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?[^)]*\)")
WORD = re.compile(r"[^\s`'\"()\[\],;]+")
FENCE = re.compile(r"^\s*(?:```|~~~)")
PLACEHOLDER = re.compile(r"[<>{}$…]|\.\.\.|NNNN|\bNAME\b")
COMMENT = re.compile(r"^\s*(?:///?|\*)\s?(.*)$")


def _names_path(word):
    head = word.removeprefix("./").split("/", 1)
    return (len(head) == 2 and head[0] in ROOTS) or TOP_FILES.match(word) is not None


def _cleaned(word):
    """The path in a word: without a line number, an anchor and the sentence's punctuation."""
    word = re.sub(r"#.*$", "", word.removeprefix("./"))
    return re.sub(r":\d+(?:[-:]\d+)*$", "", word.rstrip(".,:;!?")).rstrip("/")


def _missing(tree, path):
    if "*" in path:
        return next(tree.root.glob(path), None) is None
    return not tree.exists(path)


def _markdown_words(text):
    """Yields (word, line, is_link) for whatever may name a path in a Markdown text."""
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        if FENCE.match(line):
            fenced = not fenced
            continue
        spans = [line] if fenced else [found.group(2) for found in BACKTICKED.finditer(line)]
        for span in spans:
            for word in WORD.findall(span):
                yield word, number, False
        if not fenced:
            for found in LINK.finditer(BACKTICKED.sub("", line)):
                yield found.group(1), number, True


def _comment_words(text):
    for number, line in enumerate(text.splitlines(), 1):
        comment = COMMENT.match(line)
        if comment:
            for found in BACKTICKED.finditer(comment.group(1)):
                for word in WORD.findall(found.group(2)):
                    yield word, number, False


def _link_target(document, target):
    """The path a link means, from the folder of its document; None for one that leaves the tree."""
    target = target.split("#")[0]
    if not target or re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return None
    return posixpath.normpath(posixpath.join(posixpath.dirname(document), target))


def _run(tree):
    documents = [path for path in tree.paths if path.endswith(".md")]
    for path in documents + tree.under("Sources", "Tests", "Tools", ends=(".swift", ".h", ".c")):
        words = _markdown_words if path.endswith(".md") else _comment_words
        for word, line, is_link in words(tree.text(path)):
            if PLACEHOLDER.search(word):
                continue
            if is_link:
                named = _link_target(path, word)
            else:
                named = _cleaned(word) if _names_path(word) else None
            if named and _missing(tree, named):
                yield Problem(path, line, f"names {named}, which does not exist")


CHECK = Check(
    "documents",
    "paths named in Markdown and in comments exist",
    _run,
    (
        Sample("in backticks, code blocks and links", {
            "README.md":
                "See `Tools/gone FILE` and\n\n```sh\nTools/missing --all\n```\n\n[a](docs/none.md#x) `CHANGELOG.md`\n",
            "docs/a.md": "[up](../LICENSE) and `Tests/*/*.swift`\n",
        }, ("README.md:1", "README.md:4", "README.md:7", "README.md:7", "docs/a.md:1", "docs/a.md:1")),
        Sample("in a comment", {
            "Sources/Concord/A.swift": "/// Wire form: `Protocol/sync.md`, \"Frontier\".\nlet a = 1\n",
        }, ("Sources/Concord/A.swift:1",)),
        Sample("that exist, are elsewhere, or stand for many", {
            "README.md":
                "`Tools/demo FILE`, `docs/a.md:3`, [b](docs/a.md), [c](https://example.org/docs/z.md), `docs/`,\n"
                "`Protocol/vectors/{kind}/x.json`, `docs/decisions/NNNN-title.md`, `Tools/*`, docs/unquoted.md\n",
            "docs/a.md": "[up](../README.md) [here](#words)\n",
            "Tools/demo": "#!/bin/sh\n",
        }),
    ),
)
