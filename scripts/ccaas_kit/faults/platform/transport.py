"""What goes wrong between a client and an instance, and the clocks of both: for users' own tests.

The faults break no promise of a page. They show what a client makes of a gateway that answers in
place of the instance, of requests that are served twice, and of writes that are reported as failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import orjson

from ccaas_kit.faults.blocks import answering, every, in_place, page, with_header
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.http.responses import render

_READING = ("GET", "HEAD", "OPTIONS")
# Each so-many-th call meets a fault that comes now and then.
_NOW_AND_THEN = 40


def _dated(ahead: timedelta) -> Behave:
    """Another Date header than that of the instance's own clock."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        date = format_datetime(asked.instance.now() + ahead, usegmt=True)
        return with_header("date", date)(response)

    return behave


def _gateway(number: int, **headers: str) -> Callable[[Asked], Response]:
    shown = page(number, "Service unavailable")
    return lambda _: replace(shown, headers=(*shown.headers, *headers.items()))


def _writes(asked: Asked, response: Response) -> bool:
    return asked.request.method not in _READING and 200 <= response.status < 300


def _failed(asked: Asked) -> Response:
    """A write that is served is reported as failed, each third of them."""
    response = asked.response()
    if not every(3, _writes)(asked, response):
        return response
    return render(500, orjson.dumps(asked.instance.contract.example("scriptFailedResponse")))


def _twice(asked: Asked) -> Response:
    """A write is served a second time, as by a gateway that sends it again."""
    response = asked.response()
    return asked.response() if _writes(asked, response) else response


def _late(asked: Asked) -> Response:
    time.sleep(3)
    return asked.response()


def _echo(asked: Asked) -> Response:
    """The credentials of the request, in a header and in the text of each error."""
    response, sent = asked.response(), asked.request.headers.get("authorization", "")
    if not sent:
        return response
    response = with_header("X-Received-Authorization", sent)(response)
    if response.status < 400:
        return response
    body = {"error": {"message": f"Not for {sent}", "detail": sent}, "status": "failure"}
    return Response(response.status, response.headers, orjson.dumps(body))


def _cut_off(response: Response) -> Response:
    """More is announced than comes, so that the connection breaks off."""
    return with_header("content-length", str(len(response.body) + 64))(response)


VARIANTS: tuple[Fault, ...] = tuple(
    Fault(name, says, (), behave)
    for name, says, behave in (
        (
            "variant-date-behind",
            "The Date header is 90 s behind the clock of the instance.",
            _dated(timedelta(seconds=-90)),
        ),
        (
            "variant-date-ahead",
            "The Date header is 90 s ahead of the clock of the instance.",
            _dated(timedelta(seconds=90)),
        ),
        (
            "variant-date-apart",
            "The clock of the instance is an hour ahead of the Date header.",
            _dated(timedelta(hours=-1)),
        ),
        (
            "variant-maintenance",
            "Each hundredth call is answered by a gateway: 503, come back in a second.",
            in_place(100, _gateway(503, **{"Retry-After": "1"})),
        ),
    )
)
FAULTS: tuple[Fault, ...] = tuple(
    Fault(name, says, (), behave)
    for name, says, behave in (
        (
            "transport-gateway",
            "Each fortieth call is answered 502 with an HTML page.",
            in_place(_NOW_AND_THEN, _gateway(502)),
        ),
        (
            "transport-broken-off",
            "Each fortieth answer breaks off in the middle.",
            answering(_cut_off, every(_NOW_AND_THEN)),
        ),
        ("transport-written-500", "Each third write is served and answered 500.", _failed),
        ("transport-twice", "Each write is served twice.", _twice),
        ("transport-late", "Each answer takes 3 s.", _late),
        ("transport-echo", "Answers hold the credentials of their request.", _echo),
        (
            "transport-false-encoding",
            "Answers are called gzip, and are none.",
            answering(with_header("content-encoding", "gzip")),
        ),
    )
)
