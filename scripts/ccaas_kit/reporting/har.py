"""The traffic of a run as an HTTP archive (HAR 1.2), without credentials."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from ccaas_kit.contract.redaction import HIDDEN
from ccaas_kit.model.exchanges import Exchange, Response

_VERSION = "HTTP/1.1"
# Bytes of a body that are kept: one probe sends more than the platform reads.
_LONGEST_BODY = 256 * 1024


def document(entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """An archive with these entries."""
    creator = {"name": "ccaas", "version": "1"}
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def entries(exchanges: Iterable[Exchange], hidden: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The entries of an archive, one by one, since all together are large.

    `hidden` names the headers whose values are left out.
    """
    for exchange in exchanges:
        yield _entry(exchange, hidden)


def _entry(exchange: Exchange, hidden: frozenset[str]) -> dict[str, Any]:
    response = exchange.response
    sizes = exchange.sizes or (
        len(exchange.request_body or b""),
        len(response.body if response else b""),
    )
    milliseconds = round((exchange.response.seconds if exchange.response else 0.0) * 1000, 2)
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.started, UTC).isoformat(),
        "time": milliseconds,
        "request": _request(exchange, hidden, sizes[0]),
        "response": _response(exchange.response, hidden, sizes[1]),
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
        "comment": f"{exchange.operation.id}, {exchange.source or exchange.phase}",
        # What an archive cannot say otherwise: with whose credentials the request was sent.
        "_credentials": exchange.credentials,
    }


def _request(exchange: Exchange, hidden: frozenset[str], size: int) -> dict[str, Any]:
    body = exchange.request_body
    request = {
        "method": exchange.method,
        "url": exchange.url,
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _headers(exchange.request_headers, hidden),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(exchange.query, keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": size,
    }
    if body is not None:
        kind = {name.lower(): value for name, value in exchange.request_headers.items()}
        request["postData"] = {"mimeType": kind.get("content-type", ""), **_text(body, size)}
    return request


def _response(response: Response | None, hidden: frozenset[str], size: int) -> dict[str, Any]:
    body = response.body if response else b""
    content = {
        "size": size,
        "mimeType": response.headers.get("content-type", "") if response else "",
        **_text(body, size),
    }
    return {
        "status": response.status if response else 0,
        "statusText": "",
        "httpVersion": _VERSION,
        "cookies": [],
        "headers": _headers(response.headers if response else {}, hidden),
        "content": content,
        "redirectURL": response.headers.get("location", "") if response else "",
        "headersSize": -1,
        "bodySize": size,
    }


def _headers(headers: Mapping[str, str], hidden: frozenset[str]) -> list[dict[str, str]]:
    return [
        {"name": name, "value": HIDDEN if name.lower() in hidden else value}
        for name, value in headers.items()
    ]


def _text(body: bytes, size: int) -> dict[str, str]:
    """A body as an archive has it: as text, so that it can be searched for secrets.

    A comment says so where it is not the whole body to the letter.
    """
    head = body[:_LONGEST_BODY]
    comments = []
    if len(head) < size:
        comments.append(f"cut off after {len(head)} of {size} bytes")
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        comments.append("bytes that are no UTF-8 are written as \\xNN")
    text = head.decode("utf-8", "backslashreplace")
    return {"text": text, "comment": ", ".join(comments)} if comments else {"text": text}
