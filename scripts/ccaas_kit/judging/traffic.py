"""All exchanges of a run, grouped by operation, each measured once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.parsing import UnreadableError
from ccaas_kit.judging.measuring import Measured, Measuring, expected
from ccaas_kit.model.contract import Contract, Operation, ResponseSpec
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.pools import Pools
from ccaas_kit.model.schemas import Fault


@dataclass(frozen=True, slots=True)
class SeenResponse:
    """A response of an operation, measured by the contract. Equal ones are seen once.

    `trouble` says why the body could not be measured; `faults` are what is wrong with it. `is_whole`
    is False if parts of the response are not known.
    `reached` counts the values at each node that a clause points at, `headers` says which of the
    headers of the contract are valid. `numbers` are those of all exchanges with an equal response.
    """

    operation: Operation
    spec: ResponseSpec
    exchange: Exchange
    trouble: str = ""
    faults: tuple[Fault, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict, repr=False)
    headers: Mapping[str, bool] = field(default_factory=dict)
    numbers: Sequence[int] = ()
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request for an operation, measured by the contract."""

    operation: Operation
    exchange: Exchange
    faults: tuple[Fault, ...]
    nodes: frozenset[str] = field(repr=False)


class Traffic:
    """What a run has seen of each operation.

    `nodes` are the places that clauses point at, `pools` the ids that exist. What is to be kept in
    little memory is added one by one, and its bodies are let go.
    """

    def __init__(
        self,
        contract: Contract,
        exchanges: Iterable[Exchange],
        nodes: frozenset[str],
    ) -> None:
        self.contract = contract
        self.exchanges: list[Exchange] = []
        self.defects = Defects()
        self._properties = frozenset(node.rpartition("/")[2] for node in nodes)
        self._measuring = Measuring(contract, nodes)
        self._of: dict[str, list[Exchange]] = {
            operation.id: [] for operation in contract.operations
        }
        self._other_methods: dict[str, list[Exchange]] = {}
        # Distinct responses, by operation, and by path for methods that the path does not have.
        self._responses: dict[str, list[tuple[Exchange, Measured]]] = {}
        self._requests: dict[str, list[SeenRequest]] = {}
        self._seen: dict[tuple[str, str], list[int]] = {}
        for exchange in exchanges:
            self.add(exchange)

    def add(
        self,
        exchange: Exchange,
        measured: Measured | None = None,
        *,
        pools: Pools | None = None,
        let_go: bool = False,
        redacted: bool = False,
    ) -> None:
        """Take in an exchange; it is measured unless it has been before.

        `redacted`: it comes from a file from which secrets were taken out.
        """
        operation = exchange.operation
        scope = f"* {operation.path}" if exchange.other_method else operation.id
        if measured is None:
            measured = Measured()
            with self.defects.kept(f"measuring an exchange of {operation.id}"):
                measured = self._measuring.of(
                    exchange, pools=pools, known=self._is_known(scope), redacted=redacted
                )
        if let_go:
            exchange = replace(
                exchange,
                request_body=None,
                response=replace(exchange.response, body=b"") if exchange.response else None,
                says_no=measured.says_no,
                knows_ids=measured.knows_ids,
                holds=properties(exchange) & self._properties,
            )
        self.exchanges.append(exchange)
        self._of[operation.id].append(exchange)
        if exchange.other_method:
            self._other_methods.setdefault(operation.path, []).append(exchange)
        if measured.digest:
            alike = self._seen.setdefault((scope, measured.digest), [])
            alike.append(exchange.number)
        if measured.digest and len(alike) == 1:
            self._responses.setdefault(scope, []).append((exchange, measured))
        if measured.request is not None:
            found = measured.request
            self._requests.setdefault(operation.id, []).append(
                SeenRequest(operation, exchange, found.faults, found.nodes)
            )

    def of(self, operation: Operation) -> list[Exchange]:
        """The exchanges of exactly this operation."""
        return self._of[operation.id]

    def of_base(self, base: str) -> list[Exchange]:
        """The exchanges of an operation and of its versioned form."""
        return [
            exchange
            for operation in self.contract.operations
            if operation.base == base
            for exchange in self._of[operation.id]
        ]

    def with_other_methods(self, path: str) -> list[Exchange]:
        """The exchanges with methods that a path does not have, for whichever operation."""
        return self._other_methods.get(path, [])

    def responses(self, operation: Operation) -> list[SeenResponse]:
        """The documented responses of an operation that were seen, those to other methods last."""
        return [
            SeenResponse(
                operation,
                spec,
                exchange,
                measured.trouble,
                measured.faults,
                measured.reached,
                measured.headers,
                self._seen[scope, measured.digest],
                measured.is_whole,
            )
            for scope in (operation.id, f"* {operation.path}")
            for exchange, measured in self._responses.get(scope, ())
            if (spec := expected(operation, exchange)) is not None
        ]

    def requests(self, operation: Operation) -> list[SeenRequest]:
        """The requests for an operation that can be measured: JSON, sent with our credentials."""
        return self._requests.get(operation.id, [])

    def _is_known(self, scope: str) -> Callable[[str], bool]:
        return lambda digest: (scope, digest) in self._seen


def is_odd(contract: Contract, exchange: Exchange) -> bool:
    """Whether a response has a form that the contract does not have for it; also if there is none."""
    measured = Traffic(contract, [exchange], frozenset()).responses(exchange.operation)
    return not measured or any(response.trouble or response.faults for response in measured)


def properties(exchange: Exchange) -> frozenset[str]:
    """The names of all properties of a response in JSON, at any depth."""
    try:
        waiting = [exchange.response.json()] if exchange.response else []
    except UnreadableError:
        return frozenset()
    names: set[str] = set()
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            names.update(value)
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return frozenset(names)
