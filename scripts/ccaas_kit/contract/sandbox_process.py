"""The sandbox as a process of its own, for a run and for tests: started by its command, known by its URL."""

from __future__ import annotations

import select
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO

from ccaas_kit.contract.errors import ToolError

_START_SECONDS = 60.0
_STOP_SECONDS = 5.0


@contextmanager
def running(*arguments: str, fix: str) -> Iterator[str]:
    """The URL of a fresh sandbox on a free port, which ends with the block, or with this process.

    Raises:
        ToolError: it did not start; the message has the end of what it printed, and the fix.
    """
    with tempfile.TemporaryFile() as log, _process(arguments, log) as process:
        yield _url(process, log, fix)


@contextmanager
def _process(arguments: Sequence[str], log: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "ccaas_kit", "sandbox"),
            *("--port", "0", "--end-with-input", *arguments),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        # Ctrl-C is for this process, which may have to clean up before the sandbox ends.
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _url(process: subprocess.Popen[bytes], log: IO[bytes], fix: str) -> str:
    pipe = process.stdout
    if pipe is not None and select.select([pipe], [], [], _START_SECONDS)[0]:
        line = pipe.readline().decode().strip()
        if line:
            return line
    log.seek(0)
    printed = log.read().decode("utf-8", "replace").strip()[-1000:]
    raise ToolError(f"the sandbox did not start: {printed}", fix=fix)
