"""The measurement of reports: groups, what the first title names, and replays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ccaas_kit import faults
from ccaas_kit.faults.fault import Fault
from ccaas_kit.run.replay import Outcome
from effectiveness import reports

FAULT = replace(
    next(iter(faults.FAULTS.values())),
    operation="getContact",
    alters="getContact/200/result/time_zone",
)


def card(*groups: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "groups": [
            {"title": title, "operations": [operation], "fields": [field]}
            for title, operation, field in groups
        ]
    }


@pytest.mark.parametrize(
    ("group", "names_operation", "names_field"),
    [
        (("odd", "getContact", "time_zone"), True, True),
        (("odd time_zone", "getContact", ""), True, True),
        (("odd", "getContact", "city"), True, False),
        (("odd", "listContacts", "time_zone"), False, True),
    ],
)
def test_the_first_group_names_operation_and_field_or_not(
    group: tuple[str, str, str], names_operation: bool, names_field: bool
) -> None:
    found = reports.report(FAULT, card(group, ("other", "getContact", "time_zone")), {})

    assert (found.names_operation, found.names_field) == (names_operation, names_field)
    assert found.titles == (group[0], "other")


def test_figures_count_single_groups_names_and_replays() -> None:
    whole: Fault = replace(FAULT, alters="getContact")
    found = [
        reports.report(FAULT, card(("a", "getContact", "time_zone")), {Outcome.SHOWS: 2}),
        reports.report(FAULT, card(("b", "listContacts", "")), {Outcome.GONE: 1}),
        reports.report(whole, card(("c", "getContact", ""), ("d", "x", "")), {Outcome.UNCLEAR: 1}),
    ]

    text = " ".join(reports.summary(found))
    page = reports.page(found, seed=3)

    assert "2 of 3 faults that a run reported gave one group" in text
    assert "the first group of 2 of 3 names" in text
    assert (
        "Of 4 findings that were reproduced at once, 2 showed again, 1 were falsely gone and 1 unclear."
        in text
    )
    assert "| 2 of 2 | a |" not in page
    assert "| 1 | no | 0 of 1 | b |" in page
    assert "| 2 | yes | 0 of 1 | c; d |" in page
