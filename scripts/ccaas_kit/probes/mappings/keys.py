"""Probes of what identifies a mapping: table, record and provider together."""

from __future__ import annotations

from contextlib import suppress

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.mappings import calls
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


def _provider_in_key(probing: Probing, _: Subject) -> str:
    second = _of_two_providers(probing)[1]
    expect_status(second.exchange, 201)
    return "a second provider's call for the same record was answered with 201"


def _two_providers(probing: Probing, _: Subject) -> str:
    for stored in _of_two_providers(probing):
        expect_status(stored.exchange, 201)
    return "two providers' calls for the same record were answered with 201"


def _other_provider_kept(probing: Probing, _: Subject) -> str:
    first, second = _of_two_providers(probing)
    require(second.exchange, *calls.SERVED)
    third = calls.store(probing, first.document, first.provider, first.external_id)
    expect_status(third.exchange, 200)
    return "after a second provider's call, one of the first provider was an update"


def _one_of_two(probing: Probing, _: Subject) -> str:
    both = _of_two_providers(probing)
    require(both[1].exchange, *calls.SERVED)
    exchange = calls.read(probing, both[0].document)
    expect_status(exchange, 200)
    data = calls.data(exchange)
    found = (data.get("external_id"), data.get("external_provider"))
    pairs = [(stored.external_id, stored.provider) for stored in both]
    expect(found in pairs, f"one of the mappings {pairs}", exchange)
    return "of the mappings of two providers, one came back"


def _same_id_of_two_providers(probing: Probing, _: Subject) -> str:
    def make() -> tuple[calls.Stored, calls.Stored]:
        first, second = _providers(probing)
        stored = calls.store(probing, calls.fresh(probing), first)
        require(stored.exchange, *calls.SERVED)
        other = calls.store(probing, calls.fresh(probing), second, stored.external_id)
        return stored, other

    both = probing.once("one routing id of two providers", make)
    expect_status(both[1].exchange, *calls.SERVED)
    for stored in both:
        calls.expect_read(probing, stored)
    return "two providers used one routing id, and both records keep it"


def _same_id_of_one_provider(probing: Probing, _: Subject) -> str:
    first = calls.first(probing, calls.fresh(probing))
    second = calls.store(probing, calls.fresh(probing), first.provider, first.external_id)
    for stored in (first, second):
        expect_status(stored.exchange, 201)
        calls.expect_read(probing, stored)
    return "one provider's routing id was stored for two records with 201, and both keep it"


def _table_in_key(probing: Probing, _: Subject) -> str:
    """A contact is a user, too: one sys_id in two tables, so that nothing but the table differs."""
    sys_id = valid_calls.new_contact(probing)
    first = calls.first(probing, calls.Document(valid_calls.contact_table(probing), sys_id))
    second = calls.store(
        probing, calls.Document(calls.users_table(probing), sys_id), first.provider
    )
    if second.exchange.status not in calls.SERVED:
        raise InconclusiveError(f"a contact is not mapped as a user: {shown(second.exchange)}")
    expect_status(second.exchange, 201)
    calls.expect_read(probing, first)
    return "the same sys_id in another table got a mapping of its own"


def _record_in_key(probing: Probing, _: Subject) -> str:
    first = calls.first(probing, calls.fresh(probing))
    second = calls.store(probing, calls.fresh(probing), first.provider)
    expect_status(second.exchange, 201)
    calls.expect_read(probing, first)
    return "another record got a mapping of its own, and the first one kept its routing id"


def _own_record(probing: Probing, _: Subject) -> str:
    both = [calls.first(probing, calls.fresh(probing)) for _ in range(2)]
    for stored in both:
        exchange = calls.read(probing, stored.document)
        require(exchange, 200)
        data = calls.data(exchange)
        found = (data.get("document_id"), data.get("external_id"))
        wanted = (stored.document.sys_id, stored.external_id)
        expect(found == wanted, f"document_id and external_id {wanted}", exchange)
    return "each of two mapped records was read with its own routing id"


def _own_table(probing: Probing, _: Subject) -> str:
    stored = calls.shared(probing)
    own = calls.read(probing, stored.document)
    require(own, 200)
    table = stored.document.table
    expect(calls.data(own).get("document_table") == table, f"document_table {table}", own)
    for other in _writable(probing):
        with suppress(BlockedError):
            calls.store(probing, other)
            read = calls.read(probing, other)
            found = calls.data(read).get("document_table") if read.status == 200 else other.table
            expect(found == other.table, f"document_table {other.table}", read)
    exchange = calls.read(
        probing, calls.Document(calls.users_table(probing), stored.document.sys_id)
    )
    if exchange.status == 200:
        expect(
            calls.data(exchange).get("external_id") != stored.external_id,
            "no mapping of another table",
            exchange,
        )
    return f"under another table name the mapping did not come back: {exchange.status}"


def _writable(probing: Probing) -> list[calls.Document]:
    """The records of further tables that the config lets a run map."""
    try:
        return calls.records(probing, "writable_records")
    except BlockedError:
        return []


def _beside_provider(probing: Probing, _: Subject) -> str:
    first = calls.first(probing, calls.fresh(probing))
    second = calls.store(probing, first.document)
    expect_status(second.exchange, 201)
    return "beside a provider's mapping, a call without a provider was answered with 201"


def _of_two_providers(probing: Probing) -> tuple[calls.Stored, calls.Stored]:
    """What two providers stored for one record; a third call would update the first mapping."""

    def make() -> tuple[calls.Stored, calls.Stored]:
        first, second = _providers(probing)
        document = calls.fresh(probing)
        stored = calls.store(probing, document, first)
        require(stored.exchange, *calls.SERVED)
        return stored, calls.store(probing, document, second)

    return probing.once("a record that two providers mapped", make)


def _providers(probing: Probing) -> tuple[str, str]:
    known = probing.known("external_provider")
    if len(known) < 2:
        raise BlockedError("only one provider is known, and it takes two")
    return known[0], known[1]


PROBES = recalling(
    Probe("mapping-provider-in-key", "A second provider gets a mapping.", _provider_in_key),
    Probe("mapping-two-providers", "Two providers can map one record.", _two_providers),
    Probe(
        "mapping-other-provider-kept", "A provider leaves another's mapping.", _other_provider_kept
    ),
    Probe("mapping-one-of-two", "Of two mappings one comes back.", _one_of_two),
    Probe(
        "mapping-same-id-two-providers", "Two providers can use one id.", _same_id_of_two_providers
    ),
    Probe("mapping-same-id-one-provider", "Two records can have one id.", _same_id_of_one_provider),
    Probe("mapping-table-in-key", "Another table gets a mapping.", _table_in_key),
    Probe("mapping-record-in-key", "Another record gets a mapping.", _record_in_key),
    Probe("mapping-own-record", "A read finds the mapping of its record.", _own_record),
    Probe("mapping-own-table", "A read finds no mapping of another table.", _own_table),
    Probe("mapping-beside-provider", "No provider is a key of its own.", _beside_provider),
)
