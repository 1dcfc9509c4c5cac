# Written by `make build` from scripts/pyclient/runtime/__init__.py. Do not edit.
"""The ServiceNow APIs for contact centres, as typed Python: models and a client."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str

    from servicenow_ccaas.auth import ApiKey, Basic, Bearer, OAuth, TokenError
    from servicenow_ccaas.client import AsyncClient, Client
    from servicenow_ccaas.errors import (
        ApiError,
        InvalidRequestError,
        RefusedError,
        UnexpectedAnswerError,
    )
    from servicenow_ccaas.query import Query
    from servicenow_ccaas.record import Misfit, Record
    from servicenow_ccaas.transport import NO_RETRIES, Retries
else:
    # What is not used is not loaded: who wants models needs no client.
    _HOMES = {
        "auth": ("ApiKey", "Basic", "Bearer", "OAuth", "TokenError"),
        "client": ("AsyncClient", "Client"),
        "errors": ("ApiError", "InvalidRequestError", "RefusedError", "UnexpectedAnswerError"),
        "query": ("Query",),
        "record": ("Misfit", "Record"),
        "transport": ("NO_RETRIES", "Retries"),
    }

    def __getattr__(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            return version("servicenow-ccaas")
        for home, names in _HOMES.items():
            if name in names:
                return getattr(import_module(f"{__name__}.{home}"), name)
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")


__all__ = [
    "NO_RETRIES",
    "ApiError",
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "InvalidRequestError",
    "Misfit",
    "OAuth",
    "Query",
    "Record",
    "RefusedError",
    "Retries",
    "TokenError",
    "UnexpectedAnswerError",
]
