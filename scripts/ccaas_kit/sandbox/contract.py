"""The contract as the sandbox reads it: operations by path, and the responses that each may send.

Everything is read from the bundle of all APIs once, at start-up. What the sandbox does not support
stops it there, with the place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from ccaas_kit.contract import documents, pointers, roles
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.layout import BUNDLE
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.contract.roles import Roles
from ccaas_kit.contract.shapes import State

JSON = "application/json"
XML = "application/xml"
_MEDIA_TYPES = (JSON, XML)
_PLACES = ("path", "query")


@dataclass(frozen=True, slots=True)
class Media:
    """One media type of a body: its schema, the validator of it, and the root element in XML."""

    schema: Mapping[str, Any]
    validator: jsonschema_rs.Draft202012Validator
    root: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter in the path or the query; `numeric` ones are compared as whole numbers."""

    name: str
    place: str
    required: bool
    numeric: bool
    examples: tuple[Any, ...]
    schema: Mapping[str, Any]
    validator: jsonschema_rs.Draft202012Validator

    def read(self, text: str) -> Any:
        """The value behind the text of a URL; text that is no number stays text."""
        if self.numeric and text.removeprefix("-").isdecimal() and text.isascii():
            return int(text[:20])
        return text


@dataclass(frozen=True, slots=True)
class Body:
    """The request body of an operation."""

    required: bool
    media: Mapping[str, Media]


@dataclass(frozen=True, slots=True)
class Header:
    """One header of a response."""

    name: str
    required: bool
    validator: jsonschema_rs.Draft202012Validator


@dataclass(frozen=True, slots=True)
class ResponseSpec:
    """One response of an operation, by its status."""

    status: int
    headers: tuple[Header, ...]
    media: Mapping[str, Media]


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One operation, or the versioned form of one; `base` is the operationId that it behaves like."""

    id: str
    base: str
    api: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    in_query: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[int, ResponseSpec]
    roles: Roles
    plugins: frozenset[str]
    state: State
    offered: tuple[str, ...]

    @property
    def writes(self) -> bool:
        """Whether the operation changes records."""
        return self.method != "GET"


@dataclass(slots=True)
class _Step:
    """One segment of the tree of paths: the segments below it, and the operations by method.

    `other_methods` is the body of the response to a method that the path does not have.
    """

    fixed: dict[str, _Step]
    variable: _Step | None
    name: str
    methods: dict[str, Operation]
    other_methods: Any


class Contract:
    """The bundle of all APIs.

    Raises:
        DocumentError: the bundle cannot be read, or holds something that the sandbox cannot do.
    """

    def __init__(self, path: Path = BUNDLE) -> None:
        self.path = path
        self.document = documents.load_mapping(path)
        self._schemas = {"schemas": self.document.get("components", {}).get("schemas", {})}
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}
        self._responses: dict[int, ResponseSpec] = {}
        self._root = _step("")
        try:
            self.operations = list(self._operations())
        except (KeyError, TypeError, AttributeError) as error:
            what = f"is not a bundle of the contract (at {error})"
            raise DocumentError(what, where=str(path), fix="Run 'make build'") from error
        self.by_id = {operation.id: operation for operation in self.operations}

    def bases(self) -> list[str]:
        """The operationIds without the versioned forms, in the order of the bundle."""
        return [operation.id for operation in self.operations if operation.id == operation.base]

    def roles(self) -> list[str]:
        """Every role that an operation asks for, sorted."""
        return sorted({role for operation in self.operations for role in operation.roles.names})

    def plugins(self) -> list[str]:
        """Every plugin that an API needs, sorted."""
        return sorted({plugin for operation in self.operations for plugin in operation.plugins})

    def example(self, name: str) -> Any:
        """The value of a named example; its id is that of the bundle.

        Raises:
            DocumentError: there is no such example.
        """
        return self._component("examples", name)["value"]

    def schema(self, name: str) -> Mapping[str, Any]:
        """A named schema of the bundle.

        Raises:
            DocumentError: there is no such schema.
        """
        return self._component("schemas", name)

    def find(self, segments: Iterable[str]) -> tuple[_Step, dict[str, str]] | None:
        """Where a path leads, with the values of its variable segments; None if nowhere."""
        return _walk(self._root, list(segments), 0)

    def validator(self, name: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of a named schema."""
        return self.judge({"$ref": f"#/components/schemas/{name}"})

    def judge(self, schema: Mapping[str, Any]) -> jsonschema_rs.Draft202012Validator:
        """The validator of a schema whose references lead into the bundle."""
        key = repr(schema)
        if key not in self._validators:
            document = {**schema, "components": self._schemas}
            try:
                self._validators[key] = jsonschema_rs.Draft202012Validator(document)
            except (ValueError, jsonschema_rs.ReferencingError) as error:
                what = f"a schema cannot be used: {error}"
                raise DocumentError(what, where=str(self.path)) from error
        return self._validators[key]

    def _component(self, kind: str, name: str) -> dict[str, Any]:
        components = self.document.get("components", {})
        if name not in components.get(kind, {}):
            where = f"{self.path}#/components/{kind}/{name}"
            raise DocumentError("does not exist", where=where, fix="Run 'make build'")
        found: dict[str, Any] = components[kind][name]
        return found

    def _operations(self) -> Iterator[Operation]:
        plugins = {
            api["id"]: frozenset(plugin["id"] for plugin in api.get("plugins", ()))
            for api in self.document["info"]["x-sn-apis"]
        }
        for path, method, node in operations(self.document):
            item = self.document["paths"][path]
            operation = self._operation(path, method.upper(), item, node, plugins)
            self._place(operation, item)
            yield operation

    def _operation(
        self,
        path: str,
        method: str,
        item: Mapping[str, Any],
        node: Mapping[str, Any],
        plugins: Mapping[str, frozenset[str]],
    ) -> Operation:
        where = f"{method} {path}"
        parameters = tuple(
            self._parameter(self._follow(parameter), where)
            for parameter in (*item.get("parameters", ()), *node.get("parameters", ()))
        )
        body = self._follow(node["requestBody"]) if "requestBody" in node else None
        responses = {
            int(status): self._response(int(status), self._follow(response), where)
            for status, response in node["responses"].items()
        }
        successes = [response for status, response in responses.items() if status < 300]
        offered = [
            media_type
            for media_type in _MEDIA_TYPES
            if any(media_type in response.media for response in successes)
        ]
        return Operation(
            id=node["operationId"],
            base=node.get(VERSIONED_OF, node["operationId"]),
            api=node["x-sn-api"],
            method=method,
            path=path,
            parameters=parameters,
            in_query=tuple(parameter for parameter in parameters if parameter.place == "query"),
            body=Body(body.get("required", False), self._media(body, where)) if body else None,
            responses=responses,
            roles=roles.of(node),
            plugins=plugins.get(node["x-sn-api"], frozenset()),
            state=node.get("x-sn-state", {}),
            offered=tuple(offered),
        )

    def _parameter(self, node: Mapping[str, Any], where: str) -> Parameter:
        if node["in"] not in _PLACES:
            what = f"a parameter in '{node['in']}' is not supported ({node['name']})"
            raise DocumentError(what, where=f"{self.path}: {where}")
        schema = self._follow(node["schema"])
        return Parameter(
            name=node["name"],
            place=node["in"],
            required=node.get("required", False),
            numeric=schema.get("type") == "integer",
            examples=tuple(schema.get("examples", ())),
            schema=node["schema"],
            validator=self.judge(node["schema"]),
        )

    def _response(self, status: int, node: Mapping[str, Any], where: str) -> ResponseSpec:
        headers = tuple(
            Header(
                name=name,
                required=self._follow(header).get("required", False),
                validator=self.judge(self._follow(header)["schema"]),
            )
            for name, header in node.get("headers", {}).items()
        )
        return ResponseSpec(status, headers, self._media(node, where))

    def _media(self, node: Mapping[str, Any], where: str) -> dict[str, Media]:
        media = {}
        for name, content in node["content"].items():
            if name not in _MEDIA_TYPES:
                what = f"the media type {name} is not supported"
                raise DocumentError(what, where=f"{self.path}: {where}")
            root = self._follow(content["schema"]).get("xml", {}).get("name", "response")
            media[name] = Media(content["schema"], self.judge(content["schema"]), root)
        return media

    def _follow(self, node: Any) -> Any:
        return pointers.follow(self.document, node)

    def _place(self, operation: Operation, item: Mapping[str, Any]) -> None:
        step = self._root
        for segment in operation.path.strip("/").split("/"):
            if segment.startswith("{"):
                step.variable = step.variable or _step(segment[1:-1])
                step = step.variable
            else:
                step = step.fixed.setdefault(segment, _step(""))
        step.methods[operation.method] = operation
        if other := item.get("x-sn-other-methods"):
            examples = self._follow(other)["content"][JSON]["examples"]
            step.other_methods = self._follow(next(iter(examples.values())))["value"]


def _step(name: str) -> _Step:
    return _Step(fixed={}, variable=None, name=name, methods={}, other_methods=None)


def _walk(step: _Step, segments: list[str], at: int) -> tuple[_Step, dict[str, str]] | None:
    """Where the segments lead; a fixed segment is tried before a variable one. None if they lead nowhere."""
    if at == len(segments):
        return (step, {}) if step.methods else None
    segment = segments[at]
    if (fixed := step.fixed.get(segment)) and (found := _walk(fixed, segments, at + 1)):
        return found
    if step.variable and (found := _walk(step.variable, segments, at + 1)):
        found[1][step.variable.name] = segment
        return found
    return None
