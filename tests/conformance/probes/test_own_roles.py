"""A 403 for our own user is a violation, unless the operation serves us never and we may lack its roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ccaas_kit.judging.verdicts import Opinion
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed, faults
from tests.conformance.probes.conftest import Targets

# The operation, a probe of it, and what its page asks of the caller.
PROBE, OPERATION, ROLE = "interaction-created", "createInteraction", "interaction_agent"
Holds = Callable[..., Opinion]


def once() -> bed.Fault:
    """A 403 to the first call of the operation."""
    seen: list[Request] = []

    def fault(request: Request, response: Response) -> Response:
        if not bed.is_of(request, OPERATION) or seen:
            return response
        seen.append(request)
        return bed.with_status(response, 403)

    return fault


@pytest.mark.parametrize(
    ("roles", "holds"),
    [
        pytest.param(None, bed.blocked, id="unknown"),
        pytest.param(frozenset[str](), bed.blocked, id="none"),
        pytest.param(frozenset({"awa_agent"}), bed.blocked, id="another"),
        pytest.param(frozenset({ROLE}), bed.violates, id="one that admits"),
        pytest.param(frozenset({"admin"}), bed.violates, id="every role"),
    ],
)
def test_who_is_never_served_may_lack_a_role(
    target: Targets, roles: frozenset[str] | None, holds: Holds
) -> None:
    never = faults.on(OPERATION, faults.status(403))

    holds(target(fault=never, own_roles=lambda: roles), PROBE, OPERATION)


@pytest.mark.parametrize("roles", [None, frozenset[str]()], ids=["unknown", "none"])
def test_who_is_served_next_lacks_no_role(target: Targets, roles: frozenset[str] | None) -> None:
    bed.violates(target(fault=once(), own_roles=lambda: roles), PROBE, OPERATION)
