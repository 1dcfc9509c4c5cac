"""Text becomes values, and goes back to exactly the text that it was."""

from __future__ import annotations

import copy
import json
import pickle
import random
import string
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import jsonschema_rs
import pytest
from pydantic import TypeAdapter, ValidationError

from ccaas_kit.contract import documents, layout, pointers
from servicenow_ccaas import glide, models
from tests.looping import every

ALL = documents.load(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
SCHEMAS = ALL["components"]["schemas"]
RECORDS = 10_000
# A record that the contract shows, in its envelope.
SHOWN: dict[str, Any] = next(
    example["value"]
    for name, example in ALL["components"]["examples"].items()
    if name.startswith("getContact") and isinstance(example["value"].get("result"), dict)
)


def contact(**values: Any) -> dict[str, Any]:
    """The body of a response with a contact of these values."""
    body = copy.deepcopy(SHOWN)
    body["result"] |= values
    return body


def read(body: Any, *, lenient: bool = False) -> models.GetContactResponse:
    return models.GetContactResponse.read(json.dumps(body), lenient=lenient)


def test_a_contact_has_values_of_python() -> None:
    found = read(
        contact(
            active="false",
            vip="",
            sys_created_on="2018-03-10 21:48:11",
            sys_mod_count="17",
            latitude="-57.60",
            city="",
            last_login="2024-02-29",
        )
    ).result

    assert found.active is False
    assert found.vip is None
    assert found.sys_created_on == datetime(2018, 3, 10, 21, 48, 11, tzinfo=UTC)
    assert found.sys_mod_count == 17
    assert found.latitude == Decimal("-57.6")
    assert found.city is None
    assert found.last_login == date(2024, 2, 29)


@every(
    ("field", "value", "expected"),
    [
        ("active", "yes", "'yes' does not fit: expected 'true' or 'false', or empty"),
        ("active", True, "valid string"),
        ("sys_created_on", "03/10/18", "expected a moment in UTC as YYYY-MM-DD hh:mm:ss"),
        ("sys_created_on", "2018-02-30 00:00:00", "expected a moment in UTC"),
        ("sys_created_on", "2018-03-10T21:48:11", "expected a moment in UTC"),
        ("sys_mod_count", "1.5", "expected a whole number such as '3'"),
        ("sys_mod_count", "9" * 5000, "expected a whole number such as '3'"),
        ("latitude", "57,6", "expected a number such as '57.6'"),
        ("last_login", "29/02/24", "expected a date as YYYY-MM-DD"),
        ("account", "acme", "expected a sys_id of 32 letters and digits"),
        ("city", "x" * 41, "at most 40 characters"),
        ("city", None, "valid string"),
        ("sys_id", "1", "at least 32 characters"),
    ],
)
def test_what_does_not_fit_names_field_value_and_form(
    field: str, value: Any, expected: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        read(contact(**{field: value}))

    errors = refused.value.errors()
    assert {error["loc"][:2] for error in errors} == {("result", field)}
    assert any(expected in error["msg"] for error in errors)
    assert all(error["input"] == value for error in errors)


def test_leniently_it_is_kept_and_listed() -> None:
    body = contact(active="yes", sys_created_on="03/10/18", city="x" * 41, u_tier="gold")
    del body["result"]["email"]

    found = read(body, lenient=True)

    assert found.to_wire() == body
    assert found.result.email is None
    assert [(misfit.field, misfit.value) for misfit in found.misfits()] == [
        ("result.active", "yes"),
        ("result.city", "x" * 41),
        ("result.email", None),
        ("result.sys_created_on", "03/10/18"),
    ]
    assert found.misfits()[0].expected.endswith("expected 'true' or 'false', or empty")


def test_what_is_no_text_is_listed_and_written_as_the_text_of_its_value() -> None:
    found = read(contact(active=True, sys_mod_count=5, city=None), lenient=True)

    assert {(misfit.field, misfit.value) for misfit in found.misfits()} == {
        ("result.active", True),
        ("result.sys_mod_count", 5),
        ("result.city", None),
    }
    assert (found.result.active, found.result.sys_mod_count, found.result.city) == (True, 5, None)
    assert found.to_wire() == contact(active="true", sys_mod_count="5", city="")


def test_other_spellings_survive_copies_and_pickles() -> None:
    body = contact(sys_mod_count="007", latitude="007.50")

    assert copy.deepcopy(read(body)).to_wire() == body
    assert pickle.loads(pickle.dumps(read(body))).to_wire() == body


def test_whole_numbers_stay_whole() -> None:
    for text in ('{"latitude":57}', '{"latitude":57.5}', '{"middle_name":3}'):
        assert models.CreateContactRequest.read(text).to_json() == text


def test_a_moment_that_has_to_be_there_cannot_be_empty() -> None:
    with pytest.raises(ValidationError, match=r"hh:mm:ss\.fff \["):
        TypeAdapter(glide.OfferTimestamp).validate_json('""')


def test_lenient_reading_of_what_fits_lists_nothing() -> None:
    found = read(SHOWN, lenient=True)

    assert found.misfits() == []
    assert found == read(SHOWN)


def test_what_is_no_object_is_refused_even_leniently() -> None:
    with pytest.raises(ValidationError):
        models.GetContactResponse.read("[1]", lenient=True)


def test_a_value_that_is_not_on_the_list_is_kept() -> None:
    found = read(contact(agent_status="On the moon")).result

    assert found.agent_status == "On the moon"


def test_custom_and_unknown_fields_are_kept() -> None:
    body = contact(u_tier="gold")

    found = read(body)

    assert found.result.model_extra == {"u_tier": "gold"}
    assert found.to_wire() == body
    assert json.loads(found.to_json()) == body


@every(
    ("kind", "value", "text"),
    [
        (glide.GlideBoolean, True, "true"),
        (glide.GlideInteger, 3, "3"),
        (glide.GlideDecimal, 57.6, "57.6"),
        (glide.GlideDecimal, Decimal("57.60"), "57.60"),
        (glide.GlideDate, date(2018, 3, 10), "2018-03-10"),
        (
            glide.GlideDateTime,
            datetime(2018, 3, 10, 23, 48, 11, 999, tzinfo=timezone(timedelta(hours=2))),
            "2018-03-10 21:48:11",
        ),
        (
            glide.OfferTimestamp,
            datetime(2024, 4, 3, 23, 9, 31, 500_900, tzinfo=UTC),
            "2024-04-03T23:09:31.500",
        ),
        (glide.GlideReference, None, ""),
        (glide.GlideBoolean, None, ""),
    ],
)
def test_a_program_gives_values_and_text_travels(kind: Any, value: Any, text: str) -> None:
    types: TypeAdapter[Any] = TypeAdapter(kind)

    validated = types.validate_python(value)

    assert types.dump_python(validated, mode="json") == text
    assert types.validate_json(json.dumps(text)) == validated


@every(
    ("kind", "value"),
    [
        (glide.GlideBoolean, 1),
        (glide.GlideInteger, True),
        (glide.GlideInteger, 1.5),
        (glide.GlideDecimal, float("nan")),
        (glide.GlideDecimal, True),
        (glide.GlideDate, datetime(2018, 3, 10, tzinfo=UTC)),
        (glide.GlideDateTime, datetime(2018, 3, 10)),  # that is the point
        (glide.GlideDateTime, date(2018, 3, 10)),
    ],
)
def test_a_value_of_another_kind_is_refused(kind: Any, value: Any) -> None:
    with pytest.raises(ValidationError, match="does not fit"):
        TypeAdapter(kind).validate_python(value)


def _moment(rng: random.Random) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=rng.randrange(4 * 10**9))


def _word(rng: random.Random) -> str:
    letters = string.ascii_letters + string.digits + " '\"\\/<>&äß漢🙂"
    return "".join(rng.choices(letters, k=rng.randrange(1, 12)))


TEXTS: dict[str, Callable[[random.Random], str]] = {
    "GlideBoolean": lambda rng: rng.choice(["true", "false"]),
    "GlideInteger": lambda rng: rng.choice(["", "-", "0", "00"]) + str(rng.randrange(10**9)),
    "GlideDecimal": lambda rng: (
        f"{rng.choice(['', '-', '0'])}{rng.randrange(999)}.{rng.randrange(99)}0"
    ),
    "GlideDate": lambda rng: _moment(rng).strftime("%Y-%m-%d"),
    "GlideDateTime": lambda rng: _moment(rng).strftime("%Y-%m-%d %H:%M:%S"),
    "GlideReference": lambda rng: f"{rng.getrandbits(128):032x}",
    "SysId": lambda rng: f"{rng.getrandbits(128):032x}",
}


def made_up(rng: random.Random) -> dict[str, str]:
    """A contact as the contract describes it, every column with a value, without, or custom."""
    schema = SCHEMAS["Contact"]
    found = {name: _text(child, rng) for name, child in schema["properties"].items()}
    custom = {f"u_{index}": _word(rng) for index in range(rng.randrange(3))}
    return {**found, **custom}


def _text(node: dict[str, Any], rng: random.Random) -> str:
    name = node.get("$ref", "").rpartition("/")[2]
    if name in TEXTS:
        empty = name != "SysId" and rng.random() < 0.3
        return "" if empty else TEXTS[name](rng)
    schema = pointers.follow(ALL, node)
    if "allOf" in schema:
        return _text(schema["allOf"][0], rng)
    if "enum" in schema:
        return str(rng.choice(schema["enum"]))
    if "pattern" in schema:
        return str(rng.choice(schema["examples"]))
    text = "" if rng.random() < 0.3 else _word(rng)
    return text[: schema.get("maxLength", 99)]


def test_ten_thousand_records_come_out_as_they_went_in() -> None:
    rng = random.Random(6)
    judge = jsonschema_rs.Draft202012Validator(
        {"$ref": "#/components/schemas/Contact", "components": ALL["components"]}
    )
    page: list[dict[str, str]] = [made_up(rng) for _ in range(RECORDS)]
    assert all(judge.is_valid(record) for record in page[:200])

    found = models.ListContactsResponse.read(json.dumps({"result": page}))

    assert len(found.result) == RECORDS
    assert found.to_wire() == {"result": page}
    assert json.loads(found.to_json()) == {"result": page}
    counts = [
        (record.sys_mod_count, text["sys_mod_count"])
        for record, text in zip(found.result, page, strict=True)
    ]
    assert all(value == (int(text) if text else None) for value, text in counts)
