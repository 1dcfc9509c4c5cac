"""Faults of Interaction Management."""

from __future__ import annotations

from typing import Any

from ccaas_kit.faults.blocks import (
    answering,
    at_version,
    body,
    both,
    fields,
    flipped,
    has,
    on,
    reading_body,
    refuses,
    refuses_body,
    renamed,
    result,
    sends,
    served,
    status,
    unwrapped,
    within,
)
from ccaas_kit.faults.fault import Asked, Behave, Fault, json_of
from ccaas_kit.sandbox.http.messages import Response

_CREATE = "createInteraction"
_CLOSE = "closeInteraction"
_TABLE = "interaction"
_HALVES = (
    ("context_id", "context_table"),
    ("channel_metadata_id", "channel_metadata_table"),
)


def _result(when: Any = served, **values: Any) -> Behave:
    return answering(result(fields(**values)), when)


def _without_halves(found: dict[str, Any]) -> None:
    """Half of a pair counts as none."""
    for one, other in _HALVES:
        if (one in found) != (other in found):
            found.pop(one, None)
            found.pop(other, None)


def _without_context(found: dict[str, Any]) -> None:
    for pair in _HALVES:
        for name in pair:
            found.pop(name, None)


def _first_value(name: str) -> Behave:
    """A field has in all answers the value of the first one."""

    def behave(asked: Asked) -> Response:
        response = asked.response()
        if not served(asked, response):
            return response

        def change(found: dict[str, Any]) -> None:
            if name in found:
                found[name] = asked.kept.setdefault(name, found[name])

        return result(change)(response)

    return behave


def _same_record(asked: Asked) -> Response:
    """A repeated creation returns the record of the first one."""
    memory = asked.kept.setdefault("first", {})
    key = asked.request.body
    if key in memory:
        first: Response = memory[key]
        return first
    response = asked.response()
    if response.status == 201:
        memory[key] = response
    return response


def _not_stored(asked: Asked) -> Response:
    response = asked.response()
    record = (json_of(response.body) or {}).get("result") if response.status == 201 else None
    if isinstance(record, dict):
        with asked.instance.store.transaction():
            asked.instance.store.delete(_TABLE, record["sys_id"])
    return response


def _swapping_pairs(found: dict[str, Any]) -> None:
    """Where a request names both records, each is kept in the place of the other."""
    if all(name in found for pair in _HALVES for name in pair):
        for context, metadata in zip(*_HALVES, strict=True):
            found[context], found[metadata] = found[metadata], found[context]


def _queue_lost_at_version(asked: Asked) -> Response:
    sent = asked.body
    if "api_version" not in asked.values or not isinstance(sent, dict):
        return asked.response()
    return asked.response(asked.with_body({k: v for k, v in sent.items() if k != "queue"}))


def _closing_others(asked: Asked) -> Response:
    """Closing one interaction closes all open ones."""
    response = asked.response()
    if response.status == 200:
        store = asked.instance.store
        with store.transaction():
            for interaction in store.find(_TABLE, state="queued"):
                store.update(_TABLE, interaction["sys_id"], {"state": "closed_complete"})
            for interaction in store.find(_TABLE, state="new"):
                store.update(_TABLE, interaction["sys_id"], {"state": "closed_complete"})
    return response


def _not_closed(asked: Asked) -> Response:
    store, sys_id = asked.instance.store, asked.values.get("interaction_id", "")
    before = store.read(_TABLE, sys_id)
    response = asked.response()
    if response.status == 200 and before is not None:
        with store.transaction():
            store.update(_TABLE, sys_id, {"state": before["state"]})
        asked.act()
    return response


def _state_of(asked: Asked) -> str:
    interaction = asked.instance.store.read(_TABLE, asked.values.get("interaction_id", ""))
    return str(interaction["state"]) if interaction else ""


def _closes_once(asked: Asked) -> Response:
    """The first five interactions can be closed; later ones are refused."""
    response = asked.response()
    if response.status == 200:
        asked.kept["closed"] = asked.kept.get("closed", 0) + 1
        if asked.kept["closed"] > 5:
            return status(400)(response)
    return response


def _no_body(asked: Asked) -> bool:
    return not asked.request.body


def _nulls(found: dict[str, Any]) -> None:
    for name, value in found.items():
        if value == "":
            found[name] = None


def _create(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    return Fault(f"interaction-create-{name}", says, tuple(breaks.split()), on(_CREATE, behave))


def _close(name: str, says: str, breaks: str, behave: Behave) -> Fault:
    return Fault(f"interaction-close-{name}", says, tuple(breaks.split()), on(_CLOSE, behave))


FAULTS: tuple[Fault, ...] = (
    _create(
        "same-number",
        "All interactions have one number.",
        "INT-CREATE-02",
        _first_value("number"),
    ),
    _create(
        "same-record",
        "A creation that repeats another one gives its interaction.",
        "INT-CREATE-02 INT-CREATE-15 INT-CREATE-29",
        _same_record,
    ),
    _create(
        "not-kept",
        "A new interaction is confirmed and not kept.",
        "INT-CLOSE-45 INT-CREATE-74 INT-CLOSE-01 INT-CLOSE-03 INT-CLOSE-04",
        _not_stored,
    ),
    _create(
        "new-with-queue",
        "An interaction with a queue is new.",
        "INT-CREATE-59",
        _result(both(has(201), sends(lambda found: found.get("queue"))), state="new"),
    ),
    _create(
        "queued-without-queue",
        "An interaction without a queue is queued.",
        "INT-CREATE-60",
        _result(both(has(201), sends(lambda found: not found.get("queue"))), state="queued"),
    ),
    _create(
        "other-queue",
        "The answer shows another queue.",
        "INT-CREATE-62",
        _result(queue=flipped),
    ),
    _create(
        "other-context-table",
        "The context of an interaction lies in the table task.",
        "INT-CREATE-14",
        _result(contextTable="task"),
    ),
    _create(
        "shared-context",
        "All interactions share one context record.",
        "INT-CREATE-15 INT-CREATE-17",
        _first_value("contextDocument"),
    ),
    _create(
        "shared-metadata",
        "All interactions share one record of channel metadata.",
        "INT-CREATE-29 INT-CREATE-30",
        _first_value("channelMetadataDocument"),
    ),
    _create(
        "record-ignored",
        "A context record that is given is not used.",
        "INT-CREATE-17 INT-CREATE-30",
        reading_body(_without_context),
    ),
    _create(
        "pairs-swapped",
        "Beside a metadata record, the context record is taken for it, and the other way round.",
        "INT-CREATE-17 INT-CREATE-30",
        reading_body(_swapping_pairs),
    ),
    _create(
        "version-loses-queue",
        "The URL with a version does not read the queue.",
        "INT-CREATE-04",
        _queue_lost_at_version,
    ),
    _create(
        "half-pair",
        "Half of a pair of table and id is taken.",
        "INT-CREATE-19 INT-CREATE-21 INT-CREATE-31 INT-CREATE-33",
        reading_body(_without_halves),
    ),
    _create(
        "closed-by-caller",
        "A new interaction has been closed by somebody.",
        "INT-CREATE-63",
        _result(closed_by="6816f79cc0a8016401c5a33be04be441"),
    ),
    _create(
        "nulls",
        "Fields without a value are null.",
        "INT-CREATE-70 INT-CREATE-47 INT-CREATE-51 INT-CREATE-55 INT-CREATE-56",
        answering(result(_nulls), served),
    ),
    _create(
        "empty-left-out",
        "Fields without a value are left out.",
        "INT-CREATE-70 INT-CREATE-47 INT-CREATE-51 INT-CREATE-55 INT-CREATE-56",
        answering(
            result(lambda found: [found.pop(name) for name in [*found] if found[name] == ""]),
            served,
        ),
    ),
    _create(
        "number-of-digits",
        "The number is a JSON number.",
        "INT-CREATE-54 INT-CREATE-69",
        _result(number=lambda text: int(text.lstrip("IMS0") or "0")),
    ),
    _create(
        "snake-case",
        "contextDocument is called context_document.",
        "INT-CREATE-52",
        answering(result(renamed("contextDocument", "context_document")), served),
    ),
    _create(
        "id-dashed",
        "The sys_id is written as a UUID.",
        "INT-CREATE-58",
        _result(sys_id=lambda text: f"{text[:8]}-{text[8:]}"),
    ),
    _create(
        "state-of-number",
        "The state is a JSON number.",
        "INT-CREATE-57 INT-CREATE-61",
        _result(state=1),
    ),
    _create(
        "bare",
        "The answer is not within result.",
        "INT-CREATE-68 INT-CREATE-S201",
        answering(unwrapped, served),
    ),
    _create(
        "unknown-field-refused",
        "A field that has no effect is refused.",
        "INT-CREATE-73",
        refuses_body(
            400,
            lambda found: (
                set(found)
                - {"channel", "queue", "context", "channel_metadata", *_HALVES[0], *_HALVES[1]}
            ),
        ),
    ),
    _create(
        "connector-refused",
        "The sys_id of a connector is refused as a channel.",
        "INT-CREATE-09 INT-CREATE-65",
        refuses_body(
            400, lambda found: isinstance(found.get("channel"), str) and len(found["channel"]) == 32
        ),
    ),
    _close(
        "open",
        "A closed interaction keeps its state.",
        "INT-CLOSE-02 INT-CLOSE-32 INT-CLOSE-42",
        _result(state="queued"),
    ),
    _close(
        "version-of-another",
        "The URL with a version answers with another interaction.",
        "INT-CLOSE-05 INT-CLOSE-09",
        _result(when=both(served, at_version), sys_id=flipped),
    ),
    _close(
        "other-interaction",
        "The answer is about another interaction.",
        "INT-CLOSE-09 INT-CLOSE-35",
        _result(sys_id=flipped),
    ),
    _close(
        "closes-others",
        "Closing one interaction closes all.",
        "INT-CLOSE-49",
        _closing_others,
    ),
    _close(
        "queued-refused",
        "A queued interaction cannot be closed.",
        "INT-CLOSE-03 INT-CLOSE-01",
        refuses(400, lambda asked: _state_of(asked) == "queued"),
    ),
    _close(
        "new-refused",
        "A new interaction cannot be closed.",
        "INT-CLOSE-01 INT-CLOSE-04",
        refuses(400, lambda asked: _state_of(asked) == "new"),
    ),
    _close(
        "without-effect",
        "Closing is answered, and leaves the record as it was.",
        "INT-CLOSE-02 INT-CLOSE-48",
        _not_closed,
    ),
    _close(
        "again-refused",
        "A closed interaction cannot be closed again.",
        "INT-CLOSE-47",
        refuses(400, lambda asked: _state_of(asked) == "closed_complete"),
    ),
    _close(
        "typed-without-body",
        "A Content-Type without a body is refused.",
        "INT-CLOSE-15 INT-CLOSE-16",
        refuses(400, lambda asked: _no_body(asked) and "content-type" in asked.request.headers),
    ),
    _close(
        "bare",
        "The answer is not within result.",
        "INT-CLOSE-41 INT-CLOSE-S200",
        answering(unwrapped, served),
    ),
    _close(
        "nulls",
        "Fields without a value are null.",
        "INT-CLOSE-44 INT-CLOSE-22 INT-CLOSE-26 INT-CLOSE-30 INT-CLOSE-31",
        answering(result(_nulls), served),
    ),
    _close(
        "context-flag-number",
        "The mark of a context is 1.",
        "INT-CLOSE-40 INT-CLOSE-39",
        answering(result(within("context", fields(present=1))), served),
    ),
    _close(
        "only-five",
        "After five interactions none can be closed.",
        "INT-CLOSE-01 INT-CLOSE-S200",
        _closes_once,
    ),
    _close(
        "list",
        "The interaction is the one entry of a list.",
        "INT-CLOSE-41",
        answering(body(lambda found: {"result": [found.get("result")]}), served),
    ),
)
