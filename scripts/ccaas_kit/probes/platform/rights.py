"""What roles do: each one of an operation is enough, and none of them is too little."""

from __future__ import annotations

from ccaas_kit.gateway.outcomes import Barred, Unseen
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probe, Probing, expect, expect_status, shown


def _role_enough(probing: Probing, subject: Subject) -> str:
    role = probing.contract.node(subject.pointer)
    if not isinstance(role, str) or role not in probing.roles(subject.operation):
        raise Unseen(f"{subject.operation} has no role at {subject.pointer}")
    caller = probing.users.with_only(role)
    if caller is None:
        raise Barred(f"no user is known whose only role is {role}")
    call = valid_calls.of(probing, subject.operation)
    exchange = valid_calls.send(probing, call, user=caller.name)
    expect(exchange.status != 403, f"a call that is served to a user with {role}", exchange)
    valid_calls.require_served(exchange)
    return f"served a user whose only role is {role}"


def _without_roles_403(probing: Probing, subject: Subject) -> str:
    expect_status(_without_roles(probing, subject), 403)
    return "answered a user without the roles with 403"


def _without_roles_refused(probing: Probing, subject: Subject) -> str:
    exchange = _without_roles(probing, subject)
    if exchange.status >= 500:
        raise Unseen(f"the instance failed: {shown(exchange)}")
    expect(not valid_calls.is_served(exchange), "a refusal", exchange)
    return f"refused a user without the roles, with {exchange.status}"


def _without_roles(probing: Probing, subject: Subject) -> Exchange:
    roles = probing.roles(subject.operation)
    caller = probing.users.without(roles)
    if caller is None:
        raise Barred(f"no user is known who has none of {', '.join(sorted(roles))}")

    def send() -> Exchange:
        # A call that would be served to others: nothing but the roles is in its way.
        valid_calls.baseline(probing, subject.operation)
        call = valid_calls.unspent(probing, subject.operation)
        return valid_calls.send(probing, call, user=caller.name)

    exchange = probing.once(f"{subject.operation} without the roles", send)
    if exchange.status == 401:
        raise Unseen(f"the user {caller.name} could not sign in")
    return exchange


PROBES: tuple[Probe, ...] = (
    Probe(
        "role-enough", "A user whose only role is the one at the pointer is served.", _role_enough
    ),
    Probe("without-roles-403", "A user who has none of the roles gets 403.", _without_roles_403),
    Probe(
        "without-roles-refused",
        "A user who has none of the roles is refused.",
        _without_roles_refused,
    ),
)
