"""Write what a release consists of. The same commit gives the same bytes.

The wheel and the sdist, the npm package of the types, the contract in every form, the action for GitHub, release notes
and SHA256SUMS. Nothing is published. SOURCE_DATE_EPOCH sets the time in the archives; the default is that of the commit.

Reads:  generated/, scripts/, CHANGELOG.md, pyproject.toml, the git commit
Writes: <out>/
Usage:  python -m build.release [--out DIR]
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from build.tools import node_environment
from ccaas_kit.cli.forms import FORMS
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import ConfigError, DocumentError, ToolError
from ccaas_kit.contract.operations import first_forms, operations

OUT = layout.ROOT / "out" / "release"
NOTES, SUMS = "NOTES.md", "SHA256SUMS"
CHANGELOG = layout.ROOT / "CHANGELOG.md"
_ACTION = layout.ROOT / "scripts" / "ci"
_LICENSE = layout.ROOT / "LICENSE"


@dataclass(frozen=True, slots=True)
class Api:
    """An API as the notes of a release head it, and the words by which an entry of the changelog names it."""

    title: str
    version: str
    names: tuple[str, ...]

    def is_named_in(self, entry: str) -> bool:
        """Whether an entry of the changelog is about it; a name may be broken over two lines."""
        text = " ".join(entry.split())
        return any(re.search(rf"\b{re.escape(name)}\b", text) for name in self.names)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_release", description=__doc__.split("\n")[0])
    parser.add_argument(
        "--out", type=Path, default=OUT, help="folder; an earlier release there is replaced"
    )
    out: Path = parser.parse_args(argv).out
    if out.is_dir() and any(out.iterdir()) and not (out / SUMS).exists():
        raise ConfigError(
            "is no release, and would be replaced", where=str(out), fix="Choose another --out"
        )
    settings = tomllib.loads((layout.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    version = settings["project"]["version"]
    commit, epoch = _commit()
    environment = {**node_environment(), "SOURCE_DATE_EPOCH": str(epoch)}
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        _call([sys.executable, "-m", "hatchling", "build", "-d", scratch], environment)
        npm = str(Path(sys.executable).parent / "npm")
        _call([npm, "pack", str(layout.TYPESCRIPT), "--pack-destination", scratch], environment)
        forms = folder / f"servicenow-ccaas-openapi-{version}.tar.gz"
        forms.write_bytes(archive({**_documents(), "LICENSE": _LICENSE.read_bytes()}, epoch))
        action = folder / f"servicenow-ccaas-action-{version}.tar.gz"
        (wheel,) = folder.glob("*.whl")
        action.write_bytes(archive(_action(wheel), epoch))
        text = notes(CHANGELOG.read_text(encoding="utf-8"), version, commit, apis())
        (folder / NOTES).write_text(text, encoding="utf-8")
        (folder / SUMS).write_text(_sums(folder), encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        shutil.copytree(folder, out)
        out.chmod(0o755)  # a temporary folder is for its owner alone
    print(f"{out}: {', '.join(sorted(path.name for path in out.iterdir()))}")
    return 0


def archive(files: Mapping[str, bytes], epoch: int) -> bytes:
    """A tar.gz of the files by name; the same files and time give the same bytes."""
    packed = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=packed, mode="wb", filename="", mtime=epoch) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for name in sorted(files):
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime, entry.mode = len(files[name]), epoch, 0o644
            tar.addfile(entry, io.BytesIO(files[name]))
    return packed.getvalue()


def apis() -> list[Api]:
    """The APIs of the contract."""
    return [_api(name) for name in layout.apis()]


def notes(changelog: str, version: str, commit: str, known: Sequence[Api]) -> str:
    """The notes of a version: its entries of the changelog by API, then those of all APIs and of the tools.

    Raises:
        DocumentError: the changelog has no such version.
    """
    section = re.search(
        rf"^## {re.escape(version)}\n(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if section is None:
        raise DocumentError(
            f"has no heading '## {version}'", where=CHANGELOG.name, fix="Describe the release there"
        )
    entries = re.findall(r"^- .*\n(?:  .*\n)*", section[1], re.MULTILINE)
    return "\n".join(_notes(entries, version, commit, known)) + "\n"


def _notes(
    entries: Sequence[str], version: str, commit: str, known: Sequence[Api]
) -> Iterator[str]:
    yield f"# servicenow-ccaas-contracts {version}\n\nMade from commit {commit}. `{SUMS}` has the digests."
    named_by = {entry: [api for api in known if api.is_named_in(entry)] for entry in entries}
    shared = [entry for entry in entries if len(named_by[entry]) in (0, len(known))]
    for api in known:
        yield f"\n## {api.title}, contract {api.version}\n"
        own = [
            entry.rstrip() for entry in entries if api in named_by[entry] and entry not in shared
        ]
        yield from own or ["No entry of the changelog names this API alone."]
    yield "\n## All APIs, and the tools\n"
    yield from (entry.rstrip() for entry in shared)


def _api(name: str) -> Api:
    document = first_forms(documents.load_mapping(layout.BUNDLES / f"{name}.yaml"))
    info = document["info"]
    title = info["title"].removeprefix("ServiceNow ").removesuffix(" API")
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    common = documents.load_mapping(layout.SOURCE / "common.yaml")["components"]["schemas"]
    own = [name for name in document["components"]["schemas"] if name not in common]
    return Api(title, info["version"], (title, *ids, *own))


def _documents() -> dict[str, bytes]:
    """Each document of the contract in each form, as YAML and as JSON."""
    files = {}
    for kind, form in FORMS.items():
        for name in form.names:
            files[f"{kind}/{name}.yaml"] = form.yaml(name).encode()
            files[f"{kind}/{name}.json"] = form.json(name).encode()
    return files


def _action(wheel: Path) -> dict[str, bytes]:
    """The root of the repository in which the action is published."""
    files = [path for path in sorted(_ACTION.rglob("*")) if path.suffix in (".md", ".yml")]
    return {
        **{path.relative_to(_ACTION).as_posix(): path.read_bytes() for path in files},
        wheel.name: wheel.read_bytes(),
        "LICENSE": _LICENSE.read_bytes(),
    }


def _sums(folder: Path) -> str:
    """Digests in the form that `sha256sum --check` reads."""
    lines = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(folder.iterdir())
    ]
    return "".join(lines)


def _commit() -> tuple[str, int]:
    """The commit in words, and the time for the archives."""
    dirty = _call(["git", "status", "--porcelain"], {**os.environ})
    sha, time = _call(["git", "log", "-1", "--format=%H %ct"], {**os.environ}).split()
    words = f"{sha}, with changes that are not committed" if dirty.strip() else sha
    return words, int(os.environ.get("SOURCE_DATE_EPOCH", time))


def _call(command: Sequence[str], environment: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, cwd=layout.ROOT, env=dict(environment), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise ToolError(f"'{Path(command[0]).name}' failed with code {done.returncode}:\n{said}")
    return done.stdout


if __name__ == "__main__":
    run("build_release", main)
