"""Checks of ours inside Schemathesis: what they look at, and that they see planted faults."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.contract.redaction import HIDDEN
from ccaas_kit.fuzzing import own_checks, response_rules
from ccaas_kit.fuzzing.own_checks import Rule
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import embedded, options
from ccaas_kit.run.run import run
from ccaas_kit.sandbox.http.messages import Request, Response
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed
from tests.looping import every

ECHO = Rule("echoed_value", "GET", "/things/[^/]+", 200, ("result", "sys_id"), "path", "id")
PAGE = Rule("page_size", "GET", "/things", 200, ("result",), "query", "limit", 2)


def broken(
    rule: Rule,
    body: Any,
    *,
    path: dict[str, str] | None = None,
    query: dict[str, Any] | None = None,
    url: str = "http://127.0.0.1/word/things",
    status: int = 200,
    media_type: str = "application/json",
) -> list[str] | None:
    case = SimpleNamespace(path_parameters=path, query=query)
    response = SimpleNamespace(
        request=SimpleNamespace(method="GET", url=url),
        status_code=status,
        headers={"content-type": [media_type]},
        content=body if isinstance(body, bytes) else json.dumps(body).encode(),
    )
    return own_checks.broken(rule.check, [rule], case, response)


def test_a_response_about_another_record_is_told() -> None:
    url = "http://127.0.0.1/word/things/a"

    kept = broken(ECHO, {"result": {"sys_id": "a"}}, path={"id": "a"}, url=url)
    other = broken(ECHO, {"result": {"sys_id": "b"}}, path={"id": "a"}, url=url)

    assert kept == []
    assert other == ["sys_id is 'b', and the request has 'a' as id"]


def test_a_value_that_was_hidden_as_that_of_a_secret_is_not_compared() -> None:
    url = "http://127.0.0.1/word/things/interaction"

    assert broken(ECHO, {"result": {"sys_id": HIDDEN}}, path={"id": "interaction"}, url=url) is None


@every(
    ("query", "records", "expected"),
    [
        ({"limit": 3}, 3, []),
        ({"limit": 3}, 4, ["4 records came, and limit is 3"]),
        ({"limit": "1"}, 2, ["2 records came, and limit is 1"]),
        ({"limit": "many"}, 9, []),
        (None, 2, []),
        (None, 3, ["3 records came, and limit is 2"]),
    ],
)
def test_a_list_beyond_the_limit_is_told(
    query: dict[str, Any] | None, records: int, expected: list[str]
) -> None:
    assert broken(PAGE, {"result": [{}] * records}, query=query) == expected


@every(
    "otherwise",
    [
        {"status": 404},
        {"media_type": "application/xml"},
        {"url": "http://127.0.0.1/word/others"},
        {"body": b"{"},
        {"body": {"error": {}}},
    ],
    ids=["refused", "XML", "another path", "no JSON", "no result"],
)
def test_what_no_rule_speaks_of_is_not_looked_at(otherwise: dict[str, Any]) -> None:
    body = otherwise.pop("body", {"result": [{}, {}, {}]})

    assert broken(PAGE, body, **otherwise) is None


def test_the_contract_gives_the_rules() -> None:
    rules = response_rules.of(bed.contract())

    found = {(rule.method, "/".join(rule.steps), rule.place, rule.name) for rule in rules}
    assert found == {
        ("GET", "result", "query", "sysparm_limit"),
        ("GET", "result/sys_id", "path", "id"),
        ("GET", "result/data/document_id", "path", "documentId"),
        ("GET", "result/data/document_table", "path", "tableName"),
        ("POST", "result/sys_id", "path", "interaction_id"),
        ("POST", "result/work_item/document_id", "path", "document_sys_id"),
        ("POST", "result/work_item/document_table", "path", "document_table"),
    }
    assert {rule.default for rule in rules if rule.check == own_checks.PAGE_SIZE} == {10}


def test_a_key_that_names_no_parameter_is_refused(tmp_path: Path) -> None:
    document = json.loads(json.dumps(bed.contract().document))
    properties = document["components"]["schemas"]["Contact"]["properties"]
    properties["sys_id"]["x-sn-echoes"] = "$response.body#/result"
    bundle = tmp_path / "bundle.json"
    bundle.write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(DocumentError, match="names no parameter of a request"):
        response_rules.of(Contract(bundle))


def test_schemathesis_sees_what_the_checks_see(tmp_path: Path) -> None:
    def fault(request: Request, response: Response) -> Response:
        if response.status != 200 or not response.body.startswith(b"{"):
            return response
        if bed.is_of(request, "getContact"):
            return bed.with_json(response, lambda body: body["result"].update(sys_id="0" * 32))
        if bed.is_of(request, "listContacts"):
            return bed.with_json(response, lambda body: {"result": body["result"] * 11})
        return response

    with bed.serving(Bed(fault=fault)) as url:
        words = ["--target", url, "--config", str(embedded.CONFIG), "--profile", "read-only"]
        code = run(
            options.parse([*words, "--max-examples", "3", "--out", str(tmp_path)]),
            environment=embedded.ENVIRONMENT,
            console=Console(file=io.StringIO(), width=200),
        )

    card = json.loads((tmp_path / "scorecard.json").read_text("utf-8"))
    found = {(finding["code"], finding["clause"]) for finding in card["findings"]}
    assert code == 1
    assert ("CK111", "CON-GET-001") in found
    assert ("CK112", "CON-LIST-006") in found
    assert not [pair for pair in found if pair[0] == "CK111" and not pair[1].startswith("CON-GET")]
