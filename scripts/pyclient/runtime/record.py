"""The base of every model: typed inside, and on the wire exactly what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, NamedTuple, Self, Union, cast, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import CoreSchema, core_schema
from typing_extensions import TypeAliasType

# Mark of a field of which the empty text means no value.
_EMPTY = "x-sn-empty"
_MISFITS = "_misfits"


class Misfit(NamedTuple):
    """A value that lenient reading has kept as it came: where, what, and what was expected."""

    field: str
    value: Any
    expected: str


class _NoValue:
    """Reads the empty text as None, and writes it for None."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        found = handler(source)
        text = found["schema"] if found["type"] == "nullable" else found
        if text["type"] == "union":
            # A list of values, or any text: checking the list would tell nothing.
            text = core_schema.str_schema(strict=True)
        return core_schema.json_or_python_schema(
            # On the wire it is the empty text that says it, and null says nothing.
            json_schema=core_schema.no_info_after_validator_function(_none_if_empty, text),
            python_schema=core_schema.no_info_after_validator_function(
                _none_if_empty, core_schema.nullable_schema(text)
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: "" if value is None else value, when_used="json"
            ),
        )


def _none_if_empty(text: str | None) -> str | None:
    return text or None


_NONE = _NoValue()


class Record(BaseModel):
    """A typed object of the contract.

    Attributes are snake_case, wire names the vendor's; a constructor takes both. Fields that the
    contract does not know are kept in `model_extra`.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(
        extra="allow",
        # Nothing is converted behind the contract's back: a text stays text, a number a number.
        strict=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        # The validator of a model is built when it is first used: importing stays fast.
        defer_build=True,
    )

    @classmethod
    def read(cls, body: str | bytes | bytearray, *, lenient: bool = False) -> Self:
        """The object that a JSON body holds.

        Lenient, a value that does not fit is kept as it came and a field that is missing is None;
        `misfits` lists both. What is no text where one belongs (true, 5, null) is written as the
        text of its value.

        Raises:
            pydantic.ValidationError: the body is not JSON or does not fit; the error names field,
                value and expected form.
        """
        if not lenient:
            return cls.model_validate_json(body, by_alias=True, by_name=False)
        return cast("Self", leniently(cls, body))

    def to_wire(self) -> dict[str, Any]:
        """The object as JSON values, as it travels: what was not set is not there."""
        return self.model_dump(mode="json", exclude_unset=True, warnings=False)

    def to_json(self) -> str:
        """The object as JSON text, as it travels: what was not set is not there."""
        return self.model_dump_json(exclude_unset=True, warnings=False)

    def misfits(self) -> list[Misfit]:
        """What lenient reading let pass in this object and in those within it."""
        # Most records have none, and pay nothing for it.
        own = (self.__pydantic_private__ or {}).get(_MISFITS, ())
        return [
            *own,
            *(
                misfit._replace(field=f"{path}.{misfit.field}")
                for path, record in _within(self)
                for misfit in record.misfits()
            ),
        ]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        for field in cls.__pydantic_fields__.values():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and extra.get(_EMPTY) and _NONE not in field.metadata:
                field.metadata.append(_NONE)
        return handler(source)


def leniently(kind: Any, body: str | bytes | bytearray) -> Any:
    """A JSON body as its type where it fits; in records, fields that do not fit as they came.

    Raises:
        pydantic.ValidationError: it is no JSON, no such record, nor a list of them.
    """
    try:
        return _adapter(kind).validate_json(body)
    except ValidationError as error:
        if error.errors()[0]["type"] == "json_invalid":
            raise
        read = _in_parts(kind, json.loads(body))
        if read is None:
            raise
        return read


def _in_parts(kind: Any, value: Any) -> Any:
    """The records in a value, field by field; None if it holds none."""
    if isinstance(value, list):
        (item,) = get_args(kind) if get_origin(kind) is list else (None,)
        return [leniently(item, json.dumps(entry)) for entry in value] if item else None
    if not isinstance(value, dict):
        return None
    tries = [_field_by_field(record, value) for record in records(kind)]
    return min(tries, key=lambda attempt: len(attempt.misfits()), default=None)


def records(kind: Any) -> Iterator[type[Record]]:
    """The models that a type names."""
    if isinstance(kind, TypeAliasType):
        yield from records(kind.__value__)
    elif isinstance(kind, type) and issubclass(kind, Record):
        yield kind
    elif get_origin(kind) in (Union, UnionType):
        for get_arg in get_args(kind):
            yield from records(get_arg)
    elif get_origin(kind) is Annotated:
        yield from records(get_args(kind)[0])


def _field_by_field(model: type[Record], value: dict[str, Any]) -> Record:
    read: dict[str, Any] = {}
    misfits: list[Misfit] = []
    rest = dict(value)
    for name, field in model.model_fields.items():
        wire = field.alias or name
        if wire in rest:
            raw = rest.pop(wire)
            try:
                read[name] = _field(model, name).validate_json(json.dumps(raw))
            except ValidationError as error:
                parts = _in_parts(field.annotation, raw)
                read[name] = raw if parts is None else parts
                if parts is None:
                    reasons = "; ".join(dict.fromkeys(detail["msg"] for detail in error.errors()))
                    misfits.append(Misfit(wire, raw, reasons))
        elif field.is_required():
            misfits.append(Misfit(wire, None, "a value: the field is missing"))
    missing = {name: None for name, field in model.model_fields.items() if field.is_required()}
    values: dict[str, Any] = {**missing, **read, **rest}
    record = model.model_construct(_fields_set={*read, *rest}, **values)
    object.__setattr__(record, "__pydantic_private__", {_MISFITS: misfits})
    return record


def _within(record: Record) -> Iterator[tuple[str, Record]]:
    for name, value in record:
        if isinstance(value, Record):
            yield name, value
        elif isinstance(value, list):
            yield from (
                (f"{name}[{index}]", entry)
                for index, entry in enumerate(value)
                if isinstance(entry, Record)
            )


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


@cache
def _field(model: type[Record], name: str) -> TypeAdapter[Any]:
    # Building the model marks its fields.
    model.model_rebuild()
    field = model.model_fields[name]
    annotation: Any = field.annotation
    for part in field.metadata:
        annotation = Annotated[annotation, part]
    return TypeAdapter(annotation)
