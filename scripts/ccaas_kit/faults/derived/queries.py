"""Rules about parameters: one is not read, demanded, refused or takes anything; an operator is unknown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import urlencode

from ccaas_kit.contract import pointers
from ccaas_kit.faults.derived import places
from ccaas_kit.faults.derived.scope import Scope
from ccaas_kit.faults.fault import Asked, Behave, Fault
from ccaas_kit.sandbox.contract import Parameter
from ccaas_kit.sandbox.http.messages import Response

_QUOTED = re.compile("`([^`]+)`")
_OPERATOR = re.compile("[A-Z_ ]+|[=!<>%*]+")


def in_query(scope: Scope) -> Iterator[Fault]:
    """A parameter of the query is not read, refused or demanded."""
    for parameter in scope.operation.in_query:
        name, breaks = parameter.name, _clauses(scope, parameter)
        says = f"{scope.id} does not read {name}."
        behave = scope.query(name, None)
        yield scope.fault("parameter-ignored", name, says, breaks, behave, alters=f"query/{name}")
        says = f"{scope.id} refuses {name}."
        yield scope.fault("parameter-refused", name, says, breaks, _asks(scope, name, sent=True))
        says = f"{scope.id} refuses a call without {name}."
        yield scope.fault("parameter-demanded", name, says, breaks, _asks(scope, name, sent=False))


def in_path(scope: Scope) -> Iterator[Fault]:
    """A parameter of the path takes anything, or one of the documented values is refused."""
    for parameter in scope.operation.parameters:
        name, shown = parameter.name, scope.examples_of(parameter.name)
        if parameter.place != "path" or not shown:
            continue
        breaks = _clauses(scope, parameter)
        says = f"{scope.id} takes anything as {name}."
        lenient = scope.path(name, _valid_or(parameter, shown[0]))
        yield scope.fault("parameter-not-held", name, says, breaks, lenient, alters=f"path/{name}")
        for value in shown:
            says = f"{scope.id} refuses {value} as {name}."
            refuses = scope.refusing(_calls_with(name, value))
            yield scope.fault("parameter-refused", f"{name}={value}", says, breaks, refuses)


def operators(scope: Scope) -> Iterator[Fault]:
    """An operator from the description of a query is not known: its term is left out, or the request rejected."""
    for parameter in scope.operation.in_query:
        node = places.chain(
            scope.contract.document, f"{scope.parameter(parameter.name)[-1]}/schema"
        )[-1]
        described = pointers.resolve(scope.contract.document, node)["description"]
        for word in dict.fromkeys(_QUOTED.findall(described)):
            if not _OPERATOR.fullmatch(word):
                continue
            term = re.compile(rf"[a-z_.0-9]*{re.escape(word)}(?![=*A-Z])")
            named = re.compile(rf"(?<![A-Z_!<>*]){re.escape(word)}(?![A-Z_=*])")
            breaks = [
                clause_id
                for clause_id in scope.at([node])
                if named.search(scope.by_id[clause_id].says)
            ]
            name, alters = f"{parameter.name}:{word}", f"query/{parameter.name}:{word}"
            says = f"{scope.id} leaves out the terms of {parameter.name} with {word}."
            behave = _without_term(parameter.name, term)
            yield scope.fault("operator-ignored", name, says, breaks, behave, alters=alters)
            says = f"{scope.id} refuses {parameter.name} with {word}."
            refuses = scope.refusing(_has_term(parameter.name, term))
            yield scope.fault("operator-refused", name, says, breaks, refuses, alters=alters)


def _clauses(scope: Scope, parameter: Parameter) -> tuple[str, ...]:
    nodes = scope.parameter(parameter.name)
    found = scope.at((*nodes, *places.chain(scope.contract.document, f"{nodes[-1]}/schema")))
    return found or scope.at([scope.node])


def _terms(asked: Asked, name: str) -> list[str]:
    return asked.query.get(name, "").split("^")


def _has_term(name: str, term: re.Pattern[str]) -> Callable[[Asked], bool]:
    return lambda asked: any(term.match(text) for text in _terms(asked, name))


def _without_term(name: str, term: re.Pattern[str]) -> Behave:
    def behave(asked: Asked) -> Response:
        left = [text for text in _terms(asked, name) if not term.match(text)]
        if left == _terms(asked, name):
            return asked.response()
        query = urlencode({**asked.query, name: "^".join(left)})
        return asked.response(replace(asked.request, query=query))

    return behave


def _valid_or(parameter: Parameter, good: str) -> Callable[[str], str]:
    return lambda text: text if parameter.validator.is_valid(text) else good


def _calls_with(name: str, value: str) -> Callable[[Asked], bool]:
    return lambda asked: asked.values.get(name) == value


def _asks(scope: Scope, name: str, *, sent: bool) -> Behave:
    return scope.refusing(lambda asked: (name in asked.query) is sent)
