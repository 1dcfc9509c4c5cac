"""A local reverse proxy through which another program uses the gateway.

Schemathesis sends to it as if it were the target, with placeholders for credentials. The relay
forwards requests and responses unchanged, except for secrets: a target may echo a secret, and the
program records what it receives. The address contains a random word, so that nobody else on this
machine can send with our credentials; the word is in a file that only we can read.
"""

from __future__ import annotations

import secrets
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import unquote

import httpx

from ccaas_kit.gateway.ask import XML, Ask
from ccaas_kit.gateway.budget import Budget
from ccaas_kit.gateway.gateway import Call, Gateway, Outgoing, Sent
from ccaas_kit.gateway.identity import Headers, Identity
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.safety import fields
from ccaas_kit.gateway.safety.fields import UnreadableError
from ccaas_kit.gateway.wire import Received
from ccaas_kit.model.contract import Contract, Operation

# The response to what the write guard does not let out; its value is the word of the address.
REFUSED = "X-Gateway-Refused"
# The name of the body among names of headers.
BODY = ""
# By this Schemathesis names the case that a request belongs to.
_CASE = b"x-schemathesis-testcaseid"
_HOST = b"host"
# Of one connection only, so that a proxy does not hand them on (RFC 9110, 7.6.1).
OF_A_HOP = frozenset(
    (
        *(b"connection", b"proxy-connection", b"keep-alive", b"te", b"trailer", b"upgrade"),
        *(b"proxy-authenticate", b"proxy-authorization"),
    )
)
# One request in so many asks for XML.
_XML_SHARE = 6


@dataclass(frozen=True, slots=True)
class Passed:
    """A request that the relay has let out, with the operation that its URL and method fit.

    `credentials` says whether it had our own, wrong ones or none. Those of ours are hidden in it.
    `altered` is what of the response the sender got without the secrets in it: names of headers in
    lower case, and `BODY`.
    """

    sent: Sent
    operation: Operation | None
    credentials: str
    altered: frozenset[str] = frozenset()


class Relay:
    """Passes on what arrives on its address, as long as the budget lasts; `relay_server` has the address."""

    def __init__(
        self, gateway: Gateway, contract: Contract, identity: Identity, *, budget: Budget
    ) -> None:
        self.word = secrets.token_hex(16)
        self.spent = threading.Event()
        self._passed: dict[str, list[Passed]] = defaultdict(list)
        self._gateway = gateway
        self._contract = contract
        self._identity = identity
        self._budget = budget
        self._closed = False
        self._in_xml = [
            (operation.method, operation.pattern)
            for operation in contract.operations
            if any(
                XML in spec.media for status, spec in operation.responses.items() if status < 300
            )
        ]
        self._negotiated = 0
        self._writing = 0
        # Also notified when a writing request is over.
        self._lock = threading.Condition()

    def take(self, case: str) -> list[Passed]:
        """What was let out for a case of Schemathesis, in its order; each is given once."""
        with self._lock:
            return self._passed.pop(case, [])

    def rest(self) -> list[Passed]:
        """What was let out and not yet taken."""
        with self._lock:
            rest = [exchange for passed in self._passed.values() for exchange in passed]
            self._passed.clear()
        return sorted(rest, key=lambda exchange: exchange.sent.started)

    @property
    def is_closed(self) -> bool:
        """Whether nothing is let out any more."""
        return self._closed

    def close(self) -> None:
        """Let nothing out any more, and hold nobody who waits."""
        self._closed = True

    def settle(self, seconds: float) -> None:
        """Wait until each writing request that was let out is over: it may have created something."""
        with self._lock:
            self._lock.wait_for(lambda: not self._writing, seconds)

    def relayed(self, request: Outgoing, address: str) -> Sent | None:
        """The result of a request that arrived; None if it was not sent and there is nothing to report.

        Raises:
            RefusedError: it did not leave, and the sender may go on with another one.
        """
        found = self._readdressed(request, address)
        if found is None:
            return None
        with self._passing(found):
            return self._let_out(found)

    @contextmanager
    def _passing(self, request: Outgoing) -> Iterator[None]:
        writes = request.method != "GET"
        with self._lock:
            self._writing += writes
        try:
            yield
        finally:
            with self._lock:
                self._writing -= writes
                self._lock.notify_all()

    def _let_out(self, found: Outgoing) -> Sent | None:
        if self._gateway.patience.is_over:
            self.spent.set()
        if self._closed or self.spent.is_set():
            return None
        case = _first(found.headers, _CASE)
        found = self._negotiating(_without(found, _CASE))
        operation = _operation(self._contract, found)
        if operation is None and found.method != "GET" and self._gateway.guard is not None:
            # No method of the contract: it can only be refused, as far as anybody knows.
            raise RefusedError("nobody knows what it would change")
        headers, credentials = self._identity.signed(found.headers)
        try:
            call = Call(operation, self._ask(operation, found)) if operation else None
            sent = self._gateway.send(
                replace(found, headers=headers), budget=self._budget, call=call
            )
        except httpx.InvalidURL:
            return None
        except UnreadableError as error:
            raise RefusedError(str(error)) from error
        except BlockedError as error:
            if not self._budget.refused:
                raise RefusedError(str(error)) from error
            self.spent.set()
            return None
        shown = replace(found, headers=self._identity.hidden(found.headers))
        received = self._identity.without_secrets(sent.received) if sent.received else None
        altered = _altered(sent.received, received) if sent.received and received else frozenset()
        with self._lock:
            self._passed[case].append(
                Passed(replace(sent, request=shown), operation, credentials, altered)
            )
        return replace(sent, received=received)

    def _readdressed(self, request: Outgoing, address: str) -> Outgoing | None:
        """The request as one to the target; None if it was not meant for it, or not by our child."""
        prefix = f"/{self.word}"
        target = request.target.removeprefix(prefix)
        if _first(request.headers, _HOST) != address or not request.target.startswith(prefix):
            return None
        if not target.startswith("/"):
            target = f"/{target}"
        host = self._gateway.origin.host
        headers = tuple(
            (name, host if name.lower() == _HOST else value)
            for name, value in request.headers
            if name.lower() not in OF_A_HOP
        )
        return replace(request, target=target, headers=headers)

    def _ask(self, operation: Operation, request: Outgoing) -> Ask:
        """A request in the words of the contract.

        Raises:
            UnreadableError: the write guard has to read its query, and nobody can for certain.
        """
        path, _, query = request.target.partition("?")
        found = operation.pattern.fullmatch(path)
        ids = {name: unquote(text) for name, text in (found.groupdict() if found else {}).items()}
        listed: dict[str, str] = {}
        if self._gateway.guard is not None and request.method != "GET":
            pairs = fields.of_query(query)
            listed = {pair.name: pair.text for pair in pairs}
            if len(listed) < len(pairs):
                raise UnreadableError("its query has a name twice")
        media = _first(request.headers, b"content-type")
        return Ask(operation.id, path=ids, query=listed, raw=request.body or b"", media=media)

    def _negotiating(self, request: Outgoing) -> Outgoing:
        """Let every few requests that would take anything ask for XML, where there is XML."""
        path = request.target.partition("?")[0]
        accepted = _first(request.headers, b"accept") or "*/*"
        if accepted != "*/*" or not any(
            method == request.method and form.fullmatch(path) for method, form in self._in_xml
        ):
            return request
        with self._lock:
            self._negotiated += 1
            if self._negotiated % _XML_SHARE:
                return request
        headers = tuple(
            (name, XML.encode() if name.lower() == b"accept" else value)
            for name, value in request.headers
        )
        return replace(request, headers=headers)


class RefusedError(Exception):
    """A request may not leave, for a reason that concerns only this one."""


def _first(headers: Headers, name: bytes) -> str:
    """The first value of a header; empty if there is none."""
    return next(
        (value.decode("latin-1") for header, value in headers if header.lower() == name), ""
    )


def _altered(received: Received, shown: Received) -> frozenset[str]:
    names = {
        name
        for name in received.headers
        if received.headers.get_list(name) != shown.headers.get_list(name)
    }
    return frozenset(names | {BODY} if received.body != shown.body else names)


def _without(request: Outgoing, name: bytes) -> Outgoing:
    kept = tuple(header for header in request.headers if header[0].lower() != name)
    return replace(request, headers=kept)


def _operation(contract: Contract, request: Outgoing) -> Operation | None:
    path = request.target.partition("?")[0]
    fitting = (
        operation
        for operation in contract.operations
        if operation.method == request.method and operation.pattern.fullmatch(path)
    )
    return next(fitting, None)
