"""Faults that break what the page says of all fields, parameters and records, in one of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlencode

import orjson

from ccaas_kit.faults.blocks import (
    answering,
    as_somebody,
    clause_ids,
    has,
    on,
    reading,
    reading_body,
    refuses,
    refuses_body,
    result,
    retrying,
    served,
    with_header,
)
from ccaas_kit.faults.contact.blocks import (
    CREATE,
    LIST,
    READ,
    Sent,
    documented,
    keeping,
    new_id,
    sent,
    unknown_names,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.storage.store import Record

_PROFILES = "u_sandbox_social_profile"
_QUERY = "sysparm_query"
_NOWHERE = "0123456789abcdef0123456789abcdef"
_ID = re.compile("[0-9a-f]{32}")


def _overlong(asked: Asked) -> bool:
    return any(
        isinstance(value, str)
        and len(value) > documented(asked).get(name, {}).get("x-sn-max-length", 9999)
        for name, value in sent(asked).items()
    )


def _number_in_a_text(asked: Asked) -> bool:
    known = documented(asked)
    return any(
        type(value) in (int, float) and known.get(name, {}).get("type", [""])[0] == "string"
        for name, value in sent(asked).items()
    )


def _unknown_ids(_: Record, found: Sent) -> Sent:
    wanted = ("location", "schedule", "cost_center")
    return {name: found[name] for name in wanted if _ID.fullmatch(str(found.get(name)))}


def _warned(asked: Asked) -> Response:
    response = asked.response()
    ignored = new_id(response) and unknown_names(asked)
    return with_header("Warning", '199 - "ignored fields"')(response) if ignored else response


def _guessed(found: Sent) -> None:
    """Names in camel case are read as the fields that they resemble."""
    for name in list(found):
        plain = re.sub("([A-Z])", lambda capital: f"_{capital[1].lower()}", name)
        if plain != name:
            found[plain] = found.pop(name)


def _twice(asked: Asked) -> Response:
    response = asked.response()
    if new_id(response):
        asked.response()
    return response


def _profile_of_another(asked: Asked) -> Response:
    response = asked.response()
    store = asked.instance.store
    if sys_id := new_id(response):
        for profile in store.find(_PROFILES, contact=sys_id):
            with store.transaction():
                store.update(_PROFILES, profile["sys_id"], {"contact": _NOWHERE})
    return response


def _without_channel(found: Sent) -> None:
    if "social_handle" in found and "social_handle_url" in found:
        found.setdefault("social_channel", "Web")


def _stripped(found: Sent) -> None:
    found.update({name: text.strip() for name, text in found.items() if isinstance(text, str)})


def _from_parameters(asked: Asked) -> Request:
    fields = {name: text for name, text in asked.query.items() if name in documented(asked)}
    return asked.with_body(sent(asked) | fields) if fields else asked.request


def _filtered(asked: Asked) -> Response:
    """A single read is refused where a query that it carries finds nothing."""
    if _QUERY not in asked.query:
        return asked.response()
    return render(404, orjson.dumps(asked.instance.contract.example("noRecordResponse")))


def _from_body(asked: Asked) -> Request:
    """A list takes its parameters from a body, too."""
    found = {name: text for name, text in sent(asked).items() if name.startswith("sysparm_")}
    return replace(asked.request, query=urlencode({**asked.query, **found}))


def _active_alone(asked: Asked) -> Request:
    """A list without a query holds active contacts alone."""
    query = {**asked.query, _QUERY: asked.query.get(_QUERY) or "active=true"}
    return replace(asked.request, query=urlencode(query))


def _two_orders(asked: Asked) -> Request:
    text = asked.query.get(_QUERY, "")
    cut = re.sub(r"((?:\^?ORDERBY[A-Za-z_.]+){2})\^ORDERBY.*", r"\1", text)
    return (
        replace(asked.request, query=urlencode({**asked.query, _QUERY: cut}))
        if text
        else asked.request
    )


def _null_text(record: Sent) -> None:
    record.update({name: record[name] or "null" for name in ("street", "phone") if name in record})


def _nowhere(record: Sent) -> None:
    """Who has a title refers to a location that is not there."""
    if record.get("location") and record.get("title"):
        record["location"] = _NOWHERE


def _cut_off(response: Response) -> Response:
    is_xml = b"<response" in response.body
    body = re.sub(rb"&amp;[^<]*", b"", response.body) if is_xml else response.body
    return Response(response.status, response.headers, body)


def _faults() -> Iterator[Fault]:
    def fault(name: str, says: str, breaks: str, behave: Behave, *operations: str) -> Fault:
        ids = clause_ids("CON", breaks)
        return Fault(f"contact-{name}", says, ids, on(operations or (CREATE,), behave))

    yield fault(
        "create-overlong-refused",
        "A text that is longer than documented is refused.",
        "CREATE-175 CREATE-159",
        refuses(400, _overlong),
    )
    yield fault(
        "create-types-checked",
        "A number in a field of text is refused.",
        "CREATE-174 CREATE-014",
        refuses(400, _number_in_a_text),
    )
    yield fault(
        "create-times-checked",
        "A time that cannot be is refused.",
        "CREATE-176",
        refuses_body(400, lambda found: str(found.get("last_login_time", ""))[5:7] > "12"),
    )
    yield fault(
        "create-unknown-ids-kept",
        "Ids that no record has are kept.",
        "CREATE-177 CREATE-035 CREATE-079 CREATE-107",
        keeping(_unknown_ids),
    )
    yield fault(
        "roles-not-asked",
        "Who has none of the roles lists, reads and creates contacts.",
        "API-10",
        retrying(as_somebody, has(403)),
        *(LIST, READ, CREATE),
    )
    yield fault("create-warned", "A header warns of what was ignored.", "CREATE-008", _warned)
    yield fault(
        "create-guessed",
        "Misspelled names are guessed.",
        "CREATE-005",
        reading_body(_guessed),
    )
    yield fault(
        "create-twice",
        "Each creation is done twice, and the answer names one contact.",
        "CREATE-157",
        _twice,
    )
    yield fault(
        "create-profile-of-another",
        "A social media profile belongs to another contact.",
        "CREATE-002 API-03",
        _profile_of_another,
    )
    yield fault(
        "create-profile-without-channel",
        "A profile is created where no channel is sent.",
        "CREATE-003",
        reading_body(_without_channel),
    )
    yield fault(
        "create-blanks-cut",
        "Blanks at the ends of texts are cut.",
        "CREATE-179",
        reading_body(_stripped),
    )
    yield fault(
        "create-quotes-refused",
        "A text with an apostrophe is refused.",
        "CREATE-178",
        refuses(400, lambda asked: b"'" in asked.request.body),
    )
    yield fault(
        "create-full-name-lost",
        "A full name that is sent alone is not kept.",
        "CREATE-091 CREATE-092",
        keeping(lambda _, found: {} if "first_name" in found else {"name": ""}),
    )
    yield fault(
        "create-parameters-taken",
        "Parameters of the URL are taken for fields.",
        "CREATE-012",
        reading(_from_parameters),
    )
    yield fault("read-query-used", "A single read uses a query.", "GET-009", _filtered, READ)
    yield fault(
        "list-body-used",
        "A list takes its parameters from a body.",
        "LIST-037",
        reading(_from_body),
        LIST,
    )
    yield fault(
        "list-active-alone",
        "Without a query only active contacts are listed.",
        "LIST-024",
        reading(_active_alone),
        LIST,
    )
    yield fault(
        "list-third-order-ignored",
        "Of several orders the first two have an effect.",
        "LIST-029",
        reading(_two_orders),
        LIST,
    )
    yield fault(
        "null-as-text",
        "Fields without a value show the word null.",
        "LIST-229 GET-157",
        answering(result(_null_text), served),
        READ,
        LIST,
    )
    yield fault(
        "location-nowhere",
        "Some contacts refer to a location that is not there.",
        "LIST-109 GET-085 CREATE-078",
        answering(result(_nowhere), served),
        READ,
        LIST,
    )
    yield fault(
        "xml-ampersand-lost",
        "XML loses what follows an ampersand.",
        "LIST-247 GET-172",
        answering(_cut_off, served),
        READ,
        LIST,
    )


FAULTS: tuple[Fault, ...] = tuple(_faults())
