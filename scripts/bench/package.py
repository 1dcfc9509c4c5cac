"""The Python package: a page of contacts beside models as people write them, and importing it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model

from ccaas_kit.contract.errors import DocumentError

CONTACTS = 100
_ROUNDS, _PAGES = 15, 10
_IMPORTS = 7
_SCHEMA = "Contact"


@dataclass(frozen=True, slots=True)
class Package:
    """Seconds for a page, ours and by hand, and seconds that an import takes."""

    ours: float
    by_hand: float
    importing: float


def measure(document: dict[str, Any]) -> Package:
    """The medians, both readers taking turns.

    Raises:
        DocumentError: the contract shows no contact.
    """
    from servicenow_ccaas.models import ListContactsResponse

    page = _page(document)
    hand = by_hand(document)
    ours, theirs = [], []
    for _ in range(_ROUNDS):
        ours.append(_seconds(lambda: ListContactsResponse.read(page)))
        theirs.append(_seconds(lambda: hand.model_validate_json(page)))
    return Package(median(ours), median(theirs), median(_import() for _ in range(_IMPORTS)))


def by_hand(document: dict[str, Any]) -> type[BaseModel]:
    """Models of the same shape as people write them: a function before each type, no checks."""
    fields: dict[str, Any] = {
        name: (_TYPES.get(node.get("$ref", "").rpartition("/")[2], _TEXT), ...)
        for name, node in document["components"]["schemas"][_SCHEMA]["properties"].items()
    }
    kept = ConfigDict(extra="allow")
    contact = create_model(_SCHEMA, __config__=kept, **fields)
    return create_model("Page", result=(list[contact], ...))


def _page(document: dict[str, Any]) -> bytes:
    for example in document["components"]["examples"].values():
        found = example["value"].get("result") if isinstance(example["value"], dict) else None
        if isinstance(found, dict) and "sys_mod_count" in found:
            page = [{**found, "sys_id": f"{number:032x}"} for number in range(CONTACTS)]
            return json.dumps({"result": page}).encode()
    raise DocumentError("no example shows a contact", fix="Run 'make build'")


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    for _ in range(_PAGES):
        work()
    return (time.perf_counter() - begun) / _PAGES


def _import() -> float:
    program = (
        "import time; begun = time.perf_counter(); from servicenow_ccaas import Client;"
        "print(time.perf_counter() - begun)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def _or_none(read: Callable[[str], Any]) -> BeforeValidator:
    return BeforeValidator(lambda text: read(text) if text else None)


_TEXT = Annotated[str | None, _or_none(str)]
_TYPES: dict[str, Any] = {
    "GlideBoolean": Annotated[bool | None, _or_none(lambda text: text == "true")],
    "GlideInteger": Annotated[int | None, _or_none(int)],
    "GlideDate": Annotated[date | None, _or_none(date.fromisoformat)],
    "GlideDateTime": Annotated[
        datetime | None, _or_none(lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC))
    ],
    "Coordinate": Annotated[Decimal | None, _or_none(Decimal)],
}
