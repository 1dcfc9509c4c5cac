"""The shapes of what is read from files and bodies: JSON values, and nodes of the contract."""

from __future__ import annotations

from typing import Any, TypeAlias, TypedDict

# Any value of JSON or YAML: a document, a node of one, or a body.
Json: TypeAlias = Any

# `x-sn-state` of an operation: the tables that it creates, reads and updates records of, the path
# parameters that name the record, the value of its state afterwards, and for each field that names a
# table the table of the record that is created as well.
State = TypedDict(
    "State",
    {
        "creates": str,
        "reads": str,
        "updates": str,
        "key": list[str],
        "from": str,
        "to": str,
        "sets": dict[str, str],
    },
    total=False,
)
