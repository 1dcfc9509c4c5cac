"""Every operation has a valid call, and the sandbox serves it, each time anew."""

from __future__ import annotations

import pytest

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.gateway.outcomes import InconclusiveError
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.platform import valid_calls
from tests.conformance.probes import bed
from tests.conformance.probes.conftest import Targets
from tests.looping import every

BASES = bed.contract().bases()


def test_each_operation_has_one() -> None:
    assert sorted(valid_calls.CALLS) == sorted(BASES)


@every("operation", BASES)
def test_it_is_served_each_time(target: Targets, operation: str) -> None:
    seen = target()

    responses = [valid_calls.send(seen, valid_calls.of(seen, operation)) for _ in range(2)]

    assert all(valid_calls.is_served(response) for response in responses)


@pytest.mark.parametrize("operation", ["getContact", "listContacts", "getExternalIdMapping"])
def test_reading_works_without_writing(target: Targets, operation: str) -> None:
    seen = target(profile=Profile.READ_ONLY)

    assert valid_calls.baseline(seen, operation).status == 200


def test_a_refusal_is_no_service(target: Targets) -> None:
    seen = target(fault=lambda _, response: bed.with_status(response, 500))

    with pytest.raises(InconclusiveError):
        valid_calls.baseline(seen, "createContact")


def test_a_success_that_is_none_is_no_service(target: Targets) -> None:
    seen = target(known={})
    call = valid_calls.of(seen, "offerWork")
    sent = valid_calls.send(seen, call)
    seen = target(
        fault=lambda _, response: bed.with_json(
            response, lambda _body: {"result": {"success": False}}
        )
    )

    refused = seen.call("offerWork", path=call.path, body=call.body)

    assert valid_calls.is_served(sent)
    assert not valid_calls.is_served(refused)


def test_an_operation_without_one_is_an_error(target: Targets) -> None:
    with pytest.raises(DocumentError):
        valid_calls.of(target(), "deleteEverything")
