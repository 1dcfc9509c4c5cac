"""The tables that the sandbox holds: their fields, what these refer to, and what is indexed.

What the contract says of a record decides: a table with a `schema` takes the names, the kinds and
the references of its fields from that schema of the bundle. `tables.yaml` adds only what no
contract names: labels, display fields, indexes, and the fields of tables behind references.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as attribute
from enum import StrEnum
from pathlib import Path
from typing import Any

from ccaas_kit.contract import defaults, documents, pointers
from ccaas_kit.contract.errors import DocumentError

TABLES = Path(__file__).with_name("tables.yaml")


class Kind(StrEnum):
    """How the text of a field is compared."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATE_TIME = "date-time"
    REFERENCE = "reference"


# The text types of common.yaml and what their values mean.
_KINDS = {
    "GlideBoolean": Kind.BOOLEAN,
    "GlideDate": Kind.DATE,
    "GlideDateTime": Kind.DATE_TIME,
    "GlideDecimal": Kind.DECIMAL,
    "GlideInteger": Kind.INTEGER,
    "GlideReference": Kind.REFERENCE,
}
_KEYS = {"label", "extends", "display", "schema", "fields", "indexes", "number", "inactive"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a table; `reference` names the table of a reference field.

    `choices` are the values that the contract lists, if it does; `longest` is the length of a text;
    `schema` is what the contract says of its values.
    """

    name: str
    kind: Kind
    reference: str | None = None
    default: str = ""
    choices: tuple[str, ...] = ()
    longest: int = 255
    schema: Mapping[str, Any] | None = attribute(default=None, compare=False, repr=False)


# What the platform keeps of every record. A table with a schema has those of them that it names.
_OF_EVERY_RECORD = (
    Field("sys_created_on", Kind.DATE_TIME),
    Field("sys_created_by", Kind.STRING),
    Field("sys_updated_on", Kind.DATE_TIME),
    Field("sys_updated_by", Kind.STRING),
    Field("sys_mod_count", Kind.INTEGER, default="0"),
    Field("sys_class_name", Kind.STRING),
)


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the platform.

    `display` is the field under which people know a record; the fields of the table that it extends
    are among its own. Each entry of `indexes` is a tuple of
    fields that are looked up or sorted together. `inactive` maps a field to the values that make a
    record inactive. `number` is the prefix of the numbers of its records. `schema` is the one of the
    contract that describes them.
    """

    name: str
    label: str
    display: str
    fields: Mapping[str, Field]
    indexes: tuple[tuple[str, ...], ...]
    extends: str | None = None
    number: str | None = None
    inactive: Mapping[str, tuple[str, ...]] | None = None
    schema: str | None = None

    @property
    def indexed(self) -> tuple[str, ...]:
        """Every field of an index, once."""
        return tuple(dict.fromkeys(name for index in self.indexes for name in index))

    def defaults(self) -> dict[str, str]:
        """A record of this table with nothing set but the defaults of its fields."""
        return {field.name: field.default for field in self.fields.values()}


class Tables:
    """All tables, by name; asking for another one gives None."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = dict(tables)
        self._families = {name: self._family(name) for name in self._tables}

    def __iter__(self) -> Iterator[Table]:
        return iter(self._tables.values())

    def __getitem__(self, name: str) -> Table:
        return self._tables[name]

    def get(self, name: str) -> Table | None:
        return self._tables.get(name)

    def family(self, name: str) -> tuple[Table, ...]:
        """The table and those that extend it: a record of any of them is one of the table."""
        return self._families.get(name, ())

    def _family(self, name: str) -> tuple[Table, ...]:
        found = [self._tables[name]]
        for table in found:
            found.extend(other for other in self if other.extends == table.name)
        return tuple(found)


def load(bundle: Mapping[str, Any], path: Path = TABLES) -> Tables:
    """The tables of the sandbox, with the fields that the bundle gives them.

    Raises:
        DocumentError: the file names a schema, table, field or key that does not exist.
    """
    entries = documents.load_entries(path, required=("label", "display"))
    for name, entry in entries.items():
        if unknown := sorted(set(entry) - _KEYS):
            raise DocumentError(f"{name} has unknown keys: {', '.join(unknown)}", where=str(path))
    tables: dict[str, Table] = {}
    for name, entry in entries.items():
        tables[name] = _table(name, entry, bundle, path, tables)
    for table in tables.values():
        _check(table, tables, path)
    return Tables(tables)


def _table(
    name: str,
    entry: Mapping[str, Any],
    bundle: Mapping[str, Any],
    path: Path,
    before: Mapping[str, Table],
) -> Table:
    fields = {"sys_id": Field("sys_id", Kind.STRING, schema=_named("SysId", bundle))}
    if "schema" in entry:
        schema = bundle["components"]["schemas"].get(entry["schema"])
        if schema is None:
            raise DocumentError(f"{name}: no schema {entry['schema']}", where=str(path))
        for key, node in schema["properties"].items():
            fields[key] = _field_of_schema(key, node, bundle)
    else:
        if extended := entry.get("extends"):
            if extended not in before:
                raise DocumentError(f"{name}: no table {extended} before it", where=str(path))
            fields |= before[extended].fields
        fields |= {field.name: field for field in _OF_EVERY_RECORD}
        fields["sys_class_name"] = replace(fields["sys_class_name"], default=name)
    for key, text in (entry.get("fields") or {}).items():
        fields[key] = _field(key, str(text), bundle, where=f"{path}: {name}")
    return Table(
        name=name,
        label=entry["label"],
        display=entry["display"],
        fields=fields,
        indexes=tuple(
            tuple(index) if isinstance(index, list) else (index,)
            for index in entry.get("indexes", ())
        ),
        extends=entry.get("extends"),
        number=entry.get("number"),
        inactive={key: tuple(values) for key, values in entry.get("inactive", {}).items()} or None,
        schema=entry.get("schema"),
    )


def _field(name: str, text: str, bundle: Mapping[str, Any], *, where: str) -> Field:
    """A field written as `kind` or `reference table`, with ` = default` where it has one."""
    form, _, default = text.partition(" = ")
    kind, _, reference = form.partition(" ")
    if kind not in list(Kind) or bool(reference) != (kind == Kind.REFERENCE):
        raise DocumentError(f"the field {name} has no kind: {text!r}", where=where)
    schema = next((schema_name for schema_name, meant in _KINDS.items() if meant == kind), "")
    return Field(name, Kind(kind), reference or None, default, schema=_named(schema, bundle))


def _field_of_schema(name: str, node: Mapping[str, Any], bundle: Mapping[str, Any]) -> Field:
    kind, default = Kind.STRING, defaults.of(bundle, node, "")
    choices: tuple[str, ...] = ()
    longest = 255
    queue = [node]
    for schema in queue:
        choices = choices or tuple(value for value in schema.get("enum", ()) if value)
        longest = schema.get("maxLength", longest)
        if reference := schema.get("$ref"):
            kind = _KINDS.get(reference.rpartition("/")[2], kind)
            queue.append(pointers.resolve(bundle, reference))
        queue.extend(schema.get("allOf", ()))
    reference_table = node.get("x-sn-table") if kind is Kind.REFERENCE else None
    return Field(name, kind, reference_table, default, choices, longest, node)


def _named(name: str, bundle: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A reference to a schema of the bundle, if it has one of the name."""
    found = name in bundle["components"]["schemas"]
    return {"$ref": f"#/components/schemas/{name}"} if found else None


def _check(table: Table, tables: Mapping[str, Table], path: Path) -> None:
    where = f"{path}: {table.name}"
    for name in (table.display, *table.indexed, *(table.inactive or {})):
        if name not in table.fields:
            raise DocumentError(f"there is no field {name}", where=where)
    for target in (table.extends, *(field.reference for field in table.fields.values())):
        if target is not None and target not in tables:
            raise DocumentError(f"there is no table {target}", where=where)
