"""The tables of the instance as the page shows them: the youngest records of each, or those with a text."""

from __future__ import annotations

from typing import Any

import orjson

from ccaas_kit.sandbox.storage.store import Store

# Records of each table.
MOST = 200
_WITH_TEXT = "EXISTS (SELECT 1 FROM json_each(t.body) WHERE value LIKE ? ESCAPE '\\')"
_ESCAPES = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


def of(store: Store, search: str) -> dict[str, Any]:
    """The tables that hold records, each with its records, the youngest first.

    Raises:
        QueryTimeoutError: the search took longer than a request may.
        PostponedError: it takes longer than a quick request may.
    """
    where, parameters = "1", []
    if search:
        where, parameters = _WITH_TEXT, [f"%{search.translate(_ESCAPES)}%"]
    found = []
    for table in store.tables:
        if not (count := store.count(table.name)):
            continue
        texts = store.select(
            table.name, where, parameters, order_by="t.seq DESC", limit=MOST, offset=0
        )
        found.append(
            {
                "name": table.name,
                "label": table.label,
                "display": table.display,
                "count": count,
                "records": [orjson.Fragment(text) for text in texts],
            }
        )
    return {"most": MOST, "tables": found}
