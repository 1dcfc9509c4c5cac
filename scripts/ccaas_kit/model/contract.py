"""The contract as the judge needs it: operations, and which node of the bundle is what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract import documents, pointers
from ccaas_kit.contract.clauses import Clause
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.contract.shapes import Json, State
from ccaas_kit.model.schemas import Schemas

OTHER_METHODS = "x-sn-other-methods"
_STATE = "x-sn-state"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter; `nodes` are its pointers in the bundle."""

    nodes: frozenset[str]
    name: str
    place: str
    required: bool
    schema: str


@dataclass(frozen=True, slots=True)
class Body:
    """A request body, with the pointer of the schema of each media type."""

    nodes: frozenset[str]
    required: bool
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Header:
    """A response header."""

    nodes: frozenset[str]
    name: str
    required: bool
    schema: str


@dataclass(frozen=True, slots=True)
class ResponseSpec:
    """A response, with the pointer of the schema of each media type."""

    nodes: frozenset[str]
    status: int
    headers: tuple[Header, ...]
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation; `base` is the operation that it is the versioned form of, or itself.

    `links` names the operations that can follow it, without their versioned forms.
    """

    id: str
    base: str
    api: str
    method: str
    path: str
    pointer: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[int, ResponseSpec]
    other_methods: ResponseSpec | None
    links: frozenset[str]
    pattern: re.Pattern[str]

    @property
    def label(self) -> str:
        """The name that Schemathesis gives the operation."""
        return f"{self.method} {self.path}"


class Contract:
    """The bundle of all APIs.

    Raises:
        DocumentError: the document cannot be read or is not the bundle of all.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document = documents.load(path)
        if not isinstance(self.document, dict) or not isinstance(self.document.get("paths"), dict):
            raise DocumentError(
                "is not an OpenAPI document", where=str(path), fix="Run 'make build'"
            )
        self.schemas = Schemas(self.document)
        try:
            self.operations = list(self._operations())
        except (KeyError, TypeError, AttributeError) as error:
            what = f"is not a bundle of the contract (at {error})"
            raise DocumentError(what, where=str(path), fix="Run 'make build'") from error
        self.by_id = {operation.id: operation for operation in self.operations}
        self.by_label = {operation.label: operation for operation in self.operations}

    def bases(self) -> list[str]:
        """The operations without their versioned forms, in the order of the document."""
        return [operation.id for operation in self.operations if operation.id == operation.base]

    def bases_of(self, clause: Clause) -> list[str]:
        """The operations that a clause is about: its own, or all of its API."""
        if clause.operation is not None:
            return [clause.operation]
        return [
            operation.id
            for operation in self.operations
            if operation.api == clause.api and operation.id == operation.base
        ]

    def is_ambiguous(self, path: str) -> bool:
        """Whether a URL path fits more than one path of the contract."""
        fitting = {
            operation.path for operation in self.operations if operation.pattern.fullmatch(path)
        }
        return len(fitting) > 1

    def security_scheme(self, kind: str, scheme: str | None = None) -> tuple[str, Json] | None:
        """Name and definition of the first security scheme of a kind (basic, oauth2, apiKey)."""
        for name, node in self.document["components"].get("securitySchemes", {}).items():
            found = pointers.follow(self.document, node)
            if found["type"] == kind and (scheme is None or found.get("scheme") == scheme):
                return name, found
        return None

    def node(self, pointer: str) -> Json:
        """The node at a pointer."""
        return pointers.resolve(self.document, pointer)

    def state(self, operation: Operation) -> State:
        """What an operation creates, changes and reads on a target; empty if nothing is said."""
        found: State = self.node(operation.pointer).get(_STATE, {})
        return found

    def _operations(self) -> Iterator[Operation]:
        found = list(operations(self.document))
        bases = {
            operation["operationId"]: operation.get(VERSIONED_OF, operation["operationId"])
            for _, _, operation in found
        }
        for path, method, operation in found:
            item = self.document["paths"][path]
            here = pointers.build("paths", path)
            pointer = f"{here}/{method}"
            body = f"{pointer}/requestBody"
            other = f"{here}/{OTHER_METHODS}"
            yield Operation(
                id=operation["operationId"],
                base=bases[operation["operationId"]],
                api=operation["x-sn-api"],
                method=method.upper(),
                path=path,
                pointer=pointer,
                parameters=tuple(self._parameters(here, item, pointer, operation)),
                body=self._body(body) if "requestBody" in operation else None,
                responses={
                    int(status): self._response(f"{pointer}/responses/{status}", int(status))
                    for status in operation["responses"]
                },
                other_methods=self._response(other, 405) if OTHER_METHODS in item else None,
                links=frozenset(bases[target] for target in self._links(operation)),
                pattern=_pattern(path),
            )

    def _links(self, operation: dict[str, Json]) -> Iterator[str]:
        for response in operation["responses"].values():
            for node in pointers.follow(self.document, response).get("links", {}).values():
                yield pointers.follow(self.document, node)["operationId"]

    def _parameters(
        self, path_pointer: str, item: dict[str, Json], pointer: str, operation: dict[str, Json]
    ) -> Iterator[Parameter]:
        for owner, holder in ((path_pointer, item), (pointer, operation)):
            for index in range(len(holder.get("parameters", []))):
                nodes = self._nodes(f"{owner}/parameters/{index}")
                node = self.node(nodes[-1])
                yield Parameter(
                    nodes=frozenset(nodes),
                    name=node["name"],
                    place=node["in"],
                    required=node.get("required", False),
                    schema=f"{nodes[-1]}/schema",
                )

    def _body(self, pointer: str) -> Body:
        nodes = self._nodes(pointer)
        node = self.node(nodes[-1])
        return Body(
            nodes=frozenset(nodes),
            required=node.get("required", False),
            media=_media(nodes[-1], node),
        )

    def _response(self, pointer: str, status: int) -> ResponseSpec:
        nodes = self._nodes(pointer)
        node = self.node(nodes[-1])
        return ResponseSpec(
            nodes=frozenset(nodes),
            status=status,
            headers=tuple(
                self._header(f"{nodes[-1]}/headers/{name}", name)
                for name in node.get("headers", {})
            ),
            media=_media(nodes[-1], node),
        )

    def _header(self, pointer: str, name: str) -> Header:
        nodes = self._nodes(pointer)
        return Header(
            nodes=frozenset(nodes),
            name=name,
            required=self.node(nodes[-1]).get("required", False),
            schema=f"{nodes[-1]}/schema",
        )

    def _nodes(self, pointer: str) -> list[str]:
        """The pointer, and those that its chain of references leads to."""
        chain = [pointer]
        while "$ref" in (node := self.node(chain[-1])):
            chain.append(node["$ref"])
        return chain


def media_type(content_type: str) -> str:
    """The media type of a Content-Type header, without parameters such as the charset."""
    return content_type.partition(";")[0].strip().lower()


def _media(pointer: str, node: dict[str, Json]) -> dict[str, str]:
    return {
        media_type(name): f"{pointer}/content/{name.replace('/', '~1')}/schema"
        for name, content in node.get("content", {}).items()
        if "schema" in content
    }


def _pattern(path: str) -> re.Pattern[str]:
    pieces = re.split(r"\{([^{}]+)\}", path)
    text = "".join(
        re.escape(piece) if index % 2 == 0 else f"(?P<{piece}>[^/]+)"
        for index, piece in enumerate(pieces)
    )
    return re.compile(text)
