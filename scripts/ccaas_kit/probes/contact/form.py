"""The fields of a contact that a client can set: what the contract says of them, and sample values.

No field and no value is written here that the contract names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import uuid4

from ccaas_kit.contract import defaults, pointers
from ccaas_kit.model.contract import Contract

TEXT = "Conformance Probe"
_NOTHING = "no such value"
# Letters of more than one byte and of both cases, and so many characters that a cut would show.
_LETTERS = "Zoë Çağlar Ωmega 東京"
_ENOUGH = 36
# Decimal places that a rounded number loses, and of which no one is 0.
_PLACES = "2719"
# Quirks of fields whose values an instance may look up, and of those that it may keep unique.
_LOOKED_UP, _UNIQUE = "CON-058", "CON-060"
# What gives a text a form.
_BOUNDS = ("pattern", "enum", "const", "format", "oneOf", "anyOf")
RECORD = "#/components/schemas/Contact"
REQUEST = "#/components/schemas/CreateContactRequest"


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its nodes in the request and in the record, and the type that the latter names."""

    name: str
    request: Mapping[str, Any]
    record: Mapping[str, Any]
    type: Mapping[str, Any]

    @property
    def values(self) -> tuple[str, ...]:
        """The documented values, none where any will do."""
        return tuple(self.request.get("x-sn-values", ()))

    @property
    def shown_values(self) -> tuple[str, ...]:
        """The values that a record may hold where there is a list of them."""
        return ("", *self.values, *self.record.get("enum", ()))

    @property
    def table(self) -> str | None:
        """The table that a reference leads to."""
        return self.request.get("x-sn-table")

    @property
    def limit(self) -> int | None:
        """The greatest documented number of characters."""
        return self.request.get("x-sn-max-length")

    @property
    def default(self) -> str | None:
        """What the field holds where nothing has set it, as text; None where nothing is said."""
        return as_text(self.request[defaults.KEY]) if defaults.KEY in self.request else None

    @property
    def is_native(self) -> bool:
        """Whether a request can also send it as a JSON boolean or number."""
        return any(not isinstance(example, str) for example in self.request.get("examples", ()))

    @property
    def is_looked_up(self) -> bool:
        """Whether an instance may know which values there are, and refuse others (CON-058)."""
        return _LOOKED_UP in self.request.get("x-sn-quirks", ())

    @property
    def is_unique(self) -> bool:
        """Whether an instance may refuse a value that another contact has (CON-060)."""
        return _UNIQUE in self.request.get("x-sn-quirks", ())

    @property
    def is_text(self) -> bool:
        """Whether it holds a text of no list, which refers to nothing and is no number, flag or time."""
        bound = any(key in node for key in _BOUNDS for node in (self.record, self.type))
        return not (self.values or self.table or self.is_native or bound)

    @property
    def is_prose(self) -> bool:
        """Whether any text of some length will do: no default, and examples of letters."""
        letters = all(example.replace(" ", "").isalpha() for example in self._examples())
        return self.is_text and not self.default and letters and (self.limit or _ENOUGH) >= _ENOUGH

    @property
    def is_number(self) -> bool:
        """Whether its sample is made of digits, of which none may get lost: a code, a coordinate."""
        return not self.values and self.sample().replace(".", "", 1).isdigit()

    def sample(self) -> str:
        """A valid value, other than the default where there is another one; no other text has it."""
        if self.is_prose:
            return f"{TEXT} {_LETTERS} {self.name}"[-_ENOUGH:]
        for value in (*self.values, *self._examples()):
            if value and value != self.default and len(value) <= (self.limit or len(value)):
                return value
        return self.values[0] if self.values else f"{self.name} {TEXT}"[: self.limit]

    def another(self) -> str | None:
        """Another valid value than the sample; None where the contract shows none that is sure."""
        sample = self.sample()
        if self.values:
            return next((value for value in self.values if value != sample), None)
        if self.is_looked_up or self.table:
            return None
        if self.is_native:
            # What has decimal places can also be less than zero, as a longitude is.
            return f"-{Decimal(sample) + 1}{_PLACES}" if "." in sample else f"{Decimal(sample) + 1}"
        if self.is_prose or self.name in sample:
            return sample.swapcase()
        if self.is_number and not sample.startswith("0"):
            # A text of digits is no number: a zip code keeps the zero that it begins with.
            return f"0{sample[1:]}"
        # One digit of a number of a phone or a time, and the last second of no minute.
        found = re.fullmatch(r"(.*)(\d)(\D*)", sample, re.DOTALL)
        return f"{found[1]}{(int(found[2]) + 1) % 10}{found[3]}" if found else None

    def unknown(self) -> str:
        """A value that leads to nothing."""
        return uuid4().hex if self.table else self.outside() if self.values else _NOTHING

    def _examples(self) -> list[str]:
        examples = (node.get("examples", ()) for node in (self.request, self.record, self.type))
        return [example for found in examples for example in found if isinstance(example, str)]

    def native(self) -> Any:
        """The sample as a JSON boolean or number."""
        return json.loads(self.sample())

    def outside(self) -> str:
        """A value that the list of values does not have."""
        return "7" if all(value.isdigit() for value in self.values) else "perhaps"

    def overlong(self, start: str) -> str:
        """One character more than the greatest number; `start` begins a text."""
        length = (self.limit or 0) + 1
        return "1.".ljust(length, "5") if self.is_native else start[:length].ljust(length, "x")

    def longest(self, start: str) -> str:
        """As many characters as the greatest number; `start` begins a text of any kind."""
        limit = self.limit or 0
        text = start if self.is_prose else self.sample()
        return (text + "x" * limit if self.is_prose else text * (limit // len(text) + 1))[:limit]

    def holds(self, shown: Any, sent: str) -> bool:
        """Whether a record shows the value that was sent."""
        if not isinstance(shown, str):
            return False
        if shown == sent:
            return True
        if self.is_native:
            try:
                return Decimal(shown) == Decimal(sent)
            except InvalidOperation:
                return False
        # CON-021: the month of a date format has either spelling.
        return shown in self.shown_values and shown.casefold() == sent.casefold()


def fields(contract: Contract) -> dict[str, Field]:
    """The fields that a creation takes and a record shows."""
    request, record = (contract.node(pointer)["properties"] for pointer in (REQUEST, RECORD))
    return {
        name: Field(name, node, record[name], pointers.follow(contract.document, record[name]))
        for name, node in request.items()
        if name in record
    }


def social_fields(contract: Contract) -> tuple[str, ...]:
    """The fields of a creation that make up a profile, which no contact shows."""
    record = contract.node(RECORD)["properties"]
    return tuple(name for name in contract.node(REQUEST)["properties"] if name not in record)


def read_only(contract: Contract) -> tuple[str, ...]:
    """The fields that a creation does not take."""
    return tuple(contract.node(REQUEST)["x-sn-read-only"])


def type_of(contract: Contract, name: str) -> str:
    """The named type of a field of a record, such as GlideDate; empty where it has none."""
    node: Mapping[str, Any] = contract.node(RECORD)["properties"][name]
    return str(node.get("$ref", "")).rpartition("/")[2]


def as_text(value: Any) -> str:
    """A value as it travels in a record."""
    return value if isinstance(value, str) else json.dumps(value)
