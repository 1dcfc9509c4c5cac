"""Postman: every documented example is in the collection, and succeeds on the sandbox in newman."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from build import postman
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.documented import responses, calls, successes
from ccaas_kit.contract.operations import operations
from build.tools import node_environment, node_tool
from tests.sandbox.serving import Served, served

ALL = documents.load_mapping(layout.BUNDLES / f"{layout.ALL_BUNDLE}.yaml")
COLLECTION = documents.load_mapping(layout.POSTMAN / postman.COLLECTION)
STATUSES = {
    node["summary"]: {int(success) for success in successes(node)} for _, _, node in operations(ALL)
}


def requests(collection: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each request with the name of its operation."""
    for folder in collection["item"]:
        for operation in folder["item"]:
            for item in operation["item"]:
                yield operation["name"], item


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Served]:
    with served() as running:
        yield running


def run(collection: Mapping[str, Any], url: str, folder: Path, **variables: str) -> dict[str, Any]:
    """What newman reports about a run of the collection, with its exit code as `code`."""
    source, report = folder / "collection.json", folder / "report.json"
    source.write_text(json.dumps(collection), encoding="utf-8")
    environment = {"baseUrl": url, "username": "admin", "password": "admin", **variables}
    options = [word for pair in environment.items() for word in ("--env-var", "=".join(pair))]
    done = subprocess.run(
        [
            *(node_tool("newman"), "run", str(source), *options),
            *("--reporters", "json", "--reporter-json-export", str(report)),
        ],
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert report.exists(), done.stdout + done.stderr
    return {"code": done.returncode, **json.loads(report.read_text(encoding="utf-8"))["run"]}


def sent(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The executions of a run; what a script sends is none."""
    return list(found["executions"])


def test_every_documented_request_succeeds(sandbox: Served, tmp_path: Path) -> None:
    expected = {request["id"]: name for name, request in requests(COLLECTION)}

    found = run(COLLECTION, sandbox.url, tmp_path, resetUrl=f"{sandbox.url}/_sandbox/reset")

    codes = {execution["item"]["id"]: execution["response"]["code"] for execution in sent(found)}
    assert found["code"] == 0, found["failures"]
    assert set(codes) == set(expected)
    assert len(codes) == len([*calls(ALL)]) > 40
    assert [
        identifier
        for identifier, code in codes.items()
        if code not in STATUSES[expected[identifier]]
    ] == []


def test_a_created_record_is_what_the_next_requests_are_about(
    sandbox: Served, tmp_path: Path
) -> None:
    found = run(COLLECTION, sandbox.url, tmp_path)

    asked = {
        execution["item"]["name"]: execution["request"]["url"]["path"] for execution in sent(found)
    }
    documented = {variable["key"]: variable["value"] for variable in COLLECTION["variable"]}
    contact, interaction = asked["Get a contact"][-1], asked["An empty object"][-2]
    assert re.fullmatch("[0-9a-f]{32}", contact)
    assert contact != documented["id"]
    assert re.fullmatch("[0-9a-f]{32}", interaction)
    assert interaction != documented["interaction_id"]


def test_every_documented_request_is_there_as_it_is_documented() -> None:
    expected = [
        (call.method.upper(), call.summary, call.body, {k: [str(v)] for k, v in call.query.items()})
        for call in calls(ALL)
    ]

    found = []
    for _, item in requests(COLLECTION):
        request = item["request"]
        body = json.loads(request["body"]["raw"]) if "body" in request else None
        shown = [parameter for parameter in request["url"]["query"] if not parameter["disabled"]]
        query = "&".join(f"{parameter['key']}={parameter['value']}" for parameter in shown)
        # A client escapes what the collection leaves unescaped.
        parsed = parse_qs(query.replace(";", "%3B"), keep_blank_values=True)
        found.append((request["method"], item["name"], body, parsed))

    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def test_a_plus_sign_arrives_as_one(sandbox: Served, tmp_path: Path) -> None:
    [number] = [call for call in calls(ALL) if "phone=+" in str(call.query)]
    only = json.loads(json.dumps(COLLECTION))
    for folder in only["item"]:
        for operation in folder["item"]:
            operation["item"] = [i for i in operation["item"] if i["name"] == number.summary]

    [execution] = sent(run(only, sandbox.url, tmp_path))

    query = "&".join(f"{q['key']}={q['value']}" for q in execution["request"]["url"]["query"])
    assert parse_qs(query) == {key: [value] for key, value in number.query.items()}


def test_every_documented_response_is_a_saved_example() -> None:
    expected = [(response.status, response.summary, response.body) for response in responses(ALL)]

    found = [
        (str(saved["code"]), saved["name"].partition(": ")[2], json.loads(saved["body"]))
        for _, item in requests(COLLECTION)
        for saved in item["response"]
    ]

    assert len(found) > 100
    assert sorted(map(repr, found)) == sorted(map(repr, expected))


def test_ids_are_there_once() -> None:
    ids = [part["id"] for _, item in requests(COLLECTION) for part in (item, *item["response"])]

    assert len(ids) == len(set(ids))


def wrong_path(item: dict[str, Any]) -> None:
    item["request"]["url"]["path"][-1] = "nowhere"


def wrong_body(item: dict[str, Any]) -> None:
    item["request"]["body"]["raw"] = "{"


@pytest.mark.parametrize("change", [wrong_path, wrong_body])
def test_a_request_that_does_not_succeed_fails_the_run(
    sandbox: Served, tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    collection = json.loads(json.dumps(COLLECTION))
    item = next(
        candidate for _, candidate in requests(collection) if "body" in candidate["request"]
    )
    change(item)

    found = run(collection, sandbox.url, tmp_path, resetUrl=f"{sandbox.url}/_sandbox/reset")

    assert found["code"] == 1
    assert {failure["source"]["id"] for failure in found["failures"]} == {item["id"]}
