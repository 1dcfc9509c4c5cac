"""Serving the sandbox: one process with an event loop, or several that share one database."""

from __future__ import annotations

import asyncio
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import uvloop

from ccaas_kit.contract.errors import ConfigError, ToolError
from ccaas_kit.sandbox import build
from ccaas_kit.sandbox.http.app import App
from ccaas_kit.sandbox.http.network import Network
from ccaas_kit.sandbox.options import Options

START_SECONDS = 20.0
STOP_SECONDS = 5.0
# Connections that may wait to be taken.
_BACKLOG = 1024

Say = Callable[[str], None]


def serve(app: App, options: Options, *, ready: Say) -> None:
    """Answer requests until the process is asked to end; `ready` is given the URL once it serves.

    A worker also ends when the process that started it does, however that ended.
    """
    uvloop.run(_serve(app, options, ready))


async def _serve(app: App, options: Options, ready: Say) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    if options.join:
        # Its parent writes nothing: what can be read is the end of the parent.
        loop.add_reader(sys.stdin, stop.set)
    network = Network(app, loop)
    with listening(options.host, options.port, shared=options.join) as taken:
        accepting = loop.create_task(network.accept(taken))
        stopping = loop.create_task(stop.wait())
        ready(f"http://{_bracketed(options.host)}:{options.port}")
        done, _ = await asyncio.wait({accepting, stopping}, return_when=asyncio.FIRST_COMPLETED)
        accepting.cancel()
        stopping.cancel()
    await network.close()
    # Accepting ends by a defect only, which is told here.
    for each in done:
        each.result()


def listening(host: str, port: int, *, shared: bool) -> socket.socket:
    """A socket that accepts connections there; several processes may share the port of one.

    Raises:
        ConfigError: it cannot.
    """
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
        made.setblocking(False)
    except OSError as error:
        made.close()
        what = f"cannot listen on port {port} of {host} ({error.strerror})"
        raise ConfigError(what, fix="Choose another with --port") from error
    return made


def share(options: Options, *, ready: Say) -> NoReturn:
    """Run several processes on one database until this one is asked to end.

    Raises:
        ToolError: a process did not start, or ended by itself.
    """
    with ExitStack() as stack:
        database = options.database
        if database is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="sandbox-"))
            database = Path(folder) / "records.sqlite"
        worker = replace(options, database=database)
        build.instance(worker).close()
        processes = [stack.enter_context(_Worker(worker)) for _ in range(options.workers)]
        deadline = time.monotonic() + START_SECONDS
        for each in processes:
            each.wait_ready(deadline)
        ready(f"http://{_bracketed(options.host)}:{options.port}")
        while all(each.process.poll() is None for each in processes):
            time.sleep(0.1)
        raise ToolError("a worker ended by itself", fix="Look at the lines above")


class _Worker:
    """One process of several; leaving the block ends it."""

    def __init__(self, options: Options) -> None:
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "ccaas_kit", "sandbox", "--join"),
                *("--host", options.host, "--port", str(options.port)),
                *("--database", str(options.database)),
                *_passed_on(options),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def __enter__(self) -> _Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()

    def wait_ready(self, deadline: float) -> None:
        pipe = self.process.stdout
        said = pipe and select.select([pipe], [], [], max(0.0, deadline - time.monotonic()))[0]
        if not said or not said[0].readline():
            raise ToolError("a worker did not start", fix="Look at the lines above")


def _passed_on(options: Options) -> list[str]:
    """What a worker needs to know to start over with the same seed."""
    given = ["--contacts", str(options.contacts)]
    if options.seed is not None:
        given += ["--seed", str(options.seed)]
    if options.clock is not None:
        given += ["--clock", options.clock]
    for name in options.faults:
        given += ["--fault", name]
    return given


def address_of(host: str) -> str:
    """The IP address of this machine that goes by a name, or the one that it is already.

    Raises:
        ConfigError: nobody knows the name, or this machine has no such address.
    """
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
        # Most clients try the older form of a name such as localhost.
        family, *_, address = min(found, key=lambda each: each[0] != socket.AF_INET)
        with socket.socket(family) as probe:
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no address"
        raise ConfigError(f"cannot listen on {host} ({reason})", fix="Check --host") from error
    return str(address[0])


def free_port(address: str) -> int:
    """A port of the address that nobody uses right now."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((address, 0))
        return int(probe.getsockname()[1])


def accepts(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
