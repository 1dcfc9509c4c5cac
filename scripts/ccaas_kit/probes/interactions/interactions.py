"""Probes of creating an interaction: what a request may hold, and what the new record shows of it.

The probes of closing one stand beside this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from ccaas_kit.contract import defaults
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.interactions import closings, forms, stored
from ccaas_kit.probes.interactions import new_interactions as new
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_status,
    recalling,
    require,
    shown,
)

_CREATE = "createInteraction"
# The names that the article gives; the contract has them in a pattern.
_CHANNELS = ("Video", "Chat", "Phone", "Messaging")


def _created(probing: Probing, _: Subject) -> str:
    try:
        fields = {"channel": probing.known("connectors")[0]}
    except BlockedError:
        exchange = new.plain(probing)
        if exchange.status != 201:
            raise InconclusiveError(
                f"no channel of the target is known: {shown(exchange)}"
            ) from None
    else:
        exchange = new.create(probing, fields)
    expect_status(exchange, 201)
    return "an interaction was created with 201"


def _of_its_own(probing: Probing, _: Subject) -> str:
    first, second = new.plain_record(probing), new.plain_record(probing, "another")
    for name in ("sys_id", "number"):
        expect(
            first.get(name) != second.get(name),
            f"another {name} than {first.get(name)}",
            new.plain(probing, "another"),
        )
    return "one body sent twice made two sys_ids and two numbers"


def _connector(probing: Probing, _: Subject) -> str:
    exchange = probing.call(_CREATE, body={"channel": probing.known("connectors")[0]})
    expect_status(exchange, 201)
    return "the sys_id of a connector was served with 201"


def _named_channels(probing: Probing, _: Subject) -> str:
    for name in _CHANNELS:
        expect_status(probing.call(_CREATE, body={"channel": name}), 201)
    return f"the channels {', '.join(_CHANNELS)} were served with 201"


def _small_letter(probing: Probing, _: Subject) -> str:
    expect_status(probing.call(_CREATE, body={"channel": "chat"}), 201)
    return "the channel chat was served with 201"


def _context_map(probing: Probing, _: Subject) -> str:
    return _served_with(probing, {"context": _map()})


def _context_text(probing: Probing, _: Subject) -> str:
    return _served_with(probing, {"context": valid_calls.NAME})


def _metadata_map(probing: Probing, _: Subject) -> str:
    return _served_with(probing, {"channel_metadata": _map()})


def _metadata_text(probing: Probing, _: Subject) -> str:
    return _served_with(probing, {"channel_metadata": valid_calls.NAME})


def _context_beside_record(probing: Probing, _: Subject) -> str:
    return _served_with(probing, {"context": _map(), **new.pair(probing, "context")})


def _metadata_beside_record(probing: Probing, _: Subject) -> str:
    return _served_with(
        probing, {"channel_metadata": _map(), **new.pair(probing, "channel_metadata")}
    )


def _queue_served(probing: Probing, _: Subject) -> str:
    require(new.plain(probing), 201)
    expect_status(new.queued(probing), 201)
    return "the sys_id of a queue was served with 201"


def _served_with(probing: Probing, fields: Mapping[str, Any]) -> str:
    require(new.plain(probing), 201)
    expect_status(new.create(probing, fields), 201)
    return f"a body with {' and '.join(sorted(fields))} was served with 201"


def _default_table(probing: Probing, subject: Subject) -> str:
    exchange = new.plain(probing)
    default = probing.contract.node(subject.pointer)[defaults.KEY]
    table = new.record(exchange).get(subject.field)
    expect(table == default, f"{subject.field} {default}", exchange)
    return f"without a record in the request, {subject.field} was {default}"


def _own_document(probing: Probing, subject: Subject) -> str:
    first, second = new.plain_record(probing), new.plain_record(probing, "another")
    expect(
        bool(second.get(subject.field)) and first.get(subject.field) != second.get(subject.field),
        f"another {subject.field} than {first.get(subject.field)}",
        new.plain(probing, "another"),
    )
    return f"two interactions had two different {subject.field}"


def _given_record(probing: Probing, subject: Subject) -> str:
    """The record is sent alone, and beside every other field, so that no other value replaces it."""
    data = subject.field.removesuffix("_id")
    pair = new.pair(probing, data, "a third")
    wanted = new.shown_pair(data, pair)
    for beside in ({}, new.everything(probing)):
        exchange = new.create(probing, {**beside, **pair})
        expect_status(exchange, 201)
        record = new.record(exchange)
        found = {name: record.get(name) for name in wanted}
        expect(found == wanted, f"{wanted}", exchange, f"{found}")
    return f"the record of the request was shown as {' and '.join(wanted)}"


def _half_of_pair(probing: Probing, subject: Subject) -> str:
    """The field of the clause alone, after both together were served."""
    data = subject.field.removesuffix("_id").removesuffix("_table")
    pair = new.pair(probing, data)
    require(new.create(probing, pair), 201)
    half = {subject.field: pair[subject.field]}
    expect_status(new.create(probing, half, positive=False), 400)
    return f"{subject.field} alone was answered with 400"


def _queued(probing: Probing, subject: Subject) -> str:
    for exchange in (new.queued(probing), new.create(probing, new.everything(probing))):
        record = new.record(exchange)
        if not record.get("queue"):
            raise InconclusiveError("the instance ignores the queue, and its answer shows none")
        state = str(record.get(subject.field))
        expect(state.casefold() == "queued", "the state queued", exchange)
    return "an interaction that shows its queue is queued"


def _new(probing: Probing, subject: Subject) -> str:
    exchange = new.plain(probing)
    record = new.record(exchange)
    if record.get("queue"):
        # INT-021: a rule of the instance may have found one.
        raise InconclusiveError("the instance gave the interaction a queue that nobody named")
    wanted = probing.operation(_CREATE)["x-sn-state"]["to"]
    state = str(record.get(subject.field))
    expect(state.casefold() == wanted, f"the state {wanted}", exchange)
    return f"an interaction without a queue is {state}"


def _queue_shown(probing: Probing, subject: Subject) -> str:
    for queue in new.queues(probing):
        exchange = new.create(probing, {"queue": queue})
        found = new.record(exchange).get(subject.field)
        expect(found in (queue, ""), f"the queue {queue} of the request, or none", exchange)
    return "each answer had the queue of its request, or none"


def _closed_by_nobody(probing: Probing, subject: Subject) -> str:
    exchange = new.plain(probing)
    expect(new.record(exchange).get(subject.field) == "", "an empty closed_by", exchange)
    return "a new interaction had an empty closed_by"


def _channel_shown(probing: Probing, subject: Subject) -> str:
    seen = [(new.channel(probing), new.plain(probing))]
    with suppress(BlockedError):
        connector = probing.known("connectors")[0]
        seen.append((connector, new.create(probing, {"channel": connector})))
    details = []
    for sent, exchange in seen:
        found = str(new.record(exchange).get(subject.field))
        is_id = [valid_calls.is_id(probing, channel) for channel in (sent, found)]
        if found and is_id[0] != is_id[1]:
            # INT-024: the response may have either form, and nothing shows which name a connector has.
            continue
        expect(found.casefold() == sent.casefold(), f"the channel {sent}", exchange)
        details.append(f"the channel {sent} was shown as {found}")
    if not details:
        raise InconclusiveError("each channel came back in the other form")
    return ", ".join(details)


def _empty_fields(probing: Probing, _: Subject) -> str:
    return new.expect_texts(
        new.plain(probing),
        ("assigned_to", "closed_by", "opened_for", "queue"),
        empty=("closed_by",),
    )


def _offered(probing: Probing, _: Subject) -> str:
    exchange = valid_calls.send(probing, valid_calls.of(probing, "offerWork"))
    inactive = new.is_inactive(probing, exchange)
    expect(exchange.status != 404 and not inactive, "a document that can be offered", exchange)
    if not valid_calls.is_served(exchange):
        raise InconclusiveError(f"the offer was refused for another reason: {shown(exchange)}")
    return "a new interaction was offered as a document"


def _map() -> dict[str, str]:
    return {"language": "en", "probe": valid_calls.NAME}


PROBES: tuple[Probe, ...] = (
    Probe("interaction-created", "A valid body creates an interaction.", _created),
    Probe("interaction-connector", "A channel can be a connector.", _connector),
    Probe("interaction-channels", "A channel can be one of four names.", _named_channels),
    Probe("interaction-small-letter", "A channel may begin small.", _small_letter),
    Probe("interaction-context-map", "The context can be a map.", _context_map),
    Probe("interaction-context-text", "The context can be text.", _context_text),
    Probe("interaction-metadata-map", "The metadata can be a map.", _metadata_map),
    Probe("interaction-metadata-text", "The metadata can be text.", _metadata_text),
    Probe("interaction-context-twice", "Context beside a record.", _context_beside_record),
    Probe("interaction-metadata-twice", "Metadata beside a record.", _metadata_beside_record),
    Probe("interaction-queue-served", "A queue can be named.", _queue_served),
    Probe("interaction-half-of-pair", "Half of a pair gets 400.", _half_of_pair),
    Probe("interaction-empty-fields", "Empty fields are empty text.", _empty_fields),
    *recalling(
        Probe("interaction-of-its-own", "Each creation makes a record.", _of_its_own),
        Probe("interaction-default-table", "A table has its default.", _default_table),
        Probe("interaction-own-document", "Each interaction has a document.", _own_document),
        Probe("interaction-given-record", "A record can be given.", _given_record),
        Probe("interaction-queued", "An interaction with a queue is queued.", _queued),
        Probe("interaction-new", "An interaction without a queue is new.", _new),
        Probe("interaction-queue-shown", "The queue is shown, or none.", _queue_shown),
        Probe("interaction-closed-by-nobody", "Nobody has closed a new one.", _closed_by_nobody),
        Probe("interaction-channel-shown", "The channel is shown.", _channel_shown),
        Probe("interaction-offered", "A new interaction can be offered.", _offered),
    ),
    *closings.PROBES,
    *forms.PROBES,
    *stored.PROBES,
)
