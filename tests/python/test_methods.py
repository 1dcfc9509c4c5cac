"""Methods, exceptions and iterators of the client follow the contract."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from ccaas_kit.contract import documents, layout, pointers
from ccaas_kit.contract.operations import operations
from pyclient.methods import snake
from servicenow_ccaas import ApiError, AsyncClient, Client, contract
from servicenow_ccaas.transport import Operation
from tests.looping import every

ALL = documents.load(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
BASES = [
    (path, method, operation)
    for path, method, operation in operations(ALL)
    if "x-sn-versioned-of" not in operation
]
NAMES = [operation["operationId"] for _, _, operation in BASES]


def known(name: str) -> Operation:
    found: Operation = getattr(contract, snake(name).upper())
    return found


@pytest.mark.parametrize("client", [Client, AsyncClient])
def test_there_is_one_method_for_each_operation(client: type) -> None:
    public = {name for name, _ in inspect.getmembers(client, inspect.isfunction) if name[0] != "_"}

    ends = {"close"} if client is Client else {"aclose"}
    assert public == {snake(name) for name in NAMES} | {"iterate_contacts"} | ends


@every(("path", "method", "operation"), BASES, ids=NAMES)
def test_an_operation_is_known_as_the_contract_has_it(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    found = known(operation["operationId"])

    assert (found.id, found.method, found.path) == (operation["operationId"], method.upper(), path)
    documented = {
        int(status)
        for status, node in operation["responses"].items()
        if "content" in pointers.follow(ALL, node)
    }
    assert found.answers.keys() | found.errors.keys() == documented
    assert found.errors.keys() <= found.exceptions.keys()


@every(("path", "method", "operation"), BASES, ids=NAMES)
def test_both_clients_take_the_same_arguments(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    name = snake(operation["operationId"])

    one, other = (inspect.signature(getattr(client, name)) for client in (Client, AsyncClient))

    assert one == other
    wanted = {
        pointers.follow(ALL, parameter)["name"]
        for parameter in [
            *ALL["paths"][path].get("parameters", []),
            *operation.get("parameters", []),
        ]
    }
    assert set(one.parameters) - {"self", "body"} == {snake(argument) for argument in wanted}
    assert ("body" in one.parameters) == ("requestBody" in operation)


def test_every_documented_error_has_an_exception_of_its_own() -> None:
    names = [exception.__name__ for exception in contract.EXCEPTIONS.values()]

    assert len(set(names)) == len(names)
    assert all(issubclass(exception, ApiError) for exception in contract.EXCEPTIONS.values())
    assert contract.NotFoundError is contract.EXCEPTIONS[404]
