"""Measures one exchange by the contract: which nodes it has, and what is wrong at which of them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, unquote

from ccaas_kit.contract.parsing import UnreadableError, parse_json
from ccaas_kit.contract.shapes import Json
from ccaas_kit.judging.gaps import Gaps
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
class MeasuredRequest:
    """What is wrong with a request, and which nodes that clauses point at it has."""

    faults: tuple[Fault, ...] = ()
    nodes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Measured:
    """What the contract says of one exchange: all that the judge needs of its bodies.

    `digest` is the same for equal responses, and empty if the contract has no such response.
    `request` is None if the exchange does not show what was meant. `is_whole` is False if parts of
    the response are not known: nothing is wrong with the rest, which does not make it valid.
    """

    digest: str = ""
    trouble: str = ""
    faults: tuple[Fault, ...] = ()
    reached: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[str, bool] = field(default_factory=dict)
    request: MeasuredRequest | None = None
    says_no: bool = False
    knows_ids: bool | None = None
    is_whole: bool = True


class Measuring:
    """Measures exchanges by the contract; `nodes` are the places that clauses point at."""

    def __init__(self, contract: Contract, nodes: frozenset[str]) -> None:
        self.contract = contract
        self._nodes = nodes

    def of(
        self,
        exchange: Exchange,
        *,
        pools: Pools | None = None,
        known: Callable[[str], bool] = lambda _digest: False,
        redacted: bool = False,
    ) -> Measured:
        """What the contract says of an exchange; a response that is `known` is not measured again.

        Of a `redacted` exchange, values in which something was hidden and bodies that were cut off are
        not known: they have no faults, and reach no node.
        """
        gaps = Gaps.of(exchange) if redacted else Gaps()
        seen = self._measured_response(exchange, known, gaps)
        return replace(
            seen,
            request=None if gaps.in_request else self._measured_request(exchange),
            says_no=says_no(exchange),
            knows_ids=pools.knows(exchange) if pools else None,
        )

    def _measured_response(
        self, exchange: Exchange, known: Callable[[str], bool], gaps: Gaps
    ) -> Measured:
        response = exchange.response
        spec = expected(exchange.operation, exchange)
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
            if (value := sent[header.name.lower()]) is not None and not gaps.hide(value)
        }
        seen = Measured(digest, headers=headers)
        if not spec.media:
            return seen
        if gaps.hide(response.media_type):
            return replace(seen, is_whole=False)
        return self._measured_body(seen, response, spec, gaps)

    def _measured_body(
        self, seen: Measured, response: Response, spec: ResponseSpec, gaps: Gaps
    ) -> Measured:
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
            if gaps.in_response:
                return replace(seen, is_whole=False)
            return replace(seen, trouble=f"a body that is {error}")
        schemas = self.contract.schemas
        outer = (spec.nodes, frozenset({schema.removesuffix("/schema")}))
        return replace(
            seen,
            faults=tuple(
                Fault((*outer, *fault.chain), _short(fault.message), fault.place, fault.missing)
                for fault in schemas.faults(schema, body)
                if not gaps.explain(fault, body)
            ),
            reached=Counter(
                visit.pointer
                for visit in schemas.visits(schema, body)
                if visit.pointer in self._nodes
                and visit.value is not MISSING
                and not gaps.hide(visit.value)
            ),
            is_whole=not gaps.in_response,
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


def expected(operation: Operation, exchange: Exchange) -> ResponseSpec | None:
    if not exchange.other_method:
        return operation.responses.get(exchange.status)
    other = operation.other_methods
    # A HEAD or OPTIONS that is served, or a TRACE without a body, is required by nothing.
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


def _native(text: str) -> Json:
    """A parameter as a number or a boolean, where its text is one."""
    try:
        value = parse_json(text)
    except UnreadableError:
        return text
    return value if isinstance(value, int | float) else text
