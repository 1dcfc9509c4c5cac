"""Lists of contacts: what may be sent or left out, and what becomes of odd queries."""

from __future__ import annotations

from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import Barred, Unseen
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.contract import Parameter
from ccaas_kit.probes.contact import operators, orders, pages, queries
from ccaas_kit.probes.contact.crew import PLENTY, ask, crew, distinct, listed, references, value
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

# No instance has a field of this name.
_MANY = 8
_INVALID = "conformance_no_such_field=1"
# Whether the target lists nothing for an invalid query, as its owner says: true or false.
_NO_ROWS = "invalid_query_returns_no_rows"


def _sent(probing: Probing, subject: Subject) -> str:
    parameter = _parameter(probing, subject)
    schema = pointers.follow(probing.contract.document, probing.contract.node(parameter.schema))
    sent = schema["examples"][0]
    listed(probing.call(subject.operation, query={parameter.name: sent}))
    return f"{parameter.name}={sent} was served"


def _left_out(probing: Probing, subject: Subject) -> str:
    left_out = _parameter(probing, subject)
    sent = {}
    for each in probing.contract.by_id[subject.operation].parameters:
        schema = pointers.follow(probing.contract.document, probing.contract.node(each.schema))
        if each.name != left_out.name:
            sent[each.name] = schema["examples"][0]
    listed(probing.call(subject.operation, query=sent))
    return f"a list without {left_out.name} was served"


def _without_query(probing: Probing, _: Subject) -> str:
    found = crew(probing)
    exchange = ask(probing, "", limit=PLENTY)
    records = listed(exchange)
    missing = len(found.ids() - set(found.there(records)))
    if missing and len(records) >= PLENTY:
        raise Unseen(f"there are more than {PLENTY} contacts, which are not all looked at")
    expect(not missing, "every contact at hand", exchange, f"a list without {missing} of them")
    return f"the list had all {len(found.people)} contacts at hand"


def _filtered(probing: Probing, _: Subject) -> str:
    found = crew(probing)
    if len(found.people) < 2:
        raise Unseen("there is one contact alone, so that a list of it tells nothing")
    wanted = found.people[0]["sys_id"]
    # A long list of ids that no contact has makes the second query one of several hundred letters.
    others = ",".join(uuid4().hex for _ in range(_MANY))
    for query in (f"sys_id={wanted}", f"sys_idIN{others},{wanted}"):
        exchange = ask(probing, query)
        ids = [each["sys_id"] for each in listed(exchange)]
        expect(ids == [wanted], f"the contact {wanted} alone", exchange, f"{len(ids)} records")
    return "the queries, a short and a long one, found the contact that they name and no other"


def _invalid_part(probing: Probing, _: Subject) -> str:
    found = crew(probing)
    if len(found.people) < 2:
        raise Unseen("there is one contact alone, so that a list of it tells nothing")
    wanted = found.people[0]["sys_id"]
    exchange = ask(probing, f"{_INVALID}^sys_id={wanted}")
    ids = [each["sys_id"] for each in listed(exchange)]
    if not ids:
        _empty_by_property(probing)
    expect(ids == [wanted], f"the contact {wanted} alone", exchange, f"{len(ids)} records")
    return "the part with an unknown field was ignored and the rest was used"


def _not_refused(probing: Probing, _: Subject) -> str:
    listed(ask(probing, _INVALID, limit=1))
    return "a query with an unknown field was served"


def _wholly_invalid(probing: Probing, _: Subject) -> str:
    found = crew(probing)
    exchanges = [ask(probing, query, limit=PLENTY) for query in ("", _INVALID)]
    everything, invalid = (listed(each) for each in exchanges)
    if not invalid:
        _empty_by_property(probing)
    if len(everything) >= PLENTY:
        count = len(invalid)
        expect(count >= PLENTY, f"a full page of {PLENTY}", exchanges[1], f"{count} records")
        return f"with and without an invalid query there were {PLENTY} contacts"
    missing = len(found.ids() - set(found.there(invalid)))
    expect(not missing, "every contact", exchanges[1], f"a list without {missing} of them")
    return f"the invalid query listed all {len(found.people)} contacts at hand"


def _no_rows(probing: Probing, _: Subject) -> str:
    if probing.known(_NO_ROWS)[0] != "true":
        raise Unseen("the property is not set to true on this target")
    found = crew(probing)
    exchange = ask(probing, f"{found.narrow}^{_INVALID}")
    count = len(listed(exchange))
    expect(not count, "an empty list", exchange, f"{count} records")
    return "an invalid query listed nothing"


def _sample(probing: Probing, _: Subject) -> str:
    examples = probing.contract.document["components"]["examples"]
    limit = examples["sysparmLimitTwo"]["value"]
    offset = examples["sysparmOffsetSecondPage"]["value"]
    for query in (examples["sysparmQueryOfAccount"]["value"], *_shared(probing)):
        name, _, sys_id = query.partition("=")
        exchange = ask(probing, query, limit=limit, offset=offset)
        records = listed(exchange)
        expect(len(records) <= limit, f"at most {limit}", exchange, f"{len(records)} records")
        wrong = [each["sys_id"] for each in records if value(each, name) != sys_id]
        expect(not wrong, f"contacts with this {name} alone", exchange, f"also {wrong[:1]}")
        if records:
            return f"{len(records)} contacts with this {name} from index {offset} on"
    raise Unseen(f"no account at hand has more than {offset} contacts")


def _nothing(probing: Probing, _: Subject) -> str:
    exchange = ask(probing, f"sys_id={uuid4().hex}")
    count = len(listed(exchange))
    expect(not count, "an empty list", exchange, f"{count} records")
    return "a query that matches nothing was served with an empty list"


def _parameter(probing: Probing, subject: Subject) -> Parameter:
    """The parameter at a pointer, or the one whose schema stands there."""
    for each in probing.contract.by_id[subject.operation].parameters:
        schema = probing.contract.node(each.schema)
        if subject.pointer in each.nodes or schema.get("$ref") == subject.pointer:
            return each
    raise Unseen(f"no parameter of {subject.operation} is at {subject.pointer}")


def _shared(probing: Probing) -> list[str]:
    """Queries for references that three contacts at hand share."""
    found = crew(probing)
    return [
        f"{name}={sys_id}"
        for name in references(probing)
        for sys_id in filter(None, distinct(found.people, name))
        if sum(value(each, name) == sys_id for each in found.people) > 2
    ]


def _empty_by_property(probing: Probing) -> None:
    """Go on unless an empty list can be what a property of the instance asks for.

    Raises:
        Unseen: it can.
    """
    try:
        known = probing.known(_NO_ROWS)
    except Barred:
        known = ("unknown",)
    if known[0] != "false":
        raise Unseen(
            "nothing was listed, which is right where the property "
            "glide.invalid_query.returns_no_rows is true"
        )


PROBES: tuple[Probe, ...] = (
    Probe("list-parameter-sent", "A list takes a parameter.", _sent),
    Probe("list-parameter-left-out", "A list does without a parameter.", _left_out),
    Probe("list-invalid-query", "An invalid query is not refused.", _not_refused),
    *recalling(
        Probe("list-without-query", "Without a query every contact matches.", _without_query),
        Probe("list-filtered", "A list holds only contacts that match.", _filtered),
        Probe("list-invalid-part", "An invalid part is ignored, the rest is used.", _invalid_part),
        Probe("list-wholly-invalid", "A query without a valid part lists all.", _wholly_invalid),
        Probe("list-no-rows", "A property makes invalid queries list nothing.", _no_rows),
        Probe("list-sample", "The sample call pages through an account.", _sample),
        Probe("list-empty", "No match is an empty list.", _nothing),
    ),
    *operators.PROBES,
    *orders.PROBES,
    *pages.PROBES,
    *queries.PROBES,
)
