"""How every command of the kit ends: with its code, or with one line that says what went wrong."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from ccaas_kit.contract import defects
from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.errors import DefectError, KitError


def run(
    name: str,
    main: Callable[[], int],
    *,
    clean: Callable[[str], str] = lambda text: text,
) -> None:
    """End the process with the code of `main`: 0 fine, 1 findings, 2 could not run, 70 our defect.

    An error is one line without a traceback; an interrupt ends with 130. Any other exception is
    a defect: its traceback is written to a file, from which `clean` removes secrets.
    """
    try:
        code = main()
    except KitError as error:
        sys.stderr.write(f"{name}: {error}\n")
        code = error.code
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # noqa: BLE001  # a defect can be anything
        report = _reported(name, error, clean)
        sys.stderr.write(f"{name}: {report}\n")
        code = report.code
    sys.exit(code)


def _reported(name: str, error: Exception, clean: Callable[[str], str]) -> DefectError:
    """The error to end with, once the defect is in a file that nobody else can read."""
    found = Defects()
    found.note(f"running {name}", error)
    number, path = tempfile.mkstemp(prefix=f"{name}-defect-", suffix=".txt")
    os.close(number)
    return defects.write(Path(path), found.found, command=sys.argv, facts={}, clean=clean)


def interrupt_on_signals() -> None:
    """Let a request to end, or the closing of the terminal, work as Ctrl-C: servers are stopped."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        # Under nohup, the closing of the terminal is ignored on purpose.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _interrupt)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Let a request to end wait until the block is over; a second one breaks into it.

    Raises:
        KeyboardInterrupt: at the end of the block, if one came meanwhile.
    """
    if threading.current_thread() is not threading.main_thread():
        # Signals do not reach others.
        yield
        return
    came = False

    def hold(_signal: int, _frame: FrameType | None) -> None:
        nonlocal came
        if came:
            raise KeyboardInterrupt
        came = True

    raising = (signal.default_int_handler, _interrupt)
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: now for number in numbers if (now := signal.getsignal(number)) in raising}
    for number in before:
        signal.signal(number, hold)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if came:
            raise KeyboardInterrupt


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
