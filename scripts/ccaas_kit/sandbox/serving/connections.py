"""Resetting the connection of a client, which no ASGI server offers.

The socket is found among the open files of this process by the two addresses of the connection.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

_OPEN_FILES = Path("/dev/fd")
# What is still to be sent is dropped at the end of the connection: the client is sent a reset.
_DROP = struct.pack("ii", 1, 0)
# The server notices that nothing more is to come.
_NOTICE_SECONDS = 5.0


async def reset(scope: Mapping[str, Any], receive: Callable[[], Awaitable[Any]]) -> None:
    """End the connection of a request without a response.

    Raises:
        ConnectionResetError: the request came by no connection, but by a call.
    """
    if not _cut(scope.get("client"), scope.get("server")):
        raise ConnectionResetError("the connection is reset, as a script says")
    with suppress(TimeoutError):
        async with asyncio.timeout(_NOTICE_SECONDS):
            while (await receive())["type"] != "http.disconnect":
                pass


def _cut(client: Any, server: Any) -> bool:
    """Let the server see the end of a connection, if this process has it."""
    wanted = (_address(client), _address(server))
    for path in _OPEN_FILES.iterdir():
        with suppress(OSError), socket.socket(fileno=os.dup(int(path.name))) as found:
            if (_address(found.getpeername()), _address(found.getsockname())) == wanted:
                found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP)
                found.shutdown(socket.SHUT_RD)
                return True
    return False


def _address(pair: Any) -> str:
    """Host and port in one form: servers give the port as a number or as text."""
    return ":".join(map(str, (pair or ())[:2])) if isinstance(pair, tuple | list) else ""
