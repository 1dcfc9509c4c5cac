"""A server that plays an instance, healthy or not, on a free port of this machine."""

from __future__ import annotations

import base64
import json
import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlsplit

SECRET = "canary/7f3a+secret"
SIGNED_IN = {"SN_USERNAME": "canary", "SN_PASSWORD": SECRET}
CALLER = "6816f79cc0a8016401c5a33be04be441"
AGENTS = ("da419c1fc312310015519f2974d3ae15", "0d584509c323120095ccd02422d3ae5b")
CASE = "f584a7b23b3d3e10c524c59a04e45a6f"
INTERACTION = "b243cde4208f1700964f959e0488dee8"
QUEUE = "f3a50867b30303002186a72256a8dcb7"
CONTACT = "ddce70866f9331003b3c498f5d3ee417"
ACCOUNT = "86837a386f0331003b3c498f5d3ee4ca"
PROVIDER = "8b592fb64f140210c0338ef0b1ce0b18"

CORE = "/api/sn_ct_ctr_it_core"
AGENT_MAPPING = f"{CORE}/agent_mapping"
OFFER = "/api/now/awa"
CONTACTS = "/api/now/contact"
INTERACTIONS = "/api/now/interaction"
MAPPINGS = f"{CORE}/external_id_mapping"
# Paths of the five APIs, and what a GET on them finds.
_PATHS = {
    rf"{AGENT_MAPPING}/agent/[^/]+/inboundId/[^/]+": "other method",
    rf"{OFFER}/documents/[^/]+/[^/]+/offer": "other method",
    CONTACTS: "list",
    rf"{CONTACTS}/[^/]+": "record",
    rf"{MAPPINGS}/table/[^/]+/documentId/[^/]+": "mapping",
    INTERACTIONS: "other method",
    rf"{INTERACTIONS}/[^/]+/close": "other method",
}
NEEDED_ROLES = (
    "awa_integration_user",
    "csm_ws_integration",
    "interaction_agent",
    "sn_ct_ctr_it_core.admin",
)
PLUGINS = ("com.glide.awa", "com.glide.interaction", "com.sn_customerservice")
APPLICATIONS = ("sn_ct_ctr_it_core", "sn_external_agent")

PAGES = {
    "hibernating": (200, "<html><head><title>Instance Hibernating page</title></head></html>"),
    "reclaimed": (200, "<html><title>This instance has been reclaimed</title></html>"),
    "login page": (200, '<html><form action="login.do"><input type="password"></form></html>'),
    "portal": (200, "<!DOCTYPE html><html><title>Welcome &amp; hello</title></html>"),
    "proxy error": (502, "<html><head><title>502 Bad Gateway</title></head></html>"),
    "gateway": (504, "upstream request timeout"),
    "firewall": (403, "<html><title>Access denied</title></html>"),
    "text": (200, "It works!"),
}


def _tables() -> dict[str, list[dict[str, str]]]:
    has_role = [{"user": CALLER, "role.name": name, "user.active": "true"} for name in NEEDED_ROLES]
    has_role += [
        {"user": agent, "role.name": role, "user.active": "true"}
        for agent in AGENTS
        for role in ("awa_agent", "awa_external_user")
        # The second agent does not have the role awa_external_user.
        if (agent, role) != (AGENTS[1], "awa_external_user")
    ]
    return {
        "sys_user": [{"sys_id": user, "active": "true"} for user in (CALLER, *AGENTS)],
        "sys_user_has_role": has_role,
        "v_plugin": [{"id": plugin, "active": "active"} for plugin in PLUGINS],
        "sys_store_app": [{"scope": application, "active": "true"} for application in APPLICATIONS],
        "sys_properties": [{"name": "glide.awa.enabled", "value": "true"}],
        "sys_cs_provider_application": [{"sys_id": "a" * 32, "inbound_id": "ServiceNowVoice"}],
        "awa_queue": [
            {"sys_id": "c" * 32, "active": "false"},
            {"sys_id": QUEUE, "active": "true"},
        ],
        "awa_external_provider": [{"sys_id": PROVIDER}],
        "customer_contact": [{"sys_id": CONTACT, "active": "true"}],
        "customer_account": [{"sys_id": ACCOUNT}],
        "sn_customerservice_case": [{"sys_id": CASE, "active": "true"}],
        "interaction": [{"sys_id": INTERACTION, "active": "true", "channel": "chat"}],
        "sn_ct_ctr_it_core_ccaas_external_id_mapping": [],
        "core_company": [],
    }


@dataclass(slots=True)
class Instance:
    """What a server has and how it fails.

    `page` names an entry of PAGES that is the response to every request. `missing` are paths that
    do not exist, `forbidden` those that the user may not call, `closed` the tables that the user
    may not read, `ignored` the columns whose conditions in a query have no effect.
    """

    page: str = ""
    redirect: str = ""
    credentials: str = f"canary:{SECRET}"
    is_open: bool = False
    second_factor: bool = False
    missing: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    has_tables: bool = True
    tables: dict[str, list[dict[str, str]]] = field(default_factory=_tables)
    busy: int = 0
    retry_after: str = "0"
    delay: float = 0.0
    drip: float = 0.0
    methods: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)

    def without_role(self, *names: str) -> Instance:
        """The instance after the caller has lost roles."""
        self.tables["sys_user_has_role"] = [
            row
            for row in self.tables["sys_user_has_role"]
            if row["user"] != CALLER or row["role.name"] not in names
        ]
        return self


def _error(message: str, detail: str | None = None) -> dict[str, Any]:
    return {"error": {"message": message, "detail": detail}, "status": "failure"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    instance: ClassVar[Instance]

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name in the library
        del format, args

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self.serve
        raise AttributeError(name)

    def serve(self) -> None:
        instance = self.instance
        instance.methods.append(self.command)
        instance.paths.append(unquote(self.path))
        instance.signatures.append(self.headers.get("Authorization", ""))
        time.sleep(instance.delay)
        if instance.redirect:
            self._send(302, b"", "text/html", {"Location": instance.redirect})
        elif instance.page:
            status, text = PAGES[instance.page]
            media = "text/html" if text.startswith("<") else "text/plain"
            self._send(status, text.encode(), media)
        else:
            status, document, headers = self._response()
            body = b"" if status == 204 else json.dumps(document).encode()
            self._send(status, body, "application/json;charset=UTF-8", headers)

    def _send(
        self, status: int, body: bytes, media: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        if not self.instance.drip:
            self.wfile.write(body)
            return
        for index in range(len(body)):
            self.wfile.write(body[index : index + 1])
            time.sleep(self.instance.drip)

    def _response(self) -> tuple[int, Any, dict[str, str]]:
        instance = self.instance
        path = unquote(urlsplit(self.path).path)
        encoded = base64.b64encode(instance.credentials.encode()).decode()
        signed = self.headers.get("Authorization") == f"Basic {encoded}"
        if not signed and not instance.is_open:
            headers = {"WWW-Authenticate": 'BASIC realm="Service-now"'}
            if instance.second_factor:
                headers["X-MFA_TOKEN"] = "invalid"
            refusal = _error("User Not Authenticated", "Required to provide Auth information")
            return 401, refusal, headers
        if signed and instance.busy:
            instance.busy -= 1
            limits = {"Retry-After": instance.retry_after, "X-RateLimit-Rule": "d" * 32}
            return 429, _error("Rate limit exceeded"), limits
        for paths, status, message in (
            (instance.failing, 500, "Exception while executing request: null"),
            (instance.missing, 400, "Requested URI does not represent any resource"),
            (instance.forbidden, 403, "User Not Authorized"),
        ):
            if path.startswith(paths):
                return status, _error(message), {}
        if path.startswith("/api/now/table/") and instance.has_tables:
            return (*self._table(path.split("/")[4:]), {})
        return (*self._api(path), {})

    def _api(self, path: str) -> tuple[int, Any]:
        found = next((kind for form, kind in _PATHS.items() if re.fullmatch(form, path)), "")
        if not found:
            return 400, _error("Requested URI does not represent any resource", path)
        if self.command != "GET" or found == "other method":
            return 405, _error("Method not Supported")
        if found == "list":
            return 200, {"result": []}
        if found == "mapping":
            error = {"message": "Mapping not found for canary:" + SECRET}
            return 404, {"result": {"error": error, "status": "failure"}}
        return 404, _error("No Record found")

    def _table(self, steps: list[str]) -> tuple[int, Any]:
        tables = self.instance.tables
        if steps[0] in self.instance.closed:
            return 403, _error("User Not Authorized", "Failed API level ACL Validation")
        if steps[0] not in tables:
            return 400, _error(f"Invalid table {steps[0]}")
        if self.command == "DELETE":
            kept = [row for row in tables[steps[0]] if row["sys_id"] != steps[1]]
            if len(kept) == len(tables[steps[0]]):
                return 404, _error("No Record found")
            tables[steps[0]] = kept
            return 204, None
        asked = parse_qs(urlsplit(self.path).query)
        query = asked.get("sysparm_query", [""])[0]
        rows = _matching(tables[steps[0]], query, self.instance.ignored)
        names = asked["sysparm_fields"][0].split(",")
        limit = int(asked["sysparm_limit"][0])
        return 200, {
            "result": [{name: row[name] for name in names if name in row} for row in rows[:limit]]
        }


def _matching(
    rows: list[dict[str, str]], query: str, ignored: tuple[str, ...]
) -> list[dict[str, str]]:
    """The rows that a query finds; conditions on columns that there are not count for nothing."""
    for term in query.replace("javascript:gs.getUserID()", CALLER).split("^"):
        found = re.fullmatch(r"([a-z_.]+)(IN|=)(.*)", term)
        if found and found[1] not in ignored and any(found[1] in row for row in rows):
            wanted = found[3].split(",") if found[2] == "IN" else [found[3]]
            rows = [row for row in rows if row.get(found[1]) in wanted]
    return rows


@contextmanager
def playing(instance: Instance, certificate: tuple[Path, Path] | None = None) -> Iterator[str]:
    """The URL of a server that plays the instance meanwhile; over TLS with a certificate."""
    handler = type("Handler", (_Handler,), {"instance": instance})
    server = _Server(("127.0.0.1", 0), handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"{scheme}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients that go away are what some tests are about."""


def self_signed(folder: Path) -> tuple[Path, Path]:
    """Certificate and key for this machine, which no authority has signed; needs openssl."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-nodes", "-days", "2"),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-out", str(certificate), "-keyout", str(key)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key
