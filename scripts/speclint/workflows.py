"""Rules about workflows: every name in them leads somewhere, so that a run cannot find it missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ccaas_kit.contract.arazzo import expressions, workflows
from ccaas_kit.contract.arazzo.expressions import Expression, Root
from ccaas_kit.contract.arazzo.workflows import Step, Workflow
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.operations import operations
from ccaas_kit.contract.pointers import parts
from speclint.source import Finding, Source

_BUNDLE = "../../generated/openapi/all.yaml"
_BRANCHES = ("allOf", "anyOf", "oneOf")
_JSON = "application/json"


def subjects(source: Source) -> frozenset[str]:
    """What clauses can name: the workflows that can be read, and their steps."""
    return workflows.subjects(_readable(source))


def check(source: Source) -> Iterator[Finding]:
    """Findings about all workflows."""
    known = _operations(source)
    seen: dict[str, str] = {}
    for file, document in source.workflows.items():
        try:
            found = workflows.read(document, file)
        except DocumentError as error:
            yield Finding("ARA01", error.where, error.what, f"{error.fix}; see openapi/README.md")
            continue
        yield from _sources(file, document)
        for workflow in found:
            if workflow.id in seen:
                yield Finding(
                    "ARA09",
                    workflow.where,
                    f"'{workflow.id}' is also the name of {seen[workflow.id]}",
                    "Rename one of them",
                )
            seen[workflow.id] = workflow.where
            yield from _workflow(source, known, workflow)


@dataclass(frozen=True, slots=True)
class _Operation:
    """An operation as a workflow can call it; `file` is where its references begin."""

    file: str
    parameters: Mapping[tuple[str, str], bool]
    node: Mapping[str, Any]


def _readable(source: Source) -> Iterator[Workflow]:
    for file, document in source.workflows.items():
        try:
            yield from workflows.read(document, file)
        except DocumentError:
            continue  # told by ARA01


def _sources(file: str, document: Mapping[str, Any]) -> Iterator[Finding]:
    urls = [sourceDescription["url"] for sourceDescription in document["sourceDescriptions"]]
    if urls != [_BUNDLE]:
        yield Finding(
            "ARA10",
            f"{file}#/sourceDescriptions",
            f"the workflow is about {urls}",
            f"Name the bundle of all five, {_BUNDLE}",
        )


def _operations(source: Source) -> dict[str, _Operation]:
    found = {}
    for api, document in source.apis.items():
        file = f"{api}.yaml"
        for path, _, operation in operations(document):
            nodes = [
                *document["paths"][path].get("parameters", ()),
                *operation.get("parameters", ()),
            ]
            resolved = [source.follow(file, node)[1] for node in nodes]
            found[operation["operationId"]] = _Operation(
                file,
                {
                    (parameter["in"], parameter["name"]): parameter.get("required", False)
                    for parameter in resolved
                },
                operation,
            )
    return found


def _workflow(
    source: Source, known: Mapping[str, _Operation], workflow: Workflow
) -> Iterator[Finding]:
    steps: dict[str, Step] = {}
    if undefined := sorted(workflow.sign_in - set(workflow.inputs)):
        yield _undefined_inputs(workflow.where, workflow, undefined)
    for step in workflow.steps:
        if step.id in steps:
            yield Finding(
                "ARA09", step.where, f"two steps are called '{step.id}'", "Rename one of them"
            )
        used = list(_sent(step))
        yield from _references(step.where, workflow, steps, used)
        after = [
            expression for condition in step.criteria for expression in condition.expressions()
        ]
        after += [
            expression
            for failure in step.failures
            for condition in failure.criteria
            for expression in condition.expressions()
        ]
        after += step.outputs.values()
        yield from _references(step.where, workflow, steps, after)
        for expression in used:
            if expression.root not in (Root.INPUT, Root.OUTPUT):
                yield Finding(
                    "ARA05",
                    step.where,
                    f"the request needs ${expression.root}, which only an answer has",
                    "Take it from the outputs of an earlier step",
                )
        if step.operation in known:
            operation = known[step.operation]
            yield from _parameters(step, operation)
            yield from _payload(source, step, operation)
            yield from _answers(source, step, operation, after)
        else:
            yield Finding(
                "ARA02",
                step.where,
                f"there is no operation '{step.operation}'",
                f"Name one of {', '.join(sorted(known))}",
            )
        steps[step.id] = step
    yield from _references(workflow.where, workflow, steps, list(workflow.outputs.values()))


def _sent(step: Step) -> Iterator[Expression]:
    for parameter in step.parameters:
        yield from expressions.in_value(parameter.value)
    yield from expressions.in_value(step.payload)


def _references(
    where: str, workflow: Workflow, earlier: Mapping[str, Step], used: list[Expression]
) -> Iterator[Finding]:
    """Inputs have to be declared, and outputs have to be those of an earlier step."""
    undefined = sorted(
        {expression.name for expression in used if expression.root is Root.INPUT}
        - set(workflow.inputs)
    )
    if undefined:
        yield _undefined_inputs(where, workflow, undefined)
    for fromkey in dict.fromkeys(used):
        if fromkey.root is Root.OUTPUT and fromkey.name not in getattr(
            earlier.get(fromkey.step), "outputs", {}
        ):
            yield Finding(
                "ARA05",
                where,
                f"$steps.{fromkey.step}.outputs.{fromkey.name} is no output of an earlier step",
                "Declare it under the outputs of that step",
            )


def _undefined_inputs(where: str, workflow: Workflow, names: list[str]) -> Finding:
    return Finding(
        "ARA06",
        where,
        f"undeclared inputs: {', '.join(names)}",
        f"Declare them beside {', '.join(workflow.inputs)}",
    )


def _parameters(step: Step, operation: _Operation) -> Iterator[Finding]:
    passed = [(parameter.place, parameter.name) for parameter in step.parameters]
    for place, name in passed:
        if (place, name) not in operation.parameters:
            yield Finding(
                "ARA03",
                step.where,
                f"{step.operation} has no parameter '{name}' in {place}",
                f"Known are {', '.join(name for _, name in operation.parameters) or 'none'}",
            )
    for (place, name), required in operation.parameters.items():
        if required and (place, name) not in passed:
            yield Finding("ARA03", step.where, f"the parameter '{name}' is missing", "Add it")


def _payload(source: Source, step: Step, operation: _Operation) -> Iterator[Finding]:
    body = operation.node.get("requestBody")
    if body is None:
        if step.payload is not None:
            yield Finding("ARA04", step.where, f"{step.operation} takes no body", "Remove it")
        return
    file, body = source.follow(operation.file, body)
    if step.payload is None:
        if body.get("required"):
            yield Finding("ARA04", step.where, "the body is missing", "Add requestBody")
        return
    schema = body["content"][_JSON]["schema"]
    for way, known in _unknown_fields(source, file, schema, step.payload):
        yield Finding(
            "ARA04",
            step.where,
            f"{step.operation} takes no field '{'/'.join(way)}'",
            f"Known there are {', '.join(sorted(known))}",
        )


def _unknown_fields(
    source: Source, file: str, schema: Any, value: Any
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Fields of a payload that the schema does not have, and those that it has at the place.

    An object whose fields the schema leaves open takes any.
    """
    properties = {
        name: (holder, node)
        for holder, branch in _branches(source, file, schema)
        for name, node in branch.get("properties", {}).items()
    }
    if not isinstance(value, Mapping) or not properties:
        return
    for name, inner in value.items():
        if name not in properties:
            yield (name,), list(properties)
        else:
            for way, known in _unknown_fields(source, *properties[name], inner):
                yield (name, *way), known


def _answers(
    source: Source, step: Step, operation: _Operation, used: list[Expression]
) -> Iterator[Finding]:
    """A success response has what the workflow reads from a response."""
    responses = [
        source.follow(operation.file, node)
        for status, node in operation.node["responses"].items()
        if status.startswith("2")
    ]
    for fromkey in dict.fromkeys(used):
        if fromkey.root is Root.BODY and not any(
            _leads(source, file, response["content"][_JSON]["schema"], parts(fromkey.pointer))
            for file, response in responses
            if _JSON in response.get("content", {})
        ):
            yield Finding(
                "ARA07",
                step.where,
                f"no answer of {step.operation} that succeeds has {fromkey.pointer or 'a body'}",
                "Correct the pointer",
            )
        headers = {
            name.lower() for _, response in responses for name in response.get("headers", {})
        }
        if fromkey.root is Root.HEADER and fromkey.name.lower() not in headers | {"content-type"}:
            yield Finding(
                "ARA08",
                step.where,
                f"{step.operation} promises no header {fromkey.name}",
                "Use one that the contract lists",
            )


def _leads(source: Source, file: str, schema: Any, steps: list[str]) -> bool:
    if not steps:
        return True
    return any(
        _leads(source, holder, child, steps[1:])
        for holder, branch in _branches(source, file, schema)
        for child in _children(branch, steps[0])
    )


def _children(branch: Mapping[str, Any], step: str) -> Iterator[Any]:
    if step in branch.get("properties", {}):
        yield branch["properties"][step]
    if step.isdigit() and "items" in branch:
        yield branch["items"]


def _branches(source: Source, file: str, schema: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The schema itself, and all that it combines."""
    holder, node = source.follow(file, schema)
    yield holder, node
    for keyword in _BRANCHES:
        for branch in node.get(keyword, ()):
            yield from _branches(source, holder, branch)
