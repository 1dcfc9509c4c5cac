"""The base of every model: typed inside, and on the wire exactly what it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, ClassVar, NamedTuple, Self, cast

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    ModelWrapValidatorHandler,
    PrivateAttr,
    TypeAdapter,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

# Mark of a field of which the empty text means no value.
_EMPTY = "x-sn-empty"
_LENIENT = "servicenow_ccaas.lenient"


def lenient_context() -> dict[str, Any]:
    """The context in which records are read leniently."""
    return {_LENIENT: True}


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
        empty = core_schema.no_info_after_validator_function(
            lambda _: None, core_schema.literal_schema([""])
        )
        found = handler(source)
        # On the wire it is the empty text that says it, and null says nothing.
        text = found["schema"] if found["type"] == "nullable" else found
        return core_schema.json_or_python_schema(
            json_schema=core_schema.union_schema([empty, text], mode="left_to_right"),
            python_schema=core_schema.union_schema([empty, found], mode="left_to_right"),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: "" if value is None else value, when_used="json"
            ),
        )


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
    _misfits: list[Misfit] = PrivateAttr(default_factory=list)

    @classmethod
    def read(cls, body: str | bytes | bytearray, *, lenient: bool = False) -> Self:
        """The object that a JSON body holds.

        Lenient, a value that does not fit is kept as it came and a field that is missing is None;
        `misfits` lists both.

        Raises:
            pydantic.ValidationError: the body is not JSON or does not fit; the error names field,
                value and expected form.
        """
        if not lenient:
            return cls.model_validate_json(body, by_alias=True, by_name=False)
        return cls.model_validate(json.loads(body), context=lenient_context())

    def to_wire(self) -> dict[str, Any]:
        """The object as JSON values, as it travels: what was not set is not there."""
        return self.model_dump(mode="json", exclude_unset=True, warnings=False)

    def to_json(self) -> str:
        """The object as JSON text, as it travels: what was not set is not there."""
        return self.model_dump_json(exclude_unset=True, warnings=False)

    def misfits(self) -> list[Misfit]:
        """What lenient reading let pass in this object and in those within it."""
        return list(self._misfits) + [
            misfit._replace(field=f"{path}.{misfit.field}")
            for path, record in _within(self)
            for misfit in record.misfits()
        ]

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        for field in cls.__pydantic_fields__.values():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and extra.get(_EMPTY) and _NONE not in field.metadata:
                field.metadata.append(_NONE)
        return handler(source)

    @model_validator(mode="wrap")
    @classmethod
    def _let_pass(
        cls, value: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo
    ) -> Self:
        if not isinstance(info.context, dict) or _LENIENT not in info.context:
            return handler(value)
        try:
            return handler(value)
        except ValidationError:
            if not isinstance(value, dict):
                raise
            return cls._field_by_field(value, info.context)

    @classmethod
    def _field_by_field(cls, value: dict[str, Any], context: dict[str, Any]) -> Self:
        read: dict[str, Any] = {}
        misfits: list[Misfit] = []
        rest = dict(value)
        for name, field in cls.model_fields.items():
            wire = field.alias or name
            if wire not in rest:
                if field.is_required():
                    misfits.append(Misfit(wire, None, "a value: the field is missing"))
                continue
            given = rest.pop(wire)
            try:
                read[name] = _adapter(cls, name).validate_python(given, context=context)
            except ValidationError as error:
                read[name] = given
                misfits.append(Misfit(wire, given, _expected(error)))
        missing = {name: None for name, field in cls.model_fields.items() if field.is_required()}
        values = {**missing, **read, **rest}
        record = cast("Self", cls.model_construct(_fields_set={*read, *rest}, **values))
        record._misfits.extend(misfits)
        return record


def _expected(error: ValidationError) -> str:
    """What was expected of one value; that it may be empty is said by the others."""
    told = dict.fromkeys(
        each["msg"] for each in error.errors() if each.get("ctx", {}).get("expected") != "''"
    )
    return "; ".join(told)


def _within(record: Record) -> Iterator[tuple[str, Record]]:
    for name, value in record:
        if isinstance(value, Record):
            yield name, value
        elif isinstance(value, list):
            yield from (
                (f"{name}[{index}]", each)
                for index, each in enumerate(value)
                if isinstance(each, Record)
            )


@cache
def _adapter(model: type[Record], name: str) -> TypeAdapter[Any]:
    field = model.model_fields[name]
    # Subscribed at run time: the parts are the field's own annotation and constraints.
    annotation: Any = field.annotation
    for part in field.metadata:
        annotation = Annotated[annotation, part]
    return TypeAdapter(annotation)
