"""The config file: ids that exist on the target, and deviations that its owner knows of."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.gateway.users import FurtherUser
from ccaas_kit.judging.accepted import Accepted

_SECTIONS = ("ids", "spare", "known", "user", "accepted", "run")
_RUN_KEYS = ("max_unanswered",)
_USER_KEYS = ("username", "password", "roles")
_ACCEPTED_KEYS = ("check", "clause", "operation", "reason", "expires")


@dataclass(frozen=True, slots=True)
class Config:
    """What a config file says; without one, nothing.

    `spare` are the ids of records that their owner has set aside for runs to change;
    `max_unanswered` is the share of requests, in percent, that may have no response of the target.
    """

    ids: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    spare: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    users: tuple[FurtherUser, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    max_unanswered: float | None = None


def load(path: Path) -> Config:
    """The settings in a TOML file.

    Raises:
        ConfigError: the file cannot be read, or has a key or a value that it must not have.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            f"cannot be read ({error.strerror})", where=str(path), fix="Check --config"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError("is not UTF-8 text", where=str(path), fix="Save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"is not valid TOML: {error}", where=str(path), fix="Mend it") from error
    _known(document, _SECTIONS, str(path))
    return Config(
        ids=_ids(document.get("ids", {}), f"{path}, [ids]"),
        spare=_ids(document.get("spare", {}), f"{path}, [spare]"),
        known=_ids(document.get("known", {}), f"{path}, [known]"),
        users=_users(document.get("user", []), f"{path}, [[user]]"),
        accepted=_accepted_list(document.get("accepted", []), f"{path}, [[accepted]]"),
        max_unanswered=_max_unanswered(document.get("run", {}), f"{path}, [run]"),
    )


def _ids(section: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(section, dict):
        raise ConfigError("is not a table", where=where, fix='Write [ids] and name = ["id", ...]')
    for name, values in section.items():
        whole = (
            isinstance(values, list) and values and all(isinstance(v, str) and v for v in values)
        )
        if not whole:
            raise ConfigError(
                f"'{name}' is not a list of texts", where=where, fix=f'Write {name} = ["id", ...]'
            )
    return {name: tuple(values) for name, values in section.items()}


def _max_unanswered(section: Any, where: str) -> float | None:
    if not isinstance(section, dict):
        raise ConfigError("is not a table", where=where, fix="Write [run] and max_unanswered = 2")
    _known(section, _RUN_KEYS, where)
    found = section.get("max_unanswered")
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not 0 <= found <= 100:
        raise ConfigError(
            "'max_unanswered' is not a number from 0 to 100", where=where, fix="Write a percentage"
        )
    return float(found)


def _users(entries: Any, where: str) -> tuple[FurtherUser, ...]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ConfigError("is not a list of tables", where=where, fix="Write [[user]]")
    found = []
    for entry in entries:
        _known(entry, _USER_KEYS, where)
        roles = entry.get("roles")
        texts = [entry.get("username"), entry.get("password")]
        if not isinstance(roles, list) or not all(
            isinstance(role, str) for role in (*roles, *texts)
        ):
            raise ConfigError(
                "a user needs username, password and roles",
                where=where,
                fix='Write username = "<variable>", password = "<variable>", roles = []',
            )
        found.append(FurtherUser(str(texts[0]), str(texts[1]), tuple(roles)))
    return tuple(found)


def _accepted_list(entries: Any, where: str) -> tuple[Accepted, ...]:
    if not isinstance(entries, list):
        raise ConfigError("is not a list of tables", where=where, fix="Write [[accepted]]")
    return tuple(_accepted(entry, f"{where} {i}") for i, entry in enumerate(entries, start=1))


def _accepted(entry: Any, where: str) -> Accepted:
    if not isinstance(entry, dict):
        raise ConfigError("is not a table", where=where, fix="Write [[accepted]]")
    _known(entry, _ACCEPTED_KEYS, where)
    expires = entry.pop("expires", None)
    if isinstance(expires, datetime) or not isinstance(expires, date | None):
        raise ConfigError("'expires' is not a date", where=where, fix="Write expires = 2027-01-31")
    for name, value in entry.items():
        if not isinstance(value, str) or not value.strip():
            raise ConfigError(f"'{name}' is not a text", where=where, fix=f'Write {name} = "..."')
    if "reason" not in entry:
        raise ConfigError("'reason' is missing", where=where, fix="Say why it is accepted")
    if ("check" in entry) == ("clause" in entry):
        raise ConfigError("needs either 'check' or 'clause'", where=where, fix="Name one of them")
    return Accepted(expires=expires, **entry)


def _known(table: Mapping[str, Any], keys: tuple[str, ...], where: str) -> None:
    for name in table:
        if name not in keys:
            raise ConfigError(
                f"unknown key '{name}'", where=where, fix=f"Known are {', '.join(keys)}"
            )
