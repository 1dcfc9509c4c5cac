"""Probes of contacts as a whole: creating them, and finding again what was created.

Probes of single fields, of reading and of social media profiles stand beside this module.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact import form, ignored, profiles, reading, samples, texts
from ccaas_kit.probes.contact.samples import Sample, View
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import (
    Probe,
    Probing,
    expect,
    expect_status,
    prepared,
    recalling,
    require,
    result_of,
)

_SAMPLE = "#/components/examples/createContactDoraWarrenRequest"
_QUERY = "sysparm_query"
_TAKEN = "Taken from elsewhere"


def _all_operations(probing: Probing, _: Subject) -> str:
    sample = samples.plain(probing)
    expect_status(sample.created, 201)
    for operation in (samples.READ, samples.LIST):
        _expect_shown(samples.view(probing, operation, sample.sys_id), sample)
    return "a contact was created, read and listed"


def _created(probing: Probing, _: Subject) -> str:
    sample = samples.plain(probing)
    expect_status(sample.created, 201)
    read = probing.call(samples.READ, path={"id": str(result_of(sample.created))})
    expect(read.status == 200, "a contact under the sys_id of the answer", read)
    return "a created contact was read by the sys_id in the answer"


def _response_leads(probing: Probing, subject: Subject) -> str:
    sample = samples.plain(probing)
    view = samples.view(probing, subject.operation, sample.sys_id)
    _expect_shown(view, sample)
    return f"the sys_id in the answer led to the contact with {', '.join(sample.sent)}"


def _twice(probing: Probing, _: Subject) -> str:
    # Without an email address: an instance may see to it that each has one user.
    body = dict.fromkeys(("first_name", "last_name"), form.TEXT)
    first, second = (Sample(body, probing.call(samples.CREATE, body=body)) for _ in range(2))
    expect(first.sys_id != second.sys_id, "a sys_id of its own", second.created)
    for sample in (first, second):
        _expect_shown(samples.view(probing, samples.READ, sample.sys_id), sample)
    return "the same contact twice gave two records with two sys_ids"


def _found(probing: Probing, _: Subject) -> str:
    sys_id = samples.plain(probing).sys_id
    exchange = probing.call(samples.LIST, query={"sysparm_query": f"sys_id={sys_id}"})
    require(exchange, 200)
    listed = result_of(exchange)
    ids = {record.get("sys_id") for record in listed} if isinstance(listed, list) else set()
    expect(ids == {sys_id}, "the new contact alone in the list", exchange)
    return "a new contact was found by the list"


def _table(probing: Probing, subject: Subject) -> str:
    table = valid_calls.contact_table(probing)
    view = samples.view(probing, subject.operation, samples.plain(probing).sys_id)
    value = view.fields.get("sys_class_name")
    expect(value == table, f"{table} in sys_class_name", view.exchange, str(value))
    return f"a new contact was a record of {table}"


def _sample_request(probing: Probing, _: Subject) -> str:
    # A login belongs to one user alone, and the sample may have been sent before.
    own = {"user_name": f"probe.{uuid4().hex[:12]}", "email": samples.names(probing)["email"]}
    values = probing.contract.node(_SAMPLE)["value"] | own
    require(samples.plain(probing).created, 201)
    sample = samples.made(probing, "sample", lambda: values)
    if sample.created.status != 201:
        fewer = samples.without_codes(probing, values)
        if samples.made(probing, "sample without codes", lambda: fewer).created.status == 201:
            raise InconclusiveError(
                "the sample was served without its codes of country and language alone"
            )
    expect_status(sample.created, 201)
    return "the sample request created a contact"


def _once(probing: Probing, _: Subject) -> str:
    sample = samples.plain(probing)
    query = f"email={sample.sent['email']}"
    exchange = probing.call(samples.LIST, query={"sysparm_query": query})
    require(exchange, 200)
    found = result_of(exchange)
    ids = {record.get("sys_id") for record in found if isinstance(record, dict)}
    if sample.sys_id not in ids:
        raise InconclusiveError("the new contact was not found by its email address")
    expect(len(ids) == 1, f"one contact for which {query}", exchange, f"{len(ids)} contacts")
    return "one creation made one contact"


def _without_query(probing: Probing, subject: Subject) -> str:
    query = _parameters(probing)
    detail = f"the parameters {', '.join(query)} changed nothing"
    if subject.operation == samples.CREATE:
        require(samples.plain(probing).created, 201)
        body = valid_calls.of(probing, samples.CREATE).body
        created = probing.call(samples.CREATE, query=query, body=body)
        expect(created.status == 201, "a contact, as without a parameter", created)
        sample = Sample(body, created)
        view = samples.view(probing, samples.READ, sample.sys_id)
        _expect_shown(view, sample)
        taken = [name for name, value in query.items() if view.fields.get(name) == value]
        expect(not taken, "nothing of the parameters in the contact", view.exchange, str(taken))
        return detail
    sample = samples.plain(probing)

    def read(query: Mapping[str, str | int]) -> Exchange:
        return probing.call(subject.operation, path={"id": sample.sys_id}, query=query)

    _expect_same(lambda: read({}), lambda: read(query), "parameter")
    return detail


def _without_body(probing: Probing, subject: Subject) -> str:
    call = valid_calls.of(probing, subject.operation)
    body = _parameters(probing)
    _expect_same(
        lambda: valid_calls.send(probing, call),
        lambda: valid_calls.send(probing, call, body=body),
        "body",
    )
    return f"a body with {', '.join(body)} changed nothing"


def _expect_same(without: Callable[[], Exchange], sent: Callable[[], Exchange], what: str) -> None:
    """Hold that a call gives what it does without something, right before it or right after it.

    A contact may change between two looks, as by a rule of the instance.
    """
    before, exchange = without(), sent()
    wanted = prepared(before, 200)
    expect(exchange.status == 200, f"status 200, as without a {what}", exchange)
    if result_of(exchange) != wanted:
        same = result_of(exchange) == prepared(without(), 200)
        expect(same, f"the same as without a {what}", exchange)


def _parameters(probing: Probing) -> dict[str, str | int]:
    """What an instance could take for a parameter: those of the list, ids and fields.

    The query and the ids would lead to no contact, if they had an effect.
    """
    nobody = uuid4().hex
    names = [parameter.name for parameter in probing.contract.by_id[samples.LIST].parameters]
    texts = [field.name for field in form.fields(probing.contract).values() if field.is_prose]
    return {
        **dict.fromkeys(names, 1),
        _QUERY: f"sys_id={nobody}",
        **dict.fromkeys(("id", "sys_id"), nobody),
        **dict.fromkeys(texts, _TAKEN),
        "conformance_probe": "x",
    }


def _invalid(probing: Probing, subject: Subject) -> str:
    sample = _admitted(probing, samples.invalid)
    view = samples.seen(probing, subject, sample)
    for name, field in form.fields(probing.contract).items():
        if field.values:
            value = view.fields.get(name) or ""
            wanted = f"no {sample.sent[name]} in {name}"
            expect(value != sample.sent[name], wanted, view.exchange, str(value))
    ignored.expect_rest(probing, sample)
    return "values outside their lists were ignored"


def _unsupported(probing: Probing, subject: Subject) -> str:
    sample = _admitted(probing, samples.claiming)
    view = samples.seen(probing, subject, sample)
    for name in form.read_only(probing.contract):
        value = view.fields.get(name)
        wanted = f"no {sample.sent[name]} in {name}"
        expect(value != sample.sent[name], wanted, view.exchange, str(value))
    ignored.expect_rest(probing, sample)
    return "fields that the creation does not take were ignored"


def _other_names(probing: Probing, _: Subject) -> str:
    _admitted(probing, samples.customised)
    return "a field under another name was accepted"


def _admitted(probing: Probing, make: Callable[[Probing], Sample]) -> Sample:
    """A contact that is created whatever is sent, as one with names alone was."""
    require(samples.plain(probing).created, 201)
    sample = make(probing)
    expect_status(sample.created, 201)
    return sample


def _expect_shown(view: View, sample: Sample) -> None:
    wanted = {"sys_id": sample.sys_id, **sample.sent}
    found = {name: view.fields.get(name) for name in wanted}
    expect(found == wanted, str(wanted), view.exchange, str(found))


PROBES: tuple[Probe, ...] = (
    Probe("contact-sample-request", "The sample request creates a contact.", _sample_request),
    Probe("contact-no-parameter", "A query parameter changes nothing.", _without_query),
    Probe("contact-no-body", "A body changes nothing.", _without_body),
    Probe("contact-other-names", "Fields under other names are accepted.", _other_names),
    *recalling(
        Probe("contact-operations", "Contacts are created, read and listed.", _all_operations),
        Probe("contact-created", "A creation gives a contact that can be read.", _created),
        Probe("contact-answer-leads", "The answer leads to what was sent.", _response_leads),
        Probe("contact-created-twice", "Each creation makes a record of its own.", _twice),
        Probe("contact-created-once", "Each creation makes one record.", _once),
        Probe("contact-found", "The list finds a new contact.", _found),
        Probe("contact-table", "A new contact is a record of the table of contacts.", _table),
        Probe("contact-invalid", "An invalid value is ignored.", _invalid),
        Probe("contact-unsupported", "What the creation does not take is ignored.", _unsupported),
    ),
    *ignored.PROBES,
    *reading.PROBES,
    *texts.PROBES,
    *profiles.PROBES,
)
