"""Faults that no single operation has: of every response, of how callers are known, and now and then."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import replace
from typing import Any
from urllib.parse import unquote_plus
from xml.etree.ElementTree import tostring

from ccaas_kit.contract.parsing import UnreadableError, parse_xml
from ccaas_kit.faults.blocks import (
    accepting,
    answering,
    body,
    every,
    fields,
    has,
    html,
    page,
    refused,
    renamed,
    sent_as,
    served,
    status,
    with_header,
    without_header,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.contract import JSON, XML
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.http.refusals import cancelled
from ccaas_kit.sandbox.http.responses import render


def _empty(response: Response) -> Response:
    return Response(response.status, response.headers, b"")


def _cut_off(response: Response) -> Response:
    return Response(response.status, response.headers, response.body[: len(response.body) // 2])


def _latin(response: Response) -> Response:
    return Response(
        response.status, response.headers, response.body.decode().encode("latin-1", "replace")
    )


def _doubly_encoded(response: Response) -> Response:
    return Response(response.status, response.headers, response.body.decode("latin-1").encode())


def _of_envelope(change: Any) -> Any:
    """A change of what has the shape of the platform's refusals."""

    def of_body(value: Any) -> None:
        if isinstance(value, dict) and isinstance(value.get("error"), dict):
            change(value)

    return of_body


def _flat(envelope: dict[str, Any]) -> None:
    envelope["error"] = envelope["error"].get("message", "")


def _after_writing(asked: Asked) -> Response:
    wrote = asked.kept.pop("wrote", False)
    response = asked.response()
    if asked.request.method != "GET":
        asked.kept["wrote"] = response.status < 300
    elif wrote and response.status < 300:
        return status(500)(response)
    return response


def _never_in_xml(asked: Asked) -> Response:
    response = asked.response()
    if not 400 <= response.status < 500 or not accepting(XML)(asked):
        return response
    return asked.response(asked.with_headers(accept=JSON))


def _half_read(asked: Asked) -> Response:
    try:
        root = parse_xml(asked.request.body) if sent_as(XML)(asked) else None
    except UnreadableError:
        root = None
    if root is None:
        return asked.response()
    for element in [*root.iter()]:
        for child in [*element][1:]:
            element.remove(child)
    return asked.response(replace(asked.request, body=tostring(root)))


def _cancelled(response: Response) -> Response:
    return body(lambda value: value.update(cancelled()) if isinstance(value, dict) else None)(
        response
    )


def _firewall(asked: Asked) -> Response:
    sent = unquote_plus(asked.request.query).encode() + asked.request.body
    if any(fragment in sent for fragment in (b"'", b"<", b"\\u003c", b"\\u0027")):
        return page(403, "Request blocked")
    return asked.response()


# The clauses that say what the platform's refusals look like.
_ENVELOPE = (
    "AGT-PUT-47 EXT-GET-41 EXT-PUT-56 INT-CREATE-79 INT-CLOSE-54 AWA-OFFER-138 CON-LIST-232 "
    "CON-GET-160 CON-CREATE-162"
)


def _fault(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    return Fault(name, says, tuple(breaks.split()), behave)


FAULTS: tuple[Fault, ...] = (
    _fault(
        "server-error",
        "Every request fails with an HTML page and 500.",
        "@not_a_server_error @content_type_conformance",
        answering(html(500)),
    ),
    _fault(
        "empty-body",
        "Every body is empty.",
        "@content_type_conformance @schema",
        answering(_empty),
    ),
    _fault(
        "truncated-body",
        "Every body ends half way.",
        "@content_type_conformance @schema",
        answering(_cut_off),
    ),
    _fault(
        "hibernating",
        "Every request gets the page of a sleeping instance.",
        "@content_type_conformance @schema",
        lambda _: page(200, "Instance Hibernating page"),
    ),
    _fault(
        "wrong-content-type",
        "Every body is sent as text/plain.",
        "@content_type_conformance @schema @accept-json @accept-none @accept-xml",
        answering(with_header("content-type", "text/plain")),
    ),
    _fault(
        "no-challenge",
        "A 401 has no WWW-Authenticate.",
        "AGT-PUT-46 EXT-GET-40 EXT-PUT-55 INT-CREATE-80 INT-CLOSE-55 AWA-OFFER-137 CON-LIST-234 "
        "CON-CREATE-164 CON-GET-162 @response_headers_conformance @basic-challenge",
        answering(without_header("www-authenticate"), has(401)),
    ),
    _fault(
        "ok-for-created",
        "A creation answers 200 instead of 201.",
        "AGT-PUT-S201 AGT-PUT-04 EXT-PUT-S201 EXT-PUT-05 INT-CREATE-S201 INT-CREATE-01 "
        "CON-CREATE-S201 CON-CREATE-001 @status_code_conformance",
        answering(status(200), has(201)),
    ),
    _fault(
        "accept-refused-in-xml",
        "The refusal of an Accept is XML.",
        "@refused-in-json @content_type_conformance",
        answering(lambda response: render(406, response.body, XML), has(406)),
    ),
    _fault(
        "error-as-text",
        "The error of a refusal is a text.",
        _ENVELOPE,
        answering(body(_of_envelope(_flat)), refused),
    ),
    _fault(
        "error-renamed",
        "A refusal calls its error fault.",
        _ENVELOPE,
        answering(body(_of_envelope(renamed("error", "fault"))), refused),
    ),
    _fault(
        "error-says-success",
        "A refusal has the status success.",
        _ENVELOPE,
        answering(body(_of_envelope(fields(status="success"))), refused),
    ),
    _fault(
        "fails-now-and-then",
        "Each fortieth call fails inside the instance.",
        "@not_a_server_error @500-says-more",
        answering(status(500), every(40)),
    ),
    _fault(
        "page-now-and-then",
        "Each thirtieth answer is the page of a proxy.",
        "@content_type_conformance @schema @accept-json",
        answering(html(200, "Please wait"), every(30)),
    ),
    _fault(
        "latin-letters",
        "Letters beyond ASCII are sent in ISO 8859-1 and called UTF-8.",
        "CON-CREATE-014 @content_type_conformance @schema @mapping-read-back @contact-kept",
        answering(_latin),
    ),
    _fault(
        "doubly-encoded",
        "Letters beyond ASCII are encoded twice.",
        "@mapping-read-back @mapping-any-text @contact-kept @contact-non-ascii",
        answering(_doubly_encoded),
    ),
    _fault(
        "reading-fails-after-writing",
        "The first reading after a writing fails inside the instance.",
        "@not_a_server_error @500-says-more",
        _after_writing,
    ),
    _fault(
        "errors-never-in-xml",
        "Refusals are JSON, whatever is asked for.",
        "@refused-in-xml @unknown-refused-in-xml",
        _never_in_xml,
    ),
    _fault(
        "xml-bodies-half-read",
        "Of each element in the body of a request nothing but the first child is read.",
        "@xml-fields-read",
        _half_read,
    ),
    _fault(
        "cancelled-now-and-then",
        "Each twentieth success has an error beside its result.",
        "@success-without-error",
        answering(_cancelled, every(20, served)),
    ),
    _fault(
        "cut-off-now-and-then",
        "Each thirtieth success ends too early.",
        "@schema @accept-json",
        answering(lambda response: replace(response, body=response.body[:-1]), every(30, served)),
    ),
    _fault(
        "byte-order-mark",
        "A byte order mark stands before every body.",
        "@accept-json @accept-none",
        answering(lambda response: replace(response, body=BOM_UTF8 + response.body)),
    ),
    _fault(
        "firewall",
        "A firewall refuses what has an apostrophe or an angle bracket in it, with a page.",
        "@content_type_conformance",
        _firewall,
    ),
)
