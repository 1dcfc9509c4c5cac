"""Stop if Python is too old, before anything is installed with it.

Usage:  python3 scripts/checks/python.py      (runs on any Python 3, imports nothing of the kit)
"""

import sys

WANTED = (3, 11)

if sys.version_info[:2] < WANTED:
    sys.exit(
        # An old Python must be able to read this file, so no f-string.
        "make: Python {}.{} is needed, {} is {}.{}. Name a newer one: make PYTHON=python3.12".format(
            *WANTED, sys.executable, *sys.version_info[:2]
        )
    )
try:
    import ensurepip  # noqa: F401  # only asked whether it is there
    import venv  # noqa: F401  # the same
except ImportError:
    sys.exit(
        "make: this Python has no venv module. Install it (Debian: apt-get install python3-venv)"
    )
