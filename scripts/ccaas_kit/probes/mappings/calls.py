"""The calls of External ID Mapping that its probes share: store, read, and what was stored.

A mapping cannot be deleted, so probes map records of their own: fresh interactions, fresh contacts,
and records that the config says may be written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from ccaas_kit.gateway.ask import JSON
from ccaas_kit.gateway.users import OWN
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls, xml_bodies
from ccaas_kit.probes.probing import Probing, expect, expect_status, require, result_of

SERVED = (200, 201)
# A table that the page names; records of it come from the config.
CASES = "sn_customerservice_case"


@dataclass(frozen=True, slots=True)
class Document:
    """A record that can be mapped."""

    table: str
    sys_id: str

    @property
    def path(self) -> Mapping[str, str]:
        return {"tableName": self.table, "documentId": self.sys_id}


@dataclass(frozen=True, slots=True)
class Stored:
    """A mapping that was stored, and the exchange that did it; `provider` is empty for none."""

    document: Document
    external_id: str
    provider: str
    exchange: Exchange


def fresh(probing: Probing) -> Document:
    """A record of our own that nobody has mapped."""
    return Document(valid_calls.interaction_table(probing), valid_calls.interaction(probing))


def store(
    probing: Probing, document: Document, provider: str = "", external_id: str = ""
) -> Stored:
    """The outcome of storing a routing id, a new one unless it is given."""
    external_id = external_id or f"probe-{uuid4().hex[:12]}"
    body = {"external_id": external_id}
    if provider:
        body["external_provider"] = provider
    exchange = probing.call("setExternalIdMapping", path=document.path, body=body)
    return Stored(document, external_id, provider, exchange)


def read(probing: Probing, document: Document, *, user: str = OWN) -> Exchange:
    """The outcome of reading the mapping of a record."""
    return probing.call("getExternalIdMapping", path=document.path, user=user)


def first(probing: Probing, document: Document) -> Stored:
    """A mapping for a provider, which has to be there before something else is looked at.

    Raises:
        InconclusiveError: it was not stored.
        BlockedError: no provider is known.
    """
    stored = store(probing, document, probing.known("external_provider")[0])
    require(stored.exchange, *SERVED)
    return stored


def shared(probing: Probing) -> Stored:
    """A mapping of a fresh record for a provider, stored once and left as it is.

    Raises:
        InconclusiveError: it was not stored.
        BlockedError: no provider is known.
    """
    return probing.once("a stored mapping", lambda: first(probing, fresh(probing)))


def expect_read(probing: Probing, stored: Stored, *, user: str = OWN) -> dict[str, Any]:
    """The mapping that a read finds, if it has the routing id that was stored.

    Raises:
        ViolationError: it has another one, or none was found.
    """
    exchange = read(probing, stored.document, user=user)
    expect_status(exchange, 200)
    found = data(exchange)
    wanted = f"the routing id '{stored.external_id}'"
    expect(found.get("external_id") == stored.external_id, wanted, exchange)
    return found


def expect_mapping(probing: Probing, stored: Stored, *, accept: str = JSON) -> None:
    """Go on if a read finds each field of what was stored.

    Raises:
        ViolationError: one has another value, or nothing was found.
    """
    exchange = probing.call("getExternalIdMapping", path=stored.document.path, accept=accept)
    expect_status(exchange, 200)
    found = data(exchange) if accept == JSON else xml_data(exchange)
    wanted = {
        "document_table": stored.document.table,
        "document_id": stored.document.sys_id,
        "external_id": stored.external_id,
        "external_provider": stored.provider,
    }
    shown = {name: found.get(name, "") for name in wanted}
    expect(shown == wanted, f"the mapping {wanted}", exchange, f"{exchange.status} {shown}")


def xml_data(exchange: Exchange) -> dict[str, str]:
    """The mapping in a response in XML."""
    return xml_bodies.below(exchange, "/result/data/")


def data(exchange: Exchange) -> dict[str, Any]:
    """The mapping in a response; nothing if there is none."""
    result = result_of(exchange)
    found = result.get("data") if isinstance(result, dict) else None
    return found if isinstance(found, dict) else {}


def records(probing: Probing, name: str) -> list[Document]:
    """The records that the config names under a key, each as `table/sys_id`.

    Raises:
        BlockedError: there are none.
    """
    split = [entry.partition("/") for entry in probing.known(name)]
    return [Document(table, sys_id) for table, _, sys_id in split]


def of_two_providers(probing: Probing) -> tuple[str, str]:
    """Two providers; the same one twice where no other is known."""
    known = probing.known("external_provider")
    return known[0], known[-1] if len(known) == 1 else known[1]


def users_table(probing: Probing) -> str:
    """The table of users, which no interaction is in, and every contact."""
    return str(probing.contract.node("#/components/parameters/AgentId")["x-sn-table"])
