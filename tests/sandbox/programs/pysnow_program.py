"""Work with records by pysnow; print what it gives as one JSON object."""

from __future__ import annotations

import datetime
import json
import sys
from typing import Any

import pysnow
import requests


def main(url: str) -> None:
    host = url.removeprefix("https://")
    client = pysnow.Client(host=host, user="admin", password="admin")
    found: dict[str, Any] = {}

    incidents = client.resource(api_path="/table/incident")
    created = incidents.create(payload={"short_description": "No tone", "urgency": "2"}).one()
    found["created"] = [created["number"], created["urgency"]]
    query = (
        pysnow.QueryBuilder()
        .field("short_description")
        .starts_with("no")
        .AND()
        .field("sys_created_on")
        .greater_than(datetime.datetime(2024, 4, 1, tzinfo=datetime.UTC))
    )
    listed = incidents.get(query=query, fields=["number"], limit=5).all()
    found["found"] = [record["number"] for record in listed]
    by_id = {"sys_id": created["sys_id"]}
    found["changed"] = incidents.update(query=by_id, payload={"state": "2"}).one()["state"]
    found["deleted"] = incidents.delete(query=by_id)["status"]
    found["gone"] = incidents.get(query=by_id).one_or_none()

    contacts = client.resource(api_path="/table/customer_contact")
    contacts.parameters.display_value = True
    contacts.parameters.exclude_reference_link = True
    stream = contacts.get(query={"last_name": "Contact"}, stream=True, limit=2, offset=1)
    found["streamed"] = [[record["name"], record["account"]] for record in stream.all()]

    try:
        client.resource(api_path="/table/no_such_table").get(query={}).one()
    except requests.HTTPError as error:
        found["refused"] = str(error)[:3]
    oauth = pysnow.OAuthClient(
        client_id="sandbox-client", client_secret="sandbox-secret", host=host
    )
    oauth.set_token(oauth.generate_token("admin", "admin"))
    cases = oauth.resource(api_path="/table/sn_customerservice_case")
    found["token"] = len(cases.get(query={}).all())
    print(json.dumps(found))


main(sys.argv[1])
