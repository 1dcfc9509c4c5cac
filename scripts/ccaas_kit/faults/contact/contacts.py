"""Faults of single contacts: creating and reading them."""

from __future__ import annotations

from typing import Any

import orjson

from ccaas_kit.faults.blocks import (
    answering,
    body,
    clause_ids,
    fields,
    first_of,
    flipped,
    has,
    on,
    reading_body,
    refuses,
    refuses_body,
    result,
    retrying,
    served,
    tells_json,
    unwrapped,
)
from ccaas_kit.faults.contact.blocks import (
    CREATE,
    LIST,
    READ,
    TABLE,
    Sent,
    documented,
    keeping,
    new_id,
    sent,
    unknown_names,
)
from ccaas_kit.faults.contact.values import (
    bare_times,
    booleans,
    links,
    local_times,
    nulls,
    numbers,
    without_custom,
    without_empty,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault, json_of
from ccaas_kit.sandbox.http.messages import Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.storage.store import Record


def _not_kept(asked: Asked) -> Response:
    response = asked.response()
    if sys_id := new_id(response):
        with asked.instance.store.transaction():
            asked.instance.store.delete(TABLE, sys_id)
    return response


def _other_id(asked: Asked) -> Response:
    """The response names another contact than the new one."""
    response = asked.response()
    sys_id = new_id(response)
    if not sys_id:
        return response
    other = response.body.replace(sys_id.encode(), flipped(sys_id).encode())
    return Response(response.status, response.headers, other)


def _keeping_invalid(asked: Asked) -> Response:
    """Values that are none of their list are shown as if they had been kept."""
    response = asked.response()
    if asked.operation == CREATE:
        if sys_id := new_id(response):
            known = documented(asked)
            asked.kept[sys_id] = {
                name: value
                for name, value in sent(asked).items()
                if isinstance(value, str) and value not in ("", *_listed(known, name, value))
            }
        return response
    return result(lambda record: record.update(asked.kept.get(record.get("sys_id"), {})))(response)


def _listed(properties: Any, name: str, value: str) -> tuple[str, ...]:
    """The values of the list of a field; where it has no list, the value itself."""
    return tuple(properties.get(name, {}).get("x-sn-values", (value,)))


def _without_letters(record: Record, _: Sent) -> Sent:
    changed = {}
    for name, value in record.items():
        if isinstance(value, str) and not value.isascii():
            changed[name] = value.encode("ascii", "replace").decode()
    return changed


def _telling(asked: Asked) -> Response:
    """The response names what was ignored."""
    response = asked.response()
    ignored = sorted(unknown_names(asked))
    if not (ignored and new_id(response)):
        return response
    return body(lambda value: value.update(ignored=ignored))(response)


def _native(found: Sent) -> bool:
    return any(isinstance(value, bool | int | float) for value in found.values())


def _text_flag(found: Sent) -> bool:
    return any(value in ("true", "false") for value in found.values())


def _without_profile(found: Sent) -> None:
    for name in [name for name in found if name.startswith("social_")]:
        del found[name]


def _profile_needed(found: Sent) -> bool:
    profile_names = [name for name in found if name.startswith("social_")]
    return 0 < len(profile_names) < 3


def _users_too(asked: Asked) -> Response:
    """Users who are no contacts are read as well."""
    response = asked.response()
    if response.status != 404:
        return response
    store = asked.instance.store
    user = store.read("sys_user", asked.values["id"])
    if user is None or store.exists(TABLE, asked.values["id"]):
        return response
    example = asked.instance.contract.example("getContactGeorgeWarrenResponse")["result"]
    record = {
        **dict.fromkeys(example, ""),
        **{name: user[name] for name in example if name in user},
    }
    return render(200, orjson.dumps({"result": record}))


def _hidden_shown(asked: Asked) -> Response:
    """Who may not see a contact is told so."""
    response = asked.response()
    hidden = response.status == 404 and asked.instance.store.exists(TABLE, asked.values["id"])
    if not hidden:
        return response
    return render(403, orjson.dumps(asked.instance.contract.example("notAuthorizedResponse")))


def _create(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    ids = clause_ids("CON", breaks)
    return Fault(f"contact-create-{name}", says, ids, on(CREATE, behave))


def _read(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    ids = clause_ids("CON", breaks)
    return Fault(f"contact-read-{name}", says, ids, on(READ, behave))


FAULTS: tuple[Fault, ...] = (
    _create(
        "as-object",
        "The result is an object with the sys_id.",
        "CREATE-155",
        answering(body(lambda value: {"result": {"sys_id": value["result"]}}), served),
    ),
    _create(
        "bare",
        "The answer is the sys_id alone.",
        "CREATE-160 CREATE-155",
        answering(unwrapped, served),
    ),
    _create(
        "id-dashed",
        "The sys_id is written as a UUID.",
        "CREATE-155",
        answering(
            body(lambda value: {"result": f"{value['result'][:8]}-{value['result'][8:]}"}), served
        ),
    ),
    _create(
        "not-kept",
        "A new contact is confirmed and not kept.",
        "CREATE-156 CREATE-158 CREATE-001",
        _not_kept,
    ),
    _create(
        "same-contact",
        "A creation that repeats another one gives its contact.",
        "CREATE-157",
        first_of(lambda asked: asked.request.body),
    ),
    _create(
        "name-required",
        "A request without last_name is refused.",
        "CREATE-014 CREATE-013 CREATE-005",
        refuses_body(400, lambda found: "last_name" not in found),
    ),
    Fault(
        "contact-create-invalid-kept",
        "A value that is none of its list is kept.",
        ("@contact-list-of-values", "CON-CREATE-006", "@schema:getContact", "@schema:listContacts"),
        on((CREATE, READ, LIST), _keeping_invalid),
    ),
    _create(
        "unknown-refused",
        "A field under another name is refused.",
        "CREATE-005 CREATE-007 CREATE-149",
        refuses(400, unknown_names),
    ),
    _create(
        "ignored-told", "The answer names the fields that were ignored.", "CREATE-008", _telling
    ),
    _create(
        "names-swapped",
        "First and last name change places.",
        "CREATE-055 CREATE-072",
        reading_body(
            lambda found: found.update(
                first_name=found.get("last_name", ""), last_name=found.get("first_name", "")
            )
        ),
    ),
    _create(
        "city-short",
        "Of the city ten characters are kept.",
        "CREATE-030 CREATE-031",
        reading_body(fields(city=lambda text: text[:10] if isinstance(text, str) else text)),
    ),
    _create(
        "capitals",
        "The title is kept in small letters.",
        "CREATE-125",
        reading_body(fields(title=lambda text: text.lower() if isinstance(text, str) else text)),
    ),
    _create(
        "letters-lost",
        "Letters beyond ASCII become question marks.",
        "@contact-value-kept",
        keeping(_without_letters),
    ),
    _create(
        "notified-off",
        "A new contact gets no notifications.",
        "CREATE-095",
        reading_body(lambda found: found.setdefault("notification", "1")),
    ),
    _create(
        "vip",
        "Every contact is very important.",
        "CREATE-129 CREATE-131",
        reading_body(lambda found: found.update(vip="true")),
    ),
    _create(
        "without-profile",
        "No social media profile is created.",
        "CREATE-002 API-03 CREATE-108 CREATE-109 CREATE-110",
        reading_body(_without_profile),
    ),
    _create(
        "half-profile-refused",
        "An incomplete profile is refused.",
        "CREATE-004 CREATE-014",
        refuses_body(400, _profile_needed),
    ),
    _create(
        "native-refused",
        "JSON booleans and numbers are refused.",
        "CREATE-016 CREATE-014",
        refuses_body(400, _native),
    ),
    _create(
        "text-flags-refused",
        "Flags are refused as text.",
        "CREATE-015 CREATE-014 CREATE-159",
        refuses_body(400, _text_flag),
    ),
    _create(
        "broken-body-creates",
        "A body that is not JSON creates a contact.",
        "CREATE-153 CREATE-S400",
        retrying(
            lambda asked: asked.with_body({}) if json_of(asked.request.body) is None else None,
            has(400),
        ),
    ),
    _read(
        "stale",
        "Every call gets the contact that was read first.",
        "GET-001 GET-154 GET-005",
        first_of(lambda _: ""),
    ),
    _read(
        "missing-200",
        "A contact that does not exist is an empty result.",
        "GET-014 GET-S404 GET-016 GET-008 GET-015",
        answering(tells_json({"result": {}}), has(404)),
    ),
    _read("hidden-403", "Who may not see a contact is told so.", "GET-015 GET-S404", _hidden_shown),
    _read(
        "users-too", "Users who are no contacts are read as well.", "GET-007 GET-S404", _users_too
    ),
    _read(
        "booleans",
        "Flags are JSON booleans.",
        "GET-022 GET-023 GET-146 GET-147 @schema:getContact",
        answering(result(booleans), served),
    ),
    _read(
        "numbers",
        "Numbers are JSON numbers.",
        "GET-129 GET-098 GET-099 @schema:getContact",
        answering(result(numbers), served),
    ),
    _read(
        "iso-times",
        "Times are written with T and Z.",
        "GET-123 GET-075 @schema:getContact",
        answering(result(bare_times), served),
    ),
    _read(
        "local-times",
        "Times are in the time zone of Amsterdam.",
        "GET-158 GET-154",
        answering(result(local_times), served),
    ),
    _read(
        "links",
        "References are objects with a link.",
        "GET-156 GET-020 GET-035 GET-083 GET-090",
        answering(result(links), served),
    ),
    _read(
        "nulls",
        "Fields without a value are null.",
        "GET-157 @schema:getContact",
        answering(result(nulls), served),
    ),
    _read(
        "empty-left-out",
        "Fields without a value are left out.",
        "GET-157 @schema:getContact",
        answering(result(without_empty), served),
    ),
    _read(
        "custom-left-out",
        "Custom fields are left out.",
        "GET-018 GET-154",
        answering(result(without_custom), served),
    ),
    _read(
        "custom-native",
        "Custom fields are JSON numbers.",
        "GET-019",
        answering(result(lambda found: found.update(u_number=1)), served),
    ),
    _read(
        "list",
        "The contact is the one entry of a list.",
        "GET-016",
        answering(body(lambda value: {"result": [value["result"]]}), served),
    ),
    _read(
        "bare", "The answer is not within result.", "GET-016 GET-S200", answering(unwrapped, served)
    ),
    _read(
        "class-label",
        "The table of a contact is given by its label.",
        "GET-119",
        answering(result(fields(sys_class_name="Contact")), served),
    ),
    _read(
        "title-differs",
        "A single read shows another title than a list.",
        "GET-154 CREATE-125",
        answering(result(fields(title=lambda text: f"{text} (retired)" if text else text)), served),
    ),
)
