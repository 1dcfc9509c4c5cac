"""What a run is going to do, said before its first request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from scripts.conformance import guard
from scripts.conformance.contract import Contract, Operation
from scripts.conformance.options import Options
from scripts.conformance.plan import Profile

_STATE = "x-sn-state"


def show(options: Options, contract: Contract, url: str, console: Console) -> None:
    """Print the plan of a run."""
    console.print(Text(f"Plan for {url}, profile {options.profile}"), soft_wrap=True)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, width=10)
    grid.add_column(overflow="fold")
    for label, value in _lines(options, contract):
        grid.add_row(f"  {label}", Text(value))
    console.print(grid)


def _lines(options: Options, contract: Contract) -> Iterator[tuple[str, str]]:
    operations = [contract.by_id[name] for name in contract.bases()]
    called = [each for each in operations if options.profile.admits(each)]
    if options.profile is Profile.CREATE_AND_CLEAN:
        called = [each for each in called if guard.is_possible(contract, each)]
    yield "calls", ", ".join(each.id for each in called) or "nothing"
    if left_out := [each.id for each in operations if each not in called]:
        yield "not", ", ".join(left_out)
    rate = f", {options.rate:g} per second" if options.rate else ""
    kind = ", none of them random" if options.probes_only else ""
    yield "sends", f"at most {options.max_requests} requests in {options.max_time} s{rate}{kind}"
    if not options.profile.writes:
        yield "writes", "nothing: only GET leaves"
        return
    tables = ", ".join(dict.fromkeys(_tables(contract, called)))
    yield "writes", f"at most {options.max_writes} of them, which create records in {tables}"
    if options.profile is Profile.CREATE_AND_CLEAN:
        yield "changes", "no record that it has not created; random requests are GET only"
        yield "removes", f"what it created, by {options.journal}; these requests come on top"
    else:
        yield "changes", "any record that an id in a request leads to; offers reach agents"
        yield "removes", "nothing"


def _tables(contract: Contract, operations: list[Operation]) -> Iterator[str]:
    for operation in operations:
        state: dict[str, Any] = contract.node(operation.pointer).get(_STATE, {})
        if "creates" in state:
            yield state["creates"]
            yield from state.get("sets", {}).values()
