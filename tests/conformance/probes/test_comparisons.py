"""Comparisons of values: what surely holds, what surely does not, and where both are right."""

from __future__ import annotations

from ccaas_kit.probes.contact import comparisons
from tests.looping import every


@every(
    ("holds", "value", "other", "expected"),
    [
        (comparisons.same, "rome", "rome", True),
        (comparisons.same, "rome", "oslo", False),
        (comparisons.same, "Rome", "rome", None),
        (comparisons.same, "Zoe", "Zoë", None),
        (comparisons.same, "rome ", "rome", None),
        (comparisons.begins, "rowan", "row", True),
        (comparisons.ends, "rowan", "WAN", None),
        (comparisons.contains, "rowan", "x", False),
        (comparisons.unlike(comparisons.same), "rome", "oslo", True),
        (comparisons.unlike(comparisons.same), "", "oslo", None),
        (comparisons.on_day, "2024-04-03 11:30:00", "2024-04-03", True),
        (comparisons.on_day, "2024-04-03 23:30:00", "2024-04-03", None),
        (comparisons.on_day, "2024-04-03 11:30:00", "2024-04-05", False),
        (comparisons.on_weekday, "2024-04-03 11:30:00", "wednesday", True),
        (comparisons.on_weekday, "", "wednesday", None),
    ],
)
def test_what_instances_see_differently_is_left_open(
    holds: comparisons.Comparison, value: str, other: str, expected: comparisons.Truth
) -> None:
    assert holds(value, other) is expected


@every(
    ("order", "value", "other", "expected"),
    [
        (comparisons.text_order, "alder", "birch", -1),
        (comparisons.text_order, "Birch", "Alder", 1),
        (comparisons.text_order, "alder", "Birch", None),
        (comparisons.text_order, "McAdam", "Mead", None),
        (comparisons.text_order, "", "birch", None),
        (comparisons.number_order, "12", "3", 1),
        (comparisons.number_order, "3.0", "3", 0),
        (comparisons.number_order, "", "3", None),
        (comparisons.number_order, "NaN", "3", None),
        (comparisons.time_order, "2024-04-03 00:00:01", "2024-04-03 00:00:00", 1),
        (comparisons.literal_order, "2024-04-03 00:00:01", "2024-04-03 00:00:00", None),
        (comparisons.literal_order, "2024-04-05 00:00:00", "2024-04-03 00:00:00", 1),
    ],
)
def test_order_is_told_where_every_instance_agrees(
    order: comparisons.Order, value: str, other: str, expected: int | None
) -> None:
    assert order(value, other) == expected


def test_unknowns_decide_nothing_alone() -> None:
    assert comparisons.every((True, None)) is None
    assert comparisons.every((False, None)) is False
    assert comparisons.some((True, None)) is True
    assert comparisons.some((False, None)) is None
