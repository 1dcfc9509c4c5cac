"""Workflows: Arazzo documents, read into the part that we use.

Every key has to be one that Redocly Respect and the conformance runner read alike. Any other stops
with its place, so that a workflow never means more to one runner than to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.arazzo import expressions
from ccaas_kit.contract.arazzo.expressions import Condition, Expression, Root
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.shapes import Json

FOLDER = layout.SOURCE / "workflows"
SUFFIX = ".arazzo.yaml"
VERSION = "1.0.1"
SCHEME = "Basic"
# The input that names what a run makes; a runner gives another text with each run.
RUN = "run"
PLACES = ("path", "query")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a step; expressions in its value are not filled yet."""

    name: str
    place: str
    value: Json


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A way in which a step can fail that says nothing of the requirement, such as an absent agent."""

    name: str
    criteria: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One call; `payload` is None where there is no body."""

    id: str
    where: str
    operation: str
    parameters: tuple[Parameter, ...]
    payload: Json
    criteria: tuple[Condition, ...]
    outputs: Mapping[str, Expression]
    failures: tuple[KnownFailure, ...]


@dataclass(frozen=True, slots=True)
class Workflow:
    """One flow; `inputs` gives their defaults, `sign_in` names those that are credentials."""

    id: str
    where: str
    inputs: Mapping[str, Json]
    sign_in: frozenset[str]
    steps: tuple[Step, ...]
    outputs: Mapping[str, Expression]

    def subjects(self) -> frozenset[str]:
        """What a clause can name: the workflow, or one of its steps."""
        return frozenset({self.id, *(f"{self.id}/{step.id}" for step in self.steps)})


def load(folder: Path = FOLDER) -> list[Workflow]:
    """The workflows of a folder, in the order of their files.

    Raises:
        DocumentError: a file cannot be read, or uses what we do not use.
    """
    return [
        workflow
        for path in sorted(folder.glob(f"*{SUFFIX}"))
        for workflow in read(documents.load_mapping(path), str(path))
    ]


def subjects(workflows: Iterable[Workflow]) -> frozenset[str]:
    """What clauses can name."""
    return frozenset(subject for workflow in workflows for subject in workflow.subjects())


def read(document: Mapping[str, Json], file: str) -> list[Workflow]:
    """The workflows of one document.

    Raises:
        DocumentError: it uses what we do not use; the error says where.
    """
    top = _Node(document, file, ())
    top.has(required=("arazzo", "info", "sourceDescriptions", "workflows"))
    top.at("arazzo").must_be(VERSION)
    top.at("info").has(required=("title", "version"), optional=("summary", "description"))
    for source in top.at("sourceDescriptions").items():
        source.has(required=("name", "url", "type"))
        source.at("type").must_be("openapi")
    return [_workflow(node) for node in top.at("workflows").items()]


@dataclass(frozen=True, slots=True)
class _Node:
    """A node of a document with its place."""

    value: Json
    file: str
    way: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{self.file}{pointers.build(*self.way)}"

    def has(self, *, required: tuple[str, ...] = (), optional: tuple[str, ...] = ()) -> None:
        if not isinstance(self.value, Mapping):
            raise self.error("is not a mapping", "Write `key: value`")
        if missing := [key for key in required if key not in self.value]:
            raise self.error(f"lacks {', '.join(missing)}", "Add it")
        for key in self.value:
            if key not in required and key not in optional:
                known = ", ".join((*required, *optional))
                raise self.at(str(key)).error("is a key that we do not use", f"Use {known}")

    def at(self, key: str) -> _Node:
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return _Node(value, self.file, (*self.way, key))

    def items(self) -> list[_Node]:
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            raise self.error("is not a list", "Write `- ...`")
        return [_Node(entry, self.file, (*self.way, str(i))) for i, entry in enumerate(self.value)]

    def entries(self) -> dict[str, _Node]:
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            raise self.error("is not a mapping", "Write `key: value`")
        return {str(key): self.at(str(key)) for key in self.value}

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value:
            raise self.error("is not a text", "Write a text")
        return self.value

    def must_be(self, *wanted: str) -> str:
        if self.value not in wanted:
            raise self.error(f"is {self.value!r}", f"Write {' or '.join(wanted)}")
        return str(self.value)

    def expression(self) -> Expression:
        try:
            return expressions.parse(self.text())
        except DocumentError as error:
            raise self.error(error.what, error.fix) from error

    def value_with_expressions(self) -> Json:
        try:
            list(expressions.in_value(self.value))
        except DocumentError as error:
            raise self.error(error.what, error.fix) from error
        return self.value

    def conditions(self) -> tuple[Condition, ...]:
        found = []
        for node in self.items():
            node.has(required=("condition",))
            text = node.at("condition")
            try:
                found.append(expressions.condition(text.text()))
            except DocumentError as error:
                raise text.error(error.what, error.fix) from error
        return tuple(found)

    def error(self, what: str, fix: str) -> DocumentError:
        return DocumentError(what, where=self.where, fix=fix)


def _workflow(node: _Node) -> Workflow:
    node.has(
        required=("workflowId", "summary", "inputs", "x-security", "steps"),
        optional=("description", "outputs"),
    )
    inputs = _inputs(node.at("inputs"))
    return Workflow(
        id=node.at("workflowId").text(),
        where=node.where,
        inputs=inputs,
        sign_in=_sign_in(node.at("x-security")),
        steps=tuple(_step(step) for step in node.at("steps").items()),
        outputs={
            name: output.expression() for name, output in node.at("outputs").entries().items()
        },
    )


def _inputs(node: _Node) -> dict[str, Json]:
    """The defaults by name; None where there is none."""
    node.has(required=("type", "properties"), optional=("required",))
    node.at("type").must_be("object")
    found = {}
    for name, input_schema in node.at("properties").entries().items():
        input_schema.has(required=("type", "description"), optional=("default", "format"))
        input_schema.at("type").must_be("string")
        found[name] = input_schema.at("default").value
    return found


def _sign_in(node: _Node) -> frozenset[str]:
    entries = node.items()
    if len(entries) != 1:
        raise node.error(f"has {len(entries)} entries", f"Sign in once, with {SCHEME}")
    entries[0].has(required=("schemeName", "values"))
    entries[0].at("schemeName").must_be(SCHEME)
    values = entries[0].at("values")
    values.has(required=("username", "password"))
    found = {name: value.expression() for name, value in values.entries().items()}
    for name, expression in found.items():
        if expression.root is not Root.INPUT:
            raise values.at(name).error("is no input", "Take credentials from inputs alone")
    return frozenset(expression.name for expression in found.values())


def _step(node: _Node) -> Step:
    node.has(
        required=("stepId", "operationId", "successCriteria"),
        optional=("description", "parameters", "requestBody", "outputs", "onFailure"),
    )
    body = node.at("requestBody")
    if body.value is not None:
        body.has(required=("contentType", "payload"))
        body.at("contentType").must_be("application/json")
    return Step(
        id=node.at("stepId").text(),
        where=node.where,
        operation=node.at("operationId").text(),
        parameters=tuple(_parameter(parameter) for parameter in node.at("parameters").items()),
        payload=body.at("payload").value_with_expressions(),
        criteria=node.at("successCriteria").conditions(),
        outputs={
            name: output.expression() for name, output in node.at("outputs").entries().items()
        },
        failures=tuple(_failure(failure) for failure in node.at("onFailure").items()),
    )


def _parameter(node: _Node) -> Parameter:
    node.has(required=("name", "in", "value"))
    return Parameter(
        node.at("name").text(),
        node.at("in").must_be(*PLACES),
        node.at("value").value_with_expressions(),
    )


def _failure(node: _Node) -> KnownFailure:
    node.has(required=("name", "type", "criteria"))
    node.at("type").must_be("end")
    return KnownFailure(node.at("name").text(), node.at("criteria").conditions())
