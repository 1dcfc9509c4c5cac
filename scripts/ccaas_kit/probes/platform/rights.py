"""What roles do: those that an operation asks for are enough, and none of them is too little."""

from __future__ import annotations

from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, shown


def _role_enough(probing: Probing, subject: Subject) -> str:
    named = probing.contract.node(subject.pointer)
    roles = [named] if isinstance(named, str) else list(named)
    if frozenset(roles) not in probing.roles(subject.operation).enough:
        raise InconclusiveError(
            f"{subject.pointer} names no roles that are enough for {subject.operation}"
        )
    names = " and ".join(roles)
    exchange = _sent_with_only(probing, subject, *roles)
    expect(exchange.status != 403, f"a call that is served to a user with {names}", exchange)
    valid_calls.require_served(exchange)
    return f"served a user whose only role is {names}"


def _role_alone(probing: Probing, subject: Subject) -> str:
    seen = {}
    for role in probing.roles(subject.operation).names:
        exchange = _sent_with_only(probing, subject, role)
        is_told = valid_calls.is_served(exchange) or exchange.status == 403
        expect(is_told, f"a user with {role} alone served, or refused with 403", exchange)
        seen[role] = exchange.status
    return "; ".join(f"{role} alone was answered with {status}" for role, status in seen.items())


def _sent_with_only(probing: Probing, subject: Subject, *roles: str) -> Exchange:
    caller = probing.users.with_only(*roles)
    if caller is None:
        raise BlockedError(f"no user is known whose only role is {' and '.join(roles)}")
    call = valid_calls.of(probing, subject.operation)
    return valid_calls.send(probing, call, user=caller.name)


def _without_roles_403(probing: Probing, subject: Subject) -> str:
    expect_status(_without_roles(probing, subject), 403)
    return "answered a user without the roles with 403"


def _without_roles_refused(probing: Probing, subject: Subject) -> str:
    exchange = _without_roles(probing, subject)
    if exchange.status >= 500:
        raise InconclusiveError(f"the instance failed: {shown(exchange)}")
    expect(not valid_calls.is_served(exchange), "a refusal", exchange)
    return f"refused a user without the roles, with {exchange.status}"


def _without_roles(probing: Probing, subject: Subject) -> Exchange:
    roles = probing.roles(subject.operation)
    caller = probing.users.without(roles)
    if caller is None:
        raise BlockedError(f"no user is known who has none of {', '.join(sorted(roles.names))}")

    def send() -> Exchange:
        # A call that would be served to others: nothing but the roles is in its way.
        valid_calls.baseline(probing, subject.operation)
        call = valid_calls.unspent(probing, subject.operation)
        return valid_calls.send(probing, call, user=caller.name)

    exchange = probing.once(f"{subject.operation} without the roles", send)
    if exchange.status == 401:
        raise InconclusiveError(f"the user {caller.name} could not sign in")
    return exchange


PROBES: tuple[Probe, ...] = (
    Probe(
        "role-enough",
        "A user who has only the role or roles at the pointer is served.",
        _role_enough,
    ),
    Probe("role-alone", "One of several roles is served, or refused with 403.", _role_alone),
    Probe("without-roles-403", "A user who has none of the roles gets 403.", _without_roles_403),
    Probe(
        "without-roles-refused",
        "A user who has none of the roles is refused.",
        _without_roles_refused,
    ),
)
