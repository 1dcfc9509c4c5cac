"""The platform's text types as Python values, and the way back to exactly the same text.

A record travels as text: `"true"`, `"3"`, `"2018-03-10 21:48:11"`, and `""` for a column without a
value. The models name these types as the contract does, so the contract decides which field has
which. A text that does not fit is an error, or, where a record is read leniently, is kept.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

__all__ = [
    "GlideBoolean",
    "GlideDate",
    "GlideDateTime",
    "GlideDecimal",
    "GlideInteger",
    "GlideReference",
    "OfferTimestamp",
]

_SYS_ID = re.compile("[0-9A-Za-z]{32}")
_WHOLE = re.compile(r"-?[0-9]+")
_TEXT = core_schema.str_schema(strict=True)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class _SpelledInteger(int):
    """A number whose text is not the one that Python would write, such as `007`."""

    text: str

    def __new__(cls, text: str) -> Self:
        found = super().__new__(cls, text)
        found.text = text
        return found

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)


class _SpelledDecimal(Decimal):
    text: str

    def __new__(cls, text: str) -> Self:
        found = super().__new__(cls, text)
        found.text = text
        return found

    def __reduce__(self) -> tuple[type[Self], tuple[str]]:
        return type(self), (self.text,)


class Codec(ABC):
    """How one text type is read and written; the empty text is None."""

    code: ClassVar[str]
    expects: ClassVar[str]
    # Whether the empty text is one of this type: no value.
    empty: ClassVar[bool] = True

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The value of a text that is not empty; raises ValueError if it is not of this type."""

    def accept(self, value: Any) -> Any:
        """The value that a program gives instead of a text; raises ValueError likewise."""
        raise ValueError(value)

    @abstractmethod
    def format(self, value: Any) -> str:
        """The text of a value."""

    def refusal(self, value: Any) -> PydanticCustomError:
        """The error for what does not fit; pydantic adds the field."""
        return PydanticCustomError(
            self.code,
            "{given} does not fit: expected {expects}",
            {"given": repr(value), "expects": self.expects + (", or empty" if self.empty else "")},
        )

    def read(self, text: str) -> Any:
        """The value of a text; it runs for every field of every record."""
        if not text and self.empty:
            return None
        try:
            return self.parse(text)
        except (ValueError, OverflowError):
            raise self.refusal(text) from None

    def text_schema(self) -> CoreSchema:
        """How a text is read, as fast as it goes: a page of records has thousands."""
        return core_schema.no_info_after_validator_function(self.read, _TEXT)

    def _take(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.read(value)
        try:
            return None if value is None and self.empty else self.accept(value)
        except (ValueError, OverflowError):
            raise self.refusal(value) from None

    def _write(self, value: Any) -> Any:
        if value is None:
            return ""
        return value if isinstance(value, str) else self.format(value)

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.json_or_python_schema(
            json_schema=self.text_schema(),
            python_schema=core_schema.no_info_plain_validator_function(self._take),
            serialization=core_schema.plain_serializer_function_ser_schema(
                self._write, when_used="json"
            ),
        )

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {"type": "string"}


class _Reference(Codec):
    code = "glide_reference"
    expects = "a sys_id of 32 letters and digits"

    def text_schema(self) -> CoreSchema:
        text = core_schema.str_schema(strict=True, pattern=f"^({_SYS_ID.pattern})?$")
        text_or_error = core_schema.custom_error_schema(
            text, self.code, custom_error_message=f"expected {self.expects}, or empty"
        )
        return core_schema.no_info_after_validator_function(_none_if_empty, text_or_error)

    def parse(self, text: str) -> str:
        if _SYS_ID.fullmatch(text) is None:
            raise ValueError(text)
        return text

    def format(self, value: Any) -> str:
        return str(value)


class _Boolean(Codec):
    code = "glide_boolean"
    expects = "'true' or 'false'"

    def text_schema(self) -> CoreSchema:
        # A look into a dict costs a quarter of a call.
        words = _Words(self, {"true": True, "false": False, "": None})
        return core_schema.no_info_after_validator_function(words.__getitem__, _TEXT)

    def parse(self, text: str) -> bool:
        if text not in ("true", "false"):
            raise ValueError(text)
        return text == "true"

    def accept(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError(value)
        return value

    def format(self, value: bool) -> str:
        return "true" if value else "false"


class _Words(dict[str, Any]):
    """Texts with their values; any other is refused."""

    def __init__(self, codec: Codec, words: dict[str, Any]) -> None:
        super().__init__(words)
        self._codec = codec

    def __missing__(self, text: str) -> Any:
        raise self._codec.refusal(text)


class _Integer(Codec):
    code = "glide_integer"
    expects = "a whole number such as '3'"

    def parse(self, text: str) -> int:
        value = int(text)
        if str(value) == text:
            return value
        if _WHOLE.fullmatch(text) is None:
            # Python reads further forms: spaces, underscores, other digits.
            raise ValueError(text)
        return _SpelledInteger(text)

    def accept(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise ValueError(value)
        return value

    def format(self, value: int) -> str:
        return value.text if isinstance(value, _SpelledInteger) else str(value)


class _Decimal(Codec):
    code = "glide_decimal"
    expects = "a number such as '57.6'"

    def parse(self, text: str) -> Decimal:
        if _NUMBER.fullmatch(text) is None:
            raise ValueError(text)
        value = Decimal(text)
        if format(value, "f") == text:
            return value
        return _SpelledDecimal(text)

    def accept(self, value: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ValueError(value)
        number = Decimal(str(value))
        if not number.is_finite():
            raise ValueError(value)
        return number

    def format(self, value: Decimal | float) -> str:
        if isinstance(value, _SpelledDecimal):
            return value.text
        return format(Decimal(str(value)), "f")


class _Date(Codec):
    code = "glide_date"
    expects = "a date as YYYY-MM-DD"

    def parse(self, text: str) -> date:
        # Python reads further forms of ISO 8601, which the platform does not write.
        if len(text) != len("YYYY-MM-DD") or text[4:8:3] != "--":
            raise ValueError(text)
        return date.fromisoformat(text)

    def accept(self, value: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValueError(value)
        return value

    def format(self, value: date) -> str:
        return value.isoformat()


class _Moment(Codec):
    length: ClassVar[int]
    # Every third sign from the fifth on: those between the numbers.
    signs: ClassVar[str]
    separator: ClassVar[str]
    precision: ClassVar[str]

    def parse(self, text: str) -> datetime:
        if len(text) != self.length or text[4:17:3] != self.signs:
            raise ValueError(text)
        return datetime.fromisoformat(f"{text}+00:00")

    def accept(self, value: Any) -> datetime:
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise ValueError(value)
        # What the text cannot say is dropped now, so that a value reads back as it was.
        return self.parse(self.format(value))

    def format(self, value: datetime) -> str:
        moment = value.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat(self.separator, self.precision)


class _DateTime(_Moment):
    code = "glide_date_time"
    expects = "a moment in UTC as YYYY-MM-DD hh:mm:ss"
    length = len("YYYY-MM-DD hh:mm:ss")
    signs = "-- ::"
    separator = " "
    precision = "seconds"


class _Timestamp(_Moment):
    code = "offer_timestamp"
    empty = False
    expects = "a moment in UTC as YYYY-MM-DDThh:mm:ss.fff"
    length = len("YYYY-MM-DDThh:mm:ss.fff")
    signs = "--T::"
    separator = "T"
    precision = "milliseconds"


def _none_if_empty(text: str) -> str | None:
    return text or None


GlideBoolean = Annotated[bool | None, _Boolean()]
GlideReference = Annotated[str | None, _Reference()]
GlideInteger = Annotated[int | None, _Integer()]
GlideDecimal = Annotated[Decimal | None, _Decimal()]
GlideDate = Annotated[date | None, _Date()]
GlideDateTime = Annotated[datetime | None, _DateTime()]
OfferTimestamp = Annotated[datetime, _Timestamp()]
