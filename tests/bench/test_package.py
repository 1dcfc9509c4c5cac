"""What the measurement of the Python package compares is the same work on the same page."""

from __future__ import annotations

import json

import pytest

from bench import package
from ccaas_kit.contract import documents
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.layout import ALL_BUNDLE, BUNDLES
from servicenow_ccaas.models import ListContactsResponse

ALL = documents.load(BUNDLES / f"{ALL_BUNDLE}.yaml")


def test_both_read_the_same_values() -> None:
    page = package._page(ALL)

    ours = ListContactsResponse.read(page).result
    hand = package.by_hand(ALL).model_validate_json(page).model_dump()["result"]

    assert len(ours) == len(hand) == package.CONTACTS
    assert [each.model_dump() for each in ours] == hand


def test_a_page_is_what_the_contract_shows() -> None:
    records = json.loads(package._page(ALL))["result"]

    assert len({each["sys_id"] for each in records}) == package.CONTACTS


def test_without_a_contact_there_is_nothing_to_measure() -> None:
    with pytest.raises(DocumentError, match="no example shows a contact"):
        package._page({"components": {"examples": {"x": {"value": {"result": "y"}}}}})


def test_it_is_measured() -> None:
    found = package.measure(ALL)

    assert found.ours > 0
    assert found.by_hand > 0
    assert found.importing > 0
