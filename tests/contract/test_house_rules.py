"""Every house rule fires: each test breaks one thing in a copy of the contract and sees it named."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from build.tools import node_environment, node_tool
from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.errors import DocumentError
from checks import specs
from checks.specs import findings, main
from speclint import naming, workflows
from speclint.source import Source
from tests.looping import every

Change = Callable[[str], str]
AGENT = "agent-mapping.yaml"
EXAMPLES = "examples/agent-mapping.yaml"
CLAUSES = "clauses/agent-mapping.yaml"
RULES = layout.ROOT / "scripts" / "speclint"


def swap(old: str, new: str) -> Change:
    def change(text: str) -> str:
        assert old in text, f"the test no longer finds {old!r}"
        return text.replace(old, new, 1)

    return change


def drop_block(key: str) -> Change:
    """Remove a top-level entry of a YAML file with all its lines."""

    def change(text: str) -> str:
        shorter = re.sub(rf"(?m)^{re.escape(key)}:\n(?:[ #].*\n|\n)*", "", text, count=1)
        assert shorter != text, f"the test no longer finds {key!r}"
        return shorter

    return change


def append(extra: str) -> Change:
    return lambda text: text + extra


# Two results, told apart by the constant that each has in `success`.
one_of_two_results = swap(
    "      anyOf:\n        - $ref: '#/components/schemas/OfferAccepted'\n",
    "      oneOf:\n        - $ref: '#/components/schemas/OfferAccepted'\n",
)


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    copy = tmp_path / "openapi"
    shutil.copytree(layout.SOURCE, copy)
    return copy


def broken(contract: Path, file: str, change: Change) -> set[str]:
    path = contract / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    return {finding.code for finding in findings(Source.load(contract))}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The contract, read once; its files can be changed."""
    copy = tmp_path_factory.mktemp("contract") / "openapi"
    shutil.copytree(layout.SOURCE, copy)
    return Source.load(copy)


@contextmanager
def changed(source: Source, file: str, change: Change) -> Iterator[Source]:
    """The contract with one file that is another, for as long as the block lasts."""
    path = source.root / file
    text = path.read_text(encoding="utf-8")
    path.write_text(change(text), encoding="utf-8")
    try:
        is_document = path.suffix == ".yaml"
        yield with_document(source, file, documents.load_mapping(path)) if is_document else source
    finally:
        path.write_text(text, encoding="utf-8")


def with_document(source: Source, file: str, document: dict[str, Any]) -> Source:
    folder, _, name = file.removesuffix(".yaml").rpartition("/")
    if folder == "examples":
        return replace(source, examples={**source.examples, name: document})
    if folder == "clauses":
        return replace(source, clauses={**source.clauses, name: document})
    if name in source.apis:
        return replace(source, apis={**source.apis, name: document})
    if name == "common":
        return replace(source, common=document)
    if name == "quirks":
        return replace(source, quirks=document)
    assert name == "sources", f"no part of the contract is read from {file}"
    return replace(source, sources=document)


def rules_of(code: str) -> list[ModuleType]:
    """The modules whose rules have a code, of those that are asked."""
    return [rules for rules in specs.RULES if code in codes_in(Path(str(rules.__file__)))]


@cache
def codes_in(path: Path) -> frozenset[str]:
    text = path.read_text(encoding="utf-8")
    return frozenset(re.findall(r'"((?:STR|EXA|CLA|QUI|ARA|GEN)\d\d)"', text))


def test_the_contract_breaks_no_rule() -> None:
    assert [str(finding) for finding in findings(Source.load(layout.SOURCE))] == []


@every(
    ("code", "file", "change"),
    [
        (
            "STR01",
            AGENT,
            swap("  description: |\n", "  description: |\n    " + "word " * 30 + "\n"),
        ),
        (
            "STR02",
            AGENT,
            swap(
                "      operationId: setAgentMapping\n      summary: Map an external agent to a user\n",
                "      summary: Map an external agent to a user\n      operationId: setAgentMapping\n",
            ),
        ),
        (
            "STR02",
            AGENT,
            swap(
                "          description: The agent had a mapping for this inbound id, and it was updated.\n"
                "          content:\n",
                "          links: {}\n"
                "          description: The agent had a mapping for this inbound id, and it was updated.\n"
                "          content:\n",
            ),
        ),
        (
            "STR02",
            AGENT,
            lambda text: text.replace("AgentMappingFailure:", "AgentMappingLastRequest:"),
        ),
        ("STR02", EXAMPLES, swap("    agentIdVoiceAgent:", "    zoneIdVoiceAgent:")),
        (
            "STR03",
            AGENT,
            swap("    put:\n", "    $ref: '#/components/schemas/InboundId'\n    put:\n"),
        ),
        (
            "STR03",
            AGENT,
            swap("'common.yaml#/components/responses/Forbidden'", "'contact.yaml#/x'"),
        ),
        (
            "STR04",
            AGENT,
            swap(
                "            $ref: 'common.yaml#/components/schemas/SysId'\n",
                "            $ref: 'common.yaml#/components/schemas/SysId'\n            maxLength: 3\n",
            ),
        ),
        (
            "STR05",
            AGENT,
            swap(
                "          $ref: '#/components/schemas/AgentMappingResult'\n",
                "          type: object\n          properties: {}\n",
            ),
        ),
        ("STR06", AGENT, swap("          minItems: 1\n", "          format: date-time\n")),
        ("STR07", AGENT, swap("      anyOf:\n", "      oneOf:\n")),
        (
            "STR07",
            "awa-offer-work.yaml",
            lambda text: swap("\n          const: false\n", "\n          const: true\n")(
                one_of_two_results(text)
            ),
        ),
        ("STR08", AGENT, swap("x-sn-releases: [australia]", "x-sn-release: australia")),
        ("STR09", "README.md", append("\n| `x-sn-never` | schema | text | nothing |\n")),
        ("STR10", AGENT, swap("  version: 0.1.0", "  version: '1.0'")),
        ("STR10", AGENT, swap("x-sn-releases: [australia]", "x-sn-releases: []")),
        ("STR11", AGENT, swap("operationId: setAgentMapping", "operationId: createContact")),
        (
            "STR12",
            AGENT,
            swap(
                "    x-sn-other-methods:\n"
                "      $ref: 'common.yaml#/components/responses/MethodNotAllowed'\n",
                "",
            ),
        ),
        (
            "STR13",
            "contact.yaml",
            swap("      operationId: getContact\n      desc", "      operationId: no\n      desc"),
        ),
        ("STR14", "common.yaml", swap("Returned when the user is known", "The user is known")),
        (
            "STR15",
            AGENT,
            swap(
                "          minLength: 1\n          description: Id of the agent in the contact-centre "
                "platform.\n",
                "          description: Id of the agent in the contact-centre platform.\n"
                "          minLength: 1\n",
            ),
        ),
        (
            "STR15",
            AGENT,
            swap(
                "      type: object\n      description: What was written.\n",
                "      description: What was written.\n      type: object\n",
            ),
        ),
        (
            "STR15",
            AGENT,
            swap(
                "          x-sn-table: external_agent_mapping\n          x-sn-quirks: [AGT-009, AGT-010]\n",
                "          x-sn-quirks: [AGT-009, AGT-010]\n          x-sn-table: external_agent_mapping\n",
            ),
        ),
        ("STR16", AGENT, swap("          minItems: 1\n", "          minContains: 1\n")),
        ("STR17", AGENT, swap("examples: ['12345']", 'examples: ["12345"]')),
        ("STR17", AGENT, swap("examples: [failure]", "examples: [no]")),
        (
            "STR17",
            AGENT,
            swap(
                "tags:\n  - name: Agent mappings\n    desc",
                "tags:\n   - name: Agent mappings\n     desc",
            ),
        ),
        (
            "STR17",
            "contact.yaml",
            swap("\n\n  /api/now/contact/{id}:", "\n  /api/now/contact/{id}:"),
        ),
        (
            "STR18",
            "interaction.yaml",
            swap(
                "        - $ref: '#/components/schemas/Interaction'\n      description: A conversation that",
                "        - $ref: '#/components/schemas/Interaction'\n        - type: object\n"
                "      description: A conversation that",
            ),
        ),
        (
            "STR18",
            "interaction.yaml",
            swap(
                "        - $ref: '#/components/schemas/Interaction'\n      description: A conversation that",
                "        - type: object\n      description: A conversation that",
            ),
        ),
        (
            "STR18",
            "awa-offer-work.yaml",
            swap(
                "          x-sn-echoes: $request.path.document_sys_id\n"
                "          examples: [59616aba87bd5210be070d48dabb35e6]\n",
                "",
            ),
        ),
        ("STR19", AGENT, swap("      x-sn-no-not-found: AGT-003\n", "")),
        ("STR19", AGENT, swap("x-sn-no-not-found: AGT-003", "x-sn-no-not-found: AGT-011")),
        ("STR19", AGENT, swap("        '406':\n", "        '404':\n")),
        ("STR19", "contact.yaml", swap("        '404':\n", "        '410':\n")),
        ("STR20", AGENT, swap("  - name: Agent mappings\n", "  - name: Agent Mapping\n")),
        ("STR20", AGENT, swap("      tags: [Agent mappings]\n", "      tags: [Other mappings]\n")),
        ("STR21", "contact.yaml", lambda text: text.replace("readContact:", "contact:")),
        ("STR22", AGENT, lambda text: text.replace("AgentMappingRejected", "AgentMapping400")),
        ("STR22", AGENT, lambda text: text.replace("AgentMappingRejected", "BadAgentResponse")),
        (
            "STR22",
            AGENT,
            lambda text: text.replace("parameters/AgentId", "parameters/agent_id").replace(
                "    AgentId:", "    agent_id:"
            ),
        ),
        (
            "STR23",
            AGENT,
            lambda text: text.replace("SetAgentMappingRequest", "AgentMappingRequest"),
        ),
        (
            "STR23",
            "contact.yaml",
            lambda text: text.replace("ListContactsResponse", "ContactsPage"),
        ),
        (
            "STR25",
            AGENT,
            swap(
                "      x-sn-source: agent", "      x-sn-table: sys_user\n      x-sn-source: agent"
            ),
        ),
        (
            "STR26",
            AGENT,
            swap("      x-sn-roles: [interaction_agent]", "      x-sn-roles: interaction_agent"),
        ),
        *(
            (
                "STR26",
                AGENT,
                swap("      x-sn-roles: [interaction_agent]", f"      x-sn-roles: {{{members}}}"),
            )
            for members in ("all_of: interaction_agent", "any_of: [interaction_agent]", "")
        ),
        ("STR26", AGENT, swap("        creates: external", "        makes: external")),
        (
            "STR26",
            AGENT,
            swap("        key: [agentId, inboundId]", "        to: the agent is there"),
        ),
        ("STR28", AGENT, lambda text: text.replace("external_agent_id", "agent_sys_id")),
        (
            "STR28",
            "awa-offer-work.yaml",
            swap(
                "schemas/SysId'\n      examples:\n        call",
                "schemas/TableName'\n      examples:\n        call",
            ),
        ),
        (
            "EXA01",
            EXAMPLES,
            append("    setAgentMappingUnusedRequest:\n      summary: Nobody\n      value: {}\n"),
        ),
        ("EXA02", EXAMPLES, append("    otherRequest:\n      summary: Nobody\n      value: {}\n")),
        ("EXA02", EXAMPLES, append("    otherVoice:\n      summary: Nobody\n      value: x\n")),
        ("EXA02", EXAMPLES, swap("setAgentMappingSignedInRequest", "setAgentMappingRequest")),
        (
            "EXA03",
            AGENT,
            swap(
                "              examples:\n"
                "                signedOut:\n"
                "                  $ref: 'examples/agent-mapping.yaml#/components/examples/"
                "setAgentMappingSignedOutResponse'\n",
                "",
            ),
        ),
        ("EXA04", "common.yaml", swap("examples: ['true']", "examples: ['yes']")),
        ("EXA05", "common.yaml", swap("      examples: ['true']\n", "")),
        (
            "EXA06",
            AGENT,
            swap(
                "common.yaml#/components/responses/Forbidden",
                "common.yaml#/components/responses/No",
            ),
        ),
        ("EXA07", AGENT, swap("setAgentMappingSignedInRequest", "setAgentMappingSignedInResponse")),
        ("EXA07", AGENT, swap("setAgentMappingSignedInResponse", "setAgentMappingSignedInRequest")),
        ("EXA07", AGENT, swap("examples/agentIdVoiceAgent", "examples/inboundIdVoiceChannel")),
        (
            "EXA07",
            "contact.yaml",
            swap("getContactGeorgeWarrenResponse", "listContactsOfAccountResponse"),
        ),
        *(
            ("EXA08", "examples/awa-offer-work.yaml", swap(f"{name}: ", f"{name}d: "))
            for name in ("enable_auto_assign", "offered_on", "document_table", "message")
        ),
        (
            "GEN01",
            AGENT,
            swap(
                "        external_agent_id:\n", "        Active: {}\n        external_agent_id:\n"
            ),
        ),
        (
            "GEN01",
            AGENT,
            swap("    InboundId:\n      type", "    inboundID: {}\n    InboundId:\n      type"),
        ),
        ("GEN02", AGENT, swap("        external_agent_id:\n", "        'ä':\n")),
        ("GEN02", AGENT, swap("      examples: [ServiceNowVoice]\n", "      enum: ['', voice]\n")),
        ("GEN03", AGENT, swap("        external_agent_id:\n", "        extra:\n")),
        ("GEN03", AGENT, swap("    InboundId:\n      type", "    Config:\n      type")),
        ("GEN04", AGENT, swap("      examples: [ServiceNowVoice]\n", "      enum: [1.5, 2]\n")),
        ("GEN04", AGENT, swap("      examples: [ServiceNowVoice]\n", "      enum: [voice, 2]\n")),
        ("GEN06", AGENT, swap("      x-sn-default: true\n", "      default: true\n")),
        (
            "GEN05",
            AGENT,
            swap("schemas/AgentMappingResult'\n", "schemas/SetAgentMappingResponse'\n"),
        ),
        ("CLA01", CLAUSES, swap("  evidence: documented\n", "  evidence: rumoured\n")),
        ("CLA01", CLAUSES, swap("  evidence: documented\n", "  evidence: verified\n")),
        ("CLA02", CLAUSES, swap("AGT-PUT-01:", "AGT-NIL-01:")),
        ("CLA03", AGENT, swap("x-sn-clauses: AGT-API", "x-sn-clauses: AGT-ALL")),
        ("CLA04", CLAUSES, swap("agent-mapping@australia,", "agent-mapping@nowhere,")),
        (
            "CLA05",
            CLAUSES,
            swap("where: agent-mapping.yaml#/info", "where: agent-mapping.yaml#/inf"),
        ),
        ("CLA05", CLAUSES, swap("where: agent-mapping.yaml#/info", "where: contact.yaml#/info")),
        ("CLA06", CLAUSES, swap("  evidence: documented\n", "  evidence: assumed\n")),
        (
            "CLA07",
            CLAUSES,
            lambda text: re.sub(r"checked_by:.*(\n    -.*)*", "checked_by: []", text, count=1),
        ),
        *(
            (
                "CLA07",
                CLAUSES,
                append(
                    "AGT-PUT-99:\n  says: It is so.\n  source: agent-mapping@australia, x\n"
                    f"  where: agent-mapping.yaml#/info\n  checked_by: {checks}\n"
                    "  evidence: documented\n"
                ),
            )
            for checks in (
                "schema",
                "{any_of: [schema]}",
                "{any_of: []}",
                "{any_of: schema}",
                "{all_of: [schema, 'probe:known-url']}",
                "{any_of: [schema, 'probe:known-url'], also: [schema]}",
                "[schema, schema]",
                "[schema, 5]",
                "[schema, 'not-observable: nobody can see the rest']",
                "{any_of: [schema, 'not-observable: nobody can see the rest']}",
            )
        ),
        (
            "CLA08",
            CLAUSES,
            append(
                "AGT-PUT-99:\n  says: It is so.\n  source: agent-mapping@australia, x\n"
                "  where: agent-mapping.yaml#/info\n"
                "  checked_by: {any_of: [schema, 'probe:no-such-probe']}\n"
                "  evidence: documented\n"
            ),
        ),
        (
            "CLA08",
            CLAUSES,
            append(
                "AGT-PUT-99:\n  says: It is so.\n  source: agent-mapping@australia, x\n"
                "  where: agent-mapping.yaml#/info\n  checked_by: ['property:no_such_check']\n"
                "  evidence: documented\n"
            ),
        ),
        ("CLA09", CLAUSES, drop_block("AGT-PUT-S201")),
        (
            "CLA10",
            AGENT,
            swap(
                "        external_agent_id:\n          type: string\n",
                "        shift:\n          type: string\n"
                "        external_agent_id:\n          type: string\n",
            ),
        ),
        (
            "CLA11",
            CLAUSES,
            swap(
                "agent-mapping@australia, query parameters, None",
                "agent-mapping@australia, query parameters",
            ),
        ),
        *(
            (
                "CLA12",
                "quirks.yaml",
                swap(
                    "  title: The active flag is typed Boolean and sent as text",
                    f"  title: {title}",
                ),
            )
            for title in ("What the flag holds is not said", "The flag is shown nowhere")
        ),
        ("QUI01", "quirks.yaml", swap("  status: assumed\n", "  status: verified\n")),
        ("QUI01", "quirks.yaml", swap("  we_chose: The 403 of the page.", "  we_chose: 403.")),
        ("QUI02", AGENT, swap("      x-sn-quirks: [AGT-001]\n", "")),
        ("QUI02", AGENT, swap("x-sn-quirks: [AGT-001]", "x-sn-quirks: [AGT-001, AGT-002]")),
        ("QUI03", "quirks.yaml", swap("source: platform-docs", "source: hearsay")),
        ("QUI04", "quirks.yaml", swap("test_platform.py::test_", "test_platform.py::no_")),
        ("QUI05", AGENT, swap("x-sn-quirks: [AGT-001]", "x-sn-quirks: [AGT-001, AGT-999]")),
        ("QUI06", "sources.yaml", append("nobody:\n  kind: page\n")),
        ("QUI06", AGENT, swap("x-sn-source: agent-mapping@australia", "x-sn-source: hearsay")),
    ],
)
def test_rule_fires(source: Source, code: str, file: str, change: Change) -> None:
    with changed(source, file, change) as contract:
        found = {finding.code for rules in rules_of(code) for finding in rules.check(contract)}

    assert code in found


def test_one_of_may_stand_where_a_required_constant_decides(contract: Path) -> None:
    assert broken(contract, "awa-offer-work.yaml", one_of_two_results) == set()


def test_an_operation_that_stands_elsewhere_is_refused(contract: Path) -> None:
    path = contract / AGENT
    text = swap("    put:\n", "    post:\n      $ref: '#/x'\n    put:\n")(path.read_text("utf-8"))
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError, match="the operation lacks operationId and responses"):
        Source.load(contract)


@every(
    ("names", "codes"),
    [
        (("offer-a-call", "create-it"), set()),
        (("offerACall", "create-it"), {"STR24"}),
        (("offer-a-call", "create_it"), {"STR24"}),
        (("close-a-chat", "create-it"), {"STR24"}),
    ],
    ids=["kebab-case", "workflow", "step", "twice"],
)
def test_workflows_and_steps_have_names_in_kebab_case(
    source: Source, names: tuple[str, str], codes: set[str]
) -> None:
    workflow, step = names
    flows: list[dict[str, Any]] = [
        {"workflowId": "close-a-chat"},
        {"workflowId": workflow, "steps": [{"stepId": step}]},
    ]
    sample = {"workflows/sample.arazzo.yaml": {"workflows": flows}}
    contract = replace(source, workflows={**source.workflows, **sample})

    found = {finding.code for rules in (naming, workflows) for finding in rules.check(contract)}
    # It is no whole workflow, either.
    assert found == codes | {"ARA01"}


def test_a_file_that_belongs_to_no_api_is_told(contract: Path) -> None:
    (contract / "chat.yaml").write_text("openapi: 3.1.0\n", encoding="utf-8")

    assert {finding.code for finding in findings(Source.load(contract))} == {"STR27"}


def test_a_file_that_is_no_whole_document_is_told(contract: Path) -> None:
    assert "STR27" in broken(contract, EXAMPLES, swap("openapi: 3.1.0", "openapi: 3.0.4"))


def test_each_code_is_broken_by_a_test() -> None:
    codes = set[str]().union(*(codes_in(path) for path in RULES.glob("*.py")))
    tests = Path(__file__), Path(__file__).with_name("test_workflow_rules.py")

    assert codes - set[str]().union(*(codes_in(path) for path in tests)) == set()


def test_the_readme_gives_the_codes_of_each_file() -> None:
    documented: dict[str, set[str]] = {}
    for line in (RULES / "README.md").read_text(encoding="utf-8").splitlines():
        if row := re.match(r"\| `(\w+\.py)` \| ([^|]*)\|", line):
            documented[row[1]] = set()
            for family, first, last in re.findall(r"([A-Z]{3})(\d\d)(?:–[A-Z]{3}(\d\d))?", row[2]):
                documented[row[1]] |= {
                    f"{family}{number:02}" for number in range(int(first), int(last or first) + 1)
                }

    assert documented == {
        path.name: codes_in(path) for path in RULES.glob("*.py") if path.name != "__init__.py"
    }


def test_duplicate_clause_id_is_refused(contract: Path) -> None:
    path = contract / CLAUSES
    path.write_text(path.read_text(encoding="utf-8") + "AGT-PUT-01: {}\n", encoding="utf-8")

    with pytest.raises(DocumentError, match="'AGT-PUT-01' appears twice"):
        Source.load(contract)


def test_findings_say_where_and_how_to_mend(
    contract: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = contract / AGENT
    text = path.read_text(encoding="utf-8")
    path.write_text(swap("x-sn-releases: [australia]", "x-sn-release: []")(text), encoding="utf-8")

    code = main(["--source", str(contract)])

    assert code == 1
    assert (
        "agent-mapping.yaml#/info: STR08 the extension key 'x-sn-release' is unknown."
        " Use a key of the table in openapi/README.md, or add a row"
    ) in capsys.readouterr().err


# By rule of redocly.yaml, one break of it.
REDOCLY_BREAKS: list[tuple[str, Change]] = [
    ("rule/operation-id", swap("operationId: setAgentMapping", "operationId: mapAgent")),
    (
        "rule/summary-length",
        swap("Map an external agent to a user", "Map an external agent to a user."),
    ),
    ("rule/operation-papers", swap("      x-sn-source: agent-mapping@australia\n", "")),
    (
        "rule/no-single-example",
        swap("          examples: ['12345']", "          example: '12345'"),
    ),
    (
        "rule/statuses-by-name",
        swap(
            "        '401':\n          $ref: 'common.yaml#/components/responses/Unauthorized'\n",
            "",
        ),
    ),
    ("rule/statuses-by-name", swap("        '401':\n", "        '4XX':\n")),
    (
        "rule/schema-name",
        lambda text: text.replace("AgentMappingResult", "agent_mapping_result"),
    ),
    (
        "rule/no-single-media-example",
        swap(
            "              examples:\n                signedOut:\n"
            "                  $ref: 'examples/agent-mapping.yaml#/components/examples/"
            "setAgentMappingSignedOutResponse'\n",
            "              example: {}\n",
        ),
    ),
]


def test_each_redocly_rule_is_broken_by_a_test() -> None:
    rules = documents.load(layout.ROOT / "redocly.yaml")["rules"]

    assert {rule for rule, _ in REDOCLY_BREAKS} == set(rules)


@pytest.mark.parametrize(("message", "change"), REDOCLY_BREAKS)
def test_redocly_rule_fires(contract: Path, message: str, change: Change) -> None:
    path = contract / AGENT
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")

    done = subprocess.run(
        [node_tool("redocly"), "lint", str(path), "--config", str(layout.ROOT / "redocly.yaml")],
        env=node_environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert message in done.stdout + done.stderr
