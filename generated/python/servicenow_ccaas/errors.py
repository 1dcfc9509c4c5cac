# Written by `make build` from scripts/pyclient/runtime/errors.py. Do not edit.
"""What a client raises for a response that is no success."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
        told = ": ".join(filter(None, (self.message, self.detail)))
        super().__init__(
            f"{operation} was answered with {self.status}" + (f" ({told})" if told else "")
        )


class UnexpectedAnswerError(ApiError):
    """A status or a body that the contract does not describe, such as a page of a proxy."""


def _words(body: Any) -> tuple[str, str]:
    """Message and detail of an error, in whichever of the documented envelopes they stand."""
    envelope = getattr(body, "error", None) or getattr(body, "result", None)
    if isinstance(envelope, str):
        return envelope, ""
    found = getattr(envelope, "error", None) or envelope
    if isinstance(found, str):
        return found, ""
    listed = "; ".join(getattr(found, "errors", None) or ())
    message = getattr(found, "message", None) or listed
    return str(message), str(getattr(found, "detail", None) or "")
