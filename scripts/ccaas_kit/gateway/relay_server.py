"""The HTTP side of the relay: receives the requests of the child process, and returns the responses."""

from __future__ import annotations

import select
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import h11
import httpx

from ccaas_kit.gateway.gateway import Outgoing, Sent
from ccaas_kit.gateway.relay import OF_A_HOP, REFUSED, RefusedError, Relay
from ccaas_kit.gateway.wire import Received

# A request line with headers; longer ones are beyond what any URL of ours can hold.
_LONGEST_HEAD = 256 * 1024
_PIECE = 64 * 1024
# How long a client is held that is to run into its own timeout.
_LONGEST_HOLD = 60.0
_HOLD_SECONDS = 0.05


@contextmanager
def opened(relay: Relay, *, hold: float) -> Iterator[str]:
    """The address of a relay while the block lasts.

    A client whose request got no response in time is left waiting for `hold` seconds at most, so
    that it sees what the gateway has seen.
    """
    with _Server(relay, hold) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://{server.address}/{relay.word}"
        finally:
            relay.close()
            server.shutdown()
            thread.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, relay: Relay, hold: float) -> None:
        self.relay = relay
        self.hold = min(hold, _LONGEST_HOLD)
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients may go away in the middle; anything else is a defect, and is not hidden."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(socketserver.BaseRequestHandler):
    """One connection of the child."""

    server: _Server
    request: socket.socket

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        http = h11.Connection(h11.SERVER, max_incomplete_event_size=_LONGEST_HEAD)
        while (arrived := self._next(http)) is not None:
            try:
                sent = self.server.relay.relayed(arrived, self.server.address)
            except RefusedError:
                self._refuse(http)
            else:
                if sent is None or sent.received is None or not sent.received.is_whole:
                    return self._break_off(sent)
                try:
                    self._give(http, sent.received)
                except h11.LocalProtocolError:
                    # It could be read, and is written as nobody may.
                    return self._break_off(sent)
            if http.our_state is not h11.DONE or http.their_state is not h11.DONE:
                return None
            http.start_next_cycle()
        return None

    def _next(self, http: h11.Connection) -> Outgoing | None:
        """The next request; None if there is none, or none that can be read."""
        head: h11.Request | None = None
        body = bytearray()
        try:
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    http.receive_data(self.request.recv(_PIECE))
                elif isinstance(event, h11.Request):
                    head = event
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage) and head is not None:
                    break
                else:
                    return None
        except (h11.RemoteProtocolError, OSError):
            return None
        return Outgoing(
            head.method.decode("ascii"),
            head.target.decode("ascii"),
            tuple(head.headers.raw_items()),
            bytes(body) or None,
        )

    def _give(self, http: h11.Connection, received: Received) -> None:
        headers = [header for header in received.headers.raw if header[0].lower() not in OF_A_HOP]
        self._send(http, received.status, headers, received.reason, received.raw)

    def _refuse(self, http: h11.Connection) -> None:
        headers = [
            (REFUSED.encode(), self.server.relay.word.encode()),
            (b"Content-Length", b"0"),
        ]
        self._send(http, 403, headers, b"Refused", b"")

    def _send(
        self,
        http: h11.Connection,
        status: int,
        headers: Sequence[tuple[bytes, bytes]],
        reason: bytes,
        body: bytes,
    ) -> None:
        parts = [http.send(h11.Response(status_code=status, headers=list(headers), reason=reason))]
        if body:
            parts.append(http.send(h11.Data(data=body)))
        parts.append(http.send(h11.EndOfMessage()))
        self.request.sendall(b"".join(part for part in parts if part))

    def _break_off(self, sent: Sent | None) -> None:
        """Let the client see what the gateway has seen: no response in time, or a broken one."""
        if sent is not None and isinstance(sent.error, httpx.TimeoutException):
            self._hold()
            return
        # A connection that only ends would make the client send its request once more.
        self.request.sendall(b"HTTP/1.1 502 No whole response\r\nContent-Length: 1\r\n\r\n")

    def _hold(self) -> None:
        """Say nothing until the client gives up."""
        end = time.monotonic() + self.server.hold
        while time.monotonic() < end and not self.server.relay.is_closed:
            if select.select([self.request], [], [], _HOLD_SECONDS)[0]:
                return
