"""Write clients in other languages, and compile those whose compiler is there.

Reads:  <bundles>/all.yaml, in the codegen form
Writes: <out>/<language>/
Usage:  python -m build.clients [LANGUAGE ...] [--bundles DIR] [--out DIR]
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.command import run
from ccaas_kit.contract.errors import ConfigError, ToolError
from clientgen import golang, java


@dataclass(frozen=True, slots=True)
class Language:
    """How a client is written, and compiled: by a command in its folder, with a package of Debian."""

    write: Callable[[Path, Path, str], None]
    compile: tuple[str, ...]
    package: str
    # The name that it is published by, for those who give none.
    published: str


TITLE = "ServiceNow CCaaS"
LANGUAGES = {
    "java": Language(
        java.write,
        # -d leaves no class files beside the source.
        (
            "javac",
            "-Xlint:all",
            "-Werror",
            "-d",
            "{scratch}",
            f"{java.SOURCE}/{java.PACKAGE}/Client.java",
        ),
        "default-jdk-headless",
        java.COORDINATES,
    ),
    "go": Language(golang.write, ("go", "vet", "."), "golang-go", golang.MODULE),
}


def build(name: str, bundles: Path, out: Path, published: str | None = None) -> str:
    """Write the client of a language, and compile it; what came of it, in words.

    Raises:
        ConfigError: there is no such language, or the name that it is published by is none.
        ToolError: the client cannot be generated, or does not compile.
    """
    if name not in LANGUAGES:
        raise ConfigError(
            f"there is no client in '{name}'", fix=f"Choose of {', '.join(LANGUAGES)}"
        )
    language, folder = LANGUAGES[name], out / name
    # What an earlier contract had must not stay.
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        language.write(prepare(bundles, Path(scratch)), folder, published or language.published)
    return _compiled(language, folder)


def prepare(bundles: Path, folder: Path) -> Path:
    """The document for the generators, written into a folder."""
    document = documents.load_mapping(bundles / f"{layout.ALL_BUNDLE}.yaml")
    # Generators derive the name of a package from the title.
    document["info"]["title"] = TITLE
    source = folder / "openapi.json"
    source.write_text(documents.dump_json(document), encoding="utf-8")
    return source


def _compiled(language: Language, folder: Path) -> str:
    tool = language.compile[0]
    if not shutil.which(tool):
        fix = f"on Debian, apt-get install {language.package}"
        return f"generated, not compiled: there is no {tool}; {fix}"
    with tempfile.TemporaryDirectory() as scratch:
        command = [word.format(scratch=scratch) for word in language.compile]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise ToolError(f"the client does not compile:\n{said}", where=str(folder))
    return f"generated and compiled by {tool}"


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="build_clients", description=__doc__.split("\n")[0])
    parser.add_argument(
        "languages", nargs="*", metavar="LANGUAGE", help=f"of {', '.join(LANGUAGES)}; default: each"
    )
    parser.add_argument("--bundles", type=Path, default=layout.CODEGEN)
    parser.add_argument("--out", type=Path, default=layout.ROOT / "out" / "clients")
    parser.add_argument("--java-coordinates", metavar="GROUP:ARTIFACT:VERSION")
    parser.add_argument("--go-module", metavar="PATH", help="the path that `go get` is given")
    arguments = parser.parse_args(argv)
    published = {"java": arguments.java_coordinates, "go": arguments.go_module}
    for name in arguments.languages or LANGUAGES:
        print(f"{name}: {build(name, arguments.bundles, arguments.out, published.get(name))}")
    return 0


if __name__ == "__main__":
    run("build_clients", main)
