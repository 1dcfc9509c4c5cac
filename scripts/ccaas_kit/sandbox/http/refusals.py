"""Error responses of the platform itself, in its envelope."""

from __future__ import annotations

from typing import Any

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.messages import RefusalError


def unreadable(contract: Contract, reason: str) -> RefusalError:
    """The 400 for a body or a parameter that cannot be used; the detail says why."""
    body = contract.example("unreadableBodyResponse")
    return RefusalError(400, body={**body, "error": {**body["error"], "detail": reason}})


def cancelled() -> dict[str, Any]:
    """The body that the platform sends, with 200, if a query takes longer than it may (KB0778443)."""
    reason = "maximum execution time exceeded"
    advice = "Check logs for error trace or enable glide.rest.debug property"
    error = {"message": f"Transaction cancelled: {reason}", "detail": f"{reason} {advice}"}
    return {"result": [], "error": error, "status": "failure"}
