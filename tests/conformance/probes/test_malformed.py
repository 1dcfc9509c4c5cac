"""The probe of malformed values: it conforms where they are refused, and fails where they are not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ccaas_kit import probes
from ccaas_kit.contract import clauses
from ccaas_kit.judging import judge
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, faults
from tests.conformance.probes.conftest import Targets

NAME = "malformed-refused"
CASES = [
    subject
    for name, subject in probes.cases(
        clauses.load(), lambda each: judge.bases_of(each, bed.contract())
    )
    if name == NAME
]
CALL = "59616aba87bd5210be070d48dabb35e6"


def mended(request: Request) -> Request:
    """The request as a lenient instance would understand it."""
    path = request.path.replace("/api/now/Not%20Valid%21/", "/api/now/v1/")
    path = path.replace("/documents/Not%20Valid%21/", "/documents/interaction/")
    body = request.body
    for field in (b"context_table", b"channel_metadata_table"):
        body = body.replace(b'"%s": "Not Valid!"' % field, b'"%s": "interaction"' % field)
    return replace(request, path=path, body=body.replace(b"Not Valid!", CALL.encode()))


def test_the_contract_asks_for_it() -> None:
    assert len(CASES) == 5


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.operation} {case.field}")
def test_a_refusal_conforms_and_leniency_violates(target: Targets, case: Subject) -> None:
    bed.conforms(target(), NAME, case.operation, case.pointer)
    if case.field != "OfferDocumentSysId":
        bed.violates(target(tamper=mended), NAME, case.operation, case.pointer)


def test_a_lenient_document_id_violates(target: Targets) -> None:
    def any_document(request: Request) -> Request:
        return replace(request, path=request.path.replace("Not%20Valid%21", CALL))

    seen: Probing = target(tamper=any_document)

    bed.violates(seen, NAME, "offerWork", "#/components/parameters/OfferDocumentSysId")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.operation} {case.field}")
@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_refusal_for_another_reason_shows_nothing(
    target: Targets, case: Subject, status: int
) -> None:
    spoiled = faults.on(case.operation, faults.status(status), when=faults.refused)

    bed.unverified(target(fault=spoiled), NAME, case.operation, case.pointer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.operation} {case.field}")
def test_a_refusal_shows_nothing_where_the_valid_call_is_refused_as_well(
    target: Targets, case: Subject
) -> None:
    def is_valid(request: Request, _response: Response) -> bool:
        return "Not%20Valid%21" not in request.path and b"Not Valid!" not in request.body

    refusing = faults.on(case.operation, faults.status(404), when=is_valid)

    bed.unverified(target(fault=refusing), NAME, case.operation, case.pointer)
