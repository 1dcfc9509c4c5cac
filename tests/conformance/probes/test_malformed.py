"""The probe of malformed values: it conforms where they are refused, and fails where they are not."""

from __future__ import annotations

from dataclasses import replace

from ccaas_kit import probes
from ccaas_kit.contract import clauses
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, faults
from tests.conformance.probes.conftest import Targets
from tests.looping import every

NAME = "malformed-refused"
ASKED = list(probes.cases(clauses.load(), bed.contract().bases_of))
CASES = [subject for name, subject in ASKED if name == NAME]
# Of these fields a 400 is documented.
IN_BODIES = ("context_id", "context_table", "channel_metadata_id", "channel_metadata_table")
LENIENT = [(NAME, subject) for subject in CASES if subject.field != "OfferDocumentSysId"] + [
    (name, subject)
    for name, subject in ASKED
    if name == "bad-value-400" and subject.field in IN_BODIES
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
    fields = {subject.field for _, subject in LENIENT}

    assert len(CASES) == 5
    assert fields == {"ApiVersion", "OfferDocumentTable", *IN_BODIES}
    assert len(LENIENT) == 4 + len(IN_BODIES)


@every(("name", "case"), LENIENT, ids=lambda value: getattr(value, "field", value))
def test_a_refusal_conforms_and_leniency_violates(
    target: Targets, name: str, case: Subject
) -> None:
    bed.conforms(target(), name, case.operation, case.pointer)
    bed.violates(target(tamper=mended), name, case.operation, case.pointer)


def test_a_lenient_document_id_violates(target: Targets) -> None:
    def any_document(request: Request) -> Request:
        return replace(request, path=request.path.replace("Not%20Valid%21", CALL))

    bed.conforms(target(), NAME, "offerWork", "#/components/parameters/OfferDocumentSysId")
    seen: Probing = target(tamper=any_document)

    bed.violates(seen, NAME, "offerWork", "#/components/parameters/OfferDocumentSysId")


@every("case", CASES, ids=lambda case: f"{case.operation} {case.field}")
@every("status", [302, 403, 500])
def test_a_refusal_for_another_reason_shows_nothing(
    target: Targets, case: Subject, status: int
) -> None:
    spoiled = faults.on(case.operation, faults.status(status), when=faults.refused)

    bed.unverified(target(fault=spoiled), NAME, case.operation, case.pointer)


@every("case", CASES, ids=lambda case: f"{case.operation} {case.field}")
def test_a_refusal_shows_nothing_where_the_valid_call_is_refused_as_well(
    target: Targets, case: Subject
) -> None:
    def is_valid(request: Request, _response: Response) -> bool:
        return "Not%20Valid%21" not in request.path and b"Not Valid!" not in request.body

    refusing = faults.on(case.operation, faults.status(404), when=is_valid)

    bed.unverified(target(fault=refusing), NAME, case.operation, case.pointer)
