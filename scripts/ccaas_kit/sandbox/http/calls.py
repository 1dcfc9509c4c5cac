"""What a behavior is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ccaas_kit.sandbox.contract import Operation
from ccaas_kit.sandbox.http.messages import Outcome, RefusalError
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.instance.settings import User
from ccaas_kit.sandbox.storage.store import Store


@dataclass(slots=True)
class Call:
    """One call of an operation: who calls, with which values, all of them valid by the contract.

    Nobody changes it; as in `messages`, it is not frozen for the time that this takes.
    """

    operation: Operation
    instance: Instance
    user: User
    path: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any

    @property
    def store(self) -> Store:
        """The records of the instance."""
        return self.instance.store

    def sees(self, sys_id: str) -> bool:
        """Whether the caller may see a record."""
        return self.instance.settings.sees(self.user, sys_id)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a request breaks the contract: where it does, under which name, in words.

    `place` is path, query or body; for a body, `pointer` says where in it.
    """

    place: str
    name: str
    reason: str
    pointer: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True)
class Behavior:
    """What one operation does beyond what the contract says of its form.

    `refuse` chooses the response to a request that breaks the contract, where the platform's own
    400 or 403 is not what the API would say; None leaves it to the platform. A `lax` operation
    takes an object whatever its fields hold.
    """

    run: Callable[[Call], Outcome]
    refuse: Callable[[Call, Problem], RefusalError | None] = lambda _call, _problem: None
    lax: bool = False
