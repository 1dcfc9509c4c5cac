"""What the platform says of its own tables: sys_db_object, sys_dictionary and sys_choice.

Clients ask these which tables there are, which fields and of which type, and what the values of a
choice are called. The records say what the tables of the sandbox are; nobody writes them elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import blake2b

from ccaas_kit.sandbox.storage.tables import Field, Kind, Table, Tables

# What the platform calls the types of fields; the dictionary names the table itself a collection.
_TYPES = {Kind.DATE: "glide_date", Kind.DATE_TIME: "glide_date_time"}
_SYS_ID = "GUID"
_COLLECTION = "collection"
_ID_LENGTH = "32"
# The dictionary says so of a field with choices that may also stay empty.
_HAS_CHOICES = "1"

Record = dict[str, str]


def records(tables: Tables) -> Iterator[tuple[str, list[Record]]]:
    """Each of the three tables with its records."""
    whole = list(tables)
    of_tables = [_of_table(table) for table in whole]
    of_fields = [record for table in whole for record in _of_fields(table, tables)]
    of_choices = [record for table in whole for record in _of_choices(table, tables)]
    for name, made in (
        ("sys_db_object", of_tables),
        ("sys_dictionary", of_fields),
        ("sys_choice", of_choices),
    ):
        defaults = tables[name].defaults()
        yield name, [defaults | {"sys_created_by": "system"} | record for record in made]


def label(name: str) -> str:
    """What people read instead of a name or a value such as `closed_complete`."""
    return name.replace("_", " ").strip().capitalize() if name.islower() else name


def choice_of(field: Field, text: str) -> str:
    """The value of a choice that is written as its label; any other text as it is."""
    folded = text.casefold()
    return next((value for value in field.choices if label(value).casefold() == folded), text)


def _of_table(table: Table) -> Record:
    extended = _sys_id("sys_db_object", table.extends) if table.extends else ""
    return {
        "sys_id": _sys_id("sys_db_object", table.name),
        "name": table.name,
        "label": table.label,
        "super_class": extended,
        "number_ref": table.number or "",
    }


def _of_fields(table: Table, tables: Tables) -> Iterator[Record]:
    """The entry of a table, and one for each field that it has not from the table it extends."""
    yield {
        "sys_id": _sys_id("sys_dictionary", table.name, ""),
        "name": table.name,
        "column_label": table.label,
        "internal_type": _COLLECTION,
    }
    for field in _own(table, tables):
        yield {
            "sys_id": _sys_id("sys_dictionary", table.name, field.name),
            "name": table.name,
            "element": field.name,
            "column_label": label(field.name.removeprefix("u_")),
            "internal_type": _type(field),
            "reference": field.reference or "",
            "max_length": _ID_LENGTH if field.reference else str(field.longest),
            "default_value": field.default,
            "choice": _HAS_CHOICES if field.choices else "",
            "read_only": str(field.name.startswith("sys_")).lower(),
            "unique": str(field.name == "sys_id").lower(),
            "display": str(field.name == table.display).lower(),
        }


def _of_choices(table: Table, tables: Tables) -> Iterator[Record]:
    for field in _own(table, tables):
        for place, value in enumerate(field.choices):
            yield {
                "sys_id": _sys_id("sys_choice", table.name, field.name, value),
                "name": table.name,
                "element": field.name,
                "label": label(value),
                "value": value,
                "sequence": str(place),
            }


def _own(table: Table, tables: Tables) -> list[Field]:
    extended = tables[table.extends].fields if table.extends else {}
    return [field for field in table.fields.values() if field.name not in extended]


def _type(field: Field) -> str:
    return _SYS_ID if field.name == "sys_id" else _TYPES.get(field.kind, field.kind)


def _sys_id(*parts: str) -> str:
    return blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
