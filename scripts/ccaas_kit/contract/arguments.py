"""The parser of each `ccaas` command: a misspelt option names the one that is meant."""

from __future__ import annotations

import argparse
import difflib
import re
from collections.abc import Iterable
from typing import NoReturn

_OPTION = re.compile(r"--[\w-]+")


def nearest(word: str, known: Iterable[str], otherwise: str = "") -> str:
    """The question after the name that may be meant; `otherwise` where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f"Did you mean '{close[0]}'?" if close else otherwise


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors say which option may be meant."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and what is wrong."""
        known = [name for action in self._actions for name in action.option_strings]
        for option in _OPTION.findall(message):
            if option not in known and (question := nearest(option, known)):
                message = f"{message}. {question}"
                break
        super().error(message)
