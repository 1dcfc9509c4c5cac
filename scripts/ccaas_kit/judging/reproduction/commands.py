"""Commands that show a finding again: what led to it, the request that shows it, and the removal."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from functools import cached_property

from ccaas_kit.judging.reproduction import steps
from ccaas_kit.judging.reproduction.curl import Repeater
from ccaas_kit.judging.reproduction.steps import Steps
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange

_ANY_ID = "grep -oE '[0-9a-f]{32}'"


class Reproduction:
    """Writes commands; `whole` gives an exchange of the log with its bodies, `every` all of them.

    `existing` are the ids of records that were there before the run.
    """

    def __init__(
        self,
        contract: Contract,
        repeater: Repeater,
        *,
        whole: Callable[[int], Exchange],
        every: Callable[[], Iterable[Exchange]],
        existing: Iterable[str] = (),
    ) -> None:
        self._contract = contract
        self._repeater = repeater
        self._whole = whole
        self._every = every
        self._existing = existing

    def commands(self, exchange: Exchange) -> str:
        """Lines for a shell; one line if the request needs no others.

        A sys_id that one request makes is put into the later ones by the shell. A comment
        precedes each request; at the end what was created is removed, as far as its sys_id is known.
        """
        before = [self._whole(number) for number in self._steps.before(exchange)]
        if not before:
            return self._repeater.curl(exchange)
        variables: dict[str, str] = {}
        lines: list[str] = []
        ends: list[str] = []
        for number, step in enumerate(before, 1):
            command = self._repeater.curl(step, variables=variables, silent=True)
            later = {
                sys_id for other in (*before[number:], exchange) for sys_id in steps.sent(other)
            }
            received = steps.received(step)
            new = [
                sys_id
                for sys_id in dict.fromkeys(received)
                if sys_id in later and self._steps.makes(step.number, sys_id)
            ]
            lines.append(f"# {number}. {step.operation.id}")
            lines.append(f"SEEN=$({command})" if new else command)
            for index, sys_id in enumerate(new, 1):
                variables[sys_id] = name = f"ID{number}" if index == 1 else f"ID{number}_{index}"
                place = received.index(sys_id) + 1
                lines.append(f'{name}=$(echo "$SEEN" | {_ANY_ID} | sed -n {place}p)')
            ends += self._ends(step, variables[new[0]] if new else None)
        lines += [f"# {len(before) + 1}. {exchange.operation.id}, which shows it"]
        lines += [self._repeater.curl(exchange, variables=variables)]
        ends += self._ends(exchange, None)
        return "\n".join([*lines, *dict.fromkeys(ends[::-1])])

    @cached_property
    def _steps(self) -> Steps:
        return Steps(self._every(), self._existing)

    def _ends(self, step: Exchange, variable: str | None) -> list[str]:
        """What removes a record that a step has created, or says that it is left there."""
        table = self._contract.state(step.operation).get("creates")
        if table is None or not 200 <= step.status < 300:
            return []
        if variable is None:
            return [f"# It leaves a record in {table}"]
        scheme, _, rest = step.url.partition("//")
        url = shlex.quote(f"{scheme}//{rest.partition('/')[0]}/api/now/table/{table}/")
        return [f'curl -s {self._repeater.sign_in(step)} -X DELETE {url}"${variable}"']
