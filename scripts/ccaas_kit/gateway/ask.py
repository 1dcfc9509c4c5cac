"""One request to an operation, in the words of the contract."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ccaas_kit.gateway.users import OWN

JSON = "application/json"
XML = "application/xml"
ABSENT: Any = object()


@dataclass(frozen=True, slots=True)
class Ask:
    """A request by its operation and what varies in it.

    `body` is a JSON value, `raw` any bytes in its place. `media` and `accept` are headers, None
    sends none. `version` chooses the versioned URL. `method` is one that the path of the operation
    does not have; without it the request has the operation's own. `positive` says whether the
    contract admits the request.
    """

    operation: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str | int] = field(default_factory=dict)
    body: Any = ABSENT
    raw: bytes | None = None
    media: str | None = JSON
    accept: str | None = JSON
    user: str = OWN
    version: str | None = None
    method: str | None = None
    positive: bool = True
