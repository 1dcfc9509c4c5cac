"""The state that an instance starts with: who can log in, what is installed, which records exist.

A seed is a YAML or JSON document. A record can take its fields from an example of the contract, so
that what the documentation shows is not typed a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema_rs

from scripts.kit import documents, pointers
from scripts.kit.errors import ConfigError, DocumentError
from scripts.sandbox import clock
from scripts.sandbox.contract import Contract
from scripts.sandbox.settings import ALL
from scripts.sandbox.store import Store
from scripts.sandbox.tables import Table, Tables

SEED = Path(__file__).with_name("seed.yaml")
SCHEMA = Path(__file__).with_name("seed.schema.json")
_EXAMPLE = "$example"


def load(path: Path = SEED) -> dict[str, Any]:
    """The seed document of a file.

    Raises:
        DocumentError: the file cannot be read or holds no mapping.
    """
    return documents.load_mapping(path)


def all_roles(document: Mapping[str, Any], contract: Contract) -> list[str]:
    """Every role that the contract or the seed names."""
    named = {
        role
        for login in document.get("logins", {}).values()
        if login.get("roles") != ALL
        for role in login.get("roles", ())
    }
    return sorted(named | set(contract.roles()))


def complete(document: Mapping[str, Any], contract: Contract, tables: Tables) -> dict[str, Any]:
    """The seed with a login for each role, and with records that are whole.

    Raises:
        ConfigError: the seed breaks its form, or names what does not exist; it says where.
    """
    _check(document)
    whole = dict(document)
    logins = {name: dict(login) for name, login in document.get("logins", {}).items()}
    if document.get("login_for_each_role"):
        for role in all_roles(document, contract):
            logins.setdefault(role, {"password": role, "roles": [role]})
    records: dict[str, list[dict[str, Any]]] = {}
    for name, listed in document.get("records", {}).items():
        table = tables.get(name)
        if table is None:
            raise ConfigError(f"there is no table {name}", where="seed: records")
        records[name] = [_record(each, table, contract) for each in listed]
    users = {each["user_name"]: each for each in records.setdefault("sys_user", [])}
    for name, login in logins.items():
        user = users.get(name)
        if user is None:
            user = tables["sys_user"].defaults() | {"user_name": name, "name": name}
            user["sys_id"] = login.get("sys_id") or _sys_id_of_login(name)
            records["sys_user"].append(user)
        login["sys_id"] = user["sys_id"]
        roles = login.get("roles", [])
        held = all_roles(document, contract) if roles == ALL else roles
        user["roles"] = ",".join(held)
    whole["logins"], whole["records"] = logins, records
    return whole


def write(whole: Mapping[str, Any], store: Store) -> None:
    """Put a complete seed into an empty store."""
    for table, records in whole["records"].items():
        store.insert_many(table, records)
    facts = {key: value for key, value in whole.items() if key != "records"}
    store.set_fact("seed", facts)
    at = whole.get("clock", clock.REAL)
    store.set_fact("clock", {} if at == clock.REAL else clock.standing(clock.parse(at)))
    store.set_fact("faults", list(whole.get("faults", ())))


def _check(document: Mapping[str, Any]) -> None:
    schema = documents.load_mapping(SCHEMA)
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(dict(document)):
        place = "/".join(map(str, error.instance_path))
        raise ConfigError(error.message[:200], where=f"seed: /{place}")
    if (at := document.get("clock", clock.REAL)) != clock.REAL:
        clock.parse(at)


def _record(entry: Mapping[str, Any], table: Table, contract: Contract) -> dict[str, Any]:
    fields = {key: value for key, value in entry.items() if key != _EXAMPLE}
    shown: dict[str, Any] = {}
    if _EXAMPLE in entry:
        name, _, pointer = str(entry[_EXAMPLE]).partition("#")
        try:
            shown = pointers.resolve(contract.example(name), pointer)
        except DocumentError as error:
            raise ConfigError(str(error), where=f"seed: {table.name}") from error
    record = {**table.defaults(), **shown, **fields}
    if not record.get("sys_id"):
        raise ConfigError("a record has no sys_id", where=f"seed: records/{table.name}")
    return record


def _sys_id_of_login(name: str) -> str:
    from scripts.sandbox.instance import sys_id_of

    return sys_id_of("login", name)
