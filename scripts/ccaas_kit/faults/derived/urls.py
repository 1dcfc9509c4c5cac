"""Rules about URLs: versions, operations that are not there, and queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import unquote

from ccaas_kit.contract import pointers
from ccaas_kit.faults.derived.scope import Scope
from ccaas_kit.faults.fault import Asked, Fault
from ccaas_kit.sandbox.http.messages import Response


def version(scope: Scope) -> Iterator[Fault]:
    """The versioned URL leads nowhere, for all or one of the versions; an unknown version is served."""
    node = pointers.resolve(scope.contract.document, scope.item)
    if "x-sn-versioned" not in node:
        return
    breaks = scope.at((f"{scope.item}/x-sn-versioned", scope.item, scope.node))
    schema = scope.contract.schema("ApiVersion")
    for name in ("any", *schema.get("enum", ())):
        behave = scope.refusing(_at_version(name))
        says = f"{scope.id} refuses a URL with a version: {name}."
        yield scope.fault("version-refused", name, says, breaks, behave)
    breaks = scope.at(("#/components/parameters/ApiVersion", "#/components/schemas/ApiVersion"))
    says = f"{scope.id} serves a URL with a version that does not exist."
    taken = scope.fault(
        "version-taken", "", says, breaks, lambda asked: asked.response(), alters="version"
    )
    yield replace(taken, behave=lambda asked: _at_known_version(scope, asked))


def _at_version(name: str) -> Callable[[Asked], bool]:
    return lambda asked: (
        "api_version" in asked.values and name in ("any", asked.values["api_version"])
    )


def _at_known_version(scope: Scope, asked: Asked) -> Response:
    segments = asked.request.path[1:].split("/")
    found = scope.contract.find(unquote(segment) for segment in segments)
    if asked.operation or found is None or "api_version" not in found[1]:
        return asked.response()
    if all(method.base != scope.id for method in found[0].methods.values()):
        return asked.response()
    api_version, known = found[1]["api_version"], scope.contract.schema("ApiVersion")["examples"][0]
    path = "/".join(known if unquote(segment) == api_version else segment for segment in segments)
    return asked.response(replace(asked.request, path=f"/{path}"))


def absent(scope: Scope) -> Iterator[Fault]:
    """The operation leads nowhere, or nowhere before another one of its path was called."""
    breaks = scope.at([scope.node, scope.item, "#/paths"])
    gone = scope.refusing(lambda _: True)
    yield scope.fault("absent", "", f"{scope.id} is not there.", breaks, gone)
    others = {
        operation.base
        for operation in scope.contract.operations
        if operation.path == scope.operation.path and operation.base != scope.id
    }
    if not others:
        return

    def behave(asked: Asked) -> Response:
        asked.kept["called"] = asked.kept.get("called", False) or asked.operation in others
        early = asked.operation == scope.id and not asked.kept["called"]
        return gone(asked) if early else asked.response()

    says = f"{scope.id} is not there before {', '.join(sorted(others))} was called."
    made = scope.fault("absent", "at first", says, breaks, behave)
    yield replace(made, behave=behave)


def without_query(scope: Scope) -> Iterator[Fault]:
    """The operation rejects a request without a query, or one with an unknown parameter."""
    breaks = scope.at([scope.node])
    bare = scope.refusing(lambda asked: not asked.request.query)
    yield scope.fault(
        "query-demanded", "", f"{scope.id} refuses a call without a query.", breaks, bare
    )
    known = {parameter.name for parameter in scope.operation.in_query}
    other = scope.refusing(lambda asked: set(asked.query) - known)
    says = f"{scope.id} refuses a parameter that it does not know."
    yield scope.fault("query-refused", "", says, breaks, other)
