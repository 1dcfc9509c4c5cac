"""Findings of one cause are one group, told alike in every report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ccaas_kit.contract import clauses, layout
from ccaas_kit.judging.findings import Finding, Severity
from ccaas_kit.judging.grouping.groups import Grouped, groups
from ccaas_kit.model.contract import Contract
from tests.conformance.conftest import judge_shop
from tests.conformance.things import Shop


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(layout.BUNDLE)


def finding(name: str, code: str, operation: str = "listContacts", **more: Any) -> Finding:
    details = {"expected": "", "got": "", "curl": "", "clause": None, **more}
    return Finding(code, Severity.VIOLATION, operation=operation, id=name, **details)


def typed(name: str, field: str, *, operation: str = "listContacts", **more: Any) -> Finding:
    place = f"/result/0/{field}" if operation == "listContacts" else f"/result/{field}"
    got = f'{place}: true is not of type "string"'
    return finding(name, "CK202", operation, place=place, got=got, **more)


def grouped(contract: Contract, *found: Finding) -> Grouped:
    return groups(found, clauses.load(), contract)


def test_fields_that_are_wrong_alike_are_one_group_in_words(contract: Contract) -> None:
    found = [
        typed(f"F{name}", name, shown=frozenset({3, 4}), among=5)
        for name in ("active", "vip", "locked_out")
    ]
    found.append(typed("Fget", "vip", operation="getContact"))

    (group,) = grouped(contract, *found).groups

    assert group.title == (
        "listContacts, getContact: 3 fields (active, vip, locked_out) come as JSON booleans, "
        "the contract has text"
    )
    assert (group.calls, group.among) == (2, 5)
    assert group.owner == "the instance"
    assert group.docs.endswith("/contact-api.html")


def test_faults_that_have_nothing_in_common_stay_apart(contract: Contract) -> None:
    found = [
        typed("F1", "active", exchange=7),
        finding("F2", "CK204", place="WWW-Authenticate", got="no such header", exchange=7),
        finding("F3", "CK203", place="/result/0/email", got="missing", exchange=7),
        finding("F4", "CK102", "offerWork", status=418, got="418 for POST", exchange=9),
    ]

    named = grouped(contract, *found)

    assert [group.findings for group in named.groups] == [("F1",), ("F2",), ("F3",), ("F4",)]
    assert [grouped_finding.group for grouped_finding in named.findings] == ["G1", "G2", "G3", "G4"]


def test_what_a_probe_concludes_from_a_wrong_answer_belongs_to_it(contract: Contract) -> None:
    found = [
        typed("F1", "active", operation="getContact", exchange=3, shown=frozenset({3, 8})),
        finding("F2", "CK501", "getContact", expected="the same answer", exchange=8),
        finding("F3", "CK501", "getContact", expected="another answer", exchange=9),
    ]

    named = grouped(contract, *found)

    assert [group.findings for group in named.groups] == [("F1", "F2"), ("F3",)]


def test_what_lies_within_something_wrong_belongs_to_it(contract: Contract) -> None:
    got = '/result: null is not of type "object"'
    found = [
        finding("F1", "CK203", "getContact", place="/result/email", got="missing"),
        finding("F2", "CK202", "getContact", place="/result", got=got),
        finding("F3", "CK501", "getContact", got="no contact", expected="the contact"),
    ]

    (group,) = grouped(contract, *found).groups

    assert group.findings[0] == "F2"
    assert set(group.findings) == {"F1", "F2", "F3"}
    assert "result comes as JSON null, the contract has objects" in group.title


def test_a_status_that_comes_everywhere_is_one_group(contract: Contract) -> None:
    found = [
        finding(f"F{name}", "CK102", name, status=401, got="401 for GET", exchange=number)
        for number, name in enumerate(contract.bases(), start=1)
    ]

    (group,) = grouped(contract, *found).groups

    assert group.title.startswith("all operations: a request got 401")
    assert group.owner.startswith("the set-up")


def test_a_page_in_place_of_answers_is_no_matter_of_the_instance(contract: Contract) -> None:
    page = {"title": "A web page with status 200 came in place of an API response."}
    found = [
        finding(f"F{name}", code, name, status=200, media="text/html", **page)
        for name in ("listContacts", "getContact")
        for code in ("CK103", "CK201")
    ]

    (group,) = grouped(contract, *found).groups

    assert group.title == f"listContacts, getContact: {page['title']}"
    assert group.owner.startswith("something in front of the instance")


def test_every_report_tells_a_group_with_its_evidence(tmp_path: Path) -> None:
    ran = judge_shop(
        Shop(faults=frozenset({"wrong-type"})), tmp_path, "--seed", "7", "--operation", "getThing"
    )

    (group,) = (
        candidate for candidate in ran.card["groups"] if candidate["severity"] == "violation"
    )
    headline = ran.card["headline"]
    entries = json.loads((ran.out / "traffic.har").read_text("utf-8"))["log"]["entries"]
    entry = entries[group["har_entry"] - 1]
    sarif = json.loads((ran.out / "findings.sarif").read_text("utf-8"))["runs"][0]
    junit = ET.parse(ran.out / "junit.xml").getroot()
    summary = (ran.out / "summary.md").read_text("utf-8")
    page = (ran.out / "scorecard.html").read_text("utf-8")

    assert "name comes as JSON numbers, the contract has text" in group["title"]
    assert [line.strip() for line in group["evidence"] if line.startswith(">")] == [
        '>   "name": 5,'
    ]
    assert group["evidence"][0] == f"{entry['request']['method']} {entry['request']['url']}"
    assert group["evidence"][1].split()[0] == str(entry["response"]["status"])
    assert headline.startswith("1 problem: 1 violation of ")
    assert headline in " ".join(ran.printed.split())
    assert sarif["properties"]["headline"] == headline
    assert [result["message"]["text"].splitlines()[0] for result in sarif["results"]] == [
        group["title"]
    ]
    assert {failure.get("message") for failure in junit.iter("failure")} == {
        f"G1: {group['title']}"
    }
    assert summary.startswith("**1 problem: ")
    assert group["title"] in summary
    assert group["title"] in page
    assert ran.card["options"]["max_examples"] == 8
    assert {prop.get("name"): prop.get("value") for prop in junit.iter("property")}["seed"] == "7"


def test_each_finding_names_its_group(tmp_path: Path) -> None:
    shop = Shop(faults=frozenset({"wrong-type", "lax-parameter"}))
    ran = judge_shop(shop, tmp_path, "--operation", "listThings")

    group_ids = {name: group["id"] for group in ran.card["groups"] for name in group["findings"]}

    assert {entry["id"]: entry["group"] for entry in ran.card["findings"]} == group_ids
    violations = [group for group in ran.card["groups"] if group["severity"] == "violation"]
    assert len(violations) == 2


def test_what_probes_expect_alike_of_the_same_status_is_one_group(contract: Contract) -> None:
    found = [
        finding(
            f"F{number}", "CK501", expected="a JSON body", got="200", status=200, exchange=number
        )
        for number in (1, 2, 3)
    ]
    other = finding("F4", "CK501", expected="another body", got="200", status=200, exchange=4)

    assert [len(group.findings) for group in grouped(contract, *found, other).groups] == [3, 1]


def test_a_workflow_and_a_probe_that_miss_the_same_status_are_one_group(contract: Contract) -> None:
    probe = finding("F1", "CK501", expected="status 201", got="400", status=400, exchange=1)
    step = finding(
        "F2",
        "CK502",
        expected="$statusCode == 201, as the workflow has it",
        got="400",
        status=400,
        exchange=2,
    )

    assert len(grouped(contract, probe, step).groups) == 1
