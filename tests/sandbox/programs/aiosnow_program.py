"""Work with records by aiosnow; print what it gives as one JSON object."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

import aiosnow
from aiosnow.exceptions import NoItems, RequestError
from aiosnow.models import TableModel, fields


class Incident(TableModel):  # type: ignore[misc]  # it comes without types
    sys_id = fields.String(is_primary=True)
    number = fields.String()
    short_description = fields.String()
    priority = fields.Integer()
    opened_at = fields.DateTime()
    active = fields.Boolean()


async def main(url: str) -> None:
    host = url.removeprefix("http://")
    client = aiosnow.Client(host, basic_auth=("admin", "admin"), use_ssl=False)
    found: dict[str, Any] = {}
    async with Incident(client, table_name="incident") as incidents:
        created = await incidents.create({"short_description": "No tone", "priority": 2})
        await incidents.create({"short_description": "No ring"})
        found["created"] = [created.status, created.data["number"], created.data["priority"]]
        is_it = Incident.sys_id == created.data["sys_id"]
        changed = await incidents.update(is_it, {"short_description": "Tone"})
        found["changed"] = changed.data["short_description"]
        one = await incidents.get_one(is_it)
        found["read"] = [one.data["active"], one.data["opened_at"]]
        pages = incidents.stream(Incident.active.is_true(), page_size=1, limit=10)
        found["streamed"] = [record["number"] async for _, record in pages]
        found["deleted"] = (await incidents.delete(is_it)).status
        try:
            await incidents.get_one(is_it)
        except NoItems:
            found["gone"] = True
    wrong = aiosnow.Client(host, basic_auth=("admin", "wrong"), use_ssl=False)
    async with Incident(wrong, table_name="incident") as incidents:
        try:
            await incidents.get(limit=1)
        except RequestError as error:
            found["unknown"] = error.status
    print(json.dumps(found))


asyncio.run(main(sys.argv[1]))
