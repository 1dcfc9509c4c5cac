"""The bundles as they were at a git ref, without the URLs that repeat others with a version."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.errors import ConfigError, ToolError
from ccaas_kit.contract.operations import first_forms

# Tags and branches that an error names.
_SHOWN = 5
_FOLDER = layout.BUNDLES.relative_to(layout.ROOT).as_posix()


def bundles_at(ref: str, root: Path) -> dict[str, dict[str, Any]]:
    """Each API's bundle at the ref, by API name.

    Raises:
        ConfigError: there is no such ref, no bundle at it, or no git repository.
        ToolError: git is not installed.
    """
    commit = _commit(ref, root)
    names = _git(root, "ls-tree", "--name-only", commit, f"{_FOLDER}/").split()
    bundles = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            path = Path(name)
            if path.suffix != ".yaml" or path.stem == layout.ALL_BUNDLE:
                continue
            copy = Path(scratch, path.name)
            copy.write_text(_git(root, "show", f"{commit}:./{name}"), encoding="utf-8")
            bundles[path.stem] = first_forms(documents.load_mapping(copy))
    if not bundles:
        raise ConfigError(
            f"there is no bundle in {_FOLDER} at {ref}",
            where="BASE",
            fix="Name a commit in which generated/ is committed",
        )
    return bundles


def bundles_in(folder: Path) -> dict[str, dict[str, Any]]:
    """Each API's bundle in the folder, by API name.

    Raises:
        DocumentError: a bundle cannot be read.
        ConfigError: there is none.
    """
    paths = sorted(path for path in folder.glob("*.yaml") if path.stem != layout.ALL_BUNDLE)
    if not paths:
        raise ConfigError("holds no bundle", where=str(folder), fix="Run 'make build'")
    return {path.stem: first_forms(documents.load_mapping(path)) for path in paths}


def _commit(ref: str, root: Path) -> str:
    _git(root, "rev-parse", "--git-dir")
    try:
        return _git(root, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}").strip()
    except ConfigError as error:
        raise ConfigError(
            f"{ref!r} is no commit of this repository",
            where="BASE",
            fix=f"Use HEAD~1, or one of: {_names(root)}. A shallow clone has few; 'git fetch --unshallow' gets the rest",
        ) from error


def _names(root: Path) -> str:
    """The newest tags and branches that are here."""
    form = ("--sort=-creatordate", f"--count={_SHOWN}", "--format=%(refname:short)")
    return ", ".join(_git(root, "for-each-ref", *form, "refs/tags", "refs/heads").split())


def _git(root: Path, *arguments: str) -> str:
    # In English, as all that the kit says.
    environment = {**os.environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", *arguments],
            cwd=root,
            env=environment,
            capture_output=True,
            check=False,
            encoding="utf-8",
        )
    except FileNotFoundError as error:
        raise ToolError("'git' is not installed", fix="Install git to compare versions") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise ConfigError(
            f"git cannot read it: {said[-1].removeprefix('fatal: ')}",
            where="BASE",
            fix="Run it in a clone of the repository",
        )
    return done.stdout
