"""Which media type a request body has, and which one its response should have.

The results depend on the headers and on what the contract lists for an operation, and the same
headers come again and again, so the results are kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

# The characters of an Accept header that are read.
MAX_HEADER = 4096

# platform-docs: scripted REST APIs take the older name of XML as a third type.
_SYNONYMS = {"text/xml": "application/xml"}
_MEDIA_RANGE = re.compile(r"([!#$%&'+.^_`|~0-9a-z-]+)/([!#$%&'+.^_`|~0-9a-z-]+|\*)|\*/\*")
_QUALITY = re.compile(r"0?\.[0-9]+|0\.?|1(\.0*)?")
_JSON_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
# A document in UTF-16 shows by its first bytes what it is.
_CHARSETS = {"application/xml": _JSON_CHARSETS | {"utf-16"}}


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The one of the offered media types that an Accept header likes best, None if it likes none.

    The highest quality wins, then the closer description, then the place in the header, then the
    place in `offered`. Parts of the header that are malformed count for nothing.
    """
    # PLT-007: clients that send no Accept are served.
    if accept is None or not accept[:MAX_HEADER].strip(" \t,"):
        return offered[0] if offered else None
    if len(accept) > MAX_HEADER:
        accept = accept[:MAX_HEADER].rpartition(",")[0]
    return _choose(accept, tuple(offered))


def content_type(header: str | None, accepted: Sequence[str]) -> str | None:
    """The one of the accepted media types that a body has, None if it has another one."""
    # PLT-007: clients that send no Content-Type are served.
    if header is None or not header[:MAX_HEADER].strip():
        return accepted[0] if accepted else None
    return _content_type(header[:MAX_HEADER], tuple(accepted))


@lru_cache(maxsize=64)
def header_of(media_type: str) -> str:
    """The Content-Type header of a response of this media type, as instances write it."""
    return f"{media_type};charset=UTF-8"


@lru_cache(maxsize=512)
def _choose(accept: str, offered: tuple[str, ...]) -> str | None:
    best: tuple[float, int, int, int] | None = None
    chosen = None
    ranges = _ranges(accept)
    for place, media_type in enumerate(offered):
        fits = [
            (closeness, quality, -position)
            for position, (name, quality) in enumerate(ranges)
            if (closeness := _closeness(name, media_type, offered))
        ]
        if not fits:
            continue
        # RFC 9110, 12.5.1: the closest description speaks for a media type, also against it.
        closeness, quality, position = max(fits)
        rank = (quality, closeness, position, -place)
        if quality > 0 and (best is None or rank > best):
            best, chosen = rank, media_type
    return chosen


def _ranges(accept: str) -> list[tuple[str, float]]:
    """The well-formed media ranges of an Accept header, each with its quality."""
    found = []
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        quality = "1"
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = value.strip()
        if _MEDIA_RANGE.fullmatch(name) and _QUALITY.fullmatch(quality):
            found.append((name, float(quality)))
    return found


def _closeness(name: str, media_type: str, offered: tuple[str, ...]) -> int:
    """How closely a media range describes a media type: 3 by its name, 0 not at all."""
    if _known(name, offered) == media_type:
        return 3
    if name == f"{media_type.partition('/')[0]}/*":
        return 2
    return 1 if name == "*/*" else 0


@lru_cache(maxsize=512)
def _content_type(header: str, accepted: tuple[str, ...]) -> str | None:
    name, *parameters = (piece.strip() for piece in header.lower().split(";"))
    media_type = _known(name, accepted)
    if media_type not in accepted:
        return None
    charsets = _CHARSETS.get(media_type, _JSON_CHARSETS)
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "charset" and value.strip().strip('"') not in charsets:
            return None
    return media_type


def _known(name: str, listed: tuple[str, ...]) -> str:
    """The name under which the contract lists a media type."""
    return name if name in listed else _SYNONYMS.get(name, name)
