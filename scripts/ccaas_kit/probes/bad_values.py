"""Values that the contract excludes, and fields that it asks for: one thing wrong in each request.

Both are read from the schemas: what the node of a clause excludes is sent where it stands, in the
path or in the body of a call that is valid otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import jsonschema_rs

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.ask import JSON
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.agents import agents
from ccaas_kit.probes.platform import urls, valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import OF_CALLER, Probe, Probing, expect, shown

_SYS_ID = "5b0fd2a187851210be070d48dabb0a0"
# One of each kind: other JSON types, nothing, too short, too long, other characters.
_CANDIDATES: tuple[Any, ...] = (
    *(None, 7, True, [], {}),
    *("", "Not Valid!", _SYS_ID, f"{_SYS_ID}00", f"{_SYS_ID}-", "x" * 81, "x" * 201),
)
# Refusals of a media type, which a valid call has as well.
_OF_MEDIA = frozenset({406, 415})
# An id of another form, which the Table API answers with 404 (INT-031).
_REFUSED = (400, 404)


def _bad_value_400(probing: Probing, subject: Subject) -> str:
    return _expect_refused(probing, subject, 400)


def _bad_value_refused(probing: Probing, subject: Subject) -> str:
    return _expect_refused(probing, subject, *_REFUSED)


def _expect_refused(probing: Probing, subject: Subject, *statuses: int) -> str:
    base = _base(probing, subject.operation)
    values = list(_excluded(probing, subject.pointer))
    if not values:
        raise InconclusiveError(f"no value is known that {subject.pointer} excludes")
    place, spoiled = _place(probing, subject, base)
    for value in values:
        exchange = valid_calls.send(probing, spoiled(value), positive=False)
        _expect_status(probing, exchange, statuses, f"{place} is {_short(value)}")
    _expect_valid_served(probing, subject.operation)
    return f"refused {len(values)} values of {place}: {', '.join(map(_short, values))}"


def _expect_status(
    probing: Probing, exchange: Exchange, statuses: tuple[int, ...], why: str
) -> None:
    if exchange.status in OF_CALLER:
        raise InconclusiveError(f"it was not the value that was refused: {shown(exchange)}")
    if exchange.status in _OF_MEDIA:
        _expect_valid_served(probing, exchange.operation.base)
    wanted = f"status {' or '.join(map(str, statuses))} where {why}"
    expect(exchange.status in statuses, wanted, exchange)


def _excluded(probing: Probing, pointer: str) -> Iterator[Any]:
    """The candidates that the node does not admit; of a keyword, those that break it alone."""
    contract = probing.contract
    node = contract.node(pointer)
    if isinstance(node, dict) and "in" in node:
        # A path has texts only; an empty one is part of another URL.
        texts = (candidate for candidate in _CANDIDATES if isinstance(candidate, str) and candidate)
        yield from (
            text for text in texts if not contract.schemas.is_valid(f"{pointer}/schema", text)
        )
        return
    if contract.schemas.assertion(pointer) is None:
        yield from (
            candidate
            for candidate in _CANDIDATES
            if not contract.schemas.is_valid(pointer, candidate)
        )
        return
    keyword = jsonschema_rs.validator_for({pointers.parts(pointer)[-1]: node})
    yield from (candidate for candidate in _CANDIDATES if not keyword.is_valid(candidate))


def _place(
    probing: Probing, subject: Subject, base: ValidCall
) -> tuple[str, Callable[[Any], ValidCall]]:
    """What the node is called in a request, and the call that has another value there."""
    node = probing.contract.node(subject.pointer)
    if isinstance(node, dict) and "in" in node:
        parameter = str(node["name"])
        return parameter, lambda value: replace(base, path={**base.path, parameter: value})
    name, beside = _field(probing, subject)
    return name, lambda value: replace(base, body={**base.body, **beside, name: value})


def _field(probing: Probing, subject: Subject) -> tuple[str, Mapping[str, Any]]:
    """The field of the body that has the node, and what has to stand beside it."""
    keyword = probing.contract.schemas.assertion(subject.pointer)
    wanted = keyword[0] if keyword else subject.pointer
    start, schema = _body(probing, subject.operation)
    for name, member in schema["properties"].items():
        if wanted in (f"{start}/properties/{name}", member.get("$ref")):
            return name, valid_calls.partners(probing, schema, name)
    raise InconclusiveError(f"{subject.pointer} is no field of a request of {subject.operation}")


def _missing_field(probing: Probing, subject: Subject) -> str:
    """Without the field: nothing at all, the rest of a valid body, and everything else there is."""
    base = _base(probing, subject.operation)
    _, schema = _body(probing, subject.operation)
    further = dict(_further(probing, schema))
    sent = 0
    for name in schema["required"]:
        bodies = [{}, {**base.body}, {**further, **base.body}]
        for version in _versions(probing, subject.operation):
            for body in bodies:
                body.pop(name, None)
                exchange = valid_calls.send(
                    probing, base, body=body, version=version, positive=False
                )
                _expect_status(probing, exchange, (400,), f"there is no {name}")
                sent += 1
    _expect_valid_served(probing, subject.operation)
    return f"answered {sent} bodies without {' or '.join(schema['required'])} with 400"


def _further(probing: Probing, schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A value of each field; of one that refers to a record only if such a record is known."""
    for name, member in schema["properties"].items():
        if "x-sn-table" not in member:
            yield name, valid_calls.example(probing, member)
        for known in (name, f"{name}s") if "x-sn-table" in member else ():
            with suppress(BlockedError):
                yield name, probing.known(known)[0]


def _versions(probing: Probing, operation: str) -> list[str | None]:
    """No version, and those that the instance has."""
    return [None, *urls.served_versions(probing, operation)]


def _base(probing: Probing, operation: str) -> ValidCall:
    own = _OWN_CALLS.get(operation)
    return own(probing) if own else valid_calls.unspent(probing, operation)


def _expect_valid_served(probing: Probing, operation: str) -> None:
    """Hold that the call is served where nothing is wrong with it; a refusal says nothing else.

    Raises:
        InconclusiveError: it is not.
    """
    own = _OWN_CALLS.get(operation)
    if own is None:
        valid_calls.baseline(probing, operation)
        return
    probing.once(
        f"a served own {operation}",
        lambda: valid_calls.require_served(valid_calls.send(probing, own(probing))),
    )


def _body(probing: Probing, operation: str) -> tuple[str, Mapping[str, Any]]:
    """The schema of the JSON body, and where it stands."""
    body = probing.contract.by_id[operation].body
    if body is None:
        raise InconclusiveError(f"{operation} has no body")
    pointer = body.media[JSON]
    while "$ref" in (node := probing.contract.node(pointer)):
        pointer = node["$ref"]
    return pointer, node


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 50 else f"a text of {len(value)} characters"


# Calls that are valid as well, and change less of what is there than the shared ones.
_OWN_CALLS: Mapping[str, Callable[[Probing], ValidCall]] = {"setAgentMapping": agents.own_call}

PROBES: tuple[Probe, ...] = (
    Probe("bad-value-400", "Values that the node excludes get 400.", _bad_value_400),
    Probe("bad-value-refused", "Values that the node excludes get 400 or 404.", _bad_value_refused),
    Probe("missing-field-400", "A body without a required field gets 400.", _missing_field),
)
