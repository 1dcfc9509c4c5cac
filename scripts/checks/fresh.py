"""Say whether `generated/` was made from the contract as it stands: exit code 0, else 1.

`make conform` needs nothing but Python while it is: modification times, which a clone sets anew,
would have everything built first.

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
