"""A small contract and servers for it: a good one, and one for each planted fault.

The good server does what correct instances do and careless judges call wrong: a charset behind
the media type, headers and fields that nobody documents, keys in another order, no Allow header.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

from ccaas_kit.contract import documents
from ccaas_kit.run.sources import Sources

KNOWN = "0123456789abcdef0123456789abcdef"
CREATED = "fedcba9876543210fedcba9876543210"
STATES = ("new", "done")


def _reference(kind: str, name: str) -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _content(schema: str, **examples: Any) -> dict[str, Any]:
    named = {name: {"value": value} for name, value in examples.items()}
    content: dict[str, Any] = {"schema": _reference("schemas", schema)}
    return {"application/json": {**content, "examples": named} if named else content}


def _response(schema: str) -> dict[str, Any]:
    return {"description": "A response.", "content": _content(schema)}


def _refusals(*names: str) -> dict[str, Any]:
    statuses = {"400": "Refused", "401": "Unauthorized", "404": "Refused", "415": "Refused"}
    return {status: _reference("responses", statuses[status]) for status in names}


def _operation(name: str, **parts: Any) -> dict[str, Any]:
    return {"operationId": name, "x-sn-api": "thing", **parts}


def _list(name: str) -> dict[str, Any]:
    return _operation(
        name,
        parameters=[
            {
                "name": "limit",
                "in": "query",
                "schema": {"type": "string", "pattern": "^[0-9]{1,4}$"},
            }
        ],
        responses={"200": _response("ThingList"), **_refusals("400", "401")},
    )


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Things", "version": "1.0.0"},
    "servers": [{"url": "https://things.example"}],
    "security": [{"Basic": []}, {"OAuth2": []}, {"ApiKey": []}],
    "paths": {
        "/api/things": {
            "x-sn-other-methods": _reference("responses", "Refused"),
            "get": _list("listThings"),
            "post": _operation(
                "createThing",
                requestBody={
                    "required": True,
                    "content": _content("NewThing", plain={"name": "a lamp", "state": "new"}),
                },
                responses={
                    "201": {
                        **_response("Thing"),
                        "links": {
                            "read": {
                                "operationId": "getThing",
                                "parameters": {"id": "$response.body#/id"},
                            }
                        },
                    },
                    **_refusals("400", "401", "415"),
                },
            ),
        },
        "/api/things/{id}": {
            "x-sn-other-methods": _reference("responses", "Refused"),
            "parameters": [_reference("parameters", "Id")],
            "get": _operation(
                "getThing",
                responses={"200": _response("Thing"), **_refusals("400", "401", "404")},
            ),
        },
        "/api/{api_version}/things": {
            "parameters": [
                {
                    "name": "api_version",
                    "in": "path",
                    "required": True,
                    "schema": {"type": "string", "enum": ["v1", "v2"]},
                }
            ],
            "get": {**_list("listThingsVersioned"), "x-sn-versioned-of": "listThings"},
        },
    },
    "components": {
        "securitySchemes": {
            "Basic": {"type": "http", "scheme": "basic"},
            "OAuth2": {
                "type": "oauth2",
                "flows": {"clientCredentials": {"tokenUrl": "/token", "scopes": {}}},
            },
            "ApiKey": {"type": "apiKey", "in": "header", "name": "x-sn-apikey"},
        },
        "parameters": {
            "Id": {
                "name": "id",
                "in": "path",
                "required": True,
                "schema": _reference("schemas", "Id"),
                "examples": {"known": {"value": KNOWN}},
                "x-sn-table": "thing",
            }
        },
        "headers": {
            "Challenge": {"required": True, "schema": {"type": "string", "pattern": "^[A-Z]+ "}}
        },
        "responses": {
            "Refused": _response("Error"),
            "Unauthorized": {
                **_response("Error"),
                "headers": {"WWW-Authenticate": _reference("headers", "Challenge")},
            },
        },
        "schemas": {
            "Id": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "Thing": {
                "type": "object",
                "required": ["id", "name", "state"],
                "properties": {
                    "id": _reference("schemas", "Id"),
                    "name": {"type": "string", "maxLength": 10},
                    "note": {"type": "string"},
                    "state": _reference("schemas", "State"),
                },
            },
            "ThingList": {
                "type": "object",
                "required": ["result"],
                "properties": {
                    "result": {"type": "array", "items": _reference("schemas", "Thing")}
                },
            },
            "NewThing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string", "minLength": 1, "maxLength": 10},
                    "state": _reference("schemas", "State"),
                },
            },
            "State": {"type": "string", "enum": list(STATES)},
            "Error": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {"type": "string"}},
            },
        },
    },
}

_LIST, _ITEM = "#/paths/~1api~1things", "#/paths/~1api~1things~1{id}"
_SCHEMAS = "#/components/schemas"


def clause(
    identifier: str,
    pointer: str,
    *checks: str,
    operation: str | None = None,
    evidence: str = "documented",
    any_suffices: bool = False,
) -> dict[str, Any]:
    """A clause in the compiled form; a check is `schema`, `not-observable: why` or the name of a property."""
    names = {"LIST": "listThings", "NEW": "createThing", "GET": "getThing", "API": None}
    compiled: list[dict[str, str]] = []
    for check in checks or ("schema",):
        kind, _, text = check.partition(": ")
        if check == "schema":
            compiled.append({"kind": "schema"})
        elif text:
            key = "name" if kind in ("probe", "workflow") else "text"
            compiled.append({"kind": kind, key: text})
        else:
            compiled.append({"kind": "property", "check": check})
    return {
        "id": identifier,
        "api": "thing",
        "operation": operation or names[identifier.partition("-")[0]],
        "says": f"The promise {identifier}.",
        "source": "a page",
        "pointer": pointer,
        "checked_by": compiled,
        "any_suffices": any_suffices,
        "evidence": evidence,
        "quirk": "THI-001" if evidence == "assumed" else None,
    }


CLAUSES: list[dict[str, Any]] = [
    clause("API-01", "#/info", "not-observable: nobody can see it"),
    clause("API-02", f"{_SCHEMAS}/Error/properties/error"),
    clause("LIST-01", f"{_LIST}/get/parameters/0"),
    clause("LIST-02", f"{_SCHEMAS}/ThingList/properties/result"),
    clause("LIST-03", f"{_LIST}/get", "status_code_conformance"),
    clause("LIST-04", f"{_LIST}/x-sn-other-methods", "unsupported_method"),
    clause("LIST-05", f"{_LIST}/get", "not-observable: list twice"),
    clause("LIST-S200", f"{_LIST}/get/responses/200"),
    clause("LIST-S401", f"{_LIST}/get/responses/401"),
    clause("NEW-01", f"{_SCHEMAS}/NewThing/properties/name"),
    clause("NEW-02", f"{_SCHEMAS}/NewThing/properties/state"),
    clause("NEW-03", f"{_LIST}/post", "positive_data_acceptance"),
    clause("NEW-04", f"{_LIST}/post", "ensure_resource_availability"),
    clause("NEW-05", f"{_LIST}/post", "not_a_server_error"),
    clause("NEW-S201", f"{_LIST}/post/responses/201"),
    clause("NEW-S400", f"{_LIST}/post/responses/400"),
    clause("GET-01", f"{_SCHEMAS}/Thing/properties/id"),
    clause("GET-02", f"{_SCHEMAS}/Thing/properties/name/type"),
    clause("GET-03", f"{_SCHEMAS}/Thing/properties/name/maxLength"),
    clause("GET-04", f"{_SCHEMAS}/Thing/properties/state"),
    clause("GET-05", f"{_SCHEMAS}/Thing/properties/note", evidence="assumed"),
    clause("GET-06", f"{_ITEM}/get", "ignored_auth"),
    clause("GET-07", f"{_ITEM}/get", "content_type_conformance"),
    clause("GET-08", "#/components/headers/Challenge"),
    clause("GET-S200", f"{_ITEM}/get/responses/200"),
    clause("GET-S404", f"{_ITEM}/get/responses/404"),
]


def write_contract(folder: Path, *, clauses: list[dict[str, Any]] | None = None) -> Sources:
    """The small contract as files."""
    folder.mkdir(parents=True, exist_ok=True)
    bundle, compiled = folder / "all.yaml", folder / "clauses.json"
    bundle.write_text(documents.dump_yaml(DOCUMENT), encoding="utf-8")
    compiled.write_text(json.dumps({"clauses": clauses or CLAUSES}), encoding="utf-8")
    return Sources(bundle=bundle, clauses=compiled)


@dataclass(slots=True)
class Shop:
    """What a server knows and does; `faults` are what it does wrong."""

    faults: frozenset[str] = frozenset()
    credentials: str = "admin:admin"
    methods: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    created: set[str] = field(default_factory=set)

    def thing(self, identifier: str) -> dict[str, Any]:
        thing: dict[str, Any] = {
            # An instance that tells the caller his own secret: reports must not repeat it.
            "undocumented": self.credentials,
            "state": "new",
            "note": "",
            "name": "a lamp",
            "id": identifier,
        }
        if "missing-field" in self.faults:
            del thing["state"]
        if "wrong-type" in self.faults:
            thing["name"] = 5
        if "too-long" in self.faults:
            thing["name"] = "a very long name"
        if "wrong-note" in self.faults:
            thing["note"] = 5
        return thing

    def accepts(self, body: Any) -> bool:
        """Whether the body of a new thing is valid."""
        if not isinstance(body, dict):
            return False
        name = body.get("name")
        if name is None and "name" not in body:
            return "missing-accepted" in self.faults
        if "closed-request" in self.faults and body.keys() - {"name", "state"}:
            return False
        if not isinstance(name, str) or not name:
            return False
        longest = 10_000 if "lax-value" in self.faults else 10
        return len(name) <= longest and body.get("state", "new") in STATES


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    shop: ClassVar[Shop]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        del format, args

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def serve(self) -> None:
        shop = self.shop
        shop.methods.append(self.command)
        shop.paths.append(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if "mute" in shop.faults and len(shop.methods) > 1:
            self.close_connection = True
            return
        status, response = self._response(body)
        text = json.dumps(response).encode()
        media = "text/plain" if "wrong-media" in shop.faults and status == 200 else None
        self.send_response(status)
        self.send_header("Content-Type", media or "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Undocumented", self.headers.get("Authorization", ""))
        if status == 429:
            self.send_header("Retry-After", "3")
        if status == 401 and "no-challenge" not in shop.faults:
            self.send_header("WWW-Authenticate", 'BASIC realm="things"')
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def _response(self, body: bytes) -> tuple[int, Any]:
        if "busy-once" in self.shop.faults and len(self.shop.methods) == 1:
            return 429, {"error": "busy"}
        if not self._is_known() and "open-door" not in self.shop.faults:
            return 401, {"error": "who are you?"}
        if "barred" in self.shop.faults:
            return 403, {"error": "no role"}
        return self._route(urlsplit(self.path).path, body)

    def _route(self, path: str, body: bytes) -> tuple[int, Any]:
        found = re.fullmatch(r"/api/things/([^/]+)", path)
        if not found and not re.fullmatch(r"/api/(v[12]/)?things", path):
            return 400, {"error": "no such resource"}
        if self.command == "POST" and path == "/api/things":
            return self._create(body)
        if self.command != "GET":
            return self._other_method()
        return self._read(found[1]) if found else self._list()

    def _is_known(self) -> bool:
        expected = base64.b64encode(self.shop.credentials.encode()).decode()
        return self.headers.get("Authorization") == f"Basic {expected}"

    def _list(self) -> tuple[int, Any]:
        limit = parse_qs(urlsplit(self.path).query, keep_blank_values=True).get("limit", ["1"])
        lax = "lax-parameter" in self.shop.faults
        if not lax and not all(re.fullmatch("[0-9]{1,4}", value) for value in limit):
            return 400, {"error": "limit is no number"}
        status = 206 if "wrong-status" in self.shop.faults else 200
        return status, {"result": [self.shop.thing(KNOWN)]}

    def _create(self, body: bytes) -> tuple[int, Any]:
        if self.headers.get("Content-Type", "").partition(";")[0] != "application/json":
            return 415, {"error": "not JSON"}
        try:
            value = json.loads(body)
        except ValueError:
            return 400, {"error": "unreadable"}
        if not self.shop.accepts(value):
            return 400, {"error": "invalid"}
        if "crash" in self.shop.faults:
            return 500, {"error": "script failed"}
        self.shop.created.add(CREATED)
        return 201, self.shop.thing(CREATED)

    def _read(self, identifier: str) -> tuple[int, Any]:
        if identifier == CREATED and "lost" in self.shop.faults:
            return 404, {"error": "no such thing"}
        if identifier == KNOWN or identifier in self.shop.created:
            return 200, self.shop.thing(identifier)
        return 404, {"error": "no such thing"}

    def _other_method(self) -> tuple[int, Any]:
        if "any-method" in self.shop.faults:
            return 200, self.shop.thing(KNOWN)
        return 405, {"error": "method not supported"}


@contextmanager
def serving(shop: Shop) -> Iterator[str]:
    """The URL of a server on a free port of this machine, which serves meanwhile."""
    handler = type("Handler", (_Handler,), {"shop": shop})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
