"""Errors that a user can do something about.

KitError                what, where and what next, in one line; commands exit 2 with it
├── DefectError         the kit itself has failed; commands exit 70 with it
├── DocumentError       a file of the contract cannot be read or breaks a rule of its form
├── ToolError           a tool that the kit runs is missing or failed
├── ConfigError         a setting, an option or a config file is wrong
└── TargetError         the target cannot be reached or rejects every request
"""

from __future__ import annotations


class KitError(Exception):
    """A problem: what happened, where, and what to do next.

    `str()` gives one line that is fit to print; it never carries a secret. `code` is the exit code.
    """

    code = 2

    def __init__(self, what: str, *, where: str = "", fix: str = "") -> None:
        self.what = what
        self.where = where
        self.fix = fix
        super().__init__(what)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        advice = f". {self.fix}" if self.fix else ""
        return f"{place}{self.what}{advice}"


class DefectError(KitError):
    """The kit itself has failed: nothing that a user, a target or a file has done wrong."""

    # EX_SOFTWARE of sysexits.h.
    code = 70


class DocumentError(KitError):
    """A file of the contract cannot be read or breaks a rule of its form."""


class ToolError(KitError):
    """A tool that the kit runs is missing or failed."""


class ConfigError(KitError):
    """A setting, an option or a config file is wrong."""


class TargetError(KitError):
    """The target cannot be reached or rejects every request."""
