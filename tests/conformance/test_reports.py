"""What a reader gets: the terminal, the codes, the findings, the curl commands."""

from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.sax import saxutils

import markupsafe
import pytest
from rich.console import Console

from scripts.conformance import judge, judge_checks, nodes, reports, terminal
from scripts.conformance.codes import BY_CHECK, CODES
from scripts.conformance.config import Accepted
from scripts.conformance.contract import Contract
from scripts.conformance.credentials import Redactor, basic
from scripts.conformance.curl import Repeater
from scripts.conformance.exchanges import Answer, Exchange
from scripts.conformance.findings import Finding, Severity, Weigher
from scripts.conformance.plan import LEFT_OUT
from scripts.conformance.run import Sources
from scripts.conformance.scorecard import Scorecard, rows
from scripts.conformance.verdicts import Deviation, Judgement, Verdict
from scripts.kit import clauses
from scripts.kit.clauses import Kind
from scripts.kit.layout import ROOT
from tests.conformance.things import write_contract

ACCEPT = "to accept it: UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/conformance"
SNAPSHOT = Path(__file__).with_name("terminal.txt")
README = ROOT / "scripts" / "conformance" / "README.md"


def sources(folder: Path) -> tuple[Sources, Contract]:
    found = write_contract(folder)
    return found, Contract(found.bundle)


def exchange(
    contract: Contract, credentials: str = "own", body: bytes = b'{"name": "it\'s"}'
) -> Exchange:
    return Exchange(
        operation=contract.by_id["createThing"],
        phase="fuzzing",
        method="POST",
        url="http://127.0.0.1:1/api/things",
        request_headers={"Authorization": "[Filtered]", "Content-Type": "application/json"},
        request_body=body,
        answer=Answer(201, {}, b"{}"),
        credentials=credentials,
    )


def card(folder: Path) -> Scorecard:
    """A scorecard with a finding of every severity."""
    found, contract = sources(folder)
    promised = clauses.load(found.clauses)
    violated = {"NEW-01", "GET-05", "GET-06"}
    judgements = [
        Judgement(
            each.id,
            Verdict.VIOLATES
            if each.id in violated
            else Verdict.BLOCKED
            if each.id == "NEW-04"
            else Verdict.UNVERIFIED
            if each.operation is None
            else Verdict.CONFORMS,
            each.operation,
            "a detail",
        )
        for each in promised
    ]

    def finding(code: str, severity: Severity, clause: str | None, operation: str) -> Finding:
        curl = "curl -i -X POST http://127.0.0.1:1/api/things"
        reason = "No users here." if severity is Severity.ACCEPTED else ""
        return Finding(code, severity, clause, operation, "a refusal", "201", curl, reason=reason)

    return Scorecard(
        target="http://127.0.0.1:1",
        profile="full",
        started=datetime(2026, 11, 22, 12, 0, tzinfo=UTC),
        duration_s=12.34,
        complete=True,
        seed=1,
        requests=60,
        clauses=promised,
        judgements=judgements,
        findings=[
            finding("CK302", Severity.VIOLATION, "NEW-01", "createThing"),
            finding("CK107", Severity.ACCEPTED, "GET-06", "getThing"),
            finding("CK202", Severity.ASSUMED, "GET-05", "getThing"),
            finding("CK401", Severity.NOTE, None, "listThings"),
        ],
        operations=rows(
            [(name, "thing") for name in contract.bases()],
            promised,
            judgements,
            {"listThings": 10, "createThing": 20, "getThing": 30},
        ),
    )


def test_the_terminal_shows_the_scorecard(tmp_path: Path) -> None:
    printed = io.StringIO()
    console = Console(file=printed, width=88)

    terminal.show(card(tmp_path), console, out=Path("out"), redactor=Redactor())
    text = "\n".join(line.rstrip() for line in printed.getvalue().splitlines()) + "\n"

    if "UPDATE_SNAPSHOTS" in os.environ:
        SNAPSHOT.write_text(text, encoding="utf-8")
    assert text == SNAPSHOT.read_text(encoding="utf-8"), ACCEPT


def test_a_run_that_was_cut_short_says_so(tmp_path: Path) -> None:
    whole = card(tmp_path)
    cut = Scorecard(
        **{
            **{name: getattr(whole, name) for name in Scorecard.__slots__},
            "complete": False,
            "findings": [],
        }
    )

    told = terminal.conclusion(cut)

    assert told == "CONFORMS: no violation; 23 of 26 clauses were looked at; cut short after 12 s."


def test_every_code_is_documented_and_every_check_has_one() -> None:
    text = README.read_text(encoding="utf-8")

    for code in CODES:
        assert f"| {code.id} | `{code.check}` |" in text
    assert judge_checks.known() <= BY_CHECK.keys()
    assert not judge_checks.known() & LEFT_OUT.keys()
    assert len({code.id for code in CODES}) == len(CODES)


def test_a_curl_command_repeats_the_exchange_without_a_secret(tmp_path: Path) -> None:
    _, contract = sources(tmp_path)
    signed_in = basic("admin", "hush-hush", contract)
    repeater = Repeater(signed_in, Redactor(signed_in.secrets))

    line = repeater.curl(exchange(contract))

    assert line == (
        "curl -i -u \"$SN_USERNAME:$SN_PASSWORD\" -X POST -H 'Content-Type: application/json' "
        '--data-raw \'{"name": "it\'"\'"\'s"}\' http://127.0.0.1:1/api/things'
    )
    assert "-u wrong:wrong" in repeater.curl(exchange(contract, credentials="wrong"))
    assert "-u" not in repeater.curl(exchange(contract, credentials="none")).split()


@pytest.mark.parametrize("secret", ['p<&"\\x', "it's é", "plain"])
def test_a_secret_is_hidden_in_every_notation_of_a_report(secret: str) -> None:
    quoted = json.dumps({"told": secret}, ensure_ascii=False)
    notations = (
        secret,
        quoted,
        json.dumps(quoted),
        json.dumps(quoted, ensure_ascii=False),
        str(markupsafe.escape(quoted)),
        saxutils.escape(quoted),
        saxutils.quoteattr(quoted),
    )

    cleaned = [Redactor((secret,)).clean(text) for text in notations]

    assert all("[hidden]" in text for text in cleaned)


def test_only_reports_of_an_earlier_run_are_taken_out(tmp_path: Path) -> None:
    folder = tmp_path / reports.ENGINE
    folder.mkdir()
    (folder / "single.har").touch()
    (folder / "notes.txt").touch()

    reports.clear(tmp_path)

    assert [path.name for path in folder.iterdir()] == ["notes.txt"]


def test_an_address_in_brackets_is_shown_whole(tmp_path: Path) -> None:
    printed = io.StringIO()
    shown = replace(card(tmp_path), target="http://[fe80::1]:8080")

    terminal.show(shown, Console(file=printed, width=100), out=tmp_path, redactor=Redactor())

    assert "http://[fe80::1]:8080" in printed.getvalue()


def test_a_body_that_no_command_line_can_hold_is_piped(tmp_path: Path) -> None:
    _, contract = sources(tmp_path)
    repeater = Repeater(None, Redactor())

    line = repeater.curl(exchange(contract, body=b"\x00\xff{"))

    assert line.startswith("printf '\\000\\377\\173' | curl -i -X POST")
    assert "--data-binary @-" in line
    assert line.isprintable()


@pytest.mark.parametrize(
    ("expires", "severity"),
    [
        (None, Severity.ACCEPTED),
        (date(2026, 11, 22), Severity.ACCEPTED),
        (date(2026, 11, 21), Severity.VIOLATION),
    ],
    ids=["for good", "its last day", "expired"],
)
def test_an_accepted_deviation_counts_again_once_it_expired(
    expires: date | None, severity: Severity, tmp_path: Path
) -> None:
    found, contract = sources(tmp_path)
    deviation = Deviation("CK302", "createThing", "a refusal", "201", exchange(contract))
    judged = Judgement("NEW-01", Verdict.VIOLATES, "createThing", "", (deviation, deviation))
    accepted = Accepted(reason="Lax.", check="request_value", expires=expires)
    weigher = Weigher(
        clauses.load(found.clauses),
        [accepted],
        today=date(2026, 11, 22),
        repeater=Repeater(None, Redactor()),
    )

    findings = weigher.findings([judged], [])

    assert [each.severity for each in findings] == [severity]


def test_every_schema_clause_of_the_contract_points_at_something_that_travels() -> None:
    contract = Contract(Sources().bundle)
    promised = clauses.load()
    judge.verify(promised, contract)

    lost = [
        clause.id
        for clause in promised
        if any(check.kind is Kind.SCHEMA for check in clause.checked_by)
        and not any(
            nodes.find(contract, clause.pointer, operation)
            for operation in contract.operations
            if clause.operation in (None, operation.base) and operation.api == clause.api
        )
    ]

    assert lost == []
