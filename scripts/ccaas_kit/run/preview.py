"""What a run is going to do, said before its first request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ccaas_kit.gateway.safety import guard
from ccaas_kit.model.contract import Contract, Operation
from ccaas_kit.model.profiles import Profile
from ccaas_kit.run import unused_ids
from ccaas_kit.run.cases import Case
from ccaas_kit.run.options import Options


def show(case: Case, url: str, console: Console) -> None:
    """Print the plan of a run."""
    if case.options.target is None:
        notice = "No target is set: this run tests the sandbox that it starts, not an instance."
        console.print(Text(notice), soft_wrap=True)
    console.print(Text(f"Plan for {url}, profile {case.options.profile}"), soft_wrap=True)
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True, width=10)
    grid.add_column(overflow="fold")
    for label, value in _lines(case):
        grid.add_row(f"  {label}", Text(value))
    console.print(grid)


def _lines(case: Case) -> Iterator[tuple[str, str]]:
    options, contract, spare = case.options, case.contract, case.spare
    about = case.operations
    operations = [contract.by_id[name] for name in contract.bases() if name in about]
    if not options.selection.is_whole:
        yield "tests", f"{len(case.selected)} of {len(case.clauses)} clauses"
    called = [operation for operation in operations if options.profile.admits(operation)]
    if options.profile.writes and options.is_strict:
        called = [
            operation for operation in called if guard.is_possible(contract, operation, spare)
        ]
    besides = "" if options.selection.is_whole else ", and others for the records that these need"
    yield "calls", (_names(called) or "nothing") + besides
    sought = list(unused_ids.possible(contract, spare)) if options.seeks_unused_ids else []
    if sought:
        yield "perhaps", f"{_names(sought)}, for ids that no record names so far"
    if left_out := [
        operation for operation in operations if operation not in called and operation not in sought
    ]:
        yield "not", _names(left_out)
    rate = f", {options.rate:g} per second" if options.rate else ""
    kind = ", none of them random" if options.probes_only else ""
    yield "sends", f"at most {options.max_requests} requests in {options.max_time} s{rate}{kind}"
    if not options.profile.writes:
        yield "writes", "nothing: the run sends GET only"
        return
    tables = ", ".join(dict.fromkeys(_tables(contract, [*called, *sought])))
    created = f", which create records in {tables}" if tables else ""
    yield "writes", f"at most {options.max_writes} of them{created}"
    if options.is_strict:
        but = " and its owner has not set aside" if spare else ""
        yield "changes", f"no record that the run has not created{but}{_random(options)}"
    else:
        yield "changes", "any record that an id in a request names; agents receive offers"
    if options.cleans:
        yield (
            "removes",
            f"what the run created, by {options.journal}; these requests are not counted above",
        )
    else:
        yield "removes", "nothing"


def _names(operations: Sequence[Operation]) -> str:
    return ", ".join(operation.id for operation in operations)


def _random(options: Options) -> str:
    return "; random requests are GET only" if options.profile is not Profile.FULL else ""


def _tables(contract: Contract, operations: list[Operation]) -> Iterator[str]:
    for operation in operations:
        state = contract.state(operation)
        if "creates" in state:
            yield state["creates"]
            yield from state.get("sets", {}).values()
