"""The Table API for probes: it shows what no response of the five APIs can show.

Its requests are no exchanges of the contract. They count for the budget of the run all the same.
"""

from __future__ import annotations

from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.connection import Connection, Limits
from ccaas_kit.gateway.diagnosis import Words
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.table_api import TableApi
from ccaas_kit.gateway.users import Users
from ccaas_kit.model.contract import Contract


def tables(gateway: Gateway, contract: Contract, users: Users, *, budget: Budget) -> TableApi:
    """The tables of a target as the run's own user sees them."""
    # How much is asked, the budget decides.
    limits = Limits(response=gateway.seconds, total=budget.seconds, requests=budget.requests)
    connection = Connection(gateway, users.own, limits=limits, budget=budget)
    return TableApi(connection, Words.of(contract))
