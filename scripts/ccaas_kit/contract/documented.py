"""The documented examples of a document: each request as a call, each response as a body.

What sends them (the Postman collection, the programs that prove the clients) takes them from here, so
that nobody leaves one out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import VERSIONED_OF, operations
from ccaas_kit.contract.shapes import Json

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Call:
    """One request of an operation, with the values of a named example; `body` None sends none."""

    operation: str
    method: str
    path: str
    name: str
    summary: str
    description: str
    path_values: Mapping[str, Json]
    query: Mapping[str, Json]
    body: Json
    has_body: bool


@dataclass(frozen=True, slots=True)
class DocumentedResponse:
    """One documented body of a response of an operation."""

    operation: str
    status: str
    name: str
    summary: str
    body: Json


def calls(document: Mapping[str, Json]) -> Iterator[Call]:
    """A call for each example of a body; without a body, for each one of a query parameter.

    An operation that has neither gives one call. Values of the path are the first example of each.
    """
    for path, method, operation in operations(dict(document)):
        if VERSIONED_OF in operation:
            # Its examples are those of the first form.
            continue
        values: dict[str, Json] = {}
        asked: list[tuple[str, Mapping[str, Json]]] = []
        for parameter in _parameters(document, path, operation):
            named = examples(document, parameter)
            if parameter["in"] == "path":
                values[parameter["name"]] = next(iter(named.values()))["value"]
            else:
                asked += [
                    (parameter["name"], {"name": key, **example}) for key, example in named.items()
                ]
        body = pointers.follow(document, operation.get("requestBody"))
        for name, example, query in _cases(document, operation, asked, body):
            yield Call(
                operation=operation["operationId"],
                method=method,
                path=path,
                name=name,
                summary=example["summary"],
                description=example.get("description", ""),
                path_values=values,
                query=query,
                body=None if body is None else example["value"],
                has_body=body is not None,
            )


def responses(document: Mapping[str, Json]) -> Iterator[DocumentedResponse]:
    """Each documented JSON body of each response, in the order of the document."""
    for _, _, operation in operations(dict(document)):
        if VERSIONED_OF in operation:
            continue
        for status, node in operation["responses"].items():
            content = pointers.follow(document, node).get("content", {}).get(JSON, {})
            for name, example in examples(document, content).items():
                yield DocumentedResponse(
                    operation["operationId"], status, name, example["summary"], example["value"]
                )


def successes(operation: Mapping[str, Json]) -> list[str]:
    """The documented statuses of an operation that mean success."""
    return [status for status in operation["responses"] if status.startswith("2")]


def examples(document: Mapping[str, Json], node: Mapping[str, Json]) -> dict[str, Json]:
    """The named examples of a parameter or a media type, references followed."""
    return {
        name: pointers.follow(document, example)
        for name, example in node.get("examples", {}).items()
    }


def _parameters(
    document: Mapping[str, Json], path: str, operation: Mapping[str, Json]
) -> Iterator[dict[str, Json]]:
    for node in (*document["paths"][path].get("parameters", ()), *operation.get("parameters", ())):
        yield pointers.follow(document, node)


def _cases(
    document: Mapping[str, Json],
    operation: Mapping[str, Json],
    asked: list[tuple[str, Mapping[str, Json]]],
    body: Mapping[str, Json] | None,
) -> Iterator[tuple[str, Mapping[str, Json], dict[str, Json]]]:
    """Name, example and query of each call of an operation."""
    if body is not None:
        for name, example in examples(document, body["content"][JSON]).items():
            yield name, example, {}
    elif asked:
        for parameter, example in asked:
            yield f"{parameter}-{example['name']}", example, {parameter: example["value"]}
    else:
        yield "call", {"summary": operation["summary"]}, {}
