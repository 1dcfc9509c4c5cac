"""Every documented status of every operation is reached, in both forms of the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from ccaas_kit.sandbox.contract import Contract, Operation
from ccaas_kit.sandbox.instance.seed import load
from ccaas_kit.sandbox.serving import build, options
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller

CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
UNMAPPED = "5b0fd2a187851210be070d48dabb0204"
HIDDEN_CASE = "5b0fd2a187851210be070d48dabb0203"
CALL = "59616aba87bd5210be070d48dabb35e6"
CLOSED = "5b0fd2a187851210be070d48dabb0102"
CHAT = "b243cde4208f1700964f959e0488dee8"
DESK = "0d584509c323120095ccd02422d3ae5b"
QUEUE = "92f8942787851210be070d48dabb35fb"
GEORGE = "ddce70866f9331003b3c498f5d3ee417"
NOBODY = "0" * 32

# A valid call of each operation: the values of its path, and its body.
VALID: Mapping[str, tuple[dict[str, str], Any]] = {
    "getExternalIdMapping": ({"tableName": "sn_customerservice_case", "documentId": CASE}, None),
    "setExternalIdMapping": (
        {"tableName": "sn_customerservice_case", "documentId": CASE},
        {"external_id": "7", "external_provider": "8b592fb64f140210c0338ef0b1ce0b18"},
    ),
    "setAgentMapping": (
        {"agentId": DESK, "inboundId": "ServiceNowVoice"},
        {"external_agent_id": "1"},
    ),
    "createInteraction": ({}, {"channel": "chat"}),
    "closeInteraction": ({"interaction_id": CHAT}, {}),
    "offerWork": (
        {"document_table": "interaction", "document_sys_id": CALL},
        {"queue_id": QUEUE, "assignment": {"agent_sys_id": DESK}},
    ),
    "listContacts": ({}, None),
    "createContact": ({}, {"name": "Dora Warren"}),
    "getContact": ({"id": GEORGE}, None),
}

Way = Callable[[Caller, Operation], Answered]


def send(sandbox: Caller, operation: Operation, **changes: Any) -> Answered:
    """The valid call with changes: `path` values, `body`, and whatever a caller takes."""
    values, body = VALID[operation.base]
    path = operation.path.replace("{api_version}", "v1")
    for name, value in {**values, **changes.pop("path", {})}.items():
        path = path.replace("{" + name + "}", value)
    if "raw" not in changes:
        changes = {"body": body, **changes}
    return sandbox(operation.method, path, **changes)


def with_seed(**seed: Any) -> Way:
    def way(sandbox: Caller, operation: Operation) -> Answered:
        sandbox.instance.load_seed({**load(), **seed})
        return send(sandbox, operation)

    return way


def changed(**changes: Any) -> Way:
    return lambda sandbox, operation: send(sandbox, operation, **changes)


def twice(sandbox: Caller, operation: Operation) -> Answered:
    assert send(sandbox, operation).status == 201
    return send(sandbox, operation)


def without_database(sandbox: Caller, operation: Operation) -> Answered:
    caller = Caller(build.app(options.parse([]), contract=sandbox.instance.contract))
    # The first request caches the login, so that it is the behavior that fails.
    send(caller, operation)
    caller.instance.close()
    return send(caller, operation)


UNREADABLE = changed(raw=b"{", headers={"content-type": "application/json"})
# How each status is reached; an operation's own way goes before the one for all.
WAYS: Mapping[int, Mapping[str, Way]] = {
    200: {"": changed(), "setAgentMapping": twice},
    201: {"": changed(), "setExternalIdMapping": changed(path={"documentId": UNMAPPED})},
    400: {
        "": UNREADABLE,
        "getExternalIdMapping": changed(path={"documentId": "short"}),
        "listContacts": changed(query={"sysparm_limit": "many"}),
        "getContact": with_seed(plugins=[]),
    },
    401: {"": changed(user=None)},
    403: {"": changed(user="no_roles")},
    404: {
        "getExternalIdMapping": changed(path={"documentId": UNMAPPED}),
        "setExternalIdMapping": changed(path={"documentId": NOBODY}),
        "closeInteraction": changed(path={"interaction_id": NOBODY}),
        "offerWork": changed(path={"document_sys_id": NOBODY}),
        "getContact": changed(path={"id": NOBODY}),
    },
    406: {"": changed(headers={"accept": "text/csv"})},
    409: {"offerWork": changed(path={"document_sys_id": CLOSED})},
    415: {"": changed(raw=b"name: Dora", headers={"content-type": "application/yaml"})},
    429: {"": with_seed(rate_limits=[{"sys_id": NOBODY, "limit": 0}])},
    500: {"": without_database},
}


def cases() -> Iterator[Any]:
    """Each documented status of each operation, also in the versioned form."""
    for operation in Contract().operations:
        for status in operation.responses:
            yield pytest.param(operation.id, status, id=f"{operation.id}-{status}")


@every(("name", "status"), list(cases()))
def test_a_documented_status_is_reached(sandbox: Caller, name: str, status: int) -> None:
    operation = sandbox.instance.contract.by_id[name]
    ways = WAYS[status]
    way = ways.get(operation.base) or ways[""]

    response = way(sandbox, operation)

    assert response.status == status, response.raw
    assert response.headers["content-type"].startswith("application/json")


def test_a_method_that_the_path_does_not_have_is_refused(sandbox: Caller) -> None:
    for operation in sandbox.instance.contract.operations:
        path = operation.path.replace("{api_version}", "v2")
        for name, value in VALID[operation.base][0].items():
            path = path.replace("{" + name + "}", value)

        response = sandbox("PATCH", path)

        assert (response.status, response.json["error"]["message"]) == (405, "Method not Supported")


def test_a_defect_of_ours_is_answered_as_the_platform_answers_one(
    sandbox: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object) -> None:
        raise KeyError

    monkeypatch.setattr(sandbox.app.recorder, "add", fails)

    response = sandbox("GET", "/api/now/contact")

    assert response.status == 500
    assert response.json == sandbox.instance.contract.example("scriptFailedResponse")
    assert "GET /api/now/contact failed" in caplog.text
