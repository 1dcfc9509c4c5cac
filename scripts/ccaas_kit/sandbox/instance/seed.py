"""The state that an instance starts with: who can log in, what is installed, which records exist.

A seed is a YAML or JSON document. A record can take its fields from an example of the contract, so
that what the documentation shows is not typed a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema_rs

from ccaas_kit.contract import documents, pointers
from ccaas_kit.contract.arguments import nearest
from ccaas_kit.contract.errors import ConfigError, DocumentError
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.instance import clock, record_forms
from ccaas_kit.sandbox.instance.ids import sys_id_of
from ccaas_kit.sandbox.instance.settings import ALL
from ccaas_kit.sandbox.storage import dictionary
from ccaas_kit.sandbox.storage.store import Store
from ccaas_kit.sandbox.storage.tables import Table, Tables

SEED = Path(__file__).with_name("seed.yaml")
SCHEMA = Path(__file__).with_name("seed.schema.json")
_EXAMPLE = "$example"
# Who has it sees every record of a platform; no operation of the contract asks for it.
_ADMIN = "admin"
# Who can log in where a seed names nobody.
_LOGINS = {_ADMIN: {"password": _ADMIN, "roles": ALL}}


def load(path: Path = SEED) -> dict[str, Any]:
    """The seed document of a file.

    Raises:
        DocumentError: the file cannot be read or holds no mapping.
    """
    return documents.load_mapping(path)


def all_roles(document: Mapping[str, Any], contract: Contract) -> list[str]:
    """Every role that the contract or the seed names, and the platform's own for an administrator."""
    named = {
        role
        for login in document.get("logins", {}).values()
        if login.get("roles") != ALL
        for role in login.get("roles", ())
    }
    return sorted({_ADMIN, *named, *contract.roles()})


def complete(document: Mapping[str, Any], contract: Contract, tables: Tables) -> dict[str, Any]:
    """The seed with a login for each role, and with records that are whole.

    Raises:
        ConfigError: the seed breaks its form, or names what does not exist; it says where.
    """
    _check(document, contract, tables)
    whole = dict(document)
    # Without any login nobody could use what the seed holds.
    logins = {name: dict(login) for name, login in (document.get("logins") or _LOGINS).items()}
    if document.get("login_for_each_role"):
        for role in all_roles(document, contract):
            logins.setdefault(role, {"password": role, "roles": [role]})
    records: dict[str, list[dict[str, Any]]] = {}
    for name, listed in document.get("records", {}).items():
        table = record_forms.table_of(tables, name, where="seed: records")
        now = _start(document).strftime(clock.DATE_TIME)
        records[name] = [
            _record(record, table, contract, now=now, where=f"seed: /records/{name}/{place}")
            for place, record in enumerate(listed)
        ]
    users = {user["user_name"]: user for user in records.setdefault("sys_user", [])}
    for name, login in logins.items():
        user = users.get(name)
        if user is None:
            user = tables["sys_user"].defaults() | {"user_name": name, "name": name}
            user["sys_id"] = login.get("sys_id") or sys_id_of("login", name)
            records["sys_user"].append(user)
        login["sys_id"] = user["sys_id"]
        roles = login.get("roles", [])
        role_names = all_roles(document, contract) if roles == ALL else roles
        user["roles"] = ",".join(role_names)
    whole["logins"], whole["records"] = logins, records
    _check_users(whole)
    for name, listed in records.items():
        _check_ids(name, listed)
    return whole


def write(whole: Mapping[str, Any], store: Store) -> None:
    """Put a complete seed into an empty store."""
    for table, records in (*whole["records"].items(), *dictionary.records(store.tables)):
        store.insert_many(table, records)
    facts = {key: value for key, value in whole.items() if key != "records"}
    facts["seeded"] = [
        record["sys_id"] for listed in whole["records"].values() for record in listed
    ]
    store.set_fact("seed", facts)
    at = whole.get("clock", clock.REAL)
    store.set_fact("clock", {} if at == clock.REAL else clock.standing(clock.parse(at)))
    store.set_fact("faults", list(whole.get("faults", ())))


def _check(document: Mapping[str, Any], contract: Contract, tables: Tables) -> None:
    schema = documents.load_mapping(SCHEMA)
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(dict(document)):
        place = "/".join(map(str, error.instance_path))
        fix = f"{SCHEMA.name} says what a seed holds"
        raise ConfigError(error.message[:200], where=f"seed: /{place}", fix=fix)
    if (at := document.get("clock", clock.REAL)) != clock.REAL:
        clock.parse(at)
    if (plugins := document.get("plugins", ALL)) != ALL:
        _check_known("plugins", plugins, contract.plugins())
    limited = [rule.get("operation") for rule in document.get("rate_limits", ())]
    _check_known("rate_limits", limited, [None, *contract.bases()])
    _check_known("next_ids", document.get("next_ids", ()), [table.name for table in tables])


def _check_users(whole: Mapping[str, Any]) -> None:
    """Hold that every user who is named can log in."""
    clients = [client["user"] for client in whole.get("oauth_clients", {}).values()]
    limited = [rule["user_name"] for rule in whole.get("rate_limits", ()) if "user_name" in rule]
    _check_known("api_keys", whole.get("api_keys", {}).values(), whole["logins"])
    _check_known("oauth_clients", clients, whole["logins"])
    _check_known("rate_limits", limited, whole["logins"])


def _check_known(place: str, named: Iterable[Any], known: Collection[Any]) -> None:
    for name in named:
        if name not in known:
            fix = nearest(str(name), filter(None, known), "Name one that there is")
            raise ConfigError(f"there is no {name}", where=f"seed: {place}", fix=fix)


def _check_ids(table: str, records: Sequence[Mapping[str, Any]]) -> None:
    seen: set[str] = set()
    for record in records:
        if record["sys_id"] in seen:
            what = f"two records have the sys_id {record['sys_id']}"
            fix = "Give each its own"
            raise ConfigError(what, where=f"seed: records/{table}", fix=fix)
        seen.add(record["sys_id"])


def _record(
    entry: Mapping[str, Any], table: Table, contract: Contract, *, now: str, where: str
) -> dict[str, Any]:
    fields = {key: value for key, value in entry.items() if key != _EXAMPLE}
    shown: dict[str, Any] = {}
    if _EXAMPLE in entry:
        name, _, pointer = str(entry[_EXAMPLE]).partition("#")
        try:
            shown = pointers.resolve(contract.example(name), pointer)
        except DocumentError as error:
            raise ConfigError(str(error), where=where) from error
        if not isinstance(shown, dict):
            fix = "Name an example, and behind # where the record is in it"
            raise ConfigError(f"{entry[_EXAMPLE]} is no record", where=where, fix=fix)
    record = record_forms.whole(table, {**shown, **fields}, contract, now=now)
    if not record.get("sys_id"):
        raise ConfigError("the record has no sys_id", where=where, fix="Give it one")
    record_forms.check(record, table, contract, where=where)
    return record


def _start(document: Mapping[str, Any]) -> datetime:
    """The moment at which the instance begins."""
    at = document.get("clock", clock.REAL)
    return datetime.now(UTC) if at == clock.REAL else clock.parse(at)
