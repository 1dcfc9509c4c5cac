"""What a client is published with: README, license and, for Maven, a `pom.xml`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import ConfigError

_PACKAGES = Path(__file__).parent / "packages"
_COORDINATES = re.compile(
    r"(?P<GROUP>[\w.-]+):(?P<ARTIFACT>[\w.-]+):(?P<VERSION>[\w.+-]+)", re.ASCII
)
_MODULE = re.compile(r"(?P<MODULE>[a-z0-9.-]+(/[\w.~-]+)*)", re.ASCII)


def coordinates(text: str) -> dict[str, str]:
    """Group, artifact and version of a package for Maven.

    Raises:
        ConfigError: the text has another form.
    """
    return _named(_COORDINATES, text, "--java-coordinates", "Give GROUP:ARTIFACT:VERSION")


def module(text: str) -> dict[str, str]:
    """The path of a module for Go.

    Raises:
        ConfigError: the text is no path that `go get` takes.
    """
    return _named(_MODULE, text, "--go-module", "Give a path such as example.com/name")


def publishable(language: str, out: Path, values: dict[str, str]) -> None:
    """Write what the client of a language is published with into its folder."""
    for template in sorted((_PACKAGES / language).iterdir()):
        text = template.read_text(encoding="utf-8")
        for name, value in values.items():
            text = text.replace(f"@{name}@", value)
        (out / template.name).write_text(text, encoding="utf-8")
    shutil.copyfile(layout.ROOT / "LICENSE", out / "LICENSE")


def _named(form: re.Pattern[str], text: str, option: str, fix: str) -> dict[str, str]:
    found = form.fullmatch(text)
    if found is None:
        raise ConfigError(f"'{text}' is not a name that can be published", where=option, fix=fix)
    return found.groupdict()
