"""Work with records by pysnc, the vendor's client; print what it gives as one JSON object."""

from __future__ import annotations

import json
import sys
from typing import Any

from pysnc import ServiceNowClient, ServiceNowClientCredentialsFlow
from pysnc.exceptions import AuthenticationException, RequestException

CASES = "sn_customerservice_case"


def main(url: str) -> None:
    client = ServiceNowClient(url, ("admin", "admin"))
    found: dict[str, Any] = {}

    contacts = client.GlideRecord("customer_contact", batch_size=2)
    contacts.add_query("last_name", "Contact")
    contacts.order_by("name")
    contacts.query()
    found["pages"] = [record.get_display_value("account") for record in contacts]
    found["count"] = len(contacts)

    related = client.GlideRecord("customer_contact")
    related.add_rl_query(CASES, "contact", ">=1")
    related.query()
    found["related"] = [record.get_value("name") for record in related]

    cases = client.GlideRecord(CASES)
    cases.fields = ["number", "contact.account.name"]
    cases.add_query("number", "CS0000001")
    cases.query()
    found["walked"] = [record.get_display_value("contact.account.name") for record in cases]

    incident = client.GlideRecord("incident")
    incident.initialize()
    incident.short_description = "No tone"
    incident.assigned_to = "da419c1fc312310015519f2974d3ae15"
    sys_id = incident.insert()
    found["created"] = [str(incident.number), incident.get_display_value("assigned_to")]
    incident.state = "2"
    incident.update()
    again = client.GlideRecord("incident")
    again.get(sys_id)
    found["changed"] = [again.get_value("state"), again.get_value("sys_mod_count")]
    every = client.GlideRecord("incident")
    every.add_query("short_description", "No tone")
    # The records are deleted by a batch.
    found["deleted"] = [every.delete_multiple(), client.GlideRecord("incident").get(sys_id)]

    try:
        client.GlideRecord("no_such_table").query()
    except RequestException as error:
        found["refused"] = error.args[0]["error"]["message"]
    try:
        wrong = ServiceNowClient(url, ("admin", "wrong"))
        wrong.GlideRecord("incident").query()
    except AuthenticationException:
        found["unknown"] = True
    flow = ServiceNowClientCredentialsFlow("sandbox-client", "sandbox-secret")
    token = ServiceNowClient(url, flow).GlideRecord(CASES)
    token.query()
    found["token"] = len(token)
    print(json.dumps(found))


main(sys.argv[1])
