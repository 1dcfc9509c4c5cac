"""What does not change while the page is open: address, logins, and the documented calls to try."""

from __future__ import annotations

from typing import Any

from ccaas_kit.contract import documented
from ccaas_kit.contract.operations import operations
from ccaas_kit.sandbox.instance.instance import Instance


def of(instance: Instance, url: str) -> dict[str, Any]:
    """The set-up of a sandbox that is reached by this URL."""
    contract = instance.contract
    return {
        "url": url,
        "version": contract.document["info"]["version"],
        "logins": [
            {"name": user.user_name, "password": user.password, "roles": sorted(user.roles)}
            for user in instance.settings.users.values()
        ],
        "operations": _operations(instance),
    }


def _operations(instance: Instance) -> list[dict[str, Any]]:
    """The operations with their documented calls; versioned forms are left out."""
    contract = instance.contract
    nodes = {node["operationId"]: node for _, _, node in operations(contract.document)}
    titles = {api["id"]: api["title"] for api in contract.document["info"]["x-sn-apis"]}
    calls: dict[str, list[dict[str, Any]]] = {}
    for call in documented.calls(contract.document):
        calls.setdefault(call.operation, []).append(
            {
                "summary": call.summary,
                "path": dict(call.path_values),
                "query": dict(call.query),
                "body": call.body if call.has_body else None,
            }
        )
    found = []
    for name in contract.bases():
        operation, node = contract.by_id[name], nodes[name]
        found.append(
            {
                "id": name,
                "api": titles[operation.api],
                "summary": node["summary"],
                "method": operation.method,
                "path": operation.path,
                "roles": str(operation.roles),
                "offered": operation.offered,
                "reads": list(operation.body.media) if operation.body else [],
                "page": node.get("externalDocs", {}).get("url", ""),
                "calls": calls[name],
            }
        )
    return found
