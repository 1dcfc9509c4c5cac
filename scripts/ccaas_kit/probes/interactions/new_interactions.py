"""Interactions that probes create: one that nothing is added to, one in a queue, and variations."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any

from ccaas_kit.gateway.ask import JSON, XML
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls, xml_bodies
from ccaas_kit.probes.probing import Probing, expect, member, require, shown

_CREATE = "createInteraction"


def create(
    probing: Probing,
    fields: Mapping[str, Any] = MappingProxyType({}),
    *,
    version: str | None = None,
    accept: str = JSON,
    media: str = JSON,
    positive: bool = True,
) -> Exchange:
    """The outcome of creating an interaction whose body has these fields beside the channel."""
    body = {**valid_calls.of(probing, _CREATE).body, **fields}
    operation = probing.contract.by_id[_CREATE]
    return probing.call(
        _CREATE,
        body=body,
        raw=xml_bodies.request(probing.contract, operation, body) if media == XML else None,
        version=version,
        accept=accept,
        media=media,
        positive=positive,
    )


def channel(probing: Probing) -> str:
    """The channel that interactions are created with."""
    return str(valid_calls.of(probing, _CREATE).body["channel"])


def plain(probing: Probing, which: str = "one") -> Exchange:
    """How one interaction was created that has a channel and nothing else; each is created once."""
    return probing.once(f"{which} plain interaction", lambda: create(probing))


def plain_record(probing: Probing, which: str = "one") -> dict[str, Any]:
    """The fields of such an interaction.

    Raises:
        InconclusiveError: it was not created.
    """
    return record(plain(probing, which))


def queue(probing: Probing) -> str:
    """The sys_id of a queue that the target has."""
    try:
        return probing.known("queue")[0]
    except BlockedError:
        return probing.known("queues")[0]


def queues(probing: Probing) -> tuple[str, ...]:
    """The sys_ids of all queues that are known, that of `queue` first.

    Raises:
        BlockedError: none is.
    """
    further: tuple[str, ...] = ()
    with suppress(BlockedError):
        further = probing.known("queues")
    return tuple(dict.fromkeys((queue(probing), *further)))


def pair(probing: Probing, data: str, which: str = "one") -> dict[str, str]:
    """A record of our own for context or channel metadata: an interaction, of no default table."""
    return {
        f"{data}_table": valid_calls.interaction_table(probing),
        f"{data}_id": str(plain_record(probing, which)["sys_id"]),
    }


def everything(probing: Probing) -> dict[str, str]:
    """Every field that names a record: two of our own, and a queue where one is known."""
    fields = {**pair(probing, "context"), **pair(probing, "channel_metadata", "another")}
    with suppress(BlockedError):
        fields["queue"] = queue(probing)
    return fields


def everything_else(probing: Probing) -> dict[str, str]:
    """The same with other values: a contact, and another queue and channel."""
    fields = {
        "channel_metadata_table": (table := valid_calls.contact_table(probing)),
        "channel_metadata_id": (contact := valid_calls.contact(probing)),
        "context_table": table,
        "context_id": contact,
    }
    with suppress(BlockedError):
        fields["queue"] = queues(probing)[-1]
    with suppress(BlockedError):
        fields["channel"] = probing.known("connectors")[0]
    return fields


def shown_pair(data: str, request_fields: Mapping[str, str]) -> dict[str, str]:
    """The record that a request names, under the names that its fields have in a response (INT-020)."""
    return dict(
        zip(
            view(data), (request_fields[f"{data}_table"], request_fields[f"{data}_id"]), strict=True
        )
    )


def view(data: str) -> tuple[str, str]:
    """The fields of a response that name table and record of context or channel metadata."""
    first, *others = data.split("_")
    name = first + "".join(word.title() for word in others)
    return f"{name}Table", f"{name}Document"


def queued(probing: Probing) -> Exchange:
    """How an interaction was created that names a queue; it is created once."""
    return probing.once("a queued interaction", lambda: create(probing, {"queue": queue(probing)}))


def record(exchange: Exchange) -> dict[str, Any]:
    """The interaction in a response.

    Raises:
        InconclusiveError: there is none, or the call was not served.
    """
    require(exchange, 200, 201)
    result = member(exchange, "result")
    if not isinstance(result, dict):
        raise InconclusiveError(f"the answer has no interaction: {shown(exchange)}")
    return result


def expect_texts(exchange: Exchange, names: tuple[str, ...], *, empty: tuple[str, ...]) -> str:
    """Go on if fields are present as text, and those without a value as empty text.

    Raises:
        ViolationError: one is not.
    """
    found = record(exchange)
    for name in names:
        value = found.get(name)
        holds = value == "" if name in empty else isinstance(value, str)
        expect(holds, f"{name} as {'empty ' * (name in empty)}text", exchange, f"{value!r}")
    return f"{', '.join(names)} were present as text, empty where nothing is known"


def is_inactive(probing: Probing, exchange: Exchange) -> bool:
    """Whether an offer was refused because its document is not active."""
    message = probing.contract.node("#/components/schemas/DocumentNotActiveMessage")["const"]
    parts = [member(exchange, name) for name in ("result", "error")]
    return any(isinstance(part, dict) and part.get("message") == message for part in parts)
