"""One client's connection: its bytes become requests, in their order, and each gets its reply.

The parser is llhttp, as Node has it. Heads and bodies are read in bounded memory and bounded time:
a client that sends half of a request gets the platform's answer to an unreadable one after a
while; one that vanishes gets none.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, cast

from httptools import (
    HttpParserCallbackError,
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserUpgrade,
    HttpRequestParser,
)

from ccaas_kit.sandbox.http.http_form import CONTINUE
from ccaas_kit.sandbox.http.json_bodies import MAX_BYTES
from ccaas_kit.sandbox.http.messages import Reply, Request

if TYPE_CHECKING:
    from ccaas_kit.sandbox.http.network import Network

# Seconds: for all of a head; for the next piece of a body, and for all of it; between requests.
HEAD_SECONDS = 10.0
PIECE_SECONDS = 10.0
BODY_SECONDS = 60.0
IDLE_SECONDS = 75.0
# How much of a head or of trailers is read, and of a body that is too long, before a refusal.
HEAD_BYTES = 256 * 1024
BODY_BYTES = 64 * 1024 * 1024
# Bodies beyond this size wait for one of a few places, so that many at a time stay within bounds.
LARGE_BYTES = 256 * 1024
# A client may send requests before it has the replies to earlier ones; these wait within bounds.
UNSENT_BYTES = 64 * 1024 * 1024

# RFC 9112, 3: the line that a request begins with.
_REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([!-\xff]+) HTTP/1\.[01]\r?\n")


class Connection(asyncio.Protocol):
    """The protocol of one connection; what all of them share is the network's."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._parser = HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._client = ""
        # Moments of the loop: the last sign of life, and the beginning of the present request.
        self._alive = self._begun = network.loop.time()
        self._answered = 0
        # Of the present request, or of the one before while none has begun.
        self._is_reading = self._has_head = False
        self._target = b""
        self._headers: dict[str, str] = {}
        self._body: list[bytes] = []
        self._lines_length = self._body_length = 0
        self._has_place = False
        # The request asks for another protocol, so the parser has not read its body.
        self._upgrades = False
        # Replies that are not sent yet; after the last one of them the connection may close.
        self._unsent: list[bytes] = []
        self._unsent_length = 0
        self._closes = False
        # Why nothing more is read for now.
        self._waits_for_place = self._waits_for_client = False

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._client = str(peer[0]) if peer else ""
        self._network.add(self)

    def data_received(self, data: bytes) -> None:
        self._alive = self._network.loop.time()
        before = self._body_length
        self._feed(data)
        if self._is_reading:
            # A head, or what stands between and behind the pieces of a body: trailers, too, are kept
            # by the parser until they end.
            self._lines_length = (
                self._lines_length + len(data) if self._body_length <= before else 0
            )
            if self._lines_length > HEAD_BYTES:
                self._refuse(f"its head, or its trailers, have more than {HEAD_BYTES} bytes")

    def eof_received(self) -> bool:
        # A client may close its half before it has read the replies.
        self._closes = True
        self.send()
        return True

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self._closes = True
        self._transport = None
        self._unsent.clear()
        self._body.clear()
        self._leave_place()
        self._network.remove(self)

    def pause_writing(self) -> None:
        self._waits_for_client = True
        self._read_or_wait()

    def resume_writing(self) -> None:
        self._waits_for_client = False
        self._read_or_wait()

    # What the parser calls.

    def on_message_begin(self) -> None:
        self._is_reading, self._has_head = True, False
        self._begun = self._alive
        self._target = b""
        self._headers = {}
        self._body = []
        self._lines_length = self._body_length = 0

    def on_url(self, piece: bytes) -> None:
        self._target += piece

    def on_header(self, raw_name: bytes, raw_value: bytes) -> None:
        if self._has_head:
            # RFC 9110, 6.5.1: trailers are no headers.
            return
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers = self._headers
        # RFC 9110, 5.2: one that stands several times is a list.
        headers[name] = f"{headers[name]}, {value}" if name in headers else value

    def on_headers_complete(self) -> None:
        self._has_head = True
        self._upgrades = self._parser.should_upgrade()
        if not self._upgrades and self._headers.get("expect", "").lower() == "100-continue":
            self._keep(CONTINUE)

    def on_body(self, piece: bytes) -> None:
        if not self._is_reading:
            # It was given up, and these are the rest of what came at once.
            return
        self._body_length += len(piece)
        # The rest of one that is too long is read away: a client that still sends sees no refusal.
        if self._body_length <= MAX_BYTES + len(piece):
            self._body.append(piece)
        if self._body_length > LARGE_BYTES:
            self._take_place()
        if self._body_length > BODY_BYTES:
            self._closes = True
            self._answer()

    def on_message_complete(self) -> None:
        if self._is_reading and not self._upgrades and not self._closes:
            self._closes = not self._parser.should_keep_alive()
            self._answer()

    # What the network calls.

    def send(self) -> None:
        """Send the replies that are there, and close behind the last one."""
        transport = self._transport
        if transport is None:
            return
        if self._unsent:
            transport.write(b"".join(self._unsent))
            self._unsent.clear()
            self._unsent_length = 0
        if self._closes:
            transport.close()

    def close(self) -> None:
        """End the connection when what is unsent has gone."""
        self._closes = True
        self.send()

    def take_place(self) -> None:
        """Go on with a large body: there is a place for it now."""
        self._has_place = True
        self._waits_for_place = False
        self._read_or_wait()

    def check(self, now: float) -> None:
        """End what has taken too long by this moment of the loop."""
        if self._waits_for_place:
            return
        quiet = now - self._alive
        if self._waits_for_client or not self._is_reading:
            if quiet > IDLE_SECONDS and self._transport:
                self._transport.abort()
        elif not self._has_head:
            if now - self._begun > HEAD_SECONDS:
                self._refuse("the head of the request did not come to its end")
        elif quiet > PIECE_SECONDS or now - self._begun > BODY_SECONDS:
            self._refuse("the body of the request did not come to its end")

    # What happens to a request.

    def _feed(self, data: bytes) -> None:
        # A request begins with these bytes, as long as none has been answered meanwhile.
        answered = None if self._is_reading else self._answered
        while data and not self._closes:
            try:
                self._parser.feed_data(data)
                return
            except HttpParserUpgrade as upgrade:
                data = self._without_upgrade(data[upgrade.args[0] :])
                answered = None
            except HttpParserCallbackError:
                # A defect of ours: the event loop tells it and ends the connection.
                raise
            except HttpParserInvalidMethodError:
                self._refuse_method(data if answered == self._answered else b"")
            except HttpParserError as error:
                self._refuse(f"it is no HTTP/1.1: {error}")

    def _without_upgrade(self, rest: bytes) -> bytes:
        """The head of the present request without its wish, before the rest of what came.

        RFC 9110, 7.8: a server may ignore it. Java's client asks for HTTP/2 with each request.
        """
        method = self._parser.get_method()
        if "upgrade" not in self._headers:
            # What follows a CONNECT is no HTTP.
            self._closes = True
            self._answer()
            return b""
        del self._headers["upgrade"]
        lines = [b"%b %b HTTP/1.1" % (method, self._target)]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in self._headers.items()]
        self._parser = HttpRequestParser(self)
        return b"\r\n".join([*lines, b"", rest])

    def _answer(self) -> None:
        path, query = self._network.targets.split(self._target)
        method = self._parser.get_method().decode("latin-1")
        body = b"".join(self._body)
        request = Request(method, path, query, self._headers, body, self._client)
        self._is_reading = False
        self._answered += 1
        self._reply(self._network.app.handle(request), method)
        self._body = []
        self._leave_place()

    def _refuse_method(self, data: bytes) -> None:
        # The parser takes methods of its own list only. Others begin the piece that it refused,
        # unless requests before them came in the same one.
        if found := _REQUEST_LINE.match(data):
            path, query = self._network.targets.split(found[2])
            request = Request(found[1].decode("latin-1"), path, query, client=self._client)
            self._end_with(self._network.app.handle(request))
        else:
            self._refuse("it begins with no method of HTTP")

    def _refuse(self, reason: str) -> None:
        self._end_with(self._network.app.unreadable(reason))

    def _end_with(self, reply: Reply) -> None:
        if not self._closes:
            self._closes, self._is_reading = True, False
            self._reply(reply)

    def _reply(self, reply: Reply, method: str = "") -> None:
        connection = ""
        if self._closes:
            connection = "close"
        elif "connection" in self._headers and self._parser.get_http_version() == "1.0":
            connection = "keep-alive"
        network = self._network
        date = network.app.instance.http_date()
        is_whole = method != "HEAD"
        self._keep(network.writer.bytes_of(reply, date=date, connection=connection, body=is_whole))

    def _keep(self, data: bytes) -> None:
        self._unsent.append(data)
        self._unsent_length += len(data)
        if len(self._unsent) == 1:
            self._network.send_soon(self)
        if self._unsent_length > UNSENT_BYTES:
            self._closes = True

    def _take_place(self) -> None:
        if not self._has_place and not self._waits_for_place:
            self._waits_for_place = True
            self._network.places.ask(self)
            self._read_or_wait()

    def _leave_place(self) -> None:
        if self._has_place or self._waits_for_place:
            self._has_place = self._waits_for_place = False
            self._network.places.leave(self)
            self._read_or_wait()

    def _read_or_wait(self) -> None:
        transport = self._transport
        if transport is None or transport.is_closing():
            return
        if self._waits_for_place or self._waits_for_client:
            transport.pause_reading()
        else:
            self._alive = self._network.loop.time()
            transport.resume_reading()
