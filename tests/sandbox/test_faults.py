"""Faults and variants do what they are for and never fail themselves, which would look like a fault."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ccaas_kit import faults
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.serving import build, options
from tests.looping import every
from tests.sandbox.conftest import Caller
from tests.sandbox.test_statuses import NOBODY, VALID, send

# Of a user who is no contact, and of a contact that only some may see.
FURTHER = {"getContact": ({"id": "5b0fd2a187851210be070d48dabb0301"},)}
QUERIES = (
    "name=George Warren^ORactive=true",
    "nameSTARTSWITHg^ORDERBYDESCname",
    "account.nameISNOTEMPTY^NQemailLIKEa",
    "sys_created_onONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()",
    "no_field=1",
)


@pytest.fixture(scope="module")
def shared(contract: Contract) -> Iterator[Caller]:
    app = build.app(options.parse([]), contract=contract)
    yield Caller(app)
    app.instance.close()


# That one only waits.
QUICK = sorted(faults.TRANSPORT.keys() - {"transport-late"})


@every("name", [*faults.FAULTS, *faults.VARIANTS, *QUICK])
def test_no_fault_fails_itself(shared: Caller, contract: Contract, name: str) -> None:
    shared.instance.reset()
    shared.instance.change("faults", [name])

    for operation in contract.operations:
        parameters, _ = VALID[operation.base]
        for _ in range(2):
            send(shared, operation)
        for path in (
            *({parameter: NOBODY} for parameter in parameters),
            *FURTHER.get(operation.base, ()),
        ):
            send(shared, operation, path=path)
        for user in ("no_roles", None):
            send(shared, operation, user=user)
        send(shared, operation, headers={"Accept": "text/csv"})
        if operation.writes:
            send(shared, operation, raw=b'{"a":')
            send(shared, operation, body={"x": "é" * 300})
            send(shared, operation, body=[])
    for query in QUERIES:
        shared("GET", "/api/now/contact", query={"sysparm_query": query, "sysparm_limit": "3"})

    assert faults.failed(shared.instance) == []


def test_a_fault_that_fails_itself_is_told(
    shared: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(_: faults.Asked) -> None:
        raise KeyError

    fault = faults.Fault("empty-body", "Fails.", ("CON-API-02",), fails)  # type: ignore[arg-type]
    monkeypatch.setattr(faults, "KNOWN", {"empty-body": fault})
    shared.instance.change("faults", ["empty-body"])

    response = shared("GET", "/api/now/contact")

    assert response.status == 500
    assert faults.failed(shared.instance) == ["empty-body"]
    assert "the fault empty-body failed" in caplog.text
    shared.instance.reset()
