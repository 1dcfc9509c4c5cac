"""A run asks about the clauses that its user has named, and judges these alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console

from ccaas_kit import probes
from ccaas_kit.contract import clauses, layout
from ccaas_kit.contract.arazzo import workflows
from ccaas_kit.contract.clauses import Kind
from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.judging import scorecard
from ccaas_kit.judging.log.log import LogFile
from ccaas_kit.judging.selection import Selection
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import embedded, options, run
from tests.conformance.targets import target

CONTRACT = Contract(layout.BUNDLE)
CLAUSES = clauses.load()
EVERYTHING = probes.cases(CLAUSES, CONTRACT.bases_of)


def of_kind(kind: Kind) -> clauses.Clause:
    """A clause of one operation that one check of a kind decides."""
    return next(
        clause
        for clause in CLAUSES
        if clause.operation and [check.kind for check in clause.checked_by] == [kind]
    )


def test_without_a_name_everything_is_asked() -> None:
    whole = Selection()

    assert whole.of(CLAUSES) is CLAUSES
    assert whole.cases(EVERYTHING, CLAUSES, CONTRACT) is EVERYTHING
    assert whole.bases(CLAUSES, CONTRACT) == frozenset(CONTRACT.bases())
    assert all(whole.walks(flow, CLAUSES) for flow in workflows.load())


def test_a_clause_of_a_probe_asks_this_one_about_its_own_subject() -> None:
    clause = of_kind(Kind.PROBE)
    selection = Selection(clauses=frozenset({clause.id}))

    (case,) = selection.cases(EVERYTHING, CLAUSES, CONTRACT)

    assert (case[0], case[1].pointer) == (clause.checked_by[0].subject, clause.pointer)
    assert selection.bases(CLAUSES, CONTRACT) == {clause.operation}


def test_a_clause_about_all_traffic_asks_all_about_its_operation() -> None:
    clause = of_kind(Kind.SCHEMA)
    asked = Selection(clauses=frozenset({clause.id})).cases(EVERYTHING, CLAUSES, CONTRACT)

    assert set(asked) == {case for case in EVERYTHING if case[1].operation == clause.operation}
    alone = Selection(clauses=frozenset({clause.id}), probes=frozenset({"known-url"}))
    assert {case[0] for case in alone.cases(EVERYTHING, CLAUSES, CONTRACT)} == {"known-url"}


@pytest.mark.parametrize(
    ("words", "near"),
    [
        (("--operation", "getContct"), "Did you mean 'getContact'"),
        (("--clause", "CON-GET-9999"), "Did you mean 'CON-GET-"),
        (("--api", "zzz"), "There are "),
    ],
)
def test_a_name_that_does_not_exist_names_the_nearest(
    words: tuple[str, ...], near: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match=near):
        run.run(
            options.parse([*words, "--out", str(tmp_path)]),
            environment={},
            console=Console(quiet=True),
        )


def test_only_what_was_asked_about_is_judged_and_the_log_says_so(tmp_path: Path) -> None:
    words = ["--operation", "getContact", "--api", "agent-mapping", "--probes-only"]
    with target() as sandbox:
        code = run.run(
            options.parse(
                [
                    *words,
                    "--target",
                    sandbox.url,
                    "--config",
                    str(embedded.CONFIG),
                    "--out",
                    str(tmp_path),
                ]
            ),
            environment=embedded.ENVIRONMENT,
            console=Console(quiet=True),
        )
    card = scorecard.read(tmp_path)
    head = next(LogFile(tmp_path / "exchanges.ndjson", CONTRACT).events())

    expected = [
        clause.id
        for clause in CLAUSES
        if clause.operation == "getContact" or clause.api == "agent-mapping"
    ]
    assert code == 0
    assert [clause["id"] for clause in card["clauses"]] == expected
    assert card["summary"]["conforms"] > 0.8 * len(expected)
    assert head.selection.operations == {"getContact"}  # type: ignore[union-attr]
    assert "only a part of the contract was selected" in card["headline"]


def test_a_workflow_that_a_clause_names_is_walked_also_beside_given_probes() -> None:
    clause = next(
        clause
        for clause in CLAUSES
        if {Kind.PROBE, Kind.WORKFLOW} <= {check.kind for check in clause.checked_by}
    )
    flows = workflows.load()
    named = {check.subject.partition("/")[0] for check in clause.checked_by}

    narrow = Selection(clauses=frozenset({clause.id}), probes=frozenset())

    walked = {flow.id for flow in flows if narrow.walks(flow, CLAUSES)}
    assert walked == named & {flow.id for flow in flows} != set()
