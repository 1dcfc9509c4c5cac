"""A made-up client: what the connector of a phone system does with an instance.

It is here to be tested by `test_phone_system.py`, and nothing to build on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx

CONTACTS = "/api/now/contact"
TRIES = 3
PAGE = 10


class NotAllowedError(Exception):
    """The user of the connector lacks a role."""


class RefusedError(Exception):
    """The instance has refused a call, and says why."""


class PhoneSystem:
    """Calls an instance through a client that knows its URL and signs in."""

    def __init__(self, http: httpx.Client, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._http = http
        self._sleep = sleep

    def contact_of(self, phone: str) -> str | None:
        """The sys_id of the contact who has this mobile number."""
        query = {"sysparm_query": f"mobile_phone={phone}", "sysparm_limit": "1"}
        found = self._send("GET", CONTACTS, params=query)["result"]
        return str(found[0]["sys_id"]) if found else None

    def contact_for(self, phone: str, first_name: str, last_name: str) -> str:
        """The sys_id of the contact who has this mobile number, who is made if nobody has it."""
        for _ in range(TRIES):
            if (known := self.contact_of(phone)) is not None:
                return known
            person = {"first_name": first_name, "last_name": last_name, "mobile_phone": phone}
            try:
                return str(self._send("POST", CONTACTS, json=person)["result"])
            except httpx.TransportError:
                # Nobody knows whether it was made: look again before another try.
                continue
        raise RefusedError("the contact could not be made")

    def contacts(self) -> Iterator[dict[str, str]]:
        """All contacts, page by page."""
        offset = 0
        while True:
            query = {
                "sysparm_query": "ORDERBYsys_id",
                "sysparm_limit": str(PAGE),
                "sysparm_offset": str(offset),
            }
            page = self._send("GET", CONTACTS, params=query)
            yield from page["result"]
            if not page.get("hasMore"):
                return
            offset += PAGE

    def sign_in(self, agent: str, channel: str, extension: str, *, active: bool = True) -> None:
        """Say under which extension an agent of the instance works, and whether they do."""
        path = f"/api/sn_ct_ctr_it_core/agent_mapping/agent/{agent}/inboundId/{channel}"
        self._send("PUT", path, json={"external_agent_id": extension, "active": active})

    def offer(self, call: str, agent: str, queue: str, *, seconds: int) -> str:
        """Offer a call to an agent; the sys_id of its work item."""
        path = f"/api/now/awa/documents/interaction/{call}/offer"
        body = {"queue_id": queue, "assignment": {"agent_sys_id": agent, "timeout": seconds}}
        return str(self._send("POST", path, json=body)["result"]["work_item"]["sys_id"])

    def hang_up(self, call: str) -> str:
        """Close the interaction of a call; its state is then this."""
        return str(self._send("POST", f"/api/now/interaction/{call}/close")["result"]["state"])

    def remember(self, case: str, routing_id: str) -> None:
        """Keep under which id the phone system routes a case."""
        self._send("PUT", _mapping(case), json={"external_id": routing_id})

    def routing_id(self, case: str) -> str:
        """The id under which the phone system routes a case."""
        return str(self._send("GET", _mapping(case))["result"]["data"]["external_id"])

    def _send(self, method: str, path: str, **what: Any) -> Any:
        """The JSON of a response; a call is repeated where that can do no harm."""
        for left in reversed(range(TRIES)):
            try:
                response = self._http.request(method, path, **what)
            except httpx.TransportError:
                if method == "POST" or not left:
                    raise
                continue
            if response.status_code == 429 and left:
                self._sleep(float(response.headers["Retry-After"]))
                continue
            if response.status_code == 403:
                raise NotAllowedError(path)
            if response.is_error:
                raise RefusedError(response.text)
            return response.json()
        raise AssertionError("a try returns or raises")


def _mapping(case: str) -> str:
    table = "sn_customerservice_case"
    return f"/api/sn_ct_ctr_it_core/external_id_mapping/table/{table}/documentId/{case}"
