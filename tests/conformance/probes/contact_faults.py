"""Faults of lists: queries that are read another way, and responses that hold other records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed

Change = Callable[[dict[str, str]], dict[str, str]]
QUERY = "#/components/schemas/EncodedQuery"
LIST = "listContacts"


def parameters(request: Request) -> dict[str, str]:
    return dict(parse_qsl(request.query, keep_blank_values=True))


def tampered(change: Change) -> Callable[[Request], Request]:
    """What sends other parameters to the sandbox, for lists alone."""

    def tamper(request: Request) -> Request:
        if not bed.is_of(request, LIST):
            return request
        return replace(request, query=urlencode(change(parameters(request))))

    return tamper


def rewritten(change: Callable[[str], str]) -> Callable[[Request], Request]:
    """What sends another query to the sandbox."""

    def changed(sent: dict[str, str]) -> dict[str, str]:
        query = change(sent["sysparm_query"]) if "sysparm_query" in sent else None
        return {**sent, "sysparm_query": query} if query is not None else sent

    return tampered(changed)


def listing(change: Callable[[Any], Any]) -> Callable[[Request, Response], Response]:
    """What answers lists with another JSON body."""

    def fault(request: Request, response: Response) -> Response:
        if bed.is_of(request, LIST) and response.status == 200:
            return bed.with_json(response, change)
        return response

    return fault


def answering(status: int, when: Callable[[dict[str, str]], bool]) -> Any:
    """What answers lists with another status where the parameters are such."""

    def fault(request: Request, response: Response) -> Response:
        if bed.is_of(request, LIST) and when(parameters(request)):
            return bed.with_status(response, status)
        return response

    return fault


def narrowing_alone(query: str) -> str:
    """The query without what is asked of the contacts of the run."""
    return query.partition("^")[0]


def without_last(query: str) -> str:
    """The query without its last term."""
    return query.rpartition("^")[0]
