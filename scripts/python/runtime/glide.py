"""The platform's text types as Python values, and the way back to exactly the same text.

A record travels as text: `"true"`, `"3"`, `"2018-03-10 21:48:11"`, and `""` for a column without a
value. The models name these types as the contract does, so the contract decides which field has
which. A text that does not fit is an error, or, where a record is read leniently, is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

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

_SYS_ID = re.compile(r"[0-9A-Za-z]{32}")
_WHOLE = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


class _SpelledInteger(int):
    """A number whose text is not the one that Python would write, such as `007`."""

    text: str


class _SpelledDecimal(Decimal):
    text: str


@dataclass(frozen=True, slots=True)
class Codec:
    """How one text type is read and written; the empty text is None."""

    code: ClassVar[str]
    expects: ClassVar[str]

    def parse(self, text: str) -> Any:
        """The value of a text that is not empty; raises ValueError if it is not of this type."""
        raise NotImplementedError

    def accept(self, value: Any) -> Any:
        """The value that a program gives instead of a text; raises ValueError likewise."""
        raise ValueError(value)

    def format(self, value: Any) -> str:
        """The text of a value."""
        raise NotImplementedError

    def _read(self, value: Any, info: core_schema.ValidationInfo[Any]) -> Any:
        if value == "" and isinstance(value, str):
            return None
        try:
            if isinstance(value, str):
                return self.parse(value)
            if info.mode == "python":
                return None if value is None else self.accept(value)
        except (ValueError, OverflowError):
            pass
        raise PydanticCustomError(
            self.code,
            "{given} does not fit: expected {expects}, or empty",
            {"given": repr(value), "expects": self.expects},
        )

    def _write(self, value: Any) -> Any:
        if value is None:
            return ""
        return value if isinstance(value, str) else self.format(value)

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_plain_validator_function(
            self._read,
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

    def parse(self, text: str) -> str:
        if _SYS_ID.fullmatch(text) is None:
            raise ValueError(text)
        return text

    def format(self, value: Any) -> str:
        return str(value)


class _Boolean(Codec):
    code = "glide_boolean"
    expects = "'true' or 'false'"

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


class _Integer(Codec):
    code = "glide_integer"
    expects = "a whole number such as '3'"

    def parse(self, text: str) -> int:
        if _WHOLE.fullmatch(text) is None:
            raise ValueError(text)
        value = int(text)
        if str(value) == text:
            return value
        spelled = _SpelledInteger(value)
        spelled.text = text
        return spelled

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
        spelled = _SpelledDecimal(text)
        spelled.text = text
        return spelled

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
        value = date.fromisoformat(text)
        # Python reads further forms of ISO 8601, which the platform does not write.
        if str(value) != text:
            raise ValueError(text)
        return value

    def accept(self, value: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValueError(value)
        return value

    def format(self, value: date) -> str:
        return value.isoformat()


class _Moment(Codec):
    separator: ClassVar[str] = " "
    precision: ClassVar[str] = "seconds"

    def parse(self, text: str) -> datetime:
        value = datetime.fromisoformat(text)
        if value.isoformat(self.separator, self.precision) != text:
            raise ValueError(text)
        return value.replace(tzinfo=UTC)

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


class _Timestamp(_Moment):
    code = "offer_timestamp"
    expects = "a moment in UTC as YYYY-MM-DDThh:mm:ss.fff"
    separator = "T"
    precision = "milliseconds"


GlideBoolean = Annotated[bool | None, _Boolean()]
GlideReference = Annotated[str | None, _Reference()]
GlideInteger = Annotated[int | None, _Integer()]
GlideDecimal = Annotated[Decimal | None, _Decimal()]
GlideDate = Annotated[date | None, _Date()]
GlideDateTime = Annotated[datetime | None, _DateTime()]
OfferTimestamp = Annotated[datetime | None, _Timestamp()]
