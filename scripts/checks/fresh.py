"""Check whether `generated/` was made from the present contract: exit code 0, else 1.

If so, `make conform` needs only Python. Modification times, which a clone sets anew, would cause a
whole build first.

Usage:  python -m checks.fresh
"""

from __future__ import annotations

import json
from pathlib import Path

from build.manifest import source_digests
from ccaas_kit.contract import layout
from ccaas_kit.contract.command import run


def is_fresh(source: Path, generated: Path) -> bool:
    """Whether the manifest lists just the files of the contract, each as it is."""
    try:
        manifest = json.loads((generated / "MANIFEST.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(manifest.get("sources") == source_digests(source))


def main() -> int:
    return 0 if is_fresh(layout.SOURCE, layout.GENERATED) else 1


if __name__ == "__main__":
    run("fresh", main)
