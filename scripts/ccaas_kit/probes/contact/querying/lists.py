"""Lists of contacts: what may be sent or left out, and what becomes of odd queries."""

from __future__ import annotations

from collections import Counter
from uuid import uuid4

from ccaas_kit.contract import pointers
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.contract import Parameter
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.contact.fixtures import (
    PLENTY,
    Fixtures,
    ask,
    distinct,
    fixtures,
    is_whole,
    listed,
    references,
    rows,
    value,
)
from ccaas_kit.probes.contact.querying import operators, orders, pages, queries
from ccaas_kit.probes.probing import Probe, Probing, expect, recalling

# So many ids that no contact has make a query one of several hundred letters.
_MANY = 8
# No instance has a field of this name.
_UNKNOWN = "conformance_no_such_field"
_INVALID = f"{_UNKNOWN}=1"
# An unknown field before and behind what is valid, and terms without an operator that exists.
_PARTS = (
    f"{_INVALID}^{{rest}}",
    f"{{rest}}^{_INVALID}",
    f"{{rest}}^{_UNKNOWN}",
    "{rest}^nameCONFORMANCE1",
)
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
    for parameter in probing.contract.by_id[subject.operation].parameters:
        schema = pointers.follow(probing.contract.document, probing.contract.node(parameter.schema))
        if parameter.name != left_out.name:
            sent[parameter.name] = schema["examples"][0]
    listed(probing.call(subject.operation, query=sent))
    return f"a list without {left_out.name} was served"


def _without_query(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    exchange = ask(probing, "", limit=PLENTY)
    return f"the list had all {_expect_all(probing, found, exchange)} contacts at hand"


def _expect_all(probing: Probing, found: Fixtures, exchange: Exchange) -> int:
    """Hold that a list that nothing narrows has all contacts at hand; how many these are."""
    missing = len(found.ids() - set(found.there(listed(exchange))))
    if missing and not is_whole(probing, exchange):
        raise InconclusiveError(
            "there may be more contacts than the list holds, which are not all looked at"
        )
    expect(not missing, "every contact at hand", exchange, f"a list without {missing} of them")
    return len(found.people)


def _filtered(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    if len(found.people) < 2:
        raise InconclusiveError("there is one contact alone, so that a list of it tells nothing")
    wanted = found.people[0]["sys_id"]
    others = ",".join(uuid4().hex for _ in range(_MANY))
    for query in (f"sys_id={wanted}", f"sys_idIN{others},{wanted}"):
        exchange = ask(probing, query)
        ids = [record["sys_id"] for record in listed(exchange)]
        expect(ids == [wanted], f"the contact {wanted} alone", exchange, f"{len(ids)} records")
    return "the queries, a short and a long one, found the contact that they name and no other"


def _invalid_part(probing: Probing, _: Subject) -> str:
    for part in _PARTS:
        _expect_ignored(probing, part)
    return f"{len(_PARTS)} forms of an invalid part were ignored and the rest was used"


def _unknown_order(probing: Probing, _: Subject) -> str:
    _expect_ignored(probing, "{rest}^ORDERBY" + _UNKNOWN)
    return "an order by an unknown field was ignored and the rest was used"


def _expect_ignored(probing: Probing, form: str) -> None:
    """Expect that a query finds the same contacts as without its invalid part."""
    found = fixtures(probing)
    if len(found.people) < 2:
        raise InconclusiveError("there is one contact alone, so that a list of it tells nothing")
    wanted = found.people[0]["sys_id"]
    query = form.format(rest=f"sys_id={wanted}")
    exchange = ask(probing, query)
    ids = [record["sys_id"] for record in listed(exchange)]
    if not ids:
        _empty_by_property(probing)
    wanted_list = f"the contact {wanted} alone for {query}"
    expect(ids == [wanted], wanted_list, exchange, f"{len(ids)} records")


def _not_refused(probing: Probing, _: Subject) -> str:
    for query in (_INVALID, _UNKNOWN, "^", "=", f"sys_id^{_INVALID}"):
        listed(ask(probing, query, limit=1))
    return "queries with an unknown field, and others that make no sense, were served"


def _wholly_invalid(probing: Probing, _: Subject) -> str:
    found = fixtures(probing)
    exchange = ask(probing, _INVALID, limit=PLENTY)
    if not listed(exchange):
        _empty_by_property(probing)
    return f"the invalid query listed all {_expect_all(probing, found, exchange)} contacts at hand"


def _no_rows(probing: Probing, _: Subject) -> str:
    if probing.known(_NO_ROWS)[0] != "true":
        raise InconclusiveError("the property is not set to true on this target")
    found = fixtures(probing)
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
        records, count = listed(exchange), len(rows(exchange))
        expect(count <= limit, f"at most {limit}", exchange, f"{count} records")
        wrong = [record["sys_id"] for record in records if value(record, name) != sys_id]
        expect(not wrong, f"contacts with this {name} alone", exchange, f"also {wrong[:1]}")
        if records:
            return f"{len(records)} contacts with this {name} from index {offset} on"
    raise InconclusiveError(f"no account at hand has more than {offset} contacts")


def _no_record_twice(probing: Probing, subject: Subject) -> str:
    lists = [exchange for exchange in probing.seen(subject.operation) if _holds_records(exchange)]
    if not lists:
        raise InconclusiveError("no list was seen")
    for exchange in lists:
        ids = [row["sys_id"] for row in rows(exchange) if row["sys_id"]]
        twice = [sys_id for sys_id, count in Counter(ids).items() if count > 1]
        got = f"the contact {twice[0]} twice" if twice else ""
        expect(not twice, "each contact once in a list", exchange, got)
    return f"{len(lists)} lists named no contact twice"


def _holds_records(exchange: Exchange) -> bool:
    try:
        return bool(rows(exchange))
    except (ViolationError, InconclusiveError):
        return False


def _nothing(probing: Probing, _: Subject) -> str:
    exchange = ask(probing, f"sys_id={uuid4().hex}")
    count = len(listed(exchange))
    expect(not count, "an empty list", exchange, f"{count} records")
    return "a query that matches nothing was served with an empty list"


def _parameter(probing: Probing, subject: Subject) -> Parameter:
    """The parameter at a pointer, or the one whose schema stands there."""
    for parameter in probing.contract.by_id[subject.operation].parameters:
        schema = probing.contract.node(parameter.schema)
        if subject.pointer in parameter.nodes or schema.get("$ref") == subject.pointer:
            return parameter
    raise InconclusiveError(f"no parameter of {subject.operation} is at {subject.pointer}")


def _shared(probing: Probing) -> list[str]:
    """Queries for references that three contacts at hand share."""
    found = fixtures(probing)
    return [
        f"{name}={sys_id}"
        for name in references(probing)
        for sys_id in filter(None, distinct(found.people, name))
        if sum(value(person, name) == sys_id for person in found.people) > 2
    ]


def _empty_by_property(probing: Probing) -> None:
    """Go on unless an empty list can be what a property of the instance asks for.

    Raises:
        InconclusiveError: it can.
    """
    try:
        known = probing.known(_NO_ROWS)
    except BlockedError:
        known = ("unknown",)
    if known[0] != "false":
        raise InconclusiveError(
            "nothing was listed, which is right where the property "
            "glide.invalid_query.returns_no_rows is true"
        )


PROBES: tuple[Probe, ...] = (
    Probe("list-parameter-sent", "A list takes a parameter.", _sent),
    Probe("list-parameter-left-out", "A list does without a parameter.", _left_out),
    Probe("list-invalid-query", "An invalid query is not refused.", _not_refused),
    Probe(
        "list-no-record-twice",
        "A list names no contact twice.",
        _no_record_twice,
        looks_back=True,
    ),
    *recalling(
        Probe("list-without-query", "Without a query every contact matches.", _without_query),
        Probe("list-filtered", "A list holds only contacts that match.", _filtered),
        Probe("list-invalid-part", "An invalid part is ignored, the rest is used.", _invalid_part),
        Probe("list-unknown-order", "An order by an unknown field is ignored.", _unknown_order),
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
