"""Probes of the records that an instance makes for context and channel metadata.

No operation reads them. The Table API shows them, in whatever column an instance keeps the data.
"""

from __future__ import annotations

import json
from itertools import product
from uuid import uuid4

from ccaas_kit.gateway.ask import JSON, XML
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.interactions import new_interactions as new
from ccaas_kit.probes.platform import urls
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

_CREATE = "createInteraction"
_DATA = ("context", "channel_metadata")


def _stored(probing: Probing, subject: Subject) -> str:
    """The record that a call makes has the data of this call, and not that of another call or field."""
    data, other = subject.field, next(name for name in _DATA if name != subject.field)
    sent: list[str] = []
    tables: list[str] = []
    tables_without_data: list[str] = []
    for form, (version, media) in product((_as_map, _as_text), _ways(probing)):
        own, beside = uuid4().hex, uuid4().hex
        fields = {data: form(own), other: form(beside)}
        exchange = new.create(probing, fields, version=version, media=media)
        if exchange.status == 400:
            # The 400 may be about something of an earlier call, and not about these fields.
            exchange = new.create(probing, fields, version=version, media=media)
        # No page shows how XML writes a map, and text may be the name of a record.
        is_plain = (form, media) == (_as_map, JSON)
        if exchange.status != 201 and not is_plain:
            continue
        record = new.record(exchange)
        table, sys_id = (str(record.get(name)) for name in new.view(data))
        missing = probing.missing_records(table, [sys_id])
        expect(not missing, f"the sys_id of a record of {table}", exchange, f"none is {missing}")
        stored = "\n".join(probing.whole_record(table, sys_id).values())
        if own not in stored:
            strange = next((mark for mark in (*sent, beside) if mark in stored), "")
            expected = f"a record of {table} with {fields[data]}"
            expect(not strange, expected, exchange, f"a record with {strange}")
            tables_without_data += [table] if is_plain else []
        sent += [own, beside]
        tables.append(table)
    if tables_without_data:
        raise InconclusiveError(
            f"no field of {tables_without_data[0]} that is shown has the {data}"
        )
    return f"the records of {' and '.join(dict.fromkeys(tables))} held the {data} of their calls"


def _ways(probing: Probing) -> list[tuple[str | None, str]]:
    """The versions and media types of a call."""
    versions = (None, *urls.served_versions(probing, _CREATE))
    return [*((version, JSON) for version in versions), (None, XML)]


def _as_map(mark: str) -> dict[str, str]:
    return {"mark": mark}


def _as_text(mark: str) -> str:
    return json.dumps(_as_map(mark))


PROBES = recalling(
    Probe("interaction-data-stored", "A record holds what its call has sent.", _stored)
)
