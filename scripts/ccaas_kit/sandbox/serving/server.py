"""Serving the sandbox by granian: one process, or several that share one database and a port."""

from __future__ import annotations

import asyncio
import resource
import select
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import uvloop
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from ccaas_kit.contract.errors import ConfigError, ToolError
from ccaas_kit.sandbox.serving import build
from ccaas_kit.sandbox.serving.asgi import Application
from ccaas_kit.sandbox.serving.options import Options

START_SECONDS = 20.0
STOP_SECONDS = 5.0
# A connection on which no head of a request comes to its end is closed after so long.
IDLE_SECONDS = 75
# Connections that may wait to be taken.
_BACKLOG = 1024
# Connections at a time. Beyond them granian lets clients wait without a word, so this is far off:
# it is requests that are limited, by `asgi.py`.
_CONNECTIONS = 65_536
_POLL_SECONDS = 0.005
# Standard output is for the URL.
_LOG = {
    "handlers": {
        name: {"formatter": form, "class": "logging.StreamHandler", "stream": "ext://sys.stderr"}
        for name, form in (("console", "generic"), ("access", "access"))
    }
}

Say = Callable[[str], None]


def serve(app: Application, options: Options, *, ready: Say) -> None:
    """Serve an ASGI application until the process is asked to end; `ready` is given the URL once it serves.

    A worker also ends when the process that started it does, however that ended.

    Raises:
        ConfigError: the certificate or its key cannot be used.
    """
    _allow_connections()
    uvloop.run(_serve(app, options, ready))


async def _serve(app: Application, options: Options, ready: Say) -> None:
    loop = asyncio.get_running_loop()
    server = _server(app, options)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    if options.end_with_input:
        # Its parent writes nothing: what can be read is the end of the parent.
        loop.add_reader(sys.stdin, stop.set)
    serving = loop.create_task(server.serve())
    stopping = loop.create_task(stop.wait())
    while not serving.done() and not accepts(options.host, options.port):
        await asyncio.sleep(_POLL_SECONDS)
    if not serving.done():
        ready(url_of(options))
        await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without
    await asyncio.wait({serving}, timeout=STOP_SECONDS)
    if serving.done():
        # It ends by itself by a defect only, which is reported here.
        serving.result()


def _server(app: Application, options: Options) -> Server:
    certificate, key = options.certificate, options.key
    try:
        return Server(
            app,
            address=options.host,
            port=options.port,
            interface=Interfaces.ASGINL,
            http=HTTPModes.auto,
            websockets=False,
            backlog=_BACKLOG,
            backpressure=_CONNECTIONS,
            http1_settings=HTTP1Settings(header_read_timeout=IDLE_SECONDS * 1000),
            log_level=LogLevels.error,
            log_dictconfig=_LOG,
            log_access=options.access_log,
            ssl_cert=certificate,
            ssl_key=key,
            ssl_protocol_min=SSLProtocols.tls12,
        )
    except (OSError, ssl.SSLError) as error:
        what = f"cannot be used for TLS ({error})"
        where = f"{certificate} with {key}"
        raise ConfigError(what, where=where, fix="Name PEM files") from error


def _allow_connections() -> None:
    """Have as many files open as the system lets this process: each connection is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def url_of(options: Options) -> str:
    """Where clients find it."""
    scheme = "https" if options.certificate else "http"
    host = f"[{options.host}]" if ":" in options.host else options.host
    return f"{scheme}://{host}:{options.port}"


def share(options: Options, *, ready: Say) -> None:
    """Run several processes on one database until this one is asked to end, or its input does.

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
        for process in processes:
            process.wait_ready(deadline)
        ready(url_of(options))
        while all(process.process.poll() is None for process in processes):
            if options.end_with_input and select.select([sys.stdin], [], [], 0)[0]:
                return
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
    arguments = ["--contacts", str(options.contacts), "--query-seconds", str(options.query_seconds)]
    if options.seed is not None:
        arguments += ["--seed", str(options.seed)]
    if options.clock is not None:
        arguments += ["--clock", options.clock]
    for name in options.faults:
        arguments += ["--fault", name]
    if options.certificate is not None:
        arguments += ["--certificate", str(options.certificate), "--key", str(options.key)]
    for origin in options.cors_origins:
        arguments += ["--cors-origin", origin]
    if options.strict_queries:
        arguments += ["--strict-queries"]
    if options.access_log:
        arguments += ["--access-log"]
    return arguments


def address_of(host: str) -> str:
    """The IP address of this machine that a name leads to, or the address itself.

    Raises:
        ConfigError: nobody knows the name, or this machine has no such address.
    """
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM)
        # Most clients try the older form of a name such as localhost.
        family, *_, address = min(found, key=lambda address: address[0] != socket.AF_INET)
        with socket.socket(family) as probe:
            probe.bind(address)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no address"
        raise ConfigError(f"cannot listen on {host} ({reason})", fix="Check --host") from error
    return str(address[0])


@contextmanager
def free_port(address: str) -> Iterator[int]:
    """A port of the address that nobody else gets while the block lasts."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as reserved:
        if sys.platform == "linux":
            # granian listens there all the same, and of two that bind a port of the system's choice
            # none gets it.
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        reserved.bind((address, 0))
        port = int(reserved.getsockname()[1])
        if sys.platform != "linux":
            reserved.close()
        yield port


def check_port(host: str, port: int) -> None:
    """Hold that nobody serves there, and that this process may.

    Raises:
        ConfigError: somebody does, or it may not.
    """
    reason = "it is taken" if accepts(host, port) else ""
    if not reason:
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                reason = error.strerror or str(error)
    if reason:
        what = f"cannot listen on port {port} of {host} ({reason})"
        raise ConfigError(what, fix="Choose another with --port")


def accepts(host: str, port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        with socket.create_connection((host, port), timeout=1):
            return True
    except OSError:
        return False
