"""What is said first of a fault: what is wrong, by the clause that is about it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from ccaas_kit.contract import layout
from ccaas_kit.contract.clauses import Check, Clause, Evidence, Kind
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.judging.findings import Finding, Weigher
from ccaas_kit.judging.reproduction.curl import Repeater
from ccaas_kit.judging.verdicts import Deviation, Judgement, Verdict
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange, Response

CONTRACT = Contract(layout.BUNDLE)
OPERATION = "listContacts"


def clause(name: str, probe: str, pointer: str = "#/a/b", *, whole: bool = False) -> Clause:
    return Clause(
        id=name,
        api="contact",
        operation=None if whole else OPERATION,
        says=f"{name} holds.",
        source="a page",
        pointer=pointer,
        checked_by=(Check(Kind.PROBE, probe),),
        evidence=Evidence.DOCUMENTED,
    )


def weighed(clauses: list[Clause], response: Response) -> list[Finding]:
    exchange = Exchange(
        operation=CONTRACT.by_id[OPERATION],
        phase="probe",
        method="GET",
        url="http://127.0.0.1:1/api/now/contact",
        request_headers={},
        request_body=None,
        response=response,
    )
    judgements = [
        Judgement(
            violated.id,
            Verdict.VIOLATES,
            violated.operation,
            "",
            (Deviation("CK501", OPERATION, "another list", violated.id, replace(exchange)),),
        )
        for violated in clauses
    ]
    weigher = Weigher(
        clauses,
        (),
        today=date(2026, 11, 22),
        repeater=Repeater(None, Redactor()),
        commands=Repeater(None, Redactor()).curl,
    )
    return weigher.findings(judgements, [])


def test_the_narrowest_clause_leads() -> None:
    broad = [clause(f"OPERATOR-{number}", "operators") for number in range(42)]
    narrow = clause("ONCE", "no-record-twice")
    whole = clause("API", "of-the-api", "#/a/b/c/d", whole=True)

    found = weighed([whole, *broad[:20], narrow, *broad[20:]], Response(200, {}, b"{}"))

    assert found[0].clause == "ONCE"
    assert found[0].heading == "ONCE holds."
    assert found[-1].clause == "API"


@pytest.mark.parametrize("media", ["text/html;charset=UTF-8", "application/xhtml+xml"])
def test_a_web_page_is_called_so_and_not_by_the_promise_that_it_stands_for(media: str) -> None:
    response = Response(403, {"content-type": media}, b"<html><title>Blocked</title></html>")

    (found,) = weighed([clause("ROLE-403", "role")], response)

    assert found.heading == ("A web page with status 403 came in place of an API response.")
    assert found.document()["title"] == found.heading
    assert found.says == "ROLE-403 holds."
