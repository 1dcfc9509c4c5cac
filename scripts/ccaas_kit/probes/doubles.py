"""Whether one request makes one record: a gateway that sends requests again lets a target make two.

Each operation that creates is called once with something that nobody else has; its table is then
searched for that. No page has a sentence of its own about it: "creates a contact" is one contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.judging.subjects import Case, Subject
from ccaas_kit.judging.verdicts import Opinion
from ccaas_kit.probes import opinions
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.platform.valid_calls import ValidCall
from ccaas_kit.probes.probing import Probing, expect

NAME, CODE = "created-once", "CK503"
# Of two records these tell whether they are the same one twice.
_FURTHER = ("assigned_to", "queue")
_MOST = 10


@dataclass(frozen=True, slots=True)
class _Marked:
    """A call, the value that only it has, and the columns in which its record may have that value."""

    call: ValidCall
    value: str
    columns: tuple[str, ...]


def look(probing: Probing) -> Iterator[tuple[Case, Opinion]]:
    """What is seen of each operation that creates."""
    for base in probing.contract.bases():
        table = probing.contract.state(probing.contract.by_id[base]).get("creates")
        if table and base in _MARKED:
            seen = partial(_one_record, probing, base, table)
            yield (
                (NAME, Subject(base, "")),
                opinions.of(probing, base, seen, code=CODE, name=f"{NAME} of {base}"),
            )


def _one_record(probing: Probing, operation: str, table: str) -> str:
    marked = _MARKED[operation](probing)
    made = valid_calls.require_served(valid_calls.send(probing, marked.call))
    fields = ("sys_id", *marked.columns, *_FURTHER)
    for column in marked.columns:
        query = f"{column}={marked.value}"
        # An instance drops the parts of a query that it does not understand.
        found = [
            record
            for record in probing.records(table, query=query, fields=fields, limit=_MOST)
            if record[column] == marked.value
        ]
        # A routing rule, for example, may make records there as well, but with other values.
        alike = [{**record, "sys_id": ""} for record in found]
        twice = [record for record in found if alike.count({**record, "sys_id": ""}) > 1]
        ids = ", ".join(record["sys_id"] for record in twice)
        expect(not twice, f"one record of {table} for one request", made, f"{len(twice)}: {ids}")
        if found:
            return f"one request made one record of {table}"
    raise InconclusiveError(f"the Table API shows no record of {table} with {marked.value}")


def _with_own(operation: str, name: str) -> Callable[[Probing], _Marked]:
    """The valid call, with a text in one field of its body that nobody else has."""

    def make(probing: Probing) -> _Marked:
        call = valid_calls.of(probing, operation)
        value = f"probe.{uuid4().hex[:12]}@example.com"
        return _Marked(replace(call, body={**call.body, name: value}), value, (name,))

    return make


def _interaction(probing: Probing) -> _Marked:
    """An interaction about a record that nobody else knows; it need not exist."""
    call = valid_calls.of(probing, "createInteraction")
    value = uuid4().hex
    table = valid_calls.interaction_table(probing)
    body = {**call.body, "context_table": table, "context_id": value}
    return _Marked(replace(call, body=body), value, ("context_document", "contextDocument"))


def _offer(probing: Probing) -> _Marked:
    call = valid_calls.of(probing, "offerWork")
    return _Marked(call, call.path["document_sys_id"], ("document_id",))


_MARKED: Mapping[str, Callable[[Probing], _Marked]] = {
    "createContact": _with_own("createContact", "email"),
    "createInteraction": _interaction,
    "offerWork": _offer,
    "setAgentMapping": _with_own("setAgentMapping", "external_agent_id"),
    "setExternalIdMapping": _with_own("setExternalIdMapping", "external_id"),
}
