"""The requests that are measured, put together from the first examples of the bundle."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from ccaas_kit.contract import pointers
from ccaas_kit.contract.errors import ConfigError, DocumentError
from ccaas_kit.contract.operations import operations
from ccaas_kit.sandbox.instance import seed
from ccaas_kit.sandbox.instance.settings import ALL

_JSON = "application/json"
# What is measured, in this order: creations come last, so that the others meet the seed's records.
MEASURED = {
    "getExternalIdMapping": "read a mapping",
    "setExternalIdMapping": "update a mapping",
    "listContacts": "page of contacts",
    "createContact": "create a contact",
}
READ_MAPPING = "getExternalIdMapping"
LIST_CONTACTS = "listContacts"


@dataclass(frozen=True, slots=True)
class BenchRequest:
    """One request as it travels; `target` is the path with its query."""

    id: str
    name: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    response: bytes

    def rendered(self, host: str) -> bytes:
        """The request as bytes of HTTP/1.1 on a connection that stays open."""
        lines = [f"{self.method} {self.target} HTTP/1.1", f"host: {host}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if self.body:
            lines.append(f"content-length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode() + self.body


def measured(document: dict[str, Any]) -> list[BenchRequest]:
    """The requests of a bundle that are measured.

    Raises:
        DocumentError: the bundle lacks an operation or an example.
    """
    found = {
        node["operationId"]: (path, method, node) for path, method, node in operations(document)
    }
    return [_request(document, found, name) for name in MEASURED]


def page(like: BenchRequest, query: str, *, limit: int, offset: int = 0) -> BenchRequest:
    """The request for a page of contacts, with another query than the example's."""
    fields = {"sysparm_query": query, "sysparm_limit": limit, "sysparm_offset": offset}
    path = like.target.partition("?")[0]
    return BenchRequest(
        id=like.id,
        name=query,
        method=like.method,
        target=f"{path}?{urlencode(fields)}",
        headers=like.headers,
        body=b"",
        response=b"",
    )


def _request(
    document: Mapping[str, Any],
    found: Mapping[str, tuple[str, str, Mapping[str, Any]]],
    name: str,
) -> BenchRequest:
    if name not in found:
        raise DocumentError(f"has no operation {name}", where="the bundle", fix="Run 'make build'")
    path, method, node = found[name]
    query = {}
    for declared in (*document["paths"][path].get("parameters", ()), *node.get("parameters", ())):
        parameter = pointers.follow(document, declared)
        value = _first_example(document, parameter, name)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", quote(str(value), safe=""))
        else:
            query[parameter["name"]] = value
    headers = {"authorization": _credentials(), "accept": _JSON}
    body = b""
    if "requestBody" in node:
        media = pointers.follow(document, node["requestBody"])["content"][_JSON]
        body = json.dumps(_first_example(document, media, name)).encode()
        headers["content-type"] = _JSON
    success = next(node["responses"][status] for status in node["responses"] if status < "300")
    media = pointers.follow(document, success)["content"][_JSON]
    return BenchRequest(
        id=name,
        name=MEASURED[name],
        method=method.upper(),
        target=f"{path}?{urlencode(query)}" if query else path,
        headers=headers,
        body=body,
        response=json.dumps(_first_example(document, media, name), separators=(",", ":")).encode(),
    )


def _first_example(document: Mapping[str, Any], node: Mapping[str, Any], name: str) -> Any:
    for example in node.get("examples", {}).values():
        return pointers.follow(document, example)["value"]
    raise DocumentError("lacks an example", where=name, fix="Run 'make build'")


def _credentials() -> str:
    """Basic credentials of a login of the seed that may call every operation."""
    for name, login in seed.load()["logins"].items():
        if login["roles"] == ALL:
            text = f"{name}:{login['password']}"
            return "Basic " + base64.b64encode(text.encode()).decode()
    raise ConfigError("no login has every role", where=str(seed.SEED.name))
