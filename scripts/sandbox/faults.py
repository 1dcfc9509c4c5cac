"""Deliberate faults, switched on by name, for trying out clients and conformance suites.

A fault changes the reply after it was proven against the contract, so that the sandbox itself never
lies by accident, only on request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from scripts.kit.errors import ConfigError
from scripts.sandbox.messages import Reply

Change = Callable[[Reply], Reply]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of being wrong: what it does, in words, and to the reply."""

    name: str
    says: str
    change: Change


def _server_error(_: Reply) -> Reply:
    return Reply(500, (("content-type", "text/html"),), b"<html><body>Internal error</body></html>")


def _empty_body(reply: Reply) -> Reply:
    return Reply(reply.status, reply.headers, b"")


def _truncated_body(reply: Reply) -> Reply:
    return Reply(reply.status, reply.headers, reply.body[: len(reply.body) // 2])


def _hibernating(_: Reply) -> Reply:
    page = b"<html><head><title>Instance Hibernating page</title></head><body></body></html>"
    return Reply(200, (("content-type", "text/html;charset=UTF-8"),), page)


def _wrong_content_type(reply: Reply) -> Reply:
    others = tuple(pair for pair in reply.headers if pair[0] != "content-type")
    return Reply(reply.status, (("content-type", "text/plain"), *others), reply.body)


def _no_challenge(reply: Reply) -> Reply:
    kept = tuple(pair for pair in reply.headers if pair[0].casefold() != "www-authenticate")
    return Reply(reply.status, kept, reply.body)


def _ok_for_created(reply: Reply) -> Reply:
    return Reply(200, reply.headers, reply.body) if reply.status == 201 else reply


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("server-error", "Every request fails with an HTML page and 500.", _server_error),
        Fault("empty-body", "Every body is empty.", _empty_body),
        Fault("truncated-body", "Every body ends half way.", _truncated_body),
        Fault("hibernating", "Every request gets the page of a sleeping instance.", _hibernating),
        Fault("wrong-content-type", "Every body is sent as text/plain.", _wrong_content_type),
        Fault("no-challenge", "A 401 has no WWW-Authenticate.", _no_challenge),
        Fault("ok-for-created", "A creation answers 200 instead of 201.", _ok_for_created),
    )
}


def check(names: Collection[str]) -> None:
    """Hold that every name is one of a fault.

    Raises:
        ConfigError: one is not; the error lists those that exist.
    """
    for name in names:
        if name not in FAULTS:
            known = ", ".join(sorted(FAULTS))
            raise ConfigError(f"there is no fault '{name}'", fix=f"Choose from: {known}")


def apply(names: Collection[str], reply: Reply) -> Reply:
    """The reply as an instance with these faults would send it."""
    for name in sorted(names):
        reply = FAULTS[name].change(reply)
    return reply
