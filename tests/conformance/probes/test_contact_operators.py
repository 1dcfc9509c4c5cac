"""Operators of the query language, on an instance that does not know them."""

from __future__ import annotations

from typing import Any

import pytest

from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.contact.querying import operators, queries
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.conformance.probes.contact_faults import (
    LIST,
    QUERY,
    answering,
    listing,
    narrowing_alone,
    rewritten,
)
from tests.looping import every

OPERATORS = [probe.name for probe in operators.PROBES]
OTHERS = [probe.name for probe in queries.PROBES]
# Records that are listed whatever is asked prove nothing wrong with what finds every record.
WIDENING = [name for name in (*OPERATORS, *OTHERS) if name != "query-anything"]
# A database may hold no empty text at all, and a script may be of somebody with few contacts.
NARROWING = [name for name in (*OPERATORS, *OTHERS) if name != "query-empty-text"]


@every("name", [*OPERATORS, *OTHERS])
def test_the_sandbox_knows_it(target: Targets, name: str) -> None:
    bed.conforms(target(), name, LIST, QUERY)


@every("name", WIDENING)
def test_a_term_that_is_left_out_is_seen(target: Targets, name: str) -> None:
    seen = target(tamper=rewritten(narrowing_alone))

    bed.violates(seen, name, LIST, QUERY)


@every("name", NARROWING)
def test_a_term_that_matches_nothing_is_seen(target: Targets, name: str) -> None:
    def nothing(query: str) -> str:
        narrow = narrowing_alone(query)
        return f"{narrow}^sys_id=none" if query != narrow else query

    bed.violates(target(tamper=rewritten(nothing)), name, LIST, QUERY)


@every("name", OPERATORS)
def test_a_refused_operator_is_seen(target: Targets, name: str) -> None:
    refusing = answering(400, lambda sent: "^" in sent.get("sysparm_query", ""))

    bed.violates(target(fault=refusing), name, LIST, QUERY)


@every(
    ("name", "written", "read"),
    [
        ("query-equals", "name=", "nameLIKE"),
        ("query-begins", "STARTSWITH", "LIKE"),
        ("query-ends", "ENDSWITH", "LIKE"),
        ("query-percent", "%", "LIKE"),
        ("query-asterisk", "*", "STARTSWITH"),
        ("query-ends", "ENDSWITH", "STARTSWITH"),
        ("query-percent", "%", "="),
        ("query-contains", "LIKE", "STARTSWITH"),
        ("query-lacks", "NOT LIKE", "LIKE"),
        ("query-at-most", "<=", ">="),
        ("query-less", "<", "<="),
        ("query-greater", ">", ">="),
        ("query-is-empty", "ISEMPTY", "ISNOTEMPTY"),
        ("query-at-least-field", "GT_OR_EQUALS_FIELD", "GT_FIELD"),
        ("query-at-most-field", "LT_OR_EQUALS_FIELD", "LT_FIELD"),
        ("query-not-on", "NOTON", "ON"),
        ("query-nearer", "LESSTHAN", "MORETHAN"),
        ("query-after-relative", "RELATIVEGT", "RELATIVELT"),
        ("query-flag-empty", "!=true", "=false"),
        ("query-letters", "last_name=", "sys_id="),
    ],
)
def test_an_operator_read_as_another_is_seen(
    target: Targets, name: str, written: str, read: str
) -> None:
    seen = target(tamper=rewritten(lambda query: query.replace(written, read)))

    bed.violates(seen, name, LIST, QUERY)


def test_a_list_read_as_its_first_value_is_seen(target: Targets) -> None:
    def first(query: str) -> str:
        return query.partition(",")[0] if "title" in query else query

    bed.violates(target(tamper=rewritten(first)), "query-in", LIST, QUERY)
    bed.violates(target(tamper=rewritten(first)), "query-not-in", LIST, QUERY)


def test_a_range_without_its_ends_is_seen(target: Targets) -> None:
    def inner(query: str) -> str:
        head, operator, values = query.partition("BETWEEN")
        if not operator:
            return query
        name, (least, most) = head.rpartition("^")[2], values.split("@")
        return f"{head}!={least}^{name}!={most}^{name}BETWEEN{values}"

    bed.violates(target(tamper=rewritten(inner)), "query-between", LIST, QUERY)


def test_letters_that_are_decoded_twice_are_seen(target: Targets) -> None:
    def spaced(query: str) -> str:
        return query.replace("+", " ")

    bed.violates(target(tamper=rewritten(spaced)), "query-equals", LIST, QUERY)


def test_an_or_that_comes_last_is_seen(target: Targets) -> None:
    def late(query: str) -> str:
        narrow, one, two, three = query.split("^")
        two = two.removeprefix("OR")
        return f"{narrow}^{one}^NQ{narrow}^{two}^{three}"

    seen = target(tamper=rewritten(lambda query: late(query) if "^OR" in query else query))

    bed.violates(seen, "query-or-before-and", LIST, QUERY)


@pytest.mark.parametrize(
    ("name", "written", "read"),
    [("query-or", "^OR", "^"), ("query-new", "^NQ", "^"), ("query-new", "^NQ", "^OR")],
)
def test_terms_that_are_joined_otherwise_are_seen(
    target: Targets, name: str, written: str, read: str
) -> None:
    def joined(query: str) -> str:
        return query.replace(written, read, 1) if "ORDERBY" not in query else query

    bed.violates(target(tamper=rewritten(joined)), name, LIST, QUERY)


def test_an_and_that_is_read_as_an_or_is_seen(target: Targets) -> None:
    def loose(query: str) -> str:
        head, _, last = query.rpartition("^")
        return f"{head}^OR{last}" if head.count("^") else query

    bed.violates(target(tamper=rewritten(loose)), "query-and", LIST, QUERY)


def test_a_script_that_is_taken_as_text_is_seen(target: Targets) -> None:
    literal = rewritten(lambda query: query.replace("javascript:", "javascript :"))

    bed.violates(target(tamper=literal), "query-script", LIST, QUERY)


def test_a_reference_that_is_not_followed_is_seen(target: Targets) -> None:
    by_id = rewritten(lambda query: query.replace("managerLIKE", "manager="))
    own = rewritten(lambda query: query.replace("manager.last_name", "last_name"))

    bed.violates(target(tamper=by_id), "query-display-name", LIST, QUERY)
    bed.violates(target(tamper=own), "query-dot", LIST, QUERY)


def test_an_empty_text_that_may_be_no_value_tells_nothing(target: Targets) -> None:
    none = rewritten(
        lambda query: query + "^sys_id=none" if query.endswith("EMPTYSTRING") else query
    )

    bed.unverified(target(tamper=none), "query-empty-text", LIST, QUERY)


def test_a_value_that_is_not_kept_tells_nothing(target: Targets) -> None:
    def blank(body: Any) -> None:
        for contact in body["result"]:
            contact["city"] = contact["state"] = contact["street"] = contact["phone"] = ""

    seen = target(fault=listing(blank), profile=Profile.READ_ONLY)

    bed.unverified(seen, "query-is-empty", LIST, QUERY)


@pytest.mark.parametrize(
    "name", ["query-equals", "query-is-empty", "query-less", "query-display-name"]
)
def test_a_read_only_run_looks_at_contacts_that_are_there(target: Targets, name: str) -> None:
    bed.conforms(target(profile=Profile.READ_ONLY), name, LIST, QUERY)

    widened = target(tamper=rewritten(narrowing_alone), profile=Profile.READ_ONLY)
    bed.violates(widened, name, LIST, QUERY)
