"""Every rule about workflows fires: each test breaks one thing in a workflow and sees it named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.arazzo.workflows import FOLDER
from speclint import workflows
from speclint.source import Source
from tests.contract.test_house_rules import Change, swap

CALL = "call-handling"
CALLER = "caller-identification"
CASE = "case-correlation"


@pytest.fixture(scope="module")
def contract() -> Source:
    return Source.load(layout.SOURCE)


def findings(contract: Source, folder: Path, name: str, change: Change) -> list[str]:
    text = (FOLDER / f"{name}.arazzo.yaml").read_text(encoding="utf-8")
    file = folder / "changed.arazzo.yaml"
    file.write_text(change(text), encoding="utf-8")
    changed = {**contract.workflows, f"workflows/{name}.arazzo.yaml": documents.load_mapping(file)}
    return [str(finding) for finding in workflows.check(replace(contract, workflows=changed))]


def test_the_workflows_break_no_rule(contract: Source) -> None:
    assert [str(finding) for finding in workflows.check(contract)] == []
    assert len(contract.workflows) >= 4


@pytest.mark.parametrize(
    ("code", "name", "change"),
    [
        ("ARA01", CALL, swap("arazzo: 1.0.1", "arazzo: 1.1.0")),
        ("ARA01", CALL, swap("    type: openapi", "    type: arazzo")),
        ("ARA01", CALL, swap("    summary: Handle a call\n", "")),
        ("ARA01", CALL, swap("          type: string\n", "          type: integer\n")),
        ("ARA01", CALL, swap("      - schemeName: Basic", "      - schemeName: OAuth2")),
        ("ARA01", CALL, swap("password: $inputs.password", "password: '12345'")),
        ("ARA01", CALL, swap("            in: path", "            in: header")),
        ("ARA01", CALL, swap("application/json", "application/xml")),
        ("ARA01", CALL, swap("            type: end", "            type: goto")),
        (
            "ARA01",
            CALL,
            swap("      - stepId: close", "      - dependsOn: []\n        stepId: close"),
        ),
        ("ARA01", CALL, swap("channel: $inputs.channel", "channel: $faker.string")),
        ("ARA01", CALL, swap("caller.{$inputs.run}", "caller.{$url}")),
        ("ARA01", CALL, swap("$statusCode == 201", "$statusCode == (201)")),
        ("ARA01", CALL, swap("$statusCode == 201", "$statusCode")),
        (
            "ARA01",
            CALL,
            swap(
                "          - condition: $statusCode == 201",
                "          - condition: $statusCode == 201\n            type: jsonpath",
            ),
        ),
        ("ARA02", CALL, swap("operationId: closeInteraction", "operationId: endInteraction")),
        ("ARA03", CALL, swap("name: interaction_id", "name: interaction")),
        ("ARA03", CALLER, swap("            in: query", "            in: path")),
        (
            "ARA03",
            CALL,
            swap(
                "          - name: document_table\n            in: path\n"
                "            value: interaction\n",
                "",
            ),
        ),
        ("ARA04", CALL, swap("              agent_sys_id:", "              agent:")),
        (
            "ARA04",
            CASE,
            swap(
                "      - stepId: find\n",
                "      - stepId: find\n        requestBody:\n"
                "          contentType: application/json\n          payload: {}\n",
            ),
        ),
        (
            "ARA04",
            CALLER,
            swap(
                "        requestBody:\n          contentType: application/json\n"
                "          payload:\n            first_name: Caller\n"
                "            last_name: $inputs.run\n"
                "            email: caller.{$inputs.run}@example.com\n",
                "",
            ),
        ),
        (
            "ARA05",
            CALL,
            swap("value: $steps.arrive.outputs.interaction", "value: $steps.close.outputs.id"),
        ),
        ("ARA05", CALL, swap("          workItem: $response", "          item: $response")),
        ("ARA05", CALL, swap("workItem: $steps.offer", "workItem: $steps.accept")),
        ("ARA05", CALL, swap("queue: $inputs.queue", "queue: $response.body#/result/queue")),
        ("ARA06", CALL, swap("queue: $inputs.queue", "queue: $inputs.first_queue")),
        ("ARA06", CALL, swap("caller.{$inputs.run}", "caller.{$inputs.caller}")),
        ("ARA06", CALL, swap("username: $inputs.username", "username: $inputs.user")),
        ("ARA06", CASE, swap("external_id == $inputs.run", "external_id == $inputs.id")),
        ("ARA07", CALL, swap("$response.body#/result/number", "$response.body#/result/no")),
        ("ARA07", CALLER, swap("$response.body#/result/0/", "$response.body#/result/first/")),
        (
            "ARA07",
            CALL,
            swap("result/success == false", "result/succeeded == false"),
        ),
        (
            "ARA08",
            CALL,
            swap("$statusCode == 201", "$response.header.Location != ''"),
        ),
        ("ARA09", CALL, swap("- workflowId: call-handling", "- workflowId: agent-session")),
        ("ARA09", CALL, swap("- stepId: transfer", "- stepId: offer")),
        ("ARA10", CALL, swap("openapi/all.yaml", "openapi/interaction.yaml")),
    ],
)
def test_a_broken_rule_is_found(
    contract: Source, tmp_path: Path, code: str, name: str, change: Change
) -> None:
    found = findings(contract, tmp_path, name, change)

    assert any(f" {code} " in finding for finding in found), found
    assert all(f": {code} " in finding or code == "ARA09" for finding in found), found


def test_a_header_that_the_contract_lists_may_be_read(contract: Source, tmp_path: Path) -> None:
    change = swap("$statusCode == 201", "$response.header.Content-Type != ''")

    assert findings(contract, tmp_path, CALL, change) == []


def test_a_finding_says_where_it_is(contract: Source, tmp_path: Path) -> None:
    change = swap("operationId: closeInteraction", "operationId: endInteraction")

    (found,) = findings(contract, tmp_path, CALL, change)

    assert found.startswith("workflows/call-handling.arazzo.yaml#/workflows/0/steps/3: ARA02 ")


def test_a_key_that_we_do_not_use_is_named_with_its_place(contract: Source, tmp_path: Path) -> None:
    change = swap("            type: end", "            type: end\n            retryAfter: 1")

    (found,) = findings(contract, tmp_path, CALL, change)

    assert "#/workflows/0/steps/1/onFailure/0/retryAfter: ARA01 " in found
