"""Rules that admit so many requests per hour, as an administrator can set them up (PLT-008)."""

from __future__ import annotations

import math

from ccaas_kit.sandbox.contract import Operation
from ccaas_kit.sandbox.http.messages import RefusalError
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User

_HOUR = 3600


def admit(instance: Instance, user: User, operation: Operation) -> None:
    """Count the request against each rule that matches it.

    Raises:
        RefusalError: a rule is used up; 429 with the documented headers.
    """
    now = math.floor(instance.now().timestamp())
    hour = now // _HOUR
    for rule in instance.settings.rate_limits:
        if rule.user_name not in (None, user.user_name):
            continue
        if rule.operation not in (None, operation.base):
            continue
        count = instance.store.counters.next(f"rate:{rule.sys_id}:{user.sys_id}:{hour}")
        if count > rule.limit:
            reset = (hour + 1) * _HOUR
            headers = (
                ("Retry-After", str(reset - now)),
                ("X-RateLimit-Limit", str(rule.limit)),
                ("X-RateLimit-Reset", str(reset)),
                ("X-RateLimit-Rule", rule.sys_id),
            )
            raise RefusalError(429, "rateLimitExceededResponse", headers=headers)
