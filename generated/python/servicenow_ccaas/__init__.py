# Written by `make build` from scripts/python/runtime/__init__.py. Do not edit.
"""The ServiceNow APIs for contact centres, as typed Python: models and a client."""

from servicenow_ccaas.auth import ApiKey, Basic, Bearer, OAuth, TokenError
from servicenow_ccaas.client import AsyncClient, Client
from servicenow_ccaas.errors import ApiError, UnexpectedAnswerError
from servicenow_ccaas.query import Query
from servicenow_ccaas.record import Misfit, Record
from servicenow_ccaas.transport import NO_RETRIES, Retries

__all__ = [
    "NO_RETRIES",
    "ApiError",
    "ApiKey",
    "AsyncClient",
    "Basic",
    "Bearer",
    "Client",
    "Misfit",
    "OAuth",
    "Query",
    "Record",
    "Retries",
    "TokenError",
    "UnexpectedAnswerError",
]
