"""What can be wrong with the fields of a new contact: many fields at once, one way at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ccaas_kit.probes.contact import form
from ccaas_kit.probes.contact.form import Field
from ccaas_kit.probes.probing import Probing

# More than a column without a documented length would hold.
_LONG = 5000
_TIMES = ("GlideDate", "GlideDateTime")
# By the type that the contract names first: a value of another one.
_OTHER: Mapping[str, Any] = {"boolean": 1, "integer": 2.5, "number": True}
Values = Mapping[str, Any]


def _no(_: Field) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Wrong:
    """One way of being wrong: its name, and what it sends.

    Fields for which `is_ignored` holds have to be shown as if nothing had been sent; of others it is
    left to the schemas and to the probes of single fields what a record may show. What
    `is_refusable` may be refused as well.
    """

    name: str
    values: Callable[[Probing], Values]
    is_ignored: Callable[[Field], bool] = _no
    is_refusable: bool = False


def misspelled(name: str) -> tuple[str, ...]:
    """Names that are taken for another one: without underscores, in capitals inside, one letter more."""
    first, *others = name.split("_")
    joined = (first + "".join(others), first + "".join(map(str.title, others))) if others else ()
    return (*joined, name + name[-1])


def _with(value: Any, test: Callable[[Field], bool]) -> Callable[[Probing], Values]:
    """The same value in every field of a kind, but those in which it could be somebody else's."""
    return lambda probing: {
        field.name: value for field in _fields(probing) if test(field) and not field.is_unique
    }


def _fields(probing: Probing) -> list[Field]:
    """The fields that no instance may compare with values of its own (CON-058)."""
    found = form.fields(probing.contract).values()
    return [field for field in found if not field.is_looked_up]


def _every(_: Field) -> bool:
    return True


def _is_text(field: Field) -> bool:
    return field.is_text


def _is_no_text(field: Field) -> bool:
    return not field.is_text


def _is_bound(field: Field) -> bool:
    """Whether it holds a time or one of a list: a great number may be one all the same."""
    return not (field.is_text or field.table or (field.is_native and not field.values))


def _untyped(probing: Probing) -> Values:
    """Numbers for flags, fractions for whole numbers, flags for numbers."""
    return {
        field.name: _OTHER[field.request["type"][0]]
        for field in _fields(probing)
        if field.is_native
    }


def _words(probing: Probing) -> Values:
    """Words where no word can be right, and texts that are no address and no zone."""
    return _odd(probing, number="many", time="yesterday", text="no such value")


def _impossible(probing: Probing) -> Values:
    """Numbers and times of the right form that cannot be, and texts with control characters."""
    found = _odd(
        probing, number="-99999999999999999999", time="2019-99-99 99:99:99", text="no\nsuch\tvalue"
    )
    # By the address that is left, a contact is found again of which no response came.
    unique = [field.name for field in _fields(probing) if field.is_unique]
    return {name: value for name, value in found.items() if name not in unique}


def _odd(probing: Probing, *, number: str, time: str, text: str) -> Values:
    unique = uuid4().hex[:8]
    found: dict[str, Any] = {}
    for field in _fields(probing):
        if field.values:
            found[field.name] = field.outside()
        elif field.is_native:
            found[field.name] = number
        elif form.type_of(probing.contract, field.name) in _TIMES:
            found[field.name] = time
        elif field.is_text:
            # A login belongs to one user alone, and so does an email address.
            found[field.name] = f"{text} {unique}"
    return found


def _overlong(probing: Probing) -> Values:
    start = f"{form.TEXT} {uuid4().hex[:12]} "
    return {
        field.name: field.overlong(start) if field.limit else start.ljust(_LONG, "x")
        for field in _fields(probing)
        if field.limit or field.is_text
    }


def _codes(probing: Probing) -> Values:
    found = form.fields(probing.contract).values()
    return {field.name: "no such code" for field in found if field.is_looked_up}


def _unknown_records(probing: Probing) -> Values:
    return {field.name: uuid4().hex for field in _fields(probing) if field.table}


def _misspelled(probing: Probing) -> Values:
    return {
        name: field.sample() if not field.table else uuid4().hex
        for field in _fields(probing)
        for name in misspelled(field.name)
    }


TYPES = (
    Wrong("numbers as texts", _with(92069, _is_text)),
    Wrong("flags as texts", _with(True, _is_text)),
    Wrong("other numbers and flags", _untyped),
    Wrong("nulls", _with(None, _every), is_ignored=_every),
    Wrong("empty texts", _with("", _every)),
    Wrong("lists", _with(["wrong"], _every), is_ignored=_every),
    Wrong("objects", _with({"value": "wrong"}, _every), is_ignored=_every),
)
VALUES = (
    Wrong("words", _words, is_ignored=_is_no_text),
    Wrong("impossible values", _impossible, is_ignored=_is_bound),
)
OVERLONG = Wrong("overlong texts", _overlong)
CODES = Wrong("odd codes", _codes, is_refusable=True)
NO_RECORDS = Wrong("ids without a record", _unknown_records, is_ignored=_every)
MISSPELLED = Wrong("misspelled names", _misspelled, is_ignored=_every)
