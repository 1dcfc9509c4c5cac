"""What an agent does with an offer in the inbox: no API has it, so the control of the sandbox does it."""

from __future__ import annotations

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.sandbox.behaviors.offers import terms
from ccaas_kit.sandbox.behaviors.offers.work_items import State
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.storage.store import Record

_OPERATION = "offerWork"


def decide(instance: Instance, *, accepts: bool, document: str | None = None) -> Record:
    """The work item after the agent has accepted the offer that waits, or rejected it.

    Raises:
        ConfigError: no offer waits, or several do and no document is named, or this one cannot be rejected.
    """
    table = instance.contract.by_id[_OPERATION].state["updates"]
    waiting = [
        item
        for item in instance.store.find(table)
        if item.get("state") == State.OFFERED
        and item.get("active") != "false"
        and document in (None, item.get("document_id"))
        and not terms.has_run_out(item, instance.now())
    ]
    if not waiting:
        of = f" for the document {document[:80]}" if document else ""
        fix = "Offer work first; an offer ends with its timeout, by the clock of the sandbox"
        raise ConfigError(f"no offer waits{of}", where="offer", fix=fix)
    if len(waiting) > 1:
        documents = ", ".join(item.get("document_id", "") for item in waiting[:10])
        what = f"{len(waiting)} offers wait"
        raise ConfigError(what, where="offer", fix=f"Name the document, one of {documents}")
    (item,) = waiting
    changes: Record
    if accepts:
        changes = {"state": State.ACCEPTED}
    elif item.get("allowed_to_decline") == "false":
        fix = "Accept it, or let its time run out"
        raise ConfigError("the agent may not decline this offer", where="offer", fix=fix)
    else:
        changes = {"state": State.QUEUED, "assigned_to": ""}
    return instance.store.update(table, item["sys_id"], changes) or item
