"""Probes of External ID Mapping: what storing and reading do.

Its further probes stand beside this module: what identifies a mapping, and what is refused.
"""

from __future__ import annotations

from uuid import uuid4

from ccaas_kit.gateway.ask import JSON, XML
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.probes.mappings import calls, keys, refusals
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_message,
    expect_status,
    recalling,
    require,
    result_of,
    shown,
)

# A table that the page names, like that of cases.
_TASKS = "sn_customerservice_task"
# How the names of tables begin that are not part of the platform.
_CUSTOM = ("u_", "x_")


def _created(probing: Probing, _: Subject) -> str:
    stored = calls.shared(probing)
    expect_status(stored.exchange, 201)
    calls.expect_read(probing, stored)
    return "a fresh record got a mapping with 201, and a read found it"


def _found(probing: Probing, _: Subject) -> str:
    exchange = calls.read(probing, calls.shared(probing).document)
    expect_status(exchange, 200)
    return "a record that was mapped was read with 200"


def _read_back(probing: Probing, _: Subject) -> str:
    """Two records of two tables and two providers, each read after every writing to either."""
    texts = [_new_text(start) for start in ("0", "Ünïcødé 日本 ", "", "a & b <c> 'd' \"e\" ")]
    return _expect_round_trip(probing, texts, JSON)


def _xml_read_back(probing: Probing, _: Subject) -> str:
    return _expect_round_trip(probing, [_new_text("first"), _new_text("second")], XML)


def _expect_round_trip(probing: Probing, texts: list[str], accept: str) -> str:
    first, second = calls.of_two_providers(probing)
    other = calls.store(probing, _contact(probing), second, _new_text("Other"))
    require(other.exchange, *calls.SERVED)
    document = calls.fresh(probing)
    for text in texts:
        stored = calls.store(probing, document, first, text)
        other = calls.store(probing, other.document, second, _new_text("Other"))
        for mapping in (stored, other):
            require(mapping.exchange, *calls.SERVED)
        for mapping in (stored, other):
            calls.expect_mapping(probing, mapping, accept=accept)
    return f"a mapping was read as it was written {len(texts)} times, and so was another one"


def _contact(probing: Probing) -> calls.Document:
    """A fresh contact: a record of another table than that of interactions."""
    try:
        return calls.Document(valid_calls.contact_table(probing), valid_calls.new_contact(probing))
    except InconclusiveError:
        return calls.fresh(probing)


def _new_text(start: str) -> str:
    """A routing id that nobody has, which ends with digits."""
    return f"{start}{uuid4().int % 10**12:012}"


def _updated(probing: Probing, _: Subject) -> str:
    first = calls.first(probing, calls.fresh(probing))
    # Read between the two, so that a response that is kept too long shows.
    require(calls.read(probing, first.document), 200)
    second = calls.store(probing, first.document, first.provider)
    expect_status(second.exchange, 200)
    calls.expect_read(probing, second)
    return "a second routing id was stored with 200, and a read found it"


def _repeated(probing: Probing, _: Subject) -> str:
    first = calls.first(probing, calls.fresh(probing))
    again = [
        calls.store(probing, first.document, first.provider, first.external_id) for _ in range(2)
    ]
    for stored, status in zip((first, *again), (201, 200, 200), strict=True):
        expect_status(stored.exchange, status)
    return "the same call three times was answered with 201, 200 and 200"


def _reading_changes_nothing(probing: Probing, _: Subject) -> str:
    document = calls.shared(probing).document
    first, second = calls.read(probing, document), calls.read(probing, document)
    require(first, 200)
    expect(
        second.status == 200 and result_of(second) == result_of(first),
        f"the answer of the first read: {shown(first)}",
        second,
    )
    return "two reads of one record were answered alike"


def _another_reader(probing: Probing, _: Subject) -> str:
    reader = next(iter(probing.further("getExternalIdMapping")), None)
    if reader is None:
        raise BlockedError("no second user may read mappings")
    stored = calls.shared(probing)
    if calls.read(probing, stored.document, user=reader).status == 403:
        raise InconclusiveError("the second user may not see the record or lacks a role")
    calls.expect_read(probing, stored, user=reader)
    return "a mapping was read by another user than the one who stored it"


def _independent(probing: Probing, subject: Subject) -> str:
    if subject.operation == "setExternalIdMapping":
        expect_status(calls.store(probing, calls.fresh(probing)).exchange, *calls.SERVED)
        return "a routing id was stored for a record whose mapping nobody had read"
    expect_status(calls.read(probing, calls.records(probing, "mapped_records")[0]), 200)
    return "a mapping was read that no request of ours had stored"


def _named_tables(probing: Probing, subject: Subject) -> str:
    writable = calls.records(probing, "writable_records")
    known = [calls.fresh(probing), *writable]
    for table in (known[0].table, calls.CASES, _TASKS):
        document = next((record for record in known if record.table == table), None)
        if document is None:
            raise BlockedError(f"no record of {table} may be written; see writable_records")
        _expect_valid_table(probing, subject, document)
    return f"records of {known[0].table}, {calls.CASES} and {_TASKS} were served"


def _custom_table(probing: Probing, subject: Subject) -> str:
    known = calls.records(probing, "writable_records")
    document = next((record for record in known if record.table.startswith(_CUSTOM)), None)
    if document is None:
        raise BlockedError("no record of a custom table may be written; see writable_records")
    _expect_valid_table(probing, subject, document)
    return f"a record of {document.table} was served"


def _expect_valid_table(probing: Probing, subject: Subject, document: calls.Document) -> None:
    stored = calls.store(probing, document)
    if subject.operation == "setExternalIdMapping":
        expect_status(stored.exchange, *calls.SERVED)
        return
    require(stored.exchange, *calls.SERVED)
    expect_status(calls.read(probing, document), 200)


def _longest(probing: Probing, subject: Subject) -> str:
    length = probing.contract.node(subject.pointer)["maxLength"]
    return _kept_whole(probing, f"probe-{uuid4().hex}".ljust(length, "x"))


def _any_text(probing: Probing, _: Subject) -> str:
    return _kept_whole(probing, f" Routing id of a Conformance-Probe {uuid4().hex[:12]} ")


def _kept_whole(probing: Probing, text: str) -> str:
    stored = calls.store(probing, calls.fresh(probing), probing.known("external_provider")[0], text)
    expect_status(stored.exchange, *calls.SERVED)
    calls.expect_read(probing, stored)
    return f"a text of {len(text)} characters was stored and read back whole"


def _without_provider(probing: Probing, _: Subject) -> str:
    expect_status(_providerless(probing)[0].exchange, *calls.SERVED)
    return "a body without a provider was served"


def _providerless_mapping(probing: Probing, _: Subject) -> str:
    for stored, status in zip(_providerless(probing), (201, 200), strict=True):
        expect_status(stored.exchange, status)
    return "two calls without a provider were answered with 201 and 200"


def _providerless(probing: Probing) -> tuple[calls.Stored, calls.Stored]:
    def make() -> tuple[calls.Stored, calls.Stored]:
        document = calls.fresh(probing)
        return calls.store(probing, document), calls.store(probing, document)

    return probing.once("mappings without a provider", make)


def _no_data(probing: Probing, _: Subject) -> str:
    exchange = calls.shared(probing).exchange
    result = result_of(exchange)
    expect(isinstance(result, dict) and "data" not in result, "a result without data", exchange)
    return "the result of a stored mapping had no data"


def _message_of_creation(probing: Probing, _: Subject) -> str:
    stored = calls.shared(probing)
    require(stored.exchange, 201)
    return _expect_message(probing, stored, "setExternalIdMappingCreatedResponse")


def _message_of_update(probing: Probing, _: Subject) -> str:
    first = calls.first(probing, calls.fresh(probing))
    second = calls.store(probing, first.document, first.provider)
    require(second.exchange, 200)
    return _expect_message(probing, second, "setExternalIdMappingUpdatedResponse")


def _expect_message(probing: Probing, stored: calls.Stored, example: str) -> str:
    """Hold the message against the one of an example, which names another table and record."""
    examples = probing.contract.node("#/components/examples")
    shown_record = examples["getExternalIdMappingFoundResponse"]["value"]["result"]["data"]
    expected = examples[example]["value"]["result"]["message"]
    for theirs, ours in (
        (shown_record["document_table"], stored.document.table),
        (shown_record["document_id"], stored.document.sys_id),
    ):
        expected = expected.replace(theirs, ours)
    return expect_message(stored.exchange, expected)


PROBES: tuple[Probe, ...] = (
    Probe("mapping-named-tables", "The tables that the page names are valid.", _named_tables),
    Probe("mapping-custom-table", "A custom table is valid.", _custom_table),
    Probe("mapping-without-provider", "The provider is optional.", _without_provider),
    Probe("mapping-no-data", "The result of storing has no data.", _no_data),
    *recalling(
        Probe("mapping-found", "A mapped record is read with 200.", _found),
        Probe("mapping-created", "A fresh record gets a mapping with 201.", _created),
        Probe("mapping-read-back", "What was stored is read back at once.", _read_back),
        Probe("mapping-xml-read-back", "What was stored is read back in XML.", _xml_read_back),
        Probe("mapping-updated", "A second routing id updates the mapping.", _updated),
        Probe("mapping-repeated", "A repeated call makes no second mapping.", _repeated),
        Probe("mapping-read-twice", "Reading a mapping changes nothing.", _reading_changes_nothing),
        Probe("mapping-another-reader", "Another user than the writer reads it.", _another_reader),
        Probe("mapping-independent", "No call needs an earlier one.", _independent),
        Probe("mapping-longest-id", "The longest routing id is kept whole.", _longest),
        Probe("mapping-any-text", "A routing id is any text.", _any_text),
        Probe(
            "mapping-providerless",
            "Calls without a provider share a mapping.",
            _providerless_mapping,
        ),
        Probe("mapping-message-of-creation", "The message says inserted.", _message_of_creation),
        Probe("mapping-message-of-update", "The message says updated.", _message_of_update),
    ),
    *keys.PROBES,
    *refusals.PROBES,
)
