"""One operation as a rule sees it: its nodes, the clauses at them, its bodies, and how a fault is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

import orjson

from ccaas_kit.contract import defaults, pointers
from ccaas_kit.contract.clauses import Clause, Kind
from ccaas_kit.faults.derived import bodies, places
from ccaas_kit.faults.derived.places import Place
from ccaas_kit.faults.fault import Asked, Behave, Fault, header_of, json_of
from ccaas_kit.sandbox.contract import JSON, XML, Contract, Operation
from ccaas_kit.sandbox.http import xml_bodies
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.platform import auth

PREFIX = "derived:"
# Only a failure of the instance leads to a 500, and only a rule of its own to a 429.
UNREACHED = (429, 500)

# What judges the form of a value, and what judges whether it is the right one.
FORM = frozenset({Kind.SCHEMA, Kind.PROPERTY})
VALUE = frozenset({Kind.PROBE, Kind.WORKFLOW, Kind.PROPERTY})
ANY = FORM | VALUE
# The keywords of a field at which clauses stand.
_KEYWORDS = ("type", "pattern", "enum", "minLength", "maxLength")


@dataclass(frozen=True)
class Scope:
    """An operation of the contract, with the clauses of its API."""

    contract: Contract
    operation: Operation
    clauses: Sequence[Clause]

    @property
    def id(self) -> str:
        return self.operation.id

    @cached_property
    def by_id(self) -> Mapping[str, Clause]:
        """The clauses of the API by their ids."""
        return {clause.id: clause for clause in self.clauses}

    def of(self, operation: str) -> Scope:
        """Another operation of the contract."""
        return Scope(self.contract, self.contract.by_id[operation], self.clauses)

    @cached_property
    def roles(self) -> list[tuple[str, frozenset[str]]]:
        """The roles that are enough together, each set with the node that says so."""
        node = f"{self.node}/x-sn-roles"
        named = pointers.resolve(self.contract.document, self.node).get("x-sn-roles", ())
        if isinstance(named, dict) and "all_of" in named:
            return [(f"{node}/all_of", frozenset(named["all_of"]))]
        if isinstance(named, dict):
            node, named = f"{node}/any_of", named.get("any_of", ())
        return [(f"{node}/{number}", frozenset({role})) for number, role in enumerate(named)]

    @cached_property
    def item(self) -> str:
        """The pointer of the path."""
        return pointers.build("paths", self.operation.path)

    @cached_property
    def node(self) -> str:
        """The pointer of the operation."""
        return f"{self.item}/{self.operation.method.lower()}"

    @cached_property
    def _of_all_calls(self) -> frozenset[str]:
        """The clauses that stand at the operation itself."""
        return frozenset(self.at([self.node, self.item, f"{self.node}/responses", "#/info"]))

    def at(
        self, nodes: Iterable[str], kinds: frozenset[Kind] = ANY, *, of_any: bool = False
    ) -> tuple[str, ...]:
        """The ids of the clauses at any of the nodes; with `of_any`, those of all operations."""
        wanted = set(nodes)
        return tuple(
            clause.id
            for clause in self.clauses
            if clause.pointer in wanted
            and (of_any or clause.operation in (self.id, None))
            and any(check.kind in kinds for check in clause.checked_by)
        )

    def shows(self, place: Place) -> bool:
        """Whether a client can see what becomes of a field: no clause says that none can, or a response has it."""
        if place.schema.get("x-sn-values") == [str(place.schema.get(defaults.KEY))]:
            # The only value that is documented is the one that is there anyway.
            return False
        if (
            not self.at(place.nodes, frozenset({Kind.NOT_OBSERVABLE}))
            or "x-sn-table" in place.schema
        ):
            return True
        return any(
            field.name == place.name
            for status in self.operation.responses
            if status < 300
            for field in self.answered(status)
        )

    def nearest(
        self, place: Place, kinds: frozenset[Kind] = ANY, *keywords: str
    ) -> tuple[str, ...]:
        """The clauses at a place, or at what holds it where the place has none.

        A clause at one of the keywords also concerns the place.
        """
        keyed = [f"{node}/{key}" for node in place.nodes for key in keywords]
        levels = [keyed, place.nodes, *((node,) for node in reversed(place.around))]
        return next((found for level in levels if (found := self.at(level, kinds))), ())

    def related(self, place: Place) -> tuple[str, ...]:
        """The clauses at fields of request and success whose names begin with the same word: each shows in the others."""
        word = _first_word(place.name)
        fields = (*self.sent, *self._served_places)
        nodes = [
            node for field in fields if _first_word(field.name) == word for node in field.nodes
        ]
        keyed = [f"{node}/{keyword}" for node in nodes for keyword in _KEYWORDS]
        return self.at((*nodes, *keyed)) if word else ()

    @cached_property
    def _served_places(self) -> tuple[Place, ...]:
        served = (status for status in self.operation.responses if status < 300)
        return tuple(place for status in served for place in self.answered(status))

    @cached_property
    def refusals(self) -> tuple[str, ...]:
        """The clauses at the refusals of the operation, and at what is in them."""
        refused = (status for status in self.operation.responses if 400 <= status < 429)
        return tuple(clause for status in refused for clause in self.of_response(status))

    def of_response(self, status: int, kinds: frozenset[Kind] = ANY) -> tuple[str, ...]:
        """The clauses at a response, its headers, and the places and messages of its body."""
        document, nodes = self.contract.document, [*self.response(status)]
        own = nodes[-1]
        for name, header in pointers.resolve(document, own).get("headers", {}).items():
            nodes += [f"{own}/headers/{name}", header.get("$ref", "")]
        for place in self.answered(status):
            nodes += [
                *place.nodes,
                *chain.from_iterable(places.alternatives(document, place.nodes)),
            ]
        return self.at(nodes, kinds)

    def response(self, status: int) -> tuple[str, ...]:
        """The nodes of a response."""
        return places.chain(self.contract.document, f"{self.node}/responses/{status}")

    def answered(self, status: int) -> Iterator[Place]:
        """The places in the body of a response; what holds them begins with the response."""
        media = self.operation.responses[status].media
        if JSON not in media:
            return
        nodes = self.response(status)
        pointer = f"{nodes[-1]}/content/{JSON.replace('/', '~1')}"
        around = (self.node, f"{self.node}/responses", *nodes, pointer)
        for place in places.of(self.contract.document, f"{pointer}/schema"):
            yield replace(place, around=(*around, *place.around))

    @cached_property
    def body(self) -> tuple[str, ...]:
        """The nodes of the request body; none where the operation takes none."""
        if self.operation.body is None:
            return ()
        return places.chain(self.contract.document, f"{self.node}/requestBody")

    def content(self, media: str) -> str:
        """The node of the request body in a media type."""
        return f"{self.body[-1]}/content/{media.replace('/', '~1')}"

    @cached_property
    def sent(self) -> tuple[Place, ...]:
        """The places in the request body."""
        if not self.body:
            return ()
        around = (self.node, *self.body, self.content(JSON))
        found = places.of(self.contract.document, f"{self.content(JSON)}/schema")
        return tuple(replace(place, around=(*around, *place.around)) for place in found)

    def examples(self, node: Any) -> list[Any]:
        """The values of the named examples of a parameter, a media type or a response."""
        follow = self.contract.document
        return [
            pointers.follow(follow, example)["value"]
            for example in pointers.follow(follow, node).get("examples", {}).values()
        ]

    @cached_property
    def requests(self) -> list[Any]:
        """The bodies of the named examples."""
        if not self.body:
            return []
        return self.examples(pointers.resolve(self.contract.document, self.content(JSON)))

    def refusal(self, status: int) -> Response:
        """A documented error response, as the last example of the contract shows it; an empty object if there is none."""
        found = pointers.resolve(self.contract.document, self.response(status)[-1])
        shown = self.examples(found.get("content", {}).get(JSON, {}))
        headers = [
            (name, str(pointers.follow(self.contract.document, schema)["examples"][0]))
            for name, header in found.get("headers", {}).items()
            for schema in [pointers.follow(self.contract.document, header)["schema"]]
        ]
        response = render(status, orjson.dumps(shown[-1] if shown else {}))
        return Response(status, (*response.headers, *headers), response.body)

    def parameter(self, name: str) -> tuple[str, ...]:
        """The nodes of a parameter; none where it is that of the versioned URL."""
        for holder in (self.item, self.node):
            listed = pointers.resolve(self.contract.document, holder).get("parameters", ())
            for number in range(len(listed)):
                nodes = places.chain(self.contract.document, f"{holder}/parameters/{number}")
                if pointers.resolve(self.contract.document, nodes[-1])["name"] == name:
                    return nodes
        return ()

    def examples_of(self, name: str) -> list[Any]:
        """The values of the examples of a parameter."""
        nodes = self.parameter(name)
        return self.examples(pointers.resolve(self.contract.document, nodes[-1])) if nodes else []

    def refusing(self, test: Callable[[Asked], Any], status: int = 400) -> Behave:
        """Requests that meet a test are rejected, if the caller is known and has a role."""

        def behave(asked: Asked) -> Response:
            user = auth.user_of(asked.request, asked.instance)
            may = user is not None and any(needed <= user.roles for _, needed in self.roles)
            return self.refusal(status) if may and test(asked) else asked.response()

        return behave

    def query(self, name: str, value: str | None) -> Behave:
        """The instance reads another value of a parameter in the query; None leaves it out."""

        def behave(asked: Asked) -> Response:
            pairs = parse_qsl(asked.request.query, keep_blank_values=True)
            if name not in dict(pairs):
                return asked.response()
            kept = [pair for pair in pairs if pair[0] != name]
            kept += [] if value is None else [(name, value)]
            return asked.response(replace(asked.request, query=urlencode(kept)))

        return behave

    def path(self, name: str, change: Callable[[str], str]) -> Behave:
        """The instance reads another value of a parameter in the path."""

        def behave(asked: Asked) -> Response:
            value = asked.values.get(name, "")
            new = change(value)
            if new == value:
                return asked.response()
            steps = [
                new if step == quote(value, safe="") or step == value else step
                for step in asked.request.path.split("/")
            ]
            return asked.response(replace(asked.request, path="/".join(steps)))

        return behave

    def fault(
        self,
        rule: str,
        place: str,
        says: str,
        breaks: Iterable[str],
        behave: Behave,
        *,
        alters: str = "",
        beside: Iterable[str] = (),
    ) -> Fault:
        """A fault of the operation; calls of others pass by.

        `beside` are clauses that it may break as well, and many others too.
        """

        def only_here(asked: Asked) -> Response:
            return behave(asked) if asked.operation == self.id else asked.response()

        name = f"{PREFIX}{self.id}:{rule}:{place}".rstrip(":")
        served = () if alters else self.at([self.node], VALUE)
        breaks = tuple(breaks)
        own = frozenset(breaks) - self._of_all_calls
        ids = tuple(dict.fromkeys((*breaks, *served, *beside)))
        further = tuple(clause_id for clause_id in ids if clause_id not in own)
        part = f"{self.id}/{alters}".rstrip("/")
        return Fault(name, says, ids, only_here, rule, self.id, part, further)

    def elsewhere(
        self,
        rule: str,
        place: str,
        says: str,
        breaks: Iterable[str],
        change: Callable[[Response], Response],
    ) -> Fault:
        """A fault of the methods that the path of the operation does not have."""

        def behave(asked: Asked) -> Response:
            response = asked.response()
            if asked.operation or response.status != 405:
                return response
            found = self.contract.find(
                unquote(segment) for segment in asked.request.path[1:].split("/")
            )
            own = found and any(method.base == self.id for method in found[0].methods.values())
            return change(response) if own else response

        made = self.fault(rule, place, says, breaks, behave, alters="method")
        return replace(made, behave=behave)

    def read(self, request: Request) -> Any:
        """The value of a request body in JSON or XML; None where it cannot be read."""
        form = self.operation.body
        if form is None or not request.body:
            return None
        kind = request.headers.get("content-type", JSON)
        if XML not in kind:
            return json_of(request.body) if kind.startswith(JSON) else None
        media = form.media.get(XML)
        return bodies.read_xml(request.body, media, self.contract.document) if media else None

    def with_value(self, asked: Asked, value: Any) -> Request:
        """The request with another body, in JSON."""
        changed = asked.with_headers(content_type=JSON)
        return replace(changed, body=orjson.dumps(value))

    def change(self, response: Response, alter: Callable[[Any], Any]) -> Response:
        """The response with another body, in its media type; unchanged where it cannot be read."""
        kind = header_of(response, "content-type")
        promised = self.operation.responses.get(response.status)
        media = promised.media.get(XML) if promised else None
        if header_of(response, "content-encoding"):
            return response
        if kind.startswith(JSON):
            value = json_of(response.body)
        elif media is not None and kind.startswith(XML):
            value = bodies.read_xml(response.body, media, self.contract.document)
        else:
            return response
        before = orjson.dumps(value)
        new = alter(value)
        if orjson.dumps(new) == before:
            return response
        root = media.root if media is not None and kind.startswith(XML) else ""
        raw = xml_bodies.write(new, root) if root else orjson.dumps(new)
        return Response(response.status, response.headers, raw)


def _first_word(name: str) -> str:
    """The first word of a field's name, in either way of writing several words."""
    found = re.match("[a-z]+", name)
    return found[0] if found else ""
