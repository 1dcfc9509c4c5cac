"""The doctor names what is wrong with a target, and with nothing but GET."""

from __future__ import annotations

import io
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console

from ccaas_kit.contract import layout
from ccaas_kit.contract.errors import KitError
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.discovery import doctor, roles
from ccaas_kit.gateway import diagnosis
from ccaas_kit.gateway.connection import LIMITS, Connection, Limits
from ccaas_kit.gateway.credentials import from_environment
from ccaas_kit.gateway.diagnosis import Kind, TargetResponse, Words
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.table_api import TableApi, TableError
from ccaas_kit.model.contract import Contract
from tests.conformance.instances import (
    AGENT_MAPPING,
    AGENTS,
    CONTACTS,
    INTERACTIONS,
    MAPPINGS,
    OFFER,
    PAGES,
    QUEUE,
    SECRET,
    SIGNED_IN,
    Instance,
    playing,
    self_signed,
)
from tests.looping import every

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes certificates")


@dataclass(frozen=True, slots=True)
class Examined:
    """What the doctor said of an instance."""

    code: int
    printed: str
    document: dict[str, Any]

    def of(self, name: str) -> tuple[str, str, str]:
        """Result, what was seen and advice of a check."""
        found = next(check for check in self.document["checks"] if check["check"] == name)
        return found["result"], found["seen"], found["advice"]

    def problems(self) -> list[str]:
        return [check["check"] for check in self.document["checks"] if check["result"] == "problem"]


def ask(
    url: str,
    *arguments: str,
    variables: Mapping[str, str] = SIGNED_IN,
    limits: Limits = LIMITS,
) -> Examined:
    printed = io.StringIO()
    code = doctor.main(
        ["--target", url, *arguments],
        environment=variables,
        console=Console(file=printed, width=160),
        limits=limits,
    )
    text = printed.getvalue()
    return Examined(code, text, json.loads(text) if "--json" in arguments else {})


def examine(
    instance: Instance, *, variables: Mapping[str, str] = SIGNED_IN, limits: Limits = LIMITS
) -> Examined:
    with playing(instance) as url:
        return ask(url, "--json", variables=variables, limits=limits)


def test_a_healthy_instance_has_no_problem() -> None:
    examined = examine(Instance())

    assert examined.code == 0
    assert examined.document["result"] == "ok"
    assert {check["result"] for check in examined.document["checks"]} == {"ok"}
    assert [check["check"] for check in examined.document["checks"]][:9] == [
        "reachable",
        "login",
        "Agent Mapping API",
        "AWA Offer Work API",
        "Contact API",
        "External ID Mapping API",
        "Interaction Management API",
        "Table API",
        "plugin sn_external_agent",
    ]


def test_a_slash_at_the_end_of_the_url_is_named_and_left_out() -> None:
    instance = Instance()
    with playing(instance) as url:
        examined = ask(f"{url}/", "--json", variables=SIGNED_IN, limits=LIMITS)

    assert examined.of("URL")[:2] == ("ok", "ends with a slash, which is left out of every request")
    assert examined.code == 0
    assert not [path for path in instance.paths if path.startswith("//")]


def test_only_a_few_get_requests_are_sent() -> None:
    instance = Instance()

    examined = examine(instance)

    assert set(instance.methods) == {"GET"}
    assert examined.document["requests"] == len(instance.paths) <= 24


def test_no_more_is_claimed_of_other_methods_than_a_get_shows() -> None:
    examined = examine(Instance())

    assert examined.of("AWA Offer Work API")[1] == (
        "offerWork seems to be there (GET gives 405 Method not Supported)"
    )
    assert examined.of("Contact API")[1] == (
        "listContacts and createContact: GET gives 200; getContact: GET gives 404 No Record found"
    )


def test_the_table_names_target_and_conclusion() -> None:
    with playing(Instance(missing=(OFFER,))) as url:
        examined = ask(url)

    assert url in examined.printed
    assert "A plugin seems to be missing" in examined.printed
    assert "(com.glide.awa)" in examined.printed
    assert examined.printed.rstrip().endswith("Problems found. The advice says what to do.")
    assert examined.code == 1


@every(
    ("page", "seen", "advice"),
    [
        ("hibernating", "the instance hibernates", "wake the instance"),
        ("reclaimed", "the instance was reclaimed", "Request a new one"),
        ("login page", "200 with an HTML page to sign in", "not with a browser"),
        ("portal", "'Welcome & hello' instead of JSON", "Check that the URL"),
        ("proxy error", "502 with an HTML page '502 Bad Gateway' of a proxy", "cannot reach it"),
        ("gateway", "504 without an error of the platform", "cannot reach it"),
        ("firewall", "403 with an HTML page 'Access denied' of a proxy", "ask who runs the proxy"),
        ("text", "200 with text/plain instead of JSON", "Check the URL"),
    ],
)
def test_what_is_no_api_is_recognised_and_named(page: str, seen: str, advice: str) -> None:
    instance = Instance(page=page)

    examined = examine(instance)

    assert page in PAGES
    assert [check["check"] for check in examined.document["checks"]] == ["reachable"]
    assert examined.of("reachable")[0] == "problem"
    assert seen in examined.of("reachable")[1]
    assert advice in examined.of("reachable")[2]
    assert examined.code == 1
    assert instance.signatures == [""]


@pytest.mark.parametrize(
    ("place", "seen"),
    [
        ("{other}/api/now/contact", "redirects to 127.0.0.1/api/now/contact, which was not"),
        ("{other}/login.do?token=1", "redirects to 127.0.0.1/login.do (to sign in)"),
        ("/home", "redirects to itself/home, which"),
        ("http://[", "redirects to no URL"),
    ],
    ids=["another host", "a login page", "itself", "nonsense"],
)
def test_redirects_are_named_and_not_followed(place: str, seen: str) -> None:
    other = Instance()
    with playing(other) as url:
        examined = examine(Instance(redirect=place.format(other=url)))

    assert seen in examined.of("reachable")[1]
    assert examined.code == 1
    assert other.paths == []


def test_credentials_are_not_sent_before_an_api_has_answered() -> None:
    instance = Instance()

    examine(instance)

    assert instance.signatures[0] == ""
    assert all(signature.startswith("Basic ") for signature in instance.signatures[1:])


@every(
    ("instance", "variables", "seen", "advice"),
    [
        (Instance(), {"SN_USERNAME": "x", "SN_PASSWORD": "y"}, "401 User Not Auth", "SN_ variab"),
        (
            Instance(),
            {"SN_USERNAME": "x", "SN_PASSWORD": "y"},
            "401 User Not Auth",
            "snc_basic_auth_api_access",
        ),
        (Instance(), {"SN_TOKEN": "x"}, "401 User Not Authenticated", "the user is active"),
        (Instance(), {"OTHER": "x"}, "the environment has none", "SN_USERNAME and SN_PASSWORD"),
        (
            Instance(second_factor=True, credentials="other:other"),
            SIGNED_IN,
            "a second factor is asked for",
            "needs no second factor",
        ),
    ],
    ids=["wrong password", "basic is restricted", "wrong token", "no credentials", "second factor"],
)
def test_a_refused_login_ends_the_examination(
    instance: Instance, variables: dict[str, str], seen: str, advice: str
) -> None:
    examined = examine(instance, variables=variables)

    assert examined.problems() == ["login"]
    assert examined.document["checks"][-1]["check"] == "login"
    assert seen in examined.of("login")[1]
    assert advice in examined.of("login")[2]
    assert examined.code == 1


def test_a_target_that_serves_everyone_shows_nothing_of_the_login() -> None:
    examined = examine(Instance(is_open=True))

    assert examined.of("login")[:2] == (
        "unknown",
        "200 without credentials as well, so theirs shows nothing",
    )


@every(
    ("path", "api", "plugin"),
    [
        (AGENT_MAPPING, "Agent Mapping API", "sn_external_agent"),
        (OFFER, "AWA Offer Work API", "com.glide.awa"),
        (CONTACTS, "Contact API", "com.sn_customerservice"),
        (MAPPINGS, "External ID Mapping API", "sn_ct_ctr_it_core"),
        (INTERACTIONS, "Interaction Management API", "com.glide.interaction"),
    ],
)
def test_an_api_that_is_not_there_names_its_plugin(path: str, api: str, plugin: str) -> None:
    examined = examine(Instance(missing=(path,)))

    result, seen, advice = examined.of(api)
    assert examined.problems() == [api]
    assert result == "problem"
    assert "400 Requested URI does not represent any resource" in seen
    assert "A plugin seems to be missing" in advice
    assert f"({plugin})" in advice


def test_plugins_that_are_not_active_or_not_there_are_named() -> None:
    instance = Instance(missing=(OFFER, MAPPINGS, INTERACTIONS))
    instance.tables["v_plugin"] = [
        {"id": "com.glide.awa", "active": "inactive"},
        {"id": "com.sn_customerservice", "active": "active"},
    ]

    examined = examine(instance)

    assert examined.of("plugin com.glide.awa") == (
        "problem",
        "is there and not active ('inactive')",
        "Activate Advanced Work Assignment (com.glide.awa)",
    )
    assert examined.of("plugin com.glide.interaction")[:2] == (
        "problem",
        "seems not to be installed",
    )
    assert examined.of("plugin com.sn_customerservice")[0] == "ok"


def test_a_plugin_that_is_not_listed_is_no_problem_if_its_api_answers() -> None:
    instance = Instance()
    instance.tables["sys_store_app"] = []

    examined = examine(instance)

    assert examined.code == 0
    assert examined.of("plugin sn_external_agent")[:2] == (
        "unknown",
        "is not listed, although an API that needs it responds",
    )


@pytest.mark.parametrize(
    ("instance", "why"),
    [
        (Instance(closed=("v_plugin",)), "v_plugin cannot be read (403 User Not Authorized)"),
        (Instance(has_tables=False), "v_plugin cannot be read (400 Requested URI"),
    ],
    ids=["forbidden", "no tables"],
)
def test_tables_that_cannot_be_read_leave_checks_open(instance: Instance, why: str) -> None:
    instance.missing = (OFFER,)

    examined = examine(instance)

    assert examined.of("plugin com.glide.awa")[0] == "unknown"
    assert examined.of("plugin com.glide.awa")[1].startswith(why)


def test_plugins_are_not_missing_if_the_user_sees_none_at_all() -> None:
    instance = Instance(missing=(OFFER,))
    instance.tables["v_plugin"] = []

    examined = examine(instance)

    assert examined.of("plugin com.glide.awa")[:2] == (
        "unknown",
        "the instance lists no plugins to this user",
    )


def test_a_role_that_the_user_lacks_is_named() -> None:
    examined = examine(Instance().without_role("csm_ws_integration", "awa_integration_user"))

    assert examined.problems() == [
        "roles: AWA Offer Work API",
        "roles: Contact API",
        "roles: External ID Mapping API",
    ]
    assert examined.of("roles: External ID Mapping API")[1:] == (
        "the user seems to have no role for setExternalIdMapping",
        "Give the user sn_ct_ctr_it_core.admin and awa_integration_user",
    )
    assert examined.of("roles: Contact API") == (
        "problem",
        "the user seems to have no role for listContacts, createContact, getContact",
        "Give the user csm_ws_integration",
    )
    assert examined.of("roles: AWA Offer Work API")[2] == (
        "Give the user awa_manager or awa_integration_user"
    )


def test_a_refused_read_names_the_role_even_if_roles_are_hidden() -> None:
    instance = Instance(forbidden=(CONTACTS,), closed=("sys_user_has_role",))

    examined = examine(instance)

    assert examined.of("Contact API")[0] == "problem"
    assert examined.of("Contact API")[2] == "A role seems to be missing: csm_ws_integration"
    assert examined.of("roles: Contact API")[0] == "problem"
    assert examined.of("roles: AWA Offer Work API") == (
        "unknown",
        "sys_user_has_role cannot be read (403 User Not Authorized)",
        "offerWork needs awa_manager or awa_integration_user",
    )


def test_a_refusal_despite_the_role_points_at_the_acls() -> None:
    examined = examine(Instance(forbidden=(CONTACTS,)))

    assert examined.of("roles: Contact API") == (
        "problem",
        "although a role is there, 403 for listContacts, getContact",
        "Look at the ACLs of the API",
    )


def test_roles_that_stand_with_the_user_count_where_the_others_are_closed() -> None:
    instance = Instance(closed=("sys_user_has_role",))
    for row in instance.tables["sys_user"]:
        row["roles"] = "interaction_agent,csm_ws_integration,awa_agent"

    examined = examine(instance)

    assert examined.problems() == [
        "agents",
        "roles: AWA Offer Work API",
        "roles: External ID Mapping API",
    ]


def test_an_administrator_has_every_role() -> None:
    instance = Instance()
    rows = instance.tables["sys_user_has_role"]
    instance.without_role(*(row["role.name"] for row in rows))
    caller = rows[0]["user"]
    instance.tables["sys_user_has_role"].append({"user": caller, "role.name": "admin"})

    examined = examine(instance)

    assert examined.of("roles: Contact API")[0] == "ok"
    assert examined.of("roles: AWA Offer Work API")[0] == "ok"


def test_roles_of_another_user_are_not_taken_for_those_of_the_caller() -> None:
    # An instance that drops the condition on the caller answers with any users.
    instance = Instance(ignored=("sys_id",))
    instance.tables["sys_user"].reverse()

    examined = examine(instance)

    assert examined.of("roles: AWA Offer Work API")[:2] == (
        "unknown",
        "the instance does not show the user's roles",
    )


def test_rows_of_other_users_give_the_caller_no_roles() -> None:
    instance = Instance(ignored=("user",)).without_role("csm_ws_integration")
    instance.tables["sys_user_has_role"].append(
        {"user": AGENTS[0], "role.name": "csm_ws_integration"}
    )

    examined = examine(instance)

    assert examined.problems() == ["roles: Contact API"]


@pytest.mark.parametrize(
    ("rows", "result", "seen"),
    [
        ([{"name": "glide.awa.enabled", "value": "false"}], "problem", "'false'"),
        ([], "unknown", "the instance does not show it to this user"),
        ([{"name": "other", "value": "true"}], "unknown", "the instance does not show it"),
    ],
    ids=["off", "hidden", "another one"],
)
def test_the_property_that_turns_assignment_on_is_looked_at(
    rows: list[dict[str, str]], result: str, seen: str
) -> None:
    instance = Instance()
    instance.tables["sys_properties"] = rows

    examined = examine(instance)

    assert examined.of("property glide.awa.enabled")[0] == result
    assert examined.of("property glide.awa.enabled")[1].startswith(seen)


def test_agents_without_the_role_for_work_from_outside_are_a_problem() -> None:
    instance = Instance()
    rows = instance.tables["sys_user_has_role"]
    instance.tables["sys_user_has_role"] = [
        row for row in rows if row["role.name"] != "awa_external_user"
    ]

    examined = examine(instance)

    assert examined.of("agents") == (
        "problem",
        "there are users with awa_agent, and none with all the roles",
        "Agents who receive work need awa_agent and awa_external_user",
    )


def test_the_roles_of_agents_are_those_of_the_contract() -> None:
    contract = Contract(layout.BUNDLE)

    schema = contract.node("#/components/schemas/OfferAssignment/properties/agent_sys_id")

    assert all(f"`{role}`" in schema["description"] for role in roles.AGENT_ROLES)


def test_a_server_error_is_a_problem_of_its_api() -> None:
    examined = examine(Instance(failing=(MAPPINGS,)))

    assert examined.problems() == ["External ID Mapping API"]
    assert (
        "500 Exception while executing request: null" in examined.of("External ID Mapping API")[1]
    )
    assert examined.of("External ID Mapping API")[2] == "See the system log of the instance"


def test_a_busy_instance_is_asked_again_after_the_time_that_it_names() -> None:
    instance = Instance(busy=2, retry_after="0")

    examined = examine(instance)

    assert instance.busy == 0
    assert {check["result"] for check in examined.document["checks"]} == {"ok"}
    assert examined.document["requests"] == len(instance.paths)


def test_an_instance_that_is_busy_for_too_long_is_not_waited_for() -> None:
    instance = Instance(busy=10_000, retry_after="3600")

    examined = examine(instance)

    assert examined.of("Contact API") == (
        "unknown",
        "listContacts and createContact: GET gives 429 Rate limit exceeded; "
        "getContact: GET gives 429 Rate limit exceeded",
        f"Try again later, or have the rate limit raised (rule {'d' * 32})",
    )
    assert examined.problems() == []


@pytest.mark.parametrize(
    ("limits", "instance"),
    [
        (Limits(requests=4), Instance()),
        (Limits(total=0.3), Instance(delay=0.08)),
        (Limits(response=0.2), Instance(delay=1.0)),
    ],
    ids=["requests", "time", "one answer"],
)
def test_the_examination_keeps_its_limits(limits: Limits, instance: Instance) -> None:
    examined = examine(instance, limits=limits)

    assert examined.code in (1, 2)
    assert examined.document["checks"][-1]["result"] == "problem"
    assert len(instance.paths) <= 4


def test_a_response_that_drips_is_not_waited_for() -> None:
    examined = examine(Instance(drip=0.05), limits=Limits(response=0.3))

    assert examined.of("reachable")[:2] == ("problem", "gave no answer in time")
    assert examined.code == 2


def test_nobody_there_ends_with_2() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    examined = ask(f"http://127.0.0.1:{port}", "--json")

    assert examined.code == 2
    assert examined.of("reachable") == (
        "problem",
        "the connection is refused",
        "Check that it is running, and the port",
    )


@openssl
def test_a_certificate_that_nobody_signed_is_named(tmp_path: Path) -> None:
    instance = Instance()
    with playing(instance, self_signed(tmp_path)) as url:
        examined = ask(url, "--json")

    assert examined.problems() == ["TLS"]
    assert "the TLS certificate is not trusted (self-signed certificate)" in examined.of("TLS")[1]
    assert "SSL_CERT_FILE" in examined.of("TLS")[2]
    assert examined.code == 1
    assert instance.paths == []


@openssl
def test_a_certificate_of_an_authority_that_is_named_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))

    with playing(Instance(), files) as url:
        examined = ask(url, "--json")

    assert examined.of("TLS") == ("ok", "TLSv1.3, the certificate is trusted", "")
    assert examined.code == 0


def test_https_where_http_is_spoken_is_named() -> None:
    with playing(Instance()) as url:
        examined = ask(url.replace("http:", "https:"), "--json")

    assert examined.of("TLS")[:2] == ("problem", "does not speak TLS")


@pytest.mark.parametrize("variables", [SIGNED_IN, {"SN_TOKEN": SECRET}, {"SN_API_KEY": SECRET}])
def test_secrets_are_in_no_output(variables: dict[str, str]) -> None:
    # The instance repeats the password of its user in a message.
    with playing(Instance(is_open=True)) as url:
        examined = [
            ask(url, variables=variables),
            ask(url, "--json", variables=variables),
        ]

    assert all("Mapping not found" in outcome.printed for outcome in examined)
    assert all(SECRET not in outcome.printed for outcome in examined)
    assert all("[hidden]" in outcome.printed for outcome in examined)


def test_a_secret_that_is_a_common_word_leaves_our_own_words_alone() -> None:
    instance = Instance(credentials="admin:admin", is_open=True).without_role(
        "sn_ct_ctr_it_core.admin"
    )

    examined = examine(instance, variables={"SN_USERNAME": "admin", "SN_PASSWORD": "admin"})

    assert examined.of("roles: External ID Mapping API")[2] == (
        "Give the user sn_ct_ctr_it_core.admin; sn_ct_ctr_it_core.admin and awa_integration_user"
    )


def test_what_a_target_sends_cannot_steer_the_terminal() -> None:
    response = TargetResponse(
        200, {"content-type": "text/html"}, b"<title>\x1b[31m[bold]\r\nx" + b"y" * 500
    )

    found = diagnosis.of_response(response, Words())

    assert found.seen.startswith("200 with an HTML page '[31m[bold] xyyy")
    assert len(found.seen) < 180


@every(
    ("error", "reason", "kind"),
    [
        (httpx.ConnectError, socket.gaierror(-2, "unknown"), Kind.UNKNOWN_HOST),
        (httpx.ConnectError, ConnectionRefusedError(), Kind.CONNECTION_REFUSED),
        (httpx.ConnectError, OSError("no route"), Kind.UNREACHABLE),
        (httpx.ConnectError, ssl.SSLError("wrong version"), Kind.TLS_FAILED),
        (httpx.ConnectTimeout, TimeoutError(), Kind.TIMEOUT),
        (httpx.ProxyError, None, Kind.GATEWAY),
        (httpx.RemoteProtocolError, None, Kind.NO_HTTP),
    ],
)
def test_the_reason_of_a_failed_connection_is_told(
    error: type[httpx.TransportError], reason: Exception | None, kind: Kind
) -> None:
    raised = error("failed")
    raised.__cause__ = reason

    found = diagnosis.of_error(raised)

    assert found.kind is kind
    assert found.advice
    assert not found.is_from_api


def test_the_words_of_the_contract_are_there() -> None:
    words = Words.of(Contract(layout.BUNDLE))

    assert words.no_resource == "Requested URI does not represent any resource"


def test_a_record_is_deleted_once() -> None:
    instance = Instance()
    contract = Contract(layout.BUNDLE)
    signed = from_environment(SIGNED_IN, contract)
    with playing(instance) as url, Gateway(url) as gateway:
        connection = Connection(gateway, signed)
        tables = TableApi(connection, Words.of(contract))

        gone = [tables.delete("awa_queue", QUEUE), tables.delete("awa_queue", QUEUE)]
        left = tables.records("awa_queue", fields=("sys_id",))
        with pytest.raises(TableError) as caught:
            tables.delete("no_such", QUEUE)

    assert gone == [True, False]
    assert [row["sys_id"] for row in left] == ["c" * 32]
    assert str(caught.value) == "table no_such: 400 Invalid table no_such"


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SN_")}
    return subprocess.run(
        [sys.executable, "-m", "ccaas_kit", *arguments],
        cwd=ROOT,
        env={**clean, **SIGNED_IN},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_subcommand_is_found_by_its_name() -> None:
    with playing(Instance(page="hibernating")) as url:
        ended = command("doctor", "--target", url)

    assert ended.returncode == 1
    assert "hibernates" in ended.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["doctor"], "the following arguments are required: --target"),
        (["doctor", "--target", "x.example"], "is not an http(s) URL"),
        (["doctor", "--target", "https://x.example", "--profile", "full"], "unrecognized"),
    ],
    ids=["no target", "no URL", "an option of the run"],
)
def test_a_wrong_use_ends_with_2(arguments: list[str], message: str) -> None:
    ended = command(*arguments)

    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr


def test_half_a_pair_of_credentials_is_an_error() -> None:
    with pytest.raises(KitError, match="SN_PASSWORD is not set"):
        ask("http://127.0.0.1:9", variables={"SN_USERNAME": "canary"})
