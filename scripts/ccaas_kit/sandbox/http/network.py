"""What all connections share: the sandbox behind them, their number, and when replies leave.

Replies of one turn of the event loop leave together at its end. Each wakes the client, and on a
virtual machine waking a process that sleeps on another core costs as much as a small request; in a
row, the first one wakes it for all (ADR 21).
"""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from contextlib import suppress

from ccaas_kit.sandbox.http.app import App
from ccaas_kit.sandbox.http.connection import Connection
from ccaas_kit.sandbox.http.http_form import Targets, Writer

CONNECTIONS = 512
_LARGE_AT_A_TIME = 4
_CHECK_SECONDS = 1.0
_CLOSE_SECONDS = 2.0
_ACCEPT_AGAIN_SECONDS = 0.1


class Places:
    """The few places for large bodies; who finds none waits for its turn."""

    def __init__(self, number: int) -> None:
        self._free = number
        self._holding: set[Connection] = set()
        self._waiting: deque[Connection] = deque()

    def ask(self, connection: Connection) -> None:
        """Call `take_place` of the connection, at once or when there is one."""
        self._waiting.append(connection)
        self._give()

    def leave(self, connection: Connection) -> None:
        """Give back the place, or the turn, of a connection."""
        if connection in self._holding:
            self._holding.remove(connection)
            self._free += 1
            self._give()
        else:
            self._waiting.remove(connection)

    def _give(self) -> None:
        while self._free and self._waiting:
            connection = self._waiting.popleft()
            self._free -= 1
            self._holding.add(connection)
            connection.take_place()


class Network:
    """The connections of a sandbox."""

    def __init__(self, app: App, loop: asyncio.AbstractEventLoop) -> None:
        self.app = app
        self.loop = loop
        self.targets = Targets()
        self.writer = Writer()
        self.places = Places(_LARGE_AT_A_TIME)
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._connections: set[Connection] = set()
        self._unsent: list[Connection] = []
        self._empty = asyncio.Event()
        self._check = loop.call_later(_CHECK_SECONDS, self._check_all)

    async def accept(self, listening: socket.socket) -> None:
        """Take what connects to a listening socket, as long as there is room."""
        while True:
            await self._room.acquire()
            try:
                accepted, _ = await self.loop.sock_accept(listening)
            except OSError:
                # The client is gone again, or the process has too many files open.
                self._room.release()
                await asyncio.sleep(_ACCEPT_AGAIN_SECONDS)
                continue
            with suppress(OSError):
                # Not for a client that is gone already, which the connection then notices.
                accepted.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self.loop.connect_accepted_socket(lambda: Connection(self), accepted)

    async def close(self) -> None:
        """End all connections."""
        self._check.cancel()
        for each in list(self._connections):
            each.close()
        if self._connections:
            self._empty.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), _CLOSE_SECONDS)

    def add(self, connection: Connection) -> None:
        """Count a connection that begins."""
        self._connections.add(connection)

    def remove(self, connection: Connection) -> None:
        """Count a connection that has ended no longer."""
        self._connections.discard(connection)
        self._room.release()
        if not self._connections:
            self._empty.set()

    def send_soon(self, connection: Connection) -> None:
        """Let a connection send its replies when everything that has come in is answered."""
        if not self._unsent:
            self.loop.call_soon(self._send_all)
        self._unsent.append(connection)

    def _send_all(self) -> None:
        unsent, self._unsent = self._unsent, []
        for each in unsent:
            each.send()

    def _check_all(self) -> None:
        self._check = self.loop.call_later(_CHECK_SECONDS, self._check_all)
        now = self.loop.time()
        for each in list(self._connections):
            each.check(now)
