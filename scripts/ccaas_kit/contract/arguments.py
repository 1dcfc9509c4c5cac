"""The parser of every command line: a misspelt option names the one that is meant."""

from __future__ import annotations

import argparse
import difflib
import re
from typing import NoReturn

_OPTION = re.compile(r"--[\w-]+")


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors say which option may be meant."""

    def error(self, message: str) -> NoReturn:
        """End with exit code 2 and what is wrong."""
        known = [name for action in self._actions for name in action.option_strings]
        for given in _OPTION.findall(message):
            close = difflib.get_close_matches(given, known, n=1)
            if given not in known and close:
                message = f"{message}. Did you mean '{close[0]}'?"
                break
        super().error(message)
