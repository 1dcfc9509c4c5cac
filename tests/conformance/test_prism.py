"""A target without memory, which Prism is, keeps no promise about what was written or found."""

from __future__ import annotations

import io
import json
from collections import Counter
from typing import Any

import pytest
from rich.console import Console

from build.mock import MockServer
from ccaas_kit.contract import clauses, layout
from ccaas_kit.contract.clauses import Check, Kind
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.probes import PROBES, memory
from ccaas_kit.run import embedded, options
from ccaas_kit.run.run import run
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.workflows import runner
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.conformance.probes.faults import on
from tests.looping import every

# What a single answer shows: the form of a request that is taken or refused, and that of the
# answer. All other probes look at records, and a server with an example for each call has none.
_SHOWN_BY_ONE_ANSWER = """
accept-json accept-none accept-xml agent-active-boolean agent-active-text agent-without-active
bad-value-400 basic-challenge body-json body-no-media body-xml contact-beside-profile
contact-no-id contact-no-parameter contact-no-trace contact-other-names contact-sample-request
cut-off-body-400 cut-off-body-refused empty-object-served interaction-channels
interaction-connector interaction-context-map interaction-context-text interaction-context-twice
interaction-created interaction-empty-fields interaction-metadata-map interaction-metadata-text
interaction-metadata-twice interaction-queue-served interaction-small-letter known-url
list-invalid-query list-no-record-twice list-parameter-left-out list-parameter-sent
listed-versions-served malformed-refused mapping-custom-table mapping-malformed
mapping-named-tables mapping-no-data mapping-without-provider missing-field-400 no-body-refused
no-body-served no-xml-answer no-xml-body nobody-refused offer-auto-boolean offer-decline-boolean
offer-display-alone offer-display-options offer-flag-texts offer-flags-as-sample offer-message
offer-moment-ago offer-needs offer-neither-form offer-no-limit offer-presence
offer-presence-ignored offer-queue-text offer-refuses offer-sample offer-segment offer-success-flag
offer-sixteen-messages offer-status offer-time-ignored offer-timeout-number offer-timeout-text
offer-timeout-zero other-accept-406 other-body-refused other-method-405 page-bounds
page-offset-negative refusal-has-error refusal-has-message refusal-is-failure refused-in-xml
result-status-known role-alone role-enough same-at-both-urls scheme-served success-without-error
too-large-body-400 transfer-beside-terms transfer-message transfer-role transfer-values
unauthenticated-401 unknown-field-served unknown-refused-in-xml xml-fields-read xml-root
xml-same-values xml-shape
"""
SHOWN_BY_ONE_ANSWER = frozenset(_SHOWN_BY_ONE_ANSWER.split())
OF_RECORDS = ("ensure_resource_availability", "use_after_free")
_ACTIVE = "#/components/schemas/CreateContactRequest/properties/active"
_CLOSED_BY = "#/components/schemas/Interaction/properties/closed_by"
ANY_ID = "0123456789abcdef0123456789abcdef"


def needs_memory(check: Check) -> bool:
    """Whether a check says something that only a target with memory can keep."""
    if check.kind is Kind.PROPERTY:
        return check.subject in OF_RECORDS
    if check.kind is Kind.PROBE:
        return check.subject not in SHOWN_BY_ONE_ANSWER
    return check.kind is Kind.WORKFLOW


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The verdict on each clause of a whole run on Prism, which is told all that the sandbox is."""
    server = MockServer(layout.BUNDLE)
    out = tmp_path_factory.mktemp("prism")
    server.start()
    try:
        words = ["--target", server.url, "--out", str(out), "--max-examples", "1"]
        code = run(
            options.parse([*words, "--config", str(embedded.CONFIG)]),
            environment=embedded.ENVIRONMENT,
            console=Console(file=io.StringIO()),
        )
    finally:
        server.stop()
    assert code == 1
    card: dict[str, Any] = json.loads((out / "scorecard.json").read_text("utf-8"))
    assert card["complete"]
    return {clause["id"]: clause["verdict"] for clause in card["clauses"]}


def test_nothing_that_takes_memory_conforms(verdicts: dict[str, str]) -> None:
    believed = {
        f"{clause.id} {check.subject}": clause.says
        for clause in clauses.load()
        for check in clause.checked_by
        if verdicts[clause.id] == Verdict.CONFORMS and needs_memory(check)
    }

    assert believed == {}


def test_what_one_response_shows_is_seen_all_the_same(verdicts: dict[str, str]) -> None:
    shown: Counter[str] = Counter()
    for clause in clauses.load():
        names = {check.subject for check in clause.checked_by if check.kind is Kind.PROBE}
        if names & SHOWN_BY_ONE_ANSWER:
            shown[verdicts[clause.id]] += 1

    assert shown[Verdict.CONFORMS] > shown.total() / 2
    assert set(PROBES) >= SHOWN_BY_ONE_ANSWER


def test_a_probe_that_recalls_is_none_that_one_response_decides() -> None:
    recalling = {name for name, probe in PROBES.items() if probe.recalls}

    assert recalling & SHOWN_BY_ONE_ANSWER == set()


@every("operation", sorted({operation.base for operation in bed.contract().operations}))
def test_the_sandbox_keeps_records(operation: str) -> None:
    with bed.probing(Bed()) as seen:
        memory.require(seen, operation)

        assert memory.forgotten(seen, [operation]) == {}


def any_contact(request: Request, response: Response) -> Response:
    """Another id than those of contacts leads to one of them."""
    if not bed.is_of(request, "getContact") or response.status != 404:
        return response
    contact = json.dumps({"result": {"sys_id": ANY_ID, "active": "true"}}).encode()
    return Response(200, (("Content-Type", "application/json"),), contact)


def test_a_contact_out_of_nothing_gives_it_away() -> None:
    with bed.probing(Bed(fault=any_contact)) as seen:
        bed.unverified(seen, "contact-default", "createContact", _ACTIVE)
        bed.violates(seen, "contact-unknown", "getContact")
        with pytest.raises(InconclusiveError, match="a contact that nobody has created"):
            memory.require(seen, "listContacts")


def test_one_id_for_all_interactions_gives_it_away() -> None:
    def one_id(response: Response) -> Response:
        return bed.with_json(response, lambda body: body["result"].update(sys_id=ANY_ID))

    fault = on("createInteraction", one_id, when=lambda _, response: response.status == 201)
    with bed.probing(Bed(fault=fault)) as seen:
        bed.unverified(seen, "interaction-closed-by-nobody", "createInteraction", _CLOSED_BY)
        flows = runner.run(seen)

    assert flows["call-handling/arrive"].verdict is Verdict.UNVERIFIED
    assert flows["agent-session"].verdict is Verdict.CONFORMS
