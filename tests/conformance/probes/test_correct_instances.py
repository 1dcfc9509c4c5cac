"""Correct instances of another kind: what each of them does is no violation."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.probes.contact import form
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from tests.conformance.probes import bed, contact_bed, faults
from tests.conformance.probes.bed import Fault
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.offer_faults import BUSY, CALLS, DESK, refuses, terms

CREATE = "createInteraction"


def at_first(fault: Fault, when: Callable[[Request, Response], bool]) -> Fault:
    """A fault of the first response only for which something holds."""
    seen: list[bool] = []

    def first(request: Request, response: Response) -> Response:
        if seen or not when(request, response):
            return response
        seen.append(True)
        return fault(request, response)

    return first


def _limited(response: Response) -> Response:
    return bed.with_header(bed.with_status(response, 429), "Retry-After", "0")


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("interaction-channels", CREATE),
        ("bad-value-400", "getExternalIdMapping"),
        ("malformed-refused", CREATE),
        ("body-xml", "closeInteraction"),
        ("list-invalid-query", "listContacts"),
        ("page-offset-negative", "listContacts"),
        ("contact-types", "createContact"),
    ],
)
def test_a_rate_limit_that_lasts_stands_in_the_way(
    target: Targets, name: str, operation: str
) -> None:
    pointers = {
        "bad-value-400": "#/components/parameters/DocumentId",
        "malformed-refused": "#/components/schemas/CreateInteractionRequest/properties/context_id",
    }
    seen = target(fault=faults.on(operation, _limited))

    bed.blocked(seen, name, operation, pointers.get(name, ""))


def test_a_text_that_nobody_may_send_says_nothing_of_its_signs(target: Targets) -> None:
    fault = faults.on("createContact", faults.status(401), when=faults.sends("O'Brien"))

    bed.unverified(target(fault=fault), "contact-signs", "createContact", form.REQUEST)


@pytest.mark.parametrize(
    ("name", "has_it", "pointer"),
    [
        ("offer-timeout-number", lambda body: "timeout" in terms(body), ""),
        ("offer-flag-texts", lambda body: "allowed_to_decline" in terms(body), ""),
        ("offer-moment-ago", lambda body: "offered_on" in terms(body), ""),
        ("offer-segment", lambda body: "external_segment_id" in body, ""),
        ("offer-external-queue", lambda body: body["queue_id"].startswith("calls"), ""),
        (
            "transfer-values",
            lambda body: body.get("transfer", {}).get("target_type") == "agent",
            "#/components/schemas/OfferTransfer/properties/target_type",
        ),
        ("transfer-to-agent", lambda body: "transfer" in body, ""),
    ],
)
def test_an_agent_may_be_busy_for_a_moment(
    target: Targets,
    name: str,
    has_it: Callable[[dict[str, Any]], bool],
    pointer: str,
) -> None:
    pauses: list[float] = []
    busy = refuses(lambda _: True, status=409, message=BUSY)
    is_it: Fault = refuses(has_it, status=418)
    seen = target(
        fault=at_first(
            busy,
            lambda request, response: (
                response.status == 200 and is_it(request, response).status == 418
            ),
        ),
        sleep=pauses.append,
    )

    bed.conforms(seen, name, "offerWork", pointer)
    assert pauses


FAILURES = [
    render(500, b'{"error": {"message": "It failed"}}', "application/xml"),
    Response(500, (("Content-Type", "text/html"),), b"<html>500</html>"),
]


@pytest.mark.parametrize("failure", FAILURES, ids=["XML", "a page"])
def test_a_500_need_not_be_json(target: Targets, failure: Response) -> None:
    seen = target(fault=lambda _request, _response: failure)
    try:
        seen.call("closeInteraction", path={"interaction_id": "0" * 32}, accept="application/xml")
    except InconclusiveError:
        bed.unverified(seen, "500-says-more", "closeInteraction")
    else:
        bed.conforms(seen, "500-says-more", "closeInteraction")


@pytest.mark.parametrize("name", ["interaction-at-both", "interaction-in-xml"])
@pytest.mark.parametrize("operation", [CREATE, "closeInteraction"])
@pytest.mark.parametrize("every", [2, 3, 4, 5])
def test_routing_may_assign_one_and_not_the_other(
    target: Targets, name: str, operation: str, every: int
) -> None:
    numbers = itertools.count()

    def assigned(response: Response) -> Response:
        is_json = b"<response" not in response.body
        if response.status >= 300 or next(numbers) % every or not is_json:
            return response
        return faults.result(assigned_to=DESK)(response)

    bed.conforms(target(fault=faults.on(operation, assigned)), name, operation)


def test_a_contact_may_change_between_two_looks() -> None:
    changed: list[bool] = []

    def later(record: dict[str, Any]) -> None:
        if changed:
            record["title"] = "set by a rule"

    with contact_bed.serving(fault=contact_bed.changes(later)) as seen:
        bed.conforms(seen, "contact-answer-leads", "createContact")
        changed.append(True)

        bed.conforms(seen, "contact-no-parameter", "getContact")


def test_a_refusal_may_say_what_is_wrong_in_its_headers() -> None:
    def explained(response: Response) -> Response:
        return bed.with_header(bed.with_status(response, 400), "X-Reason", "invalid value")

    refusing = faults.on("createContact", explained, when=faults.sends("x" * 3000))

    with contact_bed.serving(fault=refusing) as seen:
        bed.conforms(seen, "contact-no-trace", "createContact", form.REQUEST)


def _shows_context(request: Request, response: Response) -> Response:
    """An instance whose interactions show one field more, which the request has set."""
    found = re.search(rb'context(?:": "|>)([^"<]+)', request.body)
    text = found[1] if found else b""
    return replace(
        response,
        body=response.body.replace(b'{"result":{', b'{"result":{"note":"%s",' % text).replace(
            b"<result>", b"<result><note>%s</note>" % text
        ),
    )


def test_what_has_an_effect_in_xml_may_be_refused_for_a_moment(target: Targets) -> None:
    """The first body in XML of each kind finds its agent, or its channel, busy."""
    met: set[bytes] = set()

    def fault(request: Request, response: Response) -> Response:
        response = _shows_context(request, response)
        if b"Not Valid!</context>" not in request.body or request.body in met:
            return response
        met.add(request.body)
        return bed.with_status(response, 409)

    seen = target(fault=fault)
    opinion = bed.conforms(seen, "xml-fields-read", CREATE)

    assert met
    assert "context" in opinion.detail.split(", ")


def test_a_body_in_json_may_be_refused_for_a_moment(target: Targets) -> None:
    """Who is busy at first has a place for the body in XML, and is busy with that then."""
    busy: list[bool] = []

    def fault(request: Request, response: Response) -> Response:
        if not bed.is_of(request, CREATE):
            return response
        if b"<context>Not Valid!" in request.body:
            busy.append(True)
        elif b"<" not in request.body and (busy or b'"context": "Not Valid!"' in request.body):
            return bed.with_status(response, 409)
        return response

    opinion = bed.look(target(fault=fault), "xml-fields-read", CREATE)

    assert busy
    assert opinion.verdict is not Verdict.VIOLATES


@pytest.mark.parametrize(
    ("name", "pointer"),
    [
        ("offer-segment", ""),
        ("offer-echo", "#/components/schemas/WorkItem/properties/document_id"),
        ("offer-no-document", ""),
    ],
)
def test_an_instance_may_have_one_queue(target: Targets, name: str, pointer: str) -> None:
    seen = target(known={"queues": (CALLS,), "queue_id": (CALLS,)})

    bed.conforms(seen, name, "offerWork", pointer)
