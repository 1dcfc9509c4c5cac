"""Who may call: Basic, bearer tokens, API keys, roles, plugins and rate limits."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ccaas_kit.sandbox.http.messages import Request
from ccaas_kit.sandbox.instance.seed import load
from tests.looping import every
from tests.sandbox.conftest import Answered, Caller, answered, basic

CONTACTS = "/api/now/contact"
CLIENT = {"client_id": "sandbox-client", "client_secret": "sandbox-secret"}
PASSWORD = {"grant_type": "password", "username": "admin", "password": "admin", **CLIENT}


def token(sandbox: Caller, **form: str) -> Answered:
    return answered(
        sandbox.app.handle(
            Request(
                "POST",
                "/oauth_token.do",
                headers={"content-type": "application/x-www-form-urlencoded"},
                body=urlencode(form).encode(),
            )
        )
    )


def test_an_oauth_client_can_sign_in_by_a_basic_header(sandbox: Caller) -> None:
    def granted(name: str, secret: str) -> int:
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": basic(name, secret),
        }
        raw = b"grant_type=client_credentials"
        return sandbox("POST", "/oauth_token.do", raw=raw, user=None, headers=headers).status

    # RFC 6749, 2.3.1: both are written as in a form.
    assert granted("sandbox%2Dclient", "sandbox-secret") == 200
    assert granted("sandbox-client", "wrong") == 401
    assert granted("admin", "admin") == 401


def reseed(sandbox: Caller, **changes: Any) -> None:
    sandbox.instance.load_seed({**load(), **changes})


@every(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic " + "A" * 100_000,
        basic("admin", "wrong"),
        basic("nobody", "admin"),
        "Bearer nothing",
        "Digest username=admin",
        "\x00\xff",
    ],
)
def test_whoever_is_not_known_is_challenged(sandbox: Caller, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}

    response = sandbox("GET", CONTACTS, user=None, headers=headers)

    assert response.status == 401
    assert response.headers["www-authenticate"] == 'BASIC realm="Service-now"'
    assert response.json["error"]["message"] == "User Not Authenticated"


def test_an_api_key_signs_in(sandbox: Caller) -> None:
    good = sandbox("GET", CONTACTS, user=None, headers={"x-sn-apikey": "sandbox-api-key"})
    bad = sandbox("GET", CONTACTS, user=None, headers={"x-sn-apikey": "another"})

    assert (good.status, bad.status) == (200, 401)


def test_a_token_signs_in_until_it_expires(sandbox: Caller) -> None:
    grant = token(sandbox, **PASSWORD).json

    headers = {"authorization": f"Bearer {grant['access_token']}"}
    before = sandbox("GET", CONTACTS, user=None, headers=headers)
    sandbox("POST", "/_sandbox/clock", {"advance_s": grant["expires_in"]})
    after = sandbox("GET", CONTACTS, user=None, headers=headers)

    assert (grant["token_type"], grant["expires_in"]) == ("Bearer", 1799)
    assert (before.status, after.status) == (200, 401)


def test_a_refresh_token_gives_a_new_token_and_opens_nothing_itself(sandbox: Caller) -> None:
    first = token(sandbox, **PASSWORD).json

    second = token(
        sandbox, grant_type="refresh_token", refresh_token=first["refresh_token"], **CLIENT
    ).json
    direct = sandbox(
        "GET", CONTACTS, user=None, headers={"authorization": f"Bearer {first['refresh_token']}"}
    )

    assert second["access_token"] != first["access_token"]
    assert direct.status == 401


def test_client_credentials_act_as_the_user_of_the_client(sandbox: Caller) -> None:
    grant = token(sandbox, grant_type="client_credentials", **CLIENT).json

    response = sandbox(
        "GET", CONTACTS, user=None, headers={"authorization": f"Bearer {grant['access_token']}"}
    )

    assert response.status == 200


@every(
    ("form", "status", "error"),
    [
        ({**PASSWORD, "password": "wrong"}, 401, "access_denied"),
        ({**PASSWORD, "client_secret": "wrong"}, 401, "invalid_client"),
        ({**PASSWORD, "grant_type": "implicit"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x", **CLIENT}, 401, "invalid_grant"),
        ({}, 401, "invalid_client"),
    ],
)
def test_a_refused_token_says_why(
    sandbox: Caller, form: dict[str, str], status: int, error: str
) -> None:
    response = token(sandbox, **form)

    assert (response.status, response.json["error"]) == (status, error)
    assert response.json["error_description"]


def test_tokens_are_kept_as_digests_only(sandbox: Caller, tmp_path: Path) -> None:
    grant = token(sandbox, **PASSWORD).json

    sandbox.instance.store.copy_to(kept := tmp_path / "copy.sqlite")

    with closing(sqlite3.connect(kept)) as database:
        facts = database.execute("SELECT name, value FROM sandbox_fact").fetchall()
    tokens = [fact for fact in facts if fact[0].startswith("token:")]
    assert len(tokens) == 2
    assert grant["access_token"] not in str(facts)
    assert grant["refresh_token"] not in str(facts)


def test_a_user_without_the_role_is_refused(sandbox: Caller) -> None:
    response = sandbox("GET", CONTACTS, user="no_roles")

    assert (response.status, response.json["error"]["message"]) == (403, "User Not Authorized")


def test_each_role_of_the_contract_has_a_user_of_its_name(sandbox: Caller) -> None:
    for role in sandbox.instance.contract.roles():
        assert sandbox.instance.settings.users[role].roles == {role}


def test_a_missing_plugin_looks_like_an_unknown_path(sandbox: Caller) -> None:
    reseed(sandbox, plugins=[])

    response = sandbox("GET", CONTACTS)

    assert (response.status, response.json["error"]["message"]) == (
        400,
        "Requested URI does not represent any resource",
    )


def test_a_rate_limit_refuses_with_the_documented_headers(sandbox: Caller) -> None:
    rule = {"sys_id": "0" * 31 + "1", "limit": 2}
    reseed(sandbox, rate_limits=[rule])

    responses = [sandbox("GET", CONTACTS) for _ in range(3)]

    assert [response.status for response in responses] == [200, 200, 429]
    # The clock stands at 23:09:46; the hour of the rule ends at midnight.
    assert responses[2].headers["retry-after"] == "3014"
    assert responses[2].headers["x-ratelimit-limit"] == "2"
    assert responses[2].headers["x-ratelimit-reset"] == "1712188800"
    assert responses[2].headers["x-ratelimit-rule"] == rule["sys_id"]


def test_a_rate_limit_ends_with_its_hour_and_concerns_its_user_alone(sandbox: Caller) -> None:
    rule = {"sys_id": "0" * 32, "limit": 0, "user_name": "admin", "operation": "listContacts"}
    reseed(sandbox, rate_limits=[rule])

    refused = sandbox("GET", CONTACTS).status
    other_user = sandbox("GET", CONTACTS, user="csm_ws_integration").status
    other_operation = sandbox("GET", f"{CONTACTS}/{'0' * 32}").status

    assert (refused, other_user, other_operation) == (429, 200, 404)
