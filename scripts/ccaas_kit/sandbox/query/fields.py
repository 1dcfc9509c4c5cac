"""Fields of records as pieces of SQL: as text, as a number, as a date, and through references.

A piece carries the parameters of its question marks, so that no value and no JSON path ever stands
in SQL text. The names that do are those of tables and fields that the sandbox knows, quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ccaas_kit.sandbox.query.dates import Part
from ccaas_kit.sandbox.storage.table_sql import key_column, quoted
from ccaas_kit.sandbox.storage.tables import Field, Kind, Table, Tables

Parameter: TypeAlias = str | int | float
Path: TypeAlias = tuple[Field, ...]

_PARTS = {
    Part.HOUR: "CAST(strftime('%H', {}) AS INTEGER)",
    Part.WEEKDAY: "CAST(strftime('%w', {}) AS INTEGER)",
    Part.DAY: "CAST(strftime('%d', {}) AS INTEGER)",
    # Weeks begin on Sunday; the days before the first one are week 0.
    Part.WEEK: "((strftime('%j', {}) + 6 - strftime('%w', {})) / 7)",
    Part.MONTH: "CAST(strftime('%m', {}) AS INTEGER)",
    Part.QUARTER: "((strftime('%m', {}) + 2) / 3)",
    Part.YEAR: "CAST(strftime('%Y', {}) AS INTEGER)",
}


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL and the parameters of its question marks."""

    text: str
    values: tuple[Parameter, ...] = ()


def sql(template: str, *pieces: Sql) -> Sql:
    """The template, each pair of braces replaced by a piece, in the order of the pieces."""
    return Sql(
        template.format(*(piece.text for piece in pieces)),
        tuple(value for piece in pieces for value in piece.values),
    )


def bound(value: Parameter) -> Sql:
    return Sql("?", (value,))


def joined(word: str, pieces: Sequence[Sql]) -> Sql:
    """All pieces, in balanced brackets: SQLite limits how deep an expression is, not how wide."""
    if len(pieces) == 1:
        return pieces[0]
    middle = len(pieces) // 2
    return sql(f"({{}} {word} {{}})", joined(word, pieces[:middle]), joined(word, pieces[middle:]))


class Fields:
    """The fields of the records of one table, which has the alias `t`."""

    def __init__(self, table: Table, tables: Tables) -> None:
        self.table = table
        self.tables = tables

    def shown(self, path: Path) -> Path:
        """The path to what people read: of a reference the display field of its record."""
        target = self.tables.get(path[-1].reference) if path[-1].reference else None
        return (*path, target.fields[target.display]) if target else path

    def key(self, reference: Field) -> Sql:
        """The sys_id that a reference holds."""
        return self._read((reference,), folded=False)

    def texts(self) -> list[str]:
        """The names of the fields in which people write."""
        return [
            field.name
            for field in self.table.fields.values()
            if field.kind is Kind.STRING and not field.name.startswith("sys_")
        ]

    def number(self, path: Path) -> Sql:
        return sql("CAST(nullif({}, '') AS NUMERIC)", self._read(path, folded=False))

    def moment(self, path: Path) -> Sql:
        """The date and time of a field, midnight for a date alone, NULL where it is empty."""
        moment = sql("nullif({}, '')", self._read(path, folded=False))
        return sql("({} || ' 00:00:00')", moment) if path[-1].kind is Kind.DATE else moment

    def part(self, moment: Sql, part: Part) -> Sql:
        template = _PARTS[part]
        return sql(template, *[moment] * template.count("{}"))

    def folded(self, path: Path) -> Sql:
        return self._read(path, folded=True)

    def _read(self, path: Path, *, folded: bool) -> Sql:
        return self._walked(path, self.table, 0, folded=folded)

    def _walked(self, path: Path, table: Table, depth: int, *, folded: bool) -> Sql:
        alias = f"r{depth}" if depth else "t"
        if len(path) == 1:
            return _column(alias, table, path[0], folded=folded)
        key = _column(alias, table, path[0], folded=False)
        found = [
            sql(
                f"(SELECT {{}} FROM {quoted(target.name)} AS r{depth + 1} "  # noqa: S608  # known
                f"WHERE r{depth + 1}.sys_id = {{}})",
                self._walked(path[1:], target, depth + 1, folded=folded),
                key,
            )
            for target in self.tables.family(path[0].reference or "")
        ]
        return sql(f"coalesce({'{}, ' * len(found)}'')", *found)


def nothing_of(table: Table) -> Sql:
    """A select of one row that is empty in each column of a table."""
    keys = "".join(f", '' AS {quoted(key_column(name))}" for name in table.indexed)
    return Sql(f"SELECT '' AS sys_id, '{{}}' AS body{keys}")


def _column(alias: str, table: Table, field: Field, *, folded: bool) -> Sql:
    if field.name == "sys_id":
        return Sql(f"fold({alias}.sys_id)" if folded else f"{alias}.sys_id")
    if folded and field.name in table.indexed:
        return Sql(f"{alias}.{quoted(key_column(field.name))}")
    extracted = sql(f"json_extract({alias}.body, {{}})", bound(f'$."{field.name}"'))
    return sql("fold({})" if folded else "coalesce({}, '')", extracted)
