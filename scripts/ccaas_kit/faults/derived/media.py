"""Rules about media types, and about bodies as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import orjson

from ccaas_kit.contract import pointers
from ccaas_kit.faults.blocks import both, calls, has, retrying
from ccaas_kit.faults.derived.scope import Scope
from ccaas_kit.faults.fault import Asked, Fault
from ccaas_kit.sandbox.contract import JSON, XML
from ccaas_kit.sandbox.http import json_bodies, xml_bodies
from ccaas_kit.sandbox.http.messages import Request, Response


def accept(scope: Scope) -> Iterator[Fault]:
    """A documented Accept is refused or answered in another type, one that is not documented is served."""
    for media in (*scope.operation.offered, ""):
        asks = _header("accept", media)
        success = next(number for number in scope.operation.responses if number < 300)
        node = f"{scope.response(success)[-1]}/content/{(media or JSON).replace('/', '~1')}"
        breaks = scope.at((node, scope.node))
        name = media or "no Accept"
        yield scope.fault(
            "accept-refused",
            name,
            f"{scope.id} refuses {name} in Accept.",
            breaks,
            scope.refusing(asks, 406),
        )
        yield scope.fault(
            "accept-refused-400",
            name,
            f"{scope.id} answers 400 to {name} in Accept.",
            breaks,
            scope.refusing(asks, 400),
        )
        other = JSON if media == XML else XML
        if other in scope.operation.offered:

            def behave(
                asked: Asked, asks: Callable[[Asked], bool] = asks, other: str = other
            ) -> Response:
                return (
                    asked.response(asked.with_headers(accept=other))
                    if asks(asked)
                    else asked.response()
                )

            says = f"{scope.id} answers {name} in Accept with {other}."
            yield scope.fault(
                "accept-mistaken",
                name,
                says,
                breaks,
                behave,
                alters="" if media == JSON else f"accept/{name}",
            )
    if 406 in scope.operation.responses:
        served = retrying(lambda asked: asked.with_headers(accept=JSON), has(406))
        says = f"{scope.id} serves an Accept that it cannot satisfy."
        yield scope.fault(
            "accept-not-held", "", says, scope.at(scope.response(406)), served, alters="406"
        )


def refused_in_json(scope: Scope) -> Iterator[Fault]:
    """A refusal is JSON where XML is asked for."""
    for number, response in scope.operation.responses.items():
        if not 400 <= number < 429 or XML not in response.media:
            continue
        asks = _header("accept", XML)

        def in_json(asked: Asked, asks: Callable[[Asked], bool] = asks) -> Request | None:
            return asked.with_headers(accept=JSON) if asks(asked) else None

        says = f"{scope.id} refuses with {number} in JSON where XML is asked for."
        breaks = scope.at(scope.response(number))
        behave = retrying(in_json, has(number))
        yield scope.fault(
            "refused-in-json", str(number), says, breaks, behave, alters=f"{number}/XML"
        )


def content_type(scope: Scope) -> Iterator[Fault]:
    """A documented media type of a body is refused or its content ignored, another one is read."""
    form = scope.operation.body
    if form is None:
        return
    for media in form.media:
        sends = _header("content-type", media)
        root = pointers.resolve(scope.contract.document, f"{scope.content(media)}/schema").get(
            "$ref", ""
        )
        breaks = scope.at((scope.content(media), root))
        says = f"{scope.id} refuses a body in {media}."
        for number in (400, 415):
            yield scope.fault(
                "body-refused", f"{media}-{number}", says, breaks, scope.refusing(sends, number)
            )
        if scope.requests and any(place.steps and scope.shows(place) for place in scope.sent):
            example = orjson.dumps(scope.requests[-1])

            def behave(
                asked: Asked, sends: Callable[[Asked], bool] = sends, example: bytes = example
            ) -> Response:
                if not sends(asked) or scope.read(asked.request) is None:
                    return asked.response()
                return asked.response(replace(asked.with_headers(content_type=JSON), body=example))

            says = f"{scope.id} takes a body in {media} and reads another one."
            yield scope.fault("body-ignored", media, says, breaks, behave)
    # At a body that is required stands that a call without one is rejected.
    breaks = scope.at((*(() if form.required else scope.body), scope.content(JSON)))
    untyped = scope.refusing(lambda asked: "content-type" not in asked.request.headers)
    yield scope.fault(
        "body-refused",
        "no Content-Type",
        f"{scope.id} refuses a call without Content-Type.",
        breaks,
        untyped,
    )
    as_json = retrying(lambda asked: asked.with_headers(content_type=JSON), has(415))
    says = f"{scope.id} reads a body as JSON whatever its Content-Type says."
    yield scope.fault(
        "media-not-held",
        "as JSON",
        says,
        scope.at(scope.response(415)),
        as_json,
        alters="415",
    )
    from_xml = retrying(
        lambda asked: _as_json(scope, asked),
        both(has(415), calls(_header("content-type", XML))),
    )
    says = f"{scope.id} reads XML."
    if XML not in form.media:
        yield scope.fault(
            "media-not-held",
            "XML",
            says,
            scope.at((*scope.response(415), scope.node)),
            from_xml,
            alters="415",
        )


def root(scope: Scope) -> Iterator[Fault]:
    """XML has another root element: what is sent, and what is read."""
    for number, response in scope.operation.responses.items():
        media = response.media.get(XML)
        if media is None or number >= 300:
            continue
        schema = pointers.resolve(
            scope.contract.document, f"{scope.response(number)[-1]}/content/application~1xml/schema"
        )

        def renamed(asked: Asked, name: str = media.root, number: int = number) -> Response:
            response = asked.response()
            if response.status != number or not response.body.startswith(b"<?xml"):
                return response
            raw = response.body.replace(f"<{name}>".encode(), b"<xml>").replace(
                f"</{name}>".encode(), b"</xml>"
            )
            return Response(response.status, response.headers, raw)

        breaks = scope.at([schema.get("$ref", "")])
        yield scope.fault(
            "xml-root",
            str(number),
            f"{scope.id} names the root element of {number} otherwise.",
            breaks,
            renamed,
            alters=f"{number}/XML",
        )


def body_needed(scope: Scope) -> Iterator[Fault]:
    """A body that is needed may be missing or unreadable, one that is not needed is demanded."""
    form = scope.operation.body
    if form is None:
        behave = scope.refusing(lambda asked: bool(asked.request.body))
        breaks = scope.at([scope.node])
        yield scope.fault(
            "body-not-ignored", "", f"{scope.id} refuses a call with a body.", breaks, behave
        )
        return
    breaks = (*scope.at(scope.body), *scope.at(scope.response(400)))
    if not form.required:
        behave = scope.refusing(lambda asked: not asked.request.body)
        yield scope.fault(
            "body-demanded", "", f"{scope.id} refuses a call without a body.", breaks, behave
        )
    elif scope.requests:
        example = orjson.dumps(scope.requests[-1])

        def fill(asked: Asked) -> Request | None:
            return (
                None
                if asked.request.body
                else replace(asked.with_headers(content_type=JSON), body=example)
            )

        says = f"{scope.id} serves a call without a body."
        yield scope.fault(
            "body-not-demanded",
            "",
            says,
            breaks,
            retrying(fill, has(400)),
            alters="400/no body",
        )
    empty = orjson.dumps(scope.requests[-1] if scope.requests else {})

    def mend(asked: Asked) -> Request | None:
        if not asked.request.body or scope.read(asked.request) is not None:
            return None
        return replace(asked.with_headers(content_type=JSON), body=empty)

    says = f"{scope.id} serves a body that cannot be read."
    alters = "400/an unreadable body"
    yield scope.fault(
        "body-unreadable-served", "", says, breaks, retrying(mend, has(400)), alters=alters
    )


def _header(name: str, media: str) -> Callable[[Asked], bool]:
    """Calls whose header names a media type, or which lack the header."""

    def test(asked: Asked) -> bool:
        value = asked.request.headers.get(name, "")
        return value.partition(";")[0].strip() == media if media else not value

    return test


def _as_json(scope: Scope, asked: Asked) -> Request | None:
    form = scope.operation.body
    if form is None:
        return None
    try:
        value: Any = xml_bodies.read(
            asked.request.body, form.media[JSON].schema, scope.contract.document
        )
    except json_bodies.BodyError:
        return None
    return scope.with_value(asked, value)
