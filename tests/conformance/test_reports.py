"""What a reader gets: the terminal, the codes, the findings, the curl commands."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax import saxutils

import markupsafe
import pytest
from jsonschema import Draft202012Validator
from rich.console import Console

from ccaas_kit import probes
from ccaas_kit.contract import clauses
from ccaas_kit.contract.clauses import Kind
from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.contract.redaction import Redactor
from ccaas_kit.fuzzing import plan
from ccaas_kit.fuzzing.plan import LEFT_OUT
from ccaas_kit.gateway.credentials import basic
from ccaas_kit.judging import headline, judge, judge_checks
from ccaas_kit.judging.accepted import Accepted
from ccaas_kit.judging.codes import BY_CHECK, CODES
from ccaas_kit.judging.findings import Finding, Severity, Weigher, identifiers
from ccaas_kit.judging.grouping import groups
from ccaas_kit.judging.log.events import RunStarted
from ccaas_kit.judging.log.log import Recording
from ccaas_kit.judging.reproduction.curl import Repeater
from ccaas_kit.judging.scorecard import SCHEMA, SCHEMA_VERSION, Scorecard, rows
from ccaas_kit.judging.verdicts import Deviation, Judgement, Verdict
from ccaas_kit.model import nodes
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.reporting import files, junit, reports, terminal
from ccaas_kit.reporting.handlers import Judged
from ccaas_kit.run.sources import Sources
from tests.conformance.conftest import judge_shop
from tests.conformance.things import Shop, write_contract

ACCEPT = "to accept it: UPDATE_SNAPSHOTS=1 .venv/bin/python -m pytest tests/conformance"
SNAPSHOT = Path(__file__).with_name("terminal.txt")
FINDINGS = ROOT / "scripts" / "ccaas_kit" / "reporting" / "FINDINGS.md"


def sources(folder: Path) -> tuple[Sources, Contract]:
    found = write_contract(folder)
    return found, Contract(found.bundle)


def schema_faults(document: Any) -> Iterator[str]:
    """The errors that the published schema finds in a scorecard."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    checker = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return (error.message for error in checker.iter_errors(document))


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
        response=Response(201, {}, b"{}"),
        credentials=credentials,
    )


def card(folder: Path) -> Scorecard:
    """A scorecard with a finding of every severity."""
    found, contract = sources(folder)
    promised = clauses.load(found.clauses)
    violated = {"NEW-01", "NEW-02", "NEW-03", "GET-05", "GET-06"}
    judgements = [
        Judgement(
            clause.id,
            Verdict.VIOLATES
            if clause.id in violated
            else Verdict.BLOCKED
            if clause.id == "NEW-04"
            else Verdict.UNVERIFIED
            if clause.operation is None
            else Verdict.CONFORMS,
            clause.operation,
            "a detail",
        )
        for clause in promised
    ]

    def finding(
        code: str, severity: Severity, clause: str | None, operation: str, **more: Any
    ) -> Finding:
        curl = "curl -i -X POST http://127.0.0.1:1/api/things"
        says = f"The promise {clause}." if clause else ""
        return Finding(
            code, severity, clause, operation, "a refusal", "201", curl, says=says, **more
        )

    over = {"reason": "Lax.", "expires": date(2026, 11, 21), "expired": True}
    until = {"reason": "No users here.", "expires": date(2027, 1, 31)}
    seen = [
        finding("CK302", Severity.VIOLATION, "NEW-01", "createThing", **over),
        finding("CK303", Severity.VIOLATION, "NEW-02", "createThing"),
        finding("CK303", Severity.VIOLATION, "NEW-03", "createThing"),
        finding("CK107", Severity.ACCEPTED, "GET-06", "getThing", **until),
        finding("CK202", Severity.ASSUMED, "GET-05", "getThing"),
        finding("CK401", Severity.NOTE, None, "listThings"),
    ]
    named = [
        replace(unnamed, id=name) for unnamed, name in zip(seen, identifiers(seen), strict=True)
    ]
    grouped = groups.groups(named, promised, contract)
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
        findings=grouped.findings,
        groups=grouped.groups,
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
            "groups": [],
        }
    )

    text = headline.of(cut)

    assert text == (
        "No violation in 23 of 26 clauses (88 %); 3 were not fully tested; cut short after 12 s."
    )


def test_every_code_is_documented_and_every_check_has_one() -> None:
    text = FINDINGS.read_text(encoding="utf-8")

    for code in CODES:
        assert f"| {code.id} | `{code.check}` |" in text
    assert judge_checks.known() <= BY_CHECK.keys()
    assert not judge_checks.known() & LEFT_OUT.keys()
    assert len({code.id for code in CODES}) == len(CODES)


def test_junit_tells_a_failure_as_the_terminal_does(tmp_path: Path) -> None:
    root = ET.fromstring(junit.text(card(tmp_path)))

    failures = {case.get("name"): case.findtext("failure") for case in root.iter("testcase")}
    skipped = [node.get("message") for node in root.iter("skipped")]

    assert failures["NEW-01: The promise NEW-01."] == (
        "F7fcbec CK302 createThing\nexpected: a refusal\ngot: 201\n"
        "waiver: Lax. This expired on 2026-11-21: it counts again.\n"
        "next: Look at what was stored; check the value, or add a waiver if it is harmless.\n"
        "curl -i -X POST http://127.0.0.1:1/api/things"
    )
    assert "violates, and does not fail the run: No users here. Until 2027-01-31." in skipped
    assert "violates, and does not fail the run: the clause is assumed" in skipped


def test_every_code_says_what_to_do_next() -> None:
    for code in CODES:
        assert re.fullmatch(r"[A-Z].{20,110}\.", code.advice), code.id


def test_the_schema_describes_each_key_once() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names)), names
        return dict(pairs)

    json.loads(SCHEMA.read_text(encoding="utf-8"), object_pairs_hook=once)


def test_the_published_schema_describes_every_key_of_a_scorecard(tmp_path: Path) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    seen = card(tmp_path)
    request = Repeater(None, Redactor()).recorded(exchange(sources(tmp_path)[1], body=b"\xff"))
    document = replace(seen, findings=[replace(seen.findings[0], request=request)]).document(
        headline.of(seen)
    )
    (finding,) = document["findings"]
    parts = {
        "finding": finding,
        "request": finding["request"],
        "clause": document["clauses"][0],
    }

    Draft202012Validator.check_schema(schema)
    assert list(schema_faults(document)) == []
    # A scorecard of 1.0 has no defects, one of 1.1 neither of the other two.
    later = {"defects", "severities", "unanswered"}
    later |= {"headline", "command", "options", "contract", "groups"}
    assert document.keys() == schema["properties"].keys() == {*schema["required"], *later}
    for name, part in parts.items():
        assert part.keys() <= schema["$defs"][name]["properties"].keys()
        assert part.keys() >= set(schema["$defs"][name]["required"])
    for definition in (schema, *schema["$defs"].values()):
        for name, described in definition.get("properties", {}).items():
            assert described, name


def test_the_schema_has_the_version_of_the_scorecard() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))

    assert schema["$id"].endswith(f":{SCHEMA_VERSION}")
    assert f"Version {SCHEMA_VERSION}." in schema["description"]
    assert re.fullmatch(schema["properties"]["schema_version"]["pattern"], SCHEMA_VERSION)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema_version", 1),
        ("started", "yesterday"),
        ("summary", {}),
        ("clauses", [{"id": "GET-01", "verdict": "fine", "operation": None, "detail": ""}]),
        ("findings", [{"code": "CK101"}]),
    ],
)
def test_the_schema_refuses_another_form(key: str, value: Any, tmp_path: Path) -> None:
    shown = card(tmp_path)
    document = shown.document(headline.of(shown))

    assert list(schema_faults({**document, key: value})) != []
    assert list(schema_faults({**document, "more": value})) == []


def test_a_secret_in_a_word_of_ours_leaves_the_scorecard_valid(tmp_path: Path) -> None:
    shop = Shop(faults=frozenset({"wrong-type"}), credentials="canary:e")

    outcome = judge_shop(shop, tmp_path, "--operation", "getThing", examples=3)

    assert list(schema_faults(outcome.card)) == []
    assert outcome.verdict("GET-02") == "violates"
    assert ("GET-02", "CK202") in outcome.findings()


def test_what_a_target_said_is_hidden_in_the_title_of_a_group(tmp_path: Path) -> None:
    secret = "canary-7f3a-secret"
    seen = card(tmp_path)
    group = replace(seen.groups[0], title=f"listThings: got {secret}")
    judged = Judged(replace(seen, groups=[group]), Recording(RunStarted("", "", seen.started), []))

    for report in files.reports(
        tmp_path, redactor=Redactor((secret,)), hidden=frozenset(), defects=Defects()
    ):
        report.handle(judged)

    texts = {path.name: path.read_text("utf-8") for path in tmp_path.iterdir() if path.is_file()}
    assert {"scorecard.json", "findings.sarif", "summary.md", "junit.xml"} <= texts.keys()
    for name, text in texts.items():
        assert secret not in text, name
    assert "got [hidden]" in texts["scorecard.json"]


def test_a_finding_has_the_same_name_in_every_run_and_no_other_has_it(tmp_path: Path) -> None:
    _, contract = sources(tmp_path)
    repeater = Repeater(None, Redactor())

    def found(**changes: Any) -> Finding:
        defaults = {"code": "CK302", "clause": "NEW-01", "operation": "createThing", "got": "201"}
        request = repeater.recorded(
            replace(exchange(contract), url=changes.pop("url", "http://a/x"))
        )
        return Finding(
            severity=Severity.NOTE, expected="", curl="", request=request, **{**defaults, **changes}
        )

    alike = [found(), found(got="202"), found(url="http://b/x"), found(url="http://a/y")]
    names = identifiers(alike)

    assert names == identifiers(alike)
    assert names[0] == identifiers([found(url="http://other.example/x")])[0]
    assert names[1:3] == [f"{names[0]}-2", f"{names[0]}-3"]
    assert names[3].partition("-")[0] not in names[:3]
    assert all(re.fullmatch(r"F[0-9a-f]{6}(-[0-9])?", name) for name in names)


def test_names_that_begin_alike_are_longer() -> None:
    finding = Finding("CK101", Severity.NOTE, None, "", "", "", "")
    many = [replace(finding, operation=str(number)) for number in range(6000)]

    names = identifiers(many)

    assert len(set(names)) == 6000
    assert {len(name) for name in names} == {7, 8}


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


@pytest.mark.parametrize("secret", ['p<&"\\x-long', "it's é long", "plain-long"])
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


def test_the_reports_of_schemathesis_are_known() -> None:
    assert plan.ENGINE_REPORTS == reports.ENGINE_REPORTS


def test_reports_of_an_earlier_run_go_when_the_new_ones_are_there(tmp_path: Path) -> None:
    folder = tmp_path / reports.ENGINE
    folder.mkdir()
    for path in (folder / "single.har", folder / "notes.txt", tmp_path / "junit.xml"):
        path.write_text("old", encoding="utf-8")
    (tmp_path / "scorecard.json").write_text("old", encoding="utf-8")

    fresh = reports.begin(tmp_path)
    (fresh / "scorecard.json").write_text("new", encoding="utf-8")
    before = (tmp_path / "scorecard.json").read_text(encoding="utf-8")
    reports.publish(tmp_path)

    assert before == "old"
    assert (tmp_path / "scorecard.json").read_text(encoding="utf-8") == "new"
    assert [path.name for path in folder.iterdir()] == ["notes.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["schemathesis", "scorecard.json"]


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
        commands=Repeater(None, Redactor()).curl,
    )

    findings = weigher.findings([judged], [])

    assert [finding.severity for finding in findings] == [severity]
    assert findings[0].expired is (severity is Severity.VIOLATION)
    assert findings[0].excuse.startswith("Lax.")
    assert ("it counts again" in findings[0].excuse) is findings[0].expired


def test_an_expired_entry_does_not_hide_one_that_is_valid(tmp_path: Path) -> None:
    found, contract = sources(tmp_path)
    deviation = Deviation("CK302", "createThing", "a refusal", "201", exchange(contract))
    judged = Judgement("NEW-01", Verdict.VIOLATES, "createThing", "", (deviation,))
    accepted = [
        Accepted(reason="Over.", check="request_value", expires=date(2026, 1, 1)),
        Accepted(reason="Still.", clause="NEW-01", expires=date(2027, 1, 1)),
    ]
    weigher = Weigher(
        clauses.load(found.clauses),
        accepted,
        today=date(2026, 11, 22),
        repeater=Repeater(None, Redactor()),
        commands=Repeater(None, Redactor()).curl,
    )

    (finding,) = weigher.findings([judged], [])

    assert (finding.severity, finding.excuse) == (Severity.ACCEPTED, "Still. Until 2027-01-01.")


def test_an_expired_deviation_fails_a_run_and_is_said_so(tmp_path: Path) -> None:
    config = tmp_path / "known.toml"
    config.write_text(
        '[[accepted]]\nclause = "NEW-01"\nreason = "Lax."\nexpires = 2020-01-31\n', encoding="utf-8"
    )
    shop = Shop(faults=frozenset({"lax-value"}))

    arguments = ("--config", str(config), "--operation", "createThing")
    outcome = judge_shop(shop, tmp_path, *arguments)

    (finding,) = (
        candidate for candidate in outcome.card["findings"] if candidate["clause"] == "NEW-01"
    )
    assert outcome.code == 1
    assert finding["severity"] == "violation"
    assert (finding["expired"], finding["expires"]) == (True, "2020-01-31")
    assert "This expired on 2020-01-31: it counts again." in " ".join(outcome.printed.split())
    assert "1 violation with an expired waiver" in " ".join(outcome.printed.split())
    assert "2020-01-31: it counts again" in (outcome.out / "scorecard.html").read_text("utf-8")


def test_every_schema_clause_of_the_contract_points_at_something_that_travels() -> None:
    contract = Contract(Sources().bundle)
    promised = clauses.load()
    judge.verify(promised, contract, probes.PROBES)

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
