"""Encoded queries are built, and values cannot change them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from servicenow_ccaas import Query
from servicenow_ccaas.paging import ordered
from tests.looping import every


@every(
    ("query", "text"),
    [
        (Query(), ""),
        (Query().equals("active", True), "active=true"),
        (
            Query().equals("active", True).starts_with("name", "A"),
            "active=true^nameSTARTSWITHA",
        ),
        (Query().equals("city", "Bonn").or_().is_empty("city"), "city=Bonn^ORcityISEMPTY"),
        (
            Query().equals("a", 1).union().not_equals("b", 2).order_by("c", descending=True),
            "a=1^NQb!=2^ORDERBYDESCc",
        ),
        (Query().order_by("name").order_by("sys_id"), "ORDERBYname^ORDERBYsys_id"),
        (Query().is_in("state", ["a", "b"]), "stateINa,b"),
        (Query().is_not_in("state", ["a"]), "stateNOT INa"),
        (Query().between("n", 1, 5), "nBETWEEN1@5"),
        (Query().contains("company.name", "co"), "company.nameLIKEco"),
        (Query().excludes("name", "x").ends_with("name", "y"), "nameNOT LIKEx^nameENDSWITHy"),
        (Query().is_not_empty("email"), "emailISNOTEMPTY"),
        (
            Query().at_least("sys_created_on", datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)),
            "sys_created_on>=2024-01-02 03:04:05",
        ),
        (
            Query().at_most(
                "sys_created_on", datetime(2024, 1, 2, tzinfo=timezone(timedelta(hours=1)))
            ),
            "sys_created_on<=2024-01-01 23:00:00",
        ),
    ],
)
def test_terms_become_text(query: Query, text: str) -> None:
    assert str(query) == text


@every(
    "build",
    [
        lambda: Query().equals("name", "a^ORactive=true"),
        lambda: Query().equals("name", "javascript:gs.getUserID()"),
        lambda: Query().equals("name", "JavaScript:x"),
        lambda: Query().equals("na^me", "a"),
        lambda: Query().equals("name=x", "a"),
        lambda: Query().equals("", "a"),
        lambda: Query().is_in("state", ["a,b"]),
        lambda: Query().is_in("state", []),
        lambda: Query().is_in("state", "ab"),
        lambda: Query().between("n", "1@2", "3"),
        lambda: Query().at_least("at", datetime(2024, 1, 1)),
        lambda: Query().or_(),
        lambda: Query().equals("a", 1).or_().union(),
        lambda: str(Query().equals("a", 1).or_()),
    ],
)
def test_what_would_change_the_query_is_refused(build: Any) -> None:
    with pytest.raises(ValueError, match=r"'|time zone|list"):
        build()


@every(
    ("query", "text"),
    [
        (None, "ORDERBYsys_id"),
        ("", "ORDERBYsys_id"),
        ("active=true", "active=true^ORDERBYsys_id"),
        ("active=true^ORDERBYDESCname", "active=true^ORDERBYDESCname"),
        (Query().order_by("name"), "ORDERBYname"),
    ],
)
def test_pages_have_an_order(query: str | Query | None, text: str) -> None:
    assert ordered(query) == text
