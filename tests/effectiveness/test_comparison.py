"""The comparison with other tools gives all the same fault, and credits them generously."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from ccaas_kit import faults
from ccaas_kit.contract import clauses, documents, pointers
from ccaas_kit.contract.errors import ToolError
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.sandbox.contract import Contract
from effectiveness import (
    batches,
    breakage,
    comparison,
    options,
    other_tools,
    report,
    selection,
    specmatic,
)
from effectiveness.comparison import Comparison, Other
from effectiveness.measure import Detection
from effectiveness.other_tools import Failure, Tool
from effectiveness.pool import Pool

NAMES = tuple(faults.FAULTS)
# A status that nobody documents.
PLAIN = "ok-for-created"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(1) as found:
        yield found


def failures(*says: str, operation: str = "createContact") -> frozenset[Failure]:
    return frozenset(Failure(operation, text) for text in says)


def test_a_sample_is_spread_over_the_whole_list() -> None:
    assert selection.spread(NAMES, 0) == list(NAMES)
    assert selection.spread(NAMES, len(NAMES)) == list(NAMES)
    some = selection.spread(NAMES, len(NAMES) // 8)
    places = [NAMES.index(name) for name in some]
    assert len(set(some)) == len(NAMES) // 8
    assert {b - a for a, b in pairwise(places)} <= {8, 9}


@pytest.mark.parametrize(("text", "count"), [("all", -1), ("30", 30), ("0", 0)])
def test_how_many_faults_are_compared(text: str, count: int) -> None:
    assert options.parse(["--others", text], faults.FAULTS).others == count


def test_no_other_word_is_a_number_of_faults() -> None:
    with pytest.raises(SystemExit):
        options.parse(["--others", "some"], faults.FAULTS)


def test_what_is_said_of_a_sound_sandbox_is_no_credit() -> None:
    detection = Detection("CK101", "X-1", "", frozenset({"X-1"}), whole=False)
    noise = failures("Noise")
    news = noise | failures("One", "Three|4", "Two") | failures("Noise", operation="getContact")
    tool = Tool("a tool", "a tool 1.0", "the bundle", "a day", lambda _url, _seed: noise)
    other = Other(tool, {NAMES[0]: noise, NAMES[1]: news}, noise)
    found = Comparison({NAMES[0]: detection, NAMES[1]: None}, [other], seed=1, catalogue=2)

    page = comparison.page(found, faults.FAULTS)

    assert (found.seen_by_us, other.seen) == (1, 1)
    assert "| ours | 1 of 2 |" in page
    assert "| `a tool` | 1 of 2 | the bundle | a day |" in page
    assert page.count("missed") == 2
    assert "All 2 faults of the catalogue" in page
    assert " createContact: One; createContact: Three\\|4 and 2 more |" in page


def test_in_a_batch_a_failure_counts_for_the_fault_of_its_api() -> None:
    names = (
        "derived:setAgentMapping:unknown-served:no-credentials",
        "derived:createInteraction:unknown-served:no-credentials",
    )
    derived = faults.derived.of(Contract())
    breakages = breakage.of([derived[name] for name in names], clauses.load())
    agent = failures("No", operation="setAgentMapping")
    # The work that is offered is an interaction.
    offer = failures("No", operation="offerWork")
    contact = failures("No", operation="getContact")
    elsewhere = failures("No", operation="")
    said = agent | offer | contact | elsewhere

    def about(name: str, *company: str) -> frozenset[Failure]:
        return comparison.about(name, (name, *company), said, breakages)

    assert about(names[0]) == said
    assert about(names[0], names[1]) == agent | elsewhere
    assert about(names[1], names[0]) == offer | elsewhere


def test_the_evidence_holds_what_the_comparison_has_measured() -> None:
    evidence = report.PATH.read_text(encoding="utf-8")

    lines = comparison.summary(comparison.PATH.read_text(encoding="utf-8"))

    assert [line.partition(" | ")[0] for line in lines[2:]] == [
        *("| ours", "| `schemathesis run`", "| `specmatic test`")
    ]
    assert "\n".join(lines) in evidence


def test_schemathesis_sees_what_a_schema_tells(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(other_tools, "SECONDS", 6)
    monkeypatch.setattr(comparison, "SOUND_RUNS", 1)
    breakages = breakage.of([faults.FAULTS[PLAIN]], clauses.load())
    tools = [other_tools.schemathesis()]

    extents = batches.extents([faults.FAULTS[PLAIN]], breakages, Contract().document)

    found = comparison.run([PLAIN], breakages, extents, pool, tools, seed=1, say=lambda _text: None)

    assert (found.seen_by_us, found.others[0].seen) == (1, 1)
    assert "createContact" in {failure.operation for failure in found.others[0].news(PLAIN)}
    assert f"| `{PLAIN}` |" in comparison.page(found, faults.FAULTS)


def test_specmatic_gets_whole_requests_of_every_operation() -> None:
    bundle = documents.load_mapping(BUNDLES / f"{ALL_BUNDLE}.yaml")
    whole = {node["operationId"]: node for _, _, node in operations(bundle)}

    document = other_tools.with_one_example(bundle)

    found = {node["operationId"]: node for _, _, node in operations(document)}
    assert set(found) == {name for name, node in whole.items() if VERSIONED_OF not in node}
    for name, node in found.items():
        needed = [parameter for parameter in node["parameters"] if parameter["in"] == "path"]
        media = node.get("requestBody", {}).get("content", {}).values()
        for part in (*needed, *media):
            assert list(part["examples"]) == ["documented"], name
        success = next(response for status, response in node["responses"].items() if status < "300")
        assert list(success["content"]["application/json"]["examples"]) == ["documented"]
    read = found["getContact"]["parameters"][0]["examples"]["documented"]["value"]
    shown = pointers.follow(bundle, found["getContact"]["responses"]["200"])
    example = shown["content"]["application/json"]["examples"]["documented"]["value"]
    assert example["result"]["sys_id"] == read


SPECMATIC = """<testsuite tests="4">
<testcase name="Contract Tests &gt; contractTest() &gt; +ve  Scenario: GET /a -&gt; 200"/>
<testcase name="Contract Tests &gt; contractTest() &gt; -ve  Scenario: GET /b -&gt; 4xx">
<failure message="no">no</failure></testcase>
<testcase name="Contract Tests &gt; contractTest() &gt; +ve  Scenario: GET /api/now/contact/(id:SysId) -&gt; 200">
<failure message="no">no</failure></testcase>
</testsuite>"""


def test_a_failed_test_of_specmatic_is_told_by_its_scenario(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fake(_document: Path, url: str, reports: Path) -> list[str]:
        program = (
            "import os, pathlib, sys; assert os.environ['Basic'];"
            f"pathlib.Path(sys.argv[1], 'TEST-x.xml').write_text({SPECMATIC!r})"
        )
        assert url == "http://127.0.0.1:1"
        return [sys.executable, "-c", program, str(reports)]

    monkeypatch.setattr(specmatic, "command", fake)
    monkeypatch.setattr(specmatic, "install", lambda: None)
    monkeypatch.setattr(specmatic, "why_not", lambda: "")

    seen = other_tools.specmatic(tmp_path).look("http://127.0.0.1:1", 1)

    assert seen == {
        Failure("", "-ve  Scenario: GET /b -> 4xx"),
        Failure("getContact", "+ve  Scenario: GET /api/now/contact/(id:SysId) -> 200"),
    }


def test_without_java_the_comparison_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(specmatic, "install", lambda: None)
    monkeypatch.setattr(specmatic, "why_not", lambda: "no Java")

    with pytest.raises(ToolError, match="no Java"):
        other_tools.specmatic(tmp_path)
