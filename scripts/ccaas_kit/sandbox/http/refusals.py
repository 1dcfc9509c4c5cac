"""Refusals by the platform itself, in its envelope."""

from __future__ import annotations

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.messages import Refusal


def unreadable(contract: Contract, reason: str) -> Refusal:
    """The 400 of a body or a parameter that cannot be used; the detail says why."""
    body = contract.example("unreadableBodyResponse")
    return Refusal(400, body={**body, "error": {**body["error"], "detail": reason}})
