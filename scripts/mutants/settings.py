"""The settings of a mutation run, from settings.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract.errors import ConfigError

SETTINGS = Path(__file__).with_name("settings.toml")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A mutant that behaves as the original: the line that it changes, and what it becomes."""

    path: str
    line: str
    becomes: str
    reason: str


@dataclass(frozen=True, slots=True)
class Module:
    """A module to be mutated, and the test files, or single tests of them, that prove it."""

    path: str
    tests: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is mutated, how many mutants are sampled and how many of 100 are to be killed."""

    seed: str
    sample: int
    goal: int
    modules: tuple[Module, ...]
    equivalents: tuple[Equivalent, ...]


def load(root: Path, path: Path = SETTINGS) -> Settings:
    """The settings.

    Raises:
        ConfigError: they name a file that is not there, or a line that its module does not hold.
    """
    document = tomllib.loads(path.read_text("utf-8"))
    modules = tuple(Module(entry["path"], tuple(entry["tests"])) for entry in document["module"])
    equivalents = tuple(Equivalent(**entry) for entry in document.get("equivalent", ()))
    for name in (name for module in modules for name in (module.path, *module.tests)):
        if not (root / name.partition("::")[0]).is_file():
            raise ConfigError(f"{name} is not there", where=str(path), fix="Correct the path")
    for equivalent in equivalents:
        lines = (root / equivalent.path).read_text("utf-8").splitlines()
        if equivalent.line not in map(str.strip, lines):
            raise ConfigError(
                f"{equivalent.path} has no line {equivalent.line!r}",
                where=str(path),
                fix="Remove the entry",
            )
    return Settings(document["seed"], document["sample"], document["goal"], modules, equivalents)
