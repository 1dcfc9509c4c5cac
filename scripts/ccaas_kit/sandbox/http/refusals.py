"""Refusals by the platform itself, in its envelope, and what of a query it ignores instead."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.messages import RefusalError
from ccaas_kit.sandbox.instance.instance import Instance

_LOG = logging.getLogger("sandbox")
# Parts that the log tells, each once, and how much of one.
_MOST_TOLD, _LONGEST = 100, 200
_DETAIL = 1000
_NAME = re.compile(r"[\w.]{1,80}")


def unreadable(contract: Contract, reason: str) -> RefusalError:
    """The 400 of a body or a parameter that cannot be used; the detail says why."""
    body = contract.example("unreadableBodyResponse")
    return RefusalError(400, body={**body, "error": {**body["error"], "detail": reason}})


def cancelled() -> dict[str, Any]:
    """What the platform answers, with 200, where a query took longer than it may (KB0778443)."""
    reason = "maximum execution time exceeded"
    advice = "Check logs for error trace or enable glide.rest.debug property"
    error = {"message": f"Transaction cancelled: {reason}", "detail": f"{reason} {advice}"}
    return {"result": [], "error": error, "status": "failure"}


def ignore(instance: Instance, parts: Sequence[str]) -> None:
    """Take note of the parts of a query that are not understood, which an instance ignores.

    Raises:
        RefusalError: queries are strict.
    """
    turn = instance.store.turn
    turn.ignored = (*turn.ignored, *(part[:_LONGEST] for part in parts))
    told = ", ".join(f"'{part[:_LONGEST]}'" for part in parts)
    if instance.strict_queries:
        reason = f"The query has parts that are not understood: {told}"
        raise unreadable(instance.contract, reason[:_DETAIL])
    for part in parts:
        # Values may be anybody's data: they stay out of the log.
        found = _NAME.match(part)
        name = found[0] if found else ""
        if name not in instance.told and len(instance.told) < _MOST_TOLD:
            instance.told.add(name)
            _LOG.warning("a part of a query is not understood, and ignored: '%s…'", name)
