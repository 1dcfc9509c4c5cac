"""What a client raises for a response that is no success."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    import httpx


class ApiError(Exception):
    """The instance refused the request, or could not serve it.

    `message` and `detail` are the instance's own words, empty where it has none; `body` is the
    error as the contract describes it, or the text of a response that it does not describe.
    """

    def __init__(self, operation: str, response: httpx.Response, body: Any) -> None:
        self.operation = operation
        self.status = response.status_code
        self.response = response
        self.body = body
        self.message, self.detail = _words(body)
        text = ": ".join(filter(None, (self.message, self.detail)))
        # Where the page of a list begins that could not be read.
        self.offset: int | None = None
        super().__init__(
            f"{operation} was answered with {self.status}" + (f" ({text})" if text else "")
        )

    def in_page(self, offset: int) -> Self:
        """The same error, which also says where the page begins that could not be read."""
        self.offset = offset
        self.args = (f"{self}, for the page that begins at record {offset}",)
        return self


class RefusedError(ApiError):
    """The status says success and the body says failure: an offer that was not made, a list cut short."""


class InvalidRequestError(ValueError):
    """A request with a field that the contract does not know, or half of a pair; it was not sent."""


class UnexpectedAnswerError(ApiError):
    """A status or a body that the contract does not describe, such as a page of a proxy."""


def failure_in(body: Any) -> bool:
    """Whether a JSON body says that something failed."""
    if not isinstance(body, Mapping):
        return False
    parts = [part for part in (body, body.get("result")) if isinstance(part, Mapping)]
    return bool(body.get("error")) or any(
        part.get("success") is False or str(part.get("status", "")).lower() == "failure"
        for part in parts
    )


def _words(body: Any) -> tuple[str, str]:
    """Message and detail of an error, in whichever of the documented envelopes they stand."""
    envelope = _part(body, "error") or _part(body, "result")
    if isinstance(envelope, str):
        return envelope, ""
    found = _part(envelope, "error") or envelope
    if isinstance(found, str):
        return found, ""
    listed = "; ".join(map(str, _part(found, "errors") or ()))
    message = _part(found, "message") or listed
    return str(message), str(_part(found, "detail") or "")


def _part(node: Any, name: str) -> Any:
    return node.get(name) if isinstance(node, Mapping) else getattr(node, name, None)
