"""The test bed of the probes: the real sandbox on a loopback port, with a fault between if wanted."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ccaas_kit import probes
from ccaas_kit.contract import layout
from ccaas_kit.discovery import table_session
from ccaas_kit.gateway import credentials, users
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Gateway, WriteGuard
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.users import Users
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.judging.verdicts import Opinion, Verdict
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.pools import Pools
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.probing import Probing
from ccaas_kit.run import config, embedded
from ccaas_kit.sandbox.contract import Contract as SandboxContract
from ccaas_kit.sandbox.http.exchanges import Exchanges
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.serving.app import App

# What stands between the sandbox and the probe: it sees each request and the reply to it, and
# gives the response that is sent.
Fault = Callable[[Request, Response], Response]
# The same before the sandbox sees the request.
Tampering = Callable[[Request], Request]
Preparation = Callable[[Instance], None]


@dataclass(frozen=True, slots=True)
class Bed:
    """How a sandbox is served and how the probes see it.

    `known` replaces what the config gives under [known] and [ids], `environment` entries of the
    environment; None takes an entry out. Without `further`, no user but the run's own is known.
    With `tables` the probes may look things up by the Table API. What a probe waits for has happened
    at once, unless `sleep` says otherwise.
    """

    fault: Fault = lambda _request, response: response
    tamper: Tampering = lambda request: request
    prepare: Preparation = lambda _instance: None
    known: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    environment: Mapping[str, str | None] = field(default_factory=dict)
    further: bool = True
    tables: bool = False
    profile: Profile = Profile.FULL
    requests: int = 5000
    seconds: float = 600  # more than any look takes, however busy the machine is
    guard: WriteGuard | None = None
    sleep: Callable[[float], None] = lambda _seconds: None
    own_roles: Callable[[], frozenset[str] | None] = lambda: None


@contextmanager
def serving(bed: Bed) -> Iterator[str]:
    """The URL of a fresh sandbox, which ends with the block."""
    app = _IDLE.pop() if _IDLE else _sandbox()
    bed.prepare(app.instance)
    try:
        with _serving(app, bed) as url:
            yield url
        assert app.responses.breaks == 0, "the sandbox itself would have broken the contract"
    except BaseException:
        app.instance.store.close()
        raise
    app.instance.reset()
    app.recorder.clear()
    app.exchanges = Exchanges()
    _IDLE.append(app)


@contextmanager
def probing(bed: Bed) -> Iterator[Probing]:
    """A fresh sandbox as probes see it; it ends with the block."""
    with serving(bed) as url:
        budget = Budget(bed.requests, bed.requests, time.monotonic() + bed.seconds)
        with Gateway(url, seconds=5, guard=bed.guard) as gateway:
            users = _users(bed)
            sender = Sender(
                gateway, contract(), users, profile=bed.profile, budget=budget, sleep=bed.sleep
            )
            known = _without_none({**settings().known, **bed.known})
            tables = (
                table_session.tables(gateway, contract(), users, budget=budget)
                if bed.tables
                else None
            )
            yield Probing(
                sender, _ids(bed), known, tables, sleep=bed.sleep, own_roles=bed.own_roles
            )


def look(seen: Probing, name: str, operation: str, pointer: str = "") -> Opinion:
    """What a probe says; without a pointer it looks at the operation itself."""
    pointer = pointer or seen.contract.by_id[operation].pointer
    return probes.look((name, Subject(operation, pointer)), seen)


def conforms(seen: Probing, name: str, operation: str, pointer: str = "") -> Opinion:
    """Hold that a probe sees the promise kept."""
    opinion = look(seen, name, operation, pointer)
    assert opinion.verdict is Verdict.CONFORMS, f"{name} of {operation}: {opinion}"
    assert opinion.detail, f"{name} says nothing"
    return opinion


def violates(seen: Probing, name: str, operation: str, pointer: str = "") -> Opinion:
    """Hold that a probe sees the promise broken."""
    opinion = look(seen, name, operation, pointer)
    assert opinion.verdict is Verdict.VIOLATES, f"{name} of {operation}: {opinion}"
    return opinion


def unverified(seen: Probing, name: str, operation: str, pointer: str = "") -> Opinion:
    """Hold that a probe cannot tell."""
    opinion = look(seen, name, operation, pointer)
    assert opinion.verdict is Verdict.UNVERIFIED, f"{name} of {operation}: {opinion}"
    return opinion


def blocked(seen: Probing, name: str, operation: str, pointer: str = "") -> Opinion:
    """Hold that something stands in a probe's way."""
    opinion = look(seen, name, operation, pointer)
    assert opinion.verdict is Verdict.BLOCKED, f"{name} of {operation}: {opinion}"
    return opinion


def with_status(response: Response, status: int) -> Response:
    return Response(status, response.headers, response.body)


def with_header(response: Response, name: str, value: str | None) -> Response:
    """The response with another header of this name, or without it."""
    kept = tuple(header for header in response.headers if header[0].casefold() != name.casefold())
    return Response(
        response.status, kept if value is None else (*kept, (name, value)), response.body
    )


def with_json(response: Response, change: Callable[[Any], Any]) -> Response:
    """The response with another JSON body: what `change` gives, or the old value, changed in place."""
    value = json.loads(response.body)
    changed = change(value)
    return Response(
        response.status,
        response.headers,
        json.dumps(value if changed is None else changed).encode(),
    )


def is_of(request: Request, operation: str) -> bool:
    """Whether a request calls an operation, at either of its URLs."""
    return any(
        variant.method == request.method and variant.pattern.fullmatch(request.path)
        for variant in contract().operations
        if variant.base == operation
    )


# Sandboxes that wait for the next test: taking one back to its seed is cheaper than a new one.
_IDLE: list[App] = []


def _sandbox() -> App:
    # As the runner starts it, with the clock of the seed, which stands still.
    return build.app(options.parse([]), contract=sandbox_contract())


@cache
def contract() -> Contract:
    return Contract(layout.BUNDLE)


@cache
def sandbox_contract() -> SandboxContract:
    return SandboxContract()


@cache
def settings() -> config.Config:
    return config.load(embedded.CONFIG)


@cache
def known_ids() -> Pools:
    return pools.build(contract(), settings().ids, seeded=True)


def _ids(bed: Bed) -> Pools:
    pool = known_ids()
    known = {name: values for name, values in bed.known.items() if name in pool.existing}
    return replace(
        pool,
        values=_without_none({**pool.values, **known}),
        existing=_without_none({**pool.existing, **known}),
    )


def _without_none(
    entries: Mapping[str, tuple[str, ...] | None],
) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in entries.items() if values is not None}


def _users(bed: Bed) -> Users:
    whole = {**embedded.ENVIRONMENT, **bed.environment}
    environment = {name: value for name, value in whole.items() if value is not None}
    own = credentials.from_environment(environment, contract())
    return users.from_config(own, settings().users if bed.further else (), environment)


@contextmanager
def _serving(app: App, bed: Bed) -> Iterator[str]:
    handler = type("Handler", (_Handler,), {"app": app, "bed": bed, "lock": threading.Lock()})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    app: App
    bed: Bed
    lock: threading.Lock
    protocol_version = "HTTP/1.1"
    # Headers and body leave in two pieces; without this, each request would wait 40 ms.
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        request = self.bed.tamper(Request(self.command, path, query, headers, body))
        with self.lock:
            response = self.bed.fault(request, self.app.handle(request))
        names = {name.casefold() for name, _ in response.headers}
        self.send_response_only(response.status)
        if "date" not in names:
            self.send_header("Date", self.app.instance.http_date())
        for name, value in response.headers:
            # An empty date stands for none.
            if value or name.casefold() != "date":
                self.send_header(name, value)
        body = response.body
        if "transfer-encoding" in names:
            pieces = (body[: len(body) // 2], body[len(body) // 2 :])
            body = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces if piece)
            body += b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def __getattr__(self, name: str) -> Any:
        # How http.server asks for each method.
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: clients may go away."""
