"""Shell scripts can be run, parse, and stop at the first failure."""

import os
import re
import subprocess

from .house import Check, Problem, Sample

STRICT = re.compile(r"^set -euo pipefail$", re.MULTILINE)


def _run(tree):
    for path in tree.scripts():
        full = tree.root / path
        parsed = subprocess.run(["bash", "-n", str(full)], capture_output=True, text=True)
        if parsed.returncode != 0:
            line = re.search(r"line (\d+)", parsed.stderr)
            message = parsed.stderr.strip().splitlines()[0].replace(str(full), path)
            yield Problem(path, int(line.group(1)) if line else 1, message)
        if not tree.text(path).startswith("#!"):
            continue  # read by other scripts, with their settings
        if not STRICT.search(tree.text(path)):
            yield Problem(path, 1, "does not stop at a failure: `set -euo pipefail`")
        if not os.access(full, os.X_OK):
            yield Problem(path, 1, "begins with #! and is not executable")


CHECK = Check(
    "scripts",
    "shell scripts parse, are executable and stop at the first failure",
    _run,
    (
        Sample("one that does not parse, one that goes on, one that cannot be run", {
            "Tools/a": "#!/usr/bin/env bash\nset -euo pipefail\nif true\n",
            "Tools/b": "#!/usr/bin/env bash\necho\n",
        }, ("Tools/a:1", "Tools/a:4", "Tools/b:1", "Tools/b:1")),
        Sample("read by others", {"Tools/steps/c.sh": "say() { echo \"$1\"; }\n"}),
    ),
)
