"""Where things are in the project, and which APIs there are."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "openapi"
GENERATED = ROOT / "generated"
BUNDLES = GENERATED / "openapi"
DOWNGRADES = GENERATED / "openapi-3.0"
TYPESCRIPT = GENERATED / "typescript"
POSTMAN = GENERATED / "postman"
ALL_BUNDLE = "all"
# Files of generated/ that are measured, by a make target of their own: no source gives the same bytes.
MEASURED = frozenset({"EFFECTIVENESS.md", "COMPARISON.md"})


def built_files(folder: Path) -> list[Path]:
    """The files of a generated folder that `make build` writes, in alphabetical order."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and "__pycache__" not in path.parts
        and path.relative_to(folder).as_posix() not in MEASURED
    )


def apis(source: Path = SOURCE) -> list[str]:
    """Names of the APIs: the documents beside which a clause file stands, in alphabetical order."""
    return sorted(path.stem for path in (source / "clauses").glob("*.yaml"))
