"""What is odd about a request before it is sent: fields that the contract does not know, and half of a pair.

The instance would ignore a misspelled field without a word, or refuse half of a pair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel

from servicenow_ccaas import models
from servicenow_ccaas.record import Record, records

# How the names of columns begin that an instance has added to its tables.
_OWN_COLUMNS = ("u_", "x_")


def oddities(
    model: str, body: BaseModel | Mapping[str, Any], together: Mapping[str, Sequence[str]]
) -> list[str]:
    """What is odd about a body, a sentence each; `together` are the fields that each field needs."""
    sent = body.to_wire() if isinstance(body, Record) else body
    if isinstance(sent, BaseModel):
        sent = sent.model_dump(mode="json", exclude_unset=True)
    half = [
        f"{name} is nothing without {needed}"
        for name, others in together.items()
        for needed in others
        if name in sent and needed not in sent
    ]
    return [*_unknown(getattr(models, model), sent, ""), *half]


def _unknown(kind: Any, sent: Mapping[str, Any], above: str) -> Iterator[str]:
    fields = {
        field.alias or name: field
        for record in records(kind)
        for name, field in record.model_fields.items()
    }
    for name, value in sent.items():
        field = fields.get(name)
        if field is None and not name.startswith(_OWN_COLUMNS):
            nearest = get_close_matches(name, fields, 1)
            meant = f"; did you mean {nearest[0]}?" if nearest else ""
            yield f"there is no field {above}{name}{meant}"
        elif field is not None and isinstance(value, Mapping) and list(records(field.annotation)):
            yield from _unknown(field.annotation, value, f"{above}{name}.")
