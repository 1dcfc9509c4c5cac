"""The measured requests are those of the bundle's examples."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bench import requests
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.errors import DocumentError

DOCUMENT = documents.load_mapping(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
CASE = (
    "/api/sn_ct_ctr_it_core/external_id_mapping/table/sn_customerservice_case"
    "/documentId/f584a7b23b3d3e10c524c59a04e45a6f"
)


@pytest.fixture
def measured() -> dict[str, requests.BenchRequest]:
    return {request.id: request for request in requests.measured(DOCUMENT)}


def test_a_read_takes_its_path_from_the_examples(
    measured: dict[str, requests.BenchRequest],
) -> None:
    request = measured["getExternalIdMapping"]

    assert (request.method, request.target, request.body) == ("GET", CASE, b"")
    assert json.loads(request.response)["result"]["data"]["external_id"] == "200"


def test_a_write_takes_its_body_from_the_examples(
    measured: dict[str, requests.BenchRequest],
) -> None:
    request = measured["setExternalIdMapping"]

    assert (request.method, request.target) == ("PUT", CASE)
    assert json.loads(request.body)["external_id"] == "200"
    assert request.headers["content-type"] == "application/json"


def test_a_page_has_a_query_and_every_request_has_credentials(
    measured: dict[str, requests.BenchRequest],
) -> None:
    page = requests.page(measured["listContacts"], "email=a^ORDERBYname", limit=10, offset=20)

    assert measured["listContacts"].target.startswith("/api/now/contact?sysparm_limit=2&")
    assert page.target == (
        "/api/now/contact?sysparm_query=email%3Da%5EORDERBYname&sysparm_limit=10&sysparm_offset=20"
    )
    assert {request.headers["authorization"] for request in measured.values()} == {
        "Basic YWRtaW46YWRtaW4="
    }


def test_a_bundle_without_an_operation_is_refused() -> None:
    document: dict[str, Any] = {"paths": {}}

    with pytest.raises(DocumentError, match="getExternalIdMapping"):
        requests.measured(document)


def test_a_request_is_rendered_as_http() -> None:
    request = requests.BenchRequest(
        id="x",
        name="x",
        method="POST",
        target="/x?y=1",
        headers={"accept": "a/b"},
        body=b"{}",
        response=b"",
    )

    assert request.rendered("127.0.0.1:1") == (
        b"POST /x?y=1 HTTP/1.1\r\nhost: 127.0.0.1:1\r\naccept: a/b\r\ncontent-length: 2\r\n\r\n{}"
    )
