"""What the doctor makes of what it sees: one check with its result and its advice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from ccaas_kit.contract import roles
from ccaas_kit.contract.roles import Roles
from ccaas_kit.discovery.roles import Api, Plugin
from ccaas_kit.gateway.diagnosis import Diagnosis, Kind
from ccaas_kit.model.contract import Operation

_ON = frozenset({"active", "true", "1"})
# What can be known of the roles for an operation, if not all is well.
_LACKING = "the user seems to have no role for"
_REFUSED = "although a role is there, 403 for"
_UNSEEN = "not shown"
_BAD = (_LACKING, _REFUSED)


class Result(StrEnum):
    """The outcome of a check; the worst comes last."""

    OK = "ok"
    UNKNOWN = "unknown"
    PROBLEM = "problem"


# What a GET gets where the path has other methods: the first shows that the path is there.
_UNTOLD = {Kind.METHOD_REFUSED: Result.OK, Kind.FORBIDDEN: Result.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: what was seen, and what to do where that is not fine."""

    name: str
    result: Result
    seen: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a GET on the path of an operation showed."""

    operations: tuple[Operation, ...]
    result: Result
    diagnosis: Diagnosis
    advice: str = ""

    @property
    def reads(self) -> Operation | None:
        """The operation that a GET on the path is."""
        return next((operation for operation in self.operations if operation.method == "GET"), None)


def weigh(api: Api, reading: Operation | None, found: Diagnosis) -> tuple[Result, str]:
    """What a response to a GET says of an API; `reading` is the operation that this GET is."""
    if found.kind in (Kind.SERVED, Kind.NOT_FOUND, Kind.REFUSED):
        return Result.OK, ""
    if reading is None and found.kind in _UNTOLD:
        return _UNTOLD[found.kind], found.advice
    if found.kind is Kind.RATE_LIMITED:
        return Result.UNKNOWN, found.advice
    advice = found.advice
    if found.kind is Kind.NO_RESOURCE:
        names = ", ".join(str(plugin) for plugin in api.plugins)
        advice = f"A plugin seems to be missing: install {names}"
    elif found.kind is Kind.FORBIDDEN and reading is not None:
        advice = f"A role seems to be missing: {api.roles[reading.id]}"
    elif found.kind is Kind.UNAUTHENTICATED:
        advice = "Check that an access policy admits the user to this API"
    return Result.PROBLEM, advice


def of_api(api: Api, visits: Sequence[Visit]) -> Check:
    worst = max(visits, key=lambda visit: list(Result).index(visit.result))
    return Check(api.title, worst.result, "; ".join(map(_told, visits)), worst.advice)


def _told(visit: Visit) -> str:
    """What was seen on a path, and no more than a GET can show."""
    names = " and ".join(operation.id for operation in visit.operations)
    if visit.result is Result.OK and visit.reads is None:
        return f"{names} seems to be there (GET gives {visit.diagnosis.seen})"
    return f"{names}: GET gives {visit.diagnosis.seen}"


def of_plugin(plugin: Plugin, states: dict[str, str], why: str, *, whole: bool) -> Check:
    name = f"plugin {plugin.id}"
    state = states.get(plugin.id)
    if state is None and not whole:
        return Check(name, Result.UNKNOWN, why)
    if state is None:
        return Check(name, Result.PROBLEM, "seems not to be installed", f"Install {plugin}")
    if state.lower() in _ON:
        return Check(name, Result.OK, "active")
    what = f"is there and not active ('{state}')"
    return Check(name, Result.PROBLEM, what, f"Activate {plugin}")


def of_roles(
    api: Api, visits: Sequence[Visit], user_roles: frozenset[str] | None, why: str
) -> Check:
    """Whether the user has the roles of an API: by the roles listed, else by what was served."""
    name = f"roles: {api.title}"
    kinds = {visit.reads.id: visit.diagnosis.kind for visit in visits if visit.reads}
    states: dict[str, list[tuple[str, Roles]]] = {}
    for operation, needed in api.roles.items():
        state = _role_state(kinds.get(operation), needed, user_roles)
        states.setdefault(state, []).append((operation, needed))
    if bad := [state for state in _BAD if state in states]:
        what = "; ".join(f"{state} {', '.join(id_ for id_, _ in states[state])}" for state in bad)
        lacking = dict.fromkeys(str(needed) for _, needed in states.get(_LACKING, ()))
        advice = f"Give the user {'; '.join(lacking)}" if lacking else "Look at the ACLs of the API"
        return Check(name, Result.PROBLEM, what, advice)
    if _UNSEEN in states:
        groups: dict[Roles, list[str]] = {}
        for operation, needed in states[_UNSEEN]:
            groups.setdefault(needed, []).append(operation)
        advice = "; ".join(f"{', '.join(ids)} needs {needed}" for needed, ids in groups.items())
        return Check(name, Result.UNKNOWN, why, advice)
    return Check(name, Result.OK, "the user has a role for each operation")


def _role_state(kind: Kind | None, needed: Roles, user_roles: frozenset[str] | None) -> str:
    """What is known of the roles for one operation; empty if all is well.

    The roles that the instance lists count first: without a role, some APIs answer as if there
    were no record.
    """
    lacks = (
        user_roles is not None and roles.ADMIN not in user_roles and not needed.admit(user_roles)
    )
    if needed.names and (lacks or (user_roles is None and kind is Kind.FORBIDDEN)):
        return _LACKING
    if kind is Kind.FORBIDDEN:
        return _REFUSED
    return _UNSEEN if needed.names and user_roles is None and kind is not Kind.SERVED else ""
