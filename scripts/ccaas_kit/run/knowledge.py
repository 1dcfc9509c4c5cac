"""What a run without a config finds out about its target by itself: ids of records that exist."""

from __future__ import annotations

from dataclasses import dataclass

from ccaas_kit.contract.errors import TargetError
from ccaas_kit.discovery.search import Found, Search
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.connection import Connection, Limits
from ccaas_kit.gateway.credentials import Credentials
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.profiles import Profile

_MOST_REQUESTS = 60
_SECONDS = 60.0
# Share of a budget that is spent on looking.
_SHARE = 4


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Ids by parameter or field, as the `[ids]` of a config has them, and how many there are."""

    ids: dict[str, tuple[str, ...]]
    told: str


def gathered(
    gateway: Gateway,
    signed: Credentials | None,
    contract: Contract,
    *,
    profile: Profile,
    is_local: bool,
    budget: Budget,
) -> Knowledge:
    """The ids that the tables of a target give, as far as the profile may use them."""
    limits = Limits(total=_SECONDS, requests=min(_MOST_REQUESTS, budget.requests // _SHARE))
    secrets = signed.secrets if signed else ()
    connection = Connection(gateway, signed, limits=limits, budget=budget)
    try:
        found = Search(contract, connection, secrets, changing=is_local).results()
    except TargetError as error:
        return Knowledge({}, f"Found no ids of records: {error.what}.")
    ids = {
        entry.name: entry.values
        for entry in found
        if entry.is_given and (is_local or _may_use(entry, contract, profile))
    }
    return Knowledge(ids, f"Found ids of records for {len(ids)} of {len(found)} names.")


def _may_use(found: Found, contract: Contract, profile: Profile) -> bool:
    """Whether nothing is written with ids that nobody has chosen.

    Where a guard keeps requests to records of the run's own, ids that are read may be known.
    """
    reads = [contract.by_id[name].method == "GET" for name in found.operations]
    return all(reads) if profile is Profile.FULL else any(reads) or not profile.writes
