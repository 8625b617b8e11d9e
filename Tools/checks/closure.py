"""What a mobile client gets when it embeds the library product `Concord`: our core and SQLite.

Follows the manifest, as the compiler's own package manager reads it, from the product to every target
and foreign product that it pulls in. No NIO, no ncurses, no server.
"""

import json
import os
import shutil
import subprocess
import tempfile

from .house import Check, Problem, Sample, Unavailable

PRODUCT = "Concord"
TARGETS = {
    "Concord", "ConcordAudit", "ConcordDiff", "ConcordEncoding", "ConcordEvidence", "ConcordFiles", "ConcordMerge", "ConcordText",
    "ConcordModel",
    "ConcordSigning", "ConcordStorage", "ConcordSync", "ConcordHTTPSignatures", "CCatalogues", "CLibCrypto", "CSQLite",
}
FOREIGN = {"GRDB", "GRDBSQLite"}


def _manifest(tree):
    """The manifest as data; raises Unavailable without a compiler, ValueError if it does not load."""
    if not shutil.which("swift"):
        raise Unavailable("swift is not on PATH")
    environment = {key: value for key, value in os.environ.items() if key != "CONCORD_CORE"}
    with tempfile.TemporaryDirectory() as scratch:
        dumped = subprocess.run(
            ["swift", "package", "--package-path", str(tree.root), "--scratch-path", scratch, "dump-package"],
            capture_output=True, text=True, env=environment, timeout=300,
        )
    if dumped.returncode != 0:
        raise ValueError(dumped.stderr.strip()[-400:])
    return json.loads(dumped.stdout)


def _needs(target):
    """The names a target depends on: targets of ours, or products of other packages."""
    for dependency in target["dependencies"]:
        for kind in ("byName", "target", "product"):
            if kind in dependency:
                yield dependency[kind][0]


def _closure(manifest, roots):
    """Every name reachable from the roots, with the target that pulled it in."""
    targets = {target["name"]: target for target in manifest["targets"]}
    reached = {root: PRODUCT for root in roots}
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        for needed in _needs(targets[name]) if name in targets else ():
            if needed not in reached:
                reached[needed] = name
                waiting.append(needed)
    return reached


def _run(tree):
    if not tree.exists("Package.swift"):
        yield Problem("Package.swift", 1, "is missing")
        return
    try:
        manifest = _manifest(tree)
    except ValueError as reason:
        yield Problem("Package.swift", 1, f"does not load: {reason}")
        return
    products = [
        product for product in manifest["products"]
        if product["name"] == PRODUCT and "library" in product["type"]
    ]
    if not products:
        yield Problem("Package.swift", 1, f"has no library product {PRODUCT}")
        return
    reached = _closure(manifest, products[0]["targets"])
    for name in sorted(set(reached) - TARGETS - FOREIGN):
        message = f"product {PRODUCT} pulls in {name}, through {reached[name]}"
        yield Problem("Package.swift", 1, message)


def _package(*targets, products='.library(name: "Concord", targets: ["Concord"])'):
    return (
        "// swift-tools-version: 6.2\nimport PackageDescription\n"
        f'let package = Package(name: "concord", products: [{products}], targets: [{", ".join(targets)}])\n'
    )


CHECK = Check(
    "closure",
    "the library product Concord pulls in no NIO, no ncurses and no server",
    _run,
    (
        Sample("a server, by a detour", {
            "Package.swift": _package(
                '.target(name: "Concord", dependencies: ["ConcordSync"])',
                '.target(name: "ConcordSync", dependencies: [.target(name: "ConcordSyncServer")])',
                '.target(name: "ConcordSyncServer")',
            ),
        }, ("Package.swift:1",)),
        Sample("no such product", {
            "Package.swift": _package('.target(name: "Concord")', products=""),
        }, ("Package.swift:1",)),
        Sample("no manifest", {"README.md": "\n"}, ("Package.swift:1",)),
        Sample("a manifest that does not load", {"Package.swift": "nonsense\n"}, ("Package.swift:1",)),
        Sample("the core alone", {
            "Package.swift": _package(
                '.target(name: "Concord", dependencies: ["ConcordSync", "CLibCrypto"])',
                '.target(name: "ConcordSync")', '.systemLibrary(name: "CLibCrypto")',
                '.target(name: "ConcordSyncServer", dependencies: ["Concord"])',
            ),
        }),
    ),
)
