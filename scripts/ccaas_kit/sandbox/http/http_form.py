"""HTTP/1.1 around the sandbox's own messages: what a target names, and a reply as bytes."""

from __future__ import annotations

import re
from http import HTTPStatus

from ccaas_kit.sandbox.http.messages import Reply
from ccaas_kit.sandbox.storage.memory import Memory

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

# Targets, and heads of replies, come again: so many are worked out once, up to this length.
_REMEMBERED, _REMEMBERED_LENGTH = 512, 2048
_CHUNKED = ("transfer-encoding", "chunked")
# RFC 9110, 5.5: what would end a line of the head is replaced by a space.
_LINE_ENDS = re.compile(r"[\r\n\0]")
_PHRASES = {each.value: each.phrase for each in HTTPStatus}
# RFC 9112, 3.2: the scheme and the authority of a target in absolute form.
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?]*")

Head = tuple[int, tuple[tuple[str, str], ...]]


class Targets:
    """Splits the targets of requests; most of them come again."""

    def __init__(self) -> None:
        self._known: Memory[bytes, tuple[str, str]] = Memory(_REMEMBERED, _REMEMBERED_LENGTH)

    def split(self, target: bytes) -> tuple[str, str]:
        """Path and query as they stood in the target; a byte is a character."""
        found = self._known.get(target)
        if found is None:
            found = _path_and_query(target)
            self._known.keep(target, found, len(target))
        return found


def _path_and_query(target: bytes) -> tuple[str, str]:
    text = target.decode("latin-1").partition("#")[0]
    if text[:1] != "/" and (absolute := _ABSOLUTE.match(text)):
        text = text[absolute.end() :]
        if text[:1] != "/":
            text = f"/{text}"
    path, _, query = text.partition("?")
    return path, query


class Writer:
    """Turns replies into bytes."""

    def __init__(self) -> None:
        self._heads: Memory[Head, bytes] = Memory(_REMEMBERED, _REMEMBERED_LENGTH)

    def bytes_of(
        self, reply: Reply, *, date: str, connection: str = "", body: bool = True
    ) -> bytes:
        """The reply as it travels, with a Connection header where that is not empty.

        Without `body`, the answer to HEAD, it has the length of its body but not the body.
        """
        end = f"date: {date}\r\n"
        if connection:
            end += f"connection: {connection}\r\n"
        raw = reply.body
        if _CHUNKED in reply.headers:
            raw = _chunks(raw)
        elif reply.status != HTTPStatus.NO_CONTENT:
            # RFC 9110, 8.6: a 204 has no length.
            end += f"content-length: {len(raw)}\r\n"
        return b"".join((self._head(reply), end.encode("latin-1"), b"\r\n", raw if body else b""))

    def _head(self, reply: Reply) -> bytes:
        key = (reply.status, reply.headers)
        head = self._heads.get(key)
        if head is None:
            lines = [f"HTTP/1.1 {reply.status} {_PHRASES.get(reply.status, '')}"]
            lines += [_LINE_ENDS.sub(" ", f"{name}: {value}") for name, value in reply.headers]
            head = "\r\n".join([*lines, ""]).encode("latin-1", "replace")
            self._heads.keep(key, head, len(head))
        return head


def _chunks(body: bytes) -> bytes:
    """A body in two chunks, so that a client has something to put together; only a variant asks."""
    half = len(body) // 2
    pieces = [each for each in (body[:half], body[half:]) if each]
    return b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in pieces) + b"0\r\n\r\n"
