"""Where things are, in a clone of the project or in an installed package, and which APIs there are."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
ROOT = _PACKAGE.parents[1]
# A wheel carries what the kit reads of a clone in a folder of the package.
IS_CLONE = (ROOT / "openapi" / "common.yaml").is_file() and (ROOT / "scripts").is_dir()
_DATA = ROOT if IS_CLONE else _PACKAGE / "data"
SOURCE = _DATA / "openapi"
QUIRKS = SOURCE / "quirks.yaml"
GENERATED = _DATA / "generated"
BUNDLES = GENERATED / "openapi"
DOWNGRADES = GENERATED / "openapi-3.0"
CODEGEN = GENERATED / "openapi-codegen"
TYPESCRIPT = GENERATED / "typescript"
POSTMAN = GENERATED / "postman"
ALL_BUNDLE = "all"
# The bundle of all five APIs, which runner, sandbox and mock read.
BUNDLE = BUNDLES / f"{ALL_BUNDLE}.yaml"
# The command as a user types it.
COMMAND = ".venv/bin/ccaas" if IS_CLONE else "ccaas"
# Files of generated/ that are measured, by a make target of their own: no source gives the same bytes.
MEASURED = frozenset(
    {"EFFECTIVENESS.md", "effectiveness.json", "COMPARISON.md", "REPORTS.md", "COMPATIBILITY.md"}
)


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
    """Names of the APIs: the documents with a clause file, in alphabetical order."""
    return sorted(path.stem for path in (source / "clauses").glob("*.yaml"))
