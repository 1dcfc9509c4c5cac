"""One instance: its contract, its records, its set-up, its time and its ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import formatdate
from pathlib import Path
from typing import Any

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.instance import clock, seed, settings
from ccaas_kit.sandbox.instance.ids import sys_id_of
from ccaas_kit.sandbox.storage import tables
from ccaas_kit.sandbox.storage.memory import Memory
from ccaas_kit.sandbox.storage.snapshots import Snapshots
from ccaas_kit.sandbox.storage.store import Store
from ccaas_kit.sandbox.turns import QUERY_SECONDS
from ccaas_kit.sandbox.wrapper import Nothing, Wrapper

# The fact that holds the seed as it was given.
_DOCUMENT = "seed document"
# How many Authorization headers are remembered, and of which length at most.
_REMEMBERED, _REMEMBERED_LENGTH = 1024, 512


class Instance:
    """The state behind the sandbox. Several processes can share it through one database file.

    `found` tells that the database held an instance already, so that the seed was not used.

    Raises:
        KitError: the bundle, the tables, the seed or the database cannot be used.
    """

    def __init__(
        self,
        contract: Contract,
        *,
        database: Path | None = None,
        seed_document: Mapping[str, Any] | None = None,
        fill: Callable[[Instance], None] | None = None,
        wrapper: Wrapper[Instance] | None = None,
    ) -> None:
        self.contract = contract
        self.wrapper: Wrapper[Instance] = wrapper or Nothing()
        self.tables = tables.load(contract.document)
        self.store = Store(self.tables, database)
        self.snapshots = Snapshots(self.store)
        self.shared = False
        self.query_seconds = QUERY_SECONDS
        self.strict_queries = False
        # The parts of queries that the log has named as not understood.
        self.logged_parts: set[str] = set()
        self._date = (0, "")
        self._text = (0, "")
        self._fill = fill
        self._first_seed = dict(seed_document if seed_document is not None else seed.load())
        self.found = self.store.fact("seed") is not None
        if self.found:
            self.refresh()
        else:
            self.reset()

    def close(self) -> None:
        """Let go of the database; snapshots of records in memory go with it."""
        self.snapshots.close()
        self.store.close()

    def restore(self, name: str) -> None:
        """Go back to a snapshot.

        Raises:
            ConfigError: there is none of this name.
        """
        self.snapshots.restore(name)
        self.refresh()

    def reset(self) -> None:
        """Back to the state of the start, with the seed that the sandbox was started with."""
        self.load_seed(self._first_seed)

    def load_seed(self, document: Mapping[str, Any]) -> None:
        """Replace all records and the set-up by those of a seed.

        Raises:
            ConfigError: the seed is not valid; nothing is changed then.
        """
        whole = seed.complete(document, self.contract, self.tables)
        self.wrapper.check(whole.get("faults", ()), self.contract)
        with self.store.transaction():
            self.store.clear()
            seed.write(whole, self.store)
            self.store.set_fact(_DOCUMENT, document)
            self.refresh()
            if self._fill is not None:
                self._fill(self)
            self.store.mark()

    def seed(self) -> dict[str, Any]:
        """The seed that the records and the set-up were made of last."""
        return dict(self.store.fact(_DOCUMENT))

    def refresh(self) -> None:
        """Take over what another process, or the caller, has written into the facts."""
        document = self.store.fact("seed")
        self.settings = settings.read(
            document, roles=seed.all_roles(document, self.contract), plugins=self.contract.plugins()
        )
        self.clock = clock.Clock(self.store.fact("clock"))
        self.faults = frozenset(self.store.fact("faults") or ())
        self.scripts: list[dict[str, Any]] = self.store.fact("scripts") or []
        # What each fault remembers, by its name; `faults` says what for.
        self.kept_by_faults: dict[str, dict[Any, Any]] = {}
        self.logins: Memory[str, settings.User] = Memory(_REMEMBERED, _REMEMBERED_LENGTH)

    def change(self, name: str, value: Any) -> None:
        """Set a fact and act by it from now on, in every process."""
        with self.store.transaction():
            self.store.set_fact(name, value)
            self.store.mark()
        self.refresh()

    def synchronize(self) -> None:
        """Notice changes of other processes; costs nothing when there are none."""
        if self.shared and self.store.marked_elsewhere():
            self.refresh()

    def now(self) -> datetime:
        """The time of the instance, in UTC."""
        return self.clock.now()

    def now_text(self) -> str:
        """The time of the instance as a record holds it."""
        now = self.now()
        second = int(now.timestamp())
        if second != self._text[0]:
            self._text = (second, now.strftime(clock.DATE_TIME))
        return self._text[1]

    def http_date(self) -> str:
        """The time of the instance as the Date header of a response tells it."""
        second = int(self.now().timestamp())
        if second != self._date[0]:
            self._date = (second, formatdate(second, usegmt=True))
        return self._date[1]

    def new_sys_id(self, table: str) -> str:
        """A sys_id that no record has: the next one of the seed, later ones computed."""
        reserved = self.settings.next_ids.get(table, ())
        while True:
            number = self.store.counters.next_id(f"sys_id:{table}")
            sys_id = reserved[number - 1] if number <= len(reserved) else sys_id_of(table, number)
            # A seed may hold records that another sandbox has made.
            if sys_id not in self.settings.seeded:
                return sys_id

    def reserve(self, sys_id: str) -> None:
        """Never give out a sys_id that somebody has chosen."""
        facts = self.store.fact("seed")
        self.change("seed", {**facts, "seeded": [*facts["seeded"], sys_id]})

    def new_number(self, table: str) -> str:
        """The next number of a table such as IMS0000075, never one that a record has."""
        prefix = self.tables[table].number or ""
        while True:
            count = self.store.counters.next_id(
                f"number:{prefix}", self.settings.next_numbers.get(prefix, 1)
            )
            number = f"{prefix}{count:07}"
            if not self.store.find(table, number=number):
                return number
