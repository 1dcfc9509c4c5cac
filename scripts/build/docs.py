"""Write the reference that people read: an offline HTML site of the five APIs.

Reads:  generated/openapi/, generated/openapi-3.0/, generated/clauses.json, openapi/quirks.yaml,
        openapi/sources.yaml, openapi/workflows/, node_modules/minisearch/
Writes: out/docs/
Usage:  python -m build.docs [--out DIR]
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Sequence
from pathlib import Path

from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import ConfigError
from docsite import reference, site

OUT = Path("out/docs")
INDEX = "index.html"


def main(argv: Sequence[str] | None = None) -> int:
    """Write the site in place of the one that is there; says where it begins.

    Raises:
        KitError: something that it reads is missing, or the folder holds other things.
    """
    parser = argparse.ArgumentParser(prog="build_docs", description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=OUT, help=f"folder of the site, {OUT}")
    folder = parser.parse_args(argv).out
    files = dict(site.pages(reference.load()))
    _clear(folder)
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    print(f"Open {folder / INDEX} in a browser.")
    return 0


def _clear(folder: Path) -> None:
    """Make the folder, without what an earlier site has left; nothing else is removed.

    Raises:
        ConfigError: it holds something else, or cannot be written.
    """
    if folder.is_dir() and any(folder.iterdir()) and not (folder / site.SEARCH).is_file():
        raise ConfigError("holds something else", where=str(folder), fix="Name another with --out")
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        raise ConfigError(
            f"cannot be written ({error.strerror})", where=str(folder), fix="Check --out"
        ) from error


if __name__ == "__main__":
    run("build_docs", main)
