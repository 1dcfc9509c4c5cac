"""All exchanges of a run, grouped as the judge looks at them, and measured once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, unquote

from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.model import xml_values
from ccaas_kit.model.contract import Body, Contract, Operation, Parameter, ResponseSpec, media_type
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.model.pools import Pools
from ccaas_kit.model.schemas import MISSING, Fault

JSON = "application/json"


# Characters of a message about a value, which quotes it. Reports show a few hundred: a secret that is
# cut through here is not among them.
_LONGEST_MESSAGE = 4000


@dataclass(frozen=True, slots=True)
class SeenResponse:
    """A response of an operation, measured by the contract. Equal ones are seen once.

    `trouble` says why the body could not be measured; `faults` are what is wrong with it.
    `reached` counts the values at each node that a clause points at, `headers` says which of the
    promised headers that came are valid. `numbers` are those of all exchanges with an equal response.
    """

    operation: Operation
    spec: ResponseSpec
    exchange: Exchange
    trouble: str = ""
    faults: tuple[Fault, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict, repr=False)
    headers: Mapping[str, bool] = field(default_factory=dict)
    numbers: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request for an operation, measured by the contract."""

    operation: Operation
    exchange: Exchange
    faults: tuple[Fault, ...]
    nodes: frozenset[str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class MeasuredRequest:
    """What is wrong with a request, and which nodes that clauses point at it has."""

    faults: tuple[Fault, ...] = ()
    nodes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Measured:
    """What the contract says of one exchange: all that the judge needs of its bodies.

    `digest` is the same for equal responses, and empty where the contract has no such response;
    `request` is None where the wire does not show what was meant.
    """

    digest: str = ""
    trouble: str = ""
    faults: tuple[Fault, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, bool] = field(default_factory=dict)
    request: MeasuredRequest | None = None
    says_no: bool = False
    knows_ids: bool | None = None


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
    ) -> None:
        """Take in an exchange; it is measured unless it has been before."""
        operation = exchange.operation
        scope = f"* {operation.path}" if exchange.other_method else operation.id
        if measured is None:
            measured = Measured()
            with self.defects.kept(f"measuring an exchange of {operation.id}"):
                measured = self._measuring.of(exchange, pools=pools, known=self._is_known(scope))
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
            )
            for scope in (operation.id, f"* {operation.path}")
            for exchange, measured in self._responses.get(scope, ())
            if (spec := _expected(operation, exchange)) is not None
        ]

    def requests(self, operation: Operation) -> list[SeenRequest]:
        """The requests for an operation that can be measured: JSON, sent with our credentials."""
        return self._requests.get(operation.id, [])

    def _is_known(self, scope: str) -> Callable[[str], bool]:
        return lambda digest: (scope, digest) in self._seen


class Measuring:
    """Holds exchanges against the contract; `nodes` are the places that clauses point at."""

    def __init__(self, contract: Contract, nodes: frozenset[str]) -> None:
        self.contract = contract
        self._nodes = nodes

    def of(
        self,
        exchange: Exchange,
        *,
        pools: Pools | None = None,
        known: Callable[[str], bool] = lambda _digest: False,
    ) -> Measured:
        """What the contract says of an exchange; a response that is `known` is not measured again."""
        seen = self._measured_response(exchange, known)
        return replace(
            seen,
            request=self._measured_request(exchange),
            says_no=says_no(exchange),
            knows_ids=pools.knows(exchange) if pools else None,
        )

    def _measured_response(self, exchange: Exchange, known: Callable[[str], bool]) -> Measured:
        response = exchange.response
        spec = _expected(exchange.operation, exchange)
        if response is None or spec is None or self.contract.is_ambiguous(exchange.path):
            return Measured()
        sent = {
            header.name.lower(): response.headers.get(header.name.lower())
            for header in spec.headers
        }
        digest = _digest(response, list(sent.values()))
        if known(digest):
            return Measured(digest)
        schemas = self.contract.schemas
        headers = {
            header.name.lower(): schemas.is_valid(header.schema, _text(value))
            for header in spec.headers
            if (value := sent[header.name.lower()]) is not None
        }
        seen = Measured(digest, headers=headers)
        if not spec.media:
            return seen
        if response.media_type not in spec.media:
            named = response.media_type or "no media type"
            return replace(seen, trouble=f"{named} with {response.status}")
        schema = spec.media[response.media_type]
        try:
            if response.media_type == JSON:
                body = response.json()
            else:
                body = xml_values.read(response.body, schema, self.contract)
        except UnreadableError as error:
            return replace(seen, trouble=f"a body that is {error}")
        outer = (spec.nodes, frozenset({schema.removesuffix("/schema")}))
        return replace(
            seen,
            faults=tuple(
                Fault((*outer, *fault.chain), _short(fault.message), fault.place, fault.missing)
                for fault in schemas.faults(schema, body)
            ),
            reached=Counter(
                visit.pointer
                for visit in schemas.visits(schema, body)
                if visit.pointer in self._nodes and visit.value is not MISSING
            ),
        )

    def _measured_request(self, exchange: Exchange) -> MeasuredRequest | None:
        """The request with its faults; None where the wire does not show what was meant."""
        operation = exchange.operation
        found = operation.pattern.fullmatch(exchange.path)
        unclear = (
            exchange.response is None
            or exchange.other_method
            or exchange.credentials != "own"
            or found is None
            or self.contract.is_ambiguous(exchange.path)
        )
        if unclear or found is None:
            return None
        pairs = parse_qsl(exchange.query, keep_blank_values=True)
        query = dict(pairs)
        if len(query) != len(pairs):
            return None
        values: dict[str, Mapping[str, str]] = {
            "path": {name: unquote(text) for name, text in found.groupdict().items()},
            "query": query,
            "header": exchange.request_headers,
        }
        faults: list[Fault] = []
        nodes: set[str] = set()
        for parameter in operation.parameters:
            text = values.get(parameter.place, {}).get(parameter.name)
            self._measure_parameter(parameter, text, faults, nodes)
        if not self._measure_body(exchange, faults, nodes):
            return None
        return MeasuredRequest(tuple(faults), frozenset(nodes & self._nodes))

    def _measure_parameter(
        self, parameter: Parameter, text: str | None, faults: list[Fault], nodes: set[str]
    ) -> None:
        if text is None:
            if parameter.required:
                what = f"{parameter.name} is missing"
                faults.append(Fault((parameter.nodes,), what, parameter.name, missing=True))
            return
        schemas = self.contract.schemas
        nodes |= parameter.nodes
        nodes |= {visit.pointer for visit in schemas.visits(parameter.schema, text)}
        if not any(schemas.is_valid(parameter.schema, value) for value in (text, _native(text))):
            for fault in schemas.faults(parameter.schema, text):
                chain = (parameter.nodes, *fault.chain)
                faults.append(Fault(chain, _short(fault.message), parameter.name))

    def _measure_body(self, exchange: Exchange, faults: list[Fault], nodes: set[str]) -> bool:
        body = exchange.operation.body
        if body is None:
            return True
        outer = body.nodes
        if not exchange.request_body:
            if body.required:
                faults.append(Fault((outer,), "the body is missing", "body", True))
            return True
        sent = {name.lower(): value for name, value in exchange.request_headers.items()}
        named = media_type(sent.get("content-type", ""))
        if named not in body.media:
            faults.append(
                Fault((outer,), f"the media type is {named or 'missing'}", "Content-Type")
            )
            return True
        if named != JSON:
            # XML carries text only: whether a value was meant as a number cannot be seen.
            return False
        return self._measure_json(exchange, body, faults, nodes)

    def _measure_json(
        self, exchange: Exchange, body: Body, faults: list[Fault], nodes: set[str]
    ) -> bool:
        outer = body.nodes
        try:
            value = parse_json(exchange.request_body or b"")
        except UnreadableError as error:
            if error.too_much:
                return False
            faults.append(Fault((outer,), f"the body is {error}", "body"))
            return True
        schema = body.media[JSON]
        schemas = self.contract.schemas
        for fault in schemas.faults(schema, value):
            chain = (outer, *fault.chain)
            faults.append(Fault(chain, _short(fault.message), f"body{fault.place}", fault.missing))
        nodes |= body.nodes
        nodes |= {visit.pointer for visit in schemas.visits(schema, value)}
        return True


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


def says_no(exchange: Exchange) -> bool:
    """Whether an error response comes with the status of a success, as one of an offer may (AWA-017)."""
    if not 200 <= exchange.status < 300 or exchange.response is None:
        return False
    try:
        body = exchange.response.json()
    except UnreadableError:
        return False
    result = body.get("result") if isinstance(body, dict) else None
    return isinstance(result, dict) and result.get("success") is False


def _expected(operation: Operation, exchange: Exchange) -> ResponseSpec | None:
    if not exchange.other_method:
        return operation.responses.get(exchange.status)
    other = operation.other_methods
    # A HEAD or OPTIONS that is served, or a TRACE without a body, is nobody's promise.
    return other if other is not None and exchange.status == other.status else None


def _digest(response: Response, headers: Sequence[str | None]) -> str:
    made = hashlib.blake2b(digest_size=16)
    parts = (response.status, response.media_type, headers)
    made.update(repr(parts).encode("utf-8", "backslashreplace"))
    made.update(response.body)
    return made.hexdigest()


def _text(value: str) -> str:
    """A header as schemas can take it: half of a character is none."""
    return value.encode("utf-8", "backslashreplace").decode()


def _short(message: str) -> str:
    return message[:_LONGEST_MESSAGE]


def _native(text: str) -> Any:
    """A parameter as a number or a boolean, where its text is one."""
    try:
        value = parse_json(text)
    except UnreadableError:
        return text
    return value if isinstance(value, int | float) else text
