"""Orders of lists, looked at in words that every instance sorts alike."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, permutations

from ccaas_kit.gateway.outcomes import InconclusiveError, ViolationError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact.comparisons import text_order
from ccaas_kit.probes.contact.fixtures import (
    PLENTY,
    Fixtures,
    Record,
    ask,
    distinct,
    fixtures,
    listed,
    value,
)
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

# So many contacts are looked at where the order stands alone.
_SOME = 50
_NAMES = ("last_name", "first_name", "city", "state")


def _upwards(probing: Probing, _: Subject) -> str:
    return _sorted(probing, [(_distinct_name(fixtures(probing)), 1)])


def _downwards(probing: Probing, _: Subject) -> str:
    return _sorted(probing, [(_distinct_name(fixtures(probing)), -1)])


def _several_orders(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    details = []
    for count in (2, 3):
        names = next(
            (
                permutation
                for permutation in permutations(_NAMES, count)
                if _has_ties(found, permutation)
            ),
            None,
        )
        if names is None and count == 2:
            raise InconclusiveError(
                "no contacts at hand are equal in one text and differ in another"
            )
        if names is not None:
            details.append(_sorted(probing, [*((name, 1) for name in names[:-1]), (names[-1], -1)]))
    return "; ".join(details)


def _same_records(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    plain = ask(probing, found.narrow, limit=PLENTY)
    ordered = ask(probing, f"{found.narrow}^ORDERBY{_NAMES[0]}", limit=PLENTY)
    one, two = ({record["sys_id"] for record in listed(exchange)} for exchange in (plain, ordered))
    if max(len(one), len(two)) >= PLENTY:
        raise InconclusiveError(
            f"more than {PLENTY} contacts were listed, so that some may be out of sight"
        )
    differing = len((one ^ two) & found.ids())
    expect(not differing, "the same records in an order", ordered, f"{differing} others")
    return f"the order left the {len(one)} records the same"


def _sorted(probing: Probing, orders: Sequence[tuple[str, int]]) -> str:
    """Expect that our contacts are sorted in a narrowed list, and all contacts in a whole one."""
    found = fixtures(probing)
    asked = "^".join(f"ORDERBY{'DESC' if sign < 0 else ''}{name}" for name, sign in orders)
    exchange = ask(probing, f"{found.narrow}^{asked}", limit=PLENTY)
    ours = found.ids()
    records = [record for record in listed(exchange) if record["sys_id"] in ours]
    if len(records) < 2:
        raise InconclusiveError("fewer than two of the contacts at hand were listed")
    _expect_sorted(records, orders, asked, exchange)
    alone = ask(probing, asked, limit=_SOME)
    _expect_sorted(listed(alone), orders, asked, alone)
    return f"{len(records)} contacts came in the order {asked}"


def _expect_sorted(
    records: Sequence[Record],
    orders: Sequence[tuple[str, int]],
    asked: str,
    exchange: Exchange,
) -> None:
    for before, after in combinations(records, 2):
        if _is_behind(before, after, orders):
            got = ", ".join(
                f"{' '.join(value(record, name) for name, _ in orders)}"
                for record in (before, after)
            )
            raise ViolationError(f"the order {asked}", got, exchange)


def _is_behind(before: Record, after: Record, orders: Sequence[tuple[str, int]]) -> bool:
    """Whether a record surely belongs after the one that follows it."""
    for name, sign in orders:
        order = text_order(value(before, name), value(after, name))
        if order is None:
            return False
        if order:
            return order * sign > 0
    return False


def _distinct_name(found: Fixtures) -> str:
    """The field that has the most pairs of texts that every instance sorts alike."""
    counts = {
        name: sum(
            bool(text_order(one, two)) for one, two in combinations(distinct(found.people, name), 2)
        )
        for name in _NAMES
    }
    name = max(counts, key=lambda candidate: counts[candidate])
    if not counts[name]:
        raise InconclusiveError(
            "the contacts at hand do not differ in any text that sorts alike everywhere"
        )
    return name


def _has_ties(found: Fixtures, names: Sequence[str]) -> bool:
    """Whether two of the contacts are equal in all of these texts but the last one."""
    return any(
        all(text_order(value(one, name), value(two, name)) == 0 for name in names[:-1])
        and bool(text_order(value(one, names[-1]), value(two, names[-1])))
        for one, two in combinations(found.people, 2)
    )


PROBES = recalling(
    Probe("order-upwards", "ORDERBY sorts upwards.", _upwards),
    Probe("order-downwards", "ORDERBYDESC sorts downwards.", _downwards),
    Probe("order-twice", "A later order decides among equal records.", _several_orders),
    Probe("order-same-records", "An order leaves the records the same.", _same_records),
)
