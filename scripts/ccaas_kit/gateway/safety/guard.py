"""The write guard: a run does not change the records of others.

It applies to the profile create-and-clean, and to `full` on a target that is not disposable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.safety import fields
from ccaas_kit.gateway.safety.fields import Field, UnreadableError
from ccaas_kit.gateway.safety.journal import Journal
from ccaas_kit.gateway.safety.ledger import SYS_ID, Ledger, content
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.pools import TABLE

# Fields with effects on records that no clean-up could set right.
_REACHES_FURTHER: Mapping[str, str] = {
    "after_timeout_presence": "it would change the presence of an agent",
    # CON-049: no page names the table.
    **dict.fromkeys(
        ("social_channel", "social_handle", "social_handle_url"),
        "it would create a record in an unknown table",
    ),
}
_FAR_KEYS = {fields.key(name): (name, why) for name, why in _REACHES_FURTHER.items()}
# Bodies that say nothing.
_NO_DATA = (b"", b"{}")
# What parts a path, a path and what follows it, or an encoded letter.
_PARTING = re.compile(r"[/\\?#%;\x00-\x1f\x7f]|^\.{0,2}\Z")


def names_a_record(contract: Contract, operation: Operation) -> bool:
    """Whether an operation writes to what an id in its path leads to."""
    return operation.method != "GET" and "key" in contract.state(operation)


def is_possible(
    contract: Contract, operation: Operation, spare: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether an operation can be called so that it changes only what a run has created.

    `spare` are ids of records that it may change as well, by parameter.
    """
    made = {
        table
        for operation in contract.operations
        if "key" not in (state := contract.state(operation)) and (table := state.get("creates"))
    }
    if operation.method == "GET":
        return True
    state = contract.state(operation)
    nodes = [
        contract.node(parameter.schema.removesuffix("/schema"))
        for parameter in operation.parameters
        if parameter.place == "path" and parameter.name in state.get("key", ())
    ]
    writes = "creates" in state or "updates" in state
    return writes and all(
        TABLE not in node or node[TABLE] in made or node["name"] in spare for node in nodes
    )


class OwnRecordsOnly(Ledger):
    """Admits requests that change only what the run has created, and journals what they create.

    `spare` are the ids of records that their owner has set aside for runs to change.
    """

    def __init__(
        self,
        contract: Contract,
        journal: Journal,
        foreign_ids: frozenset[str],
        own: frozenset[str] = frozenset(),
        spare: frozenset[str] = frozenset(),
    ) -> None:
        super().__init__(contract, journal, foreign_ids, own)
        self._spare = spare

    def admit(self, operation: Operation, ask: Ask, exchanges: Sequence[Exchange]) -> None:
        """Let a request pass.

        Raises:
            BlockedError: it could change a record that the run has not created, or nobody can say.
        """
        if ask.method is not None:
            self._look_at_method(ask, exchanges)
            return
        state = self._contract.state(operation)
        keys = self.keys(operation, ask)
        self._look_at_fields(ask, frozenset(map(fields.key, (SYS_ID, *keys))), exchanges)
        if not keys and ("creates" not in state or "updates" in state):
            raise BlockedError("it does not say which record it changes")
        others = [(name, value) for name, value in ask.path.items() if name not in keys]
        for name, value in [*others, ("the version", ask.version)]:
            if value is not None and _PARTING.search(value):
                raise BlockedError(f"{name} may lead to another resource")
        for name, value in keys.items():
            if not self._may_change(value, exchanges):
                raise BlockedError(f"{name} names a record that the run has not created")

    def _look_at_method(self, ask: Ask, exchanges: Sequence[Exchange]) -> None:
        """Refuse a method that the path does not have, unless nothing could come of it."""
        if ask.query or content(ask) not in _NO_DATA:
            raise BlockedError("the effect of data with this method is unknown")
        if any(_PARTING.search(value) for value in (*ask.path.values(), ask.version or "v1")):
            raise BlockedError("its path may lead to another resource")
        reaches_none = any(self.is_made_up(value, exchanges) for value in ask.path.values())
        if not reaches_none and (ask.path or ask.method == "DELETE"):
            raise BlockedError(f"it is unknown which records a {ask.method} would change")

    def _look_at_fields(self, ask: Ask, ids: frozenset[str], exchanges: Sequence[Exchange]) -> None:
        """Refuse fields that reach further, and other ids where one of a record is to stand."""
        try:
            found = [*fields.of_query(ask.query), *fields.of_body(content(ask), ask.media)]
        except UnreadableError as error:
            raise BlockedError(f"{error.why}, so its changes are unknown") from error
        for field in found:
            for far in field.keys & _FAR_KEYS.keys():
                name, why = _FAR_KEYS[far]
                raise BlockedError(f"with {name} {why}")
            if field.keys & ids and not self._is_ours(field, exchanges):
                raise BlockedError(
                    f"its field {field.name} names a record that the run has not created"
                )

    def _is_ours(self, found: Field, exchanges: Sequence[Exchange]) -> bool:
        if found.nested:
            return False
        return not found.text or self._may_change(found.text, exchanges)

    def _may_change(self, value: str, exchanges: Sequence[Exchange]) -> bool:
        if self.is_own(value) or value in self._spare:
            return True
        return self.is_made_up(value, exchanges)


def told_ids(*sources: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """Every id that configs and pools name."""
    return frozenset(value for source in sources for values in source.values() for value in values)
