"""Whether a target remembers: one that makes up its answers shows nothing of records.

A server that has an example ready for each call answers a first and a second call alike, and may so
look as if it had kept what was written. It gives itself away where it should know nothing: it
serves what nobody has created, or gives two creations the same id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import uuid4

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.interactions import new_interactions as new
from ccaas_kit.probes.mappings import calls
from ccaas_kit.probes.offers import waiting
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probing, result_of


def require(probing: Probing, operation: str) -> None:
    """Go on unless an API is known to keep no records.

    Raises:
        InconclusiveError: it keeps none.
    """
    if reason := _told(probing, operation):
        raise InconclusiveError(reason)


def forgotten(probing: Probing, operations: Iterable[str]) -> Mapping[str, str]:
    """The operations of APIs that are known to keep no records, each with the reason."""
    found = {operation: _told(probing, operation) for operation in operations}
    return {operation: reason for operation, reason in found.items() if reason}


def _told(probing: Probing, operation: str) -> str:
    """What shows that an API keeps no records; empty if nothing does."""
    api = probing.contract.by_id[operation].api

    def look() -> str:
        try:
            reason = _LOOKS[api](probing)
        except (BlockedError, ViolationError, InconclusiveError):
            # What cannot be asked, or is answered otherwise, is no sign of anything.
            return ""
        return f"the target keeps no records: {reason}" if reason else ""

    return probing.once(f"the memory of {api}", look)


def _of_contacts(probing: Probing) -> str:
    unknown = probing.call("getContact", path={"id": uuid4().hex})
    is_shown = unknown.status == 200 and isinstance(result_of(unknown), dict)
    return "it shows a contact that nobody has created" if is_shown else ""


def _of_interactions(probing: Probing) -> str:
    one, other = (new.plain_record(probing, which).get("sys_id") for which in ("one", "another"))
    return "two new interactions have the same sys_id" if one == other else ""


def _of_mappings(probing: Probing) -> str:
    unknown = calls.Document(valid_calls.interaction_table(probing), uuid4().hex)
    is_found = calls.data(calls.read(probing, unknown))
    return "it finds the mapping of a record that does not exist" if is_found else ""


def _of_offers(probing: Probing) -> str:
    is_taken = waiting.makes_up(probing)
    return "it takes an offer of a document that does not exist" if is_taken else ""


def _of_agents(probing: Probing) -> str:
    inbound = probing.known("inboundId")[0]

    def unknown() -> Exchange:
        path = {"agentId": uuid4().hex, "inboundId": inbound}
        body = {"external_agent_id": "conformance-probe"}
        return probing.call("setAgentMapping", path=path, body=body)

    one = unknown()
    if one.status not in (200, 201):
        return ""
    same = result_of(one) == result_of(unknown())
    return "it maps agents who do not exist, two of them in one mapping" if same else ""


_LOOKS: Mapping[str, Callable[[Probing], str]] = {
    "agent-mapping": _of_agents,
    "awa-offer-work": _of_offers,
    "contact": _of_contacts,
    "external-id-mapping": _of_mappings,
    "interaction": _of_interactions,
}
