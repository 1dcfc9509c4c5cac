"""What becomes of the fields of a request to create a contact.

The creation refuses no value and keeps none that a record may not hold (CON-041): what cannot be
used is left out, and its field stays as if nothing had been sent. Which values those are, the
contract's schema of a contact says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

import jsonschema_rs
import orjson

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.storage.memory import Memory
from ccaas_kit.sandbox.storage.store import Store

# CON-050: the columns that an administrator would have added to the table.
MAX_CUSTOM_NAMES = 100
MAX_CUSTOM_LENGTH = 4000
_CUSTOM_PREFIXES = ("u_", "x_")
_CUSTOM_NAME = re.compile(r"[ux]_[a-z0-9_]{1,78}")
_ONLY_TEXTS = {str}
# How many values that no record may hold are remembered, and of which length at most.
_REMEMBERED, _REMEMBERED_LENGTH = 8192, 200
_PARTS_OF_NAME = ("first_name", "middle_name", "last_name")


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a contact, by the contract, and what judges their values.

    `judge` judges any number of them at once. `whole` are those that hold whole numbers,
    `references` those that refer to a record, with its table; `social` make up a social media
    profile.
    """

    judge: jsonschema_rs.Draft202012Validator
    fields: frozenset[str]
    settable: frozenset[str]
    whole: frozenset[str]
    references: tuple[tuple[str, str], ...]
    social: tuple[str, ...]
    longest_name: int
    refused: Memory[tuple[str, str], None] = field(
        default_factory=lambda: Memory(_REMEMBERED, _REMEMBERED_LENGTH), repr=False
    )

    def texts(self, sent: Mapping[str, Any]) -> dict[str, str]:
        """The fields of a request that a client may set, as text; `valid` says whether they may."""
        found = dict(sent)
        if not self.settable.issuperset(found):
            for name in found.keys() - self.settable:
                del found[name]
        if set(map(type, found.values())) != _ONLY_TEXTS:
            for name, value in tuple(found.items()):
                text = _text(value, whole=name in self.whole)
                if text is None:
                    del found[name]
                else:
                    found[name] = text
        return found

    def valid(self, record: dict[str, str]) -> dict[str, str]:
        """The fields of a record that the contract allows, taken from the record itself."""
        # Fields that were refused before are tried first: most records are valid without them.
        for name, _ in record.items() & self.refused.keys():
            del record[name]
        if not self.judge.is_valid(record):
            for name in {str(error.instance_path[0]) for error in self.judge.iter_errors(record)}:
                text = record.pop(name)
                self.refused.keep((name, text), None, len(text))
        return record

    def leading(self, record: dict[str, str], store: Store) -> dict[str, str]:
        """The record without references to records that are not there, taken from it itself."""
        for name, table in self.references:
            sys_id = record.get(name)
            if sys_id and not _is_there(sys_id, table, store):
                del record[name]
        return record

    def profile(self, sent: Mapping[str, Any]) -> dict[str, str] | None:
        """The fields of the social media profile; None where they are not all there (CON-049)."""
        if not sent.keys() >= set(self.social):
            return None
        found = {name: _text(sent[name]) for name in self.social}
        texts = {name: text for name, text in found.items() if text}
        return texts if len(texts) == len(found) else None

    def full_name(self, record: Mapping[str, str]) -> str:
        """The full name from the parts of a name; without the middle name if it is too long."""
        name = " ".join(filter(None, (record[part] for part in _PARTS_OF_NAME)))
        if len(name) > self.longest_name:
            name = " ".join((record[_PARTS_OF_NAME[0]], record[_PARTS_OF_NAME[-1]]))
        return name


@lru_cache(maxsize=8)
def form(contract: Contract) -> Form:
    """The form of a contact by a contract."""
    contact, request = contract.schema("Contact"), contract.schema("CreateContactRequest")
    fields, sent = contact["properties"], request["properties"]
    return Form(
        judge=contract.judge({"properties": fields}),
        fields=frozenset(fields),
        # CON-046: the others are the instance's own.
        settable=frozenset(fields) - set(request["x-sn-read-only"]),
        whole=frozenset(name for name, node in sent.items() if "integer" in node["type"]),
        references=tuple(
            (name, node["x-sn-table"]) for name, node in sent.items() if "x-sn-table" in node
        ),
        social=tuple(name for name in sent if name not in fields),
        longest_name=fields["name"]["maxLength"],
    )


def custom_fields(sent: Mapping[str, Any], form: Form, store: Store, table: str) -> dict[str, str]:
    """The custom fields of a request as text; new names become columns, up to a limit (CON-050)."""
    found: dict[str, str] = {}
    if form.fields.issuperset(sent):
        return found
    for name in [name for name in sent if name not in form.fields]:
        if name[:2] in _CUSTOM_PREFIXES and _CUSTOM_NAME.fullmatch(name):
            text = _text(sent[name])
            if text is not None and len(text) <= MAX_CUSTOM_LENGTH:
                found[name] = text
    if not found:
        return found
    known = store.custom_names(table)
    new = [name for name in found if name not in known][: max(0, MAX_CUSTOM_NAMES - len(known))]
    if new:
        store.set_custom_names(table, [*known, *new])
    return {name: text for name, text in found.items() if name in known or name in new}


def is_custom_possible(query: str) -> bool:
    """Whether a query may speak of custom columns, so that they have to be looked up."""
    return any(prefix in query for prefix in _CUSTOM_PREFIXES)


def learn_custom_names(instance: Instance, table: str) -> None:
    """Take the custom columns from the records that the table already holds."""
    where = " OR ".join("instr(t.body, ?)" for _ in _CUSTOM_PREFIXES)
    marks = [f'"{prefix}' for prefix in _CUSTOM_PREFIXES]
    records = instance.store.select(table, where, marks, order_by="", limit=-1, offset=0)
    names = _new_names(map(orjson.loads, records), instance.tables[table].fields)
    if names:
        instance.store.set_custom_names(table, names)


def _new_names(records: Iterable[Mapping[str, Any]], fields: Mapping[str, Any]) -> list[str]:
    names = {name: None for record in records for name in record if name not in fields}
    return [name for name in names if _CUSTOM_NAME.fullmatch(name)]


def _is_there(sys_id: str, table: str, store: Store) -> bool:
    # An id in capitals is one as well, and kept as it was sent.
    return store.exists(table, sys_id) or store.exists(table, sys_id.lower())


def _text(value: Any, *, whole: bool = False) -> str | None:
    """A value as a record holds it; None for a list, an object or nothing."""
    if value.__class__ is str:
        return str(value)
    if value.__class__ is bool:
        return "true" if value else "false"
    if value.__class__ is int:
        return str(value)
    if value.__class__ is float:
        if whole and value.is_integer():
            return str(int(value))
        text = repr(value)
        return format(Decimal(text), "f") if "e" in text else text
    return None
