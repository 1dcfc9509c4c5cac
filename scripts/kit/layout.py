"""Where things are in the project, and which APIs there are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "openapi"
GENERATED = ROOT / "generated"
BUNDLES = GENERATED / "openapi"
DOWNGRADES = GENERATED / "openapi-3.0"
ALL_BUNDLE = "all"


def apis(source: Path = SOURCE) -> list[str]:
    """Names of the APIs: the documents beside which a clause file stands, in alphabetical order."""
    return sorted(path.stem for path in (source / "clauses").glob("*.yaml"))
