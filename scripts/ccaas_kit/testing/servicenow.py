"""An instance of a test: its URL, its clients, its records, and what it shall do and was asked.

Everything goes through the control of the sandbox, `/_sandbox/`, which other languages can call as well.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from ccaas_kit.contract.errors import ConfigError
from ccaas_kit.testing.recorded import RecordedRequest, Requests
from ccaas_kit.testing.transport import Transport

_START = "servicenow-start"
_TOKEN_HEADER = "x-sandbox-token"  # noqa: S105  # the name of a header

Record = dict[str, Any]
Seconds = float | timedelta


@dataclass(frozen=True, slots=True)
class Script:
    """A response that was scripted by `respond`."""

    number: int
    control: Control

    @property
    def call_count(self) -> int:
        """The number of calls that it has responded to."""
        listed = self.control.ask("GET", "responses")["responses"]
        return next(
            (script["call_count"] for script in listed if script["number"] == self.number), 0
        )


class Control:
    """Calls actions of the control."""

    def __init__(
        self,
        url: str,
        *,
        verify: ssl.SSLContext,
        transport: Transport | None = None,
        token: str | None = None,
    ) -> None:
        # The control answers to names of this machine only.
        headers = {"host": "localhost"} if transport else {}
        headers |= {_TOKEN_HEADER: token} if token else {}
        self._http = httpx.Client(
            base_url=url,
            headers=headers,
            verify=verify,
            transport=transport,
            trust_env=False,
            timeout=30.0,
        )

    def ask(self, method: str, action: str, body: Any = None) -> Any:
        """The result of an action.

        Raises:
            ConfigError: the control rejects it, and says why.
        """
        response = self._http.request(method, f"/_sandbox/{action}", json=body)
        if response.is_success:
            return response.json()
        try:
            reason = str(response.json()["error"])
        except (ValueError, KeyError, TypeError):
            reason = f"{response.status_code} {response.text[:200]}"
        raise ConfigError(reason)

    def close(self) -> None:
        """End the connections."""
        self._http.close()


class Clock:
    """The clock of the instance, which stands still unless it is let run."""

    def __init__(self, control: Control) -> None:
        self._control = control

    @property
    def now(self) -> datetime:
        """The time of the instance, in UTC."""
        return datetime.fromisoformat(self._control.ask("GET", "clock")["now"])

    def advance(self, by: Seconds) -> datetime:
        """Go ahead by so many seconds; the time is then that."""
        return self._set("advance_s", _seconds(by))

    def stand_at(self, moment: datetime) -> datetime:
        """Stand still at a moment; one without a zone is UTC."""
        return self._set("stand_at", _utc(moment).isoformat())

    def run_from(self, moment: datetime) -> datetime:
        """Run from a moment on."""
        return self._set("run_from", _utc(moment).isoformat())

    def _set(self, how: str, value: float | str) -> datetime:
        return datetime.fromisoformat(self._control.ask("POST", "clock", {how: value})["now"])


class ServiceNow:
    """An instance for tests.

    `ca_file` is the certificate to trust where it serves https, `verify` the same for httpx.
    """

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path | None = None,
        transport: Transport | None = None,
        token: str | None = None,
    ) -> None:
        self.url = url
        self.ca_file = ca_file
        self.transport = transport
        self.verify = _trust(ca_file)
        self.control = Control(url, verify=self.verify, transport=transport, token=token)
        self.clock = Clock(self.control)

    def __repr__(self) -> str:
        return f"ServiceNow({self.url!r})"

    def client(self, user: str | None = "admin", **options: Any) -> httpx.Client:
        """A client that signs in as a user of the seed, or not at all; to be closed by the test.

        Raises:
            ConfigError: the seed has no such login.
        """
        return httpx.Client(**self._settings(user, options))

    def async_client(self, user: str | None = "admin", **options: Any) -> httpx.AsyncClient:
        """The same for asyncio.

        Raises:
            ConfigError: the seed has no such login.
        """
        return httpx.AsyncClient(**self._settings(user, options))

    def _settings(self, user: str | None, options: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "base_url": self.url,
            "auth": self.auth(user),
            "verify": self.verify,
            "transport": self.transport,
            "trust_env": False,
            **options,
        }

    def auth(self, user: str | None = "admin") -> tuple[str, str] | None:
        """Name and password of a user of the seed.

        Raises:
            ConfigError: the seed has no such login.
        """
        if user is None:
            return None
        logins = self.control.ask("GET", "logins")["logins"]
        if user not in logins:
            raise ConfigError(f"no '{user}' can log in", fix=f"Choose from: {', '.join(logins)}")
        return user, logins[user]["password"]

    def add(self, table: str, fields: Mapping[str, Any] | None = None, /, **more: Any) -> Record:
        """A new record with these fields; the instance sets the others.

        Raises:
            ConfigError: there is no such table or field, or a value has another form.
        """
        values = {**(fields or {}), **more}
        record: Record = self.control.ask("POST", f"records/{quote(table)}", values)["record"]
        return record

    def update(
        self, table: str, sys_id: str, fields: Mapping[str, Any] | None = None, /, **more: Any
    ) -> Record:
        """A record after a change of these fields.

        Raises:
            ConfigError: there is no such table, record or field, or a value has another form.
        """
        path = f"records/{quote(table)}/{quote(sys_id)}"
        record: Record = self.control.ask("PATCH", path, {**(fields or {}), **more})["record"]
        return record

    def records(self, table: str, /, **fields: str) -> list[Record]:
        """The records of a table, of those that extend it too, whose fields have these values.

        Raises:
            ConfigError: there is no such table.
        """
        found: list[Record] = self.control.ask("GET", f"records/{quote(table)}")["records"]
        return [record for record in found if fields.items() <= record.items()]

    @property
    def requests(self) -> Requests:
        """What was asked since the test began, oldest first."""
        listed = self.control.ask("GET", "requests")["requests"]
        return Requests(
            [
                RecordedRequest(
                    method=entry["method"],
                    path=entry["path"],
                    query=entry["query"],
                    operation=entry["operation"],
                    user=entry["user"],
                    status=entry["status"],
                    ignored=tuple(entry["ignored"]),
                    headers=entry["headers"],
                    body=entry["body"],
                )
                for entry in listed
            ]
        )

    def respond(
        self,
        operation: str | None = None,
        *,
        status: int | None = None,
        times: int | None = 1,
        after: int = 0,
        delay: Seconds = 0.0,
        reset: bool = False,
        served: bool = False,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
    ) -> Script:
        """Answer the next calls of an operation, or of all, in this way; what was scripted first goes first.

        The first `after` calls pass, the next `times` are answered, None being all. The response has the
        documented body and headers of its `status` unless these are given. Without a status the instance
        answers after the `delay`, or the connection is `reset`. A call that is `served` has its
        effect, and only its response is another one.

        Raises:
            ConfigError: there is no such operation, or what is wanted makes no sense.
        """
        wanted = {
            "operation": operation,
            "status": status,
            "times": times,
            "after": after,
            "delay_s": _seconds(delay),
            "reset": reset,
            "served": served,
            "headers": dict(headers) if headers else None,
            "body": body,
        }
        if times is not None:
            wanted = {name: value for name, value in wanted.items() if value is not None}
        else:
            wanted = {n: value for n, value in wanted.items() if value is not None or n == "times"}
        number: int = self.control.ask("POST", "responses", wanted)["response"]["number"]
        return Script(number, self.control)

    def accept_offer(self, document: str | None = None) -> Record:
        """The work item after its agent has accepted the offer that waits.

        Raises:
            ConfigError: no offer waits, or several do and no document is named.
        """
        return self._decide("accept", document)

    def reject_offer(self, document: str | None = None) -> Record:
        """The work item after its agent has rejected the offer that waits.

        Raises:
            ConfigError: no offer waits, several do and no document is named, or it may not be declined.
        """
        return self._decide("reject", document)

    def faults(self, *names: str) -> None:
        """Be wrong in these ways; without a name in none.

        Raises:
            ConfigError: there is no such fault.
        """
        self.control.ask("POST", "fault", {"on": list(names)})

    def keep_start(self) -> None:
        """Take the present state as that to which `reset` goes back."""
        self.control.ask("POST", "snapshot", {"name": _START})

    def reset(self) -> None:
        """Go back to the start: records, clock, faults and scripts; nothing was asked."""
        self.control.ask("POST", "restore", {"name": _START})
        self.control.ask("DELETE", "requests")

    def close(self) -> None:
        """End the connections."""
        self.control.close()

    def _decide(self, decision: str, document: str | None) -> Record:
        wanted = {"decision": decision} | ({"document": document} if document else {})
        record: Record = self.control.ask("POST", "offer", wanted)["record"]
        return record


def _trust(ca_file: Path | None) -> ssl.SSLContext:
    """What trusts a certificate; nothing without one, which is made in no time."""
    if ca_file is None:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return ssl.create_default_context(cafile=str(ca_file))


def _seconds(span: Seconds) -> float:
    return span.total_seconds() if isinstance(span, timedelta) else span


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
