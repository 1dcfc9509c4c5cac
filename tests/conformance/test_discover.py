"""Discover finds ids that exist, says where they come from, and writes what the runner reads."""

from __future__ import annotations

import io
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from ccaas_kit.contract import documents, layout
from ccaas_kit.contract.errors import ConfigError, DocumentError, TargetError
from ccaas_kit.discovery import discover
from ccaas_kit.gateway.credentials import from_environment
from ccaas_kit.model import pools, references
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import config
from tests.conformance.instances import (
    ACCOUNT,
    AGENTS,
    CASE,
    CONTACT,
    INTERACTION,
    PROVIDER,
    QUEUE,
    SECRET,
    SIGNED_IN,
    Instance,
    playing,
)
from tests.looping import every

MAPPING = "sn_ct_ctr_it_core_ccaas_external_id_mapping"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(layout.BUNDLE)


@dataclass(frozen=True, slots=True)
class Discovered:
    """What the command left behind."""

    code: int
    printed: str
    text: str

    @property
    def ids(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = tomllib.loads(self.text)["ids"]
        return found


def discovered(instance: Instance, folder: Path, *arguments: str) -> Discovered:
    out = folder / "target.toml"
    printed = io.StringIO()
    with playing(instance) as url:
        code = discover.main(
            ["--target", url, "--out", str(out), *arguments],
            environment=SIGNED_IN,
            console=Console(file=printed, width=160),
        )
    return Discovered(code, printed.getvalue(), out.read_text(encoding="utf-8"))


def test_ids_of_every_kind_are_found(tmp_path: Path) -> None:
    found = discovered(Instance(), tmp_path)

    assert found.code == 0
    assert {name: found.ids[name] for name in found.ids if name != "manager"} == {
        "agentId": [AGENTS[0]],
        "agent_sys_id": [AGENTS[0]],
        "queue_id": [QUEUE],
        "source_queue_id": [QUEUE],
        "inboundId": ["ServiceNowVoice"],
        "account": [ACCOUNT],
        "id": [CONTACT],
        "external_provider": [PROVIDER],
        "channel": ["chat"],
        "queue": [QUEUE],
        "interaction_id": [INTERACTION],
        "document_table": ["interaction"],
        "document_sys_id": [INTERACTION],
        "tableName": ["sn_customerservice_case"],
        "documentId": [CASE],
        "context_table": ["sn_customerservice_case"],
        "context_id": [CASE],
    }


def test_the_file_is_a_config_of_the_runner(tmp_path: Path, contract: Contract) -> None:
    found = discovered(Instance(), tmp_path)

    settings = config.load(tmp_path / "target.toml")
    filled = pools.build(contract, settings.ids, seeded=False)

    assert filled.configured == set(found.ids)


def test_each_name_says_where_its_ids_come_from(tmp_path: Path) -> None:
    lines = discovered(Instance(), tmp_path).text.splitlines()

    assert lines[lines.index(f'queue = ["{QUEUE}"]') - 1] == (
        "# queue of createInteraction: awa_queue, column sys_id; 1 found"
    )
    assert lines[lines.index(f'agentId = ["{AGENTS[0]}"]') - 1] == (
        "# agentId of setAgentMapping: sys_user, users with awa_agent and awa_external_user; "
        "1 found"
    )


def test_a_table_that_cannot_be_read_is_a_comment_and_no_error(tmp_path: Path) -> None:
    found = discovered(Instance(closed=("awa_queue",)), tmp_path)

    assert found.code == 0
    assert "awa_queue: cannot be read (403 User Not Authorized)" in found.text
    assert "awa_queue: cannot be read (403 User Not Authorized)" in found.printed
    assert "# queue = []" in found.text.splitlines()
    assert "queue" not in found.ids
    assert found.ids["id"] == [CONTACT]


def test_nothing_found_ends_with_1_and_a_file_to_fill_in(tmp_path: Path) -> None:
    instance = Instance()
    instance.tables = {"sys_user": []}

    found = discovered(instance, tmp_path)

    assert found.code == 1
    assert found.ids == {}
    assert "# agentId = []" in found.text.splitlines()


def test_active_records_are_preferred_and_others_taken_if_there_are_none(tmp_path: Path) -> None:
    instance = Instance()
    instance.tables["awa_queue"] = [{"sys_id": "c" * 32, "active": "false"}]

    found = discovered(instance, tmp_path)

    assert found.ids["queue"] == ["c" * 32]


def test_agents_need_every_role_unless_nobody_has_them_all(tmp_path: Path) -> None:
    instance = Instance()
    rows = instance.tables["sys_user_has_role"]
    instance.tables["sys_user_has_role"] = [
        row for row in rows if row["role.name"] != "awa_external_user"
    ]

    found = discovered(instance, tmp_path)

    assert found.ids["agentId"] == list(AGENTS)
    assert "agentId of setAgentMapping: sys_user, users with awa_agent; 2 found" in found.text


def test_agents_are_found_by_the_roles_that_stand_with_the_user_too(tmp_path: Path) -> None:
    instance = Instance(closed=("sys_user_has_role",))
    instance.tables["sys_user"][0]["roles"] = "awa_agent_manager"
    instance.tables["sys_user"][1]["roles"] = "itil, awa_agent"
    instance.tables["sys_user"][2]["roles"] = "awa_external_user,awa_agent"

    found = discovered(instance, tmp_path)

    assert found.ids["agentId"] == [AGENTS[1]]


def test_documents_that_have_a_mapping_come_first_and_are_of_one_table(tmp_path: Path) -> None:
    instance = Instance()
    instance.tables[MAPPING] = [
        {"document_table": "interaction", "document_id": "1" * 32},
        {"document_table": "u_own", "document_id": "2" * 32},
        {"document_table": "interaction", "document_id": "3" * 32},
        {"document_table": "Not A Table", "document_id": "4" * 32},
    ]

    found = discovered(instance, tmp_path)

    assert found.ids["tableName"] == ["interaction"]
    assert found.ids["documentId"] == ["1" * 32, "3" * 32]


def test_values_that_the_contract_does_not_admit_are_left_out(tmp_path: Path) -> None:
    instance = Instance()
    instance.tables["customer_contact"] = [
        {"sys_id": "too short"},
        {"sys_id": CONTACT},
        {"sys_id": '"\n[accepted]\n' + "x" * 20},
    ]
    instance.tables["interaction"] = [
        {"sys_id": INTERACTION, "channel": "carrier pigeon"},
        {"sys_id": INTERACTION, "channel": "phone"},
    ]
    instance.tables["sys_cs_provider_application"] = [
        {"inbound_id": 'Voice "One" \\ café'},
        {"inbound_id": f"my {SECRET}"},
        {"inbound_id": "two\nlines"},
    ]

    found = discovered(instance, tmp_path)

    assert found.ids["id"] == [CONTACT]
    assert found.ids["channel"] == ["phone"]
    assert found.ids["inboundId"] == ['Voice "One" \\ café']
    assert SECRET not in found.text + found.printed


def test_records_that_a_call_changes_are_held_back_on_an_instance(contract: Contract) -> None:
    signed = from_environment(SIGNED_IN, contract)
    with playing(Instance()) as url:
        careful = discover.find(url, signed, contract)
        ids = discover.pools(url, signed, contract)
        free = discover.pools(url, signed, contract, changing=True)
    text = discover.as_toml(url, careful)

    assert "interaction_id" not in ids
    assert ids["document_sys_id"] == [INTERACTION]
    assert free["interaction_id"] == [INTERACTION]
    assert f'# interaction_id = ["{INTERACTION}"]' in text.splitlines()
    assert "# closeInteraction changes these records: take out the # if it may" in text


def test_only_get_is_sent_and_each_table_is_read_once(tmp_path: Path) -> None:
    instance = Instance()

    discovered(instance, tmp_path)

    assert set(instance.methods) == {"GET"}
    assert len(instance.paths) == len(set(instance.paths)) <= 40


def test_an_existing_file_is_kept_unless_force_is_given(tmp_path: Path) -> None:
    out = tmp_path / "target.toml"
    out.write_text("[ids]\n", encoding="utf-8")
    instance = Instance()

    with pytest.raises(ConfigError, match="exists already"):
        discovered(instance, tmp_path)
    kept = out.read_text(encoding="utf-8")
    found = discovered(instance, tmp_path, "--force")

    assert kept == "[ids]\n"
    assert found.ids["queue"] == [QUEUE]


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be written"):
        discovered(Instance(), tmp_path / "no" / "such")


def test_a_dash_prints_the_file_and_nothing_else() -> None:
    printed = io.StringIO()
    with playing(Instance()) as url:
        code = discover.main(
            ["--target", url, "--out", "-"],
            environment=SIGNED_IN,
            console=Console(file=printed, width=40),
        )

    assert code == 0
    assert tomllib.loads(printed.getvalue())["ids"]["queue"] == [QUEUE]


@every(
    ("instance", "message"),
    [
        (Instance(page="hibernating"), "the instance hibernates. Sign in"),
        (Instance(page="proxy error"), "502 with an HTML page"),
        (Instance(redirect="http://elsewhere.example/"), "redirects to elsewhere.example/"),
        (Instance(credentials="other:other"), "401 User Not Authenticated"),
        (Instance(has_tables=False), "has no Table API (400 Requested URI"),
    ],
    ids=["hibernating", "proxy error", "redirect", "refused login", "no tables"],
)
def test_a_target_without_readable_tables_is_an_error_and_gives_no_pools(
    instance: Instance, message: str, contract: Contract
) -> None:
    signed = from_environment(SIGNED_IN, contract)
    with playing(instance) as url:
        with pytest.raises(TargetError) as caught:
            discover.find(url, signed, contract)
        ids = discover.pools(url, signed, contract)

    assert message in str(caught.value)
    assert url in str(caught.value)
    assert ids == {}


def test_a_name_refers_to_one_table_only(contract: Contract) -> None:
    tables: dict[str, set[str]] = {}
    for parameter in contract.document["components"]["parameters"].values():
        if "x-sn-table" in parameter:
            tables.setdefault(parameter["name"], set()).add(parameter["x-sn-table"])

    wanted, pairs = references.of(contract)

    names = [reference.name for reference in wanted] + [
        name for pair in pairs for name in (pair.name, pair.table_name)
    ]
    assert len(names) == len(set(names))
    assert {
        reference.name: {reference.table} for reference in wanted if reference.name in tables
    } == tables


def test_names_that_refer_to_two_tables_are_an_error(tmp_path: Path, contract: Contract) -> None:
    document = documents.load(layout.BUNDLE)
    document["components"]["parameters"]["AgentId"]["name"] = "id"
    document["paths"] = {
        path.replace("{agentId}", "{id}"): item for path, item in document["paths"].items()
    }
    bundle = tmp_path / "all.yaml"
    bundle.write_text(documents.dump_yaml(document), encoding="utf-8")

    with pytest.raises(DocumentError, match="'id' refers to sys_user and to customer_contact"):
        references.of(Contract(bundle))
