"""The operations of the contract as methods of a client."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ccaas_kit.contract import pointers
from ccaas_kit.contract.operations import VERSIONED_OF, operations

_JSON = "application/json"
_TYPES = {"integer": "int", "number": "float", "boolean": "bool", "string": "str"}
_LIMIT, _OFFSET, _QUERY = "sysparm_limit", "sysparm_offset", "sysparm_query"


@dataclass(frozen=True, slots=True)
class Argument:
    """A parameter as an argument: its name, its name on the wire, its type."""

    name: str
    wire: str
    type: str
    says: str


@dataclass(frozen=True, slots=True)
class Body:
    """The body of a request as an argument."""

    model: str
    required: bool
    together: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Method:
    """An operation; `answers` and `errors` are the models of its bodies by status."""

    id: str
    name: str
    constant: str
    summary: str
    roles: str
    method: str
    path: str
    path_parameters: tuple[Argument, ...]
    query: tuple[Argument, ...]
    body: Body | None
    answers: tuple[tuple[int, str], ...]
    errors: tuple[tuple[int, str], ...]

    @property
    def result(self) -> str:
        """The type of what it returns."""
        models = dict.fromkeys(model for _, model in self.answers)
        return " | ".join(f"models.{model}" for model in models)


@dataclass(frozen=True, slots=True)
class Pages:
    """An operation whose answers are pages, as an iterator over their records."""

    name: str
    operation: str
    item: str
    limit: str
    offset: str
    query: str
    filters: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """What is raised for a documented status."""

    status: int
    name: str
    phrase: str


_CLIENTS = (
    {
        "name": "Client",
        "title": "A client that waits for each answer.",
        "http": "Client",
        "transport": "BaseTransport",
        "def": "def",
        "await": "",
        "enter": "__enter__",
        "exit": "__exit__",
        "close": "close",
        "sleep": "time.sleep",
        "iterator": "Iterator",
    },
    {
        "name": "AsyncClient",
        "title": "The same for programs that go on while they wait (asyncio).",
        "http": "AsyncClient",
        "transport": "AsyncBaseTransport",
        "def": "async def",
        "await": "await ",
        "enter": "__aenter__",
        "exit": "__aexit__",
        "close": "aclose",
        "sleep": "await asyncio.sleep",
        "iterator": "AsyncIterator",
    },
)


def of(document: dict[str, Any]) -> dict[str, Any]:
    """What the templates of the client are filled with."""
    found = list(_methods(document))
    statuses = sorted({status for method in found for status, _ in method.errors})
    schemes = {
        securityScheme["type"]: securityScheme
        for securityScheme in document["components"]["securitySchemes"].values()
    }
    return {
        "clients": _CLIENTS,
        "operations": found,
        "pages": list(_pages(document, found)),
        "exceptions": [_exception(status) for status in statuses],
        "exception_names": {status: _exception(status).name for status in statuses},
        "api_key_header": schemes["apiKey"]["name"],
        "token_path": urlsplit(next(iter(schemes["oauth2"]["flows"].values()))["tokenUrl"]).path,
    }


def snake(name: str) -> str:
    """A name of the contract as Python writes it."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _methods(document: dict[str, Any]) -> Iterator[Method]:
    for path, method, operation in operations(document):
        if VERSIONED_OF in operation:
            # Clients are not doubled by the second form of a URL.
            continue
        item = document["paths"][path]
        nodes = [*item.get("parameters", []), *operation.get("parameters", [])]
        parameters = [pointers.follow(document, node) for node in nodes]
        responses = {
            int(status): pointers.follow(document, node)
            for status, node in operation["responses"].items()
        }
        bodies = [(status, _model(node)) for status, node in responses.items() if "content" in node]
        yield Method(
            id=operation["operationId"],
            name=snake(operation["operationId"]),
            constant=snake(operation["operationId"]).upper(),
            summary=operation["summary"],
            roles=_roles(operation["x-sn-roles"]),
            method=method.upper(),
            path=path,
            path_parameters=_arguments(document, parameters, "path"),
            query=_arguments(document, parameters, "query"),
            body=_body(document, operation),
            answers=tuple(body for body in bodies if body[0] < 300),
            errors=tuple(body for body in bodies if body[0] >= 400),
        )


def _arguments(
    document: dict[str, Any], parameters: list[dict[str, Any]], place: str
) -> tuple[Argument, ...]:
    return tuple(
        Argument(
            snake(parameter["name"]),
            parameter["name"],
            _type(document, parameter),
            _sentence(parameter["description"]),
        )
        for parameter in parameters
        if parameter["in"] == place
    )


def _type(document: dict[str, Any], parameter: dict[str, Any]) -> str:
    found = _TYPES[pointers.follow(document, parameter["schema"])["type"]]
    return f"{found} | Query" if parameter["name"] == _QUERY else found


def _body(document: dict[str, Any], operation: dict[str, Any]) -> Body | None:
    if "requestBody" not in operation:
        return None
    node = pointers.follow(document, operation["requestBody"])
    model = _model(node)
    together = document["components"]["schemas"][model].get("dependentRequired", {})
    return Body(model, bool(node.get("required")), together)


def _roles(roles: list[str] | dict[str, list[str]]) -> str:
    """Who may call an operation: any of a list, each of `all_of`."""
    if isinstance(roles, dict):
        return "the roles " + " and ".join(roles["all_of"])
    return f"the role {' or '.join(roles)}"


def _sentence(text: str) -> str:
    """The first sentence of a description, in one line."""
    return " ".join(text.split("\n\n", maxsplit=1)[0].split()).partition(". ")[0].rstrip(".") + "."


def _model(node: dict[str, Any]) -> str:
    reference: str = node["content"][_JSON]["schema"]["$ref"]
    return reference.rpartition("/")[2]


def _pages(document: dict[str, Any], methods: list[Method]) -> Iterator[Pages]:
    """An iterator for each operation that takes a limit and an offset."""
    for method in methods:
        named = {parameter.wire: parameter.name for parameter in method.query}
        if not {_LIMIT, _OFFSET, _QUERY} <= named.keys():
            continue
        ((_, model),) = method.answers
        listed = document["components"]["schemas"][model]["properties"]["result"]
        yield Pages(
            name=method.name.replace("list_", "iterate_", 1),
            operation=method.name,
            item=listed["items"]["$ref"].rpartition("/")[2],
            limit=named[_LIMIT],
            offset=named[_OFFSET],
            query=named[_QUERY],
            filters=tuple(
                parameter for parameter in method.query if parameter.wire not in (_LIMIT, _OFFSET)
            ),
        )


def _exception(status: int) -> Failure:
    phrase = HTTPStatus(status).phrase
    name = "".join(word.capitalize() for word in re.split(r"[^A-Za-z]+", phrase))
    return Failure(status, name if name.endswith("Error") else f"{name}Error", phrase)
