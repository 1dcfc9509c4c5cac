"""All exchanges of a run, grouped as the judge looks at them, and taken apart once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ccaas_kit.contract import xml_values
from ccaas_kit.contract.contract import Contract, Operation, Parameter, Response, media_type
from ccaas_kit.contract.exchanges import Exchange
from ccaas_kit.contract.schemas import MISSING, Fault

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class SeenResponse:
    """A response of an operation, measured by the contract. Equal ones are seen once.

    `trouble` says why the body could not be measured; `faults` are what is wrong with it.
    `reached` counts the values at each node that a clause points at.
    """

    operation: Operation
    response: Response
    exchange: Exchange
    trouble: str = ""
    faults: tuple[Fault, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request for an operation, measured by the contract."""

    operation: Operation
    exchange: Exchange
    faults: tuple[Fault, ...]
    nodes: frozenset[str] = field(repr=False)


class Traffic:
    """What a run has seen of each operation; `nodes` are the places that clauses point at."""

    def __init__(
        self, contract: Contract, exchanges: Sequence[Exchange], nodes: frozenset[str]
    ) -> None:
        self.contract = contract
        self.exchanges = exchanges
        self._nodes = nodes
        self._of: dict[str, list[Exchange]] = {each.id: [] for each in contract.operations}
        for exchange in exchanges:
            self._of[exchange.operation.id].append(exchange)
        self._responses: dict[str, list[SeenResponse]] = {}
        self._requests: dict[str, list[SeenRequest]] = {}

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
        return [
            each for each in self.exchanges if each.other_method and each.operation.path == path
        ]

    def responses(self, operation: Operation) -> list[SeenResponse]:
        """The documented responses of an operation that were seen."""
        if operation.id not in self._responses:
            self._responses[operation.id] = list(self._measured_responses(operation))
        return self._responses[operation.id]

    def requests(self, operation: Operation) -> list[SeenRequest]:
        """The requests for an operation that can be measured: JSON, sent with our credentials."""
        if operation.id not in self._requests:
            measured = (self._measured_request(each) for each in self.of(operation))
            self._requests[operation.id] = [each for each in measured if each]
        return self._requests[operation.id]

    def _measured_responses(self, operation: Operation) -> Iterator[SeenResponse]:
        seen: set[tuple[object, ...]] = set()
        own = [each for each in self.of(operation) if not each.other_method]
        for exchange in (*own, *self.with_other_methods(operation.path)):
            answer = exchange.answer
            if answer is None or self.contract.is_ambiguous(exchange.path):
                continue
            response = self._expected(operation, exchange)
            if response is None:
                continue
            headers = tuple(answer.headers.get(each.name.lower()) for each in response.headers)
            key = (answer.status, answer.media_type, answer.body, headers, exchange.other_method)
            if key not in seen:
                seen.add(key)
                yield self._measured_response(operation, response, exchange)

    def _expected(self, operation: Operation, exchange: Exchange) -> Response | None:
        if not exchange.other_method:
            return operation.responses.get(exchange.status)
        other = operation.other_methods
        # A HEAD or OPTIONS that is served, or a TRACE without a body, is nobody's promise.
        return other if other is not None and exchange.status == other.status else None

    def _measured_response(
        self, operation: Operation, response: Response, exchange: Exchange
    ) -> SeenResponse:
        answer = exchange.answer
        if answer is None or not response.media:
            return SeenResponse(operation, response, exchange)
        if answer.media_type not in response.media:
            named = answer.media_type or "no media type"
            return SeenResponse(operation, response, exchange, f"{named} with {answer.status}")
        schema = response.media[answer.media_type]
        schemas = self.contract.schemas
        try:
            if answer.media_type == JSON:
                body = answer.json()
            else:
                body = xml_values.read(answer.body, schema, self.contract)
        except ValueError:
            kind = "JSON" if answer.media_type == JSON else "XML"
            return SeenResponse(operation, response, exchange, f"a body that is not {kind}")
        outer = (response.nodes, frozenset({schema.removesuffix("/schema")}))
        return SeenResponse(
            operation,
            response,
            exchange,
            faults=tuple(
                Fault((*outer, *each.chain), each.message, each.place, each.missing)
                for each in schemas.faults(schema, body)
            ),
            reached=Counter(
                each.pointer
                for each in schemas.visits(schema, body)
                if each.pointer in self._nodes and each.value is not MISSING
            ),
        )

    def _measured_request(self, exchange: Exchange) -> SeenRequest | None:
        """The request with its faults; None where the wire does not show what was meant."""
        operation = exchange.operation
        found = operation.pattern.fullmatch(exchange.path)
        unclear = (
            exchange.answer is None
            or exchange.other_method
            or exchange.credentials != "own"
            or found is None
            or self.contract.is_ambiguous(exchange.path)
        )
        if unclear or found is None:
            return None
        pairs = parse_qsl(urlsplit(exchange.url).query, keep_blank_values=True)
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
        return SeenRequest(operation, exchange, tuple(faults), frozenset(nodes & self._nodes))

    def _measure_parameter(
        self, parameter: Parameter, text: str | None, faults: list[Fault], nodes: set[str]
    ) -> None:
        if text is None:
            if parameter.required:
                told = f"{parameter.name} is missing"
                faults.append(Fault((parameter.nodes,), told, parameter.name, missing=True))
            return
        schemas = self.contract.schemas
        nodes |= parameter.nodes
        nodes |= {each.pointer for each in schemas.visits(parameter.schema, text)}
        if not any(schemas.is_valid(parameter.schema, each) for each in (text, _native(text))):
            for fault in schemas.faults(parameter.schema, text):
                chain = (parameter.nodes, *fault.chain)
                faults.append(Fault(chain, fault.message, parameter.name))

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
        try:
            value = json.loads(exchange.request_body)
        except ValueError:
            faults.append(Fault((outer,), "the body is not JSON", "body"))
            return True
        schema = body.media[named]
        schemas = self.contract.schemas
        for fault in schemas.faults(schema, value):
            chain = (outer, *fault.chain)
            faults.append(Fault(chain, fault.message, f"body{fault.place}", fault.missing))
        nodes |= body.nodes
        nodes |= {each.pointer for each in schemas.visits(schema, value)}
        return True


def _native(text: str) -> Any:
    """A parameter as a number or a boolean, where its text is one."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float) else text
