"""Inside Schemathesis: no more requests leave than the run may send, no faster, and nowhere else.

Schemathesis loads this file by its path, in a process of its own. It bounds what really leaves, its own repetitions included, and what comes back:
`limits.json` in the working directory says how much may, the file `sent` has one letter for each
request that did, and `taken` the number of bytes that came.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import runpy
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.exceptions import (
    ChunkedEncodingError,
    InvalidURL,
    ReadTimeout,
    RequestException,
    SSLError,
)
from urllib3.connection import HTTPConnection
from urllib3.exceptions import ProtocolError

if TYPE_CHECKING:
    from ccaas_kit.gateway.warden import Warden

LIMITS = "limits.json"
SENT = "sent"
TAKEN = "taken"
# What a warden is told, where there is one.
CUSTODY = "custody.json"
# The file that says that a limit was reached.
SPENT = "spent"
READ, WRITE = "r", "w"
_PIECE = 64 * 1024
# One request in so many asks for XML.
_XML_SHARE = 6


# Not a dataclass, which would look for its module where Schemathesis does not put it.
class Limits(NamedTuple):
    """What a run may send, and take in.

    `volume` is what all bodies may weigh, `longest` how many bytes one may have; `seconds` are for one
    answer. `target` is the URL that all requests go to, empty for any. `xml` are method and
    pattern of the paths that answer in XML too. `runner` is the process that counts along, 0 for
    none.
    """

    requests: int
    writes: int
    rate: float | None = None
    volume: int = 64 * 1024 * 1024
    longest: int = 8 * 1024 * 1024
    seconds: float = 30.0
    target: str = ""
    xml: Sequence[tuple[str, str]] = ()
    runner: int = 0


class Leash:
    """Counts requests, keeps them apart, and ends the run in place of one too many."""

    def __init__(self, folder: Path) -> None:
        limits = Limits(**json.loads((folder / LIMITS).read_text(encoding="utf-8")))
        self.seconds = limits.seconds
        self._requests = limits.requests
        self._writes = limits.writes
        self._volume = limits.volume
        self._longest = limits.longest
        target = requests.Request("GET", limits.target).prepare().url if limits.target else ""
        # As `requests` writes it.
        self._origin = _origin(target or "")
        self._gap = 1 / limits.rate if limits.rate else 0.0
        self._next = 0.0
        self._xml = [(method, re.compile(pattern)) for method, pattern in limits.xml]
        self._runner = limits.runner
        self._negotiated = 0
        self._taken = 0
        self._folder = folder
        self._lock = threading.Lock()

    def take(self, method: str, url: str = "") -> None:
        """Take one request off.

        Raises:
            KeyboardInterrupt: none is left, or the runner was killed; Schemathesis then comes to an
                orderly end.
            InvalidURL: it would go to another host, with our credentials.
        """
        if any(self._origin) and _origin(url) != self._origin:
            raise InvalidURL(f"{urlsplit(url).netloc} is not the target")
        writes = method.upper() != "GET"
        with self._lock:
            alone = self._runner and os.getppid() != self._runner
            if alone or self._requests <= 0 or (writes and self._writes <= 0):
                self._requests = 0
                self._give_up()
            self._requests -= 1
            self._writes -= writes
            self._pause()
            with (self._folder / SENT).open("a", encoding="ascii") as file:
                file.write(WRITE if writes else READ)

    def negotiate(self, request: requests.PreparedRequest) -> None:
        """Let every few requests that would take anything ask for XML, where there is XML."""
        if request.headers.get("Accept", "*/*") != "*/*":
            return
        path = urlsplit(request.url or "").path
        if any(method == request.method and form.fullmatch(path) for method, form in self._xml):
            with self._lock:
                self._negotiated += 1
                if self._negotiated % _XML_SHARE == 0:
                    request.headers["Accept"] = "application/xml"

    def read(self, response: requests.Response) -> None:
        """Read the body of an answer, as long as it may be.

        Raises:
            KeyboardInterrupt: all answers together were too long.
            ChunkedEncodingError: this one is.
        """
        body = bytearray()
        for piece in response.iter_content(_PIECE):
            body += piece
            if len(body) > self._longest:
                break
        with self._lock:
            self._taken += weight(body)
            (self._folder / TAKEN).write_text(str(self._taken), encoding="ascii")
            if self._taken > self._volume:
                self._requests = 0
                self._give_up()
        if len(body) > self._longest:
            raise _broken_off(f"the body has more than {self._longest} bytes", response.request)
        # Where `requests` keeps what it has read itself.
        response._content = bytes(body)

    def _give_up(self) -> None:
        (self._folder / SPENT).touch()
        raise KeyboardInterrupt

    def _pause(self) -> None:
        if not self._gap:
            return
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._gap


class Watch(threading.local):
    """Ends the connection of each thread when the time for an answer is over.

    The timeout of `requests` begins anew with each byte.
    """

    def __init__(self) -> None:
        self._wait: _Wait | None = None

    @contextlib.contextmanager
    def within(self, seconds: float, request: requests.PreparedRequest) -> Iterator[None]:
        """Give the block so many seconds; what fails after them is a timeout."""
        wait = self._wait = _Wait()
        timer = threading.Timer(seconds, wait.end)
        timer.daemon = True
        timer.start()
        try:
            yield
        except RequestException as error:
            if wait.is_over:
                raise _timed_out(seconds, request) from error
            raise
        finally:
            timer.cancel()
            self._wait = None
        if wait.is_over:
            # Headers that were cut off can look like whole ones.
            raise _timed_out(seconds, request)

    def on(self, connection: socket.socket | None) -> None:
        """Say which connection the thread now waits for."""
        if self._wait is not None and connection is not None:
            self._wait.on(connection)


class _Wait:
    def __init__(self) -> None:
        self.is_over = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()

    def on(self, connection: socket.socket) -> None:
        with self._lock:
            self._socket = connection
            if self.is_over:
                _cut(connection)

    def end(self) -> None:
        with self._lock:
            self.is_over = True
            if self._socket is not None:
                _cut(self._socket)


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


# Schemathesis takes messages out of errors, and expects of each that it holds another one.


def _timed_out(seconds: float, request: requests.PreparedRequest) -> ReadTimeout:
    told = f"the answer took too long (read timeout={seconds})"
    return ReadTimeout(TimeoutError(told), request=request)


def _broken_off(told: str, request: requests.PreparedRequest) -> ChunkedEncodingError:
    return ChunkedEncodingError(ProtocolError(told), request=request)


def weight(body: bytes | bytearray) -> int:
    """The bytes that a body takes as a text, which can be four times as many as on the wire."""
    return sys.getsizeof(body.decode("utf-8", "replace"))


def _cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        # Not that of ssl, which would take the socket from the thread that reads from it.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def bind(leash: Leash, warden: Warden | None = None) -> None:
    """Put every request of this process on the leash, with the warden beside it."""
    send, wait = HTTPAdapter.send, HTTPConnection.getresponse
    watch = Watch()

    def bounded(
        self: HTTPAdapter, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        passage = warden.admit(request) if warden else None
        leash.take(request.method or "", request.url or "")
        leash.negotiate(request)
        if passage:
            passage.leave()
        with watch.within(leash.seconds, request):
            response = send(self, request, *args, **kwargs)
            try:
                leash.read(response)
            except SSLError as error:
                response.close()
                raise _broken_off(str(error), request) from error
            except RequestException as error:
                response.close()
                error.request = request
                raise
        if passage:
            passage.answered(response)
        return response

    def watched(self: HTTPConnection, *args: Any, **kwargs: Any) -> Any:
        watch.on(self.sock)
        return wait(self, *args, **kwargs)

    HTTPAdapter.send = bounded  # type: ignore[method-assign]  # below all that repeats requests
    HTTPConnection.getresponse = watched  # type: ignore[method-assign]


def _appointed() -> Warden | None:
    if not Path(CUSTODY).exists():
        # Most runs have none, and need not wait for all that it imports.
        return None
    from ccaas_kit.gateway import warden

    return warden.appointed(Path.cwd())


# The name under which Schemathesis loads the file; the runner imports it for the names above.
if __name__ == "_schemathesis_hooks":
    bind(Leash(Path.cwd()), _appointed())
    checks = Path(__file__).parents[1] / "judging" / "own_checks.py"
    runpy.run_path(str(checks), run_name="_schemathesis_own_checks")
