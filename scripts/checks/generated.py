"""Rebuild generated/ in a scratch folder and compare it with the one that is committed.

Times of files lie after a clone or a hand edit, so `make build` alone does not notice a changed
file; this does.

Reads:  openapi/, generated/
Writes: nothing
Usage:  python -m checks.generated [--generated DIR]      exit 0 equal, 1 different
"""

from __future__ import annotations

import argparse
import difflib
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from build import bundles as build_bundles
from build import clauses, codegen, coverage, manifest, models, postman, python_client, typescript
from build import downgrades as build_downgrades
from ccaas_kit.contract import layout
from ccaas_kit.contract.command import run

_SHOWN_LINES = 12


def rebuild(out: Path) -> None:
    """Write everything that `make build` writes into another folder."""
    bundles = out / layout.BUNDLES.name
    build_bundles.main(["--out", str(bundles)])
    downgrades = out / layout.DOWNGRADES.name
    build_downgrades.main(["--bundles", str(bundles), "--out", str(downgrades)])
    codegen.main(["--bundles", str(bundles), "--out", str(out / layout.CODEGEN.name)])
    typescript.main(["--bundles", str(bundles), "--out", str(out / layout.TYPESCRIPT.name)])
    postman.main(["--bundles", str(bundles), "--out", str(out / layout.POSTMAN.name)])
    clauses.main(["--out", str(out)])
    models.main(["--out", str(out / "python"), "--bundles", str(bundles)])
    python_client.main(["--out", str(out / "python"), "--bundles", str(bundles)])
    coverage.main(["--out", str(out)])
    manifest.main(["--out", str(out)])


def differences(committed: Path, fresh: Path) -> list[str]:
    """One line per file that is missing, superfluous or different, with the first changed lines."""
    found = []
    ours, theirs = _files(committed), _files(fresh)
    for name in sorted(ours | theirs):
        if name not in theirs:
            found.append(f"{committed.name}/{name}: no source gives this file")
        elif name not in ours:
            found.append(f"{committed.name}/{name}: missing")
        elif (committed / name).read_bytes() != (fresh / name).read_bytes():
            found.append(
                f"{committed.name}/{name}: differs\n{_diff(committed / name, fresh / name)}"
            )
    return found


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in layout.built_files(folder)}


def _diff(committed: Path, fresh: Path) -> str:
    lines = list(
        difflib.unified_diff(
            committed.read_text(encoding="utf-8", errors="replace").splitlines(),
            fresh.read_text(encoding="utf-8", errors="replace").splitlines(),
            "committed",
            "rebuilt",
            lineterm="",
            n=0,
        )
    )
    more = len(lines) - _SHOWN_LINES
    return "\n".join(lines[:_SHOWN_LINES] + ([f"... {more} more lines"] if more > 0 else []))


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="check_generated", description=__doc__.split("\n")[0])
    parser.add_argument("--generated", type=Path, default=layout.GENERATED)
    committed = parser.parse_args(argv).generated.resolve()
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / committed.name
        fresh.mkdir()
        rebuild(fresh)
        found = differences(committed, fresh)
    for difference in found:
        print(difference, file=sys.stderr)
    if found:
        print(
            "check-generated: generated/ is stale or was edited. Run 'make rebuild' and commit the"
            " result; to change what it says, edit openapi/",
            file=sys.stderr,
        )
    return 1 if found else 0


if __name__ == "__main__":
    run("check_generated", main)
