"""Queries for pages that follow each other."""

from __future__ import annotations

from servicenow_ccaas.query import Query

_ORDER = "ORDERBY"


def ordered(query: str | Query | None) -> str:
    """The query with an order: without one, pages can overlap or leave records out."""
    text = "" if query is None else str(query)
    if any(term.startswith(_ORDER) for term in text.split("^")):
        return text
    return f"{text}^{_ORDER}sys_id" if text else f"{_ORDER}sys_id"
